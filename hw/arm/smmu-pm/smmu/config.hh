// SPDX-License-Identifier: GPL-2.0-or-later
//
// What an instance of the SMMUv2 is: IHI 0062D leaves it to the implementation, and the ID
// registers tell it. Everything they say is computed from here (id_registers.cc), so that they
// cannot disagree with what the model does.
#pragma once

#include "power/supply.hh"
#include "smmu/register_words.hh"

#include <array>
#include <string_view>

namespace smmu_pm::smmu {

/// Which table formats there are: IDR0.PTFS, IDR2.PTFSv8.
struct Formats {
    bool aarch32_short = false;
    bool aarch32_long = false;
    bool aarch64_4k = true;
    bool aarch64_16k = false;
    bool aarch64_64k = false;
    constexpr bool any() const
    {
        return aarch32_short || aarch32_long || aarch64_4k || aarch64_16k || aarch64_64k;
    }
};

/// Bits of PMCEID0: cycles, TLB entries allocated and accesses, all forms of each.
inline constexpr uint32_t every_event = 0x0007'0703;

/// As constructed: the SMMU of MSM8996's GPU.
struct Config {
    unsigned stream_groups = 8; ///< IDR0.NUMSMRG; 0: stream indexing (IDR0.SMS clear)
    unsigned context_banks = 2; ///< IDR1.NUMCB
    power::Policy policy = power::Policy::Abort;
    power::DmaPolicy dma_policy = power::DmaPolicy::Abort;
    power::Collapse collapse = power::Collapse::Lose;
    /// Transactions that can be held at a time, of all banks and for want of power together. When
    /// all are taken a fault terminates, and what cannot reach is refused. 0: no stalls at all.
    unsigned stall_slots = 4;
    /// What the TLB holds, 1 to 65536; then the oldest goes. Large, because an entry that survives
    /// is what exposes an invalidate that is missing.
    unsigned tlb_entries = 4096;
    /// From a TLB sync to its end, in virtual time; 0: at once.
    uint64_t sync_latency_ns = 0;

    unsigned stage2_banks = 0; ///< IDR1.NUMS2CB: the first banks, which have stage 2 alone
    /// Of banks that share them by SMMU_CBARn.IRPTNDX. 0: each bank has one of its own. 1: so it
    /// has, but the system joins them on one line.
    unsigned context_interrupts = 0;
    bool pages_of_64k = false;        ///< IDR1.PAGESIZE
    unsigned page_index_bits = 2;     ///< IDR1.NUMPAGENDXB: 2^(n+1) pages, and again for the banks
    unsigned stream_bits = 15;        ///< IDR0.NUMSIDB
    bool extended_stream_ids = false; ///< IDR0.EXIDS
    bool stage1 = true, stage2 = false, nested = false;
    Formats formats{};
    unsigned ias = 4;                   ///< IDR2.IAS, encoded: 32, 36, 40, 42, 44, 48 bits
    unsigned oas = 4;                   ///< IDR2.OAS
    unsigned ubs = 5;                   ///< IDR2.UBS: as those, but 5 is 49 bits
    bool vmid16 = false;                ///< IDR2.VMID16S
    bool address_translation = false;   ///< not IDR0.ATOSNS
    bool coherent_walk = true;          ///< IDR0.CTTW
    bool broadcast_maintenance = false; ///< IDR0.BTM
    bool secure = false;                ///< IDR0.SES: two security states
    unsigned ssd_index_bits = 0;        ///< IDR1.NUMSSDNDXB
    bool ssd_table = false;             ///< IDR1.SSDTP: says which SSD indices are Secure
    unsigned counter_groups = 0;        ///< of the performance monitors; 0: none
    uint32_t events = every_event;      ///< PMCEID0: which of them they count
    bool mmu500 = false;                ///< the registers that MMU-500 adds
    uint8_t revision = 0x20;            ///< IDR7: major in the upper half
};

/// Whether a configuration is one that its ID registers can tell, and the model can be.
bool valid(const Config& config);

/// IDR0.NUMIRPT: one says that each bank has its own (IHI 0062D 3.6.2). More can be assigned.
constexpr unsigned announced_interrupts(const Config& config)
{
    return config.context_interrupts > 1 ? config.context_interrupts : 1;
}

/// Lines of context interrupts.
constexpr unsigned context_interrupts(const Config& config)
{
    return config.context_interrupts != 0 ? config.context_interrupts : config.context_banks;
}

/// S2CRs: one for each group, or with stream indexing for each StreamID.
constexpr unsigned stream_entries(const Config& config)
{
    return config.stream_groups != 0 ? config.stream_groups : 1u << config.stream_bits;
}

/// Interrupt lines: the global one, those of contexts, the Secure global one, those of counter
/// groups.
constexpr unsigned secure_global_line(const Config& config)
{
    return 1 + context_interrupts(config);
}
constexpr unsigned monitor_line(const Config& config, unsigned group)
{
    return secure_global_line(config) + (config.secure ? 1 : 0) + group;
}
constexpr unsigned lines(const Config& config)
{
    return monitor_line(config, config.counter_groups);
}
inline constexpr unsigned max_lines = 2 + max_context_banks + max_counter_groups;

// ---- Presets ----------------------------------------------------------------------------------

inline constexpr Config msm8996_adreno{};

/// DDI 0517 leaves the numbers to the integrator; these are those of a Zynq UltraScale+: what
/// Linux's driver prints of it (48 groups, 16 banks, page sizes 0x61311000, 48-bit addresses), and
/// UG1087's reset values, 0xfc013e30 of SMMU_SIDR0. It joins the banks' interrupts on one line.
inline constexpr Config mmu_500 = {.stream_groups = 48,
                                   .context_banks = 16,
                                   .context_interrupts = 1,
                                   .page_index_bits = 3,
                                   .stage2 = true,
                                   .nested = true,
                                   .formats = {.aarch32_short = true,
                                               .aarch32_long = true,
                                               .aarch64_4k = true,
                                               .aarch64_64k = true},
                                   .ias = 5,
                                   .oas = 5,
                                   .coherent_walk = false,
                                   .broadcast_maintenance = true,
                                   .secure = true,
                                   .ssd_index_bits = 15,
                                   .counter_groups = 6,
                                   .events = 0x0003'0303, // neither form of writes
                                   .mmu500 = true,
                                   .revision = 0x21};

/// Everything that the model can do at once.
inline constexpr Config smmu_v2_full = {.stream_groups = 127,
                                        .context_banks = 128,
                                        .stall_slots = 8,
                                        .page_index_bits = 6,
                                        .extended_stream_ids = true,
                                        .stage2 = true,
                                        .nested = true,
                                        .formats = {.aarch32_short = true,
                                                    .aarch32_long = true,
                                                    .aarch64_4k = true,
                                                    .aarch64_16k = true,
                                                    .aarch64_64k = true},
                                        .ias = 5,
                                        .oas = 5,
                                        .vmid16 = true,
                                        .address_translation = true,
                                        .broadcast_maintenance = true,
                                        .secure = true,
                                        .counter_groups = 32,
                                        .mmu500 = true,
                                        .revision = 0x21};

struct Preset {
    std::string_view name;
    const Config& config;
};
inline constexpr std::array<Preset, 3> presets = {
    {{"msm8996-adreno", msm8996_adreno}, {"mmu-500", mmu_500}, {"smmu-v2-full", smmu_v2_full}}};

} // namespace smmu_pm::smmu
