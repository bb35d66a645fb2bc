// SPDX-License-Identifier: GPL-2.0-or-later
#include "seam/inspect.h"

#include "seam/handles.hh"
#include "smmu/inspect.hh"

namespace {

using namespace smmu_pm;

template <class Row>
int count(const std::vector<Row>& rows)
{
    return static_cast<int>(rows.size());
}

/// Rows of the core, turned into those of the seam, into the caller's array.
template <class Row, class Out, class F>
int hand_over(const std::optional<std::vector<Row>>& rows, Out* out, int max, F&& turn)
{
    if (!rows)
        return SMMU_PM_GONE;
    for (int i = 0; i < count(*rows) && i < max; ++i)
        out[i] = turn((*rows)[static_cast<std::size_t>(i)]);
    return count(*rows);
}

SmmuPmTag tag_of(const smmu::Tag& tag)
{
    return {static_cast<SmmuPmRegime>(tag.regime), tag.vmid, tag.stage2, tag.asid};
}

static_assert(SMMU_PM_STREAMS_MAX == smmu::max_stream_groups);
static_assert(SMMU_PM_BANKS_MAX == smmu::max_context_banks);
static_assert(SMMU_PM_REGIME_MONITOR == static_cast<int>(smmu::Regime::Monitor));
static_assert(SMMU_PM_STREAM_FAULT == static_cast<int>(smmu::StreamType::Fault));
static_assert(SMMU_PM_HOLD_POWER == static_cast<int>(smmu::Hold::Power));
static_assert(SMMU_PM_HELD_MAX == 2 * smmu::max_stall_slots);
static_assert(SMMU_PM_FINDINGS_MAX == journal::Judge::max_findings);
static_assert(SMMU_PM_OUTPUT_FALLING == static_cast<int>(power::OutputState::Falling));

} // namespace

const char* smmu_pm_supply_name(SmmuPmSupply supply)
{
    const auto number = static_cast<unsigned>(supply);
    return number < power::supply_count ? power::supply_names[number].data() : nullptr;
}

SmmuPmWires smmu_pm_smmu_wires(const SmmuPmSmmu* smmu)
{
    const smmu::Inspection look(seam::core_of(smmu));
    return {look.supplies().bits(), look.missing(power::Access::Register).bits(),
            look.missing(power::Access::Walk).bits(), 0};
}

int smmu_pm_smmu_counters(const SmmuPmSmmu* smmu, SmmuPmCounter* counters, int max)
{
    int number = 0;
    seam::counters_of(smmu).each(journal::Block::Smmu, [&](const char* name, uint64_t value) {
        if (number < max)
            counters[number] = {name, value};
        ++number;
    });
    return number;
}

int smmu_pm_smmu_streams(const SmmuPmSmmu* smmu, SmmuPmStream* streams, int max)
{
    return hand_over(smmu::Inspection(seam::core_of(smmu)).streams(), streams, max,
                     [](const smmu::StreamView& view) {
                         return SmmuPmStream{view.group, view.id, view.mask,
                                             static_cast<SmmuPmStreamType>(view.type), view.bank};
                     });
}

int smmu_pm_smmu_banks(const SmmuPmSmmu* smmu, SmmuPmBank* banks, int max)
{
    return hand_over(smmu::Inspection(seam::core_of(smmu)).banks(), banks, max,
                     [](const smmu::BankView& view) {
                         return SmmuPmBank{.enabled = view.enabled,
                                           .irq = view.irq,
                                           .tag = tag_of(view.tag),
                                           .ttbr0 = view.ttbr0,
                                           .ttbr1 = view.ttbr1,
                                           .sctlr = view.sctlr,
                                           .tcr = view.tcr,
                                           .tcr2 = view.tcr2,
                                           .mair0 = view.mair0,
                                           .mair1 = view.mair1,
                                           .fsr = view.fsr,
                                           .fsynr0 = view.fsynr0,
                                           .far = view.far};
                     });
}

int smmu_pm_smmu_global(const SmmuPmSmmu* smmu, SmmuPmGlobal* global)
{
    const auto view = smmu::Inspection(seam::core_of(smmu)).global();
    if (!view)
        return SMMU_PM_GONE;
    *global = {view->irq, view->cr0, view->fsr, view->fsynr0, view->fsynr1, view->far};
    return 1;
}

int smmu_pm_smmu_tlb(const SmmuPmSmmu* smmu, SmmuPmTlbEntry* entries, int max)
{
    return hand_over(smmu::Inspection(seam::core_of(smmu)).tlb(), entries, max,
                     [](const smmu::Tlb::Entry& entry) {
                         const unsigned rights = entry.mapping.permissions.stage1;
                         return SmmuPmTlbEntry{.va = entry.mapping.va,
                                               .pa = entry.mapping.pa,
                                               .size = entry.mapping.mask() + 1,
                                               .tag = tag_of(entry.tag),
                                               .global = entry.mapping.global,
                                               .user = (rights & smmu::Read) != 0,
                                               .read_only = (rights & smmu::PrivilegedWrite) == 0,
                                               .uxn = (rights & smmu::Execute) == 0,
                                               .pxn = (rights & smmu::PrivilegedExecute) == 0};
                     });
}

int smmu_pm_smmu_held(const SmmuPmSmmu* smmu, SmmuPmHeld* held, int max)
{
    return hand_over(std::optional(smmu::Inspection(seam::core_of(smmu)).held()), held, max,
                     [](const smmu::Held& one) {
                         return SmmuPmHeld{.token = one.token,
                                           .why = static_cast<SmmuPmHold>(one.why),
                                           .bank = one.bank,
                                           .stream = one.stream,
                                           .write = one.write,
                                           .iova = one.iova,
                                           .operation = one.operation.has_value(),
                                           .operation_bank =
                                               one.operation ? one.operation->bank : 0u};
                     });
}

SmmuPmOutputState smmu_pm_controller_state(const SmmuPmController* controller, unsigned output)
{
    return static_cast<SmmuPmOutputState>(seam::core_of(controller).state(output));
}

int smmu_pm_journal_each(const SmmuPmJournal* journal, SmmuPmFinding* findings, int max)
{
    const std::vector<journal::Finding>& made = seam::core_of(journal).judge().findings();
    for (int i = 0; i < count(made) && i < max; ++i) {
        const journal::Finding& finding = made[static_cast<std::size_t>(i)];
        findings[i] = {finding.name.c_str(), finding.line.c_str(), finding.count};
    }
    return count(made);
}

uint64_t smmu_pm_journal_events(const SmmuPmJournal* journal)
{
    return seam::core_of(journal).events();
}

uint64_t smmu_pm_journal_dropped(const SmmuPmJournal* journal)
{
    return seam::core_of(journal).dropped();
}
