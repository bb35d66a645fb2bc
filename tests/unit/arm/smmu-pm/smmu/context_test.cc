// SPDX-License-Identifier: GPL-2.0-or-later
//
// What each field of a context bank is to the walk: SCTLR, TCR, TCR2, TTBRs, MAIRs, and what of
// them the configuration bounds. IHI 0062D chapters 16 and 17; stages_test.cc has the stages.
#include "stages.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

constexpr uint32_t translation_fault = 0x402, access_flag_fault = 0x404, address_size_fault = 0x480;

/// Bank 0: stage 1 with its blocks of 2 MiB at 0x10'0000.
struct Context : Stages {
    explicit Context(const smmu::Config& config = everything()) : Stages(config)
    {
        stage1(0, 0x0001'f300, 0x10'0000);
    }
    bool allowed(uint64_t iova, const smmu::Request& request)
    {
        return smmu.translate({.iova = iova, .request = request}).result == Result::Ok;
    }
};

/// AArch32, its table at 0x10'0000; SCTLR as given.
struct Context32 : Context {
    explicit Context32(uint32_t ttbcr, uint32_t sctlr = 0x61,
                       const smmu::Config& config = everything())
        : Context(config)
    {
        cba2r(0, 0);
        write(0x8030, ttbcr);
        write64(0x8028, 0x90'0000);
        write(0x8000, sctlr);
    }
};

// ---- Sizes ------------------------------------------------------------------------------------

TEST(SmmuContext, PasizeBoundsWhatStage1PutsOut)
{
    const unsigned bits[8] = {32, 36, 40, 42, 44, 48, 48, 48}; // 6 and 7 are reserved
    for (unsigned pasize = 0; pasize < 8; ++pasize) {
        Context machine;
        machine.write(0x8010, 0x0003'8000 | pasize);
        machine.host.memory[0x10'0000] = uint64_t{1} << (bits[pasize] - 1) | 0x741;
        machine.host.memory[0x10'0008] = uint64_t{1} << bits[pasize] | 0x741;
        EXPECT_EQ(machine.load(0).pa, uint64_t{1} << (bits[pasize] - 1)) << pasize;
        machine.load(0x20'0000);
        EXPECT_EQ(machine.cb(0, 0x58), bits[pasize] < 48 ? address_size_fault : 0x400u) << pasize;
    }
}

TEST(SmmuContext, OasBoundsItToo)
{
    smmu::Config config = everything();
    config.ias = config.oas = 1; // 36 bits
    Context machine(config);
    machine.write(0x8010, 0x0003'8005);
    machine.host.memory[0x10'0000] = 0x8'0000'0741;
    machine.host.memory[0x10'0008] = 0x10'0000'0741;
    EXPECT_EQ(machine.load(0).pa, 0x8'0000'0000u);
    machine.load(0x20'0000);
    EXPECT_EQ(machine.cb(0, 0x58), address_size_fault);
}

TEST(SmmuContext, WhatStage1PutsOutAboveStage2IsAnIpaAndBoundedByIas)
{
    for (const unsigned ias : {2u, 1u}) { // 40 and 36 bits
        smmu::Config config = everything();
        config.ias = ias;
        config.oas = ias == 2 ? 1 : 2;
        Stages machine(config);
        machine.nested();
        machine.write(0xa030, 0x8002'005c);                // T0SZ 28: 36 bits
        machine.host.memory[0x8000'2028] = 0x10'0000'0743; // va 0x5000: IPA of 37 bits
        machine.load(0x5000);
        EXPECT_EQ(machine.cb(0, 0x58), ias == 1 ? address_size_fault : 0x400u);
        EXPECT_EQ(machine.cb(2, 0x58), ias == 1 ? 0x400u : translation_fault);
    }
}

/// The smallest granule that there is, as 1, 2, 4 of 4, 16 and 64 KiB.
unsigned taken(unsigned has, unsigned asked)
{
    return (has & asked) != 0 ? asked : has & -has;
}

smmu::Config with_granules(unsigned has)
{
    smmu::Config config = everything();
    config.formats.aarch64_4k = (has & 1) != 0;
    config.formats.aarch64_16k = (has & 2) != 0;
    config.formats.aarch64_64k = (has & 4) != 0;
    return config;
}

// IHI 0062D 16.5.38 leaves to the implementation which one of those that there are.
TEST(SmmuContext, AReservedGranuleAndOneThatIsNotConfiguredAreTheSmallestThatThereIs)
{
    const unsigned tg0[4] = {1, 4, 2, 0}, tg1[4] = {0, 2, 1, 4};
    for (unsigned has = 1; has < 8; ++has) {
        for (unsigned tg = 0; tg < 4; ++tg) {
            Context machine(with_granules(has));
            machine.write64(0x8028, 0x90'0000);
            machine.write(0x8030, tg << 30 | 0x22 << 16 | tg << 14 | 0x22);
            // 30 bits; the descriptor of the upper half of them, at level 2.
            const uint64_t read[5] = {0, 0x10'0800, 0x10'0080, 0, 0x10'0008};
            machine.host.aborting = {read[taken(has, tg0[tg])],
                                     read[taken(has, tg1[tg])] + 0x80'0000};
            machine.load(0x2000'0000);
            EXPECT_EQ(machine.cb(0, 0x58), 0x410u) << has << " TG0 " << tg;
            machine.write(0x8058, 0x410);
            machine.load(0xffff'ffff'e000'0000);
            EXPECT_EQ(machine.cb(0, 0x58), 0x410u) << has << " TG1 " << tg;
            EXPECT_EQ(machine.cb(0, 0x30), tg << 30 | 0x22 << 16 | tg << 14 | 0x22);
        }
    }
}

// 17.3.8: and so it is in stage 2.
TEST(SmmuContext, AReservedGranuleOfStage2IsTheSmallestThatThereIsToo)
{
    const unsigned tg0[4] = {1, 4, 2, 0};
    for (unsigned has = 1; has < 8; ++has) {
        for (unsigned tg = 0; tg < 4; ++tg) {
            Stages machine(with_granules(has));
            machine.stage2(0);
            machine.write(0x8030, 0x8002'0058 | tg << 14);
            const uint64_t read[5] = {0, 0x10'0008, 0x10'0100, 0, 0x10'0010};
            machine.host.aborting = {read[taken(has, tg0[tg])]};
            machine.load(0x4000'0000);
            EXPECT_EQ(machine.cb(0, 0x58), 0x410u) << has << " TG0 " << tg;
        }
    }
}

TEST(SmmuContext, OnMsm8996OnlyPagesOf4KAreThereWhateverTg0Says)
{
    Machine machine;
    machine.linux_resume();
    machine.map(0x1000, 0x4400'0000 | page_bits);
    machine.write(0x8030, 0x0080'7510);
    EXPECT_EQ(machine.load(0x1234).pa, 0x4400'0234u);
    EXPECT_EQ(machine.read(0x8030), 0x0080'7510u);
}

TEST(SmmuContext, Stage2HasAGranuleToo)
{
    struct Row {
        uint32_t tg0;
        uint64_t ipa; ///< the second entry of level 2, or with 4 KiB of level 1
    };
    for (const Row& row : {Row{0, 0x4000'1234}, Row{1, 0x2000'1234}, Row{2, 0x0200'1234}}) {
        Stages machine;
        machine.stage2(0);
        machine.write(0x8030, 0x8002'0058 | row.tg0 << 14);
        machine.host.memory[0x10'0008] = 0x4000'04fd;
        EXPECT_EQ(machine.load(row.ipa).pa, 0x4000'1234u) << row.tg0;
    }
}

TEST(SmmuContext, NoIpaHasMoreThan48Bits)
{
    for (const uint32_t t0sz : {15u, 16u}) {
        Stages machine;
        machine.stage2(0);
        machine.write(0x8030, 0x8002'0080 | t0sz); // SL0 2: level 0
        machine.load(0);
        EXPECT_EQ(machine.cb(0, 0x58), translation_fault);
        EXPECT_EQ(machine.host.reads, t0sz == 16 ? 1u : 0u) << t0sz;
    }
}

TEST(SmmuContext, AnIpaBeyondAnAarch32T0szIsATranslationFaultWithoutARead)
{
    struct Row {
        uint32_t tcr; ///< SL0 1, S and T0SZ
        uint64_t beyond;
    };
    for (const Row& row : {Row{0x40, 0x1'0000'0000}, Row{0x58, 0x100'0000'0000}}) {
        Stages machine;
        machine.stage2(0);
        machine.cba2r(0, 0);
        machine.write(0x8030, 0x8000'0000 | row.tcr);
        machine.load(row.beyond);
        EXPECT_EQ(machine.cb(0, 0x58), 0x202u) << std::hex << row.tcr;
        EXPECT_EQ(machine.host.reads, 0u) << std::hex << row.tcr;
        machine.write(0x8058, 0x202);
        machine.load(row.beyond - 1);
        EXPECT_EQ(machine.host.reads, 1u) << std::hex << row.tcr;
    }
}

TEST(SmmuContext, Aarch64WithoutAnyGranuleIsAnInvalidContext)
{
    smmu::Config config = everything();
    config.formats = {.aarch32_short = true, .aarch32_long = true, .aarch64_4k = false};
    Context machine(config);
    machine.load(0);
    EXPECT_EQ(machine.read(0x48), 1u) << "ICF";
    EXPECT_EQ(machine.cb(0, 0x58), 0u);
}

TEST(SmmuContext, EachAarch32FormatIsConfiguredByItself)
{
    for (const bool eae : {false, true})
        for (const bool has_long : {false, true}) {
            smmu::Config config = everything();
            config.formats.aarch32_short = !has_long;
            config.formats.aarch32_long = has_long;
            Context32 machine(eae ? 0x8000'0000 : 0, 0x61, config);
            machine.load(0);
            EXPECT_EQ(machine.read(0x48), eae == has_long ? 0u : 1u) << "ICF";
        }
}

// ---- Which tables -----------------------------------------------------------------------------

TEST(SmmuContext, AHypervisorsAndStage2sTablesAreLongWithoutEae)
{
    Context32 machine(0);
    machine.host.memory[0x10'0000] = 0x12'4000'0701;
    machine.cbar(0, 0x0001'0400); // HYPC
    EXPECT_EQ(machine.load(0x1234).pa, 0x12'4000'1234u);
    machine.cbar(0, 0x0000'0007);
    machine.write(0x8030, 0x40); // SL0 1
    machine.host.memory[0x10'0000] = 0x9'c000'04fd;
    EXPECT_EQ(machine.load(0x1234).pa, 0x9'c000'1234u);
}

TEST(SmmuContext, AHypervisorHasNoEpd0)
{
    Context machine;
    machine.cbar(0, 0x0001'0400);
    machine.write(0x8030, 0x00a2); // EPD0, T0SZ 34
    machine.host.memory[0x10'0000] = 0x4000'0741;
    EXPECT_EQ(machine.load(0x1234).pa, 0x4000'1234u);
    Context32 other(0x80);
    other.cbar(0, 0x0001'0400);
    other.host.memory[0x10'0000] = 0x4000'0741;
    EXPECT_EQ(other.load(0x1234).pa, 0x4000'1234u);
}

struct Reads {
    uint32_t tcr;
    uint64_t iova;
    uint64_t first; ///< 0: none
};

void expect(Context& machine, std::initializer_list<Reads> rows)
{
    for (const Reads& row : rows) {
        machine.write(0x8030, row.tcr);
        machine.write(0x8058, 0xffff'ffff);
        machine.host.reads = 0;
        machine.host.aborting = {row.first};
        machine.load(row.iova);
        EXPECT_EQ(machine.cb(0, 0x58) & 0x1ff, row.first == 0 ? 0x2u : 0x10u)
            << std::hex << row.tcr << " " << row.iova;
        EXPECT_EQ(machine.host.reads, row.first == 0 ? 0u : 1u) << std::hex << row.tcr;
    }
}

TEST(SmmuContext, TcrChoosesBetweenTheTwoTablesOfAarch64)
{
    Context machine;
    machine.write64(0x8028, 0x90'0000);
    constexpr uint64_t high = 0xffff'ffff'c000'0000;
    expect(machine, {{0x8022'0022, 0x3fe0'0000, 0x10'0ff8},
                     {0x8022'0023, 0x3fe0'0000, 0}, // T0SZ 35
                     {0x8022'00a2, 0, 0},           // EPD0
                     {0x80a2'0022, 0, 0x10'0000},   // EPD1
                     {0x80a2'0022, high, 0},
                     {0x8022'00a2, high, 0x90'0000},
                     {0x8023'0022, high, 0}}); // T1SZ 35
}

TEST(SmmuContext, TtbcrChoosesBetweenTheTwoTablesOfLongDescriptors)
{
    Context32 machine(0);
    expect(machine, {{0x8000'0002, 0x3fff'ffff, 0x10'0ff8}, // T0SZ 2
                     {0x8000'0002, 0x4000'0000, 0x90'0008},
                     {0x8002'0000, 0xc000'0000, 0x90'0000}, // T1SZ 2
                     {0x8002'0000, 0xbfff'ffff, 0x10'0010},
                     {0x8001'0081, 0x0000'0000, 0}, // EPD0
                     {0x8001'0081, 0x8000'0000, 0x90'0000},
                     {0x8081'0001, 0x8000'0000, 0}, // EPD1
                     {0x8081'0001, 0x0000'0000, 0x10'0000}});
}

TEST(SmmuContext, TtbcrChoosesBetweenTheTwoTablesOfShortDescriptors)
{
    Context32 machine(0);
    expect(machine, {{0, 0xfff0'0000, 0x10'3ff8},
                     {1, 0x7ff0'0000, 0x10'1ff8},
                     {1, 0x8000'0000, 0x90'2000},
                     {0x11, 0x0000'0000, 0}, // PD0
                     {0x11, 0x8000'0000, 0x90'2000},
                     {0x21, 0x8000'0000, 0}, // PD1
                     {0x21, 0x0000'0000, 0x10'0000}});
}

TEST(SmmuContext, Tcr2HasSepAndTbiOfEachHalf)
{
    Context machine;
    machine.write64(0x8028, 0x90'0000);
    machine.write(0x8030, 0x8022'0022);
    machine.host.memory[0x10'0000] = 0x4000'0741;
    machine.host.memory[0x90'0000] = 0x6000'0741;
    constexpr uint64_t tagged_low = 0xab00'0000'0000'1000, tagged_high = 0xabff'ffff'c000'1000;
    machine.write(0x8010, 0x0003'8022); // TBI0
    EXPECT_EQ(machine.load(tagged_low).pa, 0x4000'1000u);
    EXPECT_EQ(machine.load(tagged_high).result, Result::Decode);
    machine.write(0x8058, 0xffff'ffff);
    machine.write(0x8010, 0x0003'8042); // TBI1
    EXPECT_EQ(machine.load(tagged_high).pa, 0x6000'1000u);
    EXPECT_EQ(machine.load(tagged_low).result, Result::Decode);
    machine.write(0x8058, 0xffff'ffff);
    machine.write(0x8010, 0x0000'0002); // SEP 0: bit 31
    EXPECT_EQ(machine.load(0xc000'1000).pa, 0x6000'1000u);
}

// ---- SCTLR and MAIR ---------------------------------------------------------------------------

TEST(SmmuContext, AffdUsesALeafWithoutAccessFlagButDoesNotKeepIt)
{
    Context machine;
    machine.host.memory[0x10'0000] = 0x4000'0341;
    machine.load(0x1234);
    EXPECT_EQ(machine.cb(0, 0x58), access_flag_fault);
    machine.write(0x8058, access_flag_fault);
    machine.write(0x8000, 0x69);
    EXPECT_EQ(machine.load(0x1234).pa, 0x4000'1234u);
    EXPECT_EQ(machine.smmu.tlb_entries(), 0u);
}

TEST(SmmuContext, WxnAndUwxnKeepFetchesFromWhatMayBeWritten)
{
    constexpr smmu::Request fetch = {.instruction = true};
    constexpr smmu::Request kernel_fetch = {.privileged = true, .instruction = true};
    for (const uint32_t sctlr : {0x61u, 0x261u, 0x461u}) { // WXN is bit 9, UWXN is bit 10
        Context32 machine(0x8000'0000, sctlr);
        machine.host.memory[0x10'0000] = 0x4000'0741; // AP = 01
        EXPECT_EQ(machine.allowed(0, fetch), sctlr != 0x261) << std::hex << sctlr;
        machine.write(0x8058, 0xffff'ffff);
        EXPECT_EQ(machine.allowed(0, kernel_fetch), sctlr == 0x61) << std::hex << sctlr;
    }
}

TEST(SmmuContext, AfeAndTreAreOfShortDescriptors)
{
    for (const bool afe : {false, true}) {
        Context32 machine(0, afe ? 0x65 : 0x61);
        machine.host.memory[0x10'0000] = 0x4000'0802; // AP = 010
        EXPECT_EQ(machine.allowed(0, {}), !afe);
        EXPECT_EQ(machine.cb(0, 0x58), afe ? 0x4u : 0u) << "AFF";
    }
    for (const bool tre : {false, true}) {
        Context32 machine(0, tre ? 0x63 : 0x61);
        machine.write(0x8038, 0x0000'0008);           // PRRR: TR1 is Normal
        machine.write(0x803c, 0x0008'0004);           // NMRR: OR1 2, IR1 1
        machine.host.memory[0x10'0000] = 0x4000'0c06; // TEX 000, B
        EXPECT_EQ(machine.load(0).attributes.memory, tre ? 0xaf : 0x04);
    }
}

TEST(SmmuContext, EIsTheEndiannessOfItsTables)
{
    Context machine;
    machine.write(0x8000, 0x71);
    machine.host.memory[0x10'0000] = 0x4107'0040'0000'0000;
    EXPECT_EQ(machine.load(0x1234).pa, 0x4000'1234u);
}

TEST(SmmuContext, Mair0AndMair1HaveTheTypesOfEightIndices)
{
    Context machine;
    machine.write(0x8038, 0xff4f'f404);
    machine.write(0x803c, 0x77bb'eeaa);
    const unsigned types[8] = {0x04, 0xf4, 0x4f, 0xff, 0xaa, 0xee, 0xbb, 0x77};
    for (uint64_t n = 0; n < 8; ++n) {
        machine.host.memory[0x10'0000 + 8 * n] = (0x4000'0741 + (n << 21)) | n << 2;
        EXPECT_EQ(machine.load(n << 21).attributes.memory, types[n]) << n;
    }
}

TEST(SmmuContext, Stage2HasFieldsOfItsOwnBank)
{
    Stages machine;
    machine.nested();
    machine.host.memory[0x20'0000] = 0x8000'00fd; // no access flag
    machine.load(0x3000);
    EXPECT_EQ(machine.cb(2, 0x58), access_flag_fault);
    machine.write(0xa058, access_flag_fault);
    machine.write(0xa000, 0x69); // AFFD
    EXPECT_EQ(machine.load(0x3000).pa, 0x8000'7000u);
    machine.host.memory[0x20'0000] = 0x8000'04c5; // Device-nGnRE
    EXPECT_EQ(machine.load(0x3000).pa, 0x8000'7000u);
    machine.write(0x68, 0);
    machine.write(0xa000, 0x2061); // PTW
    machine.load(0x3000);
    EXPECT_EQ(machine.cb(2, 0x58), 0x408u) << "PF";
    machine.write(0xa058, 0x408);
    machine.write(0xa000, 0x71); // E
    machine.host.memory[0x10'0008] = 0x0300'2000'0000'0000;
    machine.host.memory[0x20'0000] = 0xfd04'0080'0000'0000;
    EXPECT_EQ(machine.load(0x3000).pa, 0x8000'7000u);
}

TEST(SmmuContext, AFaultOfStage2AloneIsOfItsOwnBank)
{
    Stages machine;
    machine.stage2(2);
    machine.stream(0, 0, 2);
    machine.load(0x4123'4567);
    EXPECT_EQ(machine.cb(2, 0x58), translation_fault);
    EXPECT_EQ(machine.read64(0xa070), 0x4123'4567u) << "IPAFAR";
    EXPECT_EQ(machine.cb(0, 0x58), 0x200u);
}

// ---- Tags -------------------------------------------------------------------------------------

TEST(SmmuContext, AsidsOfLongDescriptorsAreOfTheTableThatA1NamesAndOfEightBits)
{
    for (const bool a1 : {false, true}) {
        Context32 machine(a1 ? 0x8040'0000 : 0x8000'0000);
        machine.write64(0x8020, uint64_t{0x1205} << 48 | 0x10'0000);
        machine.write64(0x8028, uint64_t{0x3407} << 48 | 0x90'0000);
        machine.host.memory[0x10'0000] = 0x4000'0f41; // nG
        machine.load(0);
        machine.write(0x8610, a1 ? 5 : 7); // TLBIASID
        EXPECT_EQ(machine.smmu.tlb_entries(), 1u);
        machine.write(0x8610, a1 ? 7 : 5);
        EXPECT_EQ(machine.smmu.tlb_entries(), 0u);
    }
}

TEST(SmmuContext, ANestedBankWhoseStage1IsOffSharesTheEntriesOfStage2)
{
    Stages machine;
    machine.nested();
    machine.stream(1, 1, 2);
    machine.write64(0x8020, uint64_t{5} << 48 | 0x4000'1000); // an ASID, of stage 1
    machine.write(0x8000, 0x60);
    EXPECT_EQ(machine.load(0x4000'3000).pa, 0x8000'3000u);
    EXPECT_EQ(machine.load(0x4000'3000, 1).pa, 0x8000'3000u);
    EXPECT_EQ(machine.smmu.tlb_entries(), 1u);
    machine.write64(0xa630, 0x4'0003); // SMMU_CB2_TLBIIPAS2
    EXPECT_EQ(machine.smmu.tlb_entries(), 0u);
}

// ---- Invalid contexts -------------------------------------------------------------------------

TEST(SmmuContext, OnlyTheFirstBanksHaveStage2Alone)
{
    smmu::Config config = everything();
    config.stage2_banks = 1;
    Stages machine(config);
    machine.stage2(2);
    machine.stage1(0, 0x0003'0207, 0x4000'1000); // nested
    machine.load(0);
    EXPECT_EQ(machine.read(0x48), 1u) << "ICF";
    machine.write(0x48, 1);
    machine.stream(0, 0, 1);
    machine.stage1(1, 0x0001'0000, 0x10'0000);
    machine.load(0);
    EXPECT_EQ(machine.read(0x48), 0u);
    EXPECT_EQ(machine.cb(1, 0x58), translation_fault);
}

TEST(SmmuContext, WithoutStage1ABankOfStage1IsInvalid)
{
    smmu::Config config = everything();
    config.stage1 = config.nested = config.address_translation = false;
    Context machine(config);
    machine.load(0);
    EXPECT_EQ(machine.read(0x48), 1u) << "ICF";
}

TEST(SmmuContext, TheFormatUnderANestedBankHasToBeConfigured)
{
    for (const bool has : {false, true}) {
        smmu::Config config = everything();
        config.formats.aarch32_long = has;
        Stages machine(config);
        machine.nested();
        machine.cba2r(0, 0);
        machine.write(0x8030, 0); // short descriptors
        machine.cba2r(2, 0);      // over long ones
        machine.load(0);
        EXPECT_EQ(machine.read(0x48), has ? 0u : 1u) << "ICF";
    }
}

} // namespace
} // namespace smmu_pm::test
