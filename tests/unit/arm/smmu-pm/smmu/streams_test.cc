// SPDX-License-Identifier: GPL-2.0-or-later
//
// Which stream goes where: SMRn, S2CRn, CLIENTPD, USFCFG, SMCFCFG (IHI 0062D 2.3), and what the
// global fault registers say of those that go nowhere.
#include "machine.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

constexpr uint32_t enabled = 0x1c36; // what Linux writes: faults reported, unmatched streams fault

/// Bank 0 programmed, one page at IOVA 0x1000000 -> 0x44000000, transactions let in.
struct Streams : Machine {
    explicit Streams(uint32_t scr0 = enabled) : Machine()
    {
        context(0);
        map(0x100'0000, 0x4400'0000 | page_bits);
        write(0, scr0);
    }
};

TEST(SmmuStreams, NothingIsTranslatedBeforeClientpdIsCleared)
{
    Machine machine;
    const Translation passed = machine.store(0x8000'1234, 77);
    EXPECT_EQ(passed.result, Result::Ok);
    EXPECT_EQ(passed.pa, 0x8000'1234u);
    EXPECT_EQ(passed.mask, 0xfffu);
    EXPECT_TRUE(passed.writable);
    EXPECT_EQ(machine.sink.of(journal::Kind::Bypass).at(0).name, "SMMU_sCR0.CLIENTPD");
}

TEST(SmmuStreams, AMatchingStreamIsTranslatedByItsBank)
{
    Streams machine;
    machine.stream(3, 0x55, 0);
    EXPECT_EQ(machine.load(0x100'0234, 0x55).pa, 0x4400'0234u);
}

TEST(SmmuStreams, AnInvalidGroupMatchesNothing)
{
    Streams machine;
    machine.write(0xc00, 0);
    machine.write(0x800, 0x0000'0055); // VALID clear
    EXPECT_EQ(machine.load(0x100'0000, 0x55).result, Result::Decode);
    EXPECT_EQ(machine.read(0x48), 0x2u);
}

TEST(SmmuStreams, MaskedBitsOfTheIdAreNotCompared)
{
    Streams machine;
    machine.write(0xc00, 0);
    machine.write(0x800, 0x8000'0000 | 0x00f0u << 16 | 0x0105);
    EXPECT_EQ(machine.load(0x100'0000, 0x0105).result, Result::Ok);
    EXPECT_EQ(machine.load(0x100'0000, 0x01f5).result, Result::Ok);
    EXPECT_EQ(machine.load(0x100'0000, 0x0155).result, Result::Ok);
    EXPECT_EQ(machine.load(0x100'0000, 0x0106).result, Result::Decode);
    EXPECT_EQ(machine.load(0x100'0000, 0x0305).result, Result::Decode);
}

TEST(SmmuStreams, MaskedBitsOfTheIdItselfDoNotMatterEither)
{
    Streams machine;
    machine.write(0xc00, 0);
    machine.write(0x800, 0x8000'0000 | 0x000fu << 16 | 0x010a);
    EXPECT_EQ(machine.load(0x100'0000, 0x0101).result, Result::Ok);
}

TEST(SmmuStreams, AStreamOfMoreThan15BitsMatchesNoGroup)
{
    Streams machine;
    machine.write(0xc00, 0);
    machine.write(0x800, 0xffff'0000); // every ID of 15 bits
    EXPECT_EQ(machine.load(0x100'0000, 0x7fff).result, Result::Ok);
    EXPECT_EQ(machine.load(0x100'0000, 0x8000).result, Result::Decode);
}

TEST(SmmuStreams, AnUnmatchedStreamFaultsWithUsfcfg)
{
    Streams machine;
    EXPECT_EQ(machine.store(0x1234'5678, 9).result, Result::Decode);
    EXPECT_EQ(machine.read(0x48), 0x0000'0002u); // USF
    EXPECT_EQ(machine.read64(0x40), 0x1234'5678u);
    EXPECT_EQ(machine.read(0x50), 0x0000'0002u); // WNR
    EXPECT_EQ(machine.read(0x54), 9u);
    EXPECT_TRUE(machine.host.irq[0]);
}

TEST(SmmuStreams, AnUnmatchedStreamPassesWithoutUsfcfg)
{
    Streams machine(0x1836);
    EXPECT_EQ(machine.store(0x1234'5678, 9).pa, 0x1234'5678u);
    EXPECT_EQ(machine.read(0x48), 0u);
    EXPECT_EQ(machine.sink.of(journal::Kind::Bypass).at(0).name, "SMMU_sCR0.USFCFG");
}

TEST(SmmuStreams, TwoMatchesFaultWithSmcfcfg)
{
    Streams machine(enabled | 1u << 21);
    machine.stream(1, 5, 0);
    machine.stream(6, 5, 0);
    EXPECT_EQ(machine.load(0x100'0000, 5).result, Result::Decode);
    EXPECT_EQ(machine.read(0x48), 0x0000'0004u); // SMCF
    EXPECT_EQ(machine.sink.of(journal::Kind::Refused).at(0).name, "SMMU_sGFSR.SMCF");
}

TEST(SmmuStreams, TwoMatchesPassUntranslatedWithoutSmcfcfg)
{
    Streams machine;
    machine.stream(1, 5, 0);
    machine.stream(6, 5, 0);
    EXPECT_EQ(machine.load(0x100'0000, 5).pa, 0x100'0000u);
    EXPECT_EQ(machine.sink.of(journal::Kind::Bypass).at(0).name, "SMMU_sCR0.SMCFCFG");
}

TEST(SmmuStreams, S2crBypassPassesAStreamUntranslated)
{
    Streams machine;
    machine.write(0xc08, 0x0001'0000);
    machine.write(0x808, 0x8000'0005);
    EXPECT_EQ(machine.load(0x100'0000, 5).pa, 0x100'0000u);
    EXPECT_EQ(machine.sink.of(journal::Kind::Bypass).at(0).name, "SMMU_S2CR2.TYPE");
}

TEST(SmmuStreams, S2crFaultRefusesAStream)
{
    Streams machine;
    machine.write(0xc08, 0x0002'0000);
    machine.write(0x808, 0x8000'0005);
    EXPECT_EQ(machine.load(0x100'0000, 5).result, Result::Decode);
    EXPECT_EQ(machine.read(0x48), 0x0000'0001u); // ICF
}

TEST(SmmuStreams, TheReservedTypeOfS2crIsAFault)
{
    Streams machine;
    machine.write(0xc08, 0x0003'0000);
    machine.write(0x808, 0x8000'0005);
    EXPECT_EQ(machine.load(0x100'0000, 5).result, Result::Decode);
    EXPECT_EQ(machine.read(0x48), 0x0000'0001u);
}

TEST(SmmuStreams, ABankThatIsNotThereIsAnUnimplementedContextBankFault)
{
    Streams machine;
    machine.stream(0, 5, 2);
    EXPECT_EQ(machine.load(0x100'0000, 5).result, Result::Decode);
    EXPECT_EQ(machine.read(0x48), 0x0000'0008u); // UCBF
    machine.write(0x48, 0x8);
    machine.stream(0, 5, 255);
    EXPECT_EQ(machine.load(0x100'0000, 5).result, Result::Decode);
    EXPECT_EQ(machine.read(0x48), 0x0000'0008u);
}

class SmmuContextType : public testing::TestWithParam<uint32_t> {};

TEST_P(SmmuContextType, OtherThanStage1AloneIsAnInvalidContext)
{
    Streams machine;
    machine.stream(0, 5, 0);
    machine.write(0x1000, GetParam());
    EXPECT_EQ(machine.load(0x100'0000, 5).result, Result::Decode);
    EXPECT_EQ(machine.read(0x48), 0x0000'0001u); // ICF
}

INSTANTIATE_TEST_SUITE_P(Cbar, SmmuContextType,
                         testing::Values(0x0000'0000, 0x0002'f300, 0x0003'0000));

TEST(SmmuStreams, AnAarch32ContextIsAnInvalidContext)
{
    Streams machine;
    machine.stream(0, 5, 0);
    machine.write(0x1800, 0); // CBA2R0.VA64
    EXPECT_EQ(machine.load(0x100'0000, 5).result, Result::Decode);
    EXPECT_EQ(machine.read(0x48), 0x0000'0001u);
}

TEST(SmmuStreams, WithoutGfreARefusedTransactionIsRazWi)
{
    Streams machine(enabled & ~0x2u);
    EXPECT_EQ(machine.load(0x100'0000, 9).result, Result::RazWi);
    EXPECT_EQ(machine.read(0x48), 0x2u);
    machine.write(0, enabled & ~0x10u); // GCFGFRE is for configuration access faults
    EXPECT_EQ(machine.load(0x100'0000, 9).result, Result::Decode);
}

TEST(SmmuStreams, WithoutGfieAGlobalFaultIsSilent)
{
    Streams machine(enabled & ~0x4u);
    machine.load(0x100'0000, 9);
    EXPECT_EQ(machine.read(0x48), 0x2u);
    EXPECT_FALSE(machine.host.irq[0]);
    machine.write(0, enabled & ~0x20u); // GCFGFIE is for configuration access faults
    EXPECT_TRUE(machine.host.irq[0]) << "the line follows the registers";
}

TEST(SmmuStreams, MultiAloneIsAGlobalFaultThatIsOutstanding)
{
    Streams machine(enabled & ~0x20u);
    machine.load(0x1111'1000, 9);
    machine.load(0x2222'2000, 9);
    machine.write(0x48, 0x2);
    EXPECT_EQ(machine.read(0x48), 0x8000'0000u);
    EXPECT_TRUE(machine.host.irq[0]);
    machine.load(0x3333'3000, 9);
    EXPECT_EQ(machine.read(0x48), 0x8000'0000u);
    EXPECT_EQ(machine.read64(0x40), 0x1111'1000u);
    machine.write(0x48, 0x8000'0000);
    EXPECT_FALSE(machine.host.irq[0]);
}

TEST(SmmuStreams, ASecondGlobalFaultSetsMultiAndKeepsTheFirst)
{
    Streams machine;
    machine.store(0x1111'1000, 9);
    machine.write(0xc00, 0x0002'0000);
    machine.write(0x800, 0x8000'0005);
    machine.load(0x2222'2000, 5);
    EXPECT_EQ(machine.read(0x48), 0x8000'0002u);
    EXPECT_EQ(machine.read64(0x40), 0x1111'1000u);
    EXPECT_EQ(machine.read(0x54), 9u);
    EXPECT_EQ(machine.read(0x50), 0x2u);
}

TEST(SmmuStreams, ClearingGfsrLowersTheGlobalLine)
{
    Streams machine;
    machine.load(0x100'0000, 9);
    ASSERT_TRUE(machine.host.irq[0]);
    machine.write(0x48, 0x2);
    EXPECT_FALSE(machine.host.irq[0]);
    EXPECT_EQ(machine.host.irq_changes, 2u);
}

TEST(SmmuStreams, FaultsOtherThanConfigurationAskGfie)
{
    for (const uint32_t flag : {0x01u, 0x02u, 0x04u, 0x08u, 0x10u, 0x40u, 0x100u}) {
        Streams machine(enabled & ~0x4u);
        machine.write(0x4c, flag); // sGFSRRESTORE
        EXPECT_FALSE(machine.host.irq[0]);
        machine.write(0, enabled);
        EXPECT_TRUE(machine.host.irq[0]) << flag;
        machine.write(0x4c, 0x80); // PF is Secure state's
        EXPECT_EQ(machine.read(0x48), 0u);
    }
}

TEST(SmmuStreams, PrivcfgOverridesWhatTheTransactionSays)
{
    Streams machine;
    machine.map(0x100'1000, 0x4400'1000 | (page_bits & ~0x40u)); // AP[1] clear: privileged only
    machine.stream(0, 5, 0);
    EXPECT_EQ(machine.load(0x100'1000, 5).result, Result::Decode);
    machine.write(0xc00, 0x0300'0000); // privileged
    EXPECT_EQ(machine.load(0x100'1000, 5).result, Result::Ok);
    machine.write(0xc00, 0x0200'0000); // unprivileged
    EXPECT_EQ(
        machine.smmu.translate({.iova = 0x100'1000, .stream = 5, .request = {.privileged = true}})
            .result,
        Result::Decode);
}

TEST(SmmuStreams, InstcfgOverridesWhatTheTransactionSays)
{
    Streams machine;
    machine.map(0x100'1000, 0x4400'1000 | page_bits | uint64_t{1} << 54); // UXN
    machine.stream(0, 5, 0);
    EXPECT_EQ(machine.load(0x100'1000, 5).result, Result::Ok);
    machine.write(0xc00, 0x0c00'0000); // instruction
    EXPECT_EQ(machine.load(0x100'1000, 5).result, Result::Decode);
    machine.write(0xc00, 0x0800'0000); // data
    EXPECT_EQ(
        machine.smmu.translate({.iova = 0x100'1000, .stream = 5, .request = {.instruction = true}})
            .result,
        Result::Ok);
}

TEST(SmmuStreams, AWriteIsNeverTakenForAFetch)
{
    Streams machine;
    machine.map(0x100'1000, 0x4400'1000 | page_bits | 0x80); // read-only, executable
    machine.write(0xc00, 0x0c00'0000);                       // INSTCFG: instruction
    machine.write(0x800, 0x8000'0005);
    EXPECT_EQ(machine.load(0x100'1000, 5).result, Result::Ok);
    EXPECT_EQ(machine.store(0x100'1000, 5).result, Result::Decode);
    EXPECT_EQ(machine.read(0x8068), 0x13u) << "WNR, and IND clear";
    machine.write(0xc00, 0);
    EXPECT_EQ(
        machine.smmu
            .translate(
                {.iova = 0x100'1000, .stream = 5, .request = {.write = true, .instruction = true}})
            .result,
        Result::Decode);
}

TEST(SmmuStreams, EachBankHasItsOwnTables)
{
    Streams machine;
    machine.context(1, 0x6000'0000, 1);
    machine.map(0x100'0000, 0x4500'0000 | page_bits, 3, 0x6000'0000);
    machine.stream(0, 5, 0);
    machine.stream(1, 6, 1);
    EXPECT_EQ(machine.load(0x100'0000, 5).pa, 0x4400'0000u);
    EXPECT_EQ(machine.load(0x100'0000, 6).pa, 0x4500'0000u);
    EXPECT_EQ(machine.sink.of(journal::Kind::Translate).at(1).event.bank, 1);
}

TEST(SmmuStreams, TheLastGroupOf127Matches)
{
    Machine machine({.stream_groups = 127, .context_banks = 8});
    machine.context(7);
    machine.map(0x100'0000, 0x4400'0000 | page_bits);
    machine.stream(126, 0x7ffe, 7);
    machine.write(0, enabled);
    EXPECT_EQ(machine.load(0x100'0000, 0x7ffe).pa, 0x4400'0000u);
}

} // namespace
} // namespace smmu_pm::test
