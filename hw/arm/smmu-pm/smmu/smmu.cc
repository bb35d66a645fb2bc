// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/smmu.hh"

#include <algorithm>

namespace smmu_pm::smmu {

using journal::Event;
using journal::Kind;
using power::Access;
using power::Supply;
using power::SupplySet;

namespace {

/// IDR2.OAS = 4: output addresses of 44 bits.
constexpr unsigned output_bits = 44;

/// SMMU_CBn_TCR2.PASize.
constexpr unsigned pa_bits(uint64_t pasize)
{
    constexpr std::array<unsigned, 6> bits = {32, 36, 40, 42, 44, 48};
    return std::min(output_bits, bits[std::min<uint64_t>(pasize, bits.size() - 1)]);
}

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
    invalidated();
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
        invalidated();
    }
    update_irqs();
}

// ---- Registers --------------------------------------------------------------------------------

/// Arrays are declared for the largest configuration; what this one does not have is RAZ/WI.
bool Smmu::exists(uint64_t offset) const
{
    const regs::Info* info = Registers::find(offset);
    if (info == nullptr)
        return false;
    const unsigned index = Registers::index_at(*info, offset);
    if (info->place.count == max_stream_groups)
        return index < config_.stream_groups;
    if (info->place.count == max_context_banks)
        return index < config_.context_banks;
    return true;
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
    if (!exists(offset)) {
        once(0, "read of a register that is not there");
        return {};
    }
    return {reached->registers.read(offset, size, *this), power::Status::Ok};
}

power::Answer Smmu::write(uint64_t offset, unsigned size, uint64_t value)
{
    const auto reached = gate_.reach(Access::Register);
    if (!reached)
        return unreachable(offset, size, true, value, reached.missing());
    if (!exists(offset)) {
        once(1, "write to a register that is not there");
        return {};
    }
    record({.kind = is_tlb_maintenance(*Registers::find(offset)) ? Kind::Tlbi : Kind::Write,
            .name = Registers::name_at(offset).view(),
            .address = offset,
            .value = value,
            .size = static_cast<uint8_t>(size)});
    reached->registers.write(offset, size, value, *this);
    update_irqs();
    return {};
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
    const auto vmid = [&] {
        return static_cast<uint8_t>(registers.get<SMMU_CBARn>(index).template get<"VMID">());
    };

    if constexpr (std::is_same_v<R, SMMU_STLBIALL> || std::is_same_v<R, SMMU_TLBIALLNSNH>) {
        tlb.invalidate_all();
        invalidated();
    } else if constexpr (std::is_same_v<R, SMMU_TLBIALLH>) {
        // Hypervisor contexts are not modelled, so the TLB holds no entry of theirs.
    } else if constexpr (std::is_same_v<R, SMMU_TLBIVMID>) {
        tlb.invalidate_vmid(static_cast<uint8_t>(written.template get<"VMID">()));
        invalidated();
    } else if constexpr (std::is_same_v<R, SMMU_CBn_TLBIALL>) {
        tlb.invalidate_vmid(vmid());
        invalidated();
    } else if constexpr (std::is_same_v<R, SMMU_CBn_TLBIASID>) {
        tlb.invalidate_asid(vmid(), static_cast<uint16_t>(written.template get<"ASID">()));
        invalidated();
    } else if constexpr (std::is_same_v<R, SMMU_CBn_TLBIVA> ||
                         std::is_same_v<R, SMMU_CBn_TLBIVAL>) {
        // Every entry is a leaf: the last-level form is the same.
        tlb.invalidate_va(vmid(), static_cast<uint16_t>(written.template get<"ASID">()),
                          static_cast<uint64_t>(
                              static_cast<int64_t>(written.template get<"Address">() << 20) >> 8));
        invalidated();
    } else if constexpr (std::is_same_v<R, SMMU_CBn_TLBIVAA> ||
                         std::is_same_v<R, SMMU_CBn_TLBIVAAL>) {
        tlb.invalidate_va(vmid(), std::nullopt,
                          static_cast<uint64_t>(
                              static_cast<int64_t>(written.template get<"Address">() << 20) >> 8));
        invalidated();
    } else if constexpr (std::is_same_v<R, SMMU_sGFSRRESTORE>) {
        registers.put(Value<SMMU_sGFSR>(written.raw() & SMMU_sGFSR::w1c_mask));
    } else if constexpr (std::is_same_v<R, SMMU_CBn_FSRRESTORE>) {
        registers.put(Value<SMMU_CBn_FSR>(written.raw() & SMMU_CBn_FSR::w1c_mask), index);
    } else if constexpr (std::is_same_v<R, SMMU_CBn_FSR>) {
        // FORMAT describes a fault: it goes with the last of the flags.
        if (!fault_pending(registers, index))
            registers.put(registers.get<SMMU_CBn_FSR>(index).template with<"FORMAT">(0), index);
    } else if constexpr (std::is_same_v<R, SMMU_CBn_RESUME>) {
        once(2, "SMMU_CBn_RESUME: no transaction is ever stalled");
    } else if constexpr (std::is_same_v<R, SMMU_CBn_SCTLR>) {
        if (written.template get<"CFCFG">())
            once(3, "SMMU_CBn_SCTLR.CFCFG: faults terminate, they do not stall");
        if (written.template get<"E">())
            once(4, "SMMU_CBn_SCTLR.E: descriptors are read little-endian");
    }
    // SMMU_sCR0 and SMMU_sGFSR: the interrupt lines follow in update_irqs().
}

