// SPDX-License-Identifier: GPL-2.0-or-later
//
// TLB maintenance through the registers: what each form removes, and what it does not.
#include "machine.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

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

TEST(SmmuTlbi, With16BitsAVmidStandsInCba2r)
{
    for (const bool wide : {false, true}) {
        Machine machine({.vmid16 = true});
        machine.linux_resume();
        machine.write(0, machine.read(0) | (wide ? 0x8000'0000 : 0)); // VMID16EN
        machine.write(0x1800, 0x0123'0001);
        machine.write(0x1000, 0x0001'f345);
        machine.map(0x100'0000, 0x4400'0000 | page_bits);
        machine.load(0x100'0000);
        for (const uint32_t other : {wide ? 0x0023u : 0x0123u, wide ? 0x0045u : 0x0044u, 0x0223u})
            machine.write(0x64, other);
        EXPECT_EQ(machine.smmu.tlb_entries(), 1u);
        machine.write(0x64, wide ? 0x0123 : 0xff45); // of 8 bits the others are nothing
        EXPECT_EQ(machine.smmu.tlb_entries(), 0u);
        machine.load(0x100'0000);
        machine.write(0xb8, wide ? 0x0123 : 0x0145); // TLBIVMIDS1
        EXPECT_EQ(machine.smmu.tlb_entries(), 0u);
    }
}

TEST(SmmuTlbi, WithoutVmid16Cba2rHasNoRoomForOne)
{
    Machine machine;
    machine.write(0x1800, 0xffff'ffff);
    EXPECT_EQ(machine.read(0x1800), 0x0000'0001u);
    Machine wide({.vmid16 = true});
    wide.write(0x1800, 0xffff'ffff);
    EXPECT_EQ(wide.read(0x1800), 0xffff'0001u);
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
