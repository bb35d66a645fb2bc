// SPDX-License-Identifier: GPL-2.0-or-later
#include "command_processor.hh"

#include <algorithm>

namespace smmu_pm::gpu {

namespace {

constexpr uint64_t address(uint32_t low, uint32_t high)
{
    return (uint64_t{high} << 32 | low) & ~uint64_t{3};
}

/// Dwords from `iova` to the end of its aligned 64 bytes.
constexpr uint32_t to_line_end(uint64_t iova)
{
    return CommandProcessor::burst_dwords -
           static_cast<uint32_t>(iova / 4 % CommandProcessor::burst_dwords);
}

constexpr uint32_t event_timestamp_irq = 1u << 31; // CP_EVENT_WRITE_0_IRQ
constexpr uint32_t wait_poll_memory = 1u << 4;     // CP_WAIT_REG_MEM_0_POLL_MEMORY

} // namespace

bool CommandProcessor::runnable(const Ring& ring) const
{
    if (condition_ != Condition::Running)
        return false;
    const bool waiting = packet_.open != 0 && packet_.left == 0;
    return waiting || depth_ > 0 || level().at < level().have ||
           rptr_ % ring.dwords != ring.wptr % ring.dwords;
}

bool CommandProcessor::busy(const Ring& ring) const
{
    return condition_ != Condition::Running || packet_.open != 0 || runnable(ring);
}

void CommandProcessor::slice(const Ring& ring, Bus& bus)
{
    transfers_ = 0;
    consumed_ = 0;
    while (condition_ == Condition::Running && consumed_ < slice_dwords &&
           transfers_ < slice_transfers && step(ring, bus)) {
    }
    transfers_ = 0;
    consumed_ = 0;
}

/// One small step; false when the slice has nothing more to do. Each step consumes a dword,
/// transfers a burst or leaves a level that such a step entered, so a slice ends.
bool CommandProcessor::step(const Ring& ring, Bus& bus)
{
    if (packet_.open != 0 && packet_.left == 0) {
        // Only a wait stays open with its payload complete. It looks once a slice.
        if (!poll(bus))
            return false;
        packet_.open = 0;
        return true;
    }
    if (level().at == level().have)
        return fetch(ring, bus);
    if (packet_.open == 0)
        begin(bus);
    else
        payload(bus);
    return true;
}

bool CommandProcessor::fetch(const Ring& ring, Bus& bus)
{
    Level& here = level();
    uint32_t dwords = here.left;
    uint64_t iova = here.next;
    if (depth_ == 0) {
        rptr_ %= ring.dwords;
        const uint32_t wptr = ring.wptr % ring.dwords;
        dwords = (wptr >= rptr_ ? wptr : ring.dwords) - rptr_;
        iova = ring.base + 4ull * rptr_;
        if (dwords == 0)
            return false;
    } else if (dwords == 0) {
        if (packet_.open != 0)
            fail(Error::Opcode, here.next); // the buffer ends within a packet
        else
            --depth_;
        return true;
    }
    dwords = std::min(dwords, to_line_end(iova));
    if (depth_ > 0 && spent_ + dwords > budget) {
        fail(Error::Endless, iova);
        return true;
    }
    if (!transfer(bus.read(iova, std::span(here.fetched.data(), dwords)), iova))
        return true;
    here.next = iova + 4ull * dwords;
    here.at = 0;
    here.have = dwords;
    if (depth_ == 0) {
        rptr_ = (rptr_ + dwords) % ring.dwords;
    } else {
        here.left -= dwords;
        spent_ += dwords;
    }
    return true;
}

void CommandProcessor::begin(Bus& bus)
{
    const uint64_t where = address_of_next();
    const uint32_t dword = level().fetched[level().at++];
    ++consumed_;
    if (depth_ == 0)
        spent_ = 0;
    packet_ = {};
    packet_.header = dword;
    const pm4::Header header = pm4::decode(dword);
    packet_.left = header.count;
    if (header.kind == pm4::Kind::RegisterWrite)
        packet_.target = header.code;
    if (header.kind == pm4::Kind::Malformed)
        return fail(Error::Opcode, where);
    if (header.kind == pm4::Kind::ReservedBit)
        return fail(Error::ReservedBit, where);
    if (header.kind == pm4::Kind::Operation) {
        if (header.count < pm4::least_payload(header.code))
            return fail(Error::Opcode, where);
        if (pm4::treatment(header.code) == pm4::Treatment::Skip)
            bus.note("skipped", where, dword);
    }
    packet_.open = header.count != 0;
}

void CommandProcessor::payload(Bus& bus)
{
    const pm4::Header header = pm4::decode(packet_.header);
    if (header.kind == pm4::Kind::RegisterWrite)
        return write_registers(bus);
    const bool executed = pm4::treatment(header.code) == pm4::Treatment::Execute;
    if (header.code == pm4::MemWrite && packet_.have == 2)
        return write_memory(bus);

    Level& here = level();
    if (executed && packet_.have < packet_.words.size()) {
        packet_.words[packet_.have++] = here.fetched[here.at++];
        ++consumed_;
        --packet_.left;
        if (header.code == pm4::MemWrite && packet_.have == 2)
            packet_.target = address(packet_.words[0], packet_.words[1]);
    } else {
        const uint32_t dwords = std::min(packet_.left, here.have - here.at);
        here.at += dwords;
        consumed_ += dwords;
        packet_.left -= dwords;
    }
    if (packet_.left == 0)
        finish(bus);
}

void CommandProcessor::write_memory(Bus& bus)
{
    Level& here = level();
    const uint32_t dwords =
        std::min({packet_.left, here.have - here.at, to_line_end(packet_.target)});
    if (!transfer(bus.write(packet_.target, std::span(&here.fetched[here.at], dwords)),
                  packet_.target))
        return;
    here.at += dwords;
    consumed_ += dwords;
    packet_.left -= dwords;
    packet_.target += 4ull * dwords;
    packet_.open = packet_.left != 0;
}

void CommandProcessor::write_registers(Bus& bus)
{
    Level& here = level();
    const uint32_t value = here.fetched[here.at++];
    const uint32_t index = static_cast<uint32_t>(packet_.target);
    ++consumed_;
    --packet_.left;
    ++packet_.target;
    packet_.open = packet_.left != 0;
    if (!bus.write_register(index, value))
        fail(Error::Register, 4ull * index);
}

/// A type 7 packet has its payload. Leaves it open only when it has to wait.
void CommandProcessor::finish(Bus& bus)
{
    packet_.open = 0;
    switch (pm4::decode(packet_.header).code) {
    case pm4::IndirectBufferPfd:
    case pm4::IndirectBufferPfe:
        return call(bus, false);
    case pm4::IndirectBufferChain:
        return call(bus, true);
    case pm4::EventWrite:
        return event(bus);
    case pm4::WaitRegMem:
        bus.note("wait", address(packet_.words[1], packet_.words[2]), packet_.words[3]);
        packet_.open = 1;
        return;
    default:
        return;
    }
}

/// A chain leaves the buffer it stands in for good; in the ring it is a call like any other.
void CommandProcessor::call(Bus& bus, bool chain)
{
    const uint64_t iova = address(packet_.words[0], packet_.words[1]);
    const uint32_t dwords = packet_.words[2] & max_ib;
    bus.note("ib", iova, dwords);
    if (!chain || depth_ == 0) {
        if (depth_ == max_depth)
            return fail(Error::Nesting, iova);
        ++depth_;
    }
    level() = {};
    level().next = iova;
    level().left = dwords;
}

void CommandProcessor::event(Bus& bus)
{
    if (packet_.have < 4)
        return; // an event without a timestamp
    const uint64_t iova = address(packet_.words[1], packet_.words[2]);
    if (!transfer(bus.write(iova, std::span(&packet_.words[3], 1)), iova))
        return;
    bus.note("event", iova, packet_.words[3]);
    if ((packet_.words[0] & event_timestamp_irq) != 0)
        bus.timestamp_irq();
}

/// CP_WAIT_REG_MEM: false as long as what it waits for has not come.
bool CommandProcessor::poll(Bus& bus)
{
    const uint64_t where = address(packet_.words[1], packet_.words[2]);
    uint32_t value = 0;
    if ((packet_.words[0] & wait_poll_memory) != 0) {
        if (!transfer(bus.read(where, std::span(&value, 1)), where))
            return false;
    } else if (!bus.read_register(packet_.words[1], value)) {
        fail(Error::Register, 4ull * packet_.words[1]);
        return false;
    }
    return pm4::compare(packet_.words[0], value & packet_.words[4], packet_.words[3]);
}

bool CommandProcessor::transfer(power::Status status, uint64_t iova)
{
    ++transfers_;
    if (status == power::Status::Abort)
        fail(Error::Dma, iova);
    if (status == power::Status::Hang) {
        condition_ = Condition::Hung;
        error_address_ = iova;
    }
    return status == power::Status::Ok;
}

void CommandProcessor::fail(Error error, uint64_t where)
{
    condition_ = Condition::Failed;
    error_ = error;
    error_address_ = where;
}

bool CommandProcessor::valid() const
{
    const pm4::Header header = pm4::decode(packet_.header);
    if (depth_ > max_depth || rptr_ >= max_ring || spent_ > budget ||
        condition_ > Condition::Hung || error_ > Error::Endless || packet_.open > 1 ||
        packet_.left > header.count || packet_.have > packet_.words.size())
        return false;
    for (const Level& one : levels_)
        if (one.have > burst_dwords || one.at > one.have || one.left > max_ib || one.next % 4 != 0)
            return false;
    if (packet_.open == 0)
        return true;
    // An open packet has a header that made it one, and only a complete wait has no payload left.
    if (header.kind == pm4::Kind::Operation && packet_.target % 4 != 0)
        return false;
    return header.kind <= pm4::Kind::Operation &&
           (packet_.left != 0 ||
            (header.kind == pm4::Kind::Operation && header.code == pm4::WaitRegMem));
}

} // namespace smmu_pm::gpu
