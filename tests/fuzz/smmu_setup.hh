// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a few bytes choose: an instance of the SMMU, banks of every kind as software programs them,
// and tables for them.
#pragma once

#include "input.hh"
#include "smmu_subject.hh"

namespace smmu_pm::fuzz {

/// A preset, or any configuration at all: that one may not be valid().
smmu::Config smmu_config(Input& input);

/// Where registers are in the window of an instance.
struct SmmuWindow {
    explicit SmmuWindow(const smmu::Config& config)
        : shift(config.pages_of_64k ? 16 : 12), pages(2u << config.page_index_bits)
    {
    }
    uint64_t global(unsigned offset) const
    {
        return uint64_t{offset / 0x1000} << shift | offset % 0x1000;
    }
    uint64_t bank(unsigned bank, unsigned offset) const
    {
        return uint64_t{pages + bank} << shift | offset;
    }
    uint64_t size() const { return uint64_t{2} * pages << shift; }

    unsigned shift, pages;
};

enum class BankKind : uint8_t {
    Aarch64,
    Long,
    Short,
    Stage2,
    Stage2Aarch32,
    Nested,
    NestedAarch32,
    Hypervisor,
    Monitor,
    Count,
};
constexpr unsigned bank_kinds = static_cast<unsigned>(BankKind::Count);

/// Programs a bank: `choice` draws granule, sizes and flags, `base` the first table, `other` the
/// bank of a nested one's stage 2.
void program(SmmuSubject& subject, bool secure, unsigned bank, BankKind kind, uint8_t choice,
             uint64_t base, unsigned other);
/// A stream that a bank translates, by the stream's number and that of a group.
void attach(SmmuSubject& subject, bool secure, unsigned group, unsigned stream, unsigned bank);

/// Descriptors in a row, `count` words from `first` on: all of a kind, one page after the other.
/// Whatever level one is met at, it leads on, or is a page.
void fill(SmmuHost& host, unsigned first, unsigned count, uint8_t kind, uint64_t output);

/// From a few bytes to an SMMU that translates.
void head_start(SmmuSubject& subject, Input& input);

} // namespace smmu_pm::fuzz
