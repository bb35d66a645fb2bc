// SPDX-License-Identifier: GPL-2.0-or-later
//
// Save and load: a twin that takes over in the middle of everything goes on as the original would
// have; what is not a state of a controller is refused.
#include "bench.hh"

namespace smmu_pm::power {
namespace {

constexpr Controller::Config config = {
    .seed = 99, .gdsc_delay = 1000, .clock_delay = 400, .pll_delay = 700};

/// Armed: a GDSC on its way up, one whose status falls, a branch, an RCG and a PLL.
void make_busy(Bench& mmcc)
{
    mmcc.write(0x119c, 0);
    mmcc.write(0x40b0, 1);
    mmcc.controller.advance(mmcc.now = 5000);
    mmcc.write(0x119c, 1);
    mmcc.now = 5100;
    mmcc.write(0x4034, 0x0028'2000);
    mmcc.write(0x403c, 1);
    mmcc.write(0x4004, 0x400);
    mmcc.write(0x4000, 1);
    mmcc.write(0x4134, 0x1a);
    mmcc.write(0x4130, 6);
    mmcc.write(0x3fffc, 0xdead'beef);
    mmcc.take_log();
}

TEST(State, ATwinGoesOnAsTheOriginal)
{
    Bench mmcc(msm8996_mmcc, config);
    make_busy(mmcc);
    Bench twin(msm8996_mmcc, config);
    twin.now = mmcc.now;
    ASSERT_TRUE(twin.controller.load(mmcc.save()));
    EXPECT_TRUE(twin.take_log().empty()); // consumers restore their own
    EXPECT_EQ(twin.save(), mmcc.save());
    EXPECT_TRUE(twin.output("gpu_gx_rbbmtimer_clk"));
    EXPECT_FALSE(twin.output("gpu"));
    EXPECT_EQ(twin.controller.deadline(), mmcc.controller.deadline());

    for (Bench* both : {&mmcc, &twin}) {
        EXPECT_EQ(both->read(0x120c), 0x8000'0000u); // status still falling
        both->controller.advance(both->now = 8000);
        both->write(0x4024, 0);
        both->write(0x403c, 0);
        both->controller.advance(both->now = 20'000);
        EXPECT_EQ(both->read(0x4038), 0x8000'0000u);
        EXPECT_EQ(both->read(0x4130), 0xc000'0006u);
        EXPECT_EQ(both->read(0x4000), 0u);
        EXPECT_EQ(both->read(0x120c), 0u);
        EXPECT_EQ(both->read(0x3fffc), 0xdead'beefu);
    }
    EXPECT_EQ(mmcc.log, (Words{"gpu_ahb_clk on", "gpu on", "write gpu_gx.GDSCR", "gpu_ahb_clk off",
                               "gpu_gx on"}));
    EXPECT_EQ(twin.log, mmcc.log);
    EXPECT_EQ(twin.save(), mmcc.save());
}

TEST(State, IsEmptyButForTheGeneratorAtReset)
{
    EXPECT_EQ(Bench(msm8996_gcc).save(), (std::vector<Pair>{{0x9000'0000, 0}}));
}

TEST(State, OfAnArmedGdscIsItsRegisterAndItsDeadline)
{
    Bench mmcc(msm8996_mmcc, {.gdsc_delay = 1000});
    mmcc.now = 7;
    mmcc.write(0x4034, 0x0028'2000);
    EXPECT_EQ(mmcc.save(),
              (std::vector<Pair>{{0x4034, 0x0028'2000}, {0x8000'000e, 1007}, {0x9000'0000, 0}}));
}

TEST(State, RefusesWhatNoControllerCanBeIn)
{
    Bench mmcc(msm8996_mmcc, config);
    make_busy(mmcc);
    const std::vector<Pair> before = mmcc.save();
    const Pair end = {0x9000'0000, 0};
    // Units: 16 GDSCs, 111 branches, then mmpll0 (0x7f) and seven more PLLs, then the RCGs.
    const std::vector<std::vector<Pair>> bad = {
        {},
        {{0x4034, 0}},                        // cut off before the end
        {{0x4034, 0}, {0x4024, 0}, end},      // not ascending
        {{0x4034, 0}, {0x4034, 0}, end},      // twice
        {{0x4035, 0}, end},                   // not a word
        {{0x40000, 0}, end},                  // beyond the window
        {{0x403c, 0x8000'0001}, end},         // a status bit
        {{0x4038, 0x8000'0000}, end},         // another
        {{0x1000, 0x1'0000'0000}, end},       // 33 bits
        {{0x8000'000e, UINT64_MAX}, end},     // a deadline that never comes
        {{0x8000'00b3, 5}, end},              // unit 179 of 179
        {{0x8000'007f, 5}, end},              // a PLL that nothing asks to lock
        {{0x4000, 1}, end},                   // an update that would never end
        {{0x8000'0087, 5}, end},              // the end of an update that never began
        {end, {0x9000'0001, 0}},              // after the end
        {{0x8f00'0000, 0}, end},              // in reset, or not?
        {{0x8f00'0000, 2}, end},              // the same
        {{0x4134, 1}, {0x8f00'0000, 1}, end}, // a register that a reset would have cleared
        {{0x8f00'0000, 1}},                   // cut off before the end
    };
    for (std::size_t i = 0; i < bad.size(); ++i) {
        EXPECT_FALSE(mmcc.controller.load(bad[i])) << i;
        EXPECT_EQ(mmcc.save(), before) << i;
    }
    EXPECT_TRUE(mmcc.take_log().empty());
    EXPECT_TRUE(mmcc.controller.load(std::vector<Pair>{{0, 6}, {0x8000'007f, 5}, end}));
}

TEST(State, InResetStaysInReset)
{
    Bench mmcc(msm8996_mmcc);
    mmcc.write(0x4034, 0);
    mmcc.controller.set_reset(0, false);
    EXPECT_EQ(mmcc.save(), (std::vector<Pair>{{0x8f00'0000, 1}, {0x9000'0000, 0}}));
    Bench twin(msm8996_mmcc);
    twin.write(0x4034, 0);
    ASSERT_TRUE(twin.controller.load(mmcc.save()));
    EXPECT_EQ(twin.save(), mmcc.save());
    EXPECT_EQ(twin.controller.read(0, 0x4034).status, Status::Abort);
    EXPECT_FALSE(twin.output("gpu"));
    ASSERT_TRUE(twin.controller.load(Bench(msm8996_mmcc).save()));
    EXPECT_EQ(twin.read(0x4034), 1u);
}

TEST(State, SurvivesEveryTruncation)
{
    Bench mmcc(msm8996_mmcc, config);
    make_busy(mmcc);
    const std::vector<Pair> all = mmcc.save();
    for (std::size_t length = 0; length < all.size(); ++length) {
        Bench other(msm8996_mmcc, config);
        EXPECT_FALSE(other.controller.load(std::span(all).first(length)));
    }
}

/// Whatever is written in whatever order: a twin agrees, time goes on, everything settles.
TEST(State, RandomRunsAgreeWithTheirTwins)
{
    uint64_t random = 1;
    const auto next = [&](uint64_t limit) {
        random = random * 6364136223846793005 + 1442695040888963407;
        return (random >> 33) % limit;
    };
    const uint32_t offsets[] = {0x4034, 0x4024, 0x4038, 0x403c, 0x4028, 0x40b0, 0x4000,
                                0x4004, 0x4130, 0x100,  0x0,    0x30,   0x119c, 0x1024,
                                0x1040, 0x4030, 0x4300, 0x4134, 0x5054, 0x3ba74};
    for (int run = 0; run < 50; ++run) {
        Bench mmcc(msm8996_mmcc, config);
        Bench twin(msm8996_mmcc, config);
        for (int step = 0; step < 200; ++step) {
            const uint32_t offset = offsets[next(std::size(offsets))];
            const auto value = static_cast<uint32_t>(next(3) == 0 ? next(0x1'0000'0000) : next(8));
            const uint64_t pause = next(600);
            for (Bench* both : {&mmcc, &twin}) {
                both->now += pause;
                both->write(offset, value);
            }
            ASSERT_EQ(mmcc.read(offset), twin.read(offset));
            if (next(20) == 0) {
                const std::vector<Pair> pairs = mmcc.save();
                ASSERT_TRUE(twin.controller.load(pairs));
                ASSERT_EQ(twin.save(), pairs);
            }
        }
        ASSERT_EQ(mmcc.log, twin.log);
        mmcc.controller.advance(mmcc.now + 2000);
        EXPECT_EQ(mmcc.controller.deadline(), UINT64_MAX);
    }
}

} // namespace
} // namespace smmu_pm::power
