// SPDX-License-Identifier: GPL-2.0-or-later
//
// Through the C header, as QEMU sees it.
#include "seam/testdev.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace {

struct Machine {
    std::vector<uint8_t> memory = std::vector<uint8_t>(0x100);
    bool irq = false;
    int pm_faults = 0;
    SmmuPmStatus status = SMMU_PM_OK;
};

Machine& of(void* opaque)
{
    return *static_cast<Machine*>(opaque);
}

const SmmuPmMasterHost callbacks = {
    .opaque = nullptr,
    .dma_read =
        [](void* opaque, uint64_t iova, void* buffer, size_t length) {
            std::memcpy(buffer, of(opaque).memory.data() + iova, length);
            return of(opaque).status;
        },
    .dma_write =
        [](void* opaque, uint64_t iova, const void* buffer, size_t length) {
            if (of(opaque).status == SMMU_PM_OK)
                std::memcpy(of(opaque).memory.data() + iova, buffer, length);
            return of(opaque).status;
        },
    .set_irq = [](void* opaque, bool level) { of(opaque).irq = level; },
    .pm_fault = [](void* opaque) { ++of(opaque).pm_faults; },
};

class TestdevSeam : public testing::Test {
protected:
    TestdevSeam()
    {
        SmmuPmMasterHost host = callbacks;
        host.opaque = &machine;
        const SmmuPmTestdevConfig config = {SMMU_PM_POLICY_ABORT, 200, 0};
        device = smmu_pm_testdev_new(&config, &host, nullptr);
    }
    ~TestdevSeam() override { smmu_pm_master_free(device); }

    void power()
    {
        for (const SmmuPmSupply supply :
             {SMMU_PM_SUPPLY_DOMAIN, SMMU_PM_SUPPLY_RESET, SMMU_PM_SUPPLY_VOTE,
              SMMU_PM_SUPPLY_IFACE, SMMU_PM_SUPPLY_BUS})
            smmu_pm_master_set_supply(device, 0, supply, true);
    }
    void fill(uint32_t bytes)
    {
        smmu_pm_master_write(device, 0, 0x20, 4, bytes);
        smmu_pm_master_write(device, 0, 0x24, 4, 0x0807'0605);
        smmu_pm_master_write(device, 0, 0x44, 4, 1);
        smmu_pm_master_write(device, 0, 0x2c, 4, 0x100);
    }
    uint64_t counter(const char* name)
    {
        SmmuPmCounter counters[SMMU_PM_COUNTERS_MAX];
        const int count = smmu_pm_master_counters(device, counters, SMMU_PM_COUNTERS_MAX);
        for (int i = 0; i < count; ++i)
            if (std::strcmp(counters[i].name, name) == 0)
                return counters[i].value;
        ADD_FAILURE() << name;
        return 0;
    }

    Machine machine{};
    SmmuPmMaster* device = nullptr;
};

TEST_F(TestdevSeam, OffItCannotBeReached)
{
    EXPECT_EQ(smmu_pm_master_read(device, 0, 0, 4).status, SMMU_PM_ABORT);
    EXPECT_EQ(machine.pm_faults, 1);
    // domain, reset, vote, iface; for DMA domain, reset, bus
    EXPECT_EQ(smmu_pm_master_wires(device).missing_register, 0xfu);
    EXPECT_EQ(smmu_pm_master_wires(device).missing_dma, 0x13u);
    power();
    EXPECT_EQ(smmu_pm_master_wires(device).missing_register, 0u);
    EXPECT_EQ(smmu_pm_master_wires(device).missing_dma, 0u);
    EXPECT_EQ(smmu_pm_master_wires(device).present, 0x1fu);
    EXPECT_EQ(smmu_pm_master_read(device, 0, 0, 4).value, 0x4454'4d50u);
    EXPECT_EQ(counter("register-refused"), 1u);
    EXPECT_EQ(counter("register-reads"), 1u);
}

TEST_F(TestdevSeam, FillsAndInterrupts)
{
    power();
    fill(0x80);
    EXPECT_EQ(smmu_pm_master_deadline(device), 200u);
    smmu_pm_master_advance(device, 200);
    EXPECT_FALSE(machine.irq);
    smmu_pm_master_advance(device, 400);
    EXPECT_TRUE(machine.irq);
    EXPECT_EQ(machine.memory[0x7f], 0x08u);
    EXPECT_EQ(smmu_pm_master_deadline(device), SMMU_PM_NEVER);
    EXPECT_EQ(counter("dma-writes"), 2u);
    EXPECT_EQ(counter("submissions"), 1u);
}

TEST_F(TestdevSeam, StateGoesThroughPairs)
{
    power();
    machine.status = SMMU_PM_STALLED;
    fill(0x40);
    smmu_pm_master_advance(device, 200);
    const size_t count = smmu_pm_master_save(device, nullptr, 0);
    std::vector<SmmuPmPair> pairs(count);
    EXPECT_EQ(smmu_pm_master_save(device, pairs.data(), count), count);
    smmu_pm_master_reset(device);
    EXPECT_EQ(smmu_pm_master_read(device, 0, 0x30, 4).value, 0u);
    ASSERT_TRUE(smmu_pm_master_load(device, pairs.data(), count));
    EXPECT_EQ(smmu_pm_master_read(device, 0, 0x30, 4).value, 3u);
    machine.status = SMMU_PM_OK;
    smmu_pm_master_released(device, 300, SMMU_PM_RELEASED_RETRY);
    smmu_pm_master_advance(device, 500);
    EXPECT_EQ(machine.memory[0x3f], 0x08u);
    EXPECT_FALSE(smmu_pm_master_load(device, pairs.data(), 1));
}

} // namespace
