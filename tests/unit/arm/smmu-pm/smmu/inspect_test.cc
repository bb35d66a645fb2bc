// SPDX-License-Identifier: GPL-2.0-or-later
//
// Looking at an SMMU: what it holds, nothing that is gone, and no trace of having looked.
#include "smmu/inspect.hh"

#include "stalling.hh"

#include <gtest/gtest.h>

namespace smmu_pm::smmu {
namespace {

using test::Machine;

TEST(SmmuInspection, ShowsNothingBeforeTheFirstPowerUp)
{
    Machine machine({}, false);
    const Inspection look(machine.smmu);
    EXPECT_EQ(look.supplies().bits(), 0x200u);
    EXPECT_EQ(look.missing(power::Access::Register).bits(), 0x0fu); // domain, reset, vote, iface
    EXPECT_EQ(look.missing(power::Access::Walk).bits(), 0x13u);     // domain, reset, bus
    EXPECT_FALSE(look.streams());
    EXPECT_FALSE(look.banks());
    EXPECT_FALSE(look.global());
    EXPECT_FALSE(look.tlb());
}

TEST(SmmuInspection, ShowsResetValuesOfAnSmmuThatNobodyHasReachedSinceItCameUp)
{
    Machine machine;
    const Inspection look(machine.smmu);
    EXPECT_EQ(look.supplies().bits(), 0x21fu);
    EXPECT_EQ(look.streams()->size(), 0u);
    EXPECT_EQ(look.tlb()->size(), 0u);
    ASSERT_EQ(look.banks()->size(), 2u);
    EXPECT_FALSE(look.banks()->at(1).enabled);
    EXPECT_EQ(look.global()->cr0, machine.read(0));
    EXPECT_EQ(look.global()->cr0 & 1, 1u); // CLIENTPD
}

TEST(SmmuInspection, ShowsStreamsByTheirGroup)
{
    Machine machine;
    machine.write(0xc04, 0x0001);      // S2CR1: translate, bank 1
    machine.write(0x804, 0x80ff'1200); // SMR1: ID 0x1200, MASK 0xff
    machine.write(0xc0c, 0x0001'0000); // S2CR3: bypass
    machine.write(0x80c, 0x8000'0007);
    machine.write(0xc10, 0x0002'0000); // S2CR4: fault
    machine.write(0x810, 0x8000'0008);
    machine.write(0x814, 0x0000'0009); // SMR5: not valid
    const auto streams = Inspection(machine.smmu).streams();
    ASSERT_TRUE(streams);
    EXPECT_EQ(*streams, (std::vector<StreamView>{{1, 0x1200, 0xff, StreamType::Translate, 1},
                                                 {3, 7, 0, StreamType::Bypass, 0},
                                                 {4, 8, 0, StreamType::Fault, 0}}));
}

TEST(SmmuInspection, ShowsTheLastOf127GroupsOnce)
{
    Machine machine(smmu_v2_full);
    machine.write(0x9f8, 0x8000'0007); // SMR126
    EXPECT_EQ(Inspection(machine.smmu).streams()->size(), 1u);
}

TEST(SmmuInspection, ShowsABankAsLinuxProgramsIt)
{
    Machine machine;
    machine.linux_resume();
    machine.context(0, 0x4000'0000, 0x2a);
    machine.write(0x1000, 0x1f303); // CBAR0: VMID 3
    const auto banks = Inspection(machine.smmu).banks();
    ASSERT_TRUE(banks);
    EXPECT_EQ(banks->at(0), (BankView{.enabled = true,
                                      .irq = false,
                                      .tag = {.vmid = 3, .asid = 0x2a},
                                      .ttbr0 = 0x002a'0000'4000'0000,
                                      .ttbr1 = 0x002a'0000'0000'0000,
                                      .sctlr = 0x1167,
                                      .tcr = 0x803510,
                                      .tcr2 = 0x38014,
                                      .mair0 = 0xf404ff44,
                                      .mair1 = 0xffffffff,
                                      .fsr = 0x400,
                                      .fsynr0 = 0,
                                      .far = 0}));
    EXPECT_FALSE(banks->at(1).enabled);
}

TEST(SmmuInspection, ShowsAFaultAndItsLine)
{
    Machine machine;
    machine.linux_resume();
    machine.store(0x1234'5678);
    const auto bank = Inspection(machine.smmu).banks()->at(0);
    EXPECT_TRUE(bank.irq);
    EXPECT_EQ(bank.fsr, 0x402u); // FORMAT AArch64, TF
    EXPECT_EQ(bank.far, 0x1234'5678u);
    EXPECT_EQ(bank.fsynr0 & 0x10, 0x10u); // WNR
    EXPECT_FALSE(Inspection(machine.smmu).global()->irq);
    machine.load(0xabc000, 9); // no stream group
    const auto global = *Inspection(machine.smmu).global();
    EXPECT_TRUE(global.irq);
    EXPECT_EQ(global.fsr, 2u); // USF
    EXPECT_EQ(global.far, 0xabc000u);
    EXPECT_EQ(global.fsynr1, 9u);
}

TEST(SmmuInspection, ShowsTheTlbOldestFirst)
{
    Machine machine;
    machine.linux_resume();
    machine.map(0x20'0000, 0x8000'0000 | test::block_bits, 2);
    machine.map(0x1000, 0x9000'1000 | test::page_bits | 0x80); // AP[2]: read-only
    machine.load(0x20'1000);
    machine.load(0x1000);
    const auto tlb = Inspection(machine.smmu).tlb();
    ASSERT_TRUE(tlb);
    ASSERT_EQ(tlb->size(), 2u);
    EXPECT_EQ(tlb->at(0).mapping.va, 0x20'0000u);
    EXPECT_EQ(tlb->at(0).mapping.mask(), 0x1f'ffffu);
    EXPECT_EQ(tlb->at(1).mapping.pa, 0x9000'1000u);
    EXPECT_EQ(tlb->at(1).mapping.permissions.stage1, 0x2du); // no right to write
}

/// Leaves a machine with a stream and a TLB entry, and its domain off.
void use_and_collapse(Machine& machine)
{
    machine.linux_resume();
    machine.map(0x1000, 0x9000'1000 | test::page_bits);
    machine.load(0x1000);
    EXPECT_EQ(Inspection(machine.smmu).tlb()->size(), 1u);
    machine.set(power::Supply::Domain, false);
}

TEST(SmmuInspection, ShowsNothingThatACollapseHasTaken)
{
    Machine machine({.collapse = power::Collapse::Lose});
    use_and_collapse(machine);
    const Inspection look(machine.smmu);
    EXPECT_FALSE(look.streams());
    EXPECT_FALSE(look.banks());
    EXPECT_FALSE(look.global());
    EXPECT_FALSE(look.tlb());
    EXPECT_EQ(look.supplies().bits(), 0x21eu);
}

TEST(SmmuInspection, ShowsWhatARetentionKeepsAndNotTheTlb)
{
    Machine machine({.collapse = power::Collapse::Retain});
    use_and_collapse(machine);
    EXPECT_EQ(Inspection(machine.smmu).streams()->size(), 1u);
    EXPECT_FALSE(Inspection(machine.smmu).tlb());
    machine.set(power::Supply::Domain, true);
    EXPECT_EQ(Inspection(machine.smmu).tlb()->size(), 0u);
}

TEST(SmmuInspection, ShowsATlbThatOutlivesThePower)
{
    Machine machine({.collapse = power::Collapse::RetainAll});
    use_and_collapse(machine);
    EXPECT_EQ(Inspection(machine.smmu).tlb()->size(), 1u);
}

TEST(SmmuInspection, ShowsNothingDuringAReset)
{
    Machine machine({.collapse = power::Collapse::RetainAll});
    machine.linux_resume();
    machine.set(power::Supply::Reset, false);
    EXPECT_FALSE(Inspection(machine.smmu).streams());
    EXPECT_FALSE(Inspection(machine.smmu).tlb());
}

TEST(SmmuInspection, ShowsWhatIsHeldUntilItIsNot)
{
    test::Stalling machine({.dma_policy = power::DmaPolicy::Hang});
    EXPECT_TRUE(Inspection(machine.smmu).held().empty());
    const uint32_t first = machine.held(0x100'2000), next = machine.held(0x100'3008);
    EXPECT_EQ(Inspection(machine.smmu).banks()->at(0).fsr, 0x4000'0402u); // SS, FORMAT, TF
    EXPECT_EQ(Inspection(machine.smmu).held(),
              (std::vector<Held>{{first, Hold::Fault, 0, false, 0, 0x100'2000},
                                 {next, Hold::Next, 0, false, 0, 0x100'3008}}));
    machine.set(power::Supply::Domain, false);
    EXPECT_TRUE(Inspection(machine.smmu).held().empty()); // lost
    const uint32_t parked = machine.held(0x100'4000);
    EXPECT_EQ(Inspection(machine.smmu).held(),
              (std::vector<Held>{{parked, Hold::Power, 0, false, 0, 0x100'4000}}));
}

TEST(SmmuInspection, StoppedClocksHideNothing)
{
    Machine machine;
    machine.linux_resume();
    machine.set(power::Supply::Iface, false);
    machine.set(power::Supply::Bus, false);
    EXPECT_EQ(Inspection(machine.smmu).streams()->size(), 1u);
    EXPECT_EQ(Inspection(machine.smmu).tlb()->size(), 0u);
    EXPECT_EQ(Inspection(machine.smmu).missing(power::Access::Walk).bits(), 0x10u);
}

TEST(SmmuInspection, LeavesNoTrace)
{
    for (const bool powered : {false, true}) {
        Machine machine({}, powered);
        const auto before = machine.smmu.save();
        const auto events = machine.sink.seen.size();
        const Inspection look(machine.smmu);
        (void)look.streams();
        (void)look.banks();
        (void)look.global();
        (void)look.tlb();
        EXPECT_EQ(machine.smmu.save(), before);
        EXPECT_EQ(machine.sink.seen.size(), events);
        EXPECT_EQ(machine.host.pm_faults, 0u);
        EXPECT_EQ(machine.host.reads, 0u);
    }
}

} // namespace
} // namespace smmu_pm::smmu
