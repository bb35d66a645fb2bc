// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the declarations of the SMMU's registers share: the words they are written in, and how many
// of each array there can be.
#pragma once

#include "regs/file.hh"

namespace smmu_pm::smmu {

using regs::at;
using regs::bit;
using regs::bits;
using regs::Effect;
using regs::Field;
using regs::Mode;
using regs::Reg;
using regs::Reg64;
using regs::Res0;
using regs::Value;

/// Whether a register is one of several.
template <class R, class... Rs>
inline constexpr bool any_of = (std::is_same_v<R, Rs> || ...);

inline constexpr unsigned max_stream_groups = 127;  ///< IDR0.NUMSMRG
inline constexpr unsigned max_stream_entries = 128; ///< S2CRs: with stream indexing one more
inline constexpr unsigned max_context_banks = 128;
inline constexpr unsigned max_ssd_index_bits = 10;
inline constexpr unsigned max_counter_groups = 32;

} // namespace smmu_pm::smmu
