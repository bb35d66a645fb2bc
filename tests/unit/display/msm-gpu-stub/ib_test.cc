// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench.hh"

namespace smmu_pm::gpu::test {
namespace {

using journal::Kind;

class GpuIndirect : public GpuTest {
protected:
    /// From the ring: this buffer, then the mark 0x600d in CP_SCRATCH_REG(0).
    void call(uint64_t iova, uint32_t dwords)
    {
        submit({0x70bf'8003, static_cast<uint32_t>(iova), static_cast<uint32_t>(iova >> 32), dwords,
                0x400b'7801, 0x600d});
    }
    void expect_error(uint32_t status, uint32_t cause)
    {
        EXPECT_EQ(read(0x4e1), status);
        EXPECT_EQ(read(0xb18), cause);
        EXPECT_TRUE(host.irq);
        EXPECT_EQ(gpu.deadline(), never);
        EXPECT_NE(read(0xb78), 0x600du);
        EXPECT_NE(read(0x4f5), 0u);
    }
};

TEST_F(GpuIndirect, BufferIsExecutedAndTheRingGoesOn)
{
    poke(ib, {0x703d'8003, 0x0108'0000, 0, 1});
    call(ib, 4);
    run();
    EXPECT_EQ(host.peek(target), 1u);
    EXPECT_EQ(read(0xb78), 0x600du);
    const auto lines = sink.of(Kind::Gpu, "ib");
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].address, 0x0104'0000u);
    EXPECT_EQ(lines[0].value, 4u);
}

TEST_F(GpuIndirect, BufferAcrossPagesIsFetchedPageByPage)
{
    // The packet straddles the boundary; the pages need not be neighbours in memory.
    poke(0x0104'0ff8, {0x703d'8003, 0x0108'0000, 0, 0x77});
    call(0x0104'0ff8, 4);
    run();
    EXPECT_EQ(host.peek(target), 0x77u);
    const std::vector<Transfer> expected = {{false, 0x0100'1000, 24},
                                            {false, 0x0104'0ff8, 8},
                                            {false, 0x0104'1000, 8},
                                            {true, 0x0108'0000, 4}};
    EXPECT_EQ(host.transfers, expected);
}

TEST_F(GpuIndirect, SecondLevelReturnsToTheFirst)
{
    poke(ib, {0x70bf'8003, 0x0105'0000, 0, 4, 0x703d'8003, 0x0108'0004, 0, 2});
    poke(0x0105'0000, {0x703d'8003, 0x0108'0000, 0, 1});
    call(ib, 8);
    run();
    EXPECT_EQ(host.peek(0x0108'0000), 1u);
    EXPECT_EQ(host.peek(0x0108'0004), 2u);
    EXPECT_EQ(read(0xb78), 0x600du);
}

TEST_F(GpuIndirect, OpcodePfdCallsAsWell)
{
    poke(ib, {0x703d'8003, 0x0108'0000, 0, 1});
    submit({0x7037'8003, 0x0104'0000, 0, 4, 0x400b'7801, 0x600d});
    run();
    EXPECT_EQ(host.peek(target), 1u);
    EXPECT_EQ(read(0xb78), 0x600du);
}

TEST_F(GpuIndirect, ChainReplacesItsBuffer)
{
    poke(ib, {0x7057'8003, 0x0105'0000, 0, 4, 0x703d'8003, 0x0108'0004, 0, 2});
    poke(0x0105'0000, {0x703d'8003, 0x0108'0000, 0, 1});
    call(ib, 8);
    run();
    EXPECT_EQ(host.peek(0x0108'0000), 1u);
    EXPECT_EQ(host.peek(0x0108'0004), 0u);
    EXPECT_EQ(read(0xb78), 0x600du);
}

TEST_F(GpuIndirect, ChainInTheRingIsACall)
{
    poke(ib, {0x703d'8003, 0x0108'0000, 0, 1});
    submit({0x7057'8003, 0x0104'0000, 0, 4, 0x400b'7801, 0x600d});
    run();
    EXPECT_EQ(host.peek(target), 1u);
    EXPECT_EQ(read(0xb78), 0x600du);
}

TEST_F(GpuIndirect, EmptyBufferIsReturnedFromAtOnce)
{
    call(0xdead'0000'0000, 0);
    run();
    EXPECT_EQ(read(0xb78), 0x600du);
}

TEST_F(GpuIndirect, SizeHasTwentyBits)
{
    poke(ib, {0x703d'8003, 0x0108'0000, 0, 1});
    call(ib, 0x0030'0004);
    run();
    EXPECT_EQ(host.peek(target), 1u);
    EXPECT_EQ(read(0xb78), 0x600du);
}

TEST_F(GpuIndirect, PositionIsReadable)
{
    host.map(ib, 0x1000);
    for (uint64_t i = 0; i < 200; ++i)
        host.poke(ib + 4 * i, 0x7010'8000);
    call(ib, 200);
    EXPECT_EQ(read(0xb1f), 0u);
    slice();
    EXPECT_EQ(read(0xb1f), 0x0104'0100u);
    EXPECT_EQ(read(0xb20), 0u);
    EXPECT_EQ(read(0xb21), 200u - 64u);
    EXPECT_EQ(read(0xb22), 0u);
    run();
    EXPECT_EQ(read(0xb21), 0u);
}

TEST_F(GpuIndirect, ThirdLevelIsAHardwareFault)
{
    poke(ib, {0x70bf'8003, 0x0105'0000, 0, 4});
    poke(0x0105'0000, {0x70bf'8003, 0x0106'0000, 0, 4});
    poke(0x0106'0000, {0x703d'8003, 0x0108'0000, 0, 1});
    call(ib, 4);
    run();
    expect_error(0x200, 0x4);
    EXPECT_EQ(read(0xb1a), 0x70bf'8003u);
    EXPECT_EQ(host.peek(target), 0u);
}

TEST_F(GpuIndirect, BufferThatCallsItselfIsAHardwareFault)
{
    poke(ib, {0x70bf'8003, 0x0104'0000, 0, 4});
    call(ib, 4);
    run();
    expect_error(0x200, 0x4);
}

TEST_F(GpuIndirect, BufferThatChainsToItselfEndsAsAHang)
{
    host.map(ib, 0x1'0000);
    for (uint64_t i = 0; i < 0x3000; ++i)
        host.poke(ib + 4 * i, 0x7010'8000);
    poke(ib + 4 * 0x3000, {0x7057'8003, 0x0104'0000, 0, 0x3004});
    call(ib, 0x3004);
    const int slices = run(1'000'000);
    EXPECT_LT(slices, 70'000);
    EXPECT_GT(slices, 60'000); // 4 Mi dwords, 64 a slice
    expect_error(0x0080'0000, 0);
    const auto lines = sink.of(Kind::Gpu, "error");
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].text, "endless");
}

TEST_F(GpuIndirect, ShortestLoopEndsAsAHang)
{
    poke(ib, {0x7057'8003, 0x0104'0000, 0, 4});
    call(ib, 4);
    EXPECT_LT(run(1'000'000), 300'000);
    expect_error(0x0080'0000, 0);
}

TEST_F(GpuIndirect, ManyBuffersInARowAreNoLoop)
{
    host.map(ib, 0x10'0000);
    for (uint64_t i = 0; i < 0x4'0000; ++i)
        host.poke(ib + 4 * i, 0x7010'8000);
    for (int i = 0; i < 20; ++i)
        call(ib, 0x4'0000); // 20 * 2^18 dwords: more than the budget in all
    run(1'000'000);
    EXPECT_EQ(read(0x4e1), 0u);
    EXPECT_EQ(read(0xb78), 0x600du);
}

TEST_F(GpuIndirect, BufferThatEndsWithinAPacketIsAnOpcodeError)
{
    poke(ib, {0x703d'8003, 0x0108'0000});
    call(ib, 2);
    run();
    expect_error(0x200, 0x1);
    EXPECT_EQ(host.peek(target), 0u);
}

TEST_F(GpuIndirect, BufferThatIsNotMappedIsADmaError)
{
    call(0x0200'0000, 4);
    run();
    expect_error(0x200, 0x8);
    const auto lines = sink.of(Kind::Gpu, "error");
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].text, "dma");
    EXPECT_EQ(lines[0].address, 0x0200'0000u);
}

TEST_F(GpuIndirect, SecondPageThatIsNotMappedIsADmaErrorThere)
{
    host.map(ib);
    for (uint64_t i = 0; i < 1024; ++i)
        host.poke(ib + 4 * i, 0x7010'8000);
    host.unmap(ib + 0x1000);
    call(ib, 2000);
    run();
    expect_error(0x200, 0x8);
    EXPECT_EQ(sink.of(Kind::Gpu, "error").at(0).address, 0x0104'1000u);
}

} // namespace
} // namespace smmu_pm::gpu::test
