// SPDX-License-Identifier: GPL-2.0-or-later
//
// The GPU stub in the hands of a stream of bytes, read as accesses, wires, time, memory, and saves
// that have to load again. Besides not crashing it has to keep its word: a slice is bounded, no
// DMA leaves an aligned 64 bytes, and none happens while a wire is missing or one is held.
#include "gpu.hh"

#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

using namespace smmu_pm;

void demand(bool holds)
{
    if (!holds)
        std::abort();
}

/// 64 KiB of memory, mapped again and again up to 1 MiB; beyond that, bus errors; in its last
/// page, no answer; in the one before, and whenever it is told to, a stall.
class Memory final : public gpu::Host {
public:
    power::Status dma_read(uint64_t iova, std::span<std::byte> buffer) override
    {
        const power::Status status = check(iova, buffer.size());
        if (status == power::Status::Ok)
            std::memcpy(buffer.data(), bytes.data() + iova % bytes.size(), buffer.size());
        return status;
    }
    power::Status dma_write(uint64_t iova, std::span<const std::byte> buffer) override
    {
        const power::Status status = check(iova, buffer.size());
        if (status == power::Status::Ok)
            std::memcpy(bytes.data() + iova % bytes.size(), buffer.data(), buffer.size());
        return status;
    }
    void set_irq(bool level) override
    {
        demand(irq != level);
        irq = level;
    }
    void pm_fault() override { ++pm_faults; }

    std::array<std::byte, 0x1'0000> bytes{};
    unsigned transfers = 0;
    unsigned pm_faults = 0;
    bool irq = false;
    bool dma_allowed = false;
    bool held = false;
    unsigned stall_in = 0; ///< transfers; 0: never

private:
    power::Status check(uint64_t iova, std::size_t length)
    {
        demand(dma_allowed && !held && length > 0 && iova / 64 == (iova + length - 1) / 64);
        ++transfers;
        held = (iova >= 0xf'e000 && iova < 0xf'f000) || (stall_in > 0 && --stall_in == 0);
        if (held)
            return power::Status::Stalled;
        if (iova < 0xf'f000)
            return power::Status::Ok;
        return iova < 0x10'0000 ? power::Status::Hang : power::Status::Abort;
    }
};

/// A well-formed header out of any number: random ones hardly ever have their parity right.
uint32_t header(uint32_t raw)
{
    constexpr std::array<uint8_t, 25> opcodes = {
        0x3f, 0x37, 0x57, 0x3a, 0x32, 0x3d, 0x46, 0x3c, 0x10, 0x38, 0x14, 0x45, 0x44,
        0x73, 0x3e, 0x42, 0x21, 0x62, 0x5f, 0x28, 0x29, 0x41, 0x30, 0x43, 0x31};
    const auto even = [](uint32_t field) {
        return ~static_cast<uint32_t>(std::popcount(field)) & 1u;
    };
    const uint32_t count = raw % 16;
    if (raw % 64 < 16) {
        const uint32_t reg = raw >> 8 & 0xffff;
        return 4u << 28 | even(reg) << 27 | reg << 8 | even(count) << 7 | count;
    }
    const uint32_t opcode = opcodes[raw / 64 % opcodes.size()];
    return 7u << 28 | even(opcode) << 23 | opcode << 16 | even(count) << 15 | count;
}

class Input {
public:
    Input(const uint8_t* data, std::size_t size) : data_(data), left_(size) {}
    bool empty() const { return left_ == 0; }
    /// The next `count` bytes, little-endian; zeroes after the end.
    uint64_t take(unsigned count)
    {
        uint64_t value = 0;
        for (unsigned i = 0; i < count && left_ > 0; ++i, --left_)
            value |= uint64_t{*data_++} << (8 * i);
        return value;
    }

private:
    const uint8_t* data_;
    std::size_t left_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    constexpr std::array<uint16_t, 32> live = {
        0x37,  0x38,  0x43,  0x96,  0x4e1, 0x4f5, 0x800, 0x801, 0x802,  0x806, 0x807,
        0x808, 0x809, 0x832, 0xb18, 0x2f,  0x464, 0x46b, 0x530, 0x817,  0x818, 0x819,
        0x880, 0x881, 0x8a0, 0xbb0, 0x3a0, 0x807, 0x819, 0x807, 0xe267, 0x3080};
    Input input(data, size);
    Memory memory;
    gpu::Config config;
    const uint64_t first = input.take(1);
    config.policy = static_cast<power::Policy>(first % 4);
    config.chip = first < 128 ? gpu::Chip::A510 : gpu::Chip::A530;
    config.seed = input.take(1);
    gpu::Gpu device(config, memory, nullptr);
    uint64_t now = 0;
    power::SupplySet supplies;
    const auto set = [&](power::Supply supply, bool level) {
        supplies.set(supply, level);
        device.set_supply(now, supply, level);
    };
    for (unsigned i = 0; i < power::supply_count; ++i)
        set(static_cast<power::Supply>(i), true);
    device.write(now, 0x832 * 4, 4, 0);
    device.write(now, 0x802 * 4, 4, 6);

