// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a GPU test needs: memory, an interrupt line, a journal and a clock. Register offsets and
// packets are typed in as numbers, a second reading of the driver's headers.
#pragma once

#include "gpu.hh"

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace smmu_pm::gpu::test {

struct Transfer {
    bool write;
    uint64_t iova;
    std::size_t bytes;
    bool operator==(const Transfer&) const = default;
};

/// Memory that is there where a test has put something, or said so.
class FakeHost : public Host {
public:
    power::Status dma_read(uint64_t iova, std::span<std::byte> buffer) override
    {
        transfers.push_back({false, iova, buffer.size()});
        if (iova == hang_at)
            return power::Status::Hang;
        if (iova == stall_at || transfers.size() == stall_number)
            return power::Status::Stalled;
        for (std::size_t i = 0; i < buffer.size(); ++i) {
            const auto page = pages.find((iova + i) >> 12);
            if (page == pages.end())
                return power::Status::Abort;
            buffer[i] = static_cast<std::byte>(page->second[(iova + i) & 0xfff]);
        }
        return power::Status::Ok;
    }
    power::Status dma_write(uint64_t iova, std::span<const std::byte> buffer) override
    {
        transfers.push_back({true, iova, buffer.size()});
        if (iova == hang_at)
            return power::Status::Hang;
        if (iova == stall_at || transfers.size() == stall_number)
            return power::Status::Stalled;
        for (std::size_t i = 0; i < buffer.size(); ++i) {
            const auto page = pages.find((iova + i) >> 12);
            if (page == pages.end())
                return power::Status::Abort;
            page->second[(iova + i) & 0xfff] = std::to_integer<uint8_t>(buffer[i]);
        }
        return power::Status::Ok;
    }
    void set_irq(bool level) override
    {
        irq = level;
        ++irq_changes;
        fence_at_irq = peek_or(0x0100'0004, 0);
    }
    void pm_fault() override { ++pm_faults; }

    void map(uint64_t iova, uint64_t bytes = 0x1000)
    {
        for (uint64_t page = iova >> 12; page <= (iova + bytes - 1) >> 12; ++page)
            pages.try_emplace(page, std::vector<uint8_t>(0x1000));
    }
    void unmap(uint64_t iova) { pages.erase(iova >> 12); }
    void poke(uint64_t iova, uint32_t dword)
    {
        map(iova & ~uint64_t{3}, 4);
        for (unsigned i = 0; i < 4; ++i)
            pages[iova >> 12][(iova & 0xfff) + i] = static_cast<uint8_t>(dword >> (8 * i));
    }
    uint32_t peek(uint64_t iova) const { return peek_or(iova, 0xdead'dead); }
    uint32_t peek_or(uint64_t iova, uint32_t otherwise) const
    {
        const auto page = pages.find(iova >> 12);
        if (page == pages.end())
            return otherwise;
        uint32_t dword = 0;
        for (unsigned i = 4; i-- > 0;)
            dword = dword << 8 | page->second[(iova & 0xfff) + i];
        return dword;
    }

    std::map<uint64_t, std::vector<uint8_t>> pages;
    std::vector<Transfer> transfers;
    uint64_t hang_at = ~uint64_t{0};
    uint64_t stall_at = ~uint64_t{0};
    std::size_t stall_number = 0; ///< of the transfer that is held, from 1
    bool irq = false;
    int irq_changes = 0;
    int pm_faults = 0;
    uint32_t fence_at_irq = 0;
};

/// An event with strings of its own.
struct Line {
    journal::Kind kind;
    std::string name;
    std::string text;
    uint64_t address;
    uint64_t value;
    uint32_t missing;
    uint8_t size;
    bool write;
    power::Policy answer;
};

class FakeSink : public journal::Sink {
public:
    void record(const journal::Event& event) override
    {
        EXPECT_EQ(event.block, journal::Block::Gpu);
        lines.push_back({event.kind, std::string(event.name), std::string(event.text),
                         event.address, event.value, event.missing.bits(), event.size, event.write,
                         event.answer});
    }
    std::vector<Line> of(journal::Kind kind, std::string_view name = {}) const
    {
        std::vector<Line> found;
        for (const Line& line : lines)
            if (line.kind == kind && (name.empty() || line.name == name))
                found.push_back(line);
        return found;
    }
    std::vector<Line> lines;
};

inline constexpr uint64_t ring_base = 0x0100'1000;
inline constexpr uint64_t fence = 0x0100'0004;
inline constexpr uint64_t ib = 0x0104'0000;
inline constexpr uint64_t target = 0x0108'0000;

/// A powered GPU; ring of 32 KiB as drm/msm has it, command processor started.
class GpuTest : public testing::Test {
protected:
    explicit GpuTest(const Config& config = {}) : gpu(config, host, &sink) {}

    void SetUp() override
    {
        power_on();
        host.map(0x0100'0000);
        host.map(ring_base, 0x8000);
        host.map(target);
        start();
    }

    void supply(power::Supply supply, bool level) { gpu.set_supply(now, supply, level); }
    void power_on()
    {
        using enum power::Supply;
        for (const auto one : {Domain, Reset, Vote, Iface, Core, Rbbmtimer, Mem, MemIface})
            supply(one, true);
    }
    void start()
    {
        write(0x800, 0x0100'1000);
        write(0x801, 0);
        write(0x802, 0x0800'020c);
        write(0x38, 0x1190'037e);
        write(0x464, 1); // RBBM_PERFCTR_CNTL
        write(0x46b, 6); // RBBM_PERFCTR_RBBM_SEL_0: busy
        write(0x832, 0);
        wptr = 0;
    }

    uint32_t read(uint32_t dword)
    {
        const power::Answer answer = gpu.read(now, dword * 4, 4);
        EXPECT_EQ(answer.status, power::Status::Ok);
        return static_cast<uint32_t>(answer.value);
    }
    void write(uint32_t dword, uint32_t value)
    {
        EXPECT_EQ(gpu.write(now, dword * 4, 4, value).status, power::Status::Ok);
    }

    /// Appends to the ring without the doorbell.
    void put(std::initializer_list<uint32_t> dwords)
    {
        for (const uint32_t dword : dwords) {
            host.poke(ring_base + 4 * wptr, dword);
            wptr = (wptr + 1) % 8192;
        }
    }
    void ring_doorbell() { write(0x807, wptr); }
    void submit(std::initializer_list<uint32_t> dwords)
    {
        put(dwords);
        ring_doorbell();
    }
    void poke(uint64_t iova, std::initializer_list<uint32_t> dwords)
    {
        for (const uint32_t dword : dwords) {
            host.poke(iova, dword);
            iova += 4;
        }
    }
    /// One slice, at its time.
    void slice()
    {
        ASSERT_NE(gpu.deadline(), never);
        now = gpu.deadline();
        gpu.advance(now);
    }
    /// Until nothing is due; how many slices it took.
    int run(int most = 100'000)
    {
        int slices = 0;
        for (; gpu.deadline() != never && slices < most; ++slices)
            slice();
        return slices;
    }
    std::vector<Pair> saved() const
    {
        std::vector<Pair> pairs;
        gpu.save([&pairs](const Pair& pair) { pairs.push_back(pair); });
        return pairs;
    }

    FakeHost host;
    FakeSink sink;
    uint64_t now = 1'000'000;
    Gpu gpu;
    uint32_t wptr = 0;
};

} // namespace smmu_pm::gpu::test
