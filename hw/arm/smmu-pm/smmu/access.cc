// SPDX-License-Identifier: GPL-2.0-or-later
//
// A CPU's way in: accesses to registers, and what a write does beside being kept.
#include "smmu/context.hh"
#include "smmu/effects.hh"
#include "smmu/invalidation.hh"
#include "smmu/smmu.hh"

namespace smmu_pm::smmu {

using journal::Kind;
using power::Access;
using power::SupplySet;

namespace {

/// A register whose write is TLB maintenance, by its name in the manual.
constexpr bool is_tlb_maintenance(const regs::Info& info)
{
    return info.name.find("TLBI") != std::string_view::npos ||
           info.name.find("SYNC") != std::string_view::npos;
}

/// The addresses that masters send for some that the TLB knows: the same, unless several may stand
/// for one, above a sign bit or with a top byte that is ignored. Then it is all of them.
Extent sent_for(const Registers& registers, const Extent& addresses)
{
    bool aliases = addresses.address >> 63 != 0;
    for (unsigned bank = 0; bank < max_context_banks; ++bank)
        aliases |= registers.get<SMMU_CBn_TCR2>(bank).get<"TBI0">();
    return aliases ? Extent{} : addresses;
}

/// "SMMU_sGATS12PW": both stages, privileged, write.
template <class R>
constexpr TranslationRequest operation_of(uint64_t address)
{
    constexpr std::string_view name = R::name;
    return {.va = address & ~uint64_t{0xfff},
            .request = {.write = name.ends_with('W'), .privileged = name[name.size() - 2] == 'P'},
            .both_stages = name.find("ATS12") != std::string_view::npos};
}

} // namespace

/// The upper word of an address translation operation, or of an invalidate of 64 bits: the lower
/// one, with zeros above, begins it (IHI 0062D 9.6.5, 9.6.30, 16.5.2, 16.5.32).
bool Smmu::is_ignored(const Touch& touch, uint32_t declared)
{
    const regs::Info* info = Registers::find(declared);
    return touch.size == 4 && touch.offset % 8 == 4 && info->width == 64 &&
           (names_translation_operation(info->name) || is_tlb_maintenance(*info));
}

/// Whether an access is a Non-secure one to what Secure state keeps for itself.
bool Smmu::is_refused(const Registers& registers, const Touch& touch, uint32_t declared) const
{
    return config_.secure && !touch.secure && secure_alone(registers, config_, declared);
}

/// A Non-secure access to what Secure state keeps for itself: a configuration access fault
/// of IHI 0062D.
power::Answer Smmu::refuse_access(Registers& registers, const Touch& touch)
{
    // Secure software is told, unless it has SMMU_SCR1.NSCAFRO set so as not to be.
    const bool secure = !registers.get<SMMU_SCR1>().get<"NSCAFRO">();
    record_global(registers, GlobalFault::CAF,
                  {.iova = touch.offset, .request = {.write = touch.write}}, secure);
    return {0, control_of(registers, secure).get<"GCFGFRE">() ? power::Status::Abort
                                                              : power::Status::Ok};
}

/// The declared offset of the register that an access meets; nothing: there is none.
std::optional<uint32_t> Smmu::find(const Touch& touch) const
{
    const auto declared = declared_at(config_, touch.offset, touch.secure);
    const regs::Info* info = declared ? Registers::find(*declared) : nullptr;
    if (info == nullptr || !exists(config_, *info, *declared) ||
        (config_.secure && !touch.secure && invalidates_secure(*declared)))
        return std::nullopt;
    return declared;
}

power::Answer Smmu::unreachable(const Touch& touch, SupplySet missing)
{
    const auto declared = declared_at(config_, touch.offset, touch.secure);
    const auto name = declared ? Registers::name_at(*declared) : regs::InstanceName("", 0, false);
    record({.kind = Kind::Touch,
            .name = name.view(),
            .address = touch.offset,
            .value = touch.value,
            .lost = touch.write ? lose_invalidate(touch) : 0,
            .size = static_cast<uint8_t>(touch.size),
            .write = touch.write,
            .missing = missing,
            .answer = config_.policy});
    host_.pm_fault();
    return power::unreachable(config_.policy, touch.size);
}

power::Answer Smmu::read(uint64_t offset, unsigned size, bool secure)
{
    return touch({.offset = offset,
                  .size = size,
                  .write = false,
                  .secure = secure && config_.secure,
                  .value = 0});
}

power::Answer Smmu::write(uint64_t offset, unsigned size, uint64_t value, bool secure)
{
    return touch({.offset = offset,
                  .size = size,
                  .write = true,
                  .secure = secure && config_.secure,
                  .value = value});
}

power::Answer Smmu::touch(const Touch& touch)
{
    const auto reached = gate_.reach(Access::Register);
    if (!reached)
        return unreachable(touch, reached.missing());
    if (!is_pair(touch))
        return touch_one(*reached, touch);
    const power::Answer low = touch_one(*reached, touch.half(false));
    const power::Answer high = touch_one(*reached, touch.half(true));
    return {low.value | high.value << 32,
            low.status == power::Status::Ok ? high.status : low.status};
}

/// An access to two 32-bit registers is two accesses, low address first.
bool Smmu::is_pair(const Touch& touch) const
{
    const auto declared = declared_at(config_, touch.offset, touch.secure);
    const regs::Info* info = declared ? Registers::find(*declared) : nullptr;
    return touch.size == 8 && (info == nullptr || info->width == 32);
}

power::Answer Smmu::touch_one(Gate::State& state, const Touch& touch)
{
    const auto declared = find(touch);
    if (!declared) {
        no_such_register(touch.offset);
        return {};
    }
    if (is_refused(state.registers, touch, *declared))
        return refuse_access(state.registers, touch);
    if (config_.counter_groups != 0 && is_monitor(*declared)) {
        count_cycles(state.registers, config_, host_.now());
        update_irqs(); // counters that have run over
    }
    const uint64_t hidden = touch.secure ? 0 : hidden_bits(*declared);
    if (!touch.write)
        return {state.registers.read(*declared, touch.size, *this) & ~hidden, power::Status::Ok};
    record({.kind = is_tlb_maintenance(*Registers::find(*declared)) ? Kind::Tlbi : Kind::Write,
            .name = Registers::name_at(*declared).view(),
            .address = touch.offset,
            .value = touch.value,
            .size = static_cast<uint8_t>(touch.size)});
    uint64_t value = touch.value & ~hidden;
    if (hidden != 0)
        value |= state.registers.read(*declared, touch.size, *this) & hidden;
    if (!is_ignored(touch, *declared))
        state.registers.write(*declared, touch.size, value, *this);
    let_go(state);
    update_irqs();
    return {};
}

template <class R>
Value<R> Smmu::reading(R, unsigned index, Value<R> stored) const
{
    const auto* state = gate_.saved();
    return state == nullptr ? stored : effect_of_reading(state->registers, config_, index, stored);
}

/// SS is not kept in the register: it stands for the transaction itself, and goes where that goes.
Value<SMMU_CBn_FSR> Smmu::reading(SMMU_CBn_FSR, unsigned bank, Value<SMMU_CBn_FSR> stored) const
{
    const auto* state = gate_.saved();
    if (state == nullptr)
        return stored;
    // Nor is FORMAT, which tells how the bank's tables are laid out, fault or none (16.5.9); of an
    // invalid context it is UNKNOWN.
    const bool valid = !context_error(state->registers, config_, bank);
    const Format format = format_of(state->registers, config_, bank);
    return stored.with<"SS">(state->in_flight.stalled(bank))
        .with<"FORMAT">(valid ? static_cast<uint64_t>(format) : 0);
}

/// Where stalls are forbidden CFCFG is RAZ/WI (3.7.3).
Value<SMMU_CBn_SCTLR> Smmu::reading(SMMU_CBn_SCTLR, unsigned bank,
                                    Value<SMMU_CBn_SCTLR> stored) const
{
    const auto* state = gate_.saved();
    const bool forbidden = state != nullptr && stalls_forbidden(state->registers, bank);
    return forbidden ? stored.with<"CFCFG">(false) : stored;
}

Value<SMMU_CBn_ATSR> Smmu::reading(SMMU_CBn_ATSR, unsigned bank, Value<SMMU_CBn_ATSR> stored) const
{
    return stored.with<"ACTIVE">(in_flight().operates(bank));
}

template <class R>
void Smmu::wrote(R, unsigned index, Value<R> before, Value<R> written)
{
    const auto reached = gate_.reach(Access::Register);
    if (!reached)
        return;
    Registers& registers = reached->registers;
    effect_of_writing(registers, config_, index, before, written);
    if (const auto named = invalidation_of(written, index, registers, config_)) {
        host_.tlb_invalidated(sent_for(registers, reached->cache.invalidate(*named)));
    }

    if constexpr (std::is_same_v<R, SMMU_sTLBGSYNC>) {
        start_sync(reached->cache, global_sync);
    } else if constexpr (std::is_same_v<R, SMMU_STLBGSYNC>) {
        start_sync(reached->cache, secure_global_sync);
    } else if constexpr (std::is_same_v<R, SMMU_CBn_TLBSYNC>) {
        start_sync(reached->cache, index);
    } else if constexpr (std::is_same_v<R, SMMU_CBn_FSRRESTORE>) {
        registers.put(Value<SMMU_CBn_FSR>(written.raw() & SMMU_CBn_FSR::w1c_mask), index);
    } else if constexpr (std::is_same_v<R, SMMU_CBn_SCTLR>) {
        // M is not kept in TLB entries (16.5.29, 17.3.3), and with stage 2's those of a nested bank
        // are of both stages or of one.
        const Tag tag = tag_of(registers, config_, index);
        if (tag.stage2 && before.template get<"M">() != written.template get<"M">())
            host_.tlb_invalidated(
                sent_for(registers, reached->cache.invalidate(Invalidation::of_vmid(tag.vmid))));
        if (stalls_forbidden(registers, index))
            registers.put(
                registers.get<R>(index).template with<"CFCFG">(before.template get<"CFCFG">()),
                index);
    } else if constexpr (std::is_same_v<R, SMMU_CBn_RESUME>) {
        resume(*reached, index, written.template get<"TnR">());
    } else if constexpr (any_of<R, SMMU_CBn_PAR, SMMU_sGPAR, SMMU_SGPAR>) {
        if (!config_.address_translation)
            registers.put(Value<R>(0), index);
    } else if constexpr (is_translation_operation<R>) {
        const auto whole = registers.get<R>(index);
        registers.put(Value<R>(0), index);
        if (!config_.address_translation) {
            once(Feature::TranslationOperation,
                 "SMMU_CBn_ATS1PR: no address translation operations");
        } else if constexpr (R::place.count != 1) {
            start_operation(*reached, index, operation_of<R>(whole.raw()));
        } else {
            // Secure software may name every bank, the other its own alone.
            constexpr bool secure = R::place.offset >= page_secure;
            using Par = std::conditional_t<secure, SMMU_SGPAR, SMMU_sGPAR>;
            const auto bank = static_cast<unsigned>(whole.template get<"NDX">());
            const auto par =
                bank >= counted(registers, config_, secure).context_banks
                    ? par_unimplemented_bank()
                    : translate_address(*reached, bank, operation_of<R>(whole.raw()), true);
            registers.put(Value<Par>(par.value_or(0)));
        }
    }
    // SMMU_sGFSR: the interrupt lines follow in update_irqs().
}

void Smmu::once(Feature feature, const char* what)
{
    if (!spoken_of_.test(static_cast<std::size_t>(feature)))
        host_.unimplemented(what);
    spoken_of_.set(static_cast<std::size_t>(feature));
}

void Smmu::no_such_register(uint64_t offset)
{
    if (offset >= window_size(config_))
        return;
    // Once for all pages of banks, since they are alike.
    const std::size_t word = Registers::where(declared_at(config_, offset).value_or(0xffc));
    constexpr std::size_t first = static_cast<std::size_t>(Feature::FirstOffset);
    if (spoken_of_.test(first + word))
        return;
    spoken_of_.set(first + word);
    char text[] = "no register at offset 0x0000000";
    const std::size_t digits = offset >> 16 == 0 ? 4 : 7;
    const std::size_t length = sizeof text - 1 - (7 - digits);
    for (std::size_t i = 0; i < digits; ++i)
        text[length - 1 - i] = "0123456789abcdef"[offset >> (4 * i) & 0xf];
    text[length] = 0;
    host_.unimplemented(text);
}

} // namespace smmu_pm::smmu
