// SPDX-License-Identifier: GPL-2.0-or-later
//
// The tables that make a clock controller: one row a node. Offsets are bytes from the start of the
// controller's window. `source` is the variable (or, for a reset, the binding's constant) in the
// Linux driver that the row's figures were read from.
#pragma once

#include "journal/event.hh"

#include <cstdint>
#include <span>

namespace smmu_pm::power {

/// A field of a row that the node does not have.
inline constexpr uint32_t none = UINT32_MAX;

/// A power switch. `name` is the Linux power domain's.
struct Gdsc {
    const char* name;
    uint32_t gdscr;
    uint32_t hw_ctrl;   ///< GDS_HW_CTRL, or none: the status is in GDSCR alone
    uint32_t clamp;     ///< CLAMP_IO, or none
    const char* parent; ///< name of another row, or nullptr
    const char* source;
};

/// A branch clock. It runs when bit `bit` of the register at `enable` is set. Usually that is bit 0
/// of the CBCR itself; a voted clock has a CBCR that only reports.
struct Branch {
    const char* name;
    uint32_t cbcr; ///< or none: no status anywhere
    uint32_t enable;
    uint8_t bit;
    const char* source;
};

struct Rcg {
    const char* name;
    uint32_t cmd;
    bool fraction; ///< has M, N and D
};

struct Pll {
    const char* name;
    uint32_t mode;
    uint32_t votes; ///< VOTES, or none: VOTE_FSM_ENA is then without effect
    uint8_t bit;
    const char* source;
};

/// A block reset.
struct Reset {
    const char* name;
    uint32_t bcr;
};

struct Misc {
    const char* name;
    uint32_t offset;
    const char* source;
};

constexpr Branch own(const char* name, uint32_t cbcr, const char* source = nullptr)
{
    return {name, cbcr, cbcr, 0, source != nullptr ? source : name};
}
constexpr Branch voted(const char* name, uint32_t cbcr, uint32_t enable, uint8_t bit)
{
    return {name, cbcr, enable, bit, name};
}

struct Model {
    const char* name;
    journal::Block block;
    uint32_t size; ///< of the register window
    std::span<const Gdsc> gdscs;
    std::span<const Branch> branches;
    std::span<const Reset> resets;
    std::span<const Rcg> rcgs;
    std::span<const Pll> plls;
    std::span<const Misc> misc;
};

/// MSM8996's controllers; Linux 6.1: gcc-msm8996.c, mmcc-msm8996.c.
extern const Model msm8996_gcc;
extern const Model msm8996_mmcc;

} // namespace smmu_pm::power
