// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the override fields make of the attributes that a master sent: SMMU_S2CRn, IHI 0062D 2.5 and
// 10.6. Memory types are in MAIR's encoding, Arm ARM D7, MAIR_EL1.
#include "smmu/attributes.hh"

#include <gtest/gtest.h>

#include <array>

namespace smmu_pm::test {
namespace {

using smmu::Attributes;
using smmu::overridden;
using smmu::Overrides;
using enum smmu::Shareability;

TEST(SmmuAttributes, MemAttrHasSixteenValues)
{
    // 4, 8 and 12 are reserved, and are 0: IHI 0062D, table 2-4.
    const uint8_t expected[16] = {0x00, 0x04, 0x08, 0x0c, 0x00, 0x44, 0x4b, 0x4f,
                                  0x00, 0xb4, 0xbb, 0xbf, 0x00, 0xf4, 0xfb, 0xff};
    for (unsigned mem_attr = 0; mem_attr < 16; ++mem_attr)
        EXPECT_EQ(smmu::memory_of(mem_attr), expected[mem_attr]) << mem_attr;
}

struct Hint {
    uint8_t sent;
    unsigned racfg, wacfg, transientcfg;
    uint8_t expected;
};

void expect(std::initializer_list<Hint> hints)
{
    for (const Hint& hint : hints)
        EXPECT_EQ(overridden({.memory = hint.sent},
                             {.read_allocate = hint.racfg,
                              .write_allocate = hint.wacfg,
                              .transient = hint.transientcfg},
                             false, false)
                      .memory,
                  hint.expected)
            << std::hex << unsigned{hint.sent} << " RACFG " << hint.racfg << " WACFG " << hint.wacfg
            << " TRANSIENTCFG " << hint.transientcfg;
}

// The last two bits of each half are read and write allocation.
TEST(SmmuAttributes, RacfgChoosesReadAllocationAlone)
{
    expect({{0xcc, 2, 0, 0, 0xee},
            {0xdd, 2, 0, 0, 0xff},
            {0x88, 2, 0, 0, 0xaa},
            {0xff, 2, 0, 0, 0xff},
            {0xff, 3, 0, 0, 0xdd},
            {0xee, 3, 0, 0, 0xcc},
            {0xcc, 3, 0, 0, 0xcc},
            {0xce, 0, 0, 0, 0xce},
            {0xce, 1, 0, 0, 0xce}}); // reserved
}

TEST(SmmuAttributes, WacfgChoosesWriteAllocationAlone)
{
    expect({{0xcc, 0, 2, 0, 0xdd},
            {0xee, 0, 2, 0, 0xff},
            {0x88, 0, 2, 0, 0x99},
            {0xdd, 0, 2, 0, 0xdd},
            {0xff, 0, 3, 0, 0xee},
            {0xdd, 0, 3, 0, 0xcc},
            {0xcc, 0, 3, 0, 0xcc},
            {0xcd, 0, 1, 0, 0xcd},
            {0xcc, 2, 2, 0, 0xff},
            {0xff, 2, 3, 0, 0xee},
            {0xff, 3, 2, 0, 0xdd}});
}

// 0b00RW is Write-Through Transient and 0b01RW Write-Back Transient, if RW is not 0b00.
TEST(SmmuAttributes, TransientcfgChoosesTheTransientFormsAndBack)
{
    expect({{0xff, 0, 0, 3, 0x77},
            {0xee, 0, 0, 3, 0x66},
            {0xdd, 0, 0, 3, 0x55},
            {0xbb, 0, 0, 3, 0x33},
            {0x77, 0, 0, 3, 0x77},
            {0x77, 0, 0, 2, 0xff},
            {0x66, 0, 0, 2, 0xee},
            {0x33, 0, 0, 2, 0xbb},
            {0xff, 0, 0, 2, 0xff},
            {0x7f, 0, 0, 0, 0x7f},
            {0x7f, 0, 0, 1, 0x7f}});
}

TEST(SmmuAttributes, WhatAllocatesNothingIsNotTransient)
{
    expect({{0xcc, 0, 0, 3, 0xcc}, {0x88, 0, 0, 3, 0x88}, {0xff, 3, 3, 3, 0xcc}});
    // Without its hints a transient form is no other encoding: 0b0100 is Non-cacheable, 0 a device.
    expect({{0x77, 3, 3, 0, 0xcc}, {0x66, 3, 0, 3, 0xcc}, {0x33, 3, 3, 0, 0x88}});
}

TEST(SmmuAttributes, NonCacheableMemoryAndDevicesHaveNoHints)
{
    expect({{0x44, 2, 2, 2, 0x44},
            {0x44, 3, 3, 3, 0x44},
            {0x4c, 2, 2, 0, 0x4f},
            {0xc4, 2, 2, 0, 0xf4},
            {0x00, 2, 2, 2, 0x00},
            {0x0c, 2, 2, 2, 0x0c}});
}

TEST(SmmuAttributes, MtcfgLetsMemattrReplaceTheType)
{
    EXPECT_EQ(overridden({.memory = 0x77}, {.memory = 5, .type = true}, false, false).memory, 0x44);
    EXPECT_EQ(overridden({.memory = 0x77}, {.memory = 1, .type = true}, false, false).memory, 0x04);
    EXPECT_EQ(overridden({.memory = 0x77}, {.memory = 5}, false, false).memory, 0x77);
    EXPECT_EQ(overridden({.memory = 0x04},
                         {.memory = 0xf, .type = true, .read_allocate = 3, .write_allocate = 3},
                         false, false)
                  .memory,
              0xcc)
        << "hints are of the type that there is now";
}

// The pseudocode of IHI 0062D 2.4.2.
TEST(SmmuAttributes, MtcfgKeepsTheHintsOfWhatWasCacheableAndGivesNoneToWhatWasNot)
{
    struct Row {
        uint8_t sent;
        unsigned mem_attr, racfg;
        uint8_t expected;
    };
    for (const Row& row :
         {Row{0x77, 0xf, 0, 0x77}, Row{0x77, 0xa, 0, 0x33}, Row{0x37, 0xe, 0, 0x73},
          Row{0xee, 0xf, 0, 0xee}, Row{0xbd, 0xb, 0, 0xbd}, Row{0x99, 0xf, 0, 0xdd},
          Row{0x04, 0xf, 0, 0xcc}, Row{0x44, 0xa, 0, 0x88}, Row{0x4f, 0xf, 0, 0xcf},
          Row{0x04, 0xf, 2, 0xee}, Row{0x44, 0xa, 2, 0xaa}, Row{0xff, 0xd, 0, 0xf4},
          Row{0xff, 0x5, 2, 0x44}, Row{0xff, 0x1, 2, 0x04}, Row{0xf0, 0xf, 0, 0xfc}})
        EXPECT_EQ(overridden({.memory = row.sent},
                             {.memory = row.mem_attr, .type = true, .read_allocate = row.racfg},
                             false, false)
                      .memory,
                  row.expected)
            << std::hex << unsigned{row.sent} << " MemAttr " << row.mem_attr;
}

TEST(SmmuAttributes, ShcfgIsOuterInnerOrNonShareable)
{
    for (const auto sent : {Non, Outer, Inner}) {
        EXPECT_EQ(overridden({.sharing = sent}, {.sharing = 0}, false, false).sharing, sent);
        EXPECT_EQ(overridden({.sharing = sent}, {.sharing = 1}, false, false).sharing, Outer);
        EXPECT_EQ(overridden({.sharing = sent}, {.sharing = 2}, false, false).sharing, Inner);
        EXPECT_EQ(overridden({.sharing = sent}, {.sharing = 3}, false, false).sharing, Non);
    }
}

// IHI 0062D 2.4 and the pseudocode of 2.4.2.
TEST(SmmuAttributes, DevicesAndMemoryThatNoCacheKeepsAreOuterShareable)
{
    for (const uint8_t memory : std::array<uint8_t, 5>{0x00, 0x04, 0x08, 0x0c, 0x44})
        for (const unsigned shcfg : {0u, 1u, 2u, 3u})
            for (const auto sent : {Non, Outer, Inner})
                EXPECT_EQ(overridden({.memory = memory, .sharing = sent}, {.sharing = shcfg}, false,
                                     false)
                              .sharing,
                          Outer)
                    << unsigned{memory} << " SHCFG " << shcfg;
    // What MTCFG makes of it, too.
    for (const unsigned mem_attr : {0u, 1u, 2u, 3u, 4u, 5u, 8u, 12u})
        EXPECT_EQ(
            overridden({}, {.memory = mem_attr, .type = true, .sharing = 3}, false, false).sharing,
            Outer)
            << mem_attr;
    for (const unsigned mem_attr : {6u, 7u, 9u, 10u, 11u, 13u, 14u, 15u})
        EXPECT_EQ(
            overridden({}, {.memory = mem_attr, .type = true, .sharing = 3}, false, false).sharing,
            Non)
            << mem_attr << ": one of two caches may keep it";
}

// NSCFG, PRIVCFG and INSTCFG have one form: 2 clears, 3 sets, 0 keeps.
TEST(SmmuAttributes, TwoClearsAndThreeSets)
{
    struct Row {
        unsigned config;
        bool sent, expected;
    };
    for (const Row& row : {Row{0, false, false}, Row{0, true, true}, Row{2, false, false},
                           Row{2, true, false}, Row{3, false, true}, Row{3, true, true}}) {
        const Attributes sent = {
            .non_secure = row.sent, .privileged = row.sent, .instruction = row.sent};
        Attributes got = overridden(sent, {.security = row.config}, true, false);
        EXPECT_EQ(got.non_secure, row.expected) << "NSCFG " << row.config;
        EXPECT_EQ(got.privileged, row.sent);
        EXPECT_EQ(got.instruction, row.sent);
        got = overridden(sent, {.privilege = row.config}, true, false);
        EXPECT_EQ(got.privileged, row.expected) << "PRIVCFG " << row.config;
        EXPECT_EQ(got.non_secure, row.sent);
        got = overridden(sent, {.instruction = row.config}, true, false);
        EXPECT_EQ(got.instruction, row.expected) << "INSTCFG " << row.config;
        EXPECT_EQ(got.privileged, row.sent);
        got = overridden(sent, {.instruction = row.config}, true, true);
        EXPECT_FALSE(got.instruction) << "a write is never a fetch";
    }
}

// IHI 0062D, table 2-4.
TEST(SmmuAttributes, TheReservedOneIsNonSecureUnprivilegedAndInstruction)
{
    for (const bool sent : {false, true}) {
        const Attributes all = {.non_secure = sent, .privileged = sent, .instruction = sent};
        EXPECT_TRUE(overridden(all, {.security = 1}, true, false).non_secure);
        EXPECT_FALSE(overridden(all, {.privilege = 1}, true, false).privileged);
        EXPECT_TRUE(overridden(all, {.instruction = 1}, true, false).instruction);
        EXPECT_FALSE(overridden(all, {.instruction = 1}, true, true).instruction);
    }
}

TEST(SmmuAttributes, ANonSecureStreamIsNonSecureWhateverNscfgSays)
{
    for (const unsigned nscfg : {0u, 2u, 3u})
        for (const bool sent : {false, true})
            EXPECT_TRUE(
                overridden({.non_secure = sent}, {.security = nscfg}, false, false).non_secure);
}

} // namespace
} // namespace smmu_pm::test
