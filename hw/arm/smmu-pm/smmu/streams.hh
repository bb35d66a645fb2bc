// SPDX-License-Identifier: GPL-2.0-or-later
//
// From a StreamID to what becomes of its transaction: IHI 0062D 2.2 (stream matching).
#pragma once

#include "smmu/config.hh"
#include "smmu/registers.hh"

namespace smmu_pm::smmu {

/// Why a transaction may pass untranslated, by the register that says so.
enum class BypassReason : uint8_t { Unmatched, Conflict, StreamType };

/// Faults found before a context bank is known; the value is the bit in SMMU_sGFSR.
enum class GlobalFault : uint8_t { ICF = 0, USF = 1, SMCF = 2, UCBF = 3 };

struct StreamAction {
    enum class Kind : uint8_t { Translate, Bypass, Fault } kind;
    unsigned group = 0;    ///< the S2CR that decided: of Translate, and of StreamType
    unsigned bank = 0;     ///< of Translate
    BypassReason reason{}; ///< of Bypass
    GlobalFault fault{};   ///< of Fault
};

/// SMMU_sCR0.CLIENTPD is the caller's to look at: it comes before any matching.
StreamAction match_stream(const Registers& registers, const Config& config, uint16_t stream);

} // namespace smmu_pm::smmu
