// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench.hh"

namespace smmu_pm::gpu::test {
namespace {

using journal::Kind;
using power::Status;
using power::Supply;

class GpuPower : public GpuTest {
protected:
    /// A buffer that takes many slices, and ends with a write to `target`.
    void submit_long()
    {
        for (uint64_t i = 0; i < 1000; ++i)
            host.poke(ib + 4 * i, 0x7010'8000);
        poke(ib + 4000, {0x703d'8003, 0x0108'0000, 0, 0xd0e});
        submit({0x70bf'8003, 0x0104'0000, 0, 1004, //
                0x7046'0004, 0x8000'0004, 0x0100'0004, 0, 5});
    }
};

TEST(GpuColdStart, NothingIsReachedBeforeTheWiresAreHigh)
{
    FakeHost host;
    FakeSink sink;
    Gpu gpu({}, host, &sink);
    EXPECT_EQ(gpu.read(0, 0x13d4, 4).status, Status::Abort);
    EXPECT_EQ(gpu.deadline(), never);
    EXPECT_EQ(host.pm_faults, 1);
}

TEST_F(GpuPower, EachWireARegisterNeedsIsNamedWhenMissing)
{
    // Bits of power::Supply: domain 0, reset 1, vote 2, iface 3.
    for (const auto& [wire, bit] :
         {std::pair{Supply::Domain, 0x1u}, std::pair{Supply::Reset, 0x2u},
          std::pair{Supply::Vote, 0x4u}, std::pair{Supply::Iface, 0x8u}}) {
        sink.lines.clear();
        host.pm_faults = 0;
        supply(wire, false);
        EXPECT_EQ(gpu.read(now, 0x13d4, 4), (power::Answer{0, Status::Abort}));
        EXPECT_EQ(gpu.write(now, 0x201c, 4, 77), (power::Answer{0, Status::Abort}));
        const auto lines = sink.of(Kind::Touch);
        ASSERT_EQ(lines.size(), 2u);
        EXPECT_EQ(lines[0].name, "RBBM_STATUS");
        EXPECT_EQ(lines[0].address, 0x13d4u);
        EXPECT_FALSE(lines[0].write);
        EXPECT_EQ(lines[0].size, 4u);
        EXPECT_EQ(lines[0].missing, bit);
        EXPECT_EQ(lines[0].answer, power::Policy::Abort);
        EXPECT_EQ(lines[1].name, "CP_RB_WPTR");
        EXPECT_TRUE(lines[1].write);
        EXPECT_EQ(lines[1].value, 77u);
        EXPECT_EQ(host.pm_faults, 2);
        supply(wire, true);
    }
}

TEST_F(GpuPower, OtherClocksAreNotARegistersBusiness)
{
    for (const auto wire : {Supply::Core, Supply::Rbbmtimer, Supply::Mem, Supply::MemIface})
        supply(wire, false);
    EXPECT_EQ(gpu.read(now, 0x13d4, 4).status, Status::Ok);
    EXPECT_EQ(host.pm_faults, 0);
}

TEST_F(GpuPower, ATouchOfAnArrayNamesItsElement)
{
    supply(Supply::Domain, false);
    (void)gpu.read(now, 0xb7b * 4, 4);
    EXPECT_EQ(sink.of(Kind::Touch).at(0).name, "CP_SCRATCH_REG3");
}

TEST_F(GpuPower, ATouchThatCouldNotReachChangesNothing)
{
    write(0xb78, 5);
    supply(Supply::Iface, false);
    (void)gpu.write(now, 0xb78 * 4, 4, 6);
    supply(Supply::Iface, true);
    EXPECT_EQ(read(0xb78), 5u);
}

template <power::Policy P>
class WithPolicy : public GpuTest {
protected:
    WithPolicy() : GpuTest({.policy = P}) {}
    void SetUp() override {}
};
using GpuPolicyRazWi = WithPolicy<power::Policy::RazWi>;
using GpuPolicyOnes = WithPolicy<power::Policy::Ones>;
using GpuPolicyHang = WithPolicy<power::Policy::Hang>;

TEST_F(GpuPolicyRazWi, AnswersZero)
{
    EXPECT_EQ(gpu.read(now, 0x2000, 4), (power::Answer{0, Status::Ok}));
    EXPECT_EQ(gpu.write(now, 0x2000, 4, 1), (power::Answer{0, Status::Ok}));
    EXPECT_EQ(host.pm_faults, 2);
}

TEST_F(GpuPolicyOnes, AnswersOnesOfTheSizeAsked)
{
    EXPECT_EQ(gpu.read(now, 0x2000, 4), (power::Answer{0xffff'ffff, Status::Ok}));
    EXPECT_EQ(gpu.read(now, 0x2000, 8), (power::Answer{~uint64_t{0}, Status::Ok}));
    EXPECT_EQ(gpu.write(now, 0x2000, 4, 1), (power::Answer{0, Status::Ok}));
}

TEST_F(GpuPolicyHang, IsNeverAnswered)
{
    EXPECT_EQ(gpu.read(now, 0x2000, 4).status, Status::Hang);
    EXPECT_EQ(gpu.write(now, 0x2000, 4, 1).status, Status::Hang);
    EXPECT_EQ(sink.of(Kind::Touch).at(0).answer, power::Policy::Hang);
}

TEST_F(GpuPower, CollapseLosesRegistersAndRam)
{
    write(0xb78, 5);
    write(0xf810, 1);
    supply(Supply::Domain, false);
    supply(Supply::Domain, true);
    EXPECT_EQ(read(0xb78), 0u);
    EXPECT_EQ(read(0xf810), 0u);
    EXPECT_EQ(read(0x38), 0u);
    EXPECT_EQ(read(0x800), 0u);
    EXPECT_EQ(read(0x832), 0x1000'0000u);
}

TEST_F(GpuPower, CollapseLosesTheRingPointers)
{
    submit({0x7010'8000, 0x7010'8000});
    run();
    supply(Supply::Domain, false);
    supply(Supply::Domain, true);
    EXPECT_EQ(read(0x806), 0u);
    EXPECT_EQ(read(0x807), 0u);
}

TEST_F(GpuPower, CollapseDropsTheInterruptLine)
{
    submit({0x7046'0004, 0x8000'0004, 0x0100'0004, 0, 5});
    run();
    ASSERT_TRUE(host.irq);
    supply(Supply::Domain, false);
    EXPECT_FALSE(host.irq);
    supply(Supply::Domain, true);
    EXPECT_FALSE(host.irq);
}

TEST_F(GpuPower, CollapseInMidWorkDropsTheWork)
{
    submit_long();
    slice();
    slice();
    supply(Supply::Domain, false);
    EXPECT_EQ(gpu.deadline(), never);
    host.transfers.clear();
    gpu.advance(now + 1'000'000);
    supply(Supply::Domain, true);
    EXPECT_EQ(gpu.deadline(), never);
    gpu.advance(now + 2'000'000);
    EXPECT_TRUE(host.transfers.empty());
    EXPECT_EQ(host.peek(target), 0u);
    EXPECT_EQ(read(0x4f5), 0u);
    const auto lines = sink.of(Kind::Gpu, "work-lost");
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].address, 9u); // all of the ring was fetched
    EXPECT_EQ(lines[0].value, 9u);
}

TEST_F(GpuPower, CollapseOfAnIdlePartLosesNoWork)
{
    submit({0x7010'8000});
    run();
    supply(Supply::Domain, false);
    EXPECT_TRUE(sink.of(Kind::Gpu, "work-lost").empty());
    EXPECT_EQ(sink.of(Kind::Lost, "registers").size(), 1u);
}

TEST_F(GpuPower, WorkStartsAgainAfterAFullInit)
{
    submit_long();
    slice();
    supply(Supply::Domain, false);
    supply(Supply::Domain, true);
    start();
    submit_long();
    run();
    EXPECT_EQ(host.peek(target), 0xd0eu);
    EXPECT_TRUE(host.irq);
}

TEST_F(GpuPower, DoorbellWithoutInitMovesNothing)
{
    supply(Supply::Domain, false);
    supply(Supply::Domain, true);
    write(0x807, 4);
    EXPECT_EQ(gpu.deadline(), never);
}

TEST_F(GpuPower, EachClockThatDmaNeedsPausesAndLosesNothing)
{
    for (const auto clock : {Supply::Core, Supply::Mem, Supply::MemIface}) {
        host.poke(target, 0);
        submit_long();
        slice();
        slice();
        const uint32_t left = read(0xb21);
        EXPECT_NE(left, 0u);
        host.transfers.clear();
        supply(clock, false);
        EXPECT_EQ(gpu.deadline(), never);
        gpu.advance(now + 1'000'000);
        EXPECT_TRUE(host.transfers.empty());
        EXPECT_NE(read(0x4f5), 0u);
        EXPECT_EQ(read(0xb21), left);
        now += 1'000'000;
        supply(clock, true);
        EXPECT_EQ(gpu.deadline(), now + 2000);
        run();
        EXPECT_EQ(host.peek(target), 0xd0eu);
        EXPECT_EQ(read(0x4f5), 0u);
    }
}

TEST_F(GpuPower, WorkGoesOnWithoutTheRegisterClock)
{
    submit_long();
    supply(Supply::Iface, false);
    run();
    EXPECT_EQ(host.peek(target), 0xd0eu);
    EXPECT_TRUE(host.irq);
}

TEST_F(GpuPower, WorkGoesOnWithoutTheTimerClock)
{
    submit_long();
    supply(Supply::Rbbmtimer, false);
    run();
    EXPECT_EQ(host.peek(target), 0xd0eu);
}

TEST_F(GpuPower, ClockStopKeepsTheInterruptLine)
{
    submit({0x7046'0004, 0x8000'0004, 0x0100'0004, 0, 5});
    run();
    for (const auto clock : {Supply::Iface, Supply::Core, Supply::Mem, Supply::MemIface})
        supply(clock, false);
    EXPECT_TRUE(host.irq);
    EXPECT_EQ(host.irq_changes, 1);
}

TEST_F(GpuPower, ClockStopKeepsTheRegisters)
{
    write(0xb78, 5);
    supply(Supply::Iface, false);
    supply(Supply::Core, false);
    supply(Supply::Iface, true);
    EXPECT_EQ(read(0xb78), 5u);
    EXPECT_TRUE(sink.of(Kind::Lost).empty());
}

TEST_F(GpuPower, ResetLineLosesEverything)
{
    write(0xb78, 5);
    submit_long();
    supply(Supply::Reset, false);
    EXPECT_EQ(gpu.deadline(), never);
    supply(Supply::Reset, true);
    EXPECT_EQ(read(0xb78), 0u);
    EXPECT_EQ(sink.of(Kind::Lost, "registers").size(), 1u);
    EXPECT_EQ(sink.of(Kind::Gpu, "work-lost").size(), 1u);
}

TEST_F(GpuPower, VoteGatesRegistersOnly)
{
    submit_long();
    supply(Supply::Vote, false);
    run();
    EXPECT_EQ(host.peek(target), 0xd0eu);
    EXPECT_EQ(gpu.read(now, 0x13d4, 4).status, Status::Abort);
}

TEST_F(GpuPower, OnlyChangesOfAWireAreJournalled)
{
    sink.lines.clear();
    supply(Supply::Domain, true);
    EXPECT_TRUE(sink.lines.empty());
    supply(Supply::Iface, false);
    supply(Supply::Iface, false);
    supply(Supply::Domain, false);
    const auto lines = sink.of(Kind::Wire);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].name, "iface");
    EXPECT_EQ(lines[0].value, 0u);
    EXPECT_EQ(lines[0].missing, 0x8u);
    EXPECT_EQ(lines[1].name, "domain");
    EXPECT_EQ(lines[1].missing, 0x9u);
}

TEST_F(GpuPower, TheWireComesBeforeWhatItTookAway)
{
    submit({0x7046'0004, 0x8000'0004, 0x0100'0004, 0, 5});
    run();
    sink.lines.clear();
    supply(Supply::Domain, false);
    ASSERT_EQ(sink.lines.size(), 3u);
    EXPECT_EQ(sink.lines[0].kind, Kind::Wire);
    EXPECT_EQ(sink.lines[1].kind, Kind::Lost);
    EXPECT_EQ(sink.lines[2].kind, Kind::Irq);
}

TEST_F(GpuPower, ColdResetForgetsAllButTheWires)
{
    submit({0x7046'0004, 0x8000'0004, 0x0100'0004, 0, 5});
    run();
    submit_long();
    gpu.reset();
    EXPECT_FALSE(host.irq);
    EXPECT_EQ(gpu.deadline(), never);
    EXPECT_EQ(read(0x807), 0u);
    EXPECT_EQ(read(0x4e1), 0u);
    EXPECT_EQ(sink.of(Kind::Reset).size(), 1u);
    EXPECT_TRUE(sink.of(Kind::Touch).empty());
}

TEST_F(GpuPower, SuspendAndResumeOfLinuxLeaveACleanPart)
{
    submit_long();
    run();
    write(0x37, 0x0010'0000);
    // a5xx_pm_suspend; clocks off in reverse, the GX domain last.
    write(0x3080, 7);
    EXPECT_EQ(read(0x3081) & 7, 7u);
    write(0x3080, 0);
    write(0x45, 0x003c'0000);
    write(0x45, 0);
    sink.lines.clear();
    for (const auto wire : {Supply::Mem, Supply::Rbbmtimer, Supply::Core, Supply::Domain})
        supply(wire, false);
    EXPECT_EQ(sink.of(Kind::Lost).size(), 1u);
    EXPECT_TRUE(sink.of(Kind::Gpu).empty());
    for (const auto wire : {Supply::Domain, Supply::Core, Supply::Rbbmtimer, Supply::Mem})
        supply(wire, true);
    write(0x67, 0x55);
    EXPECT_EQ(read(0x67), 0x55u);
    start();
    submit({0x70c8'0008, 0x2f, 3, 0x2000'0000, 0, 0, 1, 0, 0});
    run();
    EXPECT_EQ(read(0x806), 9u);
    EXPECT_EQ(host.pm_faults, 0);
    EXPECT_TRUE(sink.of(Kind::Touch).empty());
}

} // namespace
} // namespace smmu_pm::gpu::test
