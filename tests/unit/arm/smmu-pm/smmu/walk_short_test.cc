// SPDX-License-Identifier: GPL-2.0-or-later
//
// AArch32 stage 1, short descriptors: Arm ARM G5.4.
#include "tables.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using smmu::Context;
using smmu::Fault;
using smmu::FaultKind;
using smmu::WalkResult;

Context context(unsigned n = 0)
{
    Context c;
    c.format = smmu::Format::Short;
    c.low = {.base = 0x10'0000, .tsz = n};
    c.high = {.base = 0x20'0000};
    c.pa_bits = 40;
    return c;
}

constexpr uint32_t full = 0xc00;     // AP[1:0] = 11 of a section
constexpr uint32_t page_full = 0x30; // and of a page

TEST(SmmuShort, ASectionIsAMegabyte)
{
    Memory memory;
    memory.put(0x10'0000 + 4 * 0x123, 0x4560'0000 | full | 2);
    const WalkResult result = walk(context(), memory, 0x123a'bcde, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.va, 0x1230'0000u);
    EXPECT_EQ(result.mapping.pa, 0x4560'0000u);
    EXPECT_EQ(result.mapping.shift, 20);
    EXPECT_EQ(result.mapping.level, 1);
    EXPECT_TRUE(result.mapping.global);
    EXPECT_EQ(result.mapping.permissions.stage1, 0x3fu);
    EXPECT_EQ(memory.read, std::vector<uint64_t>{0x10'0488});
}

TEST(SmmuShort, ASupersectionIs16MegabytesOf40Bits)
{
    Memory memory;
    // PA[31:24] = 45, PA[35:32] = 6 in bits 23:20, PA[39:36] = 7 in bits 8:5.
    memory.put(0x10'0000 + 4 * 0x123, 0x4560'0000 | 7 << 5 | 1 << 18 | full | 2);
    const WalkResult result = walk(context(), memory, 0x123a'bcde, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.va, 0x1200'0000u);
    EXPECT_EQ(result.mapping.pa, 0x76'4500'0000u);
    EXPECT_EQ(result.mapping.shift, 24);
    Context c = context();
    c.pa_bits = 36;
    EXPECT_EQ(walk(c, memory, 0x123a'bcde, {}).fault, (Fault{.kind = FaultKind::ASF, .level = 1}));
}

TEST(SmmuShort, SmallAndLargePagesAreOfLevel2)
{
    Memory memory;
    memory.put(0x10'0004, 0x30'0400 | 1);
    memory.put(0x30'0400 + 4 * 0x34, 0x4567'8000 | page_full | 2);
    WalkResult result = walk(context(), memory, 0x0013'4abc, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.pa, 0x4567'8000u);
    EXPECT_EQ(result.mapping.shift, 12);
    EXPECT_EQ(result.mapping.level, 2);
    memory.put(0x30'0400 + 4 * 0x34, 0x4567'8000 | page_full | 1);
    result = walk(context(), memory, 0x0013'4abc, {});
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(result.mapping.va, 0x0013'0000u);
    EXPECT_EQ(result.mapping.pa, 0x4567'0000u);
    EXPECT_EQ(result.mapping.shift, 16);
}

TEST(SmmuShort, ApStandsElsewhereInASectionThanInAPage)
{
    struct Row {
        uint32_t ap; ///< AP[2:0]
        bool privileged_read, privileged_write, read, write;
    };
    for (const Row& row : {Row{0, false, false, false, false}, Row{1, true, true, false, false},
                           Row{2, true, true, true, false}, Row{3, true, true, true, true},
                           Row{5, true, false, false, false}, Row{7, true, false, true, false}}) {
        const uint32_t low = row.ap & 3, high = row.ap >> 2;
        Memory memory;
        memory.put(0x10'0000, 0x4560'0000 | high << 15 | low << 10 | 2); // a section
        memory.put(0x10'0004, 0x30'0400 | 1);
        memory.put(0x30'0400, 0x4567'8000 | high << 9 | low << 4 | 2); // a small page
        for (const uint64_t va : {0x0ull, 0x10'0000ull}) {
            const WalkResult result = walk(context(), memory, va, {});
            ASSERT_TRUE(result.ok);
            const auto may = [&](bool write, bool privileged) {
                return permitted(result.mapping.permissions,
                                 {.write = write, .privileged = privileged});
            };
            EXPECT_EQ(may(false, true), row.privileged_read) << row.ap << " at " << va;
            EXPECT_EQ(may(true, true), row.privileged_write) << row.ap << " at " << va;
            EXPECT_EQ(may(false, false), row.read) << row.ap << " at " << va;
            EXPECT_EQ(may(true, false), row.write) << row.ap << " at " << va;
        }
    }
}

TEST(SmmuShort, InvalidDescriptorsAreFaultsOfTheirLevel)
{
    Memory memory;
    EXPECT_EQ(walk(context(), memory, 0, {}).fault, (Fault{.kind = FaultKind::TF, .level = 1}));
    memory.put(0x10'0000, 0x30'0000 | 1);
    EXPECT_EQ(walk(context(), memory, 0, {}).fault, (Fault{.kind = FaultKind::TF, .level = 2}));
    memory.put(0x30'0000, 0xffff'fffc);
    EXPECT_EQ(walk(context(), memory, 0, {}).fault, (Fault{.kind = FaultKind::TF, .level = 2}));
}

TEST(SmmuShort, AnExternalAbortIsOfTheLevelThatWasRead)
{
    Memory memory;
    memory.put(0x10'0000, 0x30'0000 | 1);
    memory.aborts_at = 0x10'0000;
    EXPECT_EQ(walk(context(), memory, 0, {}).fault,
              (Fault{.kind = FaultKind::EF, .level = 1, .during_walk = true}));
    memory.aborts_at = 0x30'0000;
    EXPECT_EQ(walk(context(), memory, 0, {}).fault,
              (Fault{.kind = FaultKind::EF, .level = 2, .during_walk = true}));
}

struct Split {
    unsigned n;
    uint64_t va;
    uint64_t base0; ///< of TTBR0
    uint64_t first_read;
};

class SmmuShortSplit : public testing::TestWithParam<Split> {};

TEST_P(SmmuShortSplit, IsByTheTopBitsThatNNames)
{
    Context c = context(GetParam().n);
    c.low.base = GetParam().base0;
    Memory memory;
    walk(c, memory, GetParam().va, {});
    EXPECT_EQ(memory.read, std::vector<uint64_t>{GetParam().first_read});
}

// Arm ARM table G5-3: N = 7 leaves TTBR0 32 MiB and a table of 128 bytes.
INSTANTIATE_TEST_SUITE_P(N, SmmuShortSplit,
                         testing::Values(Split{0, 0xfff0'0000, 0x10'0000, 0x10'3ff8},
                                         Split{0, 0xfff0'0000, 0x10'3fff, 0x10'3ff8},
                                         Split{1, 0x7ff0'0000, 0x10'2000, 0x10'3ff8},
                                         Split{1, 0x8000'0000, 0x10'2000, 0x20'2000},
                                         Split{7, 0x01f0'0000, 0x10'0080, 0x10'00f8},
                                         Split{7, 0x0200'0000, 0x10'0080, 0x20'0080},
                                         Split{7, 0xfff0'0000, 0x10'0080, 0x20'3ff8}));

TEST(SmmuShort, Pd0AndPd1StopEachTableByItself)
{
    Context c = context(1);
    c.low.disabled = true;
    Memory memory;
    EXPECT_EQ(walk(c, memory, 0, {}).fault, (Fault{.kind = FaultKind::TF, .level = 1}));
    EXPECT_TRUE(memory.read.empty());
    walk(c, memory, 0x8000'0000, {});
    EXPECT_EQ(memory.read.size(), 1u);
    c = context(1);
    c.high.disabled = true;
    EXPECT_EQ(walk(c, memory, 0x8000'0000, {}).fault, (Fault{.kind = FaultKind::TF, .level = 1}));
    EXPECT_EQ(memory.read.size(), 1u);
}

TEST(SmmuShort, WithoutNTtbr1IsNeverUsed)
{
    Context c = context();
    c.high.disabled = true;
    Memory memory;
    walk(c, memory, 0xffff'ffff, {});
    EXPECT_EQ(memory.read, std::vector<uint64_t>{0x10'3ff8});
}

TEST(SmmuShort, DomainsAreIgnored)
{
    Memory memory;
    memory.put(0x10'0000, 0x1e0 | full | 2); // domain 15
    EXPECT_TRUE(walk(context(), memory, 0, {}).ok);
}

TEST(SmmuShort, XnAndPxnOfEachKind)
{
    Memory memory;
    memory.put(0x10'0000, full | 2 | 1 << 4); // section, XN
    EXPECT_EQ(walk(context(), memory, 0, {}).mapping.permissions.stage1, 0x1bu);
    memory.put(0x10'0000, full | 3); // section, PXN
    EXPECT_EQ(walk(context(), memory, 0, {}).mapping.permissions.stage1, 0x1fu);
    memory.put(0x10'0000, 0x30'0000 | 1);
    memory.put(0x30'0000, page_full | 3); // small page, XN
    EXPECT_EQ(walk(context(), memory, 0, {}).mapping.permissions.stage1, 0x1bu);
    memory.put(0x30'0000, page_full | 1 | 1 << 15); // large page, XN
    EXPECT_EQ(walk(context(), memory, 0, {}).mapping.permissions.stage1, 0x1bu);
    memory.put(0x10'0000, 0x30'0000 | 5); // PXN of the table
    memory.put(0x30'0000, page_full | 2);
    EXPECT_EQ(walk(context(), memory, 0, {}).mapping.permissions.stage1, 0x1fu);
}

TEST(SmmuShort, NotGlobalIsBit17OfASectionAndBit11OfAPage)
{
    Memory memory;
    memory.put(0x10'0000, full | 2 | 1 << 17);
    EXPECT_FALSE(walk(context(), memory, 0, {}).mapping.global);
    memory.put(0x10'0000, 0x30'0000 | 1);
    memory.put(0x30'0000, page_full | 2 | 1 << 11);
    EXPECT_FALSE(walk(context(), memory, 0, {}).mapping.global);
    memory.put(0x30'0000, page_full | 2 | 1 << 10); // S
    EXPECT_TRUE(walk(context(), memory, 0, {}).mapping.global);
}

TEST(SmmuShort, TheTableOfTtbr1IsOfSixteenKilobytesWhateverN)
{
    Context c = context(3);
    c.high.base = 0x12'7fff;
    Memory memory;
    walk(c, memory, 0xfff0'0000, {});
    EXPECT_EQ(memory.read, std::vector<uint64_t>{0x12'7ff8});
}

// TEX is bits 14:12 of a section and a large page, 8:6 of a small page; S is bit 16 of a section
// and 10 of a page.
TEST(SmmuShort, TexAndSStandElsewhereInEachKind)
{
    Memory memory;
    memory.put(0x10'0000, full | 2);
    memory.put(0x10'0004, 0x30'0000 | 1);
    const auto type_of = [&](uint64_t va, uint64_t at, uint32_t descriptor) {
        memory.put(at, descriptor);
        return walk(context(), memory, va, {}).mapping;
    };
    using enum smmu::Shareability;
    for (const uint32_t s : {0u, 1u}) {
        const auto sharing = s != 0 ? Outer : Non;
        // TEX 101, C and B clear: write-back outside, Non-cacheable inside.
        for (const smmu::Mapping& mapping :
             {type_of(0, 0x10'0000, full | 2 | 5 << 12 | s << 16),
              type_of(0x10'0000, 0x30'0000, page_full | 2 | 5 << 6 | s << 10),
              type_of(0x10'0000, 0x30'0000, page_full | 1 | 5 << 12 | s << 10)}) {
            EXPECT_EQ(mapping.memory, 0xf4) << mapping.shift;
            EXPECT_EQ(mapping.sharing, sharing) << mapping.shift;
        }
    }
}

TEST(SmmuShort, TexIsNoPartOfAp)
{
    Memory memory;
    memory.put(0x10'0000, 2 | 7 << 12);
    EXPECT_EQ(walk(context(), memory, 0, {}).mapping.permissions.stage1, 0u);
    memory.put(0x10'0000, 0x30'0000 | 1);
    memory.put(0x30'0000, 2 | 7 << 6);
    EXPECT_EQ(walk(context(), memory, 0, {}).mapping.permissions.stage1, 0u);
}

TEST(SmmuShort, NsIsBit19OfASectionAndBit3OfATable)
{
    Context c = context();
    c.tag.regime = smmu::Regime::Secure;
    Memory memory;
    memory.put(0x10'0000, full | 2 | 0xfff0'0000);
    EXPECT_FALSE(walk(c, memory, 0, {}).mapping.non_secure);
    memory.put(0x10'0000, full | 2 | 1 << 19);
    EXPECT_TRUE(walk(c, memory, 0, {}).mapping.non_secure);
    memory.put(0x30'0000, 0xffff'ffff);
    memory.put(0x10'0000, 0x30'0000 | 1);
    EXPECT_FALSE(walk(c, memory, 0, {}).mapping.non_secure);
    memory.put(0x10'0000, 0x30'0000 | 1 | 1 << 3);
    EXPECT_TRUE(walk(c, memory, 0, {}).mapping.non_secure);
}

TEST(SmmuShort, WithAfeTheLowestBitOfApIsTheAccessFlag)
{
    Context c = context();
    c.afe = true;
    Memory memory;
    memory.put(0x10'0000, 1 << 11 | 2); // AP = 010
    EXPECT_EQ(walk(c, memory, 0, {}).fault, (Fault{.kind = FaultKind::AFF, .level = 1}));
    c.af_fault = false;
    const WalkResult result = walk(c, memory, 0, {});
    ASSERT_TRUE(result.ok);
    EXPECT_FALSE(result.cacheable);
    EXPECT_EQ(result.mapping.permissions.stage1, 0x3fu); // AP[2:1] = 01: both
    memory.put(0x10'0000, 1 << 10 | 2);                  // AP = 001
    c.af_fault = true;
    EXPECT_EQ(walk(c, memory, 0, {}).mapping.permissions.stage1, 0x38u); // 00: the kernel
}

TEST(SmmuShort, ABigEndianDescriptorIsOf4Bytes)
{
    Context c = context();
    c.big_endian = true;
    Memory memory;
    memory.put(0x10'0004, 0x020c'6045); // 0x45600c02
    EXPECT_EQ(walk(c, memory, 0x10'0000, {}).mapping.pa, 0x4560'0000u);
}

} // namespace
} // namespace smmu_pm::test
