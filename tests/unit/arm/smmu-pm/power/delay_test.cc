// SPDX-License-Identifier: GPL-2.0-or-later
#include "power/delay.hh"

#include <gtest/gtest.h>

#include <string>

namespace smmu_pm::power {
namespace {

struct Wires : Delay::Lines, journal::Sink {
    void set_line(unsigned line, bool level) override
    {
        log.push_back(std::to_string(line) + (level ? " high" : " low"));
    }
    void record(const journal::Event& event) override
    {
        EXPECT_EQ(event.kind, journal::Kind::Irq);
        EXPECT_EQ(event.block, journal::Block::Delay);
        events.push_back(std::string(event.name) + "=" + std::to_string(event.value));
    }
    std::vector<std::string> take()
    {
        std::vector<std::string> taken;
        taken.swap(log);
        return taken;
    }
    std::vector<std::string> log{};
    std::vector<std::string> events{};
};

using Words = std::vector<std::string>;

std::vector<Pair> saved(const Delay& delay)
{
    std::vector<Pair> pairs;
    delay.save([&](const Pair& pair) { pairs.push_back(pair); });
    return pairs;
}

TEST(DelayElement, WithoutDelayPassesOnAtOnce)
{
    Wires wires;
    Delay delay(3, 0, 0, 0, wires, &wires);
    delay.set(5, 1, true);
    EXPECT_EQ(wires.take(), (Words{"1 high"}));
    delay.set(5, 1, true);
    EXPECT_TRUE(wires.take().empty());
    delay.set(6, 1, false);
    EXPECT_EQ(wires.take(), (Words{"1 low"}));
    EXPECT_EQ(delay.deadline(), UINT64_MAX);
    EXPECT_EQ(wires.events, (Words{"line1=1", "line1=0"}));
}

TEST(DelayElement, DelaysEachEdgeByItsOwnTime)
{
    Wires wires;
    Delay delay(1, 100, 30, 0, wires, nullptr);
    delay.set(1000, 0, true);
    EXPECT_EQ(delay.deadline(), 1100u);
    delay.advance(1099);
    EXPECT_TRUE(wires.take().empty());
    delay.advance(1100);
    EXPECT_EQ(wires.take(), (Words{"0 high"}));
    delay.set(2000, 0, false);
    EXPECT_EQ(delay.deadline(), 2030u);
    delay.advance(5000);
    EXPECT_EQ(wires.take(), (Words{"0 low"}));
}

TEST(DelayElement, AnEdgeArrivesAfterItsSourceHasFallenSilent)
{
    // The SMMU raises its line at 1000 and loses power at 1010: the handler still comes to run.
    Wires wires;
    Delay delay(1, 100, 500, 0, wires, nullptr);
    delay.set(1000, 0, true);
    delay.set(1010, 0, false);
    delay.advance(1100);
    EXPECT_EQ(wires.take(), (Words{"0 high"}));
    EXPECT_EQ(delay.deadline(), 1510u);
    delay.advance(1510);
    EXPECT_EQ(wires.take(), (Words{"0 low"}));
}

TEST(DelayElement, NoEdgeOvertakesAnother)
{
    Wires wires;
    Delay delay(1, 100, 0, 0, wires, nullptr);
    delay.set(0, 0, true);
    delay.set(10, 0, false);
    EXPECT_TRUE(wires.take().empty());
    EXPECT_EQ(saved(delay)[2], (Pair{0x8100'0001, 100}));
    delay.advance(100);
    EXPECT_EQ(wires.take(), (Words{"0 high", "0 low"}));
}

TEST(DelayElement, DeliversInOrderOfTimeThenOfLine)
{
    Wires wires;
    Delay delay(4, 100, 100, 0, wires, nullptr);
    delay.set(0, 3, true);
    delay.set(0, 1, true);
    delay.set(50, 0, true);
    delay.advance(1000);
    EXPECT_EQ(wires.take(), (Words{"1 high", "3 high", "0 high"}));
}

TEST(DelayElement, HoldsABoundedNumberOfEdgesAndKeepsTheLastLevel)
{
    Wires wires;
    Delay delay(1, 1000, 1000, 0, wires, nullptr);
    for (unsigned i = 0; i < 100'001; ++i)
        delay.set(i % 500, 0, i % 2 == 0);
    delay.advance(10'000);
    const std::vector<std::string> log = wires.take();
    EXPECT_LE(log.size(), 16u);
    EXPECT_EQ(log.back(), "0 high");
    EXPECT_EQ(delay.deadline(), UINT64_MAX);
}

TEST(DelayElement, IgnoresALineThatDoesNotExist)
{
    Wires wires;
    Delay delay(2, 0, 0, 0, wires, nullptr);
    delay.set(0, 2, true);
    delay.set(0, UINT32_MAX, true);
    EXPECT_TRUE(wires.take().empty());
}

TEST(DelayElement, ResetLowersItsLinesAndForgets)
{
    Wires wires;
    Delay delay(2, 0, 100, 0, wires, nullptr);
    delay.set(0, 0, true);
    delay.set(1, 1, true);
    delay.set(2, 1, false);
    wires.take();
    delay.reset();
    EXPECT_EQ(wires.take(), (Words{"0 low", "1 low"}));
    EXPECT_EQ(delay.deadline(), UINT64_MAX);
}

TEST(DelayElement, SeedVariesFromTheDelayToItsDouble)
{
    Wires wires;
    Delay delay(1, 1000, 1000, 1234567, wires, nullptr);
    delay.set(0, 0, true);
    EXPECT_EQ(delay.deadline(), 1317u); // 6457827717110365317 % 1000, see Seed in controller_test
    delay.advance(5000);
    delay.set(5000, 0, false);
    EXPECT_EQ(delay.deadline(), 6973u);
}

TEST(DelayElement, ATwinGoesOnAsTheOriginal)
{
    Wires wires;
    Delay delay(3, 1000, 1000, 42, wires, nullptr);
    delay.set(0, 0, true);
    delay.advance(2000);
    delay.set(2000, 0, false);
    delay.set(2001, 0, true);
    delay.set(2002, 2, true);
    wires.take();

    Wires twins;
    Delay twin(3, 1000, 1000, 42, twins, nullptr);
    ASSERT_TRUE(twin.load(saved(delay)));
    EXPECT_TRUE(twins.take().empty());
    EXPECT_EQ(saved(twin), saved(delay));
    for (Delay* both : {&delay, &twin}) {
        both->set(2500, 1, true);
        both->advance(10'000);
        both->set(10'000, 0, false);
        both->advance(20'000);
    }
    EXPECT_EQ(wires.log.size(), 5u);
    EXPECT_EQ(twins.log, wires.log);
    EXPECT_EQ(saved(twin), saved(delay));
}

TEST(DelayElement, RefusesStateThatIsNotItsOwn)
{
    Wires wires;
    Delay delay(2, 100, 100, 0, wires, nullptr);
    delay.set(0, 0, true);
    const std::vector<Pair> good = saved(delay);
    ASSERT_EQ(good, (std::vector<Pair>{{0x8000'0000, 0}, {0x8100'0000, 100}, {0x9000'0000, 0}}));
    const std::vector<std::vector<Pair>> bad = {
        {},
        {{0x8000'0000, 0}},
        {{0x8000'0000, 4}, {0x9000'0000, 0}},                     // a third line
        {{0x8000'0000, 0}, {0x8100'0020, 100}, {0x9000'0000, 0}}, // an edge of it
        {{0x8000'0000, 0}, {0x8100'0001, 100}, {0x9000'0000, 0}}, // second edge without first
        {{0x8000'0000, 0}, {0x8100'0000, UINT64_MAX}, {0x9000'0000, 0}},
        {{0x8000'0000, 0}, {0x8100'0000, 9}, {0x8100'0001, 8}, {0x9000'0000, 0}},
        {{0x8000'0000, 0}, {0x7000'0000, 9}, {0x9000'0000, 0}},
        {{0x9000'0000, 0}, {0x8000'0000, 0}},
    };
    for (const std::vector<Pair>& pairs : bad) {
        EXPECT_FALSE(delay.load(pairs));
        EXPECT_EQ(saved(delay), good);
    }
    EXPECT_TRUE(delay.load(good));
}

} // namespace
} // namespace smmu_pm::power
