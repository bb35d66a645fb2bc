// SPDX-License-Identifier: GPL-2.0-or-later
//
// TLB syncs: how long they take, and what a TBU without a clock makes of them.
#include "machine.hh"

#include <gtest/gtest.h>

#include <limits>

namespace smmu_pm::test {
namespace {

using power::Collapse;
using smmu::Pair;

/// Where a sync is started, and where its bit is.
struct Sync {
    const char* name;
    uint64_t start, status;
};
constexpr Sync global = {"Global", 0x70, 0x74}, bank0 = {"Bank0", 0x87f0, 0x87f4},
               bank1 = {"Bank1", 0x97f0, 0x97f4};

struct Slow : Machine {
    explicit Slow(uint64_t latency = 100, Collapse collapse = Collapse::Lose)
        : Machine({.collapse = collapse, .sync_latency_ns = latency})
    {
        host.time = 1000;
        linux_resume();
        host.time = 2000;
    }
};

class SmmuSync : public testing::TestWithParam<Sync> {};
INSTANTIATE_TEST_SUITE_P(All, SmmuSync, testing::Values(global, bank0, bank1),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(SmmuSync, TakesAsLongAsItsLatency)
{
    Slow machine;
    EXPECT_EQ(machine.read(GetParam().status), 0u);
    machine.write(GetParam().start, 0xffff'ffff);
    EXPECT_EQ(machine.read(GetParam().status), 1u);
    machine.host.time = 2099;
    EXPECT_EQ(machine.read(GetParam().status), 1u);
    machine.host.time = 2100;
    EXPECT_EQ(machine.read(GetParam().status), 0u);
}

TEST_P(SmmuSync, IsItsOwn)
{
    Slow machine;
    machine.write(GetParam().start, 0);
    unsigned active = 0;
    for (const Sync& each : {global, bank0, bank1})
        active += machine.read(each.status);
    EXPECT_EQ(active, 1u);
    EXPECT_EQ(machine.read(GetParam().status), 1u);
}

TEST_P(SmmuSync, OneThatIsStartedAgainEndsWithTheLater)
{
    Slow machine;
    machine.write(GetParam().start, 0);
    machine.host.time = 2050;
    machine.write(GetParam().start, 0);
    machine.host.time = 2149;
    EXPECT_EQ(machine.read(GetParam().status), 1u);
    machine.host.time = 2150;
    EXPECT_EQ(machine.read(GetParam().status), 0u);
}

TEST_P(SmmuSync, WithoutATbuItNeverEnds)
{
    for (const uint64_t latency : {0u, 100u}) {
        Slow machine(latency);
        machine.set(Supply::Tbu, false);
        machine.write(GetParam().start, 0);
        machine.host.time = 1'000'000'000'000;
        EXPECT_EQ(machine.read(GetParam().status), 1u);
        machine.set(Supply::Tbu, true);
        EXPECT_EQ(machine.read(GetParam().status), 0u);
    }
}

TEST_P(SmmuSync, WhatEndedBeforeTheTbuStoppedHasEnded)
{
    Slow machine;
    machine.write(GetParam().start, 0);
    machine.host.time = 2100;
    machine.set(Supply::Tbu, false);
    EXPECT_EQ(machine.read(GetParam().status), 0u);
}

TEST_P(SmmuSync, WhatHadNotEndedWaitsForTheTbu)
{
    Slow machine;
    machine.write(GetParam().start, 0);
    machine.host.time = 2099;
    machine.set(Supply::Tbu, false);
    machine.host.time = 2101;
    EXPECT_EQ(machine.read(GetParam().status), 1u);
    machine.set(Supply::Tbu, true);
    EXPECT_EQ(machine.read(GetParam().status), 0u);
}

TEST_P(SmmuSync, GoesWhereTheTlbGoes)
{
    for (const Collapse collapse : {Collapse::Lose, Collapse::Retain, Collapse::RetainAll}) {
        Slow machine(100, collapse);
        machine.write(GetParam().start, 0);
        machine.set(Supply::Domain, false);
        machine.set(Supply::Domain, true);
        EXPECT_EQ(machine.read(GetParam().status), collapse == Collapse::RetainAll ? 1u : 0u);
        machine.write(GetParam().start, 0);
        machine.smmu.reset();
        EXPECT_EQ(machine.read(GetParam().status), 0u);
    }
}

TEST_P(SmmuSync, IsSavedUnderWay)
{
    Slow machine;
    machine.write(GetParam().start, 0);
    const std::vector<Pair> saved = machine.smmu.save();
    Slow other;
    other.host.time = 2099;
    ASSERT_TRUE(other.smmu.load(saved));
    EXPECT_EQ(other.smmu.save(), saved);
    EXPECT_EQ(other.read(GetParam().status), 1u);
    other.host.time = 2100;
    EXPECT_EQ(other.read(GetParam().status), 0u);
    EXPECT_NE(other.smmu.save(), saved) << "it has ended";
}

TEST_P(SmmuSync, IsSavedWithoutItsTbu)
{
    Slow machine(0);
    machine.set(Supply::Tbu, false);
    machine.write(GetParam().start, 0);
    Slow other;
    other.host.time = 3000;
    ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
    EXPECT_EQ(other.read(GetParam().status), 1u);
    other.set(Supply::Tbu, true);
    EXPECT_EQ(other.read(GetParam().status), 0u);
}

TEST(SmmuSyncs, AreAtOnceByDefault)
{
    Machine machine;
    machine.linux_resume();
    const std::vector<Pair> before = machine.smmu.save();
    for (const Sync& each : {global, bank0, bank1}) {
        machine.write(each.start, 0xffff'ffff);
        EXPECT_EQ(machine.read(each.status), 0u);
    }
    EXPECT_EQ(machine.smmu.save(), before);
}

TEST(SmmuSyncs, TheLongestLatencyIsForEver)
{
    Slow machine(std::numeric_limits<uint64_t>::max());
    machine.write(global.start, 0);
    machine.host.time = std::numeric_limits<uint64_t>::max() - 1;
    EXPECT_EQ(machine.read(global.status), 1u);
}

TEST(SmmuSyncs, ALostSyncIsNotStarted)
{
    Slow machine;
    machine.set(Supply::Iface, false);
    machine.write(global.start, 0);
    machine.set(Supply::Iface, true);
    EXPECT_EQ(machine.read(global.status), 0u);
}

TEST(SmmuSyncs, WithoutATbuNoTransactionPasses)
{
    Machine machine;
    machine.linux_resume();
    machine.map(0x100'0000, 0x4400'0000 | page_bits);
    EXPECT_EQ(machine.load(0x100'0000).result, Result::Ok);
    machine.set(Supply::Tbu, false);
    EXPECT_TRUE(machine.load(0x100'0000).unreachable);
    EXPECT_EQ(machine.smmu.missing(power::Access::Walk), power::SupplySet(Supply::Tbu));
    EXPECT_TRUE(machine.smmu.missing(power::Access::Register).empty());
    machine.set(Supply::Tbu, true);
    EXPECT_EQ(machine.load(0x100'0000).result, Result::Ok);
}

TEST(SmmuSyncs, EachSecurityStateHasAGlobalOneOfItsOwn)
{
    smmu::Config config = smmu::mmu_500;
    config.sync_latency_ns = 100;
    Machine machine(config);
    const auto secure_read = [&](uint64_t offset) {
        return machine.smmu.read(offset, 4, true).value;
    };
    machine.smmu.write(0x70, 4, 0, true);
    EXPECT_EQ(machine.read(0x74), 0u);
    EXPECT_EQ(secure_read(0x74), 1u);
    EXPECT_EQ(secure_read(0x474), 0u) << "the alias is the Non-secure one";
    Machine other(config);
    ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
    EXPECT_EQ(other.smmu.read(0x74, 4, true).value, 1u);
    machine.host.time = 50;
    machine.smmu.write(0x470, 4, 0, true);
    machine.host.time = 100;
    EXPECT_EQ(secure_read(0x74), 0u);
    EXPECT_EQ(machine.read(0x74), 1u);
    EXPECT_EQ(secure_read(0x474), 1u);
}

struct Malformed {
    const char* name;
    std::vector<Pair> syncs;
};
class SmmuSyncMalformed : public testing::TestWithParam<Malformed> {};

TEST_P(SmmuSyncMalformed, IsRefused)
{
    Machine machine;
    std::vector<Pair> pairs = {{0x8000'0000, 0x21f}, {0x8000'0001, 1}};
    EXPECT_TRUE(machine.smmu.load(pairs));
    pairs.insert(pairs.end(), GetParam().syncs.begin(), GetParam().syncs.end());
    EXPECT_FALSE(machine.smmu.load(pairs));
}

TEST(SmmuSyncs, ThoseOfNeighbouringBanksComeBack)
{
    Machine machine;
    EXPECT_TRUE(machine.smmu.load(std::vector<Pair>{
        {0x8000'0000, 0x21f}, {0x8000'0001, 1}, {0x800c'0000, 1}, {0x800c'0001, 1}}));
    EXPECT_EQ(machine.read(0x87f4), 1u);
    EXPECT_EQ(machine.read(0x97f4), 1u);
}

INSTANTIATE_TEST_SUITE_P(States, SmmuSyncMalformed,
                         testing::Values(Malformed{"OfNoBank", {{0x800c'0002, 1}}},
                                         Malformed{"OfNoCopy", {{0x800c'0101, 1}}},
                                         Malformed{"Twice", {{0x800c'0100, 1}, {0x800c'0100, 2}}},
                                         Malformed{"OutOfOrder",
                                                   {{0x800c'0100, 1}, {0x800c'0001, 2}}},
                                         Malformed{"BeforeItsKeys", {{0x800b'ffff, 1}}}),
                         [](const auto& info) { return std::string(info.param.name); });

} // namespace
} // namespace smmu_pm::test
