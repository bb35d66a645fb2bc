// SPDX-License-Identifier: GPL-2.0-or-later
//
// The register chapter by a second reading: offsets, reset values and masks typed in from IHI 0062D
// chapters 9, 10 and 16, checked through the guest's own accesses.
#include "stages.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

struct Row {
    const char* name;
    uint32_t offset;
    uint32_t reset;
    uint32_t writable; ///< bits that read back what was written
};

constexpr Row rows[] = {
    {"SMMU_sCR0", 0x000, 0x0000'0001, 0x0fff'fdf7},
    {"SMMU_sCR1", 0x004, 0, 0},
    {"SMMU_sCR2", 0x008, 0, 0},
    {"SMMU_sACR", 0x010, 0, 0xffff'ffff},
    {"SMMU_IDR0", 0x020, 0x4e01'5e08, 0},
    {"SMMU_IDR1", 0x024, 0x2000'0002, 0},
    {"SMMU_IDR2", 0x028, 0x0000'1544, 0},
    {"SMMU_IDR3", 0x02c, 0, 0},
    {"SMMU_IDR4", 0x030, 0, 0},
    {"SMMU_IDR5", 0x034, 0, 0},
    {"SMMU_IDR6", 0x038, 0, 0},
    {"SMMU_IDR7", 0x03c, 0x0000'0020, 0},
    {"SMMU_sGFAR_low", 0x040, 0, 0xffff'ffff},
    {"SMMU_sGFAR_high", 0x044, 0, 0xffff'ffff},
    {"SMMU_sGFSR", 0x048, 0, 0},
    {"SMMU_sGFSRRESTORE", 0x04c, 0, 0},
    {"SMMU_sGFSYNR0", 0x050, 0, 0x0000'007f},
    {"SMMU_sGFSYNR1", 0x054, 0, 0x0000'7fff},
    {"SMMU_sGFSYNR2", 0x058, 0, 0xffff'ffff},
    {"SMMU_STLBIALL", 0x060, 0, 0},
    {"SMMU_TLBIVMID", 0x064, 0, 0},
    {"SMMU_TLBIALLNSNH", 0x068, 0, 0},
    {"SMMU_TLBIALLH", 0x06c, 0, 0},
    {"SMMU_sTLBGSYNC", 0x070, 0, 0},
    {"SMMU_sTLBGSTATUS", 0x074, 0, 0},
    {"SMMU_SMR0", 0x800, 0, 0xffff'7fff},
    {"SMMU_SMR7", 0x81c, 0, 0xffff'7fff},
    {"SMMU_S2CR0", 0xc00, 0x0002'0000, 0x3fff'fbff},
    {"SMMU_S2CR7", 0xc1c, 0x0002'0000, 0x3fff'fbff},
    {"SMMU_CBAR0", 0x1000, 0, 0x00ff'ffff},
    {"SMMU_CBAR1", 0x1004, 0, 0x00ff'ffff},
    {"SMMU_CBFRSYNRA0", 0x1400, 0, 0x0000'7fff},
    {"SMMU_CBFRSYNRA1", 0x1404, 0, 0x0000'7fff},
    {"SMMU_CBA2R0", 0x1800, 0, 0x0000'0001},
    {"SMMU_CBA2R1", 0x1804, 0, 0x0000'0001},
    {"SMMU_CB0_SCTLR", 0x8000, 0, 0x7fff'f7ff},
    {"SMMU_CB0_ACTLR", 0x8004, 0, 0xffff'ffff},
    {"SMMU_CB0_RESUME", 0x8008, 0, 0},
    {"SMMU_CB0_TCR2", 0x8010, 0, 0x4003'c077},
    {"SMMU_CB0_TTBR0_low", 0x8020, 0, 0xffff'ffff},
    {"SMMU_CB0_TTBR0_high", 0x8024, 0, 0xffff'ffff},
    {"SMMU_CB0_TTBR1_low", 0x8028, 0, 0xffff'ffff},
    {"SMMU_CB0_TTBR1_high", 0x802c, 0, 0xffff'ffff},
    {"SMMU_CB0_TCR", 0x8030, 0, 0xffff'ffff},
    {"SMMU_CB0_CONTEXTIDR", 0x8034, 0, 0xffff'ffff},
    {"SMMU_CB0_MAIR0", 0x8038, 0, 0xffff'ffff},
    {"SMMU_CB0_MAIR1", 0x803c, 0, 0xffff'ffff},
    {"SMMU_CB0_PAR", 0x8050, 0, 0},
    {"SMMU_CB0_FSR", 0x8058, 0, 0},
    {"SMMU_CB0_FSRRESTORE", 0x805c, 0, 0},
    {"SMMU_CB0_FAR_low", 0x8060, 0, 0xffff'ffff},
    {"SMMU_CB0_FAR_high", 0x8064, 0, 0xffff'ffff},
    {"SMMU_CB0_FSYNR0", 0x8068, 0, 0x00ff'0ffb},
    {"SMMU_CB0_FSYNR1", 0x806c, 0, 0xffff'ffff},
    {"SMMU_CB0_TLBIVA", 0x8600, 0, 0},
    {"SMMU_CB0_TLBIVAA", 0x8608, 0, 0},
    {"SMMU_CB0_TLBIASID", 0x8610, 0, 0},
    {"SMMU_CB0_TLBIALL", 0x8618, 0, 0},
    {"SMMU_CB0_TLBIVAL", 0x8620, 0, 0},
    {"SMMU_CB0_TLBIVAAL", 0x8628, 0, 0},
    {"SMMU_CB0_TLBSYNC", 0x87f0, 0, 0},
    {"SMMU_CB0_TLBSTATUS", 0x87f4, 0, 0},
    {"SMMU_CB0_ATS1PR", 0x8800, 0, 0},
    {"SMMU_CB0_ATSR", 0x88f0, 0, 0},
    {"SMMU_CB1_SCTLR", 0x9000, 0, 0x7fff'f7ff},
    {"SMMU_CB1_TCR", 0x9030, 0, 0xffff'ffff},
    {"SMMU_CB1_FSYNR0", 0x9068, 0, 0x00ff'0ffb},
    {"SMMU_CB1_FSYNR1", 0x906c, 0, 0xffff'ffff},
};

class SmmuRegister : public testing::TestWithParam<Row> {};

TEST_P(SmmuRegister, ReadsItsResetValueAfterPowerUp)
{
    Machine machine;
    EXPECT_EQ(machine.read(GetParam().offset), GetParam().reset);
}

TEST_P(SmmuRegister, KeepsItsWritableBitsAndNoOthers)
{
    const Row& row = GetParam();
    Machine machine;
    machine.write(row.offset, 0xffff'ffff);
    EXPECT_EQ(machine.read(row.offset), row.writable | (row.reset & ~row.writable));
    machine.write(row.offset, 0);
    EXPECT_EQ(machine.read(row.offset), row.reset & ~row.writable);
    machine.write(row.offset, 0x5a5a'a5a5);
    EXPECT_EQ(machine.read(row.offset), (0x5a5a'a5a5 & row.writable) | (row.reset & ~row.writable));
}

TEST_P(SmmuRegister, GoesByItsNameInTheManualWhenItIsTouchedInVain)
{
    Machine machine;
    machine.set(Supply::Iface, false);
    machine.read(GetParam().offset);
    std::string name = GetParam().name;
    for (const char* half : {"_low", "_high"})
        if (name.ends_with(half))
            name.resize(name.size() - std::string(half).size());
    ASSERT_EQ(machine.sink.of(journal::Kind::Touch).size(), 1u);
    EXPECT_EQ(machine.sink.of(journal::Kind::Touch).at(0).name, name);
}

INSTANTIATE_TEST_SUITE_P(Manual, SmmuRegister, testing::ValuesIn(rows),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(SmmuRegisters, FsrBitsAreClearedByWritingOneAndOnlyThose)
{
    Machine machine;
    machine.write(0x1800, 1);           // CBA2R0.VA64
    machine.write(0x1000, 0x0001'0000); // CBAR0.TYPE
    machine.write(0x805c, 0x0000'0000); // FSRRESTORE
    EXPECT_EQ(machine.read(0x8058), 0x400u);
    machine.write(0x805c, 0xffff'ffff); // FSRRESTORE
    EXPECT_EQ(machine.read(0x8058), 0x8000'05feu) << "FORMAT AArch64";
    machine.write(0x8058, 0x0000'0002);
    EXPECT_EQ(machine.read(0x8058), 0x8000'05fcu);
    machine.write(0x8058, 0);
    EXPECT_EQ(machine.read(0x8058), 0x8000'05fcu);
    machine.write(0x8058, 0xc000'01fe);
    EXPECT_EQ(machine.read(0x8058), 0x400u);
}

TEST(SmmuRegisters, AnAarch32Stage2ReadsEaeAsOne)
{
    Stages machine;
    machine.cbar(0, 0x0000'0007);
    machine.write(0x8030, 0x0000'0058);
    EXPECT_EQ(machine.cb(0, 0x30), 0x8000'0058u);
    machine.cba2r(0, 1);
    EXPECT_EQ(machine.cb(0, 0x30), 0x0000'0058u) << "AArch64";
    machine.cba2r(0, 0);
    machine.cbar(0, 0x0001'0000);
    EXPECT_EQ(machine.cb(0, 0x30), 0x0000'0058u) << "stage 1";
}

TEST(SmmuRegisters, FormatOfFsrIsThatOfTheBankFaultOrNone)
{
    Stages machine;
    machine.cbar(0, 0x0001'0000);
    EXPECT_EQ(machine.cb(0, 0x58), 0u) << "short descriptors";
    machine.write(0x8030, 0x8000'0000); // EAE
    EXPECT_EQ(machine.cb(0, 0x58), 0x200u);
    machine.write(0x805c, 0x2); // FSRRESTORE
    EXPECT_EQ(machine.cb(0, 0x58), 0x202u);
    machine.cba2r(0, 1);
    EXPECT_EQ(machine.cb(0, 0x58), 0x402u);
    machine.cbar(0, 0x0002'0000); // an invalid context
    EXPECT_EQ(machine.cb(0, 0x58), 0x2u);
}

TEST(SmmuRegisters, GfsrBitsAreClearedByWritingOneAndOnlyThose)
{
    Machine machine;
    machine.write(0x4c, 0xffff'ffff); // sGFSRRESTORE
    EXPECT_EQ(machine.read(0x48), 0x8000'017fu);
    machine.write(0x48, 0x8000'0001);
    EXPECT_EQ(machine.read(0x48), 0x0000'017eu);
    machine.write(0x48, 0x0000'01fe);
    EXPECT_EQ(machine.read(0x48), 0u);
}

TEST(SmmuRegisters, TheStallFlagOfFsrCannotBeSetFromOutside)
{
    Machine machine;
    machine.write(0x805c, 0x4000'0000);
    EXPECT_EQ(machine.read(0x8058), 0u);
}

TEST(SmmuRegisters, A64BitRegisterTakesHalvesAndWholes)
{
    Machine machine;
    machine.write64(0x8020, 0x1234'5678'9abc'def0);
    EXPECT_EQ(machine.read(0x8020), 0x9abc'def0u);
    EXPECT_EQ(machine.read(0x8024), 0x1234'5678u);
    machine.write(0x8024, 0xaaaa'bbbb);
    EXPECT_EQ(machine.read64(0x8020), 0xaaaa'bbbb'9abc'def0);
    machine.write(0x8020, 0x1111'2222);
    EXPECT_EQ(machine.read64(0x8020), 0xaaaa'bbbb'1111'2222);
}

TEST(SmmuRegisters, A64BitAccessToTwo32BitRegistersIsBothOfThem)
{
    Machine machine;
    machine.write64(0x800, 0x8000'0007'8000'0005);
    EXPECT_EQ(machine.read(0x800), 0x8000'0005u);
    EXPECT_EQ(machine.read(0x804), 0x8000'0007u);
    EXPECT_EQ(machine.read64(0x800), 0x8000'0007'8000'0005);
}

TEST(SmmuRegisters, IdRegistersCountWhatIsConfigured)
{
    Machine machine({.stream_groups = 127, .context_banks = 8});
    EXPECT_EQ(machine.read(0x20), 0x4e01'5e7fu);
    EXPECT_EQ(machine.read(0x24), 0x2000'0008u);
    Machine smallest({.stream_groups = 1, .context_banks = 1});
    EXPECT_EQ(smallest.read(0x20), 0x4e01'5e01u);
    EXPECT_EQ(smallest.read(0x24), 0x2000'0001u);
}

TEST(SmmuRegisters, WhatIsNotConfiguredReadsZeroAndIgnoresWrites)
{
    Machine machine({.stream_groups = 3, .context_banks = 1});
    for (const uint32_t offset : {0x80cu, 0xc0cu, 0x1004u, 0x1404u, 0x1804u, 0x9000u, 0x9020u}) {
        machine.write(offset, 0xffff'ffff);
        EXPECT_EQ(machine.read(offset), 0u) << std::hex << offset;
    }
    machine.write(0x808, 0x8000'0001);
    EXPECT_EQ(machine.read(0x808), 0x8000'0001u);
}

TEST(SmmuRegisters, AWideAccessAcrossTheLastStreamGroupKeepsNothingBeyondIt)
{
    Machine machine({.stream_groups = 3, .context_banks = 1});
    machine.write64(0x808, 0xffff'ffff'8000'0001);
    EXPECT_EQ(machine.read64(0x808), 0x8000'0001u);
    Machine other({.stream_groups = 3, .context_banks = 1});
    EXPECT_TRUE(other.smmu.load(machine.smmu.save()));
}

TEST(SmmuRegisters, AConfigurationOutOfRangeIsRefused)
{
    EXPECT_TRUE(smmu::valid({.stream_groups = 1, .context_banks = 1}));
    EXPECT_TRUE(smmu::valid({.stream_groups = 127, .context_banks = 8}));
    EXPECT_FALSE(smmu::valid({.stream_groups = 0, .context_banks = 1}));
    EXPECT_FALSE(smmu::valid({.stream_groups = 128, .context_banks = 1}));
    EXPECT_FALSE(smmu::valid({.stream_groups = 1, .context_banks = 0}));
    EXPECT_FALSE(smmu::valid({.stream_groups = 1, .context_banks = 9}));
}

TEST(SmmuRegisters, WhatIsNoRegisterReadsZeroAndIsReportedOnce)
{
    Machine machine;
    EXPECT_EQ(machine.read(0x0f0), 0u);
    machine.write(0x0f0, 1);
    machine.write(0x0f0, 1);
    ASSERT_EQ(machine.host.unimplemented_features.size(), 1u);
    EXPECT_NE(machine.host.unimplemented_features.at(0).find("0x00f0"), std::string::npos);
    machine.read(0xffc);
    EXPECT_EQ(machine.host.unimplemented_features.size(), 2u);
    EXPECT_EQ(machine.read(0xfd0), 0u); // MMU-500's SMMU_PIDR4
    EXPECT_EQ(machine.host.unimplemented_features.size(), 3u);
}

TEST(SmmuRegisters, WhatIsNoRegisterIsReportedByItsOffsetAndOfAllBanksOnce)
{
    Machine machine(smmu::mmu_500);
    machine.read(0x0f0);
    machine.read(0xabc4);
    machine.read(0x1'0ff8);
    machine.read(0x1'0ff8);
    machine.read(0x1'cff8);
    machine.read(0x2'0000); // behind the window
    EXPECT_EQ(
        machine.host.unimplemented_features,
        (std::vector<std::string>{"no register at offset 0x00f0", "no register at offset 0xabc4",
                                  "no register at offset 0x0010ff8"}));
}

TEST(SmmuRegisters, BeyondTheWindowIsNothing)
{
    Machine machine;
    EXPECT_EQ(machine.smmu.read(0x10000, 4), (power::Answer{0, power::Status::Ok}));
    EXPECT_EQ(machine.smmu.write(0xffff'ffff'ffff'fff8, 8, 1),
              (power::Answer{0, power::Status::Ok}));
    EXPECT_EQ(machine.smmu.read(0xffff'ffff'ffff'fff8, 8), (power::Answer{0, power::Status::Ok}));
}

TEST(SmmuRegisters, AnAddressTranslationOperationSaysThatThereIsNone)
{
    Machine machine;
    machine.read(0);
    const auto before = machine.smmu.save();
    machine.write64(0x8800, 0x1000);
    machine.write64(0x180, ~uint64_t{0}); // SMMU_sGPAR
    EXPECT_EQ(machine.smmu.save(), before);
    EXPECT_EQ(machine.read(0x88f0), 0u);
    EXPECT_EQ(machine.read64(0x8050), 0u);
    ASSERT_EQ(machine.host.unimplemented_features.size(), 1u);
    EXPECT_NE(machine.host.unimplemented_features.at(0).find("ATS1PR"), std::string::npos);
}

} // namespace
} // namespace smmu_pm::test
