// SPDX-License-Identifier: GPL-2.0-or-later
//
// The registers of an Adreno A510 or A530 that do something. Names and dword indices are those of
// the a5xx register database that Mesa and Linux share (drivers/gpu/drm/msm/adreno/a5xx.xml.h); a
// byte offset is the index times four. Everything else in the window is plain RAM (contents.hh),
// but for the HLSQ aperture, which is empty (port.cc).
#pragma once

#include "regs/file.hh"

namespace smmu_pm::gpu {

using namespace regs;

/// The database counts in dwords.
consteval Place index(uint32_t dword, uint32_t count = 1)
{
    return at(dword * 4, count, 4);
}

/// Low and high half in turns: one of the two.
consteval Place half(uint32_t dword, uint32_t count)
{
    return at(dword * 4, count, 8);
}

// clang-format off

template <Name N, Place P, Mode M = Mode::RW, Effect E = Effect::None>
using Plain = Reg<N, P, 0, E, Field<"VALUE", bits(31, 0), M>>;

// hw_init writes 1 << 30 | 0xffff; no fields in the database, these two are its use there.
struct RBBM_INTERFACE_HANG_INT_CNTL : Reg<"RBBM_INTERFACE_HANG_INT_CNTL", index(0x2f), 0, Effect::OnWrite,
    Field<"THRESHOLD",     bits(15, 0)>,
    Field<"UNKNOWN_29_16", bits(29, 16)>,
    Field<"ENABLE",        bit(30)>,
    Field<"UNKNOWN_31",    bit(31)>> {};

// Interrupt causes, the same bits in CLEAR_CMD, MASK and STATUS.
struct RBBM_INT_CLEAR_CMD : Plain<"RBBM_INT_CLEAR_CMD", index(0x37), Mode::WO, Effect::OnWrite> {};
struct RBBM_INT_0_MASK : Plain<"RBBM_INT_0_MASK", index(0x38), Mode::RW, Effect::OnWrite> {};
struct RBBM_INT_0_STATUS : Reg<"RBBM_INT_0_STATUS", index(0x4e1), 0, Effect::None,
    Res0<bit(0)>,
    Field<"RBBM_AHB_ERROR",        bit(1),  Mode::RO>,
    Res0<bits(8, 2)>,
    Field<"CP_HW_ERROR",           bit(9),  Mode::RO>,
    Field<"CP_CCU_FLUSH_DEPTH_TS", bit(10), Mode::RO>,
    Field<"CP_CCU_FLUSH_COLOR_TS", bit(11), Mode::RO>,
    Field<"CP_CCU_RESOLVE_TS",     bit(12), Mode::RO>,
    Res0<bits(16, 13)>,
    Field<"CP_RB_DONE_TS",         bit(17), Mode::RO>,
    Field<"CP_WT_DONE_TS",         bit(18), Mode::RO>,
    Res0<bit(19)>,
    Field<"CP_CACHE_FLUSH_TS",     bit(20), Mode::RO>,
    Res0<bits(22, 21)>,
    Field<"MISC_HANG_DETECT",      bit(23), Mode::RO>,
    Res0<bits(31, 24)>> {};

// a5xx_recover writes 1, reads back, writes 0.
struct RBBM_SW_RESET_CMD : Reg<"RBBM_SW_RESET_CMD", index(0x43), 0, Effect::OnWrite,
    Field<"SW_RESET", bit(0)>,
    Res0<bits(31, 1)>> {};

// a5xx_rbbm_err_irq: bit 4 takes back the source of RBBM_AHB_ERROR.
struct RBBM_AHB_CMD : Reg<"RBBM_AHB_CMD", index(0x96), 0, Effect::OnWrite,
    Res0<bits(3, 0)>,
    Field<"CLEAR_ERROR", bit(4), Mode::WO>,
    Res0<bits(31, 5)>> {};
struct RBBM_AHB_ERROR_STATUS : Reg<"RBBM_AHB_ERROR_STATUS", index(0x4f4), 0, Effect::None,
    Field<"ADDRESS", bits(19, 0), Mode::RO>,
    Res0<bits(27, 20)>,
    Field<"WRITE",   bit(28),     Mode::RO>,
    Res0<bits(31, 29)>> {};

struct RBBM_PERFCTR_CP_LO : Plain<"RBBM_PERFCTR_CP_n_LO", half(0x3a0, 8), Mode::RO, Effect::OnRead> {};
struct RBBM_PERFCTR_CP_HI : Plain<"RBBM_PERFCTR_CP_n_HI", half(0x3a1, 8), Mode::RO, Effect::OnRead> {};
struct RBBM_PERFCTR_RBBM_LO : Plain<"RBBM_PERFCTR_RBBM_n_LO", half(0x3b0, 4), Mode::RO, Effect::OnRead> {};
struct RBBM_PERFCTR_RBBM_HI : Plain<"RBBM_PERFCTR_RBBM_n_HI", half(0x3b1, 4), Mode::RO, Effect::OnRead> {};
struct RBBM_PERFCTR_CNTL : Plain<"RBBM_PERFCTR_CNTL", index(0x464), Mode::RW, Effect::OnWrite> {};
struct RBBM_PERFCTR_RBBM_SEL : Plain<"RBBM_PERFCTR_RBBM_SEL_n", index(0x46b, 4), Mode::RW, Effect::OnWrite> {};
struct CP_PERFCTR_CP_SEL : Plain<"CP_PERFCTR_CP_SEL_n", index(0xbb0, 8), Mode::RW, Effect::OnWrite> {};
struct RBBM_ALWAYSON_COUNTER_LO : Plain<"RBBM_ALWAYSON_COUNTER_LO", index(0x4d2), Mode::RO, Effect::OnRead> {};
struct RBBM_ALWAYSON_COUNTER_HI : Plain<"RBBM_ALWAYSON_COUNTER_HI", index(0x4d3), Mode::RO, Effect::OnRead> {};

struct RBBM_STATUS : Reg<"RBBM_STATUS", index(0x4f5), 0, Effect::OnRead,
    Res0<bit(0)>,
    Field<"CP_ME_BUSY",       bit(1),  Mode::RO>,
    Field<"CP_PFP_BUSY",      bit(2),  Mode::RO>,
    Res0<bit(3)>,
    Field<"CP_CRASH_BUSY",    bit(4),  Mode::RO>,
    Res0<bit(5)>,
    Field<"CP_BUSY",          bit(6),  Mode::RO>,
    Field<"CP_BUSY_IGN_HYST", bit(7),  Mode::RO>,
    Res0<bits(30, 8)>,
    Field<"GPU_BUSY_IGN_AHB", bit(31), Mode::RO>> {};
struct RBBM_STATUS3 : Reg<"RBBM_STATUS3", index(0x530), 0, Effect::OnRead,
    Res0<bits(23, 0)>,
    Field<"SMMU_STALLED_ON_FAULT", bit(24), Mode::RO>,
    Res0<bits(31, 25)>> {};

// The ring. BUFSZ is the logarithm of its size in units of 8 bytes (MSM_GPU_RB_CNTL_DEFAULT; the
// fields are AXXX_CP_RB_CNTL's).
struct CP_RB_BASE : Plain<"CP_RB_BASE", index(0x800)> {};
struct CP_RB_BASE_HI : Plain<"CP_RB_BASE_HI", index(0x801)> {};
struct CP_RB_CNTL : Reg<"CP_RB_CNTL", index(0x802), 0, Effect::None,
    Field<"BUFSZ",      bits(5, 0)>,
    Res0<bits(7, 6)>,
    Field<"BLKSZ",      bits(13, 8)>,
    Res0<bits(15, 14)>,
    Field<"BUF_SWAP",   bits(17, 16)>,
    Res0<bits(19, 18)>,
    Field<"POLL_EN",    bit(20)>,
    Res0<bits(26, 21)>,
    Field<"NO_UPDATE",  bit(27)>,
    Res0<bits(30, 28)>,
    Field<"RPTR_WR_EN", bit(31)>> {};
struct CP_RB_RPTR_ADDR : Plain<"CP_RB_RPTR_ADDR", index(0x804)> {};
struct CP_RB_RPTR_ADDR_HI : Plain<"CP_RB_RPTR_ADDR_HI", index(0x805)> {};
struct CP_RB_RPTR : Reg<"CP_RB_RPTR", index(0x806), 0, Effect::OnRead,
    Field<"RPTR", bits(19, 0), Mode::RO>,
    Res0<bits(31, 20)>> {};
struct CP_RB_WPTR : Reg<"CP_RB_WPTR", index(0x807), 0, Effect::OnWrite,
    Field<"WPTR", bits(19, 0)>,
    Res0<bits(31, 20)>> {};

// a5xx_cp_err_irq writes 0 and reads DATA twice: the second is the header that was refused.
struct CP_PFP_STAT_ADDR : Plain<"CP_PFP_STAT_ADDR", index(0x808)> {};
struct CP_PFP_STAT_DATA : Plain<"CP_PFP_STAT_DATA", index(0x809), Mode::RO, Effect::OnRead> {};

// a5xx_crashdumper_run writes 1 and polls bit 2; no fields in the database.
struct CP_CRASH_SCRIPT_BASE : Plain<"CP_CRASH_SCRIPT_BASE_LO", index(0x817)> {};
struct CP_CRASH_SCRIPT_BASE_HI : Plain<"CP_CRASH_SCRIPT_BASE_HI", index(0x818)> {};
struct CP_CRASH_DUMP_CNTL : Reg<"CP_CRASH_DUMP_CNTL", index(0x819), 0, Effect::OnWrite,
    Field<"START", bit(0)>,
    Res0<bit(1)>,
    Field<"DONE",  bit(2), Mode::RO>,
    Res0<bits(31, 3)>> {};

// See protect.hh.
struct CP_PROTECT_REG : Plain<"CP_PROTECT_REGn", index(0x880, 32)> {};
struct CP_PROTECT_CNTL : Plain<"CP_PROTECT_CNTL", index(0x8a0)> {};

// Set at reset: the micro engines stand still until hw_init has given them their firmware. The
// database has no fields for A5xx; the bit's place is AXXX_CP_ME_CNTL_HALT's.
struct CP_PFP_ME_CNTL : Reg<"CP_PFP_ME_CNTL", index(0x832), 0x1000'0000, Effect::OnWrite,
    Field<"UNKNOWN_27_0",  bits(27, 0)>,
    Field<"ME_HALT",       bit(28)>,
    Field<"UNKNOWN_31_29", bits(31, 29)>> {};

struct CP_INTERRUPT_STATUS : Reg<"CP_INTERRUPT_STATUS", index(0xb18), 0, Effect::None,
    Field<"CP_OPCODE_ERROR",       bit(0), Mode::RO>,
    Field<"CP_RESERVED_BIT_ERROR", bit(1), Mode::RO>,
    Field<"CP_HW_FAULT_ERROR",     bit(2), Mode::RO>,
    Field<"CP_DMA_ERROR",          bit(3), Mode::RO>,
    Field<"CP_REGISTER_PROTECTION_ERROR", bit(4), Mode::RO>,
    Field<"CP_AHB_ERROR",          bit(5), Mode::RO>,
    Res0<bits(31, 6)>> {};
struct CP_HW_FAULT : Plain<"CP_HW_FAULT", index(0xb1a), Mode::RO> {};
struct CP_AHB_FAULT : Plain<"CP_AHB_FAULT", index(0xb1b), Mode::RO> {};
struct CP_PROTECT_STATUS : Plain<"CP_PROTECT_STATUS", index(0xb1c), Mode::RO> {};

// Where the command processor is: next address, dwords left (a5xx_fault_detect_irq prints them).
struct CP_IB1_BASE : Plain<"CP_IB1_BASE", index(0xb1f), Mode::RO, Effect::OnRead> {};
struct CP_IB1_BASE_HI : Plain<"CP_IB1_BASE_HI", index(0xb20), Mode::RO, Effect::OnRead> {};
struct CP_IB1_BUFSZ : Plain<"CP_IB1_BUFSZ", index(0xb21), Mode::RO, Effect::OnRead> {};
struct CP_IB2_BASE : Plain<"CP_IB2_BASE", index(0xb22), Mode::RO, Effect::OnRead> {};
struct CP_IB2_BASE_HI : Plain<"CP_IB2_BASE_HI", index(0xb23), Mode::RO, Effect::OnRead> {};
struct CP_IB2_BUFSZ : Plain<"CP_IB2_BUFSZ", index(0xb24), Mode::RO, Effect::OnRead> {};

struct CP_SCRATCH_REG : Plain<"CP_SCRATCH_REGn", index(0xb78, 8)> {};

struct VBIF_XIN_HALT_CTRL0 : Reg<"VBIF_XIN_HALT_CTRL0", index(0x3080), 0, Effect::OnWrite,
    Field<"HALT", bits(3, 0)>,
    Res0<bits(31, 4)>> {};
struct VBIF_XIN_HALT_CTRL1 : Reg<"VBIF_XIN_HALT_CTRL1", index(0x3081), 0, Effect::OnRead,
    Field<"HALTED", bits(3, 0), Mode::RO>,
    Res0<bits(31, 4)>> {};

// The power microcontroller that A530 has, and the state of the domains it looks after. Their
// control registers, and all else of it, are RAM.
struct GPMU_SP_PWR_CLK_STATUS : Reg<"GPMU_SP_PWR_CLK_STATUS", index(0xa88b), 0, Effect::OnRead,
    Res0<bits(19, 0)>,
    Field<"PWR_ON", bit(20), Mode::RO>,
    Res0<bits(31, 21)>> {};
struct GPMU_RBCCU_PWR_CLK_STATUS : Reg<"GPMU_RBCCU_PWR_CLK_STATUS", index(0xa88d), 0, Effect::OnRead,
    Res0<bits(19, 0)>,
    Field<"PWR_ON", bit(20), Mode::RO>,
    Res0<bits(31, 21)>> {};
struct GPMU_CM3_SYSRESET : Reg<"GPMU_CM3_SYSRESET", index(0xa8d8), 1, Effect::OnWrite,
    Field<"SYSRESET", bit(0)>,
    Field<"UNKNOWN_31_1", bits(31, 1)>> {};

// clang-format on

using RegisterFile =
    File<RBBM_INTERFACE_HANG_INT_CNTL, RBBM_INT_CLEAR_CMD, RBBM_INT_0_MASK, RBBM_SW_RESET_CMD,
         RBBM_AHB_CMD, RBBM_PERFCTR_CP_LO, RBBM_PERFCTR_CP_HI, RBBM_PERFCTR_RBBM_LO,
         RBBM_PERFCTR_RBBM_HI, RBBM_PERFCTR_CNTL, RBBM_PERFCTR_RBBM_SEL, RBBM_ALWAYSON_COUNTER_LO,
         RBBM_ALWAYSON_COUNTER_HI, RBBM_INT_0_STATUS, RBBM_AHB_ERROR_STATUS, RBBM_STATUS,
         RBBM_STATUS3, CP_RB_BASE, CP_RB_BASE_HI, CP_RB_CNTL, CP_RB_RPTR_ADDR, CP_RB_RPTR_ADDR_HI,
         CP_RB_RPTR, CP_RB_WPTR, CP_PFP_STAT_ADDR, CP_PFP_STAT_DATA, CP_CRASH_SCRIPT_BASE,
         CP_CRASH_SCRIPT_BASE_HI, CP_CRASH_DUMP_CNTL, CP_PFP_ME_CNTL, CP_PROTECT_REG,
         CP_PROTECT_CNTL, CP_INTERRUPT_STATUS, CP_HW_FAULT, CP_AHB_FAULT, CP_PROTECT_STATUS,
         CP_IB1_BASE, CP_IB1_BASE_HI, CP_IB1_BUFSZ, CP_IB2_BASE, CP_IB2_BASE_HI, CP_IB2_BUFSZ,
         CP_SCRATCH_REG, CP_PERFCTR_CP_SEL, VBIF_XIN_HALT_CTRL0, VBIF_XIN_HALT_CTRL1,
         GPMU_SP_PWR_CLK_STATUS, GPMU_RBCCU_PWR_CLK_STATUS, GPMU_CM3_SYSRESET>;

/// Size of the register window in bytes; the highest register hw_init writes is 0xf810.
inline constexpr uint32_t window_size = 0x3f000;
inline constexpr uint32_t window_dwords = window_size / 4;

} // namespace smmu_pm::gpu
