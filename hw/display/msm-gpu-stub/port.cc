// SPDX-License-Identifier: GPL-2.0-or-later
#include "port.hh"

#include "protect.hh"

#include <algorithm>
#include <array>

namespace smmu_pm::gpu {

namespace {

using power::Status;

/// Registers through which a stream, or a crash script, would drive the engine that executes it.
/// Where Linux programs CP_PROTECT a stream meets that first; here nobody gets further than this.
constexpr bool off_limits(uint32_t index)
{
    constexpr std::array offsets = {
        RBBM_INT_CLEAR_CMD::place.offset,   RBBM_INT_0_MASK::place.offset,
        RBBM_SW_RESET_CMD::place.offset,    RBBM_AHB_CMD::place.offset,
        CP_RB_BASE::place.offset,           CP_RB_BASE_HI::place.offset,
        CP_RB_CNTL::place.offset,           CP_RB_WPTR::place.offset,
        CP_CRASH_SCRIPT_BASE::place.offset, CP_CRASH_SCRIPT_BASE_HI::place.offset,
        CP_CRASH_DUMP_CNTL::place.offset,   CP_PFP_ME_CNTL::place.offset,
        VBIF_XIN_HALT_CTRL0::place.offset,
    };
    return std::find(offsets.begin(), offsets.end(), index * 4) != offsets.end();
}

/// HLSQ_DBG_AHB_READ_APERTURE: a view of shader state, of which there is none.
constexpr bool in_aperture(uint32_t index)
{
    return index >= 0xa000 && index < 0xa800;
}

// GPMU_INST_RAM_BASE up to GPMU_DATA_RAM_BASE, and where its firmware says that it runs.
constexpr uint32_t gpmu_program = 0x8800;
constexpr uint32_t gpmu_program_end = 0x9800;
constexpr uint32_t gpmu_general_0 = 0xa8e0;
constexpr uint32_t gpmu_sp_power_cntl = 0xa881;
constexpr uint32_t gpmu_rbccu_power_cntl = 0xa887;

} // namespace

uint32_t Gpu::Port::load(uint32_t index)
{
    if (in_aperture(index))
        return 0;
    return RegisterFile::find(index * 4) == nullptr
               ? contents_.ram.read(index)
               : static_cast<uint32_t>(contents_.file.read(index * 4, 4, *this));
}

void Gpu::Port::store(uint32_t index, uint32_t value)
{
    if (in_aperture(index))
        return;
    if (RegisterFile::find(index * 4) == nullptr)
        contents_.ram.write(index, value);
    else
        contents_.file.write(index * 4, 4, value, *this);
}

Hold::State Gpu::Port::answer()
{
    Hold& hold = gpu_.hold_;
    if (!hold.answered() || hold.owner != engine_)
        return Hold::State::None;
    const Hold::State state = hold.state;
    hold = {};
    return state;
}

Status Gpu::Port::sent(Status status)
{
    if (status == Status::Stalled)
        gpu_.hold_ = {Hold::State::Waiting, engine_};
    return status;
}

Status Gpu::Port::read(uint64_t iova, std::span<uint32_t> dwords)
{
    std::array<std::byte, 4 * burst_dwords> bytes{};
    Status status = Status::Ok;
    switch (answer()) {
    case Hold::State::Abort:
        return Status::Abort;
    case Hold::State::RazWi:
        break;
    default:
        status = sent(gpu_.host_.dma_read(iova, std::span(bytes).first(4 * dwords.size())));
        break;
    }
    for (std::size_t i = 0; i < dwords.size(); ++i) {
        dwords[i] = 0;
        for (unsigned k = 4; k-- > 0;)
            dwords[i] = dwords[i] << 8 | std::to_integer<uint32_t>(bytes[4 * i + k]);
    }
    return status;
}

Status Gpu::Port::write(uint64_t iova, std::span<const uint32_t> dwords)
{
    switch (answer()) {
    case Hold::State::Abort:
        return Status::Abort;
    case Hold::State::RazWi:
        return Status::Ok;
    default:
        break;
    }
    std::array<std::byte, 4 * burst_dwords> bytes{};
    for (std::size_t i = 0; i < 4 * dwords.size(); ++i)
        bytes[i] = static_cast<std::byte>(dwords[i / 4] >> (8 * (i % 4)));
    return sent(gpu_.host_.dma_write(iova, std::span(bytes).first(4 * dwords.size())));
}

bool Gpu::Port::trapped(uint32_t index, bool write) const
{
    if ((contents_.file.get<CP_PROTECT_CNTL>().raw() & protect_on) == 0)
        return false;
    for (unsigned i = 0; i < protect_entries; ++i)
        if (traps(static_cast<uint32_t>(contents_.file.get<CP_PROTECT_REG>(i).raw()), index, write))
            return true;
    return false;
}

RegisterAccess Gpu::Port::write_register(uint32_t index, uint32_t value, bool guarded)
{
    if (guarded && trapped(index, true)) {
        if ((contents_.file.get<CP_PROTECT_CNTL>().raw() & protect_faults) != 0)
            return RegisterAccess::Protected;
        gpu_.note("ignored", uint64_t{index} * 4, value);
        return RegisterAccess::Ok;
    }
    if (index >= window_dwords)
        return RegisterAccess::Missing;
    if (off_limits(index))
        gpu_.note("ignored", uint64_t{index} * 4, value);
    else
        store(index, value);
    return RegisterAccess::Ok;
}

RegisterAccess Gpu::Port::read_register(uint32_t index, uint32_t& value, bool guarded)
{
    value = 0;
    if (guarded && trapped(index, false))
        return (contents_.file.get<CP_PROTECT_CNTL>().raw() & protect_faults) != 0
                   ? RegisterAccess::Protected
                   : RegisterAccess::Ok;
    if (index >= window_dwords)
        return RegisterAccess::Missing;
    value = load(index);
    return RegisterAccess::Ok;
}

/// Events and causes: a5xx.xml, vgt_event_type and A5XX_RBBM_INT_0_MASK. Another event has none.
void Gpu::Port::event_irq(uint32_t event)
{
    auto status = contents_.file.get<RBBM_INT_0_STATUS>();
    switch (event) {
    case 4:
        status = status.with<"CP_CACHE_FLUSH_TS">(true);
        break;
    case 8:
        status = status.with<"CP_WT_DONE_TS">(true);
        break;
    case 22:
        status = status.with<"CP_RB_DONE_TS">(true);
        break;
    case 26:
        status = status.with<"CP_CCU_RESOLVE_TS">(true);
        break;
    case 28:
        status = status.with<"CP_CCU_FLUSH_DEPTH_TS">(true);
        break;
    case 29:
        status = status.with<"CP_CCU_FLUSH_COLOR_TS">(true);
        break;
    default:
        return;
    }
    contents_.file.put(status);
}

void Gpu::Port::effect(RBBM_INT_CLEAR_CMD, unsigned, Value<RBBM_INT_CLEAR_CMD>,
                       Value<RBBM_INT_CLEAR_CMD> written)
{
    auto& file = contents_.file;
    // The bus error's source holds its bit until RBBM_AHB_CMD has taken it back.
    const uint64_t held = file.get<RBBM_AHB_ERROR_STATUS>().raw() != 0 ? uint64_t{2} : 0;
    const uint64_t status = file.get<RBBM_INT_0_STATUS>().raw();
    file.put(Value<RBBM_INT_0_STATUS>(status & (~written.raw() | held)));
}

void Gpu::Port::effect(RBBM_SW_RESET_CMD, unsigned, Value<RBBM_SW_RESET_CMD>,
                       Value<RBBM_SW_RESET_CMD> written)
{
    if (!written.get<"SW_RESET">())
        return;
    if (contents_.busy(gpu_.hold_))
        gpu_.note("work-lost", contents_.cp.rptr(), contents_.ring().wptr);
    contents_ = Contents{};
    // Whoever holds a transaction of ours may let it go later: nobody waits for it any more.
    gpu_.hold_ = {};
    contents_.file.put(Value<RBBM_SW_RESET_CMD>().with<"SW_RESET">(true));
}

void Gpu::Port::effect(RBBM_AHB_CMD, unsigned, Value<RBBM_AHB_CMD>, Value<RBBM_AHB_CMD> written)
{
    if (written.get<"CLEAR_ERROR">())
        contents_.file.put(Value<RBBM_AHB_ERROR_STATUS>());
}

void Gpu::Port::effect(RBBM_PERFCTR_CNTL, unsigned, Value<RBBM_PERFCTR_CNTL>,
                       Value<RBBM_PERFCTR_CNTL> written)
{
    contents_.counters.enable((written.raw() & 1) != 0, moment());
}

void Gpu::Port::effect(RBBM_PERFCTR_RBBM_SEL, unsigned index, Value<RBBM_PERFCTR_RBBM_SEL>,
                       Value<RBBM_PERFCTR_RBBM_SEL> written)
{
    contents_.counters.select(Counters::cp + index, static_cast<uint32_t>(written.raw()), moment());
}

void Gpu::Port::effect(CP_PERFCTR_CP_SEL, unsigned index, Value<CP_PERFCTR_CP_SEL>,
                       Value<CP_PERFCTR_CP_SEL> written)
{
    contents_.counters.select(index, static_cast<uint32_t>(written.raw()), moment());
}

void Gpu::Port::effect(CP_RB_WPTR, unsigned, Value<CP_RB_WPTR>, Value<CP_RB_WPTR> written)
{
    gpu_.note("ring", CP_RB_WPTR::place.offset, written.raw());
}

void Gpu::Port::effect(CP_CRASH_DUMP_CNTL, unsigned, Value<CP_CRASH_DUMP_CNTL>,
                       Value<CP_CRASH_DUMP_CNTL> written)
{
    if (!written.get<"START">() || contents_.dumper.running())
        return;
    auto& file = contents_.file;
    file.put(file.get<CP_CRASH_DUMP_CNTL>().with<"DONE">(false));
    const uint64_t script =
        file.get<CP_CRASH_SCRIPT_BASE_HI>().raw() << 32 | file.get<CP_CRASH_SCRIPT_BASE>().raw();
    gpu_.note("dump", script, 0);
    contents_.dumper.start(script);
    // The next slice is the dump's: it does not sit out the pause of a stream that waits.
    gpu_.deadline_ = never;
}

/// The microcontroller of A530 runs when it has a program and its reset is taken away.
void Gpu::Port::effect(GPMU_CM3_SYSRESET, unsigned, Value<GPMU_CM3_SYSRESET>,
                       Value<GPMU_CM3_SYSRESET> written)
{
    if (gpu_.config_.chip != Chip::A530 || written.get<"SYSRESET">())
        return;
    for (uint32_t index = gpmu_program; index < gpmu_program_end; ++index)
        if (contents_.ram.read(index) != 0) {
            contents_.ram.write(gpmu_general_0, 0xbabe'face);
            return;
        }
}

uint64_t Gpu::Port::computed(RBBM_STATUS, unsigned, uint64_t)
{
    auto status = Value<RBBM_STATUS>();
    if (!contents_.busy(gpu_.hold_))
        return 0;
    if (contents_.working(gpu_.hold_))
        status = status.with<"CP_ME_BUSY">(true).with<"CP_PFP_BUSY">(true);
    if (contents_.dumper.running())
        status = status.with<"CP_CRASH_BUSY">(true);
    return status.with<"CP_BUSY">(true)
        .with<"CP_BUSY_IGN_HYST">(true)
        .with<"GPU_BUSY_IGN_AHB">(true)
        .raw();
}

uint64_t Gpu::Port::computed(RBBM_STATUS3, unsigned, uint64_t)
{
    return Value<RBBM_STATUS3>().with<"SMMU_STALLED_ON_FAULT">(gpu_.hold_.waiting()).raw();
}

uint64_t Gpu::Port::computed(CP_PFP_STAT_DATA, unsigned, uint64_t)
{
    const uint64_t at = contents_.file.get<CP_PFP_STAT_ADDR>().raw();
    contents_.file.put(Value<CP_PFP_STAT_ADDR>(at + 1));
    return at == 1 ? contents_.cp.header() : 0;
}

/// A510 has three ports, other A5xx four (a5xx_pm_suspend).
uint64_t Gpu::Port::computed(VBIF_XIN_HALT_CTRL1, unsigned, uint64_t)
{
    const uint64_t ports = gpu_.config_.chip == Chip::A510 ? 0x7 : 0xf;
    return contents_.file.get<VBIF_XIN_HALT_CTRL0>().raw() & ports;
}

/// On once the domain was asked for: its control register was written, without SW_COLLAPSE.
uint64_t Gpu::Port::computed(GPMU_SP_PWR_CLK_STATUS, unsigned, uint64_t)
{
    const uint32_t cntl = contents_.ram.read(gpmu_sp_power_cntl);
    const bool on = gpu_.config_.chip == Chip::A530 && cntl != 0 && (cntl & 1) == 0;
    return Value<GPMU_SP_PWR_CLK_STATUS>().with<"PWR_ON">(on).raw();
}

uint64_t Gpu::Port::computed(GPMU_RBCCU_PWR_CLK_STATUS, unsigned, uint64_t)
{
    const uint32_t cntl = contents_.ram.read(gpmu_rbccu_power_cntl);
    const bool on = gpu_.config_.chip == Chip::A530 && cntl != 0 && (cntl & 1) == 0;
    return Value<GPMU_RBCCU_PWR_CLK_STATUS>().with<"PWR_ON">(on).raw();
}

} // namespace smmu_pm::gpu
