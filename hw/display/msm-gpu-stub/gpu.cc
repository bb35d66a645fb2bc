// SPDX-License-Identifier: GPL-2.0-or-later
#include "gpu.hh"

#include <algorithm>
#include <array>

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

/// What the counters count: 19.2 MHz, the crystal.
constexpr uint64_t ticks(uint64_t ns)
{
    return ns / 625 * 12 + ns % 625 * 12 / 625;
}

/// Registers through which a command stream would drive the command processor itself. Where Linux
/// programs CP_PROTECT they are out of the stream's reach; here they always are.
constexpr bool off_limits(uint32_t index)
{
    constexpr std::array offsets = {
        RBBM_INT_CLEAR_CMD::place.offset, RBBM_INT_0_MASK::place.offset,
        RBBM_SW_RESET_CMD::place.offset,  RBBM_AHB_CMD::place.offset,
        CP_RB_BASE::place.offset,         CP_RB_BASE_HI::place.offset,
        CP_RB_CNTL::place.offset,         CP_RB_WPTR::place.offset,
        CP_PFP_ME_CNTL::place.offset,     VBIF_XIN_HALT_CTRL0::place.offset,
    };
    return std::find(offsets.begin(), offsets.end(), index * 4) != offsets.end();
}

} // namespace

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

bool Contents::can_work() const
{
    return !file.get<CP_PFP_ME_CNTL>().get<"ME_HALT">() &&
           !file.get<RBBM_SW_RESET_CMD>().get<"SW_RESET">() &&
           file.get<VBIF_XIN_HALT_CTRL0>().get<"HALT">() == 0 && cp.runnable(ring());
}

bool Contents::busy() const
{
    return cp.busy(ring());
}

bool Contents::irq() const
{
    return (file.get<RBBM_INT_0_STATUS>().raw() & file.get<RBBM_INT_0_MASK>().raw()) != 0;
}

/// The GPU as one access or one slice sees it: it was reached.
class Gpu::Port final : public Bus {
public:
    Port(Gpu& gpu, Contents& contents, uint64_t now_ns)
        : gpu_(gpu), contents_(contents), now_ns_(now_ns)
    {
    }

    uint32_t load(uint32_t index)
    {
        return RegisterFile::find(index * 4) == nullptr
                   ? contents_.ram.read(index)
                   : static_cast<uint32_t>(contents_.file.read(index * 4, 4, *this));
    }
    void store(uint32_t index, uint32_t value)
    {
        if (RegisterFile::find(index * 4) == nullptr)
            contents_.ram.write(index, value);
        else
            contents_.file.write(index * 4, 4, value, *this);
    }

    // Bus: what the command processor reaches.
    Status read(uint64_t iova, std::span<uint32_t> dwords) override
    {
        std::array<std::byte, 4 * CommandProcessor::burst_dwords> bytes{};
        const Status status = gpu_.host_.dma_read(iova, std::span(bytes).first(4 * dwords.size()));
        for (std::size_t i = 0; i < dwords.size(); ++i) {
            dwords[i] = 0;
            for (unsigned k = 4; k-- > 0;)
                dwords[i] = dwords[i] << 8 | std::to_integer<uint32_t>(bytes[4 * i + k]);
        }
        return status;
    }
    Status write(uint64_t iova, std::span<const uint32_t> dwords) override
    {
        std::array<std::byte, 4 * CommandProcessor::burst_dwords> bytes{};
        for (std::size_t i = 0; i < 4 * dwords.size(); ++i)
            bytes[i] = static_cast<std::byte>(dwords[i / 4] >> (8 * (i % 4)));
        return gpu_.host_.dma_write(iova, std::span(bytes).first(4 * dwords.size()));
    }
    bool write_register(uint32_t index, uint32_t value) override
    {
        if (index >= window_dwords)
            return false;
        if (off_limits(index))
            gpu_.note("ignored", uint64_t{index} * 4, value);
        else
            store(index, value);
        return true;
    }
    bool read_register(uint32_t index, uint32_t& value) override
    {
        if (index >= window_dwords)
            return false;
        value = load(index);
        return true;
    }
    void timestamp_irq() override
    {
        auto& file = contents_.file;
        file.put(file.get<RBBM_INT_0_STATUS>().with<"CP_CACHE_FLUSH_TS">(true));
    }
    void note(std::string_view name, uint64_t address, uint64_t value) override
    {
        gpu_.note(name, address, value);
    }

