// SPDX-License-Identifier: GPL-2.0-or-later
//
// Address translation operations: IHI 0062D chapter 4. Each walks the tables as they are and
// neither asks nor fills the TLB, which the manual leaves open; it ends before the write that
// starts it does, unless stage 2 stalls it: then ATSR.ACTIVE is seen until SMMU_CBn_RESUME.
#include "smmu/context.hh"
#include "smmu/par.hh"
#include "smmu/smmu.hh"

namespace smmu_pm::smmu {

using power::Access;

namespace {

/// What the walk is asked for: an operation takes a whole address, so TCR2.SEP has no say, but the
/// top byte is dropped as a transaction's is, bit 55 in its place.
uint64_t operand(const Context& context, uint64_t va)
{
    if (context.stages == Stages::Two)
        return va;
    if (context.format != Format::Aarch64)
        return va;
    constexpr uint64_t below = (uint64_t{1} << 56) - 1;
    const bool upper = !context.single_range && (va >> 55 & 1) != 0;
    if (!(upper ? context.high : context.low).top_byte_ignored)
        return va;
    return upper ? va | ~below : va & below;
}

/// Whether a transaction could bring that address, sign-extended or not, over the upstream bus.
/// An AArch32 bank looks at its 32 bits by itself.
bool is_representable(const Context& context, uint64_t va)
{
    if (context.format != Format::Aarch64 || va >> context.bus_bits == 0)
        return true;
    const bool extended = context.stages == Stages::One || context.stages == Stages::Nested;
    return extended && !context.single_range && ~va >> (context.bus_bits - 1) == 0;
}

} // namespace

/// A global operation tells of every fault in the PAR alone (4.3.2). A bank's own may meet stage 2,
/// which is somebody else's: such a fault is recorded where those of transactions are, and stalls
/// as they do; the PAR says only that there was no end (4.2.4). Nothing: it is held.
std::optional<uint64_t> Smmu::translate_address(Gate::State& state, unsigned bank,
                                                const TranslationRequest& operation, bool global)
{
    Registers& registers = state.registers;
    if (registers.get<SMMU_CBARn>(bank).get<"TYPE">() == ContextType::Stage2)
        return global ? par_unimplemented_bank() : par_terminated();
    const bool secure = is_secure_bank(registers, config_, bank);
    if (const auto error = context_error(registers, config_, bank)) {
        if (global)
            return *error == GlobalFault::ICF ? par_invalid_context() : par_unimplemented_bank();
        record_global(registers, *error, {.operation = true, .nested = true}, secure);
        return par_terminated();
    }
    const Context context = context_of(registers, config_, bank);
    // Without its clock a walk reads nothing; a global PAR has no ATOT.
    if (!gate_.reach(Access::Walk))
        return global ? par_of({.kind = FaultKind::EF}, context.format) : par_terminated();
    const unsigned under = context.stage2_bank;
    const Faulted met = {.iova = operation.va,
                         .request = operation.request,
                         .sent = operation.request,
                         .stage1_bank = bank,
                         .operation = true};
    if (!global && under != bank && !registers.get<SMMU_CBn_SCTLR>(under).get<"HUPCF">()) {
        const bool presented = state.in_flight.stalled(under);
        if (presented && find_slot()) {
            hold(state.in_flight, held_of(met, Hold::Behind, under));
            return std::nullopt;
        }
        if (presented || fault_pending(registers, under))
            return par_terminated();
    }

    const uint64_t va = operand(context, operation.va);
    if (!is_representable(context, va)) // 3.8.4
        return par_of({.kind = FaultKind::TF}, context.format);
    std::optional<Fault> fault = beyond_input(context, va);
    if (fault && fault->stage == 2 && !operation.both_stages)
        fault.reset();
    if (!fault) {
        const WalkResult result = operation.both_stages
                                      ? walk(context, host_, va, operation.request)
                                      : walk_to_ipa(context, host_, va);
        if (result.ok)
            fault = denied(result.mapping, va, operation.request);
        else
            fault = result.fault;
        if (!fault)
            return par_of(result.mapping, va, context.format, secure);
    }
    if (global || fault->stage == 1)
        return par_of(*fault, fault->stage == 2 ? context.stage2.format : context.format);
    if (context_fault(state, context, *fault, met, true))
        return std::nullopt;
    return par_terminated();
}

/// One that is asked for while another of its bank is held is not begun: UNPREDICTABLE (4.2.1). A
/// bank of stage 2 has none.
void Smmu::start_operation(Gate::State& state, unsigned bank, const TranslationRequest& operation)
{
    const auto type = state.registers.get<SMMU_CBARn>(bank).get<"TYPE">();
    if (state.in_flight.operates(bank) || type == ContextType::Stage2)
        return;
    if (const auto par = translate_address(state, bank, operation, false))
        state.registers.put(Value<SMMU_CBn_PAR>(*par), bank);
}

/// Software has let a held one go.
void Smmu::end_operation(Gate::State& state, const Held& held, bool retry)
{
    const unsigned bank = held.operation->bank;
    const TranslationRequest operation = {
        .va = held.iova,
        .request = {.write = held.write, .privileged = held.operation->privileged}};
    const auto par =
        retry ? translate_address(state, bank, operation, false) : std::optional(par_terminated());
    if (par)
        state.registers.put(Value<SMMU_CBn_PAR>(*par), bank);
}

} // namespace smmu_pm::smmu
