// SPDX-License-Identifier: GPL-2.0-or-later
//
// Golden tests against what other public SMMUv2 models get wrong: one for each defect known, with
// what the architecture asks for instead.
#include "stages.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

struct Attached : Machine {
    explicit Attached(const smmu::Config& config = {}) : Machine(config)
    {
        linux_resume();
        map(0x100'0000, 0x4400'0000 | page_bits);
        map(0x100'1000, 0x4400'1000 | page_bits | 0x80);
    }
};

TEST(SmmuDefects, D1ATranslationIsCachedAndAnInvalidateIsFelt)
{
    Attached machine;
    machine.load(0x100'0000);
    machine.host.reads = 0;
    machine.load(0x100'0800);
    EXPECT_EQ(machine.host.reads, 0u);
    const unsigned told = machine.host.invalidations;
    machine.write64(0x8620, 0x1000);
    EXPECT_EQ(machine.host.invalidations, told + 1);
    machine.load(0x100'0800);
    EXPECT_EQ(machine.host.reads, 4u);
}

TEST(SmmuDefects, D2AStage1FaultWritesFar)
{
    Attached machine;
    machine.load(0x100'7654);
    EXPECT_EQ(machine.read64(0x8060), 0x100'7654u);
}

TEST(SmmuDefects, D3FaultsAreToldApartWithTheirSyndrome)
{
    const auto fsr = [](auto&& provoke) {
        Attached machine;
        provoke(machine);
        EXPECT_NE(machine.read(0x8068) | machine.read(0x1400), 0u);
        return machine.read(0x8058);
    };
    EXPECT_EQ(fsr([](Machine& m) { m.load(0x100'7000); }), 0x402u);
    EXPECT_EQ(fsr([](Machine& m) { m.store(0x100'1000); }), 0x408u);
    EXPECT_EQ(fsr([](Machine& m) {
                  m.map(0x100'2000, 0x4400'2000 | (page_bits & ~0x400u));
                  m.load(0x100'2000);
              }),
              0x404u);
    EXPECT_EQ(fsr([](Machine& m) {
                  m.host.aborting.insert(m.slot(0x100'0000, 3));
                  m.load(0x100'0000);
              }),
              0x410u);
    EXPECT_EQ(fsr([](Machine& m) {
                  m.map(0x100'2000, uint64_t{1} << 46 | page_bits);
                  m.load(0x100'2000);
              }),
              0x480u);
}

TEST(SmmuDefects, D4TypeOfS2crAndUsfcfgAreObeyed)
{
    Attached machine;
    machine.write(0xc00, 0x0002'0000);
    EXPECT_EQ(machine.load(0x100'0000).result, Result::Decode);
    machine.write(0xc00, 0x0001'0000);
    EXPECT_EQ(machine.load(0x100'0000).pa, 0x100'0000u);
    EXPECT_EQ(machine.load(0x100'0000, 9).result, Result::Decode);
    EXPECT_TRUE(machine.host.irq[0]);
}

TEST(SmmuDefects, D5AWriteIsCheckedAsAWrite)
{
    Attached machine;
    EXPECT_EQ(machine.store(0x100'1000).result, Result::Decode);
    EXPECT_EQ(machine.read(0x8068) & 0x10, 0x10u);
    EXPECT_TRUE(machine.host.irq[1]);
}

TEST(SmmuDefects, D6Ttbr1WorksAndIsChosenBySep)
{
    Attached machine;
    machine.write64(0x8028, 0x7000'0000);
    machine.write(0x8030, 0x8010'3510); // TG1 4 KiB, T1SZ 16, EPD1 clear
    machine.map(0xffff'0000'0100'0000, 0x4800'0000 | page_bits, 3, 0x7000'0000);
    EXPECT_EQ(machine.load(0x1'0000'0100'0000).pa, 0x4800'0000u);
    EXPECT_EQ(machine.load(0xffff'0000'0100'0000).pa, 0x4800'0000u);
    EXPECT_EQ(machine.load(0x100'0000).pa, 0x4400'0000u);
    machine.write(0x8618, 0);
    machine.write(0x8030, 0x8090'3510); // EPD1
    EXPECT_EQ(machine.load(0x1'0000'0100'0000).result, Result::Decode);
    EXPECT_EQ(machine.read64(0x8060), 0x1'0000'0100'0000u);
}

TEST(SmmuDefects, D7AFaultOfEachStageIsItsOwnBanks)
{
    Stages machine;
    machine.nested();
    machine.load(0x4000); // nothing in stage 1
    EXPECT_EQ(machine.cb(0, 0x58), 0x402u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x400u);
    machine.write(0x8058, 0x402);
    machine.load(0x5000); // an IPA with nothing in stage 2
    EXPECT_EQ(machine.cb(0, 0x58), 0x400u);
    EXPECT_EQ(machine.cb(2, 0x58), 0x402u);
}

TEST(SmmuDefects, D8AtosnsSaysThatThereAreNoOperations)
{
    Machine machine;
    EXPECT_EQ(machine.read(0x20) >> 26 & 1, 1u);
}

TEST(SmmuDefects, D9EveryBanksLineFallsWhenItsFsrIsCleared)
{
    Machine machine({.stream_groups = 8, .context_banks = 8});
    machine.linux_resume();
    for (unsigned bank = 0; bank < 8; ++bank) {
        machine.context(bank);
        machine.stream(bank, static_cast<uint16_t>(0x10 + bank), bank);
        machine.load(0x9999'0000, static_cast<uint16_t>(0x10 + bank));
        EXPECT_TRUE(machine.host.irq[1 + bank]) << bank;
        machine.write(0x8058 + 0x1000 * bank, 0x2);
        EXPECT_FALSE(machine.host.irq[1 + bank]) << bank;
    }
}

TEST(SmmuDefects, D10NoFormatAGuestAsksForEndsTheHost)
{
    for (const uint32_t tcr : {0x0080'3510u, 0x0000'0000u, 0x8000'0000u, 0x0080'7510u, 0x0080'b510u,
                               0x0080'f510u, 0xffff'ffffu})
        for (const uint32_t cba2r : {0u, 1u, 3u})
            for (const uint32_t cbar : {0x0001'f300u, 0x0000'f300u, 0x0002'0000u, 0x0003'0000u}) {
                Attached machine;
                machine.write(0x8030, tcr);
                machine.write(0x1800, cba2r);
                machine.write(0x1000, cbar);
                const Translation translation = machine.load(0x100'7000);
                EXPECT_EQ(translation.result, Result::Decode);
            }
}

TEST(SmmuDefects, D11AnExternalAbortOnTheWalkIsSeen)
{
    Attached machine;
    machine.host.aborting.insert(Machine::root);
    EXPECT_EQ(machine.load(0x100'0000).result, Result::Decode);
    EXPECT_EQ(machine.read(0x8058), 0x410u);
    EXPECT_EQ(machine.read(0x8068), 0x400u);
}

TEST(SmmuDefects, D12TheBanksAreWhereNumpagendxbSaysThatTheyAre)
{
    for (unsigned banks = 1; banks <= 8; ++banks) {
        Machine machine({.stream_groups = 8, .context_banks = banks});
        const uint32_t id1 = machine.read(0x24);
        const uint64_t first = uint64_t{2} << (id1 >> 28 & 7) << 12;
        ASSERT_EQ(first, 0x8000u);
        const uint64_t last = first + 0x1000 * uint64_t{(id1 & 0xff) - 1};
        machine.write(last, 0x1167);
        EXPECT_EQ(machine.read(last), 0x1167u);
        machine.write(last + 0x1000, 0x1167);
        EXPECT_EQ(machine.read(last + 0x1000), 0u);
    }
}

TEST(SmmuDefects, D13TheMaskIsThatOfTheLeaf)
{
    Attached machine;
    machine.map(0x4000'0000, 0x8000'0000 | block_bits, 1);
    machine.map(0x8020'0000, 0xa020'0000 | block_bits, 2);
    EXPECT_EQ(machine.load(0x100'0000).mask, 0xfffu);
    EXPECT_EQ(machine.load(0x8030'0000).mask, 0x1f'ffffu);
    EXPECT_EQ(machine.load(0x7fff'f000).mask, 0x3fff'ffffu);
    EXPECT_EQ(machine.load(0x7fff'f000).pa, 0xbfff'f000u);
    machine.host.reads = 0;
    machine.load(0x4000'0000);
    EXPECT_EQ(machine.host.reads, 0u);
}

TEST(SmmuDefects, D14AnSmmuIsSmall)
{
    EXPECT_LT(sizeof(smmu::Smmu), 16u * 1024);
}

} // namespace
} // namespace smmu_pm::test
