// SPDX-License-Identifier: GPL-2.0-or-later
//
// What can be done to an SMMU, from bytes; and doing it, without a word of what should come of it.
#pragma once

#include "smmu_promises.hh"
#include "smmu_setup.hh"

namespace smmu_pm::fuzz {

enum class SmmuWhat : uint8_t {
    Read,
    Write,
    Lose,
    Wire,
    Program,
    Attach,
    Fill,
    Poke,
    Translate,
    Time,
    Reload,
    Corrupt,
    Twin,
    Reset,
};

/// One step, decoded once, so that a twin does exactly the same.
struct SmmuStep {
    SmmuWhat what{};
    uint8_t choice = 0, more = 0;
    SmmuTouch touch{};
    smmu::Transaction transaction{};
    uint64_t number = 0;
};

SmmuStep smmu_step(Input& input, const SmmuWindow& window);

/// Whatever of it is answered.
uint64_t apply(SmmuSubject& subject, const SmmuStep& step);

constexpr uint64_t hash(const power::Answer& answer)
{
    return answer.value * 4 + static_cast<uint64_t>(answer.status);
}
uint64_t hash(const smmu::Translation& translation);

} // namespace smmu_pm::fuzz
