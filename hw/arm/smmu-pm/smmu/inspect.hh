// SPDX-License-Identifier: GPL-2.0-or-later
//
// The SMMU from outside, for people who look at a live machine. Looking is no access: it asks no
// gate, changes nothing and is recorded nowhere. What has been lost with the power is gone here,
// too; what has survived, but cannot be reached at the moment, is shown.
#pragma once

#include "smmu/smmu.hh"

#include <optional>
#include <vector>

namespace smmu_pm::smmu {

/// A stream-match group that is valid.
struct StreamView {
    unsigned group = 0;
    uint16_t id = 0, mask = 0;
    StreamType type{};
    unsigned bank = 0; ///< SMMU_S2CRn.CBNDX, of Translate
    bool operator==(const StreamView&) const = default;
};

struct BankView {
    bool enabled = false; ///< SMMU_CBn_SCTLR.M
    bool irq = false;     ///< level of its line at the SMMU
    Tag tag{};            ///< as its TLB entries carry it
    uint64_t ttbr0 = 0, ttbr1 = 0;
    uint32_t sctlr = 0, tcr = 0, tcr2 = 0, mair0 = 0, mair1 = 0;
    uint32_t fsr = 0, fsynr0 = 0;
    uint64_t far = 0;
    bool operator==(const BankView&) const = default;
};

struct GlobalView {
    bool irq = false;
    uint32_t cr0 = 0, fsr = 0, fsynr0 = 0, fsynr1 = 0;
    uint64_t far = 0;
    bool operator==(const GlobalView&) const = default;
};

class Inspection {
public:
    /// Of an SMMU that is left alone until this is gone.
    explicit Inspection(const Smmu& smmu);

    power::SupplySet supplies() const { return smmu_.gate_.supplies(); }
    power::SupplySet missing(power::Access access) const { return smmu_.missing(access); }

    /// Nothing: the registers are gone.
    std::optional<std::vector<StreamView>> streams() const;
    std::optional<std::vector<BankView>> banks() const;
    std::optional<GlobalView> global() const;
    /// Oldest first. Nothing: the TLB has no power to hold entries.
    std::optional<std::vector<Tlb::Entry>> tlb() const;
    /// Transactions that are held; those for want of power survive all of it.
    std::vector<Held> held() const;

private:
    const Smmu& smmu_;
    const Registers* registers_ = nullptr;
    const Tlb* tlb_ = nullptr;
};

} // namespace smmu_pm::smmu
