// SPDX-License-Identifier: GPL-2.0-or-later
//
// Memory types and shareability: Arm ARM D5.5 (MAIR, stage 2, both), G5.7 (TEX, PRRR, NMRR).
#include "smmu/memory_types.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using smmu::long_descriptor_type;
using smmu::MemoryType;
using smmu::short_descriptor_type;
using smmu::Stage2Type;
using enum smmu::Shareability;

TEST(SmmuMemoryTypes, AttrIndxChoosesAByteOfMair)
{
    const uint64_t mair = 0x7766'5544'bbff'0400; // the fourth is 0xbb, the fifth 0x44
    EXPECT_EQ(long_descriptor_type(mair, 0x000 | 0x300), (MemoryType{0x00, Outer}));
    EXPECT_EQ(long_descriptor_type(mair, 0x004 | 0x300), (MemoryType{0x04, Outer}));
    EXPECT_EQ(long_descriptor_type(mair, 0x008 | 0x300), (MemoryType{0xff, Inner}));
    EXPECT_EQ(long_descriptor_type(mair, 0x00c | 0x200), (MemoryType{0xbb, Outer}));
    EXPECT_EQ(long_descriptor_type(mair, 0x010 | 0x000), (MemoryType{0x44, Outer}));
    EXPECT_EQ(long_descriptor_type(mair, 0x01c | 0x000), (MemoryType{0x77, Non}));
    EXPECT_EQ(long_descriptor_type(mair, 0x01c | 0x100), (MemoryType{0x77, Non}));
}

struct Form {
    unsigned texcb;
    uint8_t memory;
};

TEST(SmmuMemoryTypes, TexWithoutRemap)
{
    for (const Form& form :
         {Form{0x00, 0x00}, Form{0x01, 0x04}, Form{0x02, 0xaa}, Form{0x03, 0xee}, Form{0x04, 0x44},
          Form{0x07, 0xff}, Form{0x08, 0x04}, Form{0x10, 0x44}, Form{0x11, 0x4f}, Form{0x12, 0x4a},
          Form{0x13, 0x4e}, Form{0x14, 0xf4}, Form{0x15, 0xff}, Form{0x18, 0xa4}, Form{0x1f, 0xee},
          // Reserved forms.
          Form{0x05, 0x00}, Form{0x06, 0x00}, Form{0x09, 0x00}, Form{0x0f, 0x00}})
        EXPECT_EQ(short_descriptor_type(0, false, form.texcb, false).memory, form.memory)
            << form.texcb;
    EXPECT_EQ(short_descriptor_type(0, false, 0x07, false).sharing, Non);
    EXPECT_EQ(short_descriptor_type(0, false, 0x07, true).sharing, Outer);
    EXPECT_EQ(short_descriptor_type(0, false, 0x01, false).sharing, Outer);
}

TEST(SmmuMemoryTypes, TexWithRemapThroughPrrrAndNmrr)
{
    // Linux's values: PRRR 0xff0a81a8, NMRR 0x40e040e0 (arch/arm/mm/proc-v7-2level.S).
    const uint64_t linux_values = 0x40e0'40e0'ff0a'81a8;
    EXPECT_EQ(short_descriptor_type(linux_values, true, 0, true), (MemoryType{0x00, Outer}));
    EXPECT_EQ(short_descriptor_type(linux_values, true, 1, true), (MemoryType{0x44, Outer}));
    EXPECT_EQ(short_descriptor_type(linux_values, true, 2, true), (MemoryType{0xaa, Inner}));
    EXPECT_EQ(short_descriptor_type(linux_values, true, 3, true), (MemoryType{0xee, Inner}));
    EXPECT_EQ(short_descriptor_type(linux_values, true, 3, false), (MemoryType{0xee, Non}));
    EXPECT_EQ(short_descriptor_type(linux_values, true, 4, false), (MemoryType{0x04, Outer}));
    EXPECT_EQ(short_descriptor_type(linux_values, true, 7, true), (MemoryType{0xff, Inner}));
    EXPECT_EQ(short_descriptor_type(linux_values, true, 0x18 | 7, true), (MemoryType{0xff, Inner}))
        << "TEX[2:1] are the system's";
    EXPECT_EQ(short_descriptor_type(linux_values & ~(uint64_t{1} << 31), true, 7, true),
              (MemoryType{0xff, Outer}))
        << "NOS7";
    EXPECT_EQ(short_descriptor_type(linux_values | uint64_t{1} << 18, true, 7, false),
              (MemoryType{0xff, Inner}))
        << "NS0";
}

