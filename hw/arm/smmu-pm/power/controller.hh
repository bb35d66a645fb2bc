// SPDX-License-Identifier: GPL-2.0-or-later
//
// A clock and power controller: the tables of a Model brought to life. It switches outputs: a
// domain for each GDSC, a clock for each branch, a reset for each BCR; who hangs on them it does
// not know.
//
//            request          after its delay
//   Off  ─────────────▶ Rising ──────────────▶ On        output high only in On
//    ▲                     │                    │        status bit set in On and Falling
//    └──── Falling ◀───────┼──── request ───────┘
//          after delay     └──── request ──▶ Off
//
// Switching off takes the output away at once, whatever the status bit still says; switching on
// gives it together with the status bit. A request for on that meets Falling starts Rising anew.
// All of this is two facts a node: what its registers ask for, and whether a deadline is armed.
#pragma once

#include "power/jitter.hh"
#include "power/model.hh"
#include "power/pair.hh"
#include "power/registers.hh"
#include "power/supply.hh"
#include "power/window.hh"

#include <string_view>
#include <vector>

namespace smmu_pm::power {

/// Who hears of the outputs.
class Outputs {
public:
    /// Called once a write or an advance is complete, in ascending order of output for each moment
    /// in time; only on a change. May read the controller.
    virtual void set_output(unsigned output, bool level) = 0;

protected:
    ~Outputs() = default;
};

enum class OutputKind : uint8_t {
    Domain, ///< high: powered
    Clock,  ///< high: running
    Reset,  ///< high: released
};

/// High is an output in On alone.
enum class OutputState : uint8_t {
    Off,
    Rising,
    Waiting, ///< of a domain: it would be on if its parent were
    On,
    Falling,
};

struct Output {
    const char* name;
    OutputKind kind;
};

/// A model's outputs are numbered: its GDSCs, its branches, its resets, in the order of its tables.
unsigned output_count(const Model& model);
/// `index` below output_count().
Output output_at(const Model& model, unsigned index);

class Controller {
public:
    /// Delays in ns of virtual time, cut to the limits below.
    struct Config {
        uint64_t seed = 0;
        uint64_t gdsc_delay = 0;
        uint64_t clock_delay = 0; ///< branches and the update of an RCG
        uint64_t pll_delay = 0;
        Policy policy = Policy::Abort; ///< what an access gets while the controller is in reset
    };

    /// No delay is longer than these, so that Linux never runs into its time-outs: 500 us for a
    /// GDSC (gdsc.c, TIMEOUT_US, also the pause after switching off one that is not polled), 200
    /// polls 1 us apart for a branch (clk_branch_wait) and a PLL (wait_for_pll).
    static constexpr uint64_t gdsc_delay_max = 400'000;
    static constexpr uint64_t clock_delay_max = 150'000;
    static constexpr uint64_t pll_delay_max = 150'000;

    /// `model` and `outputs` outlive the controller; so does `sink`, which may be nullptr. All
    /// outputs are low until the first reset(), which tells of those that are high (the resets).
    Controller(const Model& model, const Config& config, Outputs& outputs, journal::Sink* sink);

    /// Cold reset: registers to reset values, nothing armed, the seed's delays from their start.
    /// The reset wire keeps its level.
    void reset();

    /// The wire by which another controller's block reset resets this one; high (released) at
    /// first. While it is low the registers have their reset values and no access reaches them.
    void set_reset(uint64_t now, bool released);

    /// `now`, here and below: virtual time in ns, never going back. Offsets are aligned to 4 and
    /// within the window; anything else is a bus error.
    Answer read(uint64_t now, uint64_t offset);
    Answer write(uint64_t now, uint64_t offset, uint32_t value);

    /// When advance() is next due, or `never`; to be asked again after every call.
    uint64_t deadline() const { return armed_.empty() ? never : armed_.front().when; }
    /// Lets happen all that is due at `now`, in the order of deadlines, then of nodes.
    void advance(uint64_t now);

    /// Level of an output; false for one that does not exist.
    bool output(unsigned index) const { return index < levels_.size() && levels_[index]; }

