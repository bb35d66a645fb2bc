// SPDX-License-Identifier: GPL-2.0-or-later
//
// The tables: that they are of one piece, and, for what the GPU and its SMMU hang on, that a second
// reading of gcc-msm8996.c and mmcc-msm8996.c gives the same figures.
#include "bench.hh"

#include <map>
#include <set>
#include <span>

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

/// The sums of all offsets, over the drivers' sources by a script that never saw these tables: one
/// wrong digit in one row shows.
TEST(Tables, AddUpToWhatTheDriversAddUpTo)
{
    struct Sums {
        uint64_t cbcr = 0, enable = 0, bit = 0, rcg = 0, fraction = 0, reset = 0, pll = 0;
        bool operator==(const Sums&) const = default;
    };
    const auto sums_of = [](const Model& model) {
        Sums sums;
        for (const Branch& branch : model.branches) {
            sums.cbcr += branch.cbcr == UINT32_MAX ? 0 : branch.cbcr;
            sums.enable += branch.enable;
            sums.bit += branch.bit;
        }
        for (const Rcg& rcg : model.rcgs) {
            sums.rcg += rcg.cmd;
            sums.fraction += rcg.fraction;
        }
        for (const Reset& reset : model.resets)
            sums.reset += reset.bcr;
        for (const Pll& pll : model.plls)
            sums.pll += pll.mode;
        return sums;
    };
    EXPECT_EQ(sums_of(msm8996_gcc), (Sums{.cbcr = 0x22f555c,
                                          .enable = 0x258d5d0,
                                          .bit = 87,
                                          .rcg = 0xa7249c,
                                          .fraction = 36,
                                          .reset = 0x1c11324,
                                          .pll = 0x77000}));
    EXPECT_EQ(sums_of(msm8996_mmcc), (Sums{.cbcr = 0x186484,
                                           .enable = 0x186484,
                                           .bit = 0,
                                           .rcg = 0x83da0,
                                           .fraction = 12,
                                           .reset = 0xc2c18,
                                           .pll = 0xc610}));
}

TEST(Tables, DomainsAreThoseOfTheDrivers)
{
    struct Row {
        const char* name;
        uint32_t gdscr, hw_ctrl, clamp;
        const char* parent;
        unsigned flags; // VOTABLE 1, CLAMP_IO 2, HW_CTRL 4, ALWAYS_ON 8: this file's numbers
        const char* supply;
    };
    constexpr uint32_t no = 0xffff'ffff;
    const Row gcc[] = {
        {"aggre0_noc", 0x81004, 0x81028, no, "", 9, ""},
        {"hlos1_vote_aggre0_noc", 0x7d024, no, no, "", 1, ""},
        {"hlos1_vote_lpass_adsp", 0x7d034, no, no, "", 1, ""},
        {"hlos1_vote_lpass_core", 0x7d038, no, no, "", 1, ""},
        {"usb30", 0xf004, no, no, "", 0, ""},
        {"pcie0", 0x6b004, no, no, "", 0, ""},
        {"pcie1", 0x6d004, no, no, "", 0, ""},
        {"pcie2", 0x6e004, no, no, "", 0, ""},
        {"ufs", 0x75004, no, no, "", 0, ""},
    };
    const Row mmcc[] = {
        {"mmagic_bimc", 0x529c, no, no, "", 8, ""},
        {"mmagic_video", 0x119c, 0x120c, no, "", 9, ""},
        {"mmagic_mdss", 0x247c, 0x2480, no, "", 9, ""},
        {"mmagic_camss", 0x3c4c, 0x3c50, no, "", 9, ""},
        {"venus", 0x1024, no, no, "mmagic_video", 0, ""},
        {"venus_core0", 0x1040, no, no, "venus", 4, ""},
        {"venus_core1", 0x1044, no, no, "venus", 4, ""},
        {"camss", 0x34a0, no, no, "mmagic_camss", 0, ""},
        {"vfe0", 0x3664, no, no, "camss", 0, ""},
        {"vfe1", 0x3674, no, no, "camss", 0, ""},
        {"jpeg", 0x35a4, no, no, "camss", 0, ""},
        {"cpp", 0x36d4, no, no, "camss", 0, ""},
        {"fd", 0x3b64, no, no, "camss", 0, ""},
        {"mdss", 0x2304, no, no, "mmagic_mdss", 0, ""},
        {"gpu", 0x4034, 0x4038, no, "", 1, ""},
        {"gpu_gx", 0x4024, no, 0x4300, "gpu", 2, "vdd-gfx"},
    };
    const auto expect = [](const Model& model, std::span<const Row> rows) {
        ASSERT_EQ(model.gdscs.size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const Gdsc& gdsc = model.gdscs[i];
            SCOPED_TRACE(rows[i].name);
            EXPECT_STREQ(gdsc.name, rows[i].name);
            EXPECT_EQ(gdsc.gdscr, rows[i].gdscr);
            EXPECT_EQ(gdsc.hw_ctrl, rows[i].hw_ctrl);
            EXPECT_EQ(gdsc.clamp, rows[i].clamp);
            EXPECT_STREQ(gdsc.parent == nullptr ? "" : gdsc.parent, rows[i].parent);
            EXPECT_STREQ(gdsc.supply == nullptr ? "" : gdsc.supply, rows[i].supply);
            EXPECT_EQ((gdsc.flags & votable) != 0, (rows[i].flags & 1) != 0);
            EXPECT_EQ((gdsc.flags & clamp_io) != 0, (rows[i].flags & 2) != 0);
            EXPECT_EQ((gdsc.flags & hw_ctrl) != 0, (rows[i].flags & 4) != 0);
            EXPECT_EQ((gdsc.flags & always_on) != 0, (rows[i].flags & 8) != 0);
        }
    };
    expect(msm8996_gcc, gcc);
    expect(msm8996_mmcc, mmcc);
}

