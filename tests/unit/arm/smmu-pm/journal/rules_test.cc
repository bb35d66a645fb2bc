// SPDX-License-Identifier: GPL-2.0-or-later
//
// Each rule by small journals: one that makes its finding, and ones that look alike and make none.
// The table at the end proves that no rule can be left out: a judge without it is blind to its
// journal, and to no other.
#include "recorder.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace smmu_pm::journal {
namespace {

using power::Supply;
using power::SupplySet;

/// A journal under construction: feeds a judge, a microsecond after another, or at the same time.
class Recording {
public:
    explicit Recording(std::span<const Rule> some = rules) : judge(some) {}

    void add(const Event& event, uint64_t later = 1000)
    {
        stamp.time_ns += later;
        judge.feed(event, stamp);
    }
    /// `missing` is what a register access misses afterwards.
    void wire(Block block, std::string_view name, bool level, SupplySet missing = {},
              uint64_t later = 1000)
    {
        add({.kind = Kind::Wire, .block = block, .name = name, .value = level, .missing = missing},
            later);
    }
    void gpu(std::string_view note) { add({.kind = Kind::Gpu, .block = Block::Gpu, .name = note}); }
    void mark(std::string_view name, std::string_view text = "")
    {
        add({.kind = Kind::Mark, .block = Block::Mark, .name = name, .text = text});
    }
    void lost(Block block, std::string_view what, uint64_t later = 0)
    {
        add({.kind = Kind::Lost, .block = block, .name = what}, later);
    }

    // What drm/msm and arm-smmu do, as a journal of debian-6.1 has it.
    void start()
    {
        wire(Block::Smmu, "reset", true, SupplySet(Supply::Domain, Supply::Vote, Supply::Iface), 0);
        wire(Block::Smmu, "vote", true, SupplySet(Supply::Domain, Supply::Iface), 0);
        wire(Block::Gpu, "reset", true, SupplySet(Supply::Domain, Supply::Vote, Supply::Iface), 0);
        wire(Block::Gpu, "vote", true, SupplySet(Supply::Domain, Supply::Iface), 0);
        for (const Block block : {Block::Gpu, Block::Island, Block::Smmu})
            add({.kind = Kind::Reset, .block = block}, 0);
    }
    void smmu_on()
    {
        wire(Block::Smmu, "domain", true, only(Supply::Iface));
        wire(Block::Gpu, "iface", true, only(Supply::Domain));
        wire(Block::Smmu, "iface", true, {}, 0);
        wire(Block::Gpu, "mem_iface", true, only(Supply::Domain));
        wire(Block::Smmu, "bus", true, {}, 0);
        add({.kind = Kind::Write, .block = Block::Smmu, .name = "SMMU_sCR0", .value = 0x100004});
    }
    void gpu_on()
    {
        gpu_powered = true;
        wire(Block::Gpu, "domain", true);
        wire(Block::Gpu, "core", true);
        wire(Block::Gpu, "rbbmtimer", true);
        wire(Block::Gpu, "mem", true);
    }
    void gpu_off()
    {
        gpu_powered = false;
        wire(Block::Gpu, "mem", false);
        wire(Block::Gpu, "rbbmtimer", false);
        wire(Block::Gpu, "core", false);
        wire(Block::Gpu, "domain", false, only(Supply::Domain));
        lost(Block::Gpu, "registers");
    }
    void clocks_off()
    {
        SupplySet gpu_missing = gpu_powered ? SupplySet() : only(Supply::Domain);
        wire(Block::Gpu, "mem_iface", false, gpu_missing);
        wire(Block::Smmu, "bus", false, {}, 0);
        gpu_missing.set(Supply::Iface, true);
        wire(Block::Gpu, "iface", false, gpu_missing);
        wire(Block::Smmu, "iface", false, only(Supply::Iface), 0);
    }
    void smmu_off()
    {
        clocks_off();
        wire(Block::Smmu, "domain", false, SupplySet(Supply::Domain, Supply::Iface));
        lost(Block::Smmu, "registers");
        lost(Block::Smmu, "tlb");
    }
    void on()
    {
        start();
        smmu_on();
        gpu_on();
    }
    /// A transaction that a context bank stalled, or that met an SMMU without power.
    void stall(uint64_t token, std::string_view fault, SupplySet missing = {})
    {
        add({.kind = Kind::Stall,
             .block = Block::Smmu,
             .name = fault,
             .address = 0x100'0000,
             .value = token,
             .stream = 0,
             .write = true,
             .missing = missing});
    }
    void release(uint64_t token, std::string_view how, uint64_t later = 0)
    {
        add({.kind = Kind::Release,
             .block = Block::Smmu,
             .name = how,
             .address = 0x100'0000,
             .value = token,
             .write = true},
            later);
    }

