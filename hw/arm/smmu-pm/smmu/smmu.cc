// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/smmu.hh"

#include "smmu/context.hh"

namespace smmu_pm::smmu {

using journal::Event;
using journal::Kind;
using power::Access;
using power::Supply;
using power::SupplySet;

namespace {

/// A register whose write is TLB maintenance, by its name in the manual.
constexpr bool is_tlb_maintenance(const regs::Info& info)
{
    return info.wo != 0 && (info.name.find("TLBI") != std::string_view::npos ||
                            info.name.find("SYNC") != std::string_view::npos);
}

/// PRIVCFG and INSTCFG of SMMU_S2CRn: 2 and 3 override what the transaction says.
constexpr bool overridden(uint64_t config, bool own)
{
    return config == 2 ? false : config == 3 ? true : own;
}

/// SMMU_CBn_TLBIVA and its kin: Address is VA[55:12], the bits above follow bit 55.
template <class R>
constexpr uint64_t va_of(Value<R> written)
{
    const auto address = static_cast<int64_t>(written.template get<"Address">() << 20);
    return static_cast<uint64_t>(address >> 8);
}

/// "SMMU_CBn_FSR.TF" of bank 3 is "SMMU_CB3_FSR.TF".
regs::InstanceName name_in(std::string_view name, unsigned index)
{
    return regs::InstanceName(name, index, true);
}

} // namespace

bool valid(const Config& config)
{
    return config.stream_groups >= 1 && config.stream_groups <= max_stream_groups &&
           config.context_banks >= 1 && config.context_banks <= max_context_banks;
}

Smmu::Smmu(const Config& config, Host& host, journal::Sink* sink)
    : config_(config), host_(host), sink_(sink), gate_(power::smmu_needs, config.collapse)
{
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
    gate_.reset();
    record({.kind = Kind::Reset});
    host_.tlb_invalidated();
    update_irqs();
}

void Smmu::set_supply(Supply supply, bool level)
{
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
        host_.tlb_invalidated();
    }
    update_irqs();
}

// ---- Registers --------------------------------------------------------------------------------

/// The register at an offset. Arrays are declared for the largest configuration; what this one does
/// not have is RAZ/WI.
const regs::Info* Smmu::find(uint64_t offset) const
{
    const regs::Info* info = Registers::find(offset);
    if (info == nullptr)
        return nullptr;
    const unsigned index = Registers::index_at(*info, offset);
    const bool beyond =
        (info->place.count == max_stream_groups && index >= config_.stream_groups) ||
        (info->place.count == max_context_banks && index >= config_.context_banks);
    return beyond ? nullptr : info;
}

/// Whether an access is to two 32-bit registers: then it is two accesses, low address first.
bool Smmu::is_pair(uint64_t offset, unsigned size)
{
    const regs::Info* info = Registers::find(offset);
    return size == 8 && (info == nullptr || info->width == 32);
}

power::Answer Smmu::unreachable(uint64_t offset, unsigned size, bool write, uint64_t value,
                                SupplySet missing)
{
    const auto name = Registers::name_at(offset);
    record({.kind = Kind::Touch,
            .name = name.view(),
            .address = offset,
            .value = value,
            .size = static_cast<uint8_t>(size),
            .write = write,
            .missing = missing,
            .answer = config_.policy});
    host_.pm_fault();
    return power::unreachable(config_.policy, size);
}

power::Answer Smmu::read(uint64_t offset, unsigned size)
{
    const auto reached = gate_.reach(Access::Register);
    if (!reached)
        return unreachable(offset, size, false, 0, reached.missing());
    if (is_pair(offset, size))
        return {read_one(reached->registers, offset, 4) |
                    read_one(reached->registers, offset + 4, 4) << 32,
                power::Status::Ok};
    return {read_one(reached->registers, offset, size), power::Status::Ok};
}

uint64_t Smmu::read_one(Registers& registers, uint64_t offset, unsigned size)
{
    if (find(offset) == nullptr) {
        no_such_register(offset);
        return 0;
    }
    return registers.read(offset, size, *this);
}

