// SPDX-License-Identifier: GPL-2.0-or-later
//
// power-order: journals that make it, and ones that look alike and make none.
#include "recording.hh"

#include <gtest/gtest.h>

namespace smmu_pm::journal {
namespace {

using power::Supply;
using power::SupplySet;

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

TEST(PowerOrder, PmTestdevIsAConsumer)
{
    const auto smmu_off_after = [](auto&& steps) {
        Recording run;
        run.start();
        run.smmu_on();
        run.wire(Block::Testdev, "reset", true, only(Supply::Domain));
        run.wire(Block::Testdev, "domain", true);
        run.wire(Block::Testdev, "bus", true);
        steps(run);
        run.wire(Block::Smmu, "domain", false, only(Supply::Domain));
        return run;
    };
    const Event start{.kind = Kind::Testdev, .block = Block::Testdev, .name = "start"};
    const Event done{.kind = Kind::Testdev, .block = Block::Testdev, .name = "done"};

    const Recording on = smmu_off_after([](Recording&) {});
    EXPECT_EQ(on.only_finding().line, "power-order: smmu lost domain while the testdev was on");
    EXPECT_EQ(on.only_finding().consumer->block, Block::Testdev);
    EXPECT_EQ(on.only_finding().consumer->on->supply, Supply::Bus);

    const Recording busy = smmu_off_after([&](Recording& run) {
        run.add(start);
        run.wire(Block::Testdev, "bus", false);
    });
    EXPECT_EQ(busy.only_finding().line,
              "power-order: smmu lost domain while the testdev had work in flight");

    const Recording idle = smmu_off_after([&](Recording& run) {
        run.add(start);
        run.add(done);
        run.wire(Block::Testdev, "bus", false);
    });
    EXPECT_EQ(idle.names(), Names());
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

} // namespace
} // namespace smmu_pm::journal
