// SPDX-License-Identifier: GPL-2.0-or-later
//
// A register file: finding by offset, halves and wholes, effects, names, save and restore.
#include "regs/file.hh"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace smmu_pm::regs {
namespace {

struct CONTROL : Reg<"CONTROL", at(0x00), 0x1, Effect::OnWrite, Field<"ON", bit(0)>,
                     Field<"GO", bit(1), Mode::WO>, Res0<bits(31, 2)>> {};
struct STATUS : Reg<"STATUS", at(0x04), 0, Effect::None, Field<"DONE", bit(0), Mode::W1C>,
                    Res0<bits(31, 1)>> {};
struct COUNTER : Reg<"COUNTER", at(0x08), 0, Effect::OnRead, Field<"N", bits(31, 0), Mode::RO>> {};
struct SLOTn : Reg<"SLOTn", at(0x100, 3), 0, Effect::OnWrite, Field<"V", bits(31, 0)>> {};
struct PAGEn_BASE : Reg64<"PAGEn_BASE", at(0x1010, 2, 0x1000), 0, Effect::OnWrite,
                          Field<"A", bits(59, 0)>, Field<"F", bits(63, 60), Mode::W1C>> {};
struct KICK : Reg64<"KICK", at(0x30), 0, Effect::OnWrite, Field<"A", bits(63, 0), Mode::WO>> {};

using Example = File<CONTROL, STATUS, COUNTER, SLOTn, PAGEn_BASE, KICK>;

struct Device {
    Example file{};
    std::vector<std::string> heard{};

    void wrote(CONTROL, unsigned, Value<CONTROL> before, Value<CONTROL> written)
    {
        heard.push_back("CONTROL " + std::to_string(before.raw()) + " " +
                        std::to_string(written.raw()));
    }
    void wrote(SLOTn, unsigned index, Value<SLOTn>, Value<SLOTn> written)
    {
        heard.push_back("SLOT " + std::to_string(index) + " " + std::to_string(written.raw()));
    }
    void wrote(PAGEn_BASE, unsigned index, Value<PAGEn_BASE>, Value<PAGEn_BASE> written)
    {
        heard.push_back("BASE " + std::to_string(index) + " " + std::to_string(written.raw()));
    }
    void wrote(KICK, unsigned, Value<KICK>, Value<KICK> written)
    {
        heard.push_back("KICK " + std::to_string(written.raw()));
    }
    Value<COUNTER> reading(COUNTER, unsigned, Value<COUNTER>) { return Value<COUNTER>(0x1234); }

