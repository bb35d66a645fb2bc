// SPDX-License-Identifier: GPL-2.0-or-later
//
// Saved and loaded, a device goes on as if nothing had been; and what no device can be in is
// refused, and leaves it as it was.
#include "bench.hh"

namespace smmu_pm::testdev::test {
namespace {

class TestdevSaved : public Bench {
protected:
    std::vector<Pair> pairs() const { return saved(device); }
    static std::vector<Pair> saved(const Testdev& of)
    {
        std::vector<Pair> all;
        of.save([&all](const Pair& pair) { all.push_back(pair); });
        return all;
    }
};

TEST_F(TestdevSaved, GoesOnInTheMiddleOfACopy)
{
    host.map(0x2000, 0x80, 0x77);
    host.map(0x3000, 0x80);
    put(int_enable, 1);
    request(copy, 0x2000, 0x3000, 0x80);
    run(3); // read, written, read
    const auto state = pairs();

    FakeHost other;
    other.memory = host.memory;
    Testdev loaded({}, other, nullptr);
    ASSERT_TRUE(loaded.load(state));
    EXPECT_EQ(saved(loaded), state);
    while (loaded.deadline() != ~uint64_t{0})
        loaded.advance(loaded.deadline());
    EXPECT_EQ(other.transfers, (std::vector<std::string>{"W 12352+64"}));
    EXPECT_EQ(other.memory[0x307f], 0x77u);
    EXPECT_TRUE(other.irq);
}

TEST_F(TestdevSaved, InterruptIsRaisedAgain)
{
    host.map(0x1000, 4);
    put(int_enable, 1);
    request(fill, 0, 0x1000, 4);
    run();
    FakeHost other;
    Testdev loaded({}, other, nullptr);
    ASSERT_TRUE(loaded.load(pairs()));
    EXPECT_TRUE(other.irq);
}

TEST_F(TestdevSaved, WaitsOnWhenItWasHeld)
{
    host.map(0x1000, 0x40);
    host.stall_at = 0x1000;
    request(fill, 0, 0x1000, 0x40, 1);
    run();
    FakeHost other;
    other.map(0x1000, 0x40);
    Testdev loaded({}, other, nullptr);
    ASSERT_TRUE(loaded.load(pairs()));
    EXPECT_EQ(loaded.read(0, 0x30, 4).value, 3u);
    loaded.released(now, power::Released::Retry);
    loaded.advance(loaded.deadline());
    EXPECT_EQ(loaded.read(0, 0x30, 4).value, 0u);
}

TEST_F(TestdevSaved, RefusesWhatNoDeviceCanBeIn)
{
    host.map(0x1000, 0x80);
    request(fill, 0, 0x1000, 0x80, 1);
    run(1);
    const auto good = pairs();
    const auto refused = [&](std::vector<Pair> bad) {
        const bool loaded = device.load(bad);
        EXPECT_EQ(pairs(), good) << "and nothing has changed";
        return !loaded;
    };
    const auto with = [&](uint32_t key, uint64_t value) {
        auto bad = good;
        for (Pair& pair : bad)
            if (pair.key == key) {
                pair.value = value;
                return bad;
            }
        bad.push_back({key, value});
        return bad;
    };
    EXPECT_TRUE(refused({}));
    EXPECT_TRUE(refused(with(0x8000'0000, 0x1f'ffff)));    // no such supply
    EXPECT_TRUE(refused(with(0x8000'0000, 0x1e)));         // work without a domain
    EXPECT_TRUE(refused(with(0x8000'0001, ~uint64_t{0}))); // nothing armed
    EXPECT_TRUE(refused(with(0x8000'0003, 9)));            // no such hold
    EXPECT_TRUE(refused(with(0x8000'0004, 2)));
    EXPECT_TRUE(refused(with(0x8000'0042, 3)));        // no such operation
    EXPECT_TRUE(refused(with(0x8000'0043, 0x1'0001))); // too long
    EXPECT_TRUE(refused(with(0x8000'0045, 0x80)));     // nothing left to do
    EXPECT_TRUE(refused(with(0x8000'0041, 1)));        // the second half of a fill
    EXPECT_TRUE(refused(with(0x8000'0060, 1)));        // no such field
    EXPECT_TRUE(refused(with(0x02, 1)));               // no such register
    EXPECT_TRUE(refused(with(0x40, 2)));               // a bit that it has not
    auto twice = good;
    twice.push_back(good.back());
    EXPECT_TRUE(refused(twice));
    EXPECT_FALSE(refused(good));
}

TEST_F(TestdevSaved, OffIsNothingButWires)
{
    power(false);
    const auto state = pairs();
    EXPECT_EQ(state.size(), 3u);
    FakeHost other;
    Testdev loaded({}, other, nullptr);
    EXPECT_TRUE(loaded.load(state));
}

} // namespace
} // namespace smmu_pm::testdev::test
