// SPDX-License-Identifier: GPL-2.0-or-later
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

TEST(Requires, FromAMarkToTheEnd)
{
    EXPECT_TRUE(after("a..: tlbi == 1", {tlbi, phase("a"), tlbi}).met());
    EXPECT_FALSE(after("a..: tlbi == 1", {tlbi, phase("a")}).met());
    EXPECT_FALSE(after("a..: tlbi == 1", {phase("a"), tlbi, phase("a"), tlbi}).met());
    EXPECT_EQ(after("a..: tlbi >= 1", {tlbi}).reason(), "no mark 'a' in the journal");
    EXPECT_EQ(after("a..: tlbi >= 1", {tlbi, phase("a")}).reason(),
              "there were 0 where it failed last");
    EXPECT_TRUE(after("a..: order A B", {write("B"), phase("a"), write("A"), write("B")}).met());
    EXPECT_TRUE(after("all: order A C*_B", {write("A"), write("C1_B")}).met());
    EXPECT_FALSE(after("all: order A C*_B", {write("C1_B"), write("A"), write("C1_D")}).met());
    EXPECT_FALSE(after("a..: order A B", {write("A"), phase("a"), write("B")}).met());
}

TEST(Requires, AnOrderOfBlocksAndWhatTheyDo)
{
    const Event gpu_on{.kind = Kind::Wire, .block = Block::Gpu, .name = "domain", .value = 1};
    const Event gpu_off{
        .kind = Kind::Wire, .block = Block::Gpu, .name = "domain", .missing = only(Supply::Domain)};
    const Event ring{.kind = Kind::Gpu, .block = Block::Gpu, .name = "ring"};
    const std::string_view up = "a..b: order power-up:smmu SMMU_sCR0 power-up:gpu gpu:ring";
    const std::string_view down = "a..b: order power-off:gpu power-off:smmu";

    EXPECT_TRUE(
        after(up, {phase("a"), on, write("SMMU_sCR0"), gpu_on, ring, translate, phase("b")}).met());
    EXPECT_FALSE(after(up, {phase("a"), gpu_on, on, write("SMMU_sCR0"), ring, phase("b")}).met());
    const auto requirement =
        after(up, {phase("a"), on, gpu_on, write("SMMU_sCR0"), ring, phase("b")});
    EXPECT_FALSE(requirement.met());
    EXPECT_EQ(requirement.reason(), "'power-up:gpu' did not come in its turn");
    // A wire that changes nothing is no step, nor is an event of another kind.
    EXPECT_FALSE(
        after(up, {on, phase("a"), on, write("SMMU_sCR0"), gpu_on, ring, phase("b")}).met());
    EXPECT_FALSE(
        after(up, {phase("a"), on, write("SMMU_sCR0"), gpu_on, write("ring"), phase("b")}).met());

    EXPECT_TRUE(after(down, {on, gpu_on, phase("a"), gpu_off, off, phase("b")}).met());
    EXPECT_FALSE(after(down, {on, gpu_on, phase("a"), off, gpu_off, phase("b")}).met());
    EXPECT_FALSE(after(down, {on, gpu_on, phase("a"), off, phase("b")}).met());
    EXPECT_FALSE(after(down, {phase("a"), gpu_on, on, phase("b")}).met());

    EXPECT_TRUE(after("all: order translate: tlbi:SMMU_CB0_*", {translate, tlbi}).met());
    EXPECT_FALSE(after("all: order translate: tlbi:SMMU_CB1_*", {translate, tlbi}).met());
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

TEST(Requires, SoHasPmTestdev)
{
    const Event testdev_on{
        .kind = Kind::Wire, .block = Block::Testdev, .name = "domain", .value = 1};
    EXPECT_FALSE(after("at idle: testdev off", {testdev_on, off, phase("idle")}).met());
    EXPECT_TRUE(after("at idle: testdev on", {testdev_on, off, phase("idle")}).met());
    EXPECT_EQ(after("at idle: testdev off", {testdev_on, phase("idle")}).reason(),
              "pm-testdev was on at 1 of 1 marks 'idle'");
    const Event testdev_off{.kind = Kind::Wire,
                            .block = Block::Testdev,
                            .name = "domain",
                            .missing = only(Supply::Domain)};
    EXPECT_TRUE(after("all: power-off testdev == 1", {on, testdev_on, off, testdev_off}).met());
    EXPECT_TRUE(after("all: power-off == 1", {on, testdev_on, off, testdev_off}).met());
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
    EXPECT_TRUE(after("all: tlbi SMMU_CB*_TLBIVAL >= 1", {tlbi}).met());
    EXPECT_TRUE(after("all: tlbi *_TLBIVAL >= 1", {tlbi}).met());
    EXPECT_TRUE(after("all: tlbi SMMU_CB0_*TLBIVAL >= 1", {tlbi}).met());
    EXPECT_FALSE(after("all: tlbi SMMU_CB*_TLBIVA >= 1", {tlbi}).met());
    EXPECT_FALSE(after("all: tlbi SMMU_CB0_T*_TLBIVAL >= 1", {tlbi}).met()); // they overlap
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

TEST(Requires, AtMostExactlyAndNone)
{
    for (const char* text : {"a..b: tlbi <= 1", "a..b: tlbi == 1", "a..b: tlbi >= 1"})
        EXPECT_TRUE(after(text, {phase("a"), tlbi, phase("b")}).met()) << text;
    for (const char* text : {"a..b: tlbi <= 1", "a..b: tlbi == 1", "a..b: no tlbi"}) {
        const auto requirement =
            after(text, {tlbi, phase("a"), tlbi, tlbi, phase("b"), tlbi, phase("a"), phase("b")});
        EXPECT_FALSE(requirement.met()) << text;
    }
    EXPECT_FALSE(after("a..b: tlbi == 1", {phase("a"), phase("b")}).met());
    for (const char* text : {"a..b: no tlbi", "a..b: tlbi <= 0", "a..b: tlbi == 0"}) {
        EXPECT_TRUE(after(text, {tlbi, phase("a"), phase("b"), tlbi}).met()) << text;
        EXPECT_FALSE(after(text, {phase("a"), tlbi, phase("b")}).met()) << text;
        // Where there is no window, nothing is proved.
        EXPECT_FALSE(after(text, {phase("a")}).met()) << text;
    }
    EXPECT_TRUE(after("all: no tlbi", {translate}).met());
    EXPECT_FALSE(after("all: no tlbi SMMU_CB0_*", {tlbi}).met());
    EXPECT_TRUE(after("all: no tlbi SMMU_TLBI*", {tlbi}).met());
}

TEST(Requires, TheReasonHasTheCountOfTheWindowThatFailed)
{
    EXPECT_EQ(
        after("a..b: no tlbi", {phase("a"), tlbi, tlbi, tlbi, phase("b"), phase("a"), phase("b")})
            .reason(),
        "there were 3 where it failed last");
    EXPECT_EQ(after("all: tlbi <= 1", {tlbi, tlbi}).reason(), "there were 2 where it failed last");
}

TEST(Requires, ConditionsOnMembers)
{
    const Event fault{.kind = Kind::Fault,
                      .block = Block::Smmu,
                      .name = "SMMU_CB0_FSR",
                      .address = 0x1234'5678'9000,
                      .value = 0x402,
                      .syndrome = 0x11,
                      .stream = 3,
                      .bank = 1};
    for (const char* text :
         {"all: fault SMMU_CB0_FSR syndrome=0x11 >= 1", "all: fault syndrome=17 >= 1",
          "all: fault SMMU_CB0_FSR value=0x402 addr=0x123456789000 stream=3 bank=1 block=smmu == 1",
          "all: no fault syndrome=0x13", "all: no fault addr=0x123456789001",
          "all: no fault value=0x8", "all: no fault stream=0", "all: no fault bank=0",
          "all: no fault block=gpu", "all: no fault bank=0 syndrome=0x11"})
        EXPECT_TRUE(after(text, {fault}).met()) << text;
    for (const char* text : {"all: fault syndrome=0x13 >= 1", "all: no fault syndrome=0x11"})
        EXPECT_FALSE(after(text, {fault}).met()) << text;
}

TEST(Requires, PowerOfTheGpuIsCountedApart)
{
    const Event gpu_on{.kind = Kind::Wire, .block = Block::Gpu, .name = "domain", .value = 1};
    const Event gpu_off{
        .kind = Kind::Wire, .block = Block::Gpu, .name = "domain", .missing = only(Supply::Domain)};
    EXPECT_TRUE(after("all: power-up gpu == 1", {gpu_on, on, off, on}).met());
    EXPECT_TRUE(after("all: power-up smmu == 2", {gpu_on, on, off, on}).met());
    EXPECT_TRUE(after("all: power-up == 2", {gpu_on, on, off, on}).met());
    EXPECT_TRUE(after("all: power-off gpu == 1", {gpu_on, on, gpu_off, off, on, off}).met());
    EXPECT_FALSE(after("all: no power-up gpu", {gpu_on}).met());
    EXPECT_TRUE(after("all: no power-up gpu", {on}).met());
}

TEST(Requires, AfterARestoreNothingIsKnownUpToTheNextWire)
{
    const Event restored{.kind = Kind::Restored, .block = Block::Island};
    EXPECT_FALSE(after("at unmap: smmu off", {restored, phase("unmap")}).met());
    EXPECT_FALSE(after("at unmap: smmu on", {on, restored, phase("unmap")}).met());
    EXPECT_TRUE(after("at unmap: smmu off", {restored, off, phase("unmap")}).met());
    EXPECT_FALSE(after("all: power-off >= 1", {on, restored, off}).met());
}

TEST(Requires, WhatCannotBeReadSaysWhy)
{
    const char* usage = "after the place comes 'EVENT [NAME] [MEMBER=VALUE]… >= N' (or <=, ==), "
                        "'no EVENT …' or 'order NAME …'";
    for (const auto& [text, why] : {
             std::pair{"smmu off", "no ':' after the place"},
             std::pair{"at x: mmcc off",
                       "after 'at MARK:' comes 'smmu', 'gpu' or 'testdev', then 'off' or 'on'"},
             std::pair{"x: tlbi >= 1", "the place is 'at MARK', 'A..B', 'A..' or 'all'"},
             std::pair{"..b: tlbi >= 1", "the place is 'at MARK', 'A..B', 'A..' or 'all'"},
             std::pair{"all: order A touched:B",
                       "'touched' is no kind of event that comes in an order"},
             std::pair{"all: order scattered:",
                       "'scattered' is no kind of event that comes in an order"},
             std::pair{"all: order power-up:mmcc",
                       "after 'power-up:' comes 'smmu', 'gpu' or 'testdev'"},
             std::pair{"all: tlbi", usage},
             std::pair{"all: tlbi > 1", usage},
             std::pair{"all: >= 1", usage},
             std::pair{"all: no", usage},
             std::pair{"all: tlbi >= none", "'none' is not a number"},
             std::pair{"all: tlbi >= 1x", "'1x' is not a number"},
             std::pair{"all: tlbi >= -1", "'-1' is not a number"},
             std::pair{"all: tlbi >= 0", "'>= 0' always holds"},
             std::pair{"all: flush >= 1", "'flush' is no kind of event"},
             std::pair{"all: no flush", "'flush' is no kind of event"},
             std::pair{"all: power-up mmcc >= 1",
                       "after 'power-up' comes 'smmu', 'gpu', 'testdev', or none"},
             std::pair{"all: scattered pages >= 1", "'scattered' has no name"},
             std::pair{"all: fault SMMU_CB0_FSR far=1 >= 1",
                       "'far=1' is no condition such as syndrome=0x11"},
             std::pair{"all: fault syndrome=TF >= 1",
                       "'syndrome=TF' is no condition such as syndrome=0x11"},
             std::pair{"all: wire domain block=cpu >= 1",
                       "'block=cpu' is no condition such as syndrome=0x11"},
             std::pair{"all: fault bank=0 SMMU_CB0_FSR >= 1",
                       "'SMMU_CB0_FSR' is no condition such as syndrome=0x11"},
             std::pair{"all: no tlbi syndrome=0x11", "'tlbi' has no such member"},
             std::pair{"all: power-up bank=0 >= 1", "'power-up' has no such member"},
         }) {
        std::string error;
        (void)Requirement::parse(text, error);
        EXPECT_EQ(error, why) << text;
    }
}

} // namespace
} // namespace smmu_pm::journal
