// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a block hangs on, and the question every entry to a block asks first: can this access
// reach it? A block has a power domain, clocks by name, a reset and an interconnect vote; each is
// one wire, high when the block has it. The answer names the wires that are missing, so that a
// finding can say which one it was.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace smmu_pm::power {

/// One wire a block hangs on. `Reset` and `Vote` are high when the block is usable: reset
/// released, vote cast. The clocks carry the clock-names of the Linux bindings (arm,smmu.yaml,
/// display/msm/gpu.yaml).
enum class Supply : uint8_t {
    Domain,
    Reset,
    Vote,
    Iface,
    Bus,
    Core,
    Rbbmtimer,
    Mem,
    MemIface,
    Tbu, ///< of the SMMU's translation buffer units: there unless a test takes it away
};

inline constexpr unsigned supply_count = 10;
inline constexpr std::array<std::string_view, supply_count> supply_names = {
    "domain", "reset", "vote", "iface", "bus", "core", "rbbmtimer", "mem", "mem_iface", "tbu"};

constexpr std::string_view name_of(Supply supply)
{
    return supply_names[static_cast<unsigned>(supply)];
}

/// A set of supplies, one bit each.
class SupplySet {
public:
    constexpr SupplySet() = default;
    template <class... More>
    constexpr explicit SupplySet(Supply first, More... more)
        : bits_(bit(first) | (0u | ... | bit(more)))
    {
    }
    static constexpr SupplySet from_bits(uint32_t bits)
    {
        SupplySet set;
        set.bits_ = bits & ((1u << supply_count) - 1);
        return set;
    }

    constexpr uint32_t bits() const { return bits_; }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr bool has(Supply supply) const { return (bits_ & bit(supply)) != 0; }
    constexpr void set(Supply supply, bool level)
    {
        bits_ = level ? bits_ | bit(supply) : bits_ & ~bit(supply);
    }
    constexpr SupplySet without(SupplySet other) const { return from_bits(bits_ & ~other.bits_); }
    constexpr bool operator==(const SupplySet&) const = default;

private:
    static constexpr uint32_t bit(Supply supply) { return 1u << static_cast<unsigned>(supply); }
    uint32_t bits_ = 0;
};

/// The kinds of entry to a block. Each asks for its own supplies.
enum class Access : uint8_t { Register, Walk, Dma };

/// What each kind of entry needs, for one kind of block.
struct Needs {
    SupplySet register_access; ///< a CPU's load or store
    SupplySet walk;            ///< a translation: TLB look-up and table walk
    SupplySet dma;             ///< a transaction the block itself sends

    constexpr SupplySet of(Access access) const
    {
        switch (access) {
        case Access::Register:
            return register_access;
        case Access::Walk:
            return walk;
        case Access::Dma:
            return dma;
        }
        return register_access;
    }
};

/// The wires that an access would have needed and did not find; empty: it reaches.
constexpr SupplySet missing(const Needs& needs, SupplySet present, Access access)
{
    return needs.of(access).without(present);
}

/// The SMMU: arm,smmu.yaml names the clocks "iface" (register access) and "bus" (table walks). A
/// transaction comes in through a TBU, and a TLB sync waits for it.
inline constexpr Needs smmu_needs = {
    .register_access = SupplySet(Supply::Domain, Supply::Reset, Supply::Vote, Supply::Iface),
    .walk = SupplySet(Supply::Domain, Supply::Reset, Supply::Bus, Supply::Tbu),
    .dma = SupplySet(Supply::Domain, Supply::Reset, Supply::Bus, Supply::Tbu),
};

/// The GPU: registers want the AHB clock; work wants the core clock and its path to memory.
inline constexpr Needs gpu_needs = {
    .register_access = SupplySet(Supply::Domain, Supply::Reset, Supply::Vote, Supply::Iface),
    .walk = SupplySet(Supply::Domain, Supply::Reset, Supply::Core),
    .dma = SupplySet(Supply::Domain, Supply::Reset, Supply::Core, Supply::Mem, Supply::MemIface),
};

/// pm-testdev: the clocks of a video codec, "iface" for registers and "bus" for its way to memory.
inline constexpr Needs testdev_needs = {
    .register_access = SupplySet(Supply::Domain, Supply::Reset, Supply::Vote, Supply::Iface),
    .walk = SupplySet(),
    .dma = SupplySet(Supply::Domain, Supply::Reset, Supply::Bus),
};

/// What survives when the domain goes off (property `on-collapse`). A clock that stops loses
/// nothing; a reset loses both in every mode.
enum class Collapse : uint8_t {
    Lose,      ///< registers and TLB gone: a power collapse
    Retain,    ///< registers kept, TLB gone: retention
    RetainAll, ///< both kept: clocks only ever gated (R. Murphy's "worst case" of February 2018)
};

/// What a CPU access that cannot reach gets (property `policy`).
enum class Policy : uint8_t {
    Abort, ///< synchronous external abort
    RazWi, ///< reads as zero, write ignored
    Ones,  ///< reads as all ones, write ignored
    Hang,  ///< never answered: the run ends here
};

inline constexpr std::array<std::string_view, 4> policy_names = {"abort", "razwi", "ones", "hang"};
inline constexpr std::array<std::string_view, 2> dma_policy_names = {"abort", "hang"};
inline constexpr std::array<std::string_view, 3> collapse_names = {"lose", "retain", "retain-all"};

/// How an entry to a block ended.
enum class Status : uint8_t {
    Ok,
    Abort,
    Hang,
    Stalled, ///< only of a master's transaction: it is held, and let go by a Released
};

/// What becomes of a master's transaction that was held, because a context bank stalled it or
/// because it met a block without power.
enum class Released : uint8_t {
    Retry, ///< the master sends it again
    Abort, ///< bus error
    RazWi, ///< terminated without an error: reads as zero, write ignored
};

/// What a master's transaction that cannot reach gets (property `dma-policy`).
enum class DmaPolicy : uint8_t {
    Abort, ///< bus error
    Hang,  ///< held until power returns, then retried; or until its master gives up
};

/// The answer to a CPU access: `value` is meaningful for reads that ended Ok.
struct Answer {
    uint64_t value = 0;
    Status status = Status::Ok;
    constexpr bool operator==(const Answer&) const = default;
};

/// The one place where the policy becomes an answer. `size` in bytes: 1, 2, 4 or 8.
constexpr Answer unreachable(Policy policy, unsigned size)
{
    switch (policy) {
    case Policy::Abort:
        return {0, Status::Abort};
    case Policy::RazWi:
        return {0, Status::Ok};
    case Policy::Ones:
        return {size >= 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * size)) - 1, Status::Ok};
    case Policy::Hang:
        return {0, Status::Hang};
    }
    return {0, Status::Abort};
}

} // namespace smmu_pm::power
