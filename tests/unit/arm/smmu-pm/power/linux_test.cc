// SPDX-License-Identifier: GPL-2.0-or-later
//
// The register sequences of stock Linux 6.1 as its drivers issue them, with the limits of their
// polling loops: gdsc.c (500 us), clk-branch.c (200 polls), clk-rcg2.c (500), clk-alpha-pll.c
// (200).
#include "bench.hh"

namespace smmu_pm::power {
namespace {

struct Linux : Bench {
    using Bench::Bench;

    /// gdsc_init
    void gdsc_init(uint32_t gdscr) { update(gdscr, 0x00ff'f006, 0x0028'2000); }
    /// gdsc_toggle_logic, on
    bool gdsc_on(uint32_t gdscr, uint32_t status)
    {
        update(gdscr, 1, 0);
        now += 1000;
        return poll(status, 0x8000'0000, 0x8000'0000, 500) >= 0;
    }
    /// gdsc_toggle_logic, off, of a domain whose status is polled
    bool gdsc_off(uint32_t gdscr, uint32_t status)
    {
        update(gdscr, 1, 1);
        now += 1000;
        return poll(status, 0x8000'0000, 0, 500) >= 0;
    }
    /// The same of a votable one: nothing is polled
    void gdsc_off_unpolled(uint32_t gdscr)
    {
        update(gdscr, 1, 1);
        now += 500'000;
    }
    /// clk_branch2_enable, clk_branch2_disable
    bool clock_on(uint32_t cbcr)
    {
        update(cbcr, 1, 1);
        return poll(cbcr, 0xf000'0000, 0, 200) >= 0;
    }
    bool clock_off(uint32_t cbcr)
    {
        update(cbcr, 1, 0);
        return poll(cbcr, 0x8000'0000, 0x8000'0000, 200) >= 0;
    }
    /// update_config
    bool rcg_update(uint32_t cmd)
    {
        update(cmd, 1, 1);
        return poll(cmd, 1, 0, 500) >= 0;
    }
    /// clk_alpha_pll_enable
    bool pll_on(uint32_t mode)
    {
        update(mode, 2, 2);
        now += 5000;
        update(mode, 4, 4);
        if (poll(mode, 0x8000'0000, 0x8000'0000, 200) < 0)
            return false;
        update(mode, 1, 1);
        return true;
    }
    /// clk_alpha_pll_disable
    void pll_off(uint32_t mode)
    {
        update(mode, 1, 0);
        now += 1000;
        update(mode, 6, 0);
    }
};

/// The slowest controller that can be configured, with exact and with drawn delays.
class Slow : public testing::TestWithParam<uint64_t> {
protected:
    Controller::Config config() const
    {
        return {.seed = GetParam(),
                .gdsc_delay = 1'000'000'000,
                .clock_delay = 1'000'000'000,
                .pll_delay = 1'000'000'000};
    }
};
INSTANTIATE_TEST_SUITE_P(Seeds, Slow, testing::Values(0, 1, 2, 0xffff'ffff'ffff'ffff));

TEST_P(Slow, GccProbe)
{
    Linux gcc(msm8996_gcc, config());
    gcc.update(0x52008, 0x0020'0000, 0x0020'0000);
    EXPECT_EQ(gcc.read(0x52008), 0x0020'0000u);

    for (const uint32_t gdscr : {0x81004u, 0x7d024u, 0x7d034u, 0x7d038u, 0xf004u, 0x6b004u,
                                 0x6d004u, 0x6e004u, 0x75004u}) {
        gcc.gdsc_init(gdscr);
        EXPECT_EQ(gcc.read(gdscr), 0x0028'2001u) << std::hex << gdscr;
    }
    EXPECT_EQ(gcc.read(0x81028), 0u);
    EXPECT_TRUE(gcc.take_log().empty());
    EXPECT_TRUE(gcc.gdsc_on(0x81004, 0x81028)); // aggre0_noc is always on
    EXPECT_EQ(gcc.read(0x81028), 0x8000'0000u);

    for (const uint32_t cbcr : {0x81008u, 0x8100cu, 0x81014u, 0x81018u}) // CLK_IS_CRITICAL
        EXPECT_TRUE(gcc.clock_on(cbcr)) << std::hex << cbcr;
    EXPECT_EQ(gcc.take_log(), (Words{"write aggre0_noc.GDSCR", "aggre0_noc on",
                                     "gcc_aggre0_snoc_axi_clk on", "gcc_aggre0_cnoc_ahb_clk on",
                                     "gcc_smmu_aggre0_axi_clk on", "gcc_smmu_aggre0_ahb_clk on"}));
}

TEST_P(Slow, MmccProbe)
{
    Linux mmcc(msm8996_mmcc, config());
    mmcc.update(0x50d8, 0x8000'0000, 0);
    mmcc.update(0x5054, 0x0000'8000, 0);
    for (const uint32_t gdscr :
         {0x529cu, 0x119cu, 0x247cu, 0x3c4cu, 0x1024u, 0x1040u, 0x1044u, 0x34a0u, 0x3664u, 0x3674u,
          0x35a4u, 0x36d4u, 0x3b64u, 0x2304u, 0x4034u, 0x4024u}) {
        mmcc.gdsc_init(gdscr);
        EXPECT_EQ(mmcc.read(gdscr), 0x0028'2001u) << std::hex << gdscr;
    }
    EXPECT_TRUE(mmcc.take_log().empty());
    EXPECT_TRUE(mmcc.gdsc_on(0x529c, 0x529c));
    EXPECT_TRUE(mmcc.gdsc_on(0x119c, 0x120c));
    EXPECT_TRUE(mmcc.gdsc_on(0x247c, 0x2480));
    EXPECT_TRUE(mmcc.gdsc_on(0x3c4c, 0x3c50));
    for (const uint32_t cbcr :
         {0x5024u, 0x5054u, 0x3c44u, 0x3c48u, 0x2474u, 0x2478u, 0x1194u, 0x1198u})
        EXPECT_TRUE(mmcc.clock_on(cbcr)) << std::hex << cbcr;
    EXPECT_EQ(mmcc.take_log(),
              (Words{"write mmagic_bimc.GDSCR", "mmagic_bimc on", "write mmagic_video.GDSCR",
                     "mmagic_video on", "write mmagic_mdss.GDSCR", "mmagic_mdss on",
                     "write mmagic_camss.GDSCR", "mmagic_camss on", "mmss_mmagic_ahb_clk on",
                     "mmss_mmagic_cfg_ahb_clk on", "mmagic_camss_axi_clk on",
                     "mmagic_camss_noc_cfg_ahb_clk on", "mmagic_mdss_axi_clk on",
                     "mmagic_mdss_noc_cfg_ahb_clk on", "mmagic_video_axi_clk on",
                     "mmagic_video_noc_cfg_ahb_clk on"}));
}

TEST_P(Slow, EveryGdscAnswersInTime)
{
    struct Row {
        const Model& model;
        const char* name;
        uint32_t gdscr, status;
    };
    // Second reading of the struct gdsc initialisers; parents first.
    const Row rows[] = {
        {msm8996_gcc, "aggre0_noc", 0x81004, 0x81028},
        {msm8996_gcc, "hlos1_vote_aggre0_noc", 0x7d024, 0x7d024},
        {msm8996_gcc, "hlos1_vote_lpass_adsp", 0x7d034, 0x7d034},
        {msm8996_gcc, "hlos1_vote_lpass_core", 0x7d038, 0x7d038},
        {msm8996_gcc, "usb30", 0xf004, 0xf004},
        {msm8996_gcc, "pcie0", 0x6b004, 0x6b004},
        {msm8996_gcc, "pcie1", 0x6d004, 0x6d004},
        {msm8996_gcc, "pcie2", 0x6e004, 0x6e004},
        {msm8996_gcc, "ufs", 0x75004, 0x75004},
        {msm8996_mmcc, "mmagic_bimc", 0x529c, 0x529c},
        {msm8996_mmcc, "mmagic_video", 0x119c, 0x120c},
        {msm8996_mmcc, "mmagic_mdss", 0x247c, 0x2480},
        {msm8996_mmcc, "mmagic_camss", 0x3c4c, 0x3c50},
        {msm8996_mmcc, "venus", 0x1024, 0x1024},
        {msm8996_mmcc, "venus_core0", 0x1040, 0x1040},
        {msm8996_mmcc, "venus_core1", 0x1044, 0x1044},
        {msm8996_mmcc, "camss", 0x34a0, 0x34a0},
        {msm8996_mmcc, "vfe0", 0x3664, 0x3664},
        {msm8996_mmcc, "vfe1", 0x3674, 0x3674},
        {msm8996_mmcc, "jpeg", 0x35a4, 0x35a4},
        {msm8996_mmcc, "cpp", 0x36d4, 0x36d4},
        {msm8996_mmcc, "fd", 0x3b64, 0x3b64},
        {msm8996_mmcc, "mdss", 0x2304, 0x2304},
        {msm8996_mmcc, "gpu", 0x4034, 0x4038},
        {msm8996_mmcc, "gpu_gx", 0x4024, 0x4024},
    };
    Linux gcc(msm8996_gcc, config());
    Linux mmcc(msm8996_mmcc, config());
    for (const Row& row : rows) {
        Linux& block = &row.model == &msm8996_gcc ? gcc : mmcc;
        EXPECT_FALSE(block.output(row.name)) << row.name;
        EXPECT_TRUE(block.gdsc_on(row.gdscr, row.status)) << row.name;
        EXPECT_TRUE(block.output(row.name)) << row.name;
    }
    for (const Row& row : rows) {
        Linux& block = &row.model == &msm8996_gcc ? gcc : mmcc;
        EXPECT_TRUE(block.gdsc_off(row.gdscr, row.status)) << row.name;
        EXPECT_FALSE(block.output(row.name)) << row.name;
    }
    for (const Output& output : {output_at(msm8996_gcc, 8), output_at(msm8996_mmcc, 15)})
        EXPECT_EQ(output.kind, OutputKind::Domain);
    EXPECT_EQ(output_at(msm8996_gcc, 9).kind, OutputKind::Clock);
    EXPECT_EQ(output_at(msm8996_mmcc, 16).kind, OutputKind::Clock);
}

TEST_P(Slow, GpuGoesIdleAndComesBack)
{
    Linux mmcc(msm8996_mmcc, config());
    Linux gcc(msm8996_gcc, config());
    for (const uint32_t gdscr : {0x4034u, 0x4024u})
        mmcc.gdsc_init(gdscr);
    EXPECT_EQ(mmcc.read(0x4300), 0u);

    for (int cycle = 0; cycle < 3; ++cycle) {
        // On. The SMMU, supplier of the GPU, first.
        EXPECT_TRUE(mmcc.gdsc_on(0x4034, 0x4038));
        EXPECT_TRUE(mmcc.clock_on(0x403c));
        EXPECT_TRUE(gcc.clock_on(0x9010));
        EXPECT_TRUE(mmcc.output("gpu") && mmcc.output("gpu_ahb_clk"));
        EXPECT_TRUE(gcc.output("gcc_mmss_bimc_gfx_clk"));
        EXPECT_FALSE(mmcc.output("gpu_gx"));
        // GX: clamp off, switch, memories on.
        mmcc.update(0x4300, 1, 0);
        EXPECT_TRUE(mmcc.gdsc_on(0x4024, 0x4024));
        mmcc.update(0x4028, 0x6000, 0x6000);
        EXPECT_TRUE(mmcc.output("gpu_gx"));
        // Core clock from mmpll8.
        mmcc.update(0x4134, 0xffff'ffff, 0x1a);
        mmcc.update(0x4140, 0x0100'0000, 0x0100'0000);
        mmcc.update(0x4004, 0x0000'371f, 0x400);
        EXPECT_TRUE(mmcc.rcg_update(0x4000));
        EXPECT_TRUE(mmcc.pll_on(0x4130));
        EXPECT_EQ(mmcc.read(0x4130), 0xc000'0007u);
        EXPECT_TRUE(mmcc.clock_on(0x4028));
        EXPECT_TRUE(mmcc.clock_on(0x40b0));
        EXPECT_TRUE(gcc.clock_on(0x46018));
        EXPECT_EQ(mmcc.read(0x4028), 0x6001u);

        // Idle: the GPU's clocks in reverse, its PLL, 27 MHz from mmpll2, GX.
        EXPECT_TRUE(gcc.clock_off(0x46018));
        EXPECT_TRUE(mmcc.clock_off(0x40b0));
        EXPECT_TRUE(mmcc.clock_off(0x4028));
        mmcc.pll_off(0x4130);
        EXPECT_EQ(mmcc.read(0x4130), 0u);
        mmcc.update(0x4004, 0x0000'371f, 0x300);
        EXPECT_TRUE(mmcc.rcg_update(0x4000));
        mmcc.update(0x4028, 0x6000, 0);
        EXPECT_TRUE(mmcc.gdsc_off(0x4024, 0x4024));
        mmcc.update(0x4300, 1, 1);
        EXPECT_FALSE(mmcc.output("gpu_gx"));
        // The SMMU: its clocks, then the domain, without a poll.
        EXPECT_TRUE(mmcc.output("gpu") && mmcc.output("gpu_ahb_clk"));
        EXPECT_TRUE(gcc.clock_off(0x9010));
        EXPECT_TRUE(mmcc.clock_off(0x403c));
        mmcc.gdsc_off_unpolled(0x4034);
        EXPECT_FALSE(mmcc.output("gpu"));
        EXPECT_EQ(mmcc.read(0x4038), 0u); // before the driver may ask for it again
        EXPECT_EQ(mmcc.read(0x4034), 0x0028'2001u);
    }
    EXPECT_EQ(mmcc.controller.deadline(), UINT64_MAX);
}

TEST_P(Slow, VotedClockIsPolledOnlyWhenSwitchedOn)
{
    Linux gcc(msm8996_gcc, config());
    gcc.update(0x52004, 0x2000, 0x2000);
    EXPECT_GE(gcc.poll(0x34004, 0x8000'0000, 0, 200), 0); // gcc_prng_ahb_clk
    gcc.update(0x52004, 0x2000, 0);
    EXPECT_FALSE(gcc.output("gcc_prng_ahb_clk"));
}

} // namespace
} // namespace smmu_pm::power
