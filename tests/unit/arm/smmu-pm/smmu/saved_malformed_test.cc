// SPDX-License-Identifier: GPL-2.0-or-later
//
// What is no state of an SMMU, and is refused; beside each the least that is one. Keys and layouts
// are those of smmu/saved.cc, typed in a second time: older files have to go on meaning the same.
#include "machine.hh"
#include "stages.hh"

#include <gtest/gtest.h>

#include <array>

namespace smmu_pm::test {
namespace {

using power::Collapse;
using power::Released;
using smmu::Pair;
using Releases = std::vector<std::pair<uint32_t, Released>>;

struct Malformed {
    const char* name;
    std::vector<Pair> pairs;
};

class SmmuMalformed : public testing::TestWithParam<Malformed> {};

TEST_P(SmmuMalformed, IsRefusedAndChangesNothing)
{
    Machine machine;
    machine.linux_resume();
    machine.map(0x100'0000, 0x4400'0000 | page_bits);
    machine.load(0x100'0000);
    machine.store(0x9999'9000);
    const auto before = machine.smmu.save();
    const unsigned irq_changes = machine.host.irq_changes;
    EXPECT_FALSE(machine.smmu.load(GetParam().pairs));
    EXPECT_EQ(machine.smmu.save(), before);
    EXPECT_EQ(machine.host.irq_changes, irq_changes);
}

constexpr Pair wires_on = {0x8000'0000, 0x21f};
constexpr Pair live = {0x8000'0001, 1};

// Of a held transaction: token, stream << 32, bank << 48, why << 56 (0 fault, 1 next, 2 behind, 3
// power), write << 58; of an operation 1 << 59, privileged << 60, and its bank << 32.
constexpr uint64_t next = uint64_t{1} << 56, behind = uint64_t{2} << 56,
                   power_3 = uint64_t{3} << 56, bank_1 = uint64_t{1} << 48,
                   bank_2 = uint64_t{2} << 48, operation = uint64_t{1} << 59,
                   privileged = uint64_t{1} << 60, of_bank_1 = uint64_t{1} << 32;

INSTANTIATE_TEST_SUITE_P(
    Held, SmmuMalformed,
    testing::Values(
        Malformed{"NoLastToken", {wires_on, {0x8000'0002, 0}, live}},
        Malformed{"LastTokenTooBig", {wires_on, {0x8000'0002, 0x1'0000'0000}, live}},
        Malformed{"SsWithoutATransaction", {wires_on, live, {0x8058, 0x4000'0000}}},
        Malformed{"SsOfTheSecondBank", {wires_on, live, {0x9058, 0x4000'0000}}},
        Malformed{"HalfATransaction", {wires_on, live, {0x800b'0000, 0x1000}}},
        Malformed{"StalledWithoutState", {wires_on, {0x800b'0000, 0}, {0x800b'0001, 1}}},
        Malformed{"StalledAtTheSecondPlace", {wires_on, live, {0x800b'0002, 0}, {0x800b'0003, 1}}},
        Malformed{"TagAtTheNextPlace", {wires_on, live, {0x800b'0000, 0}, {0x800b'0002, 1}}},
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
        Malformed{"BehindAFaultThatNobodyResumes",
                  {wires_on, live, {0x8058, 0x2}, {0x800b'0000, 0}, {0x800b'0001, behind | 1}}},
        Malformed{"OperationWithoutConfiguration",
                  {wires_on, live, {0x800b'0000, 0}, {0x800b'0001, operation | 1}}},
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
                                                    {0x800b'0000, 0x1000},
                                                    {0x800b'0001, bank_1 | behind | 1},
                                                    {0x800b'0002, 0x2000},
                                                    {0x800b'0003, fault_1},
                                                    {0x800b'0004, 0x3000},
                                                    {0x800b'0005, bank_1 | next | 3}}));
    EXPECT_EQ(machine.read(0x9058), 0x4000'0000u);
    machine.write(0x9008, 0);
    EXPECT_EQ(machine.host.releases,
              (Releases{{2, Released::Retry}, {1, Released::Retry}, {3, Released::Retry}}));
}

TEST(SmmuSaved, AnOperationThatIsHeldIsOneOfItsBankAlone)
{
    const auto loads = [](std::vector<Pair> held) {
        Stages machine;
        std::vector<Pair> pairs = {{0x8000'0000, 0xf}, live};
        pairs.insert(pairs.end(), held.begin(), held.end());
        return machine.smmu.load(pairs);
    };
    const uint64_t stalled = bank_2 | operation | privileged;
    EXPECT_TRUE(loads({{0x800b'0000, 0}, {0x800b'0001, stalled | 1}}));
    EXPECT_TRUE(loads({{0x800b'0000, 0},
                       {0x800b'0001, stalled | 1},
                       {0x800b'0002, 0},
                       {0x800b'0003, stalled | next | of_bank_1 | 2}}));
    EXPECT_FALSE(loads({{0x800b'0000, 0},
                        {0x800b'0001, stalled | 1},
                        {0x800b'0002, 0},
                        {0x800b'0003, stalled | next | 2}}));
    EXPECT_FALSE(loads({{0x800b'0000, 0}, {0x800b'0001, stalled | 4 * of_bank_1 | 1}}));
    EXPECT_FALSE(loads({{0x800b'0000, 0}, {0x800b'0001, stalled | of_bank_1 << 8 | 1}}));
    EXPECT_FALSE(loads({{0x800b'0000, 0}, {0x800b'0001, bank_2 | privileged | 1}}));
}

TEST(SmmuSaved, WhatWaitsForPowerIsOfNoBankAndWaitsForNothingElse)
{
    const auto loads = [](uint64_t tag, std::vector<Pair> rest = {}, unsigned slots = 2) {
        Machine machine({.dma_policy = power::DmaPolicy::Hang, .stall_slots = slots});
        std::vector<Pair> pairs = {{0x8000'0000, 0xf}, {0x8000'0100, 0}, {0x8000'0101, tag}, live};
        pairs.insert(pairs.end(), rest.begin(), rest.end());
        return machine.smmu.load(pairs);
    };
    EXPECT_TRUE(loads(power_3 | 1));
    EXPECT_FALSE(loads(1)); // a fault
    EXPECT_FALSE(loads(behind | 1));
    EXPECT_FALSE(loads(power_3 | bank_1 | 1));
    EXPECT_TRUE(loads(power_3 | 1, {{0x800b'0000, 0}, {0x800b'0001, 2}}));
    EXPECT_FALSE(loads(power_3 | 1, {{0x800b'0000, 0}, {0x800b'0001, 1}})); // the same token
    EXPECT_FALSE(loads(power_3 | 1, {{0x800b'0000, 0}, {0x800b'0001, 2}}, 1));
}

TEST(SmmuSaved, AsManyAsThereCanBeAreHeldAndNoMore)
{
    std::vector<Pair> pairs = {{0x8000'0000, 0xf}};
    for (uint32_t i = 0; i < 9; ++i) {
        pairs.push_back({0x8000'0100 + 2 * i, 0x1000 * i});
        pairs.push_back({0x8000'0101 + 2 * i, power_3 | (i + 1)});
    }
    Machine machine({.dma_policy = power::DmaPolicy::Hang, .stall_slots = 8});
    EXPECT_FALSE(machine.smmu.load(pairs));
    pairs.resize(1 + 2 * 8);
    EXPECT_TRUE(machine.smmu.load(pairs));
    EXPECT_EQ(machine.smmu.save(), pairs);
}

TEST(SmmuSaved, AWriteThatIsHeldComesBackAsOne)
{
    const std::vector<Pair> pairs = {
        wires_on, live, {0x800b'0000, 0}, {0x800b'0001, uint64_t{1} << 58 | 1}};
    Machine machine;
    ASSERT_TRUE(machine.smmu.load(pairs));
    machine.smmu.each_held([](const smmu::Held& held) { EXPECT_TRUE(held.write); });
    EXPECT_EQ(machine.smmu.save(), pairs);
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

/// One for the page 0. The tag: ASID, VMID << 16, regime << 32, stage 2 << 34, global << 35,
/// RACFG << 36, WACFG << 38.
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
        Malformed{"GroupWithABitOfExtendedIds", {wires_on, live, {0x814, 0x8000}}},
        Malformed{"LastGroupWithABitOfExtendedIds", {wires_on, live, {0x81c, 0x8000}}},
        Malformed{"TimeOfMonitorsThatAreNotThere", {wires_on, live, {0x5f00, 5}}},
        Malformed{"SecureCopyWithoutSecureState", {wires_on, live, {0x5000, 0}}},
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
        Malformed{"TlbEntryWithAnotherFirstField",
                  {wires_on,
                   live,
                   {0x8001'0005, 0},
                   {0x8001'0001, 0},
                   {0x8001'0002, 0},
                   {0x8001'0003, 0},
                   {0x8001'0004, 0x30c}}},
        Malformed{"TlbEntryWithAnotherLastField",
                  {wires_on,
                   live,
                   {0x8001'0000, 0},
                   {0x8001'0001, 0},
                   {0x8001'0002, 0},
                   {0x8001'0003, 0},
                   {0x8001'0005, 0x30c}}},
        Malformed{"TlbEntryOfLevel0", with_entry({0, 0, 0, 0, 0xc})},
        Malformed{"TlbEntryNotAligned", with_entry({0x800, 0, 0, 0, 0x30c})},
        Malformed{"TlbBlockNotAligned", with_entry({0, 0x1000, 0, 0, 0x215})},
        Malformed{"TlbEntryNotCanonical", with_entry({0x1'0000'0000'0000, 0, 0, 0, 0x30c})},
        Malformed{"TlbEntryOfNoSize", with_entry({0, 0, 0, 0, 0x30b})},
        Malformed{"TlbEntryLargerThanAnyBlock", with_entry({0, 0, 0, 0, 0x330})},
        Malformed{"TlbEntryWhoseIpaIsNotAligned", with_entry({0, 0, 0, 0x800, 0x30c})},
        Malformed{"TlbEntryBeyond48Bits", with_entry({0, 0x1'0000'0000'0000, 0, 0, 0x30c})},
        Malformed{"TlbEntryWhoseIpaIsBeyond48Bits",
                  with_entry({0, 0, 0, 0x1'0000'0000'0000, 0x30c})},
        Malformed{"TlbEntryOfReservedShareability", with_entry({0, 0, 0, 0, 0x130c})},
        Malformed{"TlbEntryWithAnUnknownRight", with_entry({0, 0, 0, 0, 0x40'030c})},
        Malformed{"TlbEntryOfAHypervisorWithVmid", tagged(0x1'0001'0000)},
        Malformed{"TlbEntryOfAHypervisorWithAsid", tagged(0x1'0000'0001)},
        Malformed{"TlbEntryOfAMonitorWithAsid", tagged(0x3'0000'0001)},
        Malformed{"TlbEntryOfStage2WithAsid", tagged(0x4'0000'0001)},
        Malformed{"TlbEntryOfSecureStage2", tagged(0x6'0000'0000)},
        Malformed{"TlbEntryThatIsGlobalWithAsid", tagged(0x8'0000'0001)},
        Malformed{"TlbEntryWithMoreTag", tagged(0x1'0000'0000'0000)},
        Malformed{"TlbEntryOfStage1WithAHintOfStage2", tagged(0x20'0000'0000)},
        Malformed{"TlbEntryWithAReservedReadHint", tagged(0x14'0000'0000)},
        Malformed{"TlbEntryWithAReservedWriteHint", tagged(0x44'0000'0000)},
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
    ASSERT_TRUE(machine.smmu.load(with_entry({0x1000, 0x2000, 0, 0, 0x30c})));
    EXPECT_EQ(machine.smmu.tlb_entries(), 1u);
}

TEST(SmmuSaved, AnEntryWithEveryFieldSetComesBackAsItWas)
{
    // Of the leaf: shift, level << 8, stage 2's level << 10, sharing << 12, rights << 16 and << 24.
    for (const auto& pairs : {with_entry({0x0000'ffff'ffff'f000, 0x0000'ffff'ffff'f000,
                                          0xff00'ffff'ffff, 0x0000'ffff'ffff'f000, 0x073f'3f0c}),
                              with_entry({0xffff'0000'0000'0000, 0x5555'5555'5000, 0x5508'1234'0000,
                                          0xaaaa'aaaa'a000, 0x0215'2a0c}),
                              with_entry({0x5000'0000, 0x6000'0000, 0x44b4'1234'0000, 0, 0x030c}),
                              with_entry({0xffff'8000'0000'0000, 0x8000'0000'0000, 0, 0, 0x12f})}) {
        Machine machine;
        EXPECT_TRUE(machine.smmu.load(pairs));
        EXPECT_EQ(machine.smmu.save(), pairs);
    }
}

TEST(SmmuSaved, RegistersOfAnOptionAreRefusedWithoutIt)
{
    const std::vector<Pair> debug = {wires_on, live, {0x5080, 1}},
                            time = {wires_on, live, {0x5f00, 5}};
    EXPECT_FALSE(Machine({.mmu500 = true}).smmu.load(debug)); // without Secure state
    EXPECT_TRUE(Machine(smmu::mmu_500).smmu.load(debug));
    EXPECT_TRUE(Machine(smmu::mmu_500).smmu.load(time));
    EXPECT_TRUE(Machine({.counter_groups = 1}).smmu.load(time));
}

TEST(SmmuSaved, SecureStateTakesNoMoreBanksAndGroupsThanThereAre)
{
    const smmu::Config config = {.stream_groups = 5, .context_banks = 4, .secure = true};
    const auto loads = [&](uint64_t scr1) {
        return Machine(config).smmu.load(std::vector<Pair>{wires_on, live, {0x5004, scr1}});
    };
    EXPECT_TRUE(loads(0x0200'0504)); // all of them
    EXPECT_FALSE(loads(0x0200'0505));
    EXPECT_FALSE(loads(0x0200'0604));
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
