// SPDX-License-Identifier: GPL-2.0-or-later
//
// Save and restore: a restored SMMU goes on as its twin does, and what is no state is refused.
#include "stalling.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

namespace smmu_pm::test {
namespace {

using power::Collapse;
using smmu::Pair;

/// Wires, registers, a pending fault, and a TLB that has been full and thinned out.
struct Busy : Machine {
    explicit Busy(const smmu::Config& config = {.tlb_entries = 1024}) : Machine(config)
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

/// Two banks stalled, one that waits behind each way, and one that waits for the bus clock.
struct Holding : Stalling {
    Holding() : Stalling({.dma_policy = power::DmaPolicy::Hang, .stall_slots = 5})
    {
        second_bank();
        held(0x100'2000);
        held(0x100'3000);
        write(0x9000, 0x10e7);
        held(0x5000, 7);
        held(0x6000, 7);
        set(Supply::Bus, false);
        held(0x100'0000);
    }
};

TEST(SmmuSaved, AStalledSmmuGoesOnAsItsTwinDoes)
{
    Holding machine;
    Machine twin({.dma_policy = power::DmaPolicy::Hang, .stall_slots = 5}, false);
    ASSERT_TRUE(twin.smmu.load(machine.smmu.save()));
    EXPECT_EQ(twin.smmu.save(), machine.smmu.save());
    EXPECT_EQ(twin.read(0x8058), 0xc000'0402u);
    EXPECT_EQ(twin.read(0x9058), 0x4000'0402u);
    twin.host.memory = machine.host.memory;
    for (Machine* each : {static_cast<Machine*>(&machine), &twin}) {
        each->sink.seen.clear();
        each->write(0x9058, 0xffff'ffff);
        each->write(0x9008, 0);
        each->set(Supply::Bus, true);
        each->write(0x8008, 1);
        each->smmu.translate({.iova = 0x100'3000, .request = {}, .can_stall = true});
        each->set(Supply::Domain, false);
    }
    EXPECT_EQ(machine.host.releases, (Releases{{3, Released::Retry},
                                               {4, Released::Retry},
                                               {5, Released::Retry},
                                               {1, Released::Abort},
                                               {2, Released::Retry}}));
    EXPECT_EQ(twin.host.releases, machine.host.releases);
    ASSERT_EQ(machine.sink.seen.size(), twin.sink.seen.size());
    for (std::size_t i = 0; i < machine.sink.seen.size(); ++i) {
        const Seen &a = machine.sink.seen[i], &b = twin.sink.seen[i];
        EXPECT_EQ(a.event.kind, b.event.kind) << i;
        EXPECT_EQ(a.name, b.name) << i;
        EXPECT_EQ(a.event.value, b.event.value) << i;
        EXPECT_EQ(a.event.address, b.event.address) << i;
        EXPECT_EQ(a.event.stream, b.event.stream) << i;
        EXPECT_EQ(a.event.bank, b.event.bank) << i;
        EXPECT_EQ(a.event.write, b.event.write) << i;
    }
    EXPECT_EQ(machine.sink.seen.back().name, twin.sink.seen.back().name);
    EXPECT_EQ(twin.smmu.save(), machine.smmu.save());
}

TEST(SmmuSaved, ATokenIsNotGivenAgainAfterRestoring)
{
    Stalling machine, other;
    machine.held(0x100'2000);
    machine.write(0x8008, 1);
    ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
    EXPECT_EQ(other.held(0x100'2000), 2u);
}

TEST(SmmuSaved, AnSmmuThatIsOffSavesItsWiresAlone)
{
    Machine machine({}, false);
    machine.set(Supply::Vote, true);
    const std::vector<Pair> saved = machine.smmu.save();
    EXPECT_EQ(saved, (std::vector<Pair>{{0x8000'0000, 0x204}}));
    Busy other;
    ASSERT_TRUE(other.smmu.load(saved));
    EXPECT_EQ(other.smmu.missing(power::Access::Register),
              power::SupplySet(Supply::Domain, Supply::Reset, Supply::Iface));
    EXPECT_FALSE(other.host.irq[1]);
}

TEST(SmmuSaved, EveryModeOfCollapseRestoresWhatItKept)
{
    for (const Collapse collapse : {Collapse::Lose, Collapse::Retain, Collapse::RetainAll}) {
        Busy machine({.collapse = collapse, .tlb_entries = 1024});
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

constexpr Pair wires_on = {0x8000'0000, 0x21f};
constexpr Pair live = {0x8000'0001, 1};

// Of a held transaction: token, stream << 32, bank << 48, why << 56 (0 fault, 1 next, 2 behind, 3
// power), write << 58.
constexpr uint64_t next = uint64_t{1} << 56, behind = uint64_t{2} << 56,
                   power_3 = uint64_t{3} << 56, bank_1 = uint64_t{1} << 48,
                   bank_2 = uint64_t{2} << 48;

INSTANTIATE_TEST_SUITE_P(
    Held, SmmuMalformed,
    testing::Values(
        Malformed{"NoLastToken", {wires_on, {0x8000'0002, 0}, live}},
        Malformed{"LastTokenTooBig", {wires_on, {0x8000'0002, 0x1'0000'0000}, live}},
        Malformed{"SsWithoutATransaction", {wires_on, live, {0x8058, 0x4000'0000}}},
        Malformed{"HalfATransaction", {wires_on, live, {0x800b'0000, 0x1000}}},
        Malformed{"StalledWithoutState", {wires_on, {0x800b'0000, 0}, {0x800b'0001, 1}}},
        Malformed{"StalledAtTheSecondPlace", {wires_on, live, {0x800b'0002, 0}, {0x800b'0003, 1}}},
        Malformed{"TokenZero", {wires_on, live, {0x800b'0000, 0}, {0x800b'0001, 0}}},
        Malformed{"UnknownBit",
                  {wires_on, live, {0x800b'0000, 0}, {0x800b'0001, 0x800'0000'0000'0001}}},
        Malformed{"BankBeyond", {wires_on, live, {0x800b'0000, 0}, {0x800b'0001, bank_2 | 1}}},
        Malformed{"TwoPresented",
                  {wires_on,
                   live,
                   {0x800b'0000, 0},
                   {0x800b'0001, 1},
                   {0x800b'0002, 0},
                   {0x800b'0003, 2}}},
        Malformed{"SameToken",
                  {wires_on,
                   live,
                   {0x800b'0000, 0},
                   {0x800b'0001, 1},
                   {0x800b'0002, 0},
                   {0x800b'0003, bank_1 | 1}}},
        Malformed{"NextOfNone", {wires_on, live, {0x800b'0000, 0}, {0x800b'0001, next | 1}}},
        Malformed{"BehindNone", {wires_on, live, {0x800b'0000, 0}, {0x800b'0001, behind | 1}}},
        Malformed{"BehindWithHupcf",
                  {wires_on,
                   live,
                   {0x8000, 0x100},
                   {0x8058, 0x2},
                   {0x800b'0000, 0},
                   {0x800b'0001, behind | 1}}},
        Malformed{"InTheBlockForWantOfPower",
                  {wires_on, live, {0x800b'0000, 0}, {0x800b'0001, power_3 | 1}}},
        Malformed{"ForPowerWithoutThePolicy",
                  {{0x8000'0000, 0}, {0x8000'0100, 0}, {0x8000'0101, power_3 | 1}}}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(SmmuSaved, TheLeastOfEachKindOfHeldTransactionIsTaken)
{
    const uint64_t fault_1 = bank_1 | 2;
    Machine machine({.dma_policy = power::DmaPolicy::Hang});
    EXPECT_TRUE(machine.smmu.load(std::vector<Pair>{{0x8000'0000, 0xf},
                                                    {0x8000'0100, 0x9000},
                                                    {0x8000'0101, power_3 | 9},
                                                    live,
                                                    {0x8058, 0x2},
                                                    {0x800b'0000, 0x1000},
                                                    {0x800b'0001, behind | 1},
                                                    {0x800b'0002, 0x2000},
                                                    {0x800b'0003, fault_1},
                                                    {0x800b'0004, 0x3000},
                                                    {0x800b'0005, bank_1 | next | 3}}));
    EXPECT_EQ(machine.read(0x9058), 0x4000'0000u);
    machine.write(0x9008, 0);
    EXPECT_EQ(machine.host.releases, (Releases{{2, Released::Retry}, {3, Released::Retry}}));
}

TEST(SmmuSaved, WhatWaitsForPowerThatIsThereIsRefused)
{
    Machine machine({.dma_policy = power::DmaPolicy::Hang});
    EXPECT_FALSE(machine.smmu.load(
        std::vector<Pair>{wires_on, {0x8000'0100, 0}, {0x8000'0101, power_3 | 1}, live}));
    EXPECT_TRUE(machine.smmu.load(
        std::vector<Pair>{{0x8000'0000, 0xf}, {0x8000'0100, 0}, {0x8000'0101, power_3 | 1}, live}));
}

TEST(SmmuSaved, MoreThanThereAreSlotsIsRefused)
{
    const std::vector<Pair> pairs = {wires_on, live, {0x800b'0000, 0}, {0x800b'0001, 1}};
    EXPECT_FALSE(Machine({.stall_slots = 0}).smmu.load(pairs));
    EXPECT_TRUE(Machine({.stall_slots = 1}).smmu.load(pairs));
}

TEST(SmmuSaved, AStalledTransactionWithoutTheDomainIsRefused)
{
    for (const Collapse collapse : {Collapse::Retain, Collapse::RetainAll}) {
        Machine machine({.collapse = collapse});
        EXPECT_FALSE(machine.smmu.load(
            std::vector<Pair>{{0x8000'0000, 0x21e}, live, {0x800b'0000, 0}, {0x800b'0001, 1}}));
    }
}

/// A state with one TLB entry: va, pa, tag, ipa, leaf.
std::vector<Pair> with_entry(const std::array<uint64_t, 5>& fields)
{
    std::vector<Pair> pairs = {wires_on, live};
    for (uint32_t field = 0; field < fields.size(); ++field)
        pairs.push_back({0x8001'0000 + field, fields[field]});
    return pairs;
}

/// One for the page 0. The tag: ASID, VMID << 16, regime << 32, stage 2 << 34, global << 35.
std::vector<Pair> tagged(uint64_t tag, uint64_t leaf = 0x30c)
{
    return with_entry({0, 0, tag, 0, leaf});
}

INSTANTIATE_TEST_SUITE_P(
    States, SmmuMalformed,
    testing::Values(
        Malformed{"Nothing", {}}, Malformed{"NoWires", {live}},
        Malformed{"UnknownWire", {{0x8000'0000, 0x400}}},
        Malformed{"WiresTwice", {wires_on, wires_on}},
        Malformed{"RegisterWithoutState", {wires_on, {0x0, 0x1c36}}},
        Malformed{"TlbWithoutState",
                  {wires_on,
                   {0x8001'0000, 0x1000},
                   {0x8001'0001, 0},
                   {0x8001'0002, 0},
                   {0x8001'0003, 0},
                   {0x8001'0004, 0x30c}}},
        Malformed{"StateWithoutDomain", {{0x8000'0000, 0x21e}, live}},
        Malformed{"StateInReset", {{0x8000'0000, 0x21d}, live}},
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
                  {wires_on,
                   live,
                   {0x8001'0001, 0},
                   {0x8001'0000, 0},
                   {0x8001'0002, 0},
                   {0x8001'0003, 0},
                   {0x8001'0004, 0x30c}}},
        Malformed{"TlbEntryOfLevel0", with_entry({0, 0, 0, 0, 0xc})},
        Malformed{"TlbEntryNotAligned", with_entry({0x800, 0, 0, 0, 0x30c})},
        Malformed{"TlbBlockNotAligned", with_entry({0, 0x1000, 0, 0, 0x215})},
        Malformed{"TlbEntryNotCanonical", with_entry({0x1'0000'0000'0000, 0, 0, 0, 0x30c})},
        Malformed{"TlbEntryOfNoSize", with_entry({0, 0, 0, 0, 0x30b})},
        Malformed{"TlbEntryLargerThanAnyBlock", with_entry({0, 0, 0, 0, 0x330})},
        Malformed{"TlbEntryWithAnUnknownRight", with_entry({0, 0, 0, 0, 0x40'030c})},
        Malformed{"TlbEntryOfAHypervisorWithVmid", tagged(0x1'0001'0000)},
        Malformed{"TlbEntryOfAHypervisorWithAsid", tagged(0x1'0000'0001)},
        Malformed{"TlbEntryOfAMonitorWithAsid", tagged(0x3'0000'0001)},
        Malformed{"TlbEntryOfStage2WithAsid", tagged(0x4'0000'0001)},
        Malformed{"TlbEntryOfSecureStage2", tagged(0x6'0000'0000)},
        Malformed{"TlbEntryThatIsGlobalWithAsid", tagged(0x8'0000'0001)},
        Malformed{"TlbEntryWithMoreTag", tagged(0x10'0000'0000)},
        Malformed{"TlbEntryWithMoreLeaf", tagged(0, 0x8000'030c)},
        Malformed{"RegisterAfterTlb",
                  {wires_on,
                   live,
                   {0x8001'0000, 0},
                   {0x8001'0001, 0},
                   {0x8001'0002, 0},
                   {0x8001'0003, 0},
                   {0x8001'0004, 0x30c},
                   {0x0, 0}}}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(SmmuSaved, AWellFormedEntryOfTheSameKindIsTaken)
{
    Machine machine;
    const std::initializer_list<uint64_t> tags = {0x0'ffff'ffff, 0x1'0000'0000, 0x2'0000'ffff,
                                                  0x3'0000'0000, 0x4'ffff'0000, 0x8'ffff'0000};
    for (const uint64_t tag : tags)
        EXPECT_TRUE(machine.smmu.load(tagged(tag))) << std::hex << tag;
    ASSERT_TRUE(machine.smmu.load(std::vector<Pair>{wires_on,
                                                    live,
                                                    {0x8001'0000, 0x1000},
                                                    {0x8001'0001, 0x2000},
                                                    {0x8001'0002, 0},
                                                    {0x8001'0003, 0},
                                                    {0x8001'0004, 0x30c}}));
    EXPECT_EQ(machine.smmu.tlb_entries(), 1u);
}

TEST(SmmuSaved, AFaultOfAStreamBeyondFifteenBitsIsSavedAsSoftwareReadsIt)
{
    Machine machine;
    machine.write(0x00, 0x0020'0406); // USFCFG: unmatched streams fault
    machine.load(0x1000, 0x8001);
    EXPECT_EQ(machine.read(0x54), 0x0001u) << "SMMU_sGFSYNR1";
    Machine other;
    EXPECT_TRUE(other.smmu.load(machine.smmu.save()));
}

TEST(SmmuSaved, MoreEntriesThanTheTlbHoldsAreRefused)
{
    std::vector<Pair> pairs = {wires_on, live};
    for (uint32_t i = 0; i <= 1024; ++i)
        for (const Pair& pair : {Pair{0x8001'0000 + 8 * i, uint64_t{i} << 12},
                                 Pair{0x8001'0001 + 8 * i, 0}, Pair{0x8001'0002 + 8 * i, 0},
                                 Pair{0x8001'0003 + 8 * i, 0}, Pair{0x8001'0004 + 8 * i, 0x30c}})
            pairs.push_back(pair);
    Machine machine({.tlb_entries = 1024});
    EXPECT_FALSE(machine.smmu.load(pairs));
    pairs.resize(pairs.size() - 5);
    EXPECT_TRUE(machine.smmu.load(pairs));
}

TEST(SmmuSaved, ARetainedTlbWithoutItsDomainIsRefused)
{
    const std::vector<Pair> pairs = {{0x8000'0000, 0x21e}, live,
                                     {0x8001'0000, 0},     {0x8001'0001, 0},
                                     {0x8001'0002, 0},     {0x8001'0003, 0},
                                     {0x8001'0004, 0x30c}};
    Machine retain({.collapse = Collapse::Retain});
    EXPECT_FALSE(retain.smmu.load(pairs));
    EXPECT_TRUE(retain.smmu.load(std::vector<Pair>(pairs.begin(), pairs.begin() + 2)));
    Machine retain_all({.collapse = Collapse::RetainAll});
    EXPECT_TRUE(retain_all.smmu.load(pairs));
}

} // namespace
} // namespace smmu_pm::test
