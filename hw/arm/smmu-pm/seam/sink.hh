// SPDX-License-Identifier: GPL-2.0-or-later
//
// How the seams of the blocks find the journal behind the handle that their glue hands them.
#pragma once

#include "journal/event.hh"
#include "seam/common.h"

namespace smmu_pm::journal {

/// The sink of a journal; nullptr for nullptr: the block then records nothing. Defined beside
/// SmmuPmJournal itself, in seam/journal.cc.
Sink* sink_of(SmmuPmJournal* journal);

} // namespace smmu_pm::journal
