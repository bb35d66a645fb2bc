// SPDX-License-Identifier: GPL-2.0-or-later
//
// Bytes become everything that can happen to pm-testdev: register accesses, wires, time, memory
// that answers, stalls or does not, and saves that have to load again. A run traps when a promise
// is broken:
//   - what cannot be reached answers by policy, and is told to the host;
//   - no transaction is made while a wire is missing or one is held, before it is due, or more than
//     one at a time; none crosses an aligned 64 bytes;
//   - a request does what it was asked for: after one that ended well memory has the pattern, or
//     equals what was copied; COUNT and ERROR_IOVA say how far it came;
//   - the line is INT_STATUS and INT_ENABLE, and low without domain or in reset;
//   - a saved state restores to one that saves the same and goes on alike; a refused one changes
//     nothing.
#include "digest.hh"
#include "input.hh"

#include "testdev/testdev.hh"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace {

using namespace smmu_pm;
using fuzz::Input;
using fuzz::require;
using power::Access;
using power::Status;
using power::Supply;

using Pairs = std::vector<power::Pair>;

/// Said at the end, so that a replay shows what its inputs came to.
struct Tally {
    unsigned long steps = 0, transfers = 0, ended = 0, well = 0, twins = 0;
    ~Tally()
    {
        std::printf("%lu steps, %lu transfers, %lu requests ended, %lu of them well, %lu twins\n",
                    steps, transfers, ended, well, twins);
    }
} tally;

/// 16 KiB, again and again up to 1 MiB; the page below that never answers, the one below stalls,
/// and so does what it is told to. Beyond are bus errors.
class Memory final : public testdev::Host {
public:
    Status dma_read(uint64_t iova, std::span<std::byte> buffer) override
    {
        const Status status = transfer(iova, buffer.size(), false);
        if (status == Status::Ok)
            std::memcpy(buffer.data(), bytes.data() + iova % bytes.size(), buffer.size());
        return status;
    }
    Status dma_write(uint64_t iova, std::span<const std::byte> buffer) override
    {
        const Status status = transfer(iova, buffer.size(), true);
        if (status == Status::Ok)
            std::memcpy(bytes.data() + iova % bytes.size(), buffer.data(), buffer.size());
        return status;
    }
    void set_irq(bool level) override
    {
        require(irq != level);
        irq = level;
    }
    void pm_fault() override { ++pm_faults; }

    std::array<std::byte, 0x4000> bytes{};
    bool allowed = false; ///< now, and once
    bool held = false;
    bool irq = false;
    unsigned pm_faults = 0;
    unsigned stall_in = 0; ///< transfers; 0: never
    fuzz::Digest digest{};

private:
    Status transfer(uint64_t iova, std::size_t length, bool write)
    {
        require(allowed && !held && length > 0 && iova / 64 == (iova + length - 1) / 64);
        allowed = false;
        ++tally.transfers;
        digest.add(iova * 2 + write);
        digest.add(length);
        if (iova >= 0x10'0000)
            return Status::Abort;
        held = iova >= 0xf'e000 || (stall_in > 0 && --stall_in == 0);
        return !held ? Status::Ok : iova >= 0xf'f000 ? Status::Hang : Status::Stalled;
    }
};

class Sink final : public journal::Sink {
public:
    explicit Sink(fuzz::Digest& digest) : digest_(digest) {}
    void record(const journal::Event& event) override
    {
        require(event.block == journal::Block::Testdev && event.name.size() < 64);
        digest_.add(static_cast<uint64_t>(event.kind));
        digest_.add(event.name);
        digest_.add(event.text);
        digest_.add(event.address ^ event.value * 3);
        digest_.add(event.missing.bits() | uint64_t{event.write} << 32);
    }

private:
    fuzz::Digest& digest_;
};

struct Subject {
    explicit Subject(const testdev::Config& config) : device(config, memory, &sink) {}
    Pairs save() const
    {
        Pairs pairs;
        device.save([&pairs](const power::Pair& pair) { pairs.push_back(pair); });
        return pairs;
    }
    uint64_t read(uint64_t offset, unsigned size = 4)
    {
        return device.read(now, offset, size).value;
    }

