// SPDX-License-Identifier: GPL-2.0-or-later
#include "gpu.hh"

#include "port.hh"

#include <algorithm>

namespace smmu_pm::gpu {

namespace {

using journal::Block;
using journal::Event;
using journal::Kind;
using power::Access;
using power::Answer;
using power::Status;
using power::Supply;
using power::SupplySet;

} // namespace

Gpu::Gpu(const Config& config, Host& host, journal::Sink* sink)
    : config_(config), host_(host), sink_(sink), gate_(power::gpu_needs, power::Collapse::Lose),
      jitter_(config.seed)
{
    // Work that takes no time would let a guest stop the virtual clock.
    config_.slice_ns = std::max<uint64_t>(config_.slice_ns, 1);
}

void Gpu::reset()
{
    gate_.reset();
    jitter_ = power::Jitter(config_.seed);
    deadline_ = never;
    hang_deadline_ = never;
    hold_ = {};
    if (sink_ != nullptr)
        sink_->record({.kind = Kind::Reset, .block = Block::Gpu});
    update_irq(false);
}

void Gpu::set_supply(uint64_t now_ns, Supply supply, bool level)
{
    const Gate::State* state = gate_.saved();
    const bool busy = state != nullptr && state->registers.busy(hold_);
    const uint64_t rptr = busy ? state->registers.cp.rptr() : 0;
    const uint64_t wptr = busy ? state->registers.ring().wptr : 0;
    const power::Change change = gate_.set(supply, level);
    if (!change.changed)
        return;
    if (sink_ != nullptr)
        sink_->record({.kind = Kind::Wire,
                       .block = Block::Gpu,
                       .name = name_of(supply),
                       .value = level,
                       .missing = gate_.missing(Access::Register)});
    if (change.registers_lost) {
        hold_ = {};
        if (sink_ != nullptr)
            sink_->record({.kind = Kind::Lost, .block = Block::Gpu, .name = "registers"});
        if (busy)
            note("work-lost", rptr, wptr);
        update_irq(false);
    }
    schedule(now_ns);
}

Answer Gpu::read(uint64_t now_ns, uint64_t offset, unsigned size)
{
    if ((size != 4 && size != 8) || offset % size != 0 || offset > window_size - size)
        return {0, Status::Abort};
    const Gate::Reached reached = gate_.reach(Access::Register);
    if (!reached)
        return unreachable(offset, size, false, 0, reached.missing());
    Port port(*this, reached->registers, now_ns);
    uint64_t value = 0;
    for (unsigned byte = 0; byte < size; byte += 4)
        value |= uint64_t{port.load(static_cast<uint32_t>(offset + byte) / 4)} << (8 * byte);
    return {value, Status::Ok};
}

Answer Gpu::write(uint64_t now_ns, uint64_t offset, unsigned size, uint64_t value)
{
    if ((size != 4 && size != 8) || offset % size != 0 || offset > window_size - size)
        return {0, Status::Abort};
    const Gate::Reached reached = gate_.reach(Access::Register);
    if (!reached)
        return unreachable(offset, size, true, value, reached.missing());
    Contents& contents = reached->registers;
    Port port(*this, contents, now_ns);
    for (unsigned byte = 0; byte < size; byte += 4) {
        const uint32_t index = static_cast<uint32_t>(offset + byte) / 4;
        // A doorbell may have nothing to say, and a changed ring may have nothing left to do.
        const bool work = contents.working(hold_) || index * 4 == CP_RB_WPTR::place.offset;
        port.store(index, static_cast<uint32_t>(value >> (8 * byte)));
        if (work && index * 4 != RBBM_SW_RESET_CMD::place.offset)
            drained(contents);
    }
    update_irq(contents.irq());
    schedule(now_ns);
    return {0, Status::Ok};
}

Answer Gpu::unreachable(uint64_t offset, unsigned size, bool write, uint64_t value,
                        SupplySet missing)
{
    if (sink_ != nullptr) {
        const InstanceName name = RegisterFile::name_at(offset);
        sink_->record({.kind = Kind::Touch,
                       .block = Block::Gpu,
                       .name = name.view(),
                       .address = offset,
                       .value = value,
                       .size = static_cast<uint8_t>(size),
                       .write = write,
                       .missing = missing,
                       .answer = config_.policy});
    }
    host_.pm_fault();
    const Answer answer = power::unreachable(config_.policy, size);
    return write ? Answer{0, answer.status} : answer;
}

void Gpu::released(uint64_t now_ns, power::Released how)
{
    if (!hold_.waiting())
        return;
    switch (how) {
    case power::Released::Retry:
        hold_.state = Hold::State::Retry;
        break;
    case power::Released::Abort:
        hold_.state = Hold::State::Abort;
        break;
    case power::Released::RazWi:
        hold_.state = Hold::State::RazWi;
        break;
    }
    schedule(now_ns);
}

void Gpu::advance(uint64_t now_ns)
{
    if (now_ns < deadline())
        return;
    const Gate::Reached reached = gate_.reach(Access::Dma);
    if (now_ns >= hang_deadline_) {
        hang_deadline_ = never;
        if (reached && reached->registers.hanging(hold_)) {
            Contents& contents = reached->registers;
            contents.hang_reported = 1;
            auto& file = contents.file;
            file.put(file.get<RBBM_INT_0_STATUS>().with<"MISC_HANG_DETECT">(true));
            note("hang-detect", contents.cp.rptr(), contents.ring().wptr);
        }
    }
    if (now_ns >= deadline_) {
        deadline_ = never;
        if (reached && reached->registers.can_work(hold_))
            work(reached->registers, now_ns);
    }
    if (reached)
        update_irq(reached->registers.irq());
    schedule(now_ns);
}

/// One slice of whatever has work. Who waited for an answer goes first.
void Gpu::work(Contents& contents, uint64_t now_ns)
{
    using enum Hold::Owner;
    contents.busy_ns += config_.slice_ns;
    Port port(*this, contents, now_ns);
    const bool working = contents.working(hold_);
    const Hold::Owner first = hold_.answered() ? hold_.owner : CrashDumper;
    run(first, contents, port);
    if (!hold_.waiting())
        run(first == CrashDumper ? CommandProcessor : CrashDumper, contents, port);
    if (working)
        drained(contents);
}

void Gpu::run(Hold::Owner engine, Contents& contents, Port& port)
{
    port.serve(engine);
    if (engine == Hold::Owner::CrashDumper && contents.dumper.running()) {
        contents.dumper.slice(port);
        if (!contents.dumper.running())
            report_dump(contents);
    } else if (engine == Hold::Owner::CommandProcessor && contents.cp_can_work()) {
        contents.cp.slice(contents.ring(), port);
        if (contents.cp.condition() != CommandProcessor::Condition::Running)
            report(contents);
    }
    // An answer is for the first transfer. There was none: the registers have changed since.
    if (hold_.answered() && hold_.owner == engine)
        hold_ = {};
}

/// The command processor had work; a note when it has none now.
void Gpu::drained(const Contents& contents)
{
    if (!contents.working(hold_))
        note("drained", contents.cp.rptr(), contents.ring().wptr);
}

/// Arms the next slice when there is one to do, and disarms it when there is not. A slice that is
/// armed stays as it is: more work does not put it off. The same for the hang detector.
void Gpu::schedule(uint64_t now_ns)
{
    const Gate::Reached reached = gate_.reach(Access::Dma);
    if (!reached || !reached->registers.can_work(hold_))
        deadline_ = never;
    else if (deadline_ == never) {
        // Cycles of 19.2 MHz, as all that is counted here. A crash dump does not wait for the
        // stream.
        const Contents& contents = reached->registers;
        const uint64_t cycles = contents.dumper.running() ? 0 : contents.cp.pause_cycles();
        const uint64_t pause = cycles * 625 / 12;
        const uint64_t slice = jitter_.delay(config_.slice_ns);
        deadline_ = now_ns + std::min(std::max(slice, pause), never - 1 - now_ns);
    }
    if (!reached || !reached->registers.hanging(hold_)) {
        hang_deadline_ = never;
        if (reached)
            reached->registers.hang_reported = 0;
    } else if (reached->registers.hang_reported == 0 && hang_deadline_ == never) {
        hang_deadline_ =
            now_ns + std::min(reached->registers.hang_threshold_ns(), never - 1 - now_ns);
    }
}

void Gpu::update_irq(bool level)
{
    if (irq_ == level)
        return;
    irq_ = level;
    if (sink_ != nullptr)
        sink_->record({.kind = Kind::Irq, .block = Block::Gpu, .name = "irq", .value = level});
    host_.set_irq(level);
}

void Gpu::note(std::string_view name, uint64_t address, uint64_t value, std::string_view text)
{
    if (sink_ != nullptr)
        sink_->record({.kind = Kind::Gpu,
                       .block = Block::Gpu,
                       .name = name,
                       .text = text,
                       .address = address,
                       .value = value});
}

} // namespace smmu_pm::gpu
