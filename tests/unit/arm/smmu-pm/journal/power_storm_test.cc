// SPDX-License-Identifier: GPL-2.0-or-later
//
// power-storm: what a budget is, which windows are over it, and whom the finding names.
#include "recording.hh"

#include <gtest/gtest.h>

namespace smmu_pm::journal {
namespace {

using power::Supply;

// ---- The text of a mark -----------------------------------------------------------------------

TEST(Budget, IsABlockANumberAndMaybeAPeriod)
{
    const auto plain = parse_budget("smmu 3", 5);
    ASSERT_TRUE(plain.has_value());
    EXPECT_EQ(plain->block, Block::Smmu);
    EXPECT_EQ(plain->limit, 3u);
    EXPECT_EQ(plain->period_ms, 0u);
    EXPECT_EQ(plain->since_ns, 5u);
    const auto rate = parse_budget("gpu 0/20", 0);
    ASSERT_TRUE(rate.has_value());
    EXPECT_EQ(rate->block, Block::Gpu);
    EXPECT_EQ(rate->limit, 0u);
    EXPECT_EQ(rate->period_ms, 20u);
    EXPECT_TRUE(parse_budget("smmu 1000000/1000000", 0).has_value());
}

TEST(Budget, IsNothingElse)
{
    for (const char* text : {"",
                             " ",
                             "smmu",
                             "smmu ",
                             "gcc 1",
                             "smmu gpu 1",
                             "smmu  1",
                             "smmu -1",
                             "smmu +1",
                             "smmu 0x1",
                             "smmu 1 ",
                             "smmu 1/",
                             "smmu 1/0",
                             "smmu 1/20 ",
                             "smmu 1/20/3",
                             "smmu /20",
                             "smmu 1000001",
                             "smmu 1/1000001",
                             "smmu 99999999999999999999999",
                             "Smmu 1",
                             "smmu 1.5"})
        EXPECT_FALSE(parse_budget(text, 0).has_value()) << text;
}

TEST(Budget, AllowsOneMoreForEachPeriodThatHasBegun)
{
    const auto rate = parse_budget("smmu 2/20", 1'000'000);
    EXPECT_EQ(rate->allowed(1'000'000), 3u);
    EXPECT_EQ(rate->allowed(20'999'999), 3u);
    EXPECT_EQ(rate->allowed(21'000'000), 4u);
    EXPECT_EQ(rate->allowed(101'000'000), 8u);
    EXPECT_EQ(parse_budget("smmu 2", 0)->allowed(~uint64_t{0}), 2u);
}

// ---- Windows ----------------------------------------------------------------------------------

void cycles(Recording& run, int count)
{
    for (int i = 0; i < count; ++i) {
        run.smmu_on();
        run.smmu_off();
    }
}

TEST(PowerStorm, OneMoreThanTheBudget)
{
    for (const int count : {2, 3}) {
        Recording run;
        run.start();
        run.mark("budget", "smmu 2");
        cycles(run, count);
        EXPECT_EQ(run.names(), Names()) << "the window is not over";
        run.mark("budget");
        EXPECT_EQ(run.names(), count > 2 ? Names{"power-storm"} : Names());
    }
}

TEST(PowerStorm, ItsLineHasAllNumbers)
{
    Recording run;
    run.start();
    run.mark("budget", "smmu 0/1");
    const uint64_t since = run.stamp.time_ns;
    cycles(run, 3);
    run.mark("budget");
    EXPECT_EQ(run.only_finding().line,
              "power-storm: smmu was powered up 3 times in the window from " +
                  std::to_string(since) + " ns, and its budget was 1");
    EXPECT_EQ(run.only_finding().block, Block::Smmu);
}

TEST(PowerStorm, AWindowEndsWithTheNextBudgetOrWithDone)
{
    for (const auto& [name, text] :
         {std::pair{"budget", "gpu 7"}, {"budget", ""}, {"done", ""}, {"budget", "nonsense"}}) {
        Recording run;
        run.start();
        run.mark("budget", "smmu 0");
        cycles(run, 1);
        run.mark("phase", "amid");
        run.mark(name, text);
        EXPECT_EQ(run.names(), Names{"power-storm"}) << name << " " << text;
        run.mark("done");
        EXPECT_EQ(run.only_finding().count, 1u) << "only once";
    }
}

TEST(PowerStorm, WhatLiesOutsideTheWindowIsNotCounted)
{
    Recording run;
    run.start();
    cycles(run, 3);
    run.mark("budget", "smmu 1");
    cycles(run, 1);
    run.mark("budget", "smmu 1");
    cycles(run, 1);
    run.mark("budget");
    cycles(run, 3);
    run.mark("done");
    EXPECT_EQ(run.names(), Names());
}

TEST(PowerStorm, OnlyTheDomainOfItsBlockCounts)
{
    Recording run;
    run.start();
    run.mark("budget", "gpu 0");
    cycles(run, 3);
    run.wire(Block::Gpu, "core", true);
    run.mark("budget");
    EXPECT_EQ(run.names(), Names());
    run.mark("budget", "gpu 0");
    run.smmu_on();
    run.gpu_on();
    run.mark("done");
    EXPECT_EQ(run.only_finding().block, Block::Gpu);
}

TEST(PowerStorm, AMalformedBudgetAllowsEverything)
{
    Recording run;
    run.start();
    run.mark("budget", "smmu none");
    cycles(run, 3);
    run.mark("done");
    EXPECT_EQ(run.names(), Names());
}

TEST(PowerStorm, ARestoreEndsTheWindow)
{
    Recording run;
    run.start();
    run.mark("budget", "smmu 0");
    cycles(run, 1);
    run.add({.kind = Kind::Restored, .block = Block::Island});
    run.mark("done");
    EXPECT_EQ(run.names(), Names());
}

// ---- Who it was -------------------------------------------------------------------------------

/// A controller is asked for a domain from `pc`, and it comes on later, by itself.
void asked_from(Recording& run, uint64_t pc, std::string_view name = "gpu.GDSCR",
                uint64_t value = 0x28'2000)
{
    run.stamp.chain = {};
    run.stamp.chain.pc[run.stamp.chain.depth++] = pc;
    run.add({.kind = Kind::Write, .block = Block::Mmcc, .name = name, .value = value});
    run.stamp.chain = {};
}

TEST(PowerStorm, NamesWhoHadItPoweredUpMostOften)
{
    Recording run;
    run.start();
    run.mark("budget", "smmu 1");
    uint64_t last = 0;
    for (const uint64_t pc : {0x100ull, 0x200ull, 0x300ull, 0x200ull}) {
        asked_from(run, pc);
        run.smmu_on();
        if (pc == 0x200)
            last = run.stamp.time_ns;
        asked_from(run, 0x999, "gpu.GDSCR", 0x28'2001);
        run.smmu_off();
    }
    run.mark("done");
    const Finding& finding = run.only_finding();
    ASSERT_TRUE(finding.on.has_value());
    ASSERT_EQ(finding.on->chain.depth, 1u);
    EXPECT_EQ(finding.on->chain.pc[0], 0x200u);
    EXPECT_LT(finding.on->time_ns, last);
    EXPECT_EQ(finding.budget->most()->times, 2u);
    EXPECT_EQ(finding.budget->power_ups, 4u);
}

TEST(PowerStorm, TellsABoundedNumberOfCallersApart)
{
    Recording run;
    run.start();
    run.mark("budget", "smmu 1");
    for (uint64_t pc = 1; pc <= 100; ++pc) {
        asked_from(run, pc);
        cycles(run, 1);
    }
    run.mark("done");
    EXPECT_EQ(run.only_finding().budget->wakers.size(), Budget::wakers_max);
    EXPECT_EQ(run.only_finding().budget->power_ups, 100u);
}

TEST(NeverOff, SaysWhoAskedForTheDomain)
{
    Recording run;
    run.start();
    asked_from(run, 0x100);
    asked_from(run, 0x200, "gpu.GDSCR", 1); // asks for off
    asked_from(run, 0x300, "gpu.HW_CTRL");  // is no switch
    run.smmu_on();
    run.mark("idle", "smmu");
    run.mark("busy");
    ASSERT_TRUE(run.only_finding().on.has_value());
    EXPECT_EQ(run.only_finding().on->chain.pc[0], 0x100u);
}

} // namespace
} // namespace smmu_pm::journal
