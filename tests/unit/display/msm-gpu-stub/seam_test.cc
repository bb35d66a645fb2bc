// SPDX-License-Identifier: GPL-2.0-or-later
//
// The GPU as the glue sees it: through plain C alone.
#include "seam.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace {

struct Machine {
    uint8_t memory[0x2000] = {};
    bool irq = false;
    int pm_faults = 0;
    SmmuPmStatus answer = SMMU_PM_OK;
};

SmmuPmStatus dma_read(void* opaque, uint64_t iova, void* buffer, size_t length)
{
    auto* machine = static_cast<Machine*>(opaque);
    if (iova + length > sizeof(machine->memory))
        return SMMU_PM_ABORT;
    std::memcpy(buffer, machine->memory + iova, length);
    return machine->answer;
}
SmmuPmStatus dma_write(void* opaque, uint64_t iova, const void* buffer, size_t length)
{
    auto* machine = static_cast<Machine*>(opaque);
    if (iova + length > sizeof(machine->memory))
        return SMMU_PM_ABORT;
    std::memcpy(machine->memory + iova, buffer, length);
    return machine->answer;
}
void set_irq(void* opaque, bool level)
{
    static_cast<Machine*>(opaque)->irq = level;
}
void pm_fault(void* opaque)
{
    ++static_cast<Machine*>(opaque)->pm_faults;
}

class MsmGpuSeam : public testing::Test {
protected:
    MsmGpuSeam() : gpu(create()) {}
    ~MsmGpuSeam() override { smmu_pm_master_free(gpu); }