    uint64_t read(uint64_t offset, unsigned size = 4) { return file.read(offset, size, *this); }
    void write(uint64_t offset, uint64_t value, unsigned size = 4)
    {
        file.write(offset, size, value, *this);
    }
};

TEST(File, StartsWithTheResetValues)
{
    Device device;
    EXPECT_EQ(device.read(0x00), 1u);
    EXPECT_EQ(device.read(0x108), 0u);
}

TEST(File, AppliesTheAccessRulesAndThenTells)
{
    Device device;
    device.write(0x00, 0xffff'fffe);
    EXPECT_EQ(device.read(0x00), 0u);
    EXPECT_EQ(device.heard, (std::vector<std::string>{"CONTROL 1 4294967294"}));
}

TEST(File, FindsEachInstanceOfAnArray)
{
    Device device;
    device.write(0x108, 7);
    EXPECT_EQ(device.read(0x100), 0u);
    EXPECT_EQ(device.read(0x108), 7u);
    EXPECT_EQ(device.heard, (std::vector<std::string>{"SLOT 2 7"}));
    EXPECT_EQ(device.file.get<SLOTn>(2).raw(), 7u);
}

TEST(File, WhatIsNotDeclaredReadsZeroAndTakesNothing)
{
    Device device;
    for (const uint64_t offset : {0x0cu, 0x10cu, 0x1008u, 0x3010u, 0xffff'fff0u}) {
        device.write(offset, 0xffff'ffff);
        EXPECT_EQ(device.read(offset), 0u);
    }
    EXPECT_TRUE(device.heard.empty());
    EXPECT_EQ(device.file, Example());
}

TEST(File, AnEffectOnReadGivesTheValue)
{
    Device device;
    EXPECT_EQ(device.read(0x08), 0x1234u);
}

TEST(File, A64BitRegisterIsWrittenWholeOrInHalves)
{
    Device device;
    device.write(0x1010, 0x0123'4567'89ab'cdef, 8);
    EXPECT_EQ(device.read(0x1010, 8), 0x0123'4567'89ab'cdef);
    EXPECT_EQ(device.read(0x1010), 0x89ab'cdefu);
    EXPECT_EQ(device.read(0x1014), 0x0123'4567u);
    device.write(0x1014, 0);
    EXPECT_EQ(device.read(0x1010, 8), 0x89ab'cdefu);
    EXPECT_EQ(device.heard.size(), 2u);
    EXPECT_EQ(device.heard[1], "BASE 0 2309737967");
    device.write(0x2010, 5, 8);
    EXPECT_EQ(device.heard[2], "BASE 1 5");
}

TEST(File, WritingOneHalfDoesNotClearFlagsOfTheOther)
{
    Device device;
    device.file.put(Value<PAGEn_BASE>(0xf000'0000'0000'0001));
    device.write(0x1010, 2);
    EXPECT_EQ(device.read(0x1010, 8), 0xf000'0000'0000'0002);
    device.write(0x1014, 0x3000'0000);
    EXPECT_EQ(device.read(0x1010, 8), 0xc000'0000'0000'0002);
}

TEST(File, AWriteOnlyRegisterIsHeardAndReadsZero)
{
    Device device;
    device.write(0x30, 42, 8);
    EXPECT_EQ(device.heard, (std::vector<std::string>{"KICK 42"}));
    EXPECT_EQ(device.read(0x30, 8), 0u);
}

TEST(File, AWideAccessToNarrowRegistersIsTwoOfThem)
{
    Device device;
    device.write(0x100, 0x0000'0002'0000'0001, 8);
    EXPECT_EQ(device.heard, (std::vector<std::string>{"SLOT 0 1", "SLOT 1 2"}));
    EXPECT_EQ(device.read(0x100, 8), 0x0000'0002'0000'0001);
    EXPECT_EQ(device.read(0x08, 8), 0x1234u);
}

TEST(File, NamesHaveTheIndexWhereTheManualHasN)
{
    EXPECT_EQ(Example::name_at(0x00).view(), "CONTROL");
    EXPECT_EQ(Example::name_at(0x108).view(), "SLOT2");
    EXPECT_EQ(Example::name_at(0x2014).view(), "PAGE1_BASE");
    EXPECT_EQ(Example::name_at(0x0c).view(), "");
    EXPECT_EQ(Example::name_at(0xffff'ffff'ffff).view(), "");
    EXPECT_EQ(InstanceName("SLOTn", 1234567890, true).view(), "SLOT1234567890");
    EXPECT_EQ(InstanceName("CONTROLn", 1, false).view(), "CONTROLn");
}

TEST(File, ALongNameIsCutAndNeverOverflows)
{
    const std::string name(100, 'x');
    EXPECT_EQ(InstanceName(name, 0, false).view(), std::string(48, 'x'));
}

TEST(File, StoresOnlyWhatDiffersFromReset)
{
    Device device;
    device.write(0x00, 1);
    device.write(0x104, 9);
    device.write(0x1010, 7, 8);
    std::vector<std::pair<uint32_t, uint64_t>> stored;
    device.file.each_stored(
        [&](uint32_t offset, uint64_t value) { stored.emplace_back(offset, value); });
    EXPECT_EQ(stored, (std::vector<std::pair<uint32_t, uint64_t>>{{0x104, 9}, {0x1010, 7}}));
}

TEST(File, RestoreTakesWhatItStoredAndRefusesWhatNoRegisterHolds)
{
    Example file;
    EXPECT_TRUE(file.restore(0x104, 9));
    EXPECT_TRUE(file.restore(0x1010, 7));
    EXPECT_TRUE(file.restore(0x04, 1)) << "a flag that software may clear";
    EXPECT_EQ(file.get<SLOTn>(1).raw(), 9u);
    EXPECT_FALSE(file.restore(0x0c, 1)) << "no register";
    EXPECT_FALSE(file.restore(0x00, 2)) << "write-only";
    EXPECT_FALSE(file.restore(0x04, 2)) << "reserved";
    EXPECT_FALSE(file.restore(0x104, 0x1'0000'0000)) << "wider than the register";
    EXPECT_FALSE(file.restore(0x1014, 1)) << "the upper half";
    EXPECT_FALSE(file.restore(0x102, 1)) << "not aligned";
    EXPECT_FALSE(file.restore(0xffff'fffc, 1)) << "beyond the end";
}

TEST(File, AnIndexBeyondTheArrayIsItsLastInstance)
{
    Example file;
    file.put(Value<SLOTn>(5), 77);
    EXPECT_EQ(file.get<SLOTn>(2).raw(), 5u);
}

} // namespace
} // namespace smmu_pm::regs
