// SPDX-License-Identifier: GPL-2.0-or-later
//
// A stub of the Adreno A510: registers behind their wires and a command processor that works on
// virtual time. It renders nothing. What it is for: a master that fetches and writes memory
// through the SMMU when Linux' drm/msm asks it to, can be switched off at any moment, and reports
// what went wrong as the part does.
//
// Left out: shaders and everything they need, CP_PROTECT, preemption (the part has one ring in
// use), the crash dumper, GPMU, HLSQ apertures.
#pragma once

#include "command_processor.hh"
#include "journal/event.hh"
#include "power/gate.hh"
#include "power/jitter.hh"
#include "power/pair.hh"
#include "registers.hh"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace smmu_pm::gpu {

using power::never;
using power::Pair;

/// What the GPU reaches outside. None of these calls back into the GPU.
class Host {
public:
    /// DMA with the GPU's StreamID; 4 to 64 bytes, never across an aligned 64 bytes. Memory is in
    /// the guest's (little-endian) byte order.
    virtual power::Status dma_read(uint64_t iova, std::span<std::byte> buffer) = 0;
    virtual power::Status dma_write(uint64_t iova, std::span<const std::byte> buffer) = 0;
    /// Only called on a change; the line is low at first.
    virtual void set_irq(bool level) = 0;
    /// A register access could not reach the GPU.
    virtual void pm_fault() = 0;

protected:
    ~Host() = default;
};

struct Config {
    power::Policy policy = power::Policy::Abort;
    uint64_t slice_ns = 2000; ///< virtual time from one slice of work to the next; at least 1
    uint64_t seed = 0;        ///< 0: exactly slice_ns, else drawn from [slice_ns, 2 * slice_ns)
};

/// The part of the window that only remembers: 0 at power-up. Takes memory with the first write.
class Ram {
public:
    uint32_t read(uint32_t index) const { return dwords_.empty() ? 0 : dwords_[index]; }
    /// `index` in dwords, below window_dwords.
    void write(uint32_t index, uint32_t value);
    /// f(index, value) for each dword that is not 0.
    template <class F>
    void each_stored(F&& f) const
    {
        for (std::size_t i = 0; i < dwords_.size(); ++i)
            if (dwords_[i] != 0)
                f(static_cast<uint32_t>(i), dwords_[i]);
    }

private:
    std::vector<uint32_t> dwords_;
};

/// All that a loss of power, or a reset, takes away.
struct Contents {
    RegisterFile file;
    Ram ram;
    CommandProcessor cp;
    uint64_t busy_ns = 0; ///< virtual time spent working, counted by the slice

    Ring ring() const;
    /// A slice would do something, as far as the GPU's own registers have a say.
    bool can_work() const;
    /// There is unfinished work, whether or not anything stands in its way.
    bool busy() const;
    /// The level of the interrupt line.
    bool irq() const;
};

class Gpu {
public:
    /// `host` and `sink` outlive the GPU; sink may be nullptr. No supply is present at first.
    Gpu(const Config& config, Host& host, journal::Sink* sink);

    /// Cold reset from outside. Supplies keep their level.
    void reset();

    /// `now_ns`, here and below: virtual time, never going back.
    void set_supply(uint64_t now_ns, power::Supply supply, bool level);

    /// size: 4 or 8 bytes (two registers, the lower first), offset naturally aligned and within
    /// the window; anything else is a bus error.
    power::Answer read(uint64_t now_ns, uint64_t offset, unsigned size);
    power::Answer write(uint64_t now_ns, uint64_t offset, unsigned size, uint64_t value);

    /// When advance() is due, or `never`; to be asked again after every call.
    uint64_t deadline() const { return deadline_; }
    /// Does at most one slice of work; nothing before the deadline.
    void advance(uint64_t now_ns);

    /// f(pair) for each number of the state.
    template <class F>
    void save(F&& f) const;
    /// False: not understood, or not a state the GPU can be in; it is then as it was before.
    bool load(std::span<const Pair> pairs);

private:
    using Gate = power::Gate<Contents>;
    class Port;

    power::Answer unreachable(uint64_t offset, unsigned size, bool write, uint64_t value,
                              power::SupplySet missing);
    void schedule(uint64_t now_ns);
    void report(Contents& contents);
    void update_irq(bool level);
    void note(std::string_view name, uint64_t address, uint64_t value, std::string_view text = {});

    template <class F>
    static void emit(const Gate& gate, const power::Jitter& jitter, uint64_t deadline, F&& f);
    static bool restore(const Pair& pair, Contents& contents);

    static constexpr uint32_t key_supplies = 0x8000'0000;
    static constexpr uint32_t key_deadline = 0x8000'0001;
    static constexpr uint32_t key_jitter = 0x8000'0002;
    static constexpr uint32_t key_busy = 0x8000'0003;
    static constexpr uint32_t key_cp = 0x8000'0100; ///< and one more for each field

    Config config_;
    Host& host_;
    journal::Sink* sink_;
    Gate gate_;
    power::Jitter jitter_;
    uint64_t deadline_ = never;
    bool irq_ = false;
};

template <class F>
void Gpu::save(F&& f) const
{
    emit(gate_, jitter_, deadline_, f);
}

template <class F>
void Gpu::emit(const Gate& gate, const power::Jitter& jitter, uint64_t deadline, F&& f)
{
    f(Pair{key_supplies, gate.supplies().bits()});
    f(Pair{key_deadline, deadline});
    f(Pair{key_jitter, jitter.state()});
    const Gate::State* state = gate.saved();
    if (state == nullptr)
        return;
    const Contents& contents = state->registers;
    f(Pair{key_busy, contents.busy_ns});
    contents.file.each_stored([&f](uint32_t offset, uint64_t value) { f(Pair{offset, value}); });
    contents.ram.each_stored([&f](uint32_t index, uint32_t value) { f(Pair{index * 4, value}); });
    uint32_t key = key_cp;
    contents.cp.each_field([&f, &key](auto field) {
        if (static_cast<uint64_t>(field) != 0)
            f(Pair{key, static_cast<uint64_t>(field)});
        ++key;
    });
}

} // namespace smmu_pm::gpu
