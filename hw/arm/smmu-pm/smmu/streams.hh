// SPDX-License-Identifier: GPL-2.0-or-later
//
// From a StreamID to what becomes of its transaction: IHI 0062D 2.2 (stream matching).
#pragma once

#include "smmu/registers.hh"

namespace smmu_pm::smmu {

/// Faults found before a context bank is known; the value is the bit in SMMU_sGFSR.
enum class GlobalFault : uint8_t { ICF = 0, USF = 1, SMCF = 2, UCBF = 3 };

struct StreamAction {
    enum class Kind : uint8_t { Translate, Bypass, Fault } kind;
    unsigned group = 0;   ///< the S2CR that decided; meaningless for an unmatched stream
    bool matched = false; ///< a stream group matched
    unsigned bank = 0;    ///< of Translate
    GlobalFault fault{};  ///< of Fault
};

/// SMMU_sCR0.CLIENTPD is the caller's to look at: it comes before any matching.
StreamAction match_stream(const Registers& registers, unsigned groups, unsigned banks,
                          uint16_t stream);

} // namespace smmu_pm::smmu
