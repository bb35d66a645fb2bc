// SPDX-License-Identifier: GPL-2.0-or-later
//
// Lost invalidates: which TLB entries one would have removed, and what becomes of a hit on one of
// those. An SMMU whose registers cannot be reached may still hold its TLB, because its domain keeps
// it (retain-all) or because only a clock stands still.
#include "smmu/invalidation.hh"
#include "smmu/smmu.hh"

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

} // namespace

/// A write that did not reach: the number that entries carry from now on because it was lost, or 0
/// if it would have removed none that no earlier one should have removed.
uint32_t Smmu::lose_invalidate(uint64_t offset, unsigned size, uint64_t value)
{
    Gate::State* state = gate_.kept();
    if (state == nullptr || state->cache.size() == 0)
        return 0;
    uint32_t number = last_lost_;
    do
        ++number;
    while (number == 0 || state->cache.lost(number) != nullptr);

    // What a register of this kind does depends on nothing that it holds.
    Registers scratch;
    const LostInvalidate lost = {.number = number,
                                 .offset = static_cast<uint32_t>(offset),
                                 .size = static_cast<uint8_t>(size),
                                 .value = value};
    LostWrite decoder(state->cache, state->registers, config_, lost);
    scratch.write(offset, size, value, decoder);
    if (!decoder.any())
        return 0;
    last_lost_ = number;
    // Whoever caches above must come back here, so that a hit is seen.
    host_.tlb_invalidated({});
    return number;
}

/// A hit on an entry that a lost invalidate should have removed. It matters if the answer would be
/// another one without the entry. A walk that gives the very same entry clears it of all blame: it
/// might have been made just now.
void Smmu::hit_condemned(Tlb& tlb, Tlb::Entry& entry, unsigned bank, const Context& context,
                         uint64_t va, const Transaction& transaction, Request request)
{
    const auto pa_in = [va](const Mapping& mapping) { return mapping.pa | (va & mapping.mask()); };
    const bool allowed = permitted(entry.mapping.permissions, request);
    const uint64_t pa = pa_in(entry.mapping);

    const Tlb::Entry* other = tlb.find_unblamed(context.tag, va);
    const Mapping* now = other != nullptr ? &other->mapping : nullptr;
    const WalkResult walked = now != nullptr ? WalkResult{} : walk(context, host_, va, request);
    if (walked.ok) {
        if (walked.mapping == entry.mapping && walked.cacheable) {
            tlb.pardon(entry);
            return;
        }
        now = &walked.mapping;
    }
    const bool allowed_now = now != nullptr && permitted(now->permissions, request);
    if (now != nullptr && allowed_now == allowed && (!allowed || pa_in(*now) == pa))
        return;

    const LostInvalidate* lost = tlb.lost(entry.condemned);
    const regs::InstanceName fault(name_of(walked.fault.kind), bank, true);
    record({.kind = Kind::Stale,
            .name = Registers::name_at(lost->offset).view(),
            .text = !allowed || (now != nullptr && pa_in(*now) == pa) ? "other permissions"
                    : now != nullptr                                  ? "another address"
                                                                      : fault.view(),
            .address = transaction.iova,
            .value = lost->value,
            .pa = pa,
            .lost = lost->number,
            .stream = transaction.stream,
            .bank = static_cast<uint8_t>(bank),
            .write = request.write});
}

} // namespace smmu_pm::smmu
