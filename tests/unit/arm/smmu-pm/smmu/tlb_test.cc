// SPDX-License-Identifier: GPL-2.0-or-later
//
// The TLB: what it keeps, what an invalidation names and what it does not. First by itself, then
// through the registers that Linux writes.
#include "machine.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using smmu::Mapping;
using smmu::Tlb;

Mapping page(uint64_t va, uint64_t pa, bool global = false)
{
    return {.va = va, .pa = pa, .level = 3, .global = global};
}

TEST(SmmuTlb, FindsWhatWasInserted)
{
    Tlb tlb;
    EXPECT_EQ(tlb.find(0, 0, 0x1000), nullptr);
    tlb.insert(0, 0, page(0x1000, 0x8000));
    ASSERT_NE(tlb.find(0, 0, 0x1fff), nullptr);
    EXPECT_EQ(tlb.find(0, 0, 0x1fff)->pa, 0x8000u);
    EXPECT_EQ(tlb.find(0, 0, 0x2000), nullptr);
    EXPECT_EQ(tlb.find(0, 0, 0x0fff), nullptr);
}

TEST(SmmuTlb, EntriesAreTaggedByRegimeAndAsid)
{
    Tlb tlb;
    tlb.insert(1, 2, page(0x1000, 0x8000));
    EXPECT_NE(tlb.find(1, 2, 0x1000), nullptr);
    EXPECT_EQ(tlb.find(0, 2, 0x1000), nullptr);
    EXPECT_EQ(tlb.find(1, 3, 0x1000), nullptr);
    EXPECT_EQ(tlb.find(0x100, 2, 0x1000), nullptr);
}

TEST(SmmuTlb, AGlobalEntryServesEveryAsidOfItsRegime)
{
    Tlb tlb;
    tlb.insert(1, 2, page(0x1000, 0x8000, true));
    EXPECT_NE(tlb.find(1, 9, 0x1000), nullptr);
    EXPECT_EQ(tlb.find(2, 2, 0x1000), nullptr);
}