    std::vector<std::string> names() const
    {
        std::vector<std::string> names;
        for (const Finding& finding : judge.findings())
            names.push_back(finding.name);
        return names;
    }
    const Finding& only_finding() const
    {
        EXPECT_EQ(judge.findings().size(), 1u);
        static const Finding none{};
        return judge.findings().empty() ? none : judge.findings()[0];
    }

    Judge judge;
    Stamp stamp{};
    bool gpu_powered = false;
};

using Names = std::vector<std::string>;

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

// ---- power-order ------------------------------------------------------------------------------

TEST(PowerOrder, TheSmmusDomainGoesUnderAGpuThatIsOn)
{
    Recording run;
    run.on();
    run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    const Finding& finding = run.only_finding();
    EXPECT_EQ(finding.name, "power-order");
    EXPECT_EQ(finding.line, "power-order: smmu lost domain while the gpu was on");
    ASSERT_TRUE(finding.consumer && finding.consumer->on);
    EXPECT_EQ(finding.consumer->on->supply, Supply::Mem);
    EXPECT_FALSE(finding.consumer->work_since.has_value());
}

TEST(PowerOrder, AnyWireThatTranslationNeeds)
{
    for (const auto& [name, finds] :
         {std::pair{"domain", true}, std::pair{"reset", true}, std::pair{"bus", true},
          std::pair{"iface", false}, std::pair{"vote", false}}) {
        Recording run;
        run.on();
        run.wire(Block::Smmu, name, false);
        EXPECT_EQ(run.names(), finds ? Names{"power-order"} : Names()) << name;
    }
}

TEST(PowerOrder, AGpuThatLacksOneWireIsNotOn)
{
    for (const char* name : {"domain", "reset", "core", "mem", "mem_iface"}) {
        Recording run;
        run.on();
        run.wire(Block::Gpu, name, false,
                 std::string_view(name) == "domain"  ? only(Supply::Domain)
                 : std::string_view(name) == "reset" ? only(Supply::Reset)
                                                     : SupplySet());
        run.mark("phase");
        run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
        EXPECT_EQ(run.names(), Names()) << name;
    }
    // Its registers are out of reach, and yet it works.
    for (const char* name : {"iface", "vote", "rbbmtimer"}) {
        Recording run;
        run.on();
        run.wire(Block::Gpu, name, false);
        run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
        EXPECT_EQ(run.names(), Names{"power-order"}) << name;
    }
}

TEST(PowerOrder, TheClockThatIsBothBusAndMemIface)
{
    // Pulled under a GPU that is on: its mem_iface goes an event before the SMMU's bus.
    Recording run;
    run.on();
    run.clocks_off();
    EXPECT_EQ(run.names(), Names{"power-order"});
    EXPECT_EQ(run.only_finding().event_name, "bus");
    EXPECT_TRUE(run.only_finding().consumer->on.has_value());

    // The other way round.
    Recording other;
    other.on();
    other.wire(Block::Smmu, "bus", false);
    other.wire(Block::Gpu, "mem_iface", false, {}, 0);
    EXPECT_EQ(other.names(), Names{"power-order"});

    // Something came between: these were two switches, in the right order.
    Recording apart;
    apart.on();
    apart.wire(Block::Gpu, "mem_iface", false);
    apart.mark("phase", "between");
    apart.wire(Block::Smmu, "bus", false);
    EXPECT_EQ(apart.names(), Names());
    // Another wire than that clock.
    Recording domain;
    domain.on();
    domain.wire(Block::Gpu, "mem_iface", false);
    domain.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    EXPECT_EQ(domain.names(), Names());
}

TEST(PowerOrder, WorkInFlightOfAGpuWhoseClocksWait)
{
    Recording run;
    run.on();
    run.gpu("ring");
    const uint64_t rang = run.stamp.time_ns;
    run.gpu("ring"); // more of it: in flight since the first
    run.wire(Block::Gpu, "core", false);
    run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    const Finding& finding = run.only_finding();
    EXPECT_EQ(finding.line, "power-order: smmu lost domain while the gpu had work in flight");
    EXPECT_FALSE(finding.consumer->on.has_value());
    EXPECT_EQ(finding.consumer->work_since, rang);
}

TEST(PowerOrder, WorkThatEndedIsNotInFlight)
{
    for (const char* end : {"drained", "error", "hang", "work-lost"}) {
        Recording run;
        run.on();
        run.gpu("ring");
        run.gpu(end);
        run.wire(Block::Gpu, "core", false);
        run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
        EXPECT_EQ(run.names(), Names()) << end;
    }
    for (const char* other : {"ib", "event", "wait", "hang-detect"}) {
        Recording run;
        run.on();
        run.gpu("ring");
        run.gpu(other);
        run.wire(Block::Gpu, "core", false);
        run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
        EXPECT_EQ(run.names(), Names{"power-order"}) << other;
    }
}

TEST(PowerOrder, OnlyTheFirstWireStopsTheSmmu)
{
    Recording run;
    run.on();
    run.wire(Block::Smmu, "bus", false);
    run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    EXPECT_EQ(run.names(), Names{"power-order"});
    EXPECT_EQ(run.judge.findings()[0].count, 1u);
}

TEST(PowerOrder, WiresThatWereHighBeforeTheJournalShowInWhatIsNotMissing)
{
    Recording run; // no word of reset and vote
    run.smmu_on();
    run.gpu_on();
    run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    EXPECT_EQ(run.names(), Names{"power-order"});
}

TEST(PowerOrder, AResetOfTheMachineIsNobodysDoing)
{
    Recording run;
    run.on();
    run.gpu("ring");
    run.add({.kind = Kind::Reset, .block = Block::Gpu});
    run.add({.kind = Kind::Reset, .block = Block::Island});
    run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    run.lost(Block::Smmu, "registers");
    run.wire(Block::Gpu, "domain", false, only(Supply::Domain));
    EXPECT_EQ(run.names(), Names());
    // And the machine after it is judged as ever, with the work forgotten.
    run.wire(Block::Smmu, "domain", true);
    run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    EXPECT_EQ(run.names(), Names());
    run.wire(Block::Smmu, "domain", true);
    run.wire(Block::Gpu, "domain", true);
    run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    EXPECT_EQ(run.names(), Names{"power-order"});
}

TEST(PowerOrder, ARestoredMachineIsJudgedFromItsNextPowerUp)
{
    Recording run;
    run.on();
    run.gpu("ring");
    run.add({.kind = Kind::Restored, .block = Block::Island});
    run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    EXPECT_EQ(run.names(), Names());
    run.gpu_off();
    run.smmu_off();
    run.smmu_on();
    run.gpu_on();
    run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    EXPECT_EQ(run.names(), Names{"power-order"});
}

TEST(PowerOrder, WorkFromBeforeARestoreOrALossIsForgotten)
{
    for (const Event& event :
         {Event{.kind = Kind::Restored, .block = Block::Island},
          Event{.kind = Kind::Lost, .block = Block::Gpu, .name = "registers"}}) {
        Recording run;
        run.on();
        run.gpu("ring");
        run.wire(Block::Gpu, "core", false);
        run.add(event);
        run.wire(Block::Smmu, "bus", true);
        run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
        EXPECT_EQ(run.names(), Names());
    }
}

TEST(PowerOrder, WhoTookItIsTheEventItself)
{
    Recording run;
    run.on();
    run.gpu_off();
    run.smmu_off();
    run.smmu_on();
    run.gpu_on();
    run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
    EXPECT_FALSE(run.only_finding().off.has_value()) << "an earlier switch-off";
}

TEST(PowerOrder, ThatRepeatsIsCounted)
{
    Recording run;
    run.on();
    for (int i = 0; i < 1000; ++i) {
        run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
        run.wire(Block::Smmu, "domain", true);
    }
    EXPECT_EQ(run.only_finding().count, 1000u);
}

// ---- transaction-lost -------------------------------------------------------------------------

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

// ---- never-off --------------------------------------------------------------------------------

TEST(NeverOff, ABlockThatKeepsItsDomainThroughTheWindow)
{
    Recording run;
    run.on();
    run.mark("idle", "smmu");
    const uint64_t idle = run.stamp.time_ns;
    run.mark("busy");
    const Finding& finding = run.only_finding();
    EXPECT_EQ(finding.name, "never-off");
    EXPECT_EQ(finding.line, "never-off: smmu was not switched off in the idle window from " +
                                std::to_string(idle) + " ns");
    EXPECT_EQ(finding.after_mark, "idle smmu");
    ASSERT_TRUE(finding.on.has_value());
    EXPECT_EQ(finding.on->supply, Supply::Domain);
}

TEST(NeverOff, EachBlockThatIsNamedAndNoOther)
{
    const std::vector<std::pair<const char*, std::vector<Block>>> windows = {
        {"smmu", {Block::Smmu}},
        {"gpu", {Block::Gpu}},
        {"smmu gpu", {Block::Smmu, Block::Gpu}},
        {"gpu smmu", {Block::Smmu, Block::Gpu}},
        {"smmus", {}},
        {"", {}}};
    for (const auto& [text, blocks] : windows) {
        Recording run;
        run.on();
        run.mark("idle", text);
        run.mark("busy");
        std::vector<Block> accused;
        for (const Finding& finding : run.judge.findings())
            accused.push_back(finding.block);
        EXPECT_EQ(accused, blocks) << text;
    }
}

TEST(NeverOff, StoppedClocksAreNoSwitchOff)
{
    Recording run;
    run.on();
    run.gpu_off();
    run.mark("idle", "smmu");
    run.clocks_off();
    run.mark("busy");
    EXPECT_EQ(run.names(), Names{"never-off"});
    EXPECT_EQ(list(run.only_finding().present), "domain, reset, vote");
}

TEST(NeverOff, OffAtAnyTimeInTheWindowOrAtItsBegin)
{
    Recording run;
    run.on();
    run.gpu_off();
    run.mark("idle", "smmu gpu"); // the GPU is off already
    run.smmu_off();
    run.smmu_on(); // to unmap, say
    run.gpu_on();
    run.mark("phase", "unmapped");
    run.mark("busy");
    EXPECT_EQ(run.names(), Names());
}

TEST(NeverOff, OffBeforeTheWindowIsNotOffInIt)
{
    Recording run;
    run.on();
    run.gpu_off();
    run.smmu_off();
    run.smmu_on();
    run.mark("idle", "smmu");
    run.mark("busy");
    run.smmu_off();
    EXPECT_EQ(run.names(), Names{"never-off"});
}

TEST(NeverOff, WithoutItsEndAWindowSaysNothing)
{
    Recording run;
    run.on();
    run.mark("idle", "smmu");
    run.mark("done");
    EXPECT_EQ(run.names(), Names());
    run.mark("idle", "gpu"); // takes the place of the first
    run.mark("busy");
    EXPECT_EQ(run.names(), Names{"never-off"});
    EXPECT_EQ(run.only_finding().block, Block::Gpu);
    run.mark("busy"); // ends nothing
    EXPECT_EQ(run.only_finding().count, 1u);
}

TEST(NeverOff, ARestoreInTheWindowLeavesNothingToSay)
{
    Recording run;
    run.on();
    run.mark("idle", "smmu");
    run.add({.kind = Kind::Restored, .block = Block::Island});
    run.mark("busy");
    run.mark("idle", "smmu");
    run.mark("busy");
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
