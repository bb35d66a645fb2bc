// SPDX-License-Identifier: GPL-2.0-or-later
//
// One event of the journal, and the interface through which every block writes it. Blocks say what
// happened; time, the guest's counter and its call chain are added by the journal, which asks its
// host for them. The JSON form of an event is in docs/findings.rst.
#pragma once

#include "power/supply.hh"

#include <cstdint>
#include <string_view>

namespace smmu_pm::journal {

enum class Block : uint8_t { Island, Gcc, Mmcc, Smmu, Gpu, Delay, Mark, Testdev };

/// What happened. The comments name the members of Event that carry meaning for the kind.
enum class Kind : uint8_t {
    Wire,      ///< a supply of a block changed: name (of the supply), value (new level), missing
               ///< (of a register access afterwards). The call chain is kept.
    Lost,      ///< state did not survive: name "registers" or "tlb"
    Touch,     ///< a CPU access could not reach: name, address, size, write, value (of a write),
               ///< missing, answer, lost (of a TLB invalidate that left entries behind: its
               ///< number). The call chain is kept.
    Write,     ///< a CPU write reached an SMMU register, or asked a controller for a domain, or for
               ///< a clock to come on: name, address, size, value. Of a controller's the call chain
               ///< is kept.
    Tlbi,      ///< a TLB maintenance operation that took place: name, value
    Translate, ///< a transaction was translated: stream, address (IOVA), pa, write, bank, hit
    Bypass,    ///< a transaction passed untranslated: stream, address, write, name (of the register
               ///< field that let it pass, e.g. "SMMU_sCR0.CLIENTPD" or "SMMU_S2CR0.TYPE")
    Refused,   ///< a transaction was refused: stream, address, write, missing when the block could
               ///< not be reached, otherwise name (of the fault flag, e.g. "SMMU_CB0_FSR.TF")
    Fault,     ///< a fault was recorded: name (e.g. "SMMU_CB0_FSR"), value (of the register),
               ///< address (FAR), syndrome (FSYNR0), stream
    Irq,       ///< an interrupt line of a block changed: name, value
    Gpu,      ///< the GPU did something of note: name ("ring", "ib", "event", "error"…), address,
              ///< value
    Mark,     ///< the guest's exerciser spoke: name ("begin", "phase", "done", "gave-up",
              ///< "module", "kernel", "idle", "busy", "budget"), text
    Reset,    ///< the whole block was reset from outside
    Restored, ///< state was loaded from a saved machine: what follows has no past
    Stall, ///< a transaction is held: stream, address, write, bank, value (its token), name (of the
           ///< fault flag), or missing when it met a block without power
    Release, ///< a held transaction is let go: stream, address, write, bank, value (its token),
             ///< name
             ///< ("retry", "terminate", or "lost" when power took it away)
    Stale,   ///< a hit on a TLB entry that a lost invalidate should have removed, and without which
             ///< the answer were another: stream, address, pa (that the entry gives), write, bank;
             ///< name, value and lost of the invalidate; text (what there would be without it: a
             ///< fault flag, "another address", "other permissions", "a translation")
    Timeout, ///< the run's virtual time is over: value (ns)
    Dropped, ///< the journal is full: nothing follows
    Finding, ///< the judge, live, made a finding: name (of the finding), value (its number, from
             ///< 0), text (one line)
    Testdev, ///< pm-testdev did something: name ("start", "done", "error", "work-lost"), text (the
             ///< operation, or the error), address (IOVA), value (bytes)
};

/// Plain data; string views need to live only as long as the call to record().
struct Event {
    Kind kind{};
    Block block{};
    std::string_view name{};
    std::string_view text{};
    uint64_t address = 0;
    uint64_t value = 0;
    uint64_t pa = 0;
    uint32_t syndrome = 0;
    uint32_t lost = 0; ///< number of a lost TLB invalidate; 0: none
    uint16_t stream = 0;
    uint8_t bank = 0;
    uint8_t size = 0;
    bool write = false;
    bool hit = false;
    power::SupplySet missing{};
    power::Policy answer{};
};

/// Where blocks write to. Never calls back into the block that records.
class Sink {
public:
    virtual void record(const Event& event) = 0;

protected:
    ~Sink() = default;
};

} // namespace smmu_pm::journal
