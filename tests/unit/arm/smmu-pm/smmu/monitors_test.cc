// SPDX-License-Identifier: GPL-2.0-or-later
//
// The performance monitors: IHI 0062D 6 and 12. Offsets and resets are UG1087's, event numbers the
// manual's.
#include "stages.hh"

#include <gtest/gtest.h>

#include <tuple>

namespace smmu_pm::test {
namespace {

/// MMU-500 with every stream bypassed, one counter of group 0 counting.
struct Counting : Machine {
    explicit Counting(uint32_t event, const smmu::Config& config = smmu::mmu_500) : Machine(config)
    {
        write(0x00, 0);
        write(0x3400, event); // PMEVTYPER0
        write(0x3c00, 0x1);   // PMCNTENSET0
        write(0x3e04, 0x1);   // PMCR.E
    }
    uint32_t counter(unsigned n = 0) { return read(0x3000 + 4 * n); }
    /// Stream 0 from now on, with two pages mapped; all others fault.
    void translate()
    {
        write(0x00, 0x0020'0400);
        context(0);
        stream(0, 0, 0);
        map(0x1000, 0x4400'0000 | page_bits);
        map(0x2000, 0x4400'1000 | page_bits);
    }
};

TEST(SmmuMonitors, ConfigurationIsThatOfSixGroupsOfFour)
{
    Machine machine(smmu::mmu_500);
    EXPECT_EQ(machine.read(0x3e00), 0x0501'1f17u);
    EXPECT_EQ(machine.read(0x3e20), 0x0003'0303u);
    EXPECT_EQ(machine.read(0x3fb8), 0x80u);
    EXPECT_EQ(machine.read(0x3fcc), 0x56u);
    for (unsigned group = 0; group < 6; ++group)
        EXPECT_EQ(machine.read(0x3800 + 4 * group), 0x0400'0000u + (group << 16));
    EXPECT_EQ(machine.read(0x3818), 0u);
    machine.write(0x305c, 7);
    machine.write(0x3060, 7);
    EXPECT_EQ(machine.read(0x305c), 7u);
    EXPECT_EQ(machine.read(0x3060), 0u);
}

TEST(SmmuMonitors, WhatIsSentAgainIsCountedAgain)
{
    Counting machine(0x10);
    machine.write(0x1000, 0x0001'0000); // CBAR0
    machine.write(0x1800, 1);
    machine.write(0x1'0000, 0xe1); // CFCFG, CFIE, CFRE, M
    machine.stream(0, 5, 0);
    const smmu::Transaction load = {.iova = 0x1000, .stream = 5, .can_stall = true};
    EXPECT_EQ(machine.smmu.translate(load).result, Result::Stalled);
    EXPECT_EQ(machine.counter(), 1u);
    machine.write(0x1'0058, 0x2);
    machine.write(0x1'0008, 0); // RESUME
    EXPECT_EQ(machine.smmu.translate(load).result, Result::Stalled);
    EXPECT_EQ(machine.counter(), 2u);
}

TEST(SmmuMonitors, ThereAreNoneOnMsm8996)
{
    Machine machine;
    for (const uint32_t offset : {0x3000u, 0x3400u, 0x3800u, 0x3c00u, 0x3e00u, 0x3e04u, 0x8e00u}) {
        machine.write(offset, 0xffff'ffff);
        EXPECT_EQ(machine.read(offset), 0u) << std::hex << offset;
    }
    EXPECT_TRUE(machine.sink.of(journal::Kind::Write).empty());
}

TEST(SmmuMonitors, SetAndClearFormsShowTheSameBits)
{
    Machine machine(smmu::mmu_500);
    for (const uint32_t set : {0x3c00u, 0x3c40u, 0x3cc0u}) {
        const uint32_t clear = set == 0x3cc0 ? 0x3c80 : set + 0x20;
        machine.write(set, 0xffff'ffff);
        EXPECT_EQ(machine.read(set), 0x00ff'ffffu); // 24 counters
        EXPECT_EQ(machine.read(clear), 0x00ff'ffffu);
        machine.write(clear, 0x0000'00f0);
        EXPECT_EQ(machine.read(set), 0x00ff'ff0fu);
        machine.write(set, 0x0000'0010);
        EXPECT_EQ(machine.read(clear), 0x00ff'ff1fu);
    }
}

TEST(SmmuMonitors, ThereAreAsManyWordsOfBitsAsTheCountersNeed)
{
    struct Row {
        unsigned groups, words;
        uint32_t last;
    };
    for (const Row& row : {Row{6, 1, 0x00ff'ffff}, Row{8, 1, 0xffff'ffff}, Row{9, 2, 0xf},
                           Row{25, 4, 0xf}, Row{32, 4, 0xffff'ffff}}) {
        smmu::Config config = smmu::mmu_500;
        config.counter_groups = row.groups;
        Machine machine(config);
        for (unsigned word = 0; word < 4; ++word)
            machine.write(0x3c40 + 4 * word, 0xffff'ffff); // PMINTENSETn
        EXPECT_EQ(machine.sink.of(journal::Kind::Write).size(), row.words) << row.groups;
        EXPECT_EQ(machine.read(0x3c40 + 4 * (row.words - 1)), row.last) << row.groups;
    }
}

/// MMU-500 with a window as that of MSM8996, and with all events that the manual has.
smmu::Config counting_all()
{
    smmu::Config config = smmu::mmu_500;
    config.page_index_bits = 2;
    config.context_banks = 8;
    config.events = 0x0007'0703;
    return config;
}

TEST(SmmuMonitors, AccessesAreCountedByKind)
{
    for (const auto& [event, expected] :
         {std::pair{0x10u, 5u}, {0x11u, 3u}, {0x12u, 2u}, {0x13u, 0u}}) {
        Counting machine(event, counting_all());
        for (unsigned i = 0; i < 3; ++i)
            machine.load(0x1000);
        for (unsigned i = 0; i < 2; ++i)
            machine.store(0x1000);
        EXPECT_EQ(machine.counter(), expected) << event;
    }
}

TEST(SmmuMonitors, WhatIsCountedIsWhatIsAnnounced)
{
    EXPECT_EQ(Machine(smmu::smmu_v2_full).read(0x3e20), 0x0007'0703u);
    EXPECT_EQ(Machine(smmu::mmu_500).read(0x3e20), 0x0003'0303u); // UG1087's
    for (unsigned event = 0; event < 32; ++event)
        for (const uint32_t events : {0x0007'0703u, 0x0003'0303u, 0x0004'0402u, 0u}) {
            smmu::Config config = counting_all();
            config.events = events;
            Counting machine(event, config);
            machine.translate();
            machine.load(0x1000);
            machine.store(0x2000);
            machine.host.time += 64;
            EXPECT_EQ(machine.counter() != 0, (machine.read(0x3e20) >> event & 1) != 0) << event;
            EXPECT_EQ(machine.read(0x3e20), events);
        }
}

TEST(SmmuMonitors, RefillsAndWalksAreCountedOnAMissAlone)
{
    for (const auto& [event, expected] :
         {std::pair{0x08u, 3u}, {0x09u, 2u}, {0x0au, 1u}, {0x80u, 3u}}) {
        Counting machine(event, counting_all());
        machine.translate();
        machine.map(0x3000, 0x4400'2000 | page_bits);
        machine.load(0x1000);
        machine.load(0x1000);
        machine.load(0x3000);
        machine.store(0x2000);
        machine.load(0x2000);
        EXPECT_EQ(machine.counter(), expected) << event;
    }
}

TEST(SmmuMonitors, AWalkThatIsNotKeptAllocatesNothing)
{
    for (const auto& [event, expected] : {std::pair{0x08u, 0u}, {0x09u, 0u}, {0x80u, 3u}}) {
        Counting machine(event, counting_all());
        machine.write(0x00, 0x0020'0400);
        machine.context(0);
        machine.write(0x8000, 0x116f); // AFFD
        machine.stream(0, 0, 0);
        machine.map(0x1000, 0x4400'0a43); // no AF
        machine.load(0x1000);
        machine.load(0x1000);
        machine.load(0x2000); // a translation fault
        EXPECT_EQ(machine.counter(), expected) << event;
    }
}

TEST(SmmuMonitors, OfANestedWalkTheEntriesOfStage2AreCountedToo)
{
    smmu::Config config = everything();
    config.counter_groups = 1;
    Stages machine(config);
    machine.nested();
    machine.write(0x3400, 0x08);
    machine.write(0x3404, 0x80);
    machine.write(0x3c00, 0x3);
    machine.write(0x3e04, 0x1);
    machine.load(0x3000); // its own and that of stage 2, of which it takes tables and the page
    EXPECT_EQ(machine.read(0x3000), 2u);
    machine.load(0x4000); // has no descriptor
    EXPECT_EQ(machine.cb(0, 0x58) & 0xff, 0x2u);
    EXPECT_EQ(machine.read(0x3000), 2u);
    machine.write(0x8058, 0x2);
    machine.write(0x68, 0); // TLBIALLNSNH
    machine.load(0x4000);   // but its table is read through stage 2
    EXPECT_EQ(machine.read(0x3000), 3u);
    EXPECT_EQ(machine.read(0x3004), 3u);
}

TEST(SmmuMonitors, CyclesAreNanosecondsOfVirtualTime)
{
    Counting machine(0x00);
    machine.write(0x3404, 0x01); // PMEVTYPER1: one in 64
    machine.write(0x3c00, 0x2);
    machine.host.time += 640;
    EXPECT_EQ(machine.counter(0), 640u);
    EXPECT_EQ(machine.counter(1), 10u);
    machine.write(0x3e04, 0);
    machine.host.time += 1000;
    EXPECT_EQ(machine.counter(0), 640u);
    machine.write(0x3e04, 1);
    machine.host.time += 60;
    EXPECT_EQ(machine.counter(0), 700u);
    machine.write(0x3e04, 3); // P: all to zero
    EXPECT_EQ(machine.counter(0), 0u);
    EXPECT_EQ(machine.read(0x3e04), 1u);
}

TEST(SmmuMonitors, OutsideOfBanksNothingIsCountedUnlessUnitAndCounterAreEnabled)
{
    for (const auto& [offset, value, expected] :
         {std::tuple{0x3e04u, 0u, 0u}, {0x3c20u, 1u, 0u}, {0x3800u, 0u, 1u}}) {
        Counting machine(0x10);
        machine.write(offset, value);
        machine.load(0x1000);
        EXPECT_EQ(machine.counter(), expected) << std::hex << offset;
    }
}

TEST(SmmuMonitors, AGroupCanFilterByStream)
{
    Counting machine(0x10);
    machine.write(0x3800, 0x100);       // TCEFCFG 1
    machine.write(0x3a00, 0x0003'0010); // streams 0x10 to 0x13
    for (const unsigned stream : {0x0fu, 0x10u, 0x12u, 0x13u, 0x14u})
        machine.load(0x1000, static_cast<uint16_t>(stream));
    EXPECT_EQ(machine.counter(), 3u);
}

TEST(SmmuMonitors, AGroupCanFilterByContextBank)
{
    Counting machine(0x10, counting_all());
    machine.write(0x3800, 0x201); // TCEFCFG 2, NDX 1
    for (unsigned bank = 0; bank < 2; ++bank) {
        machine.context(bank);
        machine.stream(bank, static_cast<uint16_t>(bank), bank);
    }
    machine.load(0x1000, 0);
    machine.load(0x1000, 1);
    machine.load(0x1000, 9); // bypassed: in no bank
    EXPECT_EQ(machine.counter(), 1u);
}

TEST(SmmuMonitors, ACounterCanLeaveOutPrivilegedOrUnprivilegedAccesses)
{
    const auto count = [](uint32_t filter) {
        Counting machine(filter | 0x10);
        for (const bool privileged : {false, true, true})
            machine.smmu.translate({.iova = 0x1000, .request = {.privileged = privileged}});
        return machine.counter();
    };
    EXPECT_EQ(count(0x8000'0000), 1u); // P
    EXPECT_EQ(count(0x4000'0000), 2u); // U
    EXPECT_EQ(count(0xa000'0000), 3u); // NSP the same as P: of Secure ones alone
    EXPECT_EQ(count(0x1000'0000), 2u); // NSU other than U: of Non-secure ones alone
}

TEST(SmmuMonitors, SecureAccessesAreCountedWhereSpmenPermitsIt)
{
    Counting machine(0x10);
    const auto load = [&] { machine.smmu.translate({.iova = 0x1000, .secure = true}); };
    machine.smmu.write(0x00, 4, 0, true);
    load();
    EXPECT_EQ(machine.counter(), 0u);
    machine.smmu.write(0x04, 4, 0x0800'3010, true);
    load();
    EXPECT_EQ(machine.counter(), 1u);
}

TEST(SmmuMonitors, AnOverflowSetsItsBitAndRaisesTheLineOfItsGroup)
{
    Counting machine(0x10);
    machine.write(0x3444, 0x11); // counter 17, of group 4
    machine.write(0x3044, 0xffff'ffff);
    machine.write(0x3c00, 1u << 17);
    machine.load(0x1000);
    EXPECT_EQ(machine.counter(17), 0u);
    EXPECT_EQ(machine.read(0x3c80), 1u << 17);
    EXPECT_FALSE(machine.host.irq[3 + 4]); // global, context, Secure global, then groups
    machine.write(0x3c40, 1u << 17);
    EXPECT_TRUE(machine.host.irq[3 + 4]);
    EXPECT_FALSE(machine.host.irq[3]);
    machine.write(0x3c80, 1u << 17);
    EXPECT_FALSE(machine.host.irq[3 + 4]);
    machine.write(0x3cc0, 1u << 17); // PMOVSSET
    EXPECT_TRUE(machine.host.irq[3 + 4]);
}

TEST(SmmuMonitors, CountersFrom32OnHaveTheirBitsInTheWordsThatFollow)
{
    Counting machine(0x10, smmu::smmu_v2_full);
    machine.write(0x3c20, 0x1);
    machine.write(0x3584, 0x11); // counter 97, of group 24
    machine.write(0x3184, 0xffff'ffff);
    machine.write(0x3c0c, 0x2);
    machine.write(0x3c4c, 0x2);
    machine.write(0x3ccc, 0x10); // of counter 100
    machine.load(0x1000);
    EXPECT_EQ(machine.counter(97), 0u);
    for (const uint32_t offset : {0x3cc0u, 0x3cc4u, 0x3cc8u, 0x3cccu})
        EXPECT_EQ(machine.read(offset), offset == 0x3ccc ? 0x12u : 0u) << std::hex << offset;
    EXPECT_TRUE(machine.host.irq[1 + 128 + 1 + 24]);
    EXPECT_FALSE(machine.host.irq[1 + 128 + 1 + 0]);
}

TEST(SmmuMonitors, ATransactionRaisesTheLineOfWhatOverflowsWithIt)
{
    for (const uint32_t event : {0x00u, 0x10u, 0x08u}) { // cycles, accesses, TLB refills
        Counting machine(event, counting_all());
        machine.write(0x00, 0x0020'0400);
        machine.context(0);
        machine.stream(0, 0, 0);
        machine.map(0x1000, 0x4400'0000 | page_bits);
        machine.write(0x3c40, 0x1);
        machine.write(0x3000, 0xffff'ffff);
        ++machine.host.time;
        EXPECT_FALSE(machine.host.irq[3]);
        machine.load(0x1000);
        EXPECT_TRUE(machine.host.irq[3]) << event;
    }
}

TEST(SmmuMonitors, EachOf128CountersRaisesTheLineOfItsGroupAndNoOther)
{
    Machine machine(smmu::smmu_v2_full);
    machine.write(0x3e04, 0x1);
    for (unsigned word = 0; word < 4; ++word)
        machine.write(0x3c40 + 4 * word, 0xffff'ffff); // PMINTENSETn
    for (unsigned counter = 0; counter < 128; ++counter) {
        machine.write(0x3cc0 + 4 * (counter / 32), 1u << counter % 32); // PMOVSSETn
        for (unsigned group = 0; group < 32; ++group)
            EXPECT_EQ(machine.host.irq[1 + 128 + 1 + group], group == counter / 4) << counter;
        machine.write(0x3c80 + 4 * (counter / 32), 1u << counter % 32); // PMOVSCLRn
    }
}

TEST(SmmuMonitors, InABankNothingIsCountedUnlessItsPmcrAndTheCounterAreEnabled)
{
    for (const bool unit : {false, true}) {
        Counting machine(0x10, smmu::smmu_v2_full);
        machine.write(0x3e04, unit);        // PMCR.E
        machine.write(0x3a04, 0xffff'0000); // groups 1 and 31: all streams
        machine.write(0x3a7c, 0xffff'0000);
        machine.write(0x3804, 0x0503); // CBAEN, TCEFCFG 1, bank 3
        machine.write(0x387c, 0x0d05); // the same of bank 5, with E
        for (const unsigned counter : {4u, 124u, 127u})
            machine.write(0x3400 + 4 * counter, 0x10);
        machine.write(0x3c00, 0x11);        // counters 0 and 4
        machine.write(0x3c0c, 0x8000'0000); // counter 127
        machine.load(0x1000);
        EXPECT_EQ(machine.counter(0), unit);
        EXPECT_EQ(machine.counter(4), 0u);
        EXPECT_EQ(machine.counter(124), 0u);
        EXPECT_EQ(machine.counter(127), 1u);
        machine.write(0x8'3f04, 0x1); // SMMU_CB3_PMCR.E
        machine.write(0x8'5f04, 0x0);
        machine.load(0x1000);
        EXPECT_EQ(machine.counter(0), 2u * unit);
        EXPECT_EQ(machine.counter(4), 1u);
        EXPECT_EQ(machine.counter(127), 1u);
    }
}

TEST(SmmuMonitors, ABanksPmcrIsThatOfItsGroupAlone)
{
    Counting machine(0x00);
    const uint64_t control = 0x1'3f04; // SMMU_CB3_PMCR
    machine.write(0x3a04, 0xffff'0000);
    machine.write(0x3804, 0x0503); // group 1: CBAEN, TCEFCFG 1, bank 3
    EXPECT_EQ(machine.read(control), 0u) << "not PMCR, which is 1";
    machine.write(control, 0xffff'fffd);
    EXPECT_EQ(machine.read(control), 0x11u); // X and E
    EXPECT_EQ(machine.read(0x3804), 0x0401'1d03u);
    EXPECT_EQ(machine.read(0x3e04), 0x1u);
    machine.write(0x3e04, 0x10);
    machine.write(control, 0);
    EXPECT_EQ(machine.read(0x3804), 0x0401'0503u);
    EXPECT_EQ(machine.read(0x3e04), 0x10u);
    const auto fill = [&] {
        for (const unsigned counter : {3u, 4u, 7u, 8u, 23u})
            machine.write(0x3000 + 4 * counter, 5);
    };
    fill();
    machine.write(control, 0x2); // P
    EXPECT_EQ(machine.read(control), 0u);
    for (const unsigned counter : {3u, 4u, 7u, 8u, 23u})
        EXPECT_EQ(machine.counter(counter), counter / 4 == 1 ? 0u : 5u) << counter;
    fill();
    machine.write(0x3e04, 0x2);
    for (const unsigned counter : {3u, 4u, 7u, 8u, 23u})
        EXPECT_EQ(machine.counter(counter), counter / 4 == 1 ? 5u : 0u) << counter;
}

TEST(SmmuMonitors, OverflowsInterruptWhileTheirGroupIsEnabled)
{
    Counting machine(0x10);
    machine.write(0x3804, 0x0503);           // group 1 in bank 3
    machine.write(0x3c40, 0x11);             // counters 0 and 4
    machine.write(0x3cc0, 0x11);             // overflow
    const bool* line = &machine.host.irq[3]; // global, context, Secure global, then groups
    EXPECT_TRUE(line[0]);
    EXPECT_FALSE(line[1]);
    machine.write(0x1'3f04, 0x1); // SMMU_CB3_PMCR.E
    EXPECT_TRUE(line[1]);
    machine.write(0x3e04, 0x0);
    EXPECT_FALSE(line[0]);
    EXPECT_TRUE(line[1]);
    machine.write(0x3804, 0x0503);
    EXPECT_FALSE(line[1]);
    EXPECT_EQ(machine.read(0x3cc0), 0x11u);
    machine.write(0x3e04, 0x1);
    EXPECT_TRUE(line[0]);
}

TEST(SmmuMonitors, AnOverflowThatAReadNoticesRaisesTheLine)
{
    Counting machine(0x00); // cycles
    machine.write(0x3c40, 0x1);
    machine.write(0x3000, 0xffff'fff0);
    machine.host.time += 0x20;
    EXPECT_FALSE(machine.host.irq[3]);
    EXPECT_EQ(machine.counter(), 0x10u);
    EXPECT_TRUE(machine.host.irq[3]);
    machine.write(0x3c80, 0x1);
    EXPECT_FALSE(machine.host.irq[3]);
}

TEST(SmmuMonitors, ABankSeesTheGroupThatIsAssignedToIt)
{
    Counting machine(0x10);
    machine.write(0x3a04, 0xffff'0000); // all streams
    machine.write(0x3804, 0x0d03);      // group 1: E, CBAEN, TCEFCFG 1, bank 3
    const uint32_t page = 0x1'3000;
    EXPECT_EQ(machine.read(page + 0xf00), 0x0001'1f03u); // UG1087's SMMU_CB0_PMCFGR
    EXPECT_EQ(machine.read(page + 0xf20), 0x0003'0303u);
    EXPECT_EQ(machine.read(page + 0xf24), 0u);
    EXPECT_EQ(machine.read(page + 0xfb8), 0x80u);
    machine.write(page + 0xe84, 0x11);
    EXPECT_EQ(machine.read(0x3414), 0x11u); // counter 5
    machine.write(page + 0xf40, 0x2);
    EXPECT_EQ(machine.read(0x3c00), 0x21u);
    machine.load(0x1000);
    EXPECT_EQ(machine.read(page + 0xe04), 1u);
    EXPECT_EQ(machine.read(0x3014), 1u);
    machine.write(page + 0xe04, 0xffff'ffff);
    machine.write(page + 0xf48, 0x2);
    machine.load(0x1000);
    EXPECT_EQ(machine.read(page + 0xf50), 0x2u);
    EXPECT_TRUE(machine.host.irq[3 + 1]);
    machine.write(page + 0xf50, 0x2);
    EXPECT_FALSE(machine.host.irq[3 + 1]);
    machine.write(page + 0xf44, 0x2);
    EXPECT_EQ(machine.read(page + 0xf40), 0u);
    EXPECT_EQ(machine.read(0x3c00), 0x1u);
    for (const uint32_t offset : {0xe00u, 0xe80u, 0xf00u, 0xf04u, 0xf20u, 0xf40u, 0xfb8u})
        EXPECT_EQ(machine.read(0x1'4000 + offset), 0u); // no group
    machine.write(0x3800, 0x0d04);                      // group 0: bank 4
    EXPECT_EQ(machine.read(0x1'4f00), 0x0001'1f03u);
    EXPECT_EQ(machine.read(0x1'4e80), 0x10u);
    EXPECT_TRUE(machine.host.unimplemented_features.empty());
}

TEST(SmmuMonitors, CountersAreLostWithThePowerAndSavedWithTheRest)
{
    Counting machine(0x00);
    machine.host.time += 100;
    Machine other(smmu::mmu_500);
    ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
    other.host.time = machine.host.time + 23;
    EXPECT_EQ(other.read(0x3000), 123u);
    machine.set(Supply::Domain, false);
    machine.set(Supply::Domain, true);
    EXPECT_EQ(machine.counter(), 0u);
}

} // namespace
} // namespace smmu_pm::test
