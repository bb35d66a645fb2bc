// SPDX-License-Identifier: GPL-2.0-or-later
//
// What an instance is: which configurations there can be, what the presets' ID registers say, and
// where an instance's registers stand in its window. Figures typed in from IHI 0062D 8.1 and 9.6.1,
// and from the places that smmu/config.hh names.
#include "machine.hh"

#include <gtest/gtest.h>

#include <random>

namespace smmu_pm::test {
namespace {

using smmu::Config;

/// Window offset of a bank's page.
uint64_t bank_page(const Config& config, unsigned bank)
{
    const uint64_t page = config.pages_of_64k ? 0x1'0000 : 0x1000;
    return ((uint64_t{2} << config.page_index_bits) + bank) * page;
}

TEST(SmmuConfig, EveryPresetIsOneThatCanBe)
{
    for (const smmu::Preset& preset : smmu::presets)
        EXPECT_TRUE(smmu::valid(preset.config)) << preset.name;
}

TEST(SmmuConfig, Msm8996AdrenoSaysWhatItAlwaysSaid)
{
    Machine machine(smmu::msm8996_adreno);
    EXPECT_EQ(machine.read(0x20), 0x4e01'5e08u);
    EXPECT_EQ(machine.read(0x24), 0x2000'0002u);
    EXPECT_EQ(machine.read(0x28), 0x0000'1544u);
    EXPECT_EQ(machine.read(0x3c), 0x0000'0020u);
    EXPECT_EQ(smmu::window_size(smmu::msm8996_adreno), 0x1'0000u);
}

TEST(SmmuConfig, Mmu500SaysToNonSecureSoftwareWhatThatOfAZynqUltrascaleSays)
{
    Machine machine(smmu::mmu_500);
    EXPECT_EQ(machine.read(0x20), 0x7c01'3e30u); // UG1087's 0xfc013e30 without SES
    EXPECT_EQ(machine.read(0x24), 0x3000'0010u);
    EXPECT_EQ(machine.read(0x28), 0x0000'5555u); // 4 and 64 KiB, 48, 48 and 49 bits
    EXPECT_EQ(machine.read(0x3c), 0x0000'0021u);
    EXPECT_EQ(smmu::window_size(smmu::mmu_500), 0x2'0000u); // the size in zynqmp.dtsi
}

TEST(SmmuConfig, TheFullSmmuAnnouncesAll)
{
    Machine machine(smmu::smmu_v2_full);
    EXPECT_EQ(machine.read(0x20), 0x7801'7f7fu);
    EXPECT_EQ(machine.read(0x24), 0x6000'0080u);
    EXPECT_EQ(machine.read(0x28), 0x0000'f555u);
    EXPECT_EQ(smmu::window_size(smmu::smmu_v2_full), 0x10'0000u);
}

TEST(SmmuConfig, IdRegistersFollowEachOption)
{
    const auto id = [](const Config& config, uint32_t offset) {
        EXPECT_TRUE(smmu::valid(config));
        return Machine(config).read(offset);
    };
    EXPECT_EQ(id({.stream_groups = 0, .stream_bits = 7}, 0x20), 0x4601'4e00u); // no SMS
    EXPECT_EQ(id({.context_banks = 4, .context_interrupts = 3}, 0x20), 0x4e03'5e08u);
    EXPECT_EQ(id({.extended_stream_ids = true}, 0x20), 0x4e01'5f08u);
    EXPECT_EQ(id({.stage2 = true}, 0x20), 0x6e01'5e08u);
    EXPECT_EQ(id({.stage2 = true, .nested = true}, 0x20), 0x7e01'5e08u);
    // ATOSNS speaks of stage 1 alone.
    EXPECT_EQ(id({.stage2_banks = 2, .stage1 = false, .stage2 = true, .ubs = 4}, 0x20),
              0x2a01'5e08u);
    EXPECT_EQ(id({.formats = {.aarch32_long = true}}, 0x20), 0x4d01'5e08u);
    EXPECT_EQ(id({.formats = {.aarch32_short = true, .aarch32_long = true}}, 0x20), 0x4c01'5e08u);
    EXPECT_EQ(id({.address_translation = true}, 0x20), 0x4a01'5e08u);
    EXPECT_EQ(id({.coherent_walk = false}, 0x20), 0x4e01'1e08u);
    EXPECT_EQ(id({.broadcast_maintenance = true}, 0x20), 0x4e01'7e08u);
    EXPECT_EQ(id({.stage2_banks = 1, .stage2 = true}, 0x24), 0x2001'0002u);
    EXPECT_EQ(id({.pages_of_64k = true}, 0x24), 0xa000'0002u);
    EXPECT_EQ(id({.page_index_bits = 4}, 0x24), 0x4000'0002u);
    EXPECT_EQ(id({.stage2 = true, .ias = 0, .oas = 1, .ubs = 2}, 0x28), 0x0000'1210u);
    EXPECT_EQ(
        id({.formats = {.aarch64_4k = false, .aarch64_16k = true, .aarch64_64k = true}}, 0x28),
        0x0000'6544u);
    EXPECT_EQ(id({.vmid16 = true}, 0x28), 0x0000'9544u);
}

TEST(SmmuConfig, WhatContradictsItselfIsRefused)
{
    EXPECT_FALSE(smmu::valid({.stream_groups = 0})); // more StreamIDs than S2CRs
    EXPECT_FALSE(smmu::valid({.stream_groups = 0, .stream_bits = 7, .extended_stream_ids = true}));
    EXPECT_FALSE(smmu::valid({.context_banks = 129, .page_index_bits = 7}));
    EXPECT_TRUE(smmu::valid({.context_banks = 128, .page_index_bits = 7}));
    EXPECT_FALSE(smmu::valid({.context_banks = 9})); // there are 8 pages
    EXPECT_TRUE(smmu::valid({.context_banks = 9, .page_index_bits = 3}));
    EXPECT_FALSE(smmu::valid({.page_index_bits = 8}));
    EXPECT_FALSE(smmu::valid({.page_index_bits = 0})); // performance monitors on page 3
    EXPECT_FALSE(smmu::valid({.context_interrupts = 3}));
    EXPECT_FALSE(smmu::valid({.stage2_banks = 2,
                              .stage1 = false,
                              .stage2 = true,
                              .ubs = 4,
                              .address_translation = true}));
    EXPECT_TRUE(smmu::valid({.stage2_banks = 2, .stage1 = false, .stage2 = true, .ubs = 4}));
    EXPECT_FALSE(smmu::valid({.stage2_banks = 3, .stage2 = true}));
    EXPECT_FALSE(smmu::valid({.stage2_banks = 1}));
    EXPECT_FALSE(smmu::valid({.stage1 = false}));
    EXPECT_FALSE(smmu::valid({.stage1 = false, .stage2 = true, .ubs = 4}));
    EXPECT_TRUE(smmu::valid({.stage2_banks = 2, .stage1 = false, .stage2 = true, .ubs = 4}));
    // Without stage 1 UBS is IAS, and without stage 2 IAS is OAS.
    EXPECT_FALSE(smmu::valid({.stage2_banks = 2, .stage1 = false, .stage2 = true, .ubs = 5}));
    EXPECT_TRUE(smmu::valid({.stage2 = true, .ias = 3, .ubs = 5}));
    EXPECT_FALSE(smmu::valid({.ias = 3}));
    EXPECT_FALSE(smmu::valid({.oas = 3}));
    EXPECT_TRUE(smmu::valid({.ias = 3, .oas = 3}));
    EXPECT_FALSE(smmu::valid({.nested = true}));
    EXPECT_FALSE(smmu::valid({.formats = {.aarch32_short = true}}));
    EXPECT_FALSE(smmu::valid({.formats = {.aarch64_4k = false}}));
    EXPECT_FALSE(smmu::valid({.stage2 = true, .ias = 6}));
    EXPECT_FALSE(smmu::valid({.stage2 = true, .oas = 6}));
    EXPECT_FALSE(smmu::valid({.ubs = 6}));
    EXPECT_FALSE(smmu::valid({.stream_bits = 16}));
    EXPECT_FALSE(smmu::valid({.stream_bits = 14, .extended_stream_ids = true})); // 15 says 16
    EXPECT_TRUE(smmu::valid({.stream_bits = 15, .extended_stream_ids = true}));
    EXPECT_FALSE(smmu::valid({.ssd_index_bits = 4}));
    EXPECT_FALSE(smmu::valid({.ssd_table = true}));
    EXPECT_TRUE(smmu::valid({.secure = true, .ssd_index_bits = 4, .ssd_table = true}));
    EXPECT_FALSE(smmu::valid(
        {.page_index_bits = 1, .secure = true, .ssd_index_bits = 4, .ssd_table = true}));
    EXPECT_FALSE(smmu::valid({.secure = true, .ssd_index_bits = 11, .ssd_table = true}));
    EXPECT_TRUE(smmu::valid({.secure = true, .ssd_index_bits = 15}));
    EXPECT_FALSE(smmu::valid({.secure = true, .ssd_index_bits = 16}));
    EXPECT_FALSE(smmu::valid({.counter_groups = 33}));
    EXPECT_FALSE(smmu::valid({.events = 0x0008'0000})); // event 0x13 is reserved
    EXPECT_TRUE(smmu::valid({.events = 0x0004'0402}));
}

TEST(SmmuConfig, TheLargestOfEachIsOneThatCanBeAndTheNextIsNot)
{
    EXPECT_TRUE(smmu::valid({.stream_groups = 0, .stream_bits = 7}));
    EXPECT_FALSE(smmu::valid({.stream_groups = 0, .stream_bits = 8})); // 128 S2CRs
    EXPECT_TRUE(smmu::valid({.context_banks = 3, .context_interrupts = 3}));
    EXPECT_TRUE(smmu::valid({.context_interrupts = 1}));
    EXPECT_TRUE(smmu::valid({.stage2_banks = 2, .stage2 = true}));
    EXPECT_TRUE(smmu::valid({.page_index_bits = 1})); // performance monitors on the last page
    EXPECT_TRUE(smmu::valid({.tlb_entries = 1}));
    EXPECT_FALSE(smmu::valid({.tlb_entries = 0}));
    EXPECT_TRUE(smmu::valid({.tlb_entries = 65536}));
    EXPECT_FALSE(smmu::valid({.tlb_entries = 65537}));
    EXPECT_TRUE(smmu::valid({.secure = true, .ssd_index_bits = 10, .ssd_table = true}));
    EXPECT_FALSE(smmu::valid({.ssd_index_bits = 1}));
    EXPECT_TRUE(smmu::valid({.counter_groups = 32}));
}

TEST(SmmuConfig, BanksStandBehindTheGlobalPagesAndNothingBehindTheLast)
{
    for (const bool pages_of_64k : {false, true})
        for (const unsigned bits : {2u, 3u, 6u, 7u}) {
            const unsigned banks = bits == 2 ? 3 : 1u << bits;
            const Config config = {
                .context_banks = banks, .pages_of_64k = pages_of_64k, .page_index_bits = bits};
            Machine machine(config);
            for (const unsigned bank : {0u, 1u, banks - 1}) {
                machine.write64(bank_page(config, bank) + 0x20, 0x1234'5000 + bank);
                machine.write(bank_page(config, bank) + 0x20 + (pages_of_64k ? 0x1000 : 0xa00), 1);
            }
            for (const unsigned bank : {0u, 1u, banks - 1})
                EXPECT_EQ(machine.read64(bank_page(config, bank) + 0x20), 0x1234'5000u + bank);
            machine.write(bank_page(config, banks) + 0x20, 1);
            EXPECT_EQ(machine.read(bank_page(config, banks) + 0x20), 0u);
            machine.write(smmu::window_size(config) + 0x20, 1);
            EXPECT_EQ(machine.read(smmu::window_size(config) + 0x20), 0u);
        }
}

TEST(SmmuConfig, WithLargePagesRegistersAreInTheFirst4KibOfEach)
{
    Machine machine({.pages_of_64k = true});
    machine.write(0x1'0000, 0x0001'f300);
    EXPECT_EQ(machine.read(0x1'0000), 0x0001'f300u); // SMMU_CBAR0
    EXPECT_EQ(machine.read(0x1000), 0u);
    machine.write(0x1'1000, 0xffff'ffff);
    EXPECT_EQ(machine.read(0x1'1000), 0u);
}

TEST(SmmuConfig, AWriteInVainGoesByItsNameWhereverItsPageIs)
{
    Machine machine({.context_banks = 100, .pages_of_64k = true, .page_index_bits = 6});
    machine.set(Supply::Iface, false);
    machine.write(0x80'0000 + 99 * 0x1'0000 + 0x58, 2);
    ASSERT_EQ(machine.sink.of(journal::Kind::Touch).size(), 1u);
    EXPECT_EQ(machine.sink.of(journal::Kind::Touch).at(0).name, "SMMU_CB99_FSR");
    EXPECT_EQ(machine.sink.of(journal::Kind::Touch).at(0).event.address, 0xe3'0058u);
}

TEST(SmmuConfig, AWriteInVainBehindTheLastBankHasNoName)
{
    Machine machine;
    machine.set(Supply::Iface, false);
    machine.write(0xa058, 2);
    ASSERT_EQ(machine.sink.of(journal::Kind::Touch).size(), 1u);
    EXPECT_EQ(machine.sink.of(journal::Kind::Touch).at(0).name, "");
}

TEST(SmmuConfig, ThePagesBehindSecurityStateDeterminationAreEmpty)
{
    // Where the model declares the Secure copies, which stand in GR0.
    Machine machine(smmu::mmu_500);
    for (const uint64_t offset : {0x5000u, 0x5020u, 0x6000u, 0xf000u}) {
        EXPECT_EQ(machine.smmu.read(offset, 4, true).value, 0u) << std::hex << offset;
        EXPECT_EQ(machine.smmu.write(offset, 4, 0xffff'ffff, true).status, power::Status::Ok);
        EXPECT_EQ(machine.smmu.read(offset, 4, true).value, 0u) << std::hex << offset;
    }
    EXPECT_EQ(machine.smmu.read(0, 4, true).value, 1u);
}

TEST(SmmuConfig, EachOf128BanksHasItsOwnLine)
{
    const Config config = {.stream_groups = 127, .context_banks = 128, .page_index_bits = 6};
    Machine machine(config);
    machine.write(0, 0x1c36);
    for (const unsigned bank : {0u, 1u, 77u, 126u, 127u}) {
        const unsigned group = bank % 127;
        machine.write(0x1000 + 4 * bank, 0x1'0000);
        machine.write(0x1800 + 4 * bank, 1);
        machine.write(bank_page(config, bank), 0x1167);
        machine.write(0xc00 + 4 * group, bank);
        machine.write(0x800 + 4 * group, 0x8000'0100 + bank);
        machine.load(0x1000, static_cast<uint16_t>(0x100 + bank));
        for (unsigned line = 0; line < machine.host.irq.size(); ++line)
            EXPECT_EQ(machine.host.irq[line], line == 1 + bank) << bank;
        EXPECT_EQ(machine.read(bank_page(config, bank) + 0x68) >> 16 & 0xff, bank);
        machine.write(bank_page(config, bank) + 0x58, 0xffff'ffff);
        EXPECT_FALSE(machine.host.irq[1 + bank]);
        machine.write(0x800 + 4 * group, 0);
    }
}

TEST(SmmuConfig, OneInterruptMeansThatEachBankHasItsOwnAndNoneToChoose)
{
    for (const unsigned interrupts : {0u, 1u}) {
        Machine machine(Config{.context_banks = 4, .context_interrupts = interrupts});
        EXPECT_EQ(machine.read(0x20) >> 16 & 0xff, 1u);
        machine.write(0x1008, 0xffff'ffff); // CBAR2
        EXPECT_EQ(machine.read(0x1008), 0x00ff'ffffu);
        machine.write(0xa000, 0x40); // CFIE
        machine.write(0xa05c, 0x2);  // FSRRESTORE
        // A system may join them.
        for (unsigned line = 0; line < 6; ++line)
            EXPECT_EQ(machine.host.irq[line], line == (interrupts == 0 ? 3 : 1)) << line;
        EXPECT_EQ(smmu::lines(machine.smmu.config()), interrupts == 0 ? 5u : 2u);
    }
    Machine machine(Config{.context_banks = 4, .context_interrupts = 2});
    machine.write(0x1008, 0xffff'ffff);
    EXPECT_EQ(machine.read(0x1008), 0xffff'ffffu);
    EXPECT_EQ(machine.read(0x20) >> 16 & 0xff, 2u);
}

TEST(SmmuConfig, AsManyInterruptsAsBanksAreAssignedAllTheSame)
{
    Machine machine(Config{.context_banks = 4, .context_interrupts = 4});
    EXPECT_EQ(machine.read(0x20) >> 16 & 0xff, 4u);
    machine.write(0x1008, 0x0100'0000); // CBAR2: IRPTNDX
    machine.write(0xa000, 0x40);        // CFIE
    machine.write(0xa05c, 0x2);         // FSRRESTORE
    EXPECT_TRUE(machine.host.irq[2]);
    EXPECT_FALSE(machine.host.irq[3]);
}

TEST(SmmuConfig, BanksThatShareALineAreOredOnIt)
{
    const Config config = {.context_banks = 4, .context_interrupts = 2};
    Machine machine(config);
    machine.write(0, 0x1c36);
    for (unsigned bank = 0; bank < 4; ++bank) {
        machine.context(bank);
        machine.write(0x1000 + 4 * bank, 0x0001'f300 | (bank == 1 ? 0 : 1u << 24)); // IRPTNDX
        machine.stream(bank, static_cast<uint16_t>(bank), bank);
    }
    for (const unsigned stream : {2u, 3u})
        machine.load(0x7000, static_cast<uint16_t>(stream));
    EXPECT_FALSE(machine.host.irq[1]);
    EXPECT_TRUE(machine.host.irq[2]);
    machine.write(0xa058, 2);
    EXPECT_TRUE(machine.host.irq[2]);
    machine.write(0xb058, 2);
    EXPECT_FALSE(machine.host.irq[2]);
    machine.load(0x7000, 1);
    EXPECT_TRUE(machine.host.irq[1]);
}

TEST(SmmuConfig, AfterARandomLifeEveryPresetSavesWhatItCanRestore)
{
    for (const smmu::Preset& preset : smmu::presets) {
        std::mt19937_64 random(5);
        Machine machine(preset.config);
        for (unsigned i = 0; i < 20'000; ++i) {
            const uint64_t window = smmu::window_size(preset.config);
            // Half of them among the first registers of a page.
            const uint64_t mask = random() % 2 == 0 ? ~uint64_t{0xc} : ~uint64_t{0xf03};
            const uint64_t offset = random() % window & mask & ~uint64_t{7};
            const unsigned size = random() % 2 == 0 ? 4 : 8;
            const bool secure = random() % 2 == 0;
            const uint64_t value = random() & random();
            ++machine.host.time;
            if (random() % 4 == 0)
                machine.smmu.read(offset, size, secure);
            else
                machine.smmu.write(offset, size, size == 4 ? value & 0xffff'ffff : value, secure);
            if (random() % 4 == 0)
                machine.smmu.translate({.iova = random() & 0xffff'ffff,
                                        .stream = static_cast<uint16_t>(random() % 64),
                                        .request = {.write = random() % 2 == 0},
                                        .can_stall = random() % 4 == 0,
                                        .secure = secure});
        }
        const auto saved = machine.smmu.save();
        Machine other(preset.config);
        ASSERT_TRUE(other.smmu.load(saved)) << preset.name;
        EXPECT_EQ(other.smmu.save(), saved) << preset.name;
        EXPECT_EQ(other.host.irq, machine.host.irq) << preset.name;
    }
}

TEST(SmmuConfig, ASavedSmmuWithManyBanksComesBack)
{
    Machine machine(smmu::smmu_v2_full);
    machine.write64(0x8'0000 + 127 * 0x1000 + 0x20, 0x1234'5000);
    machine.write(0x8'0000 + 5 * 0x1000, 0x1167);
    Machine other(smmu::smmu_v2_full);
    ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
    EXPECT_EQ(other.read64(0x8'0000 + 127 * 0x1000 + 0x20), 0x1234'5000u);
    EXPECT_EQ(other.read(0x8'0000 + 5 * 0x1000), 0x1167u);
    EXPECT_EQ(other.smmu.save(), machine.smmu.save());
    Machine small;
    EXPECT_FALSE(small.smmu.load(machine.smmu.save()));
}

} // namespace
} // namespace smmu_pm::test
