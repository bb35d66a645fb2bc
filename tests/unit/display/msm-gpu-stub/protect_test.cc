// SPDX-License-Identifier: GPL-2.0-or-later
//
// CP_PROTECT as hw_init programs it.
#include "bench.hh"

#include "protect.hh"

namespace smmu_pm::gpu::test {
namespace {

class GpuProtect : public GpuTest {
protected:
    void SetUp() override
    {
        GpuTest::SetUp();
        write(0x8a0, 7);
        // As ADRENO_PROTECT_RW packs them.
        const uint32_t entries[] = {0x6200'0010, 0x6300'0020, 0x6400'0040, 0x6500'0080, 0x6600'0100,
                                    0x6600'0200, 0x6403'd000, 0x6103'd000, 0x6600'2000, 0x6300'2100,
                                    0x6500'2200, 0x6000'2a80, 0x6000'3300, 0x6100'33c0, 0x6300'39a0,
                                    0x6400'39c0, 0x6400'3a00, 0x6f04'0000};
        uint32_t index = 0x880;
        for (const uint32_t entry : entries)
            write(index++, entry);
    }
    void expect_violation(uint32_t status)
    {
        EXPECT_EQ(read(0x4e1), 0x200u);
        EXPECT_EQ(read(0xb18), 0x10u);
        EXPECT_EQ(read(0xb1c), status);
        EXPECT_TRUE(host.irq);
        EXPECT_EQ(sink.of(journal::Kind::Gpu, "error").at(0).text, "protection");
    }
};

TEST_F(GpuProtect, ProtectedModeRefusesAWrite)
{
    submit({0x70df'0001, 1, 0x400b'7801, 1, 0x4808'3e01, 0x1234, 0x480b'7901, 1});
    run();
    expect_violation(0x0100'20f8); // 0x83e * 4, a write
    EXPECT_EQ(read(0x83e), 0u);
    EXPECT_EQ(read(0xb78), 1u);
    EXPECT_EQ(read(0xb79), 0u);
}

TEST_F(GpuProtect, WithoutProtectedModeTheSameWriteIsDone)
{
    submit({0x70df'0001, 1, 0x70df'0001, 0, 0x4808'3e01, 0x1234, 0x70df'0001, 1});
    run();
    EXPECT_EQ(read(0x83e), 0x1234u);
    EXPECT_EQ(read(0x4e1), 0u);
}

TEST_F(GpuProtect, ModeStaysInACalledBuffer)
{
    poke(ib, {0x4808'3e01, 0x1234});
    submit({0x70df'0001, 1, 0x70bf'8003, 0x0104'0000, 0, 2});
    run();
    expect_violation(0x0100'20f8);
}

TEST_F(GpuProtect, ReadsAreRefused)
{
    submit({0x70df'0001, 1, 0x703e'8003, 0x40, 0x0108'0000, 0});
    host.poke(target, 5);
    run();
    expect_violation(0x0000'0100);
    EXPECT_EQ(host.peek(target), 5u);
}

TEST_F(GpuProtect, RangesEndWhereTheyEnd)
{
    submit({0x70df'0001, 1, 0x400c'c101, 7});
    run();
    EXPECT_EQ(read(0xcc1), 7u);
    EXPECT_EQ(read(0x4e1), 0u);
    submit({0x480c'c001, 7});
    run();
    expect_violation(0x0100'3300);
}

TEST_F(GpuProtect, TheSmmusRegistersAreRefusedBeforeTheyAreMissed)
{
    submit({0x70df'0001, 1, 0x4100'0001, 7}); // register 0x10000
    run();
    expect_violation(0x0104'0000);
}

TEST_F(GpuProtect, OffItProtectsNothing)
{
    write(0x8a0, 0);
    submit({0x70df'0001, 1, 0x4808'3e01, 0x1234});
    run();
    EXPECT_EQ(read(0x83e), 0x1234u);
    EXPECT_EQ(read(0x4e1), 0u);
}

TEST_F(GpuProtect, WithoutFaultsTheAccessIsDropped)
{
    write(0x8a0, 1);
    submit({0x70df'0001, 1, 0x4808'3e01, 0x1234, 0x480b'7901, 1});
    run();
    EXPECT_EQ(read(0x83e), 0u);
    EXPECT_EQ(read(0xb79), 1u);
    EXPECT_EQ(read(0x4e1), 0u);
}

TEST_F(GpuProtect, NoModeLetsAStreamDriveTheCommandProcessor)
{
    write(0x8a0, 0);
    submit({0x4008'0001, 0x1111, 0x4000'4301, 1, 0x480b'7901, 1});
    run();
    EXPECT_EQ(read(0x800), 0x0100'1000u);
    EXPECT_EQ(read(0x43), 0u);
    EXPECT_EQ(read(0xb79), 1u);
    EXPECT_EQ(sink.of(journal::Kind::Gpu, "ignored").size(), 2u);
}

TEST_F(GpuProtect, TheCpuIsNotProtectedFrom)
{
    write(0x83e, 0x77);
    EXPECT_EQ(read(0x83e), 0x77u);
}

TEST(Protect, EntryIsRoundedDownToItsLength)
{
    // adreno_gpu.h: 4 registers from 7 are 4 to 7.
    EXPECT_TRUE(traps(0x6200'001c, 4, true));
    EXPECT_TRUE(traps(0x6200'001c, 7, false));
    EXPECT_FALSE(traps(0x6200'001c, 8, true));
    EXPECT_FALSE(traps(0x6200'001c, 3, true));
}

TEST(Protect, EntryTrapsWhatItSays)
{
    EXPECT_TRUE(traps(0x2200'0010, 4, true));
    EXPECT_FALSE(traps(0x2200'0010, 4, false));
    EXPECT_FALSE(traps(0x4200'0010, 4, true));
    EXPECT_TRUE(traps(0x4200'0010, 4, false));
    EXPECT_FALSE(traps(0, 0, true));
    EXPECT_TRUE(traps(0x7fff'ffff, 0x3'ffff, true)); // the longest
}

} // namespace
} // namespace smmu_pm::gpu::test
