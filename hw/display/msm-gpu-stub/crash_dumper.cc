// SPDX-License-Identifier: GPL-2.0-or-later
#include "crash_dumper.hh"

#include <algorithm>

namespace smmu_pm::gpu {

void CrashDumper::start(uint64_t script)
{
    *this = {};
    condition_ = Condition::Running;
    script_ = script & ~uint64_t{15}; // a pair does not cross a burst
}

void CrashDumper::slice(Bus& bus)
{
    transfers_ = 0;
    stalled_ = false;
    while (running() && !stalled_ && transfers_ < slice_transfers) {
        if (left_ != 0)
            dump(bus);
        else
            next(bus);
    }
    transfers_ = 0;
    stalled_ = false;
}

void CrashDumper::next(Bus& bus)
{
    if (work_ >= max_work)
        return stop(Condition::Endless, script_, false);
    std::array<uint32_t, 4> pair{};
    if (!moved(bus.read(script_, pair), script_))
        return;
    const uint64_t data = uint64_t{pair[1]} << 32 | pair[0];
    const uint64_t what = uint64_t{pair[3]} << 32 | pair[2];
    script_ += 16;
    ++work_;
    if (data == 0 && what == 0) {
        condition_ = Condition::Done;
        return;
    }
    index_ = static_cast<uint32_t>(what >> 44);
    if ((what >> 21 & 1) != 0) {
        accessed(bus.write_register(index_, pair[0], false), index_, true);
        return;
    }
    left_ = static_cast<uint32_t>(what & 0xf'ffff);
    target_ = data & ~uint64_t{3};
}

void CrashDumper::dump(Bus& bus)
{
    std::array<uint32_t, burst_dwords> values{};
    const uint32_t dwords = std::min(left_, to_line_end(target_));
    if (work_ + dwords > max_work)
        return stop(Condition::Endless, target_, false);
    for (uint32_t i = 0; i < dwords; ++i)
        if (!accessed(bus.read_register(index_ + i, values[i], false), index_ + i, false))
            return;
    if (!moved(bus.write(target_, std::span(values).first(dwords)), target_))
        return;
    target_ += 4ull * dwords;
    index_ += dwords;
    left_ -= dwords;
    work_ += dwords;
}

bool CrashDumper::moved(power::Status status, uint64_t iova)
{
    ++transfers_;
    stalled_ = status == power::Status::Stalled;
    if (status == power::Status::Abort)
        stop(Condition::Failed, iova, false);
    if (status == power::Status::Hang)
        stop(Condition::Hung, iova, false);
    return status == power::Status::Ok;
}

bool CrashDumper::accessed(RegisterAccess access, uint32_t index, bool write)
{
    if (access == RegisterAccess::Ok)
        return true;
    stop(Condition::Refused, 4ull * index, write);
    return false;
}

void CrashDumper::stop(Condition condition, uint64_t address, bool write)
{
    condition_ = condition;
    error_address_ = address;
    error_write_ = write;
}

bool CrashDumper::valid() const
{
    return condition_ <= Condition::Endless && script_ % 16 == 0 && target_ % 4 == 0 &&
           left_ <= 0xf'ffff && index_ <= 0x1f'ffff && work_ <= max_work && error_write_ <= 1;
}

} // namespace smmu_pm::gpu