    Memory memory{};
    Sink sink{memory.digest};
    testdev::Testdev device;
    uint64_t now = 0;
};

enum class What : uint8_t {
    Read,
    Write,
    Request,
    Wire,
    Time,
    Released,
    Stall,
    Poke,
    Reload,
    Twin,
    Corrupt,
    Reset
};

/// One step, decoded once, so that a twin does exactly the same.
struct Step {
    What what{};
    uint8_t choice = 0;
    unsigned size = 4;
    uint64_t where = 0, value = 0, other = 0;
};

Step decode(Input& input)
{
    constexpr What choices[] = {
        What::Read, What::Write,  What::Write, What::Request, What::Wire,     What::Time,
        What::Time, What::Time,   What::Time,  What::Time,    What::Released, What::Stall,
        What::Poke, What::Reload, What::Twin,  What::Corrupt, What::Request,  What::Reset};
    constexpr uint64_t offsets[] = {0x00, 0x04, 0x10, 0x14, 0x18, 0x1c, 0x20, 0x24, 0x28,  0x2c,
                                    0x2c, 0x30, 0x34, 0x38, 0x3c, 0x40, 0x44, 0x48, 0xffc, 0x1000};
    constexpr uint64_t values[] = {
        0,    1,    2,      3,        0x100,    0x101,    0x102,       0x103,       0x200,    0x301,
        0x40, 0x7f, 0x1000, 0x1'0000, 0xf'e000, 0x1'0001, 0xffff'ffff, 0xa5a5'5a5a, 0x10'0000};
    Step step = {.what = choices[input.byte() % std::size(choices)], .choice = input.byte()};
    switch (step.what) {
    case What::Read:
    case What::Write: {
        constexpr unsigned sizes[] = {4, 4, 8, 4, 8, 1, 2, 3};
        step.size = sizes[step.choice & 7];
        const uint8_t where = input.byte();
        step.where = where < 240 ? offsets[where % std::size(offsets)] : input.number();
        const uint8_t value = input.byte();
        step.value = value < 200 ? values[value % std::size(values)] : input.number();
        break;
    }
    case What::Request: // source and destination, length
        step.where = input.number();
        step.other = input.number();
        step.value = input.number();
        break;
    case What::Corrupt:
        step.where = input.number();
        step.value = input.number();
        break;
    case What::Poke:
        step.where = input.number();
        step.value = input.byte();
        break;
    default:
        break;
    }
    return step;
}

/// Goes to when something is due, and one transaction may be made if it can be.
void advance(Subject& subject)
{
    testdev::Testdev& device = subject.device;
    if (device.deadline() != testdev::never)
        subject.now = std::max(subject.now, device.deadline());
    subject.memory.allowed =
        device.deadline() <= subject.now &&
        power::missing(power::testdev_needs, device.supplies(), Access::Dma).empty();
    device.advance(subject.now);
    subject.memory.allowed = false;
}

/// Whatever of it is answered.
uint64_t apply(Subject& subject, const Step& step)
{
    testdev::Testdev& device = subject.device;
    const auto write = [&](uint64_t offset, uint64_t value, unsigned size = 4) {
        device.write(subject.now, offset, size, value);
    };
    switch (step.what) {
    case What::Read: {
        const power::Answer answer = device.read(subject.now, step.where, step.size);
        return answer.value * 4 + static_cast<uint64_t>(answer.status);
    }
    case What::Write:
        return static_cast<uint64_t>(
            device.write(subject.now, step.where, step.size, step.value).status);
    case What::Request:
        write(0x10, step.where & 0xf'ffff, 8);
        write(0x18, step.other & 0xf'ffff, 8);
        write(0x20, step.value % 0x800);
        write(0x24, 0x0302'0100 * (step.choice | 1u));
        write(0x28, step.choice >> 6);
        write(0x44, step.choice & 1);
        write(0x2c, 0x100 | (step.choice >> 1 & 3));
        break;
    case What::Wire:
        device.set_supply(subject.now, static_cast<Supply>(step.choice % power::supply_count),
                          step.choice < 200);
        break;
    case What::Time:
        for (unsigned beats = 1 + step.choice / 4; beats > 0; --beats) {
            const uint64_t before = device.deadline();
            advance(subject);
            if (before == testdev::never)
                break;
        }
        subject.now += step.choice % 4;
        break;
    case What::Released: // rightly or not
        device.released(subject.now, static_cast<power::Released>(step.choice % 3));
        subject.memory.held = false;
        break;
    case What::Stall:
        subject.memory.stall_in = 1 + step.choice % 32;
        break;
    case What::Poke:
        subject.memory.bytes[step.where % subject.memory.bytes.size()] ^=
            static_cast<std::byte>(step.value);
        break;
    case What::Reset:
        if (step.choice < 128)
            device.reset();
        else
            for (unsigned supply = 0; supply < power::supply_count; ++supply)
                device.set_supply(subject.now, static_cast<Supply>(supply), true);
        break;
    default:
        break;
    }
    return 0;
}

/// What a request that has just ended says of itself is so.
void check_end(Subject& subject, uint64_t op, uint64_t dst, uint64_t src, uint64_t length,
               uint32_t pattern)
{
    const uint64_t error = subject.read(0x30) >> 4 & 7, count = subject.read(0x34);
    ++tally.ended;
    require(count <= length && (subject.read(0x40) & 1) != 0);
    if (error != 0)
        return;
    ++tally.well;
    require(count == length && op < 3 && length > 0 && length <= 0x1'0000);
    const auto& bytes = subject.memory.bytes;
    const auto byte = [&bytes](uint64_t at) { return bytes[at % bytes.size()]; };
    // A copy that overlaps has no one answer; memory is a ring.
    const uint64_t apart = (dst - src) % bytes.size();
    if (op == 1 && std::min(apart, bytes.size() - apart) < length + 64)
        return;
    for (uint64_t i = 0; i < length && length + 64 < bytes.size(); ++i) {
        const auto wanted = static_cast<std::byte>(pattern >> 8 * (i % 4));
        require(op == 1 ? byte(dst + i) == byte(src + i)
                        : byte((op == 0 ? dst : src) + i) == wanted);
    }
}

class Run {
public:
    explicit Run(const testdev::Config& config)
        : config_(config), subject_(std::make_unique<Subject>(config))
    {
        apply(*subject_, {.what = What::Reset, .choice = 255});
    }
    void step(const Step& step);
    void finish() const
    {
        if (twin_ != nullptr)
            require(twin_->save() == subject_->save() &&
                    twin_->memory.bytes == subject_->memory.bytes);
    }

private:
    void undisturbed(const Step& step);
    void reload(bool stay);
    void corrupt(const Step& step);
    void check_state(Subject& subject) const;

    testdev::Config config_;
    std::unique_ptr<Subject> subject_, twin_{};
    unsigned together_ = 0;
};

void Run::reload(bool stay)
{
    const Pairs saved = subject_->save();
    auto other = std::make_unique<Subject>(config_);
    require(other->device.load(saved) && other->save() == saved &&
            other->device.deadline() == subject_->device.deadline() &&
            other->memory.irq == subject_->memory.irq);
    if (!stay || twin_ != nullptr)
        return;
    twin_ = std::move(other);
    const bool irq = twin_->memory.irq;
    twin_->memory = subject_->memory;
    twin_->memory.irq = irq;
    twin_->now = subject_->now;
    together_ = 40;
    ++tally.twins;
}

/// Whatever the input makes of a state is refused, and nothing has changed; or it is a state that
/// works.
void Run::corrupt(const Step& step)
{
    Pairs pairs = subject_->save();
    const std::size_t at = step.choice % pairs.size();
    switch (step.choice / 64) {
    case 0:
        pairs.resize(at);
        break;
    case 1:
        pairs[at].key ^= static_cast<uint32_t>(step.where);
        break;
    case 2:
        pairs.push_back({static_cast<uint32_t>(step.where), step.value});
        break;
    default:
        pairs[at].value ^= step.value;
        break;
    }
    Subject other(config_);
    if (!other.device.load(pairs)) {
        const bool irq = subject_->memory.irq;
        const Pairs before = subject_->save();
        require(!subject_->device.load(pairs) && subject_->save() == before &&
                subject_->memory.irq == irq);
        return;
    }
    other.now = subject_->now;
    for (unsigned i = 0; i < 4; ++i) {
        other.memory.held = false;
        advance(other);
        other.device.released(other.now, power::Released::Retry);
    }
}

/// A request from beginning to end, on a twin of its own: with nobody to disturb it, it does what
/// it was asked for.
void Run::undisturbed(const Step& step)
{
    if (subject_->device.missing(Access::Register).bits() != 0 ||
        subject_->device.missing(Access::Dma).bits() != 0)
        return;
    Subject other(config_);
    require(other.device.load(subject_->save()));
    other.memory.bytes = subject_->memory.bytes;
    other.now = subject_->now;
    other.device.write(other.now, 0x2c, 4, 0x200); // STOP
    require((other.read(0x30) & 1) == 0);
    other.device.write(other.now, 0x48, 4, 1);
    apply(other, step);
    const uint64_t src = other.read(0x10, 8), dst = other.read(0x18, 8), length = other.read(0x20);
    for (unsigned beats = 0; (other.read(0x30) & 3) == 1; ++beats) {
        require(beats <= 2 * length / 64 + 2 * length % 64 + 8 + length);
        advance(other);
    }
    if ((other.read(0x30) & 1) == 0)
        check_end(other, other.read(0x2c) & 3, dst, src, length,
                  static_cast<uint32_t>(other.read(0x24)));
}

void Run::check_state(Subject& subject) const
{
    const auto missing = subject.device.missing(Access::Register);
    const uint64_t deadline = subject.device.deadline();
    require(deadline == testdev::never || subject.device.missing(Access::Dma).empty());
    if (missing.has(Supply::Domain) || missing.has(Supply::Reset)) {
        require(!subject.memory.irq && deadline == testdev::never);
        subject.memory.held = false;
        return;
    }
    if (!missing.empty())
        return;
    require(subject.memory.irq == ((subject.read(0x40) & subject.read(0x44) & 1) != 0));
    const uint64_t status = subject.read(0x30);
    require((status & ~uint64_t{0x73}) == 0 && (status >> 4) <= 4);
    require((status & 3) != 2 && ((status & 1) == 0 || status >> 4 == 0));
    require(subject.memory.held || (status & 2) == 0);
    subject.memory.held = (status & 2) != 0;
    require(deadline == testdev::never || (status & 3) == 1);
}

void Run::step(const Step& step)
{
    ++tally.steps;
    switch (step.what) {
    case What::Reload:
    case What::Twin:
        reload(step.what == What::Twin);
        break;
    case What::Corrupt:
        corrupt(step);
        break;
    default: {
        if (step.what == What::Request)
            undisturbed(step);
        const unsigned faults = subject_->memory.pm_faults;
        const bool access = step.what == What::Read || step.what == What::Write;
        const bool natural = (step.size == 4 || step.size == 8) && step.where % step.size == 0 &&
                             step.where <= 0x1000 - step.size;
        const bool reached = subject_->device.missing(Access::Register).empty();
        const uint64_t answer = apply(*subject_, step);
        if (access) {
            require(subject_->memory.pm_faults - faults == (natural && !reached ? 1u : 0u));
            if (!natural)
                require(answer == static_cast<uint64_t>(Status::Abort));
            else if (reached)
                require(answer % 4 == static_cast<uint64_t>(Status::Ok));
        }
        if (twin_ == nullptr)
            break;
        require(apply(*twin_, step) == answer && twin_->now == subject_->now &&
                twin_->memory.digest == subject_->memory.digest &&
                twin_->memory.irq == subject_->memory.irq &&
                twin_->device.deadline() == subject_->device.deadline());
        if (--together_ == 0) {
            finish();
            twin_.reset();
        }
    }
    }
    check_state(*subject_);
    if (twin_ != nullptr)
        check_state(*twin_);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    Input input(data, size);
    const uint8_t first = input.byte();
    testdev::Config config;
    config.policy = static_cast<power::Policy>(first % 4);
    config.beat_ns = first >> 2 & 1 ? 200 : 0;
    config.seed = first >> 3 & 3;
    Run run(config);
    while (!input.empty())
        run.step(decode(input));
    run.finish();
    return 0;
}
