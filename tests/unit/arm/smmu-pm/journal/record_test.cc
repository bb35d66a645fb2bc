// SPDX-License-Identifier: GPL-2.0-or-later
//
// Lines of the journal, typed in as they must be read by others.
#include "recorder.hh"

#include <gtest/gtest.h>

namespace smmu_pm::journal {
namespace {

using power::Supply;
using power::SupplySet;

TEST(JournalLine, TheHeaderNamesSchemaMachineAndChoices)
{
    EXPECT_EQ(format_header("virt-msm8996", power::Policy::Ones, power::Collapse::RetainAll, 7),
              "{\"schema\":1,\"program\":\"smmu-pm\",\"machine\":\"virt-msm8996\","
              "\"policy\":\"ones\",\"collapse\":\"retain-all\",\"seed\":7}\n");
}

TEST(JournalLine, AWireHasItsLevelWhatIsMissingAndWhoMovedIt)
{
    Stamp stamp{.time_ns = 1000, .counter = 62};
    stamp.chain.pc[0] = 0xffff800008123456;
    stamp.chain.pc[1] = 0xffff800008abcdef;
    stamp.chain.depth = 2;
    EXPECT_EQ(format(wire("domain", false, SupplySet(Supply::Domain, Supply::Iface)), stamp),
              "{\"t\":1000,\"cnt\":62,\"block\":\"smmu\",\"ev\":\"wire\",\"name\":\"domain\","
              "\"value\":\"0x0\",\"missing\":[\"domain\",\"iface\"],"
              "\"chain\":[\"0xffff800008123456\",\"0xffff800008abcdef\"]}\n");
}

TEST(JournalLine, ATouchSaysWhatItGot)
{
    EXPECT_EQ(
        format(touch("SMMU_CB0_TLBIVAL", true, only(Supply::Domain)), {.time_ns = 5}),
        "{\"t\":5,\"cnt\":0,\"block\":\"smmu\",\"ev\":\"touch\",\"name\":\"SMMU_CB0_TLBIVAL\","
        "\"addr\":\"0x8620\",\"size\":8,\"access\":\"write\",\"value\":\"0x1005\","
        "\"missing\":[\"domain\"],\"answer\":\"abort\"}\n");
}

TEST(JournalLine, ATranslationHasBothAddresses)
{
    const Event event{.kind = Kind::Translate,
                      .block = Block::Smmu,
                      .address = 0x1001000,
                      .pa = 0x5f001000,
                      .stream = 3,
                      .bank = 1,
                      .write = true,
                      .hit = true};
    EXPECT_EQ(format(event, {}),
              "{\"t\":0,\"cnt\":0,\"block\":\"smmu\",\"ev\":\"translate\",\"stream\":3,"
              "\"addr\":\"0x1001000\",\"pa\":\"0x5f001000\",\"access\":\"write\",\"bank\":1,"
              "\"hit\":true}\n");
}

TEST(JournalLine, GuestTextCannotBreakALine)
{
    const Event event{
        .kind = Kind::Mark, .block = Block::Mark, .name = "phase", .text = "a\"b\\c\n\xff"};
    EXPECT_EQ(format(event, {}),
              "{\"t\":0,\"cnt\":0,\"block\":\"mark\",\"ev\":\"mark\",\"name\":\"phase\","
              "\"text\":\"a\\\"b\\\\c\\u000a\\u00ff\"}\n");
}

TEST(JournalLine, GuestTextIsBounded)
{
    const std::string text(100'000, 'x');
    const Event event{.kind = Kind::Mark, .block = Block::Mark, .name = "phase", .text = text};
    EXPECT_LT(format(event, {}).size(), 1200u);
}

TEST(Journal, AFullJournalSaysSoOnceAndIsSilent)
{
    FakeMachine machine;
    Journal journal({.max_bytes = 2000}, machine);
    for (int i = 0; i < 100; ++i)
        journal.record(phase("again and again"));
    std::size_t bytes = 0;
    unsigned dropped = 0;
    for (const std::string& line : machine.lines) {
        bytes += line.size();
        dropped += line.find("\"ev\":\"dropped\"") != std::string::npos;
    }
    EXPECT_LE(bytes, 2000u);
    EXPECT_EQ(dropped, 1u);
    EXPECT_NE(machine.lines.back().find("dropped"), std::string::npos);
}

TEST(Journal, AFindingFollowsTheEventThatMadeIt)
{
    FakeMachine machine;
    Journal journal({}, machine);
    machine.time = 500;
    journal.record(touch("SMMU_sCR0", false, only(Supply::Iface)));
    ASSERT_EQ(machine.lines.size(), 3u); // header, touch, finding
    EXPECT_EQ(machine.lines[2],
              "{\"t\":500,\"cnt\":31,\"block\":\"smmu\",\"ev\":\"finding\","
              "\"name\":\"register-touch\",\"text\":\"register-touch: smmu read of SMMU_sCR0 "
              "(offset 0x8620), missing: iface\",\"value\":\"0x0\"}\n");
    EXPECT_EQ(machine.findings.size(), 1u);
}

TEST(Journal, OnlyWiresTouchesAndWritesOfAControllerAskForACallChain)
{
    FakeMachine machine;
    machine.called_from({0x1000});
    Journal journal({}, machine);
    journal.record({.kind = Kind::Write, .block = Block::Smmu, .name = "SMMU_sCR0"});
    EXPECT_EQ(machine.lines[1].find("chain"), std::string::npos);
    journal.record(wire("bus", true, {}));
    EXPECT_NE(machine.lines[2].find("\"chain\":[\"0x1000\"]"), std::string::npos);
    journal.record({.kind = Kind::Write, .block = Block::Mmcc, .name = "gpu.GDSCR"});
    EXPECT_NE(machine.lines[3].find("\"chain\":[\"0x1000\"]"), std::string::npos);
}

} // namespace
} // namespace smmu_pm::journal
