// SPDX-License-Identifier: GPL-2.0-or-later
//
// Context faults: what FSR, FSYNR0, FAR and CBFRSYNRA tell (IHI 0062D 3 and 16), when the line
// rises and falls, and what becomes of the transaction.
#include "machine.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

/// As Linux leaves it with stream 0 in bank 0; nothing mapped but one page and one read-only page.
struct Attached : Machine {
    explicit Attached(const smmu::Config& config = {}) : Machine(config)
    {
        linux_resume();
        map(0x100'0000, 0x4400'0000 | page_bits);
        map(0x100'1000, 0x4400'1000 | page_bits | 0x80);
    }
};

TEST(SmmuFaults, AnUnmappedReadIsATranslationFaultWithItsAddressAndStream)
{
    Attached machine;
    EXPECT_EQ(machine.load(0x100'2abc).result, Result::Decode);
    EXPECT_EQ(machine.read(0x8058), 0x0000'0402u); // TF, FORMAT AArch64
    EXPECT_EQ(machine.read64(0x8060), 0x100'2abcu);
    EXPECT_EQ(machine.read(0x8068), 0x0000'0003u); // level 3, read
    EXPECT_EQ(machine.read(0x1400), 0u);
    EXPECT_TRUE(machine.host.irq[1]);
    EXPECT_FALSE(machine.host.irq[0]);
}

TEST(SmmuFaults, TheLevelIsWhereTheWalkEnded)
{
    for (unsigned level = 0; level <= 3; ++level) {
        Attached machine;
        const uint64_t iova = 0x0080'4040'5000; // apart from the mapped pages at level 0
        if (level > 0)
            machine.slot(iova, level);
        machine.load(iova);
        EXPECT_EQ(machine.read(0x8068), level) << level;
    }
}

TEST(SmmuFaults, AWriteSetsWnr)
{
    Attached machine;
    machine.store(0x100'2000);
    EXPECT_EQ(machine.read(0x8068), 0x0000'0013u);
}

TEST(SmmuFaults, PrivilegeAndInstructionAreRecorded)
{
    Attached machine;
    machine.smmu.translate(
        {.iova = 0x100'2000, .request = {.privileged = true, .instruction = true}});
    EXPECT_EQ(machine.read(0x8068), 0x0000'0063u); // IND, PNU, level 3
}

TEST(SmmuFaults, AWriteToAReadOnlyPageIsAPermissionFault)
{
    Attached machine;
    EXPECT_EQ(machine.load(0x100'1000).result, Result::Ok);
    EXPECT_EQ(machine.store(0x100'1004).result, Result::Decode);
    EXPECT_EQ(machine.read(0x8058), 0x0000'0408u); // PF
    EXPECT_EQ(machine.read64(0x8060), 0x100'1004u);
    EXPECT_EQ(machine.read(0x8068), 0x0000'0013u);
}

TEST(SmmuFaults, AClearAccessFlagIsAnAccessFlagFault)
{
    Attached machine;
    machine.map(0x100'3000, 0x4400'3000 | (page_bits & ~0x400u));
    EXPECT_EQ(machine.load(0x100'3000).result, Result::Decode);
    EXPECT_EQ(machine.read(0x8058), 0x0000'0404u);
}

TEST(SmmuFaults, AnExternalAbortOnTheWalkNamesItsLevel)
{
    for (unsigned level = 0; level <= 3; ++level) {
        Attached machine;
        machine.host.aborting.insert(machine.slot(0x100'0000, level));
        EXPECT_EQ(machine.load(0x100'0000).result, Result::Decode);
        EXPECT_EQ(machine.read(0x8058), 0x0000'0410u);         // EF
        EXPECT_EQ(machine.read(0x8068), 0x0000'0400u | level); // PTWF
    }
}

TEST(SmmuFaults, AnOutputAddressBeyondPasizeIsAnAddressSizeFault)
{
    Attached machine;
    machine.map(0x100'3000, uint64_t{1} << 44 | page_bits);
    EXPECT_EQ(machine.load(0x100'3000).result, Result::Decode);
    EXPECT_EQ(machine.read(0x8058), 0x0000'0480u); // ASF
}

TEST(SmmuFaults, TheBankIsNamedInS1cbndxAndTheStreamInCbfrsynra)
{
    Attached machine;
    machine.context(1, 0x6000'0000, 1);
    machine.stream(1, 0x123, 1);
    machine.store(0x5000, 0x123);
    EXPECT_EQ(machine.read(0x9058), 0x0000'0402u);
    EXPECT_EQ(machine.read(0x9068), 0x0001'0010u);
    EXPECT_EQ(machine.read(0x1404), 0x123u);
    EXPECT_EQ(machine.read(0x8058), 0x400u);
    EXPECT_TRUE(machine.host.irq[2]);
    EXPECT_FALSE(machine.host.irq[1]);
}

TEST(SmmuFaults, ASecondFaultSetsMultiAndKeepsTheFirst)
{
    Attached machine;
    machine.load(0x100'2000);
    machine.store(0x100'1000);
    EXPECT_EQ(machine.read(0x8058), 0x8000'0402u);
    EXPECT_EQ(machine.read64(0x8060), 0x100'2000u);
    EXPECT_EQ(machine.read(0x8068), 0x0000'0003u);
}

TEST(SmmuFaults, MultiAloneIsAFaultThatIsOutstanding)
{
    Attached machine;
    machine.load(0x100'2000);
    machine.load(0x100'3000);
    machine.write(0x8058, 0x2);
    EXPECT_EQ(machine.read(0x8058), 0x8000'0400u);
    EXPECT_TRUE(machine.host.irq[1]);
    machine.load(0x100'3000);
    EXPECT_EQ(machine.read(0x8058), 0x8000'0400u);
    EXPECT_EQ(machine.read64(0x8060), 0x100'2000u);
    machine.write(0x8058, 0x8000'0000);
    EXPECT_EQ(machine.read(0x8058), 0x400u);
    EXPECT_FALSE(machine.host.irq[1]);
}

TEST(SmmuFaults, ClearingFsrLowersTheLineAndTheNextFaultRaisesItAgain)
{
    Attached machine;
    machine.load(0x100'2000);
    ASSERT_TRUE(machine.host.irq[1]);
    machine.write(0x8058, machine.read(0x8058));
    EXPECT_EQ(machine.read(0x8058), 0x400u);
    EXPECT_FALSE(machine.host.irq[1]);
    machine.load(0x100'5000);
    EXPECT_TRUE(machine.host.irq[1]);
    EXPECT_EQ(machine.read64(0x8060), 0x100'5000u);
}

TEST(SmmuFaults, ClearingAnotherFlagLeavesTheLineHigh)
{
    Attached machine;
    machine.load(0x100'2000);
    machine.write(0x8058, 0x8);
    EXPECT_TRUE(machine.host.irq[1]);
    EXPECT_EQ(machine.read(0x8058), 0x0000'0402u);
}

TEST(SmmuFaults, AColdResetLowersTheLine)
{
    Attached machine;
    machine.load(0x100'2000);
    ASSERT_TRUE(machine.host.irq[1]);
    machine.smmu.reset();
    EXPECT_FALSE(machine.host.irq[1]);
}

TEST(SmmuFaults, TheLastOf128BanksRaisesItsLineAndNotTheSecureOneBehindIt)
{
    Machine machine(smmu::smmu_v2_full);
    machine.write(0xf'f000, 0x40); // SMMU_CB127_SCTLR.CFIE
    machine.write(0xf'f05c, 0x2);  // SMMU_CB127_FSRRESTORE
    EXPECT_TRUE(machine.host.irq[128]);
    EXPECT_FALSE(machine.host.irq[129]);
}

TEST(SmmuFaults, WithoutCfieTheLineStaysLow)
{
    Attached machine;
    machine.write(0x8000, 0x1127);
    machine.load(0x100'2000);
    EXPECT_FALSE(machine.host.irq[1]);
    machine.write(0x8000, 0x1167);
    EXPECT_TRUE(machine.host.irq[1]);
}

TEST(SmmuFaults, WithoutCfreAFaultIsRazWi)
{
    Attached machine;
    machine.write(0x8000, 0x1147);
    EXPECT_EQ(machine.load(0x100'2000).result, Result::RazWi);
    EXPECT_EQ(machine.read(0x8058), 0x0000'0402u);
}

TEST(SmmuFaults, HupcfLetsOthersHitWhileAFaultIsPending)
{
    Attached machine;
    machine.load(0x100'2000);
    EXPECT_EQ(machine.load(0x100'0000).result, Result::Ok);
}

TEST(SmmuFaults, WithoutHupcfAPendingFaultEndsEverythingElse)
{
    Attached machine;
    machine.write(0x8000, 0x1067);
    machine.load(0x100'2000);
    EXPECT_EQ(machine.load(0x100'0000).result, Result::Decode);
    EXPECT_EQ(machine.read(0x8058), 0x0000'0402u) << "no fault of its own, so no MULTI";
    EXPECT_EQ(machine.sink.of(journal::Kind::Refused).at(1).name, "SMMU_CB0_SCTLR.HUPCF");
    machine.write(0x8058, 0x2);
    EXPECT_EQ(machine.load(0x100'0000).result, Result::Ok);
}

TEST(SmmuFaults, WithoutHupcfOneBanksFaultDoesNotStopAnother)
{
    Attached machine;
    machine.context(1);
    machine.stream(1, 7, 1);
    machine.write(0x8000, 0x1067);
    machine.load(0x100'2000);
    EXPECT_EQ(machine.load(0x100'0000, 7).result, Result::Ok);
}

TEST(SmmuFaults, FsrrestoreRaisesTheLine)
{
    Attached machine;
    for (unsigned flag = 1; flag <= 8; ++flag) {
        machine.write(0x805c, 1u << flag);
        EXPECT_EQ(machine.read(0x8058), 0x400u | 1u << flag);
        EXPECT_TRUE(machine.host.irq[1]) << flag;
        machine.write(0x805c, 0);
        EXPECT_FALSE(machine.host.irq[1]) << flag;
    }
}

TEST(SmmuFaults, WithTheMmuOffABankPassesUntranslated)
{
    Attached machine;
    machine.write(0x8000, 0x1166);
    EXPECT_EQ(machine.store(0x8765'4321).pa, 0x8765'4321u);
    EXPECT_EQ(machine.sink.of(journal::Kind::Bypass).at(0).name, "SMMU_CB0_SCTLR.M");
}

TEST(SmmuFaults, AffdPassesAClearAccessFlag)
{
    Attached machine;
    machine.map(0x100'3000, 0x4400'3000 | (page_bits & ~0x400u));
    machine.write(0x8000, 0x116f);
    EXPECT_EQ(machine.load(0x100'3000).result, Result::Ok);
    machine.write(0x8000, 0x1167);
    EXPECT_EQ(machine.load(0x100'3000).result, Result::Decode)
        << "an entry without access flag is not cached";
}

TEST(SmmuFaults, AFaultIsNeverCached)
{
    Attached machine;
    EXPECT_EQ(machine.load(0x100'2000).result, Result::Decode);
    EXPECT_EQ(machine.smmu.tlb_entries(), 0u);
    machine.map(0x100'2000, 0x4400'2000 | page_bits);
    EXPECT_EQ(machine.load(0x100'2000).pa, 0x4400'2000u) << "no invalidation is needed";
}

TEST(SmmuFaults, APermissionFaultOnACachedEntryIsOneAsWell)
{
    Attached machine;
    machine.load(0x100'1000);
    const unsigned reads = machine.host.reads;
    EXPECT_EQ(machine.store(0x100'1000).result, Result::Decode);
    EXPECT_EQ(machine.host.reads, reads);
    EXPECT_EQ(machine.read(0x8058), 0x0000'0408u);
    EXPECT_EQ(machine.read(0x8068), 0x0000'0013u);
}

TEST(SmmuFaults, WritableTellsOfAWriteThatWouldPass)
{
    Attached machine;
    EXPECT_TRUE(machine.load(0x100'0000).writable);
    EXPECT_FALSE(machine.load(0x100'1000).writable);
}

TEST(SmmuFaults, EveryLineIsSignalledOnlyOnAChange)
{
    Attached machine;
    machine.load(0x100'2000);
    machine.load(0x100'2000);
    machine.load(0x100'2000);
    EXPECT_EQ(machine.host.irq_changes, 1u);
}

} // namespace
} // namespace smmu_pm::test
