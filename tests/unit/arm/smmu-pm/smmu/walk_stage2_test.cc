// SPDX-License-Identifier: GPL-2.0-or-later
//
// Stage 2 alone: Arm ARM D5.2.3, D5.4.5 (AArch64) and G5.5.5 (AArch32).
#include "tables.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using smmu::Context;
using smmu::Fault;
using smmu::FaultKind;
using smmu::WalkResult;

Context context(unsigned granule, unsigned input_bits, unsigned sl0)
{
    Context c;
    c.stages = smmu::Stages::Two;
    c.stage2 = {.base = 0x100'0000,
                .granule = granule,
                .input_bits = input_bits,
                .sl0 = sl0,
                .pa_bits = 48};
    return c;
}

Context aarch32(unsigned input_bits, unsigned sl0)
{
    Context c = context(12, input_bits, sl0);
    c.stage2.format = smmu::Format::Long;
    c.stage2.pa_bits = 40;
    return c;
}

Fault stage2_fault(FaultKind kind, unsigned level, uint64_t ipa)
{
    return {.kind = kind, .level = static_cast<uint8_t>(level), .stage = 2, .ipa = ipa};
}

struct Start {
    unsigned granule, input_bits, sl0;
    uint64_t ipa;
    uint64_t first_read; ///< 0: none, a translation fault of level 0
    unsigned level = 0;
};

class SmmuStage2Start : public testing::TestWithParam<Start> {};

TEST_P(SmmuStage2Start, DependsOnSl0AndT0sz)
{
    const Start& row = GetParam();
    Memory memory;
    const WalkResult result =
        walk(context(row.granule, row.input_bits, row.sl0), memory, row.ipa, {});
    EXPECT_EQ(result.fault, stage2_fault(FaultKind::TF, row.level, row.ipa));
    if (row.first_read == 0)
        EXPECT_TRUE(memory.read.empty());
    else
        EXPECT_EQ(memory.read, std::vector<uint64_t>{row.first_read});
}

