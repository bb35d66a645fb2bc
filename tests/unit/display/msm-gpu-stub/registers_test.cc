// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench.hh"

namespace smmu_pm::gpu::test {
namespace {

class GpuRegisters : public GpuTest {
protected:
    // As power-up leaves it: nothing written yet.
    void SetUp() override { power_on(); }
};

struct Row {
    uint32_t index;
    uint32_t reset;
    uint32_t writable; ///< bits that a write of ones leaves set
};

// A second reading of a5xx.xml.h and a5xx_gpu.c.
constexpr Row rows[] = {
    {0x037, 0, 0},                     // RBBM_INT_CLEAR_CMD
    {0x038, 0, 0xffff'ffff},           // RBBM_INT_0_MASK
    {0x096, 0, 0},                     // RBBM_AHB_CMD
    {0x3b0, 0, 0},                     // RBBM_PERFCTR_RBBM_0_LO
    {0x3b1, 0, 0},                     // RBBM_PERFCTR_RBBM_0_HI
    {0x4e1, 0, 0},                     // RBBM_INT_0_STATUS
    {0x4f4, 0, 0},                     // RBBM_AHB_ERROR_STATUS
    {0x4f5, 0, 0},                     // RBBM_STATUS
    {0x530, 0, 0},                     // RBBM_STATUS3
    {0x800, 0, 0xffff'ffff},           // CP_RB_BASE
    {0x801, 0, 0xffff'ffff},           // CP_RB_BASE_HI
    {0x802, 0, 0x8813'3f3f},           // CP_RB_CNTL
    {0x804, 0, 0xffff'ffff},           // CP_RB_RPTR_ADDR
    {0x805, 0, 0xffff'ffff},           // CP_RB_RPTR_ADDR_HI
    {0x806, 0, 0},                     // CP_RB_RPTR
    {0x808, 0, 0xffff'ffff},           // CP_PFP_STAT_ADDR
    {0x832, 0x1000'0000, 0xffff'ffff}, // CP_PFP_ME_CNTL
    {0xb18, 0, 0},                     // CP_INTERRUPT_STATUS
    {0xb1a, 0, 0},                     // CP_HW_FAULT
    {0xb1b, 0, 0},                     // CP_AHB_FAULT
    {0xb1c, 0, 0},                     // CP_PROTECT_STATUS
    {0xb1f, 0, 0},                     // CP_IB1_BASE
    {0xb20, 0, 0},                     // CP_IB1_BASE_HI
    {0xb21, 0, 0},                     // CP_IB1_BUFSZ
    {0xb22, 0, 0},                     // CP_IB2_BASE
    {0xb23, 0, 0},                     // CP_IB2_BASE_HI
    {0xb24, 0, 0},                     // CP_IB2_BUFSZ
    {0xb78, 0, 0xffff'ffff},           // CP_SCRATCH_REG0
    {0xb7f, 0, 0xffff'ffff},           // CP_SCRATCH_REG7
    {0x3080, 0, 0xf},                  // VBIF_XIN_HALT_CTRL0
    // Not declared: plain RAM.
    {0x000, 0, 0xffff'ffff},
    {0x045, 0, 0xffff'ffff},  // RBBM_BLOCK_SW_RESET_CMD
    {0x067, 0, 0xffff'ffff},  // RBBM_CLOCK_CNTL
    {0x880, 0, 0xffff'ffff},  // CP_PROTECT_REG(0)
    {0x8a0, 0, 0xffff'ffff},  // CP_PROTECT_CNTL
    {0xcc4, 0, 0xffff'ffff},  // RB_DBG_ECO_CNTL
    {0xf400, 0, 0xffff'ffff}, // RBBM_SECVID_TRUST_CNTL
    {0xf810, 0, 0xffff'ffff}, // RBBM_SECVID_TSB_ADDR_MODE_CNTL
    {0xfbff, 0, 0xffff'ffff}, // the window's last
};

TEST_F(GpuRegisters, ResetValues)
{
    for (const Row& row : rows)
        EXPECT_EQ(read(row.index), row.reset) << std::hex << row.index;
}

TEST_F(GpuRegisters, WritableBits)
{
    for (const Row& row : rows) {
        write(row.index, 0xffff'ffff);
        EXPECT_EQ(read(row.index), row.writable) << std::hex << row.index;
        write(row.index, 0);
        EXPECT_EQ(read(row.index), row.writable == 0 ? row.reset : 0) << std::hex << row.index;
    }
}

TEST_F(GpuRegisters, EightBytesAreTwoRegistersTheLowerFirst)
{
    EXPECT_EQ(gpu.write(now, 0x2000, 8, 0x0000'0001'0100'1000).status, power::Status::Ok);
    EXPECT_EQ(read(0x800), 0x0100'1000u);
    EXPECT_EQ(read(0x801), 1u);
    EXPECT_EQ(gpu.read(now, 0x2000, 8).value, 0x0000'0001'0100'1000u);
    // RAM as well.
    EXPECT_EQ(gpu.write(now, 0x33100, 8, 0x1234'5678'9abc'def0).status, power::Status::Ok);
    EXPECT_EQ(gpu.read(now, 0x33100, 8).value, 0x1234'5678'9abc'def0u);
}

TEST_F(GpuRegisters, OtherSizesAndPlacesAreBusErrors)
{
    EXPECT_EQ(gpu.read(now, 0x2000, 1).status, power::Status::Abort);
    EXPECT_EQ(gpu.read(now, 0x2000, 2).status, power::Status::Abort);
    EXPECT_EQ(gpu.read(now, 0x2000, 16).status, power::Status::Abort);
    EXPECT_EQ(gpu.read(now, 0x2002, 4).status, power::Status::Abort);
    EXPECT_EQ(gpu.read(now, 0x2004, 8).status, power::Status::Abort);
    EXPECT_EQ(gpu.read(now, 0x3f000, 4).status, power::Status::Abort);
    EXPECT_EQ(gpu.write(now, 0x3effc, 8, 0).status, power::Status::Abort);
    EXPECT_EQ(gpu.write(now, ~uint64_t{7}, 8, 0).status, power::Status::Abort);
    EXPECT_EQ(gpu.read(now, 0x3effc, 4).status, power::Status::Ok);
    EXPECT_EQ(host.pm_faults, 0);
}

TEST_F(GpuRegisters, AlwaysOnCounterCountsTheCrystal)
{
    now = 1'000'000'000;
    EXPECT_EQ(read(0x4d2), 19'200'000u);
    EXPECT_EQ(read(0x4d3), 0u);
    now = 1'000'000'000'000;
    EXPECT_EQ(read(0x4d2), 0x7868'c000u); // 19'200'000'000
    EXPECT_EQ(read(0x4d3), 4u);
}

TEST_F(GpuRegisters, AlwaysOnCounterSurvivesThePowerCycle)
{
    now = 1'000'000'000;
    supply(power::Supply::Domain, false);
    supply(power::Supply::Domain, true);
    EXPECT_EQ(read(0x4d2), 19'200'000u);
}

TEST_F(GpuRegisters, VbifHaltIsAcknowledged)
{
    write(0x3080, 7);
    EXPECT_EQ(read(0x3081), 7u);
    write(0x3080, 0);
    EXPECT_EQ(read(0x3081), 0u);
}

TEST_F(GpuRegisters, SaveAndReadModifyWriteOfHwInitReadsBack)
{
    write(0x67, 0xaaa8'aa55);
    EXPECT_EQ(read(0x67), 0xaaa8'aa55u);
    write(0xcc4, read(0xcc4) & ~0x800u);
    EXPECT_EQ(read(0xcc4), 0u);
}

} // namespace
} // namespace smmu_pm::gpu::test
