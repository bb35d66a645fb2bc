// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/inspect.hh"

#include "smmu/context.hh"

namespace smmu_pm::smmu {
namespace {

template <class R>
uint32_t word(const Registers& registers, unsigned index = 0)
{
    return static_cast<uint32_t>(registers.get<R>(index).raw());
}

} // namespace

Inspection::Inspection(const Smmu& smmu) : smmu_(smmu)
{
    // The gate makes a state when the first access reaches; until then a block with power holds
    // what it comes up with.
    static const Registers reset_registers{};
    static const Tlb empty_tlb{};
    const power::SupplySet present = supplies();
    const bool on = present.has(power::Supply::Domain) && present.has(power::Supply::Reset);
    const auto* state = smmu.gate_.saved();
    if (state != nullptr)
        registers_ = &state->registers;
    else if (on)
        registers_ = &reset_registers;
    if (state != nullptr && (on || smmu.gate_.collapse() == power::Collapse::RetainAll))
        tlb_ = &state->cache;
    else if (on)
        tlb_ = &empty_tlb;
}

std::optional<std::vector<StreamView>> Inspection::streams() const
{
    if (registers_ == nullptr)
        return std::nullopt;
    std::vector<StreamView> views;
    for (unsigned group = 0; group < smmu_.config_.stream_groups; ++group) {
        const auto smr = registers_->get<SMMU_SMRn>(group);
        const auto s2cr = registers_->get<SMMU_S2CRn>(group);
        if (smr.get<"VALID">())
            views.push_back({.group = group,
                             .id = static_cast<uint16_t>(smr.get<"ID">()),
                             .mask = static_cast<uint16_t>(smr.get<"MASK">()),
                             .type = s2cr.get<"TYPE">(),
                             .bank = static_cast<unsigned>(s2cr.get<"CBNDX">())});
    }
    return views;
}

std::optional<std::vector<BankView>> Inspection::banks() const
{
    if (registers_ == nullptr)
        return std::nullopt;
    std::vector<BankView> views;
    for (unsigned bank = 0; bank < smmu_.config_.context_banks; ++bank) {
        const Context context = context_of(*registers_, smmu_.config_, bank);
        const auto line = context_line(smmu_.config_, *registers_, bank);
        views.push_back(
            {.enabled = registers_->get<SMMU_CBn_SCTLR>(bank).get<"M">(),
             .irq = line && smmu_.irq_[*line],
             .tag = context.tag,
             .ttbr0 = registers_->get<SMMU_CBn_TTBR0>(bank).raw(),
             .ttbr1 = registers_->get<SMMU_CBn_TTBR1>(bank).raw(),
             .sctlr = word<SMMU_CBn_SCTLR>(*registers_, bank),
             .tcr = word<SMMU_CBn_TCR>(*registers_, bank),
             .tcr2 = word<SMMU_CBn_TCR2>(*registers_, bank),
             .mair0 = word<SMMU_CBn_MAIR0>(*registers_, bank),
             .mair1 = word<SMMU_CBn_MAIR1>(*registers_, bank),
             .fsr = static_cast<uint32_t>(
                 smmu_.reading(SMMU_CBn_FSR{}, bank, registers_->get<SMMU_CBn_FSR>(bank)).raw()),
             .fsynr0 = word<SMMU_CBn_FSYNR0>(*registers_, bank),
             .far = registers_->get<SMMU_CBn_FAR>(bank).raw()});
    }
    return views;
}

std::optional<GlobalView> Inspection::global() const
{
    if (registers_ == nullptr)
        return std::nullopt;
    return GlobalView{.irq = smmu_.irq_[0],
                      .cr0 = word<SMMU_sCR0>(*registers_),
                      .fsr = word<SMMU_sGFSR>(*registers_),
                      .fsynr0 = word<SMMU_sGFSYNR0>(*registers_),
                      .fsynr1 = word<SMMU_sGFSYNR1>(*registers_),
                      .far = registers_->get<SMMU_sGFAR>().raw()};
}

std::optional<std::vector<Tlb::Entry>> Inspection::tlb() const
{
    if (tlb_ == nullptr)
        return std::nullopt;
    std::vector<Tlb::Entry> entries;
    tlb_->each([&](const Tlb::Entry& entry) { entries.push_back(entry); });
    return entries;
}

std::vector<Held> Inspection::held() const
{
    std::vector<Held> all;
    smmu_.each_held([&](const Held& one) { all.push_back(one); });
    return all;
}

} // namespace smmu_pm::smmu
