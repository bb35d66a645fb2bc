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

/// Flags of a domain as Linux's driver has them (gdsc.h, there in capitals), and what each says
/// about the model.
enum GdscFlag : uint8_t {
    votable = 1 << 0,   ///< other masters vote too. The model has none: off is off. Linux does not
                        ///< wait for the status when it switches one off.
    clamp_io = 1 << 1,  ///< isolated while off, by the register `clamp`; kept, without effect
    hw_ctrl = 1 << 2,   ///< may follow its consumer by itself (GDSCR.HW_CONTROL). The model has no
                        ///< consumer that tells: such a domain stays on, as Linux's poll wants it.
    always_on = 1 << 3, ///< Linux switches it on when it probes, and never off
};

/// A power switch. `name` is the Linux power domain's.
struct Gdsc {
    const char* name;
    uint32_t gdscr;
    uint32_t hw_ctrl;   ///< GDS_HW_CTRL, where Linux reads the status; or none: GDSCR
    uint32_t clamp;     ///< CLAMP_IO, or none
    const char* parent; ///< name of another row, or nullptr
    uint8_t flags;      ///< GdscFlag
    const char* source;
    const char* supply = nullptr; ///< a rail of its own; without: power only if its parent has
};

/// How Linux makes sure that a branch has followed its enable bit (clk-branch.h).
enum class Halt : uint8_t {
    Polled, ///< BRANCH_HALT: waits for CLK_OFF to follow, both ways
    Voted,  ///< BRANCH_HALT_VOTED: on the way off others may still vote, so it does not wait
    Delay,  ///< BRANCH_HALT_DELAY: there is nothing to read
    Skip,   ///< BRANCH_HALT_SKIP: the clock comes from a PHY, whose moods CLK_OFF shows
};

/// A branch clock. It runs when bit `bit` of the register at `enable` is set. Usually that is bit 0
/// of the CBCR itself; a voted clock has a CBCR that only reports.
struct Branch {
    const char* name;
    uint32_t cbcr; ///< or none: no status anywhere
    uint32_t enable;
    uint8_t bit;
    Halt halt;
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

constexpr Branch own(const char* name, uint32_t cbcr, Halt halt = Halt::Polled,
                     const char* source = nullptr)
{
    return {name, cbcr, cbcr, 0, halt, source != nullptr ? source : name};
}
constexpr Branch voted(const char* name, uint32_t cbcr, uint32_t enable, uint8_t bit)
{
    return {name, cbcr, enable, bit, Halt::Voted, name};
}
/// Without a CBCR.
constexpr Branch silent(const char* name, uint32_t enable, uint8_t bit)
{
    return {name, none, enable, bit, Halt::Delay, name};
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
