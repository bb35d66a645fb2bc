// SPDX-License-Identifier: GPL-2.0-or-later
//
// The plain C side of controllers and delay element, as the glue uses it.
#include "seam/controller.h"
#include "seam/delay.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using Words = std::vector<std::string>;

struct Host {
    const SmmuPmOutput* outputs = nullptr;
    Words log{};
};

SmmuPmController* make(SmmuPmControllerModel model, Host& host)
{
    unsigned count = 0;
    host.outputs = smmu_pm_controller_outputs(model, &count);
    const SmmuPmControllerConfig config = {model, 0, 100'000, 1'000, 2'000, SMMU_PM_POLICY_ONES};
    const SmmuPmControllerHost callbacks = {
        &host, [](void* opaque, unsigned output, bool level) {
            Host& self = *static_cast<Host*>(opaque);
            if (self.outputs[output].kind != SMMU_PM_OUTPUT_RESET)
                self.log.push_back(std::string(self.outputs[output].name) + (level ? "+" : "-"));
        }};
    SmmuPmController* controller = smmu_pm_controller_new(&config, &callbacks, nullptr);
    smmu_pm_controller_reset(controller);
    return controller;
}

TEST(ControllerSeam, NamesItsOutputs)
{
    unsigned count = 0;
    const SmmuPmOutput* outputs = smmu_pm_controller_outputs(SMMU_PM_MSM8996_MMCC, &count);
    EXPECT_EQ(count, 187u); // 16 domains, 111 clocks, 60 resets
    EXPECT_STREQ(outputs[14].name, "gpu");
    EXPECT_EQ(outputs[14].kind, SMMU_PM_OUTPUT_DOMAIN);
    unsigned clocks = 0;
    unsigned resets = 0;
    for (unsigned i = 0; i < count; ++i) {
        clocks += outputs[i].kind == SMMU_PM_OUTPUT_CLOCK;
        resets += outputs[i].kind == SMMU_PM_OUTPUT_RESET;
    }
    EXPECT_EQ(clocks, 111u);
    EXPECT_EQ(resets, 60u);
    smmu_pm_controller_outputs(SMMU_PM_MSM8996_GCC, &count);
    EXPECT_EQ(count, 243u); // 9, 128, 106
    EXPECT_EQ(smmu_pm_controller_size(SMMU_PM_MSM8996_GCC), 0x90000u);
    EXPECT_EQ(smmu_pm_controller_size(SMMU_PM_MSM8996_MMCC), 0x40000u);
}

TEST(ControllerSeam, SwitchesSavesAndLoads)
{
    Host host;
    SmmuPmController* mmcc = make(SMMU_PM_MSM8996_MMCC, host);
    EXPECT_FALSE(smmu_pm_controller_output(mmcc, 14));
    EXPECT_EQ(smmu_pm_controller_deadline(mmcc), SMMU_PM_NEVER);
    EXPECT_EQ(smmu_pm_controller_write(mmcc, 10, 0x4034, 0x282000).status, SMMU_PM_OK);
    EXPECT_EQ(smmu_pm_controller_deadline(mmcc), 100'010u);

    std::vector<SmmuPmPair> pairs(smmu_pm_controller_save(mmcc, nullptr, 0));
    EXPECT_EQ(smmu_pm_controller_save(mmcc, pairs.data(), pairs.size()), pairs.size());
    Host twin_host;
    SmmuPmController* twin = make(SMMU_PM_MSM8996_MMCC, twin_host);
    EXPECT_FALSE(smmu_pm_controller_load(twin, pairs.data(), pairs.size() - 1));
    EXPECT_TRUE(smmu_pm_controller_load(twin, pairs.data(), pairs.size()));

    for (SmmuPmController* both : {mmcc, twin}) {
        smmu_pm_controller_advance(both, 100'010);
        EXPECT_TRUE(smmu_pm_controller_output(both, 14));
        const SmmuPmAnswer answer = smmu_pm_controller_read(both, 100'011, 0x4038);
        EXPECT_EQ(answer.status, SMMU_PM_OK);
        EXPECT_EQ(answer.value, 0x8000'0000u);
        EXPECT_EQ(smmu_pm_controller_read(both, 100'011, 0x40000).status, SMMU_PM_ABORT);
    }
    EXPECT_EQ(host.log, (Words{"gpu+"}));
    EXPECT_EQ(twin_host.log, host.log);
    smmu_pm_controller_free(mmcc);
    smmu_pm_controller_free(twin);
}

TEST(ControllerSeam, IsResetByAWire)
{
    Host host;
    SmmuPmController* mmcc = make(SMMU_PM_MSM8996_MMCC, host);
    smmu_pm_controller_write(mmcc, 10, 0x4034, 0);
    smmu_pm_controller_set_reset(mmcc, 20, false);
    EXPECT_EQ(smmu_pm_controller_read(mmcc, 30, 0x4034).value, 0xffff'ffffu);
    smmu_pm_controller_set_reset(mmcc, 40, true);
    EXPECT_EQ(smmu_pm_controller_read(mmcc, 50, 0x4034).value, 1u);
    smmu_pm_controller_free(mmcc);
}

TEST(DelaySeam, DelaysSavesAndLoads)
{
    Words log;
    const SmmuPmDelayHost host = {&log, [](void* opaque, unsigned line, bool level) {
                                      static_cast<Words*>(opaque)->push_back(std::to_string(line) +
                                                                             (level ? "+" : "-"));
                                  }};
    SmmuPmDelay* delay = smmu_pm_delay_new(3, 50, 0, 0, &host, nullptr);
    smmu_pm_delay_set(delay, 7, 2, true);
    EXPECT_EQ(smmu_pm_delay_deadline(delay), 57u);
    std::vector<SmmuPmPair> pairs(smmu_pm_delay_save(delay, nullptr, 0));
    smmu_pm_delay_save(delay, pairs.data(), pairs.size());
    smmu_pm_delay_reset(delay);
    EXPECT_EQ(smmu_pm_delay_deadline(delay), SMMU_PM_NEVER);
    EXPECT_TRUE(smmu_pm_delay_load(delay, pairs.data(), pairs.size()));
    smmu_pm_delay_advance(delay, 57);
    EXPECT_EQ(log, (Words{"2+"}));
    smmu_pm_delay_free(delay);
}

} // namespace
