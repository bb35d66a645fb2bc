// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/symbols.hh"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace smmu_pm::judge {
namespace {

class SymbolsTest : public testing::Test {
protected:
    SymbolsTest() : folder_(testing::TempDir() + "symbols-test")
    {
        std::filesystem::create_directories(folder_);
        put("kernel.sym", "0000000000001000 A absolute\n"
                          "ffff800008000000 T _stext\n"
                          "ffff800008000100 t first\n"
                          "ffff800008000200 T second\n"
                          "ffff800008000200 T alias_of_second\n"
                          "ffff800008000300 T third\n");
        put("msm.sym", ".text 0 msm_start\n.text 40 msm_next\n.init.text 10 init_module\n");
        put("user.sym", "400100 T main\n400180 t helper\n400200 R data\n");
    }
    void put(const std::string& name, const std::string& text)
    {
        std::ofstream(folder_ + "/" + name) << text;
    }
    std::string folder_;
    std::string error_;
    Symbols symbols_;
};

TEST_F(SymbolsTest, AFunctionWithOffsetAndSize)
{
    ASSERT_TRUE(symbols_.load_kernel(folder_ + "/kernel.sym", error_)) << error_;
    symbols_.settle();
    EXPECT_EQ(symbols_.name_of(0xffff800008000110, false), "first+0x10/0x100");
    EXPECT_EQ(symbols_.name_of(0xffff800008000204, false), "second+0x4/0x100");
}

TEST_F(SymbolsTest, AReturnAddressBelongsToTheCallBeforeIt)
{
    ASSERT_TRUE(symbols_.load_kernel(folder_ + "/kernel.sym", error_)) << error_;
    symbols_.settle();
    // The call was the last instruction of first().
    EXPECT_EQ(symbols_.name_of(0xffff800008000200, true), "first+0x100/0x100");
    EXPECT_EQ(symbols_.function_of(0xffff800008000200, false), "second");
}

TEST_F(SymbolsTest, AFunctionThatCallsItselfStandsOnce)
{
    ASSERT_TRUE(symbols_.load_kernel(folder_ + "/kernel.sym", error_)) << error_;
    symbols_.settle();
    const std::vector<uint64_t> chain = {0xffff800008000204,
                                         0xffff800008000120,
                                         0xffff800008000140,
                                         0xffff800008000140,
                                         0xffff800008000210,
                                         0x20,
                                         0x30};
    const std::vector<std::string> expected = {"second+0x4/0x100", "first+0x20/0x100 (3 calls)",
                                               "second+0x10/0x100", "0x0000000000000020",
                                               "0x0000000000000030"};
    EXPECT_EQ(symbols_.lines_of(chain), expected);
    EXPECT_TRUE(symbols_.lines_of({}).empty());
}

TEST_F(SymbolsTest, FrameworksThatCarryAnOrderOutStandInOneLine)
{
    put("frames.sym", "ffff800008000000 T _stext\n"
                      "ffff800008000100 t regmap_mmio_write32le\n"
                      "ffff800008000200 t _regmap_write\n"
                      "ffff800008000300 t clk_branch2_disable\n"
                      "ffff800008000400 t arm_smmu_runtime_suspend\n"
                      "ffff800008000500 t clk_bulk_disable\n"
                      "ffff800008000600 t end\n");
    ASSERT_TRUE(symbols_.load_kernel(folder_ + "/frames.sym", error_)) << error_;
    symbols_.settle();
    const std::vector<uint64_t> chain = {0xffff800008000118, 0xffff800008000230, 0xffff800008000320,
                                         0xffff800008000424, 0xffff800008000510};
    const std::vector<std::string> expected = {
        "[regmap, clk: 3 frames, regmap_mmio_write32le+0x18/0x100]",
        "arm_smmu_runtime_suspend+0x24/0x100",
        "clk_bulk_disable+0x10/0x100", // not among the innermost: somebody else's frame below it
    };
    EXPECT_EQ(symbols_.lines_of(chain), expected);
    EXPECT_EQ(symbols_.carriers(chain), 3u);
    // The read of a clock's status, and nobody above it that is known: all is shown.
    const std::vector<uint64_t> bare = {0xffff800008000118, 0xffff800008000230};
    EXPECT_EQ(symbols_.carriers(bare), 0u);
    EXPECT_EQ(symbols_.lines_of(bare).size(), 2u);
    EXPECT_EQ(symbols_.lines_of(std::span(chain).first(1)).front(),
              "regmap_mmio_write32le+0x18/0x100");
}

TEST_F(SymbolsTest, TheKernelIsMovedToWhereItRan)
{
    ASSERT_TRUE(symbols_.load_kernel(folder_ + "/kernel.sym", error_)) << error_;
    symbols_.kernel_mark("text=ffff800008200000 build-id=ab release=6.1");
    symbols_.settle();
    EXPECT_EQ(symbols_.name_of(0xffff800008200110, false), "first+0x10/0x100");
}

TEST_F(SymbolsTest, ModulesLieWhereTheMarkSays)
{
    symbols_.set_module_folder(folder_);
    symbols_.module_mark("msm .text=0xffff800000a00000 .init.text=0xffff800000b00000");
    symbols_.settle();
    EXPECT_EQ(symbols_.name_of(0xffff800000a00044, false), "msm_next+0x4/0xfffd0 [msm]");
    EXPECT_EQ(symbols_.function_of(0xffff800000b00014, false), "init_module");
}

TEST_F(SymbolsTest, AModuleNameLeadsNowhereElse)
{
    symbols_.set_module_folder(folder_ + "/inner");
    symbols_.module_mark("../msm .text=0xffff800000a00000");
    symbols_.settle();
    EXPECT_EQ(symbols_.name_of(0xffff800000a00044, false), "0xffff800000a00044");
}

TEST_F(SymbolsTest, TheProgramAtEl0)
{
    ASSERT_TRUE(symbols_.load_user(folder_ + "/user.sym", error_)) << error_;
    symbols_.settle();
    EXPECT_EQ(symbols_.name_of(0x400104, false), "main+0x4/0x80 [user]");
}

TEST_F(SymbolsTest, WhatIsNotKnownStaysAnAddress)
{
    ASSERT_TRUE(symbols_.load_kernel(folder_ + "/kernel.sym", error_)) << error_;
    symbols_.settle();
    EXPECT_EQ(symbols_.name_of(0xffff900000000000, false), "0xffff900000000000");
    EXPECT_EQ(symbols_.name_of(0x10, false), "0x0000000000000010");
}

TEST_F(SymbolsTest, AFileThatIsNotThereSaysSo)
{
    EXPECT_FALSE(symbols_.load_kernel(folder_ + "/none", error_));
    EXPECT_EQ(error_, "cannot read symbols from '" + folder_ + "/none'");
}

} // namespace
} // namespace smmu_pm::judge
