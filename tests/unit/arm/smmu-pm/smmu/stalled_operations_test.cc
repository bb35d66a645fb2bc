// SPDX-License-Identifier: GPL-2.0-or-later
//
// Address translation operations of a bank that meet a stage 2 which stalls: IHI 0062D 4.2.4.
#include "stages.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

/// Bank 2 stalls, and has nothing where the tables of bank 0 are.
struct Operating : Stages {
    explicit Operating(const smmu::Config& config = everything(), uint32_t sctlr = 0x1e1)
        : Stages(config)
    {
        nested();
        write(0xa000, sctlr); // CFCFG and HUPCF of stage 2
        write64(0x8050, 0x1234'5678);
        host.memory[0x20'0000] = 0;
    }
    void repair() { host.memory[0x20'0000] = 0x8000'04fd; }
    /// The page is the kernel's to read and nobody else's, and stage 2 is resumed.
    void repair_for_the_kernel()
    {
        repair();
        host.memory[0x8000'2018] = 0x4000'7783;
        resume();
    }
    void resume(bool terminate = false)
    {
        write(0xa058, 0x2); // FSR
        write(0xa008, terminate);
    }
    void ask() { write64(0x8808, 0x3000); } // ATS1PW of bank 0
    uint32_t active(unsigned bank) { return cb(bank, 0x8f0); }
    uint64_t par(unsigned bank = 0) { return read64(0x8050 + 0x1000 * uint64_t{bank}); }
};

TEST(SmmuStalledOperation, IsActiveUntilStage2Resumes)
{
    Operating machine;
    machine.ask();
    EXPECT_EQ(machine.active(0), 1u);
    EXPECT_EQ(machine.active(1), 0u);
    EXPECT_EQ(machine.active(2), 0u);
    EXPECT_EQ(machine.par(), 0x1234'5678u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x4000'0402u) << "SS, TF";
    EXPECT_EQ(machine.cb(2, 0x68), 0x0000'033eu) << "ATOF, PNU, WNR, S1PTWF, NESTED, level 2";
    EXPECT_EQ(machine.read64(0xa060), 0x3000u);
    EXPECT_TRUE(machine.host.irq.at(3));
    machine.repair();
    machine.write(0xa058, 0x2);
    EXPECT_EQ(machine.active(0), 1u);
    machine.write(0xa008, 0); // RESUME
    EXPECT_EQ(machine.active(0), 0u);
    EXPECT_EQ(machine.par() & 0xff'ffff'f001, 0x4000'7000u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x400u);
    EXPECT_TRUE(machine.host.releases.empty()) << "no master waits for it";
    EXPECT_TRUE(machine.sink.of(journal::Kind::Stall).empty());
    EXPECT_TRUE(machine.sink.of(journal::Kind::Release).empty());
}

TEST(SmmuStalledOperation, AsksForTheAccessThatItIsNamedAfterWhenItIsRetried)
{
    for (unsigned which = 0; which < 4; ++which) { // PR, PW, UR, UW
        Operating machine;
        machine.write64(0x8800 + 8 * which, 0x3000);
        machine.repair_for_the_kernel();
        EXPECT_EQ(machine.par() & 1, which == 0 ? 0u : 1u) << which;
    }
}

TEST(SmmuStalledOperation, EndsWithAtotWhenItIsTerminated)
{
    Operating machine;
    machine.ask();
    machine.resume(true);
    EXPECT_EQ(machine.active(0), 0u);
    EXPECT_EQ(machine.par(), 0x8000'0001u);
}

TEST(SmmuStalledOperation, OfABankThatHasBecomeOneOfStage2IsTerminated)
{
    Operating machine;
    machine.ask();
    machine.cbar(0, 0x0000'0007);
    machine.resume();
    EXPECT_EQ(machine.active(0), 0u);
    machine.cbar(0, 0x0003'0207);
    EXPECT_EQ(machine.par(), 0x8000'0001u);
}

TEST(SmmuStalledOperation, FaultsAgainWhenNothingWasRepaired)
{
    Operating machine;
    machine.ask();
    machine.resume();
    EXPECT_EQ(machine.active(0), 1u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x4000'0402u);
    machine.write(0xa008, 0); // with the flags up: no stall begins
    EXPECT_EQ(machine.active(0), 0u);
    EXPECT_EQ(machine.par(), 0x8000'0001u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x8000'0402u);
}

TEST(SmmuStalledOperation, IsTheOnlyOneOfItsBank)
{
    Operating machine;
    machine.ask();
    machine.write64(0x8800, 0x5000); // not begun
    EXPECT_EQ(machine.cb(2, 0x58), 0x4000'0402u);
    machine.repair();
    machine.resume();
    EXPECT_EQ(machine.par() & 0xff'ffff'f001, 0x4000'7000u);
}

TEST(SmmuStalledOperation, OfAnotherBankWaitsItsTurn)
{
    Operating machine;
    machine.stage1(1, 0x0003'0207, 0x4000'1000);
    machine.ask();
    machine.write64(0x9800, 0x5000); // ATS1PR of bank 1
    EXPECT_EQ(machine.active(1), 1u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x4000'0402u) << "no MULTI";
    machine.resume(true);
    EXPECT_EQ(machine.par(), 0x8000'0001u);
    EXPECT_EQ(machine.active(1), 1u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x4000'0402u);
    EXPECT_EQ(machine.read64(0xa060), 0x5000u);
    EXPECT_EQ(machine.cb(2, 0x68), 0x0001'032eu) << "of bank 1, a read";
}

TEST(SmmuStalledOperation, WithoutHupcfWaitsBehindAStalledTransaction)
{
    Operating machine(everything(), 0xe1);
    EXPECT_EQ(machine.smmu.translate({.iova = 0x3000, .can_stall = true}).result, Result::Stalled);
    machine.repair();
    machine.ask();
    EXPECT_EQ(machine.active(0), 1u);
    machine.resume();
    EXPECT_EQ(machine.active(0), 0u);
    EXPECT_EQ(machine.par() & 0xff'ffff'f001, 0x4000'7000u);
    EXPECT_EQ(machine.host.releases.size(), 1u);
}

TEST(SmmuStalledOperation, TakesAPlaceAndIsTerminatedWithoutOne)
{
    smmu::Config config = everything();
    config.stall_slots = 1;
    Operating machine(config);
    machine.stage1(1, 0x0003'0207, 0x4000'1000);
    machine.ask();
    machine.write64(0x9800, 0x5000);
    EXPECT_EQ(machine.active(1), 0u);
    EXPECT_EQ(machine.par(1), 0x8000'0001u);
    EXPECT_EQ(machine.cb(2, 0x58), 0xc000'0402u) << "MULTI";
    machine.write(0xa000, 0xe1); // HUPCF clear
    machine.write64(0x9050, 0);
    machine.write64(0x9800, 0x5000);
    EXPECT_EQ(machine.par(1), 0x8000'0001u);
}

TEST(SmmuStalledOperation, OfItsOwnStageTellsInParAlone)
{
    Operating machine;
    machine.repair();
    machine.write(0x8000, 0xe1); // CFCFG of stage 1
    machine.write64(0x8800, 0x4000'0000);
    EXPECT_EQ(machine.par(), 0x0000'0203u);
    EXPECT_EQ(machine.active(0), 0u);
    EXPECT_EQ(machine.cb(0, 0x58), 0x400u);
}

TEST(SmmuStalledOperation, GlobalOnesNeverStall)
{
    Operating machine;
    machine.ask();
    machine.write64(0x130, 0x3000); // GATS12PR of bank 0
    EXPECT_EQ(machine.read64(0x180), 0xa'0000'0203u);
    EXPECT_EQ(machine.read(0x188), 0u);
    EXPECT_EQ(machine.active(0), 1u);
}

TEST(SmmuStalledOperation, WhoseInterruptIsNotThereIsToldByTheGlobalOne)
{
    smmu::Config config = everything();
    config.context_interrupts = 2;
    Operating machine(config);
    machine.cbar(2, 0x0200'0007); // IRPTNDX 2
    machine.ask();
    EXPECT_EQ(machine.read(0x48), 0x10u); // UCIF
    EXPECT_EQ(machine.read(0x50), 0x47u) << "ATS, PNU, WNR, NESTED";
}

TEST(SmmuStalledOperation, IsSavedWithTheRest)
{
    for (const uint64_t offset : {0x8800u, 0x8808u, 0x8810u, 0x8818u}) { // PR, PW, UR, UW
        Operating machine, other;
        machine.write64(offset, 0x3000);
        ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
        EXPECT_EQ(other.active(0), 1u);
        other.repair_for_the_kernel();
        EXPECT_EQ(other.par() & 1, offset == 0x8800 ? 0u : 1u) << offset;
    }
}

TEST(SmmuStalledOperation, IsGoneWithThePower)
{
    Operating machine({[] {
        smmu::Config config = everything();
        config.collapse = power::Collapse::RetainAll;
        return config;
    }()});
    machine.ask();
    machine.set(Supply::Domain, false);
    machine.set(Supply::Domain, true);
    EXPECT_EQ(machine.active(0), 0u);
    EXPECT_TRUE(machine.sink.of(journal::Kind::Release).empty());
}

} // namespace
} // namespace smmu_pm::test
