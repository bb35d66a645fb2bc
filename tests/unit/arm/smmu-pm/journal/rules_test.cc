// SPDX-License-Identifier: GPL-2.0-or-later
//
// What no rule may make a finding of, the smaller rules, and the table which proves that no rule
// can be left out: a judge without it is blind to its journal, and to no other.
#include "recording.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace smmu_pm::journal {
namespace {

using power::Supply;
using power::SupplySet;

TEST(Rules, WhatStockKernelsDoMakesNoFinding)
{
    Recording run;
    run.start();
    for (int i = 0; i < 3; ++i) {
        run.smmu_on();
        run.gpu_on();
        run.gpu("ring");
        run.add({.kind = Kind::Translate, .block = Block::Smmu, .address = 0x1000, .pa = 0x2000});
        run.gpu("drained");
        run.gpu_off();
        run.mark("idle", "smmu gpu");
        run.smmu_off();
        run.mark("busy");
    }
    EXPECT_EQ(run.names(), Names());
}

// ---- The others -------------------------------------------------------------------------------

TEST(DmaWhileOff, AlsoWhenTheTransactionIsHeld)
{
    Recording run;
    run.stall(1, "", only(Supply::Domain));
    EXPECT_EQ(run.only_finding().line, "dma-while-off: smmu write by stream 0 at IOVA 0x1000000 "
                                       "is held, missing: domain");
    Recording fault;
    fault.stall(1, "SMMU_CB0_FSR.TF");
    EXPECT_EQ(fault.names(), Names());
}

const Event bypass{
    .kind = Kind::Bypass, .block = Block::Smmu, .name = "SMMU_sCR0.CLIENTPD", .address = 0x1000};

TEST(UnprotectedDma, WhatSurvivesACollapseIsStillSetUp)
{
    Recording lose;
    lose.on();
    lose.gpu_off();
    lose.smmu_off();
    lose.wire(Block::Smmu, "domain", true);
    lose.add(bypass);
    EXPECT_EQ(lose.names(), Names{"unprotected-dma"});

    Recording retain; // SMMU_sCR0.CLIENTPD was written, and is kept
    retain.on();
    retain.gpu_off();
    retain.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    retain.lost(Block::Smmu, "tlb");
    retain.wire(Block::Smmu, "domain", true);
    retain.add(bypass);
    EXPECT_EQ(retain.names(), Names());
}

TEST(UnprotectedDma, AfterARestoreUpToTheNextLoss)
{
    Recording run;
    run.add({.kind = Kind::Restored, .block = Block::Island});
    run.add(bypass);
    EXPECT_EQ(run.names(), Names()) << "who wrote SMMU_sCR0 before is not in this journal";
    run.lost(Block::Smmu, "registers");
    run.add(bypass);
    EXPECT_EQ(run.names(), Names{"unprotected-dma"});
}

TEST(UnprotectedDma, AfterAResetAndForNoOtherRegister)
{
    Recording run;
    run.on();
    run.add({.kind = Kind::Write, .block = Block::Smmu, .name = "SMMU_sCR0"});
    run.add({.kind = Kind::Reset, .block = Block::Smmu});
    run.add({.kind = Kind::Write, .block = Block::Smmu, .name = "SMMU_sACR"});
    run.add(bypass);
    EXPECT_EQ(run.names(), Names{"unprotected-dma"});
}

// ---- No rule can be left out ------------------------------------------------------------------

struct Case {
    const char* finding;
    std::function<void(Recording&)> journal;
};

/// The findings of docs/findings.rst that the journal decides, each with a journal that makes it,
/// and only it.
const std::vector<Case>& cases()
{
    static const std::vector<Case> cases = {
        {"register-touch",
         [](Recording& run) {
             run.start();
             run.add(touch("SMMU_CB0_TLBIVAL", true, only(Supply::Domain)));
         }},
        {"dma-while-off",
         [](Recording& run) {
             run.start();
             run.add({.kind = Kind::Refused,
                      .block = Block::Smmu,
                      .address = 0x1000,
                      .missing = only(Supply::Domain)});
         }},
        {"unprotected-dma",
         [](Recording& run) {
             run.start();
             run.wire(Block::Smmu, "domain", true, only(Supply::Iface));
             run.add(bypass);
         }},
        {"power-order",
         [](Recording& run) {
             run.on();
             run.smmu_off();
         }},
        {"transaction-lost",
         [](Recording& run) {
             run.on();
             run.gpu("ring");
             run.wire(Block::Gpu, "domain", false, only(Supply::Domain));
             run.lost(Block::Gpu, "registers");
             run.gpu("work-lost");
         }},
        {"stale-translation",
         [](Recording& run) {
             run.on();
             run.add({.kind = Kind::Stale, .block = Block::Smmu, .name = "SMMU_TLBIALLNSNH"});
         }},
        {"power-storm",
         [](Recording& run) {
             run.start();
             run.mark("budget", "smmu 1");
             for (int i = 0; i < 2; ++i) {
                 run.smmu_on();
                 run.smmu_off();
             }
             run.mark("done");
         }},
        {"never-off",
         [](Recording& run) {
             run.on();
             run.mark("idle", "gpu");
             run.mark("busy");
         }},
    };
    return cases;
}

TEST(EveryRule, HasAJournalThatMakesItAlone)
{
    for (const Case& each : cases()) {
        Recording run;
        each.journal(run);
        EXPECT_EQ(run.names(), Names{each.finding});
    }
}

TEST(EveryRule, IsInTheTable)
{
    ASSERT_EQ(rules.size(), cases().size());
    for (const Case& each : cases())
        EXPECT_TRUE(std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) {
            return rule.name == each.finding;
        })) << each.finding;
}

TEST(EveryRule, IsMissedWhenItIsTakenOut)
{
    for (const Rule& without : rules) {
        std::vector<Rule> others;
        for (const Rule& rule : rules)
            if (rule.name != without.name)
                others.push_back(rule);
        for (const Case& each : cases()) {
            Recording run(others);
            each.journal(run);
            EXPECT_EQ(run.names(), without.name == each.finding ? Names() : Names{each.finding})
                << "without " << without.name;
        }
    }
}

} // namespace
} // namespace smmu_pm::journal
