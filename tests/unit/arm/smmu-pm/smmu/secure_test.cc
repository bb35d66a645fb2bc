// SPDX-License-Identifier: GPL-2.0-or-later
//
// Two security states: which registers each of them meets, and whose streams are whose. IHI 0062D
// 2.3 and 10.6; SMMU_SCR1's bits and reset as in UG1087.
#include "machine.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

struct Two : Machine {
    explicit Two(const smmu::Config& config = smmu::mmu_500) : Machine(config) {}
    uint32_t secure_read(uint64_t offset)
    {
        return static_cast<uint32_t>(smmu.read(offset, 4, true).value);
    }
    void secure_write(uint64_t offset, uint32_t value) { smmu.write(offset, 4, value, true); }
    Translation secure_load(uint64_t iova, uint16_t stream)
    {
        return smmu.translate({.iova = iova, .stream = stream, .secure = true});
    }
};

TEST(SmmuSecure, TheIdRegistersOfAZynqUltrascaleReadAsUg1087HasThem)
{
    Two machine;
    EXPECT_EQ(machine.secure_read(0x20), 0xfc01'3e30u);
    EXPECT_EQ(machine.secure_read(0x24), 0x3000'0f10u);
    EXPECT_EQ(machine.secure_read(0x28), 0x0000'5555u);
    EXPECT_EQ(machine.secure_read(0x3c), 0x0000'0021u);
    EXPECT_EQ(machine.secure_read(0x04), 0x0201'3010u);
    EXPECT_EQ(machine.secure_read(0x10), 0x0400'0004u);
    EXPECT_EQ(machine.secure_read(0x410), 0x0400'001cu);
}

TEST(SmmuSecure, EachStateHasItsOwnControlRegister)
{
    Two machine;
    machine.write(0x00, 0x0000'0c00);
    EXPECT_EQ(machine.secure_read(0x00), 0x0000'0001u);
    EXPECT_EQ(machine.secure_read(0x400), 0x0000'0c00u);
    machine.secure_write(0x00, 0x0000'0400);
    machine.secure_write(0x400, 0x0000'0800);
    EXPECT_EQ(machine.read(0x00), 0x0000'0800u);
    EXPECT_EQ(machine.secure_read(0x00), 0x0000'0400u);
}

TEST(SmmuSecure, NonSecureStateHasNoAliases)
{
    Two machine;
    machine.write(0x400, 0xffff'ffff);
    EXPECT_EQ(machine.read(0x400), 0u);
    EXPECT_EQ(machine.secure_read(0x400), 0x0000'0001u);
    machine.write(0x04, 0xffff'ffff); // SMMU_SCR1
    EXPECT_EQ(machine.read(0x04), 0u);
    EXPECT_EQ(machine.secure_read(0x04), 0x0201'3010u);
}

TEST(SmmuSecure, WhatIsNotBankedHasNoAlias)
{
    Two machine;
    EXPECT_EQ(machine.secure_read(0x404), 0u) << "SMMU_SCR1";
    for (uint32_t offset = 0x420; offset < 0x440; offset += 4)
        EXPECT_EQ(machine.secure_read(offset), 0u) << "an ID register";
    for (uint32_t offset = 0x460; offset < 0x500; offset += 4)
        if (offset != 0x470) // SMMU_NSTLBGSYNC
            machine.secure_write(offset, 0xffff'ffff);
    EXPECT_TRUE(machine.sink.of(journal::Kind::Tlbi).empty());
}

TEST(SmmuSecure, WithoutASecureStateTheAttributeMeansNothing)
{
    Two machine(smmu::msm8996_adreno);
    machine.secure_write(0x00, 0x0000'0c00);
    EXPECT_EQ(machine.read(0x00), 0x0000'0c00u);
    EXPECT_EQ(machine.secure_read(0x20), 0x4e01'5e08u);
    EXPECT_EQ(machine.secure_read(0x400), 0u);
}

TEST(SmmuSecure, Scr1TakesGroupsAndBanksFromNonSecureState)
{
    Two machine;
    machine.secure_write(0x04, 0x0000'200c); // 32 groups and 12 banks are left
    EXPECT_EQ(machine.secure_read(0x04), 0x0001'200cu);
    EXPECT_EQ(machine.read(0x20) & 0xff, 32u);
    EXPECT_EQ(machine.read(0x24) & 0xff, 12u);
    EXPECT_EQ(machine.secure_read(0x20) & 0xff, 48u);
    EXPECT_EQ(machine.secure_read(0x24) & 0xff, 16u);
    // SMR32, S2CR32, CBAR12, CBFRSYNRA12, CBA2R12 and bank 12's SCTLR
    for (const uint32_t offset : {0x880u, 0xc80u, 0x1030u, 0x1430u, 0x1830u, 0x1'c000u}) {
        const uint32_t reset = machine.secure_read(offset);
        machine.write(offset, 1);
        EXPECT_EQ(machine.secure_read(offset), reset) << std::hex << offset;
        EXPECT_EQ(machine.read(offset), 0u) << std::hex << offset;
        machine.secure_write(offset, 1);
        EXPECT_EQ(machine.secure_read(offset) & 1, 1u) << std::hex << offset;
    }
    machine.write(0x87c, 1);
    EXPECT_EQ(machine.read(0x87c), 1u); // SMR31
}

TEST(SmmuSecure, ANonSecureAccessToWhatIsSecureIsAConfigurationAccessFaultOfSecureState)
{
    Two machine;
    machine.secure_write(0x04, 0x0000'3001);
    machine.secure_write(0x00, 0x0000'0020); // GCFGFIE
    EXPECT_EQ(machine.smmu.write(0x1'1000, 4, 1), (power::Answer{0, power::Status::Ok}));
    EXPECT_EQ(machine.read(0x48), 0x0u);
    EXPECT_EQ(machine.secure_read(0x48), 0x20u);
    EXPECT_EQ(machine.secure_read(0x40), 0x1'1000u);
    EXPECT_EQ(machine.secure_read(0x50), 0x32u) << "NSATTR, NSSTATE, WNR";
    EXPECT_FALSE(machine.host.irq[0]);
    EXPECT_TRUE(machine.host.irq[2]);
    const auto told = machine.sink.of(journal::Kind::Fault);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].name, "SMMU_SGFSR");
    EXPECT_EQ(told[0].event.value, 0x20u);
    EXPECT_EQ(told[0].event.syndrome, 0x32u);
    machine.secure_write(0x48, 0x20);
    EXPECT_FALSE(machine.host.irq[2]);
    machine.write(0x00, 0x0000'0032);        // Non-secure state's GFRE, GCFGFRE, GCFGFIE
    machine.secure_write(0x00, 0x0000'0006); // GFRE and GFIE are for other faults
    EXPECT_EQ(machine.smmu.read(0x1'1000, 4), (power::Answer{0, power::Status::Ok}));
    EXPECT_FALSE(machine.host.irq[2]);
    machine.secure_write(0x00, 0x0000'0010); // GCFGFRE
    EXPECT_EQ(machine.smmu.read(0x1'1000, 4), (power::Answer{0, power::Status::Abort}));
    EXPECT_EQ(machine.secure_read(0x50), 0x30u);
}

TEST(SmmuSecure, OfTwoRegistersOneIsEnoughToAbortAnAccess)
{
    Two machine(smmu::smmu_v2_full);
    machine.secure_write(0x00, 0x0000'0010);                             // GCFGFRE
    machine.secure_write(0x04, 0x0000'2f80);                             // 47 groups are left
    EXPECT_EQ(machine.smmu.read(0x8b8, 8).status, power::Status::Abort); // SMR46 and 47
    EXPECT_EQ(machine.smmu.read(0x8b0, 8).status, power::Status::Ok);
    machine.secure_write(0x04, 0x0000'7e80);
    EXPECT_EQ(machine.smmu.read(0x9f8, 8).status, power::Status::Abort); // SMR126 and nothing
    EXPECT_EQ(machine.smmu.write(0x9f8, 8, 0).status, power::Status::Abort);
}

TEST(SmmuSecure, WithNscafroSuchAFaultIsNonSecureStatesOwn)
{
    Two machine;
    machine.secure_write(0x04, 0x1000'3001);
    machine.write(0x00, 0x0000'0020); // GCFGFIE
    EXPECT_EQ(machine.smmu.write(0x1'1000, 4, 1), (power::Answer{0, power::Status::Ok}));
    EXPECT_EQ(machine.read(0x48), 0x20u);
    EXPECT_EQ(machine.read64(0x40), 0x1'1000u);
    EXPECT_EQ(machine.read(0x50), 0x2u); // WNR
    EXPECT_EQ(machine.secure_read(0x48), 0x0u);
    EXPECT_TRUE(machine.host.irq[0]);
    EXPECT_FALSE(machine.host.irq[2]);
    EXPECT_EQ(machine.sink.of(journal::Kind::Fault).at(0).name, "SMMU_sGFSR");
    machine.write(0x48, 0x20);
    EXPECT_FALSE(machine.host.irq[0]);
    machine.write(0x00, 0x0000'0010); // GCFGFRE
    EXPECT_EQ(machine.smmu.read(0x1'1000, 4), (power::Answer{0, power::Status::Abort}));
    EXPECT_EQ(machine.read(0x50), 0x0u);
}

TEST(SmmuSecure, WithNoGroupAndNoBankLeftNonSecureStateHasTheRestOfTheGlobalSpace)
{
    Two machine;
    machine.secure_write(0x04, 0x0000'0000);
    EXPECT_EQ(machine.read(0x20) & 0xff, 0u);
    for (const uint32_t offset : {0x800u, 0xc00u, 0x1000u, 0x1400u, 0x1800u, 0x1'0000u}) {
        machine.write(offset, 1);
        EXPECT_EQ(machine.secure_read(0x48), 0x20u) << std::hex << offset;
        machine.secure_write(0x48, 0x20);
    }
    EXPECT_EQ(machine.read(0xfd0), 0x04u); // SMMU_PIDR4
    machine.write(0x2000, 1);              // SMMU_ITCTRL
    EXPECT_EQ(machine.read(0x2000), 1u);
    EXPECT_EQ(machine.secure_read(0x48), 0u);
}

TEST(SmmuSecure, WithStreamIndexingS2crsAreNonSecureStates)
{
    Two machine({.stream_groups = 0, .stream_bits = 7, .secure = true});
    machine.write(0xdfc, 0x0001'0000);
    EXPECT_EQ(machine.read(0xdfc), 0x0001'0000u);
    EXPECT_EQ(machine.secure_read(0x48), 0u);
}

TEST(SmmuSecure, TheSecureCopiesAreThereWithoutMonitorsAndWithoutMmu500)
{
    Two machine({.secure = true});
    EXPECT_EQ(machine.secure_read(0x00), 0x0000'0001u);
    EXPECT_EQ(machine.secure_read(0x20), 0xce01'5e08u);
    EXPECT_EQ(machine.secure_read(0x24), 0x2000'0002u);
    EXPECT_EQ(machine.secure_read(0x04), 0x0201'0802u); // NSNUMIRPTO: each bank has its own
    machine.secure_write(0x80, 0x1);                    // SMMU_DBGRPTRTBU
    EXPECT_EQ(machine.secure_read(0x80), 0u);
}

TEST(SmmuSecure, GasraeKeepsTheWholeGlobalSpaceAndBanksOfStage2)
{
    Two machine;
    machine.write(0x1000, 0x0001'f300); // CBAR0: stage 1
    machine.write(0x1004, 0x0000'0007); // CBAR1: stage 2
    machine.secure_write(0x04, 0x0100'3010);
    EXPECT_EQ(machine.read(0x20), 0u);
    machine.write(0x1'0000, 0x1166);
    EXPECT_EQ(machine.read(0x1'0000), 0x1166u);
    machine.write(0x1'1000, 0x1166);
    EXPECT_EQ(machine.secure_read(0x1'1000), 0u);
    EXPECT_EQ(machine.secure_read(0x40), 0x20u) << "of the first of these";
    EXPECT_EQ(machine.secure_read(0x48), 0x8000'0020u);
}

TEST(SmmuSecure, SecureStreamsMatchSecureGroupsAlone)
{
    Two machine;
    machine.secure_write(0x04, 0x0000'2f10); // the last group is Secure
    machine.write(0x00, 0x0000'0400);        // USFCFG
    machine.secure_write(0x00, 0x0000'0400);
    machine.write(0xc00, 0x0001'0000); // bypass
    machine.write(0x800, 0x8000'0005);
    machine.secure_write(0xcbc, 0x0001'0000);
    machine.secure_write(0x8bc, 0x8000'0007);
    EXPECT_EQ(machine.load(0x1000, 5).result, Result::Ok);
    EXPECT_EQ(machine.secure_load(0x1000, 7).result, Result::Ok);
    machine.secure_load(0x2000, 5);
    EXPECT_EQ(machine.secure_read(0x48), 0x2u);
    EXPECT_EQ(machine.secure_read(0x40), 0x2000u);
    EXPECT_EQ(machine.secure_read(0x54), 5u);
    EXPECT_EQ(machine.read(0x48), 0u);
    machine.load(0x3000, 7);
    EXPECT_EQ(machine.read(0x48), 0x2u);
    EXPECT_EQ(machine.secure_read(0x448), 0x2u);
}

TEST(SmmuSecure, ANonSecureStreamHasNoWayIntoASecureBank)
{
    Two machine;
    machine.secure_write(0x04, 0x0000'300f);
    machine.write(0x00, 0x0000'0402); // USFCFG, GFRE
    machine.stream(0, 5, 15);
    EXPECT_EQ(machine.load(0x1000, 5).result, Result::Decode);
    EXPECT_EQ(machine.read(0x48), 0x8u); // UCBF
}

TEST(SmmuSecure, SecureGlobalFaultsHaveALineOfTheirOwn)
{
    Two machine;
    machine.secure_write(0x04, 0x0000'0010);
    machine.secure_write(0x00, 0x0000'0404); // USFCFG, GFIE
    machine.secure_load(0x2000, 5);
    EXPECT_FALSE(machine.host.irq[0]);
    EXPECT_TRUE(machine.host.irq[2]);
    machine.secure_write(0x48, 0x2);
    EXPECT_FALSE(machine.host.irq[2]);
    machine.secure_write(0x4c, 0x2); // SGFSRRESTORE
    EXPECT_TRUE(machine.host.irq[2]);
}

TEST(SmmuSecure, AnSsdTableSaysWhoIsSecure)
{
    smmu::Config config = smmu::mmu_500;
    config.ssd_index_bits = 6;
    config.ssd_table = true;
    Two machine(config);
    EXPECT_EQ(machine.secure_read(0x24), 0x3000'1610u);
    EXPECT_EQ(machine.read(0x24), 0x3000'0010u);
    machine.secure_write(0x4004, 0x0000'000b); // 32, 33 and 35 are Non-secure
    machine.secure_write(0x4008, 0xffff'ffff);
    EXPECT_EQ(machine.secure_read(0x4004), 0xbu);
    EXPECT_EQ(machine.secure_read(0x4008), 0u);
    for (const uint32_t offset : {0x4000u, 0x4004u}) {
        EXPECT_EQ(machine.read(offset), 0u);
        EXPECT_EQ(machine.secure_read(0x48), 0x20u);
        machine.secure_write(0x48, 0x20);
    }
    machine.write(0x00, 0x0000'0400);
    machine.secure_write(0x00, 0x0000'0400);
    // An index has six bits.
    for (const auto& [index, secure] : {std::pair{32, false},
                                        {33, false},
                                        {34, true},
                                        {35, false},
                                        {0, true},
                                        {97, false},
                                        {98, true}}) {
        machine.smmu.translate(
            {.iova = 0x5000, .stream = 9, .ssd_index = static_cast<uint16_t>(index)});
        EXPECT_EQ(machine.read(0x48), secure ? 0u : 0x2u) << index;
        EXPECT_EQ(machine.secure_read(0x48), secure ? 0x2u : 0u) << index;
        machine.write(0x48, 0x2);
        machine.secure_write(0x48, 0x2);
    }
}

TEST(SmmuSecure, SyndromesTellTheSsdIndexToSecureSoftwareAlone)
{
    smmu::Config config = smmu::mmu_500;
    config.ssd_index_bits = 6;
    config.ssd_table = true;
    Two machine(config);
    machine.secure_write(0x4000, 0xffff'ffff); // indices up to 31 are Non-secure
    machine.write(0x00, 0x0000'0400);          // USFCFG
    machine.secure_write(0x00, 0x0000'0400);
    machine.smmu.translate({.iova = 0x5000, .stream = 9, .ssd_index = 0x5c5});
    EXPECT_EQ(machine.read(0x54), 0x0000'0009u);
    EXPECT_EQ(machine.secure_read(0x454), 0x0005'0009u) << "SMMU_NSGFSYNR1";
    machine.write(0x54, 0x003f'0008);
    EXPECT_EQ(machine.secure_read(0x454), 0x0005'0008u) << "its bits are not theirs to write";
    machine.smmu.translate({.iova = 0x5000, .stream = 9, .ssd_index = 0x3f});
    EXPECT_EQ(machine.secure_read(0x54), 0x003f'0009u) << "SMMU_SGFSYNR1";
    machine.secure_write(0x54, 0xffff'ffff);
    EXPECT_EQ(machine.secure_read(0x54), 0x003f'7fffu) << "six bits";

    machine.stream(0, 9, 0);
    machine.write(0x1000, 0x0001'f300); // CBAR0
    machine.write(0x1800, 1);
    machine.write(0x1'0000, 0x61);
    machine.smmu.translate({.iova = 0x5000, .stream = 9, .ssd_index = 7});
    EXPECT_EQ(machine.read(0x1400), 0x0000'0009u) << "CBFRSYNRA0";
    EXPECT_EQ(machine.secure_read(0x1400), 0x0007'0009u);
    machine.write(0x1400, 0);
    EXPECT_EQ(machine.secure_read(0x1400), 0x0007'0000u);
    machine.secure_write(0x1400, 0xffff'ffff);
    EXPECT_EQ(machine.secure_read(0x1400), 0x003f'7fffu);
}

TEST(SmmuSecure, SyndromesOfSecureStateTellTheNonSecureAttribute)
{
    Two machine;
    machine.secure_write(0x00, 0x0000'0400); // USFCFG
    machine.secure_load(0x5000, 9);
    EXPECT_EQ(machine.secure_read(0x50), 0x20u) << "NSATTR";
    machine.secure_write(0x48, 0x2);
    machine.smmu.translate(
        {.iova = 0x5000, .stream = 9, .secure = true, .attributes = {.non_secure = false}});
    EXPECT_EQ(machine.secure_read(0x50), 0u);
}

TEST(SmmuSecure, WhatIsSentAgainIsOfTheStateThatTheSsdTableSaysThen)
{
    smmu::Config config = smmu::mmu_500;
    config.ssd_index_bits = 6;
    config.ssd_table = true;
    Two machine(config);
    machine.secure_write(0x4000, 0x20); // index 5 is Non-secure
    machine.write(0x1000, 0x0001'0000); // CBAR0
    machine.write(0x1800, 1);
    machine.write(0x1'0000, 0xe1); // CFCFG, CFIE, CFRE, M
    machine.stream(0, 9, 0);
    machine.write(0x00, 0x0000'0400); // USFCFG
    machine.secure_write(0x00, 0x0000'0400);
    const smmu::Transaction load = {.iova = 0x1000, .stream = 9, .can_stall = true, .ssd_index = 5};
    EXPECT_EQ(machine.smmu.translate(load).result, Result::Stalled);
    machine.secure_write(0x4000, 0);
    machine.write(0x1'0058, 0x2);
    machine.write(0x1'0008, 0); // RESUME
    machine.smmu.translate(load);
    EXPECT_EQ(machine.secure_read(0x48), 0x2u) << "USF: a Secure stream that no group matches";
}

TEST(SmmuSecure, AnSsdTableHasABitForEachIndexAndWithoutOneThereIsNone)
{
    smmu::Config config = smmu::mmu_500;
    config.ssd_index_bits = 10;
    config.ssd_table = true;
    Two largest(config), none;
    for (const uint32_t offset : {0x4000u, 0x407cu}) {
        largest.secure_write(offset, 0xffff'ffff);
        EXPECT_EQ(largest.secure_read(offset), 0xffff'ffffu);
        none.secure_write(offset, 0xffff'ffff);
        EXPECT_EQ(none.secure_read(offset), 0u);
    }
}

TEST(SmmuSecure, InvalidatesOfSecureEntriesAreNotThereForNonSecureSoftware)
{
    Two machine;
    for (const uint32_t offset : {0x060u, 0x0a0u, 0x0a8u, 0x0bcu})
        machine.write(offset, 0);
    EXPECT_TRUE(machine.sink.of(journal::Kind::Tlbi).empty());
    EXPECT_EQ(machine.read(0x48), 0u);
    machine.secure_write(0x060, 0);
    EXPECT_EQ(machine.sink.of(journal::Kind::Tlbi).size(), 1u);
    machine.write(0x068, 0); // TLBIALLNSNH
    EXPECT_EQ(machine.sink.of(journal::Kind::Tlbi).size(), 2u);
}

TEST(SmmuSecure, CacheLockHoldsActlrUntilItIsCleared)
{
    Two machine;
    EXPECT_EQ(machine.read(0x10), 0x0400'001cu);
    EXPECT_EQ(machine.read(0x1'0004), 0x3u); // CPRE, CMTLB
    machine.write(0x1'0004, 0x1);
    EXPECT_EQ(machine.read(0x1'0004), 0x3u);
    machine.write(0x10, 0x0000'051c); // as arm_mmu500_reset() does
    EXPECT_EQ(machine.read(0x10), 0x0000'051cu);
    machine.write(0x1'0004, 0x1);
    EXPECT_EQ(machine.read(0x1'0004), 0x1u);
    Two other;
    ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
    EXPECT_EQ(other.read(0x10), 0x0000'051cu);
}

} // namespace
} // namespace smmu_pm::test
