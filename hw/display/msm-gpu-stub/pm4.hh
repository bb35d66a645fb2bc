// SPDX-License-Identifier: GPL-2.0-or-later
//
// PM4, the command stream's language, as A5xx speaks it: a header and its payload. Type 4 writes
// consecutive registers, type 7 is an operation. Both guard their two fields with a parity bit
// each, so that a command processor that reads what is no command notices.
//
//   type 4   0100 | p25-8 | 0 | register[25:8] | p6-0 | count[6:0]
//   type 7   0111 | 0000 | p22-16 | opcode[22:16] | p13-0 | 0 | count[13:0]
//
// Source of the layout: Linux, adreno_gpu.h (OUT_PKT4, OUT_PKT7, PM4_PARITY); of the opcodes:
// adreno_pm4.xml.
#pragma once

#include <cstdint>

namespace smmu_pm::gpu::pm4 {

enum class Kind : uint8_t {
    RegisterWrite, ///< type 4: `code` is the first register's dword index
    Operation,     ///< type 7: `code` is the opcode
    Malformed,     ///< another type (0, 2 and 3 are of older parts), or wrong parity
    ReservedBit,   ///< a bit that has to be zero is not
};

struct Header {
    Kind kind = Kind::Malformed;
    uint32_t code = 0;
    uint32_t count = 0; ///< dwords of payload, at most 0x3fff
    constexpr bool operator==(const Header&) const = default;
};

Header decode(uint32_t dword);

/// The opcodes that are known here. Every other one is skipped by its length.
enum Opcode : uint32_t {
    Nop = 0x10,
    WaitMemWrites = 0x12,
    WaitForMe = 0x13,
    WaitMemGte = 0x14,
    YieldEnable = 0x1c,
    SkipIb2EnableGlobal = 0x1d,
    RegRmw = 0x21,
    SkipIb2EnableLocal = 0x23,
    WaitForIdle = 0x26,
    DrawIndirect = 0x28,
    DrawIndxIndirect = 0x29,
    Blit = 0x2c,
    SetBinData5 = 0x2f,
    LoadState4 = 0x30,
    CondIndirectBufferPfd = 0x32,
    ExecCs = 0x33,
    IndirectBufferPfd = 0x37,
    DrawIndxOffset = 0x38,
    CondIndirectBufferPfe = 0x3a,
    WaitRegMem = 0x3c,
    MemWrite = 0x3d,
    RegToMem = 0x3e,
    IndirectBufferPfe = 0x3f,
    ExecCsIndirect = 0x41,
    MemToReg = 0x42,
    SetDrawState = 0x43,
    CondExec = 0x44,
    CondWrite5 = 0x45,
    EventWrite = 0x46,
    MeInit = 0x48,
    SetDrawInitFlags = 0x4b,
    IndirectBufferChain = 0x57,
    SetProtectedMode = 0x5f,
    WhereAmI = 0x62,
    SetVisibilityOverride = 0x64,
    SetSecureMode = 0x66,
    PreemptEnableGlobal = 0x69,
    PreemptEnableLocal = 0x6a,
    ContextSwitchYield = 0x6b,
    SetRenderMode = 0x6c,
    ComputeCheckpoint = 0x6e,
    MemToMem = 0x73,
};

/// How a type 7 packet is dealt with.
enum class Treatment : uint8_t {
    Execute, ///< has an effect once its payload is complete (CP_MEM_WRITE: as it comes)
    Accept,  ///< known, and without an effect that could be seen from outside
    Skip,    ///< not known: its payload is passed over
};
Treatment treatment(uint32_t opcode);

/// Payload dwords without which the operation makes no sense; 0 for what is not executed.
uint32_t least_payload(uint32_t opcode);

/// CP_WAIT_REG_MEM's comparison, `function` being bits 2:0 of its first dword.
bool compare(uint32_t function, uint32_t value, uint32_t reference, bool is_signed = false);

} // namespace smmu_pm::gpu::pm4