void Smmu::invalidated()
{
    host_.tlb_invalidated();
}

void Smmu::once(unsigned number, const char* what)
{
    if ((told_ >> number & 1) == 0)
        host_.unimplemented(what);
    told_ |= 1u << number;
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

Context Smmu::context_of(const Registers& registers, unsigned bank) const
{
    const auto sctlr = registers.get<SMMU_CBn_SCTLR>(bank);
    const auto tcr = registers.get<SMMU_CBn_TCR>(bank);
    const auto tcr2 = registers.get<SMMU_CBn_TCR2>(bank);
    const auto ttbr0 = registers.get<SMMU_CBn_TTBR0>(bank);
    const auto ttbr1 = registers.get<SMMU_CBn_TTBR1>(bank);
    const uint64_t asid = tcr.get<"A1">() ? ttbr1.get<"ASID">() : ttbr0.get<"ASID">();
    return {
        .low = {.base = ttbr0.get<"ADDRESS">(),
                .tsz = static_cast<unsigned>(tcr.get<"T0SZ">()),
                .disabled = tcr.get<"EPD0">(),
                .granule_4k = tcr.get<"TG0">() == 0,
                .top_byte_ignored = tcr2.get<"TBI0">()},
        .high = {.base = ttbr1.get<"ADDRESS">(),
                 .tsz = static_cast<unsigned>(tcr.get<"T1SZ">()),
                 .disabled = tcr.get<"EPD1">(),
                 .granule_4k = tcr.get<"TG1">() == 2,
                 .top_byte_ignored = tcr2.get<"TBI1">()},
        .asid = static_cast<uint16_t>(tcr2.get<"AS">() ? asid : asid & 0xff),
        .vmid = static_cast<uint8_t>(registers.get<SMMU_CBARn>(bank).get<"VMID">()),
        .pa_bits = pa_bits(tcr2.get<"PASize">()),
        .af_fault = !sctlr.get<"AFFD">(),
        .wxn = sctlr.get<"WXN">(),
        .uwxn = sctlr.get<"UWXN">(),
    };
}

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
            .name = regs::InstanceName(SMMU_CBn_FSR::name, bank, true).view(),
            .address = registers.get<SMMU_CBn_FAR>(bank).raw(),
            .value = registers.get<SMMU_CBn_FSR>(bank).raw(),
            .syndrome = static_cast<uint32_t>(registers.get<SMMU_CBn_FSYNR0>(bank).raw()),
            .stream = transaction.stream,
            .bank = static_cast<uint8_t>(bank)});
    update_irqs();
    return refuse(transaction, name_of(fault.kind),
                  registers.get<SMMU_CBn_SCTLR>(bank).get<"CFRE">());
}

Translation Smmu::translate_in(Gate::State& state, unsigned bank, const Transaction& transaction,
                               Request request)
{
    Registers& registers = state.registers;
    const auto sctlr = registers.get<SMMU_CBn_SCTLR>(bank);
    if (!sctlr.get<"HUPCF">() && fault_pending(registers, bank))
        return refuse(transaction, "HUPCF", sctlr.get<"CFRE">());
    if (!sctlr.get<"M">())
        return bypass(transaction, regs::InstanceName("SMMU_CBn_SCTLR.M", bank, true).view());

    const Context context = context_of(registers, bank);
    uint64_t va = sign_extend(
        transaction.iova, static_cast<unsigned>(registers.get<SMMU_CBn_TCR2>(bank).get<"SEP">()));
    const bool upper = (va >> 55 & 1) != 0;
    if (upper ? context.high.top_byte_ignored : context.low.top_byte_ignored)
        va = upper ? va | 0xff00'0000'0000'0000 : va & 0x00ff'ffff'ffff'ffff;

    Mapping mapping;
    const Mapping* cached = state.cache.find(context.vmid, context.asid, va);
    if (cached != nullptr) {
        mapping = *cached;
    } else {
        const WalkResult result = walk(context, host_, va);
        if (!result.ok)
            return context_fault(registers, bank, result.fault, transaction, request);
        mapping = result.mapping;
        state.cache.insert(context.vmid, context.asid, mapping);
    }
    if (!permitted(context, mapping.permissions, request))
        return context_fault(registers, bank, {.kind = FaultKind::PF, .level = mapping.level},
                             transaction, request);

    Request write = request;
    write.write = true;
    const uint64_t pa = mapping.pa | (va & mapping.mask());
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
        return bypass(transaction,
                      action.matched
                          ? regs::InstanceName("SMMU_S2CRn.TYPE", action.group, true).view()
                          : std::string_view("SMMU_sCR0.USFCFG"));
    case StreamAction::Kind::Fault:
        return global_fault(registers, action.fault, transaction);
    case StreamAction::Kind::Translate:
        break;
    }
    const auto s2cr = registers.get<SMMU_S2CRn>(action.group);
    Request request = transaction.request;
    request.privileged = overridden(s2cr.get<"PRIVCFG">(), request.privileged);
    request.instruction = overridden(s2cr.get<"INSTCFG">(), request.instruction);
    return translate_in(*reached, action.bank, transaction, request);
}

} // namespace smmu_pm::smmu
