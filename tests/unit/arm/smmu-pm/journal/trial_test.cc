// SPDX-License-Identifier: GPL-2.0-or-later
//
// Journals from their first line to their verdict, and back: what is written is what is read.
#include "judge/render.hh"
#include "recorder.hh"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

namespace smmu_pm::judge {
namespace {

using journal::Block;
using journal::Event;
using journal::FakeMachine;
using journal::Kind;
using power::Supply;

/// What QEMU would have written for these events.
std::string journal_of(std::initializer_list<Event> events)
{
    FakeMachine machine;
    machine.called_from({0xffff800008000120, 0xffff800008000204});
    journal::Journal journal({.machine = "test"}, machine);
    for (const Event& event : events) {
        machine.time += 1'000'000;
        journal.record(event);
    }
    std::string text;
    for (const std::string& line : machine.lines)
        text += line;
    return text;
}

Trial judged(const std::string& text, std::vector<journal::Requirement> requirements = {})
{
    Symbols symbols;
    Trial trial(std::move(requirements));
    std::istringstream stream(text);
    trial.read_journal(stream, symbols);
    return trial;
}

const Event on = journal::wire("domain", true, {});
const Event off = journal::wire("domain", false, journal::only(Supply::Domain));
const Event touch = journal::touch("SMMU_CB0_TLBIVAL", true, journal::only(Supply::Domain));
const Event done = journal::mark("done");

TEST(Trial, ACleanRunPasses)
{
    EXPECT_EQ(judged(journal_of({on, off, done})).verdict(), Verdict::Pass);
}

TEST(Trial, AFindingFails)
{
    const Trial trial = judged(journal_of({on, off, touch, touch, done}));
    EXPECT_EQ(trial.verdict(), Verdict::Fail);
    ASSERT_EQ(trial.findings().size(), 1u);
    EXPECT_EQ(trial.findings()[0].count, 2u);
    EXPECT_TRUE(trial.errors().empty()) << trial.errors()[0];
}

TEST(Trial, AFindingFailsEvenWithoutAnEnd)
{
    EXPECT_EQ(judged(journal_of({on, off, touch})).verdict(), Verdict::Fail);
}

TEST(Trial, WithoutItsEndARunIsAnError)
{
    EXPECT_EQ(judged(journal_of({on, off})).verdict(), Verdict::Error);
}

TEST(Trial, AnExerciserThatGaveUpSaysWhatItWaitedFor)
{
    const Trial trial = judged(journal_of({{.kind = Kind::Mark,
                                            .block = Block::Mark,
                                            .name = "gave-up",
                                            .text = "waited for a node"}}));
    EXPECT_EQ(trial.verdict(), Verdict::Error);
    EXPECT_EQ(trial.errors()[0], "the exerciser gave up: waited for a node");
}

TEST(Trial, TimeoutAndAFullJournalAreErrors)
{
    EXPECT_EQ(judged(journal_of({{.kind = Kind::Timeout, .block = Block::Island}, done})).verdict(),
              Verdict::Error);
    EXPECT_EQ(judged(journal_of({{.kind = Kind::Dropped, .block = Block::Island}, done})).verdict(),
              Verdict::Error);
}

TEST(Trial, AnIdleWindowOfNoBlockIsAnError)
{
    for (const char* text : {"smmu", "gpu", "smmu gpu", "gpu smmu"})
        EXPECT_EQ(
            judged(journal_of(
                       {{.kind = Kind::Mark, .block = Block::Mark, .name = "idle", .text = text},
                        done}))
                .verdict(),
            Verdict::Pass)
            << text;
    const Trial trial = judged(journal_of(
        {{.kind = Kind::Mark, .block = Block::Mark, .name = "idle", .text = "smmu, gpu"}, done}));
    EXPECT_EQ(trial.verdict(), Verdict::Error);
    EXPECT_EQ(trial.errors()[0], "the mark 'idle' names no block: smmu, gpu");
}

TEST(Trial, ABudgetOfNothingIsAnError)
{
    const auto budget = [](const char* text) {
        return judged(journal_of(
            {{.kind = Kind::Mark, .block = Block::Mark, .name = "budget", .text = text}, done}));
    };
    for (const char* text : {"smmu 2/20", "gpu 0", ""})
        EXPECT_EQ(budget(text).verdict(), Verdict::Pass) << text;
    EXPECT_EQ(budget("smmu").verdict(), Verdict::Error);
    EXPECT_EQ(budget("smmu").errors()[0],
              "the mark 'budget' is not 'BLOCK N' or 'BLOCK N/MS': smmu");
}

TEST(Trial, AnUnmetRequirementIsVacuous)
{
    std::string error;
    const auto requirement = journal::Requirement::parse("all: translate >= 1", error);
    EXPECT_EQ(judged(journal_of({on, off, done}), {requirement}).verdict(), Verdict::Vacuous);
    EXPECT_EQ(judged(journal_of({on, off, touch, done}), {requirement}).verdict(), Verdict::Fail);
}

TEST(Trial, ALiveJudgeThatFoundSomethingElseIsAnError)
{
    // The finding is taken out of the journal, as if QEMU's judge had slept.
    std::string text = journal_of({on, off, touch, done});
    const std::size_t start = text.rfind('{', text.find("\"ev\":\"finding\""));
    text.erase(start, text.find('\n', start) + 1 - start);
    const Trial trial = judged(text);
    ASSERT_EQ(trial.errors().size(), 1u);
    EXPECT_EQ(trial.errors()[0], "the live judge made 0 findings, this one 1, and they differ");
}

TEST(Trial, AComplaintOnTheConsoleFails)
{
    Trial trial = judged(journal_of({on, off, done}));
    std::istringstream console("fine\n[1.0] WARNING: CPU: 0\n[2.0] an error that is listed\n");
    trial.read_console(
        console, [](const std::string& line) { return line.find("listed") != std::string::npos; });
    EXPECT_EQ(trial.verdict(), Verdict::Fail);
    ASSERT_EQ(trial.complaints().size(), 1u);
    EXPECT_EQ(trial.complaints()[0].line, 2u);
}

Trial on_console(const std::string& journal, const std::string& text)
{
    Trial trial = judged(journal);
    std::istringstream console(text);
    trial.read_console(console, [](const std::string&) { return false; });
    return trial;
}

const std::string dying =
    "fine\n[0.1] WARNING: CPU: 0\n[0.2] Kernel panic - not syncing: no root\n";

TEST(Trial, APanicBeforeTheExerciserBeginsIsNamedAndIsNoVerdict)
{
    const Trial trial = on_console(journal_of({on, off}), dying);
    EXPECT_EQ(trial.verdict(), Verdict::Error);
    EXPECT_TRUE(trial.complaints().empty());
    ASSERT_EQ(trial.errors().size(), 2u);
    EXPECT_EQ(trial.errors()[0], "the kernel panicked before the exerciser began: console line 3: "
                                 "[0.2] Kernel panic - not syncing: no root");
    EXPECT_EQ(trial.errors()[1], "the exerciser never came to its end: no mark 'done'");
}

TEST(Trial, AComplaintBeforeTheExerciserBeginsIsNamedIfNothingElseIsSaid)
{
    const Trial trial = on_console(journal_of({on, off}), "fine\n[0.1] WARNING: CPU: 0\n");
    EXPECT_EQ(trial.verdict(), Verdict::Error);
    EXPECT_EQ(trial.errors()[0], "the kernel complained, and ended, before the exerciser began: "
                                 "console line 2: [0.1] WARNING: CPU: 0");
}

TEST(Trial, APanicAfterTheFirstMarkFails)
{
    const Trial trial = on_console(journal_of({on, off, journal::mark("begin")}), dying);
    EXPECT_EQ(trial.verdict(), Verdict::Fail);
    EXPECT_EQ(trial.complaints().size(), 2u);
}

TEST(Trial, APanicOnTheWayThatATouchLedToFails)
{
    const Trial trial = on_console(journal_of({on, off, touch}), dying);
    EXPECT_EQ(trial.verdict(), Verdict::Fail);
    EXPECT_EQ(trial.complaints().size(), 2u);
}

TEST(Trial, WhatIsNoJournalSaysWhere)
{
    EXPECT_EQ(judged("").errors()[0], "the journal is empty");
    EXPECT_EQ(judged("{}\n").errors()[0],
              "journal, line 1: the first line is not the header of a journal");
    EXPECT_EQ(
        judged("{\"schema\":2,\"machine\":\"\",\"policy\":\"\",\"collapse\":\"\",\"seed\":0}\n")
            .errors()[0],
        "journal, line 1: schema 2 is not known, only 1");
    const std::string text = journal_of({on});
    EXPECT_EQ(judged(text + "{\"t\":1,\n").errors()[0], "journal, line 3: not a JSON object");
    EXPECT_EQ(
        judged(text + "{\"t\":1,\"cnt\":1,\"block\":\"smmu\",\"ev\":\"party\"}\n").errors()[0],
        "journal, line 3: unknown event 'party'");
    EXPECT_EQ(
        judged(text + "{\"t\":-1,\"cnt\":1,\"block\":\"smmu\",\"ev\":\"reset\"}\n").errors()[0],
        "journal, line 3: 't' is not a number");
}

TEST(Trial, NoBytesBreakTheReader)
{
    std::mt19937 random(1); // a fixed seed: the same bytes each time
    const std::string good = journal_of({on, off, touch, done});
    for (int round = 0; round < 3000; ++round) {
        std::string text = good;
        for (int change = 0; change < 4; ++change)
            text[random() % text.size()] = static_cast<char>(random());
        const Trial trial = judged(text);
        (void)render_json(trial, Symbols());
        (void)render_text(trial, Symbols());
    }
}

TEST(Trial, TheTextTellsTheStory)
{
    const Trial trial = judged(journal_of({on, off, journal::phase("unmap"), touch, done}));
    EXPECT_EQ(render_text(trial, Symbols()),
              "==================================================================\n"
              "BUG: smmu-pm: register-touch in 0xffff800008000120\n"
              "\n"
              "Write of SMMU_CB0_TLBIVAL (SMMU offset 0x8620), 8 bytes, value 0x1005\n"
              "at 0.004000 s of virtual time (CNTVCT 250000), after mark: phase unmap\n"
              "while the SMMU could not be reached; missing: domain\n"
              "\n"
              "Accessed by:\n"
              "  0xffff800008000120\n"
              "  0xffff800008000204\n"
              "\n"
              "Switched off (domain) at 0.002000 s, 0.002000 s before, by:\n"
              "  0xffff800008000120\n"
              "  0xffff800008000204\n"
              "\n"
              "Consequence: the CPU took a synchronous external abort (policy abort)\n"
              "==================================================================\n"
              "\n"
              "verdict: FAIL\n");
}

} // namespace
} // namespace smmu_pm::judge
