// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the device does when it is asked to.
#include "bench.hh"

namespace smmu_pm::testdev::test {
namespace {

using Strings = std::vector<std::string>;

class TestdevRequests : public Bench {};

TEST_F(TestdevRequests, IdentifiesItself)
{
    EXPECT_EQ(get(0x00), 0x4454'4d50u);
    EXPECT_EQ(get(0x04), 0x1'0000u);
    put(0x00, 0);
    EXPECT_EQ(get(0x00), 0x4454'4d50u);
    EXPECT_EQ(get(0xffc), 0u);
}

TEST_F(TestdevRequests, FillsWithThePatternLowByteFirst)
{
    host.map(0x1000, 8);
    request(fill, 0, 0x1001, 6, 0x4433'2211);
    EXPECT_EQ(get(status), 1u) << "busy";
    run();
    EXPECT_EQ(get(status), 0u);
    EXPECT_EQ(get(count), 6u);
    const uint8_t wanted[] = {0, 0x11, 0x22, 0x33, 0x44, 0x11, 0x22, 0};
    for (unsigned i = 0; i < 8; ++i)
        EXPECT_EQ(host.memory[0x1000 + i], wanted[i]) << i;
    EXPECT_EQ(sink.lines, (Strings{"start 4097 6 fill", "done 4103 6 "}));
}

TEST_F(TestdevRequests, CopiesInBeatsThatCrossNoLine)
{
    host.map(0x2000, 0x100);
    host.map(0x3000, 0x100);
    for (unsigned i = 0; i < 0x100; ++i)
        host.memory[0x2000 + i] = static_cast<uint8_t>(i + 1);
    request(copy, 0x2030, 0x3038, 100);
    run();
    for (unsigned i = 0; i < 100; ++i)
        ASSERT_EQ(host.memory[0x3038 + i], static_cast<uint8_t>(0x31 + i)) << i;
    EXPECT_EQ(host.memory[0x3037], 0u);
    EXPECT_EQ(host.memory[0x3038 + 100], 0u);
    // 0x2030 has 16 bytes to its line's end, 0x3038 has 8.
    EXPECT_EQ(host.transfers,
              (Strings{"R 8240+8", "W 12344+8", "R 8248+8", "W 12352+8", "R 8256+56", "W 12360+56",
                       "R 8312+8", "W 12416+8", "R 8320+20", "W 12424+20"}));
}

TEST_F(TestdevRequests, ComparesAndSaysWhereItDiffers)
{
    host.map(0x4000, 0x80, 0x5a);
    request(compare, 0x4000, 0, 0x80, 0x5a5a'5a5a);
    run();
    EXPECT_EQ(get(status), 0u);

    host.memory[0x4047] = 0;
    request(compare, 0x4000, 0, 0x80, 0x5a5a'5a5a);
    run();
    EXPECT_EQ(get(status), 0x20u) << "mismatch";
    EXPECT_EQ(get(count), 0x47u);
    EXPECT_EQ(get(error_iova, 8), 0x4047u);
    EXPECT_EQ(sink.lines.back(), "error 16455 71 mismatch");
}

TEST_F(TestdevRequests, BusErrorEndsIt)
{
    host.map(0x5000, 0x40);
    request(fill, 0, 0x5000, 0x80, 1);
    run();
    EXPECT_EQ(get(status), 0x10u) << "bus error";
    EXPECT_EQ(get(count), 0x40u);
    EXPECT_EQ(get(error_iova, 8), 0x5040u);
    EXPECT_EQ(host.transfers.size(), 2u);
}

TEST_F(TestdevRequests, RefusesWhatIsNoRequest)
{
    for (const auto& [op, bytes] :
         {std::pair<uint32_t, uint32_t>{fill, 0}, {fill, 0x1'0001}, {copy, 0xffff'ffff}, {3, 4}}) {
        request(op, 0, 0, bytes);
        EXPECT_EQ(device.deadline(), ~uint64_t{0});
        EXPECT_EQ(get(status), 0x30u) << op << " " << bytes;
        EXPECT_EQ(get(int_status), 1u);
    }
    EXPECT_TRUE(host.transfers.empty());
}

TEST_F(TestdevRequests, LongestRequestIsBounded)
{
    host.map(0, 0x1'0000);
    request(fill, 0, 0, 0x1'0000, 0xffff'ffff);
    run();
    EXPECT_EQ(host.transfers.size(), 1024u);
    EXPECT_EQ(host.memory[0xffff], 0xffu);
    EXPECT_EQ(get(count), 0x1'0000u);
}

TEST_F(TestdevRequests, WrapsWhereAddressesEnd)
{
    host.map(0xffff'ffff'ffff'ffc0, 0x40);
    host.map(0, 0x40);
    request(fill, 0, 0xffff'ffff'ffff'ffc0, 0x80, 7);
    run();
    EXPECT_EQ(get(status), 0u);
    EXPECT_EQ(host.memory[0], 7u);
}

TEST_F(TestdevRequests, BeginsAfterItsDelay)
{
    host.map(0x1000, 0x100);
    request(fill, 0, 0x1000, 0x80, 1, 5000);
    EXPECT_EQ(device.deadline(), 6000u) << "1000 and 5000";
    device.advance(5999);
    EXPECT_TRUE(host.transfers.empty());
    now = 6000;
    device.advance(now);
    EXPECT_EQ(host.transfers.size(), 1u);
    EXPECT_EQ(device.deadline(), 6200u) << "one beat later";
}

TEST_F(TestdevRequests, TakesOverTheRequestWhenItGoes)
{
    host.map(0x1000, 0x80);
    request(fill, 0, 0x1000, 0x80, 0x0101'0101);
    put(dst, 0x9000, 8);
    put(length, 4);
    put(pattern, 0);
    put(control, go | copy); // busy: ignored
    run();
    EXPECT_EQ(get(status), 0u);
    EXPECT_EQ(host.memory[0x107f], 1u);
}

TEST_F(TestdevRequests, StopEndsIt)
{
    host.map(0x1000, 0x80);
    request(fill, 0, 0x1000, 0x80, 1);
    run(1);
    put(control, stop);
    EXPECT_EQ(get(status), 0x40u);
    EXPECT_EQ(get(count), 0x40u);
    EXPECT_EQ(device.deadline(), ~uint64_t{0});
}

TEST_F(TestdevRequests, InterruptFollowsStatusAndEnable)
{
    host.map(0x1000, 4);
    request(fill, 0, 0x1000, 4);
    run();
    EXPECT_FALSE(host.irq);
    EXPECT_EQ(get(int_status), 1u);
    put(int_enable, 1);
    EXPECT_TRUE(host.irq);
    put(int_enable, 0);
    EXPECT_FALSE(host.irq);
    put(int_enable, 1);
    put(int_clear, 0);
    EXPECT_TRUE(host.irq);
    put(int_clear, 1);
    EXPECT_FALSE(host.irq);
    EXPECT_EQ(get(int_status), 0u);
}

TEST_F(TestdevRequests, HeldUntilItIsReleased)
{
    host.map(0x1000, 0x80);
    host.stall_at = 0x1040;
    request(fill, 0, 0x1000, 0x80, 1);
    run();
    EXPECT_EQ(get(status), 3u) << "busy, held";
    EXPECT_EQ(device.deadline(), ~uint64_t{0});
    host.stall_at = 1;
    device.released(now, power::Released::Retry);
    run();
    EXPECT_EQ(get(status), 0u);
    EXPECT_EQ(host.transfers, (Strings{"W 4096+64", "W 4160+64", "W 4160+64"}));
}

TEST_F(TestdevRequests, HeldAndThenRefused)
{
    host.map(0x1000, 0x80);
    host.stall_at = 0x1000;
    request(fill, 0, 0x1000, 0x80, 1);
    run();
    device.released(now, power::Released::Abort);
    run();
    EXPECT_EQ(get(status), 0x10u);
    EXPECT_EQ(host.transfers.size(), 1u);
    device.released(now, power::Released::Retry); // nobody waits
    EXPECT_EQ(device.deadline(), ~uint64_t{0});
}

TEST_F(TestdevRequests, HeldAndThenReadsAsZero)
{
    host.map(0x2000, 0x40, 9);
    host.map(0x3000, 0x40, 9);
    host.stall_at = 0x2000;
    request(copy, 0x2000, 0x3000, 0x40);
    run();
    device.released(now, power::Released::RazWi);
    run();
    EXPECT_EQ(get(status), 0u);
    EXPECT_EQ(host.memory[0x3000], 0u);
}

TEST_F(TestdevRequests, OddAccessesAreBusErrors)
{
    for (const auto& [offset, size] : {std::pair<uint64_t, unsigned>{0x02, 4},
                                       {0x14, 8},
                                       {0x1000, 4},
                                       {0xffc, 8},
                                       {0, 2},
                                       {~uint64_t{3}, 4}}) {
        EXPECT_EQ(device.read(now, offset, size).status, power::Status::Abort) << offset;
        EXPECT_EQ(device.write(now, offset, size, 0).status, power::Status::Abort) << offset;
    }
    EXPECT_TRUE(sink.lines.empty());
}

TEST(TestdevSeeds, DrawTheBeats)
{
    FakeHost host;
    Testdev device({.beat_ns = 1000, .seed = 5}, host, nullptr);
    for (unsigned i = 0; i < power::supply_count; ++i)
        device.set_supply(0, static_cast<power::Supply>(i), true);
    host.map(0, 0x200);
    device.write(0, 0x20, 4, 0x200);
    device.write(0, 0x2c, 4, 0x100);
    uint64_t now = 0;
    bool varied = false;
    while (device.deadline() != ~uint64_t{0}) {
        const uint64_t beat = device.deadline() - now;
        EXPECT_GE(beat, 1000u);
        EXPECT_LT(beat, 2000u);
        varied = varied || beat != 1000;
        now = device.deadline();
        device.advance(now);
    }
    EXPECT_TRUE(varied);
}

} // namespace
} // namespace smmu_pm::testdev::test
