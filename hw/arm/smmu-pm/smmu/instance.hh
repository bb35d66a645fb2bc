// SPDX-License-Identifier: GPL-2.0-or-later
//
// What an instance has of the registers that are declared: which instances of an array, which
// registers of an option, which bits.
#pragma once

#include "smmu/layout.hh"
#include "smmu/registers.hh"

#include <type_traits>

namespace smmu_pm::smmu {

/// Whether there is the register that is declared at an offset.
bool exists(const Config& config, const regs::Info& info, uint32_t declared);

/// Whether a register is Secure state's alone: what SMMU_SCR1 leaves to it of streams and banks,
/// the SSD table, and with SMMU_SCR1.GASRAE the whole global space.
bool secure_alone(const Registers& registers, const Config& config, uint32_t declared);

/// TLB maintenance of Secure entries, which for Non-secure software is not there.
constexpr bool invalidates_secure(uint32_t declared)
{
    return declared == SMMU_STLBIALL::place.offset || declared == SMMU_STLBIALLM::place.offset ||
           (declared >= SMMU_STLBIVALM::place.offset && declared < SMMU_STLBIVAM::place.offset + 8);
}

/// Whether a register belongs to the performance monitors, or to a bank's view of them.
constexpr bool is_monitor(uint32_t declared)
{
    return declared >= page_banks ? declared % 0x1000 >= 0xe00 : declared >> 12 == page_pm >> 12;
}

/// Of the 15 bits of a StreamID that is not extended those that an instance has not.
constexpr uint64_t absent_stream_bits(const Config& config)
{
    return 0x7fff & ~((uint64_t{1} << config.stream_bits) - 1);
}

/// Bits of a register that an instance has not.
template <class R>
uint64_t absent_bits(R, const Config& config)
{
    uint64_t absent = 0;
    if constexpr (std::is_same_v<R, SMMU_sCR0>) {
        absent |= 0x3000'0000u; // NSCFG is Secure state's (IHI 0062D 9.6.3)
        absent |= config.extended_stream_ids ? 0 : 1u << 3;
        absent |= config.vmid16 ? 0 : 1u << 31;
    } else if constexpr (std::is_same_v<R, SMMU_SCR0>) {
        absent |= 0x8000'0800u; // VMID16EN and VMIDPNE: it has no VMIDs
        absent |= config.extended_stream_ids ? 0 : 1u << 3;
    } else if constexpr (std::is_same_v<R, SMMU_S2CRn>) {
        absent |= config.extended_stream_ids ? 0 : 1u << 10;
    } else if constexpr (std::is_same_v<R, SMMU_SMRn>) {
        absent |= config.extended_stream_ids ? 0 : 1u << 15 | absent_stream_bits(config) * 0x1'0001;
    } else if constexpr (std::is_same_v<R, SMMU_sGFSYNR1> || std::is_same_v<R, SMMU_SGFSYNR1> ||
                         std::is_same_v<R, SMMU_CBFRSYNRAn>) {
        absent |= config.extended_stream_ids ? 0 : 1u << 15 | absent_stream_bits(config);
        absent |= 0x7fff'0000u & ~((1u << (16 + config.ssd_index_bits)) - 1); // SSD_INDEX
    } else if constexpr (std::is_same_v<R, SMMU_CBn_SCTLR>) {
        absent |= config.stall_slots != 0 ? 0 : 1u << 7; // CFCFG (IHI 0062D 3.7.3)
    } else if constexpr (std::is_same_v<R, SMMU_CBARn>) {
        // IRPTNDX chooses among interrupts that can be assigned.
        absent |= announced_interrupts(config) > 1 ? 0 : 0xff00'0000u;
    } else if constexpr (std::is_same_v<R, SMMU_sGFSR>) {
        absent |= 1u << 7; // PF is Secure state's
    } else if constexpr (std::is_same_v<R, SMMU_CBn_FSYNR0>) {
        absent |= config.nested ? 0 : 1u << 2;
    } else if constexpr (std::is_same_v<R, SMMU_CBA2Rn>) {
        absent |= config.secure ? 0 : 1u << 1; // MONC
        absent |= config.vmid16 ? 0 : 0xffff'0000u;
    }
    return absent;
}

/// Bits that Non-secure software neither reads nor writes where there is Secure state: SSD_Index
/// (IHI 0062D 9.6.18, 10.2.3).
constexpr uint64_t hidden_bits(uint32_t declared)
{
    const bool syndrome = declared == SMMU_sGFSYNR1::place.offset ||
                          (declared >= SMMU_CBFRSYNRAn::place.offset &&
                           declared < SMMU_CBFRSYNRAn::place.offset + 4 * max_context_banks);
    return syndrome ? 0x7fff'0000 : 0;
}

/// Whether registers hold no bit that an instance has not, and SMMU_SCR1 takes no more from
/// Non-secure state than there is.
bool hold_what_there_is(const Registers& registers, const Config& config);

/// What auxiliary control registers hold after a reset: MMU-500's as UG1087 has them.
constexpr uint64_t reset_of(SMMU_sACR, const Config& config)
{
    return config.mmu500 ? 0x0400'001c : 0;
}
constexpr uint64_t reset_of(SMMU_SACR, const Config& config)
{
    return config.mmu500 ? 0x0400'0004 : 0;
}

constexpr uint64_t reset_of(SMMU_CBn_ACTLR, const Config& config)
{
    return config.mmu500 ? 0x3 : 0;
}

} // namespace smmu_pm::smmu
