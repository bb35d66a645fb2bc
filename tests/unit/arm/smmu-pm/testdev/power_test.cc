// SPDX-License-Identifier: GPL-2.0-or-later
//
// The device and its wires: off is off.
#include "bench.hh"

namespace smmu_pm::testdev::test {
namespace {

using power::Status;
using power::Supply;
using Strings = std::vector<std::string>;

class TestdevPower : public Bench {};

TEST_F(TestdevPower, RegistersNeedEveryWireOfTheirs)
{
    for (const Supply supply : {Supply::Domain, Supply::Reset, Supply::Vote, Supply::Iface}) {
        device.set_supply(now, supply, false);
        sink.lines.clear();
        host.pm_faults = 0;
        EXPECT_EQ(device.read(now, 0x30, 4).status, Status::Abort);
        EXPECT_EQ(device.write(now, 0x2c, 4, 0x100).status, Status::Abort);
        EXPECT_EQ(sink.lines,
                  (Strings{"touch TESTDEV_STATUS read", "touch TESTDEV_CONTROL write"}));
        EXPECT_EQ(sink.missing, power::SupplySet(supply));
        EXPECT_EQ(host.pm_faults, 2);
        device.set_supply(now, supply, true);
        EXPECT_EQ(get(0x00), 0x4454'4d50u);
    }
    device.set_supply(now, Supply::Bus, false);
    EXPECT_EQ(get(0x00), 0x4454'4d50u);
}

TEST_F(TestdevPower, DomainTakesRegistersWorkAndInterrupt)
{
    host.map(0x1000, 0x80);
    put(int_enable, 1);
    request(fill, 0, 0x1000, 4);
    run();
    ASSERT_TRUE(host.irq);
    request(fill, 0, 0x1000, 0x80, 1);
    run(1);
    sink.lines.clear();
    device.set_supply(now, Supply::Domain, false);
    EXPECT_EQ(sink.lines, (Strings{"lost registers", "work-lost 4160 64 ", "irq 0"}));
    EXPECT_FALSE(host.irq);
    EXPECT_EQ(device.deadline(), ~uint64_t{0});
    device.set_supply(now, Supply::Domain, true);
    EXPECT_EQ(device.deadline(), ~uint64_t{0});
    EXPECT_EQ(get(status), 0u);
    EXPECT_EQ(get(length), 0u);
    EXPECT_EQ(get(int_enable), 0u);
    EXPECT_EQ(host.transfers.size(), 2u);
}

TEST_F(TestdevPower, ResetTakesTheSame)
{
    host.map(0x1000, 0x80);
    request(fill, 0, 0x1000, 0x80, 1);
    sink.lines.clear();
    device.set_supply(now, Supply::Reset, false);
    EXPECT_EQ(sink.lines, (Strings{"lost registers", "work-lost 4096 128 "}));
    device.set_supply(now, Supply::Reset, true);
    EXPECT_EQ(get(length), 0u);
}

TEST_F(TestdevPower, ClockThatStopsHoldsWorkUpAndLosesNothing)
{
    host.map(0x1000, 0x80);
    request(fill, 0, 0x1000, 0x80, 1);
    run(1);
    device.set_supply(now, Supply::Bus, false);
    EXPECT_EQ(device.deadline(), ~uint64_t{0});
    EXPECT_EQ(get(status), 1u);
    now += 1000000;
    device.set_supply(now, Supply::Bus, true);
    EXPECT_EQ(device.deadline(), now + 200);
    run();
    EXPECT_EQ(get(status), 0u);
    EXPECT_EQ(host.transfers.size(), 2u);

    request(fill, 0, 0x1000, 0x80, 1);
    device.set_supply(now, Supply::Iface, false); // the engine works on
    run();
    EXPECT_EQ(host.transfers.size(), 4u);
}

TEST_F(TestdevPower, StopsWithTheDomainWhileHeld)
{
    host.map(0x1000, 0x40);
    host.stall_at = 0x1000;
    request(fill, 0, 0x1000, 0x40, 1);
    run();
    device.set_supply(now, Supply::Domain, false);
    device.set_supply(now, Supply::Domain, true);
    device.released(now, power::Released::Retry);
    EXPECT_EQ(device.deadline(), ~uint64_t{0});
    EXPECT_EQ(get(status), 0u);
}

TEST_F(TestdevPower, ColdResetForgetsEverything)
{
    host.map(0x1000, 0x80);
    put(int_enable, 1);
    request(fill, 0, 0x1000, 4);
    run();
    request(fill, 0, 0x1000, 0x80, 1);
    device.reset();
    EXPECT_FALSE(host.irq);
    EXPECT_EQ(device.deadline(), ~uint64_t{0});
    EXPECT_EQ(get(length), 0u) << "and the wires are as they were";
}

TEST(TestdevPolicy, OfWhatIsOff)
{
    for (const auto& [policy, value, status] :
         {std::tuple{power::Policy::RazWi, uint64_t{0}, Status::Ok},
          {power::Policy::Ones, uint64_t{0xffff'ffff}, Status::Ok},
          {power::Policy::Hang, uint64_t{0}, Status::Hang}}) {
        FakeHost host;
        Testdev device({.policy = policy}, host, nullptr);
        EXPECT_EQ(device.read(0, 0x30, 4), (power::Answer{value, status}));
        EXPECT_EQ(device.write(0, 0x30, 4, 0).status, status);
    }
}

} // namespace
} // namespace smmu_pm::testdev::test
