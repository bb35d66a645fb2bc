// SPDX-License-Identifier: GPL-2.0-or-later
//
// Lost invalidates of stage 2: who walks through an entry that one should have removed is told of
// as well as who hits it, and what comes of the walk is to blame, too.
#include "stages.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using journal::Kind;

/// Nested; va 0x3000 is IPA 0x4000'7000. The block of stage 2 that has it, and the tables of stage
/// 1, is in the TLB; its invalidate has been lost, and what came of the walk is invalidated.
struct LostStage2 : Stages {
    explicit LostStage2(const smmu::Config& config = everything()) : Stages(config)
    {
        nested();
        EXPECT_EQ(load(0x3000).pa, 0x8000'7000u);
        set(Supply::Iface, false);
        write64(bank(2) + 0x630, 0x4'0000); // TLBIIPAS2
        set(Supply::Iface, true);
        write(bank(0) + 0x618, 0); // TLBIALL: of stage 1
        EXPECT_EQ(smmu.tlb_entries(), 1u);
        sink.seen.clear();
    }
    std::vector<Seen> told() const { return sink.of(Kind::Stale); }
    /// What stage 1 has at IPA 0x4000'0000 is at a new place, with its tables.
    void moved(uint64_t to)
    {
        host.memory[0x20'0000] = to | 0x4fd;
        for (const uint64_t offset : {0x1000u, 0x2018u})
            host.memory[to + offset] = host.memory[0x8000'0000 + offset];
    }
};

TEST(SmmuStaleNested, AWalkThroughACondemnedEntryIsToldOf)
{
    LostStage2 machine;
    machine.moved(0x9000'0000);
    EXPECT_EQ(machine.load(0x3123).pa, 0x8000'7123u);
    ASSERT_EQ(machine.told().size(), 1u);
    const Seen told = machine.told()[0];
    EXPECT_EQ(told.name, "SMMU_CB2_TLBIIPAS2");
    EXPECT_EQ(told.text, "another address");
    EXPECT_EQ(told.event.value, 0x4'0000u);
    EXPECT_EQ(told.event.lost, 1u);
    EXPECT_EQ(told.event.address, 0x3123u);
    EXPECT_EQ(told.event.pa, 0x8000'7123u);
    EXPECT_EQ(told.event.bank, 0u);
}

TEST(SmmuStaleNested, WhatCameOfTheWalkIsCondemnedAsWell)
{
    LostStage2 machine;
    machine.moved(0x9000'0000);
    machine.load(0x3000);
    machine.load(0x3000);
    EXPECT_EQ(machine.told().size(), 2u) << "a walk and a hit";
    machine.write64(machine.bank(2) + 0x630, 0x4'0000); // now it arrives, but for stage 2 alone
    machine.load(0x3000);
    EXPECT_EQ(machine.told().size(), 3u);
    EXPECT_EQ(machine.told()[2].name, "SMMU_CB2_TLBIIPAS2");
    machine.write(machine.bank(0) + 0x618, 0);
    EXPECT_EQ(machine.load(0x3000).pa, 0x9000'7000u);
    EXPECT_EQ(machine.told().size(), 3u);
}

TEST(SmmuStaleNested, WhatTheTablesStillSayIsNotStale)
{
    LostStage2 machine;
    EXPECT_EQ(machine.load(0x3000).pa, 0x8000'7000u);
    machine.moved(0x9000'0000);
    EXPECT_EQ(machine.load(0x3000).pa, 0x8000'7000u) << "made before the change";
    EXPECT_TRUE(machine.told().empty());
}

TEST(SmmuStaleNested, TheFaultThatThereWouldHaveBeenIsStage2s)
{
    LostStage2 machine;
    machine.host.memory[0x20'0000] = 0;
    EXPECT_EQ(machine.load(0x3000).result, Result::Ok);
    ASSERT_EQ(machine.told().size(), 1u);
    EXPECT_EQ(machine.told()[0].text, "SMMU_CB2_FSR.TF");
}

TEST(SmmuStaleNested, AFaultThatThereWouldNotHaveBeenIsToldOf)
{
    LostStage2 machine;
    machine.moved(0x9000'0000);
    machine.host.memory[0x8000'2018] = 0; // where nobody looks any more
    EXPECT_EQ(machine.load(0x3000).result, Result::Decode);
    ASSERT_EQ(machine.told().size(), 1u);
    EXPECT_EQ(machine.told()[0].text, "a translation");
    EXPECT_EQ(machine.smmu.tlb_entries(), 1u);
}

TEST(SmmuStaleNested, TheSameFaultEitherWayIsNotToldOf)
{
    LostStage2 machine;
    machine.moved(0x9000'0000);
    machine.load(0x4000);
    EXPECT_TRUE(machine.told().empty()) << "stage 1 has no such page in either place";
    machine.host.memory[0x20'0000] = 0;
    machine.write(0x8058, 0xffff'ffff);
    machine.load(0x4000);
    ASSERT_EQ(machine.told().size(), 1u) << "the same kind, but stage 2's";
    EXPECT_EQ(machine.told()[0].text, "SMMU_CB2_FSR.TF");
}

TEST(SmmuStaleNested, OtherRightsOfStage2MatterToWhomTheyRefuse)
{
    LostStage2 machine;
    machine.host.memory[0x20'0000] = 0x8000'047d; // read-only by now
    EXPECT_EQ(machine.load(0x3000).result, Result::Ok);
    EXPECT_TRUE(machine.told().empty());
    EXPECT_EQ(machine.store(0x3000).result, Result::Ok);
    ASSERT_EQ(machine.told().size(), 1u);
    EXPECT_EQ(machine.told()[0].text, "other permissions");
}

TEST(SmmuStaleNested, AFreshEntryOfStage2ServesTheComparison)
{
    LostStage2 machine;
    // IPA 0x4020'5000 has an entry of its own, which the lost invalidate has not named.
    machine.host.memory[0x20'0008] = 0xa000'04fd;
    machine.host.memory[0x8000'2018] = 0x4020'5743;
    EXPECT_EQ(machine.load(0x3000).pa, 0xa000'5000u);
    EXPECT_TRUE(machine.told().empty());
    machine.host.memory[0x20'0008] = 0;
    machine.write(machine.bank(0) + 0x618, 0);
    EXPECT_EQ(machine.load(0x3000).pa, 0xa000'5000u);
    EXPECT_TRUE(machine.told().empty()) << "that one is within software's rights";
}

TEST(SmmuStaleNested, WhatMakesRoomForItsOwnResultIsStillNamed)
{
    smmu::Config config = everything();
    config.tlb_entries = 2;
    LostStage2 machine(config);
    machine.stage1(1, 0x0001'0009, 0x70'0000);
    machine.stream(1, 1, 1);
    machine.host.memory[0x70'0000] = 0x4000'0741;
    machine.load(0, 1); // the TLB is full
    machine.moved(0x9000'0000);
    machine.load(0x3000);
    EXPECT_EQ(machine.smmu.tlb_entries(), 2u);
    machine.load(0x3000);
    ASSERT_EQ(machine.told().size(), 2u);
    EXPECT_EQ(machine.told()[1].name, "SMMU_CB2_TLBIIPAS2");
    EXPECT_EQ(machine.told()[1].event.lost, 1u);
    LostStage2 other(config);
    other.moved(0x9000'0000);
    EXPECT_TRUE(other.smmu.load(machine.smmu.save()));
    other.load(0x3000);
    EXPECT_EQ(other.told().size(), 1u);
}

} // namespace
} // namespace smmu_pm::test
