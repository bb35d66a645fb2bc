// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a finding tells its reader: what, who, since when, which wire, what came of it. The journals
// go the whole way: recorded, written, read, judged again, rendered.
#include "judge/render.hh"
#include "recorder.hh"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <sstream>

namespace smmu_pm::judge {
namespace {

using journal::Block;
using journal::Event;
using journal::FakeMachine;
using journal::Kind;
using journal::only;
using power::Supply;

/// One millisecond from event to event; wires that go off have a call chain.
Trial judged(std::initializer_list<Event> events)
{
    FakeMachine machine;
    journal::Journal journal({.machine = "test"}, machine);
    for (const Event& event : events) {
        machine.time += 1'000'000;
        machine.chain = {};
        if (event.kind == Kind::Wire && event.value == 0)
            machine.called_from({0xffff800008000120, 0xffff800008000204});
        journal.record(event);
    }
    std::string text;
    for (const std::string& line : machine.lines)
        text += line;
    Symbols symbols;
    Trial trial({});
    std::istringstream stream(text);
    trial.read_journal(stream, symbols);
    return trial;
}

Event gpu_wire(std::string_view name, bool level)
{
    return {.kind = Kind::Wire, .block = Block::Gpu, .name = name, .value = level};
}
Event gpu(std::string_view name, uint64_t address = 0, uint64_t value = 0)
{
    return {
        .kind = Kind::Gpu, .block = Block::Gpu, .name = name, .address = address, .value = value};
}
Event mark(std::string_view name, std::string_view text = "")
{
    return {.kind = Kind::Mark, .block = Block::Mark, .name = name, .text = text};
}

const Event on = journal::wire("domain", true, {});
const Event bus = journal::wire("bus", true, {});
const Event off = journal::wire("domain", false, only(Supply::Domain));
const Event done = mark("done");

void expect_text(const Trial& trial, const std::string& story)
{
    EXPECT_TRUE(trial.errors().empty()) << "live judge and this one: " << trial.errors()[0];
    const std::string bar(66, '=');
    EXPECT_EQ(render_text(trial, Symbols()),
              bar + "\nBUG: smmu-pm: " + story + bar + "\n\nverdict: FAIL\n");
}

nlohmann::json finding_of(const Trial& trial)
{
    return nlohmann::json::parse(render_json(trial, Symbols()))["findings"][0];
}

TEST(Stories, PowerOrder)
{
    const Trial trial =
        judged({on, bus, gpu_wire("mem_iface", true), gpu_wire("core", true), gpu_wire("mem", true),
                gpu("ring"), journal::phase("busy"), off, done});
    expect_text(trial, "power-order in 0xffff800008000120\n"
                       "\n"
                       "The SMMU lost its domain, without which it cannot translate\n"
                       "at 0.008000 s of virtual time (CNTVCT 500000), after mark: phase busy\n"
                       "while the GPU was on and had work in flight since the ring write at "
                       "0.006000 s\n"
                       "\n"
                       "Switched off (domain) by:\n"
                       "  0xffff800008000120\n"
                       "  0xffff800008000204\n"
                       "\n"
                       "The GPU was switched on (mem) at 0.005000 s, 0.003000 s before.\n"
                       "\n"
                       "Consequence: transactions of the GPU find nobody to translate them\n");
    const nlohmann::json json = finding_of(trial);
    EXPECT_EQ(json["finding"], "power-order");
    EXPECT_EQ(json["block"], "smmu");
    EXPECT_EQ(json["supply"], "domain");
    EXPECT_EQ(json["work_since"], 6'000'000);
    EXPECT_EQ(json["consumer_on"]["supply"], "mem");
    EXPECT_EQ(json["chain"][0], "0xffff800008000120");
}

TEST(Stories, PowerOrderOfAGpuThatWaits)
{
    const Trial trial = judged({on, bus, gpu("ring"), off, done});
    ASSERT_EQ(trial.findings().size(), 1u);
    EXPECT_NE(render_text(trial, Symbols())
                  .find("while the GPU was at work: it had work in flight since the ring write at "
                        "0.003000 s\n"),
              std::string::npos);
}

TEST(Stories, TransactionLostInTheSmmu)
{
    const Event stall{.kind = Kind::Stall,
                      .block = Block::Smmu,
                      .name = "SMMU_CB0_FSR.TF",
                      .address = 0x1000,
                      .value = 1,
                      .write = true};
    Event release = stall;
    release.kind = Kind::Release;
    release.name = "lost";
    const Trial trial = judged({on, stall, off, release, release, done});
    expect_text(trial,
                "transaction-lost in 0xffff800008000120\n"
                "\n"
                "Write by stream 0 at IOVA 0x1000 was held by the SMMU, and is lost\n"
                "at 0.004000 s of virtual time (CNTVCT 250000)\n"
                "held since 0.002000 s (SMMU_CB0_FSR.TF)\n"
                "\n"
                "Switched off (domain) at 0.003000 s, 0.001000 s before, by:\n"
                "  0xffff800008000120\n"
                "  0xffff800008000204\n"
                "\n"
                "Consequence: nobody answers the transaction: its master waits for ever, and "
                "SMMU_CBn_RESUME has nothing to resume\n"
                "The same happened 2 times in all.\n");
    EXPECT_EQ(finding_of(trial)["held_since"], 2'000'000);
    EXPECT_EQ(finding_of(trial)["off"]["supply"], "domain");
}

TEST(Stories, TransactionLostInTheGpu)
{
    const Trial trial = judged({gpu_wire("domain", true),
                                gpu("ring"),
                                gpu_wire("domain", false),
                                {.kind = Kind::Lost, .block = Block::Gpu, .name = "registers"},
                                gpu("work-lost", 0x12, 0x2e),
                                done});
    expect_text(trial, "transaction-lost in 0xffff800008000120\n"
                       "\n"
                       "Work of the GPU was lost: its ring from 0x12 up to 0x2e\n"
                       "at 0.005000 s of virtual time (CNTVCT 312500)\n"
                       "under way since the ring write at 0.002000 s\n"
                       "\n"
                       "Switched off (domain) at 0.003000 s, 0.002000 s before, by:\n"
                       "  0xffff800008000120\n"
                       "  0xffff800008000204\n"
                       "\n"
                       "Consequence: these commands are never finished, and their fence never "
                       "signals\n");
    EXPECT_EQ(finding_of(trial)["block"], "gpu");
}

TEST(Stories, NeverOff)
{
    const Trial trial =
        judged({on, bus, mark("idle", "smmu"), journal::phase("waited"),
                journal::wire("iface", false, only(Supply::Iface)), mark("busy"), done});
    expect_text(trial, "never-off\n"
                       "\n"
                       "The SMMU was not switched off while it was idle\n"
                       "at 0.006000 s of virtual time (CNTVCT 375000), after mark: phase waited\n"
                       "idle window since 0.003000 s; still present: domain, reset, vote, bus\n"
                       "\n"
                       "Switched on (domain) at 0.001000 s, 0.005000 s before.\n"
                       "\n"
                       "Consequence: it drew power while nobody used it\n");
    EXPECT_EQ(finding_of(trial)["idle_since"], 3'000'000);
    EXPECT_EQ(finding_of(trial)["on"]["t"], 1'000'000);
}

TEST(Stories, BothBlocksOfAWindowAreFoundAtItsEnd)
{
    const Trial trial =
        judged({on, gpu_wire("domain", true), mark("idle", "smmu gpu"), mark("busy"), done});
    EXPECT_TRUE(trial.errors().empty());
    ASSERT_EQ(trial.findings().size(), 2u);
    EXPECT_EQ(trial.findings()[0].block, Block::Smmu);
    EXPECT_EQ(trial.findings()[1].block, Block::Gpu);
}

TEST(Stories, DmaThatWaitsForPower)
{
    const Event stall{.kind = Kind::Stall,
                      .block = Block::Smmu,
                      .address = 0x2000,
                      .value = 1,
                      .missing = only(Supply::Domain)};
    expect_text(judged({on, off, stall, stall, done}),
                "dma-while-off\n"
                "\n"
                "Read by stream 0 at IOVA 0x2000\n"
                "at 0.003000 s of virtual time (CNTVCT 187500)\n"
                "while the SMMU could not be reached; missing: domain\n"
                "\n"
                "Switched off (domain) at 0.002000 s, 0.001000 s before, by:\n"
                "  0xffff800008000120\n"
                "  0xffff800008000204\n"
                "\n"
                "Consequence: the transaction is held until power returns or its master gives up "
                "(DMA policy hang)\n"
                "The same happened 2 times in all while it stayed off.\n");
}

TEST(Stories, UnprotectedDma)
{
    expect_text(judged({on,
                        {.kind = Kind::Bypass,
                         .block = Block::Smmu,
                         .name = "SMMU_sCR0.CLIENTPD",
                         .address = 0x1000},
                        done}),
                "unprotected-dma\n"
                "\n"
                "Read by stream 0 at IOVA 0x1000\n"
                "at 0.002000 s of virtual time (CNTVCT 125000)\n"
                "while SMMU_sCR0 held its reset value: nobody has written it since power-up\n"
                "\n"
                "Consequence: the transaction went to physical address 0x1000, untranslated\n");
}

} // namespace
} // namespace smmu_pm::judge
