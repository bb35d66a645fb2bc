// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a journal must contain for its run to prove anything: a small language, one requirement a
// line (docs/findings.rst):
//
//     at MARK: smmu off                  (or on; or gpu), at every mark of that name
//     A..B: EVENT [NAME] [MEMBER=VALUE]… >= N
//                                        at least N events between A and the next B, each time;
//                                        or <= N at most, or == N
//     A..B: no EVENT …                   the same as == 0
//     A..B: order NAME NAME …            register writes in this order, others between them
//     allowed;
//                                        EVENT:NAME is an event of any kind
//     A..: …                             the same from the first A to the journal's end
//     all: …                             the same over the whole journal
//
// MARK, A and B are names of phases, or begin and done. EVENT is the kind of an event as the
// journal spells it, or power-up or power-off (NAME is then smmu or gpu; none: smmu), or, where
// events are counted, scattered:
// two pages that are neighbours for a master and, behind the SMMU, lie apart and elsewhere. NAME is
// the event's name; a `*` at its end stands for anything. MEMBER is block, stream, bank, addr,
// value, or syndrome, as the journal spells it.
#pragma once

#include "journal/record.hh"

#include <array>
#include <map>
#include <optional>
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
    /// A block can be reached again, or not any more.
    struct Edge {
        Block block;
        bool up;
    };
    enum class Member : uint8_t { Block, Stream, Bank, Addr, Value, Syndrome };
    struct Condition {
        Member member;
        uint64_t value;
    };
    /// One of an order: without an event the name of a register that is written.
    struct Step {
        std::string event{}, name{};
        bool matches(const Event& event, const std::optional<Edge>& edge) const;
        std::string text() const;
        static Step parse(std::string_view word, std::string& error);
    };

    void parse_count(const std::vector<std::string>& words, std::string& error);
    bool parse_condition(std::string_view word);
    bool conditions_apply() const;
    std::optional<Edge> follow(const Event& event);
    bool counts(const Event& event, const std::optional<Edge>& edge) const;
    bool holds() const;
    void at_mark();
    void in_window(const Event& event, const std::optional<Edge>& edge);
    unsigned scattered(const Event& event);
    void close();

    std::string text_{};
    Form form_{};
    std::string from_{}, to_{}; ///< both empty: the whole journal
    Block block_ = Block::Smmu;
    bool want_off_ = false;
    std::string event_{}, name_{};
    std::vector<Condition> conditions_{};
    uint64_t least_ = 0, most_ = ~uint64_t{0};
    std::vector<Step> order_{};

    /// Of the SMMU and of the GPU; nothing after a restore, up to the block's next wire.
    std::array<std::optional<bool>, 3> off_{true, true, true};
    std::map<uint64_t, uint64_t> pages_{}; ///< translated in this window, at most pages_max
    bool open_ = false;
    unsigned windows_ = 0;  ///< begun, or marks passed
    unsigned failures_ = 0; ///< windows or marks that did not hold
    uint64_t counted_ = 0;
    uint64_t failed_at_ = 0;  ///< counted_ where it failed last
    std::size_t ordered_ = 0; ///< names of order_ seen in this window
    std::size_t furthest_ = 0;
};

} // namespace smmu_pm::journal