// The highest address of each size. With concatenation the first table has up to 16 times as many
// entries; with less than two, or more than sixteen tables' worth, SL0 is inconsistent.
INSTANTIATE_TEST_SUITE_P(
    Sl0, SmmuStage2Start,
    testing::Values(
        // 4 KiB: SL0 0, 1, 2 are levels 2, 1, 0.
        Start{12, 40, 1, 0xff'ffff'ffff, 0x100'1ff8, 1}, // two tables of level 1
        Start{12, 43, 1, 0x7ff'ffff'ffff, 0x100'fff8, 1}, Start{12, 44, 1, 0, 0},
        Start{12, 31, 1, 0x7fff'ffff, 0x100'0008, 1}, Start{12, 30, 1, 0, 0},
        Start{12, 34, 0, 0x3'ffff'ffff, 0x100'fff8, 2}, Start{12, 35, 0, 0, 0},
        Start{12, 25, 0, 0x1ff'ffff, 0x100'0078, 2}, Start{12, 24, 0, 0, 0},
        Start{12, 48, 2, 0xffff'ffff'ffff, 0x100'0ff8, 0}, Start{12, 39, 2, 0, 0},
        Start{12, 40, 3, 0, 0},
        // 16 KiB: levels 3, 2, 1.
        Start{14, 40, 1, 0xff'ffff'ffff, 0x103'fff8, 2},
        Start{14, 40, 2, 0xff'ffff'ffff, 0x100'0078, 1},
        Start{14, 29, 0, 0x1fff'ffff, 0x103'fff8, 3}, Start{14, 30, 0, 0, 0},
        Start{14, 40, 3, 0, 0}, Start{14, 48, 3, 0, 0},
        // 64 KiB: levels 3, 2, 1.
        Start{16, 42, 1, 0x3ff'ffff'ffff, 0x100'fff8, 2},
        Start{16, 46, 1, 0x3fff'ffff'ffff, 0x10f'fff8, 2}, Start{16, 47, 1, 0, 0},
        Start{16, 48, 2, 0xffff'ffff'ffff, 0x100'01f8, 1},
        Start{16, 30, 0, 0x3fff'ffff, 0x101'fff8, 3}, Start{16, 48, 3, 0, 0},
        // An address beyond T0SZ.
        Start{12, 40, 1, 0x100'0000'0000, 0}));

TEST(SmmuStage2, Level0NeedsLargePhysicalAddresses)
{
    Context c = context(12, 40, 2);
    c.stage2.oas_bits = 42;
    Memory memory;
    walk(c, memory, 0, {});
    EXPECT_TRUE(memory.read.empty());
    c.stage2.oas_bits = 44;
    walk(c, memory, 0, {});
    EXPECT_EQ(memory.read.size(), 1u);
    c = context(14, 40, 2); // level 1 of 16 KiB
    c.stage2.oas_bits = 40;
    walk(c, memory, 0, {});
    EXPECT_EQ(memory.read.size(), 1u);
    c.stage2.oas_bits = 42;
    walk(c, memory, 0, {});
    EXPECT_EQ(memory.read.size(), 2u);
    c = context(16, 43, 2); // level 1 of 64 KiB
    c.stage2.oas_bits = 42;
    walk(c, memory, 0, {});
    EXPECT_EQ(memory.read.size(), 2u);
    c.stage2.oas_bits = 44;
    walk(c, memory, 0, {});
    EXPECT_EQ(memory.read.size(), 3u);
    c = context(16, 42, 1); // level 2 does not
    c.stage2.oas_bits = 42;
    walk(c, memory, 0, {});
    EXPECT_EQ(memory.read.size(), 4u);
}

TEST(SmmuStage2, InputsAreNotLargerThanIas)
{
    Context c = context(12, 40, 1);
    c.stage2.ias_bits = 36;
    Memory memory;
    EXPECT_EQ(walk(c, memory, 0, {}).fault, stage2_fault(FaultKind::TF, 0, 0));
    EXPECT_TRUE(memory.read.empty());
}

TEST(SmmuStage2, ALeafMapsAnIpa)
{
    Memory memory;
    memory.words = {
        {0x100'0008, 0x200'0003}, {0x200'0010, 0x300'0003}, {0x300'0018, 0xabc'd4fc | 3}};
    const uint64_t ipa = 0x4040'3abc;
    WalkResult result = walk(context(12, 40, 1), memory, ipa, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.va, 0x4040'3000u);
    EXPECT_EQ(result.mapping.pa, 0xabc'd000u);
    EXPECT_EQ(result.mapping.shift, 12);
    EXPECT_TRUE(result.mapping.global);
    memory.words[0x200'0010] = 0x40'0000 | 0x4fd;
    result = walk(context(12, 40, 1), memory, ipa, {});
    EXPECT_EQ(result.mapping.pa, 0x40'0000u);
    EXPECT_EQ(result.mapping.shift, 21);
    memory.words[0x100'0008] = 0x8000'0000 | 0x4fd;
    result = walk(context(12, 40, 1), memory, ipa, {});
    EXPECT_EQ(result.mapping.pa, 0x8000'0000u);
    EXPECT_EQ(result.mapping.shift, 30);
}

TEST(SmmuStage2, FaultsOfEachKindNameStageLevelAndIpa)
{
    Memory memory;
    const Context c = context(12, 32, 1);
    memory.words = {{0x100'0000, 0x200'0003}, {0x200'0000, 0x300'0003}, {0x300'0000, 0xabc'd0ff}};
    EXPECT_EQ(walk(c, memory, 0x123, {}).fault, stage2_fault(FaultKind::AFF, 3, 0x123));
    memory.words[0x300'0000] = 0;
    EXPECT_EQ(walk(c, memory, 0x123, {}).fault, stage2_fault(FaultKind::TF, 3, 0x123));
    memory.aborts_at = 0x200'0000;
    Fault fault = stage2_fault(FaultKind::EF, 2, 0x123);
    fault.during_walk = true;
    EXPECT_EQ(walk(c, memory, 0x123, {}).fault, fault);
    Context narrow = c;
    narrow.stage2.pa_bits = 32;
    memory.words[0x100'0000] = uint64_t{1} << 32 | 3;
    EXPECT_EQ(walk(narrow, memory, 0x123, {}).fault, stage2_fault(FaultKind::ASF, 1, 0x123));
    narrow.stage2.base = uint64_t{1} << 32;
    EXPECT_EQ(walk(narrow, memory, 0x123, {}).fault, stage2_fault(FaultKind::ASF, 0, 0x123));
}

TEST(SmmuStage2, WithoutAccessFlagFaultsALeafIsUsedAndNotKept)
{
    Memory memory;
    Context c = context(12, 32, 1);
    c.stage2.af_fault = false;
    memory.words = {{0x100'0000, 0x4000'00fd}};
    const WalkResult result = walk(c, memory, 0, {});
    EXPECT_TRUE(result.ok);
    EXPECT_FALSE(result.cacheable);
}

struct Rights {
    unsigned s2ap;
    bool xn;
    unsigned aarch64, aarch32; ///< 1 read, 2 write, 4 execute
};

class SmmuStage2Rights : public testing::TestWithParam<Rights> {};

TEST_P(SmmuStage2Rights, AreThoseOfS2apAndXn)
{
    const Rights& row = GetParam();
    Memory memory;
    memory.words = {{0x100'0000, 0x4000'043d | uint64_t{row.s2ap} << 6 | uint64_t{row.xn} << 54}};
    EXPECT_EQ(walk(context(12, 32, 1), memory, 0, {}).mapping.permissions.stage2, row.aarch64);
    EXPECT_EQ(walk(aarch32(32, 1), memory, 0, {}).mapping.permissions.stage2, row.aarch32);
    EXPECT_EQ(walk(context(12, 32, 1), memory, 0, {}).mapping.permissions.stage1, 0x3f);
}

INSTANTIATE_TEST_SUITE_P(All, SmmuStage2Rights,
                         testing::Values(Rights{0, false, 4, 0}, Rights{0, true, 0, 0},
                                         Rights{1, false, 5, 5}, Rights{1, true, 1, 1},
                                         Rights{2, false, 6, 2}, Rights{2, true, 2, 2},
                                         Rights{3, false, 7, 7}, Rights{3, true, 3, 3}));

TEST(SmmuStage2, ADeniedRequestNamesTheIpa)
{
    Memory memory;
    memory.words = {{0x100'0000, 0x4000'047d}}; // readable
    const WalkResult result = walk(context(12, 32, 1), memory, 0x1234, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(denied(result.mapping, 0x1234, {}), std::nullopt);
    EXPECT_EQ(denied(result.mapping, 0x1234, {.write = true}),
              stage2_fault(FaultKind::PF, 1, 0x1234));
}

struct Start32 {
    unsigned input_bits, sl0;
    uint64_t ipa;
    uint64_t first_read;
    unsigned level;
};

class SmmuStage2Aarch32Start : public testing::TestWithParam<Start32> {};

TEST_P(SmmuStage2Aarch32Start, IsOfLevel1Or2)
{
    const Start32& row = GetParam();
    Memory memory;
    const WalkResult result = walk(aarch32(row.input_bits, row.sl0), memory, row.ipa, {});
    EXPECT_EQ(result.fault, stage2_fault(FaultKind::TF, row.level, row.ipa));
    EXPECT_EQ(memory.read.size(), row.first_read == 0 ? 0u : 1u);
    if (row.first_read != 0) {
        EXPECT_EQ(memory.read.at(0), row.first_read);
    }
}

INSTANTIATE_TEST_SUITE_P(Sl0, SmmuStage2Aarch32Start,
                         testing::Values(Start32{40, 1, 0xff'ffff'ffff, 0x100'1ff8, 1},
                                         Start32{32, 1, 0xffff'ffff, 0x100'0018, 1},
                                         Start32{25, 0, 0x1ff'ffff, 0x100'0078, 2},
                                         Start32{34, 0, 0x3'ffff'ffff, 0x100'fff8, 2},
                                         Start32{35, 0, 0, 0, 1}, Start32{30, 1, 0, 0, 1},
                                         Start32{40, 2, 0, 0, 1}, Start32{40, 3, 0, 0, 1},
                                         Start32{32, 1, 0x1'0000'0000, 0, 1}));

} // namespace
} // namespace smmu_pm::test
