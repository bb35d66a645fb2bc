// SPDX-License-Identifier: GPL-2.0-or-later
//
// A journal under construction that a judge listens to, with what Linux' drivers do as steps.
#pragma once

#include "recorder.hh"

#include <gtest/gtest.h>

namespace smmu_pm::journal {

/// A journal under construction: feeds a judge, a microsecond after another, or at the same time.
class Recording {
public:
    explicit Recording(std::span<const Rule> some = rules) : judge(some) {}

    void add(const Event& event, uint64_t later = 1000)
    {
        stamp.time_ns += later;
        judge.feed(event, stamp);
    }
    /// `missing` is what a register access misses afterwards.
    void wire(Block block, std::string_view name, bool level, power::SupplySet missing = {},
              uint64_t later = 1000)
    {
        add({.kind = Kind::Wire, .block = block, .name = name, .value = level, .missing = missing},
            later);
    }
    void gpu(std::string_view note) { add({.kind = Kind::Gpu, .block = Block::Gpu, .name = note}); }
    void mark(std::string_view name, std::string_view text = "")
    {
        add({.kind = Kind::Mark, .block = Block::Mark, .name = name, .text = text});
    }
    void lost(Block block, std::string_view what, uint64_t later = 0)
    {
        add({.kind = Kind::Lost, .block = block, .name = what}, later);
    }

    // What drm/msm and arm-smmu do, as a journal of debian-6.1 has it.
    void start()
    {
        wire(Block::Smmu, "reset", true,
             power::SupplySet(power::Supply::Domain, power::Supply::Vote, power::Supply::Iface), 0);
        wire(Block::Smmu, "vote", true,
             power::SupplySet(power::Supply::Domain, power::Supply::Iface), 0);
        wire(Block::Gpu, "reset", true,
             power::SupplySet(power::Supply::Domain, power::Supply::Vote, power::Supply::Iface), 0);
        wire(Block::Gpu, "vote", true,
             power::SupplySet(power::Supply::Domain, power::Supply::Iface), 0);
        for (const Block block : {Block::Gpu, Block::Island, Block::Smmu})
            add({.kind = Kind::Reset, .block = block}, 0);
    }
    void smmu_on()
    {
        wire(Block::Smmu, "domain", true, only(power::Supply::Iface));
        wire(Block::Gpu, "iface", true, only(power::Supply::Domain));
        wire(Block::Smmu, "iface", true, {}, 0);
        wire(Block::Gpu, "mem_iface", true, only(power::Supply::Domain));
        wire(Block::Smmu, "bus", true, {}, 0);
        add({.kind = Kind::Write, .block = Block::Smmu, .name = "SMMU_sCR0", .value = 0x100004});
    }
    void gpu_on()
    {
        gpu_powered = true;
        wire(Block::Gpu, "domain", true);
        wire(Block::Gpu, "core", true);
        wire(Block::Gpu, "rbbmtimer", true);
        wire(Block::Gpu, "mem", true);
    }
    void gpu_off()
    {
        gpu_powered = false;
        wire(Block::Gpu, "mem", false);
        wire(Block::Gpu, "rbbmtimer", false);
        wire(Block::Gpu, "core", false);
        wire(Block::Gpu, "domain", false, only(power::Supply::Domain));
        lost(Block::Gpu, "registers");
    }
    void clocks_off()
    {
        power::SupplySet gpu_missing =
            gpu_powered ? power::SupplySet() : only(power::Supply::Domain);
        wire(Block::Gpu, "mem_iface", false, gpu_missing);
        wire(Block::Smmu, "bus", false, {}, 0);
        gpu_missing.set(power::Supply::Iface, true);
        wire(Block::Gpu, "iface", false, gpu_missing);
        wire(Block::Smmu, "iface", false, only(power::Supply::Iface), 0);
    }
    void smmu_off()
    {
        clocks_off();
        wire(Block::Smmu, "domain", false,
             power::SupplySet(power::Supply::Domain, power::Supply::Iface));
        lost(Block::Smmu, "registers");
        lost(Block::Smmu, "tlb");
    }
    void on()
    {
        start();
        smmu_on();
        gpu_on();
    }
    /// A transaction that a context bank stalled, or that met an SMMU without power.
    void stall(uint64_t token, std::string_view fault, power::SupplySet missing = {})
    {
        add({.kind = Kind::Stall,
             .block = Block::Smmu,
             .name = fault,
             .address = 0x100'0000,
             .value = token,
             .stream = 0,
             .write = true,
             .missing = missing});
    }
    void release(uint64_t token, std::string_view how, uint64_t later = 0)
    {
        add({.kind = Kind::Release,
             .block = Block::Smmu,
             .name = how,
             .address = 0x100'0000,
             .value = token,
             .write = true},
            later);
    }

    std::vector<std::string> names() const
    {
        std::vector<std::string> names;
        for (const Finding& finding : judge.findings())
            names.push_back(finding.name);
        return names;
    }
    const Finding& only_finding() const
    {
        EXPECT_EQ(judge.findings().size(), 1u);
        static const Finding none{};
        return judge.findings().empty() ? none : judge.findings()[0];
    }

    Judge judge;
    Stamp stamp{};
    bool gpu_powered = false;
};

using Names = std::vector<std::string>;

} // namespace smmu_pm::journal
