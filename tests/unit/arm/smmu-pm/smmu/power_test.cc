// SPDX-License-Identifier: GPL-2.0-or-later
//
// Powered-off hardware is really off: every wire by itself, every survival, every policy.
#include "machine.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using power::Answer;
using power::Collapse;
using power::Policy;
using power::Status;
using power::SupplySet;

constexpr Supply wires[] = {Supply::Domain, Supply::Reset, Supply::Vote, Supply::Iface,
                            Supply::Bus};

struct WireName {
    template <class Info>
    std::string operator()(const Info& info) const
    {
        return std::string(power::name_of(info.param));
    }
};

struct Attached : Machine {
    explicit Attached(const smmu::Config& config = {}) : Machine(config)
    {
        linux_resume();
        map(0x100'0000, 0x4400'0000 | page_bits);
        load(0x100'0000);
    }
};

// ---- What reaches -----------------------------------------------------------------------------

class SmmuReach : public testing::TestWithParam<unsigned> {};

TEST_P(SmmuReach, IsAsTheManualOfTheWiresSays)
{
    Machine machine({}, false);
    for (unsigned i = 0; i < 5; ++i)
        machine.set(wires[i], (GetParam() >> i & 1) != 0);
    const bool domain = GetParam() & 1, reset = GetParam() & 2, vote = GetParam() & 4,
               iface = GetParam() & 8, bus = GetParam() & 16;

    const bool registers = domain && reset && vote && iface;
    const Answer answer = machine.smmu.read(0x24, 4);
    EXPECT_EQ(answer.status, registers ? Status::Ok : Status::Abort);
    EXPECT_EQ(answer.value, registers ? 0x2000'0002u : 0u);
    EXPECT_EQ(machine.host.pm_faults, registers ? 0u : 1u);

    const bool walks = domain && reset && bus;
    const Translation translation = machine.load(0x1234);
    EXPECT_EQ(translation.result, walks ? Result::Ok : Result::Decode);
    EXPECT_EQ(translation.unreachable, !walks);
    EXPECT_EQ(machine.host.pm_faults, (registers ? 0u : 1u) + (walks ? 0u : 1u));
}

INSTANTIATE_TEST_SUITE_P(AllWires, SmmuReach, testing::Range(0u, 32u));

class SmmuWire : public testing::TestWithParam<Supply> {};

TEST_P(SmmuWire, IsJournalledWithWhatARegisterAccessWouldMiss)
{
    Machine machine;
    machine.sink.seen.clear();
    machine.set(GetParam(), false);
    const auto seen = machine.sink.of(journal::Kind::Wire);
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].name, power::name_of(GetParam()));
    EXPECT_EQ(seen[0].event.value, 0u);
    EXPECT_EQ(seen[0].event.missing,
              GetParam() == Supply::Bus ? SupplySet() : SupplySet(GetParam()));
    machine.set(GetParam(), false);
    EXPECT_EQ(machine.sink.of(journal::Kind::Wire).size(), 1u) << "no change, no event";
}

