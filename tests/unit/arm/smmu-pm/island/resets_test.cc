// SPDX-License-Identifier: GPL-2.0-or-later
//
// Which block reset resets what: bits of MMCC and GCC by literal offset, effects where a guest
// would see them. docs/power.rst has the reasons.
#include "island.hh"

#include <gtest/gtest.h>

#include <memory>

namespace smmu_pm::fuzz {
namespace {

using power::Access;
using power::Status;
using power::Supply;
using power::SupplySet;

class IslandResets : public testing::Test {
protected:
    void SetUp() override
    {
        island->map();
        island->switch_all(true);
        island->attach();
        island->start_gpu();
        island->write(Block::Gpu, 0xb78 * 4, 5); // CP_SCRATCH0
    }
    bool smmu_knows() { return island->read(Block::Smmu, 0x800).value == 0x8000'0000; }
    bool gpu_knows() { return island->read(Block::Gpu, 0xb78 * 4).value == 5; }
    SupplySet smmu_misses() const { return island->missing(Block::Smmu, Access::Register); }
    SupplySet gpu_misses() const { return island->missing(Block::Gpu, Access::Register); }

    std::unique_ptr<Island> island = std::make_unique<Island>(Config{});
};

TEST_F(IslandResets, AreReleasedAtFirst)
{
    EXPECT_TRUE(smmu_knows());
    EXPECT_TRUE(gpu_knows());
}

TEST_F(IslandResets, GpuGxBcrResetsTheGpuAlone)
{
    island->write(Block::Mmcc, 0x4020, 1);
    EXPECT_EQ(gpu_misses(), SupplySet(Supply::Reset));
    EXPECT_EQ(smmu_misses(), SupplySet());
    island->write(Block::Mmcc, 0x4020, 0);
    EXPECT_EQ(gpu_misses(), SupplySet());
    EXPECT_FALSE(gpu_knows());
    EXPECT_TRUE(smmu_knows());
}

TEST_F(IslandResets, GpuBcrResetsSmmuAndGpu)
{
    island->write(Block::Mmcc, 0x4030, 1);
    EXPECT_EQ(gpu_misses(), SupplySet(Supply::Reset));
    EXPECT_EQ(smmu_misses(), SupplySet(Supply::Reset));
    EXPECT_EQ(island->missing(Block::Smmu, Access::Walk), SupplySet(Supply::Reset));
    island->write(Block::Mmcc, 0x4030, 0);
    EXPECT_FALSE(gpu_knows());
    EXPECT_FALSE(smmu_knows());
    EXPECT_EQ(island->read(Block::Smmu, 0x0).value, 1u); // CLIENTPD
}

TEST_F(IslandResets, ABlockIsReleasedWhenAllOfItsResetsAre)
{
    island->write(Block::Mmcc, 0x4020, 1);
    island->write(Block::Mmcc, 0x4030, 1);
    island->write(Block::Mmcc, 0x4020, 0);
    EXPECT_EQ(gpu_misses(), SupplySet(Supply::Reset));
    island->write(Block::Mmcc, 0x4030, 0);
    EXPECT_EQ(gpu_misses(), SupplySet());
}

TEST_F(IslandResets, TheOthersOfMmccResetNeither)
{
    for (const uint32_t bcr : {0x4040u, 0x5020u, 0x5050u, 0x5010u, 0x4080u, 0x1020u, 0x2300u}) {
        island->write(Block::Mmcc, bcr, 1);
        EXPECT_TRUE(smmu_knows()) << std::hex << bcr;
        EXPECT_TRUE(gpu_knows()) << std::hex << bcr;
    }
}

TEST_F(IslandResets, GccMmssBcrResetsMmccAndAllInIt)
{
    island->write(Block::Gcc, 0x9000, 1);
    EXPECT_EQ(island->read(Block::Mmcc, 0x4034).status, Status::Abort);
    EXPECT_FALSE(island->output(Block::Mmcc, "gpu"));
    EXPECT_EQ(smmu_misses(), SupplySet(Supply::Domain, Supply::Reset, Supply::Iface));
    EXPECT_EQ(gpu_misses(), SupplySet(Supply::Domain, Supply::Reset, Supply::Iface));
    island->wait(1'000'000);

    island->write(Block::Gcc, 0x9000, 0);
    EXPECT_EQ(island->read(Block::Mmcc, 0x4034).value, 1u); // collapsed: its reset value
    EXPECT_EQ(smmu_misses(), SupplySet(Supply::Domain, Supply::Iface));
    // GCC has not forgotten what it was asked for.
    EXPECT_EQ(island->read(Block::Gcc, 0x9010).value, 1u);
    island->switch_all(true);
    EXPECT_FALSE(smmu_knows());
    EXPECT_FALSE(gpu_knows());
}

TEST(IslandResetsRetained, AResetLosesWhatTheDomainWouldKeep)
{
    const auto island = std::make_unique<Island>(Config{.collapse = power::Collapse::RetainAll});
    island->map();
    island->switch_all(true);
    island->attach();
    island->request(Island::Switch::Gpu, false);
    island->wait(100'000);
    island->request(Island::Switch::Gpu, true);
    island->wait(100'000);
    EXPECT_EQ(island->read(Block::Smmu, 0x800).value, 0x8000'0000u);
    island->write(Block::Gcc, 0x9000, 1);
    island->write(Block::Gcc, 0x9000, 0);
    island->switch_all(true);
    EXPECT_EQ(island->read(Block::Smmu, 0x800).value, 0u);
}

} // namespace
} // namespace smmu_pm::fuzz