TEST(SmmuTlb, ABlockServesAllOfItsAddresses)
{
    Tlb tlb;
    tlb.insert(0, 0, {.va = 0x4000'0000, .pa = 0x8000'0000, .shift = 30, .level = 1});
    tlb.insert(0, 0, {.va = 0x20'0000, .pa = 0x60'0000, .shift = 21, .level = 2});
    EXPECT_EQ(tlb.find(0, 0, 0x7fff'ffff)->level, 1);
    EXPECT_EQ(tlb.find(0, 0, 0x8000'0000), nullptr);
    EXPECT_EQ(tlb.find(0, 0, 0x3f'ffff)->level, 2);
    EXPECT_EQ(tlb.find(0, 0, 0x40'0000), nullptr);
}

TEST(SmmuTlb, TlbiVaNamesOneAsidAndGlobalEntries)
{
    Tlb tlb;
    tlb.insert(0, 1, page(0x1000, 0x8000));
    tlb.insert(0, 2, page(0x1000, 0x9000));
    tlb.insert(0, 3, page(0x2000, 0xa000, true));
    tlb.invalidate_va(0, uint16_t{1}, 0x1234);
    EXPECT_EQ(tlb.find(0, 1, 0x1000), nullptr);
    EXPECT_NE(tlb.find(0, 2, 0x1000), nullptr);
    tlb.invalidate_va(0, uint16_t{7}, 0x2000);
    EXPECT_EQ(tlb.find(0, 3, 0x2000), nullptr);
    EXPECT_EQ(tlb.size(), 1u);
}

TEST(SmmuTlb, TlbiVaaNamesEveryAsid)
{
    Tlb tlb;
    tlb.insert(0, 1, page(0x1000, 0x8000));
    tlb.insert(0, 2, page(0x1000, 0x9000));
    tlb.insert(1, 2, page(0x1000, 0x9000));
    tlb.invalidate_va(0, std::nullopt, 0x1000);
    EXPECT_EQ(tlb.size(), 1u);
    EXPECT_NE(tlb.find(1, 2, 0x1000), nullptr);
}

TEST(SmmuTlb, TlbiVaOfAnyAddressInABlockRemovesTheBlock)
{
    Tlb tlb;
    tlb.insert(0, 0, {.va = 0x4000'0000, .pa = 0x8000'0000, .shift = 30, .level = 1});
    tlb.insert(0, 0, {.va = 0x20'0000, .pa = 0x60'0000, .shift = 21, .level = 2});
    tlb.invalidate_va(0, uint16_t{0}, 0x7fff'f000);
    tlb.invalidate_va(0, uint16_t{0}, 0x3f'f000);
    EXPECT_EQ(tlb.size(), 0u);
}

TEST(SmmuTlb, TlbiAsidLeavesGlobalEntriesAndOtherAsids)
{
    Tlb tlb;
    tlb.insert(0, 1, page(0x1000, 0x8000));
    tlb.insert(0, 1, page(0x2000, 0x8000, true));
    tlb.insert(0, 2, page(0x3000, 0x8000));
    tlb.insert(5, 1, page(0x4000, 0x8000));
    tlb.invalidate_asid(0, 1);
    EXPECT_EQ(tlb.find(0, 1, 0x1000), nullptr);
    EXPECT_NE(tlb.find(0, 1, 0x2000), nullptr);
    EXPECT_NE(tlb.find(0, 2, 0x3000), nullptr);
    EXPECT_NE(tlb.find(5, 1, 0x4000), nullptr);
}

TEST(SmmuTlb, ARegimeIsInvalidatedAlone)
{
    Tlb tlb;
    tlb.insert(0, 1, page(0x1000, 0x8000, true));
    tlb.insert(7, 1, page(0x1000, 0x8000));
    tlb.insert(0x100, 0, page(0x1000, 0x8000));
    tlb.invalidate_regime(7);
    EXPECT_EQ(tlb.find(7, 1, 0x1000), nullptr);
    EXPECT_EQ(tlb.size(), 2u);
    tlb.invalidate_non_hypervisor();
    EXPECT_EQ(tlb.size(), 1u);
    EXPECT_NE(tlb.find(0x100, 0, 0x1000), nullptr);
    tlb.invalidate_all();
    EXPECT_EQ(tlb.size(), 0u);
}

TEST(SmmuTlb, TheOldestEntryMakesRoomWhenItIsFull)
{
    Tlb tlb;
    for (uint64_t i = 0; i < 1024; ++i)
        tlb.insert(0, 0, page(i << 12, i << 12));
    EXPECT_EQ(tlb.size(), 1024u);
    EXPECT_NE(tlb.find(0, 0, 0), nullptr);
    tlb.insert(0, 0, page(0x1000'0000, 0));
    EXPECT_EQ(tlb.size(), 1024u);
    EXPECT_EQ(tlb.find(0, 0, 0), nullptr);
    EXPECT_NE(tlb.find(0, 0, 0x1000), nullptr);
    EXPECT_NE(tlb.find(0, 0, 0x1000'0000), nullptr);
}

TEST(SmmuTlb, AnInvalidatedEntryMakesRoomBeforeTheOldestDoes)
{
    Tlb tlb;
    for (uint64_t i = 0; i < 1024; ++i)
        tlb.insert(0, 0, page(i << 12, i << 12));
    tlb.invalidate_va(0, uint16_t{0}, 0x200'000);
    tlb.insert(0, 0, page(0x1000'0000, 0));
    EXPECT_NE(tlb.find(0, 0, 0), nullptr);
    tlb.insert(0, 0, page(0x2000'0000, 0));
    EXPECT_EQ(tlb.find(0, 0, 0), nullptr);
}

TEST(SmmuTlb, InsertingItsEntriesOldestFirstMakesAnEqualOne)
{
    Tlb tlb;
    for (uint64_t i = 0; i < 1100; ++i)
        tlb.insert(static_cast<smmu::Regime>(i % 3), 0, page(i << 12, i << 12));
    tlb.invalidate_regime(1);
    Tlb copy;
    tlb.each(
        [&](const Tlb::Entry& entry) { copy.insert(entry.regime, entry.asid, entry.mapping); });
    EXPECT_TRUE(tlb == copy);
    tlb.insert(0, 0, page(0x9000'0000, 0));
    EXPECT_FALSE(tlb == copy);
}

TEST(SmmuTlb, AnEmptiedOneEqualsAFreshOne)
{
    Tlb tlb;
    tlb.insert(0, 0, page(0, 0));
    tlb.invalidate_va(0, uint16_t{0}, 0);
    EXPECT_TRUE(tlb == Tlb{});
}

// ---- Through the registers --------------------------------------------------------------------

/// Two masters: stream 0 in bank 0 with ASID 0, stream 1 in bank 1 with ASID 1 and tables of its
/// own. Each has one page cached, and one that only it maps globally.
struct Cached : Machine {
    static constexpr uint64_t private_page = 0x100'0000, global_page = 0x200'0000;

    Cached()
    {
        linux_resume();
        context(1, 0x6000'0000, 1);
        stream(1, 1, 1);
        for (const uint64_t table : {root, uint64_t{0x6000'0000}})
            map(private_page, 0x4400'0000 | page_bits, 3, table);
        map(global_page, 0x4500'0000 | (page_bits & ~0x800u));
        for (const uint16_t id : {uint16_t{0}, uint16_t{1}})
            load(private_page, id);
        load(global_page);
        host.invalidations = 0;
        // From now on nothing is mapped: what still translates is stale.
        host.memory.clear();
    }
    bool cached(uint64_t iova, uint16_t id) { return load(iova, id).result == Result::Ok; }
};

TEST(SmmuTlbi, AnEntryLivesOnUntilItIsInvalidated)
{
    Cached machine;
    EXPECT_TRUE(machine.cached(Cached::private_page, 0));
    EXPECT_TRUE(machine.cached(Cached::private_page, 1));
    EXPECT_TRUE(machine.cached(Cached::global_page, 0));
    EXPECT_TRUE(machine.cached(Cached::global_page, 1)) << "VMID 0 is both banks'";
}

TEST(SmmuTlbi, TlbivalAsLinuxUnmapsRemovesOnePageOfOneAsid)
{
    Cached machine;
    machine.write64(0x8620, 0x1000);
    EXPECT_FALSE(machine.cached(Cached::private_page, 0));
    EXPECT_TRUE(machine.cached(Cached::private_page, 1));
    EXPECT_TRUE(machine.cached(Cached::global_page, 0));
    EXPECT_EQ(machine.host.invalidations, 1u);
}

TEST(SmmuTlbi, TlbivaOfAnotherAsidLeavesThePage)
{
    Cached machine;
    machine.write64(0x8600, uint64_t{2} << 48 | 0x1000);
    EXPECT_TRUE(machine.cached(Cached::private_page, 0));
    machine.write64(0x8600, uint64_t{1} << 48 | 0x1000); // by bank 0, for the ASID of bank 1
    EXPECT_TRUE(machine.cached(Cached::private_page, 0));
    EXPECT_FALSE(machine.cached(Cached::private_page, 1));
}

TEST(SmmuTlbi, TlbivaOfAnyAsidRemovesAGlobalPage)
{
    Cached machine;
    machine.write64(0x8600, uint64_t{9} << 48 | 0x2000);
    EXPECT_FALSE(machine.cached(Cached::global_page, 0));
}

TEST(SmmuTlbi, TlbivaaAndTlbivaalRemoveThePageOfEveryAsid)
{
    for (const uint64_t offset : {0x8608u, 0x8628u}) {
        Cached machine;
        machine.write64(offset, 0x1000);
        EXPECT_FALSE(machine.cached(Cached::private_page, 0));
        EXPECT_FALSE(machine.cached(Cached::private_page, 1));
        EXPECT_TRUE(machine.cached(Cached::global_page, 0));
    }
}

TEST(SmmuTlbi, TlbiasidRemovesItsAsidAndNoGlobalPage)
{
    Cached machine;
    machine.write(0x8610, 1);
    EXPECT_TRUE(machine.cached(Cached::private_page, 0));
    EXPECT_FALSE(machine.cached(Cached::private_page, 1));
    EXPECT_TRUE(machine.cached(Cached::global_page, 1));
}

TEST(SmmuTlbi, TlbiallOfABankRemovesItsVmid)
{
    Cached machine;
    machine.write(0x8618, 0);
    EXPECT_FALSE(machine.cached(Cached::private_page, 0));
    EXPECT_FALSE(machine.cached(Cached::private_page, 1));
    EXPECT_FALSE(machine.cached(Cached::global_page, 0));
}

TEST(SmmuTlbi, TlbivmidRemovesOneVmid)
{
    Cached machine;
    machine.write(0x64, 3);
    EXPECT_TRUE(machine.cached(Cached::private_page, 0));
    machine.write(0x64, 0);
    EXPECT_FALSE(machine.cached(Cached::private_page, 0));
}

TEST(SmmuTlbi, TlbiallnsnhRemovesEverything)
{
    Cached machine;
    machine.write(0x68, 0xffff'ffff);
    EXPECT_EQ(machine.smmu.tlb_entries(), 0u);
    EXPECT_EQ(machine.host.invalidations, 1u);
}

TEST(SmmuTlbi, TlbiallhAndStlbiallNameNobodyHere)
{
    Cached machine;
    machine.write(0x6c, 0xffff'ffff);
    machine.write(0x60, 0xffff'ffff);
    EXPECT_EQ(machine.smmu.tlb_entries(), 3u);
}

TEST(SmmuTlbi, AHypervisorContextHasItsOwnInvalidate)
{
    Machine machine;
    machine.linux_resume();
    machine.write(0x1000, 0x1f700); // CBAR0.HYPC
    machine.map(0x100'0000, 0x4400'0000 | page_bits);
    machine.load(0x100'0000);
    machine.write(0x68, 0xffff'ffff);
    EXPECT_EQ(machine.smmu.tlb_entries(), 1u);
    machine.write(0x64, 0);
    EXPECT_EQ(machine.smmu.tlb_entries(), 1u);
    machine.write(0x6c, 0xffff'ffff);
    EXPECT_EQ(machine.smmu.tlb_entries(), 0u);
}

TEST(SmmuTlbi, TwoBanksThatShareVmidAndAsidShareEntries)
{
    Machine machine;
    machine.linux_resume();
    machine.context(1, 0x6000'0000, 0);
    machine.stream(1, 1, 1);
    machine.map(0x100'0000, 0x4400'0000 | page_bits);
    machine.load(0x100'0000, 0);
    EXPECT_EQ(machine.load(0x100'0000, 1).pa, 0x4400'0000u) << "bank 1 maps nothing there";
}

TEST(SmmuTlbi, AsidsAreEightBitsWideWithoutAs)
{
    Machine machine;
    machine.linux_resume();
    machine.write(0x8010, 0x38004); // TCR2.AS clear
    machine.write64(0x8020, uint64_t{0x1205} << 48 | Machine::root);
    machine.map(0x100'0000, 0x4400'0000 | page_bits);
    machine.load(0x100'0000);
    machine.write(0x8610, 0x1205);
    EXPECT_EQ(machine.smmu.tlb_entries(), 1u);
    machine.write(0x8610, 0x05);
    EXPECT_EQ(machine.smmu.tlb_entries(), 0u);
}

TEST(SmmuTlbi, A1TakesTheAsidOfTtbr1)
{
    Machine machine;
    machine.linux_resume();
    machine.write64(0x8028, uint64_t{7} << 48);
    machine.write(0x8030, 0xc03510); // TCR.A1
    machine.map(0x100'0000, 0x4400'0000 | page_bits);
    machine.load(0x100'0000);
    machine.write(0x8610, 0);
    EXPECT_EQ(machine.smmu.tlb_entries(), 1u);
    machine.write(0x8610, 7);
    EXPECT_EQ(machine.smmu.tlb_entries(), 0u);
}

TEST(SmmuTlbi, TheHighHalfIsInvalidatedByItsExtendedAddress)
{
    Machine machine;
    machine.linux_resume();
    machine.write64(0x8028, 0x7000'0000);
    machine.write(0x8030, 0x8010'3510); // T1SZ 16, TG1 4K, EPD1 clear
    machine.map(0xffff'0000'0000'5000, 0x4400'0000 | page_bits, 3, 0x7000'0000);
    EXPECT_EQ(machine.load(0x1'0000'0000'5000).pa, 0x4400'0000u);
    machine.write64(0x8620, 0x5);
    EXPECT_EQ(machine.smmu.tlb_entries(), 1u) << "that is the same page of the low half";
    machine.write64(0x8620, 0x0000'0ff0'0000'0005);
    EXPECT_EQ(machine.smmu.tlb_entries(), 0u);
}

TEST(SmmuTlbi, ASyncIsCompleteAtOnce)
{
    Cached machine;
    machine.write(0x70, 0xffff'ffff);
    EXPECT_EQ(machine.read(0x74), 0u);
    machine.write(0x87f0, 0);
    EXPECT_EQ(machine.read(0x87f4), 0u);
}

} // namespace
} // namespace smmu_pm::test
