// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/faults.hh"

namespace smmu_pm::smmu {
namespace {

constexpr uint64_t multi = uint64_t{1} << 31;
constexpr uint64_t context_faults = 0x1fe;          // TF to UUT
constexpr uint64_t configuration_faults = 0x0'000f; // ICF, USF, SMCF, UCBF
constexpr uint64_t other_global_faults = 0x0'01f0;  // UCIF, CAF, EF, PF, UUT
constexpr uint64_t aarch64_format = 2;              // SMMU_CBn_FSR.FORMAT

} // namespace

void record(Registers& registers, unsigned bank, const Fault& fault, const Faulted& faulted)
{
    const auto before = registers.get<SMMU_CBn_FSR>(bank);
    if ((before.raw() & context_faults) != 0) {
        registers.put(Value<SMMU_CBn_FSR>(before.raw() | multi), bank);
        return;
    }
    const uint64_t flag = uint64_t{1} << static_cast<unsigned>(fault.kind);
    registers.put(Value<SMMU_CBn_FSR>(before.raw() | flag).with<"FORMAT">(aarch64_format), bank);
    registers.put(Value<SMMU_CBn_FAR>(faulted.iova), bank);
    registers.put(Value<SMMU_CBn_FSYNR0>()
                      .with<"PLVL">(fault.level)
                      .with<"WNR">(faulted.request.write)
                      .with<"PNU">(faulted.request.privileged)
                      .with<"IND">(faulted.request.instruction)
                      .with<"PTWF">(fault.during_walk)
                      .with<"S1CBNDX">(bank),
                  bank);
    registers.put(Value<SMMU_CBFRSYNRAn>().with<"STREAMID">(faulted.stream), bank);
}

void record(Registers& registers, GlobalFault fault, const Faulted& faulted)
{
    const auto before = registers.get<SMMU_sGFSR>();
    if ((before.raw() & (configuration_faults | other_global_faults)) != 0) {
        registers.put(Value<SMMU_sGFSR>(before.raw() | multi));
        return;
    }
    const uint64_t flag = uint64_t{1} << static_cast<unsigned>(fault);
    registers.put(Value<SMMU_sGFSR>(before.raw() | flag));
    registers.put(Value<SMMU_sGFAR>(faulted.iova));
    registers.put(Value<SMMU_sGFSYNR0>()
                      .with<"WNR">(faulted.request.write)
                      .with<"PNU">(faulted.request.privileged)
                      .with<"IND">(faulted.request.instruction));
    registers.put(Value<SMMU_sGFSYNR1>().with<"STREAMID">(faulted.stream));
}

bool fault_pending(const Registers& registers, unsigned bank)
{
    return (registers.get<SMMU_CBn_FSR>(bank).raw() & context_faults) != 0;
}

std::optional<unsigned> context_line(const Config& config, const Registers& registers,
                                     unsigned bank)
{
    const unsigned interrupts = context_interrupts(config);
    if (interrupts == config.context_banks)
        return 1 + bank;
    const auto index = static_cast<unsigned>(registers.get<SMMU_CBARn>(bank).get<"IRPTNDX">());
    return index < interrupts ? std::optional(1 + index) : std::nullopt;
}

bool context_irq(const Registers& registers, unsigned bank)
{
    return fault_pending(registers, bank) && registers.get<SMMU_CBn_SCTLR>(bank).get<"CFIE">();
}

bool global_irq(const Registers& registers)
{
    const uint64_t faults = registers.get<SMMU_sGFSR>().raw();
    const auto scr0 = registers.get<SMMU_sCR0>();
    return ((faults & configuration_faults) != 0 && scr0.get<"GCFGFIE">()) ||
           ((faults & other_global_faults) != 0 && scr0.get<"GFIE">());
}

std::string_view name_of(FaultKind kind)
{
    switch (kind) {
    case FaultKind::TF:
        return "SMMU_CBn_FSR.TF";
    case FaultKind::AFF:
        return "SMMU_CBn_FSR.AFF";
    case FaultKind::PF:
        return "SMMU_CBn_FSR.PF";
    case FaultKind::EF:
        return "SMMU_CBn_FSR.EF";
    case FaultKind::ASF:
        return "SMMU_CBn_FSR.ASF";
    }
    return "";
}

std::string_view name_of(GlobalFault kind)
{
    switch (kind) {
    case GlobalFault::ICF:
        return "SMMU_sGFSR.ICF";
    case GlobalFault::USF:
        return "SMMU_sGFSR.USF";
    case GlobalFault::SMCF:
        return "SMMU_sGFSR.SMCF";
    case GlobalFault::UCBF:
        return "SMMU_sGFSR.UCBF";
    }
    return "";
}

} // namespace smmu_pm::smmu
