// SPDX-License-Identifier: GPL-2.0-or-later
//
// pm-testdev: a DMA engine behind the SMMU, the plainest master that there can be. It fills, copies
// or compares memory through the SMMU when it is asked to, on virtual time, and says so with an
// interrupt. What it is for: a client whose driver can be made to do anything with the IOMMU API,
// beside a GPU whose driver does what it does. As any block it is really off when it is off.
#pragma once

#include "journal/event.hh"
#include "power/gate.hh"
#include "power/jitter.hh"
#include "power/master.hh"
#include "power/pair.hh"
#include "testdev/registers.hh"

#include <cstddef>
#include <span>

namespace smmu_pm::testdev {

using power::never;
using power::Pair;

using Host = power::MasterHost;

struct Config {
    power::Policy policy = power::Policy::Abort;
    uint64_t beat_ns = 200; ///< virtual time from one transaction to the next; at least 1
    uint64_t seed = 0;      ///< 0: exactly beat_ns, else drawn from [beat_ns, 2 * beat_ns)
};

/// A request that is under way.
struct Work {
    static constexpr uint32_t beat_max = 64;

    bool running = false;
    bool writing = false; ///< of a copy: a beat has been read, and lies in `buffer`
    uint8_t op = 0;       ///< an Op
    uint32_t length = 0;
    uint32_t pattern = 0;
    uint32_t done = 0; ///< bytes
    uint64_t src = 0;
    uint64_t dst = 0;
    uint64_t not_before_ns = 0; ///< the first beat: when GO was written, and the delay
    std::array<uint64_t, beat_max / 8> buffer{};

    /// Where the next transaction goes, and how many bytes of it are left for one.
    uint64_t at() const;
    uint32_t beat() const;
    bool valid() const;

    /// f(field) for each, in a fixed order.
    template <class F>
    void each_field(F&& f)
    {
        fields(*this, f);
    }
    template <class F>
    void each_field(F&& f) const
    {
        fields(*this, f);
    }
    bool operator==(const Work&) const = default;

private:
    bool is(Op wanted) const { return op == static_cast<uint8_t>(wanted); }
    template <class Self, class F>
    static void fields(Self& self, F&& f)
    {
        f(self.running), f(self.writing), f(self.op), f(self.length), f(self.pattern);
        f(self.done), f(self.src), f(self.dst), f(self.not_before_ns);
        for (auto& word : self.buffer)
            f(word);
    }
};

/// All that a loss of power, or a reset, takes away.
struct Contents {
    RegisterFile file;
    Work work;

    bool irq() const
    {
        return (file.get<TESTDEV_INT_STATUS>().raw() & file.get<TESTDEV_INT_ENABLE>().raw()) != 0;
    }
};

class Testdev {
public:
    /// `host` and `sink` outlive the device; sink may be nullptr. No supply is present at first.
    Testdev(const Config& config, Host& host, journal::Sink* sink);

    /// Cold reset from outside. Supplies keep their level.
    void reset();

    /// `now_ns`, here and below: virtual time, never going back.
    void set_supply(uint64_t now_ns, power::Supply supply, bool level);
    power::SupplySet supplies() const { return gate_.supplies(); }
    power::SupplySet missing(power::Access access) const { return gate_.missing(access); }

    /// size: 4 or 8 bytes, offset naturally aligned and within the window; anything else is a bus
    /// error.
    power::Answer read(uint64_t now_ns, uint64_t offset, unsigned size);
    power::Answer write(uint64_t now_ns, uint64_t offset, unsigned size, uint64_t value);

    /// The transaction that a Host call answered with Stalled is let go. What follows from that
    /// follows in advance(); when nobody waits (any more), nothing does.
    void released(uint64_t now_ns, power::Released how);

    /// When advance() is due, or `never`; to be asked again after every call.
    uint64_t deadline() const { return deadline_; }
    /// Makes at most one transaction; none before the deadline.
    void advance(uint64_t now_ns);

    /// f(pair) for each number of the state.
    template <class F>
    void save(F&& f) const
    {
        emit(gate_, jitter_, deadline_, hold_, f);
    }
    /// False: not understood, or not a state the device can be in; it is then as it was before.
    bool load(std::span<const Pair> pairs);

private:
    using Gate = power::Gate<Contents>;
    class Port;

    /// Of the transaction that is held, or was and is to be made again; None: neither.
    enum class Hold : uint8_t { None, Waiting, Retry, Abort, RazWi };

    power::Answer unreachable(uint64_t offset, unsigned size, bool write, uint64_t value,
                              power::SupplySet missing);
    void start(Contents& contents, uint64_t now_ns);
    void transact(Contents& contents);
    power::Status transfer(Work& work);
    void end(Contents& contents, Error error);
    void schedule(uint64_t now_ns);
    void update_irq(bool level);
    void note(std::string_view name, uint64_t address, uint64_t value, std::string_view text = {});

    template <class F>
    static void emit(const Gate& gate, const power::Jitter& jitter, uint64_t deadline, Hold hold,
                     F&& f);
    static bool restore(const Pair& pair, Contents& contents);

    static constexpr uint32_t key_supplies = 0x8000'0000;
    static constexpr uint32_t key_deadline = 0x8000'0001;
    static constexpr uint32_t key_jitter = 0x8000'0002;
    static constexpr uint32_t key_hold = 0x8000'0003;    ///< None: not there
    static constexpr uint32_t key_powered = 0x8000'0004; ///< there are contents; always 1
    static constexpr uint32_t key_work = 0x8000'0040; ///< and one more for each field; 0: not there

    Config config_;
    Host& host_;
    journal::Sink* sink_;
    Gate gate_;
    power::Jitter jitter_;
    uint64_t deadline_ = never;
    Hold hold_ = Hold::None;
    bool irq_ = false;
};

template <class F>
void Testdev::emit(const Gate& gate, const power::Jitter& jitter, uint64_t deadline, Hold hold,
                   F&& f)
{
    f(Pair{key_supplies, gate.supplies().bits()});
    f(Pair{key_deadline, deadline});
    f(Pair{key_jitter, jitter.state()});
    if (hold != Hold::None)
        f(Pair{key_hold, static_cast<uint64_t>(hold)});
    const Gate::State* state = gate.saved();
    if (state == nullptr)
        return;
    f(Pair{key_powered, 1});
    state->registers.file.each_stored([&f](uint32_t offset, uint64_t value) {
        f(Pair{offset, value});
    });
    uint32_t key = key_work;
    state->registers.work.each_field([&f, &key](auto field) {
        if (static_cast<uint64_t>(field) != 0)
            f(Pair{key, static_cast<uint64_t>(field)});
        ++key;
    });
}

} // namespace smmu_pm::testdev
