// SPDX-License-Identifier: GPL-2.0-or-later
//
// never-off: journals that make it, and ones that look alike and make none.
#include "recording.hh"

#include <gtest/gtest.h>

namespace smmu_pm::journal {
namespace {

using power::Supply;
using power::SupplySet;

TEST(NeverOff, ABlockThatKeepsItsDomainThroughTheWindow)
{
    Recording run;
    run.on();
    run.mark("idle", "smmu");
    const uint64_t idle = run.stamp.time_ns;
    run.mark("busy");
    const Finding& finding = run.only_finding();
    EXPECT_EQ(finding.name, "never-off");
    EXPECT_EQ(finding.line, "never-off: smmu was not switched off in the idle window from " +
                                std::to_string(idle) + " ns");
    EXPECT_EQ(finding.after_mark, "idle smmu");
    ASSERT_TRUE(finding.on.has_value());
    EXPECT_EQ(finding.on->supply, Supply::Domain);
}

TEST(NeverOff, EachBlockThatIsNamedAndNoOther)
{
    const std::vector<std::pair<const char*, std::vector<Block>>> windows = {
        {"smmu", {Block::Smmu}},
        {"gpu", {Block::Gpu}},
        {"smmu gpu", {Block::Smmu, Block::Gpu}},
        {"gpu smmu", {Block::Smmu, Block::Gpu}},
        {"smmus", {}},
        {"", {}}};
    for (const auto& [text, blocks] : windows) {
        Recording run;
        run.on();
        run.mark("idle", text);
        run.mark("busy");
        std::vector<Block> accused;
        for (const Finding& finding : run.judge.findings())
            accused.push_back(finding.block);
        EXPECT_EQ(accused, blocks) << text;
    }
}

TEST(NeverOff, StoppedClocksAreNoSwitchOff)
{
    Recording run;
    run.on();
    run.gpu_off();
    run.mark("idle", "smmu");
    run.clocks_off();
    run.mark("busy");
    EXPECT_EQ(run.names(), Names{"never-off"});
    EXPECT_EQ(list(run.only_finding().present), "domain, reset, vote");
}

TEST(NeverOff, OffAtAnyTimeInTheWindowOrAtItsBegin)
{
    Recording run;
    run.on();
    run.gpu_off();
    run.mark("idle", "smmu gpu"); // the GPU is off already
    run.smmu_off();
    run.smmu_on(); // to unmap, say
    run.gpu_on();
    run.mark("phase", "unmapped");
    run.mark("busy");
    EXPECT_EQ(run.names(), Names());
}

TEST(NeverOff, OffBeforeTheWindowIsNotOffInIt)
{
    Recording run;
    run.on();
    run.gpu_off();
    run.smmu_off();
    run.smmu_on();
    run.mark("idle", "smmu");
    run.mark("busy");
    run.smmu_off();
    EXPECT_EQ(run.names(), Names{"never-off"});
}

TEST(NeverOff, WithoutItsEndAWindowSaysNothing)
{
    Recording run;
    run.on();
    run.mark("idle", "smmu");
    run.mark("done");
    EXPECT_EQ(run.names(), Names());
    run.mark("idle", "gpu"); // takes the place of the first
    run.mark("busy");
    EXPECT_EQ(run.names(), Names{"never-off"});
    EXPECT_EQ(run.only_finding().block, Block::Gpu);
    run.mark("busy"); // ends nothing
    EXPECT_EQ(run.only_finding().count, 1u);
}

TEST(NeverOff, ARestoreInTheWindowLeavesNothingToSay)
{
    Recording run;
    run.on();
    run.mark("idle", "smmu");
    run.add({.kind = Kind::Restored, .block = Block::Island});
    run.mark("busy");
    run.mark("idle", "smmu");
    run.mark("busy");
    EXPECT_EQ(run.names(), Names());
}

} // namespace
} // namespace smmu_pm::journal
