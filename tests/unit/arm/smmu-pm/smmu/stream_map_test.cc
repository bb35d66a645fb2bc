// SPDX-License-Identifier: GPL-2.0-or-later
//
// Streams beyond plain matching: indexing, extended IDs, and what becomes of a transaction's
// attributes. IHI 0062D 2.2, 2.5 and 10.6; EXIDENABLE and EXIDVALID as in Linux's arm-smmu.h.
#include "machine.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

using smmu::Attributes;
using smmu::Shareability;

TEST(SmmuStreamMap, WithStreamIndexingTheStreamIsTheNumberOfItsS2cr)
{
    Machine machine({.stream_groups = 0, .stream_bits = 7});
    machine.write(0x00, 0x0000'0402); // USFCFG, GFRE
    machine.write(0xdfc, 0x0001'0000);
    EXPECT_EQ(machine.load(0x1000, 127).result, Result::Ok);
    EXPECT_EQ(machine.load(0x1000, 126).result, Result::Decode);
    EXPECT_EQ(machine.read(0x48), 0x1u); // ICF: S2CRs come up as faults
    machine.write(0x48, 0x1);
    EXPECT_EQ(machine.load(0x1000, 128).result, Result::Decode);
    EXPECT_EQ(machine.read(0x48), 0x2u); // USF
    machine.write(0x800, 0xffff'ffff);
    EXPECT_EQ(machine.read(0x800), 0u); // no SMRs
}

TEST(SmmuStreamMap, IdsHaveAsManyBitsAsThereAre)
{
    Machine machine({.stream_bits = 8});
    machine.write(0x800, 0xffff'ffff);
    EXPECT_EQ(machine.read(0x800), 0x80ff'00ffu) << "SMR0";
    machine.write(0x54, 0xffff'ffff);
    EXPECT_EQ(machine.read(0x54), 0x0000'00ffu) << "sGFSYNR1";
    machine.write(0x1400, 0xffff'ffff);
    EXPECT_EQ(machine.read(0x1400), 0x0000'00ffu) << "CBFRSYNRA0";
    machine.write(0x54, 0);
    machine.write(0x800, 0);
    machine.write(0x00, 0x0000'0400);
    machine.load(0x1000, 0x9a5);
    EXPECT_EQ(machine.read(0x48), 0x2u) << "USF";
    EXPECT_EQ(machine.read(0x54), 0xa5u);
}

TEST(SmmuStreamMap, ExtendedIdsHaveSixteenBits)
{
    Machine machine({.extended_stream_ids = true});
    machine.write(0x00, 0x0000'040a); // USFCFG, GFRE, EXIDENABLE
    machine.write(0x800, 0x000f'8120);
    EXPECT_EQ(machine.read(0x800), 0x000f'8120u);
    machine.write(0xc00, 0x0001'0400); // bypass, EXIDVALID
    for (const uint16_t stream : {uint16_t{0x8120}, uint16_t{0x8123}, uint16_t{0x812f}})
        EXPECT_EQ(machine.load(0x1000, stream).result, Result::Ok);
    EXPECT_EQ(machine.load(0x1000, 0x0123).result, Result::Decode);
    EXPECT_EQ(machine.load(0x1000, 0x8130).result, Result::Decode);
    EXPECT_EQ(machine.read(0x54), 0x0123u);
    machine.write(0x48, 0xffff'ffff);
    machine.load(0x1000, 0xfffe);
    EXPECT_EQ(machine.read(0x54), 0xfffeu);
    machine.write(0xc00, 0x0001'0000);
    EXPECT_EQ(machine.load(0x1000, 0x8123).result, Result::Decode);
}

TEST(SmmuStreamMap, WithoutExtendedIdsTheirBitsAreReserved)
{
    Machine machine;
    machine.write(0x00, 0x8000'0008);
    EXPECT_EQ(machine.read(0x00), 0u);
    machine.write(0x800, 0x0000'8000);
    EXPECT_EQ(machine.read(0x800), 0u);
    machine.write(0xc00, 0x0000'0400);
    EXPECT_EQ(machine.read(0xc00), 0u);
}

TEST(SmmuStreamMap, AContextFaultWhoseInterruptIsNotThereIsAnUnimplementedContextInterruptFault)
{
    Machine machine({.context_banks = 4, .context_interrupts = 2});
    machine.write(0x00, 0x0000'0006); // GFRE, GFIE
    machine.context(1);
    machine.map(0x100'0000, 0x4400'0000 | page_bits);
    machine.stream(0, 5, 1);
    machine.write(0x1004, 0x0201'f300); // IRPTNDX 2
    EXPECT_EQ(machine.load(0x100'0000, 5).result, Result::Ok) << "nobody needs the line";
    EXPECT_EQ(machine.read(0x48), 0u);
    EXPECT_EQ(machine.load(0x100'2000, 5).result, Result::Decode);
    EXPECT_EQ(machine.read(0x48), 0x10u);
    EXPECT_EQ(machine.read64(0x40), 0x100'2000u);
    EXPECT_EQ(machine.read(0x50), 0x0u);
    EXPECT_EQ(machine.read(0x54), 0x5u);
    EXPECT_TRUE(machine.host.irq[0]);
    machine.load(0x100'3000, 5);
    EXPECT_EQ(machine.read(0x48), 0x10u) << "a second one would raise no line either";
    machine.write(0x48, 0x10);
    machine.write(0x9058, 0xffff'ffff); // CB1_FSR
    machine.write(0x9000, 0x1127);      // CFIE clear
    machine.load(0x100'2000, 5);
    EXPECT_EQ(machine.read(0x9058), 0x402u);
    EXPECT_EQ(machine.read(0x48), 0u);
}

/// A stream that is bypassed with this S2CR.
Attributes bypassed(uint32_t s2cr, const Transaction& transaction = {.iova = 0x1000})
{
    Machine machine(smmu::mmu_500);
    machine.write(0x00, 0);
    machine.write(0xc00, 0x0001'0000 | s2cr);
    machine.write(0x800, 0x8000'0000);
    return machine.smmu.translate(transaction).attributes;
}

TEST(SmmuStreamMap, S2crOverridesAttributes)
{
    EXPECT_EQ(bypassed(0), Attributes{});
    EXPECT_EQ(bypassed(0x0000'0800).memory, 0x00); // MTCFG, MemAttr 0: Device-nGnRnE
    EXPECT_EQ(bypassed(0x0000'1800).memory, 0x04); // Device-nGnRE
    EXPECT_EQ(bypassed(0x0000'5800).memory, 0x44); // Non-cacheable
    EXPECT_EQ(bypassed(0x0000'f800).memory, 0xff); // write-back
    EXPECT_EQ(bypassed(0x0000'a800).memory, 0xbb); // write-through
    EXPECT_EQ(bypassed(0x0000'f000).memory, 0xff); // not without MTCFG
    EXPECT_EQ(bypassed(0x0000'5b00).sharing, Shareability::Outer); // whatever SHCFG says
    EXPECT_EQ(bypassed(0x0000'0100).sharing, Shareability::Outer);
    EXPECT_EQ(bypassed(0x0000'0200).sharing, Shareability::Inner);
    EXPECT_EQ(bypassed(0x0000'0300).sharing, Shareability::Non);
    EXPECT_EQ(bypassed(0x0030'0000).memory, 0xdd);     // RACFG: no read-allocate
    EXPECT_EQ(bypassed(0x00c0'0000).memory, 0xee);     // WACFG: no write-allocate
    EXPECT_EQ(bypassed(0x3000'0000).memory, 0x77);     // transient
    EXPECT_EQ(bypassed(0x30f0'0000).memory, 0xcc);     // nothing is allocated: nothing is transient
    EXPECT_EQ(bypassed(0x30f0'5800).memory, 0x44);     // no hints for what is not cached
    EXPECT_EQ(bypassed(0x0008'0000).non_secure, true); // NSCFG: not of a Non-secure stream
    EXPECT_EQ(bypassed(0x0f00'0000).privileged, false); // BSU and FB stand there in a bypass
    EXPECT_EQ(bypassed(0x0f00'0000).instruction, false);
}

TEST(SmmuStreamMap, NscfgIsASecureStreamsChoice)
{
    Machine machine(smmu::mmu_500);
    machine.smmu.write(0x04, 4, 0x0000'2f10, true);
    machine.smmu.write(0x00, 4, 0, true);
    machine.smmu.write(0x8bc, 4, 0x8000'0000, true);
    const auto non_secure = [&](uint32_t nscfg, bool sent) {
        machine.smmu.write(0xcbc, 4, 0x0001'0000 | nscfg << 18, true);
        return machine.smmu
            .translate({.iova = 0x1000, .secure = true, .attributes = {.non_secure = sent}})
            .attributes.non_secure;
    };
    EXPECT_FALSE(non_secure(0, false));
    EXPECT_TRUE(non_secure(0, true));
    EXPECT_FALSE(non_secure(2, true));
    EXPECT_TRUE(non_secure(3, false));
}

TEST(SmmuStreamMap, ControlRegister0OverridesThoseOfWhatBypasses)
{
    Machine machine;
    machine.write(0x00, 0x0090'0001 | 0xb << 16); // CLIENTPD, MTCFG, SHCFG 2
    EXPECT_EQ(machine.load(0x1000).attributes.memory, 0xbf);
    EXPECT_EQ(machine.load(0x1000).attributes.sharing, Shareability::Inner);
    machine.write(0x00, 0x0090'0000 | 0x1 << 16); // unmatched
    EXPECT_EQ(machine.load(0x1000).attributes.memory, 0x04);
}

TEST(SmmuStreamMap, SctlrOverridesThoseOfABankThatIsOff)
{
    Machine machine;
    machine.linux_resume();
    machine.write(0x8000, 0x0055'0000); // MTCFG, MemAttr 5, SHCFG 1
    const Translation off = machine.load(0x1000);
    EXPECT_EQ(off.result, Result::Ok);
    EXPECT_EQ(off.attributes.memory, 0x44);
    EXPECT_EQ(off.attributes.sharing, Shareability::Outer);
}

TEST(SmmuStreamMap, PrivcfgIsInWhatATranslatedTransactionGoesOnWith)
{
    Machine machine;
    machine.linux_resume();
    machine.map(0x1000, 0x4400'0000 | page_bits);
    machine.write(0xc00, 0x0300'0000);
    EXPECT_TRUE(machine.load(0x1000).attributes.privileged);
    machine.write(0xc00, 0x0200'0000);
    EXPECT_FALSE(machine.load(0x1000).attributes.privileged);
}

} // namespace
} // namespace smmu_pm::test