    // Effects of register accesses; what they start or end is seen to after the access.
    void wrote(RBBM_INT_CLEAR_CMD, unsigned, Value<RBBM_INT_CLEAR_CMD>,
               Value<RBBM_INT_CLEAR_CMD> written)
    {
        auto& file = contents_.file;
        // The bus error's source holds its bit until RBBM_AHB_CMD has taken it back.
        const uint64_t held = file.get<RBBM_AHB_ERROR_STATUS>().raw() != 0 ? uint64_t{2} : 0;
        const uint64_t status = file.get<RBBM_INT_0_STATUS>().raw();
        file.put(Value<RBBM_INT_0_STATUS>(status & (~written.raw() | held)));
    }
    void wrote(RBBM_INT_0_MASK, unsigned, Value<RBBM_INT_0_MASK>, Value<RBBM_INT_0_MASK>) {}
    void wrote(RBBM_SW_RESET_CMD, unsigned, Value<RBBM_SW_RESET_CMD>,
               Value<RBBM_SW_RESET_CMD> written)
    {
        if (!written.get<"SW_RESET">())
            return;
        if (contents_.busy())
            gpu_.note("work-lost", contents_.cp.rptr(), contents_.ring().wptr);
        contents_ = Contents{};
        contents_.file.put(Value<RBBM_SW_RESET_CMD>().with<"SW_RESET">(true));
    }
    void wrote(RBBM_AHB_CMD, unsigned, Value<RBBM_AHB_CMD>, Value<RBBM_AHB_CMD> written)
    {
        if (written.get<"CLEAR_ERROR">())
            contents_.file.put(Value<RBBM_AHB_ERROR_STATUS>());
    }
    void wrote(CP_RB_WPTR, unsigned, Value<CP_RB_WPTR>, Value<CP_RB_WPTR> written)
    {
        gpu_.note("ring", CP_RB_WPTR::place.offset, written.raw());
    }
    void wrote(CP_PFP_ME_CNTL, unsigned, Value<CP_PFP_ME_CNTL>, Value<CP_PFP_ME_CNTL>) {}
    void wrote(VBIF_XIN_HALT_CTRL0, unsigned, Value<VBIF_XIN_HALT_CTRL0>,
               Value<VBIF_XIN_HALT_CTRL0>)
    {
    }

    template <class R>
    Value<R> reading(R, unsigned, Value<R> stored)
    {
        return Value<R>(computed(R{}, stored.raw()));
    }

private:
    uint64_t computed(RBBM_PERFCTR_RBBM_0_LO, uint64_t) { return ticks(contents_.busy_ns); }
    uint64_t computed(RBBM_PERFCTR_RBBM_0_HI, uint64_t) { return ticks(contents_.busy_ns) >> 32; }
    uint64_t computed(RBBM_ALWAYSON_COUNTER_LO, uint64_t) { return ticks(now_ns_); }
    uint64_t computed(RBBM_ALWAYSON_COUNTER_HI, uint64_t) { return ticks(now_ns_) >> 32; }
    uint64_t computed(RBBM_STATUS, uint64_t)
    {
        if (!contents_.busy())
            return 0;
        return Value<RBBM_STATUS>()
            .with<"CP_ME_BUSY">(true)
            .with<"CP_PFP_BUSY">(true)
            .with<"CP_BUSY">(true)
            .with<"CP_BUSY_IGN_HYST">(true)
            .with<"GPU_BUSY_IGN_AHB">(true)
            .raw();
    }
    uint64_t computed(CP_RB_RPTR, uint64_t) { return contents_.cp.rptr(); }
    uint64_t computed(CP_PFP_STAT_DATA, uint64_t)
    {
        const uint64_t at = contents_.file.get<CP_PFP_STAT_ADDR>().raw();
        contents_.file.put(Value<CP_PFP_STAT_ADDR>(at + 1));
        return at == 1 ? contents_.cp.header() : 0;
    }
    uint64_t computed(CP_IB1_BASE, uint64_t) { return contents_.cp.ib_base(1); }
    uint64_t computed(CP_IB1_BASE_HI, uint64_t) { return contents_.cp.ib_base(1) >> 32; }
    uint64_t computed(CP_IB1_BUFSZ, uint64_t) { return contents_.cp.ib_left(1); }
    uint64_t computed(CP_IB2_BASE, uint64_t) { return contents_.cp.ib_base(2); }
    uint64_t computed(CP_IB2_BASE_HI, uint64_t) { return contents_.cp.ib_base(2) >> 32; }
    uint64_t computed(CP_IB2_BUFSZ, uint64_t) { return contents_.cp.ib_left(2); }
    uint64_t computed(VBIF_XIN_HALT_CTRL1, uint64_t)
    {
        return contents_.file.get<VBIF_XIN_HALT_CTRL0>().raw();
    }

