// SPDX-License-Identifier: GPL-2.0-or-later
//
// Formats and stages as software programs them: from registers to addresses, and from faults to
// registers. Literals from IHI 0062D chapters 9, 10, 16 and 17.
#include "stages.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

// ---- One stage --------------------------------------------------------------------------------

TEST(SmmuStages, GranulesAreThoseOfTg0AndTg1)
{
    struct Row {
        uint32_t tcr; ///< TG1 in 31:30, T1SZ in 21:16, TG0 in 15:14, T0SZ in 5:0
        uint64_t iova;
        uint64_t read;
    };
    // The tables are at 0x10'0000 and 0x90'0000; 29 bits are one level of 64 KiB pages, 25 bits
    // one of 16 KiB, 21 bits would be one of 4 KiB: 30 bits are two.
    for (const Row& row :
         {Row{0x8022'0022, 0x20'0000, 0x10'0008}, Row{0x8022'4023, 0x1'0000, 0x10'0008},
          Row{0x8022'8027, 0x4000, 0x10'0008}, Row{0x8022'0022, 0xffff'ffff'c020'0000, 0x90'0008},
          Row{0xc023'0022, 0xffff'ffff'e001'0000, 0x90'0008},
          Row{0x4027'0022, 0xffff'ffff'fe00'4000, 0x90'0008}}) {
        Stages machine;
        machine.stage1(0, 0x0001'0000, 0x10'0000);
        machine.write64(0x8028, 0x90'0000);
        machine.write(0x8030, row.tcr);
        machine.host.aborting = {row.read};
        machine.load(row.iova);
        EXPECT_EQ(machine.cb(0, 0x58), 0x410u) << std::hex << row.tcr << " " << row.iova;
        EXPECT_EQ(machine.cb(0, 0x68) & 0x400, 0x400u) << "PTWF";
    }
}

TEST(SmmuStages, ShortDescriptorsAreForVa64AndEaeBothClear)
{
    Stages machine;
    machine.cba2r(0, 0);
    machine.cbar(0, 0x0001'0000);
    machine.write64(0x8020, 0x10'0000);
    machine.write(0x8000, 0x61);
    machine.host.memory[0x10'0008] = uint64_t{0x4560'0c02} << 32; // the fourth: 0x30'0000
    const Translation found = machine.load(0x30'abcd);
    EXPECT_EQ(found.result, Result::Ok);
    EXPECT_EQ(found.pa, 0x4560'abcdu);
    EXPECT_EQ(found.mask, 0xf'ffffu);
    machine.load(0x10'0000);
    EXPECT_EQ(machine.cb(0, 0x58), 0x002u) << "FORMAT 0";
    EXPECT_EQ(machine.cb(0, 0x68) & 3, 1u) << "level 1";
    EXPECT_EQ(machine.load(0x1'0030'0000).result, Result::Decode);
}

TEST(SmmuStages, TheAsidOfShortDescriptorsIsContextidrs)
{
    Stages machine;
    machine.cba2r(0, 0);
    machine.cbar(0, 0x0001'0000);
    machine.write64(0x8020, 0x10'0000);
    machine.write(0x8034, 0x0000'1205);
    machine.write(0x8000, 0x61);
    machine.host.memory[0x10'0008] = uint64_t{0x4562'0c02} << 32; // nG
    machine.load(0x30'0000);
    EXPECT_EQ(machine.smmu.tlb_entries(), 1u);
    machine.write(0x8610, 0x12);
    EXPECT_EQ(machine.smmu.tlb_entries(), 1u);
    machine.write(0x8610, 0x05);
    EXPECT_EQ(machine.smmu.tlb_entries(), 0u);
}

TEST(SmmuStages, LongAarch32DescriptorsAreForEae)
{
    Stages machine;
    machine.cba2r(0, 0);
    machine.cbar(0, 0x0001'0000);
    machine.write64(0x8020, 0x10'0000);
    machine.write(0x8030, 0x8000'0000);
    machine.write(0x8000, 0x61);
    machine.host.memory[0x10'0018] = 0xab'4000'0741; // the last GiB
    const Translation found = machine.load(0xfabc'def0);
    EXPECT_EQ(found.pa, 0xab'7abc'def0u);
    EXPECT_EQ(found.mask, 0x3fff'ffffu);
    machine.load(0);
    EXPECT_EQ(machine.cb(0, 0x58), 0x202u) << "FORMAT 1";
}

TEST(SmmuStages, AFormatThatIsNotConfiguredIsAnInvalidContext)
{
    smmu::Config config = everything();
    config.formats.aarch32_short = false;
    Stages machine(config);
    machine.cba2r(0, 0);
    machine.cbar(0, 0x0001'0000);
    machine.write(0x8000, 0x61);
    EXPECT_EQ(machine.load(0).result, Result::Decode);
    EXPECT_EQ(machine.read(0x48), 1u) << "ICF";
    machine.write(0x48, 1);
    machine.write(0x8030, 0x8000'0000); // EAE
    machine.load(0);
    EXPECT_EQ(machine.read(0x48), 0u);
    EXPECT_EQ(machine.cb(0, 0x58), 0x202u);
}

TEST(SmmuStages, AHypervisorsContextUsesTtbr0WithoutPrivilege)
{
    Stages machine;
    machine.stage1(0, 0x0001'0400, 0x10'0000);
    machine.host.memory[0x10'0000] = 0x4000'0701; // AP = 00
    EXPECT_EQ(machine.load(0x1234).pa, 0x4000'1234u);
    machine.host.memory[0x10'0000] = 0x4000'0781; // read-only
    machine.write(0x6c, 0);
    EXPECT_EQ(machine.store(0x1234).result, Result::Decode);
    EXPECT_EQ(machine.cb(0, 0x58), 0x408u);
}

// ---- Stage 2 ----------------------------------------------------------------------------------

TEST(SmmuStages, Stage2TranslatesAnIpa)
{
    Stages machine;
    machine.stage2(0);
    machine.host.memory[0x10'0008] = 0x9'c000'04fd;
    const Translation found = machine.store(0x4123'4567);
    EXPECT_EQ(found.result, Result::Ok);
    EXPECT_EQ(found.pa, 0x9'c123'4567u);
    EXPECT_EQ(found.mask, 0x3fff'ffffu);
    EXPECT_TRUE(found.writable);
}

TEST(SmmuStages, Stage2AloneRestrictsTheAttributesThatArrive)
{
    struct Row {
        uint8_t arrives, memory;
        smmu::Shareability sharing;
    };
    // The page is Normal, inner and outer write-back, inner shareable.
    for (const Row& row :
         {Row{0xff, 0xff, smmu::Shareability::Inner}, Row{0xbb, 0xbb, smmu::Shareability::Inner},
          Row{0x44, 0x44, smmu::Shareability::Outer}, Row{0x04, 0x04, smmu::Shareability::Outer}}) {
        Stages machine;
        machine.stage2(0);
        machine.host.memory[0x10'0008] = 0x4000'07fd;
        const Translation found =
            machine.smmu.translate({.iova = 0x4000'0000, .attributes = {.memory = row.arrives}});
        EXPECT_EQ(found.attributes.memory, row.memory);
        EXPECT_EQ(found.attributes.sharing, row.sharing);
    }
}

TEST(SmmuStages, Stage2AloneReplacesTheHintsThatArrive)
{
    for (const uint32_t va64 : {1u, 0u}) {
        Stages machine;
        machine.stage2(0);
        machine.cba2r(0, va64);
        if (va64 == 0)
            machine.write(0x8030, 0x8000'0058);                 // SL0 1, T0SZ -8
        machine.host.memory[0x10'0008] = 0xb000'0000'4000'07fd; // WACFG 2, RACFG 3
        const auto memory = [&](uint8_t arrives) {
            return machine.smmu.translate({.iova = 0x4000'0000, .attributes = {.memory = arrives}})
                .attributes.memory;
        };
        EXPECT_EQ(memory(0xff), 0xdd);
        EXPECT_EQ(memory(0xee), 0xdd) << "from the TLB";
        EXPECT_EQ(memory(0x88), 0x99);
        EXPECT_EQ(memory(0x44), 0x44);
        const auto saved = machine.smmu.save();
        Stages other;
        ASSERT_TRUE(other.smmu.load(saved));
        other.host.memory.clear();
        EXPECT_EQ(other.smmu.translate({.iova = 0x4000'0000, .attributes = {.memory = 0xee}})
                      .attributes.memory,
                  0xdd);
    }
}

TEST(SmmuStages, ATableOfStage1ReplacesTheAttributesThatArrive)
{
    Stages machine;
    machine.stage1(0, 0x0001'f300, 0x10'0000);
    machine.write(0x8038, 0x0000'00ff);
    machine.host.memory[0x10'0000] = 0x4000'0741;
    const Translation found =
        machine.smmu.translate({.iova = 0x1000, .attributes = {.memory = 0x04}});
    EXPECT_EQ(found.attributes.memory, 0xff);
    EXPECT_EQ(found.attributes.sharing, smmu::Shareability::Inner);
}

TEST(SmmuStages, AFaultOfStage2AloneIsInFarAndIpafar)
{
    Stages machine;
    machine.stage2(0);
    EXPECT_EQ(machine.store(0x4123'4567).result, Result::Decode);
    EXPECT_EQ(machine.cb(0, 0x58), 0x402u);
    EXPECT_EQ(machine.read64(0x8060), 0x4123'4567u);
    EXPECT_EQ(machine.read64(0x8070), 0x4123'4567u);
    EXPECT_EQ(machine.cb(0, 0x68), 0x0000'0111u) << "WNR, level 1; neither NESTED nor S1PTWF";
    EXPECT_TRUE(machine.host.irq.at(1));
}

TEST(SmmuStages, Aarch32Stage2HasASignedT0sz)
{
    struct Row {
        uint32_t tcr;
        uint64_t iova;
        uint64_t read;
    };
    // EAE, SL0 1; T0SZ 0 is 32 bits, -8 is 40, 7 with SL0 0 is 25.
    for (const Row& row :
         {Row{0x8000'0040, 0xffff'ffff, 0x10'0018}, Row{0x8000'0058, 0xff'ffff'ffff, 0x10'1ff8},
          Row{0x8000'005f, 0x1'ffff'ffff, 0x10'0038}, Row{0x8000'0007, 0x1ff'ffff, 0x10'0078}}) {
        Stages machine;
        machine.stage2(0);
        machine.cba2r(0, 0);
        machine.write(0x8030, row.tcr);
        machine.host.aborting = {row.read};
        machine.load(row.iova);
        EXPECT_EQ(machine.cb(0, 0x58), 0x210u) << std::hex << row.tcr;
    }
}

TEST(SmmuStages, AnAarch32BankTakesThirtyTwoBitsOnOrOff)
{
    for (const uint32_t sctlr : {0x60u, 0x61u}) {
        Stages machine;
        machine.cba2r(0, 0);
        machine.cbar(0, 0x0001'0000);
        machine.write(0x8000, sctlr);
        machine.load(0x1'0000'0000);
        EXPECT_EQ(machine.cb(0, 0x58), 0x002u) << sctlr;
        EXPECT_EQ(machine.cb(0, 0x68), 0x001u) << "level 1";
        EXPECT_EQ(machine.read64(0x8060), 0x1'0000'0000u);
        EXPECT_EQ(machine.host.reads, 0u);
    }
    Stages machine;
    machine.cba2r(0, 0);
    machine.cbar(0, 0x0001'0000);
    machine.write(0x8000, 0x60);
    EXPECT_EQ(machine.load(0xffff'f000).pa, 0xffff'f000u);
}

TEST(SmmuStages, AnAarch32Stage2TakesFortyBitsOnOrOff)
{
    for (const auto& [sctlr, fsr] : {std::pair{0x60u, 0x280u}, {0x61u, 0x202u}}) {
        Stages machine;
        machine.stage2(0);
        machine.cba2r(0, 0);
        machine.write(0x8030, 0x8000'0058); // SL0 1, T0SZ -8
        machine.write(0x8000, sctlr);
        machine.load(0x100'0000'0000);
        EXPECT_EQ(machine.cb(0, 0x58), fsr) << "ASF when it is off, TF when it is on";
        EXPECT_EQ(machine.cb(0, 0x68), 0x101u) << "level 1";
        EXPECT_EQ(machine.read64(0x8070), 0x100'0000'0000u) << "IPAFAR";
        EXPECT_EQ(machine.host.reads, 0u);
    }
}

TEST(SmmuStages, Stage2IsOfNoUseWhereItIsNotConfigured)
{
    for (const uint32_t type : {0x0'0007u, 0x3'0207u}) {
        smmu::Config config = everything();
        config.nested = false;
        config.stage2 = type != 0x0'0007;
        Stages machine(config);
        machine.stage2(2);
        machine.stage1(0, type, 0x4000'1000);
        machine.load(0);
        EXPECT_EQ(machine.read(0x48), 1u) << "ICF";
    }
}

TEST(SmmuStages, TheFirstBanksMayHaveStage2Alone)
{
    smmu::Config config = everything();
    config.stage2_banks = 1;
    Stages machine(config);
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.load(0);
    EXPECT_EQ(machine.read(0x48), 1u) << "ICF";
    machine.write(0x48, 1);
    machine.stage2(0);
    machine.load(0);
    EXPECT_EQ(machine.read(0x48), 0u);
}

TEST(SmmuStages, Stage1WithStage2FaultIsAnInvalidContext)
{
    Stages machine;
    machine.stage1(0, 0x0002'0000, 0x10'0000);
    machine.load(0);
    EXPECT_EQ(machine.read(0x48), 1u);
}

// ---- Nested -----------------------------------------------------------------------------------

TEST(SmmuStages, NestedBanksTranslateTwice)
{
    Stages machine;
    machine.nested();
    const Translation found = machine.load(0x3abc);
    EXPECT_EQ(found.result, Result::Ok);
    EXPECT_EQ(found.pa, 0x8000'7abcu);
    EXPECT_EQ(found.mask, 0xfffu);
    const unsigned reads = machine.host.reads;
    EXPECT_EQ(machine.load(0x3def).pa, 0x8000'7defu);
    EXPECT_EQ(machine.host.reads, reads) << "found in the TLB";
}

TEST(SmmuStages, AFaultOfStage2InANestedPairIsTheOtherBanks)
{
    Stages machine;
    machine.nested();
    EXPECT_EQ(machine.load(0x5abc).result, Result::Decode);
    EXPECT_EQ(machine.cb(0, 0x58), 0x400u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x402u);
    EXPECT_EQ(machine.read64(0xa060), 0x5abcu) << "FAR: the address of the transaction";
    EXPECT_EQ(machine.read64(0xa070), 0x5000'0abcu) << "IPAFAR";
    EXPECT_EQ(machine.cb(2, 0x68), 0x0000'0106u) << "NESTED, level 2, S1CBNDX 0";
    EXPECT_EQ(machine.read(0x1408), 0u) << "CBFRSYNRA of bank 2: stream 0";
    EXPECT_FALSE(machine.host.irq.at(1));
    EXPECT_TRUE(machine.host.irq.at(3));
}

TEST(SmmuStages, AFaultOfStage2OnATableSaysS1ptwf)
{
    Stages machine;
    machine.nested();
    machine.stream(0, 0, 1);
    machine.stage1(1, 0x0003'0207, 0x5000'1000); // its table is nowhere
    machine.load(0x5abc);
    EXPECT_EQ(machine.cb(2, 0x58), 0x402u);
    EXPECT_EQ(machine.read64(0xa070), 0x5000'1000u);
    EXPECT_EQ(machine.cb(2, 0x68), 0x0001'010eu) << "S1CBNDX 1, S1PTWF, NESTED, level 2";
}

TEST(SmmuStages, AnExternalAbortOnATableOfStage1IsTheOtherBanksToo)
{
    Stages machine;
    machine.nested();
    machine.host.aborting = {0x8000'2018};
    machine.load(0x3000);
    EXPECT_EQ(machine.cb(0, 0x58), 0x400u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x410u);       // EF, FORMAT AArch64
    EXPECT_EQ(machine.cb(2, 0x68), 0x0000'050fu); // PTWF, S1PTWF, NESTED, level 3
    EXPECT_EQ(machine.read64(0xa060), 0x3000u);
    EXPECT_EQ(machine.read64(0xa070), 0x4000'2018u);
}

TEST(SmmuStages, AFaultOfStage1InANestedPairIsItsOwn)
{
    Stages machine;
    machine.nested();
    machine.load(0x4000);
    EXPECT_EQ(machine.cb(0, 0x58), 0x402u);
    EXPECT_EQ(machine.cb(0, 0x68), 3u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x400u);
}

TEST(SmmuStages, AnUnreadFaultOfTheOtherBankHoldsUpItsNestedOnes)
{
    Stages machine;
    machine.nested();
    machine.load(0x5abc);
    EXPECT_EQ(machine.load(0x3abc).result, Result::Decode) << "bank 2 has HUPCF clear";
    machine.write(0xa058, 0x402);
    EXPECT_EQ(machine.load(0x3abc).result, Result::Ok);
    machine.load(0x5abc);
    machine.write(0xa000, 0x161); // HUPCF
    EXPECT_EQ(machine.load(0x3abc).result, Result::Ok);
}

TEST(SmmuStages, EachStageOfANestedPairCanBeOff)
{
    Stages machine;
    machine.nested();
    machine.write(0x8000, 0x60);
    EXPECT_EQ(machine.load(0x4000'0123).pa, 0x8000'0123u) << "stage 2 alone";
    machine.write(0xa000, 0x60);
    EXPECT_EQ(machine.load(0x4000'0123).pa, 0x4000'0123u) << "neither";
    machine.write(0x8000, 0x61);
    machine.host.memory[0x4000'1000] = 0x6000'0741;
    EXPECT_EQ(machine.load(0x123).pa, 0x6000'0123u) << "stage 1 alone";
}

TEST(SmmuStages, WhatIsCachedDoesNotOutliveTheStage2ThatMadeIt)
{
    Stages machine;
    machine.nested();
    EXPECT_EQ(machine.load(0x3abc).pa, 0x8000'7abcu);
    machine.host.invalidations = 0;
    machine.write(0xa000, 0x60); // M of stage 2 clear
    EXPECT_EQ(machine.host.invalidations, 1u);
    machine.host.memory[0x4000'1000] = 0x4000'2003;
    machine.host.memory[0x4000'2018] = 0x4000'7743;
    EXPECT_EQ(machine.load(0x3abc).pa, 0x4000'7abcu);
    machine.write(0xa000, 0x61);
    EXPECT_EQ(machine.load(0x3abc).pa, 0x8000'7abcu);
    machine.host.invalidations = 0;
    machine.write(0xa000, 0x161); // HUPCF
    machine.write(0x8000, 0x60);  // M of stage 1
    EXPECT_EQ(machine.host.invalidations, 0u);
}

TEST(SmmuStages, AnExternalAbortOnATableUnderAStage2ThatIsOffIsTheOtherBanksToo)
{
    Stages machine;
    machine.nested();
    machine.write(0xa000, 0x60); // M of stage 2 clear
    machine.host.aborting = {0x4000'1000};
    machine.load(0x3abc);
    EXPECT_EQ(machine.cb(2, 0x58), 0x410u) << "EF";
    EXPECT_EQ(machine.cb(2, 0x68), 0x0000'050eu) << "PTWF, NSATTR, S1PTWF, NESTED, level 2";
    EXPECT_EQ(machine.read64(0xa070), 0x4000'1000u) << "IPAFAR";
    EXPECT_EQ(machine.cb(0, 0x58), 0x400u);
}

TEST(SmmuStages, WithoutNestedBanksIpafarIsFar)
{
    smmu::Config config = everything();
    config.nested = false;
    Stages machine(config);
    machine.stage2(0);
    machine.load(0x1'0000'1abc);
    EXPECT_EQ(machine.read64(0x8060), 0x1'0000'1abcu);
    EXPECT_EQ(machine.read64(0x8070), 0x1'0000'1abcu);
    machine.write64(0x8070, 0x5000);
    EXPECT_EQ(machine.read64(0x8070), 0x1'0000'1abcu);
    machine.write64(0x8060, 0x6000);
    EXPECT_EQ(machine.read64(0x8070), 0x6000u);
    machine.write(0x8068, 0xffff'ffff);
    EXPECT_EQ(machine.cb(0, 0x68), 0x00ff'0ffbu) << "no NESTED";
}

TEST(SmmuStages, IpafarHasAsManyBitsAsTheBus)
{
    Stages machine;
    machine.stage2(0);
    machine.load(0x1'0000'0000'0000);
    EXPECT_EQ(machine.read64(0x8060), 0x1'0000'0000'0000u);
    EXPECT_EQ(machine.read64(0x8070), 0x1'0000'0000'0000u);
}

TEST(SmmuStages, ANestedBankNeedsAStage2Bank)
{
    Stages machine;
    machine.stage1(1, 0x0001'0000, 0x10'0000);
    for (const uint32_t cbar : {0x0003'0107u, 0x0003'0407u, 0x0003'ff07u}) {
        const bool there_is = cbar == 0x0003'0107;
        machine.stage1(0, cbar, 0x4000'1000);
        machine.load(0);
        EXPECT_EQ(machine.read(0x48), there_is ? 1u : 8u) << std::hex << cbar; // ICF, UCBF
        EXPECT_EQ(machine.read(0x50), 1u) << "NESTED";
        machine.write(0x48, 9);
        machine.write64(0x110, 0x3000); // GATS1PR
        EXPECT_EQ(machine.read64(0x180), there_is ? 0x2000'0001u : 0x4000'0001u);
        machine.write64(0x8800, 0x3000); // ATS1PR
        EXPECT_EQ(machine.read64(0x8050), 0x8000'0001u) << "ATOT";
        EXPECT_EQ(machine.read(0x48), there_is ? 1u : 8u) << std::hex << cbar;
        EXPECT_EQ(machine.read(0x50), 0x41u) << "ATS, NESTED";
        machine.write(0x48, 9);
    }
    machine.stage2(2);
    machine.cba2r(2, 0); // AArch64 over AArch32
    machine.stage1(0, 0x0003'0207, 0x4000'1000);
    machine.load(0);
    EXPECT_EQ(machine.read(0x48), 1u);
}

TEST(SmmuStages, Aarch32StandsOnEitherStage2)
{
    for (const uint32_t va64 : {0u, 1u}) {
        Stages machine;
        machine.nested();
        machine.cba2r(2, va64);
        machine.write(0xa030, 0x8002'0058);
        machine.cba2r(0, 0);
        machine.write(0x8030, 0); // short descriptors, N = 0
        machine.write64(0x8020, 0x4000'4000);
        machine.host.memory[0x8000'4000] = 0x4010'0c02;
        EXPECT_EQ(machine.load(0x1'2345).pa, 0x8011'2345u) << va64;
        machine.host.memory[0x8000'4000] |= uint64_t{0x5000'0c02} << 32;
        machine.load(0x10'0000);
        EXPECT_EQ(machine.cb(2, 0x58), va64 == 0 ? 0x202u : 0x402u) << "FORMAT is stage 2's";
    }
}

} // namespace
} // namespace smmu_pm::test
