// SPDX-License-Identifier: GPL-2.0-or-later
//
// The TLB against one that is a list of entries and nothing else: after the same random operations
// both hold the same entries in the same order, and every address has the same answer.
#include "smmu/tlb.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <random>

namespace smmu_pm::test {
namespace {

using smmu::Extent;
using smmu::Invalidation;
using smmu::LostInvalidate;
using smmu::Mapping;
using smmu::Regime;
using smmu::Tag;
using smmu::Tlb;

/// What an operation names, said in words of the manual and not of keys.
struct Named {
    enum Kind { Regimes, Vmid, Stage, Asid, Va, Kinds } kind{};
    Tag tag{};
    std::optional<uint64_t> address{};

    Invalidation invalidation() const
    {
        const Invalidation all = [this] {
            switch (kind) {
            case Regimes:
                return Invalidation::of_regimes(tag.regime, tag.regime);
            case Vmid:
                return Invalidation::of_vmid(tag.vmid);
            case Stage:
                return Invalidation::of_stage(tag);
            case Asid:
                return Invalidation::of_asid(tag);
            default:
                return Invalidation::of_va(tag, *address);
            }
        }();
        return address ? all.at(*address) : all;
    }

    bool matches(const Tlb::Entry& entry) const
    {
        const bool same_stage = entry.tag.regime == tag.regime && entry.tag.vmid == tag.vmid &&
                                entry.tag.stage2 == tag.stage2;
        const bool global = entry.mapping.global;
        const bool tagged = kind == Regimes ? entry.tag.regime == tag.regime
                            : kind == Vmid
                                ? entry.tag.regime == Regime::Guest && entry.tag.vmid == tag.vmid
                            : kind == Stage ? same_stage
                            : kind == Asid  ? same_stage && !global && entry.tag.asid == tag.asid
                                            : same_stage && (global || entry.tag.asid == tag.asid);
        return tagged && (!address || (*address >= entry.mapping.va &&
                                       *address - entry.mapping.va <= entry.mapping.mask()));
    }
};

class Reference {
public:
    std::list<Tlb::Entry> entries{}; ///< the oldest first

    Tlb::Entry* look_up(const Tag& tag, uint64_t address, bool unblamed = false)
    {
        const Named named = {Named::Va, tag, address};
        for (Tlb::Entry& entry : entries)
            if (named.matches(entry) && !(unblamed && entry.condemned != 0))
                return &entry;
        return nullptr;
    }
    void insert(Tag tag, const Mapping& mapping, unsigned capacity)
    {
        if (entries.size() == capacity)
            entries.pop_front();
        if (mapping.global)
            tag.asid = 0;
        entries.push_back({.mapping = mapping, .tag = tag});
    }
    void invalidate(const Named& named)
    {
        entries.remove_if([&](const Tlb::Entry& entry) { return named.matches(entry); });
    }
    bool condemn(const Named& named, uint32_t number)
    {
        bool any = false;
        for (Tlb::Entry& entry : entries)
            if (entry.condemned == 0 && named.matches(entry)) {
                entry.condemned = number;
                any = true;
            }
        return any;
    }
};

class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}
    unsigned below(unsigned end) { return static_cast<unsigned>(engine_() % end); }

    /// Few enough tags and addresses that they meet, some of each end.
    Tag tag()
    {
        static constexpr std::array<uint16_t, 4> vmids = {0, 1, 2, 0xffff};
        static constexpr std::array<uint16_t, 4> asids = {0, 1, 0x100, 0xffff};
        Tag tag;
        tag.regime = static_cast<Regime>(below(8) < 5 ? 0 : below(4));
        if (tag.regime == Regime::Guest) {
            tag.vmid = vmids[below(4)];
            tag.stage2 = below(3) == 0;
        }
        if (has_asids(tag.regime) && !tag.stage2)
            tag.asid = asids[below(4)];
        return tag;
    }
    uint64_t address()
    {
        const uint64_t page = below(8) << (9 * below(3)) | below(8);
        const uint64_t top = below(4) == 0 ? 0xffff'ffc0'0000'0000 : 0;
        return top | page << 12 | below(0x1000);
    }
    Mapping mapping(uint64_t address)
    {
        // All that granules and the contiguous hint make, and what no format has.
        static constexpr std::array<uint8_t, 11> shifts = {12, 14, 16, 20, 21, 24,
                                                           25, 29, 30, 39, 47};
        Mapping mapping = {.shift = shifts[below(11)], .global = below(4) == 0};
        mapping.va = address & ~mapping.mask();
        mapping.pa = uint64_t{below(0x1000)} << 30;
        return mapping;
    }

private:
    std::mt19937 engine_;
};

