// SPDX-License-Identifier: GPL-2.0-or-later
//
// The layouts of SMMU_CBn_PAR. The short one is the Arm ARM's 32-bit PAR, G8: SS in bit 1, Outer in
// 3:2, Inner in 6:4, SH in bit 7, NS in bit 9, NOS in bit 10; the long one has SH in 8:7 and the
// attributes in 63:56 and bit 11 set. IHI 0062D 16.5.14 adds to a fault the format of the tables in
// 9:8, PLVL in 33:32 and STAGE in bit 35.
#include "smmu/par.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using smmu::FaultKind;
using smmu::Format;
using smmu::Mapping;
using smmu::par_of;
using enum smmu::Shareability;

TEST(SmmuPar, OfAFaultIsFAndItsFlagWithFormatLevelAndStage)
{
    using enum Format;
    EXPECT_EQ(par_of({.kind = FaultKind::TF, .level = 1}, Short), 0x1'0000'0003u);
    EXPECT_EQ(par_of({.kind = FaultKind::AFF, .level = 2}, Long), 0x2'0000'0105u);
    EXPECT_EQ(par_of({.kind = FaultKind::PF, .level = 3}, Aarch64), 0x3'0000'0209u);
    EXPECT_EQ(par_of({.kind = FaultKind::EF, .level = 0}, Aarch64), 0x0'0000'0211u);
    EXPECT_EQ(par_of({.kind = FaultKind::ASF, .level = 0}, Aarch64), 0x0'0000'0281u);
    EXPECT_EQ(par_of({.kind = FaultKind::TF, .level = 3, .stage = 2}, Aarch64), 0xb'0000'0203u);
}

TEST(SmmuPar, OfWhatWasNotTranslatedIsAtotUcbfOrIcf)
{
    EXPECT_EQ(smmu::par_terminated(), 0x8000'0001u);
    EXPECT_EQ(smmu::par_unimplemented_bank(), 0x4000'0001u);
    EXPECT_EQ(smmu::par_invalid_context(), 0x2000'0001u);
}

TEST(SmmuPar, TheLongFormHasTheAddressOfThePageAndMairsEncoding)
{
    const Mapping page = {.pa = 0xab12'3456'7000, .memory = 0x4f, .sharing = Inner};
    EXPECT_EQ(par_of(page, 0xffff'8fff, Format::Aarch64, true), 0x4f00'ab12'3456'7b80u);
    EXPECT_EQ(par_of(page, 0xffff'8fff, Format::Long, true), 0x4f00'ab12'3456'7b80u);
    const Mapping block = {.pa = 0x4020'0000, .shift = 21, .memory = 0x00, .sharing = Outer};
    EXPECT_EQ(par_of(block, 0xffff'8fff, Format::Aarch64, true), 0x401f'8b00u + 0x20'0000u);
    const Mapping own = {.pa = 0x1000, .memory = 0xff, .sharing = Non};
    EXPECT_EQ(par_of(own, 0, Format::Long, true), 0xff00'0000'0000'1a00u);
}

TEST(SmmuPar, HasNsOfSecureBanksAlone)
{
    for (const bool non_secure : {false, true}) {
        const Mapping own = {.pa = 0x1000, .memory = 0xff, .non_secure = non_secure};
        const uint64_t ns = non_secure ? 0x200 : 0;
        EXPECT_EQ(par_of(own, 0, Format::Long, true), 0xff00'0000'0000'1800u | ns);
        EXPECT_EQ(par_of(own, 0, Format::Long, false), 0xff00'0000'0000'1800u);
        EXPECT_EQ(par_of(own, 0, Format::Short, true), 0x1054u | ns);
        EXPECT_EQ(par_of(own, 0, Format::Short, false), 0x1054u);
    }
}

TEST(SmmuPar, TheShortFormHasTheAddressOfAPageInBits31To12)
{
    const Mapping page = {.pa = 0x4567'8000, .memory = 0x44};
    EXPECT_EQ(par_of(page, 0xabc, Format::Short, true), 0x4567'8200u);
    const Mapping section = {.pa = 0x4560'0000, .shift = 20, .memory = 0x44};
    EXPECT_EQ(par_of(section, 0x123a'bcde, Format::Short, true), 0x456a'b200u);
    const Mapping large = {.pa = 0x4567'0000, .shift = 16, .memory = 0x44};
    EXPECT_EQ(par_of(large, 0x123a'bcde, Format::Short, true), 0x4567'b200u);
}

TEST(SmmuPar, TheShortFormOfASupersectionHasFortyBits)
{
    const Mapping supersection = {.pa = 0x76'4500'0000, .shift = 24, .memory = 0x44};
    EXPECT_EQ(par_of(supersection, 0x123a'bcde, Format::Short, true), 0x4576'0202u);
}

struct Type {
    uint8_t memory;
    unsigned inner, outer;
};

TEST(SmmuPar, TheShortFormCodesInnerAndOuterCacheability)
{
    for (const Type& type : {Type{0x00, 1, 0}, // Strongly-ordered
                             Type{0x04, 3, 0}, // Device
                             Type{0x44, 0, 0}, // Non-cacheable
                             Type{0xff, 5, 1}, // write-back, write-allocate
                             Type{0xdd, 5, 1}, // that does not allocate on reads
                             Type{0xaa, 6, 2}, // write-through
                             Type{0xbb, 6, 2}, // however it allocates
                             Type{0xee, 7, 3}, // write-back alone
                             Type{0x4f, 5, 0}, Type{0xf4, 0, 1}, Type{0xea, 6, 3}, Type{0xae, 7, 2},
                             Type{0x4e, 7, 0}, Type{0xe4, 0, 3}})
        EXPECT_EQ(par_of(Mapping{.memory = type.memory}, 0, Format::Short, true),
                  0x200u | type.inner << 4 | type.outer << 2)
            << std::hex << unsigned{type.memory};
}

TEST(SmmuPar, TheShortFormHasNosForWhatIsInnerShareableAlone)
{
    EXPECT_EQ(par_of(Mapping{.memory = 0x44, .sharing = Non}, 0, Format::Short, true), 0x200u);
    EXPECT_EQ(par_of(Mapping{.memory = 0x44, .sharing = Outer}, 0, Format::Short, true), 0x280u);
    EXPECT_EQ(par_of(Mapping{.memory = 0x44, .sharing = Inner}, 0, Format::Short, true), 0x680u);
}

} // namespace
} // namespace smmu_pm::test
