// SPDX-License-Identifier: GPL-2.0-or-later
#include "testdev/testdev.hh"

#include <algorithm>

namespace smmu_pm::testdev {

namespace {

using journal::Block;
using journal::Kind;
using power::Access;
using power::Answer;
using power::Status;
using power::Supply;
using power::SupplySet;

constexpr std::array<std::string_view, 4> op_names = {"fill", "copy", "compare", "reserved"};
constexpr std::array<std::string_view, 5> error_names = {"", "bus error", "mismatch", "request",
                                                         "stopped"};

/// Bytes from `iova` to the end of its aligned 64 bytes.
constexpr uint32_t to_line_end(uint64_t iova)
{
    return Work::beat_max - static_cast<uint32_t>(iova % Work::beat_max);
}

/// Byte `at` of memory that is filled with a pattern, low byte first.
constexpr std::byte pattern_byte(uint32_t pattern, uint32_t at)
{
    return static_cast<std::byte>(pattern >> (8 * (at % 4)));
}

} // namespace

/// What a register access finds once it has reached.
class Testdev::Port {
public:
    Port(Testdev& device, Contents& contents, uint64_t now_ns)
        : device_(device), contents_(contents), now_ns_(now_ns)
    {
    }

    Value<TESTDEV_STATUS> reading(TESTDEV_STATUS, unsigned, Value<TESTDEV_STATUS> stored) const
    {
        return stored.with<"BUSY">(contents_.work.running)
            .with<"HELD">(device_.hold_ == Hold::Waiting);
    }
    void wrote(TESTDEV_CONTROL, unsigned, Value<TESTDEV_CONTROL>, Value<TESTDEV_CONTROL> written)
    {
        if (written.get<"STOP">() && contents_.work.running)
            device_.end(contents_, Error::Stopped);
        if (written.get<"GO">() && !contents_.work.running)
            device_.start(contents_, now_ns_);
    }
    void wrote(TESTDEV_INT_CLEAR, unsigned, Value<TESTDEV_INT_CLEAR>,
               Value<TESTDEV_INT_CLEAR> written)
    {
        auto& file = contents_.file;
        file.put(Value<TESTDEV_INT_STATUS>(file.get<TESTDEV_INT_STATUS>().raw() & ~written.raw()));
    }

private:
    Testdev& device_;
    Contents& contents_;
    uint64_t now_ns_;
};

uint64_t Work::at() const
{
    return (is(Op::Fill) || writing ? dst : src) + done;
}

uint32_t Work::beat() const
{
    uint32_t bytes = std::min(length - done, to_line_end(is(Op::Fill) ? dst + done : src + done));
    if (is(Op::Copy))
        bytes = std::min(bytes, to_line_end(dst + done));
    return bytes;
}

bool Work::valid() const
{
    if (!running)
        return *this == Work{};
    return op < static_cast<uint8_t>(Op::Reserved) && length <= max_length && done < length &&
           (!writing || is(Op::Copy));
}

Testdev::Testdev(const Config& config, Host& host, journal::Sink* sink)
    : config_(config), host_(host), sink_(sink), gate_(power::testdev_needs, power::Collapse::Lose),
      jitter_(config.seed)
{
    // Work that takes no time would let a guest stop the virtual clock.
    config_.beat_ns = std::max<uint64_t>(config_.beat_ns, 1);
}

void Testdev::reset()
{
    gate_.reset();
    jitter_ = power::Jitter(config_.seed);
    deadline_ = never;
    hold_ = Hold::None;
    if (sink_ != nullptr)
        sink_->record({.kind = Kind::Reset, .block = Block::Testdev});
    update_irq(false);
}

void Testdev::set_supply(uint64_t now_ns, Supply supply, bool level)
{
    const Gate::State* state = gate_.saved();
    const Work work = state != nullptr ? state->registers.work : Work{};
    const power::Change change = gate_.set(supply, level);
    if (!change.changed)
        return;
    if (sink_ != nullptr)
        sink_->record({.kind = Kind::Wire,
                       .block = Block::Testdev,
                       .name = name_of(supply),
                       .value = level,
                       .missing = gate_.missing(Access::Register)});
    if (change.registers_lost) {
        hold_ = Hold::None;
        if (sink_ != nullptr)
            sink_->record({.kind = Kind::Lost, .block = Block::Testdev, .name = "registers"});
        if (work.running)
            note("work-lost", work.at(), work.length - work.done);
        update_irq(false);
    }
    schedule(now_ns);
}

Answer Testdev::read(uint64_t now_ns, uint64_t offset, unsigned size)
{
    if ((size != 4 && size != 8) || offset % size != 0 || offset > window_size - size)
        return {0, Status::Abort};
    const Gate::Reached reached = gate_.reach(Access::Register);
    if (!reached)
        return unreachable(offset, size, false, 0, reached.missing());
    Port port(*this, reached->registers, now_ns);
    return {reached->registers.file.read(offset, size, port), Status::Ok};
}

Answer Testdev::write(uint64_t now_ns, uint64_t offset, unsigned size, uint64_t value)
{
    if ((size != 4 && size != 8) || offset % size != 0 || offset > window_size - size)
        return {0, Status::Abort};
    const Gate::Reached reached = gate_.reach(Access::Register);
    if (!reached)
        return unreachable(offset, size, true, value, reached.missing());
    Port port(*this, reached->registers, now_ns);
    reached->registers.file.write(offset, size, value, port);
    update_irq(reached->registers.irq());
    schedule(now_ns);
    return {0, Status::Ok};
}

Answer Testdev::unreachable(uint64_t offset, unsigned size, bool write, uint64_t value,
                            SupplySet missing)
{
    if (sink_ != nullptr) {
        const InstanceName name = RegisterFile::name_at(offset);
        sink_->record({.kind = Kind::Touch,
                       .block = Block::Testdev,
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

void Testdev::start(Contents& contents, uint64_t now_ns)
{
    auto& file = contents.file;
    Work& work = contents.work;
    const uint64_t delay = file.get<TESTDEV_DELAY>().raw();
    file.put(Value<TESTDEV_STATUS>());
    file.put(Value<TESTDEV_COUNT>());
    file.put(Value<TESTDEV_ERROR_IOVA>());
    work = {.running = true,
            .op = static_cast<uint8_t>(file.get<TESTDEV_CONTROL>().get<"OP">()),
            .length = static_cast<uint32_t>(file.get<TESTDEV_LENGTH>().raw()),
            .pattern = static_cast<uint32_t>(file.get<TESTDEV_PATTERN>().raw()),
            .src = file.get<TESTDEV_SRC>().raw(),
            .dst = file.get<TESTDEV_DST>().raw(),
            .not_before_ns = now_ns + std::min(delay, never - 1 - now_ns)};
    note("start", work.at(), work.length, op_names[work.op]);
    if (!work.valid())
        end(contents, Error::Request);
}

void Testdev::released(uint64_t now_ns, power::Released how)
{
    if (hold_ != Hold::Waiting)
        return;
    switch (how) {
    case power::Released::Retry:
        hold_ = Hold::Retry;
        break;
    case power::Released::Abort:
        hold_ = Hold::Abort;
        break;
    case power::Released::RazWi:
        hold_ = Hold::RazWi;
        break;
    }
    schedule(now_ns);
}

void Testdev::advance(uint64_t now_ns)
{
    if (now_ns < deadline_)
        return;
    deadline_ = never;
    const Gate::Reached reached = gate_.reach(Access::Dma);
    if (reached && reached->registers.work.running && hold_ != Hold::Waiting) {
        transact(reached->registers);
        update_irq(reached->registers.irq());
    }
    schedule(now_ns);
}

/// One transaction: the one that was held, if one was.
Status Testdev::transfer(Work& work)
{
    const Hold answer = hold_;
    hold_ = Hold::None;
    if (answer == Hold::Abort)
        return Status::Abort;

    std::array<std::byte, Work::beat_max> bytes{};
    const auto beat = std::span(bytes).first(work.beat());
    const bool write = work.writing || work.op == static_cast<uint8_t>(Op::Fill);
    if (write) {
        for (uint32_t i = 0; i < beat.size(); ++i)
            beat[i] = work.writing ? static_cast<std::byte>(work.buffer[i / 8] >> (8 * (i % 8)))
                                   : pattern_byte(work.pattern, work.done + i);
        return answer == Hold::RazWi ? Status::Ok : host_.dma_write(work.at(), beat);
    }
    const Status status = answer == Hold::RazWi ? Status::Ok : host_.dma_read(work.at(), beat);
    work.buffer = {};
    for (uint32_t i = 0; status == Status::Ok && i < beat.size(); ++i)
        work.buffer[i / 8] |= std::to_integer<uint64_t>(beat[i]) << (8 * (i % 8));
    return status;
}

void Testdev::transact(Contents& contents)
{
    Work& work = contents.work;
    const uint32_t bytes = work.beat();
    switch (transfer(work)) {
    case Status::Ok:
        break;
    case Status::Stalled:
    case Status::Hang: // nobody answers: only a reset, STOP or the power ends it
        hold_ = Hold::Waiting;
        return;
    case Status::Abort:
        return end(contents, Error::Bus);
    }
    if (work.op == static_cast<uint8_t>(Op::Compare))
        for (uint32_t i = 0; i < bytes; ++i)
            if (static_cast<std::byte>(work.buffer[i / 8] >> (8 * (i % 8))) !=
                pattern_byte(work.pattern, work.done + i)) {
                work.done += i;
                return end(contents, Error::Mismatch);
            }
    work.writing = work.op == static_cast<uint8_t>(Op::Copy) && !work.writing;
    if (work.writing)
        return;
    work.done += bytes;
    if (work.done == work.length)
        end(contents, Error::None);
}

void Testdev::end(Contents& contents, Error error)
{
    const Work work = contents.work;
    auto& file = contents.file;
    contents.work = {};
    hold_ = Hold::None;
    file.put(Value<TESTDEV_STATUS>().with<"ERROR">(error));
    file.put(Value<TESTDEV_COUNT>(work.done));
    if (error != Error::None)
        file.put(Value<TESTDEV_ERROR_IOVA>(work.at()));
    file.put(Value<TESTDEV_INT_STATUS>().with<"DONE">(true));
    note(error == Error::None ? "done" : "error", work.at(), work.done,
         error_names[static_cast<std::size_t>(error)]);
}

/// Arms the next transaction when there is one to make, and disarms it when there is not. One that
/// is armed stays as it is.
void Testdev::schedule(uint64_t now_ns)
{
    const Gate::Reached reached = gate_.reach(Access::Dma);
    if (!reached || !reached->registers.work.running || hold_ == Hold::Waiting) {
        deadline_ = never;
    } else if (deadline_ == never) {
        const uint64_t next = now_ns + std::min(jitter_.delay(config_.beat_ns), never - 1 - now_ns);
        deadline_ = std::max(next, reached->registers.work.not_before_ns);
    }
}

void Testdev::update_irq(bool level)
{
    if (irq_ == level)
        return;
    irq_ = level;
    if (sink_ != nullptr)
        sink_->record({.kind = Kind::Irq, .block = Block::Testdev, .name = "irq", .value = level});
    host_.set_irq(level);
}

void Testdev::note(std::string_view name, uint64_t address, uint64_t value, std::string_view text)
{
    if (sink_ != nullptr)
        sink_->record({.kind = Kind::Testdev,
                       .block = Block::Testdev,
                       .name = name,
                       .text = text,
                       .address = address,
                       .value = value});
}

} // namespace smmu_pm::testdev
