// SPDX-License-Identifier: GPL-2.0-or-later
//
// The register sequences of Linux 6.1's arm-smmu driver, written out: probe, reset at every resume,
// map and unmap, the two fault handlers. Values are those the stock kernel was seen to write.
#include "machine.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

TEST(SmmuLinux, ProbeFindsAnSmmuItCanUse)
{
    Machine machine;
    const uint32_t id0 = machine.read(0x20); // arm_smmu_device_cfg_probe()
    EXPECT_TRUE(id0 & 1u << 30) << "stage 1";
    EXPECT_FALSE(id0 & 1u << 29) << "no stage 2";
    EXPECT_FALSE(id0 & 1u << 28) << "no nesting";
    EXPECT_TRUE(id0 & 1u << 27) << "stream matching";
    EXPECT_TRUE(id0 & 1u << 26) << "no address translation operations";
    EXPECT_TRUE(id0 & 1u << 25) << "no AArch32 tables";
    EXPECT_TRUE(id0 & 1u << 14) << "coherent walks";
    EXPECT_EQ(1u << (id0 >> 9 & 0xf), 0x8000u) << "stream IDs of 15 bits";
    EXPECT_EQ(id0 & 0xff, 8u) << "stream groups";

    const uint32_t id1 = machine.read(0x24);
    EXPECT_FALSE(id1 & 1u << 31) << "4 KiB register pages";
    EXPECT_EQ(1u << ((id1 >> 28 & 7) + 1), 8u) << "pages before context bank 0";
    EXPECT_EQ(id1 & 0xff, 2u) << "context banks";
    EXPECT_EQ(id1 >> 16 & 0xff, 0u) << "none of them for stage 2 alone";

    const uint32_t id2 = machine.read(0x28);
    EXPECT_EQ(id2 & 0xf, 4u) << "44-bit intermediate addresses";
    EXPECT_EQ(id2 >> 4 & 0xf, 4u) << "44-bit output addresses";
    EXPECT_EQ(id2 >> 8 & 0xf, 5u) << "49-bit upstream bus";
    EXPECT_EQ(id2 >> 12 & 7, 1u) << "the 4 KiB granule alone";
}

