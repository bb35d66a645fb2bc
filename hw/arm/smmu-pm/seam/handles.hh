// SPDX-License-Identifier: GPL-2.0-or-later
//
// The blocks behind their handles, for the seam that looks at them (inspect.h). Each is defined
// beside its handle.
#pragma once

#include "journal/counters.hh"
#include "journal/journal.hh"
#include "power/controller.hh"
#include "seam/controller.h"
#include "seam/journal.h"
#include "seam/smmu.h"
#include "smmu/smmu.hh"

namespace smmu_pm::seam {

const smmu::Smmu& core_of(const SmmuPmSmmu* smmu);
const journal::Counters& counters_of(const SmmuPmSmmu* smmu);
const journal::Journal& core_of(const SmmuPmJournal* journal);
const power::Controller& core_of(const SmmuPmController* controller);

} // namespace smmu_pm::seam
