// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/config.hh"

#include "smmu/layout.hh"
#include "smmu/stalls.hh"
#include "smmu/tlb.hh"

namespace smmu_pm::smmu {
namespace {

bool streams_fit(const Config& config)
{
    if (config.stream_groups == 0)
        return config.stream_bits <= 7 && !config.extended_stream_ids;
    return config.stream_groups <= max_stream_groups && config.stream_bits <= 15 &&
           (!config.extended_stream_ids || config.stream_bits == 15); // IHI 0062D 9.6.1
}

bool banks_fit(const Config& config)
{
    const unsigned banks = config.context_banks;
    return banks >= 1 && banks <= max_context_banks && config.context_interrupts <= banks &&
           config.stage2_banks <= banks && (config.stage2_banks == 0 || config.stage2) &&
           (config.stage1 || config.stage2_banks == banks);
}

bool pages_fit(const Config& config)
{
    const uint32_t last = config.ssd_table ? page_ssd : page_pm;
    return config.page_index_bits <= 7 && pages(config) > last >> 12 &&
           pages(config) >= config.context_banks;
}

bool translation_fits(const Config& config)
{
    return (config.stage1 || config.stage2) && (config.stage1 || !config.address_translation) &&
           (!config.nested || (config.stage1 && config.stage2)) && config.formats.any() &&
           (!config.formats.aarch32_short || config.formats.aarch32_long);
}

/// IHI 0062D 1.6.1: what a stage that is not there would take and put out is the same.
bool sizes_fit(const Config& config)
{
    return config.ias <= 5 && config.oas <= 5 && config.ubs <= 5 &&
           (config.stage1 || config.ubs == config.ias) &&
           (config.stage2 || config.ias == config.oas);
}

} // namespace

bool valid(const Config& config)
{
    return streams_fit(config) && banks_fit(config) && pages_fit(config) &&
           translation_fits(config) && sizes_fit(config) && config.stall_slots <= max_stall_slots &&
           config.tlb_entries >= 1 && config.tlb_entries <= max_tlb_entries &&
           config.ssd_index_bits <= (config.ssd_table ? max_ssd_index_bits : 15) &&
           ((config.ssd_index_bits == 0 && !config.ssd_table) || config.secure) &&
           config.counter_groups <= max_counter_groups && (config.events & ~every_event) == 0;
}

} // namespace smmu_pm::smmu
