// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench.hh"

namespace smmu_pm::gpu::test {
namespace {

using journal::Kind;

class GpuError : public GpuTest {
protected:
    /// The ring stopped at an error: this status and this CP_INTERRUPT_STATUS.
    void expect_error(uint32_t status, uint32_t cause, std::string_view name)
    {
        EXPECT_EQ(read(0x4e1), status);
        EXPECT_EQ(read(0xb18), cause);
        EXPECT_TRUE(host.irq);
        EXPECT_EQ(gpu.deadline(), never);
        EXPECT_EQ(read(0x4f5), 0x8000'00c6u);
        const auto lines = sink.of(Kind::Gpu, "error");
        ASSERT_EQ(lines.size(), 1u);
        EXPECT_EQ(lines[0].text, name);
    }
    /// a5xx_recover and what follows from it up to the ring.
    void recover()
    {
        write(0x43, 1);
        EXPECT_EQ(read(0x43), 1u);
        write(0x43, 0);
        start();
    }
    void expect_alive()
    {
        submit({0x703d'8003, 0x0108'0ff0, 0, 0xa11e});
        run();
        EXPECT_EQ(host.peek(0x0108'0ff0), 0xa11eu);
        EXPECT_EQ(read(0x4f5), 0u);
    }
};

TEST_F(GpuError, MalformedHeaderIsAnOpcodeErrorAndShowsItself)
{
    submit({0x7010'8000, 0xdead'beef, 0x703d'8003, 0x0108'0000, 0, 1});
    run();
    expect_error(0x200, 0x1, "opcode");
    EXPECT_EQ(host.peek(target), 0u);
    // As a5xx_cp_err_irq asks.
    write(0x808, 0);
    read(0x809);
    EXPECT_EQ(read(0x809), 0xdead'beefu);
    EXPECT_EQ(sink.of(Kind::Gpu, "error").at(0).address, 0x0100'1004u);
    EXPECT_EQ(sink.of(Kind::Gpu, "error").at(0).value, 0xdead'beefu);
}

TEST_F(GpuError, TypesOfOlderPartsAreOpcodeErrors)
{
    for (const uint32_t header : {0x0000'0000u, 0x8000'0000u, 0xc001'3d00u}) {
        submit({header});
        run();
        EXPECT_EQ(read(0xb18), 1u) << std::hex << header;
        recover();
    }
}

TEST_F(GpuError, ReservedBitIsItsOwnCause)
{
    submit({0x703d'c003, 0x0108'0000, 0, 1});
    run();
    expect_error(0x200, 0x2, "reserved-bit");
}

TEST_F(GpuError, OperationShorterThanItsMeaningIsAnOpcodeError)
{
    for (const uint32_t header : {0x703d'0002u, 0x70bf'0002u, 0x7046'8000u, 0x703c'8003u}) {
        submit({header, 0, 0, 0, 0, 0});
        run();
        EXPECT_EQ(read(0xb18), 1u) << std::hex << header;
        recover();
    }
}

TEST_F(GpuError, RingFetchThatFailsIsADmaError)
{
    host.unmap(ring_base);
    write(0x807, 4);
    run();
    expect_error(0x200, 0x8, "dma");
    EXPECT_EQ(sink.of(Kind::Gpu, "error").at(0).address, 0x0100'1000u);
}

TEST_F(GpuError, WriteThatFailsIsADmaErrorAndTheStreamStops)
{
    submit({0x703d'8003, 0x0300'0000, 0, 1, 0x400b'7801, 5});
    run();
    expect_error(0x200, 0x8, "dma");
    EXPECT_EQ(read(0xb78), 0u);
    EXPECT_EQ(sink.of(Kind::Gpu, "error").at(0).address, 0x0300'0000u);
}

TEST_F(GpuError, FenceThatCannotBeWrittenRaisesNoFenceInterrupt)
{
    submit({0x7046'0004, 0x8000'0004, 0x0300'0004, 0, 33});
    run();
    expect_error(0x200, 0x8, "dma");
    EXPECT_TRUE(sink.of(Kind::Gpu, "event").empty());
}

TEST_F(GpuError, WaitOnMemoryThatIsNotThereIsADmaError)
{
    submit({0x70bc'8006, 0x13, 0x0300'0000, 0, 7, 0xff, 16});
    run();
    expect_error(0x200, 0x8, "dma");
}

TEST_F(GpuError, RegisterBeyondTheWindowIsABusErrorOnTheRegisterBus)
{
    submit({0x48fc'0001, 5});
    run();
    expect_error(0x202, 0x20, "register");
    EXPECT_EQ(read(0x4f4), 0x1003'f000u);
    EXPECT_EQ(read(0xb1b), 0x0903'f000u);
}

TEST_F(GpuError, WaitOnARegisterBeyondTheWindowIsAReadError)
{
    submit({0x70bc'8006, 3, 0xfc00, 0, 7, 0xff, 16});
    run();
    expect_error(0x202, 0x20, "register");
    EXPECT_EQ(read(0x4f4), 0x0003'f000u);
    EXPECT_EQ(read(0xb1b), 0x0803'f000u);
}

TEST_F(GpuError, BusErrorStaysRaisedUntilItsSourceIsTakenBack)
{
    submit({0x48fc'0001, 5});
    run();
    write(0x37, 0xffff'ffff);
    EXPECT_EQ(read(0x4e1), 0x2u);
    EXPECT_TRUE(host.irq);
    write(0x96, 0x10);
    EXPECT_EQ(read(0x4e1), 0x2u);
    write(0x37, 0x2);
    EXPECT_EQ(read(0x4e1), 0u);
    EXPECT_FALSE(host.irq);
}

TEST_F(GpuError, MaskedInterruptLeavesTheLineLow)
{
    write(0x38, 0);
    submit({0x7046'0004, 0x8000'0004, 0x0100'0004, 0, 33});
    run();
    EXPECT_EQ(read(0x4e1), 0x0010'0000u);
    EXPECT_EQ(host.irq_changes, 0);
    write(0x38, 0x0010'0000);
    EXPECT_TRUE(host.irq);
    write(0x38, 0);
    EXPECT_FALSE(host.irq);
}

TEST_F(GpuError, ClearingDropsTheLineAndOnlyChangesAreReported)
{
    submit({0x7046'0004, 0x8000'0004, 0x0100'0004, 0, 33, //
            0x7046'0004, 0x8000'0004, 0x0100'0004, 0, 34});
    run();
    EXPECT_EQ(host.irq_changes, 1);
    write(0x37, 0x0010'0000);
    EXPECT_EQ(read(0x4e1), 0u);
    EXPECT_EQ(host.irq_changes, 2);
    const auto lines = sink.of(Kind::Irq);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].value, 1u);
    EXPECT_EQ(lines[1].value, 0u);
}

TEST_F(GpuError, ClearingOneCauseLeavesTheOther)
{
    submit({0x7046'0004, 0x8000'0004, 0x0100'0004, 0, 33, 0});
    run();
    EXPECT_EQ(read(0x4e1), 0x0010'0200u);
    write(0x37, 0x0010'0000);
    EXPECT_EQ(read(0x4e1), 0x0000'0200u);
    EXPECT_TRUE(host.irq);
}

TEST_F(GpuError, NothingMovesAfterAnErrorUntilTheReset)
{
    submit({0});
    run();
    host.transfers.clear();
    submit({0x703d'8003, 0x0108'0000, 0, 1});
    write(0x37, 0xffff'ffff);
    write(0x832, 0);
    EXPECT_EQ(gpu.deadline(), never);
    gpu.advance(now + 1'000'000);
    EXPECT_TRUE(host.transfers.empty());
}

TEST_F(GpuError, RecoveryOfLinuxBringsItBack)
{
    submit({0});
    run();
    recover();
    EXPECT_EQ(read(0x806), 0u);
    EXPECT_EQ(read(0x4e1), 0u);
    EXPECT_EQ(read(0xb18), 0u);
    EXPECT_FALSE(host.irq);
    expect_alive();
}

TEST_F(GpuError, SoftwareResetTakesEverythingAndHoldsWhileSet)
{
    write(0xf810, 1);
    write(0xb7a, 2);
    submit({0x7010'8000});
    write(0x43, 1);
    EXPECT_EQ(gpu.deadline(), never);
    EXPECT_EQ(read(0xf810), 0u);
    EXPECT_EQ(read(0xb7a), 0u);
    EXPECT_EQ(read(0x807), 0u);
    EXPECT_EQ(read(0x832), 0x1000'0000u);
    EXPECT_EQ(sink.of(Kind::Gpu, "work-lost").size(), 1u);
    start();
    submit({0x7010'8000});
    EXPECT_EQ(gpu.deadline(), never);
    write(0x43, 0);
    EXPECT_NE(gpu.deadline(), never);
}

TEST_F(GpuError, BlockResetOfSuspendHarmsNothing)
{
    write(0x45, 0x003c'0000);
    write(0x45, 0);
    expect_alive();
}

TEST_F(GpuError, HangingFetchKeepsItBusyForEver)
{
    host.hang_at = 0x0100'1000;
    submit({0x7010'8000});
    run();
    EXPECT_EQ(read(0x4f5), 0x8000'00c6u);
    EXPECT_EQ(read(0x4e1), 0u);
    EXPECT_EQ(gpu.deadline(), never);
    EXPECT_EQ(sink.of(Kind::Gpu, "hang").size(), 1u);
    EXPECT_EQ(sink.of(Kind::Gpu, "hang").at(0).address, 0x0100'1000u);
    host.hang_at = never;
    submit({0x7010'8000});
    EXPECT_EQ(gpu.deadline(), never);
}

TEST_F(GpuError, HangingWriteEndsWithALossOfPower)
{
    host.hang_at = target;
    submit({0x703d'8003, 0x0108'0000, 0, 1});
    run();
    EXPECT_NE(read(0x4f5), 0u);
    host.hang_at = never;
    supply(power::Supply::Domain, false);
    supply(power::Supply::Domain, true);
    EXPECT_EQ(read(0x4f5), 0u);
    start();
    expect_alive();
}

TEST_F(GpuError, HangEndsWithASoftwareReset)
{
    host.hang_at = target;
    submit({0x703d'8003, 0x0108'0000, 0, 1});
    run();
    host.hang_at = never;
    recover();
    expect_alive();
}

} // namespace
} // namespace smmu_pm::gpu::test