TEST(SmmuLinux, ProbeFindsEveryBitOfTheStreamMasks)
{
    Machine machine; // arm_smmu_test_smr_masks()
    machine.write(0x800, 0x0000'7fff);
    EXPECT_EQ(machine.read(0x800), 0x0000'7fffu);
    machine.write(0x800, 0x7fff'0000);
    EXPECT_EQ(machine.read(0x800), 0x7fff'0000u);
}

TEST(SmmuLinux, ResumeLeavesWhatTheDriverMeant)
{
    Machine machine;
    machine.linux_resume();
    EXPECT_EQ(machine.read(0x000), 0x0000'1c36u);
    EXPECT_EQ(machine.read(0x010), 0x0000'0500u);
    EXPECT_EQ(machine.read(0x800), 0x8000'0000u);
    EXPECT_EQ(machine.read(0xc00), 0x0000'0000u);
    EXPECT_EQ(machine.read(0x804), 0x0000'0000u);
    EXPECT_EQ(machine.read(0xc04), 0x0002'0000u);
    EXPECT_EQ(machine.read(0x1000), 0x0001'f300u);
    EXPECT_EQ(machine.read(0x1800), 0x0000'0001u);
    EXPECT_EQ(machine.read(0x8000), 0x0000'1167u);
    EXPECT_EQ(machine.read(0x8010), 0x0003'8014u);
    EXPECT_EQ(machine.read64(0x8020), 0x4000'0000u);
    EXPECT_EQ(machine.read(0x8030), 0x0080'3510u);
    EXPECT_EQ(machine.read(0x8038), 0xf404'ff44u);
    EXPECT_EQ(machine.read(0x803c), 0xffff'ffffu);
    EXPECT_EQ(machine.read(0x9000), 0u);
    EXPECT_TRUE(machine.host.unimplemented_features.empty())
        << machine.host.unimplemented_features.at(0);
}

TEST(SmmuLinux, ResumeIsJournalledWriteByWrite)
{
    Machine machine;
    machine.linux_resume();
    std::vector<std::string> names;
    for (const Seen& seen : machine.sink.seen)
        if (seen.event.kind == journal::Kind::Write || seen.event.kind == journal::Kind::Tlbi)
            names.push_back(seen.name);
    ASSERT_EQ(names.size(), 1u + 16 + 10 + 2 + 2 + 1 + 2 + 1 + 1);
    EXPECT_EQ(names[0], "SMMU_sGFSR");
    EXPECT_EQ(names[1], "SMMU_S2CR0");
    EXPECT_EQ(names[2], "SMMU_SMR0");
    EXPECT_EQ(names[16], "SMMU_SMR7");
    EXPECT_EQ(names[17], "SMMU_CBA2R0");
    EXPECT_EQ(names[18], "SMMU_CBAR0");
    EXPECT_EQ(names[21], "SMMU_CB0_TTBR0");
    EXPECT_EQ(names[25], "SMMU_CB0_SCTLR");
    EXPECT_EQ(names[26], "SMMU_CB0_FSR");
    EXPECT_EQ(names[29], "SMMU_TLBIALLH");
    EXPECT_EQ(names[30], "SMMU_TLBIALLNSNH");
    EXPECT_EQ(names[31], "SMMU_sACR");
    EXPECT_EQ(names[34], "SMMU_sTLBGSYNC");
    EXPECT_EQ(names[35], "SMMU_sCR0");
}

TEST(SmmuLinux, ResumeWithoutCoherentWalksWorksAlike)
{
    Machine machine;
    machine.linux_resume();
    machine.write(0x8030, 0x0080'2010);
    machine.map(0x100'0000, 0x4400'0000 | page_bits | uint64_t{1} << 55); // the driver's own bit
    EXPECT_EQ(machine.load(0x100'0000).pa, 0x4400'0000u);
}

TEST(SmmuLinux, MapNeedsNoRegisterAccess)
{
    Machine machine;
    machine.linux_resume();
    machine.map(0x100'0000, 0x4400'0000 | page_bits);
    EXPECT_EQ(machine.load(0x100'0008).pa, 0x4400'0008u);
    machine.map(0x100'1000, 0x4700'0000 | page_bits);
    EXPECT_EQ(machine.load(0x100'1ffc).pa, 0x4700'0ffcu);
}

TEST(SmmuLinux, UnmapIsTlbivalPerPageAndOneSync)
{
    Machine machine;
    machine.linux_resume();
    for (uint64_t i = 0; i < 3; ++i) {
        machine.map(0x100'0000 + (i << 12), (0x4400'0000 + (i << 12)) | page_bits);
        machine.load(0x100'0000 + (i << 12));
    }
    for (uint64_t i = 0; i < 2; ++i) {
        machine.unmap(0x100'0000 + (i << 12));
        machine.write64(0x8620, 0x1000 + i);
    }
    machine.write(0x87f0, 0);
    EXPECT_EQ(machine.read(0x87f4) & 1, 0u);
    EXPECT_EQ(machine.load(0x100'0000).result, Result::Decode);
    EXPECT_EQ(machine.load(0x100'1000).result, Result::Decode);
    EXPECT_EQ(machine.load(0x100'2000).pa, 0x4400'2000u);
}

TEST(SmmuLinux, AnUnmapWithoutItsTlbivalLeavesAStaleTranslation)
{
    Machine machine;
    machine.linux_resume();
    machine.map(0x100'0000, 0x4400'0000 | page_bits);
    machine.load(0x100'0000);
    machine.unmap(0x100'0000);
    EXPECT_EQ(machine.load(0x100'0000).pa, 0x4400'0000u);
}

TEST(SmmuLinux, ReplacingAnEmptyTableByABlockIsTlbiasidAndASync)
{
    Machine machine;
    machine.linux_resume();
    machine.map(0x20'0000, 0x4400'0000 | page_bits);
    machine.load(0x20'0000);
    machine.map(0x20'0000, 0x4600'0000 | block_bits, 2);
    machine.write(0x8610, 0);
    machine.write(0x87f0, 0);
    const Translation translation = machine.load(0x20'1234);
    EXPECT_EQ(translation.pa, 0x4600'1234u);
    EXPECT_EQ(translation.mask, 0x1f'ffffu);
}

TEST(SmmuLinux, TheContextFaultHandlerReadsAndClears)
{
    Machine machine;
    machine.linux_resume();
    machine.store(0x100'0040);
    ASSERT_TRUE(machine.host.irq[1]);
    // arm_smmu_context_fault()
    const uint32_t fsr = machine.read(0x8058);
    EXPECT_NE(fsr & 0xc000'01fe, 0u);
    EXPECT_EQ(fsr, 0x402u);
    EXPECT_EQ(machine.read(0x8068), 0x10u); // a write that ended at level 0
    EXPECT_EQ(machine.read64(0x8060), 0x100'0040u);
    EXPECT_EQ(machine.read(0x1400), 0u);
    machine.write(0x8058, fsr);
    EXPECT_FALSE(machine.host.irq[1]);
    EXPECT_EQ(machine.read(0x8058) & 0xc000'01fe, 0u) << "the handler returns IRQ_NONE next time";
}

TEST(SmmuLinux, TheGlobalFaultHandlerReadsAndClears)
{
    Machine machine;
    machine.linux_resume();
    machine.load(0x100'0040, 0x2a);
    ASSERT_TRUE(machine.host.irq[0]);
    // arm_smmu_global_fault()
    const uint32_t gfsr = machine.read(0x48);
    EXPECT_EQ(gfsr, 0x2u);
    EXPECT_EQ(machine.read(0x50), 0u);
    EXPECT_EQ(machine.read(0x54), 0x2au);
    EXPECT_EQ(machine.read(0x58), 0u);
    machine.write(0x48, gfsr);
    EXPECT_FALSE(machine.host.irq[0]);
}

TEST(SmmuLinux, ShutdownLetsEverythingPass)
{
    Machine machine;
    machine.linux_resume();
    machine.write(0, 1);
    EXPECT_EQ(machine.load(0x4400'0000).pa, 0x4400'0000u);
}

TEST(SmmuLinux, TheHandlersReadWhatIsLeftAfterAPowerCycle)
{
    // The hole in stock kernels: a fault interrupt that is taken after the domain went off and on.
    Machine machine;
    machine.linux_resume();
    machine.store(0x100'0040);
    machine.power(false);
    EXPECT_FALSE(machine.host.irq[1]);
    machine.power(true);
    EXPECT_EQ(machine.read(0x8058), 0u);
}

} // namespace
} // namespace smmu_pm::test
