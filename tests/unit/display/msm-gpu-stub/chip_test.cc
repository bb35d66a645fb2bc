// SPDX-License-Identifier: GPL-2.0-or-later
//
// What differs between A510 and A530, the counters that count, and the hang detector.
#include "bench.hh"

namespace smmu_pm::gpu::test {
namespace {

using power::Released;

class GpuA510 : public GpuTest {};

class GpuA530 : public GpuTest {
protected:
    GpuA530() : GpuTest({.chip = Chip::A530}) {}
};

TEST_F(GpuA530, PowerDomainsComeOnWhenAskedFor)
{
    EXPECT_EQ(read(0xa88d), 0u);
    EXPECT_EQ(read(0xa88b), 0u);
    write(0xa887, 0x0077'8000); // a5xx_pm_resume
    EXPECT_EQ(read(0xa88d), 0x0010'0000u);
    EXPECT_EQ(read(0xa88b), 0u);
    write(0xa881, 0x0077'8000);
    EXPECT_EQ(read(0xa88b), 0x0010'0000u);
    write(0xa881, 0x0077'8001); // SW_COLLAPSE
    EXPECT_EQ(read(0xa88b), 0u);
    supply(power::Supply::Domain, false);
    supply(power::Supply::Domain, true);
    EXPECT_EQ(read(0xa88d), 0u);
}

TEST_F(GpuA510, HasNoSuchDomains)
{
    write(0xa887, 0x0077'8000);
    write(0xa881, 0x0077'8000);
    EXPECT_EQ(read(0xa88d), 0u);
    EXPECT_EQ(read(0xa88b), 0u);
}

TEST_F(GpuA530, VbifHasFourPorts)
{
    write(0x3080, 0xf);
    EXPECT_EQ(read(0x3081), 0xfu);
}

TEST_F(GpuA510, VbifHasThreePorts)
{
    write(0x3080, 0xf);
    EXPECT_EQ(read(0x3081), 0x7u);
}

TEST_F(GpuA530, GpmuAnswersOnceItHasAProgramAndIsStarted)
{
    write(0xa8d8, 0);
    EXPECT_EQ(read(0xa8e0), 0u);
    poke(ib, {0x48880001, 0xffff'0001}); // as the driver's buffer loads it: GPMU_INST_RAM_BASE
    submit({0x70df'0001, 0, 0x70bf'8003, 0x0104'0000, 0, 2, 0x70df'0001, 1});
    run();
    EXPECT_EQ(read(0xa8e0), 0u);
    write(0xa8d8, 0);
    EXPECT_EQ(read(0xa8e0), 0xbabe'faceu);
}

TEST_F(GpuA510, HasNoGpmu)
{
    write(0x8800, 1);
    write(0xa8d8, 0);
    EXPECT_EQ(read(0xa8e0), 0u);
}

TEST_F(GpuA530, StatEventOfHwInitDrains)
{
    submit({0x7046'0001, 16});
    run();
    EXPECT_EQ(read(0x806), 2u);
    EXPECT_EQ(read(0x4f5), 0u);
    EXPECT_EQ(read(0x4e1), 0u);
}

TEST_F(GpuA510, HlsqApertureIsEmpty)
{
    write(0xa000, 5);
    write(0xa16f, 5);
    EXPECT_EQ(read(0xa000), 0u);
    EXPECT_EQ(read(0xa16f), 0u);
    write(0xa800, 5);
    EXPECT_EQ(read(0xa800), 5u);
}

TEST_F(GpuA510, CounterOfTheCommandProcessorCountsAlwaysAsSelected)
{
    write(0xbb0, 0); // PERF_CP_ALWAYS_COUNT
    const uint32_t before = read(0x3a0);
    now += 1'000'000;
    EXPECT_EQ(read(0x3a0) - before, 19'200u);
    EXPECT_EQ(read(0x3a1), 0u);
    write(0x464, 0);
    const uint32_t stopped = read(0x3a0);
    now += 1'000'000;
    EXPECT_EQ(read(0x3a0), stopped);
    write(0x464, 1);
    now += 1'000'000;
    EXPECT_EQ(read(0x3a0) - stopped, 19'200u);
}

TEST_F(GpuA510, SelectingAnotherCountableGoesOnFromThere)
{
    now += 1'000'000;
    write(0xbb0, 2); // PERF_CP_BUSY_CYCLES
    const uint32_t before = read(0x3a0);
    EXPECT_GE(before, 19'200u);
    now += 1'000'000;
    EXPECT_EQ(read(0x3a0), before);
    submit({0x7010'8000});
    run();
    EXPECT_EQ(read(0x3a0), before + 38); // a slice of 2 us
    write(0xbb7, 7);                     // PERF_CP_PFP_ICACHE_MISS: nothing of the kind
    const uint32_t other = read(0x3ae);
    submit({0x7010'8000});
    run();
    EXPECT_EQ(read(0x3ae), other);
    EXPECT_EQ(read(0xbb7), 7u);
}

TEST_F(GpuA510, CountersAreSavedAndGoWithThePower)
{
    now += 1'000'000;
    FakeHost twin_host;
    Gpu twin({}, twin_host, nullptr);
    ASSERT_TRUE(twin.load(saved()));
    EXPECT_EQ(twin.read(now, 0x3a0 * 4, 4).value, read(0x3a0));
    EXPECT_GT(read(0x3a0), 0u);
    supply(power::Supply::Domain, false);
    supply(power::Supply::Domain, true);
    EXPECT_EQ(read(0x3a0), 0u);
}

class GpuHang : public GpuTest {
protected:
    void SetUp() override
    {
        GpuTest::SetUp();
        write(0x2f, 0x4000'ffff); // hw_init
    }
};

TEST_F(GpuHang, ErrorIsFollowedByTheHangDetector)
{
    submit({0});
    slice();
    EXPECT_EQ(read(0x4e1), 0x200u);
    EXPECT_EQ(gpu.deadline(), now + 3'413'281); // 0xffff at 19.2 MHz
    write(0x37, 0xffff'ffff);
    slice();
    EXPECT_EQ(read(0x4e1), 0x0080'0000u);
    EXPECT_TRUE(host.irq);
    // Once.
    write(0x37, 0xffff'ffff);
    EXPECT_EQ(gpu.deadline(), never);
    // The driver's recovery, and the next one.
    write(0x43, 1);
    write(0x43, 0);
    start();
    write(0x2f, 0x4000'ffff);
    submit({0});
    run();
    EXPECT_EQ(read(0x4e1), 0x0080'0200u);
}

TEST_F(GpuHang, HeldTransactionTripsItAndStatus3SaysWhy)
{
    host.stall_at = target;
    submit({0x703d'8003, 0x0108'0000, 0, 1});
    run();
    EXPECT_EQ(read(0x4e1), 0x0080'0000u);
    EXPECT_EQ(read(0x530), 0x0100'0000u);
    host.stall_at = never;
    gpu.released(now, Released::Retry);
    run();
    EXPECT_EQ(host.peek(target), 1u);
    EXPECT_EQ(read(0x4f5), 0u);
}

TEST_F(GpuHang, HeldForLessThanTheThresholdIsNoHang)
{
    host.stall_at = target;
    submit({0x703d'8003, 0x0108'0000, 0, 1});
    slice();
    now += 3'000'000;
    host.stall_at = never;
    gpu.released(now, Released::Retry);
    run();
    EXPECT_EQ(read(0x4e1), 0u);
}

TEST_F(GpuHang, WaitIsNoHang)
{
    submit({0x70bc'8006, 0x13, 0x0108'0000, 0, 1, 0xffff'ffff, 16});
    run(3000);
    EXPECT_EQ(read(0x4e1), 0u);
    EXPECT_NE(read(0x4f5), 0u);
}

TEST_F(GpuHang, NotProgrammedItSaysNothing)
{
    write(0x2f, 0xffff);
    submit({0});
    slice();
    EXPECT_EQ(gpu.deadline(), never);
}

// What is due is ahead, or a slice would be the end of time.
TEST_F(GpuHang, AThresholdOfNoCycleIsOne)
{
    write(0x2f, 0x4000'0000);
    submit({0});
    slice();
    EXPECT_EQ(read(0x4e1), 0x200u);
    EXPECT_EQ(gpu.deadline(), now + 52);
    slice();
    EXPECT_EQ(read(0x4e1), 0x0080'0200u);
    EXPECT_EQ(gpu.deadline(), never);
}

TEST_F(GpuHang, ADetectorThatRunsIsSaved)
{
    submit({0});
    slice();
    FakeHost twin_host;
    Gpu twin({}, twin_host, nullptr);
    ASSERT_TRUE(twin.load(saved()));
    EXPECT_EQ(twin.deadline(), now + 3'413'281);
    run();
    ASSERT_TRUE(twin.load(saved()));
    EXPECT_EQ(twin.deadline(), never);
}

} // namespace
} // namespace smmu_pm::gpu::test
