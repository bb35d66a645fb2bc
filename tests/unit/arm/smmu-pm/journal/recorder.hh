// SPDX-License-Identifier: GPL-2.0-or-later
//
// A journal whose machine is a few numbers, and which keeps its lines.
#pragma once

#include "journal/journal.hh"

#include <string>
#include <vector>

namespace smmu_pm::journal {

class FakeMachine final : public Host {
public:
    uint64_t now_ns() override { return time; }
    uint64_t counter() override { return time / 16; }
    Chain call_chain() override { return chain; }
    void write(std::string_view line) override { lines.emplace_back(line); }
    void finding(const Finding& finding) override { findings.push_back(finding.line); }

    void called_from(std::initializer_list<uint64_t> pcs)
    {
        chain = {};
        for (const uint64_t pc : pcs)
            chain.pc[chain.depth++] = pc;
    }

    uint64_t time = 0;
    Chain chain{};
    std::vector<std::string> lines;
    std::vector<std::string> findings;
};

inline power::SupplySet only(power::Supply supply)
{
    return power::SupplySet(supply);
}

/// Events as a block would record them.
inline Event wire(std::string_view name, bool level, power::SupplySet missing)
{
    return {
        .kind = Kind::Wire, .block = Block::Smmu, .name = name, .value = level, .missing = missing};
}
inline Event touch(std::string_view name, bool write, power::SupplySet missing)
{
    return {.kind = Kind::Touch,
            .block = Block::Smmu,
            .name = name,
            .address = 0x8620,
            .value = write ? 0x1005u : 0u,
            .size = 8,
            .write = write,
            .missing = missing};
}
inline Event phase(std::string_view name)
{
    return {.kind = Kind::Mark, .block = Block::Mark, .name = "phase", .text = name};
}
inline Event mark(std::string_view name)
{
    return {.kind = Kind::Mark, .block = Block::Mark, .name = name};
}

} // namespace smmu_pm::journal
