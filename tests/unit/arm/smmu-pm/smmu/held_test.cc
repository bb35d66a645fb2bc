// SPDX-License-Identifier: GPL-2.0-or-later
//
// Held transactions and power: who loses them, and who waits for it (DMA policy `hang`).
#include "stalling.hh"

namespace smmu_pm::test {
namespace {

using power::Collapse;

constexpr smmu::Config hang = {.dma_policy = power::DmaPolicy::Hang};

// ---- Stalled transactions are lost ------------------------------------------------------------

class SmmuHeldLost : public testing::TestWithParam<Collapse> {};

TEST_P(SmmuHeldLost, WithTheDomainWhateverTheRegistersDo)
{
    Stalling machine({.collapse = GetParam()}, 0x10e7);
    const uint32_t first = machine.held(0x100'2000), behind = machine.held(0x100'0000);
    machine.sink.seen.clear();
    machine.set(Supply::Domain, false);
    const auto released = machine.sink.of(Kind::Release);
    ASSERT_EQ(released.size(), 2u);
    EXPECT_EQ(released[0].name, "lost");
    EXPECT_EQ(released[0].event.value, first);
    EXPECT_EQ(released[0].event.address, 0x100'2000u);
    EXPECT_EQ(released[1].name, "lost");
    EXPECT_EQ(released[1].event.value, behind);
    EXPECT_EQ(machine.sink.seen[0].event.kind, Kind::Wire);
    EXPECT_EQ(machine.sink.seen[1].event.kind,
              GetParam() == Collapse::RetainAll ? Kind::Release : Kind::Lost);

    machine.set(Supply::Domain, true);
    const bool kept = GetParam() != Collapse::Lose;
    EXPECT_EQ(machine.read(0x8058), kept ? 0x0000'0402u : 0u) << "SS goes with the transaction";
    EXPECT_EQ(machine.host.irq[1], kept);
    machine.write(0x8008, 0);
    machine.write(0x8058, 0x2);
    EXPECT_EQ(machine.host.releases, Releases()) << "nobody hears of it again";
    machine.linux_resume();
    machine.write(0x8000, 0x11e7);
    EXPECT_GT(machine.held(0x100'2000), behind) << "a token is given once";
}

INSTANTIATE_TEST_SUITE_P(Modes, SmmuHeldLost,
                         testing::Values(Collapse::Lose, Collapse::Retain, Collapse::RetainAll));

TEST(SmmuHeld, AResetLosesItInEveryWay)
{
    Stalling machine({.collapse = Collapse::RetainAll});
    machine.held(0x100'2000);
    machine.set(Supply::Reset, false);
    EXPECT_EQ(machine.names(Kind::Release), Names{"lost"});
    Stalling other;
    other.held(0x100'2000);
    other.sink.seen.clear();
    other.smmu.reset();
    EXPECT_EQ(other.names(Kind::Release), Names{"lost"});
    EXPECT_EQ(other.sink.seen[0].event.kind, Kind::Reset);
    EXPECT_EQ(other.read(0x8058), 0u);
    for (const Machine* each : {&machine, &other})
        EXPECT_EQ(each->host.releases, Releases());
}

TEST(SmmuHeld, AClockThatStopsLosesNothing)
{
    Stalling machine;
    const uint32_t token = machine.held(0x100'2000);
    for (const Supply supply : {Supply::Bus, Supply::Iface, Supply::Vote})
        machine.set(supply, false);
    machine.write(0x8008, 1);
    EXPECT_EQ(machine.host.releases, Releases()) << "that write reached nobody";
    machine.set(Supply::Iface, true);
    machine.set(Supply::Vote, true);
    EXPECT_EQ(machine.read(0x8058), 0x4000'0402u);
    machine.write(0x8008, 1);
    EXPECT_EQ(machine.host.releases, (Releases{{token, Released::Abort}}));
}

// ---- The DMA policy `hang` --------------------------------------------------------------------

class SmmuHeldForPower : public testing::TestWithParam<Supply> {};

TEST_P(SmmuHeldForPower, HoldsWhatMeetsAMissingWireUntilAllAreThere)
{
    Stalling machine(hang);
    machine.set(GetParam(), false);
    const Translation answer = machine.send(0x100'0008, true);
    EXPECT_EQ(answer.result, Result::Stalled);
    EXPECT_TRUE(answer.unreachable);
    EXPECT_EQ(machine.host.pm_faults, 1u);
    EXPECT_TRUE(machine.sink.of(Kind::Refused).empty());
    const auto stalls = machine.sink.of(Kind::Stall);
    ASSERT_EQ(stalls.size(), 1u);
    EXPECT_EQ(stalls[0].name, "");
    EXPECT_TRUE(stalls[0].event.missing.has(GetParam()));
    EXPECT_EQ(stalls[0].event.address, 0x100'0008u);
    EXPECT_EQ(stalls[0].event.value, answer.token);
    EXPECT_TRUE(stalls[0].event.write);

    const Supply other = GetParam() == Supply::Bus ? Supply::Domain : Supply::Bus;
    machine.set(other, false);
    machine.set(GetParam(), true);
    EXPECT_EQ(machine.host.releases, Releases()) << "another wire is missing";
    machine.set(other, true);
    EXPECT_EQ(machine.host.releases, (Releases{{answer.token, Released::Retry}}));
    EXPECT_EQ(machine.names(Kind::Release), Names{"retry"});
}

INSTANTIATE_TEST_SUITE_P(Wires, SmmuHeldForPower,
                         testing::Values(Supply::Domain, Supply::Reset, Supply::Bus),
                         [](const auto& info) { return std::string(power::name_of(info.param)); });

TEST(SmmuHeld, WhatWasHeldForWantOfPowerMeetsAnSmmuThatHasForgotten)
{
    Stalling machine(hang);
    machine.power(false);
    machine.held(0x100'0000);
    machine.power(true);
    ASSERT_EQ(machine.host.releases.size(), 1u);
    EXPECT_EQ(machine.send(0x100'0000).pa, 0x100'0000u) << "CLIENTPD: untranslated";
}

TEST(SmmuHeld, WhoCannotWaitForPowerIsRefused)
{
    Stalling machine(hang);
    machine.set(Supply::Bus, false);
    EXPECT_EQ(machine.load(0x100'0000).result, Result::Decode);
    EXPECT_EQ(machine.sink.of(Kind::Refused).size(), 1u);
    Stalling abort;
    abort.set(Supply::Bus, false);
    EXPECT_EQ(abort.send(0x100'0000).result, Result::Decode);
    EXPECT_EQ(abort.sink.of(Kind::Refused).size(), 1u);
    EXPECT_TRUE(abort.sink.of(Kind::Stall).empty());
}

TEST(SmmuHeld, SlotsAreSharedByStallsAndWantOfPower)
{
    Stalling machine(hang);
    const uint32_t stalled = machine.held(0x100'2000);
    machine.set(Supply::Bus, false);
    Releases expected;
    for (unsigned i = 0; i < 3; ++i)
        expected.emplace_back(machine.held(0x100'0000), Released::Retry);
    EXPECT_EQ(machine.send(0x100'0000).result, Result::Decode);
    EXPECT_EQ(machine.sink.of(Kind::Refused).at(0).event.missing, power::SupplySet(Supply::Bus));
    machine.set(Supply::Bus, true);
    EXPECT_EQ(machine.host.releases, expected) << "in the order in which they came";
    machine.write(0x8008, 1);
    EXPECT_EQ(machine.host.releases.back(), (std::pair{stalled, Released::Abort}));
}

TEST(SmmuHeld, WithoutPowerEverySlotIsForThoseThatWaitForIt)
{
    Machine machine({.dma_policy = power::DmaPolicy::Hang, .stall_slots = 2}, false);
    const Transaction transaction = {.iova = 0x100'0000, .can_stall = true};
    for (unsigned i = 0; i < 2; ++i)
        EXPECT_EQ(machine.smmu.translate(transaction).result, Result::Stalled);
    EXPECT_EQ(machine.smmu.translate(transaction).result, Result::Decode);
}

TEST(SmmuHeld, PowerLosesTheStalledAndNotThoseThatWaitForIt)
{
    Stalling machine(hang);
    machine.held(0x100'2000);
    machine.set(Supply::Bus, false);
    const uint32_t waiting = machine.held(0x100'0000);
    machine.set(Supply::Domain, false);
    EXPECT_EQ(machine.names(Kind::Release), Names{"lost"});
    machine.power(true);
    EXPECT_EQ(machine.host.releases, (Releases{{waiting, Released::Retry}}));
}

TEST(SmmuHeld, AColdResetForgetsThoseThatWaitForPower)
{
    Stalling machine(hang);
    machine.set(Supply::Bus, false);
    machine.held(0x100'0000);
    machine.smmu.reset();
    EXPECT_EQ(machine.names(Kind::Release), Names{"lost"});
    machine.set(Supply::Bus, true);
    EXPECT_EQ(machine.host.releases, Releases());
}

} // namespace
} // namespace smmu_pm::test
