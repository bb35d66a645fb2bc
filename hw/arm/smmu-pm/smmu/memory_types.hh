// SPDX-License-Identifier: GPL-2.0-or-later
//
// Memory type and shareability of a page, from the attributes of its descriptor.
#pragma once

#include "smmu/attributes.hh"

namespace smmu_pm::smmu {

/// `memory` in MAIR's encoding.
struct MemoryType {
    uint8_t memory = 0xff;
    Shareability sharing = Shareability::Non;
    bool operator==(const MemoryType&) const = default;
};

/// The same of stage 2; as it stands, it changes nothing in what stage 1 says.
struct Stage2Type {
    uint8_t memory = 0xff;
    Shareability sharing = Shareability::Non;
    Allocation allocation{};
    bool operator==(const Stage2Type&) const = default;
};

/// AttrIndx and SH of a long descriptor; `mair` is MAIR1:MAIR0.
MemoryType long_descriptor_type(uint64_t mair, uint64_t descriptor);

/// TEX, C, B and S of a short descriptor. With `remap` (SCTLR.TRE) through PRRR and NMRR, which are
/// at the places of MAIR0 and MAIR1.
MemoryType short_descriptor_type(uint64_t nmrr_prrr, bool remap, unsigned texcb, bool shareable);

/// MemAttr and SH of a stage 2 descriptor, and the hints that the SMMU adds at its upper end: IHI
/// 0062D 2.7.1.
Stage2Type stage2_type(uint64_t descriptor);

/// Both stages together: the more restrictive of each (Arm ARM D5.5.5), and stage 2's hints where
/// it has any (IHI 0062D 2.4).
MemoryType combined(const MemoryType& stage1, const Stage2Type& stage2);

} // namespace smmu_pm::smmu