TEST(SmmuMemoryTypes, Stage2HasFourBits)
{
    EXPECT_EQ(smmu::stage2_type(0x000), (Stage2Type{0x00, Outer}));
    EXPECT_EQ(smmu::stage2_type(0x004), (Stage2Type{0x04, Outer}));
    EXPECT_EQ(smmu::stage2_type(0x00c), (Stage2Type{0x0c, Outer}));
    EXPECT_EQ(smmu::stage2_type(0x014), (Stage2Type{0x44, Outer}));
    EXPECT_EQ(smmu::stage2_type(0x33c), (Stage2Type{0xff, Inner}));
    EXPECT_EQ(smmu::stage2_type(0x02c), (Stage2Type{0xbf, Non}));
    EXPECT_EQ(smmu::stage2_type(0x330), (Stage2Type{0x00, Outer})); // 1100 is reserved
}

// IHI 0062D, table 2-12: WACFG in bits 63:62, RACFG in 61:60; 01 is reserved.
TEST(SmmuMemoryTypes, Stage2HasAllocationHintsAboveTheAddress)
{
    struct Row {
        uint64_t bits; ///< 63:60
        uint8_t read, write;
    };
    for (const Row& row : {Row{0x0, 0, 0}, Row{0x2, 2, 0}, Row{0x3, 3, 0}, Row{0x8, 0, 2},
                           Row{0xc, 0, 3}, Row{0xe, 2, 3}, Row{0x1, 0, 0}, Row{0x4, 0, 0}}) {
        const Stage2Type type = smmu::stage2_type(row.bits << 60 | 0x33c);
        EXPECT_EQ(type.allocation, (smmu::Allocation{row.read, row.write})) << row.bits;
    }
}

TEST(SmmuMemoryTypes, HintsAreStage2sIfItHasAny)
{
    struct Row {
        uint8_t stage1;
        smmu::Allocation stage2;
        uint8_t both;
    };
    for (const Row& row :
         {Row{0xff, {0, 0}, 0xff}, Row{0xff, {3, 0}, 0xdd}, Row{0xff, {0, 3}, 0xee},
          Row{0xcc, {2, 0}, 0xee}, Row{0xcc, {0, 2}, 0xdd}, Row{0xee, {3, 2}, 0xdd},
          Row{0x4c, {2, 2}, 0x4f}, Row{0x44, {2, 2}, 0x44}, Row{0x04, {2, 2}, 0x04},
          Row{0x77, {3, 0}, 0x55}, Row{0x77, {3, 3}, 0xcc}}) {
        EXPECT_EQ(smmu::combined({row.stage1, Non}, {0xff, Non, row.stage2}).memory, row.both)
            << std::hex << unsigned{row.stage1};
        EXPECT_EQ(smmu::combined({0xff, Non}, {0xbb, Non, {3, 3}}).memory, 0x88);
        EXPECT_EQ(smmu::combined({0xff, Non}, {0x44, Non, {2, 2}}).memory, 0x44);
    }
}

struct Pair {
    uint8_t stage1, stage2, both;
};

TEST(SmmuMemoryTypes, BothStagesGiveTheStricterType)
{
    for (const Pair& pair : {Pair{0xff, 0xff, 0xff}, Pair{0xff, 0x44, 0x44}, Pair{0x44, 0xff, 0x44},
                             Pair{0xff, 0xbb, 0xbb}, Pair{0xbb, 0xff, 0xbb}, Pair{0xee, 0xbb, 0xaa},
                             Pair{0xff, 0x04, 0x04}, Pair{0x0c, 0xff, 0x0c}, Pair{0x0c, 0x08, 0x08},
                             Pair{0x04, 0x08, 0x04}, Pair{0x00, 0x0c, 0x00}, Pair{0xf4, 0xff, 0xf4},
                             Pair{0xff, 0x4f, 0x4f},
                             // Being transient is a hint, and stage 1's.
                             Pair{0x77, 0xff, 0x77}, Pair{0x33, 0xff, 0x33}, Pair{0x33, 0xbb, 0x33},
                             Pair{0x33, 0x44, 0x44}, Pair{0x77, 0x44, 0x44}, Pair{0x77, 0xbb, 0x33},
                             Pair{0x5f, 0xbb, 0x1b}, Pair{0x77, 0xbf, 0x37}})
        EXPECT_EQ(smmu::combined({pair.stage1, Non}, {pair.stage2, Non}).memory, pair.both)
            << std::hex << unsigned{pair.stage1} << " " << unsigned{pair.stage2};
}

TEST(SmmuMemoryTypes, BothStagesGiveTheWiderShareability)
{
    EXPECT_EQ(smmu::combined({0xff, Non}, {0xff, Non}).sharing, Non);
    EXPECT_EQ(smmu::combined({0xff, Inner}, {0xff, Non}).sharing, Inner);
    EXPECT_EQ(smmu::combined({0xff, Non}, {0xff, Inner}).sharing, Inner);
    EXPECT_EQ(smmu::combined({0xff, Inner}, {0xff, Outer}).sharing, Outer);
    EXPECT_EQ(smmu::combined({0xff, Outer}, {0xff, Non}).sharing, Outer);
    EXPECT_EQ(smmu::combined({0x04, Non}, {0xff, Non}).sharing, Outer);
}

} // namespace
} // namespace smmu_pm::test
