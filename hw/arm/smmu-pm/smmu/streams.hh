// SPDX-License-Identifier: GPL-2.0-or-later
//
// From a StreamID to what becomes of its transaction: IHI 0062D 2.3 (stream mapping).
#pragma once

#include "smmu/attributes.hh"
#include "smmu/config.hh"
#include "smmu/registers.hh"

namespace smmu_pm::smmu {

/// Why a transaction may pass untranslated, by the register that says so.
enum class BypassReason : uint8_t { Unmatched, Conflict, StreamType };

/// Faults that are no context bank's; the value is the bit in SMMU_sGFSR. Nothing here raises EF
/// and UUT: what would is not modelled.
enum class GlobalFault : uint8_t { ICF, USF, SMCF, UCBF, UCIF, CAF, EF, PF, UUT };

struct StreamAction {
    enum class Kind : uint8_t { Translate, Bypass, Fault } kind;
    unsigned group = 0;    ///< the S2CR that decided: of Translate, and of StreamType
    unsigned bank = 0;     ///< of Translate
    BypassReason reason{}; ///< of Bypass
    GlobalFault fault{};   ///< of Fault
    bool nested = false;   ///< of Fault: it is the bank's SMMU_CBARn that has it

    constexpr bool has_group() const
    {
        return kind == Kind::Translate ||
               (kind == Kind::Bypass && reason == BypassReason::StreamType);
    }
};

/// SMMU_sCR0 of a security state.
Value<SMMU_sCR0> control_of(const Registers& registers, bool secure);

/// SMMU_sCR0.CLIENTPD is the caller's to look at: it comes before any matching.
StreamAction match_stream(const Registers& registers, const Config& config, uint16_t stream,
                          bool secure = false);

/// What these say of a transaction's attributes: SMMU_sCR0 when it bypasses all, the S2CR of an
/// action that has one, and SMMU_CBn_SCTLR when M is clear.
Overrides overrides_of(const Value<SMMU_sCR0>& scr0);
Overrides overrides_of(const Registers& registers, const StreamAction& action);
Overrides overrides_of(const Value<SMMU_CBn_SCTLR>& sctlr);

} // namespace smmu_pm::smmu
