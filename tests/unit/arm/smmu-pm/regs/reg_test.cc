// SPDX-License-Identifier: GPL-2.0-or-later
//
// A register's declaration: fields, masks, what a write does. Numbers are literals.
#include "regs/reg.hh"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace smmu_pm::regs {
namespace {

enum class Colour : uint8_t { Red = 0, Green = 1, Blue = 2 };

struct EXAMPLE
    : Reg<"EXAMPLE", at(0x10), 0x0000'0102, Effect::None, //
          Field<"ON", bit(0)>, Field<"READY", bit(1), Mode::RO>, Field<"GO", bit(2), Mode::WO>,
          Field<"ERROR", bit(3), Mode::W1C>, Field<"COLOUR", bits(5, 4), Mode::RW, Colour>,
          Res0<bits(7, 6)>, Field<"COUNT", bits(15, 8)>, Res0<bits(31, 16)>> {};

struct WIDE : Reg64<"WIDE", at(0x20), 0, Effect::None, Field<"ALL", bits(63, 0)>> {};

TEST(Reg, MasksFollowFromTheFields)
{
    EXPECT_EQ(EXAMPLE::rw_mask, 0x0000'ff31u);
    EXPECT_EQ(EXAMPLE::ro_mask, 0x0000'0002u);
    EXPECT_EQ(EXAMPLE::wo_mask, 0x0000'0004u);
    EXPECT_EQ(EXAMPLE::w1c_mask, 0x0000'0008u);
    EXPECT_EQ(EXAMPLE::res0_mask, 0xffff'00c0u);
    EXPECT_EQ(WIDE::rw_mask, 0xffff'ffff'ffff'ffffu);
}

TEST(Reg, AValueStartsAsTheResetValue)
{
    EXPECT_EQ(Value<EXAMPLE>().raw(), 0x102u);
    EXPECT_EQ(Value<EXAMPLE>().get<"COUNT">(), 1u);
    EXPECT_TRUE(Value<EXAMPLE>().get<"READY">());
}

TEST(Reg, GetTakesAFieldFromItsPlace)
{
    const Value<EXAMPLE> value(0xffff'abe1);
    EXPECT_TRUE(value.get<"ON">());
    EXPECT_FALSE(value.get<"READY">());
    EXPECT_EQ(value.get<"COLOUR">(), Colour::Blue);
    EXPECT_EQ(value.get<"COUNT">(), 0xabu);
}

TEST(Reg, WithReplacesOneFieldAndNoOther)
{
    const Value<EXAMPLE> value(0xffff'ffff);
    EXPECT_EQ(value.with<"COUNT">(0x12).raw(), 0xffff'12ffu);
    EXPECT_EQ(value.with<"ON">(false).raw(), 0xffff'fffeu);
    EXPECT_EQ(value.with<"COLOUR">(Colour::Green).raw(), 0xffff'ffdfu);
}

TEST(Reg, WithDropsBitsBeyondTheField)
{
    EXPECT_EQ(Value<EXAMPLE>(0).with<"COUNT">(0xfff12).raw(), 0x1200u);
}

TEST(Reg, AValueHasNoBitsBeyondItsWidth)
{
    EXPECT_EQ(Value<EXAMPLE>(0xffff'ffff'0000'0000).raw(), 0u);
}

TEST(Reg, AWriteChangesRwKeepsRoClearsW1cAndLeavesNothingElse)
{
    EXPECT_EQ(EXAMPLE::after_write(0x0000'000a, 0xffff'ffff), 0x0000'ff33u);
    EXPECT_EQ(EXAMPLE::after_write(0x0000'ff3b, 0x0000'0000), 0x0000'000au);
    EXPECT_EQ(EXAMPLE::after_write(0x0000'0008, 0x0000'0008), 0x0000'0000u);
    EXPECT_EQ(EXAMPLE::after_write(0x0000'0000, 0x0000'0008), 0x0000'0000u);
    EXPECT_EQ(EXAMPLE::after_write(0x0000'0000, 0x0000'0004), 0x0000'0000u);
}

TEST(Reg, FieldsAreVisitedInTheOrderOfTheDeclaration)
{
    std::vector<std::string> seen;
    EXAMPLE::each_field([&](std::string_view name, Bits place, Mode) {
        seen.push_back(std::string(name) + " " + std::to_string(place.high) + ":" +
                       std::to_string(place.low));
    });
    EXPECT_EQ(seen,
              (std::vector<std::string>{"ON 0:0", "READY 1:1", "GO 2:2", "ERROR 3:3", "COLOUR 5:4",
                                        "RES0 7:6", "COUNT 15:8", "RES0 31:16"}));
}

} // namespace
} // namespace smmu_pm::regs
