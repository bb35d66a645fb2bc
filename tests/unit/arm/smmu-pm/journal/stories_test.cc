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
        if (event.kind == Kind::Touch || event.kind == Kind::Write)
            machine.called_from({0xffff800008000300, 0xffff800008000404});
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

TEST(Stories, StaleTranslation)
{
    Event lost = journal::touch("SMMU_CB0_TLBIVAL", true, only(Supply::Iface));
    lost.lost = 1;
    lost.answer = power::Policy::RazWi;
    const Event stale{.kind = Kind::Stale,
                      .block = Block::Smmu,
                      .name = "SMMU_CB0_TLBIVAL",
                      .text = "SMMU_CB0_FSR.TF",
                      .address = 0x100'5000,
                      .value = 0x1005,
                      .pa = 0x4400'5000,
                      .lost = 1,
                      .write = true};
    const Trial trial =
        judged({on, journal::wire("iface", false, only(Supply::Iface)), lost,
                journal::wire("iface", true, {}), journal::phase("stale"), stale, stale, done});
    EXPECT_TRUE(trial.errors().empty()) << trial.errors()[0];
    ASSERT_EQ(trial.findings().size(), 2u);
    const std::string text = render_text(trial, Symbols()), bar(66, '=');
    EXPECT_EQ(text.substr(text.rfind("BUG: ")),
              "BUG: smmu-pm: stale-translation in 0xffff800008000300\n"
              "\n"
              "Write by stream 0 at IOVA 0x1005000 hit a stale TLB entry, for physical address "
              "0x44005000\n"
              "at 0.006000 s of virtual time (CNTVCT 375000), after mark: phase stale\n"
              "\n"
              "A write of SMMU_CB0_TLBIVAL, value 0x1005, should have removed the entry.\n"
              "It was lost at 0.003000 s, 0.003000 s before; missing: iface\n"
              "\n"
              "Written by:\n"
              "  0xffff800008000300\n"
              "  0xffff800008000404\n"
              "\n"
              "Switched off (iface) at 0.002000 s, 0.004000 s before, by:\n"
              "  0xffff800008000120\n"
              "  0xffff800008000204\n"
              "\n"
              "Consequence: the transaction went where the tables do not lead any more; without "
              "the entry: SMMU_CB0_FSR.TF\n"
              "The same happened 2 times in all.\n" +
                  bar + "\n\nverdict: FAIL\n");
    const nlohmann::json json = nlohmann::json::parse(render_json(trial, Symbols()))["findings"][1];
    EXPECT_EQ(json["finding"], "stale-translation");
    EXPECT_EQ(json["lost"]["register"], "SMMU_CB0_TLBIVAL");
    EXPECT_EQ(json["lost"]["value"], "0x1005");
    EXPECT_EQ(json["lost"]["t"], 3'000'000);
    EXPECT_EQ(json["lost"]["missing"], "iface");
    EXPECT_EQ(json["lost"]["chain"][0], "0xffff800008000300");
    EXPECT_EQ(json["without_entry"], "SMMU_CB0_FSR.TF");
    EXPECT_EQ(json["off"]["supply"], "iface");
}

TEST(Stories, PowerStorm)
{
    const Event asked{
        .kind = Kind::Write, .block = Block::Mmcc, .name = "gpu.GDSCR", .value = 0x28'2000};
    const Trial trial =
        judged({mark("budget", "smmu 0/20"), asked, on, off, asked, on, off, mark("budget"), done});
    expect_text(trial,
                "power-storm in 0xffff800008000300\n"
                "\n"
                "The SMMU was powered up 2 times, and its budget was 1\n"
                "at 0.008000 s of virtual time (CNTVCT 500000), after mark: budget smmu 0/20\n"
                "window since 0.001000 s: 0 power-ups, and one for each 20 ms that had begun\n"
                "\n"
                "Mostly (2 times) switched on by one place, the last time (domain) at 0.006000 s, "
                "0.002000 s before, by:\n"
                "  0xffff800008000300\n"
                "  0xffff800008000404\n"
                "\n"
                "Consequence: each of them took the time of a switch-on, a restore and a reset of "
                "the TLB\n");
    const nlohmann::json json = finding_of(trial);
    EXPECT_EQ(json["block"], "smmu");
    EXPECT_EQ(json["budget"]["limit"], 0);
    EXPECT_EQ(json["budget"]["period_ms"], 20);
    EXPECT_EQ(json["budget"]["allowed"], 1);
    EXPECT_EQ(json["budget"]["power_ups"], 2);
    EXPECT_EQ(json["on"]["chain"][1], "0xffff800008000404");
}

TEST(Stories, UnprotectedDmaNamesWhoBroughtTheSmmuUp)
{
    const Event asked{
        .kind = Kind::Write, .block = Block::Mmcc, .name = "gpu_mem_iface.CBCR", .value = 1};
    expect_text(judged({on,
                        asked,
                        bus,
                        {.kind = Kind::Bypass,
                         .block = Block::Smmu,
                         .name = "SMMU_sCR0.CLIENTPD",
                         .address = 0x1000},
                        done}),
                "unprotected-dma in 0xffff800008000300\n"
                "\n"
                "Read by stream 0 at IOVA 0x1000\n"
                "at 0.004000 s of virtual time (CNTVCT 250000)\n"
                "while SMMU_sCR0 held its reset value: nobody has written it since power-up\n"
                "\n"
                "Switched on (bus) at 0.003000 s, 0.001000 s before, by:\n"
                "  0xffff800008000300\n"
                "  0xffff800008000404\n"
                "\n"
                "Consequence: the transaction went to physical address 0x1000, untranslated\n");
}

} // namespace
} // namespace smmu_pm::judge
