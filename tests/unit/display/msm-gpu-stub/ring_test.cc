// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench.hh"

namespace smmu_pm::gpu::test {
namespace {

using journal::Kind;

class GpuRing : public GpuTest {};

TEST_F(GpuRing, DoorbellArmsASliceAfterItsTime)
{
    EXPECT_EQ(gpu.deadline(), never);
    submit({0x7010'8000});
    EXPECT_EQ(gpu.deadline(), 1'002'000u);
}

TEST_F(GpuRing, NothingHappensBeforeTheDeadline)
{
    submit({0x7010'8000});
    gpu.advance(1'001'999);
    EXPECT_TRUE(host.transfers.empty());
    EXPECT_EQ(gpu.deadline(), 1'002'000u);
    gpu.advance(1'002'000);
    EXPECT_EQ(host.transfers.size(), 1u);
    EXPECT_EQ(gpu.deadline(), never);
}

TEST_F(GpuRing, SecondDoorbellDoesNotPutTheSliceOff)
{
    submit({0x7010'8000});
    now += 1'500;
    submit({0x7010'8000});
    EXPECT_EQ(gpu.deadline(), 1'002'000u);
}

TEST_F(GpuRing, DoorbellIsJournalled)
{
    submit({0x7010'8000, 0x7010'8000});
    const auto lines = sink.of(Kind::Gpu, "ring");
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].address, 0x201cu);
    EXPECT_EQ(lines[0].value, 2u);
}

TEST_F(GpuRing, DoorbellWithoutNewsArmsNothing)
{
    write(0x807, 0);
    EXPECT_EQ(gpu.deadline(), never);
    EXPECT_EQ(read(0x4f5), 0u);
}

TEST_F(GpuRing, FetchesAreBurstsOfAtMost64AlignedBytes)
{
    for (int i = 0; i < 5; ++i)
        put({0x7010'8000});
    ring_doorbell();
    run();
    for (int i = 0; i < 20; ++i)
        put({0x7010'8000});
    ring_doorbell();
    run();
    const std::vector<Transfer> expected = {
        {false, 0x0100'1000, 20}, {false, 0x0100'1014, 44}, {false, 0x0100'1040, 36}};
    EXPECT_EQ(host.transfers, expected);
}

TEST_F(GpuRing, NoFetchGoesBeyondTheWritePointer)
{
    submit({0x7010'8000, 0x7010'8000, 0x7010'8000});
    run();
    const std::vector<Transfer> expected = {{false, 0x0100'1000, 12}};
    EXPECT_EQ(host.transfers, expected);
    EXPECT_EQ(read(0x806), 3u);
}

TEST_F(GpuRing, WrapsAtItsEnd)
{
    // 8190 dwords of padding, then a packet that straddles the end.
    for (int i = 0; i < 8190; ++i)
        put({0x7010'8000});
    ring_doorbell();
    run();
    EXPECT_EQ(read(0x806), 8190u);
    submit({0x703d'8003, 0x0108'0010, 0, 0x1234'5678});
    EXPECT_EQ(wptr, 2u);
    host.transfers.clear();
    run();
    EXPECT_EQ(host.peek(0x0108'0010), 0x1234'5678u);
    EXPECT_EQ(read(0x806), 2u);
    const std::vector<Transfer> expected = {
        {false, 0x0100'8ff8, 8}, {false, 0x0100'1000, 8}, {true, 0x0108'0010, 4}};
    EXPECT_EQ(host.transfers, expected);
}

TEST_F(GpuRing, EveryFetchStaysWithinItsPage)
{
    for (int i = 0; i < 3000; ++i)
        put({0x7010'8000});
    ring_doorbell();
    run();
    for (const Transfer& transfer : host.transfers)
        EXPECT_EQ(transfer.iova >> 12, (transfer.iova + transfer.bytes - 1) >> 12);
    EXPECT_EQ(read(0x806), 3000u);
}

TEST_F(GpuRing, ReadPointerMovesSliceBySlice)
{
    for (int i = 0; i < 200; ++i)
        put({0x7010'8000});
    ring_doorbell();
    uint32_t before = 0;
    while (gpu.deadline() != never) {
        EXPECT_NE(read(0x4f5), 0u);
        slice();
        const uint32_t rptr = read(0x806);
        EXPECT_GT(rptr, before);
        EXPECT_LE(rptr - before, 64u);
        before = rptr;
    }
    EXPECT_EQ(before, 200u);
}

TEST_F(GpuRing, SlicesAreEquallyFarApartWithoutASeed)
{
    for (int i = 0; i < 200; ++i)
        put({0x7010'8000});
    ring_doorbell();
    EXPECT_EQ(run(), 4);
    EXPECT_EQ(now, 1'008'000u);
}

TEST_F(GpuRing, BusyIsTheCommandProcessorsDoing)
{
    submit({0x7010'8000});
    EXPECT_EQ(read(0x4f5), 0x8000'00c6u);
    run();
    EXPECT_EQ(read(0x4f5), 0u);
}

TEST_F(GpuRing, BusyCounterOnlyGrowsWhileThereIsWork)
{
    EXPECT_EQ(read(0x3b0), 0u);
    for (int i = 0; i < 200; ++i)
        put({0x7010'8000});
    ring_doorbell();
    run();
    EXPECT_EQ(read(0x3b0), 153u); // 4 slices of 2 us at 19.2 MHz
    now += 1'000'000;
    EXPECT_EQ(read(0x3b0), 153u);
    EXPECT_EQ(read(0x3b1), 0u);
}

TEST_F(GpuRing, BaseMayLieAboveFourGigabytes)
{
    write(0x801, 0x12);
    host.map(0x12'0100'1000);
    host.poke(0x12'0100'1000, 0x703d'8003);
    host.poke(0x12'0100'1004, 0x0108'0000);
    host.poke(0x12'0100'1008, 0);
    host.poke(0x12'0100'100c, 77);
    write(0x807, 4);
    run();
    EXPECT_EQ(host.peek(target), 77u);
}

TEST_F(GpuRing, BaseIsAligned)
{
    write(0x800, 0x0100'1003);
    submit({0x703d'8003, 0x0108'0000, 0, 3});
    run();
    EXPECT_EQ(host.peek(target), 3u);
    EXPECT_EQ(host.transfers.at(0), (Transfer{false, 0x0100'1000, 16}));
}

TEST_F(GpuRing, WritePointerBeyondTheRingIsTakenModuloItsSize)
{
    submit({0x7010'8000});
    write(0x807, 8192 + 3);
    put({0x7010'8000, 0x7010'8000});
    run();
    EXPECT_EQ(read(0x806), 3u);
    EXPECT_EQ(read(0x807), 8195u);
}

TEST_F(GpuRing, SmallestRingHasTwoDwords)
{
    write(0x802, 0);
    poke(ring_base, {0x7010'8000, 0x7092'8000});
    for (const uint32_t to : {1u, 0u, 1u, 0u}) {
        write(0x807, to);
        run();
        EXPECT_EQ(read(0x806), to);
    }
}

TEST_F(GpuRing, LargestRingIsWhatTheWritePointerCanName)
{
    write(0x802, 0x3f);
    host.map(ring_base, 0x40'0000);
    for (uint32_t i = 0; i < 0xf'ffff; ++i)
        host.poke(ring_base + 4 * i, 0x7010'8000);
    write(0x807, 0xf'ffff);
    run();
    EXPECT_EQ(read(0x806), 0xf'ffffu);
}

TEST_F(GpuRing, WorkWaitsForTheMicroEngine)
{
    write(0x832, 0x1000'0000);
    submit({0x7010'8000});
    EXPECT_EQ(gpu.deadline(), never);
    write(0x832, 0);
    EXPECT_NE(gpu.deadline(), never);
    run();
    EXPECT_EQ(read(0x806), 1u);
}

TEST_F(GpuRing, WorkWaitsWhileTheVbifIsHalted)
{
    submit({0x7010'8000});
    write(0x3080, 7);
    EXPECT_EQ(gpu.deadline(), never);
    write(0x3080, 0);
    run();
    EXPECT_EQ(read(0x806), 1u);
}

TEST_F(GpuRing, PacketMayComeInTwoDoorbells)
{
    submit({0x703d'8003, 0x0108'0000});
    run();
    EXPECT_NE(read(0x4f5), 0u);
    EXPECT_EQ(gpu.deadline(), never);
    submit({0, 0x5555'aaaa});
    run();
    EXPECT_EQ(host.peek(target), 0x5555'aaaau);
    EXPECT_EQ(read(0x4f5), 0u);
}

TEST_F(GpuRing, LongestNopIsPassedOverInManySlices)
{
    write(0x802, 0x10); // 2^17 dwords
    host.map(ring_base, 0x8'0000);
    host.poke(ring_base, 0x7010'bfff);
    for (uint32_t i = 1; i <= 0x3fff; ++i)
        host.poke(ring_base + 4 * i, 0xdead'beef);
    write(0x807, 0x4000);
    EXPECT_EQ(run(), 0x4000 / 64);
    EXPECT_EQ(read(0x806), 0x4000u);
    EXPECT_EQ(read(0x4e1), 0u);
}

TEST_F(GpuRing, MemWriteOfManyDwordsGoesInBurstsWithinPages)
{
    host.map(0x0108'0000, 0x2000);
    put({0x703d'8028, 0x0108'0ff0, 0}); // 38 dwords across a page boundary
    for (uint32_t i = 0; i < 38; ++i)
        put({0x100 + i});
    ring_doorbell();
    run();
    for (uint32_t i = 0; i < 38; ++i)
        EXPECT_EQ(host.peek(0x0108'0ff0 + 4 * i), 0x100 + i);
    EXPECT_EQ(host.peek(0x0108'0fec), 0u);
    EXPECT_EQ(host.peek(0x0108'1088), 0u);
    for (const Transfer& transfer : host.transfers) {
        EXPECT_LE(transfer.bytes, 64u);
        EXPECT_EQ(transfer.iova >> 12, (transfer.iova + transfer.bytes - 1) >> 12);
    }
}

TEST_F(GpuRing, MemWriteReachesAddressesAboveFourGigabytes)
{
    host.map(0xff'0000'0000);
    submit({0x703d'8003, 0, 0xff, 9});
    run();
    EXPECT_EQ(host.peek(0xff'0000'0000), 9u);
}

TEST_F(GpuRing, LowBitsOfAnAddressAreIgnored)
{
    submit({0x703d'8003, 0x0108'0007, 0, 9});
    run();
    EXPECT_EQ(host.peek(0x0108'0004), 9u);
}

TEST_F(GpuRing, EventWithoutTimestampWritesNothing)
{
    submit({0x7046'0001, 16}); // STAT_EVENT of hw_init on A530
    run();
    EXPECT_EQ(host.transfers.size(), 1u);
    EXPECT_EQ(read(0x4e1), 0u);
}

TEST_F(GpuRing, EventWithoutIrqBitWritesItsTimestampSilently)
{
    submit({0x7046'0004, 4, 0x0108'0000, 0, 33});
    run();
    EXPECT_EQ(host.peek(target), 33u);
    EXPECT_EQ(read(0x4e1), 0u);
    EXPECT_FALSE(host.irq);
}

TEST_F(GpuRing, FenceIsJournalled)
{
    submit({0x7046'0004, 0x8000'0004, 0x0100'0004, 0, 33});
    run();
    const auto lines = sink.of(Kind::Gpu, "event");
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].address, 0x0100'0004u);
    EXPECT_EQ(lines[0].value, 33u);
}

TEST_F(GpuRing, UnknownOperationIsSkippedByItsLengthAndJournalled)
{
    submit({0x7031'8003, 0x703d'8003, 0x703d'8003, 0x703d'8003, 0x400b'7801, 5});
    run();
    EXPECT_EQ(read(0xb78), 5u);
    EXPECT_EQ(read(0x4e1), 0u);
    const auto lines = sink.of(Kind::Gpu, "skipped");
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].address, 0x0100'1000u);
    EXPECT_EQ(lines[0].value, 0x7031'8003u);
}

TEST_F(GpuRing, RegisterWriteFillsConsecutiveRegisters)
{
    submit({0x400b'7808, 1, 2, 3, 4, 5, 6, 7, 8, 0x400c'c401, 0x800});
    run();
    for (uint32_t i = 0; i < 8; ++i)
        EXPECT_EQ(read(0xb78 + i), i + 1);
    EXPECT_EQ(read(0xcc4), 0x800u);
}

TEST_F(GpuRing, StreamCannotRingItsOwnDoorbell)
{
    submit({0x4808'0701, 99});
    run();
    EXPECT_EQ(read(0x807), 2u);
    const auto lines = sink.of(Kind::Gpu, "ignored");
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].address, 0x201cu);
    EXPECT_EQ(lines[0].value, 99u);
}

TEST_F(GpuRing, WaitHoldsTheStreamUntilMemoryHasTheValue)
{
    submit({0x70bc'8006, 0x13, 0x0108'0100, 0, 7, 0xff, 16, 0x703d'8003, 0x0108'0000, 0, 1});
    for (int i = 0; i < 50; ++i)
        slice();
    EXPECT_EQ(host.peek(target), 0u);
    EXPECT_NE(read(0x4f5), 0u);
    EXPECT_EQ(sink.of(Kind::Gpu, "wait").size(), 1u);
    host.poke(0x0108'0100, 0xab07);
    run();
    EXPECT_EQ(host.peek(target), 1u);
    EXPECT_EQ(read(0x4f5), 0u);
}

TEST_F(GpuRing, WaitLooksOnceASlice)
{
    submit({0x70bc'8006, 0x13, 0x0108'0100, 0, 7, 0xff, 16});
    slice();
    host.transfers.clear();
    slice();
    const std::vector<Transfer> expected = {{false, 0x0108'0100, 4}};
    EXPECT_EQ(host.transfers, expected);
}

TEST_F(GpuRing, WaitLetsTheCyclesPassThatItIsTold)
{
    // 1920 cycles of 19.2 MHz; the upper half of the dword is not theirs.
    submit(
        {0x70bc'8006, 0x13, 0x0108'0100, 0, 7, 0xff, 0x5aaa'0780, 0x703d'8003, 0x0108'0000, 0, 1});
    slice();
    EXPECT_EQ(gpu.deadline(), 1'102'000u);
    slice();
    EXPECT_EQ(gpu.deadline(), 1'202'000u);
    host.poke(0x0108'0100, 7);
    slice();
    EXPECT_EQ(host.peek(target), 1u);
}

TEST_F(GpuRing, WaitMayLookAtARegister)
{
    submit({0x70bc'8006, 3, 0xb79, 0, 7, 0xff, 16, 0x400b'7801, 5});
    for (int i = 0; i < 5; ++i)
        slice();
    EXPECT_EQ(read(0xb78), 0u);
    write(0xb79, 7);
    run();
    EXPECT_EQ(read(0xb78), 5u);
}

class GpuSeeded : public GpuTest {
protected:
    GpuSeeded() : GpuTest({.seed = 42}) {}
    std::vector<uint64_t> times()
    {
        for (int i = 0; i < 640; ++i)
            put({0x7010'8000});
        ring_doorbell();
        std::vector<uint64_t> found;
        while (gpu.deadline() != never) {
            found.push_back(gpu.deadline() - now);
            slice();
        }
        return found;
    }
};

TEST_F(GpuSeeded, DelaysVaryWithinTheirBounds)
{
    const auto delays = times();
    ASSERT_EQ(delays.size(), 10u);
    bool differ = false;
    for (const uint64_t delay : delays) {
        EXPECT_GE(delay, 2000u);
        EXPECT_LT(delay, 4000u);
        differ = differ || delay != delays[0];
    }
    EXPECT_TRUE(differ);
}

TEST_F(GpuSeeded, ResetDrawsTheSameDelaysAgain)
{
    const auto first = times();
    gpu.reset();
    start();
    EXPECT_EQ(times(), first);
}

TEST(GpuConfig, ASliceTakesTimeEvenWhenConfiguredNotTo)
{
    FakeHost host;
    Gpu gpu({.slice_ns = 0}, host, nullptr);
    using enum power::Supply;
    for (const auto one : {Domain, Reset, Vote, Iface, Core, Mem, MemIface})
        gpu.set_supply(5, one, true);
    gpu.write(5, 0x832 * 4, 4, 0);
    gpu.write(5, 0x807 * 4, 4, 1);
    EXPECT_EQ(gpu.deadline(), 6u);
}

TEST(GpuConfig, AVeryLongSliceIsStillDueSomeTime)
{
    FakeHost host;
    Gpu gpu({.slice_ns = never}, host, nullptr);
    using enum power::Supply;
    for (const auto one : {Domain, Reset, Vote, Iface, Core, Mem, MemIface})
        gpu.set_supply(5, one, true);
    gpu.write(5, 0x832 * 4, 4, 0);
    gpu.write(5, 0x807 * 4, 4, 1);
    EXPECT_EQ(gpu.deadline(), never - 1);
}

} // namespace
} // namespace smmu_pm::gpu::test
