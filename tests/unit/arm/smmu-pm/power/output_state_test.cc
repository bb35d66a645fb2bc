// SPDX-License-Identifier: GPL-2.0-or-later
//
// Where an output stands, for people who look at a live machine.
#include "bench.hh"

namespace smmu_pm::power {
namespace {

constexpr Controller::Config slow = {.gdsc_delay = 100, .clock_delay = 50, .pll_delay = 70};

OutputState state(const Bench& bench, std::string_view name)
{
    for (unsigned i = 0; i < output_count(bench.model); ++i)
        if (name == output_at(bench.model, i).name)
            return bench.controller.state(i);
    ADD_FAILURE() << "no output " << name;
    return OutputState::Off;
}

TEST(OutputState, ADomainRisesIsOnAndFalls)
{
    Bench mmcc(msm8996_mmcc, slow);
    EXPECT_EQ(state(mmcc, "gpu"), OutputState::Off);
    mmcc.write(0x4034, 0);
    EXPECT_EQ(state(mmcc, "gpu"), OutputState::Rising);
    mmcc.controller.advance(mmcc.now = 100);
    EXPECT_EQ(state(mmcc, "gpu"), OutputState::On);
    mmcc.write(0x4034, 1);
    EXPECT_EQ(state(mmcc, "gpu"), OutputState::Falling);
    EXPECT_FALSE(mmcc.output("gpu"));
    mmcc.controller.advance(mmcc.now = 200);
    EXPECT_EQ(state(mmcc, "gpu"), OutputState::Off);
}

TEST(OutputState, AClockRisesIsOnAndFalls)
{
    Bench mmcc(msm8996_mmcc, slow);
    mmcc.write(0x403c, 1);
    EXPECT_EQ(state(mmcc, "gpu_ahb_clk"), OutputState::Rising);
    mmcc.controller.advance(mmcc.now = 50);
    EXPECT_EQ(state(mmcc, "gpu_ahb_clk"), OutputState::On);
    mmcc.write(0x403c, 0);
    EXPECT_EQ(state(mmcc, "gpu_ahb_clk"), OutputState::Falling);
}

TEST(OutputState, ADomainWaitsForItsParent)
{
    Bench mmcc(msm8996_mmcc);
    mmcc.write(0x1024, 0);
    EXPECT_EQ(state(mmcc, "venus"), OutputState::Waiting);
    mmcc.write(0x119c, 0); // mmagic_video
    EXPECT_EQ(state(mmcc, "venus"), OutputState::On);
}

TEST(OutputState, AResetIsReleasedUnlessItsBitIsSet)
{
    Bench mmcc(msm8996_mmcc);
    EXPECT_EQ(state(mmcc, "MMAGICAHB_BCR"), OutputState::On);
    mmcc.write(0x5020, 1);
    EXPECT_EQ(state(mmcc, "MMAGICAHB_BCR"), OutputState::Off);
}

TEST(OutputState, IsOnExactlyWhenTheOutputIsHigh)
{
    Bench mmcc(msm8996_mmcc, slow);
    for (const uint32_t offset : {0x4034u, 0x4024u, 0x1024u, 0x119cu, 0x403cu, 0x5020u})
        for (const uint32_t value : {0u, 1u, 0u}) {
            mmcc.write(offset, value);
            mmcc.controller.advance(mmcc.now += 60);
            for (unsigned i = 0; i < output_count(msm8996_mmcc); ++i)
                EXPECT_EQ(mmcc.controller.state(i) == OutputState::On, mmcc.controller.output(i))
                    << output_at(msm8996_mmcc, i).name;
        }
    EXPECT_EQ(mmcc.controller.state(output_count(msm8996_mmcc)), OutputState::Off);
}

} // namespace
} // namespace smmu_pm::power
