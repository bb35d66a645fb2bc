// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/smmu.hh"

#include "smmu/context.hh"
#include "smmu/descend.hh"
#include "smmu/instance.hh"
#include "smmu/memory_types.hh"
#include "smmu/monitors.hh"
#include "smmu/stage2_cache.hh"

namespace smmu_pm::smmu {

using journal::Event;
using journal::Kind;
using power::Access;
using power::Supply;
using power::SupplySet;

namespace {

/// "SMMU_CBn_FSR.TF" of bank 3 is "SMMU_CB3_FSR.TF".
regs::InstanceName name_in(std::string_view name, unsigned index)
{
    return regs::InstanceName(name, index, true);
}

/// A transaction as its master sends it.
Faulted met_by(const Transaction& transaction)
{
    return {.iova = transaction.iova,
            .stream = transaction.stream,
            .ssd_index = transaction.ssd_index,
            .request = transaction.request,
            .non_secure = transaction.attributes.non_secure};
}

/// With a StreamID and an SSD index as fault registers have room for them.
Faulted told(const Config& config, const Faulted& met)
{
    const uint64_t there_is = ~absent_bits(SMMU_CBFRSYNRAn{}, config);
    Faulted told = met;
    told.stream = static_cast<uint16_t>(met.stream & there_is);
    told.ssd_index = static_cast<uint16_t>(met.ssd_index & there_is >> 16);
    return told;
}

} // namespace

Smmu::Smmu(const Config& config, Host& host, journal::Sink* sink)
    : config_(config), host_(host), sink_(sink), gate_(power::smmu_needs, config.collapse)
{
    gate_.set(Supply::Tbu, true);
}

void Smmu::record(const Event& event)
{
    if (sink_ == nullptr)
        return;
    Event own = event;
    own.block = journal::Block::Smmu;
    sink_->record(own);
}

void Smmu::reset()
{
    const Stalls held = in_flight();
    gate_.reset();
    record({.kind = Kind::Reset});
    lost(held);
    lost(parked_);
    parked_ = {};
    host_.tlb_invalidated({});
    update_irqs();
}

void Smmu::set_supply(Supply supply, bool level)
{
    const Stalls held = in_flight();
    if (Gate::State* state = gate_.kept())
        complete_syncs(state->cache);
    const power::Change change = gate_.set(supply, level);
    if (!change.changed)
        return;
    record({.kind = Kind::Wire,
            .name = power::name_of(supply),
            .value = level,
            .missing = gate_.missing(Access::Register)});
    if (change.registers_lost)
        record({.kind = Kind::Lost, .name = "registers"});
    if (change.cache_lost) {
        record({.kind = Kind::Lost, .name = "tlb"});
        host_.tlb_invalidated({});
    }
    if (in_flight().size() == 0)
        lost(held);
    update_irqs();
    let_parked_go();
}

/// Lines are driven by the block: without power or in reset they are low.
void Smmu::update_irqs()
{
    const SupplySet supplies = gate_.supplies();
    const auto* state =
        supplies.has(Supply::Domain) && supplies.has(Supply::Reset) ? gate_.saved() : nullptr;
    std::array<bool, max_lines> levels{};
    if (state != nullptr) {
        levels[0] = global_irq(state->registers, false);
        if (config_.secure)
            levels[secure_global_line(config_)] = global_irq(state->registers, true);
        for (unsigned group = 0; group < config_.counter_groups; ++group)
            levels[monitor_line(config_, group)] = monitor_irq(state->registers, group);
        for (unsigned bank = 0; bank < config_.context_banks; ++bank)
            if (const auto line = context_line(config_, state->registers, bank))
                levels[*line] = levels[*line] || context_irq(state->registers, bank);
    }
    for (unsigned line = 0; line < lines(config_); ++line) {
        if (irq_[line] == levels[line])
            continue;
        irq_[line] = levels[line];
        const bool context = line >= 1 && line <= context_interrupts(config_);
        record({.kind = Kind::Irq,
                .name = context                           ? "context"
                        : line == 0                       ? "global"
                        : line < monitor_line(config_, 0) ? "secure-global"
                                                          : "monitor",
                .value = levels[line],
                .bank = static_cast<uint8_t>(context ? line - 1 : 0)});
        host_.set_irq(line, levels[line]);
    }
}

unsigned Smmu::tlb_entries() const
{
    const auto* state = gate_.saved();
    return state == nullptr ? 0 : state->cache.size();
}

/// None in a block that has no state.
const Stalls& Smmu::in_flight() const
{
    static constexpr Stalls none{};
    const auto* state = gate_.saved();
    return state == nullptr ? none : state->in_flight;
}

// ---- Transactions -----------------------------------------------------------------------------

/// Untranslated. There are no more bits to go on with than SMMU_IDR2.OAS has (IHI 0062D 1.6.2).
Translation Smmu::bypass(const Transaction& transaction, std::string_view why,
                         const Attributes& attributes)
{
    record({.kind = Kind::Bypass,
            .name = why,
            .address = transaction.iova,
            .stream = transaction.stream,
            .write = transaction.request.write});
    return {.result = Translation::Result::Ok,
            .writable = true,
            .pa = transaction.iova & ones(address_bits(config_.oas)),
            .mask = 0xfff,
            .attributes = attributes};
}

namespace {

/// A Secure fetch out of Secure memory, where SMMU_SCR1.SIF has none: also of what is not
/// translated (IHI 0062D 2.3.4, 2.3.5).
bool fetches_outside(const Registers& registers, const Attributes& attributes, bool secure)
{
    return secure && attributes.instruction && attributes.non_secure &&
           registers.get<SMMU_SCR1>().get<"SIF">();
}

} // namespace

/// What has no context bank to be translated by.
Translation Smmu::pass(Registers& registers, const Transaction& transaction, std::string_view why,
                       const Attributes& attributes, bool secure)
{
    if (fetches_outside(registers, attributes, secure))
        return global_fault(registers,
                            {.kind = StreamAction::Kind::Fault, .fault = GlobalFault::PF},
                            transaction, secure);
    return bypass(transaction, why, attributes);
}

Translation Smmu::refuse(const Transaction& transaction, std::string_view why, bool abort)
{
    record({.kind = Kind::Refused,
            .name = why,
            .address = transaction.iova,
            .stream = transaction.stream,
            .write = transaction.request.write});
    return {.result = abort ? Translation::Result::Decode : Translation::Result::RazWi};
}

/// In the registers and in the journal; Secure state has registers of its own.
void Smmu::record_global(Registers& registers, GlobalFault fault, const Faulted& faulted,
                         bool secure)
{
    smmu::record(registers, fault, told(config_, faulted), secure);
    record(
        {.kind = Kind::Fault,
         .name = secure ? "SMMU_SGFSR" : "SMMU_sGFSR",
         .address = secure ? registers.get<SMMU_SGFAR>().raw() : registers.get<SMMU_sGFAR>().raw(),
         .value = secure ? registers.get<SMMU_SGFSR>().raw() : registers.get<SMMU_sGFSR>().raw(),
         .syndrome = static_cast<uint32_t>(secure ? registers.get<SMMU_SGFSYNR0>().raw()
                                                  : registers.get<SMMU_sGFSYNR0>().raw()),
         .stream = faulted.stream});
    update_irqs();
}

Translation Smmu::global_fault(Registers& registers, const StreamAction& action,
                               const Transaction& transaction, bool secure)
{
    Faulted met = met_by(transaction);
    met.nested = action.nested;
    record_global(registers, action.fault, met, secure);
    return refuse(transaction, name_of(action.fault), control_of(registers, secure).get<"GFRE">());
}

/// A context fault of a transaction, or of an operation of a bank: told by the bank whose stage it
/// is of, and held if that stalls. Nothing: it is terminated.
std::optional<Held> Smmu::context_fault(Gate::State& state, const Context& context,
                                        const Fault& fault, const Faulted& met, bool can_stall)
{
    Registers& registers = state.registers;
    const unsigned bank = fault.stage == 2 ? context.stage2_bank : met.stage1_bank;
    const bool behind = state.in_flight.stalled(bank);
    std::optional<Held> held;
    if (const auto why = hold_of_fault(state, bank, can_stall))
        held = hold(state.in_flight, held_of(met, *why, bank));
    // One that waits for its turn is recorded when it faults again (IHI 0062D 3.7.3). Until then
    // FAR names the stalled one, even if its flags have been cleared, and so it does if there is no
    // room to wait: MULTI alone tells of that.
    if (held && behind)
        return held;

    const bool first = !behind && !fault_pending(registers, bank);
    const bool secure = is_secure_bank(registers, config_, bank);
    Faulted recorded = told(config_, met);
    recorded.behind = behind;
    smmu::record(registers, bank, fault, recorded, secure);
    const auto fsr = reading(SMMU_CBn_FSR{}, bank, registers.get<SMMU_CBn_FSR>(bank));
    record({.kind = Kind::Fault,
            .name = name_in(SMMU_CBn_FSR::name, bank).view(),
            .address = registers.get<SMMU_CBn_FAR>(bank).raw(),
            .value = fsr.raw(),
            .syndrome = static_cast<uint32_t>(registers.get<SMMU_CBn_FSYNR0>(bank).raw()),
            .stream = met.stream,
            .bank = static_cast<uint8_t>(bank)});
    update_irqs();
    // Who waits for an interrupt that there is not is told by another one.
    if (first && registers.get<SMMU_CBn_SCTLR>(bank).get<"CFIE">() &&
        !context_line(config_, registers, bank)) {
        recorded.nested = bank != met.stage1_bank;
        recorded.request = met.sent; // IHI 0062D 3.4
        record_global(registers, GlobalFault::UCIF, recorded, secure);
    }
    return held;
}

/// `own`: the bank that the stream has; `attributes`: after the stream's configuration.
Translation Smmu::faulted(Gate::State& state, unsigned own, const Context& context,
                          const Fault& fault, const Transaction& transaction,
                          const Attributes& attributes)
{
    const unsigned bank = fault.stage == 2 ? context.stage2_bank : own;
    const auto why = name_in(name_of(fault.kind), bank);
    Faulted met = met_by(transaction);
    met.sent = transaction.request;
    met.request = {.write = transaction.request.write,
                   .privileged = attributes.privileged,
                   .instruction = attributes.instruction};
    met.non_secure = attributes.non_secure;
    met.stage1_bank = own;
    if (const auto held = context_fault(state, context, fault, met, transaction.can_stall))
        return stalled(*held, why.view());
    return refuse(transaction, why.view(), state.registers.get<SMMU_CBn_SCTLR>(bank).get<"CFRE">());
}

namespace {

void restrict(Attributes& attributes, const Stage2Type& stage2)
{
    const MemoryType both = combined({attributes.memory, attributes.sharing}, stage2);
    attributes.memory = both.memory;
    attributes.sharing = both.sharing;
}

} // namespace

/// `attributes`: after the stream's configuration. A page's memory type replaces theirs.
Translation Smmu::translate_in(Gate::State& state, unsigned bank, const Transaction& transaction,
                               Attributes attributes, bool secure)
{
    Registers& registers = state.registers;
    const Request request = {.write = transaction.request.write,
                             .privileged = attributes.privileged,
                             .instruction = attributes.instruction};
    const Context context = context_of(registers, config_, bank);
    for (unsigned one = bank;; one = context.stage2_bank) {
        const auto sctlr = registers.get<SMMU_CBn_SCTLR>(one);
        const bool presented = state.in_flight.stalled(one);
        if (!sctlr.get<"HUPCF">() && (presented || fault_pending(registers, one))) {
            const auto why = name_in("SMMU_CBn_SCTLR.HUPCF", one);
            if (presented && transaction.can_stall && find_slot())
                return stalled(
                    hold(state.in_flight, held_of(met_by(transaction), Hold::Behind, one)),
                    why.view());
            return refuse(transaction, why.view(), sctlr.get<"CFRE">());
        }
        if (one == context.stage2_bank)
            break;
    }
    if (const std::optional<Fault> fault = beyond_input(context, transaction.iova))
        return faulted(state, bank, context, *fault, transaction, attributes);
    Attributes own = attributes;
    if (context.stage1_off())
        own = overridden(attributes, overrides_of(registers.get<SMMU_CBn_SCTLR>(bank)), secure,
                         request.write);
    // What a hypervisor or a monitor has sent goes on as privileged (IHI 0062D 2.8.5). Permissions
    // are looked at as the master sent it, and so is FSYNR0.PNU, which is free.
    own.privileged = own.privileged || context.single_range;
    if (context.stages == Stages::None) {
        if (fetches_outside(registers, own, secure)) {
            const auto level = static_cast<uint8_t>(context.format == Format::Aarch64 ? 0 : 1);
            return faulted(state, bank, context, {.kind = FaultKind::PF, .level = level},
                           transaction, attributes);
        }
        if (context.without_stage2)
            restrict(own, *context.without_stage2);
        return bypass(transaction, name_in("SMMU_CBn_SCTLR.M", bank).view(), own);
    }

    const std::optional<uint64_t> va = input_address(context, transaction.iova);
    if (!va)
        return faulted(state, bank, context, {.kind = FaultKind::TF}, transaction, attributes);

    Mapping mapping;
    Tlb::Entry* cached = state.cache.look_up(context.tag, *va);
    if (cached != nullptr) {
        mapping = cached->mapping;
        if (cached->condemned != 0) [[unlikely]]
            hit_condemned(state.cache, *cached, bank, context, *va, transaction, request);
    } else {
        ++walks_;
        KeptStage2 kept(state.cache, context, config_.tlb_entries);
        const WalkResult result = walk(context, host_, *va, request, &kept);
        std::optional<LostInvalidate> lost = kept.lost();
        if (lost &&
            !walked_condemned(state.cache, *lost, result, bank, context, *va, transaction, request))
            lost.reset();
        if (!result.ok)
            return faulted(state, bank, context, result.fault, transaction, attributes);
        mapping = result.mapping;
        if (result.cacheable)
            state.cache.insert(context.tag, mapping, config_.tlb_entries, lost);
    }
    if (const std::optional<Fault> fault = denied(mapping, *va, request))
        return faulted(state, bank, context, *fault, transaction, attributes);

    if (context.stages == Stages::Two) {
        // What has arrived, as stage 1's.
        restrict(own, {mapping.memory, mapping.sharing, mapping.allocation});
    } else {
        own.memory = mapping.memory;
        own.sharing = mapping.sharing;
        if (context.without_stage2) [[unlikely]]
            restrict(own, *context.without_stage2);
    }
    own.non_secure = mapping.non_secure;
    Request write = request;
    write.write = true;
    const uint64_t pa = mapping.pa | (*va & mapping.mask());
    record({.kind = Kind::Translate,
            .address = transaction.iova,
            .pa = pa,
            .stream = transaction.stream,
            .bank = static_cast<uint8_t>(bank),
            .write = request.write,
            .hit = cached != nullptr});
    return {.result = Translation::Result::Ok,
            .writable = permitted(mapping.permissions, write),
            .pa = pa,
            .mask = mapping.mask(),
            .attributes = own};
}

Translation Smmu::translate(const Transaction& transaction)
{
    const auto reached = gate_.reach(Access::Walk);
    if (!reached) {
        if (config_.dma_policy == power::DmaPolicy::Hang && transaction.can_stall && slot_free()) {
            const Translation answer = stalled(
                hold(parked_, held_of(met_by(transaction), Hold::Power, 0)), {}, reached.missing());
            host_.pm_fault();
            return answer;
        }
        record({.kind = Kind::Refused,
                .address = transaction.iova,
                .stream = transaction.stream,
                .write = transaction.request.write,
                .missing = reached.missing()});
        host_.pm_fault();
        return {.result = Translation::Result::Decode, .unreachable = true};
    }
    Registers& registers = reached->registers;
    const bool secure = is_secure(registers, transaction);
    const auto scr0 = control_of(registers, secure);
    Attributes attributes = transaction.attributes;
    attributes.privileged = transaction.request.privileged;
    attributes.instruction = transaction.request.instruction;
    const Attributes global =
        overridden(attributes, overrides_of(scr0), secure, transaction.request.write);
    if (scr0.get<"CLIENTPD">())
        return pass(registers, transaction, "SMMU_sCR0.CLIENTPD", global, secure);

    const StreamAction action = match_stream(registers, config_, transaction.stream, secure);
    if (action.has_group())
        attributes = overridden(attributes, overrides_of(registers, action), secure,
                                transaction.request.write);
    const bool monitored = monitors_run(config_, registers);
    const Monitored what = {.stream = transaction.stream,
                            .bank = action.kind == StreamAction::Kind::Translate
                                        ? std::optional(action.bank)
                                        : std::nullopt,
                            .write = transaction.request.write,
                            .privileged = attributes.privileged,
                            .secure = secure};
    if (monitored) [[unlikely]] {
        count_cycles(registers, config_, host_.now());
        count_access(registers, config_, what);
        update_irqs();
    }
    switch (action.kind) {
    case StreamAction::Kind::Bypass:
        switch (action.reason) {
        case BypassReason::Unmatched:
            return pass(registers, transaction, "SMMU_sCR0.USFCFG", global, secure);
        case BypassReason::Conflict:
            return pass(registers, transaction, "SMMU_sCR0.SMCFCFG", global, secure);
        case BypassReason::StreamType:
            return pass(registers, transaction, name_in("SMMU_S2CRn.TYPE", action.group).view(),
                        attributes, secure);
        }
        break;
    case StreamAction::Kind::Fault:
        return global_fault(registers, action, transaction, secure);
    case StreamAction::Kind::Translate:
        break;
    }
    const uint64_t walks = walks_, allocated = reached->cache.allocated();
    const Translation translation =
        translate_in(*reached, action.bank, transaction, attributes, secure);
    if (monitored && walks != walks_) [[unlikely]] {
        count_walk(registers, config_, what, reached->cache.allocated() - allocated);
        update_irqs();
    }
    return translation;
}

/// An SSD table says who is Secure; without one the transaction does.
bool Smmu::is_secure(const Registers& registers, const Transaction& transaction) const
{
    if (!config_.secure || !config_.ssd_table)
        return config_.secure && transaction.secure;
    const unsigned index = transaction.ssd_index & ((1u << config_.ssd_index_bits) - 1);
    return (registers.get<SMMU_SSDRn>(index / 32).raw() >> index % 32 & 1) == 0;
}

} // namespace smmu_pm::smmu
