// SPDX-License-Identifier: GPL-2.0-or-later
//
// Gates that are broken on purpose, to show that the tests notice. Only a build with
// -Dmutable-gates=true has any: there the environment variable SMMU_PM_MUTATION names one, from the
// start of the program to its end. In every other build all of this is a constant and leaves no
// trace.
#pragma once

#include "power/supply.hh"

#ifdef SMMU_PM_MUTABLE_GATES
#include <cstdio>
#include <cstdlib>
#endif

namespace smmu_pm::power {

enum class Mutation : uint8_t {
    None,
    All, ///< all of those up to Load at once: a model without gates
    // The wire is never missing.
    Domain,
    Reset,
    Vote,
    Iface,
    Bus,
    Core,
    Mem,
    MemIface,
    Tbu,
    // An access of this kind always reaches.
    Register,
    Walk,
    Dma,
    RegisterLoss, ///< registers survive the domain
    TlbLoss,      ///< the TLB survives the domain
    InFlightLoss, ///< what is on its way survives the domain, where registers do
    ResetLoss,    ///< everything survives the reset
    Load,         ///< a saved state is taken even if the wires could not have kept it
    // What is lost too often, or not when it should be.
    Retention, ///< registers are lost with the domain in every mode
    Caching,   ///< the TLB is lost with the domain in every mode
    ClockLoss, ///< a clock that stops takes everything with it
    ColdReset, ///< a reset from outside leaves everything
    Oblivion,  ///< what a block lost while nothing reached it is not remembered
};

#ifdef SMMU_PM_MUTABLE_GATES

inline constexpr std::array<std::string_view, 24> mutation_names = {"",
                                                                    "all",
                                                                    "domain",
                                                                    "reset",
                                                                    "vote",
                                                                    "iface",
                                                                    "bus",
                                                                    "core",
                                                                    "mem",
                                                                    "mem_iface",
                                                                    "tbu",
                                                                    "register",
                                                                    "walk",
                                                                    "dma",
                                                                    "register-loss",
                                                                    "tlb-loss",
                                                                    "in-flight-loss",
                                                                    "reset-loss",
                                                                    "load",
                                                                    "retention",
                                                                    "caching",
                                                                    "clock-loss",
                                                                    "cold-reset",
                                                                    "oblivion"};

/// The one of this run. A name that is not in the list ends it: a typing error must not look like a
/// mutation that no test has noticed.
inline Mutation chosen_mutation()
{
    static const Mutation chosen = [] {
        const char* name = std::getenv("SMMU_PM_MUTATION");
        if (name == nullptr)
            return Mutation::None;
        for (unsigned i = 0; i < mutation_names.size(); ++i)
            if (name == mutation_names[i])
                return static_cast<Mutation>(i);
        std::fprintf(stderr, "SMMU_PM_MUTATION: there is no '%s'; there are:", name);
        for (unsigned i = 1; i < mutation_names.size(); ++i)
            std::fprintf(stderr, " %s", mutation_names[i].data());
        std::fprintf(stderr, "\n");
        std::abort();
    }();
    return chosen;
}

inline bool mutated(Mutation mutation)
{
    const Mutation chosen = chosen_mutation();
    return chosen == mutation || (chosen == Mutation::All && mutation <= Mutation::Load);
}

/// What is left of the wires that an access misses.
inline SupplySet mutated(SupplySet missing, Access access)
{
    constexpr struct {
        Mutation mutation;
        Supply supply;
    } wires[] = {{Mutation::Domain, Supply::Domain}, {Mutation::Reset, Supply::Reset},
                 {Mutation::Vote, Supply::Vote},     {Mutation::Iface, Supply::Iface},
                 {Mutation::Bus, Supply::Bus},       {Mutation::Core, Supply::Core},
                 {Mutation::Mem, Supply::Mem},       {Mutation::MemIface, Supply::MemIface},
                 {Mutation::Tbu, Supply::Tbu}};
    constexpr Mutation entries[] = {Mutation::Register, Mutation::Walk, Mutation::Dma};

    for (const auto& [mutation, supply] : wires)
        if (mutated(mutation))
            missing.set(supply, false);
    return mutated(entries[static_cast<unsigned>(access)]) ? SupplySet{} : missing;
}

#else

constexpr bool mutated(Mutation)
{
    return false;
}
constexpr SupplySet mutated(SupplySet missing, Access)
{
    return missing;
}

#endif

} // namespace smmu_pm::power