power::Answer Smmu::write(uint64_t offset, unsigned size, uint64_t value)
{
    const auto reached = gate_.reach(Access::Register);
    if (!reached)
        return unreachable(offset, size, true, value, reached.missing());
    if (is_pair(offset, size)) {
        write_one(*reached, offset, 4, value & 0xffff'ffff);
        write_one(*reached, offset + 4, 4, value >> 32);
    } else {
        write_one(*reached, offset, size, value);
    }
    return {};
}

void Smmu::write_one(Gate::State& state, uint64_t offset, unsigned size, uint64_t value)
{
    const regs::Info* info = find(offset);
    if (info == nullptr) {
        no_such_register(offset);
        return;
    }
    record({.kind = is_tlb_maintenance(*info) ? Kind::Tlbi : Kind::Write,
            .name = Registers::name_at(offset).view(),
            .address = offset,
            .value = value,
            .size = static_cast<uint8_t>(size)});
    state.registers.write(offset, size, value, *this);
    update_irqs();
}

Value<SMMU_IDR0> Smmu::reading(SMMU_IDR0, unsigned, Value<SMMU_IDR0>) const
{
    return Value<SMMU_IDR0>()
        .with<"S1TS">(true)
        .with<"SMS">(true)
        .with<"ATOSNS">(true)  // set means: no address translation operations
        .with<"PTFSv7L">(true) // both set: neither AArch32 format
        .with<"PTFSv7S">(true)
        .with<"NUMIRPT">(config_.context_banks)
        .with<"CTTW">(true)
        .with<"NUMSIDB">(15)
        .with<"NUMSMRG">(config_.stream_groups);
}

Value<SMMU_IDR1> Smmu::reading(SMMU_IDR1, unsigned, Value<SMMU_IDR1>) const
{
    return Value<SMMU_IDR1>().with<"NUMPAGENDXB">(2).with<"NUMCB">(config_.context_banks);
}

Value<SMMU_IDR2> Smmu::reading(SMMU_IDR2, unsigned, Value<SMMU_IDR2>) const
{
    return Value<SMMU_IDR2>().with<"IAS">(4).with<"OAS">(4).with<"UBS">(5).with<"PTFSv8_4kB">(true);
}

template <class R>
void Smmu::wrote(R, unsigned index, Value<R>, Value<R> written)
{
    const auto reached = gate_.reach(Access::Register);
    if (!reached)
        return;
    Registers& registers = reached->registers;
    Tlb& tlb = reached->cache;

    if constexpr (std::is_same_v<R, SMMU_TLBIALLNSNH>) {
        tlb.invalidate_non_hypervisor();
        host_.tlb_invalidated();
    } else if constexpr (std::is_same_v<R, SMMU_TLBIALLH>) {
        tlb.invalidate_regime(hypervisor);
        host_.tlb_invalidated();
    } else if constexpr (std::is_same_v<R, SMMU_TLBIVMID>) {
        tlb.invalidate_regime(static_cast<Regime>(written.template get<"VMID">()));
        host_.tlb_invalidated();
    } else if constexpr (std::is_same_v<R, SMMU_CBn_TLBIALL>) {
        tlb.invalidate_regime(regime_of(registers, index));
        host_.tlb_invalidated();
    } else if constexpr (std::is_same_v<R, SMMU_CBn_TLBIASID>) {
        tlb.invalidate_asid(regime_of(registers, index),
                            static_cast<uint16_t>(written.template get<"ASID">()));
        host_.tlb_invalidated();
    } else if constexpr (std::is_same_v<R, SMMU_CBn_TLBIVA> ||
                         std::is_same_v<R, SMMU_CBn_TLBIVAL>) {
        // Every entry is a leaf: the last-level form is the same.
        tlb.invalidate_va(regime_of(registers, index),
                          static_cast<uint16_t>(written.template get<"ASID">()), va_of(written));
        host_.tlb_invalidated();
    } else if constexpr (std::is_same_v<R, SMMU_CBn_TLBIVAA> ||
                         std::is_same_v<R, SMMU_CBn_TLBIVAAL>) {
        tlb.invalidate_va(regime_of(registers, index), std::nullopt, va_of(written));
        host_.tlb_invalidated();
    } else if constexpr (std::is_same_v<R, SMMU_sGFSRRESTORE>) {
        registers.put(Value<SMMU_sGFSR>(written.raw() & SMMU_sGFSR::w1c_mask));
    } else if constexpr (std::is_same_v<R, SMMU_CBn_FSRRESTORE>) {
        registers.put(Value<SMMU_CBn_FSR>(written.raw() & SMMU_CBn_FSR::w1c_mask), index);
    } else if constexpr (std::is_same_v<R, SMMU_CBn_FSR>) {
        // FORMAT describes a fault: it goes with the last of the flags.
        if (!fault_pending(registers, index))
            registers.put(registers.get<SMMU_CBn_FSR>(index).template with<"FORMAT">(0), index);
    } else if constexpr (std::is_same_v<R, SMMU_CBn_RESUME>) {
        // No transaction is ever stalled, so none is there to be resumed. Linux 6.12 terminates one
        // after each fault, which is what has happened already.
        if (!written.template get<"TnR">())
            once(Feature::Retry,
                 "SMMU_CBn_RESUME.TnR = 0: faults terminate, nothing can be retried");
    } else if constexpr (std::is_same_v<R, SMMU_CBn_SCTLR>) {
        if (written.template get<"CFCFG">())
            once(Feature::Stall, "SMMU_CBn_SCTLR.CFCFG: faults terminate, they do not stall");
        if (written.template get<"E">())
            once(Feature::BigEndian, "SMMU_CBn_SCTLR.E: descriptors are read little-endian");
    } else if constexpr (std::is_same_v<R, SMMU_CBn_ATS1PR> || std::is_same_v<R, SMMU_CBn_ATS1PW> ||
                         std::is_same_v<R, SMMU_CBn_ATS1UR> || std::is_same_v<R, SMMU_CBn_ATS1UW>) {
        once(Feature::TranslationOperation, "SMMU_CBn_ATS1PR: no address translation operations");
    }
    // SMMU_sCR0 and SMMU_sGFSR: the interrupt lines follow in update_irqs().
}

void Smmu::once(Feature feature, const char* what)
{
    if (!spoken_of_.test(static_cast<std::size_t>(feature)))
        host_.unimplemented(what);
    spoken_of_.set(static_cast<std::size_t>(feature));
}

void Smmu::no_such_register(uint64_t offset)
{
    constexpr std::size_t first = static_cast<std::size_t>(Feature::FirstOffset);
    if (offset >= window_size || spoken_of_.test(first + offset / 4))
        return;
    spoken_of_.set(first + offset / 4);
    char text[] = "no register at offset 0x0000";
    for (std::size_t i = 0; i < 4; ++i)
        text[sizeof text - 2 - i] = "0123456789abcdef"[offset >> (4 * i) & 0xf];
    host_.unimplemented(text);
}

/// Lines are driven by the block: without power or in reset they are low.
void Smmu::update_irqs()
{
    const SupplySet supplies = gate_.supplies();
    const auto* state =
        supplies.has(Supply::Domain) && supplies.has(Supply::Reset) ? gate_.saved() : nullptr;
    for (unsigned line = 0; line <= config_.context_banks; ++line) {
        const bool level =
            state != nullptr &&
            (line == 0 ? global_irq(state->registers) : context_irq(state->registers, line - 1));
        if (irq_[line] == level)
            continue;
        irq_[line] = level;
        record({.kind = Kind::Irq,
                .name = line == 0 ? "global" : "context",
                .value = level,
                .bank = static_cast<uint8_t>(line == 0 ? 0 : line - 1)});
        host_.set_irq(line, level);
    }
}

unsigned Smmu::tlb_entries() const
{
    const auto* state = gate_.saved();
    return state == nullptr ? 0 : state->cache.size();
}

// ---- Transactions -----------------------------------------------------------------------------

Translation Smmu::bypass(const Transaction& transaction, std::string_view why)
{
    record({.kind = Kind::Bypass,
            .name = why,
            .address = transaction.iova,
            .stream = transaction.stream,
            .write = transaction.request.write});
    return {
        .result = Translation::Result::Ok, .writable = true, .pa = transaction.iova, .mask = 0xfff};
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

Translation Smmu::global_fault(Registers& registers, GlobalFault fault,
                               const Transaction& transaction)
{
    smmu::record(registers, fault, {transaction.iova, transaction.stream, transaction.request});
    record({.kind = Kind::Fault,
            .name = "SMMU_sGFSR",
            .address = registers.get<SMMU_sGFAR>().raw(),
            .value = registers.get<SMMU_sGFSR>().raw(),
            .syndrome = static_cast<uint32_t>(registers.get<SMMU_sGFSYNR0>().raw()),
            .stream = transaction.stream});
    update_irqs();
    return refuse(transaction, name_of(fault), registers.get<SMMU_sCR0>().get<"GCFGFRE">());
}

Translation Smmu::context_fault(Registers& registers, unsigned bank, const Fault& fault,
                                const Transaction& transaction, Request request)
{
    smmu::record(registers, bank, fault, {transaction.iova, transaction.stream, request});
    record({.kind = Kind::Fault,
            .name = name_in(SMMU_CBn_FSR::name, bank).view(),
            .address = registers.get<SMMU_CBn_FAR>(bank).raw(),
            .value = registers.get<SMMU_CBn_FSR>(bank).raw(),
            .syndrome = static_cast<uint32_t>(registers.get<SMMU_CBn_FSYNR0>(bank).raw()),
            .stream = transaction.stream,
            .bank = static_cast<uint8_t>(bank)});
    update_irqs();
    return refuse(transaction, name_in(name_of(fault.kind), bank).view(),
                  registers.get<SMMU_CBn_SCTLR>(bank).get<"CFRE">());
}

Translation Smmu::translate_in(Gate::State& state, unsigned bank, const Transaction& transaction,
                               Request request)
{
    Registers& registers = state.registers;
    const auto sctlr = registers.get<SMMU_CBn_SCTLR>(bank);
    if (!sctlr.get<"HUPCF">() && fault_pending(registers, bank))
        return refuse(transaction, name_in("SMMU_CBn_SCTLR.HUPCF", bank).view(),
                      sctlr.get<"CFRE">());
    if (!sctlr.get<"M">())
        return bypass(transaction, name_in("SMMU_CBn_SCTLR.M", bank).view());

    const Context context = context_of(registers, bank);
    const std::optional<uint64_t> va = input_address(context, transaction.iova);
    if (!va)
        return context_fault(registers, bank, {.kind = FaultKind::TF}, transaction, request);

    Mapping mapping;
    const Mapping* cached = state.cache.find(context.regime, context.asid, *va);
    if (cached != nullptr) {
        mapping = *cached;
    } else {
        const WalkResult result = walk(context, host_, *va);
        if (!result.ok)
            return context_fault(registers, bank, result.fault, transaction, request);
        mapping = result.mapping;
        if (result.cacheable)
            state.cache.insert(context.regime, context.asid, mapping);
    }
    if (!permitted(context, mapping.permissions, request))
        return context_fault(registers, bank, {.kind = FaultKind::PF, .level = mapping.level},
                             transaction, request);

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
            .writable = permitted(context, mapping.permissions, write),
            .pa = pa,
            .mask = mapping.mask()};
}

Translation Smmu::translate(const Transaction& transaction)
{
    const auto reached = gate_.reach(Access::Walk);
    if (!reached) {
        record({.kind = Kind::Refused,
                .address = transaction.iova,
                .stream = transaction.stream,
                .write = transaction.request.write,
                .missing = reached.missing()});
        host_.pm_fault();
        return {.result = Translation::Result::Decode, .unreachable = true};
    }
    Registers& registers = reached->registers;
    if (registers.get<SMMU_sCR0>().get<"CLIENTPD">())
        return bypass(transaction, "SMMU_sCR0.CLIENTPD");

    const StreamAction action =
        match_stream(registers, config_.stream_groups, config_.context_banks, transaction.stream);
    switch (action.kind) {
    case StreamAction::Kind::Bypass:
        switch (action.reason) {
        case BypassReason::Unmatched:
            return bypass(transaction, "SMMU_sCR0.USFCFG");
        case BypassReason::Conflict:
            return bypass(transaction, "SMMU_sCR0.SMCFCFG");
        case BypassReason::StreamType:
            return bypass(transaction, name_in("SMMU_S2CRn.TYPE", action.group).view());
        }
        break;
    case StreamAction::Kind::Fault:
        return global_fault(registers, action.fault, transaction);
    case StreamAction::Kind::Translate:
        break;
    }
    const auto s2cr = registers.get<SMMU_S2CRn>(action.group);
    Request request = transaction.request;
    request.privileged = overridden(s2cr.get<"PRIVCFG">(), request.privileged);
    // A write is never a fetch, whatever INSTCFG or the master says.
    request.instruction = !request.write && overridden(s2cr.get<"INSTCFG">(), request.instruction);
    return translate_in(*reached, action.bank, transaction, request);
}

} // namespace smmu_pm::smmu
