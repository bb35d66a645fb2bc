// SPDX-License-Identifier: GPL-2.0-or-later
#include "pm4.hh"

#include <gtest/gtest.h>

namespace smmu_pm::gpu::pm4 {
namespace {

Header operation(uint32_t opcode, uint32_t count)
{
    return {Kind::Operation, opcode, count};
}
Header registers(uint32_t first, uint32_t count)
{
    return {Kind::RegisterWrite, first, count};
}

TEST(Pm4, HeadersThatLinuxSendsAreDecoded)
{
    EXPECT_EQ(decode(0x70c8'0008), operation(0x48, 8)); // CP_ME_INIT
    EXPECT_EQ(decode(0x70e9'0001), operation(0x69, 1)); // CP_PREEMPT_ENABLE_GLOBAL
    EXPECT_EQ(decode(0x70df'0001), operation(0x5f, 1)); // CP_SET_PROTECTED_MODE
    EXPECT_EQ(decode(0x70ea'0001), operation(0x6a, 1)); // CP_PREEMPT_ENABLE_LOCAL
    EXPECT_EQ(decode(0x701c'0001), operation(0x1c, 1)); // CP_YIELD_ENABLE
    EXPECT_EQ(decode(0x70bf'8003), operation(0x3f, 3)); // CP_INDIRECT_BUFFER_PFE
    EXPECT_EQ(decode(0x70ec'8005), operation(0x6c, 5)); // CP_SET_RENDER_MODE
    EXPECT_EQ(decode(0x7046'0004), operation(0x46, 4)); // CP_EVENT_WRITE
    EXPECT_EQ(decode(0x706b'0004), operation(0x6b, 4)); // CP_CONTEXT_SWITCH_YIELD
    EXPECT_EQ(decode(0x70e6'0001), operation(0x66, 1)); // CP_SET_SECURE_MODE
}

TEST(Pm4, HeadersThatUserSpaceSendsAreDecoded)
{
    EXPECT_EQ(decode(0x703d'8003), operation(0x3d, 3)); // CP_MEM_WRITE of one dword
    EXPECT_EQ(decode(0x703d'0004), operation(0x3d, 4)); // … of two
    EXPECT_EQ(decode(0x7010'0001), operation(0x10, 1)); // CP_NOP
    EXPECT_EQ(decode(0x7026'8000), operation(0x26, 0)); // CP_WAIT_FOR_IDLE
    EXPECT_EQ(decode(0x7092'8000), operation(0x12, 0)); // CP_WAIT_MEM_WRITES
    EXPECT_EQ(decode(0x70bc'8006), operation(0x3c, 6)); // CP_WAIT_REG_MEM
}

TEST(Pm4, RegisterWritesAreDecoded)
{
    EXPECT_EQ(decode(0x4808'3e02), registers(0x83e, 2));
    EXPECT_EQ(decode(0x480b'7a01), registers(0xb7a, 1));
    EXPECT_EQ(decode(0x4bff'ff01), registers(0x3ffff, 1));
    EXPECT_EQ(decode(0x480b'7a80), registers(0xb7a, 0));
}

TEST(Pm4, LargestCountIsDecoded)
{
    EXPECT_EQ(decode(0x7010'bfff), operation(0x10, 0x3fff));
    EXPECT_EQ(decode(0x480b'7a7f), registers(0xb7a, 0x7f));
}

TEST(Pm4, OtherTypesAreMalformedOnA5xx)
{
    for (const uint32_t dword : {0x0000'0000u, 0x0001'0578u, 0x4000'0000u, 0x8000'0000u,
                                 0xc001'3d00u, 0xdead'beefu, 0xffff'ffffu, 0x5000'0101u})
        EXPECT_EQ(decode(dword).kind, Kind::Malformed) << std::hex << dword;
}

TEST(Pm4, WrongParityOfTheOpcodeIsMalformed)
{
    EXPECT_EQ(decode(0x70bd'8003).kind, Kind::Malformed);
}

TEST(Pm4, WrongParityOfTheCountIsMalformed)
{
    EXPECT_EQ(decode(0x703d'0003).kind, Kind::Malformed);
}

TEST(Pm4, WrongParityOfTheRegisterIsMalformed)
{
    EXPECT_EQ(decode(0x400b'7a01).kind, Kind::Malformed);
}

TEST(Pm4, WrongParityOfTheRegisterCountIsMalformed)
{
    EXPECT_EQ(decode(0x480b'7a81).kind, Kind::Malformed);
}

TEST(Pm4, ReservedBitsOfAnOperationAreNoticed)
{
    for (const uint32_t dword :
         {0x703d'c003u, 0x713d'8003u, 0x723d'8003u, 0x743d'8003u, 0x783d'8003u})
        EXPECT_EQ(decode(dword).kind, Kind::ReservedBit) << std::hex << dword;
}

TEST(Pm4, ReservedBitOfARegisterWriteIsNoticed)
{
    EXPECT_EQ(decode(0x4c0b'7a01).kind, Kind::ReservedBit);
}

TEST(Pm4, NoHeaderSurvivesASingleFlippedBit)
{
    for (const uint32_t dword : {0x703d'8003u, 0x70bf'8003u, 0x480b'7a01u, 0x4808'3e02u})
        for (unsigned bit = 0; bit < 32; ++bit) {
            const Header header = decode(dword ^ 1u << bit);
            EXPECT_GT(header.kind, Kind::Operation) << std::hex << dword << " bit " << bit;
        }
}

TEST(Pm4, WhatLinuxSendsIsNeverSkipped)
{
    for (const uint32_t opcode :
         {0x48u, 0x69u, 0x5fu, 0x6au, 0x1cu, 0x3fu, 0x6cu, 0x46u, 0x6bu, 0x66u, 0x3du, 0x10u})
        EXPECT_NE(treatment(opcode), Treatment::Skip) << std::hex << opcode;
}

TEST(Pm4, WhatFreedrenoSendsIsNeverSkipped)
{
    for (const uint32_t opcode :
         {0x12u, 0x13u, 0x1du, 0x23u, 0x26u, 0x28u, 0x29u, 0x2cu, 0x2fu, 0x30u, 0x33u, 0x38u,
          0x3cu, 0x3eu, 0x41u, 0x42u, 0x43u, 0x44u, 0x45u, 0x4bu, 0x64u, 0x6cu, 0x73u})
        EXPECT_NE(treatment(opcode), Treatment::Skip) << std::hex << opcode;
}

TEST(Pm4, WhatIsOfNoA5xxIsSkipped)
{
    for (const uint32_t opcode : {0x00u, 0x22u, 0x31u, 0x36u, 0x75u, 0x7fu})
        EXPECT_EQ(treatment(opcode), Treatment::Skip) << std::hex << opcode;
}

TEST(Pm4, SignedComparison)
{
    EXPECT_TRUE(compare(1, 0xffff'ffff, 0, true));
    EXPECT_FALSE(compare(1, 0xffff'ffff, 0, false));
    EXPECT_TRUE(compare(6, 0, 0x8000'0000, true));
    EXPECT_FALSE(compare(6, 0, 0x8000'0000, false));
    EXPECT_TRUE(compare(3, 0x8000'0000, 0x8000'0000, true));
}

TEST(Pm4, ComparisonsOfAWait)
{
    struct Row {
        uint32_t function;
        bool less, equal, greater;
    };
    for (const Row& row :
         {Row{0, true, true, true}, Row{1, true, false, false}, Row{2, true, true, false},
          Row{3, false, true, false}, Row{4, true, false, true}, Row{5, false, true, true},
          Row{6, false, false, true}, Row{7, true, true, true}}) {
        EXPECT_EQ(compare(row.function, 4, 5), row.less) << row.function;
        EXPECT_EQ(compare(row.function, 5, 5), row.equal) << row.function;
        EXPECT_EQ(compare(row.function, 0xffff'ffff, 5), row.greater) << row.function;
        EXPECT_EQ(compare(row.function | 0x10, 4, 5), row.less) << row.function;
    }
}

} // namespace
} // namespace smmu_pm::gpu::pm4
