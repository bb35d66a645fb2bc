// SPDX-License-Identifier: GPL-2.0-or-later
//
// An engine has just stopped for good: into the registers where a5xx_irq looks.
#include "gpu.hh"

namespace smmu_pm::gpu {

namespace {

// Who met a bus error on the register bus: CP_AHB_FAULT bits 27:24 (a5xx_cp_err_irq); a write is
// one more.
constexpr uint64_t micro_engine = 8;
constexpr uint64_t crash_dump = 12;

} // namespace

void Gpu::register_fault(Contents& contents, uint64_t address, bool write, uint64_t access)
{
    address &= 0xf'ffff;
    contents.file.put(Value<CP_AHB_FAULT>(address | (access + (write ? 1 : 0)) << 24));
    contents.file.put(Value<RBBM_AHB_ERROR_STATUS>(address).with<"WRITE">(write));
}

void Gpu::raise(Contents& contents, Value<CP_INTERRUPT_STATUS> cause,
                Value<RBBM_INT_0_STATUS> status)
{
    RegisterFile& file = contents.file;
    if (cause.raw() != 0)
        status = status.with<"CP_HW_ERROR">(true);
    file.put(Value<CP_INTERRUPT_STATUS>(file.get<CP_INTERRUPT_STATUS>().raw() | cause.raw()));
    file.put(Value<RBBM_INT_0_STATUS>(file.get<RBBM_INT_0_STATUS>().raw() | status.raw()));
}

void Gpu::report(Contents& contents)
{
    const CommandProcessor& cp = contents.cp;
    if (cp.condition() == CommandProcessor::Condition::Hung)
        return note("hang", cp.error_address(), cp.header());
    Value<RBBM_INT_0_STATUS> status;
    Value<CP_INTERRUPT_STATUS> cause;
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
        contents.file.put(Value<CP_HW_FAULT>(cp.header()));
        break;
    case Error::Dma:
        cause = cause.with<"CP_DMA_ERROR">(true);
        break;
    case Error::Register:
        cause = cause.with<"CP_AHB_ERROR">(true);
        status = status.with<"RBBM_AHB_ERROR">(true);
        register_fault(contents, cp.error_address(), cp.error_write(), micro_engine);
        break;
    case Error::Endless:
        status = status.with<"MISC_HANG_DETECT">(true);
        contents.hang_reported = 1;
        break;
    case Error::Protection:
        // Bit 24: a write; bits 19:0: the register, times four.
        cause = cause.with<"CP_REGISTER_PROTECTION_ERROR">(true);
        contents.file.put(Value<CP_PROTECT_STATUS>((cp.error_address() & 0xf'ffff) |
                                                   (cp.error_write() ? 1ull << 24 : 0)));
        break;
    }
    raise(contents, cause, status);
    note("error", cp.error_address(), cp.header(),
         error_names[static_cast<std::size_t>(cp.error())]);
}

void Gpu::report_dump(Contents& contents)
{
    using enum CrashDumper::Condition;
    const CrashDumper& dumper = contents.dumper;
    RegisterFile& file = contents.file;
    switch (dumper.condition()) {
    case Idle:
    case Running:
        return;
    case Done:
        file.put(file.get<CP_CRASH_DUMP_CNTL>().with<"DONE">(true));
        return note("dumped", 0, 0);
    case Failed:
        raise(contents, Value<CP_INTERRUPT_STATUS>().with<"CP_DMA_ERROR">(true), {});
        return note("error", dumper.error_address(), 0, "crash-dump dma");
    case Refused:
        register_fault(contents, dumper.error_address(), dumper.error_write(), crash_dump);
        raise(contents, Value<CP_INTERRUPT_STATUS>().with<"CP_AHB_ERROR">(true),
              Value<RBBM_INT_0_STATUS>().with<"RBBM_AHB_ERROR">(true));
        return note("error", dumper.error_address(), 0, "crash-dump register");
    case Hung:
        return note("hang", dumper.error_address(), 0);
    case Endless:
        return note("error", dumper.error_address(), 0, "crash-dump endless");
    }
}

} // namespace smmu_pm::gpu
