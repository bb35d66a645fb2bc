// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/faults.hh"

namespace smmu_pm::smmu {
namespace {

constexpr uint64_t multi = uint64_t{1} << 31;
constexpr uint64_t context_faults = multi | 0x1fe; // TF to UUT
constexpr uint64_t configuration_access_fault = uint64_t{1} << 5;
constexpr uint64_t other_global_faults = multi | 0x1df; // ICF to UUT but CAF

} // namespace

Held held_of(const Faulted& faulted, Hold why, unsigned bank)
{
    Held held = {.why = why,
                 .bank = static_cast<uint8_t>(bank),
                 .write = faulted.request.write,
                 .stream = faulted.stream,
                 .iova = faulted.iova};
    if (faulted.operation)
        held.operation = {.bank = static_cast<uint8_t>(faulted.stage1_bank),
                          .privileged = faulted.request.privileged};
    return held;
}

void record(Registers& registers, unsigned bank, const Fault& fault, const Faulted& faulted,
            bool secure)
{
    const auto before = registers.get<SMMU_CBn_FSR>(bank);
    const bool outstanding = (before.raw() & context_faults) != 0 || faulted.behind;
    const uint64_t flag = outstanding ? multi : uint64_t{1} << static_cast<unsigned>(fault.kind);
    registers.put(Value<SMMU_CBn_FSR>(before.raw() | flag), bank);
    if (outstanding)
        return;
    registers.put(Value<SMMU_CBn_FAR>(faulted.iova), bank);
    registers.put(Value<SMMU_CBn_FSYNR0>()
                      .with<"PLVL">(fault.level)
                      .with<"NESTED">(fault.stage == 2 && faulted.stage1_bank != bank)
                      .with<"S1PTWF">(fault.s1_walk)
                      .with<"WNR">(faulted.request.write)
                      .with<"PNU">(faulted.request.privileged)
                      .with<"IND">(faulted.request.instruction)
                      .with<"NSATTR">((secure || fault.stage == 2) && faulted.non_secure)
                      .with<"ATOF">(faulted.operation)
                      .with<"PTWF">(fault.during_walk)
                      .with<"S1CBNDX">(faulted.stage1_bank),
                  bank);
    if (fault.stage == 2)
        registers.put(Value<SMMU_CBn_IPAFAR>(fault.ipa & SMMU_CBn_IPAFAR::rw_mask), bank);
    registers.put(Value<SMMU_CBFRSYNRAn>()
                      .with<"STREAMID">(faulted.stream)
                      .with<"SSD_INDEX">(faulted.ssd_index),
                  bank);
}

namespace {

/// The registers of a security state's global faults.
struct NonSecure {
    using Status = SMMU_sGFSR;
    using Address = SMMU_sGFAR;
    using Syndrome0 = SMMU_sGFSYNR0;
    using Syndrome1 = SMMU_sGFSYNR1;
    static constexpr bool secure = false;
};
struct Secure {
    using Status = SMMU_SGFSR;
    using Address = SMMU_SGFAR;
    using Syndrome0 = SMMU_SGFSYNR0;
    using Syndrome1 = SMMU_SGFSYNR1;
    static constexpr bool secure = true;
};

template <class State>
void record_in(Registers& registers, GlobalFault fault, const Faulted& faulted)
{
    using Status = typename State::Status;
    const auto before = registers.get<Status>();
    if (before.raw() != 0) {
        registers.put(Value<Status>(before.raw() | multi));
        return;
    }
    const uint64_t flag = uint64_t{1} << static_cast<unsigned>(fault);
    registers.put(Value<Status>(before.raw() | flag));
    registers.put(Value<typename State::Address>(faulted.iova));
    registers.put(Value<typename State::Syndrome0>()
                      .template with<"NESTED">(faulted.nested && !State::secure)
                      .template with<"WNR">(faulted.request.write)
                      .template with<"PNU">(faulted.request.privileged)
                      .template with<"IND">(faulted.request.instruction)
                      .template with<"NSSTATE">(State::secure && fault == GlobalFault::CAF)
                      .template with<"NSATTR">(State::secure && faulted.non_secure)
                      .template with<"ATS">(faulted.operation));
    registers.put(Value<typename State::Syndrome1>()
                      .template with<"STREAMID">(faulted.stream)
                      .template with<"SSD_INDEX">(faulted.ssd_index));
}

} // namespace

void record(Registers& registers, GlobalFault fault, const Faulted& faulted, bool secure)
{
    if (secure)
        record_in<Secure>(registers, fault, faulted);
    else
        record_in<NonSecure>(registers, fault, faulted);
}

bool fault_pending(const Registers& registers, unsigned bank)
{
    return (registers.get<SMMU_CBn_FSR>(bank).raw() & context_faults) != 0;
}

std::optional<unsigned> context_line(const Config& config, const Registers& registers,
                                     unsigned bank)
{
    if (config.context_interrupts == 0)
        return 1 + bank;
    const auto index = static_cast<unsigned>(registers.get<SMMU_CBARn>(bank).get<"IRPTNDX">());
    return index < config.context_interrupts ? std::optional(1 + index) : std::nullopt;
}

bool context_irq(const Registers& registers, unsigned bank)
{
    return fault_pending(registers, bank) && registers.get<SMMU_CBn_SCTLR>(bank).get<"CFIE">();
}

bool global_irq(const Registers& registers, bool secure)
{
    const uint64_t faults =
        secure ? registers.get<SMMU_SGFSR>().raw() : registers.get<SMMU_sGFSR>().raw();
    const auto scr0 = control_of(registers, secure);
    return ((faults & configuration_access_fault) != 0 && scr0.get<"GCFGFIE">()) ||
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
    constexpr std::string_view names[] = {"SMMU_sGFSR.ICF",  "SMMU_sGFSR.USF",  "SMMU_sGFSR.SMCF",
                                          "SMMU_sGFSR.UCBF", "SMMU_sGFSR.UCIF", "SMMU_sGFSR.CAF",
                                          "SMMU_sGFSR.EF",   "SMMU_sGFSR.PF",   "SMMU_sGFSR.UUT"};
    return names[static_cast<unsigned>(kind)];
}

} // namespace smmu_pm::smmu
