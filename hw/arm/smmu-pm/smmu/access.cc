// SPDX-License-Identifier: GPL-2.0-or-later
//
// A CPU's way in: accesses to registers, and what a write does beside being kept.
#include "smmu/invalidation.hh"
#include "smmu/smmu.hh"

namespace smmu_pm::smmu {

using journal::Kind;
using power::Access;
using power::SupplySet;

namespace {

/// A register whose write is TLB maintenance, by its name in the manual.
constexpr bool is_tlb_maintenance(const regs::Info& info)
{
    return info.wo != 0 && (info.name.find("TLBI") != std::string_view::npos ||
                            info.name.find("SYNC") != std::string_view::npos);
}

} // namespace

/// The register at an offset. Arrays are declared for the largest configuration; what this one does
/// not have is RAZ/WI.
const regs::Info* Smmu::find(uint64_t offset) const
{
    const regs::Info* info = Registers::find(offset);
    if (info == nullptr)
        return nullptr;
    const unsigned index = Registers::index_at(*info, offset);
    const bool beyond =
        (info->place.count == max_stream_groups && index >= config_.stream_groups) ||
        (info->place.count == max_context_banks && index >= config_.context_banks);
    return beyond ? nullptr : info;
}

/// Whether an access is to two 32-bit registers: then it is two accesses, low address first.
bool Smmu::is_pair(uint64_t offset, unsigned size)
{
    const regs::Info* info = Registers::find(offset);
    return size == 8 && (info == nullptr || info->width == 32);
}

power::Answer Smmu::unreachable(uint64_t offset, unsigned size, bool write, uint64_t value,
                                SupplySet missing)
{
    const auto name = Registers::name_at(offset);
    record({.kind = Kind::Touch,
            .name = name.view(),
            .address = offset,
            .value = value,
            .lost = write ? lose_invalidate(offset, size, value) : 0,
            .size = static_cast<uint8_t>(size),
            .write = write,
            .missing = missing,
            .answer = config_.policy});
    host_.pm_fault();
    return power::unreachable(config_.policy, size);
}

power::Answer Smmu::read(uint64_t offset, unsigned size)
{
    const auto reached = gate_.reach(Access::Register);
    if (!reached)
        return unreachable(offset, size, false, 0, reached.missing());
    if (is_pair(offset, size))
        return {read_one(reached->registers, offset, 4) |
                    read_one(reached->registers, offset + 4, 4) << 32,
                power::Status::Ok};
    return {read_one(reached->registers, offset, size), power::Status::Ok};
}

uint64_t Smmu::read_one(Registers& registers, uint64_t offset, unsigned size)
{
    if (find(offset) == nullptr) {
        no_such_register(offset);
        return 0;
    }
    return registers.read(offset, size, *this);
}

power::Answer Smmu::write(uint64_t offset, unsigned size, uint64_t value)
{
    const auto reached = gate_.reach(Access::Register);
    if (!reached)
        return unreachable(offset, size, true, value, reached.missing());
    if (is_pair(offset, size)) {
        write_one(*reached, offset, 4, value & 0xffff'ffff);
        write_one(*reached, offset + 4, 4, value >> 32);
    } else {
        write_one(*reached, offset, size, value);
    }
    return {};
}

void Smmu::write_one(Gate::State& state, uint64_t offset, unsigned size, uint64_t value)
{
    const regs::Info* info = find(offset);
    if (info == nullptr) {
        no_such_register(offset);
        return;
    }
    record({.kind = is_tlb_maintenance(*info) ? Kind::Tlbi : Kind::Write,
            .name = Registers::name_at(offset).view(),
            .address = offset,
            .value = value,
            .size = static_cast<uint8_t>(size)});
    state.registers.write(offset, size, value, *this);
    let_go(state);
    update_irqs();
}

Value<SMMU_IDR0> Smmu::reading(SMMU_IDR0, unsigned, Value<SMMU_IDR0>) const
{
    return Value<SMMU_IDR0>()
        .with<"S1TS">(true)
        .with<"SMS">(true)
        .with<"ATOSNS">(true)  // set means: no address translation operations
        .with<"PTFSv7L">(true) // both set: neither AArch32 format
        .with<"PTFSv7S">(true)
        .with<"NUMIRPT">(config_.context_banks)
        .with<"CTTW">(true)
        .with<"NUMSIDB">(15)
        .with<"NUMSMRG">(config_.stream_groups);
}

Value<SMMU_IDR1> Smmu::reading(SMMU_IDR1, unsigned, Value<SMMU_IDR1>) const
{
    return Value<SMMU_IDR1>().with<"NUMPAGENDXB">(2).with<"NUMCB">(config_.context_banks);
}

Value<SMMU_IDR2> Smmu::reading(SMMU_IDR2, unsigned, Value<SMMU_IDR2>) const
{
    return Value<SMMU_IDR2>().with<"IAS">(4).with<"OAS">(4).with<"UBS">(5).with<"PTFSv8_4kB">(true);
}

/// SS is not kept in the register: it stands for the transaction itself, and goes where that goes.
Value<SMMU_CBn_FSR> Smmu::reading(SMMU_CBn_FSR, unsigned bank, Value<SMMU_CBn_FSR> stored) const
{
    return stored.with<"SS">(in_flight().stalled(bank));
}

template <class R>
void Smmu::wrote(R, unsigned index, Value<R>, Value<R> written)
{
    const auto reached = gate_.reach(Access::Register);
    if (!reached)
        return;
    Registers& registers = reached->registers;
    if (const auto named = invalidation_of(written, index, registers)) {
        reached->cache.invalidate(*named);
        host_.tlb_invalidated();
    }

    if constexpr (std::is_same_v<R, SMMU_sGFSRRESTORE>) {
        registers.put(Value<SMMU_sGFSR>(written.raw() & SMMU_sGFSR::w1c_mask));
    } else if constexpr (std::is_same_v<R, SMMU_CBn_FSRRESTORE>) {
        registers.put(Value<SMMU_CBn_FSR>(written.raw() & SMMU_CBn_FSR::w1c_mask), index);
    } else if constexpr (std::is_same_v<R, SMMU_CBn_FSR>) {
        // FORMAT describes a fault: it goes with the last of the flags.
        if (!fault_pending(registers, index))
            registers.put(registers.get<SMMU_CBn_FSR>(index).template with<"FORMAT">(0), index);
    } else if constexpr (std::is_same_v<R, SMMU_CBn_RESUME>) {
        resume(*reached, index, written.template get<"TnR">());
    } else if constexpr (std::is_same_v<R, SMMU_CBn_SCTLR>) {
        if (written.template get<"E">())
            once(Feature::BigEndian, "SMMU_CBn_SCTLR.E: descriptors are read little-endian");
    } else if constexpr (std::is_same_v<R, SMMU_sCR0>) {
        if (written.template get<"GSE">())
            once(Feature::GlobalStall, "SMMU_sCR0.GSE: a stall holds up its own bank alone");
    } else if constexpr (std::is_same_v<R, SMMU_CBn_ATS1PR> || std::is_same_v<R, SMMU_CBn_ATS1PW> ||
                         std::is_same_v<R, SMMU_CBn_ATS1UR> || std::is_same_v<R, SMMU_CBn_ATS1UW>) {
        once(Feature::TranslationOperation, "SMMU_CBn_ATS1PR: no address translation operations");
    }
    // SMMU_sGFSR: the interrupt lines follow in update_irqs().
}

void Smmu::once(Feature feature, const char* what)
{
    if (!spoken_of_.test(static_cast<std::size_t>(feature)))
        host_.unimplemented(what);
    spoken_of_.set(static_cast<std::size_t>(feature));
}

void Smmu::no_such_register(uint64_t offset)
{
    constexpr std::size_t first = static_cast<std::size_t>(Feature::FirstOffset);
    if (offset >= window_size || spoken_of_.test(first + offset / 4))
        return;
    spoken_of_.set(first + offset / 4);
    char text[] = "no register at offset 0x0000";
    for (std::size_t i = 0; i < 4; ++i)
        text[sizeof text - 2 - i] = "0123456789abcdef"[offset >> (4 * i) & 0xf];
    host_.unimplemented(text);
}

} // namespace smmu_pm::smmu
