// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the journal hears of the SMMU, and in which order: journal/event.hh says which member means
// what.
#include "machine.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using journal::Kind;

struct Attached : Machine {
    Attached()
    {
        linux_resume();
        map(0x100'0000, 0x4400'0000 | page_bits);
        sink.seen.clear();
    }
    std::vector<Kind> kinds() const
    {
        std::vector<Kind> all;
        for (const Seen& seen : sink.seen)
            all.push_back(seen.event.kind);
        return all;
    }
};

TEST(SmmuJournal, EveryEventIsOfTheSmmu)
{
    Attached machine;
    machine.load(0x100'0000);
    machine.load(0x100'5000);
    machine.power(false);
    machine.read(0);
    for (const Seen& seen : machine.sink.seen)
        EXPECT_EQ(seen.event.block, journal::Block::Smmu);
}

TEST(SmmuJournal, ATranslationTellsWhereToAndWhetherFromTheTlb)
{
    Attached machine;
    machine.load(0x100'0123);
    machine.store(0x100'0456);
    const auto seen = machine.sink.of(Kind::Translate);
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(seen[0].event.address, 0x100'0123u);
    EXPECT_EQ(seen[0].event.pa, 0x4400'0123u);
    EXPECT_FALSE(seen[0].event.hit);
    EXPECT_FALSE(seen[0].event.write);
    EXPECT_EQ(seen[1].event.pa, 0x4400'0456u);
    EXPECT_TRUE(seen[1].event.hit);
    EXPECT_TRUE(seen[1].event.write);
    EXPECT_EQ(seen[1].event.stream, 0);
    EXPECT_EQ(seen[1].event.bank, 0);
}

TEST(SmmuJournal, AFaultIsRecordedSignalledAndRefusedInThatOrder)
{
    Attached machine;
    machine.store(0x100'5678);
    EXPECT_EQ(machine.kinds(), (std::vector<Kind>{Kind::Fault, Kind::Irq, Kind::Refused}));
    const Seen& fault = machine.sink.seen.at(0);
    EXPECT_EQ(fault.name, "SMMU_CB0_FSR");
    EXPECT_EQ(fault.event.value, 0x402u);
    EXPECT_EQ(fault.event.address, 0x100'5678u);
    EXPECT_EQ(fault.event.syndrome, 0x13u);
    EXPECT_EQ(fault.event.bank, 0);
    const Seen& irq = machine.sink.seen.at(1);
    EXPECT_EQ(irq.event.value, 1u);
    const Seen& refused = machine.sink.seen.at(2);
    EXPECT_EQ(refused.name, "SMMU_CB0_FSR.TF");
    EXPECT_EQ(refused.event.address, 0x100'5678u);
    EXPECT_TRUE(refused.event.write);
    EXPECT_TRUE(refused.event.missing.empty());
}

TEST(SmmuJournal, AGlobalFaultNamesItsRegisterAndFlag)
{
    Attached machine;
    machine.load(0x1234, 0x55);
    EXPECT_EQ(machine.kinds(), (std::vector<Kind>{Kind::Fault, Kind::Irq, Kind::Refused}));
    EXPECT_EQ(machine.sink.seen.at(0).name, "SMMU_sGFSR");
    EXPECT_EQ(machine.sink.seen.at(0).event.stream, 0x55);
    EXPECT_EQ(machine.sink.seen.at(2).name, "SMMU_sGFSR.USF");
}

TEST(SmmuJournal, ALineGoesByItsKindAndAContextsByItsNumber)
{
    smmu::Config config = smmu::mmu_500;
    config.context_interrupts = 2;
    Machine machine(config);
    machine.write(0x00, 0x0000'0024);               // GFIE, GCFGFIE
    machine.smmu.write(0x00, 4, 0x0000'0024, true); // of SMMU_SCR0
    machine.write(0x1000 + 4 * 5, 0x0100'0000);     // IRPTNDX 1 of bank 5
    machine.write(0x1'5000, 0x0000'0040);           // CFIE
    machine.write(0x3c40, 0x1);                     // PMINTENSET0
    machine.write(0x3e04, 0x1);                     // PMCR.E
    machine.sink.seen.clear();
    machine.write(0x4c, 0x1);               // SMMU_sGFSRRESTORE
    machine.smmu.write(0x4c, 4, 0x1, true); // SMMU_SGFSRRESTORE
    machine.write(0x1'505c, 0x2);           // SMMU_CB5_FSRRESTORE
    machine.write(0x3cc0, 0x1);             // PMOVSSET0
    machine.write(0x1'0000, 0x0000'0040);
    machine.write(0x1'005c, 0x2); // SMMU_CB0_FSRRESTORE
    const auto seen = machine.sink.of(Kind::Irq);
    ASSERT_EQ(seen.size(), 5u);
    EXPECT_EQ(seen[0].name, "global");
    EXPECT_EQ(seen[1].name, "secure-global");
    EXPECT_EQ(seen[2].name, "context");
    EXPECT_EQ(seen[3].name, "monitor");
    EXPECT_EQ(seen[4].name, "context");
    for (unsigned i = 0; i < 5; ++i) {
        EXPECT_EQ(seen[i].event.value, 1u);
        EXPECT_EQ(seen[i].event.bank, i == 2 ? 1 : 0);
    }
}

TEST(SmmuJournal, AWriteComesBeforeWhatItCauses)
{
    Attached machine;
    machine.store(0x100'5678);
    machine.sink.seen.clear();
    machine.write(0x8058, 0x402);
    EXPECT_EQ(machine.kinds(), (std::vector<Kind>{Kind::Write, Kind::Irq}));
    EXPECT_EQ(machine.sink.seen.at(0).name, "SMMU_CB0_FSR");
    EXPECT_EQ(machine.sink.seen.at(0).event.address, 0x8058u);
    EXPECT_EQ(machine.sink.seen.at(0).event.value, 0x402u);
    EXPECT_EQ(machine.sink.seen.at(0).event.size, 4);
}

TEST(SmmuJournal, TlbMaintenanceIsAnEventOfItsOwn)
{
    Attached machine;
    machine.write64(0x8620, 0x1000);
    machine.write(0x87f0, 0);
    machine.write(0x68, 0xffff'ffff);
    const auto seen = machine.sink.of(Kind::Tlbi);
    ASSERT_EQ(seen.size(), 3u);
    EXPECT_EQ(seen[0].name, "SMMU_CB0_TLBIVAL");
    EXPECT_EQ(seen[0].event.value, 0x1000u);
    EXPECT_EQ(seen[1].name, "SMMU_CB0_TLBSYNC");
    EXPECT_EQ(seen[2].name, "SMMU_TLBIALLNSNH");
    EXPECT_TRUE(machine.sink.of(Kind::Write).empty());
}

TEST(SmmuJournal, ReadsThatReachAreNotJournalled)
{
    Attached machine;
    machine.read(0x24);
    machine.read64(0x8020);
    EXPECT_TRUE(machine.sink.seen.empty());
}

TEST(SmmuJournal, AWriteToTwoRegistersIsTwoEvents)
{
    Attached machine;
    machine.write64(0x808, 0x8000'0002'8000'0001);
    const auto seen = machine.sink.of(Kind::Write);
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(seen[0].name, "SMMU_SMR2");
    EXPECT_EQ(seen[0].event.value, 0x8000'0001u);
    EXPECT_EQ(seen[1].name, "SMMU_SMR3");
    EXPECT_EQ(seen[1].event.value, 0x8000'0002u);
}

TEST(SmmuJournal, AWriteToWhatIsNotThereIsNotJournalled)
{
    Attached machine;
    machine.write(0xf0, 1);
    EXPECT_TRUE(machine.sink.seen.empty());
}

TEST(SmmuJournal, AnSmmuWithoutJournalWorks)
{
    FakeHost host;
    smmu::Smmu smmu({}, host, nullptr);
    for (const Supply supply :
         {Supply::Domain, Supply::Reset, Supply::Vote, Supply::Iface, Supply::Bus})
        smmu.set_supply(supply, true);
    EXPECT_EQ(smmu.read(0, 4).value, 1u);
}

} // namespace
} // namespace smmu_pm::test
