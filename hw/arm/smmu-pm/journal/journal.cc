// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal/journal.hh"

namespace smmu_pm::journal {
namespace {

/// Kept free for the line that says that the journal is full.
constexpr uint64_t reserve = 256;

} // namespace

Journal::Journal(const Config& config, Host& host) : host_(host), room_(config.max_bytes)
{
    const std::string header =
        format_header(config.machine, config.policy, config.collapse, config.seed);
    room_ -= std::min<uint64_t>(room_, header.size());
    host_.write(header);
}

void Journal::write(const Event& event, const Stamp& stamp)
{
    ++events_;
    dropped_ += full_;
    if (full_)
        return;
    const std::string line = format(event, stamp);
    if (line.size() + reserve > room_) {
        full_ = true;
        ++dropped_;
        host_.write(format({.kind = Kind::Dropped, .block = Block::Island}, stamp));
        return;
    }
    room_ -= line.size();
    host_.write(line);
}

void Journal::record(const Event& event)
{
    Stamp stamp{.time_ns = host_.now_ns(), .counter = host_.counter()};
    // Of writes those of a controller, which move wires; the SMMU's are too many.
    if ((info_of(event.kind).members & has_chain) != 0 &&
        (event.kind != Kind::Write || event.block != Block::Smmu))
        stamp.chain = host_.call_chain();
    write(event, stamp);
    const std::span<const Finding> made = judge_.feed(event, stamp);
    uint64_t number = judge_.findings().size() - made.size();
    for (const Finding& finding : made) {
        write({.kind = Kind::Finding,
               .block = finding.block,
               .name = finding.name,
               .text = finding.line,
               .value = number++},
              stamp);
        host_.finding(finding);
    }
}

} // namespace smmu_pm::journal