TEST(Tables, ClocksThatLinuxDoesNotPollBothWays)
{
    std::map<std::string_view, Halt> unusual;
    for (const Model* model : {&msm8996_gcc, &msm8996_mmcc})
        for (const Branch& branch : model->branches)
            if (branch.halt != Halt::Polled)
                unusual[branch.name] = branch.halt;
    const std::map<std::string_view, Halt> expected = {
        {"gcc_mmss_gpll0_div_clk", Halt::Delay},
        {"gcc_mss_gpll0_div_clk", Halt::Delay},
        {"gcc_ufs_sys_clk_core_clk", Halt::Delay},
        {"gcc_ufs_tx_symbol_clk_core_clk", Halt::Delay},
        {"gcc_usb3_phy_pipe_clk", Halt::Skip},
        {"gcc_pcie_0_pipe_clk", Halt::Skip},
        {"gcc_pcie_1_pipe_clk", Halt::Skip},
        {"gcc_pcie_2_pipe_clk", Halt::Skip},
        {"gcc_ufs_tx_symbol_0_clk", Halt::Skip},
        {"gcc_ufs_rx_symbol_0_clk", Halt::Skip},
        {"gcc_ufs_rx_symbol_1_clk", Halt::Skip},
        {"gcc_blsp1_ahb_clk", Halt::Voted},
        {"gcc_blsp1_sleep_clk", Halt::Voted},
        {"gcc_blsp2_ahb_clk", Halt::Voted},
        {"gcc_blsp2_sleep_clk", Halt::Voted},
        {"gcc_prng_ahb_clk", Halt::Voted},
        {"gcc_boot_rom_ahb_clk", Halt::Voted},
        {"hlos1_vote_lpass_core_smmu_clk", Halt::Voted},
        {"hlos1_vote_lpass_adsp_smmu_clk", Halt::Voted},
    };
    EXPECT_EQ(unusual, expected);
}

TEST(Tables, MemoriesOfADomainHaveTheirBitsInClocksOfTheTable)
{
    // cxcs of struct gdsc: Linux sets RETAIN_MEM and RETAIN_PERIPH there with the domain.
    const Bench mmcc(msm8996_mmcc);
    for (const uint32_t offset :
         {0x1028u, 0x1034u, 0x1038u, 0x1048u, 0x104cu, 0x36bcu, 0x36c4u, 0x36a8u, 0x36acu, 0x35a8u,
          0x35b0u, 0x35c0u, 0x35b8u, 0x36b0u, 0x3b68u, 0x3b6cu, 0x2310u, 0x231cu, 0x4028u})
        EXPECT_EQ(mmcc.controller.rule_at(offset).name, "CBCR") << std::hex << offset;
}

TEST(Tables, ResetsOfGpuAndMultimediaStandWhereTheDriversHaveThem)
{
    struct Row {
        const Model& model;
        const char* reset;
        uint32_t bcr;
    };
    const Row rows[] = {
        {msm8996_mmcc, "GPU_GX_BCR", 0x4020},
        {msm8996_mmcc, "GPU_BCR", 0x4030},
        {msm8996_mmcc, "GPU_AON_BCR", 0x4040},
        {msm8996_gcc, "GCC_MMSS_BCR", 0x9000},
    };
    for (const Row& row : rows) {
        Bench bench(row.model);
        bench.write(row.bcr, 1);
        EXPECT_EQ(bench.take_log(), (Words{std::string(row.reset) + " off"}));
    }
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
    EXPECT_STREQ(msm8996_mmcc.gdscs[15].parent, "gpu");
    EXPECT_STREQ(msm8996_mmcc.gdscs[15].supply, "vdd-gfx");
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
