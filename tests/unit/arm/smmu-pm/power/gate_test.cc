// SPDX-License-Identifier: GPL-2.0-or-later
//
// The gate by itself, with a block of one register and a cache of one entry.
#include "power/gate.hh"

#include <gtest/gtest.h>

namespace smmu_pm::power {
namespace {

struct OneRegister {
    int value = 7; // its reset value
    bool operator==(const OneRegister&) const = default;
};
struct OneEntry {
    int value = 0; // empty
    bool operator==(const OneEntry&) const = default;
};

constexpr Needs needs = {
    .register_access = SupplySet(Supply::Domain, Supply::Reset, Supply::Iface),
    .walk = SupplySet(Supply::Domain, Supply::Reset, Supply::Bus),
    .dma = SupplySet(Supply::Domain, Supply::Core),
};

class GateTest : public testing::Test {
protected:
    using Block = Gate<OneRegister, OneEntry>;

    /// Everything on, and something written.
    static Block used(Collapse collapse)
    {
        Block block(needs, collapse);
        for (const Supply supply : {Supply::Domain, Supply::Reset, Supply::Iface, Supply::Bus})
            block.set(supply, true);
        auto reached = block.reach(Access::Register);
        reached->registers.value = 42;
        reached->cache.value = 43;
        return block;
    }
    static void cycle(Block& block, Supply supply)
    {
        block.set(supply, false);
        block.set(supply, true);
    }
    static void expect(Block& block, int value, int entry)
    {
        const auto reached = block.reach(Access::Register);
        ASSERT_TRUE(static_cast<bool>(reached));
        EXPECT_EQ(reached->registers.value, value);
        EXPECT_EQ(reached->cache.value, entry);
    }
};

TEST_F(GateTest, WhatIsInFlightGoesWithTheDomainInEveryMode)
{
    for (const Collapse collapse : {Collapse::Lose, Collapse::Retain, Collapse::RetainAll}) {
        Gate<OneRegister, OneEntry, OneEntry> block(needs, collapse);
        for (const Supply supply : {Supply::Domain, Supply::Reset, Supply::Iface, Supply::Bus})
            block.set(supply, true);
        block.reach(Access::Register)->in_flight.value = 44;
        block.set(Supply::Bus, false);
        block.set(Supply::Iface, false);
        ASSERT_EQ(block.saved()->in_flight.value, 44);
        auto copy = *block.saved();
        block.set(Supply::Domain, false);
        EXPECT_TRUE(block.saved() == nullptr || block.saved()->in_flight.value == 0);
        copy.cache = {};
        const SupplySet without_domain(Supply::Reset, Supply::Iface, Supply::Bus);
        EXPECT_FALSE(block.load(without_domain, copy));
        copy.in_flight = {};
        EXPECT_EQ(block.load(without_domain, copy), collapse != Collapse::Lose);
    }
}

TEST_F(GateTest, NothingIsReachedUntilEverythingNeededIsThere)
{
    Block block(needs, Collapse::Lose);
    EXPECT_FALSE(block.reach(Access::Register));
    block.set(Supply::Domain, true);
    block.set(Supply::Reset, true);
    EXPECT_EQ(block.reach(Access::Register).missing(), SupplySet(Supply::Iface));
    EXPECT_EQ(block.reach(Access::Walk).missing(), SupplySet(Supply::Bus));
    EXPECT_EQ(block.reach(Access::Dma).missing(), SupplySet(Supply::Core));
    block.set(Supply::Iface, true);
    EXPECT_TRUE(block.reach(Access::Register));
    EXPECT_FALSE(block.reach(Access::Walk));
}

TEST_F(GateTest, AClockThatStopsLosesNothingAndReachesNothing)
{
    Block block = used(Collapse::Lose);
    block.set(Supply::Iface, false);
    EXPECT_FALSE(block.reach(Access::Register));
    block.set(Supply::Iface, true);
    expect(block, 42, 43);
}

TEST_F(GateTest, CollapseLosesRegistersAndCache)
{
    Block block = used(Collapse::Lose);
    cycle(block, Supply::Domain);
    expect(block, 7, 0);
}

TEST_F(GateTest, RetentionKeepsRegistersAndLosesTheCache)
{
    Block block = used(Collapse::Retain);
    cycle(block, Supply::Domain);
    expect(block, 42, 0);
}

TEST_F(GateTest, RetainAllKeepsBoth)
{
    Block block = used(Collapse::RetainAll);
    cycle(block, Supply::Domain);
    expect(block, 42, 43);
}

TEST_F(GateTest, AResetLosesBothInEveryMode)
{
    for (const Collapse collapse : {Collapse::Lose, Collapse::Retain, Collapse::RetainAll}) {
        Block block = used(collapse);
        cycle(block, Supply::Reset);
        expect(block, 7, 0);
    }
}

TEST_F(GateTest, AWireThatStaysAsItIsChangesNothing)
{
    Block block = used(Collapse::Lose);
    EXPECT_FALSE(block.set(Supply::Domain, true).changed);
    const Change off = block.set(Supply::Domain, false);
    EXPECT_TRUE(off.changed);
    EXPECT_TRUE(off.registers_lost);
    EXPECT_TRUE(off.cache_lost);
    EXPECT_FALSE(block.set(Supply::Domain, false).registers_lost);
}

TEST_F(GateTest, AResetFromOutsideLeavesTheWires)
{
    Block block = used(Collapse::RetainAll);
    block.reset();
    EXPECT_EQ(block.supplies(),
              SupplySet(Supply::Domain, Supply::Reset, Supply::Iface, Supply::Bus));
    expect(block, 7, 0);
}

TEST_F(GateTest, LoadsOnlyWhatTheWiresCouldHaveKept)
{
    struct Row {
        Collapse collapse;
        SupplySet supplies;
        int entry;
        bool taken;
    };
    const Row rows[] = {
        {Collapse::Lose, SupplySet(Supply::Domain, Supply::Reset), 43, true},
        {Collapse::Lose, SupplySet(Supply::Domain), 0, false}, // in reset
        {Collapse::Lose, SupplySet(Supply::Reset), 0, false},  // without power
        {Collapse::Retain, SupplySet(Supply::Reset), 0, true},
        {Collapse::Retain, SupplySet(Supply::Reset), 43, false}, // a TLB without power
        {Collapse::RetainAll, SupplySet(Supply::Reset), 43, true},
        {Collapse::RetainAll, SupplySet(), 43, false},
    };
    for (const Row& row : rows) {
        Block block(needs, row.collapse);
        Block::State state{};
        state.registers.value = 42;
        state.cache.value = row.entry;
        EXPECT_EQ(block.load(row.supplies, state), row.taken) << &row - rows;
        EXPECT_EQ(block.saved() != nullptr, row.taken) << &row - rows;
        EXPECT_EQ(block.supplies(), row.taken ? row.supplies : SupplySet()) << &row - rows;
        EXPECT_TRUE(block.load(row.supplies, std::nullopt)) << &row - rows;
        EXPECT_EQ(block.saved(), nullptr);
    }
}

TEST_F(GateTest, EachPolicyHasItsAnswer)
{
    EXPECT_EQ(unreachable(Policy::Abort, 4), (Answer{0, Status::Abort}));
    EXPECT_EQ(unreachable(Policy::RazWi, 4), (Answer{0, Status::Ok}));
    EXPECT_EQ(unreachable(Policy::Ones, 4), (Answer{0xffff'ffff, Status::Ok}));
    EXPECT_EQ(unreachable(Policy::Ones, 8), (Answer{0xffff'ffff'ffff'ffff, Status::Ok}));
    EXPECT_EQ(unreachable(Policy::Hang, 8), (Answer{0, Status::Hang}));
}

} // namespace
} // namespace smmu_pm::power
