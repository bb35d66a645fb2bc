// SPDX-License-Identifier: GPL-2.0-or-later
//
// AArch32 stage 1, long descriptors: Arm ARM G5.5.
#include "tables.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using smmu::Context;
using smmu::Fault;
using smmu::FaultKind;
using smmu::WalkResult;

Context context(unsigned t0sz, unsigned t1sz)
{
    Context c;
    c.format = smmu::Format::Long;
    c.low = {.base = 0x1000, .tsz = t0sz};
    c.high = {.base = 0x9000, .tsz = t1sz};
    c.pa_bits = 40;
    return c;
}

struct Region {
    unsigned t0sz, t1sz;
    uint64_t va;
    uint64_t first_read; ///< 0: none, a translation fault of level 1
};

class SmmuLongRegion : public testing::TestWithParam<Region> {};

TEST_P(SmmuLongRegion, IsChosenByBothSizes)
{
    const Region& row = GetParam();
    Memory memory;
    const WalkResult result = walk(context(row.t0sz, row.t1sz), memory, row.va, {});
    EXPECT_EQ(result.fault.kind, FaultKind::TF);
    if (row.first_read == 0) {
        EXPECT_TRUE(memory.read.empty());
        EXPECT_EQ(result.fault.level, 1);
    } else {
        EXPECT_EQ(memory.read, std::vector<uint64_t>{row.first_read});
    }
}

// Arm ARM table G5-4. Level 1 entries are of 1 GiB, level 2 entries of 2 MiB.
INSTANTIATE_TEST_SUITE_P(
    Sizes, SmmuLongRegion,
    testing::Values(Region{0, 0, 0xffff'ffff, 0x1018}, Region{0, 0, 0x7fff'ffff, 0x1008},
                    Region{1, 0, 0x7fff'ffff, 0x1008}, Region{1, 0, 0x8000'0000, 0x9010},
                    Region{2, 0, 0x3fff'ffff, 0x1ff8}, Region{2, 0, 0x4000'0000, 0x9008},
                    Region{7, 0, 0x01ff'ffff, 0x1078}, Region{7, 0, 0x0200'0000, 0x9000},
                    Region{0, 1, 0x7fff'ffff, 0x1008}, Region{0, 1, 0x8000'0000, 0x9000},
                    Region{0, 2, 0xbfff'ffff, 0x1010}, Region{0, 2, 0xc000'0000, 0x9000},
                    Region{0, 7, 0xfdff'ffff, 0x1018}, Region{0, 7, 0xfe00'0000, 0x9000},
                    Region{2, 2, 0x3fff'ffff, 0x1ff8}, Region{2, 2, 0x4000'0000, 0},
                    Region{2, 2, 0xbfff'ffff, 0}, Region{2, 2, 0xffff'ffff, 0x9ff8}));

TEST(SmmuLong, PagesAndBlocksAreThoseOfThe4kGranule)
{
    Memory memory;
    memory.words = {{0x1000, 0x2003}, {0x2008, 0x3003}, {0x3010, 0xab'1234'5743}};
    WalkResult result = walk(context(0, 0), memory, 0x0020'2abc, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.pa, 0xab'1234'5000u);
    EXPECT_EQ(result.mapping.shift, 12);
    memory.words[0x2008] = 0xab'1220'0741;
    result = walk(context(0, 0), memory, 0x0020'2abc, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.pa, 0xab'1220'0000u);
    EXPECT_EQ(result.mapping.shift, 21);
    memory.words[0x1000] = 0xab'4000'0741;
    result = walk(context(0, 0), memory, 0x0020'2abc, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.pa, 0xab'4000'0000u);
    EXPECT_EQ(result.mapping.shift, 30);
}

TEST(SmmuLong, AnOutputBeyond40BitsIsAnAddressSizeFault)
{
    Memory memory;
    memory.words = {{0x1000, uint64_t{1} << 40 | 0x741}};
    EXPECT_EQ(walk(context(0, 0), memory, 0, {}).fault,
              (Fault{.kind = FaultKind::ASF, .level = 1}));
    Context c = context(0, 0);
    c.low.base = uint64_t{1} << 40;
    EXPECT_EQ(walk(c, memory, 0, {}).fault, (Fault{.kind = FaultKind::ASF}));
}

TEST(SmmuLong, ABlockEndsWhereTheOtherHalfBegins)
{
    Memory memory;
    memory.words[0x1018] = 0x12'0000'0701; // the last GiB, of which 256 MiB are TTBR1's
    const WalkResult low = walk(context(0, 4), memory, 0xe123'4567, {});
    EXPECT_EQ(low.mapping.va, 0xe000'0000u);
    EXPECT_EQ(low.mapping.mask(), 0xfff'ffffu);
    EXPECT_EQ(low.mapping.pa, 0x12'2000'0000u);
    memory.words[0x9000] = 0x34'4000'0701; // the first GiB, of which 32 MiB are TTBR0's
    const WalkResult high = walk(context(7, 0), memory, 0x0234'5678, {});
    EXPECT_EQ(high.mapping.va, 0x0200'0000u);
    EXPECT_EQ(high.mapping.mask(), 0x1ff'ffffu);
    EXPECT_EQ(high.mapping.pa, 0x34'4200'0000u);
    EXPECT_EQ(high.mapping.level, 1u);
}

TEST(SmmuLong, EpdIsATranslationFaultOfLevel1)
{
    Context c = context(1, 1);
    c.low.disabled = true;
    Memory memory;
    EXPECT_EQ(walk(c, memory, 0, {}).fault, (Fault{.kind = FaultKind::TF, .level = 1}));
    walk(c, memory, 0xffff'ffff, {});
    EXPECT_EQ(memory.read.size(), 1u);
}

TEST(SmmuLong, AddressesAreOf32Bits)
{
    EXPECT_EQ(input_address(context(0, 0), 0xffff'ffff), 0xffff'ffffu);
    EXPECT_EQ(input_address(context(0, 0), 0x1'0000'0000), std::nullopt);
    EXPECT_EQ(input_address(context(0, 0), 0xffff'ffff'8000'0000), std::nullopt);
}

TEST(SmmuLong, AHypervisorsContextHasTtbr0Alone)
{
    Context c = context(2, 0);
    c.single_range = true;
    Memory memory;
    EXPECT_EQ(walk(c, memory, 0x4000'0000, {}).fault, (Fault{.kind = FaultKind::TF, .level = 1}));
    EXPECT_TRUE(memory.read.empty());
    walk(c, memory, 0x3fff'ffff, {});
    EXPECT_EQ(memory.read, std::vector<uint64_t>{0x1ff8});
}

TEST(SmmuLong, UwxnIsAsked)
{
    Memory memory;
    memory.words = {{0x1000, 0x741}}; // AP = 01: both read and write
    Context c = context(0, 0);
    EXPECT_EQ(walk(c, memory, 0, {}).mapping.permissions.stage1, 0x3fu);
    c.uwxn = true;
    EXPECT_EQ(walk(c, memory, 0, {}).mapping.permissions.stage1, 0x1fu);
    c.uwxn = false;
    c.wxn = true;
    EXPECT_EQ(walk(c, memory, 0, {}).mapping.permissions.stage1, 0x1bu);
}

} // namespace
} // namespace smmu_pm::test
