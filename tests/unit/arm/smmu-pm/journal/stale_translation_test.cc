// SPDX-License-Identifier: GPL-2.0-or-later
//
// stale-translation: what a finding tells of the lost invalidate, and when two are one.
#include "recording.hh"

#include <gtest/gtest.h>

namespace smmu_pm::journal {
namespace {

using power::Supply;

Event stale(uint32_t lost, uint64_t iova = 0x100'0000)
{
    return {.kind = Kind::Stale,
            .block = Block::Smmu,
            .name = "SMMU_CB0_TLBIVAL",
            .text = "SMMU_CB0_FSR.TF",
            .address = iova,
            .value = 0x1005,
            .pa = 0x4400'0000,
            .lost = lost,
            .write = true};
}

struct Lost : Recording {
    using Recording::Recording;

    /// A lost invalidate, written from `pc`.
    void lose(uint32_t number, uint64_t pc, Supply wire = Supply::Iface)
    {
        stamp.chain = {};
        stamp.chain.pc[stamp.chain.depth++] = pc;
        Event event = touch("SMMU_CB0_TLBIVAL", true, only(wire));
        event.lost = number;
        add(event);
        stamp.chain = {};
    }
    /// The findings but for the touches themselves.
    std::vector<Finding> stales() const
    {
        std::vector<Finding> found;
        for (const Finding& finding : judge.findings())
            if (finding.name != "register-touch")
                found.push_back(finding);
        return found;
    }
};

TEST(StaleTranslation, NamesTheLostOperationItsWriterAndWhoTookThePower)
{
    Lost run;
    run.start();
    run.smmu_on();
    run.stamp.chain.pc[0] = 0xaaa;
    run.stamp.chain.depth = 1;
    run.wire(Block::Smmu, "iface", false, only(Supply::Iface));
    const uint64_t off = run.stamp.time_ns;
    run.lose(1, 0xbbb);
    const uint64_t lost = run.stamp.time_ns;
    run.wire(Block::Smmu, "iface", true);
    run.add(stale(1));
    ASSERT_EQ(run.stales().size(), 1u);
    const Finding finding = run.stales()[0];
    EXPECT_EQ(finding.name, "stale-translation");
    EXPECT_EQ(finding.line,
              "stale-translation: smmu write by stream 0 at IOVA 0x1000000 hit a stale entry for "
              "0x44000000, which SMMU_CB0_TLBIVAL = 0x1005 should have removed at " +
                  std::to_string(lost) + " ns from pc 0xbbb");
    EXPECT_EQ(finding.event_text, "SMMU_CB0_FSR.TF");
    ASSERT_TRUE(finding.lost.has_value());
    EXPECT_EQ(finding.lost->time_ns, lost);
    EXPECT_EQ(finding.lost->missing, only(Supply::Iface));
    EXPECT_EQ(finding.lost->chain.pc[0], 0xbbbu);
    ASSERT_TRUE(finding.off.has_value());
    EXPECT_EQ(finding.off->time_ns, off);
    EXPECT_EQ(finding.off->chain.pc[0], 0xaaau);
}

TEST(StaleTranslation, HitsOfOneLostOperationAreOne)
{
    Lost run;
    run.lose(1, 0xbbb);
    run.add(stale(1));
    run.add(stale(1, 0x200'0000));
    ASSERT_EQ(run.stales().size(), 1u);
    EXPECT_EQ(run.stales()[0].count, 2u);
}

TEST(StaleTranslation, OperationsLostByOnePlaceAreOneAndByAnotherTwo)
{
    Lost run;
    run.lose(1, 0xbbb);
    run.lose(2, 0xbbb);
    run.lose(3, 0xccc);
    for (const uint32_t number : {1u, 2u, 3u})
        run.add(stale(number));
    ASSERT_EQ(run.stales().size(), 2u);
    EXPECT_EQ(run.stales()[0].count, 2u);
    EXPECT_EQ(run.stales()[1].lost->chain.pc[0], 0xcccu);
}

TEST(StaleTranslation, OneThatWasLostBeforeARestoreIsStillNamed)
{
    Lost run;
    run.lose(1, 0xbbb);
    run.add({.kind = Kind::Restored, .block = Block::Island});
    run.add(stale(1));
    ASSERT_EQ(run.stales().size(), 1u);
    EXPECT_FALSE(run.stales()[0].lost.has_value());
    EXPECT_EQ(run.stales()[0].line,
              "stale-translation: smmu write by stream 0 at IOVA 0x1000000 hit a stale entry for "
              "0x44000000, which SMMU_CB0_TLBIVAL = 0x1005 should have removed");
}

TEST(StaleTranslation, TheMemoryOfLostOperationsIsBounded)
{
    // A judge that makes no finding of the touches, which would be too many.
    static constexpr Rule rule = {"stale-translation", stale_translation};
    Lost run(std::span(&rule, 1));
    for (uint32_t number = 1; number <= State::max_lost + 1; ++number)
        run.lose(number, number);
    run.add(stale(1));
    run.add(stale(2));
    ASSERT_EQ(run.stales().size(), 2u);
    EXPECT_FALSE(run.stales()[0].lost.has_value()) << "the oldest made room";
    EXPECT_TRUE(run.stales()[1].lost.has_value());
}

TEST(StaleTranslation, ALostWriteByItselfIsATouchAlone)
{
    Lost run;
    run.lose(1, 0xbbb);
    run.add({.kind = Kind::Translate, .block = Block::Smmu, .address = 0x100'0000, .hit = true});
    EXPECT_EQ(run.names(), Names{"register-touch"});
}

} // namespace
} // namespace smmu_pm::journal
