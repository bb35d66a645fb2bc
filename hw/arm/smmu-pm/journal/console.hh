// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a kernel's console says when something is wrong. The console is evidence beside the journal,
// never the oracle: on stock kernels a TLB sync that times out is silent.
#pragma once

#include <string_view>

namespace smmu_pm::journal {

/// The word that makes a complaint of a console line, or empty.
std::string_view complaint_in(std::string_view line);

} // namespace smmu_pm::journal
