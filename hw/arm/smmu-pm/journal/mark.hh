// SPDX-License-Identifier: GPL-2.0-or-later
//
// The mark page: how the guest's exerciser speaks to the journal. A page of registers without a
// driver; the exerciser maps it. Always reachable. Little-endian, accesses of 4 or 8 bytes:
//
//   0x00  MARK_ID      RO  0x4b52414d ("MARK")
//   0x04  MARK_VERSION RO  1
//   0x08  MARK_SEED    RO  64 bits: the seed of the run
//   0x10  MARK_DATA    WO  64 bits: each write appends 8 bytes of text (4 with a 4-byte write to
//                          0x10), low byte first; what goes beyond 1024 bytes is dropped
//   0x18  MARK_COMMIT  WO  bits 7:0 the kind of mark (Mark below), bits 31:16 the length of the
//                          text in bytes; makes one event of what was appended, and empties it
#pragma once

#include "journal/record.hh"

#include <span>
#include <vector>

namespace smmu_pm::journal {

/// Kinds of mark, as MARK_COMMIT takes them.
enum class Mark : uint8_t {
    Begin = 1,  ///< a scenario begins: its name
    Phase = 2,  ///< a step of it begins: its name
    Done = 3,   ///< the scenario came to its end
    GaveUp = 4, ///< it did not: what it waited for
    Module = 5, ///< a loaded module and its text sections: "msm .text=0xffff…"
    Kernel = 6, ///< "text=0xffff… build-id=… release=…", text being the address of _stext
    Idle = 7,   ///< from here on these blocks are to be switched off: "smmu gpu"
    Busy = 8,   ///< … up to here
    Budget =
        9, ///< from here on a block may be powered up so often: "smmu 2/20" (journal/budget.hh)
};

class MarkPage {
public:
    /// `sink` may be nullptr.
    MarkPage(Sink* sink, uint64_t seed) : sink_(sink), seed_(seed) {}

    void reset() { text_.clear(); }
    uint64_t read(uint64_t offset, unsigned size) const;
    void write(uint64_t offset, unsigned size, uint64_t value);

    const std::string& pending() const { return text_; }
    /// False: longer than the page can hold.
    bool restore(std::string text);

private:
    void append(unsigned size, uint64_t value);
    void commit(uint64_t value);

    Sink* sink_;
    uint64_t seed_;
    std::string text_{};
};

} // namespace smmu_pm::journal
