// SPDX-License-Identifier: GPL-2.0-or-later
//
// How often a block did what: a sink that stands between a block and the journal and counts what
// goes by. For people who debug a live machine; no guest can see a counter, so none is saved with
// the machine, and a guest's reset leaves them alone: they count from the block's making.
#pragma once

#include "journal/event.hh"

namespace smmu_pm::journal {

class Counters final : public Sink {
public:
    /// `next` may be nullptr.
    explicit Counters(Sink* next) : next_(next) {}

    void record(const Event& event) override;

    /// What is no event: a CPU's access, whether or not it reaches; a descriptor fetched by a table
    /// walk; a burst that the block sends.
    void access(bool write) { ++(write ? writes_ : reads_); }
    void descriptor() { ++descriptors_; }
    void dma(bool write) { ++(write ? dma_writes_ : dma_reads_); }

    /// f(name, value) for each counter that a block of this kind has; always the same names in the
    /// same order. At most 16.
    template <class F>
    void each(Block block, F&& f) const
    {
        f("register-reads", reads_ - refused_reads_);
        f("register-writes", writes_ - refused_writes_);
        f("register-refused", refused_reads_ + refused_writes_);
        f("power-ups", power_ups_);
        f("power-offs", power_offs_);
        f("irqs", irqs_);
        if (block == Block::Smmu) {
            f("translations", tlb_hits_ + tlb_misses_);
            f("tlb-hits", tlb_hits_);
            f("tlb-misses", tlb_misses_);
            f("descriptor-reads", descriptors_);
            f("bypasses", bypasses_);
            f("dma-refused", dma_refused_);
            f("dma-unreachable", dma_unreachable_);
            f("faults", faults_);
            f("invalidations", invalidations_);
            f("stalls", stalls_);
        } else {
            f("dma-reads", dma_reads_);
            f("dma-writes", dma_writes_);
            f("submissions", submissions_);
            f("errors", errors_);
            f("work-lost", work_lost_);
        }
    }

private:
    Sink* next_;
    uint64_t reads_ = 0, writes_ = 0;
    uint64_t refused_reads_ = 0, refused_writes_ = 0;
    uint64_t power_ups_ = 0, power_offs_ = 0;
    uint64_t irqs_ = 0;
    uint64_t tlb_hits_ = 0, tlb_misses_ = 0; ///< of transactions that were translated
    uint64_t descriptors_ = 0;
    uint64_t bypasses_ = 0;
    uint64_t dma_refused_ = 0;     ///< faults, and the like
    uint64_t dma_unreachable_ = 0; ///< met the block while a supply was missing
    uint64_t faults_ = 0;
    uint64_t invalidations_ = 0; ///< without the syncs
    uint64_t stalls_ = 0;
    uint64_t dma_reads_ = 0, dma_writes_ = 0;
    uint64_t submissions_ = 0;
    uint64_t errors_ = 0; ///< hangs, too
    uint64_t work_lost_ = 0;
};

} // namespace smmu_pm::journal
