// SPDX-License-Identifier: GPL-2.0-or-later
//
// What an SMMU promises whatever is done to it, as far as another SMMU, its registers or its saved
// state can tell. Each traps when it is broken.
#pragma once

#include "smmu_subject.hh"

#include <optional>

namespace smmu_pm::fuzz {

/// Said at the end, so that a replay shows what its inputs came to.
struct SmmuTally {
    unsigned long steps = 0, translated = 0, faults = 0, twins = 0, around = 0;
    unsigned long lost = 0, condemned = 0, same = 0, stale = 0;
    ~SmmuTally();
};
extern SmmuTally smmu_tally;

/// A CPU's access to registers.
struct SmmuTouch {
    uint64_t offset = 0;
    unsigned size = 4;
    uint64_t value = 0;
    bool secure = false;
};

/// Saved state without TLB entries and what is held.
Pairs without_entries(const Pairs& pairs);
bool any_condemned(const Pairs& pairs);

/// Those who wait are those who are held, each for a reason that still holds; FSR.SS stands for
/// one.
void check_held(SmmuSubject& subject);
/// The lines are what registers say; without power or in reset they are low.
void check_lines(SmmuSubject& subject);
/// Those of the monitors, likewise. To look is to count.
void check_monitors(SmmuSubject& subject);
/// The fault that a transaction was refused for is the flag that was set, in one bank.
void check_fault(const SmmuSink& sink, const smmu::Transaction& transaction);
/// A Non-secure access has left alone what is Secure state's: registers and TLB entries.
void check_secure(const smmu::Config& config, const Pairs& before, const Pairs& after);

/// A write that did not reach: another SMMU in the same state, which it does reach, says what it
/// would have removed.
void check_lost(const SmmuSubject& subject, Pairs before, const Pairs& after,
                const SmmuTouch& touch);
/// What the same transaction is answered where nothing has been lost: the same, or a stale hit was
/// told of; never both.
void check_stale(const SmmuSubject& subject, const Pairs& before,
                 const smmu::Transaction& transaction, const smmu::Translation& got, bool told);

/// Whether sixteen short descriptors, which nobody sees to being equal, make the page of what was
/// translated just now: a large page or a supersection.
bool is_of_sixteen(SmmuSubject& subject, const smmu::Translation& translation);

/// A translation without TLB is the same as the one right after, which hits; and any other address
/// in its page, as large as it is said to be, is translated likewise, walked or hit. `bits` choose
/// the other address. Gives the first translation.
smmu::Translation check_around(const SmmuSubject& subject, const Pairs& before,
                               const smmu::Transaction& transaction, uint64_t bits);

} // namespace smmu_pm::fuzz
