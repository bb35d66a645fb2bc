// SPDX-License-Identifier: GPL-2.0-or-later
//
// The TLB by itself: what it keeps, and what an invalidation names. tlb_reference_test.cc has the
// breadth, tlbi_test.cc the registers.
#include "smmu/tlb.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using smmu::Extent;
using smmu::Invalidation;
using smmu::Mapping;
using smmu::Regime;
using smmu::Tag;
using smmu::Tlb;

Mapping page(uint64_t va, uint64_t pa, bool global = false)
{
    return {.va = va, .pa = pa, .level = 3, .global = global};
}

/// A TLB of 1024 entries.
struct Small : Tlb {
    void add(const Tag& tag, const Mapping& mapping) { insert(tag, mapping, 1024); }
    /// The physical address of the page, or ~0.
    uint64_t find(const Tag& tag, uint64_t va)
    {
        const Entry* entry = look_up(tag, va);
        return entry == nullptr ? ~uint64_t{0} : entry->mapping.pa;
    }
};

constexpr uint64_t nothing = ~uint64_t{0};

TEST(SmmuTlb, FindsWhatWasInserted)
{
    Small tlb;
    EXPECT_EQ(tlb.find({}, 0x1000), nothing);
    tlb.add({}, page(0x1000, 0x8000));
    EXPECT_EQ(tlb.find({}, 0x1fff), 0x8000u);
    EXPECT_EQ(tlb.find({}, 0x1000), 0x8000u);
    EXPECT_EQ(tlb.find({}, 0x2000), nothing);
    EXPECT_EQ(tlb.find({}, 0x0fff), nothing);
}

TEST(SmmuTlb, EachPartOfTheTagTellsEntriesApart)
{
    const Tag tag = {.vmid = 1, .asid = 2};
    Small tlb;
    tlb.add(tag, page(0x1000, 0x8000));
    EXPECT_EQ(tlb.find(tag, 0x1000), 0x8000u);
    for (const Tag& other :
         {Tag{.vmid = 0, .asid = 2}, Tag{.vmid = 0x101, .asid = 2}, Tag{.vmid = 1, .asid = 3},
          Tag{.vmid = 1, .asid = 0x102}, Tag{.vmid = 1, .stage2 = true, .asid = 2},
          Tag{.regime = Regime::Hypervisor, .vmid = 1, .asid = 2},
          Tag{.regime = Regime::Secure, .vmid = 1, .asid = 2},
          Tag{.regime = Regime::Monitor, .vmid = 1, .asid = 2}})
        EXPECT_EQ(tlb.find(other, 0x1000), nothing);
}

TEST(SmmuTlb, AGlobalEntryServesEveryAsidOfItsVmid)
{
    Small tlb;
    tlb.add({.vmid = 1, .asid = 2}, page(0x1000, 0x8000, true));
    EXPECT_EQ(tlb.find({.vmid = 1, .asid = 9}, 0x1000), 0x8000u);
    EXPECT_EQ(tlb.find({.vmid = 2, .asid = 2}, 0x1000), nothing);
    EXPECT_EQ(tlb.find({.vmid = 1, .stage2 = true}, 0x1000), nothing);
}

