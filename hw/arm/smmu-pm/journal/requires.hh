// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a journal must contain for its run to prove anything: a small language, one requirement a
// line (docs/findings.rst):
//
//     at MARK: smmu off                  (or on; or gpu), at every mark of that name
//     A..B: EVENT [NAME] >= N            at least N events between A and the next B, each time
//     A..B: order NAME NAME …            register writes in this order, others between them allowed
//     all: …                             the same over the whole journal
//
// MARK, A and B are names of phases, or begin and done. EVENT is the kind of an event as the
// journal spells it, or power-up or power-off of the SMMU, or scattered: two pages that are
// neighbours for a master and, behind the SMMU, lie apart and elsewhere. NAME is the event's name;
// a `*` at its end stands for anything.
#pragma once

#include "journal/record.hh"

#include <map>
#include <string>
#include <vector>

namespace smmu_pm::journal {

class Requirement {
public:
    /// `error` stays empty when `text` could be read.
    static Requirement parse(std::string_view text, std::string& error);

    void feed(const Event& event);
    /// The journal is over.
    bool met() const;

    const std::string& text() const { return text_; }
    /// Why not, for a requirement that is not met.
    std::string reason() const;

private:
    enum class Form : uint8_t { At, Count, Order };

    void at_mark();
    void in_window(const Event& event, bool powered_up, bool powered_off);
    unsigned scattered(const Event& event);
    void close();

    std::string text_{};
    Form form_{};
    std::string from_{}, to_{}; ///< both empty: the whole journal
    Block block_ = Block::Smmu;
    bool want_off_ = false;
    std::string event_{}, name_{};
    uint64_t least_ = 1;
    std::vector<std::string> order_{};

    bool off_ = true;                      ///< block_
    std::map<uint64_t, uint64_t> pages_{}; ///< translated in this window, at most pages_max
    bool open_ = false;
    unsigned windows_ = 0;  ///< begun, or marks passed
    unsigned failures_ = 0; ///< windows or marks that did not hold
    uint64_t counted_ = 0;
    std::size_t ordered_ = 0; ///< names of order_ seen in this window
    std::size_t furthest_ = 0;
};

} // namespace smmu_pm::journal
