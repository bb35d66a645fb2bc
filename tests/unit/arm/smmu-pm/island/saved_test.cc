// SPDX-License-Identifier: GPL-2.0-or-later
//
// A whole island saved in each state of its power, and in the middle of a stall: a twin that takes
// over answers, speaks and remembers like the original, whatever it did before.
#include "island.hh"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace smmu_pm::fuzz {
namespace {

using power::Access;
using power::Supply;
using power::SupplySet;

constexpr Config config = {.seed = 5, .irq_delay = 3'000};

/// A long buffer, and behind it a write to `data`.
void work(Island& island)
{
    island.map();
    island.switch_all(true);
    island.attach();
    island.start_gpu();
    for (uint64_t i = 0; i < 1000; ++i)
        island.poke(Island::indirect + 4 * i, 0x7010'8000);
    island.submit({0x70bf'8003, 0x0100'3000, 0, 1000, //
                   0x703d'8003, 0x0100'2010, 0, 0xcafe'f00d});
    island.wait(10'000);
}

struct State {
    const char* name;
    std::function<void(Island&)> make;
    std::function<bool(const Island&)> is_there;
};

bool on(const Island& island, const char* output)
{
    return island.output(Block::Mmcc, output);
}

const State states[] = {
    {"Off", [](Island&) {}, [](const Island& island) { return !on(island, "gpu"); }},
    {"DomainRising",
     [](Island& island) {
         island.request(Island::Switch::Gpu, true);
         island.wait(5'000);
     },
     [](const Island& island) { return !on(island, "gpu") && island.deadline() != power::never; }},
    {"DomainOnClocksOff",
     [](Island& island) {
         island.request(Island::Switch::Gpu, true);
         island.request(Island::Switch::GpuGx, true);
         island.wait(100'000);
     },
     [](const Island& island) {
         return island.missing(Block::Smmu, Access::Register) == SupplySet(Supply::Iface);
     }},
    {"AllOn",
     [](Island& island) {
         island.map();
         island.switch_all(true);
         island.attach();
         island.start_gpu();
     },
     [](const Island& island) {
         return island.missing(Block::Smmu, Access::Walk).empty() &&
                island.missing(Block::Gpu, Access::Dma).empty();
     }},
    {"Working", work,
     [](const Island& island) {
         return island.deadline() != power::never && island.peek(Island::data + 0x10) == 0;
     }},
    {"Falling",
     [](Island& island) {
         work(island);
         island.request(Island::Switch::GpuGx, false);
         island.request(Island::Switch::Gpu, false);
         island.request(Island::Switch::Ahb, false);
     },
     [](const Island& island) { return !on(island, "gpu") && island.deadline() != power::never; }},
    {"GpuInReset",
     [](Island& island) {
         work(island);
         island.write(Block::Mmcc, 0x4020, 1);
     },
     [](const Island& island) {
         return island.missing(Block::Gpu, Access::Register) == SupplySet(Supply::Reset);
     }},
    {"SubsystemInReset",
     [](Island& island) {
         work(island);
         island.write(Block::Gcc, 0x9000, 1);
     },
     [](const Island& island) {
         return island.missing(Block::Smmu, Access::Walk).has(Supply::Reset) && !on(island, "gpu");
     }},
    {"FaultOnItsWay",
     [](Island& island) {
         work(island);
         island.dma(0, 0x0100'4000, true, false);
     },
     [](const Island& island) { return !island.irq(1); }},
};

/// A hundred steps that bring every state to life again, and what they came to.
std::vector<uint64_t> go_on(Island& island)
{
    std::vector<uint64_t> heard;
    const auto hear = [&](Block block, uint64_t offset) {
        const power::Answer answer = island.read(block, offset);
        heard.push_back(answer.value);
        heard.push_back(static_cast<uint64_t>(answer.status));
    };
    for (unsigned step = 0; step < 100; ++step) {
        switch (step % 10) {
        case 0:
            hear(Block::Mmcc, 0x4034);
            hear(Block::Mmcc, 0x4038);
            break;
        case 1:
            hear(Block::Smmu, 0x8058);
            hear(Block::Smmu, 0x0000);
            break;
        case 2:
            hear(Block::Gpu, 0x807 * 4);
            hear(Block::Gpu, 0x806 * 4);
            break;
        case 3:
            heard.push_back(island.dma(0, 0x0100'2000, false, false).pa);
            break;
        case 4:
            heard.push_back(island.irq(1) + 2u * island.irq(3));
            break;
        default:
            island.wait(7'000);
            break;
        }
        if (step == 50) {
            island.write(Block::Gcc, 0x9000, 0);
            island.write(Block::Mmcc, 0x4020, 0);
            island.map();
            island.switch_all(true);
            island.attach();
            island.start_gpu();
            island.submit({0x703d'8003, 0x0100'2020, 0, 0x600d});
        }
        heard.push_back(island.deadline());
    }
    return heard;
}

class IslandSaved : public testing::TestWithParam<unsigned> {};

TEST_P(IslandSaved, GoesOnInATwin)
{
    const State& state = states[GetParam()];
    const auto island = std::make_unique<Island>(config);
    const auto twin = std::make_unique<Island>(config);
    state.make(*island);
    ASSERT_TRUE(state.is_there(*island));
    // The twin has led another life.
    work(*twin);
    twin->dma(0, 0x0100'4000, true, false);
    twin->wait(1'234'567);

    ASSERT_TRUE(twin->load(island->save()));
    EXPECT_TRUE(state.is_there(*twin));
    EXPECT_TRUE(twin->save() == island->save());
    island->start_digest();
    twin->start_digest();
    EXPECT_EQ(go_on(*island), go_on(*twin));
    EXPECT_TRUE(twin->digest() == island->digest());
    EXPECT_TRUE(twin->save() == island->save());
    EXPECT_EQ(island->peek(Island::data + 0x20), 0x600du);
}

INSTANTIATE_TEST_SUITE_P(States, IslandSaved, testing::Range(0u, unsigned{std::size(states)}),
                         [](const auto& info) { return std::string(states[info.param].name); });

/// The GPU writes to a page that is not mapped, and the bank stalls it.
void stall(Island& island)
{
    island.map();
    island.switch_all(true);
    island.attach(0x11e7);
    island.start_gpu();
    island.submit({0x703d'8003, 0x0100'4010, 0, 0xbeef});
    island.wait(50'000);
}

TEST(IslandStall, IsGoneOnWithInATwin)
{
    const auto island = std::make_unique<Island>(config);
    const auto twin = std::make_unique<Island>(config);
    stall(*island);
    EXPECT_TRUE(island->irq(1));
    EXPECT_EQ(island->read(Block::Smmu, 0x8058).value & 0x4000'0002, 0x4000'0002u); // SS, TF
    ASSERT_TRUE(twin->load(island->save()));
    island->start_digest();
    twin->start_digest();
    for (Island* both : {island.get(), twin.get()}) {
        both->poke(Island::fourth_descriptor, Island::late | 0xe43, 8);
        both->write(Block::Smmu, 0x8058, 0xffff'ffff);
        both->write(Block::Smmu, 0x8008, 0); // RESUME: retry
        both->wait(50'000);
        EXPECT_EQ(both->peek(Island::late + 0x10), 0xbeefu);
        EXPECT_FALSE(both->irq(1));
    }
    EXPECT_TRUE(twin->digest() == island->digest());
    EXPECT_TRUE(twin->save() == island->save());
}

TEST(IslandStall, IsLostWithThePowerInATwinToo)
{
    const auto island = std::make_unique<Island>(config);
    const auto twin = std::make_unique<Island>(config);
    stall(*island);
    ASSERT_TRUE(twin->load(island->save()));
    island->start_digest();
    twin->start_digest();
    for (Island* both : {island.get(), twin.get()}) {
        both->request(Island::Switch::Gpu, false);
        both->poke(Island::fourth_descriptor, Island::late | 0xe43, 8);
        both->wait(100'000);
        both->request(Island::Switch::Gpu, true);
        both->wait(100'000);
        both->attach(0x11e7);
        both->wait(100'000);
        EXPECT_EQ(both->peek(Island::late + 0x10), 0u);
    }
    EXPECT_TRUE(twin->digest() == island->digest());
    EXPECT_TRUE(twin->save() == island->save());
}

TEST(IslandStall, ForWantOfPowerIsSentAgainInATwin)
{
    const Config hang = {.dma_policy = power::DmaPolicy::Hang};
    const auto island = std::make_unique<Island>(hang);
    const auto twin = std::make_unique<Island>(hang);
    work(*island);
    island->request(Island::Switch::Gpu, false);
    island->wait(1'000'000);
    EXPECT_EQ(island->peek(Island::data + 0x10), 0u);
    ASSERT_TRUE(twin->load(island->save()));
    for (Island* both : {island.get(), twin.get()}) {
        both->request(Island::Switch::Gpu, true);
        both->wait(25'000);
        both->attach();
        both->wait(1'000'000);
    }
    EXPECT_TRUE(twin->save() == island->save());
}

} // namespace
} // namespace smmu_pm::fuzz
