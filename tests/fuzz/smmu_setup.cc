// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu_setup.hh"

#include <algorithm>
#include <utility>

namespace smmu_pm::fuzz {

using power::Supply;

// ---- Configurations ---------------------------------------------------------------------------

namespace {

smmu::Config any_config(Input& input)
{
    smmu::Config config;
    const uint8_t size = input.byte();
    config.context_banks = (size & 0x80) != 0 ? 1 + input.byte() % 130u : 1 + size % 8u;
    config.stream_groups = (size & 0x40) != 0 ? input.byte() : 1 + size % 5u;
    const uint8_t streams = input.byte();
    config.stream_bits = streams % 17;
    config.extended_stream_ids = (streams & 0x20) != 0;
    if (config.extended_stream_ids)
        config.stream_bits = 15;
    if ((streams & 0xc0) == 0xc0) { // stream indexing
        config.stream_groups = 0;
        config.stream_bits %= 9;
    }
    const uint8_t pages = input.byte();
    config.page_index_bits = pages % 9;
    config.pages_of_64k = (pages & 0x20) != 0;
    if ((pages & 0x80) == 0) // as many as there have to be
        while (config.page_index_bits < 7 && 2u << config.page_index_bits < config.context_banks)
            ++config.page_index_bits;
    const uint8_t stages = input.byte();
    config.stage1 = (stages & 7) != 7;
    config.stage2 = (stages & 0x10) == 0;
    config.nested = config.stage1 && config.stage2 && (stages & 0x20) == 0;
    config.stage2_banks = !config.stage1         ? config.context_banks
                          : (stages & 0xc0) == 0 ? input.byte() % (config.context_banks + 2)
                                                 : 0;
    const uint8_t formats = input.byte();
    config.formats = {.aarch32_short = (formats & 3) == 3,
                      .aarch32_long = (formats & 1) != 0,
                      .aarch64_4k = (formats & 4) == 0,
                      .aarch64_16k = (formats & 8) != 0,
                      .aarch64_64k = (formats & 0x10) != 0};
    config.vmid16 = (formats & 0x20) != 0;
    config.address_translation = config.stage1 && (formats & 0x40) == 0;
    const unsigned low = input.byte(), sizes = low | unsigned{input.byte()} << 8;
    config.ias = sizes % 7;
    config.oas = config.stage2 ? sizes >> 3 & 7 : config.ias;
    config.ubs = config.stage1 ? sizes >> 6 & 7 : config.ias;
    config.context_interrupts = (sizes & 0x1000) != 0 ? input.byte() % 9u : 0;
    config.coherent_walk = (sizes & 0x2000) != 0;
    config.broadcast_maintenance = (sizes & 0x4000) != 0;
    const uint8_t secure = input.byte();
    config.secure = (secure & 1) != 0;
    config.ssd_table = config.secure && (secure & 6) == 6;
    config.ssd_index_bits = config.secure ? secure >> 3 & 0xf : 0;
    config.counter_groups = (secure & 0x80) != 0 ? input.byte() % 34u : 0;
    config.mmu500 = (input.byte() & 1) != 0;
    return config;
}

} // namespace

smmu::Config smmu_config(Input& input)
{
    const uint8_t which = input.byte();
    smmu::Config config =
        which % 8 < smmu::presets.size() ? smmu::presets[which % 8].config : any_config(input);
    const uint8_t choice = input.byte(), room = input.byte();
    config.policy = static_cast<power::Policy>(choice % 4);
    config.dma_policy = static_cast<power::DmaPolicy>(choice >> 2 & 1);
    config.collapse = static_cast<power::Collapse>((choice >> 3) % 3);
    config.stall_slots = room % 10;
    constexpr unsigned entries[] = {64, 1, 2, 3, 5, 8, 256, 4096};
    config.tlb_entries = entries[room >> 5];
    constexpr uint64_t latencies[] = {0, 0, 1, 1000, 50'000, ~uint64_t{0}};
    config.sync_latency_ns = latencies[(which >> 3) % std::size(latencies)];
    return config;
}

// ---- Banks ------------------------------------------------------------------------------------

namespace {

/// A bank's registers.
struct Bank {
    uint32_t cbar = 0, cba2r = 0, tcr = 0, tcr2 = 0;
};

constexpr uint32_t granules0[] = {0x0000, 0x8000, 0x4000, 0x0000};           // TG0
constexpr uint32_t granules1[] = {0x8000'0000, 0x4000'0000, 0xc000'0000, 0}; // TG1

/// T0SZ and T1SZ, with and without EPD1; SEP, PASize, AS and TBI.
Bank aarch64(uint8_t choice)
{
    constexpr uint32_t sizes[] = {0x0010'0010, 0x0019'0019, 0x0022'0022, 0x0027'0027,
                                  0x0010'0020, 0x0019'0010, 0x0030'000f, 0x0020'0018};
    constexpr uint32_t extras[] = {0x3'8005, 0x3'8002, 0x3'8075, 0x1'8015};
    const unsigned granule = choice & 3;
    return {.cba2r = 1,
            .tcr = sizes[choice >> 2 & 7] | granules0[granule] | granules1[granule] |
                   ((choice & 0x20) != 0 ? 0x0080'0000u : 0u),
            .tcr2 = extras[choice >> 6]};
}

Bank stage2(uint8_t choice, bool aarch64)
{
    if (!aarch64) {
        constexpr uint32_t tcrs[] = {0x8000'0040, 0x8000'0058, 0x8000'0000, 0x8000'0043};
        return {.tcr = tcrs[choice & 3]};
    }
    // 4 KiB from level 1 and 0, 16 KiB, 64 KiB; one that does not start.
    constexpr uint32_t tcrs[] = {0x8002'0058, 0x8005'0090, 0x8005'8058, 0x8005'4058,
                                 0x8002'0022, 0x8003'0059, 0x8000'8020, 0x8005'00d0};
    return {.cba2r = 1, .tcr = tcrs[choice & 7]};
}

Bank of_kind(BankKind kind, uint8_t choice, unsigned other)
{
    Bank bank;
    constexpr uint32_t stage1 = 0x1'0000, nested = 0x3'0000;
    switch (kind) {
    case BankKind::Stage2:
    case BankKind::Stage2Aarch32:
        bank = stage2(choice, kind == BankKind::Stage2);
        break;
    case BankKind::Long:
    case BankKind::NestedAarch32: {
        constexpr uint32_t tcrs[] = {0x8000'0000, 0x8080'0000, 0x8001'0001, 0x8003'0002,
                                     0x8000'0003, 0x8001'0000, 0x8047'0007, 0x8000'0080};
        bank.tcr = tcrs[choice & 7];
        if (kind == BankKind::NestedAarch32 && (choice & 0x10) != 0)
            bank.tcr = choice & 7;
        break;
    }
    case BankKind::Short:
        bank.tcr = choice & 0x37;
        break;
    default:
        bank = aarch64(choice);
        break;
    }
    switch (kind) {
    case BankKind::Nested:
    case BankKind::NestedAarch32:
        bank.cbar = nested | other << 8;
        break;
    case BankKind::Stage2:
    case BankKind::Stage2Aarch32:
        break;
    case BankKind::Hypervisor:
        bank.cbar = stage1 | 0x400;
        bank.cba2r = choice % 8 == 7 ? 0 : 1;
        break;
    case BankKind::Monitor:
        bank.cba2r |= 2;
        [[fallthrough]];
    default:
        bank.cbar = stage1;
        break;
    }
    return bank;
}

} // namespace

void program(SmmuSubject& subject, bool secure, unsigned bank, BankKind kind, uint8_t choice,
             uint64_t base, unsigned other)
{
    // CFIE, CFRE and M; Linux's; with CFCFG and HUPCF; AFFD and WXN; big-endian; short
    // descriptors' TRE and AFE; PTW; stage 1 off.
    constexpr uint32_t controls[] = {0x0061, 0x1167, 0x10e7, 0x11e7,
                                     0x026d, 0x0071, 0x0427, 0x2060};
    const SmmuWindow window(subject.smmu.config());
    const Bank values = of_kind(kind, choice, other);
    const auto global = [&](unsigned offset, uint32_t value) {
        subject.smmu.write(window.global(offset), 4, value, secure);
    };
    const auto own = [&](unsigned offset, uint64_t value, unsigned size = 4) {
        subject.smmu.write(window.bank(bank, offset), size, value, secure);
    };
    global(0x1800 + 4 * bank, values.cba2r);
    global(0x1000 + 4 * bank, values.cbar);
    own(0x10, values.tcr2);
    own(0x30, values.tcr);
    own(0x20, base, 8);
    own(0x28, base ^ 0x4000, 8);
    own(0x38, 0xbb04'ff44);
    own(0x3c, 0x0c00'08f4);
    own(0x00, controls[(choice ^ bank) & 7]);
}

void attach(SmmuSubject& subject, bool secure, unsigned group, unsigned stream, unsigned bank)
{
    const SmmuWindow window(subject.smmu.config());
    subject.smmu.write(window.global(0x800 + 4 * group), 4, 0x8000'0000 | stream, secure);
    subject.smmu.write(window.global(0xc00 + 4 * group), 4, bank, secure);
}

// ---- Tables -----------------------------------------------------------------------------------

void fill(SmmuHost& host, unsigned first, unsigned count, uint8_t kind, uint64_t output)
{
    // Long: pages of one right and another, global ones and not, without access flag, with
    // NSTable and its kin, of stage 2, blocks. Short: tables and large pages, small pages and
    // sections, supersections, in pairs.
    constexpr uint64_t longs[] = {0x743,
                                  0xf43,
                                  0x7c3,
                                  0x343,
                                  0x7863'0000'0000'0f47ull ^ 0x3'0000,
                                  0x7ff,
                                  0x4fd,
                                  0x741,
                                  0x0060'0000'0000'0f4b};
    constexpr uint64_t shorts[] = {0x0000'0032'0000'0001, 0x0000'0c02'0000'0001,
                                   0x0004'0c02'0000'0439, 0x0000'0c33'0000'0032,
                                   0x0001'8412'0000'0009, 0x0000'0832'0000'0c33};
    const bool is_long = kind % 16 < std::size(longs);
    const bool swap = (kind & 0x80) != 0;
    for (unsigned i = 0; i < std::min<unsigned>(count, SmmuHost::words); ++i) {
        uint64_t& word = host.memory[(first + i) % SmmuHost::words];
        if (is_long) {
            word = longs[kind % 16] | ((output + (uint64_t{i & 0xf} << 12)) & 0xffff'ffff'f000);
            word = swap ? __builtin_bswap64(word) : word;
            continue;
        }
        const uint64_t pages = (output & 0xffff'0000) | (i & 7) << 13;
        const uint64_t pair = shorts[kind % 16 % std::size(shorts)] | pages << 32 | pages | 0x1000;
        const auto low = static_cast<uint32_t>(pair), high = static_cast<uint32_t>(pair >> 32);
        word = swap ? uint64_t{__builtin_bswap32(high)} << 32 | __builtin_bswap32(low) : pair;
    }
}

// ---- A start ----------------------------------------------------------------------------------

void head_start(SmmuSubject& subject, Input& input)
{
    smmu::Smmu& smmu = subject.smmu;
    const smmu::Config& config = smmu.config();
    const SmmuWindow window(config);
    const uint8_t choice = input.byte();
    for (unsigned supply = 0; supply < power::supply_count; ++supply)
        smmu.set_supply(static_cast<Supply>(supply), choice != 0xff);
    if ((choice & 3) == 3)
        return;
    fill(subject.host, 0, SmmuHost::words, input.byte(), input.number() << 12);
    // The last banks and groups are Secure state's.
    const unsigned kept = config.secure && (choice & 4) != 0 ? input.byte() % 4u : 0;
    const unsigned left = config.context_banks - std::min(kept, config.context_banks);
    const unsigned groups = config.stream_groups - std::min(kept, config.stream_groups);
    if (kept != 0) {
        smmu.write(4, 4, left | groups << 8 | (choice & 8u) << 24, true);
        smmu.write(0, 4, 0x0020'0c36, true);
    }
    for (unsigned i = 0; i < 4 && i < config.context_banks; ++i) {
        const uint8_t kind = input.byte(), how = input.byte();
        const unsigned bank = i < kept ? config.context_banks - 1 - i : i;
        if (kind >= 0xf0)
            continue;
        program(subject, config.secure, bank, static_cast<BankKind>(kind % bank_kinds), how,
                uint64_t{how & 0xfu} << 12, (kind >> 4) % 4);
        const unsigned group =
            i < kept && config.stream_groups > i ? config.stream_groups - 1 - i : i;
        attach(subject, config.secure, group, i, bank);
    }
    constexpr uint32_t controls[] = {0x0020'0c36, 0x0020'1c36, 0x0000'0036, 0x8020'0c3e};
    smmu.write(0, 4, controls[choice >> 4 & 3]);
    if (config.counter_groups != 0 && (choice & 0x40) != 0) {
        const uint64_t page = window.global(0x3000);
        for (const auto& [offset, value] :
             std::initializer_list<std::pair<unsigned, uint32_t>>{{0x400, 0x10},
                                                                  {0x404, 0x0},
                                                                  {0x408, 0x80},
                                                                  {0x40c, 0x11},
                                                                  {0x800, 0xc00},
                                                                  {0xc00, 0xf},
                                                                  {0xc40, 0xf},
                                                                  {0x0, 0xffff'fff0},
                                                                  {0xe04, 1}})
            smmu.write(page + offset, 4, value);
    }
}

} // namespace smmu_pm::fuzz
