// SPDX-License-Identifier: GPL-2.0-or-later
//
// Both stages: what stage 1 reads and what it gives go through stage 2.
#include "tables.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using smmu::Context;
using smmu::Fault;
using smmu::FaultKind;
using smmu::Mapping;
using smmu::Request;
using smmu::WalkResult;

/// Stage 1 has two levels (30 bits) with its tables at IPA 0x4000'1000 and 0x4000'2000; stage 2 has
/// 2 MiB blocks and one 4 KiB table: IPA 0x4000'0000 is at 0x8000'0000.
class SmmuNested : public testing::Test {
protected:
    SmmuNested()
    {
        context.stages = smmu::Stages::Nested;
        context.low = {.base = 0x4000'1000, .tsz = 34};
        context.pa_bits = 48;
        context.stage2 = {.base = 0x10'0000, .input_bits = 32, .sl0 = 1, .pa_bits = 48};
        context.stage2_bank = 5;
        memory.words = {
            {0x10'0008, 0x20'0003},             // stage 2: the second GiB
            {0x20'0000, 0x8000'0000 | 0x4fd},   // 0x4000'0000: 2 MiB, read and write
            {0x20'0008, 0x30'0003},             // 0x4020'0000: pages
            {0x30'0028, 0x9abc'd000 | 0x4ff},   // 0x4020'5000
            {0x8000'1000, 0x4000'2003},         // stage 1: level 2
            {0x8000'1008, 0x4020'0000 | 0x741}, // va 0x20'0000: a block of 2 MiB
            {0x8000'2018, 0x4000'7000 | 0x743}, // va 0x3000
            {0x8000'2020, 0x4020'5000 | 0x743}, // va 0x4000
            {0x8000'2028, 0x4020'6000 | 0x743}, // va 0x5000: stage 2 has no such page
            {0x8000'2030, 0x4000'8000 | 0x7c3}, // va 0x6000: read-only
        };
    }

    Memory memory;
    Context context;
};

TEST_F(SmmuNested, EveryTableIsReadThroughStage2)
{
    const WalkResult result = walk(context, memory, 0x3abc, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(memory.read, (std::vector<uint64_t>{0x10'0008, 0x20'0000, 0x8000'1000, 0x10'0008,
                                                  0x20'0000, 0x8000'2018, 0x10'0008, 0x20'0000}));
    EXPECT_EQ(result.mapping.va, 0x3000u);
    EXPECT_EQ(result.mapping.ipa, 0x4000'7000u);
    EXPECT_EQ(result.mapping.pa, 0x8000'7000u);
    EXPECT_EQ(result.mapping.shift, 12) << "the smaller of a page and a block";
    EXPECT_EQ(result.mapping.level, 3);
    EXPECT_EQ(result.mapping.stage2_level, 2);
    EXPECT_EQ(result.mapping.permissions, (smmu::Permissions{.stage1 = 0x1f, .stage2 = 7}));
}

TEST_F(SmmuNested, ABlockOfStage1OverPagesOfStage2IsAPage)
{
    const WalkResult result = walk(context, memory, 0x20'5abc, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.va, 0x20'5000u);
    EXPECT_EQ(result.mapping.ipa, 0x4020'5000u);
    EXPECT_EQ(result.mapping.pa, 0x9abc'd000u);
    EXPECT_EQ(result.mapping.shift, 12);
    EXPECT_EQ(result.mapping.level, 2);
    EXPECT_EQ(result.mapping.stage2_level, 3);
}

TEST_F(SmmuNested, AFaultOfStage2OnTheOutputNamesTheIpa)
{
    EXPECT_EQ(walk(context, memory, 0x5abc, {}).fault,
              (Fault{.kind = FaultKind::TF, .level = 3, .stage = 2, .ipa = 0x4020'6abc}));
}

TEST_F(SmmuNested, AFaultOfStage2OnATableNamesTheDescriptor)
{
    memory.words[0x20'0000] = 0;
    EXPECT_EQ(
        walk(context, memory, 0x3abc, {}).fault,
        (Fault{
            .kind = FaultKind::TF, .level = 2, .stage = 2, .s1_walk = true, .ipa = 0x4000'1000}));
}

TEST_F(SmmuNested, ATableThatStage2DoesNotLetReadIsAPermissionFault)
{
    memory.words[0x20'0000] = 0x8000'0000 | 0x4bd; // write alone
    EXPECT_EQ(
        walk(context, memory, 0x3abc, {}).fault,
        (Fault{
            .kind = FaultKind::PF, .level = 2, .stage = 2, .s1_walk = true, .ipa = 0x4000'1000}));
}

TEST_F(SmmuNested, PtwKeepsTheWalkAwayFromDeviceMemory)
{
    memory.words[0x20'0000] = 0x8000'0000 | 0x4c5; // MemAttr 0001: Device-nGnRE
    EXPECT_TRUE(walk(context, memory, 0x3abc, {}).ok);
    context.stage2.protected_walk = true;
    const Fault fault = walk(context, memory, 0x3abc, {}).fault;
    EXPECT_EQ(fault.kind, FaultKind::PF);
    EXPECT_TRUE(fault.s1_walk);
    memory.words[0x20'0000] = 0x8000'0000 | 0x4fd;
    EXPECT_TRUE(walk(context, memory, 0x3abc, {}).ok);
}

TEST_F(SmmuNested, AnExternalAbortIsStage2sWhoseverDescriptorItWas)
{
    memory.aborts_at = 0x8000'2018;
    EXPECT_EQ(walk(context, memory, 0x3abc, {}).fault, (Fault{.kind = FaultKind::EF,
                                                              .level = 3,
                                                              .during_walk = true,
                                                              .stage = 2,
                                                              .s1_walk = true,
                                                              .ipa = 0x4000'2018}));
    memory.aborts_at = 0x10'0008;
    EXPECT_EQ(walk(context, memory, 0x3abc, {}).fault, (Fault{.kind = FaultKind::EF,
                                                              .level = 1,
                                                              .during_walk = true,
                                                              .stage = 2,
                                                              .s1_walk = true,
                                                              .ipa = 0x4000'1000}));
}

TEST_F(SmmuNested, Stage1sPermissionsComeBeforeStage2)
{
    memory.words[0x8000'2030] = 0x4020'6000 | 0x7c3; // read-only, and nothing in stage 2
    EXPECT_EQ(walk(context, memory, 0x6000, {.write = true}).fault,
              (Fault{.kind = FaultKind::PF, .level = 3}));
    EXPECT_EQ(walk(context, memory, 0x6000, {}).fault.stage, 2);
}

TEST_F(SmmuNested, ADeniedRequestIsOfTheStageThatDeniesIt)
{
    memory.words[0x30'0028] = 0x9abc'd000 | 0x47f; // stage 2: read alone
    const Mapping mapping = walk(context, memory, 0x4abc, {}).mapping;
    EXPECT_EQ(denied(mapping, 0x4abc, {}), std::nullopt);
    EXPECT_EQ(denied(mapping, 0x4abc, {.write = true}),
              (Fault{.kind = FaultKind::PF, .level = 3, .stage = 2, .ipa = 0x4020'5abc}));
    const Mapping read_only = walk(context, memory, 0x6000, {}).mapping;
    EXPECT_EQ(denied(read_only, 0x6000, {.write = true}),
              (Fault{.kind = FaultKind::PF, .level = 3}));
}

TEST_F(SmmuNested, ALeafWithoutAccessFlagInEitherStageIsNotKept)
{
    context.stage2.af_fault = false;
    EXPECT_TRUE(walk(context, memory, 0x3abc, {}).cacheable);
    memory.words[0x20'0000] &= ~uint64_t{0x400};
    EXPECT_FALSE(walk(context, memory, 0x3abc, {}).cacheable);
}

TEST_F(SmmuNested, AttributesAreTheStricterOfBoth)
{
    context.mair = 0xff;                             // index 0: write-back
    memory.words[0x8000'2018] = 0x4000'7000 | 0x743; // inner shareable
    memory.words[0x20'0000] = 0x8000'0000 | 0x4d5;   // MemAttr 0101: Non-cacheable
    const Mapping mapping = walk(context, memory, 0x3abc, {}).mapping;
    EXPECT_EQ(mapping.memory, 0x44);
    EXPECT_EQ(mapping.sharing, smmu::Shareability::Outer);
}

TEST_F(SmmuNested, HintsOfALeafOfStage2ReplaceStage1s)
{
    context.mair = 0xee;                                                   // no write-allocate
    memory.words[0x20'0000] = 0xb000'0000'0000'0000 | 0x8000'0000 | 0x4fd; // WACFG 2, RACFG 3
    const Mapping mapping = walk(context, memory, 0x3abc, {}).mapping;
    EXPECT_EQ(mapping.memory, 0xdd);
    EXPECT_EQ(mapping.allocation, smmu::Allocation{}) << "nothing more to replace";
    memory.words[0x20'0000] = 0x5000'0000'0000'0000 | 0x8000'0000 | 0x4fd; // both reserved
    EXPECT_EQ(walk(context, memory, 0x3abc, {}).mapping.memory, 0xee);
    memory.words[0x10'0008] |= 0xa000'0000'0000'0000; // a table's are of no meaning
    EXPECT_EQ(walk(context, memory, 0x3abc, {}).mapping.memory, 0xee);
}

class Cache final : public smmu::Stage2Cache {
public:
    std::vector<Mapping> entries;
    std::vector<uint64_t> asked;

    const Mapping* find(uint64_t ipa) override
    {
        asked.push_back(ipa);
        for (const Mapping& entry : entries)
            if ((ipa & ~entry.mask()) == entry.va)
                return &entry;
        return nullptr;
    }
    void insert(const Mapping& mapping) override { entries.push_back(mapping); }
};

TEST_F(SmmuNested, TranslationsOfStage2AreFoundAgain)
{
    Cache cache;
    const WalkResult first = walk(context, memory, 0x3abc, {}, &cache);
    ASSERT_TRUE(first.ok);
    EXPECT_EQ(cache.asked, (std::vector<uint64_t>{0x4000'1000, 0x4000'2018, 0x4000'7abc}));
    EXPECT_EQ(cache.entries.size(), 1u);
    EXPECT_EQ(memory.read, (std::vector<uint64_t>{0x10'0008, 0x20'0000, 0x8000'1000, 0x8000'2018}));
    memory.words.erase(0x10'0008); // a stale entry is used as any other
    EXPECT_EQ(walk(context, memory, 0x3abc, {}, &cache).mapping, first.mapping);
}

TEST_F(SmmuNested, ReadsAreBoundedWhateverTheTables)
{
    // Every descriptor is a table, down to a page: four levels in each stage.
    class Endless final : public smmu::DescriptorReader {
    public:
        unsigned reads = 0;
        bool read_descriptor(uint64_t, uint64_t& descriptor) override
        {
            ++reads;
            descriptor = 0x1000 | 0x7ff;
            return true;
        }
    } endless;
    context.low.tsz = 16;
    context.stage2.input_bits = 48;
    context.stage2.sl0 = 2;
    EXPECT_TRUE(walk(context, endless, 0, {}).ok);
    EXPECT_EQ(endless.reads, 24u);
}

} // namespace
} // namespace smmu_pm::test
