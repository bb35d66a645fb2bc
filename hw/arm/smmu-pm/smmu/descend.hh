// SPDX-License-Identifier: GPL-2.0-or-later
//
// From the start of long-descriptor tables to a leaf: what stage 1 and stage 2, AArch64 and
// AArch32 have in common. Arm ARM D5.3.
#pragma once

#include "smmu/walk.hh"

namespace smmu_pm::smmu {

constexpr uint64_t ones(unsigned width)
{
    return width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1;
}

constexpr bool is_set(uint64_t descriptor, unsigned bit)
{
    return (descriptor >> bit & 1) != 0;
}

/// Reads the descriptors of one stage. Those of stage 1 are at IPAs where there is a stage 2.
class TableReader {
public:
    TableReader(DescriptorReader& memory, bool big_endian) : memory_(memory), big_(big_endian) {}
    TableReader(DescriptorReader& memory, const Context& context, Stage2Cache* cache)
        : memory_(memory), big_(context.big_endian),
          nested_(context.stages == Stages::Nested ? &context : nullptr),
          off_(context.stage2_off() ? &context.stage2 : nullptr), cache_(cache)
    {
    }

    /// A descriptor of 8 bytes or 4; false: `fault` says why.
    bool read(uint64_t address, unsigned level, uint64_t& descriptor, Fault& fault);
    bool read_word(uint64_t address, unsigned level, uint32_t& descriptor, Fault& fault);

private:
    bool fetch(uint64_t address, unsigned level, uint64_t& raw, Fault& fault);

    DescriptorReader& memory_;
    bool big_;
    const Context* nested_ = nullptr;
    const Context::Stage2* off_ = nullptr; ///< a stage 2 that translates nothing
    Stage2Cache* cache_ = nullptr;
};

struct Tables {
    uint64_t base = 0;        ///< of the first table, aligned or not
    unsigned granule = 12;    ///< log2 of a page's size
    unsigned input_bits = 0;  ///< of the address, from bit 0
    unsigned level = 0;       ///< where the walk starts
    unsigned output_bits = 0; ///< of tables and leaves
};

struct Leaf {
    uint64_t descriptor = 0;
    uint64_t pa = 0; ///< first address of the page or block
    uint8_t level = 0;
    uint8_t shift = 0;
    uint8_t inherited = 0; ///< bits 63:59 of the tables above, each the OR of all levels
};

/// Reads at most four descriptors. False: `fault` says why.
bool descend(const Tables& tables, TableReader& reader, uint64_t address, Leaf& leaf, Fault& fault);

} // namespace smmu_pm::smmu