    /// Where an output stands in the drawing above; a reset is Off (asserted) or On (released).
    OutputState state(unsigned index) const;

    /// The class of the register at an offset; plain_word when no table has one there.
    const Rule& rule_at(uint64_t offset) const;

    /// f(Pair) for each number of the state, keys ascending.
    template <class F>
    void save(F&& f) const;
    /// False: not understood, or not a state the controller can be in; it is then as it was
    /// before. Tells nobody of the outputs.
    bool load(std::span<const Pair> pairs);

private:
    enum class Kind : uint8_t { Gdsc, Branch, Pll, Rcg };

    /// Anything with a request and a status. Numbered as the outputs, PLLs and RCGs behind.
    struct Unit {
        Kind kind;
        uint32_t index;  ///< row of its table
        uint32_t parent; ///< of a GDSC: another unit, or none
        bool wanted;     ///< what its registers ask for, as of the last look
    };
    /// A register of the tables, by offset; `unit` may be none.
    struct Register {
        uint32_t offset;
        const Rule* rule;
        uint32_t unit;
    };
    /// A write to `offset` may change what `unit` asks for.
    struct Listener {
        uint32_t offset;
        uint32_t unit;
    };
    struct Armed {
        uint64_t when;
        uint32_t unit;
        auto operator<=>(const Armed&) const = default;
    };

    static constexpr uint32_t key_armed = 0x8000'0000;    ///< and the unit's number
    static constexpr uint32_t key_in_reset = 0x8f00'0000; ///< there only while it is
    static constexpr uint32_t key_jitter = 0x9000'0000;

    void add_unit(Kind kind, uint32_t index, uint32_t request);
    void add_register(uint32_t offset, const Rule& rule, uint32_t unit);
    template <class... Rs>
    void add(uint32_t base);
    const Register* find(uint64_t offset) const;
    uint32_t word(uint32_t offset) const { return window_.at(offset); }
    Window reset_window() const;

    bool wanted(const Unit& unit) const;
    bool is_armed(uint32_t unit) const;
    bool settled_on(uint32_t unit) const { return units_[unit].wanted && !is_armed(unit); }
    bool status(uint32_t unit) const { return units_[unit].wanted != is_armed(unit); }
    bool powered(uint32_t unit) const;
    bool level(unsigned output) const;

    void arm(uint64_t now, uint32_t unit);
    void disarm(uint32_t unit);
    void look(uint64_t now, uint32_t unit);
    void fire(const Armed& due);
    void settle(uint64_t now);
    void tell();
    void note_request(std::string_view node, std::string_view register_class, uint32_t offset);
    void clear();
    Answer unreachable(uint64_t offset, bool write, uint32_t value);

    const Model& model_;
    Config config_;
    Outputs& outputs_;
    journal::Sink* sink_;

    std::vector<Unit> units_;
    std::vector<Register> registers_; ///< ascending offsets
    std::vector<Listener> listeners_; ///< ascending offsets

    Window window_;            ///< the whole window, read-only bits as zero
    std::vector<Armed> armed_; ///< ascending; at most one a unit
    Jitter jitter_;
    bool in_reset_ = false;
    std::vector<bool> levels_; ///< of the outputs, as told
};

template <class F>
void Controller::save(F&& f) const
{
    auto reg = registers_.begin();
    window_.each([&](uint32_t offset, uint32_t value) {
        while (reg != registers_.end() && reg->offset < offset)
            ++reg;
        const bool listed = reg != registers_.end() && reg->offset == offset;
        if (value != (listed ? reg->rule->reset : 0))
            f(Pair{offset, value});
    });
    for (uint32_t unit = 0; unit < units_.size(); ++unit)
        for (const Armed& armed : armed_)
            if (armed.unit == unit)
                f(Pair{key_armed + unit, armed.when});
    if (in_reset_)
        f(Pair{key_in_reset, 1});
    f(Pair{key_jitter, jitter_.state()});
}

} // namespace smmu_pm::power
