// SPDX-License-Identifier: GPL-2.0-or-later
//
// A transaction that is held: the command processor stays where it is until it is let go.
#include "bench.hh"

namespace smmu_pm::gpu::test {
namespace {

using journal::Kind;
using power::Released;
using power::Supply;

class GpuStall : public GpuTest {
protected:
    /// A write of 0xcafe to `target` that is held, then a register write.
    void submit_held()
    {
        host.stall_at = target;
        submit({0x703d'8003, 0x0108'0000, 0, 0xcafe, 0x400b'7801, 5});
        run();
    }
    void expect_held()
    {
        EXPECT_EQ(gpu.deadline(), never);
        EXPECT_EQ(read(0x4f5), 0x8000'00c6u);
        EXPECT_EQ(read(0x530), 0x0100'0000u);
        EXPECT_EQ(read(0x4e1), 0u);
        EXPECT_EQ(read(0xb78), 0u);
    }
    std::size_t sent_to(uint64_t iova) const
    {
        std::size_t count = 0;
        for (const Transfer& transfer : host.transfers)
            count += transfer.iova == iova;
        return count;
    }
};

TEST_F(GpuStall, NothingMovesAndTheStatusRegistersSaySo)
{
    submit_held();
    expect_held();
    gpu.advance(now + 1'000'000);
    EXPECT_EQ(sent_to(target), 1u);
    // More work does not help.
    submit({0x400b'7801, 6});
    expect_held();
}

TEST_F(GpuStall, RetrySendsTheSameTransactionAgainInALaterSlice)
{
    submit_held();
    host.stall_at = never;
    gpu.released(now, Released::Retry);
    EXPECT_EQ(sent_to(target), 1u);
    EXPECT_EQ(gpu.deadline(), now + 2000);
    EXPECT_EQ(read(0x530), 0u);
    run();
    EXPECT_EQ(sent_to(target), 2u);
    EXPECT_EQ(host.peek(target), 0xcafeu);
    EXPECT_EQ(read(0xb78), 5u);
    EXPECT_EQ(read(0x4f5), 0u);
}

TEST_F(GpuStall, RetryMayBeHeldAgain)
{
    submit_held();
    for (std::size_t i = 2; i < 5; ++i) {
        gpu.released(now, Released::Retry);
        run();
        expect_held();
        EXPECT_EQ(sent_to(target), i);
    }
    host.stall_at = never;
    gpu.released(now, Released::Retry);
    run();
    EXPECT_EQ(read(0xb78), 5u);
}

TEST_F(GpuStall, AbortIsABusErrorWithoutAnotherTransaction)
{
    submit_held();
    host.stall_at = never;
    gpu.released(now, Released::Abort);
    EXPECT_EQ(read(0x4e1), 0u);
    run();
    EXPECT_EQ(sent_to(target), 1u);
    EXPECT_EQ(read(0x4e1), 0x200u);
    EXPECT_EQ(read(0xb18), 0x8u);
    EXPECT_EQ(read(0x530), 0u);
    EXPECT_EQ(host.peek(target), 0u);
    EXPECT_EQ(sink.of(Kind::Gpu, "error").at(0).address, 0x0108'0000u);
}

TEST_F(GpuStall, RazWiIgnoresTheWriteAndGoesOn)
{
    submit_held();
    gpu.released(now, Released::RazWi);
    run();
    EXPECT_EQ(sent_to(target), 1u);
    EXPECT_EQ(host.peek(target), 0u);
    EXPECT_EQ(read(0xb78), 5u);
    EXPECT_EQ(read(0x4e1), 0u);
}

TEST_F(GpuStall, RazWiOfAReadGivesZeroes)
{
    host.poke(target, 0x77);
    host.stall_at = target;
    submit({0x70c2'8003, 0xb78, 0x0108'0000, 0, 0x480b'7901, 5}); // CP_MEM_TO_REG
    write(0xb78, 1);
    run();
    EXPECT_EQ(read(0x530), 0x0100'0000u);
    gpu.released(now, Released::RazWi);
    run();
    EXPECT_EQ(read(0xb78), 0u);
    EXPECT_EQ(read(0xb79), 5u);
}

TEST_F(GpuStall, RazWiOfARingFetchIsNoPacket)
{
    host.stall_at = ring_base;
    submit({0x7010'8000});
    run();
    EXPECT_EQ(read(0x806), 0u);
    gpu.released(now, Released::RazWi);
    run();
    EXPECT_EQ(read(0xb18), 1u);
}

TEST_F(GpuStall, FenceThatIsHeldRaisesItsInterruptOnceItIsWritten)
{
    host.stall_at = fence;
    submit({0x7046'0004, 0x8000'0004, 0x0100'0004, 0, 33});
    run();
    EXPECT_FALSE(host.irq);
    EXPECT_TRUE(sink.of(Kind::Gpu, "event").empty());
    host.stall_at = never;
    gpu.released(now, Released::Retry);
    run();
    EXPECT_EQ(host.peek(fence), 33u);
    EXPECT_TRUE(host.irq);
    EXPECT_EQ(sink.of(Kind::Gpu, "event").size(), 1u);
}

// The time of a held timestamp is that of its first sending.
TEST_F(GpuStall, HeldTimestampKeepsItsValue)
{
    host.stall_at = target;
    submit({0x7046'0004, 0x4000'0016, 0x0108'0000, 0, 0});
    run();
    const uint32_t then = static_cast<uint32_t>(now * 12 / 625);
    now += 1'000'000;
    host.stall_at = never;
    gpu.released(now, Released::Retry);
    run();
    EXPECT_EQ(host.peek(target), then);
}

TEST_F(GpuStall, ReleaseThatNobodyWaitsForIsIgnored)
{
    for (const Released how : {Released::Retry, Released::Abort, Released::RazWi}) {
        gpu.released(now, how);
        EXPECT_EQ(gpu.deadline(), never);
    }
    // Nor does the second of two count.
    submit_held();
    host.stall_at = never;
    gpu.released(now, Released::Retry);
    gpu.released(now, Released::Abort);
    run();
    EXPECT_EQ(read(0x4e1), 0u);
    EXPECT_EQ(read(0xb78), 5u);
}

TEST_F(GpuStall, LossOfPowerTakesTheHeldWorkAndALaterReleaseFindsNothing)
{
    submit_held();
    supply(Supply::Domain, false);
    EXPECT_EQ(sink.of(Kind::Gpu, "work-lost").size(), 1u);
    gpu.released(now, Released::Abort);
    EXPECT_EQ(gpu.deadline(), never);
    supply(Supply::Domain, true);
    EXPECT_EQ(read(0x530), 0u);
    EXPECT_EQ(read(0x4f5), 0u);
    gpu.released(now, Released::Abort);
    host.stall_at = never;
    start();
    submit({0x703d'8003, 0x0108'0000, 0, 1});
    run();
    EXPECT_EQ(host.peek(target), 1u);
    EXPECT_EQ(read(0x4e1), 0u);
}

TEST_F(GpuStall, SoftwareResetTakesTheHeldWork)
{
    submit_held();
    write(0x43, 1);
    EXPECT_EQ(sink.of(Kind::Gpu, "work-lost").size(), 1u);
    EXPECT_EQ(read(0x530), 0u);
    write(0x43, 0);
    start();
    host.stall_at = never;
    submit({0x703d'8003, 0x0108'0000, 0, 1});
    gpu.released(now, Released::Abort); // of the transaction that the reset dropped
    run();
    EXPECT_EQ(host.peek(target), 1u);
    EXPECT_EQ(read(0x4e1), 0u);
}

TEST_F(GpuStall, ColdResetTakesTheHeldWork)
{
    submit_held();
    gpu.reset();
    gpu.released(now, Released::Retry);
    EXPECT_EQ(gpu.deadline(), never);
    EXPECT_EQ(read(0x530), 0u);
}

TEST_F(GpuStall, StoppedClockHoldsTheRetryBackAndLosesNothing)
{
    submit_held();
    supply(Supply::Core, false);
    host.stall_at = never;
    gpu.released(now, Released::Retry);
    EXPECT_EQ(gpu.deadline(), never);
    supply(Supply::Core, true);
    run();
    EXPECT_EQ(host.peek(target), 0xcafeu);
    EXPECT_EQ(read(0xb78), 5u);
}

TEST_F(GpuStall, SavedInTheMiddleOfItATwinWaitsAndGoesOn)
{
    submit_held();
    for (const Released how : {Released::Retry, Released::Abort, Released::RazWi}) {
        FakeHost twin_host;
        twin_host.pages = host.pages;
        Gpu twin({}, twin_host, nullptr);
        ASSERT_TRUE(twin.load(saved()));
        EXPECT_EQ(twin.deadline(), never);
        EXPECT_EQ(twin.read(now, 0x530 * 4, 4).value, 0x0100'0000u);
        twin.released(now, how);
        // And once more, between the release and what follows from it.
        std::vector<Pair> pairs;
        twin.save([&pairs](const Pair& pair) { pairs.push_back(pair); });
        Gpu third({}, twin_host, nullptr);
        ASSERT_TRUE(third.load(pairs));
        EXPECT_EQ(third.deadline(), now + 2000);
        third.advance(now + 2000);
        EXPECT_EQ(twin_host.peek(target), how == Released::Retry ? 0xcafeu : 0u);
        EXPECT_EQ(third.read(now, 0x4e1 * 4, 4).value, how == Released::Abort ? 0x200u : 0u);
        EXPECT_EQ(third.read(now, 0xb78 * 4, 4).value, how == Released::Abort ? 0u : 5u);
        EXPECT_TRUE(host.transfers.size() > twin_host.transfers.size());
    }
}

// Whatever transfer is the one that is held: held or not, the end is the same.
TEST_F(GpuStall, EveryTransferMayBeHeldOnce)
{
    const auto fill = [this] {
        host.map(0x0105'0000);
        poke(ib, {0x7073'8009, 0x2000'0004,
                  0x0108'0000, 0,
                  0x0108'0008, 0,
                  0x0108'0010, 0,
                  0x0108'0018, 0, // result = a + b - c
                  0x703e'8003, 0xc000'0000 | 0xb78,
                  0x0108'0040, 0,
                  0x70c2'8003, 0x0010'0b7a,
                  0x0108'0008, 0,
                  0x7045'0008, 0x113,
                  0x0108'0010, 0,
                  7,           0xffff'ffff,
                  0x0108'0020, 0,
                  0x99,        0x7043'8003,
                  0x20,        0x0105'0000,
                  0,           0x7029'8006,
                  0x400,       0x0105'0100,
                  0,           16,
                  0x0105'0038, 0,
                  0x70c4'8006, 0x0108'0008,
                  0,           0x0108'0018,
                  0,           9,
                  1,           0x7010'8000});
        poke(0x0108'0008, {100, 0, 7, 0, 3, 0});
        poke(0x0108'0040, {1, 0});
        poke(0x0105'0038, {5, 1, 2, 0, 0});
        write(0xb78, 8);
        write(0xb79, 0);
        put({0x70bf'8003, 0x0104'0000, 0, 46, 0x7062'0002, 0x0108'0080, 0, //
             0x7046'0004, 0x8000'0004, 0x0100'0004, 0, 33});
        ring_doorbell();
    };
    fill();
    host.transfers.clear();
    run();
    ASSERT_EQ(read(0x4e1), 0x0010'0000u);
    const auto wanted = host.transfers;
    const auto pages = host.pages;
    EXPECT_EQ(host.peek(target), 104u);
    EXPECT_EQ(host.peek(0x0108'0040), 9u);
    EXPECT_EQ(read(0xb7a), 100u);
    EXPECT_EQ(host.peek(0x0108'0020), 0x99u);
    EXPECT_EQ(host.peek(0x0108'0080), 7u);
    for (std::size_t held = 0; held < wanted.size(); ++held) {
        write(0x43, 1);
        write(0x43, 0);
        start();
        host.pages.erase(target >> 12);
        host.map(target);
        fill();
        host.transfers.clear();
        // Held by its number, since some addresses are met twice.
        host.stall_number = held + 1;
        run();
        ASSERT_EQ(host.transfers.size(), held + 1);
        ASSERT_EQ(read(0x530), 0x0100'0000u) << held;
        gpu.released(now, Released::Retry);
        run();
        auto sent = host.transfers;
        ASSERT_EQ(sent.size(), wanted.size() + 1);
        EXPECT_EQ(sent[held], sent[held + 1]);
        sent.erase(sent.begin() + static_cast<std::ptrdiff_t>(held));
        EXPECT_EQ(sent, wanted);
        EXPECT_EQ(host.pages, pages) << held;
    }
    EXPECT_GT(wanted.size(), 20u);
}

TEST_F(GpuStall, DrainedIsSaidOnceTheLastOfTheWorkIsDone)
{
    submit_held();
    EXPECT_TRUE(sink.of(Kind::Gpu, "drained").empty());
    host.stall_at = never;
    gpu.released(now, Released::Retry);
    EXPECT_TRUE(sink.of(Kind::Gpu, "drained").empty());
    run();
    EXPECT_EQ(sink.of(Kind::Gpu, "drained").size(), 1u);
    // A doorbell with nothing behind it is done with at once.
    ring_doorbell();
    EXPECT_EQ(sink.of(Kind::Gpu, "drained").size(), 2u);
    // An error is no end of the work; what comes for it is the reset's note.
    submit({0});
    run();
    EXPECT_EQ(sink.of(Kind::Gpu, "drained").size(), 2u);
    write(0x43, 1);
    EXPECT_EQ(sink.of(Kind::Gpu, "drained").size(), 2u);
    EXPECT_EQ(sink.of(Kind::Gpu, "work-lost").size(), 1u);
}

} // namespace
} // namespace smmu_pm::gpu::test
