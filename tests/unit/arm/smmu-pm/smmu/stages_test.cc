// SPDX-License-Identifier: GPL-2.0-or-later
//
// Formats and stages as software programs them: from registers to addresses, and from faults to
// registers. Literals from IHI 0062D chapters 9, 10 and 16.
#include "machine.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

smmu::Config everything()
{
    smmu::Config config = smmu::msm8996_adreno;
    config.context_banks = 4;
    config.stage2 = config.nested = true;
    config.address_translation = true;
    config.formats = {.aarch32_short = true,
                      .aarch32_long = true,
                      .aarch64_4k = true,
                      .aarch64_16k = true,
                      .aarch64_64k = true};
    config.ias = config.oas = 5;
    return config;
}

/// Stream 0 is bank 0's; all other registers are for each test to write.
struct Stages : Machine {
    explicit Stages(const smmu::Config& config = everything()) : Machine(config)
    {
        stream(0, 0, 0);
        write(0x00, 0x0020'0006 | 0x30); // faults abort and raise the line, clients on
    }

    static uint64_t bank(unsigned n) { return 0x8000 + 0x1000 * uint64_t{n}; }

    void cba2r(unsigned n, uint32_t value) { write(0x1800 + 4 * n, value); }
    void cbar(unsigned n, uint32_t value) { write(0x1000 + 4 * n, value); }

    /// A stage 2 bank: AArch64, 4 KiB, 40 bits from level 1 at 0x10'0000; 40-bit output.
    void stage2(unsigned n)
    {
        cba2r(n, 1);
        cbar(n, 0x0000'0007);               // stage 2, VMID 7
        write(bank(n) + 0x30, 0x8002'0058); // RES1, PASize 2, SL0 1, T0SZ 24
        write64(bank(n) + 0x20, 0x10'0000);
        write(bank(n), 0x61); // CFIE, CFRE, M
    }
    /// A stage 1 bank, AArch64, 4 KiB, 30 bits from level 2 at `table`.
    void stage1(unsigned n, uint32_t type, uint64_t table)
    {
        cba2r(n, 1);
        cbar(n, type);
        write(bank(n) + 0x10, 0x0003'8002); // SEP 7, 40-bit output
        write(bank(n) + 0x30, 0x0080'0022); // EPD1, T0SZ 34
        write64(bank(n) + 0x20, table);
        write(bank(n), 0x61);
    }
    /// Stage 1 in bank 0 over stage 2 in bank 2; IPA 0x4000'0000 to 0x401f'ffff is at 0x8000'0000.
    void nested()
    {
        stage2(2);
        stage1(0, 0x0003'0207, 0x4000'1000); // nested, CBNDX 2, VMID 7
        host.memory[0x10'0008] = 0x20'0003;
        host.memory[0x20'0000] = 0x8000'04fd;
        host.memory[0x8000'1000] = 0x4000'2003;
        host.memory[0x8000'2018] = 0x4000'7743; // va 0x3000
        host.memory[0x8000'2028] = 0x5000'0743; // va 0x5000: nothing in stage 2
    }
    uint32_t cb(unsigned n, uint64_t offset) { return read(bank(n) + offset); }
};

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

TEST(SmmuStages, AGranuleThatIsNotConfiguredIsAReservedOne)
{
    smmu::Config config = everything();
    config.formats.aarch64_64k = false;
    Stages machine(config);
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.write(0x8030, 0x0080'4023);
    machine.load(0);
    EXPECT_EQ(machine.cb(0, 0x58), 0x402u);
    EXPECT_EQ(machine.cb(0, 0x68), 0u) << "level 0";
    EXPECT_EQ(machine.host.reads, 0u);
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

TEST(SmmuStages, AFaultOfStage2AloneIsInFarAndIpafar)
{
    Stages machine;
    machine.stage2(0);
    EXPECT_EQ(machine.store(0x4123'4567).result, Result::Decode);
    EXPECT_EQ(machine.cb(0, 0x58), 0x402u);
    EXPECT_EQ(machine.read64(0x8060), 0x4123'4567u);
    EXPECT_EQ(machine.read64(0x8070), 0x4123'4567u);
    EXPECT_EQ(machine.cb(0, 0x68), 0x0000'0011u) << "WNR, level 1; neither NESTED nor S1PTWF";
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
    EXPECT_EQ(machine.cb(0, 0x58), 0u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x402u);
    EXPECT_EQ(machine.read64(0xa060), 0x5abcu) << "FAR: the address of the transaction";
    EXPECT_EQ(machine.read64(0xa070), 0x5000'0abcu) << "IPAFAR";
    EXPECT_EQ(machine.cb(2, 0x68), 0x0000'0006u) << "NESTED, level 2, S1CBNDX 0";
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
    EXPECT_EQ(machine.cb(2, 0x68), 0x0001'000eu) << "S1CBNDX 1, S1PTWF, NESTED, level 2";
}

TEST(SmmuStages, AFaultOfStage1InANestedPairIsItsOwn)
{
    Stages machine;
    machine.nested();
    machine.load(0x4000);
    EXPECT_EQ(machine.cb(0, 0x58), 0x402u);
    EXPECT_EQ(machine.cb(0, 0x68), 3u);
    EXPECT_EQ(machine.cb(2, 0x58), 0u);
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

TEST(SmmuStages, ANestedBankNeedsAStage2Bank)
{
    Stages machine;
    machine.stage1(1, 0x0001'0000, 0x10'0000);
    for (const uint32_t cbar : {0x0003'0107u, 0x0003'0407u, 0x0003'ff07u}) {
        machine.stage1(0, cbar, 0x4000'1000);
        machine.load(0);
        EXPECT_EQ(machine.read(0x48), 1u) << std::hex << cbar;
        machine.write(0x48, 1);
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
    }
}

// ---- Address translation operations -----------------------------------------------------------

TEST(SmmuTranslationOperation, PutsThePhysicalAddressIntoPar)
{
    Stages machine;
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.write(0x8038, 0x0000'ff44);
    machine.host.memory[0x10'0000] = 0x12'4000'0745; // inner shareable, index 1, AP = 01
    machine.write64(0x8800, 0x12'3000);              // ATS1PR
    EXPECT_EQ(machine.read64(0x8050), 0xff00'0012'4012'3380u);
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
            EXPECT_EQ(par, expected[i] ? 0x4000'1000u | 0x300 : 0x2'0000'0009u) << i;
        }
    }
    EXPECT_EQ(machine.cb(0, 0x58), 0u) << "no fault is recorded";
}

TEST(SmmuTranslationOperation, TellsOfEachFaultInPar)
{
    Stages machine;
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.write64(0x8800, 0x1000);
    EXPECT_EQ(machine.read64(0x8050), 0x2'0000'0003u) << "TF, level 2";
    machine.host.memory[0x10'0000] = 0x4000'0341;
    machine.write64(0x8800, 0x1000);
    EXPECT_EQ(machine.read64(0x8050), 0x2'0000'0005u) << "AFF";
    machine.host.aborting = {0x10'0000};
    machine.write64(0x8800, 0x1000);
    EXPECT_EQ(machine.read64(0x8050), 0x2'0000'0011u) << "EF";
    machine.write64(0x8800, 0xffff'ffff'ffff'f000);
    EXPECT_EQ(machine.read64(0x8050), 0x0000'0003u) << "TF, level 0";
    EXPECT_EQ(machine.cb(0, 0x58), 0u);
}

TEST(SmmuTranslationOperation, IsWrittenInTwoHalvesToo)
{
    Stages machine;
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.write(0x8030, 0x0080'0010); // 48 bits
    machine.host.memory[0x10'0008] = 0x20'0003;
    machine.host.memory[0x20'0000] = 0x12'4000'0741;
    machine.write(0x8800, 0x3000);
    machine.write(0x8804, 0x80);
    EXPECT_EQ(machine.read64(0x8050) & 0xff'ffff'f001, 0x12'4000'3000u);
    EXPECT_EQ(machine.read64(0x8800), 0u) << "write-only";
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
    EXPECT_EQ(machine.read64(0x8050), 0x4561'2000u | 0x200 | 0x80 | 7 << 4 | 1 << 2);
    machine.host.memory[0x10'0000] = 0x4564'0c42; // supersection, PA[39:32] = 0x26
    machine.write64(0x8800, 0x1'2000);
    EXPECT_EQ(machine.read64(0x8050), 0x4526'0000u | 0x200 | 0x80 | 1 << 4 | 2)
        << "Strongly-ordered";
    machine.host.memory[0x10'0000] = 0;
    machine.write64(0x8800, 0x1'2000);
    EXPECT_EQ(machine.read64(0x8050), 0x1'0000'0003u);
}

TEST(SmmuTranslationOperation, OfANestedBankEndsAtTheIpa)
{
    Stages machine;
    machine.nested();
    machine.write64(0x8800, 0x5000);
    EXPECT_EQ(machine.read64(0x8050) & 0xff'ffff'f001, 0x5000'0000u);
    EXPECT_EQ(machine.cb(2, 0x58), 0u);
}

TEST(SmmuTranslationOperation, ThatMeetsStage2SaysSoThereWithAtof)
{
    Stages machine;
    machine.nested();
    machine.host.memory[0x20'0000] = 0;
    machine.write64(0x8808, 0x3000); // ATS1PW
    EXPECT_EQ(machine.read64(0x8050), 0xa'0000'0003u) << "STAGE, level 2, TF";
    EXPECT_EQ(machine.cb(2, 0x58), 0x402u);
    EXPECT_EQ(machine.read64(0xa060), 0x3000u);
    EXPECT_EQ(machine.read64(0xa070), 0x4000'1000u);
    EXPECT_EQ(machine.cb(2, 0x68), 0x0000'023eu) << "ATOF, PNU, WNR, S1PTWF, NESTED, level 2";
    EXPECT_TRUE(machine.host.irq.at(3));
}

TEST(SmmuTranslationOperation, DropsTheTopByteAsATransactionDoes)
{
    Stages machine;
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.write(0x8010, 0x0003'8022); // TBI0
    machine.host.memory[0x10'0000] = 0x4000'0741;
    machine.write64(0x8800, 0x0800'0000'0000'1000); // ATS1PR
    EXPECT_EQ(machine.read64(0x8050) & 0xffff'ffff'f001, 0x4000'1000u);
    machine.write(0x8010, 0x0003'8002);
    machine.write64(0x8800, 0x0800'0000'0000'1000);
    EXPECT_EQ(machine.read64(0x8050), 0x3u) << "F, TF";
}

TEST(SmmuTranslationOperation, OnAarch32Stage2TakesFortyBits)
{
    Stages machine;
    machine.cba2r(0, 0);
    machine.cbar(0, 0x0000'0007);
    machine.write(0x8030, 0x8000'0058); // SL0 1, T0SZ -8
    machine.write64(0x8020, 0x10'0000);
    machine.write(0x8000, 0x61);
    machine.host.memory[0x10'0150] = 0x9'c000'04fd; // IPA 0xa'8000'0000, a GiB
    machine.write64(0x130, 0xa'8123'4000);          // GATS12PR, bank 0
    EXPECT_EQ(machine.read64(0x180) & 0xffff'ffff'f001, 0x9'c123'4000u);
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
    EXPECT_EQ(machine.read64(0x180), 0xa'0000'0003u);
    EXPECT_EQ(machine.cb(2, 0x58), 0u) << "no fault is recorded";
    EXPECT_EQ(machine.read(0x188), 0u) << "GATSR";
    machine.write64(0x130, 0x4000'0002); // the stage 2 bank
    EXPECT_EQ(machine.read64(0x180) & 0xff'ffff'f001, 0x8000'0000u);
    machine.write64(0x110, 0x4000'0002); // has no stage 1
    EXPECT_EQ(machine.read64(0x180), 0x8000'0001u) << "ATOT";
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

TEST(SmmuTranslationOperation, WithoutAClockForTheWalkIsTerminated)
{
    Stages machine;
    machine.stage1(0, 0x0001'0000, 0x10'0000);
    machine.set(Supply::Bus, false);
    machine.write64(0x8800, 0x1000);
    EXPECT_EQ(machine.read64(0x8050), 0x8000'0001u);
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
