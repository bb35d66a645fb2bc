// SPDX-License-Identifier: GPL-2.0-or-later
//
// Lost invalidates: which TLB entries one would have removed, and what becomes of a hit on one of
// those. An SMMU whose registers cannot be reached may still hold its TLB, because its domain keeps
// it (retain-all) or because only a clock stands still.
#include "smmu/invalidation.hh"
#include "smmu/smmu.hh"
#include "smmu/stage2_cache.hh"

namespace smmu_pm::smmu {

using journal::Kind;

namespace {

/// Takes a register file's word of a write, and condemns what it would have invalidated.
class LostWrite {
public:
    LostWrite(Tlb& tlb, const Registers& registers, const Config& config,
              const LostInvalidate& lost)
        : tlb_(tlb), registers_(registers), config_(config), lost_(lost)
    {
    }

    template <class R>
    void wrote(R, unsigned index, Value<R>, Value<R> written)
    {
        // Arrays are declared for the largest configuration.
        if (R::place.count == max_context_banks && index >= config_.context_banks)
            return;
        if (const auto named = invalidation_of(written, index, registers_, config_))
            any_ |= tlb_.condemn(*named, lost_);
    }

    bool any() const { return any_; }

private:
    Tlb& tlb_;
    const Registers& registers_;
    const Config& config_;
    const LostInvalidate& lost_;
    bool any_ = false;
};

/// What a transaction comes to, as far as its master and software can tell.
struct Outcome {
    bool ok = false;
    uint64_t pa = 0;   ///< of a fault: what the entry leads to
    FaultKind kind{};  ///< of a fault
    uint8_t stage = 1; ///< whose fault it is
    bool operator==(const Outcome& other) const
    {
        return ok == other.ok && (ok ? pa == other.pa : kind == other.kind && stage == other.stage);
    }
};

Outcome outcome_of(const WalkResult& result, uint64_t va, const Request& request)
{
    if (!result.ok)
        return {.kind = result.fault.kind, .stage = result.fault.stage};
    const uint64_t pa = result.mapping.pa | (va & result.mapping.mask());
    if (const std::optional<Fault> fault = denied(result.mapping, va, request))
        return {.pa = pa, .kind = fault->kind, .stage = fault->stage};
    return {.ok = true, .pa = pa};
}

} // namespace

/// A write that did not reach: the number that entries carry from now on because it was lost, or 0
/// if it would have removed none that no earlier one should have removed. What would have been
/// refused would have removed none.
uint32_t Smmu::lose_invalidate(const Touch& touch)
{
    Gate::State* state = gate_.kept();
    if (state == nullptr || state->cache.size() == 0)
        return 0;
    uint32_t number = last_lost_;
    do
        ++number;
    while (number == 0 || state->cache.lost(number) != nullptr);

    bool any = false;
    const auto lose = [&](const Touch& one) {
        const auto declared = find(one);
        if (!declared || is_refused(state->registers, one, *declared) || is_ignored(one, *declared))
            return;
        // What a register of this kind does depends on nothing that it holds.
        Registers scratch;
        const LostInvalidate lost = {.number = number,
                                     .offset = *declared,
                                     .size = static_cast<uint8_t>(one.size),
                                     .value = one.value};
        LostWrite decoder(state->cache, state->registers, config_, lost);
        scratch.write(*declared, one.size, one.value, decoder);
        any |= decoder.any();
    };
    if (is_pair(touch)) {
        lose(touch.half(false));
        lose(touch.half(true));
    } else {
        lose(touch);
    }
    if (!any)
        return 0;
    last_lost_ = number;
    // Whoever caches above must come back here, so that a hit is seen.
    host_.tlb_invalidated({});
    return number;
}

/// What a transaction would meet if nothing had been lost: another entry, or the tables.
WalkResult Smmu::without_condemned(const Tlb& tlb, const Context& context, uint64_t va,
                                   Request request)
{
    if (const Tlb::Entry* other = tlb.find_unblamed(context.tag, va))
        return {.ok = true, .mapping = other->mapping, .fault = {}};
    UnblamedStage2 stage2(tlb, context);
    return walk(context, host_, va, request, &stage2);
}

/// A hit on an entry that a lost invalidate should have removed. It matters if the answer would be
/// another one without the entry. A walk that gives the very same entry clears it of all blame: it
/// might have been made just now.
void Smmu::hit_condemned(Tlb& tlb, Tlb::Entry& entry, unsigned bank, const Context& context,
                         uint64_t va, const Transaction& transaction, Request request)
{
    const WalkResult without = without_condemned(tlb, context, va, request);
    if (without.ok && without.mapping == entry.mapping && without.cacheable)
        return tlb.pardon(entry);
    compare(*tlb.lost(entry.condemned), {.ok = true, .mapping = entry.mapping, .fault = {}},
            without, bank, context, va, transaction, request);
}

/// A walk of two stages through an entry of stage 2 that a lost invalidate should have removed.
/// False: what it has found is nevertheless what there is.
bool Smmu::walked_condemned(const Tlb& tlb, const LostInvalidate& lost, const WalkResult& result,
                            unsigned bank, const Context& context, uint64_t va,
                            const Transaction& transaction, Request request)
{
    const WalkResult without = without_condemned(tlb, context, va, request);
    compare(lost, result, without, bank, context, va, transaction, request);
    return !without.ok || without.mapping != result.mapping;
}

/// Tells of a transaction that is not answered as it would be if `lost` had arrived.
void Smmu::compare(const LostInvalidate& lost, const WalkResult& got, const WalkResult& without,
                   unsigned bank, const Context& context, uint64_t va,
                   const Transaction& transaction, Request request)
{
    const Outcome is = outcome_of(got, va, request), ought = outcome_of(without, va, request);
    if (is == ought)
        return;
    const regs::InstanceName fault(name_of(ought.kind),
                                   ought.stage == 2 ? context.stage2_bank : bank, true);
    // Permissions are those of an entry; other faults are a walk's.
    const bool permissions = ought.ok ? is.kind == FaultKind::PF : without.ok;
    record({.kind = Kind::Stale,
            .name = Registers::name_at(lost.offset).view(),
            .text = ought.ok && is.ok ? "another address"
                    : permissions     ? "other permissions"
                    : ought.ok        ? "a translation"
                                      : fault.view(),
            .address = transaction.iova,
            .value = lost.value,
            .pa = is.pa,
            .lost = lost.number,
            .stream = transaction.stream,
            .bank = static_cast<uint8_t>(bank),
            .write = request.write});
}

} // namespace smmu_pm::smmu