    SmmuPmMaster* create()
    {
        const MsmGpuConfig config = {SMMU_PM_POLICY_ONES, 1000, 0, MSM_GPU_A510};
        const SmmuPmMasterHost host = {&machine, dma_read, dma_write, set_irq, pm_fault};
        return msm_gpu_new(&config, &host, nullptr);
    }
    void power_on()
    {
        for (int supply = 0; supply < SMMU_PM_SUPPLY_COUNT; ++supply)
            smmu_pm_master_set_supply(gpu, 0, static_cast<SmmuPmSupply>(supply), true);
    }
    void submit()
    {
        // CP_EVENT_WRITE with timestamp 0x11223344 at 0x1000, in a ring at 0.
        const uint8_t ring[] = {0x04, 0x00, 0x46, 0x70, 0x04, 0x00, 0x00, 0x80, 0x00, 0x10,
                                0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x44, 0x33, 0x22, 0x11};
        std::memcpy(machine.memory, ring, sizeof(ring));
        smmu_pm_master_write(gpu, 0, 0x2008, 4, 0x0800'0206);
        smmu_pm_master_write(gpu, 0, 0x00e0, 4, 0x1190'037e);
        smmu_pm_master_write(gpu, 0, 0x20c8, 4, 0);
        smmu_pm_master_write(gpu, 0, 0x201c, 4, 5);
    }

    Machine machine;
    SmmuPmMaster* gpu;
};

TEST_F(MsmGpuSeam, PolicyAndPmFaultComeThrough)
{
    const SmmuPmAnswer answer = smmu_pm_master_read(gpu, 0, 0x13d4, 4);
    EXPECT_EQ(answer.status, SMMU_PM_OK);
    EXPECT_EQ(answer.value, 0xffff'ffffu);
    EXPECT_EQ(machine.pm_faults, 1);
}

TEST_F(MsmGpuSeam, WorkIsDoneAtItsDeadlineInTheGuestsByteOrder)
{
    power_on();
    EXPECT_EQ(smmu_pm_master_deadline(gpu), SMMU_PM_NEVER);
    submit();
    EXPECT_EQ(smmu_pm_master_deadline(gpu), 1000u);
    smmu_pm_master_advance(gpu, 1000);
    const uint8_t expected[] = {0x44, 0x33, 0x22, 0x11};
    EXPECT_EQ(std::memcmp(machine.memory + 0x1000, expected, 4), 0);
    EXPECT_TRUE(machine.irq);
    EXPECT_EQ(smmu_pm_master_read(gpu, 2000, 0x1384, 4).value, 0x0010'0000u);
}

TEST_F(MsmGpuSeam, AbortAndHangOfDmaComeThrough)
{
    power_on();
    machine.answer = SMMU_PM_ABORT;
    submit();
    smmu_pm_master_advance(gpu, 1000);
    EXPECT_EQ(smmu_pm_master_read(gpu, 2000, 0x2c60, 4).value, 8u);
    smmu_pm_master_reset(gpu);
    EXPECT_FALSE(machine.irq);
    machine.answer = SMMU_PM_HANG;
    submit();
    smmu_pm_master_advance(gpu, 1000);
    EXPECT_EQ(smmu_pm_master_read(gpu, 2000, 0x1384, 4).value, 0u);
    EXPECT_NE(smmu_pm_master_read(gpu, 2000, 0x13d4, 4).value, 0u);
}

TEST_F(MsmGpuSeam, StallAndEveryReleaseComeThrough)
{
    const struct {
        SmmuPmReleased how;
        uint64_t cause;
        uint64_t interrupt;
    } rows[] = {{SMMU_PM_RELEASED_RETRY, 0, 0x0010'0000},
                {SMMU_PM_RELEASED_ABORT, 8, 0x200},
                {SMMU_PM_RELEASED_RAZWI, 1, 0x200}}; // a header of zeroes
    power_on();
    for (const auto& row : rows) {
        smmu_pm_master_reset(gpu);
        machine.answer = SMMU_PM_STALLED;
        submit();
        smmu_pm_master_advance(gpu, 1000);
        EXPECT_EQ(smmu_pm_master_deadline(gpu), SMMU_PM_NEVER);
        EXPECT_EQ(smmu_pm_master_read(gpu, 2000, 0x14c0, 4).value, 0x0100'0000u);
        machine.answer = SMMU_PM_OK;
        smmu_pm_master_released(gpu, 2000, row.how);
        EXPECT_EQ(smmu_pm_master_deadline(gpu), 3000u);
        smmu_pm_master_advance(gpu, 3000);
        EXPECT_EQ(smmu_pm_master_read(gpu, 4000, 0x2c60, 4).value, row.cause);
        EXPECT_EQ(smmu_pm_master_read(gpu, 4000, 0x1384, 4).value, row.interrupt);
    }
}

TEST_F(MsmGpuSeam, ChipComesThrough)
{
    power_on();
    smmu_pm_master_write(gpu, 0, 0xc200, 4, 0xf);
    EXPECT_EQ(smmu_pm_master_read(gpu, 0, 0xc204, 4).value, 0x7u);
    const MsmGpuConfig config = {SMMU_PM_POLICY_ONES, 1000, 0, MSM_GPU_A530};
    const SmmuPmMasterHost host = {&machine, dma_read, dma_write, set_irq, pm_fault};
    smmu_pm_master_free(gpu);
    gpu = msm_gpu_new(&config, &host, nullptr);
    power_on();
    smmu_pm_master_write(gpu, 0, 0xc200, 4, 0xf);
    EXPECT_EQ(smmu_pm_master_read(gpu, 0, 0xc204, 4).value, 0xfu);
}

TEST_F(MsmGpuSeam, SaveCountsFirstAndLoadsBack)
{
    power_on();
    submit();
    const size_t count = smmu_pm_master_save(gpu, nullptr, 0);
    std::vector<SmmuPmPair> pairs(count);
    EXPECT_EQ(smmu_pm_master_save(gpu, pairs.data(), count), count);
    smmu_pm_master_reset(gpu);
    EXPECT_EQ(smmu_pm_master_deadline(gpu), SMMU_PM_NEVER);
    EXPECT_TRUE(smmu_pm_master_load(gpu, pairs.data(), count));
    EXPECT_EQ(smmu_pm_master_deadline(gpu), 1000u);
    smmu_pm_master_advance(gpu, 1000);
    EXPECT_TRUE(machine.irq);
    EXPECT_FALSE(smmu_pm_master_load(gpu, pairs.data(), count - 1));
    EXPECT_FALSE(smmu_pm_master_load(gpu, nullptr, 0));
}

TEST_F(MsmGpuSeam, SaveWritesNoMoreThanItMay)
{
    power_on();
    submit();
    SmmuPmPair pairs[2] = {{1, 1}, {1, 1}};
    EXPECT_GT(smmu_pm_master_save(gpu, pairs, 1), 1u);
    EXPECT_EQ(pairs[1].key, 1u);
}

} // namespace
