// SPDX-License-Identifier: GPL-2.0-or-later
//
// Lines as kernels 6.1 and 6.12 print them, each by itself: a report may be cut off before or
// behind.
#include "journal/console.hh"

#include <gtest/gtest.h>

namespace smmu_pm::journal {
namespace {

TEST(Console, ComplaintsOfTheKernelAreSeen)
{
    EXPECT_EQ(complaint_in("[    3.1] WARNING: CPU: 0 PID: 1 at drivers/clk/qcom/clk-branch.c:91"),
              "WARNING:");
    EXPECT_EQ(complaint_in("[    3.1] Internal error: synchronous external abort: 96000010"),
              "Internal error");
    EXPECT_EQ(complaint_in("[    3.1] arm-smmu bb40000.iommu: Unhandled context fault: fsr=0x402"),
              "Unhandled context fault");
    EXPECT_EQ(complaint_in("[    3.1] msm msm: Couldn't power up the GPU: -16"), "couldn't");
    EXPECT_EQ(complaint_in("[    3.1] msm: [drm:recover_worker] *ERROR* hangcheck recover!"),
              "hangcheck");
}

TEST(Console, ReportsOfTheCoreAndOfLockdep)
{
    for (const char* line : {
             // WARN(), BUG(), Oops
             "[    3.124561] WARNING: CPU: 0 PID: 57 at lib/refcount.c:28 "
             "refcount_warn_saturate+0xf4/0x144",
             "[    3.124500] refcount_t: underflow; use-after-free.",
             "[    2.551230] kernel BUG at lib/list_debug.c:56!",
             "[    2.551231] Internal error: Oops - BUG: 00000000f2000800 [#1] SMP",
             "[    2.551231] Internal error: Oops: 0000000096000004 [#1] PREEMPT SMP",
             "[    2.551231] Internal error: synchronous external abort: 0000000096000010 [#1] SMP",
             "[    2.600001] Unable to handle kernel NULL pointer dereference at virtual address "
             "0000000000000010",
             "[    2.600001] Unable to handle kernel paging request at virtual address "
             "dead000000000108",
             "[    2.600002] SError Interrupt on CPU0, code 0x00000000be000011 -- SError",
             "[    2.600003] Kernel panic - not syncing: Asynchronous SError Interrupt",
             "[    3.000000] BUG: KASAN: slab-use-after-free in "
             "arm_smmu_tlb_inv_range_s1+0x1c/0x20",
             "[    3.000000] BUG: KFENCE: use-after-free read in msm_gem_put_vma+0x10/0x90",
             "[    3.000000] UBSAN: array-index-out-of-bounds in drivers/gpu/drm/msm/msm_gpu.c:1:2",
             "[   26.100000] watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [kworker/0:1:12]",
             "[   26.100000] rcu: INFO: rcu_preempt self-detected stall on CPU",
             "[   26.100000] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
             "[   26.100000] rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 0-",
             "[  243.100000] INFO: task kworker/0:1:12 blocked for more than 120 seconds.",
             // Sleeping where one must not
             "[    3.2] BUG: sleeping function called from invalid context at "
             "drivers/base/power/runtime.c:1163",
             "[    3.2] BUG: scheduling while atomic: swapper/0/0/0x00010002",
             // Runtime PM
             "[    3.3] msm_mdp 900000.display: Runtime PM usage count underflow!",
             "[    3.3] adreno bb00000.gpu: Unbalanced pm_runtime_enable!",
             // Interrupts
             "[    3.4] irq 21: nobody cared (try booting with the \"irqpoll\" option)",
             // lockdep
             "[    3.5] WARNING: possible circular locking dependency detected",
             "[    3.5] WARNING: possible recursive locking detected",
             "[    3.5] WARNING: inconsistent lock state",
             "[    3.5] WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected",
             "[    3.5] WARNING: suspicious RCU usage",
             "[    3.5] WARNING: bad unlock balance detected!",
             "[    3.5] [ BUG: Invalid wait context ]",
             "[    3.5] DEBUG_LOCKS_WARN_ON(lock->magic != lock)\n[    3.5] WARNING: CPU: 0 PID: 1",
             // The drivers of the island
             "[    3.6] arm-smmu bb40000.iommu: Unhandled context fault: fsr=0x402, "
             "iova=0x01000000, fsynr=0x11, cbfrsynra=0x0, cb=0",
             "[    3.6] arm-smmu bb40000.iommu: Blocked unknown Stream ID 0x1; boot with "
             "\"arm-smmu.disable_bypass=0\" to allow, but this may have security implications",
             "[    3.6] arm-smmu bb40000.iommu: Unexpected global fault, this could be serious",
             "[    3.6] arm-smmu bb40000.iommu: TLB sync timed out -- SMMU may be deadlocked",
             "[    3.6] arm-smmu bb40000.iommu: iova to phys timed out on 0x1000. Falling back",
             "[    3.6] gpu_gdsc status stuck at 'off'",
             "[    3.6] gpu_ahb_clk status stuck at 'on'",
             "[    3.6] *** gpu fault: ttbr0=0000000048000000 iova=0000000001000000 dir=WRITE",
             "[    3.6] [drm:adreno_idle [msm]] *ERROR* A510: timeout waiting to drain ringbuffer",
         })
        EXPECT_NE(complaint_in(line), "") << line;
}

TEST(Console, OrdinaryLinesAndTheExerciserAreNot)
{
    for (const char* line : {
             "[    0.0] Booting Linux on physical CPU 0x0000000000",
             "[    0.5] arm-smmu bb40000.iommu: \tpreserved 0 boot mappings",
             "[    2.6] msm msm: [drm:adreno_request_fw] loaded qcom/a530_pm4.fw from new location",
             "[    2.6] clk: Disabling unused clocks",
             "[    5.0] reboot: Power down",
             "smmu-pm: gave up: waited 3 s, an error",
             "[    2.615270] smmu-pm: gave up: BUG: WARNING: an error",
             "[    2.615270][    T1] smmu-pm: failed",
             "<5>smmu-pm: failed",
             "",
         })
        EXPECT_EQ(complaint_in(line), "") << line;
}

TEST(Console, AReportThatNamesTheExerciserIsStillOne)
{
    EXPECT_EQ(complaint_in("[    3.1] BUG: scheduling while atomic: smmu-pm: 77"), "BUG:");
}

} // namespace
} // namespace smmu_pm::journal
