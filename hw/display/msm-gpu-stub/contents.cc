// SPDX-License-Identifier: GPL-2.0-or-later
#include "contents.hh"

#include <algorithm>

namespace smmu_pm::gpu {

void Ram::write(uint32_t index, uint32_t value)
{
    if (dwords_.empty()) {
        if (value == 0)
            return;
        dwords_.resize(window_dwords);
    }
    dwords_[index] = value;
}

Ring Contents::ring() const
{
    const uint64_t log2 = std::min<uint64_t>(file.get<CP_RB_CNTL>().get<"BUFSZ">() + 1, 20);
    const uint64_t base = file.get<CP_RB_BASE_HI>().raw() << 32 | file.get<CP_RB_BASE>().raw();
    return {base & ~uint64_t{3}, uint32_t{1} << log2,
            static_cast<uint32_t>(file.get<CP_RB_WPTR>().raw())};
}

bool Contents::cp_can_work() const
{
    return !file.get<CP_PFP_ME_CNTL>().get<"ME_HALT">() && cp.runnable(ring());
}

bool Contents::can_work(const Hold& hold) const
{
    return !file.get<RBBM_SW_RESET_CMD>().get<"SW_RESET">() &&
           file.get<VBIF_XIN_HALT_CTRL0>().get<"HALT">() == 0 && !hold.waiting() &&
           (hold.answered() || dumper.running() || cp_can_work());
}

bool Contents::working(const Hold& hold) const
{
    return cp.busy(ring()) || hold.of(Hold::Owner::CommandProcessor);
}

bool Contents::busy(const Hold& hold) const
{
    return cp.busy(ring()) || dumper.running() || hold.state != Hold::State::None;
}

bool Contents::hanging(const Hold& hold) const
{
    return file.get<RBBM_INTERFACE_HANG_INT_CNTL>().get<"ENABLE">() &&
           (cp.condition() != CommandProcessor::Condition::Running ||
            (hold.waiting() && hold.owner == Hold::Owner::CommandProcessor));
}

/// The threshold counts cycles; which clock's, the database does not say. Here it is 19.2 MHz. None
/// counts as one: a hang is seen after it has begun.
uint64_t Contents::hang_threshold_ns() const
{
    const uint64_t cycles = file.get<RBBM_INTERFACE_HANG_INT_CNTL>().get<"THRESHOLD">();
    return std::max<uint64_t>(cycles, 1) * 625 / 12;
}

bool Contents::irq() const
{
    return (file.get<RBBM_INT_0_STATUS>().raw() & file.get<RBBM_INT_0_MASK>().raw()) != 0;
}

} // namespace smmu_pm::gpu
