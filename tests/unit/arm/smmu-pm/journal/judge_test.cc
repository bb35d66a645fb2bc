// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a finding says, and when two are one.
#include "recorder.hh"

#include <gtest/gtest.h>

namespace smmu_pm::journal {
namespace {

using power::Supply;
using power::SupplySet;

class JudgeTest : public testing::Test {
protected:
    const Finding* at(uint64_t time, const Event& event, std::initializer_list<uint64_t> pcs = {})
    {
        Stamp stamp{.time_ns = time};
        for (const uint64_t pc : pcs)
            stamp.chain.pc[stamp.chain.depth++] = pc;
        const std::span<const Finding> made = judge.feed(event, stamp);
        EXPECT_LE(made.size(), 1u);
        return made.empty() ? nullptr : &made[0];
    }
    Judge judge;
};

const SupplySet no_domain(Supply::Domain);

TEST_F(JudgeTest, RegisterTouchNamesWhoSwitchedOffAndWhen)
{
    at(100, wire("domain", true, {}));
    at(200, wire("domain", false, no_domain), {0xaaaa, 0xbbbb});
    at(250, phase("unmap"));
    const Finding* finding = at(300, touch("SMMU_CB0_TLBIVAL", true, no_domain), {0xcccc});
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->name, "register-touch");
    EXPECT_EQ(finding->event_name, "SMMU_CB0_TLBIVAL");
    EXPECT_EQ(finding->after_mark, "phase unmap");
    ASSERT_TRUE(finding->off.has_value());
    EXPECT_EQ(finding->off->time_ns, 200u);
    EXPECT_EQ(finding->off->supply, Supply::Domain);
    EXPECT_EQ(finding->off->chain.pc[1], 0xbbbbu);
    EXPECT_EQ(finding->line, "register-touch: smmu write of SMMU_CB0_TLBIVAL (offset 0x8620) = "
                             "0x1005 from pc 0xcccc, missing: domain");
}

TEST_F(JudgeTest, OfSeveralMissingWiresTheFirstToGoIsNamed)
{
    at(0, wire("domain", true, {}));
    at(10, wire("bus", false, {}), {1});
    at(20, wire("iface", false, only(Supply::Iface)), {2});
    at(30, wire("domain", false, SupplySet(Supply::Domain, Supply::Iface)), {3});
    const Finding* finding =
        at(40, touch("SMMU_sCR0", false, SupplySet(Supply::Domain, Supply::Iface)));
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->off->supply, Supply::Iface);
    EXPECT_EQ(finding->off->time_ns, 20u);
}

TEST_F(JudgeTest, ABlockThatWasNeverOnHasNobodyWhoSwitchedItOff)
{
    const Finding* finding = at(1, touch("SMMU_IDR0", false, no_domain));
    ASSERT_NE(finding, nullptr);
    EXPECT_FALSE(finding->off.has_value());
}

TEST_F(JudgeTest, TheSameAccessAgainIsCountedAndNotToldAgain)
{
    at(0, wire("domain", true, {}));
    at(1, wire("domain", false, no_domain));
    for (uint64_t i = 0; i < 1000; ++i)
        at(10 + i, touch("SMMU_CB0_TLBSTATUS", false, no_domain), {0x4000});
    ASSERT_EQ(judge.findings().size(), 1u);
    EXPECT_EQ(judge.findings()[0].count, 1000u);
    // From another place, or in another period without power, it is another story.
    at(2000, touch("SMMU_CB0_TLBSTATUS", false, no_domain), {0x5000});
    at(2001, wire("domain", true, {}));
    at(2002, wire("domain", false, no_domain));
    at(2003, touch("SMMU_CB0_TLBSTATUS", false, no_domain), {0x4000});
    EXPECT_EQ(judge.findings().size(), 3u);
}

TEST_F(JudgeTest, FindingsAreBounded)
{
    for (uint64_t i = 0; i < 10'000; ++i)
        at(i, touch("SMMU_sCR0", false, no_domain), {i});
    EXPECT_EQ(judge.findings().size(), Judge::max_findings);
    EXPECT_EQ(judge.uncounted(), 10'000 - Judge::max_findings);
}

TEST_F(JudgeTest, DmaWhileOffIsARefusalForWantOfAWire)
{
    const Finding* finding = at(5, {.kind = Kind::Refused,
                                    .block = Block::Smmu,
                                    .address = 0x1000000,
                                    .stream = 0,
                                    .write = true,
                                    .missing = no_domain});
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->name, "dma-while-off");
    EXPECT_EQ(finding->line,
              "dma-while-off: smmu write by stream 0 at IOVA 0x1000000, missing: domain");
}

TEST_F(JudgeTest, ARefusalForAFaultIsNoFinding)
{
    EXPECT_EQ(at(5, {.kind = Kind::Refused, .block = Block::Smmu, .name = "TF"}), nullptr);
}

Event bypass(std::string_view why)
{
    return {.kind = Kind::Bypass, .block = Block::Smmu, .name = why, .address = 0x1000};
}

TEST_F(JudgeTest, UnprotectedDmaPassesAnSmmuThatNobodySetUp)
{
    at(0, {.kind = Kind::Write, .block = Block::Smmu, .name = "SMMU_sCR0", .value = 0x1c36});
    at(1, {.kind = Kind::Lost, .block = Block::Smmu, .name = "registers"});
    const Finding* finding = at(2, bypass("SMMU_sCR0.CLIENTPD"));
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->name, "unprotected-dma");
}

TEST_F(JudgeTest, ABypassThatSoftwareAskedForIsNoFinding)
{
    at(0, {.kind = Kind::Write, .block = Block::Smmu, .name = "SMMU_sCR0", .value = 1});
    EXPECT_EQ(at(1, bypass("SMMU_sCR0.CLIENTPD")), nullptr);
}

TEST_F(JudgeTest, ABypassByStreamIsNoFinding)
{
    EXPECT_EQ(at(1, bypass("SMMU_S2CR0.TYPE")), nullptr);
}

TEST_F(JudgeTest, LosingOnlyTheTlbLeavesTheSetupStanding)
{
    at(0, {.kind = Kind::Write, .block = Block::Smmu, .name = "SMMU_sCR0", .value = 1});
    at(1, {.kind = Kind::Lost, .block = Block::Smmu, .name = "tlb"});
    EXPECT_EQ(at(2, bypass("SMMU_sCR0.CLIENTPD")), nullptr);
}

TEST_F(JudgeTest, AnOrdinaryPowerCycleMakesNoFinding)
{
    at(0, wire("domain", true, {}));
    at(1, {.kind = Kind::Write, .block = Block::Smmu, .name = "SMMU_sCR0", .value = 0x1c36});
    at(2, {.kind = Kind::Translate, .block = Block::Smmu, .address = 0x1000, .pa = 0x2000});
    at(3, wire("domain", false, no_domain));
    at(4, {.kind = Kind::Lost, .block = Block::Smmu, .name = "registers"});
    at(5, wire("domain", true, {}));
    EXPECT_TRUE(judge.findings().empty());
}

} // namespace
} // namespace smmu_pm::journal
