// SPDX-License-Identifier: GPL-2.0-or-later
//
// An SMMU on a table: a host that is a map of descriptors, a journal that is a list, and the
// sequences that Linux's driver writes, as literals. Nothing here uses the register declarations:
// offsets and values are typed in from the manual and the driver a second time.
#pragma once

#include "smmu/smmu.hh"

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace smmu_pm::test {

using power::Supply;
using smmu::Transaction;
using smmu::Translation;
using Result = smmu::Translation::Result;

class FakeHost final : public smmu::Host {
public:
    std::map<uint64_t, uint64_t> memory; ///< what is not there reads as an invalid descriptor
    std::set<uint64_t> aborting;         ///< reading here is an external abort
    unsigned reads = 0;
    std::array<bool, smmu::max_lines> irq{};
    unsigned irq_changes = 0;
    unsigned invalidations = 0;
    smmu::Extent invalidated{}; ///< by the last of them
    unsigned pm_faults = 0;
    uint64_t time = 0; ///< virtual nanoseconds
    std::vector<std::string> unimplemented_features;
    std::vector<std::pair<uint32_t, power::Released>> releases;

    bool read_descriptor(uint64_t pa, uint64_t& descriptor) override
    {
        ++reads;
        if (aborting.contains(pa))
            return false;
        const auto found = memory.find(pa);
        descriptor = found == memory.end() ? 0 : found->second;
        return true;
    }
    void set_irq(unsigned line, bool level) override
    {
        irq.at(line) = level;
        ++irq_changes;
    }
    void tlb_invalidated(const smmu::Extent& addresses) override
    {
        ++invalidations;
        invalidated = addresses;
    }
    void released(uint32_t token, power::Released how) override
    {
        releases.emplace_back(token, how);
    }
    void pm_fault() override { ++pm_faults; }
    uint64_t now() const override { return time; }
    void unimplemented(const char* what) override { unimplemented_features.emplace_back(what); }
};

/// An event with a name and a text that outlive the call.
struct Seen {
    journal::Event event;
    std::string name;
    std::string text{};
};

class FakeSink final : public journal::Sink {
public:
    std::vector<Seen> seen;

    void record(const journal::Event& event) override
    {
        seen.push_back({event, std::string(event.name), std::string(event.text)});
    }
    std::vector<Seen> of(journal::Kind kind) const
    {
        std::vector<Seen> found;
        for (const Seen& one : seen)
            if (one.event.kind == kind)
                found.push_back(one);
        return found;
    }
};

/// A page as Linux maps it for a non-privileged master: nG, AF, outer shareable, AP[1].
constexpr uint64_t page_bits = 0xe43;
constexpr uint64_t block_bits = 0xe41;

struct Machine {
    static constexpr uint64_t root = 0x4000'0000;

    explicit Machine(const smmu::Config& config = {}, bool powered = true)
        : smmu(config, host, &sink)
    {
        if (powered)
            power(true);
    }

    void power(bool on)
    {
        for (const Supply supply :
             {Supply::Domain, Supply::Reset, Supply::Vote, Supply::Iface, Supply::Bus})
            smmu.set_supply(supply, on);
    }
    void set(Supply supply, bool level) { smmu.set_supply(supply, level); }

    uint32_t read(uint64_t offset) { return static_cast<uint32_t>(smmu.read(offset, 4).value); }
    uint64_t read64(uint64_t offset) { return smmu.read(offset, 8).value; }
    void write(uint64_t offset, uint32_t value) { smmu.write(offset, 4, value); }
    void write64(uint64_t offset, uint64_t value) { smmu.write(offset, 8, value); }

    Translation load(uint64_t iova, uint16_t stream = 0)
    {
        return smmu.translate({.iova = iova, .stream = stream, .request = {}});
    }
    Translation store(uint64_t iova, uint16_t stream = 0)
    {
        return smmu.translate({.iova = iova, .stream = stream, .request = {.write = true}});
    }

    /// A stream group that sends one stream to one bank.
    void stream(unsigned group, uint16_t id, unsigned bank)
    {
        write(0xc00 + 4 * group, bank);
        write(0x800 + 4 * group, 0x8000'0000 | id);
    }

    /// Every register of one bank as arm_smmu_write_context_bank() of Linux 6.1 programs it, ASID
    /// in TTBR0.
    void context(unsigned bank, uint64_t table = root, uint16_t asid = 0)
    {
        const uint64_t page = 0x8000 + 0x1000 * uint64_t{bank};
        write(0x1800 + 4 * bank, 1);
        write(0x1000 + 4 * bank, 0x1f300);
        write(page + 0x10, 0x38014);
        write(page + 0x30, 0x803510);
        write64(page + 0x20, uint64_t{asid} << 48 | table);
        write64(page + 0x28, uint64_t{asid} << 48);
        write(page + 0x38, 0xf404ff44);
        write(page + 0x3c, 0xffffffff);
        write(page + 0x00, 0x1167);
        write(page + 0x58, 0xc00001fe);
    }

    /// arm_smmu_device_reset() of Linux 6.1 with stream 0 in bank 0 and nothing else attached.
    void linux_resume()
    {
        write(0x48, read(0x48));
        for (unsigned group = 0; group < 8; ++group) {
            write(0xc00 + 4 * group, group == 0 ? 0 : 0x20000);
            write(0x800 + 4 * group, group == 0 ? 0x80000000 : 0);
        }
        context(0);
        write(0x9000, 0);
        write(0x9058, 0xc00001fe);
        write(0x6c, 0xffffffff);
        write(0x68, 0xffffffff);
        const uint32_t scr0 = read(0);
        write(0x10, read(0x10) | 0x500);
        for (const uint64_t actlr : {0x8004u, 0x9004u})
            write(actlr, read(actlr) & ~2u);
        write(0x70, 0xffffffff);
        write(0, (scr0 & ~1u) | 0x1c36);
    }

    /// Puts a leaf of `level` into the four-level table at `table`, with tables in between.
    void map(uint64_t iova, uint64_t leaf, unsigned level = 3, uint64_t table = root)
    {
        host.memory[slot(iova, level, table)] = leaf;
    }
    void unmap(uint64_t iova, unsigned level = 3, uint64_t table = root)
    {
        host.memory.erase(slot(iova, level, table));
    }
    /// Address of the descriptor of `level` for an address; makes the tables above it.
    uint64_t slot(uint64_t iova, unsigned level, uint64_t table = root)
    {
        for (unsigned l = 0; l < level; ++l) {
            uint64_t& entry = host.memory[table + 8 * (iova >> (39 - 9 * l) & 0x1ff)];
            if ((entry & 3) != 3) {
                entry = next_table | 3;
                next_table += 0x1000;
            }
            table = entry & 0x0000'ffff'ffff'f000;
        }
        return table + 8 * (iova >> (39 - 9 * level) & 0x1ff);
    }

    FakeHost host{};
    FakeSink sink{};
    smmu::Smmu smmu;
    uint64_t next_table = 0x5000'0000;
};

} // namespace smmu_pm::test
