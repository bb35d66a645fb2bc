// SPDX-License-Identifier: GPL-2.0-or-later
//
// Looking at the GPU: what it holds, nothing that is gone, and no trace of having looked.
#include "inspect.hh"

#include "bench.hh"
#include "seam_inspect.h"

#include <map>

namespace smmu_pm::gpu::test {
namespace {

using GpuInspection = GpuTest;

TEST_F(GpuInspection, ShowsTheRing)
{
    put({0x7010'0001, 0}); // CP_NOP
    ring_doorbell();
    const auto view = Inspection(gpu).view();
    ASSERT_TRUE(view);
    EXPECT_EQ(view->ring.base, 0x0100'1000u);
    EXPECT_EQ(view->ring.dwords, 8192u);
    EXPECT_EQ(view->ring.wptr, 2u);
    EXPECT_EQ(view->rptr, 0u);
    EXPECT_TRUE(view->busy);
    EXPECT_FALSE(view->halted);
    EXPECT_EQ(view->condition, CommandProcessor::Condition::Running);
    run();
    EXPECT_EQ(Inspection(gpu).view()->rptr, 2u);
    EXPECT_FALSE(Inspection(gpu).view()->busy);
}

TEST_F(GpuInspection, ShowsWorkThatARegisterKeepsWaiting)
{
    write(0x832, 1u << 28); // CP_PFP_ME_CNTL.ME_HALT
    submit({0x7010'0001, 0});
    EXPECT_TRUE(Inspection(gpu).view()->busy);
    EXPECT_TRUE(Inspection(gpu).view()->halted);
}

TEST_F(GpuInspection, ShowsAnErrorAndTheLine)
{
    submit({0xffff'ffff});
    run();
    const auto view = *Inspection(gpu).view();
    EXPECT_EQ(view.condition, CommandProcessor::Condition::Failed);
    EXPECT_NE(view.error, Error::None);
    EXPECT_EQ(view.header, 0xffff'ffffu);
    EXPECT_TRUE(view.irq);
}

TEST_F(GpuInspection, ShowsNothingThatACollapseHasTaken)
{
    submit({0x7010'0001, 0});
    supply(power::Supply::Domain, false);
    EXPECT_FALSE(Inspection(gpu).view());
    EXPECT_EQ(Inspection(gpu).missing(power::Access::Dma).bits(), 1u);
    supply(power::Supply::Domain, true);
    ASSERT_TRUE(Inspection(gpu).view());
    EXPECT_EQ(Inspection(gpu).view()->ring.base, 0u);
}

TEST_F(GpuInspection, StoppedClocksHideNothing)
{
    supply(power::Supply::Core, false);
    supply(power::Supply::Iface, false);
    EXPECT_EQ(Inspection(gpu).view()->ring.base, 0x0100'1000u);
}

TEST_F(GpuInspection, LeavesNoTrace)
{
    supply(power::Supply::Domain, false);
    supply(power::Supply::Domain, true); // a state that nobody has reached yet
    const auto before = saved();
    const auto events = sink.lines.size();
    (void)Inspection(gpu).view();
    EXPECT_EQ(saved(), before);
    EXPECT_EQ(sink.lines.size(), events);
    EXPECT_EQ(host.pm_faults, 0);
}

/// The same through the seam, and the counters that live there.
TEST(MsmGpuSeamInspection, CountsAndShows)
{
    MsmGpuConfig config = {};
    config.policy = SMMU_PM_POLICY_RAZWI;
    config.slice_ns = 1000;
    const SmmuPmMasterHost host = {
        .opaque = nullptr,
        .dma_read = [](void*, uint64_t, void*, size_t) { return SMMU_PM_ABORT; },
        .dma_write = [](void*, uint64_t, const void*, size_t) { return SMMU_PM_ABORT; },
        .set_irq = [](void*, bool) {},
        .pm_fault = [](void*) {}};
    SmmuPmMaster* gpu = msm_gpu_new(&config, &host, nullptr);
    MsmGpuView view = {};
    EXPECT_EQ(msm_gpu_view(gpu, &view), -1);
    EXPECT_EQ(smmu_pm_master_wires(gpu).missing_register, 0x0fu);
    smmu_pm_master_read(gpu, 0, 0x13d4, 4); // refused
    for (int supply = 0; supply < SMMU_PM_SUPPLY_COUNT; ++supply)
        smmu_pm_master_set_supply(gpu, 0, static_cast<SmmuPmSupply>(supply), true);
    EXPECT_EQ(smmu_pm_master_wires(gpu).present, 0x3ffu);
    smmu_pm_master_write(gpu, 0, 0x2008, 4, 0x0800'0206); // CP_RB_CNTL
    smmu_pm_master_write(gpu, 0, 0x20c8, 4, 0);           // CP_PFP_ME_CNTL
    smmu_pm_master_write(gpu, 0, 0x201c, 4, 5);           // CP_RB_WPTR
    smmu_pm_master_advance(gpu, 1000);                    // the fetch ends in a bus error
    ASSERT_EQ(msm_gpu_view(gpu, &view), 1);
    EXPECT_STREQ(view.condition, "failed");
    EXPECT_STREQ(view.error, "dma");
    EXPECT_EQ(view.ring.wptr, 5u);
    EXPECT_EQ(view.ring.dwords, 128u);
    EXPECT_EQ(view.busy_ns, 1000u);
    smmu_pm_master_set_supply(gpu, 2000, SMMU_PM_SUPPLY_DOMAIN, false);

    SmmuPmCounter rows[SMMU_PM_COUNTERS_MAX];
    const int count = smmu_pm_master_counters(gpu, rows, SMMU_PM_COUNTERS_MAX);
    std::map<std::string, uint64_t> counted;
    for (int i = 0; i < count; ++i)
        counted[rows[i].name] = rows[i].value;
    EXPECT_EQ(counted, (std::map<std::string, uint64_t>{{"register-reads", 0},
                                                        {"register-writes", 3},
                                                        {"register-refused", 1},
                                                        {"power-ups", 1},
                                                        {"power-offs", 1},
                                                        {"irqs", 0},
                                                        {"dma-reads", 1},
                                                        {"dma-writes", 0},
                                                        {"submissions", 1},
                                                        {"errors", 1},
                                                        {"work-lost", 1}}));
    smmu_pm_master_free(gpu);
}

} // namespace
} // namespace smmu_pm::gpu::test
