// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench.hh"

#include <algorithm>
#include <random>

namespace smmu_pm::gpu::test {
namespace {

using journal::Kind;
using power::Supply;

class GpuState : public GpuTest {
protected:
    GpuState() : GpuTest({.seed = 9}) {}

    /// Two levels of buffers, a wait, a long write across pages and a fence.
    void submit_all()
    {
        host.map(target, 0x2000);
        for (uint64_t i = 0; i < 90; ++i)
            host.poke(ib + 4 * i, 0x7010'8000);
        poke(ib + 360, {0x70bf'8003, 0x0105'0ff0, 0, 103, 0x480b'7901, 3});
        poke(0x0105'0ff0, {0x703d'0064, 0x0108'0fe0, 0}); // 98 dwords
        for (uint32_t i = 0; i < 98; ++i)
            host.poke(0x0105'0ffc + 4 * i, i + 1);
        poke(0x0105'0ffc + 4 * 98, {0x7010'8000, 0x7010'8000});
        submit({0x70bf'8003, 0x0104'0000, 0, 96,                       //
                0x70bc'8006, 0x13, 0x0108'0000, 0, 1, 0xffff'ffff, 16, //
                0x7046'0004, 0x8000'0004, 0x0100'0004, 0, 5});
    }

    bool refused(const std::vector<Pair>& pairs)
    {
        const auto before = saved();
        const uint64_t deadline = gpu.deadline();
        const int changes = host.irq_changes;
        const bool loaded = gpu.load(pairs);
        EXPECT_EQ(saved(), before);
        EXPECT_EQ(gpu.deadline(), deadline);
        EXPECT_EQ(host.irq_changes, changes);
        return !loaded;
    }
};

TEST_F(GpuState, ATwinGoesOnExactlyAsTheOriginalFromEverySlice)
{
    submit_all();
    for (int at = 0; at < 12; ++at) {
        ASSERT_NE(gpu.deadline(), never);
        const auto pairs = saved();
        FakeHost twin_host;
        twin_host.pages = host.pages;
        FakeSink twin_sink;
        Gpu twin({.seed = 9}, twin_host, &twin_sink);
        ASSERT_TRUE(twin.load(pairs)) << at;
        EXPECT_EQ(twin.deadline(), gpu.deadline());
        std::vector<Pair> again;
        twin.save([&again](const Pair& pair) { again.push_back(pair); });
        EXPECT_EQ(again, pairs);

        // The original to its end, in a copy of its own, beside the twin.
        FakeHost other_host;
        other_host.pages = host.pages;
        Gpu other({.seed = 9}, other_host, nullptr);
        ASSERT_TRUE(other.load(pairs));
        for (int i = 0; i < 20; ++i) {
            if (i == 10) { // what the wait waits for
                twin_host.poke(target, 1);
                other_host.poke(target, 1);
            }
            ASSERT_EQ(twin.deadline(), other.deadline());
            if (twin.deadline() == never)
                break;
            const uint64_t then = twin.deadline();
            twin.advance(then);
            other.advance(then);
        }
        EXPECT_EQ(twin.deadline(), never) << at;
        EXPECT_EQ(twin_host.transfers, other_host.transfers);
        EXPECT_EQ(twin_host.pages, other_host.pages);
        EXPECT_TRUE(twin_host.irq);
        EXPECT_EQ(twin_host.peek(fence), 5u);
        EXPECT_EQ(twin_host.peek(0x0108'0fe0 + 4 * 97), 98u);
        slice();
    }
}

TEST_F(GpuState, TheOriginalAndItsTwinDrawTheSameDelays)
{
    submit_all();
    slice();
    FakeHost twin_host;
    twin_host.pages = host.pages;
    Gpu twin({.seed = 9}, twin_host, nullptr);
    ASSERT_TRUE(twin.load(saved()));
    for (int i = 0; i < 20; ++i) {
        ASSERT_NE(gpu.deadline(), never);
        slice();
        twin.advance(twin.deadline());
        ASSERT_EQ(twin.deadline(), gpu.deadline());
    }
}

TEST_F(GpuState, SavedInMidBufferItIsInMidBuffer)
{
    submit_all();
    slice();
    FakeHost twin_host;
    Gpu twin({.seed = 9}, twin_host, nullptr);
    ASSERT_TRUE(twin.load(saved()));
    EXPECT_NE(read(0xb21), 0u);
    EXPECT_EQ(twin.read(now, 0xb1f * 4, 4).value, read(0xb1f));
    EXPECT_EQ(twin.read(now, 0xb21 * 4, 4).value, read(0xb21));
}

TEST_F(GpuState, RegistersRamAndCountersCome)
{
    write(0xb7a, 0xffff'ff01);
    write(0xf810, 1);
    for (int i = 0; i < 200; ++i)
        put({0x7010'8000});
    ring_doorbell();
    run();
    FakeHost twin_host;
    Gpu twin({.seed = 9}, twin_host, nullptr);
    ASSERT_TRUE(twin.load(saved()));
    EXPECT_EQ(twin.read(now, 0xb7a * 4, 4).value, 0xffff'ff01u);
    EXPECT_EQ(twin.read(now, 0xf810 * 4, 4).value, 1u);
    EXPECT_EQ(twin.read(now, 0x3b0 * 4, 4).value, read(0x3b0));
    EXPECT_EQ(twin.read(now, 0x806 * 4, 4).value, 200u);
}

TEST_F(GpuState, InterruptLineIsRecomputed)
{
    submit({0x7046'0004, 0x8000'0004, 0x0100'0004, 0, 5});
    run();
    const auto high = saved();
    FakeHost twin_host;
    Gpu twin({.seed = 9}, twin_host, nullptr);
    ASSERT_TRUE(twin.load(high));
    EXPECT_TRUE(twin_host.irq);
    EXPECT_EQ(twin_host.irq_changes, 1);
    gpu.reset();
    EXPECT_TRUE(twin.load(saved()));
    EXPECT_FALSE(twin_host.irq);
}

TEST_F(GpuState, AnErrorStaysAnError)
{
    submit({0});
    run();
    FakeHost twin_host;
    Gpu twin({.seed = 9}, twin_host, nullptr);
    ASSERT_TRUE(twin.load(saved()));
    EXPECT_EQ(twin.read(now, 0xb18 * 4, 4).value, 1u);
    EXPECT_EQ(twin.read(now, 0x4f5 * 4, 4).value, 0x8000'00c6u);
    EXPECT_EQ(twin.deadline(), never);
}

TEST_F(GpuState, AHangStaysAHang)
{
    host.hang_at = 0x0100'1000;
    submit({0x7010'8000});
    run();
    FakeHost twin_host;
    Gpu twin({.seed = 9}, twin_host, nullptr);
    ASSERT_TRUE(twin.load(saved()));
    EXPECT_EQ(twin.read(now, 0x4f5 * 4, 4).value, 0x8000'00c6u);
    EXPECT_EQ(twin.deadline(), never);
}

TEST_F(GpuState, SwitchedOffItIsThreeNumbers)
{
    supply(Supply::Domain, false);
    const auto pairs = saved();
    ASSERT_EQ(pairs.size(), 3u);
    EXPECT_EQ(pairs[0], (Pair{0x8000'0000, 0x1ee}));
    EXPECT_EQ(pairs[1], (Pair{0x8000'0001, never}));
    FakeHost twin_host;
    Gpu twin({.seed = 9}, twin_host, nullptr);
    ASSERT_TRUE(twin.load(pairs));
    EXPECT_EQ(twin.read(now, 0x2000, 4).status, power::Status::Abort);
}

TEST_F(GpuState, EmptyListIsRefused)
{
    EXPECT_TRUE(refused({}));
}

TEST_F(GpuState, NoneOfItsOwnNumbersMayBeMissing)
{
    submit_all();
    slice();
    const auto good = saved();
    for (std::size_t i = 0; i < 3; ++i) {
        auto pairs = good;
        pairs.erase(pairs.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_TRUE(refused(pairs)) << i;
    }
}

TEST_F(GpuState, UnknownKeysAreRefused)
{
    const auto good = saved();
    for (const uint32_t key : {0x8000'0004u, 0x8000'00ffu, 0x8000'0200u, 0xffff'ffffu, 0x0003'f000u,
                               0x0000'0002u, 0x7fff'fffcu}) {
        auto pairs = good;
        pairs.push_back({key, 1});
        EXPECT_TRUE(refused(pairs)) << std::hex << key;
    }
}

TEST_F(GpuState, TheSameNumberTwiceIsRefused)
{
    for (const Pair& pair : saved()) {
        auto pairs = saved();
        pairs.push_back(pair);
        EXPECT_TRUE(refused(pairs)) << std::hex << pair.key;
    }
}

TEST_F(GpuState, ValuesTooWideAreRefused)
{
    write(0xf810, 1);
    for (const Pair& wide : {Pair{0xf810 * 4, 1ull << 32}, Pair{0x800 * 4, 1ull << 32},
                             Pair{0x8000'0000, 0x200}, Pair{0x8000'0100, 1ull << 32}}) {
        auto pairs = saved();
        std::erase_if(pairs, [&wide](const Pair& pair) { return pair.key == wide.key; });
        pairs.push_back(wide);
        EXPECT_TRUE(refused(pairs)) << std::hex << wide.key;
    }
}

TEST_F(GpuState, BitsThatARegisterCannotHoldAreRefused)
{
    auto pairs = saved();
    pairs.push_back({0x4e1 * 4, 0x4}); // RBBM_INT_0_STATUS, a cause that never comes
    EXPECT_TRUE(refused(pairs));
    pairs.back() = {0x37 * 4, 0x1}; // RBBM_INT_CLEAR_CMD holds nothing
    EXPECT_TRUE(refused(pairs));
}

TEST_F(GpuState, ArmedSliceWithoutWorkIsRefused)
{
    auto pairs = saved();
    pairs[1].value = 5'000'000;
    EXPECT_TRUE(refused(pairs));
}

TEST_F(GpuState, WorkWithoutAnArmedSliceIsRefused)
{
    submit({0x7010'8000});
    auto pairs = saved();
    pairs[1].value = never;
    EXPECT_TRUE(refused(pairs));
}

TEST_F(GpuState, ContentsWithoutPowerAreRefused)
{
    for (const uint64_t supplies : {uint64_t{0x1fe}, uint64_t{0x1fd}}) {
        auto pairs = saved();
        pairs[0].value = supplies;
        EXPECT_TRUE(refused(pairs)) << supplies;
    }
}

TEST_F(GpuState, PositionsThatCannotBeAreRefused)
{
    submit_all();
    slice();
    const auto good = saved();
    // Keys count the fields of CommandProcessor::each_field: depth, then of each level next, left,
    // at, have, skip and 16 dwords; after three levels the packet.
    for (const Pair& bad : {Pair{0x8000'0101, 3},
                            Pair{0x8000'0100, 1u << 20},
                            Pair{0x8000'0104, 17},
                            Pair{0x8000'0105, 17},
                            Pair{0x8000'0118, 1u << 20},
                            Pair{0x8000'0141, 2},
                            Pair{0x8000'0144, 10},
                            Pair{0x8000'014e, 4},
                            Pair{0x8000'014f, (1u << 14) + 1},
                            Pair{0x8000'0152, (1u << 22) + 1},
                            Pair{0x8000'0153, 2},
                            Pair{0x8000'0154, 3},
                            Pair{0x8000'0155, 8},
                            Pair{0x8000'0157, 2},
                            Pair{0x8000'0102, 2},
                            Pair{0x8000'0040, 2},
                            Pair{0x8000'0080, 7},
                            Pair{0x8000'0010, 5},
                            Pair{0x8000'0010, 0x201},
                            Pair{0x8000'0011, 5},
                            Pair{0x8000'0012, 2}}) {
        auto pairs = good;
        std::erase_if(pairs, [&bad](const Pair& pair) { return pair.key == bad.key; });
        pairs.push_back(bad);
        EXPECT_TRUE(refused(pairs)) << std::hex << bad.key;
    }
}

TEST_F(GpuState, NoListOfNumbersHarms)
{
    submit_all();
    slice();
    const auto good = saved();
    std::mt19937_64 random(1);
    int loaded = 0;
    for (int round = 0; round < 3000; ++round) {
        auto pairs = good;
        for (uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
            Pair& pair = pairs[random() % pairs.size()];
            if (random() % 8 == 0)
                pair.key = static_cast<uint32_t>(random() % 2 != 0 ? 0x8000'0000 + random() % 0x160
                                                                   : random() % 0x4'0000);
            pair.value = random() % 2 != 0 ? random() >> random() % 64
                                           : pair.value ^ uint64_t { 1 } << random() % 64;
        }
        FakeHost twin_host;
        twin_host.map(0x0100'0000, 0x10'0000);
        Gpu twin({}, twin_host, nullptr);
        if (!twin.load(pairs))
            continue;
        ++loaded;
        for (int i = 0; i < 200 && twin.deadline() != never; ++i)
            twin.advance(twin.deadline());
        (void)twin.read(now, 0x4f5 * 4, 4);
    }
    EXPECT_GT(loaded, 100);
}

} // namespace
} // namespace smmu_pm::gpu::test