TEST(SmmuTlb, ABlockServesAllOfItsAddresses)
{
    Small tlb;
    tlb.add({}, {.va = 0x4000'0000, .pa = 0x8000'0000, .shift = 30, .level = 1});
    tlb.add({}, {.va = 0x20'0000, .pa = 0x60'0000, .shift = 21, .level = 2});
    EXPECT_EQ(tlb.find({}, 0x7fff'ffff), 0x8000'0000u);
    EXPECT_EQ(tlb.find({}, 0x8000'0000), nothing);
    EXPECT_EQ(tlb.find({}, 0x3f'ffff), 0x60'0000u);
    EXPECT_EQ(tlb.find({}, 0x40'0000), nothing);
}

TEST(SmmuTlb, OfTwoThatCoverAnAddressTheOlderAnswers)
{
    for (const bool asked_before : {false, true}) {
        Small tlb;
        tlb.add({}, page(0x20'1000, 0x8000));
        if (asked_before) {
            EXPECT_EQ(tlb.find({}, 0x20'1000), 0x8000u);
        }
        tlb.add({}, {.va = 0x20'0000, .pa = 0x60'0000, .shift = 21, .level = 2});
        EXPECT_EQ(tlb.find({}, 0x20'1000), 0x8000u);
        EXPECT_EQ(tlb.find({}, 0x20'2000), 0x60'0000u);
        tlb.add({}, page(0x20'2000, 0x9000, true));
        EXPECT_EQ(tlb.find({}, 0x20'2000), 0x60'0000u);
        EXPECT_EQ(tlb.find({.asid = 1}, 0x20'2000), 0x9000u);
        tlb.invalidate(Invalidation::of_asid({}));
        EXPECT_EQ(tlb.find({}, 0x20'2000), 0x9000u);
        EXPECT_EQ(tlb.find({}, 0x20'1000), nothing);
    }
}

TEST(SmmuTlb, WhatWasFoundOnceIsNotFoundAfterItIsGone)
{
    Small tlb;
    const auto fill_and_find = [&] {
        tlb.add({}, page(0, 0x8000));
        EXPECT_EQ(tlb.find({}, 0), 0x8000u);
    };
    EXPECT_EQ(tlb.find({}, 0), nothing);
    fill_and_find();
    tlb.invalidate(Invalidation::of_va({}, 0));
    EXPECT_EQ(tlb.find({}, 0), nothing);
    fill_and_find();
    tlb.invalidate(Invalidation::of_asid({})); // all there is
    EXPECT_EQ(tlb.find({}, 0), nothing);
    tlb.add({.asid = 1}, page(0, 0x9000)); // in the same place
    EXPECT_EQ(tlb.find({}, 0), nothing);
    fill_and_find();
    tlb.invalidate(Invalidation::of_asid({})); // one of two
    EXPECT_EQ(tlb.find({}, 0), nothing);
    fill_and_find();
    for (uint64_t i = 1; i <= 1024; ++i)
        tlb.add({}, page(i << 12, i << 12));
    EXPECT_EQ(tlb.find({}, 0), nothing);
}

TEST(SmmuTlb, WhatWasFoundBehindAllThatThereIsNowIsNotFound)
{
    Small tlb;
    tlb.add({}, page(0x1000, 0x8000));
    tlb.add({}, page(0x2000, 0x9000));
    EXPECT_EQ(tlb.find({}, 0x2000), 0x9000u);
    tlb.invalidate(Invalidation::of_asid({}));
    tlb.add({}, page(0x1000, 0xa000));
    EXPECT_EQ(tlb.find({}, 0x2000), nothing);
}

TEST(SmmuTlb, TheOldestEntryMakesRoomWhenItIsFull)
{
    Small tlb;
    for (uint64_t i = 0; i < 1024; ++i)
        tlb.add({}, page(i << 12, i << 12));
    EXPECT_EQ(tlb.size(), 1024u);
    EXPECT_EQ(tlb.find({}, 0), 0u);
    tlb.add({}, page(0x1000'0000, 0x5000));
    EXPECT_EQ(tlb.size(), 1024u);
    EXPECT_EQ(tlb.find({}, 0), nothing);
    EXPECT_EQ(tlb.find({}, 0x1000), 0x1000u);
    EXPECT_EQ(tlb.find({}, 0x1000'0000), 0x5000u);
}

TEST(SmmuTlb, WhatIsSmallerThanAnyPageIsNotKept)
{
    Small tlb;
    tlb.add({}, {.va = 0x800, .shift = 11});
    EXPECT_EQ(tlb.size(), 0u);
    tlb.add({}, {.va = 0, .shift = 12});
    EXPECT_EQ(tlb.size(), 1u);
}

TEST(SmmuTlb, OneEntryIsRoomForOne)
{
    Tlb tlb;
    tlb.insert({}, page(0x1000, 0x8000), 1);
    tlb.insert({}, page(0x2000, 0x9000), 1);
    EXPECT_EQ(tlb.size(), 1u);
    EXPECT_EQ(tlb.look_up({}, 0x1000), nullptr);
    EXPECT_NE(tlb.look_up({}, 0x2000), nullptr);
}

TEST(SmmuTlb, AnInvalidatedEntryMakesRoomBeforeTheOldestDoes)
{
    Small tlb;
    for (uint64_t i = 0; i < 1024; ++i)
        tlb.add({}, page(i << 12, i << 12));
    tlb.invalidate(Invalidation::of_va({}, 0x20'0000));
    tlb.add({}, page(0x1000'0000, 0));
    EXPECT_EQ(tlb.find({}, 0), 0u);
    tlb.add({}, page(0x2000'0000, 0));
    EXPECT_EQ(tlb.find({}, 0), nothing);
}

TEST(SmmuTlb, InsertingItsEntriesOldestFirstMakesAnEqualOne)
{
    Small tlb;
    for (uint64_t i = 0; i < 1100; ++i)
        tlb.add({.vmid = static_cast<uint16_t>(i % 3)}, page(i << 12, i << 12));
    tlb.invalidate(Invalidation::of_vmid(1));
    Small copy;
    tlb.each([&](const Tlb::Entry& entry) { copy.add(entry.tag, entry.mapping); });
    EXPECT_TRUE(static_cast<Tlb&>(tlb) == copy);
    tlb.add({}, page(0x9000'0000, 0));
    EXPECT_FALSE(static_cast<Tlb&>(tlb) == copy);
}

TEST(SmmuTlb, AnEmptiedOneEqualsAFreshOne)
{
    Small tlb;
    tlb.add({}, page(0, 0));
    tlb.invalidate(Invalidation::of_va({}, 0));
    EXPECT_TRUE(static_cast<Tlb&>(tlb) == Tlb{});
}

TEST(SmmuTlb, AnInvalidateOfAnAddressTellsHowMuchMayBeGone)
{
    Small tlb;
    const Invalidation any = Invalidation::of_stage({});
    EXPECT_EQ(tlb.invalidate(any.at(0x1234'5678)), (Extent{0x1234'5000, 12}));
    tlb.add({}, page(0x1234'5000, 0));
    EXPECT_EQ(tlb.invalidate(any.at(0x1234'5678)), (Extent{0x1234'5000, 12}));
    tlb.add({.asid = 1}, page(0x1234'5000, 0));
    tlb.add({.asid = 2}, {.va = 0x1220'0000, .shift = 21, .level = 2});
    tlb.add({.asid = 3}, page(0x1234'5000, 0));
    EXPECT_EQ(tlb.invalidate(any.at(0x1234'5678)), (Extent{0x1220'0000, 21}));
    tlb.add({}, {.va = 0, .shift = 30, .level = 1, .global = true});
    EXPECT_EQ(tlb.invalidate(Invalidation::of_va({.asid = 7}, 0x1234'5678)), (Extent{0, 30}));
    EXPECT_EQ(tlb.invalidate(any), (Extent{0, 64}));
    EXPECT_EQ(tlb.size(), 0u);
}

} // namespace
} // namespace smmu_pm::test
