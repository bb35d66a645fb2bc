// SPDX-License-Identifier: GPL-2.0-or-later
//
// The registers that msm8996-adreno has not, by a second reading: offsets, resets and masks typed
// in from UG1087 (SMMU500 module of a Zynq UltraScale+) and IHI 0062D 9 and 12, on the preset
// mmu-500.
#include "machine.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

struct Row {
    uint32_t offset;
    uint32_t reset;
    uint32_t writable;
};

void expect_as(const Row& row, bool secure, const smmu::Config& config = smmu::mmu_500)
{
    Machine machine(config);
    const auto read = [&] {
        return static_cast<uint32_t>(machine.smmu.read(row.offset, 4, secure).value);
    };
    EXPECT_EQ(read(), row.reset) << std::hex << row.offset;
    machine.smmu.write(row.offset, 4, 0xffff'ffff, secure);
    EXPECT_EQ(read(), row.writable | (row.reset & ~row.writable)) << std::hex << row.offset;
    machine.smmu.write(row.offset, 4, 0, secure);
    EXPECT_EQ(read(), row.reset & ~row.writable) << std::hex << row.offset;
}

TEST(SmmuMmu500, RegistersReadAsUg1087HasThemAndKeepTheirWritableBits)
{
    for (const Row& row : {
             Row{0x0fd0, 0x04, 0},                  // SMMU_PIDR4
             Row{0x0fd4, 0x00, 0},                  // SMMU_PIDR5
             Row{0x0fd8, 0x00, 0},                  // SMMU_PIDR6
             Row{0x0fdc, 0x00, 0},                  // SMMU_PIDR7
             Row{0x0fe0, 0x81, 0},                  // SMMU_PIDR0
             Row{0x0fe4, 0xb4, 0},                  // SMMU_PIDR1
             Row{0x0fe8, 0x1b, 0},                  // SMMU_PIDR2
             Row{0x0fec, 0x00, 0},                  // SMMU_PIDR3
             Row{0x0ff0, 0x0d, 0},                  // SMMU_CIDR0
             Row{0x0ff4, 0xf0, 0},                  // SMMU_CIDR1
             Row{0x0ff8, 0x05, 0},                  // SMMU_CIDR2
             Row{0x0ffc, 0xb1, 0},                  // SMMU_CIDR3
             Row{0x2000, 0, 0x1},                   // SMMU_ITCTRL
             Row{0x2004, 0, 0},                     // SMMU_ITIP
             Row{0x2008, 0, 0},                     // SMMU_ITOP_GLBL
             Row{0x200c, 0, 0},                     // SMMU_ITOP_PERF_INDEX
             Row{0x2010, 0, 0},                     // SMMU_ITOP_CXT0TO31_RAM0
             Row{0x2100, 0, 0xffff'ffff},           // SMMU_TBUQOS0
             Row{0x2200, 0, 0},                     // SMMU_PER
             Row{0x2204, 0x3f, 0},                  // SMMU_TBU_PWR_STATUS: six TBUs
             Row{0x3000, 0, 0xffff'ffff},           // PMEVCNTR0
             Row{0x305c, 0, 0xffff'ffff},           // PMEVCNTR23
             Row{0x3400, 0, 0xf000'ffff},           // PMEVTYPER0
             Row{0x345c, 0, 0xf000'ffff},           // PMEVTYPER23
             Row{0x3800, 0x0400'0000, 0x1fff},      // PMCGCR0
             Row{0x3814, 0x0405'0000, 0x1fff},      // PMCGCR5
             Row{0x3a00, 0, 0xffff'ffff},           // PMCGSMR0
             Row{0x3a14, 0, 0xffff'ffff},           // PMCGSMR5
             Row{0x3e00, 0x0501'1f17, 0},           // PMCFGR
             Row{0x3e04, 0, 0x11},                  // PMCR
             Row{0x3e20, 0x0003'0303, 0},           // PMCEID0
             Row{0x3e24, 0, 0},                     // PMCEID1
             Row{0x3fb8, 0x80, 0},                  // PMAUTHSTATUS
             Row{0x3fcc, 0x56, 0},                  // PMDEVTYPE
             Row{0x1'0004, 0x3, 0},                 // SMMU_CB0_ACTLR, with CACHE_LOCK set
             Row{0x0010, 0x0400'001c, 0xffff'ffff}, // SMMU_sACR
         })
        expect_as(row, false);
}

TEST(SmmuMmu500, OperationsAndWhatStage2HasStandWhereTheManualHasThem)
{
    for (const bool secure : {false, true})
        for (const Row& row : {
                 Row{0x0078, 0, 0},           // SMMU_TLBIVAH
                 Row{0x00a0, 0, 0},           // SMMU_STLBIVALM
                 Row{0x00a8, 0, 0},           // SMMU_STLBIVAM
                 Row{0x00b0, 0, 0},           // SMMU_TLBIVALH64
                 Row{0x00b8, 0, 0},           // SMMU_TLBIVMIDS1
                 Row{0x00bc, 0, 0},           // SMMU_STLBIALLM
                 Row{0x00c0, 0, 0},           // SMMU_TLBIVAH64
                 Row{0x0100, 0, 0},           // SMMU_sGATS1UR
                 Row{0x0108, 0, 0},           // SMMU_sGATS1UW
                 Row{0x0110, 0, 0},           // SMMU_sGATS1PR
                 Row{0x0118, 0, 0},           // SMMU_sGATS1PW
                 Row{0x0120, 0, 0},           // SMMU_sGATS12UR
                 Row{0x0128, 0, 0},           // SMMU_sGATS12UW
                 Row{0x0130, 0, 0},           // SMMU_sGATS12PR
                 Row{0x0138, 0, 0},           // SMMU_sGATS12PW
                 Row{0x0180, 0, 0xffff'ffff}, // SMMU_sGPAR
                 Row{0x0184, 0, 0xffff'ffff}, //
                 Row{0x0188, 0, 0},           // SMMU_sGATSR
             })
            expect_as(row, secure, smmu::smmu_v2_full);
    for (const Row& row : {
             Row{0x8'0050, 0, 0xffff'ffff}, // SMMU_CB0_PAR
             Row{0x8'0054, 0, 0xffff'ffff}, //
             Row{0x8'0070, 0, 0xffff'ffff}, // SMMU_CB0_IPAFAR
             Row{0x8'0074, 0, 0x0001'ffff}, //
             Row{0x8'0630, 0, 0},           // SMMU_CB0_TLBIIPAS2
             Row{0x8'0638, 0, 0},           // SMMU_CB0_TLBIIPAS2L
             Row{0x8'0800, 0, 0},           // SMMU_CB0_ATS1PR
             Row{0x8'0808, 0, 0},           // SMMU_CB0_ATS1PW
             Row{0x8'0810, 0, 0},           // SMMU_CB0_ATS1UR
             Row{0x8'0818, 0, 0},           // SMMU_CB0_ATS1UW
             Row{0x8'08f0, 0, 0},           // SMMU_CB0_ATSR
         })
        expect_as(row, false, smmu::smmu_v2_full);
}

TEST(SmmuMmu500, SecureCopiesKeepTheirWritableBits)
{
    for (const Row& row : {
             Row{0x0000, 0x0000'0001, 0x3fff'f5f7}, // SMMU_SCR0
             Row{0x0008, 0, 0},                     // SMMU_SCR2
             Row{0x0010, 0x0400'0004, 0xffff'ffff}, // SMMU_SACR
             Row{0x0020, 0xfc01'3e30, 0},           // SMMU_SIDR0
             Row{0x0024, 0x3000'0f10, 0},           // SMMU_SIDR1
             Row{0x0028, 0x0000'5555, 0},           // SMMU_SIDR2
             Row{0x003c, 0x0000'0021, 0},           // SMMU_SIDR7
             Row{0x0040, 0, 0xffff'ffff},           // SMMU_SGFAR
             Row{0x0044, 0, 0xffff'ffff},           //
             Row{0x0048, 0, 0},                     // SMMU_SGFSR
             Row{0x004c, 0, 0},                     // SMMU_SGFSRRESTORE
             Row{0x0050, 0, 0x0000'007f},           // SMMU_SGFSYNR0
             Row{0x0054, 0, 0x7fff'7fff},           // SMMU_SGFSYNR1
             Row{0x0058, 0, 0xffff'ffff},           // SMMU_SGFSYNR2
             Row{0x0080, 0, 0x0700'ffff},           // SMMU_DBGRPTRTBU
             Row{0x0084, 0, 0},                     // SMMU_DBGRDATATBU
             Row{0x0088, 0, 0x0f00'1fff},           // SMMU_DBGRPTRTCU
             Row{0x008c, 0, 0},                     // SMMU_DBGRDATATCU
             Row{0x0400, 0x0000'0001, 0x0fff'fdf7}, // SMMU_NSCR0
             Row{0x0408, 0, 0},                     // SMMU_NSCR2
             Row{0x0410, 0x0400'001c, 0xffff'ffff}, // SMMU_NSACR
             Row{0x0440, 0, 0xffff'ffff},           // SMMU_NSGFAR
             Row{0x0448, 0, 0},                     // SMMU_NSGFSR
             Row{0x0450, 0, 0x0000'007f},           // SMMU_NSGFSYNR0
             Row{0x0454, 0, 0x7fff'7fff},           // SMMU_NSGFSYNR1
         })
        expect_as(row, true);
}

} // namespace
} // namespace smmu_pm::test
