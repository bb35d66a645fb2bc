// SPDX-License-Identifier: GPL-2.0-or-later
#include "pm4.hh"

#include <bit>

namespace smmu_pm::gpu::pm4 {

namespace {

/// A field and its parity bit have an odd number of ones between them.
bool odd(uint32_t field, uint32_t parity)
{
    return ((std::popcount(field) + std::popcount(parity & 1)) & 1) != 0;
}

} // namespace

Header decode(uint32_t dword)
{
    switch (dword >> 28) {
    case 4: {
        const uint32_t reg = (dword >> 8) & 0x3ffff;
        const uint32_t count = dword & 0x7f;
        if (!odd(reg, dword >> 27) || !odd(count, dword >> 7))
            return {};
        return {(dword & (1u << 26)) != 0 ? Kind::ReservedBit : Kind::RegisterWrite, reg, count};
    }
    case 7: {
        const uint32_t opcode = (dword >> 16) & 0x7f;
        const uint32_t count = dword & 0x3fff;
        if (!odd(opcode, dword >> 23) || !odd(count, dword >> 15))
            return {};
        return {(dword & 0x0f00'4000) != 0 ? Kind::ReservedBit : Kind::Operation, opcode, count};
    }
    default:
        return {};
    }
}

Treatment treatment(uint32_t opcode)
{
    switch (opcode) {
    case IndirectBufferPfd:
    case IndirectBufferPfe:
    case CondIndirectBufferPfd:
    case CondIndirectBufferPfe:
    case IndirectBufferChain:
    case WaitRegMem:
    case WaitMemGte:
    case MemWrite:
    case MemToMem:
    case MemToReg:
    case RegToMem:
    case RegRmw:
    case CondWrite5:
    case CondExec:
    case EventWrite:
    case WhereAmI:
    case SetProtectedMode:
    case SetDrawState:
    case LoadState4:
    case DrawIndxOffset:
    case DrawIndirect:
    case DrawIndxIndirect:
    case ExecCsIndirect:
        return Treatment::Execute;
    // Each packet is complete before the next begins, so there is nothing to wait for; there is
    // one ring, so nothing is ever preempted; nothing is rendered and nothing is secure.
    case Nop:
    case WaitMemWrites:
    case WaitForMe:
    case YieldEnable:
    case SkipIb2EnableGlobal:
    case SkipIb2EnableLocal:
    case WaitForIdle:
    case MeInit:
    case SetSecureMode:
    case PreemptEnableGlobal:
    case PreemptEnableLocal:
    case ContextSwitchYield:
    case SetRenderMode:
    case SetBinData5:
    case SetDrawInitFlags:
    case SetVisibilityOverride:
    case ComputeCheckpoint:
    case ExecCs:
    case Blit:
        return Treatment::Accept;
    default:
        return Treatment::Skip;
    }
}

uint32_t least_payload(uint32_t opcode)
{
    switch (opcode) {
    case SetProtectedMode:
    case EventWrite:
        return 1;
    case WhereAmI:
        return 2;
    case IndirectBufferPfd:
    case IndirectBufferPfe:
    case CondIndirectBufferPfd:
    case CondIndirectBufferPfe:
    case IndirectBufferChain:
    case MemWrite:
    case RegToMem:
    case MemToReg:
    case RegRmw:
    case DrawIndxOffset:
    case DrawIndirect:
    case ExecCsIndirect:
    case LoadState4:
    case SetDrawState:
        return 3;
    case WaitMemGte:
        return 4;
    case MemToMem:
        return 5;
    case WaitRegMem:
    case CondExec:
    case DrawIndxIndirect:
        return 6;
    case CondWrite5:
        return 8;
    default:
        return 0;
    }
}

bool compare(uint32_t function, uint32_t value, uint32_t reference, bool is_signed)
{
    if (is_signed) { // the sign bit turned over puts signed numbers into unsigned order
        value ^= 1u << 31;
        reference ^= 1u << 31;
    }
    switch (function & 7) {
    case 1:
        return value < reference;
    case 2:
        return value <= reference;
    case 3:
        return value == reference;
    case 4:
        return value != reference;
    case 5:
        return value >= reference;
    case 6:
        return value > reference;
    default: // 0 is "always"; 7 is not assigned
        return true;
    }
}

} // namespace smmu_pm::gpu::pm4
