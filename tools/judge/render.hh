// SPDX-License-Identifier: GPL-2.0-or-later
//
// A trial for people (findings.txt) and for programs (verdict.json).
#pragma once

#include "judge/trial.hh"

namespace smmu_pm::judge {

std::string render_text(const Trial& trial, const Symbols& symbols);
std::string render_json(const Trial& trial, const Symbols& symbols);

} // namespace smmu_pm::judge