class TlbAgainstReference : public testing::TestWithParam<unsigned> {
protected:
    void same_entries()
    {
        std::vector<Tlb::Entry> ours, theirs(reference.entries.begin(), reference.entries.end());
        tlb.each([&](const Tlb::Entry& entry) { ours.push_back(entry); });
        ASSERT_TRUE(ours == theirs);
        ASSERT_EQ(tlb.size(), theirs.size());
        ASSERT_EQ(tlb.condemned(), std::count_if(theirs.begin(), theirs.end(),
                                                 [](const auto& e) { return e.condemned != 0; }));
    }

    Tlb tlb{};
    Reference reference{};
};

/// Gives an operation, and on the way asserts that both TLBs did the same.
TEST_P(TlbAgainstReference, AnswersAlikeAfterWhateverHappened)
{
    Random random(GetParam());
    const unsigned capacity = std::array{1u, 2u, 7u, 64u, 500u}[GetParam() % 5];
    uint32_t lost = 0;
    for (unsigned step = 0; step < 4000; ++step) {
        const unsigned what = random.below(100);
        const Tag tag = random.tag();
        const uint64_t address = random.address();
        if (what < 85) {
            const Tlb::Entry* theirs = reference.look_up(tag, address);
            const Tlb::Entry* ours = tlb.look_up(tag, address);
            ASSERT_EQ(ours == nullptr, theirs == nullptr) << step;
            if (ours != nullptr) {
                ASSERT_EQ(*ours, *theirs) << step;
                continue;
            }
            const Mapping mapping = random.mapping(address);
            tlb.insert(tag, mapping, capacity);
            reference.insert(tag, mapping, capacity);
        } else if (what < 95) {
            Named named = {static_cast<Named::Kind>(random.below(Named::Kinds)), tag, {}};
            // Most by address, or there would never be many.
            if (named.kind == Named::Va || random.below(10) != 0)
                named.address = address;
            if (random.below(4) == 0) {
                const LostInvalidate one = {.number = ++lost};
                ASSERT_EQ(tlb.condemn(named.invalidation(), one), reference.condemn(named, lost));
            } else {
                const Extent gone = tlb.invalidate(named.invalidation());
                for (const Tlb::Entry& entry : reference.entries)
                    if (named.matches(entry) && gone.shift < 64) {
                        ASSERT_LE(gone.address, entry.mapping.va) << step;
                        ASSERT_GE(gone.address + (uint64_t{1} << gone.shift) - 1,
                                  entry.mapping.va + entry.mapping.mask())
                            << step;
                    }
                reference.invalidate(named);
            }
            same_entries();
        } else if (what < 98) {
            Tlb::Entry* theirs = reference.look_up(tag, address, true);
            const Tlb::Entry* ours = tlb.find_unblamed(tag, address);
            ASSERT_EQ(ours == nullptr, theirs == nullptr) << step;
            if (ours != nullptr) {
                ASSERT_EQ(*ours, *theirs) << step;
            }
            theirs = reference.look_up(tag, address);
            Tlb::Entry* any = tlb.look_up(tag, address);
            ASSERT_EQ(any == nullptr, theirs == nullptr) << step;
            if (any != nullptr) {
                tlb.pardon(*any);
                theirs->condemned = 0;
            }
        } else {
            // As a machine that was saved and loaded.
            Tlb twin;
            tlb.each([&](const Tlb::Entry& entry) { twin.restore(entry); });
            ASSERT_TRUE(twin.restore(tlb.lost())) << step;
            ASSERT_TRUE(tlb == twin) << step;
            tlb = twin;
        }
    }
    same_entries();
}

INSTANTIATE_TEST_SUITE_P(Seeds, TlbAgainstReference, testing::Range(0u, 25u));

} // namespace
} // namespace smmu_pm::test
