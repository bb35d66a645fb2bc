// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/id_registers.hh"

namespace smmu_pm::smmu {

Counted counted(const Registers& registers, const Config& config, bool secure)
{
    const Counted all = {config.stream_groups, config.context_banks, announced_interrupts(config)};
    if (secure || !config.secure)
        return all;
    const auto scr1 = registers.get<SMMU_SCR1>();
    return {all.stream_groups - static_cast<unsigned>(scr1.get<"NSNUMSMRGO">()),
            all.context_banks - static_cast<unsigned>(scr1.get<"NSNUMCBO">()),
            all.context_interrupts};
}

namespace {

/// IDR0.PTFS, IHI 0062D 9.6.1: both, the long one alone, none; 3 is reserved.
unsigned aarch32_formats(const Formats& formats)
{
    return formats.aarch32_short ? 0 : formats.aarch32_long ? 1 : 2;
}

} // namespace

/// SES is for Secure software alone to see.
Value<SMMU_IDR0> id0(const Config& config, const Counted& counted, bool secure)
{
    return Value<SMMU_IDR0>()
        .with<"SES">(secure)
        .with<"S1TS">(config.stage1)
        .with<"S2TS">(config.stage2)
        .with<"NTS">(config.nested)
        .with<"SMS">(config.stream_groups != 0)
        // Set means: no such operations, where there is a stage 1 that they would be of.
        .with<"ATOSNS">(config.stage1 && !config.address_translation)
        .with<"PTFS">(aarch32_formats(config.formats))
        .with<"NUMIRPT">(counted.context_interrupts)
        .with<"CTTW">(config.coherent_walk)
        .with<"BTM">(config.broadcast_maintenance)
        .with<"NUMSIDB">(config.stream_bits)
        .with<"EXIDS">(config.extended_stream_ids)
        .with<"NUMSMRG">(counted.stream_groups);
}

/// The SSD table, too, is Secure software's alone.
Value<SMMU_IDR1> id1(const Config& config, const Counted& counted, bool secure)
{
    return Value<SMMU_IDR1>()
        .with<"PAGESIZE">(config.pages_of_64k)
        .with<"NUMPAGENDXB">(config.page_index_bits)
        .with<"NUMS2CB">(config.stage2_banks)
        .with<"SSDTP">(secure && config.ssd_table)
        .with<"NUMSSDNDXB">(secure ? config.ssd_index_bits : 0)
        .with<"NUMCB">(counted.context_banks);
}

Value<SMMU_IDR2> id2(const Config& config)
{
    return Value<SMMU_IDR2>()
        .with<"IAS">(config.ias)
        .with<"OAS">(config.oas)
        .with<"UBS">(config.ubs)
        .with<"PTFSv8_4kB">(config.formats.aarch64_4k)
        .with<"PTFSv8_16kB">(config.formats.aarch64_16k)
        .with<"PTFSv8_64kB">(config.formats.aarch64_64k)
        .with<"VMID16S">(config.vmid16);
}

Value<SMMU_IDR7> id7(const Config& config)
{
    return Value<SMMU_IDR7>(config.revision);
}

} // namespace smmu_pm::smmu
