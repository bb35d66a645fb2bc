// SPDX-License-Identifier: GPL-2.0-or-later
//
// Transactions that are held: which, and what lets each of them go. IHI 0062D stalls a transaction
// on a context fault (SMMU_CBn_SCTLR.CFCFG) until software writes SMMU_CBn_RESUME. A bank presents
// one at a time, the one that FAR names and FSR.SS stands for; whatever has to wait with it is sent
// again by its master once that one is gone, and then faults by itself or passes. So software sees
// each of them.
//
// This is the pseudocode of 3.7.3. The prose beside it has what waits wait until the fault has been
// cleared; where software clears FSR before it resumes, as 16.5.28 asks it to, both are the same.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace smmu_pm::smmu {

/// The most transactions that can be held at a time, whatever the configuration says.
inline constexpr unsigned max_stall_slots = 8;

/// Why a transaction is held, and with it what lets it go.
enum class Hold : uint8_t {
    Fault,  ///< a context fault; SMMU_CBn_RESUME lets it go. One a bank: FSR.SS
    Next,   ///< a context fault behind that one; goes when that one has gone
    Behind, ///< any, behind that one, with SCTLR.HUPCF = 0; likewise
    Power,  ///< missing wires, with the DMA policy `hang`; goes when they are there
};

/// What is held may be an address translation operation of a bank (4.2.4), waiting for stage 2.
struct HeldOperation {
    uint8_t bank = 0; ///< whose it is
    bool privileged = false;
    bool operator==(const HeldOperation&) const = default;
};

struct Held {
    uint32_t token = 0; ///< never 0
    Hold why{};
    uint8_t bank = 0; ///< where it waits
    bool write = false;
    uint16_t stream = 0; ///< of a transaction
    uint64_t iova = 0;
    std::optional<HeldOperation> operation{}; ///< nothing: a transaction
    bool operator==(const Held&) const = default;
};

/// Held transactions in the order in which they came.
class Stalls {
public:
    unsigned size() const { return size_; }
    bool full() const { return size_ == max_stall_slots; }
    /// Not when full().
    void add(const Held& held) { slots_[size_++] = held; }
    /// Whether a bank has a stalled transaction for software to resume: FSR.SS.
    bool stalled(unsigned bank) const;
    bool has(uint32_t token) const;
    /// Whether an address translation operation of a bank is held: ATSR.ACTIVE.
    bool operates(unsigned bank) const;

    /// Takes out the oldest that meets a condition.
    template <class Condition>
    std::optional<Held> take(Condition&& condition)
    {
        for (unsigned i = 0; i < size_; ++i)
            if (condition(slots_[i]))
                return remove(i);
        return std::nullopt;
    }

    const Held* begin() const { return slots_.data(); }
    const Held* end() const { return slots_.data() + size_; }
    bool operator==(const Stalls&) const = default;

private:
    Held remove(unsigned index);

    // Slots beyond size_ are as constructed, so that equality is that of the lists.
    std::array<Held, max_stall_slots> slots_{};
    unsigned size_ = 0;
};

} // namespace smmu_pm::smmu
