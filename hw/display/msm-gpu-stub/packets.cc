// SPDX-License-Identifier: GPL-2.0-or-later
//
// Operations of the command processor on memory and registers. Fields are those of adreno_pm4.xml.
#include "command_processor.hh"

#include <algorithm>
#include <bit>

namespace smmu_pm::gpu {

namespace {

// CP_WAIT_REG_MEM_0 and CP_COND_WRITE5_0.
constexpr uint32_t signed_compare = 1u << 3;
constexpr uint32_t poll_memory = 1u << 4;
constexpr uint32_t poll_scratch = 1u << 5;
constexpr uint32_t write_memory = 1u << 8;

// CP_EVENT_WRITE_0, and the events that write memory by themselves.
constexpr uint32_t event_timestamp = 1u << 30;
constexpr uint32_t event_irq = 1u << 31;
constexpr uint32_t flush_so_0 = 17;
constexpr uint32_t flush_so_3 = 20;
constexpr uint32_t zpass_done = 21;

constexpr uint32_t mem_to_mem_double = 1u << 29;
constexpr uint32_t reg_to_mem_64b = 1u << 30;
constexpr uint32_t reg_to_mem_accumulate = 1u << 31;
constexpr uint32_t rmw_src1_add = 1u << 29;
constexpr uint32_t rmw_src1_is_reg = 1u << 30;
constexpr uint32_t rmw_src0_is_reg = 1u << 31;

constexpr uint32_t register_mask = 0x3ffff;
constexpr uint32_t scratch = 0xb78;                // CP_SCRATCH_REG(0)
constexpr uint32_t sample_count_control = 0xe1d1;  // RB_SAMPLE_COUNT_CONTROL, bit 1: COPY
constexpr uint32_t sample_count_address = 0xe267;  // RB_SAMPLE_COUNT_ADDR_LO, _HI
constexpr uint32_t stream_out_offset = 0xe2ab;     // VPC_SO_BUFFER_OFFSET(0), 7 from one to next
constexpr uint32_t stream_out_flush_base = 0xe2ac; // VPC_SO_FLUSH_BASE_LO(0), _HI

std::array<uint32_t, 2> halves(uint64_t value)
{
    return {static_cast<uint32_t>(value), static_cast<uint32_t>(value >> 32)};
}

/// 64-bit operands are in memory where a 64-bit number may be.
uint64_t aligned(uint64_t iova, uint32_t dwords)
{
    return dwords == 2 ? iova & ~uint64_t{7} : iova;
}

} // namespace

CommandProcessor::Progress CommandProcessor::operate(const Ring& ring, Bus& bus)
{
    switch (pm4::decode(packet_.header).code) {
    case pm4::IndirectBufferPfd:
    case pm4::IndirectBufferPfe:
    case pm4::CondIndirectBufferPfd:
    case pm4::CondIndirectBufferPfe:
        return call(bus, false);
    case pm4::IndirectBufferChain:
        return call(bus, true);
    case pm4::EventWrite:
        return event(bus);
    case pm4::WaitRegMem:
    case pm4::WaitMemGte:
        return wait(bus);
    case pm4::CondWrite5:
        return conditional_write(bus);
    case pm4::CondExec:
        return conditional_execution(bus);
    case pm4::MemToMem:
        return memory_to_memory(bus);
    case pm4::RegToMem:
        return register_to_memory(bus);
    case pm4::MemToReg:
        return memory_to_register(bus);
    case pm4::RegRmw:
        return modify_register(bus);
    case pm4::WhereAmI:
        return where_am_i(ring, bus);
    case pm4::SetProtectedMode:
        protected_mode_ = packet_.words[0] & 1;
        return Progress::Done;
    case pm4::DrawIndxOffset:
        return draw(bus);
    case pm4::DrawIndirect:
        return draw_indirect(bus, 4);
    case pm4::ExecCsIndirect:
        return draw_indirect(bus, 3);
    case pm4::DrawIndxIndirect:
        return draw_indexed_indirect(bus);
    case pm4::LoadState4:
        return load_state(bus);
    case pm4::SetDrawState:
        return draw_state(bus);
    default:
        return Progress::Done;
    }
}

/// A chain leaves the buffer it stands in for good; in the ring it is a call like any other.
CommandProcessor::Progress CommandProcessor::call(Bus& bus, bool chain)
{
    const uint64_t iova = pointer(0);
    const uint32_t dwords = packet_.words[2] & max_ib;
    bus.note("ib", iova, dwords);
    if (!chain || depth_ == 0) {
        if (depth_ == max_depth) {
            fail(Error::Nesting, iova);
            return Progress::Done;
        }
        ++depth_;
    }
    level() = {};
    level().next = iova;
    level().left = dwords;
    return Progress::Done;
}

/// With four dwords the event writes the last of them, or the always-on counter. Without, only
/// those write that have an address in a register: a query's sample count, of which there are none
/// since nothing is drawn, and how far stream-out got, which is nowhere.
CommandProcessor::Progress CommandProcessor::event(Bus& bus)
{
    const uint32_t event = packet_.words[0] & 0xff;
    if (packet_.have >= 4) {
        const bool time = (packet_.words[0] & event_timestamp) != 0;
        if (packet_.phase == 0)
            packet_.value = time ? bus.timestamp() : packet_.words[3];
        const uint32_t written = static_cast<uint32_t>(packet_.value);
        const Progress progress = report(bus, pointer(1), packet_.value, time ? 2 : 1);
        if (progress == Progress::Done) {
            bus.note("event", packet_.target, written);
            if ((packet_.words[0] & event_irq) != 0)
                bus.event_irq(event);
        }
        return progress;
    }
    if (packet_.phase != 0)
        return report(bus, packet_.target, packet_.value, packet_.range);

    // The blocks behind the command processor look their own registers up: nothing guards them.
    const auto look = [&bus](uint32_t index) {
        uint32_t value = 0;
        bus.read_register(index, value, false);
        return value;
    };
    const auto look64 = [&look](uint32_t index) {
        return (uint64_t{look(index + 1)} << 32 | look(index)) & ~uint64_t{3};
    };
    if (event == zpass_done && (look(sample_count_control) & 2) != 0) {
        packet_.range = 2;
        return report(bus, look64(sample_count_address), 0, 2);
    }
    if (event >= flush_so_0 && event <= flush_so_3) {
        const uint32_t buffer = 7 * (event - flush_so_0);
        packet_.range = 1;
        if (const uint64_t iova = look64(stream_out_flush_base + buffer); iova != 0)
            return report(bus, iova, look(stream_out_offset + buffer), 1);
    }
    return Progress::Done;
}

/// Writes a value, and once it has begun, this very one.
CommandProcessor::Progress CommandProcessor::report(Bus& bus, uint64_t iova, uint64_t value,
                                                    uint32_t dwords)
{
    packet_.phase = 1;
    packet_.value = value;
    packet_.target = aligned(iova, dwords);
    const auto written = halves(value);
    return store(bus, packet_.target, std::span(written).first(dwords == 2 ? 2 : 1))
               ? Progress::Done
               : Progress::More;
}

/// What a wait or a condition looks at. CP_WAIT_MEM_GTE has no choice and no mask.
bool CommandProcessor::sample(Bus& bus, uint32_t& value)
{
    const uint32_t how =
        pm4::decode(packet_.header).code == pm4::WaitMemGte ? poll_memory : packet_.words[0];
    if ((how & poll_memory) != 0)
        return load(bus, pointer(1), std::span(&value, 1));
    if ((how & poll_scratch) != 0)
        return get(bus, scratch + (packet_.words[1] & 7), value);
    return get(bus, packet_.words[1], value);
}

uint32_t CommandProcessor::pause_cycles() const
{
    const bool waiting =
        executing() && packet_.phase != 0 && pm4::decode(packet_.header).code == pm4::WaitRegMem;
    return waiting ? packet_.words[5] & 0xffff : 0;
}

/// Looks once a slice; the budget has no say, a wait may be as long as it takes.
CommandProcessor::Progress CommandProcessor::wait(Bus& bus)
{
    if (packet_.phase == 0) {
        packet_.phase = 1;
        bus.note("wait", pointer(1), packet_.words[3]);
        return Progress::More;
    }
    uint32_t value = 0;
    if (!sample(bus, value))
        return Progress::Wait;
    const bool met = pm4::decode(packet_.header).code == pm4::WaitMemGte
                         ? value >= packet_.words[3]
                         : pm4::compare(packet_.words[0], value & packet_.words[4],
                                        packet_.words[3], (packet_.words[0] & signed_compare) != 0);
    return met ? Progress::Done : Progress::Wait;
}

CommandProcessor::Progress CommandProcessor::conditional_write(Bus& bus)
{
    if (packet_.phase == 0) {
        uint32_t value = 0;
        if (!sample(bus, value))
            return Progress::More;
        if (!pm4::compare(packet_.words[0], value & packet_.words[4], packet_.words[3],
                          (packet_.words[0] & signed_compare) != 0))
            return Progress::Done;
        packet_.phase = 1;
        return Progress::More;
    }
    if ((packet_.words[0] & write_memory) != 0)
        return report(bus, pointer(5), packet_.words[7], 1);
    set(bus, packet_.words[5] & register_mask, packet_.words[7]);
    return Progress::Done;
}

/// The dwords behind the packet count when the first dword is not 0 and the second, as a signed
/// number, is less than the reference.
CommandProcessor::Progress CommandProcessor::conditional_execution(Bus& bus)
{
    uint32_t value = 0;
    if (!load(bus, pointer(packet_.phase == 0 ? 0 : 2), std::span(&value, 1)))
        return Progress::More;
    const bool met =
        packet_.phase == 0 ? value != 0 : pm4::compare(1, value, packet_.words[4], true);
    if (met && packet_.phase == 0) {
        packet_.phase = 1;
        return Progress::More;
    }
    if (!met)
        level().skip = packet_.words[5];
    return Progress::Done;
}

/// The destination, then one to three sources, each added or, with its NEG flag, taken away.
CommandProcessor::Progress CommandProcessor::memory_to_memory(Bus& bus)
{
    const uint32_t dwords = (packet_.words[0] & mem_to_mem_double) != 0 ? 2 : 1;
    const uint32_t sources = (packet_.have - 3) / 2;
    if (packet_.phase == 0)
        packet_.value = 0;
    if (packet_.phase < sources) {
        std::array<uint32_t, 2> read{};
        const uint64_t iova = aligned(pointer(3 + 2 * packet_.phase), dwords);
        if (!load(bus, iova, std::span(read).first(dwords)))
            return Progress::More;
        const uint64_t operand = uint64_t{read[1]} << 32 | read[0];
        const bool negative = (packet_.words[0] >> packet_.phase & 1) != 0;
        packet_.value += negative ? ~operand + 1 : operand;
        ++packet_.phase;
        return Progress::More;
    }
    const auto written = halves(packet_.value);
    return store(bus, aligned(pointer(1), dwords), std::span(written).first(dwords))
               ? Progress::Done
               : Progress::More;
}

/// One register, or with 64B one pair, at a time: read, added to what is there when ACCUMULATE says
/// so, and written.
CommandProcessor::Progress CommandProcessor::register_to_memory(Bus& bus)
{
    const uint32_t unit = (packet_.words[0] & reg_to_mem_64b) != 0 ? 2 : 1;
    const uint32_t count = packet_.words[0] >> 18 & 0xfff;
    const uint32_t units = count < unit ? 1 : count / unit;
    if (packet_.phase == 0) {
        packet_.range = units;
        packet_.target = aligned(pointer(1), unit);
        packet_.phase = 1;
    }
    if (packet_.phase == 1) {
        const uint32_t index = (packet_.words[0] & register_mask) + (units - packet_.range) * unit;
        uint32_t low = 0;
        uint32_t high = 0;
        if (!get(bus, index, low) || (unit == 2 && !get(bus, index + 1, high)))
            return Progress::Done;
        packet_.value = uint64_t{high} << 32 | low;
        packet_.phase = (packet_.words[0] & reg_to_mem_accumulate) != 0 ? 2 : 3;
    }
    if (packet_.phase == 2) {
        std::array<uint32_t, 2> there{};
        if (!load(bus, packet_.target, std::span(there).first(unit)))
            return Progress::More;
        packet_.value += uint64_t{there[1]} << 32 | there[0];
        packet_.phase = 3;
        return Progress::More;
    }
    const auto written = halves(packet_.value);
    if (!store(bus, packet_.target, std::span(written).first(unit)))
        return Progress::More;
    packet_.target += 4ull * unit;
    packet_.phase = 1;
    return --packet_.range == 0 ? Progress::Done : Progress::More;
}

CommandProcessor::Progress CommandProcessor::memory_to_register(Bus& bus)
{
    if (packet_.phase == 0) {
        const uint32_t count = packet_.words[0] >> 19 & 0x7ff;
        packet_.phase = 1;
        packet_.range = count == 0 ? 1 : count;
        packet_.target = pointer(1);
        packet_.value = packet_.words[0] & register_mask;
    }
    std::array<uint32_t, burst_dwords> read{};
    const uint32_t dwords = std::min(packet_.range, to_line_end(packet_.target));
    if (!load(bus, packet_.target, std::span(read).first(dwords)))
        return Progress::More;
    for (uint32_t i = 0; i < dwords; ++i, ++packet_.value)
        if (!set(bus, static_cast<uint32_t>(packet_.value), read[i]))
            return Progress::Done;
    packet_.target += 4ull * dwords;
    packet_.range -= dwords;
    return packet_.range == 0 ? Progress::Done : Progress::More;
}

/// CP_REG_RMW: ((register AND source 0), rotated left) OR, or plus, source 1.
CommandProcessor::Progress CommandProcessor::modify_register(Bus& bus)
{
    const uint32_t how = packet_.words[0];
    uint32_t value = 0;
    uint32_t source0 = packet_.words[1];
    uint32_t source1 = packet_.words[2];
    if (!get(bus, how & register_mask, value) ||
        ((how & rmw_src0_is_reg) != 0 && !get(bus, source0 & register_mask, source0)) ||
        ((how & rmw_src1_is_reg) != 0 && !get(bus, source1 & register_mask, source1)))
        return Progress::Done;
    const uint32_t rotated = std::rotl(value & source0, static_cast<int>(how >> 24 & 0x1f));
    set(bus, how & register_mask,
        (how & rmw_src1_add) != 0 ? rotated + source1 : rotated | source1);
    return Progress::Done;
}

/// The ring's read pointer, behind this packet.
CommandProcessor::Progress CommandProcessor::where_am_i(const Ring& ring, Bus& bus)
{
    const uint32_t ahead = levels_[0].have - levels_[0].at;
    return report(bus, pointer(0), (rptr_ + ring.dwords - ahead) % ring.dwords, 1);
}

} // namespace smmu_pm::gpu
