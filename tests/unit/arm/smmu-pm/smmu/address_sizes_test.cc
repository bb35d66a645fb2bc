// SPDX-License-Identifier: GPL-2.0-or-later
//
// Addresses that are too large where nothing translates them, and what stages put out: IHI 0062D
// 1.6.1, 1.6.2 and 3.7.2, tables 3-1 to 3-4.
#include "stages.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

constexpr uint64_t bits36 = 0x10'0000'0000, bits40 = 0x100'0000'0000; ///< first that have more

smmu::Config sized(unsigned ias, unsigned oas)
{
    smmu::Config config = everything();
    config.ias = ias; // 1: 36 bits, 2: 40, 4: 44, 5: 48
    config.oas = oas;
    return config;
}

/// A fault of a bank; it is cleared. FSR is 0 if there is none: its FORMAT is always there.
struct Recorded {
    uint32_t fsr, fsynr0;
    uint64_t far, ipafar;
};

Recorded fault_of(Stages& machine, unsigned bank)
{
    const uint32_t fsr = machine.cb(bank, 0x58);
    machine.write(Stages::bank(bank) + 0x58, 0xffff'ffff);
    return {(fsr & 0x8000'01fe) != 0 ? fsr : 0, machine.cb(bank, 0x68),
            machine.read64(Stages::bank(bank) + 0x60), machine.read64(Stages::bank(bank) + 0x70)};
}

// ---- Bypasses ---------------------------------------------------------------------------------

TEST(SmmuAddressSize, WhatBypassesIsCutToTheOutputSize)
{
    constexpr uint64_t address = 0xffff'5123'4567'8abc, cut = 0x123'4567'8abc; // 44 bits
    Machine machine;
    machine.write(0x00, 0x1); // CLIENTPD
    EXPECT_EQ(machine.load(address).pa, cut);
    machine.write(0x00, 0x0); // unmatched
    EXPECT_EQ(machine.load(address).pa, cut);
    machine.write(0xc00, 0x0001'0000); // bypass
    machine.write(0x800, 0x8000'0000);
    EXPECT_EQ(machine.load(address).pa, cut);
    machine.write(0xc04, 0x0001'0000);
    machine.write(0x804, 0x8000'0000); // two matches
    EXPECT_EQ(machine.load(address).pa, cut);
    Stages full;
    full.write(0x00, 0x1);
    EXPECT_EQ(full.load(address).pa, 0x5123'4567'8abcu);
    EXPECT_EQ(full.load(0xffff'ffff'f000).pa, 0xffff'ffff'f000u);
}

// ---- The upstream bus -------------------------------------------------------------------------

TEST(SmmuAddressSize, UbsSaysHowWideAnAddressIs)
{
    smmu::Config config = everything();
    config.ubs = 2; // 40 bits
    Stages narrow(config), wide;
    for (Stages* machine : {&narrow, &wide}) {
        machine->stage1(0, 0x0001'0000, 0x10'0000);
        machine->write(0x8010, 0x0003'8005); // SEP 7
        machine->write(0x8030, 0x0080'0018); // T0SZ 24
        machine->host.memory[0x10'0008] = 0x20'0003;
        machine->host.memory[0x20'0ff8] = 0x40'0000'0741;
        EXPECT_EQ(machine->load(0xff'c000'1000).pa, 0x40'0000'1000u);
        machine->write(0x8010, 0x0001'0005); // SEP 2: bit 39
        machine->load(0xff'c000'1000);
        EXPECT_EQ(fault_of(*machine, 0).fsr, 0x402u) << "the upper half is disabled";
        machine->write(0x8010, 0x0001'8005); // SEP 3: bit 41
        EXPECT_EQ(machine->load(0xff'c000'1000).pa, 0x40'0000'1000u);
    }
    narrow.load(bits40);
    EXPECT_EQ(fault_of(narrow, 0).fsr, 0x402u) << "no such bus carries it";
}

// ---- Stage 1 off ------------------------------------------------------------------------------

TEST(SmmuAddressSize, AStage1ThatIsOffPassesNoMoreThanTheSmallerOfIpaAndOutputSize)
{
    for (const auto& [ias, oas] : {std::pair{1u, 2u}, {2u, 1u}, {1u, 1u}}) {
        Stages machine(sized(ias, oas));
        machine.stage1(0, 0x0001'f300, 0x10'0000);
        machine.write(0x8000, 0x60);
        EXPECT_EQ(machine.load(0xf'ffff'f123).pa, 0xf'ffff'f123u);
        EXPECT_EQ(machine.load(bits36 | 0x123).result, Result::Decode);
        const Recorded recorded = fault_of(machine, 0);
        EXPECT_EQ(recorded.fsr, 0x480u) << "ASF, AArch64";
        EXPECT_EQ(recorded.fsynr0, 0u) << "level 0";
        EXPECT_EQ(recorded.far, bits36 | 0x123);
    }
    Stages machine;
    machine.stage1(0, 0x0001'f300, 0x10'0000);
    machine.write(0x8000, 0x60);
    machine.load(0xffff'0000'0000'0000);
    EXPECT_EQ(fault_of(machine, 0).fsr, 0x480u) << "no sign is extended where a bank is off";
    EXPECT_EQ(machine.load(0xffff'ffff'f000).pa, 0xffff'ffff'f000u);
}

TEST(SmmuAddressSize, AStage1ThatIsOffAboveStage2PassesIpas)
{
    Stages machine(sized(2, 1)); // IPAs of 40 bits, 36 physical ones
    machine.nested();
    machine.write(0x8000, 0x60);
    machine.load(bits40);
    EXPECT_EQ(fault_of(machine, 0).fsr, 0x480u);
    EXPECT_EQ(fault_of(machine, 2).fsr, 0u);
    machine.load(0x80'0000'0000);
    EXPECT_EQ(fault_of(machine, 0).fsr, 0u);
    EXPECT_EQ(fault_of(machine, 2).fsr, 0x402u) << "a translation fault of stage 2";
    machine.write(0xa000, 0x60); // both off
    machine.load(bits40);
    EXPECT_EQ(fault_of(machine, 0).fsr, 0x480u);
    machine.load(bits36 | 0x5123);
    EXPECT_EQ(fault_of(machine, 0).fsr, 0u);
    const Recorded recorded = fault_of(machine, 2);
    EXPECT_EQ(recorded.fsr, 0x480u);
    EXPECT_EQ(recorded.fsynr0, 0x104u) << "NESTED, level 0";
    EXPECT_EQ(recorded.far, bits36 | 0x5123);
    EXPECT_EQ(recorded.ipafar, bits36 | 0x5123);
    EXPECT_EQ(machine.load(0xf'ffff'f000).pa, 0xf'ffff'f000u);
}

// ---- Stage 2 off ------------------------------------------------------------------------------

TEST(SmmuAddressSize, AStage2ThatIsOffPassesNoMoreThanTheOutputSize)
{
    for (const unsigned va64 : {1u, 0u}) {
        Stages machine(sized(2, 1));
        machine.stage2(0);
        machine.cba2r(0, va64);
        machine.write(0x8000, 0x60);
        EXPECT_EQ(machine.load(0xf'ffff'f123).pa, 0xf'ffff'f123u);
        machine.load(bits36 | 0x123);
        const Recorded recorded = fault_of(machine, 0);
        EXPECT_EQ(recorded.fsr, va64 != 0 ? 0x480u : 0x280u);
        EXPECT_EQ(recorded.fsynr0, va64 != 0 ? 0x100u : 0x101u) << "level";
        EXPECT_EQ(recorded.ipafar, bits36 | 0x123);
    }
    Stages machine;
    machine.stage2(0);
    machine.write(0x8000, 0x60);
    machine.load(0x1'0000'0000'0000);
    EXPECT_EQ(fault_of(machine, 0).fsr, 0x480u);
    EXPECT_EQ(machine.load(0xffff'ffff'f000).pa, 0xffff'ffff'f000u);
}

/// Stage 1 over a stage 2 that is off: IPAs of 40 bits, 36 physical ones.
struct OverNothing : Stages {
    explicit OverNothing(uint32_t va64_of_stage2 = 1) : Stages(sized(2, 1))
    {
        stage2(2);
        cba2r(2, va64_of_stage2);
        write(0xa000, 0x60);
        stage1(0, 0x0003'0207, 0x10'0000);
    }
};

TEST(SmmuAddressSize, WhatStage1PutsOutToAStage2ThatIsOffIsTheOtherBanksFault)
{
    OverNothing machine;
    machine.host.memory[0x10'0000] = 0xf'c000'0741;  // 36 bits, all of them
    machine.host.memory[0x10'0008] = bits36 | 0x741; // va 0x20'0000
    machine.host.memory[0x10'0010] = bits36 | 0x7c1; // va 0x40'0000, read-only
    machine.host.memory[0x10'0018] = bits40 | 0x741; // va 0x60'0000
    EXPECT_EQ(machine.load(0x1234).pa, 0xf'c000'1234u);
    EXPECT_EQ(machine.load(0x20'1234).result, Result::Decode);
    EXPECT_EQ(fault_of(machine, 0).fsr, 0u);
    const Recorded recorded = fault_of(machine, 2);
    EXPECT_EQ(recorded.fsr, 0x480u);
    EXPECT_EQ(recorded.fsynr0, 0x104u) << "NESTED, level 0, not S1PTWF";
    EXPECT_EQ(recorded.far, 0x20'1234u);
    EXPECT_EQ(recorded.ipafar, bits36 | 0x1234);
    machine.store(0x40'0000);
    EXPECT_EQ(fault_of(machine, 0).fsr, 0x408u) << "stage 1's permissions come first";
    machine.load(0x60'0000);
    EXPECT_EQ(fault_of(machine, 0).fsr, 0x480u) << "no IPA at all";
    EXPECT_EQ(fault_of(machine, 2).fsr, 0u);
}

TEST(SmmuAddressSize, ATableOfStage1BeyondAStage2ThatIsOffIsTheOtherBanksFault)
{
    OverNothing machine;
    machine.host.memory[0x10'0000] = bits36 | 0x3; // a table
    machine.load(0x5123);
    EXPECT_EQ(fault_of(machine, 0).fsr, 0u);
    const Recorded recorded = fault_of(machine, 2);
    EXPECT_EQ(recorded.fsr, 0x480u);
    EXPECT_EQ(recorded.fsynr0, 0x10cu) << "S1PTWF, NESTED, level 0";
    EXPECT_EQ(recorded.ipafar, bits36 | 0x28);
}

TEST(SmmuAddressSize, AnUnreadFaultOfAStage2ThatIsOffHoldsUpItsNestedBanks)
{
    OverNothing machine;
    machine.host.memory[0x10'0000] = 0x4000'0741;
    machine.host.memory[0x10'0008] = bits36 | 0x741;
    machine.load(0x20'0000);
    EXPECT_EQ(machine.load(0x1000).result, Result::Decode) << "bank 2 has HUPCF clear";
    machine.write(0xa058, 0x480);
    EXPECT_EQ(machine.load(0x1000).result, Result::Ok);
}

// ---- Stage 1 on -------------------------------------------------------------------------------

TEST(SmmuAddressSize, Stage1PutsOutNoMoreThanTheSmallerOfIpaAndOutputSize)
{
    for (const auto& [ias, oas] : {std::pair{1u, 2u}, {2u, 1u}}) {
        Stages machine(sized(ias, oas));
        machine.stage1(0, 0x0001'f300, 0x10'0000);
        machine.host.memory[0x10'0000] = 0xf'c000'0741;
        machine.host.memory[0x10'0008] = bits36 | 0x741;
        EXPECT_EQ(machine.load(0).pa, 0xf'c000'0000u);
        machine.load(0x20'0000);
        EXPECT_EQ(fault_of(machine, 0).fsr, 0x480u) << ias;
        machine.cba2r(0, 0);
        machine.write(0x8030, 0x8000'0000); // EAE
        machine.host.memory[0x10'0000] = 0xf'c000'0741;
        machine.host.memory[0x10'0008] = bits36 | 0x741;
        EXPECT_EQ(machine.load(0).pa, 0xf'c000'0000u);
        machine.load(0x4000'0000);
        EXPECT_EQ(fault_of(machine, 0).fsr, 0x280u) << ias;
    }
}

} // namespace
} // namespace smmu_pm::test
