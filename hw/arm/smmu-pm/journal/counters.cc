// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal/counters.hh"

namespace smmu_pm::journal {

void Counters::record(const Event& event)
{
    switch (event.kind) {
    case Kind::Wire:
        if (event.name == power::name_of(power::Supply::Domain))
            ++(event.value != 0 ? power_ups_ : power_offs_);
        break;
    case Kind::Touch:
        ++(event.write ? refused_writes_ : refused_reads_);
        break;
    case Kind::Tlbi:
        // The syncs are TLB maintenance, and take nothing out of a TLB.
        if (event.name.find("SYNC") == std::string_view::npos)
            ++invalidations_;
        break;
    case Kind::Translate:
        ++(event.hit ? tlb_hits_ : tlb_misses_);
        break;
    case Kind::Bypass:
        ++bypasses_;
        break;
    case Kind::Refused:
        ++(event.missing.empty() ? dma_refused_ : dma_unreachable_);
        break;
    case Kind::Stall:
        ++stalls_;
        if (!event.missing.empty())
            ++dma_unreachable_;
        break;
    case Kind::Fault:
        ++faults_;
        break;
    case Kind::Irq:
        if (event.value != 0)
            ++irqs_;
        break;
    case Kind::Gpu:
        if (event.name == "ring")
            ++submissions_;
        else if (event.name == "error" || event.name == "hang")
            ++errors_;
        else if (event.name == "work-lost")
            ++work_lost_;
        break;
    case Kind::Testdev:
        if (event.name == "start")
            ++submissions_;
        else if (event.name == "error")
            ++errors_;
        else if (event.name == "work-lost")
            ++work_lost_;
        break;
    default:
        break;
    }
    if (next_ != nullptr)
        next_->record(event);
}

} // namespace smmu_pm::journal
