// SPDX-License-Identifier: GPL-2.0-or-later
//
// A controller's own reset wire, and what the flags of its domains come to.
#include "bench.hh"

namespace smmu_pm::power {
namespace {

constexpr Controller::Config slow = {.gdsc_delay = 100, .clock_delay = 50, .pll_delay = 70};

TEST(ResetWire, TakesEverythingDownAndKeepsAccessesOut)
{
    Bench mmcc(msm8996_mmcc, slow);
    mmcc.write(0x4034, 0);
    mmcc.write(0x403c, 1);
    mmcc.controller.advance(mmcc.now = 1000);
    mmcc.write(0x4134, 0x1b);
    mmcc.write(0x4024, 0); // still rising
    mmcc.take_log();
    mmcc.controller.set_reset(mmcc.now, false);
    EXPECT_EQ(mmcc.take_log(), (Words{"wire reset off", "gpu off", "gpu_ahb_clk off"}));
    EXPECT_EQ(mmcc.controller.deadline(), UINT64_MAX);

    EXPECT_EQ(mmcc.controller.read(mmcc.now, 0x403c), (Answer{0, Status::Abort}));
    EXPECT_EQ(mmcc.controller.write(mmcc.now, 0x4034, 0), (Answer{0, Status::Abort}));
    EXPECT_EQ(mmcc.take_log(), (Words{"touch CBCR", "touch GDSCR"}));
    EXPECT_EQ(mmcc.last.missing, SupplySet(Supply::Reset));
    EXPECT_EQ(mmcc.last.address, 0x4034u);
    EXPECT_TRUE(mmcc.last.write);
    EXPECT_EQ(mmcc.last.size, 4);

    mmcc.controller.set_reset(mmcc.now, true);
    EXPECT_EQ(mmcc.take_log(), (Words{"wire reset on"}));
    EXPECT_EQ(mmcc.read(0x4034), 1u);
    EXPECT_EQ(mmcc.read(0x403c), 0x8000'0000u);
    EXPECT_EQ(mmcc.read(0x4134), 0u);
    mmcc.controller.advance(mmcc.now += 10'000);
    EXPECT_FALSE(mmcc.output("gpu_gx"));
}

TEST(ResetWire, ReleasesTheBlockResetsOfTheController)
{
    Bench mmcc(msm8996_mmcc);
    mmcc.write(0x4030, 1);
    mmcc.take_log();
    mmcc.controller.set_reset(0, false);
    EXPECT_EQ(mmcc.take_log(), (Words{"wire reset off", "GPU_BCR on"}));
}

TEST(ResetWire, KeepsItsLevelThroughAColdReset)
{
    Bench mmcc(msm8996_mmcc);
    mmcc.controller.set_reset(0, false);
    mmcc.controller.set_reset(0, false); // no change
    EXPECT_EQ(mmcc.take_log(), (Words{"wire reset off"}));
    mmcc.controller.reset();
    EXPECT_EQ(mmcc.controller.read(0, 0x4034).status, Status::Abort);
}

TEST(ResetWire, FindsThePolicy)
{
    Bench ones(msm8996_mmcc, {.policy = Policy::Ones});
    ones.controller.set_reset(0, false);
    EXPECT_EQ(ones.controller.read(0, 0x4034), (Answer{0xffff'ffff, Status::Ok}));
    EXPECT_EQ(ones.controller.write(0, 0x4034, 0), (Answer{0, Status::Ok}));
    EXPECT_EQ(ones.last.answer, Policy::Ones);
    Bench hang(msm8996_mmcc, {.policy = Policy::Hang});
    hang.controller.set_reset(0, false);
    EXPECT_EQ(hang.controller.read(0, 0x4034).status, Status::Hang);
}

TEST(Flags, ADomainUnderHardwareControlStaysOn)
{
    // HW_CTRL: gdsc_enable() sets HW_CONTROL, gdsc_disable() clears it and polls for PWR_ON.
    Bench mmcc(msm8996_mmcc, slow);
    mmcc.write(0x119c, 0); // mmagic_video
    mmcc.write(0x1024, 0); // venus
    mmcc.write(0x1040, 0); // venus_core0
    mmcc.controller.advance(mmcc.now = 1000);
    mmcc.write(0x1040, 0x8000'0002);
    mmcc.controller.advance(mmcc.now = 100'000);
    EXPECT_TRUE(mmcc.output("venus_core0"));
    mmcc.write(0x1040, 0x8000'0000);
    EXPECT_EQ(mmcc.read(0x1040), 0x8000'0000u);
}

TEST(Flags, AClampIsKeptAndSwitchesNothing)
{
    Bench mmcc(msm8996_mmcc);
    mmcc.write(0x4024, 0);
    mmcc.take_log();
    mmcc.write(0x4300, 1);
    EXPECT_TRUE(mmcc.output("gpu_gx"));
    EXPECT_TRUE(mmcc.take_log().empty());
    EXPECT_EQ(mmcc.read(0x4300), 1u);
}

TEST(Flags, AVotableDomainHasItsStatusInBothPlaces)
{
    for (const auto& [gdscr, hw_ctrl] :
         {std::pair{0x4034u, 0x4038u}, std::pair{0x119cu, 0x120cu}, std::pair{0x247cu, 0x2480u},
          std::pair{0x3c4cu, 0x3c50u}}) {
        Bench mmcc(msm8996_mmcc);
        mmcc.write(gdscr, 0);
        EXPECT_EQ(mmcc.read(hw_ctrl), 0x8000'0000u);
        EXPECT_EQ(mmcc.read(gdscr), 0x8000'0000u);
        mmcc.write(gdscr, 1);
        EXPECT_EQ(mmcc.read(hw_ctrl), 0u);
        EXPECT_EQ(mmcc.read(gdscr), 1u);
    }
    Bench gcc(msm8996_gcc);
    gcc.write(0x81004, 0);
    EXPECT_EQ(gcc.read(0x81028), 0x8000'0000u);
}

} // namespace
} // namespace smmu_pm::power
