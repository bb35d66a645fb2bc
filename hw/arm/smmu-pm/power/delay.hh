// SPDX-License-Identifier: GPL-2.0-or-later
//
// The delay element between the SMMU's interrupt lines and the interrupt controller. It has power
// of its own: an edge that is on its way arrives, even if the SMMU has been switched off since,
// and so a handler can be made to run when the registers it wants to read are gone.
#pragma once

#include "journal/event.hh"
#include "power/jitter.hh"
#include "power/pair.hh"

#include <span>
#include <vector>

namespace smmu_pm::power {

class Delay {
public:
    static constexpr unsigned lines_max = 32;
    /// Edges of one line that can be on their way together. When there is no room for another, it
    /// and the one before it cancel out: the pulse between them is lost, the final level is not.
    static constexpr unsigned edges_max = 16;

    class Lines {
    public:
        /// Called only on a change. A pulse whose two edges fall due together is still told.
        virtual void set_line(unsigned line, bool level) = 0;

    protected:
        ~Lines() = default;
    };

    /// `rise` and `fall` in ns of virtual time: the delay of an edge to high and to low; 0 passes
    /// it on at once. An edge never overtakes an earlier one of its line. lines: 1 to lines_max,
    /// cut to that range. `outside` outlives the element; so does `sink`, which may be nullptr.
    Delay(unsigned lines, uint64_t rise, uint64_t fall, uint64_t seed, Lines& outside,
          journal::Sink* sink);

    unsigned lines() const { return static_cast<unsigned>(lines_.size()); }

    /// All lines low, nothing on its way.
    void reset();

    /// The level going in. `now`: virtual time in ns, never going back. A line that does not exist
    /// is ignored.
    void set(uint64_t now, unsigned line, bool level);

    /// When advance() is next due, or `never`.
    uint64_t deadline() const;
    /// Delivers what is due at `now`, in the order of deadlines, then of lines.
    void advance(uint64_t now);

    /// f(Pair) for each number of the state, keys ascending.
    template <class F>
    void save(F&& f) const;
    /// False: not understood; the element is then as it was. Tells nobody of the lines.
    bool load(std::span<const Pair> pairs);

private:
    /// Edges alternate, so that their deadlines are all there is to keep.
    struct Line {
        bool level = false;             ///< going out
        std::vector<uint64_t> due = {}; ///< of the edges on their way, never descending
        bool last() const { return level != (due.size() % 2 != 0); }
    };

    static constexpr uint32_t key_levels = 0x8000'0000; ///< one bit each
    static constexpr uint32_t key_edge = 0x8100'0000;   ///< and line * edges_max + edge
    static constexpr uint32_t key_jitter = 0x9000'0000;

    unsigned first_due() const;

    uint64_t rise_;
    uint64_t fall_;
    uint64_t seed_;
    Lines& outside_;
    journal::Sink* sink_;
    std::vector<Line> lines_;
    Jitter jitter_;
};

template <class F>
void Delay::save(F&& f) const
{
    uint64_t levels = 0;
    for (unsigned i = 0; i < lines(); ++i)
        levels |= uint64_t{lines_[i].level} << i;
    f(Pair{key_levels, levels});
    for (unsigned i = 0; i < lines(); ++i)
        for (unsigned edge = 0; edge < lines_[i].due.size(); ++edge)
            f(Pair{key_edge + i * edges_max + edge, lines_[i].due[edge]});
    f(Pair{key_jitter, jitter_.state()});
}

} // namespace smmu_pm::power
