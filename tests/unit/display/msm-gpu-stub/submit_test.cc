// SPDX-License-Identifier: GPL-2.0-or-later
//
// The streams that stock drm/msm sends, as it sends them: a5xx_me_init and a5xx_submit of Linux
// 6.1, with the addresses seen on a booted kernel.
#include "bench.hh"

namespace smmu_pm::gpu::test {
namespace {

using journal::Kind;

class GpuSubmit : public GpuTest {
protected:
    void me_init() { submit({0x70c8'0008, 0x2f, 3, 0x2000'0000, 0, 0, 1, 0, 0}); }
    void linux_submit(uint64_t iova, uint32_t dwords, uint32_t seqno)
    {
        submit({0x70e9'0001,
                2, //
                0x70df'0001,
                0, //
                0x4808'3e02,
                0x0100'a000,
                0, //
                0x70df'0001,
                1, //
                0x70ea'0001,
                0, //
                0x701c'0001,
                2, //
                0x70bf'8003,
                static_cast<uint32_t>(iova),
                static_cast<uint32_t>(iova >> 32),
                dwords, //
                0x70ec'8005,
                0,
                0,
                0,
                0,
                0, //
                0x701c'0001,
                1, //
                0x480b'7a01,
                seqno, //
                0x7046'0004,
                0x8000'0004,
                0x0100'0004,
                0,
                seqno, //
                0x706b'0004,
                0,
                0,
                1,
                1});
    }
};

TEST_F(GpuSubmit, MeInitDrainsTheRingAndLeavesThePartIdle)
{
    me_init();
    EXPECT_NE(read(0x4f5) & ~1u, 0u);
    run();
    EXPECT_EQ(read(0x806), 9u);
    EXPECT_EQ(read(0x807), 9u);
    EXPECT_EQ(read(0x4f5), 0u);
    EXPECT_EQ(read(0x4e1), 0u);
    EXPECT_FALSE(host.irq);
}

TEST_F(GpuSubmit, MemWriteLandsFenceIsWrittenThenTheInterruptComes)
{
    me_init();
    run();
    poke(ib, {0x703d'8003, 0x0108'0000, 0, 0xcafe'f00d, 0x7010'0001, 0});
    linux_submit(ib, 6, 0xffff'ff01);
    run();
    EXPECT_EQ(host.peek(target), 0xcafe'f00du);
    EXPECT_EQ(host.peek(fence), 0xffff'ff01u);
    EXPECT_EQ(read(0x4e1), 0x0010'0000u);
    EXPECT_TRUE(host.irq);
    EXPECT_EQ(host.fence_at_irq, 0xffff'ff01u);
    EXPECT_EQ(read(0xb7a), 0xffff'ff01u);
    EXPECT_EQ(read(0x83e), 0x0100'a000u);
    EXPECT_EQ(read(0x806), read(0x807));
    EXPECT_EQ(read(0x4f5), 0u);
}

TEST_F(GpuSubmit, ASubmitIsTheseTransfersAndNoOthers)
{
    me_init();
    run();
    poke(ib, {0x703d'8003, 0x0108'0000, 0, 0xcafe'f00d, 0x7010'0001, 0});
    host.transfers.clear();
    linux_submit(ib, 6, 0xffff'ff01);
    EXPECT_EQ(run(), 1);
    const std::vector<Transfer> expected = {
        {false, 0x0100'1024, 28}, {false, 0x0100'1040, 64}, // the ring up to the call
        {false, 0x0104'0000, 24}, {true, 0x0108'0000, 4},   // the buffer and what it writes
        {false, 0x0100'1080, 56}, {true, 0x0100'0004, 4},   // the rest and the fence
    };
    EXPECT_EQ(host.transfers, expected);
}

TEST_F(GpuSubmit, TheJournalTellsDoorbellBufferFenceInterrupt)
{
    me_init();
    run();
    poke(ib, {0x703d'8003, 0x0108'0000, 0, 0xcafe'f00d, 0x7010'0001, 0});
    sink.lines.clear();
    linux_submit(ib, 6, 7);
    run();
    write(0x37, 0x0010'0000);
    ASSERT_EQ(sink.lines.size(), 6u);
    EXPECT_EQ(sink.lines[0].name, "ring");
    EXPECT_EQ(sink.lines[0].value, 46u);
    EXPECT_EQ(sink.lines[1].name, "ib");
    EXPECT_EQ(sink.lines[1].address, 0x0104'0000u);
    EXPECT_EQ(sink.lines[1].value, 6u);
    EXPECT_EQ(sink.lines[2].name, "event");
    EXPECT_EQ(sink.lines[2].value, 7u);
    EXPECT_EQ(sink.lines[3].name, "drained");
    EXPECT_EQ(sink.lines[3].address, 46u);
    EXPECT_EQ(sink.lines[3].value, 46u);
    EXPECT_EQ(sink.lines[4].kind, Kind::Irq);
    EXPECT_EQ(sink.lines[4].value, 1u);
    EXPECT_EQ(sink.lines[5].kind, Kind::Irq);
    EXPECT_EQ(sink.lines[5].value, 0u);
}

TEST_F(GpuSubmit, ThousandSubmitsGoRoundTheRing)
{
    me_init();
    run();
    for (uint32_t seqno = 1; seqno <= 1000; ++seqno) {
        poke(ib, {0x703d'8003, 0x0108'0000, 0, seqno ^ 0x5a5a, 0x7010'0001, 0});
        linux_submit(ib, 6, seqno);
        run();
        ASSERT_EQ(host.peek(target), seqno ^ 0x5a5a);
        ASSERT_EQ(host.peek(fence), seqno);
        // a5xx_irq.
        ASSERT_TRUE(host.irq);
        const uint32_t status = read(0x4e1);
        ASSERT_EQ(status, 0x0010'0000u);
        write(0x37, status & ~2u);
        ASSERT_FALSE(host.irq);
    }
    EXPECT_EQ(read(0x806), read(0x807));
}

TEST_F(GpuSubmit, TwoSubmitsBehindOneAnotherKeepTheirOrder)
{
    me_init();
    poke(ib, {0x703d'8003, 0x0108'0000, 0, 1, 0x7010'0001, 0});
    poke(ib + 0x1000, {0x703d'8003, 0x0108'0000, 0, 2, 0x7010'0001, 0});
    linux_submit(ib, 6, 1);
    linux_submit(ib + 0x1000, 6, 2);
    run();
    EXPECT_EQ(host.peek(target), 2u);
    const auto fences = sink.of(Kind::Gpu, "event");
    ASSERT_EQ(fences.size(), 2u);
    EXPECT_EQ(fences[0].value, 1u);
    EXPECT_EQ(fences[1].value, 2u);
    EXPECT_EQ(host.irq_changes, 1);
}

TEST_F(GpuSubmit, StaleAddressOfAClosedBufferIsADmaErrorAndTheFenceStaysBehind)
{
    me_init();
    run();
    poke(ib, {0x703d'8003, 0x0200'0000, 0, 1, 0x7010'0001, 0});
    linux_submit(ib, 6, 1);
    run();
    EXPECT_EQ(host.peek(fence), 0u);
    EXPECT_EQ(read(0x4e1), 0x200u);
    EXPECT_EQ(read(0xb18), 0x8u);
}

// What hw_init writes on an A510, those of its registers that could be in the way of something.
TEST_F(GpuSubmit, HwInitOfLinuxFromColdToIdle)
{
    for (const auto wire : {power::Supply::Domain, power::Supply::Core}) {
        supply(wire, false);
        supply(wire, true);
    }
    write(0x67, 0x55);
    write(0x93, 1);
    write(0x2f, 0x4000'ffff);
    write(0x464, 1);
    write(0x46b, 6);
    write(0x833, 0x0200'0000);
    write(0x94, 0xa6ff'ffff);
    write(0xcc4, read(0xcc4) & ~0x800u);
    write(0x8a0, 7);
    for (uint32_t i = 0; i < 18; ++i)
        write(0x880 + i, 0x6000'0010 + i);
    write(0xf803, 0);
    write(0x860, 1);
    write(0xf810, 1);
    write(0x838, 0x0100'b000);
    write(0x839, 0);
    write(0x835, 0x0100'd000);
    write(0x836, 0);
    write(0x800, 0x0100'1000);
    write(0x801, 0);
    write(0x802, 0x0800'020c);
    write(0x38, 0x1190'037e);
    write(0x832, 0);
    me_init();
    run();
    write(0xf400, 0);
    EXPECT_EQ(read(0x806), 9u);
    EXPECT_EQ(read(0x4f5) & ~1u, 0u);
    EXPECT_EQ(read(0x4e1), 0u);
    EXPECT_EQ(read(0x880), 0x6000'0010u);
    EXPECT_EQ(read(0x835), 0x0100'd000u);
    EXPECT_FALSE(host.irq);
}

} // namespace
} // namespace smmu_pm::gpu::test
