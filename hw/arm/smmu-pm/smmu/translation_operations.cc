// SPDX-License-Identifier: GPL-2.0-or-later
//
// Address translation operations: IHI 0062D 2.8. Each walks the tables as they are and neither
// asks nor fills the TLB, which the manual leaves open; it ends before the write that starts it
// does, so ATSR.ACTIVE is never seen.
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
        return va & 0xffff'ffff;
    constexpr uint64_t below = (uint64_t{1} << 56) - 1;
    const bool upper = !context.single_range && (va >> 55 & 1) != 0;
    if (!(upper ? context.high : context.low).top_byte_ignored)
        return va;
    return upper ? va | ~below : va & below;
}

} // namespace

/// A global operation tells of every fault in the PAR alone (IHI 0062D 4.3.2). A bank's own may
/// meet stage 2, which is somebody else's: such a fault is recorded where those of transactions
/// are, and the PAR says only that there was no end (4.2.4). It is never held there: CFCFG of stage
/// 2 is not obeyed.
uint64_t Smmu::translate_address(Gate::State& state, unsigned bank,
                                 const TranslationRequest& operation, bool global)
{
    Registers& registers = state.registers;
    const auto type = registers.get<SMMU_CBARn>(bank).get<"TYPE">();
    const bool no_stage1 = type == ContextType::Stage2 && !operation.both_stages;
    if (global && no_stage1)
        return par_unimplemented_bank();
    if (!is_valid_context(registers, config_, bank)) {
        if (global)
            return par_invalid_context();
        if (type == ContextType::Nested)
            record_global(registers, GlobalFault::ICF, {.operation = true, .nested = true}, false);
        return par_terminated();
    }
    if (no_stage1 || !gate_.reach(Access::Walk))
        return par_terminated();
    const Context context = context_of(registers, config_, bank);
    if (!global && context.stages == Stages::Nested &&
        !registers.get<SMMU_CBn_SCTLR>(context.stage2_bank).get<"HUPCF">() &&
        (fault_pending(registers, context.stage2_bank) ||
         state.in_flight.stalled(context.stage2_bank)))
        return par_terminated();

    const uint64_t va = operand(context, operation.va);
    const WalkResult result = operation.both_stages ? walk(context, host_, va, operation.request)
                                                    : walk_to_ipa(context, host_, va);
    std::optional<Fault> fault;
    if (!result.ok)
        fault = result.fault;
    else
        fault = denied(result.mapping, va, operation.request);
    if (!fault)
        return par_of(result.mapping, va, context.format);
    const Format format = fault->stage == 2 ? context.stage2.format : context.format;
    if (global || fault->stage == 1)
        return par_of(*fault, format);
    smmu::record(registers, context.stage2_bank, *fault,
                 {.iova = operation.va,
                  .request = operation.request,
                  .format = format,
                  .stage1_bank = bank,
                  .operation = true});
    update_irqs();
    return par_terminated();
}

} // namespace smmu_pm::smmu
