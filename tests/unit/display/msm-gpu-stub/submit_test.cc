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

} // namespace
} // namespace smmu_pm::gpu::test
