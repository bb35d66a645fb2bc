// SPDX-License-Identifier: GPL-2.0-or-later
//
// An SMMU and what is around it: a small memory, lines, masters that wait, a clock, and a journal
// that becomes a digest. What they are told is looked at as it comes.
#pragma once

#include "digest.hh"
#include "input.hh"

#include "smmu/smmu.hh"

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace smmu_pm::fuzz {

using Pairs = std::vector<power::Pair>;

class SmmuHost final : public smmu::Host {
public:
    static constexpr std::size_t words = 0x2000;

    std::array<uint64_t, words> memory{};
    std::array<bool, smmu::max_lines> irq{};
    unsigned pm_faults = 0;
    unsigned reads = 0;        ///< of descriptors
    std::set<uint32_t> held{}; ///< tokens that their masters wait for
    uint64_t time = 0;

    /// 64 KiB, again and again: small enough for tables to lead into each other. The last page of
    /// them aborts.
    uint64_t& word(uint64_t pa) { return memory[(pa & 0xfff8) / 8]; }
    bool read_descriptor(uint64_t pa, uint64_t& descriptor) override
    {
        require(pa % 8 == 0 && pa >> 48 == 0);
        ++reads;
        descriptor = word(pa);
        return (pa & 0xf000) != 0xf000;
    }
    void set_irq(unsigned line, bool level) override
    {
        require(irq.at(line) != level);
        irq[line] = level;
    }
    void tlb_invalidated(const smmu::Extent& extent) override
    {
        require(extent.shift == 64 || (extent.shift >= 12 && extent.shift < 64));
    }
    void released(uint32_t token, power::Released) override { require(held.erase(token) == 1); }
    void pm_fault() override { ++pm_faults; }
    uint64_t now() const override { return time; }
    void unimplemented(const char* what) override { require(what[0] != 0); }
};

class SmmuSink final : public journal::Sink {
public:
    /// A fault that was recorded in registers.
    struct Fault {
        bool context = false;
        unsigned bank = 0;
        uint64_t status = 0, address = 0;
        uint32_t syndrome = 0;
    };

    explicit SmmuSink(SmmuHost& host) : host_(host) {}
    void record(const journal::Event& event) override;
    void start_step()
    {
        fault.reset();
        refused.clear();
        translated.reset();
        lost = 0;
    }

    unsigned stale = 0;
    uint32_t lost = 0;                    ///< of a touch
    std::string refused{};                ///< why a transaction was, or is held
    std::optional<Fault> fault{};         ///< the first of a step; UCIF may follow
    std::optional<unsigned> translated{}; ///< the bank that did
    Digest digest{};

private:
    SmmuHost& host_;
};

struct SmmuSubject {
    explicit SmmuSubject(const smmu::Config& config) : smmu(config, host, &sink) {}
    /// As another one that is saved; the host's side goes along.
    bool take(const Pairs& pairs, const SmmuHost& from)
    {
        host.memory = from.memory;
        host.time = from.time;
        host.held = from.held;
        return smmu.load(pairs);
    }

    SmmuHost host{};
    SmmuSink sink{host};
    smmu::Smmu smmu;
};

inline void SmmuSink::record(const journal::Event& event)
{
    using journal::Kind;
    require(event.block == journal::Block::Smmu && event.name.size() < 64);
    digest.add(static_cast<uint64_t>(event.kind));
    digest.add(event.name);
    digest.add(event.text);
    digest.add(event.address ^ event.value * 3 ^ event.pa * 5);
    digest.add(event.syndrome ^ uint64_t{event.lost} << 32);
    digest.add(event.stream | uint64_t{event.bank} << 16 | uint64_t{event.size} << 24 |
               uint64_t{event.write} << 32 | uint64_t{event.hit} << 33 |
               uint64_t{event.missing.bits()} << 34);
    switch (event.kind) {
    case Kind::Touch:
        lost = event.lost;
        break;
    case Kind::Stale:
        ++stale;
        require(event.lost != 0 && !event.name.empty() && !event.text.empty());
        break;
    case Kind::Refused:
    case Kind::Stall:
        refused = event.name;
        break;
    case Kind::Translate:
        translated = event.bank;
        break;
    case Kind::Fault:
        if (fault)
            break;
        fault = Fault{.context = event.name.find("CB") != std::string_view::npos,
                      .bank = event.bank,
                      .status = event.value,
                      .address = event.address,
                      .syndrome = event.syndrome};
        break;
    case Kind::Release: {
        const auto token = static_cast<uint32_t>(event.value);
        require(host_.held.contains(token));
        if (event.name == "lost")
            host_.held.erase(token); // so that a later release of it traps
        break;
    }
    default:
        break;
    }
}

} // namespace smmu_pm::fuzz