    while (!input.empty()) {
        const uint64_t what = input.take(1);
        switch (what % 10) {
        case 0:
            (void)device.read(now, input.take(3), static_cast<unsigned>(input.take(1)));
            break;
        case 1:
            (void)device.write(now, live[input.take(1) % live.size()] * 4u, 4, input.take(4));
            break;
        case 2:
            (void)device.write(now, input.take(3) & ~uint64_t{7}, 8, input.take(8));
            break;
        case 3: {
            const uint64_t wire = input.take(1);
            set(static_cast<power::Supply>(wire % power::supply_count), wire < 192);
            break;
        }
        case 4: { // some dwords into memory, at one of 64 places: a packet, or every other a header
            uint64_t at = input.take(1) % 64 * 0x400;
            const uint64_t choice = input.take(1), dwords = choice % 16;
            for (uint64_t left = dwords; left > 0; --left, at += 4) {
                const auto raw = static_cast<uint32_t>(input.take(4));
                const bool plain = choice >= 128 ? left != dwords : left % 2 != 0;
                const uint32_t dword = plain ? raw : header(raw);
                std::memcpy(memory.bytes.data() + at, &dword, 4);
            }
            break;
        }
        case 5: { // a save loads, into a twin and back, and is the same saved again
            std::vector<gpu::Pair> pairs;
            device.save([&pairs](const gpu::Pair& pair) { pairs.push_back(pair); });
            Memory other;
            gpu::Gpu twin(config, other, nullptr);
            demand(twin.load(pairs) && twin.deadline() == device.deadline());
            std::vector<gpu::Pair> again;
            twin.save([&again](const gpu::Pair& pair) { again.push_back(pair); });
            demand(again == pairs && other.irq == memory.irq);
            // And whatever the input makes of it is refused, or a state that works.
            if (what >= 128) {
                gpu::Pair& changed = pairs[input.take(2) % pairs.size()];
                changed.key ^= static_cast<uint32_t>(input.take(2));
                changed.value ^= input.take(8);
                if (twin.load(pairs)) {
                    other.dma_allowed = true;
                    twin.released(now, power::Released::Abort);
                    for (int i = 0; i < 8 && twin.deadline() != gpu::never; ++i)
                        twin.advance(twin.deadline());
                }
            }
            break;
        }
        case 6: // let go, rightly or not; how is of three
            device.released(now, static_cast<power::Released>(what / 10 % 3));
            memory.held = false;
            break;
        case 7:
            memory.stall_in = static_cast<unsigned>(1 + input.take(1) % 32);
            break;
        default:
            for (uint64_t slices = 1 + what / 16; slices > 0; --slices) {
                memory.transfers = 0;
                memory.dma_allowed =
                    power::missing(power::gpu_needs, supplies, power::Access::Dma).empty();
                if (device.deadline() != gpu::never)
                    now = device.deadline();
                device.advance(now);
                memory.dma_allowed = false;
                demand(memory.transfers <=
                       gpu::CommandProcessor::slice_transfers + gpu::CrashDumper::slice_transfers);
            }
            break;
        }
        // RBBM_STATUS3 tells of what is held. A loss of power or a reset drops it, nothing else.
        if (const power::Answer status = device.read(now, 0x530 * 4, 4);
            power::missing(power::gpu_needs, supplies, power::Access::Register).empty()) {
            const bool waiting = (status.value & 0x0100'0000) != 0;
            demand(memory.held || !waiting);
            memory.held = waiting;
        } else if (!supplies.has(power::Supply::Domain) || !supplies.has(power::Supply::Reset)) {
            memory.held = false;
        }
        demand(supplies.has(power::Supply::Domain) ||
               (!memory.irq && device.deadline() == gpu::never));
    }
    return 0;
}