    Gpu& gpu_;
    Contents& contents_;
    uint64_t now_ns_;
};

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
    if (sink_ != nullptr)
        sink_->record({.kind = Kind::Reset, .block = Block::Gpu});
    update_irq(false);
}

void Gpu::set_supply(uint64_t now_ns, Supply supply, bool level)
{
    const Gate::State* state = gate_.saved();
    const bool busy = state != nullptr && state->registers.busy();
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
    Port port(*this, reached->registers, now_ns);
    for (unsigned byte = 0; byte < size; byte += 4)
        port.store(static_cast<uint32_t>(offset + byte) / 4,
                   static_cast<uint32_t>(value >> (8 * byte)));
    update_irq(reached->registers.irq());
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

void Gpu::advance(uint64_t now_ns)
{
    if (now_ns < deadline_)
        return;
    deadline_ = never;
    const Gate::Reached reached = gate_.reach(Access::Dma);
    if (reached && reached->registers.can_work()) {
        Contents& contents = reached->registers;
        contents.busy_ns += config_.slice_ns;
        Port port(*this, contents, now_ns);
        contents.cp.slice(contents.ring(), port);
        if (contents.cp.condition() != CommandProcessor::Condition::Running)
            report(contents);
        update_irq(contents.irq());
    }
    schedule(now_ns);
}

/// Arms the next slice when there is one to do, and disarms it when there is not. A slice that is
/// armed stays as it is: more work does not put it off.
void Gpu::schedule(uint64_t now_ns)
{
    const Gate::Reached reached = gate_.reach(Access::Dma);
    if (!reached || !reached->registers.can_work())
        deadline_ = never;
    else if (deadline_ == never)
        deadline_ = now_ns + std::min(jitter_.delay(config_.slice_ns), never - 1 - now_ns);
}

/// The command processor has just stopped for good: into the registers where a5xx_irq looks.
void Gpu::report(Contents& contents)
{
    const CommandProcessor& cp = contents.cp;
    if (cp.condition() == CommandProcessor::Condition::Hung)
        return note("hang", cp.error_address(), cp.header());
    RegisterFile& file = contents.file;
    auto status = file.get<RBBM_INT_0_STATUS>();
    auto cause = file.get<CP_INTERRUPT_STATUS>();
    switch (cp.error()) {
    case Error::None:
        return;
    case Error::Opcode:
        cause = cause.with<"CP_OPCODE_ERROR">(true);
        break;
    case Error::ReservedBit:
        cause = cause.with<"CP_RESERVED_BIT_ERROR">(true);
        break;
    case Error::Nesting:
        cause = cause.with<"CP_HW_FAULT_ERROR">(true);
        file.put(Value<CP_HW_FAULT>(cp.header()));
        break;
    case Error::Dma:
        cause = cause.with<"CP_DMA_ERROR">(true);
        break;
    case Error::Register: {
        // Access codes 8 and 9 are the micro engine's read and write (a5xx_cp_err_irq).
        const bool write = pm4::decode(cp.header()).kind == pm4::Kind::RegisterWrite;
        const uint64_t address = cp.error_address() & 0xfffff;
        cause = cause.with<"CP_AHB_ERROR">(true);
        status = status.with<"RBBM_AHB_ERROR">(true);
        file.put(Value<CP_AHB_FAULT>(address | (write ? uint64_t{9} : uint64_t{8}) << 24));
        file.put(Value<RBBM_AHB_ERROR_STATUS>(address).with<"WRITE">(write));
        break;
    }
    case Error::Endless:
        status = status.with<"MISC_HANG_DETECT">(true);
        break;
    }
    if (cause.raw() != 0)
        status = status.with<"CP_HW_ERROR">(true);
    file.put(cause);
    file.put(status);
    note("error", cp.error_address(), cp.header(),
         error_names[static_cast<std::size_t>(cp.error())]);
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
