// SPDX-License-Identifier: GPL-2.0-or-later
//
// Lost invalidates: each form condemns what it would have removed, and nothing else; a hit on what
// is condemned is told of when it matters, and never while software is within its rights.
#include "machine.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using journal::Kind;
using power::Collapse;
using smmu::Pair;

/// Two masters: stream 0 in bank 0 with ASID 0, stream 1 in bank 1 with ASID 1. Each has a page of
/// its own at the same address, and there is one that is global. All are in the TLB.
struct Stale : Machine {
    static constexpr uint64_t own = 0x100'0000, global = 0x200'0000, second_root = 0x6000'0000;

    explicit Stale(const smmu::Config& config = {}) : Machine(config)
    {
        linux_resume();
        context(1, second_root, 1);
        stream(1, 1, 1);
        map(own, 0x4400'0000 | page_bits);
        map(own, 0x4401'0000 | page_bits, 3, second_root);
        map(global, 0x4500'0000 | (page_bits & ~0x800u));
        load(own, 0);
        load(own, 1);
        load(global);
        sink.seen.clear();
        host.invalidations = 0;
    }
    /// A write while the clock of the registers stands still.
    void lose(uint64_t offset, unsigned size, uint64_t value, Supply wire = Supply::Iface)
    {
        set(wire, false);
        smmu.write(offset, size, value);
        set(wire, true);
    }
    /// Linux' invalidate of the page of stream 0.
    void lose_own() { lose(0x8620, 8, 0x1000); }
    unsigned stale() const { return static_cast<unsigned>(sink.of(Kind::Stale).size()); }
    /// Whether a load is told of as stale; it passes, as all are in the TLB.
    bool is_stale(uint64_t iova, uint16_t id)
    {
        const unsigned before = stale();
        EXPECT_EQ(load(iova, id).result, Result::Ok);
        return stale() != before;
    }
};

struct Form {
    const char* name;
    uint64_t offset;
    unsigned size;
    uint64_t value;
    bool own_0, own_1, global; ///< condemned
    const char* says = nullptr;
};

class SmmuLost : public testing::TestWithParam<Form> {};

TEST_P(SmmuLost, CondemnsWhatItWouldHaveRemoved)
{
    const Form& form = GetParam();
    const bool any = form.own_0 || form.own_1 || form.global;
    for (const Supply wire : {Supply::Iface, Supply::Vote, Supply::Domain}) {
        Stale machine({.collapse = Collapse::RetainAll});
        machine.lose(form.offset, form.size, form.value, wire);
        const auto touches = machine.sink.of(Kind::Touch);
        ASSERT_EQ(touches.size(), 1u);
        EXPECT_EQ(touches[0].event.lost, any ? 1u : 0u);
        EXPECT_EQ(machine.host.invalidations, any ? 1u : 0u) << "who caches above comes back";
        machine.host.memory.clear(); // nothing is mapped any more
        EXPECT_EQ(machine.is_stale(Stale::own, 0), form.own_0);
        EXPECT_EQ(machine.is_stale(Stale::own, 1), form.own_1);
        EXPECT_EQ(machine.is_stale(Stale::global, 0), form.global);
        for (const Seen& seen : machine.sink.of(Kind::Stale)) {
            EXPECT_EQ(seen.name, form.says);
            EXPECT_EQ(seen.event.value, form.value);
            EXPECT_EQ(seen.event.lost, 1u);
        }
    }
}

constexpr uint64_t asid_1 = uint64_t{1} << 48, asid_9 = uint64_t{9} << 48;

INSTANTIATE_TEST_SUITE_P(
    Forms, SmmuLost,
    testing::Values(Form{"Tlbiva", 0x8600, 8, 0x1000, true, false, false, "SMMU_CB0_TLBIVA"},
                    Form{"Tlbival", 0x8620, 8, 0x1000, true, false, false, "SMMU_CB0_TLBIVAL"},
                    Form{"TlbivaOfAnotherAsid", 0x8600, 8, asid_1 | 0x1000, false, true, false,
                         "SMMU_CB0_TLBIVA"},
                    Form{"TlbivaOfAGlobalPage", 0x8620, 8, asid_9 | 0x2000, false, false, true,
                         "SMMU_CB0_TLBIVAL"},
                    Form{"TlbivaOfAnotherPage", 0x8620, 8, 0x1001, false, false, false},
                    Form{"Tlbivaa", 0x8608, 8, 0x1000, true, true, false, "SMMU_CB0_TLBIVAA"},
                    Form{"Tlbivaal", 0x9628, 8, 0x1000, true, true, false, "SMMU_CB1_TLBIVAAL"},
                    Form{"Tlbiasid", 0x8610, 4, 0, true, false, false, "SMMU_CB0_TLBIASID"},
                    Form{"TlbiasidOfAnother", 0x9610, 4, 1, false, true, false,
                         "SMMU_CB1_TLBIASID"},
                    Form{"Tlbiall", 0x8618, 4, 0, true, true, true, "SMMU_CB0_TLBIALL"},
                    Form{"TlbiallOfNoBank", 0xa618, 4, 0, false, false, false},
                    Form{"Tlbivmid", 0x64, 4, 0, true, true, true, "SMMU_TLBIVMID"},
                    Form{"TlbivmidOfAnother", 0x64, 4, 3, false, false, false},
                    Form{"Tlbiallnsnh", 0x68, 4, 0xffff'ffff, true, true, true, "SMMU_TLBIALLNSNH"},
                    Form{"BothOfAPair", 0x68, 8, 0xffff'ffff, true, true, true, "SMMU_TLBIALLNSNH"},
                    Form{"Tlbiallh", 0x6c, 4, 0xffff'ffff, false, false, false},
                    Form{"Stlbiall", 0x60, 4, 0xffff'ffff, false, false, false},
                    Form{"Sync", 0x87f0, 4, 0, false, false, false},
                    Form{"GlobalSync", 0x70, 4, 0, false, false, false},
                    Form{"AnotherRegister", 0x8000, 4, 0, false, false, false}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(SmmuStale, WhatNonSecureSoftwareMayNotDoCondemnsNothing)
{
    Stale machine({.secure = true});
    machine.smmu.write(0x04, 4, 0x0100'0802, true); // GASRAE; all banks and groups are left
    machine.lose(0x68, 4, 0);
    machine.host.memory.clear();
    EXPECT_FALSE(machine.is_stale(Stale::own, 0));
    machine.smmu.write(0x04, 4, 0x0000'0802, true);
    machine.lose(0x68, 4, 0);
    EXPECT_TRUE(machine.is_stale(Stale::own, 0));
}

TEST(SmmuStale, OfTwoRegistersInOneWriteTheOneIsNamedThatWouldHaveInvalidated)
{
    Stale machine({.secure = true});
    machine.smmu.write(0x04, 4, 0x0000'0802, true);
    machine.lose(0x60, 8, 0); // SMMU_STLBIALL, which is not there, and SMMU_TLBIVMID
    machine.host.memory.clear();
    EXPECT_TRUE(machine.is_stale(Stale::own, 0));
    EXPECT_EQ(machine.sink.of(Kind::Stale).at(0).name, "SMMU_TLBIVMID");
}

TEST(SmmuStale, TellsOfTheHitBeforeTheTransaction)
{
    Stale machine;
    machine.lose_own();
    machine.unmap(Stale::own);
    machine.sink.seen.clear();
    EXPECT_EQ(machine.store(Stale::own + 0x123).pa, 0x4400'0123u);
    ASSERT_EQ(machine.sink.seen.size(), 2u);
    const Seen& stale = machine.sink.seen[0];
    EXPECT_EQ(stale.event.kind, Kind::Stale);
    EXPECT_EQ(stale.event.block, journal::Block::Smmu);
    EXPECT_EQ(stale.name, "SMMU_CB0_TLBIVAL");
    EXPECT_EQ(stale.text, "SMMU_CB0_FSR.TF");
    EXPECT_EQ(stale.event.value, 0x1000u);
    EXPECT_EQ(stale.event.address, Stale::own + 0x123);
    EXPECT_EQ(stale.event.pa, 0x4400'0123u);
    EXPECT_EQ(stale.event.stream, 0u);
    EXPECT_EQ(stale.event.bank, 0u);
    EXPECT_TRUE(stale.event.write);
    EXPECT_EQ(machine.sink.seen[1].event.kind, Kind::Translate);
    EXPECT_TRUE(machine.sink.seen[1].event.hit);
}

TEST(SmmuStale, NobodyIsToldBetweenClearingAnEntryAndItsInvalidate)
{
    Stale machine;
    machine.unmap(Stale::own);
    EXPECT_FALSE(machine.is_stale(Stale::own, 0));
    machine.write64(0x8620, 0x1000);
    EXPECT_EQ(machine.load(Stale::own).result, Result::Decode);
    EXPECT_EQ(machine.stale(), 0u);
}

TEST(SmmuStale, WhatTheTablesStillSayIsNotStale)
{
    Stale machine;
    machine.lose(0x68, 4, 0); // all of them
    EXPECT_FALSE(machine.is_stale(Stale::own, 0));
    // It might have been fetched just now: a later change has a legal window of its own…
    machine.unmap(Stale::own);
    EXPECT_FALSE(machine.is_stale(Stale::own, 0));
    // …that the others, which nobody has looked at since, do not have.
    machine.unmap(Stale::own, 3, Stale::second_root);
    EXPECT_TRUE(machine.is_stale(Stale::own, 1));
}

TEST(SmmuStale, AnotherPageOrOtherPermissionsAreToldOf)
{
    Stale machine;
    machine.lose_own();
    machine.map(Stale::own, 0x4402'0000 | page_bits);
    EXPECT_TRUE(machine.is_stale(Stale::own, 0));
    EXPECT_EQ(machine.sink.of(Kind::Stale).back().text, "another address");
    machine.map(Stale::own, 0x4400'0000 | page_bits | 0x80); // read-only by now
    EXPECT_FALSE(machine.is_stale(Stale::own, 0)) << "a read would be answered alike";
    EXPECT_EQ(machine.store(Stale::own).result, Result::Ok);
    EXPECT_EQ(machine.sink.of(Kind::Stale).back().text, "other permissions");
    EXPECT_EQ(machine.stale(), 2u);
}

TEST(SmmuStale, AWriteThatOnlyTheOldEntryForbidsIsToldOf)
{
    Machine machine;
    machine.linux_resume();
    machine.map(0x100'0000, 0x4400'0000 | page_bits | 0x80);
    machine.load(0x100'0000);
    machine.set(Supply::Iface, false);
    machine.write64(0x8620, 0x1000);
    machine.set(Supply::Iface, true);
    machine.map(0x100'0000, 0x4400'0000 | page_bits);
    EXPECT_EQ(machine.store(0x100'0000).result, Result::Decode);
    ASSERT_EQ(machine.sink.of(Kind::Stale).size(), 1u);
    EXPECT_EQ(machine.sink.of(Kind::Stale)[0].text, "other permissions");
}

TEST(SmmuStale, ABlockThatBecamePagesIsJudgedByTheAddress)
{
    Machine machine;
    machine.linux_resume();
    machine.map(0x20'0000, 0x4420'0000 | block_bits, 2);
    machine.load(0x20'0000);
    machine.set(Supply::Iface, false);
    machine.write64(0x8620, 0x200);
    machine.set(Supply::Iface, true);
    machine.unmap(0x20'0000, 2);
    machine.map(0x20'0000, 0x4420'0000 | page_bits);
    machine.load(0x20'0000);
    EXPECT_EQ(machine.sink.of(Kind::Stale).size(), 0u) << "the same address";
    machine.load(0x20'1000);
    EXPECT_EQ(machine.sink.of(Kind::Stale).size(), 1u) << "the block covers more than the page";
}

TEST(SmmuStale, AnInvalidateThatReachesEndsIt)
{
    Stale machine;
    machine.lose_own();
    machine.unmap(Stale::own);
    EXPECT_TRUE(machine.is_stale(Stale::own, 0));
    machine.write64(0x8620, 0x1000);
    EXPECT_EQ(machine.load(Stale::own).result, Result::Decode);
    EXPECT_EQ(machine.stale(), 1u);
    EXPECT_EQ(machine.smmu.save().back().key & 0xffff'8000, 0x8001'0000u) << "nothing is carried";
}

TEST(SmmuStale, WhatIsFetchedAfterTheLossIsFresh)
{
    Stale machine;
    machine.map(0x300'0000, 0x4600'0000 | page_bits);
    machine.lose(0x68, 4, 0);
    machine.load(0x300'0000);
    machine.unmap(0x300'0000);
    EXPECT_FALSE(machine.is_stale(0x300'0000, 0));
}

TEST(SmmuStale, TheFirstThatWasLostIsNamed)
{
    Stale machine;
    machine.lose_own();
    machine.lose(0x8618, 4, 0); // would have removed it, too
    machine.lose(0x8618, 4, 0); // nothing new
    const auto touches = machine.sink.of(Kind::Touch);
    EXPECT_EQ(touches[0].event.lost, 1u);
    EXPECT_EQ(touches[1].event.lost, 2u);
    EXPECT_EQ(touches[2].event.lost, 0u);
    machine.host.memory.clear();
    machine.load(Stale::own, 0);
    machine.load(Stale::own, 1);
    EXPECT_EQ(machine.sink.of(Kind::Stale)[0].name, "SMMU_CB0_TLBIVAL");
    EXPECT_EQ(machine.sink.of(Kind::Stale)[0].event.lost, 1u);
    EXPECT_EQ(machine.sink.of(Kind::Stale)[1].name, "SMMU_CB0_TLBIALL");
    EXPECT_EQ(machine.sink.of(Kind::Stale)[1].event.lost, 2u);
}

TEST(SmmuStale, AnotherEntryForTheAddressAnswersWithoutTheStaleOne)
{
    for (const bool same : {true, false}) {
        Stale machine;
        machine.map(0x300'0000, 0x4600'0000 | page_bits);
        machine.load(0x300'0000, 0);
        machine.lose(0x8610, 4, 0); // TLBIASID of 0
        // A global page of the other table, which is everybody's.
        machine.map(0x300'0000, (same ? 0x4600'0000 : 0x4700'0000) | (page_bits & ~0x800u), 3,
                    Stale::second_root);
        machine.load(0x300'0000, 1);
        machine.unmap(0x300'0000);
        machine.unmap(0x300'0000, 3, Stale::second_root);
        const bool stale = machine.is_stale(0x300'0000, 0);
        EXPECT_EQ(stale, !same);
        if (stale) {
            EXPECT_EQ(machine.sink.of(Kind::Stale).back().text, "another address");
        }
    }
}

TEST(SmmuStale, ATlbThatIsGoneHasNothingToCondemn)
{
    for (const Collapse collapse : {Collapse::Lose, Collapse::Retain}) {
        Stale machine({.collapse = collapse});
        machine.lose(0x68, 4, 0, Supply::Domain);
        EXPECT_EQ(machine.sink.of(Kind::Touch)[0].event.lost, 0u);
    }
    Stale kept({.collapse = Collapse::RetainAll});
    kept.lose(0x68, 4, 0, Supply::Domain);
    EXPECT_EQ(kept.sink.of(Kind::Touch)[0].event.lost, 1u);
}

TEST(SmmuStale, ItIsBoundedByTheEntriesOfTheTlb)
{
    Machine machine({.tlb_entries = 1024});
    machine.linux_resume();
    for (uint64_t i = 0; i < 4000; ++i) {
        machine.map(0x100'0000 + (i << 12), (0x4400'0000 + (i << 12)) | page_bits);
        machine.load(0x100'0000 + (i << 12));
        machine.set(Supply::Iface, false);
        machine.write64(0x8620, 0x1000 + i);
        machine.set(Supply::Iface, true);
    }
    unsigned carried = 0;
    for (const Pair& pair : machine.smmu.save())
        carried += pair.key >= 0x8009'0000 && pair.key < 0x800b'0000;
    EXPECT_EQ(carried, 2 * 1024u);
    machine.host.memory.clear();
    machine.load(0x100'0000 + (uint64_t{3999} << 12));
    EXPECT_EQ(machine.sink.of(Kind::Stale).back().event.lost, 4000u);
    EXPECT_EQ(machine.sink.of(Kind::Stale).back().event.value, 0x1000u + 3999);
}

// ---- Saved ------------------------------------------------------------------------------------

TEST(SmmuStale, AReadInVainOfAnInvalidateLosesNothing)
{
    Stale machine;
    machine.set(Supply::Iface, false);
    machine.read(0x68);
    machine.set(Supply::Iface, true);
    ASSERT_EQ(machine.sink.of(Kind::Touch).size(), 1u);
    EXPECT_EQ(machine.sink.of(Kind::Touch).at(0).event.lost, 0u);
    EXPECT_EQ(machine.sink.of(Kind::Touch).at(0).event.value, 0u);
    machine.host.memory.clear();
    EXPECT_FALSE(machine.is_stale(Stale::own, 0));
}

TEST(SmmuStaleSaved, ATwinKnowsWhatWasLost)
{
    Stale machine;
    machine.lose_own();
    machine.lose(0x8610, 4, 1);
    Machine twin({}, false);
    ASSERT_TRUE(twin.smmu.load(machine.smmu.save()));
    EXPECT_EQ(twin.smmu.save(), machine.smmu.save());
    for (Machine* each : {static_cast<Machine*>(&machine), &twin}) {
        each->host.memory.clear();
        each->sink.seen.clear();
        each->load(Stale::own, 0);
        each->load(Stale::own, 1);
        const auto stale = each->sink.of(Kind::Stale);
        ASSERT_EQ(stale.size(), 2u);
        EXPECT_EQ(stale[0].name, "SMMU_CB0_TLBIVAL");
        EXPECT_EQ(stale[0].event.value, 0x1000u);
        EXPECT_EQ(stale[0].event.lost, 1u);
        EXPECT_EQ(stale[1].name, "SMMU_CB0_TLBIASID");
        each->set(Supply::Iface, false);
        each->write(0x68, 0);
        EXPECT_EQ(each->sink.of(Kind::Touch).back().event.lost, 3u);
    }
    EXPECT_EQ(twin.smmu.save(), machine.smmu.save());
}

struct Malformed {
    const char* name;
    std::vector<Pair> pairs;
};

class SmmuStaleMalformed : public testing::TestWithParam<Malformed> {};

/// Wires, a live state, and an entry for the page 0 that carries the number 7.
std::vector<Pair> with(std::vector<Pair> more)
{
    std::vector<Pair> pairs = {
        {0x8000'0000, 0x21f},  {0x8000'0003, 7}, {0x8000'0001, 1}, {0x8001'0000, 0},
        {0x8001'0001, 0x1000}, {0x8001'0002, 0}, {0x8001'0003, 0}, {0x8001'0004, 0x7'0000'030c}};
    pairs.insert(pairs.end(), more.begin(), more.end());
    return pairs;
}

TEST_P(SmmuStaleMalformed, IsRefused)
{
    Machine machine;
    const auto before = machine.smmu.save();
    EXPECT_FALSE(machine.smmu.load(GetParam().pairs));
    EXPECT_EQ(machine.smmu.save(), before);
}

// A tag: the number, offset << 32, size << 56.
constexpr uint64_t tlbival = 0x0800'8620'0000'0000, tlbiall = 0x0400'8618'0000'0000;

INSTANTIATE_TEST_SUITE_P(
    States, SmmuStaleMalformed,
    testing::Values(
        Malformed{"WhatIsCarriedIsMissing", with({})},
        Malformed{"NobodyCarriesIt", with({{0x8009'0000, 0}, {0x8009'0001, tlbival | 8}})},
        Malformed{"Half", with({{0x8009'0000, 0}})},
        Malformed{"Twice", with({{0x8009'0000, 0},
                                 {0x8009'0001, tlbival | 7},
                                 {0x8009'0002, 0},
                                 {0x8009'0003, tlbival | 7}})},
        Malformed{"AtTheSecondPlace", with({{0x8009'0002, 0}, {0x8009'0003, tlbival | 7}})},
        Malformed{"NoSize", with({{0x8009'0000, 0}, {0x8009'0001, 0x8620'0000'0007}})},
        Malformed{"NotAligned", with({{0x8009'0000, 0}, {0x8009'0001, tlbival + 0x4'0000'0007}})},
        Malformed{"TooBig", with({{0x8009'0000, 0x1'0000'0000}, {0x8009'0001, tlbiall | 7}})},
        Malformed{"NoRegister", with({{0x8009'0000, 0}, {0x8009'0001, 0x0400'00f0'0000'0007}})},
        Malformed{"NoLastNumber", {{0x8000'0000, 0x21f}, {0x8000'0003, 0}, {0x8000'0001, 1}}},
        Malformed{"WithoutAState", {{0x8000'0000, 0x21f}, {0x8009'0000, 0}, {0x8009'0001, 7}}}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(SmmuStaleSaved, ANumberIsNotGivenAgainAfterRestoring)
{
    Stale machine, twin;
    machine.lose_own();
    machine.write(0x68, 0); // nothing carries it any more
    ASSERT_TRUE(twin.smmu.load(machine.smmu.save()));
    twin.load(Stale::own, 0);
    twin.lose_own();
    EXPECT_EQ(twin.sink.of(Kind::Touch).at(0).event.lost, 2u);
}

TEST(SmmuStaleSaved, TheLargestTlbMayBeCondemnedEntryByEntry)
{
    std::vector<Pair> pairs = {{0x8000'0000, 0x21f}, {0x8000'0001, 1}};
    for (uint32_t i = 0; i < 65536; ++i)
        for (const Pair& pair :
             {Pair{0x8001'0000 + 8 * i, uint64_t{i} << 12}, Pair{0x8001'0001 + 8 * i, 0},
              Pair{0x8001'0002 + 8 * i, 0}, Pair{0x8001'0003 + 8 * i, 0},
              Pair{0x8001'0004 + 8 * i, uint64_t{i + 1} << 32 | 0x30c}})
            pairs.push_back(pair);
    for (uint32_t i = 0; i < 65536; ++i) {
        pairs.push_back({0x8009'0000 + 2 * i, i});
        pairs.push_back({0x8009'0001 + 2 * i, tlbival | (i + 1)});
    }
    // What is held has the keys that follow.
    pairs.push_back({0x800b'0000, 0x1000});
    pairs.push_back({0x800b'0001, 1});
    Machine machine({.tlb_entries = 65536});
    ASSERT_TRUE(machine.smmu.load(pairs));
    EXPECT_EQ(machine.smmu.save(), pairs);
}

TEST(SmmuStaleSaved, NumbersBeginAnewAndPassThoseThatAreStillCarried)
{
    Machine machine;
    const std::vector<Pair> saved = {{0x8000'0000, 0x21f},      {0x8000'0003, 0xffff'ffff},
                                     {0x8000'0001, 1},          {0x8001'0000, 0},
                                     {0x8001'0001, 0x1000},     {0x8001'0002, 0},
                                     {0x8001'0003, 0},          {0x8001'0004, 0x1'0000'030c},
                                     {0x8001'0008, 0x2000},     {0x8001'0009, 0x1000},
                                     {0x8001'000a, 0},          {0x8001'000b, 0},
                                     {0x8001'000c, 0x30c},      {0x8009'0000, 0},
                                     {0x8009'0001, tlbival | 1}};
    ASSERT_TRUE(machine.smmu.load(saved));
    machine.set(Supply::Iface, false);
    machine.write(0x68, 0); // TLBIALLNSNH
    EXPECT_EQ(machine.sink.of(Kind::Touch).back().event.lost, 2u) << "neither 0 nor 1";
}

TEST(SmmuStaleSaved, ANumberThatBeganAnewStandsBehindALargerOne)
{
    Machine machine, twin;
    const std::vector<Pair> saved = {{0x8000'0000, 0x21f},
                                     {0x8000'0003, 0xffff'ffff},
                                     {0x8000'0001, 1},
                                     {0x8001'0000, 0},
                                     {0x8001'0001, 0x1000},
                                     {0x8001'0002, 0},
                                     {0x8001'0003, 0},
                                     {0x8001'0004, 0xffff'ffff'0000'030c},
                                     {0x8001'0008, 0x2000},
                                     {0x8001'0009, 0x1000},
                                     {0x8001'000a, 0},
                                     {0x8001'000b, 0},
                                     {0x8001'000c, 0x30c},
                                     {0x8009'0000, 0},
                                     {0x8009'0001, tlbival | 0xffff'ffff}};
    ASSERT_TRUE(machine.smmu.load(saved));
    machine.set(Supply::Iface, false);
    machine.write(0x68, 0); // TLBIALLNSNH
    ASSERT_EQ(machine.sink.of(Kind::Touch).back().event.lost, 1u);
    const std::vector<Pair> both = machine.smmu.save();
    ASSERT_EQ(both.size(), saved.size() + 2);
    EXPECT_EQ(both[saved.size() - 1], (Pair{0x8009'0001, tlbival | 0xffff'ffff}));
    EXPECT_EQ(both[saved.size() + 1], (Pair{0x8009'0003, 0x0400'0068'0000'0001}));
    ASSERT_TRUE(twin.smmu.load(both));
    EXPECT_EQ(twin.smmu.save(), both);
}

TEST(SmmuStaleSaved, AWellFormedOneIsTaken)
{
    Machine machine;
    EXPECT_TRUE(machine.smmu.load(with({{0x8009'0000, 0}, {0x8009'0001, tlbival | 7}})));
    EXPECT_TRUE(machine.smmu.load(with({{0x8009'0000, 0xffff'ffff}, {0x8009'0001, tlbiall | 7}})));
}

} // namespace
} // namespace smmu_pm::test
