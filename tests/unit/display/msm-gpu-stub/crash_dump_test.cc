// SPDX-License-Identifier: GPL-2.0-or-later
//
// The crash dumper, with scripts as a5xx_gpu_state_get_hlsq_regs writes them.
#include "bench.hh"

namespace smmu_pm::gpu::test {
namespace {

using power::Released;

class GpuCrashDump : public GpuTest {
protected:
    static constexpr uint64_t script = 0x010a'0000;

    void SetUp() override
    {
        GpuTest::SetUp();
        host.map(script, 0x2000);
    }
    /// Pairs of 64-bit words.
    void put_script(std::initializer_list<uint64_t> words)
    {
        uint64_t iova = script;
        for (const uint64_t word : words) {
            poke(iova, {static_cast<uint32_t>(word), static_cast<uint32_t>(word >> 32)});
            iova += 8;
        }
    }
    void dump()
    {
        write(0x817, 0x010a'0000);
        write(0x818, 0);
        write(0x819, 1);
    }
};

TEST_F(GpuCrashDump, ScriptOfLinux)
{
    host.poke(0x0108'0000 + 4 * 0x32, 0x77);
    for (uint64_t i = 0; i < 0x32; ++i)
        host.poke(target + 4 * i, 0xffff'ffff);
    // (index << 44) | 1 << 21 | 1, then (aperture << 44) | count.
    put_script(
        {0x3500, (0xbc00ull << 44) | 0x20'0001, 0x0108'0000, (0xa000ull << 44) | 0x32, 0, 0});
    dump();
    run();
    EXPECT_EQ(read(0x819), 5u);
    EXPECT_EQ(read(0xbc00), 0x3500u);
    EXPECT_EQ(host.peek(target), 0u);
    EXPECT_EQ(host.peek(target + 4 * 0x31), 0u);
    EXPECT_EQ(host.peek(target + 4 * 0x32), 0x77u);
}

TEST_F(GpuCrashDump, DoesNotSitOutTheStreamsWait)
{
    // A wait of 0xffff cycles between two looks: 3.4 ms.
    submit({0x70bc'8006, 0x13, 0x0108'0100, 0, 7, 0xff, 0xffff});
    slice();
    slice();
    EXPECT_GT(gpu.deadline(), now + 3'000'000);
    put_script({0x0108'0030, (0xe00ull << 44) | 20, 0, 0});
    dump();
    EXPECT_EQ(gpu.deadline(), now + 2000);
    for (unsigned slices = 0; slices < 10 && (read(0x819) & 4) == 0; ++slices) {
        EXPECT_LE(gpu.deadline(), now + 2000);
        slice();
    }
    EXPECT_EQ(read(0x819), 5u);
}

TEST_F(GpuCrashDump, DumpsWhatTheRegistersHold)
{
    for (uint32_t i = 0; i < 20; ++i)
        write(0xe00 + i, 0x100 + i);
    put_script({0x0108'0030, (0xe00ull << 44) | 20, 0, 0});
    dump();
    EXPECT_EQ(read(0x819), 1u);
    EXPECT_EQ(read(0x4f5), 0x8000'00d0u);
    host.transfers.clear();
    run();
    EXPECT_EQ(read(0x4f5), 0u);
    for (uint32_t i = 0; i < 20; ++i)
        EXPECT_EQ(host.peek(0x0108'0030 + 4 * i), 0x100 + i);
    const std::vector<Transfer> expected = {{false, script, 16},
                                            {true, 0x0108'0030, 16},
                                            {true, 0x0108'0040, 64},
                                            {false, script + 16, 16}};
    EXPECT_EQ(host.transfers, expected);
}

TEST_F(GpuCrashDump, WorksWhenTheCommandProcessorDoesNot)
{
    submit({0});
    run();
    put_script({0x0108'0000, (0xb78ull << 44) | 1, 0, 0});
    write(0xb78, 0x1234);
    dump();
    run();
    EXPECT_EQ(read(0x819), 5u);
    EXPECT_EQ(host.peek(target), 0x1234u);
    EXPECT_EQ(read(0x4e1), 0x200u);
}

TEST_F(GpuCrashDump, WaitsWhileATransactionIsHeld)
{
    host.stall_at = target;
    submit({0x703d'8003, 0x0108'0000, 0, 1});
    run();
    put_script({0x0108'0100, (0xb78ull << 44) | 1, 0, 0});
    write(0xb78, 0x1234);
    dump();
    EXPECT_EQ(gpu.deadline(), never);
    host.stall_at = never;
    gpu.released(now, Released::Abort);
    run();
    EXPECT_EQ(host.peek(0x0108'0100), 0x1234u);
    EXPECT_EQ(read(0x819), 5u);
    EXPECT_EQ(read(0xb18), 8u);
}

TEST_F(GpuCrashDump, MayBeHeldItself)
{
    put_script({0x0108'0000, (0xb78ull << 44) | 1, 0, 0});
    write(0xb78, 0x1234);
    host.stall_at = target;
    dump();
    run();
    EXPECT_EQ(read(0x530), 0x0100'0000u);
    EXPECT_EQ(read(0x819), 1u);
    FakeHost twin_host;
    twin_host.pages = host.pages;
    Gpu twin({}, twin_host, nullptr);
    ASSERT_TRUE(twin.load(saved()));
    twin.released(now, Released::Retry);
    while (twin.deadline() != never)
        twin.advance(twin.deadline());
    EXPECT_EQ(twin_host.peek(target), 0x1234u);
    gpu.released(now, Released::RazWi);
    run();
    EXPECT_EQ(host.peek(target), 0u);
    EXPECT_EQ(read(0x819), 5u);
}

TEST_F(GpuCrashDump, BusErrorLeavesItUndone)
{
    put_script({0x0300'0000, (0xb78ull << 44) | 1, 0, 0});
    dump();
    run();
    EXPECT_EQ(read(0x819), 1u);
    EXPECT_EQ(read(0xb18), 8u);
    EXPECT_EQ(read(0x4f5), 0u);
    // And it can be started anew.
    put_script({0, 0});
    dump();
    run();
    EXPECT_EQ(read(0x819), 5u);
}

TEST_F(GpuCrashDump, RegisterBeyondTheWindowIsABusErrorOfTheDumper)
{
    put_script({0x0108'0000, (0xfc00ull << 44) | 1, 0, 0});
    dump();
    run();
    EXPECT_EQ(read(0x819), 1u);
    EXPECT_EQ(read(0xb18), 0x20u);
    EXPECT_EQ(read(0xb1b), 0x0c03'f000u); // a5xx_cp_err_irq: "crashdump read"
}

TEST_F(GpuCrashDump, ScriptWithoutEndEnds)
{
    host.map(script, 0x50'0000);
    for (uint64_t i = 0; i < 0x4'0010; ++i) {
        host.poke(script + 16 * i, 1);
        host.poke(script + 16 * i + 8, 0x20'0000); // register 0
        host.poke(script + 16 * i + 12, 0);
    }
    dump();
    EXPECT_LT(run(), 20'000);
    EXPECT_EQ(read(0x819), 1u);
    EXPECT_EQ(sink.of(journal::Kind::Gpu, "error").at(0).text, "crash-dump endless");
}

TEST_F(GpuCrashDump, ScriptCannotResetOrRestart)
{
    put_script({1, (0x43ull << 44) | 0x20'0001, 1, (0x819ull << 44) | 0x20'0001, 0, 0});
    dump();
    run();
    EXPECT_EQ(read(0x43), 0u);
    EXPECT_EQ(read(0x819), 5u);
    EXPECT_EQ(sink.of(journal::Kind::Gpu, "ignored").size(), 2u);
}

TEST_F(GpuCrashDump, LossOfPowerEndsIt)
{
    put_script({0, 0});
    dump();
    supply(power::Supply::Domain, false);
    EXPECT_EQ(sink.of(journal::Kind::Gpu, "work-lost").size(), 1u);
    supply(power::Supply::Domain, true);
    EXPECT_EQ(gpu.deadline(), never);
    EXPECT_EQ(read(0x819), 0u);
}

} // namespace
} // namespace smmu_pm::gpu::test
