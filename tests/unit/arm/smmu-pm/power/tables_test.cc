// SPDX-License-Identifier: GPL-2.0-or-later
//
// The tables: that they are of one piece, and, for what the GPU and its SMMU hang on, that a second
// reading of gcc-msm8996.c and mmcc-msm8996.c gives the same figures.
#include "bench.hh"

#include <set>

namespace smmu_pm::power {
namespace {

struct TablesTest : testing::TestWithParam<const Model*> {
    const Model& model = *GetParam();
};
INSTANTIATE_TEST_SUITE_P(Msm8996, TablesTest, testing::Values(&msm8996_gcc, &msm8996_mmcc));

/// Offset and name of every register, each node's own; vote registers once.
std::multimap<uint32_t, std::string> registers_of(const Model& model)
{
    std::multimap<uint32_t, std::string> all;
    std::set<uint32_t> votes;
    const auto add = [&](uint32_t offset, const char* name) {
        if (offset != UINT32_MAX)
            all.emplace(offset, name);
    };
    for (const Gdsc& gdsc : model.gdscs) {
        add(gdsc.gdscr, gdsc.name);
        add(gdsc.hw_ctrl, gdsc.name);
        add(gdsc.clamp, gdsc.name);
    }
    for (const Branch& branch : model.branches) {
        add(branch.cbcr, branch.name);
        if (branch.enable != branch.cbcr)
            votes.insert(branch.enable);
    }
    for (const Pll& pll : model.plls) {
        for (uint32_t offset = 0; offset <= 0x24; offset += 4)
            add(pll.mode + offset, pll.name);
        if (pll.votes != UINT32_MAX)
            votes.insert(pll.votes);
    }
    for (const Rcg& rcg : model.rcgs)
        for (uint32_t offset = 0; offset <= (rcg.fraction ? 0x10u : 0x4u); offset += 4)
            add(rcg.cmd + offset, rcg.name);
    for (const Reset& reset : model.resets)
        add(reset.bcr, reset.name);
    for (const Misc& misc : model.misc)
        add(misc.offset, misc.name);
    for (const uint32_t offset : votes)
        add(offset, "votes");
    return all;
}

TEST_P(TablesTest, NoTwoNodesShareARegister)
{
    const auto all = registers_of(model);
    for (const auto& [offset, name] : all)
        EXPECT_EQ(all.count(offset), 1u) << name << " at 0x" << std::hex << offset;
}

TEST_P(TablesTest, EveryRegisterIsAWordInTheWindowAndHasItsClass)
{
    const Bench bench(model);
    for (const auto& [offset, name] : registers_of(model)) {
        EXPECT_LT(offset, model.size) << name;
        EXPECT_EQ(offset % 4, 0u) << name;
        EXPECT_NE(&bench.controller.rule_at(offset), &plain_word) << name;
    }
}

TEST_P(TablesTest, EveryNameIsThereOnce)
{
    std::set<std::string_view> names;
    for (unsigned i = 0; i < output_count(model); ++i)
        EXPECT_TRUE(names.insert(output_at(model, i).name).second) << output_at(model, i).name;
}

TEST_P(TablesTest, AParentStandsBeforeItsChildren)
{
    std::set<std::string_view> before;
    for (const Gdsc& gdsc : model.gdscs) {
        if (gdsc.parent != nullptr) {
            EXPECT_TRUE(before.contains(gdsc.parent)) << gdsc.name;
        }
        before.insert(gdsc.name);
    }
}

TEST(Tables, HaveAsManyRowsAsTheDrivers)
{
    // Counted in the drivers' sources: struct gdsc, clk_branch, clk_rcg2, clk_alpha_pll, and the
    // entries of qcom_reset_map.
    EXPECT_EQ(msm8996_gcc.gdscs.size(), 9u);
    EXPECT_EQ(msm8996_gcc.branches.size(), 128u);
    EXPECT_EQ(msm8996_gcc.rcgs.size(), 58u);
    EXPECT_EQ(msm8996_gcc.plls.size(), 2u);
    EXPECT_EQ(msm8996_gcc.resets.size(), 106u);
    EXPECT_EQ(msm8996_mmcc.gdscs.size(), 16u);
    EXPECT_EQ(msm8996_mmcc.branches.size(), 111u);
    EXPECT_EQ(msm8996_mmcc.rcgs.size(), 44u);
    EXPECT_EQ(msm8996_mmcc.plls.size(), 8u);
    EXPECT_EQ(msm8996_mmcc.resets.size(), 60u);
    EXPECT_EQ(msm8996_gcc.size, 0x90000u);
    EXPECT_EQ(msm8996_mmcc.size, 0x40000u);
}

TEST(Tables, ClocksOfGpuAndSmmuStandWhereTheDriversHaveThem)
{
    struct Row {
        const Model& model;
        const char* clock;
        uint32_t cbcr;
    };
    const Row rows[] = {
        {msm8996_mmcc, "gpu_ahb_clk", 0x403c},
        {msm8996_mmcc, "gpu_gx_gfx3d_clk", 0x4028},
        {msm8996_mmcc, "gpu_gx_rbbmtimer_clk", 0x40b0},
        {msm8996_gcc, "gcc_bimc_gfx_clk", 0x46018},
        {msm8996_gcc, "gcc_mmss_bimc_gfx_clk", 0x9010},
        {msm8996_gcc, "gcc_mmss_noc_cfg_ahb_clk", 0x9008},
    };
    for (const Row& row : rows) {
        Bench bench(row.model);
        bench.write(row.cbcr, 1);
        EXPECT_EQ(bench.take_log(), (Words{std::string(row.clock) + " on"}));
    }
}

TEST(Tables, DomainsOfTheGpuAreTwoRailsAndClampAsInTheDriver)
{
    EXPECT_STREQ(msm8996_mmcc.gdscs[14].name, "gpu");
    EXPECT_STREQ(msm8996_mmcc.gdscs[14].source, "gpu_gdsc");
    EXPECT_EQ(msm8996_mmcc.gdscs[14].parent, nullptr);
    EXPECT_STREQ(msm8996_mmcc.gdscs[15].name, "gpu_gx");
    EXPECT_EQ(msm8996_mmcc.gdscs[15].parent, nullptr);
    const Bench mmcc(msm8996_mmcc);
    EXPECT_EQ(mmcc.controller.rule_at(0x4300).name, "CLAMP_IO");
    EXPECT_EQ(mmcc.controller.rule_at(0x4038).name, "GDS_HW_CTRL");
    EXPECT_EQ(mmcc.controller.rule_at(0x4000).name, "CMD_RCGR");
    EXPECT_EQ(mmcc.controller.rule_at(0x5000).name, "CMD_RCGR");
    EXPECT_EQ(mmcc.controller.rule_at(0x4090).name, "CMD_RCGR");
    EXPECT_EQ(mmcc.controller.rule_at(0x5040).name, "CMD_RCGR");
    EXPECT_EQ(mmcc.controller.rule_at(0x4100).name, "PLL_MODE");
    EXPECT_EQ(mmcc.controller.rule_at(0x4140).name, "PLL_USER_CTL");
    EXPECT_EQ(mmcc.controller.rule_at(0x0100).name, "VOTES");
}

TEST(Tables, FdAhbClkIsWhereLinuxsOwnMapEnds)
{
    // The driver has 0x3ba74 with a regmap that ends at 0xb008: Linux never reads it.
    Bench mmcc(msm8996_mmcc);
    EXPECT_EQ(mmcc.read(0x3ba74), 0x8000'0000u);
    mmcc.write(0x3ba74, 1);
    EXPECT_EQ(mmcc.take_log(), (Words{"fd_ahb_clk on"}));
    EXPECT_EQ(mmcc.read(0x3b74), 0u);
}

/// The bits of each class, typed in from the drivers a second time: what a reset leaves, what a
/// write of all ones leaves.
TEST(Tables, ClassesHaveTheDriversBits)
{
    struct Row {
        uint32_t offset;
        uint32_t at_reset, after_ones;
    };
    const Row rows[] = {
        {0x4034, 0x0000'0001, 0x7fff'ffff}, // GDSCR: PWR_ON 31
        {0x4038, 0x0000'0000, 0x7fff'ffff}, // GDS_HW_CTRL: PWR_ON 31
        {0x4300, 0x0000'0000, 0xffff'ffff}, // CLAMP_IO
        {0x403c, 0x8000'0000, 0x0fff'ffff}, // CBCR: CLK_OFF 31, NOC_FSM_STATUS 30:28
        {0x5000, 0x0000'0000, 0x7fff'ff0e}, // CMD_RCGR: ROOT_OFF 31, DIRTY 7:4, UPDATE done
        {0x5004, 0x0000'0000, 0xffff'ffff}, // CFG_RCGR
        {0x0090, 0x0000'0000, 0xcfbf'ffff}, // PLL_MODE: locked, ACKs 29:28, UPDATE done
        {0x0094, 0x0000'0000, 0xffff'ffff}, // PLL_L_VAL
        {0x00b4, 0x0000'0000, 0x0000'0000}, // PLL_STATUS
        {0x4030, 0x0000'0000, 0xffff'ffff}, // BCR
        {0x0100, 0x0000'0000, 0xffff'ffff}, // VOTES
    };
    for (const Row& row : rows) {
        Bench mmcc(msm8996_mmcc);
        EXPECT_EQ(mmcc.read(row.offset), row.at_reset) << std::hex << row.offset;
        mmcc.write(row.offset, 0xffff'ffff);
        EXPECT_EQ(mmcc.read(row.offset), row.after_ones) << std::hex << row.offset;
    }
}

} // namespace
} // namespace smmu_pm::power
