// SPDX-License-Identifier: GPL-2.0-or-later
//
// AArch64 stage 1 with 16 KiB and 64 KiB granules, a single range of addresses, and big-endian
// tables. Arm ARM D5.2 and D5.3; walk_test.cc has the 4 KiB granule.
#include "tables.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using smmu::Context;
using smmu::Fault;
using smmu::FaultKind;
using smmu::WalkResult;

Context context(unsigned granule, unsigned tsz)
{
    Context c;
    c.low = {.base = 0x10'0000, .tsz = tsz, .granule = granule};
    c.high = {.base = 0x90'0000, .tsz = tsz, .granule = granule};
    c.pa_bits = 48;
    return c;
}

struct Start {
    unsigned granule, tsz;
    uint64_t va;
    uint64_t first_read;
    unsigned level; ///< of the first read
};

class SmmuGranuleStart : public testing::TestWithParam<Start> {};

TEST_P(SmmuGranuleStart, DependsOnGranuleAndSize)
{
    const Start& row = GetParam();
    Memory memory;
    const WalkResult result = walk(context(row.granule, row.tsz), memory, row.va, {});
    EXPECT_EQ(result.fault,
              (Fault{.kind = FaultKind::TF, .level = static_cast<uint8_t>(row.level)}));
    EXPECT_EQ(memory.read, std::vector<uint64_t>{row.first_read});
}

// Arm ARM tables D5-10 (4 KiB) to D5-14: the highest address of each size.
INSTANTIATE_TEST_SUITE_P(
    Tables, SmmuGranuleStart,
    testing::Values(
        Start{14, 16, 0xffff'ffff'ffff, 0x10'0008, 0}, // two entries
        Start{14, 17, 0x7fff'ffff'ffff, 0x10'3ff8, 1}, Start{14, 28, 0xf'ffff'ffff, 0x10'3ff8, 2},
        Start{14, 27, 0x1f'ffff'ffff, 0x10'0008, 1}, Start{14, 29, 0x7'ffff'ffff, 0x10'1ff8, 2},
        Start{14, 38, 0x3ff'ffff, 0x10'0008, 2}, Start{14, 39, 0x1ff'ffff, 0x10'3ff8, 3},
        Start{16, 16, 0xffff'ffff'ffff, 0x10'01f8, 1}, // 64 entries
        Start{16, 22, 0x3ff'ffff'ffff, 0x10'fff8, 2}, Start{16, 21, 0x7ff'ffff'ffff, 0x10'0008, 1},
        Start{16, 35, 0x1fff'ffff, 0x10'fff8, 3}, Start{16, 34, 0x3fff'ffff, 0x10'0008, 2},
        Start{16, 39, 0x1ff'ffff, 0x10'0ff8, 3}));

TEST(SmmuGranule, A16kPageIsReachedThroughFourLevels)
{
    // Indices 1, 2, 3, 4 in bits 47, 46:36, 35:25, 24:14.
    Memory memory;
    const uint64_t va =
        uint64_t{1} << 47 | uint64_t{2} << 36 | uint64_t{3} << 25 | uint64_t{4} << 14 | 0x2345;
    memory.words = {{0x10'0008, 0x20'0003},
                    {0x20'0010, 0x30'0003},
                    {0x30'0018, 0x40'0003},
                    {0x40'0020, 0xabc'c000 | 0x743}};
    const WalkResult result = walk(context(14, 16), memory, va, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.va, va & ~uint64_t{0x3fff});
    EXPECT_EQ(result.mapping.pa, 0xabc'c000u);
    EXPECT_EQ(result.mapping.shift, 14);
    EXPECT_EQ(result.mapping.level, 3);
}

TEST(SmmuGranule, A16kBlockIsOf32MegabytesAndOfLevel2Alone)
{
    Memory memory;
    memory.words = {{0x10'0008, 0x20'0003}, {0x20'0018, 0x4e00'0000 | 0x741}};
    const uint64_t va = uint64_t{1} << 36 | uint64_t{3} << 25 | 0x123'4567;
    const WalkResult result = walk(context(14, 17), memory, va, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.pa, 0x4e00'0000u);
    EXPECT_EQ(result.mapping.shift, 25);
    EXPECT_EQ(result.mapping.level, 2);
    memory.words = {{0x10'0008, 0x4e00'0000 | 0x741}};
    EXPECT_EQ(walk(context(14, 17), memory, va, {}).fault,
              (Fault{.kind = FaultKind::TF, .level = 1}));
}

TEST(SmmuGranule, A64kPageAndA512MegabyteBlock)
{
    Memory memory;
    memory.words = {{0x10'0008, 0x20'0003}, {0x20'0010, 0x30'0003}, {0x30'0018, 0xabd'0743}};
    const uint64_t va = uint64_t{1} << 42 | uint64_t{2} << 29 | uint64_t{3} << 16 | 0xfedc;
    WalkResult result = walk(context(16, 16), memory, va, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.pa, 0xabd'0000u);
    EXPECT_EQ(result.mapping.shift, 16);
    memory.words[0x20'0010] = 0x4000'0741;
    result = walk(context(16, 16), memory, va, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.pa, 0x4000'0000u);
    EXPECT_EQ(result.mapping.shift, 29);
    EXPECT_EQ(result.mapping.level, 2);
    memory.words[0x10'0008] = 0x4000'0741;
    EXPECT_EQ(walk(context(16, 16), memory, va, {}).fault,
              (Fault{.kind = FaultKind::TF, .level = 1}));
}

TEST(SmmuGranule, AddressBitsBelowTheGranuleAreIgnoredInATable)
{
    Memory memory;
    memory.words = {{0x10'0000, 0x20'f003}, {0x20'0000, 0x30'0741}};
    walk(context(16, 22), memory, 0, {});
    walk(context(14, 17), memory, 0, {});
    EXPECT_EQ(memory.read, (std::vector<uint64_t>{0x10'0000, 0x20'0000, 0x10'0000, 0x20'c000}));
}

TEST(SmmuGranule, TheContiguousHintChangesNothing)
{
    Memory memory;
    memory.words = {{0x10'0000, 0x20'0003}, {0x20'0000, uint64_t{1} << 52 | 0xabd'0743}};
    const WalkResult result = walk(context(16, 30), memory, 0x1234, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.pa, 0xabd'0000u);
    EXPECT_EQ(result.mapping.shift, 16);
}

// ---- One range: a hypervisor's context --------------------------------------------------------

Context hypervisor()
{
    Context c = context(12, 30);
    c.single_range = true;
    return c;
}

TEST(SmmuSingleRange, HasTtbr0AndNoUpperHalf)
{
    Memory memory;
    memory.words = {{0x10'0000, 0x20'0003}, {0x20'0000, 0xabc'0000 | 0x701}};
    const WalkResult result = walk(hypervisor(), memory, 0x1234, {});
    ASSERT_TRUE(result.ok);
    EXPECT_TRUE(result.mapping.global);
    EXPECT_EQ(result.mapping.permissions.stage1, 0x3fu) << "AP[1] is as if set";
    EXPECT_EQ(walk(hypervisor(), memory, 0xffff'ffff'ffff'f000, {}).fault,
              (Fault{.kind = FaultKind::TF}));
}

TEST(SmmuSingleRange, ItsAddressesAreNotExtended)
{
    Context c = hypervisor();
    c.sep = 0;
    EXPECT_EQ(input_address(c, 0x8000'0000), 0x8000'0000u);
    EXPECT_EQ(input_address(c, 0xab00'0000'0000'1000), 0xab00'0000'0000'1000u);
    c.low.top_byte_ignored = true;
    EXPECT_EQ(input_address(c, 0xab00'0000'0000'1000), 0x1000u);
}

// ---- Endianness -------------------------------------------------------------------------------

TEST(SmmuBigEndian, TablesAreReadTheOtherWayRound)
{
    Context c = context(12, 34);
    c.big_endian = true;
    Memory memory;
    memory.words = {{0x10'0000, 0x0300'2000'0000'0000}, {0x20'0000, 0x43d7'bc0a'0000'0000}};
    const WalkResult result = walk(c, memory, 0x123, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.pa, 0xabc'd000u);
}

} // namespace
} // namespace smmu_pm::test
