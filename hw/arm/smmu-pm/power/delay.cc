// SPDX-License-Identifier: GPL-2.0-or-later
#include "power/delay.hh"

#include <algorithm>
#include <array>
#include <string_view>

namespace smmu_pm::power {

namespace {

constexpr std::array<std::string_view, Delay::lines_max> line_names = {
    "line0",  "line1",  "line2",  "line3",  "line4",  "line5",  "line6",  "line7",
    "line8",  "line9",  "line10", "line11", "line12", "line13", "line14", "line15",
    "line16", "line17", "line18", "line19", "line20", "line21", "line22", "line23",
    "line24", "line25", "line26", "line27", "line28", "line29", "line30", "line31"};

} // namespace

Delay::Delay(unsigned lines, uint64_t rise, uint64_t fall, uint64_t seed, Lines& outside,
             journal::Sink* sink)
    : rise_(rise), fall_(fall), seed_(seed), outside_(outside), sink_(sink),
      lines_(std::clamp(lines, 1u, lines_max)), jitter_(seed)
{
    for (Line& line : lines_)
        line.due.reserve(edges_max);
}

void Delay::reset()
{
    jitter_ = Jitter(seed_);
    for (unsigned i = 0; i < lines(); ++i) {
        lines_[i].due.clear();
        if (lines_[i].level) {
            lines_[i].level = false;
            outside_.set_line(i, false);
        }
    }
}

void Delay::set(uint64_t now, unsigned line, bool level)
{
    advance(now);
    if (line >= lines() || lines_[line].last() == level)
        return;
    std::vector<uint64_t>& due = lines_[line].due;
    if (due.size() == edges_max) {
        due.pop_back();
        return;
    }
    const uint64_t delay = jitter_.delay(level ? rise_ : fall_);
    const uint64_t own = delay < never - 1 - std::min(now, never - 1) ? now + delay : never - 1;
    due.push_back(due.empty() ? own : std::max(own, due.back()));
    advance(now);
}

/// The line whose next edge is due first, of several the lowest; 0 when there is none.
unsigned Delay::first_due() const
{
    unsigned first = 0;
    uint64_t when = never;
    for (unsigned i = 0; i < lines(); ++i)
        if (!lines_[i].due.empty() && lines_[i].due.front() < when) {
            first = i;
            when = lines_[i].due.front();
        }
    return first;
}

uint64_t Delay::deadline() const
{
    const std::vector<uint64_t>& due = lines_[first_due()].due;
    return due.empty() ? never : due.front();
}

void Delay::advance(uint64_t now)
{
    while (deadline() <= now) {
        const unsigned number = first_due();
        Line& line = lines_[number];
        line.due.erase(line.due.begin());
        line.level = !line.level;
        if (sink_ != nullptr)
            sink_->record({.kind = journal::Kind::Irq,
                           .block = journal::Block::Delay,
                           .name = line_names[number],
                           .value = line.level});
        outside_.set_line(number, line.level);
    }
}

bool Delay::load(std::span<const Pair> pairs)
{
    std::vector<Line> loaded(lines_.size());
    Jitter jitter(seed_);
    // Every save begins with the levels and ends with the generator.
    if (pairs.size() < 2 || pairs.front().key != key_levels || pairs.back().key != key_jitter ||
        pairs.front().value >> lines() != 0)
        return false;
    for (unsigned i = 0; i < lines(); ++i) {
        loaded[i].level = (pairs.front().value >> i & 1) != 0;
        loaded[i].due.reserve(edges_max);
    }
    jitter.restore(pairs.back().value);
    for (const auto [key, value] : pairs.subspan(1, pairs.size() - 2)) {
        if (key < key_edge || key - key_edge >= lines() * edges_max || value == never)
            return false;
        std::vector<uint64_t>& due = loaded[(key - key_edge) / edges_max].due;
        if ((key - key_edge) % edges_max != due.size() || (!due.empty() && value < due.back()))
            return false;
        due.push_back(value);
    }
    lines_.swap(loaded);
    jitter_ = jitter;
    return true;
}

} // namespace smmu_pm::power
