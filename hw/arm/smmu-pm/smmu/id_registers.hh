// SPDX-License-Identifier: GPL-2.0-or-later
//
// The ID registers, from the configuration: IHI 0062D 9.6.1.
#pragma once

#include "smmu/config.hh"
#include "smmu/registers.hh"

namespace smmu_pm::smmu {

/// What an access may count: all that there is, or what SMMU_SCR1 leaves to Non-secure state.
struct Counted {
    unsigned stream_groups;
    unsigned context_banks;
    unsigned context_interrupts;
};

Counted counted(const Registers& registers, const Config& config, bool secure);

Value<SMMU_IDR0> id0(const Config& config, const Counted& counted, bool secure);
Value<SMMU_IDR1> id1(const Config& config, const Counted& counted, bool secure);
Value<SMMU_IDR2> id2(const Config& config);
Value<SMMU_IDR7> id7(const Config& config);

} // namespace smmu_pm::smmu
