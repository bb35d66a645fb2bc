// SPDX-License-Identifier: GPL-2.0-or-later
//
// Whatever a guest leaves in its buffers: a slice stays within its bounds, and a stream within its
// budget.
#include "bench.hh"

#include <random>

namespace smmu_pm::gpu::test {
namespace {

class GpuRandom : public GpuTest {
protected:
    std::mt19937_64 random{2018};

    /// A header with right parity, more often than not.
    uint32_t header()
    {
        const auto odd = [](uint32_t field) {
            return static_cast<uint32_t>(__builtin_parity(field)) ^ 1;
        };
        const uint32_t opcodes[] = {0x3f, 0x37, 0x57, 0x3d, 0x46, 0x3c, 0x10, 0x26, 0x38, 0x6c};
        const auto count = static_cast<uint32_t>(random() % 9);
        switch (random() % 16) {
        case 0:
            return static_cast<uint32_t>(random());
        case 1: {
            const auto reg = static_cast<uint32_t>(random() % 0x1'0000);
            return 4u << 28 | odd(reg) << 27 | reg << 8 | odd(count) << 7 | count;
        }
        default: {
            const uint32_t opcode = opcodes[random() % 10];
            return 7u << 28 | odd(opcode) << 23 | opcode << 16 | odd(count) << 15 | count;
        }
        }
    }
    uint32_t dword()
    {
        switch (random() % 4) {
        case 0:
            return static_cast<uint32_t>(0x0100'0000 + random() % 0x9'0000);
        case 1:
            return static_cast<uint32_t>(random() % 64);
        default:
            return header();
        }
    }
};

TEST_F(GpuRandom, NoBufferMakesASliceLong)
{
    host.map(0x0100'0000, 0x9'0000);
    int stopped = 0;
    int waiting = 0;
    for (int round = 0; round < 300; ++round) {
        for (uint64_t iova = 0x0100'0000; iova < 0x0100'4000; iova += 4)
            host.poke(iova, dword());
        for (uint64_t iova = 0x0104'0000; iova < 0x0104'1000; iova += 4)
            host.poke(iova, dword());
        poke(ring_base, {0x70bf'8003, 0x0104'0000, 0, 0x400});
        write(0x807, static_cast<uint32_t>(4 + random() % 2000));
        int slices = 0;
        while (gpu.deadline() != never && slices < 2000) {
            host.transfers.clear();
            slice();
            ++slices;
            ASSERT_LE(host.transfers.size(), 17u);
            std::size_t fetched = 0;
            for (const Transfer& transfer : host.transfers) {
                ASSERT_LE(transfer.bytes, 64u);
                ASSERT_EQ(transfer.iova / 64, (transfer.iova + transfer.bytes - 1) / 64);
                fetched += transfer.write ? 0 : transfer.bytes;
            }
            ASSERT_LE(fetched, 17u * 64);
        }
        ++(slices < 2000 ? stopped : waiting);
        write(0x43, 1);
        write(0x43, 0);
        start();
    }
    EXPECT_GT(stopped, 200);
    EXPECT_EQ(host.pm_faults, 0);
}

TEST_F(GpuRandom, NoMixOfAccessesWiresAndTimeHarms)
{
    host.map(0x0100'0000, 0x9'0000);
    for (uint64_t iova = 0x0100'0000; iova < 0x0100'8000; iova += 4)
        host.poke(iova, dword());
    const uint32_t live[] = {0x37,  0x38,  0x43,  0x96,  0x4e1, 0x4f5, 0x800, 0x801,
                             0x802, 0x806, 0x807, 0x808, 0x809, 0x832, 0xb18, 0x3080};
    for (int step = 0; step < 200'000; ++step) {
        switch (random() % 8) {
        case 0:
            supply(static_cast<power::Supply>(random() % 9), random() % 4 != 0);
            break;
        case 1:
            (void)gpu.read(now, live[random() % 16] * 4, 4);
            break;
        case 2:
            (void)gpu.write(now, live[random() % 16] * 4, 4, dword());
            break;
        case 3:
            (void)gpu.write(now, random() % 0x4'0000, static_cast<unsigned>(random() % 10),
                            random());
            break;
        case 4:
            if (random() % 32 == 0) {
                power_on();
                (void)gpu.write(now, 0x43 * 4, 4, 0);
                (void)gpu.write(now, 0x3080 * 4, 4, 0);
                start();
                write(0x807, static_cast<uint32_t>(random() % 8192));
            }
            break;
        case 5: {
            if (random() % 64 != 0)
                break;
            Gpu twin({}, host, nullptr);
            ASSERT_TRUE(twin.load(saved()));
            break;
        }
        default:
            if (gpu.deadline() != never)
                now = gpu.deadline();
            gpu.advance(now);
            break;
        }
        // The line is never high without power.
        if (step % 64 == 0) {
            supply(power::Supply::Domain, false);
            ASSERT_FALSE(host.irq);
            ASSERT_EQ(gpu.deadline(), never);
            supply(power::Supply::Domain, true);
        }
    }
}

} // namespace
} // namespace smmu_pm::gpu::test
