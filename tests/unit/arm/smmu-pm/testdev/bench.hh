// SPDX-License-Identifier: GPL-2.0-or-later
//
// pm-testdev with memory, an interrupt line, a journal and a clock. Offsets and values are typed in
// as numbers, from docs/pm-testdev.rst.
#pragma once

#include "testdev/testdev.hh"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace smmu_pm::testdev::test {

/// Memory of one byte a key: what is not there is a bus error.
class FakeHost final : public Host {
public:
    power::Status dma_read(uint64_t iova, std::span<std::byte> buffer) override
    {
        if (const auto other = begin(false, iova, buffer.size()); other != power::Status::Ok)
            return other;
        for (std::size_t i = 0; i < buffer.size(); ++i)
            buffer[i] = static_cast<std::byte>(memory.at(iova + i));
        return power::Status::Ok;
    }
    power::Status dma_write(uint64_t iova, std::span<const std::byte> buffer) override
    {
        if (const auto other = begin(true, iova, buffer.size()); other != power::Status::Ok)
            return other;
        for (std::size_t i = 0; i < buffer.size(); ++i)
            memory[iova + i] = std::to_integer<uint8_t>(buffer[i]);
        return power::Status::Ok;
    }
    void set_irq(bool level) override
    {
        EXPECT_NE(level, irq);
        irq = level;
    }
    void pm_fault() override { ++pm_faults; }

    void map(uint64_t iova, std::size_t bytes, uint8_t value = 0)
    {
        for (std::size_t i = 0; i < bytes; ++i)
            memory[iova + i] = value;
    }

    std::map<uint64_t, uint8_t> memory{};
    std::vector<std::string> transfers{};
    uint64_t stall_at = 1; ///< an IOVA
    bool irq = false;
    int pm_faults = 0;

private:
    power::Status begin(bool write, uint64_t iova, std::size_t bytes)
    {
        transfers.push_back((write ? "W " : "R ") + std::to_string(iova) + "+" +
                            std::to_string(bytes));
        EXPECT_GE(bytes, 1u);
        EXPECT_EQ(iova / 64, (iova + bytes - 1) / 64) << "crosses a line";
        if (iova == stall_at)
            return power::Status::Stalled;
        for (std::size_t i = 0; i < bytes; ++i)
            if (memory.count(iova + i) == 0)
                return power::Status::Abort;
        return power::Status::Ok;
    }
};

/// Events in few words.
class FakeSink final : public journal::Sink {
public:
    void record(const journal::Event& event) override
    {
        EXPECT_EQ(event.block, journal::Block::Testdev);
        switch (event.kind) {
        case journal::Kind::Testdev:
            lines.push_back(std::string(event.name) + " " + std::to_string(event.address) + " " +
                            std::to_string(event.value) + " " + std::string(event.text));
            break;
        case journal::Kind::Touch:
            lines.push_back("touch " + std::string(event.name) +
                            (event.write ? " write" : " read"));
            missing = event.missing;
            break;
        case journal::Kind::Lost:
            lines.push_back("lost " + std::string(event.name));
            break;
        case journal::Kind::Irq:
            lines.push_back("irq " + std::to_string(event.value));
            break;
        default:
            break;
        }
    }
    std::vector<std::string> lines{};
    power::SupplySet missing{};
};

class Bench : public testing::Test {
protected:
    static constexpr uint64_t src = 0x10, dst = 0x18, length = 0x20, pattern = 0x24, delay = 0x28,
                              control = 0x2c, status = 0x30, count = 0x34, error_iova = 0x38,
                              int_status = 0x40, int_enable = 0x44, int_clear = 0x48;
    static constexpr uint32_t go = 0x100, stop = 0x200;
    static constexpr uint32_t fill = 0, copy = 1, compare = 2;

    explicit Bench(const Config& config = {}) : device(config, host, &sink) {}

    void SetUp() override { power(true); }

    void power(bool level)
    {
        for (const auto supply : {power::Supply::Domain, power::Supply::Reset, power::Supply::Vote,
                                  power::Supply::Iface, power::Supply::Bus})
            device.set_supply(now, supply, level);
    }
    void put(uint64_t offset, uint64_t value, unsigned size = 4)
    {
        EXPECT_EQ(device.write(now, offset, size, value).status, power::Status::Ok);
    }
    uint64_t get(uint64_t offset, unsigned size = 4)
    {
        const power::Answer answer = device.read(now, offset, size);
        EXPECT_EQ(answer.status, power::Status::Ok);
        return answer.value;
    }
    void request(uint32_t op, uint64_t from, uint64_t to, uint32_t bytes, uint32_t word = 0,
                 uint32_t ns = 0)
    {
        put(src, from, 8);
        put(dst, to, 8);
        put(length, bytes);
        put(pattern, word);
        put(delay, ns);
        put(control, go | op);
    }
    /// Until nothing is due any more, or for so many transactions.
    void run(unsigned steps = 100000)
    {
        for (; steps > 0 && device.deadline() != ~uint64_t{0}; --steps) {
            now = device.deadline();
            device.advance(now);
        }
    }

    FakeHost host{};
    FakeSink sink{};
    Testdev device;
    uint64_t now = 1000;
};

} // namespace smmu_pm::testdev::test
