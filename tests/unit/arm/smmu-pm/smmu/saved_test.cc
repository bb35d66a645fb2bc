// SPDX-License-Identifier: GPL-2.0-or-later
//
// Save and restore: a restored SMMU goes on as its twin does, and what is no state is refused.
#include "machine.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace smmu_pm::test {
namespace {

using power::Collapse;
using smmu::Pair;

/// Wires, registers, a pending fault, and a TLB that has been full and thinned out.
struct Busy : Machine {
    explicit Busy(const smmu::Config& config = {}) : Machine(config)
    {
        linux_resume();
        for (uint64_t i = 0; i < 1200; ++i) {
            map(0x100'0000 + (i << 12), (0x4400'0000 + (i << 12)) | page_bits);
            load(0x100'0000 + (i << 12));
        }
        for (uint64_t i = 600; i < 700; ++i)
            write64(0x8620, 0x1000 + i);
        store(0x9999'9000);
        set(Supply::Bus, false);
    }
};

TEST(SmmuSaved, ARestoredSmmuSavesTheSame)
{
    Busy machine;
    Machine other({}, false);
    ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
    EXPECT_EQ(other.smmu.save(), machine.smmu.save());
    EXPECT_EQ(other.smmu.tlb_entries(), 924u);
}

TEST(SmmuSaved, ARestoredSmmuDrivesItsLines)
{
    Busy machine;
    Machine other({}, false);
    ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
    EXPECT_TRUE(other.host.irq[1]);
    EXPECT_FALSE(other.host.irq[0]);
    EXPECT_EQ(other.host.irq_changes, 1u);
    EXPECT_EQ(other.host.invalidations, 1u);
    Machine idle;
    ASSERT_TRUE(other.smmu.load(idle.smmu.save()));
    EXPECT_FALSE(other.host.irq[1]);
}

TEST(SmmuSaved, ATwinGoesOnAlike)
{
    Busy machine;
    Machine twin({}, false);
    ASSERT_TRUE(twin.smmu.load(machine.smmu.save()));
    twin.host.memory = machine.host.memory;
    machine.sink.seen.clear();
    twin.sink.seen.clear();
    std::mt19937_64 random(20180202);
    for (unsigned step = 0; step < 4000; ++step) {
        const uint64_t choice = random(), iova = 0x100'0000 + (random() % 1300 << 12);
        for (Machine* each : {static_cast<Machine*>(&machine), &twin}) {
            switch (choice % 8) {
            case 0:
                each->set(Supply::Bus, choice >> 8 & 1);
                break;
            case 1:
                each->write64(0x8620, iova >> 12);
                break;
            case 2:
                each->write(0x8058, 0x2);
                break;
            default:
                each->load(iova);
            }
        }
    }
    ASSERT_EQ(machine.sink.seen.size(), twin.sink.seen.size());
    for (std::size_t i = 0; i < machine.sink.seen.size(); ++i) {
        const journal::Event &a = machine.sink.seen[i].event, &b = twin.sink.seen[i].event;
        ASSERT_EQ(a.kind, b.kind) << i;
        ASSERT_EQ(a.hit, b.hit) << i;
        ASSERT_EQ(a.pa, b.pa) << i;
        ASSERT_EQ(machine.sink.seen[i].name, twin.sink.seen[i].name) << i;
    }
    EXPECT_EQ(machine.smmu.save(), twin.smmu.save());
}

TEST(SmmuSaved, AnSmmuThatIsOffSavesItsWiresAlone)
{
    Machine machine({}, false);
    machine.set(Supply::Vote, true);
    const std::vector<Pair> saved = machine.smmu.save();
    EXPECT_EQ(saved, (std::vector<Pair>{{0x8000'0000, 0x4}}));
    Busy other;
    ASSERT_TRUE(other.smmu.load(saved));
    EXPECT_EQ(other.smmu.missing(power::Access::Register),
              power::SupplySet(Supply::Domain, Supply::Reset, Supply::Iface));
    EXPECT_FALSE(other.host.irq[1]);
}

TEST(SmmuSaved, EveryModeOfCollapseRestoresWhatItKept)
{
    for (const Collapse collapse : {Collapse::Lose, Collapse::Retain, Collapse::RetainAll}) {
        Busy machine({.collapse = collapse});
        machine.set(Supply::Domain, false);
        Machine other({.collapse = collapse}, false);
        ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
        for (Machine* each : {static_cast<Machine*>(&machine), &other})
            each->power(true);
        EXPECT_EQ(other.smmu.save(), machine.smmu.save());
        EXPECT_EQ(other.smmu.tlb_entries(), collapse == Collapse::RetainAll ? 924u : 0u);
    }
}

struct Malformed {
    const char* name;
    std::vector<Pair> pairs;
};

class SmmuMalformed : public testing::TestWithParam<Malformed> {};

TEST_P(SmmuMalformed, IsRefusedAndChangesNothing)
{
    Busy machine;
    const auto before = machine.smmu.save();
    const unsigned irq_changes = machine.host.irq_changes;
    EXPECT_FALSE(machine.smmu.load(GetParam().pairs));
    EXPECT_EQ(machine.smmu.save(), before);
    EXPECT_EQ(machine.host.irq_changes, irq_changes);
}

constexpr Pair wires_on = {0x8000'0000, 0x1f};
constexpr Pair live = {0x8000'0001, 1};

INSTANTIATE_TEST_SUITE_P(
    States, SmmuMalformed,
    testing::Values(
        Malformed{"Nothing", {}}, Malformed{"NoWires", {live}},
        Malformed{"UnknownWire", {{0x8000'0000, 0x200}}},
        Malformed{"WiresTwice", {wires_on, wires_on}},
        Malformed{"RegisterWithoutState", {wires_on, {0x0, 0x1c36}}},
        Malformed{"TlbWithoutState",
                  {wires_on, {0x8001'0000, 0x1000}, {0x8001'0001, 0}, {0x8001'0002, 0x600'0000}}},
        Malformed{"StateWithoutDomain", {{0x8000'0000, 0x1e}, live}},
        Malformed{"StateInReset", {{0x8000'0000, 0x1d}, live}},
        Malformed{"UnknownOffset", {wires_on, live, {0x00f0, 1}}},
        Malformed{"OffsetInsideARegister", {wires_on, live, {0x8001, 1}}},
        Malformed{"UpperHalf", {wires_on, live, {0x8024, 1}}},
        Malformed{"GroupBeyondTheConfiguration", {wires_on, live, {0x820, 1}}},
        Malformed{"BankBeyondTheConfiguration", {wires_on, live, {0xa000, 1}}},
        Malformed{"BeyondTheWindow", {wires_on, live, {0x0010'0000, 1}}},
        Malformed{"ReservedBit", {wires_on, live, {0x0, 0x8000'0000}}},
        Malformed{"WriteOnlyRegister", {wires_on, live, {0x8610, 1}}},
        Malformed{"UnknownKey", {wires_on, live, {0x8000'0005, 1}}},
        Malformed{"HalfATlbEntry", {wires_on, live, {0x8001'0000, 0x1000}, {0x8001'0001, 0}}},
        Malformed{"TlbEntryOutOfOrder",
                  {wires_on, live, {0x8001'0001, 0}, {0x8001'0000, 0}, {0x8001'0002, 0x600'0000}}},
        Malformed{"TlbEntryOfLevel0",
                  {wires_on, live, {0x8001'0000, 0}, {0x8001'0001, 0}, {0x8001'0002, 0}}},
        Malformed{
            "TlbEntryNotAligned",
            {wires_on, live, {0x8001'0000, 0x800}, {0x8001'0001, 0}, {0x8001'0002, 0x600'0000}}},
        Malformed{
            "TlbBlockNotAligned",
            {wires_on, live, {0x8001'0000, 0}, {0x8001'0001, 0x1000}, {0x8001'0002, 0x400'0000}}},
        Malformed{"TlbEntryNotCanonical",
                  {wires_on,
                   live,
                   {0x8001'0000, 0x1'0000'0000'0000},
                   {0x8001'0001, 0},
                   {0x8001'0002, 0x600'0000}}},
        Malformed{"TlbEntryOfNoRegime",
                  {wires_on,
                   live,
                   {0x8001'0000, 0},
                   {0x8001'0001, 0},
                   {0x8001'0002, 0x701'0000 | 0x100'0000}}},
        Malformed{"RegisterAfterTlb",
                  {wires_on,
                   live,
                   {0x8001'0000, 0},
                   {0x8001'0001, 0},
                   {0x8001'0002, 0x600'0000},
                   {0x0, 0}}}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(SmmuSaved, AWellFormedEntryOfTheSameKindIsTaken)
{
    Machine machine;
    ASSERT_TRUE(machine.smmu.load(std::vector<Pair>{
        wires_on, live, {0x8001'0000, 0x1000}, {0x8001'0001, 0x2000}, {0x8001'0002, 0x600'0000}}));
    EXPECT_EQ(machine.smmu.tlb_entries(), 1u);
}

TEST(SmmuSaved, MoreEntriesThanTheTlbHoldsAreRefused)
{
    std::vector<Pair> pairs = {wires_on, live};
    for (uint32_t i = 0; i <= 1024; ++i)
        for (const Pair& pair :
             {Pair{0x8001'0000 + 4 * i, uint64_t{i} << 12}, Pair{0x8001'0001 + 4 * i, 0},
              Pair{0x8001'0002 + 4 * i, 0x600'0000}})
            pairs.push_back(pair);
    Machine machine;
    EXPECT_FALSE(machine.smmu.load(pairs));
    pairs.resize(pairs.size() - 3);
    EXPECT_TRUE(machine.smmu.load(pairs));
}

TEST(SmmuSaved, ARetainedTlbWithoutItsDomainIsRefused)
{
    const std::vector<Pair> pairs = {
        {0x8000'0000, 0x1e}, live, {0x8001'0000, 0}, {0x8001'0001, 0}, {0x8001'0002, 0x600'0000}};
    Machine retain({.collapse = Collapse::Retain});
    EXPECT_FALSE(retain.smmu.load(pairs));
    EXPECT_TRUE(retain.smmu.load(std::vector<Pair>(pairs.begin(), pairs.begin() + 2)));
    Machine retain_all({.collapse = Collapse::RetainAll});
    EXPECT_TRUE(retain_all.smmu.load(pairs));
}

} // namespace
} // namespace smmu_pm::test
