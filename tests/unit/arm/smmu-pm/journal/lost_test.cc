// SPDX-License-Identifier: GPL-2.0-or-later
//
// transaction-lost: journals that make it, and ones that look alike and make none.
#include "recording.hh"

#include <gtest/gtest.h>

namespace smmu_pm::journal {
namespace {

using power::Supply;
using power::SupplySet;

TEST(TransactionLost, AStalledTransactionGoesWithTheSmmusPower)
{
    Recording run;
    run.start();
    run.smmu_on();
    run.stall(7, "SMMU_CB0_FSR.TF");
    const uint64_t stalled = run.stamp.time_ns;
    run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    run.lost(Block::Smmu, "registers");
    run.lost(Block::Smmu, "tlb");
    run.release(7, "lost");
    const Finding& finding = run.only_finding();
    EXPECT_EQ(finding.name, "transaction-lost");
    EXPECT_EQ(finding.line, "transaction-lost: smmu write by stream 0 at IOVA 0x1000000 was held, "
                            "and is lost");
    ASSERT_TRUE(finding.held.has_value());
    EXPECT_EQ(finding.held->since_ns, stalled);
    EXPECT_EQ(finding.held->why, "SMMU_CB0_FSR.TF");
    ASSERT_TRUE(finding.off.has_value());
    EXPECT_EQ(finding.off->supply, Supply::Domain);
}

TEST(TransactionLost, OneThatIsLetGoIsNot)
{
    for (const char* how : {"retry", "terminate"}) {
        Recording run;
        run.start();
        run.smmu_on();
        run.stall(7, "SMMU_CB0_FSR.TF");
        run.release(7, how);
        EXPECT_EQ(run.names(), Names()) << how;
    }
}

TEST(TransactionLost, ATokenThatComesBackIsHeldAnew)
{
    Recording run;
    run.start();
    run.smmu_on();
    run.stall(7, "SMMU_CB0_FSR.TF");
    run.release(7, "retry");
    run.stall(7, "", only(Supply::Bus));
    run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    run.release(7, "lost");
    EXPECT_EQ(run.names(), (Names{"dma-while-off", "transaction-lost"}));
    EXPECT_EQ(run.judge.findings()[1].held->why, "missing: bus");
}

TEST(TransactionLost, AResetOfTheMachineIsNone)
{
    Recording run;
    run.start();
    run.smmu_on();
    run.stall(7, "SMMU_CB0_FSR.TF");
    // The controllers' outputs fall before the SMMU itself is reset.
    run.add({.kind = Kind::Reset, .block = Block::Gpu}, 0);
    run.wire(Block::Smmu, "domain", false, only(Supply::Domain), 0);
    run.lost(Block::Smmu, "registers");
    run.release(7, "lost");
    run.add({.kind = Kind::Irq, .block = Block::Smmu, .name = "context"}, 0);
    run.add({.kind = Kind::Reset, .block = Block::Smmu}, 0);
    run.release(8, "lost");
    EXPECT_EQ(run.names(), Names());
}

TEST(TransactionLost, TheGpusWorkGoesWithItsDomainOrReset)
{
    for (const auto& [name, missing] :
         {std::pair{"domain", only(Supply::Domain)}, std::pair{"reset", only(Supply::Reset)}}) {
        Recording run;
        run.on();
        run.gpu("ring");
        const uint64_t rang = run.stamp.time_ns;
        run.wire(Block::Gpu, name, false, missing);
        run.lost(Block::Gpu, "registers");
        run.add({.kind = Kind::Gpu,
                 .block = Block::Gpu,
                 .name = "work-lost",
                 .address = 0x12,
                 .value = 0x2e},
                0);
        const Finding& finding = run.only_finding();
        EXPECT_EQ(finding.line, "transaction-lost: gpu lost its work, of which 0x12 to 0x2e was "
                                "not done");
        ASSERT_TRUE(finding.held && finding.off) << name;
        EXPECT_EQ(finding.held->since_ns, rang);
        EXPECT_EQ(power::name_of(finding.off->supply), name);
    }
}

TEST(TransactionLost, ASoftwareResetIsDeliberate)
{
    Recording run;
    run.on();
    run.gpu("ring");
    run.gpu("work-lost"); // no loss of registers before it
    run.gpu_off();
    run.smmu_off();
    EXPECT_EQ(run.names(), Names());
    // Nor is it one when registers were lost some time before.
    run.smmu_on();
    run.gpu_on();
    run.gpu("ring");
    run.gpu_off();
    run.wire(Block::Gpu, "domain", true);
    run.gpu("work-lost");
    EXPECT_EQ(run.names(), Names());
}

TEST(TransactionLost, WorkThatHadStoppedForGoodIsNotLost)
{
    for (const char* end : {"error", "hang"}) {
        Recording run;
        run.on();
        run.gpu("ring");
        run.gpu(end);
        run.wire(Block::Gpu, "domain", false, only(Supply::Domain));
        run.lost(Block::Gpu, "registers");
        run.gpu("work-lost");
        EXPECT_EQ(run.names(), Names()) << end;
    }
}

TEST(TransactionLost, ARequestOfPmTestdevGoesWithItsDomain)
{
    const auto request = [](std::string_view name, uint64_t at, uint64_t bytes) {
        return Event{.kind = Kind::Testdev,
                     .block = Block::Testdev,
                     .name = name,
                     .address = at,
                     .value = bytes};
    };
    Recording run;
    run.start();
    run.smmu_on();
    run.wire(Block::Testdev, "domain", true);
    run.add(request("start", 0x1000, 128));
    run.add(request("done", 0x1080, 128));
    run.add(request("start", 0x2000, 128));
    const uint64_t started = run.stamp.time_ns;
    run.wire(Block::Testdev, "domain", false, only(Supply::Domain));
    run.lost(Block::Testdev, "registers");
    run.add(request("work-lost", 0x2040, 64), 0);
    const Finding& finding = run.only_finding();
    EXPECT_EQ(finding.block, Block::Testdev);
    EXPECT_EQ(finding.line, "transaction-lost: testdev lost its request, of which 64 bytes from "
                            "IOVA 0x2040 were not done");
    ASSERT_TRUE(finding.held && finding.off);
    EXPECT_EQ(finding.held->since_ns, started);
    EXPECT_EQ(finding.off->supply, Supply::Domain);

    Recording reset;
    reset.start();
    reset.add(request("start", 0x2000, 128));
    reset.add({.kind = Kind::Reset, .block = Block::Island}, 0);
    reset.wire(Block::Testdev, "domain", false, only(Supply::Domain), 0);
    reset.add(request("work-lost", 0x2000, 128), 0);
    EXPECT_EQ(reset.names(), Names()) << "the whole machine was reset";
}

TEST(TransactionLost, WhatOneSwitchTookIsCounted)
{
    Recording run;
    run.start();
    run.smmu_on();
    for (uint64_t token = 1; token <= 500; ++token)
        run.stall(token, "SMMU_CB0_FSR.TF");
    run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    for (uint64_t token = 1; token <= 500; ++token)
        run.release(token, "lost");
    EXPECT_EQ(run.only_finding().count, 500u);
}

} // namespace
} // namespace smmu_pm::journal
