// SPDX-License-Identifier: GPL-2.0-or-later
//
// An SMMU that has every format and both stages, and banks of them as software programs them.
#pragma once

#include "machine.hh"

namespace smmu_pm::test {

inline smmu::Config everything()
{
    smmu::Config config = smmu::msm8996_adreno;
    config.context_banks = 4;
    config.stage2 = config.nested = true;
    config.address_translation = true;
    config.formats = {.aarch32_short = true,
                      .aarch32_long = true,
                      .aarch64_4k = true,
                      .aarch64_16k = true,
                      .aarch64_64k = true};
    config.ias = config.oas = 5;
    return config;
}

/// Stream 0 is bank 0's; all other registers are for each test to write.
struct Stages : Machine {
    explicit Stages(const smmu::Config& config = everything()) : Machine(config)
    {
        stream(0, 0, 0);
        write(0x00, 0x0020'0006 | 0x30); // faults abort and raise the line, clients on
    }

    static uint64_t bank(unsigned n) { return 0x8000 + 0x1000 * uint64_t{n}; }

    void cba2r(unsigned n, uint32_t value) { write(0x1800 + 4 * n, value); }
    void cbar(unsigned n, uint32_t value) { write(0x1000 + 4 * n, value); }

    /// A stage 2 bank: AArch64, 4 KiB, 40 bits from level 1 at 0x10'0000; 40-bit output.
    void stage2(unsigned n)
    {
        cba2r(n, 1);
        cbar(n, 0x0000'0007);               // stage 2, VMID 7
        write(bank(n) + 0x30, 0x8002'0058); // RES1, PASize 2, SL0 1, T0SZ 24
        write64(bank(n) + 0x20, 0x10'0000);
        write(bank(n), 0x61); // CFIE, CFRE, M
    }
    /// A stage 1 bank, AArch64, 4 KiB, 30 bits from level 2 at `table`.
    void stage1(unsigned n, uint32_t type, uint64_t table)
    {
        cba2r(n, 1);
        cbar(n, type);
        write(bank(n) + 0x10, 0x0003'8002); // SEP 7, 40-bit output
        write(bank(n) + 0x30, 0x0080'0022); // EPD1, T0SZ 34
        write64(bank(n) + 0x20, table);
        write(bank(n), 0x61);
    }
    /// Stage 1 in bank 0 over stage 2 in bank 2; IPA 0x4000'0000 to 0x401f'ffff is at 0x8000'0000.
    void nested()
    {
        stage2(2);
        stage1(0, 0x0003'0207, 0x4000'1000); // nested, CBNDX 2, VMID 7
        host.memory[0x10'0008] = 0x20'0003;
        host.memory[0x20'0000] = 0x8000'04fd;
        host.memory[0x8000'1000] = 0x4000'2003;
        host.memory[0x8000'2018] = 0x4000'7743; // va 0x3000
        host.memory[0x8000'2028] = 0x5000'0743; // va 0x5000: nothing in stage 2
    }
    uint32_t cb(unsigned n, uint64_t offset) { return read(bank(n) + offset); }
};

} // namespace smmu_pm::test
