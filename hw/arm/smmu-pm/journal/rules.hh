// SPDX-License-Identifier: GPL-2.0-or-later
//
// The rules of the judge, one function each: does this event, with what is known of its block, make
// a finding?
#pragma once

#include "journal/judge.hh"

namespace smmu_pm::journal {

struct Rule {
    std::string_view name; ///< of the finding
    bool (*matches)(const Event& event, const BlockState& state);
};

/// The CPU accessed a block that could not be reached.
constexpr bool register_touch(const Event& event, const BlockState&)
{
    return event.kind == Kind::Touch;
}

/// A master's transaction met an SMMU that could not be reached.
constexpr bool dma_while_off(const Event& event, const BlockState&)
{
    return event.kind == Kind::Refused && !event.missing.empty();
}

/// A transaction passed untranslated because the SMMU still held its reset state: nobody has
/// written SMMU_sCR0 since its registers last came up.
inline bool unprotected_dma(const Event& event, const BlockState& state)
{
    return event.kind == Kind::Bypass && event.name == "SMMU_sCR0.CLIENTPD" &&
           !state.control_written;
}

inline constexpr std::array<Rule, 3> rules = {{
    {"register-touch", register_touch},
    {"dma-while-off", dma_while_off},
    {"unprotected-dma", unprotected_dma},
}};

} // namespace smmu_pm::journal
