// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the events of a journal, up to a moment, say of the machine: the rules' memory. Learned from
// events alone, so that a journal that is judged again tells the same.
#pragma once

#include "journal/budget.hh"

#include <array>
#include <map>
#include <optional>
#include <string>

namespace smmu_pm::journal {

/// A supply of a block went on or off: when, and who did it.
struct Switch {
    uint64_t time_ns = 0;
    power::Supply supply{};
    Chain chain{};
};

/// A stretch of time in which the scenario declares a block idle.
struct Idle {
    uint64_t since_ns = 0;
    bool was_off = false; ///< at its begin, or since
};

/// What is known of a block at a moment.
struct BlockState {
    std::array<std::optional<Switch>, power::supply_count> off{}; ///< the last time each went off
    std::array<std::optional<Switch>, power::supply_count> on{};  ///< … and on
    std::optional<Switch> last_off{};                             ///< of any supply
    /// None after a restore, up to the next wire; but for that which is there from the start and
    /// told of only when it goes.
    power::SupplySet present{power::Supply::Tbu};
    power::SupplySet missing = power::SupplySet::from_bits(~0u); ///< for a register access
    unsigned period = 0;          ///< counts switch-offs: tells one off period from the next
    bool control_written = false; ///< SMMU_sCR0 since the registers last took their reset values
    std::optional<Idle> idle{};
};

/// A transaction that the SMMU holds.
struct HeldTransaction {
    uint64_t since_ns = 0;
    std::string why{}; ///< the fault flag, or "missing: …"
};

/// A TLB invalidate that did not reach the SMMU and left entries behind.
struct LostInvalidate {
    uint64_t time_ns = 0;
    std::string name{}; ///< of the register
    uint64_t value = 0;
    power::SupplySet missing{};
    Chain chain{};
    std::optional<Switch> off{}; ///< who had taken the power
};

struct State {
    static constexpr std::size_t max_held = 64;
    static constexpr std::size_t max_lost = 1024; ///< as many as a TLB has entries

    void learn(const Event& event, const Stamp& stamp);
    const BlockState& of(Block block) const { return blocks[static_cast<unsigned>(block)]; }

    /// Whether the GPU has all that a transaction of its own needs.
    bool gpu_on() const
    {
        return power::missing(power::gpu_needs, of(Block::Gpu).present, power::Access::Dma).empty();
    }

    /// The same of pm-testdev, the other client.
    bool testdev_on() const
    {
        return power::missing(power::testdev_needs, of(Block::Testdev).present, power::Access::Dma)
            .empty();
    }

    std::array<BlockState, block_names.size()> blocks{};
    uint64_t now_ns = 0; ///< of the event that is judged
    std::string mark{};  ///< the last one
    /// The machine is being reset: wires fall and transactions end without anybody's doing. Up to
    /// the first event that a reset does not make.
    bool resetting = false;
    /// The event before this one was the GPU's loss of mem_iface, and it was on until then. That
    /// clock is the SMMU's bus as well: when the next event takes that, it is one switch.
    bool gpu_on_before = false;
    std::optional<uint64_t> work_since{}; ///< the GPU has work that it has not finished
    /// The event before this one was the GPU's loss of its registers, and this work was in them.
    std::optional<uint64_t> work_lost{};
    std::optional<uint64_t> request_since{};    ///< pm-testdev has a request that is not done
    std::map<uint64_t, HeldTransaction> held{}; ///< by token, at most max_held
    std::map<uint32_t, LostInvalidate> lost{};  ///< by number, the last max_lost
    std::optional<Budget> budget{};             ///< the window that is open
    /// The last writes that asked a controller for a domain, and for a clock. Both come on later,
    /// by themselves, and Linux waits for each.
    std::optional<Chain> asked_domain{};
    std::optional<Chain> asked_clock{};

private:
    void learn_wire(const Event& event, const Stamp& stamp);
    void learn_gpu(const Event& event, const Stamp& stamp);
    void learn_write(const Event& event, const Stamp& stamp);
    void learn_touch(const Event& event, const Stamp& stamp);
    void learn_testdev(const Event& event, const Stamp& stamp);
    void learn_mark(const Event& event, const Stamp& stamp);
};

/// Of several missing wires the one that went first is the one that made the block unreachable.
std::optional<Switch> first_of(const BlockState& block, power::SupplySet missing);

/// The supply of that name.
std::optional<power::Supply> supply_of(std::string_view name);

/// Whether `word` is one of the words of `text`, which blanks separate.
bool has_word(std::string_view text, std::string_view word);

} // namespace smmu_pm::journal