TEST_P(SmmuWire, IsNamedByATransactionThatNeedsIt)
{
    Attached machine;
    machine.set(GetParam(), false);
    const Translation translation = machine.store(0x100'0000);
    const bool needed = GetParam() != Supply::Vote && GetParam() != Supply::Iface;
    EXPECT_EQ(translation.unreachable, needed);
    if (needed) {
        const auto refused = machine.sink.of(journal::Kind::Refused);
        ASSERT_EQ(refused.size(), 1u);
        EXPECT_TRUE(refused[0].event.missing.has(GetParam()));
        EXPECT_EQ(refused[0].event.address, 0x100'0000u);
        EXPECT_TRUE(refused[0].event.write);
        EXPECT_EQ(refused[0].name, "");
        EXPECT_EQ(machine.host.pm_faults, 1u);
    } else {
        EXPECT_EQ(translation.result, Result::Ok);
    }
}

INSTANTIATE_TEST_SUITE_P(Each, SmmuWire, testing::ValuesIn(wires), WireName());

class SmmuClockOrVote : public testing::TestWithParam<Supply> {};

TEST_P(SmmuClockOrVote, LosesNothingWhateverWasTriedMeanwhile)
{
    Attached machine;
    const auto before = machine.smmu.save();
    machine.set(GetParam(), false);
    machine.write(0x48, 0);
    machine.read(0);
    machine.set(GetParam(), true);
    EXPECT_EQ(machine.smmu.save(), before);
    EXPECT_TRUE(machine.sink.of(journal::Kind::Lost).empty());
}

INSTANTIATE_TEST_SUITE_P(Each, SmmuClockOrVote,
                         testing::Values(Supply::Vote, Supply::Iface, Supply::Bus), WireName());

// ---- What survives ----------------------------------------------------------------------------

struct Survival {
    Collapse collapse;
    Supply wire;
    bool registers, tlb;
};

class SmmuSurvival : public testing::TestWithParam<Survival> {};

TEST_P(SmmuSurvival, IsWhatTheModeKeeps)
{
    const Survival& expected = GetParam();
    Attached machine({.collapse = expected.collapse});
    machine.set(expected.wire, false);
    EXPECT_EQ(machine.smmu.tlb_entries(), expected.tlb ? 1u : 0u);
    const auto lost = machine.sink.of(journal::Kind::Lost);
    std::vector<std::string> names;
    for (const Seen& seen : lost)
        names.push_back(seen.name);
    std::vector<std::string> expected_names;
    if (!expected.registers)
        expected_names.push_back("registers");
    if (!expected.tlb)
        expected_names.push_back("tlb");
    EXPECT_EQ(names, expected_names);

    machine.set(expected.wire, true);
    EXPECT_EQ(machine.read(0x000), expected.registers ? 0x1c36u : 0x1u);
    EXPECT_EQ(machine.read(0x800), expected.registers ? 0x8000'0000u : 0u);
    EXPECT_EQ(machine.read(0x8000), expected.registers ? 0x1167u : 0u);
    EXPECT_EQ(machine.read64(0x8020), expected.registers ? 0x4000'0000u : 0u);
    // The page is gone from the tables: only a kept TLB still knows it.
    machine.host.memory.clear();
    const Translation translation = machine.load(0x100'0000);
    const uint64_t pa = !expected.registers ? 0x100'0000 // CLIENTPD again
                        : expected.tlb      ? 0x4400'0000
                                            : 0; // refused
    EXPECT_EQ(translation.pa, pa);
    EXPECT_EQ(translation.result, pa != 0 ? Result::Ok : Result::Decode);
}

INSTANTIATE_TEST_SUITE_P(Modes, SmmuSurvival,
                         testing::Values(Survival{Collapse::Lose, Supply::Domain, false, false},
                                         Survival{Collapse::Retain, Supply::Domain, true, false},
                                         Survival{Collapse::RetainAll, Supply::Domain, true, true},
                                         Survival{Collapse::Lose, Supply::Reset, false, false},
                                         Survival{Collapse::Retain, Supply::Reset, false, false},
                                         Survival{Collapse::RetainAll, Supply::Reset, false, false},
                                         Survival{Collapse::Lose, Supply::Iface, true, true},
                                         Survival{Collapse::Lose, Supply::Bus, true, true},
                                         Survival{Collapse::Lose, Supply::Vote, true, true}));

TEST(SmmuPower, CollapseLosesStreamMap)
{
    Attached machine;
    machine.power(false);
    machine.power(true);
    EXPECT_EQ(machine.read(0x800), 0u);
    EXPECT_EQ(machine.read(0xc00), 0x0002'0000u);
}

TEST(SmmuPower, AfterACollapseTheBlockEqualsAFreshOne)
{
    Attached machine;
    machine.store(0x100'5000); // a pending fault as well
    machine.power(false);
    machine.power(true);
    Machine fresh;
    for (uint32_t offset = 0; offset < 0xa000; offset += 4)
        ASSERT_EQ(machine.read(offset), fresh.read(offset)) << std::hex << offset;
    EXPECT_EQ(machine.smmu.save(), fresh.smmu.save());
}

TEST(SmmuPower, ARegisterThatNobodyReachedIsNotLost)
{
    Machine machine;
    machine.power(false);
    EXPECT_TRUE(machine.sink.of(journal::Kind::Lost).empty());
}

TEST(SmmuPower, ColdResetIsAPowerUpThatLeavesTheWires)
{
    Attached machine;
    machine.smmu.reset();
    EXPECT_EQ(machine.read(0), 1u);
    EXPECT_EQ(machine.read(0x8000), 0u);
    EXPECT_EQ(machine.smmu.tlb_entries(), 0u);
    EXPECT_EQ(machine.sink.of(journal::Kind::Reset).size(), 1u);
}

TEST(SmmuPower, AfterACollapseTransactionsPassUntranslatedUntilTheDriverIsBack)
{
    Attached machine;
    machine.power(false);
    machine.power(true);
    EXPECT_EQ(machine.store(0x100'0000).pa, 0x100'0000u);
    EXPECT_EQ(machine.sink.of(journal::Kind::Bypass).at(0).name, "SMMU_sCR0.CLIENTPD");
    machine.linux_resume();
    EXPECT_EQ(machine.store(0x100'0000).pa, 0x4400'0000u);
}

TEST(SmmuPower, ALostTlbIsToldToWhoeverCaches)
{
    Attached machine;
    machine.host.invalidations = 0;
    machine.set(Supply::Domain, false);
    EXPECT_EQ(machine.host.invalidations, 1u);
}

// ---- What does not take place -----------------------------------------------------------------

TEST(SmmuPower, AnInvalidateThatCannotReachNeverTakesPlace)
{
    // R. Murphy's worst case of 2018: clocks gated, the domain on, the stale entry lives on.
    Attached machine;
    machine.set(Supply::Iface, false);
    machine.unmap(0x100'0000);
    EXPECT_EQ(machine.smmu.write(0x8620, 8, 0x1000).status, Status::Abort);
    EXPECT_EQ(machine.smmu.write(0x87f0, 4, 0).status, Status::Abort);
    machine.set(Supply::Iface, true);
    EXPECT_EQ(machine.load(0x100'0000).pa, 0x4400'0000u);
    EXPECT_EQ(machine.sink.of(journal::Kind::Touch).size(), 2u);
}

TEST(SmmuPower, EveryKindOfInvalidateIsLostAlike)
{
    Attached machine;
    machine.set(Supply::Vote, false);
    for (const uint64_t offset : {0x64u, 0x68u, 0x6cu, 0x8610u, 0x8618u})
        machine.write(offset, 0);
    for (const uint64_t offset : {0x8600u, 0x8608u, 0x8620u, 0x8628u})
        machine.write64(offset, 0x1000);
    EXPECT_EQ(machine.host.pm_faults, 9u);
    EXPECT_EQ(machine.smmu.tlb_entries(), 1u);
    EXPECT_TRUE(machine.sink.of(journal::Kind::Touch).at(8).event.missing.has(Supply::Vote));
}

TEST(SmmuPower, AWriteThatCannotReachChangesNothing)
{
    Attached machine;
    machine.set(Supply::Iface, false);
    for (uint32_t offset = 0; offset < 0xa000; offset += 4)
        machine.write(offset, 0xffff'ffff);
    machine.set(Supply::Iface, true);
    // But for what is remembered of lost invalidates, which no guest can see: stale_test.cc.
    std::vector<smmu::Pair> pairs = machine.smmu.save();
    std::erase_if(pairs, [](const smmu::Pair& pair) {
        return pair.key == 0x8000'0003 || (pair.key >= 0x8009'0000 && pair.key < 0x800b'0000);
    });
    for (smmu::Pair& pair : pairs)
        if (pair.key == 0x8001'0004)
            pair.value &= 0xffff'ffff;
    Attached other;
    EXPECT_EQ(pairs, other.smmu.save());
}

TEST(SmmuPower, ATransactionThatCannotReachRecordsNoFault)
{
    Attached machine;
    machine.set(Supply::Bus, false);
    machine.store(0x9999'0000);
    machine.store(0x9999'0000, 77);
    machine.set(Supply::Bus, true);
    EXPECT_EQ(machine.read(0x48), 0u);
    EXPECT_EQ(machine.read(0x8058), 0x400u);
    EXPECT_EQ(machine.host.reads, 4u) << "the one walk when it was attached";
}

// ---- Interrupt lines --------------------------------------------------------------------------

TEST(SmmuPower, InterruptLinesDropWithTheDomain)
{
    Attached machine;
    machine.store(0x100'5000);
    machine.load(0, 99);
    ASSERT_TRUE(machine.host.irq[0]);
    ASSERT_TRUE(machine.host.irq[1]);
    machine.set(Supply::Domain, false);
    EXPECT_FALSE(machine.host.irq[0]);
    EXPECT_FALSE(machine.host.irq[1]);
    machine.set(Supply::Domain, true);
    EXPECT_FALSE(machine.host.irq[0]);
    EXPECT_FALSE(machine.host.irq[1]);
}

TEST(SmmuPower, InterruptLinesDropWithTheReset)
{
    Attached machine;
    machine.store(0x100'5000);
    machine.set(Supply::Reset, false);
    EXPECT_FALSE(machine.host.irq[1]);
}

TEST(SmmuPower, InterruptLinesStayHighWhileOnlyClocksAreOff)
{
    Attached machine;
    machine.store(0x100'5000);
    machine.set(Supply::Iface, false);
    machine.set(Supply::Bus, false);
    machine.set(Supply::Vote, false);
    EXPECT_TRUE(machine.host.irq[1]);
}

TEST(SmmuPower, ARetainedFaultRaisesItsLineAgainWithThePower)
{
    Attached machine({.collapse = Collapse::Retain});
    machine.store(0x100'5000);
    machine.set(Supply::Domain, false);
    EXPECT_FALSE(machine.host.irq[1]);
    machine.set(Supply::Domain, true);
    EXPECT_TRUE(machine.host.irq[1]);
    EXPECT_EQ(machine.read(0x8058), 0x402u);
}

// ---- Policies ---------------------------------------------------------------------------------

TEST(SmmuPower, PoliciesDecideWhatACpuAccessGets)
{
    const auto answer = [](Policy policy, unsigned size) {
        Machine machine({.policy = policy}, false);
        return machine.smmu.read(0x8020, size);
    };
    EXPECT_EQ(answer(Policy::Abort, 4), (Answer{0, Status::Abort}));
    EXPECT_EQ(answer(Policy::RazWi, 4), (Answer{0, Status::Ok}));
    EXPECT_EQ(answer(Policy::Ones, 4), (Answer{0xffff'ffff, Status::Ok}));
    EXPECT_EQ(answer(Policy::Ones, 8), (Answer{0xffff'ffff'ffff'ffff, Status::Ok}));
    EXPECT_EQ(answer(Policy::Hang, 4), (Answer{0, Status::Hang}));
}

TEST(SmmuPower, EveryPolicyJournalsTheTouch)
{
    for (const Policy policy : {Policy::Abort, Policy::RazWi, Policy::Ones, Policy::Hang}) {
        Machine machine({.policy = policy}, false);
        machine.smmu.write(0x8620, 8, 0x1234);
        const auto touches = machine.sink.of(journal::Kind::Touch);
        ASSERT_EQ(touches.size(), 1u);
        EXPECT_EQ(touches[0].name, "SMMU_CB0_TLBIVAL");
        EXPECT_EQ(touches[0].event.address, 0x8620u);
        EXPECT_EQ(touches[0].event.value, 0x1234u);
        EXPECT_EQ(touches[0].event.size, 8);
        EXPECT_TRUE(touches[0].event.write);
        EXPECT_EQ(touches[0].event.answer, policy);
        EXPECT_EQ(touches[0].event.missing,
                  SupplySet(Supply::Domain, Supply::Reset, Supply::Vote, Supply::Iface));
        EXPECT_EQ(machine.host.pm_faults, 1u);
    }
}

TEST(SmmuPower, APollWithOnesNeverSeesTheSyncComplete)
{
    Machine machine({.policy = Policy::Ones}, false);
    EXPECT_EQ(machine.read(0x74) & 1, 1u);
    EXPECT_EQ(machine.read(0x87f4) & 1, 1u);
}

TEST(SmmuPower, MissingTellsWithoutTouching)
{
    Machine machine;
    machine.set(Supply::Iface, false);
    EXPECT_EQ(machine.smmu.missing(power::Access::Register), SupplySet(Supply::Iface));
    EXPECT_EQ(machine.smmu.missing(power::Access::Walk), SupplySet());
    EXPECT_TRUE(machine.sink.of(journal::Kind::Touch).empty());
    EXPECT_EQ(machine.host.pm_faults, 0u);
}

} // namespace
} // namespace smmu_pm::test
