// SPDX-License-Identifier: GPL-2.0-or-later
//
// The classes of registers in Qualcomm's clock controllers. A class is declared once; its place is
// the offset from its node's first register, and the tables (msm8996_gcc.cc, msm8996_mmcc.cc) say
// where the nodes stand.
//
// The parts have no public manual. Names and bit numbers are those of Linux 6.1, drivers/clk/qcom:
// gdsc.c, clk-branch.c, clk-branch.h, clk-rcg2.c, clk-alpha-pll.c, reset.c. Bits that Linux does
// not name read back what was written. Read-only bits are not stored: the controller computes them
// when they are read.
#pragma once

#include "regs/reg.hh"

namespace smmu_pm::power {

using regs::at;
using regs::bit;
using regs::bits;
using regs::Effect;
using regs::Field;
using regs::Mode;
using regs::Reg;

// clang-format off

/// Control of a power switch ("globally distributed switch controller"). Collapsed at reset.
struct GDSCR : Reg<"GDSCR", at(0x0), 0x0000'0001, Effect::None,
    Field<"SW_COLLAPSE", bit(0)>,          // 1: asks for off
    Field<"HW_CONTROL", bit(1)>,
    Field<"SW_OVERRIDE", bit(2)>,
    Field<"UNNAMED_10_3", bits(10, 3)>,
    Field<"RETAIN_FF_ENABLE", bit(11)>,
    Field<"CLK_DIS_WAIT", bits(15, 12)>,
    Field<"EN_FEW_WAIT", bits(19, 16)>,
    Field<"EN_REST_WAIT", bits(23, 20)>,
    Field<"UNNAMED_30_24", bits(30, 24)>,
    Field<"PWR_ON", bit(31), Mode::RO>> {};

/// Where some switches have their status; field gds_hw_ctrl of struct gdsc.
struct GDS_HW_CTRL : Reg<"GDS_HW_CTRL", at(0x0), 0, Effect::None,
    Field<"UNNAMED_30_0", bits(30, 0)>,
    Field<"PWR_ON", bit(31), Mode::RO>> {};

/// Isolation of a domain that is off; field clamp_io_ctrl of struct gdsc.
struct CLAMP_IO : Reg<"CLAMP_IO", at(0x0), 0, Effect::None,
    Field<"GMEM_CLAMP_IO", bit(0)>,
    Field<"UNNAMED_3_1", bits(3, 1)>,
    Field<"GMEM_RESET", bit(4)>,
    Field<"UNNAMED_31_5", bits(31, 5)>> {};

/// Control of a branch clock.
struct CBCR : Reg<"CBCR", at(0x0), 0x8000'0000, Effect::None,
    Field<"CLK_ENABLE", bit(0)>,
    Field<"UNNAMED_11_1", bits(11, 1)>,
    Field<"FORCE_MEM_PERIPH_OFF", bit(12)>,
    Field<"FORCE_MEM_PERIPH_ON", bit(13)>,
    Field<"FORCE_MEM_CORE_ON", bit(14)>,
    Field<"UNNAMED_27_15", bits(27, 15)>,
    Field<"NOC_FSM_STATUS", bits(30, 28), Mode::RO>,
    Field<"CLK_OFF", bit(31), Mode::RO>> {};

/// Enable bits of clocks and PLLs that several masters vote for; each master has its own register.
struct VOTES : Reg<"VOTES", at(0x0), 0, Effect::None,
    Field<"VOTE", bits(31, 0)>> {};

/// A root clock generator: source, divider, and a fraction M/N with duty cycle D where it has one.
struct RCG_CMD : Reg<"CMD_RCGR", at(0x0), 0, Effect::None,
    Field<"UPDATE", bit(0)>,
    Field<"ROOT_EN", bit(1)>,
    Field<"UNNAMED_3_2", bits(3, 2)>,
    Field<"DIRTY_CFG", bit(4), Mode::RO>,
    Field<"DIRTY_N", bit(5), Mode::RO>,
    Field<"DIRTY_M", bit(6), Mode::RO>,
    Field<"DIRTY_D", bit(7), Mode::RO>,
    Field<"UNNAMED_30_8", bits(30, 8)>,
    Field<"ROOT_OFF", bit(31), Mode::RO>> {};
struct RCG_CFG : Reg<"CFG_RCGR", at(0x4), 0, Effect::None,
    Field<"SRC_DIV", bits(4, 0)>,
    Field<"UNNAMED_7_5", bits(7, 5)>,
    Field<"SRC_SEL", bits(10, 8)>,
    Field<"UNNAMED_11", bit(11)>,
    Field<"MODE", bits(13, 12)>,
    Field<"UNNAMED_19_14", bits(19, 14)>,
    Field<"HW_CLK_CTRL", bit(20)>,
    Field<"UNNAMED_31_21", bits(31, 21)>> {};
struct RCG_M : Reg<"M", at(0x8), 0, Effect::None, Field<"M", bits(31, 0)>> {};
struct RCG_N : Reg<"N", at(0xc), 0, Effect::None, Field<"N", bits(31, 0)>> {};
struct RCG_D : Reg<"D", at(0x10), 0, Effect::None, Field<"D", bits(31, 0)>> {};

/// An alpha PLL, layout CLK_ALPHA_PLL_TYPE_DEFAULT.
struct PLL_MODE : Reg<"PLL_MODE", at(0x0), 0, Effect::None,
    Field<"OUTCTRL", bit(0)>,
    Field<"BYPASSNL", bit(1)>,
    Field<"RESET_N", bit(2)>,
    Field<"UNNAMED_6_3", bits(6, 3)>,
    Field<"OFFLINE_REQ", bit(7)>,
    Field<"LOCK_COUNT", bits(13, 8)>,
    Field<"BIAS_COUNT", bits(19, 14)>,
    Field<"VOTE_FSM_ENA", bit(20)>,
    Field<"VOTE_FSM_RESET", bit(21)>,
    Field<"UPDATE", bit(22), Mode::WO>,    // done at once
    Field<"UPDATE_BYPASS", bit(23)>,
    Field<"FSM_LEGACY_MODE", bit(24)>,
    Field<"UNNAMED_27_25", bits(27, 25)>,
    Field<"OFFLINE_ACK", bit(28), Mode::RO>,
    Field<"ACK_LATCH", bit(29), Mode::RO>,
    Field<"ACTIVE_FLAG", bit(30), Mode::RO>,
    Field<"LOCK_DET", bit(31), Mode::RO>> {};
struct PLL_L_VAL : Reg<"PLL_L_VAL", at(0x4), 0, Effect::None, Field<"L", bits(31, 0)>> {};
struct PLL_ALPHA_VAL : Reg<"PLL_ALPHA_VAL", at(0x8), 0, Effect::None,
    Field<"ALPHA", bits(31, 0)>> {};
struct PLL_ALPHA_VAL_U : Reg<"PLL_ALPHA_VAL_U", at(0xc), 0, Effect::None,
    Field<"ALPHA_U", bits(31, 0)>> {};
/// Stays 0 at reset: with ALPHA_EN set in GPLL0, Linux computes a rate of 4577 Hz for it, since
/// that PLL's post divider has a width of 0 and the mask for it becomes all ones
/// (clk_alpha_pll_postdiv_recalc_rate).
struct PLL_USER_CTL : Reg<"PLL_USER_CTL", at(0x10), 0, Effect::None,
    Field<"UNNAMED_7_0", bits(7, 0)>,
    Field<"POST_DIV", bits(11, 8)>,
    Field<"UNNAMED_19_12", bits(19, 12)>,
    Field<"VCO", bits(21, 20)>,
    Field<"UNNAMED_23_22", bits(23, 22)>,
    Field<"ALPHA_EN", bit(24)>,
    Field<"ALPHA_MODE", bit(25)>,
    Field<"UNNAMED_31_26", bits(31, 26)>> {};
struct PLL_USER_CTL_U : Reg<"PLL_USER_CTL_U", at(0x14), 0, Effect::None,
    Field<"USER_CTL_U", bits(31, 0)>> {};
struct PLL_CONFIG_CTL : Reg<"PLL_CONFIG_CTL", at(0x18), 0, Effect::None,
    Field<"CONFIG_CTL", bits(31, 0)>> {};
struct PLL_TEST_CTL : Reg<"PLL_TEST_CTL", at(0x1c), 0, Effect::None,
    Field<"TEST_CTL", bits(31, 0)>> {};
struct PLL_TEST_CTL_U : Reg<"PLL_TEST_CTL_U", at(0x20), 0, Effect::None,
    Field<"TEST_CTL_U", bits(31, 0)>> {};
struct PLL_STATUS : Reg<"PLL_STATUS", at(0x24), 0, Effect::None,
    Field<"STATUS", bits(31, 0), Mode::RO>> {};

/// Reset of a block.
struct BCR : Reg<"BCR", at(0x0), 0, Effect::None,
    Field<"BLK_ARES", bit(0)>,             // 1: in reset
    Field<"UNNAMED_31_1", bits(31, 1)>> {};

/// A register that Linux writes and of which it names one bit at most.
struct MISC : Reg<"MISC", at(0x0), 0, Effect::None,
    Field<"MISC", bits(31, 0)>> {};

// clang-format on

/// What the controller keeps of a class: `rw` are the bits that a write changes and that are
/// stored.
struct Rule {
    std::string_view name;
    uint32_t reset;
    uint32_t rw;
};

template <class R>
inline constexpr Rule rule_of = {R::name, static_cast<uint32_t>(R::after_write(0, R::reset)),
                                 static_cast<uint32_t>(R::rw_mask)};

/// Words of the window that are no register of a table.
inline constexpr Rule plain_word = {"", 0, 0xffff'ffff};

} // namespace smmu_pm::power
