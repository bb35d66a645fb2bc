// SPDX-License-Identifier: GPL-2.0-or-later
//
// Nothing is drawn. But what draws, dispatches and state loads make the part read, the stub reads,
// too, and throws it away: a bad address shows as it would. At most max_prefetch dwords a piece.
#include "command_processor.hh"

#include <algorithm>

namespace smmu_pm::gpu {

namespace {

// Bits 7:6 of a draw's first dword are its index source, 11:10 the size of an index.
constexpr bool indices_in_memory(uint32_t draw)
{
    return (draw >> 6 & 3) == 0; // DI_SRC_SEL_DMA
}
constexpr uint32_t index_bytes(uint32_t draw)
{
    return 1u << std::min(draw >> 10 & 3, 2u);
}

/// Dwords of one unit of CP_LOAD_STATE4, as freedreno fills them.
constexpr uint32_t state_unit(uint32_t block, uint32_t type)
{
    if (block < 8) // textures: samplers, or their constants
        return type == 0 ? 4 : 12;
    if (block < 14) // shaders: 16 instructions, or a vector of constants, or a UBO's address
        return type == 0 ? 32 : type == 1 ? 4 : 2;
    return type == 0 ? 4 : 2; // SSBOs
}

// CP_SET_DRAW_STATE's flags.
constexpr uint32_t disable = 1u << 17;
constexpr uint32_t disable_all_groups = 1u << 18;

} // namespace

/// Sets up a fetch that prefetching() carries out.
void CommandProcessor::prefetch(uint64_t iova, uint64_t bytes)
{
    const uint64_t dwords =
        bytes == 0 ? 0 : (iova % 4 + std::min(bytes, uint64_t{1} << 32) + 3) / 4;
    packet_.target = iova & ~uint64_t{3};
    packet_.range = static_cast<uint32_t>(std::min<uint64_t>(dwords, max_prefetch));
}

CommandProcessor::Progress CommandProcessor::prefetching(Bus& bus)
{
    if (packet_.range == 0)
        return Progress::Done;
    std::array<uint32_t, burst_dwords> fetched{};
    const uint32_t dwords = std::min(packet_.range, to_line_end(packet_.target));
    if (!spend(dwords, packet_.target) ||
        !load(bus, packet_.target, std::span(fetched).first(dwords)))
        return Progress::More;
    spent_ += dwords;
    packet_.target += 4ull * dwords;
    packet_.range -= dwords;
    return packet_.range == 0 ? Progress::Done : Progress::More;
}

bool CommandProcessor::spend(uint32_t dwords, uint64_t iova)
{
    if (spent_ + dwords <= budget)
        return true;
    fail(Error::Endless, iova);
    return false;
}

void CommandProcessor::prefetch_indices(uint64_t base, uint64_t first, uint64_t count)
{
    const uint32_t bytes = index_bytes(packet_.words[0]);
    prefetch(base + first * bytes, count * bytes);
}

/// CP_DRAW_INDX_OFFSET: instances, indices, first index, base, number of indices behind the base.
CommandProcessor::Progress CommandProcessor::draw(Bus& bus)
{
    if (packet_.phase == 0) {
        packet_.phase = 1;
        if (packet_.have < 7 || !indices_in_memory(packet_.words[0]))
            return Progress::Done;
        const uint64_t first = packet_.words[3];
        const uint64_t there = packet_.words[6] > first ? packet_.words[6] - first : 0;
        prefetch_indices(uint64_t{packet_.words[5]} << 32 | packet_.words[4], first,
                         std::min<uint64_t>(packet_.words[2], there));
    }
    return prefetching(bus);
}

/// CP_DRAW_INDIRECT and CP_EXEC_CS_INDIRECT: what the dword behind the first points at.
CommandProcessor::Progress CommandProcessor::draw_indirect(Bus& bus, uint32_t dwords)
{
    if (packet_.phase == 0) {
        packet_.phase = 1;
        prefetch(pointer(1), 4ull * dwords);
    }
    return prefetching(bus);
}

/// CP_DRAW_INDX_INDIRECT: base, number of indices behind it, and where the draw's five dwords are:
/// indices, instances, first index, two more.
CommandProcessor::Progress CommandProcessor::draw_indexed_indirect(Bus& bus)
{
    if (packet_.phase == 0) {
        packet_.phase = 1;
        packet_.words[6] = packet_.words[7] = packet_.words[8] = 0;
        prefetch(pointer(4), 20);
    }
    if (packet_.phase == 1) {
        std::array<uint32_t, burst_dwords> fetched{};
        const uint32_t dwords = std::min(packet_.range, to_line_end(packet_.target));
        if (!spend(dwords, packet_.target) ||
            !load(bus, packet_.target, std::span(fetched).first(dwords)))
            return Progress::More;
        for (uint32_t i = 0; i < dwords; ++i)
            if (const uint32_t at = 5 - packet_.range + i; at < 3)
                packet_.words[6 + at] = fetched[i];
        spent_ += dwords;
        packet_.target += 4ull * dwords;
        packet_.range -= dwords;
        if (packet_.range != 0)
            return Progress::More;
        packet_.phase = 2;
        const uint64_t first = packet_.words[8];
        const uint64_t there = packet_.words[3] > first ? packet_.words[3] - first : 0;
        if (indices_in_memory(packet_.words[0]))
            prefetch_indices(uint64_t{packet_.words[2]} << 32 | packet_.words[1], first,
                             std::min<uint64_t>(packet_.words[6], there));
        return Progress::More;
    }
    return prefetching(bus);
}

CommandProcessor::Progress CommandProcessor::load_state(Bus& bus)
{
    if (packet_.phase == 0) {
        packet_.phase = 1;
        if ((packet_.words[0] >> 16 & 3) != 2) // SS4_INDIRECT; else the payload is the state
            return Progress::Done;
        const uint64_t unit = state_unit(packet_.words[0] >> 18 & 0xf, packet_.words[1] & 3);
        prefetch(pointer(1), 4 * unit * (packet_.words[0] >> 22));
    }
    return prefetching(bus);
}

/// One group. It is fetched when it is set, where the part waits for the next draw.
CommandProcessor::Progress CommandProcessor::draw_state(Bus& bus)
{
    if (packet_.phase == 0) {
        packet_.phase = 1;
        if (packet_.have < 3 || (packet_.words[0] & (disable | disable_all_groups)) != 0)
            return Progress::Done;
        prefetch(pointer(1), 4ull * (packet_.words[0] & 0xffff));
    }
    return prefetching(bus);
}

} // namespace smmu_pm::gpu
