// SPDX-License-Identifier: GPL-2.0-or-later
//
// Address translation operations, of banks and global: IHI 0062D chapter 4. Literals from chapters
// 9 and 16. Those that stall are in stalled_operations_test.cc.
#include "stages.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

TEST(SmmuTranslationOperation, PutsThePhysicalAddressIntoPar)
{
    Stages machine;
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.write(0x8038, 0x0000'ff44);
    machine.host.memory[0x10'0000] = 0x12'4000'0745; // inner shareable, index 1, AP = 01
    machine.write64(0x8800, 0x12'3000);              // ATS1PR
    EXPECT_EQ(machine.read64(0x8050), 0xff00'0012'4012'3980u);
    EXPECT_EQ(machine.cb(0, 0x8f0), 0u) << "ATSR";
    EXPECT_EQ(machine.smmu.tlb_entries(), 0u);
    EXPECT_TRUE(machine.host.unimplemented_features.empty());
}

TEST(SmmuTranslationOperation, AsksForTheAccessThatItIsNamedAfter)
{
    Stages machine;
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    struct Row {
        uint64_t leaf;
        bool pr, pw, ur, uw;
    };
    for (const Row& row :
         {Row{0x4000'0701, true, true, false, false}, Row{0x4000'0741, true, true, true, true},
          Row{0x4000'0781, true, false, false, false},
          Row{0x4000'07c1, true, false, true, false}}) {
        machine.host.memory[0x10'0000] = row.leaf;
        const bool expected[] = {row.pr, row.pw, row.ur, row.uw};
        for (unsigned i = 0; i < 4; ++i) {
            machine.write64(0x8800 + 8 * i, 0x1000);
            const uint64_t par = machine.read64(0x8050);
            EXPECT_EQ(par, expected[i] ? 0x4000'1000u | 0x900 : 0x2'0000'0209u) << i;
        }
    }
    EXPECT_EQ(machine.cb(0, 0x58), 0x400u) << "no fault is recorded";
}

TEST(SmmuTranslationOperation, TellsOfEachFaultInPar)
{
    Stages machine;
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.write64(0x8800, 0x1000);
    EXPECT_EQ(machine.read64(0x8050), 0x2'0000'0203u) << "TF, AArch64, level 2";
    machine.host.memory[0x10'0000] = 0x4000'0341;
    machine.write64(0x8800, 0x1000);
    EXPECT_EQ(machine.read64(0x8050), 0x2'0000'0205u) << "AFF";
    machine.host.aborting = {0x10'0000};
    machine.write64(0x8800, 0x1000);
    EXPECT_EQ(machine.read64(0x8050), 0x2'0000'0211u) << "EF";
    machine.write64(0x8800, 0xffff'ffff'ffff'f000);
    EXPECT_EQ(machine.read64(0x8050), 0x0000'0203u) << "TF, level 0";
    EXPECT_EQ(machine.cb(0, 0x58), 0x400u);
}

TEST(SmmuTranslationOperation, OfThirtyTwoBitsHasZerosAboveAndTheUpperHalfIsIgnored)
{
    Stages machine;
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.write(0x8030, 0x0080'0010); // 48 bits
    machine.host.memory[0x10'0008] = 0x20'0003;
    machine.host.memory[0x20'0000] = 0x12'4000'0741;
    machine.write64(0x8800, 0x80'0000'3000);
    EXPECT_EQ(machine.read64(0x8050) & 0xff'ffff'f001, 0x12'4000'3000u);
    EXPECT_EQ(machine.read64(0x8800), 0u) << "write-only";
    machine.write(0x8800, 0x3000);
    EXPECT_EQ(machine.read64(0x8050), 0x0000'0203u) << "nothing is mapped at 0x3000";
    machine.host.memory[0x10'0000] = 0x20'0003;
    machine.write(0x8800, 0x3000);
    EXPECT_EQ(machine.read64(0x8050) & 0xff'ffff'f001, 0x12'4000'3000u);
    machine.write64(0x8050, 0);
    machine.write(0x8804, 0x80);
    EXPECT_EQ(machine.read64(0x8050), 0u);
    machine.write(0x110, 0x3000); // GATS1PR
    EXPECT_EQ(machine.read64(0x180) & 0xff'ffff'f001, 0x12'4000'3000u);
    machine.write64(0x180, 0);
    machine.write(0x114, 0x80);
    EXPECT_EQ(machine.read64(0x180), 0u);
}

TEST(SmmuTranslationOperation, HasTheShortFormOfParForShortDescriptors)
{
    Stages machine;
    machine.cba2r(0, 0);
    machine.cbar(0, 0x0001'0000);
    machine.write64(0x8020, 0x10'0000);
    machine.write(0x8000, 0x61);
    machine.host.memory[0x10'0000] = 0x4561'dc0e; // TEX 101, C, B: cached; S
    machine.write64(0x8800, 0x1'2000);
    EXPECT_EQ(machine.read64(0x8050), 0x4561'2000u | 0x80 | 7 << 4 | 1 << 2);
    machine.host.memory[0x10'0000] = 0x4564'0c42; // supersection, PA[39:32] = 0x26
    machine.write64(0x8800, 0x1'2000);
    EXPECT_EQ(machine.read64(0x8050), 0x4526'0000u | 0x80 | 1 << 4 | 2) << "Strongly-ordered";
    machine.host.memory[0x10'0000] = 0;
    machine.write64(0x8800, 0x1'2000);
    EXPECT_EQ(machine.read64(0x8050), 0x1'0000'0003u);
}

TEST(SmmuTranslationOperation, OfABankThatIsOffIsTheAddressItselfAndADevice)
{
    Stages machine;
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.write(0x8000, 0x60); // M clear
    machine.write64(0x8800, 0x1234'5678);
    EXPECT_EQ(machine.read64(0x8050), 0x1234'5900u) << "Device-nGnRnE, outer shareable";
    EXPECT_EQ(machine.host.reads, 0u);
}

TEST(SmmuTranslationOperation, OfANestedBankEndsAtTheIpa)
{
    Stages machine;
    machine.nested();
    machine.write64(0x8800, 0x5000);
    EXPECT_EQ(machine.read64(0x8050) & 0xff'ffff'f001, 0x5000'0000u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x400u);
}

TEST(SmmuTranslationOperation, ThatMeetsStage2SaysSoThereWithAtof)
{
    Stages machine;
    machine.nested();
    machine.host.memory[0x20'0000] = 0;
    machine.write64(0x8808, 0x3000); // ATS1PW
    EXPECT_EQ(machine.read64(0x8050), 0x8000'0001u) << "ATOT, and nothing of stage 2";
    EXPECT_EQ(machine.cb(2, 0x58), 0x402u);
    EXPECT_EQ(machine.read64(0xa060), 0x3000u);
    EXPECT_EQ(machine.read64(0xa070), 0x4000'1000u);
    EXPECT_EQ(machine.cb(2, 0x68), 0x0000'033eu) << "ATOF, PNU, WNR, S1PTWF, NESTED, level 2";
    EXPECT_TRUE(machine.host.irq.at(3));
}

TEST(SmmuTranslationOperation, OnAnUnreadFaultOfStage2IsTerminatedOrSetsMulti)
{
    Stages machine;
    machine.nested();
    machine.write(0xa05c, 0x4); // FSRRESTORE of the bank of stage 2
    machine.write64(0x8800, 0x3000);
    EXPECT_EQ(machine.read64(0x8050), 0x8000'0001u) << "ATOT, as HUPCF is clear";
    EXPECT_EQ(machine.cb(2, 0x58), 0x404u);
    machine.write(0xa000, 0x161); // HUPCF
    machine.write64(0x8800, 0x3000);
    EXPECT_EQ(machine.read64(0x8050) & 0xff'ffff'f001, 0x4000'7000u);
    machine.host.memory[0x20'0000] = 0;
    machine.write64(0x8800, 0x3000);
    EXPECT_EQ(machine.read64(0x8050), 0x8000'0001u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x8000'0404u) << "MULTI";
    EXPECT_EQ(machine.read64(0xa060), 0u) << "FAR";
    machine.write64(0x130, 0x3000); // GATS12PR asks all the same
    EXPECT_EQ(machine.read64(0x180), 0xa'0000'0203u);
}

TEST(SmmuTranslationOperation, OverABankThatIsNotOfStage2IsAnInvalidContext)
{
    Stages machine;
    machine.nested();
    machine.write(0x1008, 0x0001'0000); // CBAR2: stage 1
    machine.write64(0x8800, 0x3000);
    EXPECT_EQ(machine.read64(0x8050), 0x8000'0001u) << "ATOT";
    EXPECT_EQ(machine.read(0x48), 0x1u);  // ICF
    EXPECT_EQ(machine.read(0x50), 0x41u); // ATS, NESTED
    machine.write64(0x110, 0x3000);
    EXPECT_EQ(machine.read64(0x180), 0x2000'0001u) << "ICF";
    EXPECT_EQ(machine.read(0x48), 0x1u) << "no MULTI: a global one tells in GPAR alone";
    machine.write(0x48, 0x1);
    machine.load(0x3000);
    EXPECT_EQ(machine.read(0x48), 0x1u);
    EXPECT_EQ(machine.read(0x50), 0x1u); // NESTED
}

TEST(SmmuTranslationOperation, DropsTheTopByteAsATransactionDoes)
{
    Stages machine;
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.write(0x8010, 0x0003'8022); // TBI0
    machine.host.memory[0x10'0000] = 0x4000'0741;
    for (const uint64_t tag : {0x08u, 0x01u, 0xffu}) {
        machine.write64(0x8800, tag << 56 | 0x1000); // ATS1PR
        EXPECT_EQ(machine.read64(0x8050) & 0xffff'ffff'f001, 0x4000'1000u) << tag;
    }
    machine.write(0x8010, 0x0003'8002);
    machine.write64(0x8800, 0x0800'0000'0000'1000);
    EXPECT_EQ(machine.read64(0x8050), 0x203u) << "F, TF, AArch64";
}

TEST(SmmuTranslationOperation, TakesTheUpperHalfByBit55)
{
    Stages machine;
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.write(0x8030, 0x8022'0022); // T1SZ 34
    machine.write64(0x8028, 0x90'0000);
    machine.host.memory[0x90'0000] = 0x6000'0741;
    constexpr uint64_t own = 0xffff'ffff'c000'1000, tagged = 0x12ff'ffff'c000'1000;
    machine.write64(0x8800, own);
    EXPECT_EQ(machine.read64(0x8050) & 0xffff'ffff'f001, 0x6000'1000u);
    machine.write64(0x8800, tagged);
    EXPECT_EQ(machine.read64(0x8050), 0x203u) << "F, TF, AArch64";
    machine.write(0x8010, 0x0003'8042); // TBI1
    machine.write64(0x8800, tagged);
    EXPECT_EQ(machine.read64(0x8050) & 0xffff'ffff'f001, 0x6000'1000u);
}

TEST(SmmuTranslationOperation, WhatStage2RefusesIsToldAsItWasAsked)
{
    Stages machine;
    machine.nested();
    machine.write(0x8030, 0x8022'0022);             // T1SZ 34
    machine.write(0x8010, 0x0003'8042);             // TBI1
    machine.write64(0x8028, 0x5000'0000);           // a table where stage 2 has nothing
    machine.write64(0x8800, 0x12ff'ffff'c000'5000); // ATS1PR
    EXPECT_EQ(machine.read64(0xa060), 0x12ff'ffff'c000'5000u) << "FAR of the bank of stage 2";
}

TEST(SmmuTranslationOperation, OfAnAarch32BankTakesThirtyTwoBits)
{
    Stages machine;
    machine.cba2r(0, 0);
    machine.cbar(0, 0x0001'0000);
    machine.write64(0x8020, 0x10'0000);
    machine.write(0x8000, 0x61);
    machine.host.memory[0x10'0000] = 0x4560'0c02;
    machine.write64(0x8800, 0x0000'1000);
    EXPECT_EQ(machine.read64(0x8050) & 0xffff'f001, 0x4560'1000u);
    machine.write64(0x8800, 0x1'0000'1000);
    EXPECT_EQ(machine.read64(0x8050), 0x1'0000'0003u) << "TF, short descriptors, level 1";
    machine.write64(0x130, 0x1'0000'1000); // GATS12PR
    EXPECT_EQ(machine.read64(0x180), 0x1'0000'0003u);
    machine.write(0x8000, 0x60); // M clear
    machine.write64(0x8800, 0x1'0000'1000);
    EXPECT_EQ(machine.read64(0x8050), 0x1'0000'0003u);
}

TEST(SmmuTranslationOperation, OfAStage1ThatIsOffIsStage2s)
{
    Stages machine;
    machine.nested();
    machine.write(0x8000, 0x60);         // M of bank 0 clear
    machine.write64(0x130, 0x4000'3000); // GATS12PR
    EXPECT_EQ(machine.read64(0x180) & 0xff'ffff'f001, 0x8000'3000u);
    machine.write64(0x110, 0x4000'3000); // GATS1PR
    EXPECT_EQ(machine.read64(0x180) & 0xff'ffff'f001, 0x4000'3000u);
    machine.write64(0x130, 0x5000'0000);
    EXPECT_EQ(machine.read64(0x180), 0xa'0000'0203u) << "TF of stage 2, level 2";
}

TEST(SmmuTranslationOperation, OfABankWithAFaultingStage2IsAnInvalidContext)
{
    Stages machine;
    machine.cbar(0, 0x0002'0000);
    machine.cba2r(0, 1);
    machine.write64(0x8800, 0x3000);
    EXPECT_EQ(machine.read64(0x8050), 0x8000'0001u) << "ATOT";
    EXPECT_EQ(machine.read(0x48), 0x1u) << "ICF";
    EXPECT_EQ(machine.read(0x50), 0x41u) << "ATS, NESTED";
}

TEST(SmmuTranslationOperation, OfWhatNoTransactionCouldBringIsATranslationFault)
{
    for (const uint32_t sctlr : {0x61u, 0x60u}) { // on and off
        smmu::Config config = everything();
        config.ubs = 3; // 42 bits
        Stages machine(config);
        machine.stage1(0, 0x0001'0000, 0x10'0000);
        machine.write(0x8010, 0x0001'8005); // SEP: bit 41
        machine.write(0x8030, 0x8010'0010); // 48 bits in both halves
        machine.write(0x8000, sctlr);
        machine.write64(0x8028, 0x10'0000);
        machine.host.memory[0x10'0038] = 0x20'0003; // up to bit 41
        machine.host.memory[0x10'0ff8] = 0x20'0003;
        machine.host.memory[0x20'0ff8] = 0x4000'0741;
        machine.host.memory[0x10'0040] = 0x20'0003; // bit 42
        machine.write64(0x8800, 0x3ff'c000'1000);
        EXPECT_EQ(machine.read64(0x8050) & 1, 0u);
        machine.write64(0x8800, 0xffff'ffff'c000'1000);
        EXPECT_EQ(machine.read64(0x8050) & 0xf'0000'03ff, sctlr == 0x61 ? 0x100u : 0x203u);
        machine.host.memory[0x10'0fe0] = 0x20'0003; // from bit 41 on ones, and 40 is zero
        machine.host.memory[0x20'0000] = 0x4000'0741;
        machine.write64(0x8800, 0xffff'fe00'0000'1000);
        EXPECT_EQ(machine.read64(0x8050) & 1, sctlr == 0x61 ? 0u : 1u);
        machine.write64(0x8800, 0x400'0000'1000);
        EXPECT_EQ(machine.read64(0x8050), 0x203u) << "TF, level 0";
        machine.write64(0x8800, 0xffff'fc00'0000'1000);
        EXPECT_EQ(machine.read64(0x8050), 0x203u);
    }
}

TEST(SmmuTranslationOperation, OfAStage1ThatIsOffTakesWhatItCanPassOn)
{
    smmu::Config config = everything();
    config.ias = 2; // 40 bits
    Stages machine(config);
    machine.nested();
    machine.write(0x8000, 0x60); // M of bank 0 clear
    machine.write64(0x8800, 0xff'ffff'f000);
    EXPECT_EQ(machine.read64(0x8050) & 0xffff'ffff'f001, 0xff'ffff'f000u);
    machine.write64(0x8800, 0x100'0000'0000);
    EXPECT_EQ(machine.read64(0x8050), 0x0000'0281u) << "ASF, level 0";
    machine.write64(0x110, 0x100'0000'0000); // GATS1PR
    EXPECT_EQ(machine.read64(0x180), 0x0000'0281u);
}

TEST(SmmuTranslationOperation, OfAStage2ThatIsOffItIsAskedOnlyByThoseOfBothStages)
{
    smmu::Config config = everything();
    config.oas = 2; // 40 bits
    Stages machine(config);
    machine.nested();
    machine.write(0x8000, 0x60); // M of either bank clear
    machine.write(0xa000, 0x60);
    machine.write64(0x110, 0x100'0000'0000); // GATS1PR
    EXPECT_EQ(machine.read64(0x180) & 0xffff'ffff'f001, 0x100'0000'0000u);
    machine.write64(0x130, 0x100'0000'0000); // GATS12PR
    EXPECT_EQ(machine.read64(0x180), 0x8'0000'0281u) << "ASF of stage 2, level 0";
}

TEST(SmmuTranslationOperation, OfABankOfStage2ThereAreNone)
{
    Stages machine;
    machine.nested();
    machine.write64(0xa800, 0x4000'3000);
    EXPECT_EQ(machine.read64(0xa050), 0u);
    for (const uint64_t offset : {0x100u, 0x108u, 0x110u, 0x118u, 0x120u, 0x128u, 0x130u, 0x138u}) {
        machine.write64(0x180, 0);
        machine.write64(offset, 0x4000'3002);
        EXPECT_EQ(machine.read64(0x180), 0x4000'0001u) << "UCBF";
    }
    EXPECT_EQ(machine.host.reads, 0u);
}

TEST(SmmuTranslationOperation, GlobalOnesNameABankAndEitherStage)
{
    Stages machine;
    machine.nested();
    machine.write64(0x110, 0x3000); // GATS1PR, bank 0
    EXPECT_EQ(machine.read64(0x180) & 0xff'ffff'f001, 0x4000'7000u);
    machine.write64(0x130, 0x3000); // GATS12PR
    EXPECT_EQ(machine.read64(0x180) & 0xff'ffff'f001, 0x8000'7000u);
    machine.write64(0x130, 0x5000);
    EXPECT_EQ(machine.read64(0x180), 0xa'0000'0203u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x400u) << "no fault is recorded";
    EXPECT_EQ(machine.read(0x188), 0u) << "GATSR";
    machine.write64(0x110, 0x3004);
    EXPECT_EQ(machine.read64(0x180), 0x4000'0001u) << "UCBF";
}

TEST(SmmuTranslationOperation, GlobalOnesAskForTheAccessThatTheyAreNamedAfter)
{
    Stages machine;
    machine.stage1(1, 0x0001'0000, 0x10'0000);
    machine.host.memory[0x10'0000] = 0x4000'0781; // the kernel reads
    for (const uint64_t offset : {0x100u, 0x108u, 0x110u, 0x118u, 0x120u, 0x128u, 0x130u, 0x138u}) {
        machine.write64(offset, 0x1001);
        EXPECT_EQ(machine.read64(0x180) & 1, (offset & 0x18) == 0x10 ? 0u : 1u) << offset;
    }
}

TEST(SmmuTranslationOperation, EachSecurityStateHasGlobalOnesOfItsOwn)
{
    smmu::Config config = everything();
    config.secure = true;
    Stages machine(config);
    const auto secure = [&](uint64_t offset) { return machine.smmu.read(offset, 8, true).value; };
    const auto ask_secure = [&](uint64_t offset, uint64_t value) {
        machine.smmu.write(offset, 8, value, true);
    };
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.stage1(3, 0x0001'0000, 0x20'0000);
    machine.host.memory[0x10'0000] = 0x4000'0741;
    machine.host.memory[0x20'0000] = 0x8000'0761; // NS
    ask_secure(0x4, 0x2);                         // SMMU_SCR1: two of the four banks are Secure

    machine.write64(0x110, 0x3000); // SMMU_GATS1PR, bank 0
    EXPECT_EQ(machine.read64(0x180) & 0xff'ffff'f001, 0x4000'3000u);
    EXPECT_EQ(secure(0x180), 0u) << "SMMU_SGPAR";
    EXPECT_EQ(secure(0x580), machine.read64(0x180)) << "SMMU_NSGPAR";
    machine.write64(0x110, 0x3003);
    EXPECT_EQ(machine.read64(0x180), 0x4000'0001u) << "UCBF: bank 3 is Secure";
    ask_secure(0x110, 0x3003); // SMMU_SGATS1PR
    EXPECT_EQ(secure(0x180) & 0xff'ffff'f001, 0x8000'3000u);
    EXPECT_EQ(machine.read64(0x180), 0x4000'0001u);
    ask_secure(0x110, 0x3000);
    EXPECT_EQ(secure(0x180) & 0xff'ffff'f001, 0x4000'3000u);
    ask_secure(0x110, 0x3004);
    EXPECT_EQ(secure(0x180), 0x4000'0001u);
    EXPECT_EQ(secure(0x188), 0u) << "SMMU_SGATSR";
    ask_secure(0x510, 0x3000); // SMMU_NSGATS1PR
    EXPECT_EQ(machine.read64(0x180) & 0xff'ffff'f001, 0x4000'3000u);
    EXPECT_EQ(secure(0x180), 0x4000'0001u);
    ask_secure(0x510, 0x3003);
    EXPECT_EQ(machine.read64(0x180), 0x4000'0001u);
}

TEST(SmmuTranslationOperation, WithoutAClockForTheWalkIsTerminated)
{
    Stages machine;
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.set(Supply::Bus, false);
    machine.write64(0x8800, 0x1000);
    EXPECT_EQ(machine.read64(0x8050), 0x8000'0001u);
    machine.write64(0x110, 0x1000); // GATS1PR
    EXPECT_EQ(machine.read64(0x180), 0x0000'0211u) << "EF: a global PAR has no ATOT";
    EXPECT_EQ(machine.host.reads, 0u);
}

TEST(SmmuTranslationOperation, IsNothingWithoutConfiguration)
{
    Machine machine;
    for (const uint64_t offset : {0x8050u, 0x180u, 0x110u, 0x8800u}) {
        machine.write64(offset, ~uint64_t{0});
        EXPECT_EQ(machine.read64(offset), 0u);
        EXPECT_EQ(machine.read64(0x8050), 0u);
        EXPECT_EQ(machine.read64(0x180), 0u);
    }
}

} // namespace
} // namespace smmu_pm::test
