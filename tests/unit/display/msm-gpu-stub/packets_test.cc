// SPDX-License-Identifier: GPL-2.0-or-later
//
// Operations on memory and registers, as freedreno and the driver send them.
#include "bench.hh"

namespace smmu_pm::gpu::test {
namespace {

class GpuPackets : public GpuTest {};

TEST_F(GpuPackets, MemToMemCopies)
{
    poke(target, {0, 0xdead'beef});
    submit({0x7073'8005, 0, 0x0108'0000, 0, 0x0108'0004, 0});
    run();
    EXPECT_EQ(host.peek(target), 0xdead'beefu);
}

// A query's result += stop - start, 64 bit (fd5_query.c).
TEST_F(GpuPackets, MemToMemAddsAndSubtractsDoubles)
{
    poke(target, {0xffff'ffff, 1, 0, 2, 5, 1}); // result, stop, start
    submit(
        {0x7073'8009, 0x2000'0004, 0x0108'0000, 0, 0x0108'0000, 0, 0x0108'0008, 0, 0x0108'0010, 0});
    run();
    EXPECT_EQ(host.peek(target), 0xffff'fffau);
    EXPECT_EQ(host.peek(target + 4), 2u);
}

TEST_F(GpuPackets, MemToMemNegatesWhatItIsTold)
{
    poke(target, {0, 3, 10, 0x55});
    submit({0x7073'0007, 0x4000'0001, 0x0108'0000, 0, 0x0108'0004, 0, 0x0108'0008, 0});
    run();
    EXPECT_EQ(host.peek(target), 7u);
    EXPECT_EQ(host.peek(target + 12), 0x55u);
}

TEST_F(GpuPackets, RegToMemWritesOneSeveralAndPairs)
{
    write(0xb78, 0x11);
    write(0xb79, 0x22);
    write(0xb7a, 0x33);
    submit({0x703e'8003, 0xb78, 0x0108'0000, 0,            //
            0x703e'8003, 0xb78 | 3u << 18, 0x0108'0010, 0, //
            0x703e'8003, 0xb79 | 1u << 30, 0x0108'0020, 0});
    run();
    EXPECT_EQ(host.peek(target), 0x11u);
    EXPECT_EQ(host.peek(target + 4), 0u);
    EXPECT_EQ(host.peek(target + 0x10), 0x11u);
    EXPECT_EQ(host.peek(target + 0x14), 0x22u);
    EXPECT_EQ(host.peek(target + 0x18), 0x33u);
    EXPECT_EQ(host.peek(target + 0x1c), 0u);
    EXPECT_EQ(host.peek(target + 0x20), 0x22u);
    EXPECT_EQ(host.peek(target + 0x24), 0x33u);
}

TEST_F(GpuPackets, RegToMemAccumulates)
{
    write(0xb78, 0xffff'ffff);
    write(0xb79, 0);
    poke(target, {2, 5});
    submit({0x703e'8003, 0xb78 | 3u << 30, 0x0108'0000, 0});
    run();
    EXPECT_EQ(host.peek(target), 1u);
    EXPECT_EQ(host.peek(target + 4), 6u);
}

TEST_F(GpuPackets, MemToRegFillsRegisters)
{
    poke(target, {1, 2, 3});
    submit({0x70c2'8003, 0xb78 | 3u << 19, 0x0108'0000, 0});
    run();
    EXPECT_EQ(read(0xb78), 1u);
    EXPECT_EQ(read(0xb7a), 3u);
    EXPECT_EQ(read(0xb7b), 0u);
}

TEST_F(GpuPackets, CondWriteWritesMemoryOrARegisterWhenItsConditionHolds)
{
    poke(target, {5});
    submit({0x7045'0008, 0x113, 0x0108'0000, 0, 5,    0xff, 0x0108'0010, 0, 0xaa,   //
            0x7045'0008, 0x114, 0x0108'0000, 0, 5,    0xff, 0x0108'0014, 0, 0xbb,   //
            0x7045'0008, 0x13,  0x0108'0000, 0, 5,    0xff, 0xb79,       0, 0xcc,   //
            0x7045'0008, 0x123, 1,           0, 0xcc, 0xff, 0x0108'0018, 0, 0xdd,   // scratch 1
            0x7045'0008, 0x103, 0xb79,       0, 0xcc, 0xff, 0x0108'001c, 0, 0xee}); // register
    run();
    EXPECT_EQ(host.peek(target + 0x10), 0xaau);
    EXPECT_EQ(host.peek(target + 0x14), 0u);
    EXPECT_EQ(read(0xb79), 0xccu);
    EXPECT_EQ(host.peek(target + 0x18), 0xddu);
    EXPECT_EQ(host.peek(target + 0x1c), 0xeeu);
}

TEST_F(GpuPackets, CondExecLetsPassOrSkips)
{
    poke(target, {1, 0xffff'ffff, 0, 7});
    submit({0x70c4'8006, 0x0108'0000,
            0,           0x0108'0004,
            0,           0,
            2,           0x400b'7801,
            1, // -1 < 0
            0x70c4'8006, 0x0108'0008,
            0,           0x0108'0004,
            0,           0,
            2,           0x480b'7901,
            1, // 0
            0x70c4'8006, 0x0108'0000,
            0,           0x0108'000c,
            0,           7,
            2,           0x480b'7a01,
            1, // not less
            0x400b'7b01, 1});
    run();
    EXPECT_EQ(read(0xb78), 1u);
    EXPECT_EQ(read(0xb79), 0u);
    EXPECT_EQ(read(0xb7a), 0u);
    EXPECT_EQ(read(0xb7b), 1u);
}

TEST_F(GpuPackets, WaitMemGteWaits)
{
    submit({0x7094'0004, 0, 0x0108'0000, 0, 5, 0x400b'7801, 1});
    run(20);
    EXPECT_EQ(read(0xb78), 0u);
    host.poke(target, 6);
    run();
    EXPECT_EQ(read(0xb78), 1u);
}

TEST_F(GpuPackets, WaitRegMemComparesSignedWhenToldSo)
{
    host.poke(target, 0xffff'fffe);
    submit({0x70bc'8006, 0x19, 0x0108'0000, 0, 0, 0xffff'ffff, 16, 0x400b'7801, 1});
    run(20);
    EXPECT_EQ(read(0xb78), 1u);
}

TEST_F(GpuPackets, RegRmwMasksRotatesAndOrsOrAdds)
{
    write(0xb78, 0xf000'000f);
    write(0xb79, 0xf000'0001);
    submit({0x70a1'8003, 0xb78 | 4u << 24, 0xf000'0001, 0x100, //
            0x70a1'8003, 0xb79 | 1u << 29, 0xffff'ffff, 0x1000'0000});
    run();
    EXPECT_EQ(read(0xb78), 0x0000'011fu);
    EXPECT_EQ(read(0xb79), 1u);
}

TEST_F(GpuPackets, RegRmwTakesSourcesFromRegisters)
{
    write(0xb78, 0xff);
    write(0xb79, 0x0f);
    write(0xb7a, 0x30);
    submit({0x70a1'8003, 0xc000'0000 | 0xb78, 0xb79, 0xb7a});
    run();
    EXPECT_EQ(read(0xb78), 0x3fu);
}

TEST_F(GpuPackets, WhereAmIWritesTheReadPointerBehindItself)
{
    submit({0x7010'8000, 0x7062'0002, 0x0108'0000, 0, 0x7010'8000});
    run();
    EXPECT_EQ(host.peek(target), 4u);
}

TEST_F(GpuPackets, ConditionalCallsAreCalls)
{
    poke(ib, {0x400b'7801, 1});
    poke(ib + 0x100, {0x480b'7901, 2});
    submit({0x70ba'8003, 0x0104'0000, 0, 2, 0x7032'8003, 0x0104'0100, 0, 2});
    run();
    EXPECT_EQ(read(0xb78), 1u);
    EXPECT_EQ(read(0xb79), 2u);
}

TEST_F(GpuPackets, EventWithTheTimestampFlagWritesTheCounter)
{
    poke(target, {1, 1, 1});
    submit({0x7046'0004, 0x4000'0016, 0x0108'0000, 0, 0xdead});
    run();
    EXPECT_EQ(host.peek(target), static_cast<uint32_t>(now * 12 / 625)); // 19.2 MHz
    EXPECT_EQ(host.peek(target + 4), 0u);
    EXPECT_EQ(host.peek(target + 8), 1u);
}

TEST_F(GpuPackets, EachTimestampEventHasItsInterrupt)
{
    const std::pair<uint32_t, uint32_t> rows[] = {{4, 20},  {8, 18},  {22, 17},
                                                  {26, 12}, {28, 10}, {29, 11}};
    for (const auto& [event, bit] : rows) {
        submit({0x7046'0004, 0x8000'0000 | event, 0x0108'0000, 0, event});
        run();
        EXPECT_EQ(read(0x4e1), 1u << bit) << event;
        EXPECT_EQ(host.peek(target), event);
        write(0x37, 0xffff'ffff);
    }
    submit({0x7046'0004, 0x8000'001e, 0x0108'0000, 0, 9}); // BLIT
    run();
    EXPECT_EQ(read(0x4e1), 0u);
    EXPECT_EQ(host.peek(target), 9u);
}

// fd5_query.c: the driver waits for what this overwrites.
TEST_F(GpuPackets, ZpassDoneWritesACountOfNothing)
{
    poke(target, {0xffff'ffff, 0xffff'ffff, 0x77});
    submit({0x48e1'd101, 2, 0x40e2'6702, 0x0108'0000, 0, 0x7046'0001, 21, 0x70bc'8006, 0x14,
            0x0108'0000, 0, 0xffff'ffff, 0xffff'ffff, 16, 0x400b'7801, 1});
    run(50);
    EXPECT_EQ(host.peek(target), 0u);
    EXPECT_EQ(host.peek(target + 4), 0u);
    EXPECT_EQ(host.peek(target + 8), 0x77u);
    EXPECT_EQ(read(0xb78), 1u);
}

TEST_F(GpuPackets, ZpassDoneWithoutCopyWritesNothing)
{
    host.poke(target, 5);
    submit({0x40e2'6702, 0x0108'0000, 0, 0x7046'0001, 21});
    run();
    EXPECT_EQ(host.peek(target), 5u);
}

TEST_F(GpuPackets, FlushOfStreamOutWritesItsOffset)
{
    write(0xe2ab + 7, 0x1234); // VPC_SO_BUFFER_OFFSET(1)
    write(0xe2ac + 7, 0x0108'0004);
    submit({0x7046'0001, 18});
    run();
    EXPECT_EQ(host.peek(target + 4), 0x1234u);
    // Without an address it has nowhere to go.
    host.transfers.clear();
    submit({0x7046'0001, 17});
    run();
    EXPECT_EQ(host.transfers.size(), 1u);
}

TEST_F(GpuPackets, RegistersBeyondTheWindowAreBusErrorsOfEitherDirection)
{
    submit({0x703e'8003, 0xfc00, 0x0108'0000, 0});
    run();
    EXPECT_EQ(read(0xb18), 0x20u);
    EXPECT_EQ(read(0xb1b), 0x0803'f000u);
    write(0x43, 1);
    write(0x43, 0);
    start();
    submit({0x70c2'8003, 0xfc00, 0x0108'0000, 0});
    run();
    EXPECT_EQ(read(0xb1b), 0x0903'f000u);
    EXPECT_EQ(read(0x4f4), 0x1003'f000u);
}

} // namespace
} // namespace smmu_pm::gpu::test
