// SPDX-License-Identifier: GPL-2.0-or-later
//
// One node of each class, driven by literal offsets and values: MMCC's GPU_GDSC (0x4034, status in
// 0x4038), GPU_GX_GDSC (0x4024), GPU_AHB_CLK (0x403c), gfx3d_clk_src (0x4000), mmpll8 (0x4130),
// mmpll0 (0x0, votes in 0x100); GCC's voted branches.
#include "bench.hh"

namespace smmu_pm::power {
namespace {

constexpr Controller::Config slow = {.gdsc_delay = 100, .clock_delay = 50, .pll_delay = 70};

TEST(Gdsc, IsCollapsedAtReset)
{
    Bench mmcc(msm8996_mmcc);
    EXPECT_EQ(mmcc.read(0x4034), 0x0000'0001u);
    EXPECT_EQ(mmcc.read(0x4038), 0u);
    EXPECT_FALSE(mmcc.output("gpu"));
}

TEST(Gdsc, ComesOnTogetherWithItsStatusAfterTheDelay)
{
    Bench mmcc(msm8996_mmcc, slow);
    mmcc.write(0x4034, 0x0028'2000);
    EXPECT_EQ(mmcc.controller.deadline(), 100u);
    mmcc.now = 99;
    EXPECT_EQ(mmcc.read(0x4038), 0u);
    EXPECT_EQ(mmcc.read(0x4034), 0x0028'2000u);
    EXPECT_FALSE(mmcc.output("gpu"));
    mmcc.now = 100;
    EXPECT_EQ(mmcc.read(0x4038), 0x8000'0000u);
    EXPECT_EQ(mmcc.read(0x4034), 0x8028'2000u);
    EXPECT_TRUE(mmcc.output("gpu"));
    EXPECT_EQ(mmcc.controller.deadline(), UINT64_MAX);
    EXPECT_EQ(mmcc.take_log(), (Words{"write gpu.GDSCR", "gpu on"}));
}

TEST(Gdsc, GoesOffAtOnceAndItsStatusFollows)
{
    Bench mmcc(msm8996_mmcc, slow);
    mmcc.write(0x4034, 0x0028'2000);
    mmcc.now = 1000;
    mmcc.controller.advance(1000);
    mmcc.take_log();
    mmcc.write(0x4034, 0x8028'2001);
    EXPECT_FALSE(mmcc.output("gpu"));
    EXPECT_EQ(mmcc.take_log(), (Words{"write gpu.GDSCR", "gpu off"}));
    mmcc.now = 1099;
    EXPECT_EQ(mmcc.read(0x4038), 0x8000'0000u);
    mmcc.now = 1100;
    EXPECT_EQ(mmcc.read(0x4038), 0u);
    EXPECT_EQ(mmcc.read(0x4034), 0x0028'2001u);
    EXPECT_TRUE(mmcc.take_log().empty());
}

TEST(Gdsc, StatusCannotBeWritten)
{
    Bench mmcc(msm8996_mmcc);
    mmcc.write(0x4038, 0xffff'ffff);
    EXPECT_EQ(mmcc.read(0x4038), 0x7fff'ffffu);
    mmcc.write(0x4034, 0xffff'ffff);
    EXPECT_EQ(mmcc.read(0x4034), 0x7fff'ffffu);
    EXPECT_FALSE(mmcc.output("gpu"));
}

TEST(Gdsc, SwitchedOffBeforeItCameOnNeverCameOn)
{
    Bench mmcc(msm8996_mmcc, slow);
    mmcc.write(0x4034, 0);
    mmcc.now = 50;
    mmcc.write(0x4034, 1);
    EXPECT_EQ(mmcc.controller.deadline(), UINT64_MAX);
    mmcc.now = 1000;
    EXPECT_EQ(mmcc.read(0x4038), 0u);
    EXPECT_EQ(mmcc.take_log(), (Words{"write gpu.GDSCR", "write gpu.GDSCR"}));
}

TEST(Gdsc, AskedForAgainWhileItsStatusFallsShowsNoPowerUntilItHasSome)
{
    Bench mmcc(msm8996_mmcc, slow);
    mmcc.write(0x4034, 0);
    mmcc.controller.advance(mmcc.now = 100);
    mmcc.write(0x4034, 1);
    mmcc.now = 150;
    EXPECT_EQ(mmcc.read(0x4038), 0x8000'0000u);
    mmcc.write(0x4034, 0);
    EXPECT_EQ(mmcc.read(0x4038), 0u);
    EXPECT_FALSE(mmcc.output("gpu"));
    mmcc.now = 249;
    EXPECT_EQ(mmcc.read(0x4038), 0u);
    mmcc.now = 250;
    EXPECT_EQ(mmcc.read(0x4038), 0x8000'0000u);
    EXPECT_TRUE(mmcc.output("gpu"));
}

TEST(Gdsc, OnlyARequestIsJournalled)
{
    Bench mmcc(msm8996_mmcc);
    mmcc.write(0x4034, 0x0028'2001);
    EXPECT_TRUE(mmcc.take_log().empty());
    mmcc.write(0x4034, 0x0028'2000);
    EXPECT_EQ(mmcc.take_log(), (Words{"write gpu.GDSCR", "gpu on"}));
    EXPECT_EQ(mmcc.last.address, 0x4034u);
    EXPECT_EQ(mmcc.last.value, 0x0028'2000u);
    EXPECT_EQ(mmcc.last.size, 4);
    EXPECT_TRUE(mmcc.last.write);
}

TEST(Gdsc, ADomainIsOffWhileItsParentIsOff)
{
    Bench mmcc(msm8996_mmcc);
    mmcc.write(0x1024, 0);
    EXPECT_EQ(mmcc.read(0x1024), 0x8000'0000u); // its own switch is closed…
    EXPECT_FALSE(mmcc.output("venus"));         // …but there is nothing behind it
    mmcc.write(0x119c, 0);
    EXPECT_TRUE(mmcc.output("venus"));
    mmcc.take_log();
    mmcc.write(0x119c, 1);
    EXPECT_EQ(mmcc.take_log(),
              (Words{"write mmagic_video.GDSCR", "mmagic_video off", "venus off"}));
    EXPECT_EQ(mmcc.read(0x1024), 0x8000'0000u);
}

TEST(Gdsc, TheGpuHasARailOfItsOwnAndOutlivesItsSmmu)
{
    Bench mmcc(msm8996_mmcc);
    mmcc.write(0x4034, 0); // gpu
    mmcc.write(0x4024, 0); // gpu_gx
    mmcc.take_log();
    mmcc.write(0x4034, 1);
    EXPECT_EQ(mmcc.take_log(), (Words{"write gpu.GDSCR", "gpu off"}));
    EXPECT_TRUE(mmcc.output("gpu_gx"));
}

TEST(Gdsc, AGrandchildGoesOffToo)
{
    Bench mmcc(msm8996_mmcc);
    mmcc.write(0x119c, 0); // mmagic_video
    mmcc.write(0x1024, 0); // venus
    mmcc.write(0x1040, 0); // venus_core0
    EXPECT_TRUE(mmcc.output("venus_core0"));
    mmcc.write(0x119c, 1);
    EXPECT_FALSE(mmcc.output("venus_core0"));
    EXPECT_FALSE(mmcc.output("venus"));
}

TEST(Branch, IsOffAtReset)
{
    Bench mmcc(msm8996_mmcc);
    EXPECT_EQ(mmcc.read(0x403c), 0x8000'0000u);
    EXPECT_FALSE(mmcc.output("gpu_ahb_clk"));
}

TEST(Branch, StartsAfterTheDelayAndStopsAtOnce)
{
    Bench mmcc(msm8996_mmcc, slow);
    mmcc.write(0x403c, 0x8000'0001);
    mmcc.now = 49;
    EXPECT_EQ(mmcc.read(0x403c), 0x8000'0001u);
    EXPECT_FALSE(mmcc.output("gpu_ahb_clk"));
    mmcc.now = 50;
    EXPECT_EQ(mmcc.read(0x403c), 0x0000'0001u);
    EXPECT_TRUE(mmcc.output("gpu_ahb_clk"));
    mmcc.write(0x403c, 0);
    EXPECT_FALSE(mmcc.output("gpu_ahb_clk"));
    mmcc.now = 99;
    EXPECT_EQ(mmcc.read(0x403c), 0u);
    mmcc.now = 100;
    EXPECT_EQ(mmcc.read(0x403c), 0x8000'0000u);
    EXPECT_EQ(mmcc.take_log(), (Words{"gpu_ahb_clk on", "gpu_ahb_clk off"}));
}

TEST(Branch, TellsTheJournalWhenItIsAskedToComeOnAndOnlyThen)
{
    Bench mmcc(msm8996_mmcc, slow);
    mmcc.write(0x403c, 1);
    EXPECT_EQ(mmcc.asked, Words{"gpu_ahb_clk.CBCR"});
    EXPECT_EQ(mmcc.last.address, 0x403cu);
    EXPECT_EQ(mmcc.last.value, 1u);
    EXPECT_FALSE(mmcc.output("gpu_ahb_clk"));
    mmcc.write(0x403c, 1);
    mmcc.controller.advance(mmcc.now = 50);
    mmcc.write(0x403c, 0);
    EXPECT_EQ(mmcc.asked.size(), 1u);
}

TEST(Branch, KeepsItsMemoryBitsAndNotItsStatusBits)
{
    Bench mmcc(msm8996_mmcc);
    mmcc.write(0x4028, 0x8000'6000);
    EXPECT_EQ(mmcc.read(0x4028), 0x8000'6000u);
    mmcc.write(0x4028, 0xffff'ffff);
    EXPECT_EQ(mmcc.read(0x4028), 0x0fff'ffffu); // NOC_FSM_STATUS stays 0
}

TEST(Branch, OfVotesFollowsItsBitInTheVoteRegister)
{
    Bench gcc(msm8996_gcc, slow);
    EXPECT_EQ(gcc.read(0x17004), 0x8000'0000u);
    gcc.write(0x17004, 1); // a voted clock is not enabled from its own register
    gcc.controller.advance(gcc.now = 1000);
    EXPECT_EQ(gcc.read(0x17004), 0x8000'0001u);
    EXPECT_FALSE(gcc.output("gcc_blsp1_ahb_clk"));
    gcc.write(0x17004, 0);
    gcc.write(0x52004, 0x0002'0400); // bit 17: blsp1_ahb; bit 10: boot_rom_ahb
    gcc.controller.advance(gcc.now = 2000);
    EXPECT_EQ(gcc.read(0x17004), 0u);
    EXPECT_EQ(gcc.read(0x38004), 0u);
    EXPECT_EQ(gcc.read(0x25004), 0x8000'0000u);
    EXPECT_EQ(gcc.take_log(), (Words{"gcc_blsp1_ahb_clk on", "gcc_boot_rom_ahb_clk on"}));
    gcc.write(0x52004, 0x0000'0400);
    EXPECT_EQ(gcc.take_log(), (Words{"gcc_blsp1_ahb_clk off"}));
    EXPECT_EQ(gcc.read(0x52004), 0x0000'0400u);
}

TEST(Branch, WithoutStatusSharesARegister)
{
    Bench gcc(msm8996_gcc);
    gcc.write(0x5200c, 4);
    EXPECT_EQ(gcc.take_log(), (Words{"gcc_mss_gpll0_div_clk on"}));
    gcc.write(0x5200c, 1);
    // What stops stops at once; what starts starts after its delay, even if that is 0.
    EXPECT_EQ(gcc.take_log(), (Words{"gcc_mss_gpll0_div_clk off", "gcc_mmss_gpll0_div_clk on"}));
    EXPECT_EQ(gcc.read(0x5200c), 1u);
}

TEST(Rcg, UpdateClearsItself)
{
    Bench mmcc(msm8996_mmcc, slow);
    mmcc.write(0x4004, 0x400);
    mmcc.write(0x4000, 1);
    EXPECT_EQ(mmcc.read(0x4000), 1u);
    mmcc.write(0x4000, 0); // cannot be called off
    EXPECT_EQ(mmcc.read(0x4000), 1u);
    mmcc.now = 50;
    EXPECT_EQ(mmcc.read(0x4000), 0u);
    EXPECT_EQ(mmcc.read(0x4004), 0x400u);
    mmcc.write(0x4000, 1);
    mmcc.now = 100;
    EXPECT_EQ(mmcc.read(0x4000), 0u);
}

TEST(Rcg, RootIsNeverShownAsOff)
{
    Bench mmcc(msm8996_mmcc);
    mmcc.write(0x4000, 0xffff'fffe);
    EXPECT_EQ(mmcc.read(0x4000), 0x7fff'ff0eu);
}

TEST(Pll, LocksWhenOutOfBypassAndReset)
{
    Bench mmcc(msm8996_mmcc, slow);
    mmcc.write(0x4130, 2);
    EXPECT_EQ(mmcc.controller.deadline(), UINT64_MAX);
    mmcc.write(0x4130, 6);
    mmcc.now = 69;
    EXPECT_EQ(mmcc.read(0x4130), 6u);
    mmcc.now = 70;
    EXPECT_EQ(mmcc.read(0x4130), 0xc000'0006u);
    mmcc.write(0x4130, 0xc000'0007);
    EXPECT_EQ(mmcc.read(0x4130), 0xc000'0007u);
    mmcc.write(0x4130, 0xc000'0006);
    EXPECT_EQ(mmcc.read(0x4130), 0xc000'0006u);
    mmcc.write(0x4130, 0xc000'0000);
    EXPECT_EQ(mmcc.read(0x4130), 0u);
    EXPECT_EQ(mmcc.controller.deadline(), UINT64_MAX);
}

TEST(Pll, InVoteModeFollowsItsVote)
{
    Bench mmcc(msm8996_mmcc, slow);
    mmcc.write(0x0, 0x0010'0000); // mmpll0, VOTE_FSM_ENA
    mmcc.write(0x100, 1);
    mmcc.now = 70;
    EXPECT_EQ(mmcc.read(0x0), 0xc010'0000u);
    EXPECT_EQ(mmcc.read(0x30), 0u); // mmpll1 votes with bit 1
    mmcc.write(0x100, 0);
    EXPECT_EQ(mmcc.read(0x0), 0x0010'0000u);

    Bench gcc(msm8996_gcc);
    gcc.write(0x77000, 0x0010'0000); // gpll4
    gcc.write(0x52000, 0x10);
    EXPECT_EQ(gcc.read(0x77000), 0xc010'0000u);
    EXPECT_EQ(gcc.read(0x0), 0u);
}

TEST(Pll, WithoutVoteRegisterIgnoresVoteMode)
{
    Bench mmcc(msm8996_mmcc);
    mmcc.write(0x4100, 0x0010'0006);
    EXPECT_EQ(mmcc.read(0x4100), 0xc010'0006u);
}

TEST(Pll, KeepsItsFrequency)
{
    Bench mmcc(msm8996_mmcc);
    mmcc.write(0x4134, 0x1b);
    mmcc.write(0x4138, 0x2000'0001);
    mmcc.write(0x413c, 0x80);
    mmcc.write(0x4140, 0x0110'0f00);
    EXPECT_EQ(mmcc.read(0x4134), 0x1bu);
    EXPECT_EQ(mmcc.read(0x4138), 0x2000'0001u);
    EXPECT_EQ(mmcc.read(0x413c), 0x80u);
    EXPECT_EQ(mmcc.read(0x4140), 0x0110'0f00u);
}

TEST(Pll, Gpll0ResetsWithoutFraction)
{
    Bench gcc(msm8996_gcc);
    EXPECT_EQ(gcc.read(0x10), 0u);
}

TEST(BlockReset, IsReleasedAtResetAndFollowsItsBit)
{
    Bench mmcc(msm8996_mmcc);
    EXPECT_TRUE(mmcc.output("GPU_BCR"));
    mmcc.write(0x4030, 1);
    EXPECT_EQ(mmcc.take_log(), (Words{"GPU_BCR off"}));
    EXPECT_EQ(mmcc.read(0x4030), 1u);
    mmcc.write(0x4030, 0);
    EXPECT_EQ(mmcc.take_log(), (Words{"GPU_BCR on"}));
}

TEST(Window, IsMemoryWhereNoTableHasARegister)
{
    Bench gcc(msm8996_gcc);
    gcc.write(0x8fffc, 0xffff'ffff);
    EXPECT_EQ(gcc.read(0x8fffc), 0xffff'ffffu);
    gcc.write(0x52008, 0x0020'0000);
    EXPECT_EQ(gcc.read(0x52008), 0x0020'0000u);
    EXPECT_TRUE(gcc.take_log().empty());
}

TEST(Window, RefusesWhatIsNotAnAlignedWordInside)
{
    Bench mmcc(msm8996_mmcc);
    for (const uint64_t offset :
         {uint64_t{0x4035}, uint64_t{0x4036}, uint64_t{0x40000}, uint64_t{0xffff'ffff'ffff'fffc}}) {
        EXPECT_EQ(mmcc.controller.read(0, offset).status, Status::Abort);
        EXPECT_EQ(mmcc.controller.write(0, offset, 0).status, Status::Abort);
    }
    EXPECT_FALSE(mmcc.controller.output(UINT32_MAX));
}

TEST(Reset, TakesEverythingDownAndDisarms)
{
    const Controller::Config seeded = {
        .seed = 3, .gdsc_delay = 100, .clock_delay = 50, .pll_delay = 70};
    Bench mmcc(msm8996_mmcc, seeded);
    mmcc.write(0x4034, 0);
    mmcc.write(0x403c, 1);
    mmcc.controller.advance(mmcc.now = 1000);
    mmcc.write(0x4024, 0);
    mmcc.write(0x4030, 1);
    mmcc.write(0x4134, 0x1b);
    mmcc.take_log();
    mmcc.controller.reset();
    EXPECT_EQ(mmcc.take_log(), (Words{"gpu off", "gpu_ahb_clk off", "GPU_BCR on"}));
    EXPECT_EQ(mmcc.controller.deadline(), UINT64_MAX);
    EXPECT_EQ(mmcc.read(0x4034), 1u);
    EXPECT_EQ(mmcc.read(0x4134), 0u);
    EXPECT_EQ(mmcc.save(), Bench(msm8996_mmcc, seeded).save());
}

TEST(Order, IsByDeadlineThenByNode)
{
    Bench mmcc(msm8996_mmcc, {.gdsc_delay = 100, .clock_delay = 50});
    mmcc.write(0x40b0, 1); // 50: gpu_gx_rbbmtimer_clk
    mmcc.write(0x403c, 1); // 50: gpu_ahb_clk
    mmcc.write(0x4024, 0); // 100
    mmcc.write(0x4034, 0); // 100
    mmcc.now = 25;
    mmcc.write(0x4028, 1); // 75
    mmcc.take_log();
    EXPECT_EQ(mmcc.controller.deadline(), 50u);
    mmcc.controller.advance(1000);
    EXPECT_EQ(mmcc.take_log(), (Words{"gpu_gx_rbbmtimer_clk on", "gpu_ahb_clk on",
                                      "gpu_gx_gfx3d_clk on", "gpu on", "gpu_gx on"}));
}

TEST(Order, OfEqualDeadlinesDoesNotDependOnTheOrderOfWrites)
{
    Bench mmcc(msm8996_mmcc, slow);
    mmcc.write(0x403c, 1);
    mmcc.write(0x40b0, 1);
    mmcc.controller.advance(50);
    EXPECT_EQ(mmcc.take_log(), (Words{"gpu_gx_rbbmtimer_clk on", "gpu_ahb_clk on"}));
}

TEST(Order, EachMomentIsToldByItself)
{
    struct Asker : Outputs {
        void set_output(unsigned output, bool level) override
        {
            if (std::string_view(output_at(msm8996_mmcc, output).name) == "gpu_ahb_clk" && level)
                seen.push_back(controller->read(2000, 0x403c).value);
        }
        Controller* controller = nullptr;
        std::vector<uint64_t> seen{};
    } asker;
    Controller controller(msm8996_mmcc, slow, asker, nullptr);
    asker.controller = &controller;
    controller.reset();
    controller.write(1000, 0x403c, 1);
    controller.advance(2000);
    EXPECT_EQ(asker.seen, (std::vector<uint64_t>{1}));
}

TEST(Seed, ZeroMeansExactly)
{
    Bench mmcc(msm8996_mmcc, {.seed = 0, .gdsc_delay = 1000});
    for (int i = 0; i < 10; ++i) {
        mmcc.write(0x4034, i % 2 == 0 ? 0 : 1);
        EXPECT_EQ(mmcc.controller.deadline(), mmcc.now + 1000);
        mmcc.controller.advance(mmcc.now += 1000);
    }
}

TEST(Seed, DrawsFromTheDelayToItsDouble)
{
    // splitmix64 with seed 1234567 begins with 6457827717110365317, 3203168211198807973,
    // 9817491932198370423.
    Bench mmcc(msm8996_mmcc, {.seed = 1234567, .gdsc_delay = 1000});
    for (const uint64_t delay : {1317u, 1973u, 1423u}) {
        mmcc.write(0x4034, mmcc.read(0x4034) & 1 ? 0 : 1);
        EXPECT_EQ(mmcc.controller.deadline(), mmcc.now + delay);
        mmcc.controller.advance(mmcc.now += delay);
    }
}

TEST(Seed, AnotherOneIsAnotherSchedule)
{
    const auto deadlines = [](uint64_t seed) {
        Bench mmcc(msm8996_mmcc, {.seed = seed, .gdsc_delay = 1000, .clock_delay = 1000});
        std::vector<uint64_t> all;
        for (const uint32_t offset : {0x403cu, 0x4028u, 0x40b0u}) {
            mmcc.write(offset, 1);
            all.push_back(mmcc.controller.deadline());
            mmcc.controller.advance(mmcc.now = 10'000);
        }
        return all;
    };
    EXPECT_EQ(deadlines(1), deadlines(1));
    EXPECT_NE(deadlines(1), deadlines(2));
}

TEST(Limits, KeepEveryDelayBelowLinuxsTimeouts)
{
    Bench mmcc(msm8996_mmcc, {.seed = 7,
                              .gdsc_delay = UINT64_MAX / 2,
                              .clock_delay = 1'000'000'000,
                              .pll_delay = 150'001});
    mmcc.write(0x4034, 0);
    EXPECT_EQ(mmcc.controller.deadline(), 400'000u);
    mmcc.controller.advance(mmcc.now = 400'000);
    mmcc.write(0x403c, 1);
    EXPECT_EQ(mmcc.controller.deadline(), 550'000u);
    mmcc.controller.advance(mmcc.now = 550'000);
    mmcc.write(0x4000, 1);
    EXPECT_EQ(mmcc.controller.deadline(), 700'000u);
    mmcc.controller.advance(mmcc.now = 700'000);
    mmcc.write(0x4130, 6);
    EXPECT_EQ(mmcc.controller.deadline(), 850'000u);
}

TEST(Limits, NoDelayWrapsTheClock)
{
    Bench mmcc(msm8996_mmcc, {.gdsc_delay = 1000});
    mmcc.now = UINT64_MAX - 500;
    mmcc.write(0x4034, 0);
    EXPECT_EQ(mmcc.controller.deadline(), UINT64_MAX - 1);
}

} // namespace
} // namespace smmu_pm::power
