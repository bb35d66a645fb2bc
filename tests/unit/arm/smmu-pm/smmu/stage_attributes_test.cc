// SPDX-License-Identifier: GPL-2.0-or-later
//
// Attributes of a transaction where a stage is off or bypassed: SMMU_CBn_SCTLR and SMMU_CBARn, IHI
// 0062D 2.4, 10.2.1, 16.5.29 and 17.3.3. Types are in MAIR's encoding.
#include "stages.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using smmu::Attributes;
using enum smmu::Shareability;

/// What goes on; found in the TLB if it was found there before.
Attributes sent(Machine& machine, const Attributes& arrives = {}, uint64_t iova = 0x1000)
{
    const Translation got = machine.smmu.translate({.iova = iova, .attributes = arrives});
    EXPECT_EQ(got.result, Result::Ok);
    return got.attributes;
}

// ---- SMMU_CBARn -------------------------------------------------------------------------------

struct Cbar {
    uint32_t cbar;
    uint8_t mair; ///< of the page
    unsigned sh;  ///< of the page
    uint8_t memory;
    smmu::Shareability sharing;
};

class SmmuCbarAttributes : public testing::TestWithParam<Cbar> {};

TEST_P(SmmuCbarAttributes, StandInThePlaceOfAStage2ThatIsBypassed)
{
    const Cbar& row = GetParam();
    Stages machine;
    machine.stage1(0, row.cbar, 0x10'0000);
    machine.write(0x8038, row.mair);
    machine.host.memory[0x10'0000] = 0x4000'0441 | row.sh << 8;
    for (unsigned look = 0; look < 2; ++look) { // walked, then found in the TLB
        EXPECT_EQ(sent(machine).memory, row.memory) << look;
        EXPECT_EQ(sent(machine).sharing, row.sharing) << look;
    }
}

// MemAttr in 15:12, BPSHCFG in 9:8; WACFG in 23:22, RACFG in 21:20. Linux writes 0x1f300.
INSTANTIATE_TEST_SUITE_P(
    All, SmmuCbarAttributes,
    testing::Values(
        Cbar{0x0001'f300, 0xff, 3, 0xff, Inner}, Cbar{0x0001'f300, 0x77, 0, 0x77, Non},
        Cbar{0x0001'f300, 0xee, 2, 0xee, Outer}, Cbar{0x0001'f300, 0x88, 0, 0x88, Non},
        Cbar{0x0001'f300, 0x4f, 0, 0x4f, Non}, Cbar{0x0001'f300, 0x44, 0, 0x44, Outer},
        Cbar{0x0001'f300, 0x0c, 0, 0x0c, Outer},
        // MemAttr
        Cbar{0x0001'a300, 0xff, 0, 0xbb, Non}, Cbar{0x0001'b300, 0xff, 0, 0xbf, Non},
        Cbar{0x0001'5300, 0xff, 0, 0x44, Outer}, Cbar{0x0001'1300, 0xff, 0, 0x04, Outer},
        Cbar{0x0001'1300, 0x00, 0, 0x00, Outer}, Cbar{0x0001'3300, 0x04, 0, 0x04, Outer},
        Cbar{0x0001'c300, 0xff, 0, 0x00, Outer}, Cbar{0x0001'0000, 0xff, 0, 0x00, Outer},
        // BPSHCFG; 0 is reserved, and is 1
        Cbar{0x0001'f200, 0xff, 0, 0xff, Inner}, Cbar{0x0001'f200, 0xff, 2, 0xff, Outer},
        Cbar{0x0001'f100, 0xff, 3, 0xff, Outer}, Cbar{0x0001'f000, 0xff, 0, 0xff, Outer},
        // RACFG and WACFG; 1 is reserved, and is 0
        Cbar{0x0031'f300, 0xff, 0, 0xdd, Non}, Cbar{0x00c1'f300, 0xff, 0, 0xee, Non},
        Cbar{0x0021'f300, 0xcc, 0, 0xee, Non}, Cbar{0x0081'f300, 0xcc, 0, 0xdd, Non},
        Cbar{0x0051'f300, 0xee, 0, 0xee, Non},
        // HYPC and FB between them are none of theirs.
        Cbar{0x0001'ff00, 0xff, 0, 0xff, Non}));

TEST(SmmuStageAttributes, CbarSpeaksAfterSctlrOfAStage1ThatIsOff)
{
    Stages machine;
    machine.stage1(0, 0x0001'a200, 0x10'0000);
    machine.write(0x8000, 0x03df'0060); // MTCFG, MemAttr 15, SHCFG 3, RACFG 3
    EXPECT_EQ(sent(machine, {.memory = 0xff, .sharing = Outer}),
              (Attributes{.memory = 0x99, .sharing = Inner}));
    machine.cbar(0, 0x0001'f300);
    EXPECT_EQ(sent(machine, {.memory = 0xff, .sharing = Outer}),
              (Attributes{.memory = 0xdd, .sharing = Non}));
}

TEST(SmmuStageAttributes, OfANestedBankCbarHasNone)
{
    Stages machine;
    machine.nested();
    machine.write(0x8038, 0xff);
    machine.cbar(0, 0x00f3'0207);
    machine.host.memory[0x20'0000] = 0x8000'04fd;
    EXPECT_EQ(sent(machine, {}, 0x3000).memory, 0xff);
}

// ---- Hypervisors and monitors -----------------------------------------------------------------

// IHI 0062D 2.8.5 and the pseudocode of 2.4.2.
TEST(SmmuStageAttributes, WhatAHypervisorsBankPassesIsPrivileged)
{
    for (const uint32_t sctlr : {0x61u, 0x60u}) { // on and off
        for (const uint32_t hypc : {0u, 0x400u}) {
            Stages machine;
            machine.stage1(0, 0x0001'f300 | hypc, 0x10'0000);
            machine.write(0x8000, sctlr);
            machine.host.memory[0x10'0000] = 0x4000'0741;
            EXPECT_EQ(sent(machine).privileged, hypc != 0) << sctlr;
            machine.write(0xc00, 0x0200'0000); // PRIVCFG: unprivileged
            EXPECT_EQ(sent(machine).privileged, hypc != 0) << sctlr;
            machine.write(0xc00, 0x0300'0000);
            EXPECT_TRUE(sent(machine).privileged);
        }
    }
    Stages machine;
    machine.stage1(0, 0x0001'f700, 0x10'0000);
    machine.load(0x1000);
    EXPECT_EQ(machine.cb(0, 0x68) & 0x20, 0u) << "PNU: as the master sent it, which is free";
}

// ---- SCTLR of stage 2 -------------------------------------------------------------------------

struct Off {
    uint32_t sctlr; ///< WACFG 27:26, RACFG 25:24, SHCFG 23:22, MTCFG 20, MemAttr 19:16
    uint8_t arrives;
    smmu::Shareability shared;
    uint8_t memory;
    smmu::Shareability sharing;
};

class SmmuStage2Off : public testing::TestWithParam<Off> {};

TEST_P(SmmuStage2Off, RestrictsTheAttributesThatArrive)
{
    const Off& row = GetParam();
    Stages machine;
    machine.stage2(0);
    machine.write(0x8000, row.sctlr);
    EXPECT_EQ(sent(machine, {.memory = row.arrives, .sharing = row.shared}),
              (Attributes{.memory = row.memory, .sharing = row.sharing}));
}

TEST_P(SmmuStage2Off, RestrictsThoseOfStage1)
{
    const Off& row = GetParam();
    Stages machine;
    machine.nested();
    machine.write(0x8038, row.arrives);
    machine.write(0xa000, row.sctlr);
    machine.host.memory[0x4000'1000] = 0x4000'0441 | static_cast<uint64_t>(row.shared) << 8;
    for (unsigned look = 0; look < 2; ++look)
        EXPECT_EQ(sent(machine), (Attributes{.memory = row.memory, .sharing = row.sharing}));
}

INSTANTIATE_TEST_SUITE_P(
    All, SmmuStage2Off,
    testing::Values(
        Off{0x001f'0000, 0xff, Non, 0xff, Non}, Off{0x001f'0000, 0xee, Outer, 0xee, Outer},
        Off{0x0015'0000, 0xff, Inner, 0x44, Outer}, Off{0x001a'0000, 0xff, Non, 0xbb, Non},
        Off{0x001f'0000, 0x04, Outer, 0x04, Outer}, Off{0x0011'0000, 0x00, Outer, 0x00, Outer},
        Off{0x0000'0000, 0xff, Non, 0xff, Non}, // without MTCFG
        Off{0x005f'0000, 0xff, Non, 0xff, Outer}, Off{0x009f'0000, 0xff, Non, 0xff, Inner},
        Off{0x00df'0000, 0xff, Outer, 0xff, Outer}, Off{0x009f'0000, 0xff, Outer, 0xff, Outer},
        Off{0x031f'0000, 0xff, Non, 0xdd, Non}, Off{0x0c1f'0000, 0xff, Non, 0xee, Non},
        Off{0x0a1f'0000, 0x88, Non, 0xbb, Non}, Off{0x051f'0000, 0xee, Non, 0xee, Non},
        // BSU stands where stage 1 has TRANSIENTCFG.
        Off{0x001f'c000, 0xff, Non, 0xff, Non}));

// ---- SCTLR of a nested bank -------------------------------------------------------------------

TEST(SmmuStageAttributes, OfANestedBankWhoseStage1IsOffSctlrSpeaksBeforeStage2)
{
    struct Row {
        uint32_t sctlr;
        unsigned leaf; ///< MemAttr << 2, SH << 8 of stage 2
        uint8_t memory;
        smmu::Shareability sharing;
    };
    for (const Row& row :
         {Row{0x001f'0060, 0x03c, 0xff, Inner}, // what arrives has Inner
          Row{0x0015'0060, 0x03c, 0x44, Outer}, Row{0x001a'0060, 0x03c, 0xbb, Inner},
          Row{0x001f'0060, 0x028, 0xbb, Inner}, Row{0x00df'0060, 0x03c, 0xff, Non},
          Row{0x00df'0060, 0x33c, 0xff, Inner}, Row{0x031f'0060, 0x03c, 0xdd, Inner},
          Row{0x001f'c060, 0x03c, 0x77, Inner}, Row{0x0010'0060, 0x03c, 0x00, Outer},
          Row{0x0000'0060, 0x03c, 0xff, Inner}}) {
        Stages machine;
        machine.nested();
        machine.write(0x8000, row.sctlr);
        machine.host.memory[0x20'0000] = 0x8000'04c1 | row.leaf;
        for (unsigned look = 0; look < 2; ++look)
            EXPECT_EQ(sent(machine, {.sharing = Inner}, 0x4000'3000),
                      (Attributes{.memory = row.memory, .sharing = row.sharing}))
                << std::hex << row.sctlr;
    }
}

TEST(SmmuStageAttributes, OfANestedBankWhoseStagesAreOffBothSctlrsSpeak)
{
    Stages machine;
    machine.nested();
    machine.write(0x8000, 0x031f'0060); // MTCFG, MemAttr 15, RACFG 3
    machine.write(0xa000, 0x009a'0060); // MTCFG, MemAttr 10, SHCFG 2
    EXPECT_EQ(sent(machine, {.memory = 0xff}), (Attributes{.memory = 0x99, .sharing = Inner}));
    machine.write(0xa000, 0x001f'0060);
    EXPECT_EQ(sent(machine, {.memory = 0x04}), (Attributes{.memory = 0xcc, .sharing = Outer}));
}

} // namespace
} // namespace smmu_pm::test
