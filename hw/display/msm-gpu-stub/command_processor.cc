// SPDX-License-Identifier: GPL-2.0-or-later
#include "command_processor.hh"

#include <algorithm>

namespace smmu_pm::gpu {

bool CommandProcessor::runnable(const Ring& ring) const
{
    if (condition_ != Condition::Running)
        return false;
    return executing() || depth_ > 0 || level().at < level().have ||
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
    stalled_ = false;
    while (condition_ == Condition::Running && !stalled_ && consumed_ < slice_dwords &&
           transfers_ < slice_transfers && step(ring, bus)) {
    }
    transfers_ = 0;
    consumed_ = 0;
    stalled_ = false;
}

/// One small step; false when the slice has nothing more to do. Each step consumes a dword,
/// transfers a burst, or leaves a level or an operation that such a step entered, so a slice ends.
bool CommandProcessor::step(const Ring& ring, Bus& bus)
{
    if (executing())
        return execute(ring, bus);
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
    std::array<uint32_t, burst_dwords> fetched{};
    if (!load(bus, iova, std::span(fetched.data(), dwords)))
        return true;
    here.fetched = fetched;
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
    Level& here = level();
    if (here.skip != 0) {
        const uint32_t dwords = std::min(here.skip, here.have - here.at);
        here.at += dwords;
        here.skip -= dwords;
        consumed_ += dwords;
        return;
    }
    const uint64_t where = address_of_next();
    const uint32_t dword = here.fetched[here.at++];
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

/// The open packet's operation has the dwords it needs. CP_SET_DRAW_STATE comes in threes, each a
/// thing of its own; every other one wants to be complete.
bool CommandProcessor::ready() const
{
    if (packet_.left == 0 || packet_.phase != 0)
        return true;
    const pm4::Header header = pm4::decode(packet_.header);
    return header.kind == pm4::Kind::Operation && header.code == pm4::SetDrawState &&
           packet_.have == 3;
}

void CommandProcessor::payload(Bus& bus)
{
    const pm4::Header header = pm4::decode(packet_.header);
    if (header.kind == pm4::Kind::RegisterWrite)
        return stream_registers(bus);
    if (header.code == pm4::MemWrite && packet_.have == 2)
        return stream_memory(bus);

    Level& here = level();
    const bool executed = pm4::treatment(header.code) == pm4::Treatment::Execute;
    if (executed && packet_.have < packet_.words.size()) {
        packet_.words[packet_.have++] = here.fetched[here.at++];
        ++consumed_;
        --packet_.left;
        if (header.code == pm4::MemWrite && packet_.have == 2)
            packet_.target = pointer(0);
    } else {
        const uint32_t dwords = std::min(packet_.left, here.have - here.at);
        here.at += dwords;
        consumed_ += dwords;
        packet_.left -= dwords;
    }
    if (packet_.left == 0 && !executed)
        packet_.open = 0;
}

void CommandProcessor::stream_memory(Bus& bus)
{
    Level& here = level();
    const uint32_t dwords =
        std::min({packet_.left, here.have - here.at, to_line_end(packet_.target)});
    if (!store(bus, packet_.target, std::span(&here.fetched[here.at], dwords)))
        return;
    here.at += dwords;
    consumed_ += dwords;
    packet_.left -= dwords;
    packet_.target += 4ull * dwords;
    packet_.open = packet_.left != 0;
}

void CommandProcessor::stream_registers(Bus& bus)
{
    Level& here = level();
    const uint32_t value = here.fetched[here.at++];
    const uint32_t index = static_cast<uint32_t>(packet_.target);
    ++consumed_;
    --packet_.left;
    ++packet_.target;
    packet_.open = packet_.left != 0;
    set(bus, index, value);
}

/// One step of the operation; false when the slice ends here.
bool CommandProcessor::execute(const Ring& ring, Bus& bus)
{
    switch (operate(ring, bus)) {
    case Progress::Done:
        packet_.open = packet_.left != 0;
        packet_.have = 0;
        packet_.phase = 0;
        packet_.range = 0;
        return true;
    case Progress::More:
        return true;
    case Progress::Wait:
        break;
    }
    return false;
}

bool CommandProcessor::load(Bus& bus, uint64_t iova, std::span<uint32_t> dwords)
{
    return moved(bus.read(iova, dwords), iova);
}

bool CommandProcessor::store(Bus& bus, uint64_t iova, std::span<const uint32_t> dwords)
{
    return moved(bus.write(iova, dwords), iova);
}

bool CommandProcessor::moved(power::Status status, uint64_t iova)
{
    ++transfers_;
    stalled_ = status == power::Status::Stalled;
    if (status == power::Status::Abort)
        fail(Error::Dma, iova);
    if (status == power::Status::Hang) {
        condition_ = Condition::Hung;
        error_address_ = iova;
    }
    return status == power::Status::Ok;
}

bool CommandProcessor::get(Bus& bus, uint32_t index, uint32_t& value)
{
    return accessed(bus.read_register(index, value, protected_mode()), index, false);
}

bool CommandProcessor::set(Bus& bus, uint32_t index, uint32_t value)
{
    return accessed(bus.write_register(index, value, protected_mode()), index, true);
}

bool CommandProcessor::accessed(RegisterAccess access, uint32_t index, bool write)
{
    if (access == RegisterAccess::Ok)
        return true;
    fail(access == RegisterAccess::Missing ? Error::Register : Error::Protection, 4ull * index);
    error_write_ = write;
    return false;
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
    if (depth_ > max_depth || rptr_ >= max_ring || spent_ > budget || protected_mode_ > 1 ||
        condition_ > Condition::Hung || error_ > Error::Protection || error_write_ > 1 ||
        packet_.open > 1 || packet_.left > header.count || packet_.have > packet_.words.size() ||
        packet_.phase > max_phase || packet_.range > max_range)
        return false;
    for (const Level& one : levels_)
        if (one.have > burst_dwords || one.at > one.have || one.left > max_ib || one.next % 4 != 0)
            return false;
    if (packet_.open == 0)
        return true;
    // An open packet has a header that made it one. Of those without an operation to execute
    // something is still to come; one that executes has all the words that it will look at.
    if (header.kind > pm4::Kind::Operation)
        return false;
    const bool operation = header.kind == pm4::Kind::Operation;
    if (!operation || pm4::treatment(header.code) != pm4::Treatment::Execute ||
        header.code == pm4::MemWrite)
        return packet_.left != 0 && packet_.phase == 0 && (!operation || packet_.target % 4 == 0);
    const uint32_t words =
        header.code == pm4::SetDrawState
            ? 3u
            : std::min(header.count, static_cast<uint32_t>(packet_.words.size()));
    if (packet_.target % 4 != 0 || packet_.have > words)
        return false;
    if (executing() && header.code != pm4::SetDrawState && packet_.have < words)
        return false;
    // Operations that count down have not reached the end.
    if (header.code == pm4::DrawIndxIndirect && packet_.phase == 1)
        return packet_.range > 0 && packet_.range <= 5;
    return packet_.phase == 0 || packet_.range != 0 ||
           (header.code != pm4::MemToReg && header.code != pm4::RegToMem);
}

} // namespace smmu_pm::gpu
