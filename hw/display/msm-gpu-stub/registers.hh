// SPDX-License-Identifier: GPL-2.0-or-later
//
// The registers of an Adreno A510 that do something. Names and dword indices are those of the a5xx
// register database that Mesa and Linux share (drivers/gpu/drm/msm/adreno/a5xx.xml.h); a byte
// offset is the index times four. Everything else in the window is plain RAM here (see gpu.hh).
//
// What is declared but never changes reads as a part without that trouble would: RBBM_STATUS3 has
// the SMMU stall flag, which waits for stalls to exist.
#pragma once

#include "regs/file.hh"

namespace smmu_pm::gpu {

using namespace regs;

/// The database counts in dwords.
consteval Place index(uint32_t dword, uint32_t count = 1)
{
    return at(dword * 4, count, 4);
}

// clang-format off

template <Name N, Place P, Mode M = Mode::RW, Effect E = Effect::None>
using Plain = Reg<N, P, 0, E, Field<"VALUE", bits(31, 0), M>>;

// Interrupt causes, the same bits in CLEAR_CMD, MASK and STATUS.
struct RBBM_INT_CLEAR_CMD : Plain<"RBBM_INT_CLEAR_CMD", index(0x37), Mode::WO, Effect::OnWrite> {};
struct RBBM_INT_0_MASK : Plain<"RBBM_INT_0_MASK", index(0x38), Mode::RW, Effect::OnWrite> {};
struct RBBM_INT_0_STATUS : Reg<"RBBM_INT_0_STATUS", index(0x4e1), 0, Effect::None,
    Res0<bit(0)>,
    Field<"RBBM_AHB_ERROR",    bit(1),  Mode::RO>,
    Res0<bits(8, 2)>,
    Field<"CP_HW_ERROR",       bit(9),  Mode::RO>,
    Res0<bits(19, 10)>,
    Field<"CP_CACHE_FLUSH_TS", bit(20), Mode::RO>,
    Res0<bits(22, 21)>,
    Field<"MISC_HANG_DETECT",  bit(23), Mode::RO>,
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

struct RBBM_PERFCTR_RBBM_0_LO : Plain<"RBBM_PERFCTR_RBBM_0_LO", index(0x3b0), Mode::RO, Effect::OnRead> {};
struct RBBM_PERFCTR_RBBM_0_HI : Plain<"RBBM_PERFCTR_RBBM_0_HI", index(0x3b1), Mode::RO, Effect::OnRead> {};
struct RBBM_ALWAYSON_COUNTER_LO : Plain<"RBBM_ALWAYSON_COUNTER_LO", index(0x4d2), Mode::RO, Effect::OnRead> {};
struct RBBM_ALWAYSON_COUNTER_HI : Plain<"RBBM_ALWAYSON_COUNTER_HI", index(0x4d3), Mode::RO, Effect::OnRead> {};

struct RBBM_STATUS : Reg<"RBBM_STATUS", index(0x4f5), 0, Effect::OnRead,
    Res0<bit(0)>,
    Field<"CP_ME_BUSY",       bit(1),  Mode::RO>,
    Field<"CP_PFP_BUSY",      bit(2),  Mode::RO>,
    Res0<bits(5, 3)>,
    Field<"CP_BUSY",          bit(6),  Mode::RO>,
    Field<"CP_BUSY_IGN_HYST", bit(7),  Mode::RO>,
    Res0<bits(30, 8)>,
    Field<"GPU_BUSY_IGN_AHB", bit(31), Mode::RO>> {};
struct RBBM_STATUS3 : Reg<"RBBM_STATUS3", index(0x530), 0, Effect::None,
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

// A510 has three ports, other A5xx four (a5xx_pm_suspend).
struct VBIF_XIN_HALT_CTRL0 : Reg<"VBIF_XIN_HALT_CTRL0", index(0x3080), 0, Effect::OnWrite,
    Field<"HALT", bits(3, 0)>,
    Res0<bits(31, 4)>> {};
struct VBIF_XIN_HALT_CTRL1 : Reg<"VBIF_XIN_HALT_CTRL1", index(0x3081), 0, Effect::OnRead,
    Field<"HALTED", bits(3, 0), Mode::RO>,
    Res0<bits(31, 4)>> {};

// clang-format on

using RegisterFile =
    File<RBBM_INT_CLEAR_CMD, RBBM_INT_0_MASK, RBBM_SW_RESET_CMD, RBBM_AHB_CMD,
         RBBM_PERFCTR_RBBM_0_LO, RBBM_PERFCTR_RBBM_0_HI, RBBM_ALWAYSON_COUNTER_LO,
         RBBM_ALWAYSON_COUNTER_HI, RBBM_INT_0_STATUS, RBBM_AHB_ERROR_STATUS, RBBM_STATUS,
         RBBM_STATUS3, CP_RB_BASE, CP_RB_BASE_HI, CP_RB_CNTL, CP_RB_RPTR_ADDR, CP_RB_RPTR_ADDR_HI,
         CP_RB_RPTR, CP_RB_WPTR, CP_PFP_STAT_ADDR, CP_PFP_STAT_DATA, CP_PFP_ME_CNTL,
         CP_INTERRUPT_STATUS, CP_HW_FAULT, CP_AHB_FAULT, CP_PROTECT_STATUS, CP_IB1_BASE,
         CP_IB1_BASE_HI, CP_IB1_BUFSZ, CP_IB2_BASE, CP_IB2_BASE_HI, CP_IB2_BUFSZ, CP_SCRATCH_REG,
         VBIF_XIN_HALT_CTRL0, VBIF_XIN_HALT_CTRL1>;

/// Size of the register window in bytes; the highest register hw_init writes is 0xf810.
inline constexpr uint32_t window_size = 0x3f000;
inline constexpr uint32_t window_dwords = window_size / 4;

} // namespace smmu_pm::gpu
