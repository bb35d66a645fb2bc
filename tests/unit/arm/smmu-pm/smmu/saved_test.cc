// SPDX-License-Identifier: GPL-2.0-or-later
//
// Save and restore: a restored SMMU goes on as its twin does. What is no state is in
// saved_malformed_test.cc.
#include "stalling.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace smmu_pm::test {
namespace {

using power::Collapse;
using smmu::Pair;

/// Wires, registers, a pending fault, and a TLB that has been full and thinned out.
struct Busy : Machine {
    explicit Busy(const smmu::Config& config = {.tlb_entries = 1024}) : Machine(config)
    {
        linux_resume();
        for (uint64_t i = 0; i < 1200; ++i) {
            map(0x100'0000 + (i << 12), (0x4400'0000 + (i << 12)) | page_bits);
            load(0x100'0000 + (i << 12));
        }
        for (uint64_t i = 600; i < 700; ++i)
            write64(0x8620, 0x1000 + i);
        store(0x9999'9000);
        set(Supply::Bus, false);
    }
};

TEST(SmmuSaved, ARestoredSmmuSavesTheSame)
{
    Busy machine;
    Machine other({}, false);
    ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
    EXPECT_EQ(other.smmu.save(), machine.smmu.save());
    EXPECT_EQ(other.smmu.tlb_entries(), 924u);
}

TEST(SmmuSaved, ARestoredSmmuDrivesItsLines)
{
    Busy machine;
    Machine other({}, false);
    ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
    EXPECT_TRUE(other.host.irq[1]);
    EXPECT_FALSE(other.host.irq[0]);
    EXPECT_EQ(other.host.irq_changes, 1u);
    EXPECT_EQ(other.host.invalidations, 1u);
    Machine idle;
    ASSERT_TRUE(other.smmu.load(idle.smmu.save()));
    EXPECT_FALSE(other.host.irq[1]);
}

TEST(SmmuSaved, ATwinGoesOnAlike)
{
    Busy machine;
    Machine twin({}, false);
    ASSERT_TRUE(twin.smmu.load(machine.smmu.save()));
    twin.host.memory = machine.host.memory;
    machine.sink.seen.clear();
    twin.sink.seen.clear();
    std::mt19937_64 random(20180202);
    for (unsigned step = 0; step < 4000; ++step) {
        const uint64_t choice = random(), iova = 0x100'0000 + (random() % 1300 << 12);
        for (Machine* each : {static_cast<Machine*>(&machine), &twin}) {
            switch (choice % 8) {
            case 0:
                each->set(Supply::Bus, choice >> 8 & 1);
                break;
            case 1:
                each->write64(0x8620, iova >> 12);
                break;
            case 2:
                each->write(0x8058, 0x2);
                break;
            default:
                each->load(iova);
            }
        }
    }
    ASSERT_EQ(machine.sink.seen.size(), twin.sink.seen.size());
    for (std::size_t i = 0; i < machine.sink.seen.size(); ++i) {
        const journal::Event &a = machine.sink.seen[i].event, &b = twin.sink.seen[i].event;
        ASSERT_EQ(a.kind, b.kind) << i;
        ASSERT_EQ(a.hit, b.hit) << i;
        ASSERT_EQ(a.pa, b.pa) << i;
        ASSERT_EQ(machine.sink.seen[i].name, twin.sink.seen[i].name) << i;
    }
    EXPECT_EQ(machine.smmu.save(), twin.smmu.save());
}

/// Two banks stalled, one that waits behind each way, and one that waits for the bus clock.
struct Holding : Stalling {
    Holding() : Stalling({.dma_policy = power::DmaPolicy::Hang, .stall_slots = 5})
    {
        second_bank();
        held(0x100'2000);
        held(0x100'3000);
        write(0x9000, 0x10e7);
        held(0x5000, 7);
        held(0x6000, 7);
        set(Supply::Bus, false);
        held(0x100'0000);
    }
};

TEST(SmmuSaved, AStalledSmmuGoesOnAsItsTwinDoes)
{
    Holding machine;
    Machine twin({.dma_policy = power::DmaPolicy::Hang, .stall_slots = 5}, false);
    ASSERT_TRUE(twin.smmu.load(machine.smmu.save()));
    EXPECT_EQ(twin.smmu.save(), machine.smmu.save());
    EXPECT_EQ(twin.read(0x8058), 0x4000'0402u);
    EXPECT_EQ(twin.read(0x9058), 0x4000'0402u);
    twin.host.memory = machine.host.memory;
    for (Machine* each : {static_cast<Machine*>(&machine), &twin}) {
        each->sink.seen.clear();
        each->write(0x9058, 0xffff'ffff);
        each->write(0x9008, 0);
        each->set(Supply::Bus, true);
        each->write(0x8008, 1);
        each->smmu.translate({.iova = 0x100'3000, .request = {}, .can_stall = true});
        each->set(Supply::Domain, false);
    }
    EXPECT_EQ(machine.host.releases, (Releases{{3, Released::Retry},
                                               {4, Released::Retry},
                                               {5, Released::Retry},
                                               {1, Released::Abort},
                                               {2, Released::Retry}}));
    EXPECT_EQ(twin.host.releases, machine.host.releases);
    ASSERT_EQ(machine.sink.seen.size(), twin.sink.seen.size());
    for (std::size_t i = 0; i < machine.sink.seen.size(); ++i) {
        const Seen &a = machine.sink.seen[i], &b = twin.sink.seen[i];
        EXPECT_EQ(a.event.kind, b.event.kind) << i;
        EXPECT_EQ(a.name, b.name) << i;
        EXPECT_EQ(a.event.value, b.event.value) << i;
        EXPECT_EQ(a.event.address, b.event.address) << i;
        EXPECT_EQ(a.event.stream, b.event.stream) << i;
        EXPECT_EQ(a.event.bank, b.event.bank) << i;
        EXPECT_EQ(a.event.write, b.event.write) << i;
    }
    EXPECT_EQ(machine.sink.seen.back().name, twin.sink.seen.back().name);
    EXPECT_EQ(twin.smmu.save(), machine.smmu.save());
}

TEST(SmmuSaved, ATokenIsNotGivenAgainAfterRestoring)
{
    Stalling machine, other;
    machine.held(0x100'2000);
    machine.write(0x8058, 0x2);
    machine.write(0x8008, 1);
    ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
    EXPECT_EQ(other.held(0x100'2000), 2u);
}

TEST(SmmuSaved, WhenTokensBeginAnewThoseThatAreHeldAreLeftOut)
{
    // Token 1 waits for the bus clock, token 2 for software, and the last one given was the last.
    Machine machine({.dma_policy = power::DmaPolicy::Hang});
    ASSERT_TRUE(machine.smmu.load(std::vector<Pair>{{0x8000'0000, 0xf},
                                                    {0x8000'0002, 0xffff'ffff},
                                                    {0x8000'0100, 0x9000},
                                                    {0x8000'0101, uint64_t{3} << 56 | 1},
                                                    {0x8000'0001, 1},
                                                    {0x800b'0000, 0x2000},
                                                    {0x800b'0001, 2}}));
    EXPECT_EQ(machine.smmu.translate({.iova = 0x5000, .can_stall = true}).token, 3u);
}

TEST(SmmuSaved, AnSmmuThatIsOffSavesItsWiresAlone)
{
    Machine machine({}, false);
    machine.set(Supply::Vote, true);
    const std::vector<Pair> saved = machine.smmu.save();
    EXPECT_EQ(saved, (std::vector<Pair>{{0x8000'0000, 0x204}}));
    Busy other;
    ASSERT_TRUE(other.smmu.load(saved));
    EXPECT_EQ(other.smmu.missing(power::Access::Register),
              power::SupplySet(Supply::Domain, Supply::Reset, Supply::Iface));
    EXPECT_FALSE(other.host.irq[1]);
}

TEST(SmmuSaved, EveryModeOfCollapseRestoresWhatItKept)
{
    for (const Collapse collapse : {Collapse::Lose, Collapse::Retain, Collapse::RetainAll}) {
        Busy machine({.collapse = collapse, .tlb_entries = 1024});
        machine.set(Supply::Domain, false);
        Machine other({.collapse = collapse}, false);
        ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
        for (Machine* each : {static_cast<Machine*>(&machine), &other})
            each->power(true);
        EXPECT_EQ(other.smmu.save(), machine.smmu.save());
        EXPECT_EQ(other.smmu.tlb_entries(), collapse == Collapse::RetainAll ? 924u : 0u);
    }
}

TEST(SmmuSaved, AFaultOfAStreamBeyondFifteenBitsIsSavedAsSoftwareReadsIt)
{
    Machine machine;
    machine.write(0x00, 0x0020'0406); // USFCFG: unmatched streams fault
    machine.load(0x1000, 0x8001);
    EXPECT_EQ(machine.read(0x54), 0x0001u) << "SMMU_sGFSYNR1";
    Machine other;
    EXPECT_TRUE(other.smmu.load(machine.smmu.save()));
}

} // namespace
} // namespace smmu_pm::test
