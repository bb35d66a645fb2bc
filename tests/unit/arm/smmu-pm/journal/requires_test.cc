// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal/console.hh"
#include "journal/requires.hh"
#include "recorder.hh"

#include <gtest/gtest.h>

namespace smmu_pm::journal {
namespace {

using power::Supply;

const Event on = wire("domain", true, {});
const Event off = wire("domain", false, only(Supply::Domain));
const Event tlbi{.kind = Kind::Tlbi, .block = Block::Smmu, .name = "SMMU_CB0_TLBIVAL"};
const Event translate{.kind = Kind::Translate, .block = Block::Smmu};

Requirement after(std::string_view text, std::initializer_list<Event> events)
{
    std::string error;
    Requirement requirement = Requirement::parse(text, error);
    EXPECT_EQ(error, "") << text;
    for (const Event& event : events)
        requirement.feed(event);
    return requirement;
}

Event write(std::string_view name)
{
    return {.kind = Kind::Write, .block = Block::Smmu, .name = name};
}

TEST(Requires, OffAtAMark)
{
    EXPECT_TRUE(after("at unmap: smmu off", {on, off, phase("unmap")}).met());
    EXPECT_FALSE(after("at unmap: smmu off", {on, phase("unmap"), off}).met());
    EXPECT_TRUE(after("at unmap: smmu on", {on, phase("unmap")}).met());
}

TEST(Requires, OffAtEveryMarkOfThatName)
{
    const auto requirement =
        after("at unmap: smmu off", {on, off, phase("unmap"), on, phase("unmap")});
    EXPECT_FALSE(requirement.met());
    EXPECT_EQ(requirement.reason(), "the SMMU was on at 1 of 2 marks 'unmap'");
}

TEST(Requires, TheGpuHasAStateOfItsOwn)
{
    const Event gpu_on{.kind = Kind::Wire, .block = Block::Gpu, .name = "domain", .value = 1};
    EXPECT_FALSE(after("at idle: gpu off", {gpu_on, off, phase("idle")}).met());
    EXPECT_TRUE(after("at idle: gpu on", {gpu_on, off, phase("idle")}).met());
    EXPECT_TRUE(after("at idle: gpu off", {on, phase("idle")}).met());
    EXPECT_EQ(after("at idle: gpu off", {gpu_on, phase("idle")}).reason(),
              "the GPU was on at 1 of 1 marks 'idle'");
}

Event translated(uint64_t iova, uint64_t pa)
{
    return {.kind = Kind::Translate, .block = Block::Smmu, .address = iova, .pa = pa};
}

TEST(Requires, ScatteredAreNeighboursThatLieApart)
{
    const std::string_view text = "all: scattered >= 1";
    EXPECT_TRUE(
        after(text, {translated(0x1000ff8, 0x48005ff8), translated(0x1001000, 0x48003000)}).met());
    EXPECT_TRUE(
        after(text, {translated(0x1001000, 0x48003000), translated(0x1000000, 0x48005000)}).met());
    // Neighbours in memory, too.
    EXPECT_FALSE(
        after(text, {translated(0x1000000, 0x48005000), translated(0x1001000, 0x48006000)}).met());
    // No neighbours for the master.
    EXPECT_FALSE(
        after(text, {translated(0x1000000, 0x48005000), translated(0x1002000, 0x48003000)}).met());
    // An address that is translated to itself proves nothing.
    EXPECT_FALSE(
        after(text, {translated(0x1000000, 0x1000000), translated(0x1001000, 0x48003000)}).met());
    // Each page counts once.
    EXPECT_FALSE(after("all: scattered >= 2",
                       {translated(0x1000000, 0x48005000), translated(0x1001000, 0x48003000),
                        translated(0x1000004, 0x48005004), translated(0x1001008, 0x48003008)})
                     .met());
}

TEST(Requires, ScatteredBeginsAnewInEachWindow)
{
    EXPECT_FALSE(
        after("a..b: scattered >= 1", {phase("a"), translated(0x1000000, 0x48005000), phase("b"),
                                       phase("a"), translated(0x1001000, 0x48003000), phase("b")})
            .met());
}

TEST(Requires, AMarkThatNeverCameMeetsNothing)
{
    EXPECT_EQ(after("at unmap: smmu off", {on, off}).reason(), "no mark 'unmap' in the journal");
    EXPECT_FALSE(after("a..b: translate >= 1", {translate}).met());
    EXPECT_EQ(after("a..b: translate >= 1", {phase("a"), translate}).reason(),
              "no mark 'b' after 'a'");
}

TEST(Requires, PowerUpsAreCountedBetweenMarksEachTime)
{
    const std::string_view text = "unmap..unmapped: power-up >= 1";
    EXPECT_TRUE(after(text, {phase("unmap"), on, phase("unmapped")}).met());
    EXPECT_FALSE(after(text, {on, phase("unmap"), phase("unmapped")}).met());
    EXPECT_FALSE(
        after(text, {phase("unmap"), on, phase("unmapped"), off, phase("unmap"), phase("unmapped")})
            .met());
}

TEST(Requires, AWireThatChangesNothingIsNoPowerCycle)
{
    const Event bus = wire("bus", true, only(Supply::Domain));
    EXPECT_FALSE(after("all: power-up >= 1", {bus}).met());
    EXPECT_FALSE(after("all: power-off >= 1", {bus, off}).met());
    EXPECT_TRUE(after("all: power-off >= 1", {on, off}).met());
}

TEST(Requires, EventsAreCountedByKindAndName)
{
    EXPECT_TRUE(after("all: tlbi SMMU_CB0_TLBI* >= 1", {tlbi}).met());
    EXPECT_TRUE(after("all: tlbi >= 2", {tlbi, tlbi}).met());
    EXPECT_FALSE(after("all: tlbi SMMU_CB0_TLBIASID >= 1", {tlbi}).met());
    EXPECT_FALSE(after("all: tlbi >= 2", {tlbi}).met());
}

TEST(Requires, BeginAndDoneAreMarks)
{
    EXPECT_TRUE(
        after("begin..done: translate >= 1", {mark("begin"), translate, mark("done")}).met());
}

TEST(Requires, WritesInOrderWithOthersBetween)
{
    const std::string_view text = "all: order SMMU_SMR0 SMMU_CB0_TLBIVAL SMMU_sCR0";
    EXPECT_TRUE(
        after(text, {write("SMMU_SMR0"), write("SMMU_SMR1"), tlbi, write("SMMU_sCR0")}).met());
    const auto missing = after(text, {write("SMMU_sCR0"), write("SMMU_SMR0"), tlbi});
    EXPECT_FALSE(missing.met());
    EXPECT_EQ(missing.reason(), "'SMMU_sCR0' did not come in its turn");
}

TEST(Requires, WhatCannotBeReadSaysWhy)
{
    for (const auto& [text, why] : {
             std::pair{"smmu off", "no ':' after the place"},
             std::pair{"at x: mmcc off",
                       "after 'at MARK:' comes 'smmu' or 'gpu', then 'off' or 'on'"},
             std::pair{"x: tlbi >= 1", "the place is 'at MARK', 'A..B' or 'all'"},
             std::pair{"..b: tlbi >= 1", "the place is 'at MARK', 'A..B' or 'all'"},
             std::pair{"all: tlbi", "after the place comes 'EVENT [NAME] >= N' or 'order NAME …'"},
             std::pair{"all: tlbi >= none", "'none' is not a number from 1 up"},
             std::pair{"all: tlbi >= 0", "'0' is not a number from 1 up"},
             std::pair{"all: flush >= 1", "'flush' is no kind of event"},
         }) {
        std::string error;
        (void)Requirement::parse(text, error);
        EXPECT_EQ(error, why) << text;
    }
}

TEST(Console, ComplaintsOfTheKernelAreSeen)
{
    EXPECT_EQ(complaint_in("[    3.1] WARNING: CPU: 0 PID: 1 at drivers/clk/qcom/clk-branch.c:91"),
              "WARNING:");
    EXPECT_EQ(complaint_in("[    3.1] Internal error: synchronous external abort: 96000010"),
              "Internal error");
    EXPECT_EQ(complaint_in("[    3.1] arm-smmu bb40000.iommu: Unhandled context fault: fsr=0x402"),
              "Unhandled context fault");
    EXPECT_EQ(complaint_in("[    3.1] msm msm: Couldn't power up the GPU: -16"), "couldn't");
    EXPECT_EQ(complaint_in("[    3.1] msm: [drm:recover_worker] *ERROR* hangcheck recover!"),
              "hangcheck");
}

TEST(Console, OrdinaryLinesAndTheExerciserAreNot)
{
    EXPECT_EQ(complaint_in("[    0.0] Booting Linux on physical CPU 0x0000000000"), "");
    EXPECT_EQ(complaint_in("smmu-pm: gave up: waited 3 s, an error"), "");
}

} // namespace
} // namespace smmu_pm::journal
