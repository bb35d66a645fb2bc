// SPDX-License-Identifier: GPL-2.0-or-later
//
// The table walk alone: a context, descriptors by their literal addresses, an input address. Arm
// ARM D5, 4 KiB granule.
#include "smmu/walk.hh"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace smmu_pm::test {
namespace {

using smmu::Context;
using smmu::FaultKind;
using smmu::WalkResult;

class Memory final : public smmu::DescriptorReader {
public:
    std::map<uint64_t, uint64_t> words;
    std::vector<uint64_t> read;
    uint64_t aborts_at = ~uint64_t{0};

    bool read_descriptor(uint64_t pa, uint64_t& descriptor) override
    {
        read.push_back(pa);
        descriptor = words.contains(pa) ? words[pa] : 0;
        return pa != aborts_at;
    }
};

constexpr uint64_t leaf = 0x741; // AF, inner shareable, AP[1], valid; page: | 2

/// 48-bit input addresses in the low half, 39-bit ones in the high half.
Context context()
{
    Context c;
    c.low = {.base = 0x1000, .tsz = 16};
    c.high = {.base = 0x9000, .tsz = 25};
    c.pa_bits = 44;
    return c;
}

/// IOVA 0x0000'8040'2010'0000-ish: index 1 at level 0, 1 at level 1, 1 at level 2, 1 at level 3.
constexpr uint64_t ones_everywhere = 0x0080'4020'1000;

Memory four_levels(uint64_t last)
{
    Memory memory;
    memory.words = {{0x1008, 0x2003}, {0x2008, 0x3003}, {0x3008, 0x4003}, {0x4008, last}};
    return memory;
}

TEST(SmmuWalk, FourLevelsLeadToAPage)
{
    Memory memory = four_levels(0xabc'd000 | leaf | 2);
    const WalkResult result = walk(context(), memory, ones_everywhere | 0xfff, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.pa, 0xabc'd000u);
    EXPECT_EQ(result.mapping.va, ones_everywhere);
    EXPECT_EQ(result.mapping.level, 3);
    EXPECT_EQ(result.mapping.mask(), 0xfffu);
    EXPECT_EQ(memory.read, (std::vector<uint64_t>{0x1008, 0x2008, 0x3008, 0x4008}));
}

TEST(SmmuWalk, ABlockAtLevel2IsTwoMegabytes)
{
    Memory memory;
    memory.words = {{0x1008, 0x2003}, {0x2008, 0x3003}, {0x3008, 0x0a40'0000 | leaf}};
    const WalkResult result = walk(context(), memory, ones_everywhere, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.pa, 0x0a40'0000u);
    EXPECT_EQ(result.mapping.va, 0x0080'4020'0000u);
    EXPECT_EQ(result.mapping.mask(), 0x1f'ffffu);
}

TEST(SmmuWalk, ABlockAtLevel1IsAGigabyte)
{
    Memory memory;
    memory.words = {{0x1008, 0x2003}, {0x2008, 0x1'4000'0000 | leaf}};
    const WalkResult result = walk(context(), memory, ones_everywhere, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.pa, 0x1'4000'0000u);
    EXPECT_EQ(result.mapping.va, 0x0080'4000'0000u);
    EXPECT_EQ(result.mapping.mask(), 0x3fff'ffffu);
}

TEST(SmmuWalk, AddressBitsBelowABlocksSizeAreIgnored)
{
    Memory memory;
    memory.words = {{0x1008, 0x2003}, {0x2008, 0x3003}, {0x3008, 0x0a5f'f000 | leaf}};
    EXPECT_EQ(walk(context(), memory, ones_everywhere, {}).mapping.pa, 0x0a40'0000u);
}

struct Faulting {
    const char* name;
    unsigned level;
    uint64_t descriptor;
    FaultKind kind;
};

class SmmuWalkFault : public testing::TestWithParam<Faulting> {};

TEST_P(SmmuWalkFault, IsFoundAtItsLevel)
{
    const Faulting& expected = GetParam();
    Memory memory = four_levels(0xabc'd000 | leaf | 2);
    memory.words[0x1008 + 0x1000 * uint64_t{expected.level}] = expected.descriptor;
    const WalkResult result = walk(context(), memory, ones_everywhere, {});
    EXPECT_FALSE(result.ok);
    EXPECT_EQ(result.fault.kind, expected.kind);
    EXPECT_EQ(result.fault.level, expected.level);
    EXPECT_FALSE(result.fault.during_walk);
    EXPECT_EQ(memory.read.size(), expected.level + 1u);
}

constexpr uint64_t too_high = uint64_t{1} << 44;

INSTANTIATE_TEST_SUITE_P(
    Descriptors, SmmuWalkFault,
    testing::Values(Faulting{"InvalidLevel0", 0, 0x2002, FaultKind::TF},
                    Faulting{"InvalidLevel1", 1, 0, FaultKind::TF},
                    Faulting{"InvalidLevel2", 2, 0xffff'ffff'ffff'fffe, FaultKind::TF},
                    Faulting{"InvalidLevel3", 3, 0xabc'd000, FaultKind::TF},
                    Faulting{"BlockLevel0", 0, 0x2000 | leaf, FaultKind::TF},
                    Faulting{"BlockLevel3", 3, 0xabc'd000 | leaf, FaultKind::TF},
                    Faulting{"TableTooHighLevel0", 0, too_high | 3, FaultKind::ASF},
                    Faulting{"TableTooHighLevel1", 1, too_high | 3, FaultKind::ASF},
                    Faulting{"TableTooHighLevel2", 2, too_high | 3, FaultKind::ASF},
                    Faulting{"BlockTooHighLevel1", 1, too_high | leaf, FaultKind::ASF},
                    Faulting{"BlockTooHighLevel2", 2, too_high | leaf, FaultKind::ASF},
                    Faulting{"PageTooHighLevel3", 3, too_high | leaf | 2, FaultKind::ASF},
                    Faulting{"PageTooHighWithoutAccessFlag", 3, too_high | 3, FaultKind::ASF},
                    Faulting{"NoAccessFlagLevel1", 1, leaf & ~0x400u, FaultKind::AFF},
                    Faulting{"NoAccessFlagLevel2", 2, leaf & ~0x400u, FaultKind::AFF},
                    Faulting{"NoAccessFlagLevel3", 3, (leaf & ~0x400u) | 2, FaultKind::AFF}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(SmmuWalk, AnExternalAbortIsOfTheLevelThatWasRead)
{
    for (unsigned level = 0; level <= 3; ++level) {
        Memory memory = four_levels(0xabc'd000 | leaf | 2);
        memory.aborts_at = 0x1008 + 0x1000 * uint64_t{level};
        const WalkResult result = walk(context(), memory, ones_everywhere, {});
        EXPECT_FALSE(result.ok);
        EXPECT_EQ(result.fault, (smmu::Fault{.kind = FaultKind::EF,
                                             .level = static_cast<uint8_t>(level),
                                             .during_walk = true}));
    }
}

struct Start {
    unsigned tsz;
    uint64_t va;
    uint64_t first_read;
    unsigned reads;
};

class SmmuWalkStart : public testing::TestWithParam<Start> {};

TEST_P(SmmuWalkStart, DependsOnTheSizeOfTheInput)
{
    Context c = context();
    c.low = {.base = 0x1000, .tsz = GetParam().tsz};
    Memory memory;
    for (const uint64_t table : {0x1000u, 0x2000u, 0x3000u, 0x4000u})
        for (uint64_t i = 0; i < 512; ++i)
            memory.words[table + 8 * i] = (table + 0x1000) | 0x703; // table, or in the end a page
    walk(c, memory, GetParam().va, {});
    EXPECT_EQ(memory.read.at(0), GetParam().first_read);
    EXPECT_EQ(memory.read.size(), GetParam().reads);
}

// Highest address of each size: the index at the start level is the highest one possible.
INSTANTIATE_TEST_SUITE_P(
    T0sz, SmmuWalkStart,
    testing::Values(Start{16, 0xffff'ffff'ffff, 0x1ff8, 4}, Start{24, 0xff'ffff'ffff, 0x1008, 4},
                    Start{25, 0x7f'ffff'ffff, 0x1ff8, 3}, Start{28, 0xf'ffff'ffff, 0x11f8, 3},
                    Start{33, 0x7fff'ffff, 0x1008, 3}, Start{34, 0x3fff'ffff, 0x1ff8, 2},
                    Start{39, 0x1ff'ffff, 0x1078, 2}));

TEST(SmmuWalk, AReservedSizeOfTheInputIsATranslationFaultOfLevel0)
{
    for (const unsigned tsz : {0u, 15u, 40u, 63u}) {
        Context c = context();
        c.low.tsz = tsz;
        Memory memory;
        EXPECT_EQ(walk(c, memory, 0, {}).fault, (smmu::Fault{.kind = FaultKind::TF}));
        EXPECT_TRUE(memory.read.empty());
    }
}

TEST(SmmuWalk, AnAddressBeyondT0szIsATranslationFaultOfLevel0)
{
    Context c = context();
    c.low.tsz = 32;
    Memory memory;
    EXPECT_EQ(walk(c, memory, 0x1'0000'0000, {}).fault, (smmu::Fault{.kind = FaultKind::TF}));
    EXPECT_TRUE(memory.read.empty());
}

TEST(SmmuWalk, TheHighHalfUsesTtbr1)
{
    Memory memory;
    memory.words = {{0x9000, 0x2003}, {0x2000, 0x3003}, {0x3008, 0xabc'd000 | leaf | 2}};
    const WalkResult result = walk(context(), memory, 0xffff'ff80'0000'1000, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.va, 0xffff'ff80'0000'1000u);
    EXPECT_EQ(result.mapping.pa, 0xabc'd000u);
    EXPECT_EQ(memory.read, (std::vector<uint64_t>{0x9000, 0x2000, 0x3008}));
}

TEST(SmmuWalk, AnAddressBelowT1szIsATranslationFaultOfLevel0)
{
    Memory memory;
    EXPECT_EQ(walk(context(), memory, 0xffff'ff7f'ffff'f000, {}).fault,
              (smmu::Fault{.kind = FaultKind::TF}));
    EXPECT_TRUE(memory.read.empty());
}

TEST(SmmuWalk, EpdStopsEachHalfByItself)
{
    Context c = context();
    c.low.disabled = true;
    Memory memory;
    EXPECT_EQ(walk(c, memory, 0x1000, {}).fault.kind, FaultKind::TF);
    EXPECT_TRUE(memory.read.empty());
    walk(c, memory, 0xffff'ff80'0000'0000, {});
    EXPECT_EQ(memory.read.size(), 1u);
    c.low.disabled = false;
    c.high.disabled = true;
    memory.read.clear();
    EXPECT_EQ(walk(c, memory, 0xffff'ff80'0000'0000, {}).fault.kind, FaultKind::TF);
    EXPECT_TRUE(memory.read.empty());
    walk(c, memory, 0x1000, {});
    EXPECT_EQ(memory.read.size(), 1u);
}

TEST(SmmuWalk, ATableBaseBeyondPasizeIsAnAddressSizeFaultOfLevel0)
{
    Context c = context();
    c.low.base = too_high;
    Memory memory;
    EXPECT_EQ(walk(c, memory, 0, {}).fault, (smmu::Fault{.kind = FaultKind::ASF}));
    EXPECT_TRUE(memory.read.empty());
}

TEST(SmmuWalk, TheTableBaseIsAlignedToItsOwnSize)
{
    Context c = context();
    c.low = {.base = 0x1ff8, .tsz = 16};
    Memory memory;
    walk(c, memory, 0, {});
    EXPECT_EQ(memory.read.at(0), 0x1000u);
    c.low = {.base = 0x1010, .tsz = 33}; // two entries: aligned to 16 bytes
    walk(c, memory, 0, {});
    EXPECT_EQ(memory.read.at(1), 0x1010u);
}

// ---- Attributes -------------------------------------------------------------------------------

TEST(SmmuWalk, ALeafSaysWhoMayDoWhat)
{
    Memory memory = four_levels(0xabc'd000 | 0x703); // AP = 00, global
    smmu::Mapping mapping = walk(context(), memory, ones_everywhere, {}).mapping;
    EXPECT_EQ(mapping.permissions.stage1, 0x3cu); // the kernel all, the user execution
    EXPECT_TRUE(mapping.global);

    memory = four_levels(0x0060'0000'0abc'd000 | 0xfc3); // UXN, PXN, nG, AP = 11
    mapping = walk(context(), memory, ones_everywhere, {}).mapping;
    EXPECT_EQ(mapping.permissions.stage1, 0x09u); // both may read
    EXPECT_FALSE(mapping.global);
}

struct TableAttribute {
    uint64_t bit;
    unsigned expected;
};

class SmmuTableAttribute : public testing::TestWithParam<TableAttribute> {};

TEST_P(SmmuTableAttribute, ReachesTheLeafFromEveryLevel)
{
    for (unsigned level = 0; level <= 2; ++level) {
        Memory memory = four_levels(0xabc'd000 | leaf | 2);
        memory.words[0x1008 + 0x1000 * uint64_t{level}] |= GetParam().bit;
        const WalkResult result = walk(context(), memory, ones_everywhere, {});
        ASSERT_TRUE(result.ok);
        EXPECT_EQ(result.mapping.permissions.stage1, GetParam().expected) << level;
        EXPECT_EQ(result.mapping.pa, 0xabc'd000u);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Bits, SmmuTableAttribute,
    testing::Values(TableAttribute{uint64_t{1} << 61, 0x3c}, // APTable[0]: not unprivileged
                    TableAttribute{uint64_t{1} << 62, 0x2d}, // APTable[1]: read-only
                    TableAttribute{uint64_t{1} << 60, 0x1b}, // UXNTable
                    TableAttribute{uint64_t{1} << 59, 0x1f}, // PXNTable
                    TableAttribute{uint64_t{1} << 63, 0x1f}, // NSTable
                    TableAttribute{uint64_t{0x1f} << 48 | uint64_t{0xf} << 55, 0x1f})); // ignored

TEST(SmmuWalk, UxnAndPxnOfLeavesAndTablesAreOfTheirOwnSide)
{
    struct Row {
        uint64_t table, leaf;
        unsigned expected;
    };
    // AP = 00: the kernel reads, writes and fetches, the user fetches.
    for (const Row& row : {Row{0, uint64_t{1} << 54, 0x38}, Row{0, uint64_t{1} << 53, 0x1c},
                           Row{uint64_t{1} << 60, 0, 0x38}, Row{uint64_t{1} << 59, 0, 0x1c}}) {
        Memory memory = four_levels(row.leaf | 0xabc'd703);
        memory.words[0x2008] |= row.table;
        EXPECT_EQ(walk(context(), memory, ones_everywhere, {}).mapping.permissions.stage1,
                  row.expected)
            << std::hex << row.table << " " << row.leaf;
    }
}

struct Allowed {
    unsigned ap; // AP[2:1]
    bool uxn, pxn, wxn;
    bool unprivileged_read, unprivileged_write, unprivileged_fetch;
    bool privileged_read, privileged_write, privileged_fetch;
};

class SmmuPermission : public testing::TestWithParam<Allowed> {};

TEST_P(SmmuPermission, IsAsTheArmArmHasIt)
{
    const Allowed& row = GetParam();
    const smmu::Permissions permissions =
        smmu::stage1_permissions({.unprivileged = (row.ap & 1) != 0,
                                  .read_only = (row.ap & 2) != 0,
                                  .uxn = row.uxn,
                                  .pxn = row.pxn},
                                 row.wxn);
    EXPECT_EQ(permitted(permissions, {}), row.unprivileged_read);
    EXPECT_EQ(permitted(permissions, {.write = true}), row.unprivileged_write);
    EXPECT_EQ(permitted(permissions, {.instruction = true}), row.unprivileged_fetch);
    EXPECT_EQ(permitted(permissions, {.privileged = true}), row.privileged_read);
    EXPECT_EQ(permitted(permissions, {.write = true, .privileged = true}), row.privileged_write);
    EXPECT_EQ(permitted(permissions, {.privileged = true, .instruction = true}),
              row.privileged_fetch);
}

// Arm ARM table D5-34 and the text on WXN under it.
INSTANTIATE_TEST_SUITE_P(
    ApUxnPxnWxn, SmmuPermission,
    testing::Values(Allowed{0, false, false, false, false, false, true, true, true, true},
                    Allowed{0, true, false, false, false, false, false, true, true, true},
                    Allowed{0, false, true, false, false, false, true, true, true, false},
                    Allowed{1, false, false, false, true, true, true, true, true, false},
                    Allowed{1, true, false, false, true, true, false, true, true, false},
                    Allowed{2, false, false, false, false, false, true, true, false, true},
                    Allowed{2, true, true, false, false, false, false, true, false, false},
                    Allowed{3, false, false, false, true, false, true, true, false, true},
                    Allowed{3, false, true, false, true, false, true, true, false, false},
                    Allowed{0, false, false, true, false, false, true, true, true, false},
                    Allowed{1, false, false, true, true, true, false, true, true, false},
                    Allowed{2, false, false, true, false, false, true, true, false, true},
                    Allowed{3, false, false, true, true, false, true, true, false, true}));

// ---- Without a table --------------------------------------------------------------------------

// Arm ARM D5.5, "The effects of disabling": Device-nGnRnE, which is Outer Shareable.
TEST(SmmuWalk, WithoutAStageAnAddressIsItsOwnAndADevice)
{
    Context c = context();
    c.stages = smmu::Stages::None;
    Memory memory;
    const WalkResult result = walk(c, memory, 0x1234'5678'9abc, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping, (smmu::Mapping{.va = 0x1234'5678'9000,
                                             .pa = 0x1234'5678'9000,
                                             .memory = 0x00,
                                             .sharing = smmu::Shareability::Outer}));
    EXPECT_EQ(walk_to_ipa(c, memory, 0x1234'5678'9abc).mapping, result.mapping);
    c.tag.regime = smmu::Regime::Secure;
    EXPECT_FALSE(walk(c, memory, 0x1234, {}).mapping.non_secure);
    EXPECT_TRUE(memory.read.empty());
}

TEST(SmmuWalk, WithoutAStage1AnAddressIsItsOwnIpa)
{
    Context c = context();
    c.stages = smmu::Stages::Two;
    Memory memory;
    const WalkResult result = walk_to_ipa(c, memory, 0x1234'5678);
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.pa, 0x1234'5000u);
    EXPECT_TRUE(memory.read.empty());
}

// ---- Input addresses --------------------------------------------------------------------------

struct Extended {
    unsigned sep;
    uint64_t iova;
    std::optional<uint64_t> va;
};

class SmmuInputAddressBySep : public testing::TestWithParam<Extended> {};

TEST_P(SmmuInputAddressBySep, IsExtendedFromTheBitThatSepNames)
{
    Context c = context();
    c.sep = GetParam().sep;
    EXPECT_EQ(input_address(c, GetParam().iova), GetParam().va);
}

INSTANTIATE_TEST_SUITE_P(Sep, SmmuInputAddressBySep,
                         testing::Values(Extended{0, 0x7fff'ffff, 0x7fff'ffff},
                                         Extended{0, 0x8000'0000, 0xffff'ffff'8000'0000},
                                         Extended{1, 0x8'0000'0000, 0xffff'fff8'0000'0000},
                                         Extended{2, 0x80'0000'0000, 0xffff'ff80'0000'0000},
                                         Extended{3, 0x200'0000'0000, 0xffff'fe00'0000'0000},
                                         Extended{4, 0x800'0000'0000, 0xffff'f800'0000'0000},
                                         Extended{5, 0x8000'0000'0000, 0xffff'8000'0000'0000},
                                         Extended{7, 0xffff'ffff'ffff, 0xffff'ffff'ffff},
                                         Extended{6, 0x1'0000'0000'1000, 0xffff'0000'0000'1000},
                                         Extended{5, 0x1'0000'0000'1000, std::nullopt},
                                         Extended{7, 0x1'0000'0000'1000, 0xffff'0000'0000'1000},
                                         Extended{7, 0xffff'0000'0000'1000, 0xffff'0000'0000'1000},
                                         Extended{7, 0x2'0000'0000'1000, std::nullopt},
                                         Extended{7, 0xdead'0000'0100'0000, std::nullopt},
                                         Extended{7, 0xfffe'0000'0000'1000, std::nullopt},
                                         Extended{0, 0x1'0000'0000, std::nullopt}));

TEST(SmmuInputAddress, IsExtendedWithZerosFromABusWithoutThatBit)
{
    Context c = context();
    c.bus_bits = 40;
    for (const unsigned sep : {3u, 4u, 5u, 6u, 7u}) {
        c.sep = sep;
        EXPECT_EQ(input_address(c, 0xff'ffff'f000), 0xff'ffff'f000u) << sep;
        EXPECT_EQ(input_address(c, 0x100'0000'0000), std::nullopt) << sep;
    }
    c.sep = 2;
    EXPECT_EQ(input_address(c, 0x7f'ffff'f000), 0x7f'ffff'f000u);
    EXPECT_EQ(input_address(c, 0xff'ffff'f000), 0xffff'ffff'ffff'f000u) << "bit 39 is the highest";
}

TEST(SmmuWalk, TbiDropsTheTopByteOfItsHalfOnly)
{
    Context c = context();
    c.low.top_byte_ignored = true;
    EXPECT_EQ(input_address(c, 0xab00'0000'0000'1000), 0x1000u);
    EXPECT_EQ(input_address(c, 0xab80'0000'0000'1000), std::nullopt);
    EXPECT_EQ(input_address(c, 0xabff'0000'0000'1000), std::nullopt);
    c.high.top_byte_ignored = true;
    EXPECT_EQ(input_address(c, 0xabff'0000'0000'1000), 0xffff'0000'0000'1000u);
    c.low.top_byte_ignored = false;
    EXPECT_EQ(input_address(c, 0xab00'0000'0000'1000), std::nullopt);
}

} // namespace
} // namespace smmu_pm::test
