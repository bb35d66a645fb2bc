// SPDX-License-Identifier: GPL-2.0-or-later
//
// Context banks of Secure state: a translation regime of their own, with or without a monitor's,
// and tables that say which addresses are Secure. IHI 0062D 2.3; Arm ARM D5.1.3 and G5.6 (NS,
// NSTable).
#include "machine.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

constexpr uint64_t page = 0x100'0000;

/// The last bank of 16 and the last group of 48 are Secure, and the latter sends stream 7 to the
/// former. Stream 5 is in bank 0, with the same table and ASID. AArch64, 4 KiB, four levels.
struct Banks : Machine {
    explicit Banks(uint32_t cba2r = 1) : Machine(smmu::mmu_500)
    {
        secure(0x04, 0x0000'2f0f); // SMMU_SCR1
        stream(0, 5, 0);
        secure(0xcbc, 15);
        secure(0x8bc, 0x8000'0007);
        for (const unsigned n : {0u, 15u}) {
            secure(0x1800 + 4 * n, n == 15 ? cba2r : 1);
            secure(0x1000 + 4 * n, 0x0001'f300);
            const uint64_t own = 0x1'0000 + 0x1000 * n;
            secure(own + 0x10, 0x38014);
            secure(own + 0x30, 0x803510);
            secure(own + 0x20, root);
            secure(own + 0x38, 0xf404ff44);
            secure(own, 0x1167);
        }
        write(0x00, 0x0000'0416); // USFCFG, GCFGFRE, GFRE, GFIE
        secure(0x00, 0x0000'0416);
    }
    void secure(uint64_t offset, uint32_t value) { smmu.write(offset, 4, value, true); }
    uint32_t secure_read(uint64_t offset)
    {
        return static_cast<uint32_t>(smmu.read(offset, 4, true).value);
    }
    Translation secure_load(uint64_t iova, bool can_stall = false)
    {
        return smmu.translate({.iova = iova, .stream = 7, .can_stall = can_stall, .secure = true});
    }
    /// Both banks have the page in the TLB, and the tables have it no longer.
    void cached()
    {
        map(page, 0x4400'0000 | page_bits);
        EXPECT_EQ(load(page, 5).result, Result::Ok);
        EXPECT_EQ(secure_load(page).result, Result::Ok);
        EXPECT_EQ(smmu.tlb_entries(), 2u) << "their entries are not each other's";
        unmap(page);
    }
    bool hits() { return load(page, 5).result == Result::Ok; }
    bool secure_hits() { return secure_load(page).result == Result::Ok; }

    static constexpr uint64_t bank = 0x1'f000;
};

TEST(SmmuSecureBank, NonSecureMaintenanceLeavesItsEntries)
{
    Banks machine;
    machine.cached();
    machine.write(0x68, 0); // TLBIALLNSNH
    machine.write(0x6c, 0); // TLBIALLH
    machine.write(0x64, 0); // TLBIVMID
    EXPECT_FALSE(machine.hits());
    EXPECT_TRUE(machine.secure_hits());
    machine.secure(0xbc, 0); // STLBIALLM: it is not the monitor's
    EXPECT_TRUE(machine.secure_hits());
    machine.secure(0x60, 0); // STLBIALL
    EXPECT_FALSE(machine.secure_hits());
}

TEST(SmmuSecureBank, ItsOwnMaintenanceLeavesNonSecureEntries)
{
    for (const uint32_t offset : {0x600u, 0x608u, 0x610u, 0x618u}) {
        Banks machine;
        machine.cached();
        const bool of_an_address = offset < 0x610;
        machine.smmu.write(machine.bank + offset, of_an_address ? 8 : 4, of_an_address ? 0x1000 : 0,
                           true);
        EXPECT_TRUE(machine.hits()) << std::hex << offset;
        EXPECT_FALSE(machine.secure_hits()) << std::hex << offset;
    }
}

TEST(SmmuSecureBank, ItsEntriesAreToldApartByAsidButNotByVmid)
{
    Banks machine;
    machine.cached();
    machine.secure(0x103c, 0x0001'f3ff);
    EXPECT_TRUE(machine.secure_hits()) << "there are no guests";
    machine.secure(machine.bank + 0x24, 0x0001'0000); // ASID 1
    EXPECT_FALSE(machine.secure_hits());
    machine.secure(machine.bank + 0x24, 0);
    EXPECT_TRUE(machine.secure_hits());
}

TEST(SmmuSecureBank, AMonitorsHasARegimeOfItsOwn)
{
    Banks machine(3); // VA64, MONC
    machine.cached();
    machine.secure(machine.bank + 0x24, 0x0001'0000);
    EXPECT_TRUE(machine.secure_hits()) << "it has no ASIDs";
    machine.secure(machine.bank + 0x610, 0);
    EXPECT_TRUE(machine.secure_hits()) << "nor an invalidate that names one";
    machine.smmu.write(0xa8, 8, 0x1001, true); // STLBIVAM of another page
    EXPECT_TRUE(machine.secure_hits());
    machine.smmu.write(0xa8, 8, 0x1000, true);
    EXPECT_FALSE(machine.secure_hits());
    EXPECT_TRUE(machine.hits());
}

TEST(SmmuSecureBank, AMonitorsUsesTtbr0WithoutPrivilege)
{
    Banks machine(3);
    machine.map(page, 0x4400'0703); // AP[1] clear: nobody's but the kernel's elsewhere
    EXPECT_TRUE(machine.secure_hits());
    EXPECT_EQ(machine.load(page, 5).result, Result::Decode);
}

TEST(SmmuSecureBank, WithShortOrLongDescriptorsMonCIsOfNoEffect)
{
    Banks machine(2);                                 // MONC alone
    machine.secure(machine.bank + 0x30, 0x8000'0000); // EAE
    machine.secure(machine.bank + 0x20, 0x6000'0000);
    machine.host.memory[0x6000'0000] = 0x4000'0701; // a block of 1 GiB, AP[1] clear
    EXPECT_EQ(machine.secure_load(0x1000).result, Result::Decode);
    EXPECT_EQ(machine.secure_read(machine.bank + 0x58) & 0xff, 0x8u); // PF
}

TEST(SmmuSecureBank, HypcIsOfNoEffect)
{
    Banks machine;
    machine.secure(0x103c, 0x0001'f700);
    machine.map(page, 0x4400'0703);
    EXPECT_FALSE(machine.secure_hits()) << "a hypervisor's would know no privilege";
}

TEST(SmmuSecureBank, OfStage2OrNestedIsAnInvalidContext)
{
    for (const uint32_t type : {0x0'0000u, 0x3'0000u}) {
        Banks machine;
        machine.secure(0x103c, type);
        EXPECT_FALSE(machine.secure_hits());
        EXPECT_EQ(machine.secure_read(0x48), 0x1u) << "ICF, " << type;
    }
}

TEST(SmmuSecureBank, ASecureStreamReachesSecureBanksAlone)
{
    Banks machine;
    machine.map(page, 0x4400'0000 | page_bits);
    machine.secure(0xcbc, 0); // S2CR47: bank 0
    EXPECT_EQ(machine.secure_load(page).result, Result::Decode);
    EXPECT_EQ(machine.secure_read(0x48), 0x8u) << "UCBF";
    EXPECT_EQ(machine.read(0x48), 0u);
    machine.secure_load(page + 0x1000);
    EXPECT_EQ(machine.read(0x1'0060), 0u) << "FAR of bank 0";
}

TEST(SmmuSecureBank, AnOperationOfOneThatCannotBeIsToldToSecureSoftware)
{
    smmu::Config config = smmu::mmu_500;
    config.address_translation = true;
    Machine machine(config);
    machine.smmu.write(0x04, 4, 0x0000'300f, true);
    machine.smmu.write(0x103c, 4, 0x0003'0000, true); // CBAR15: nested
    machine.smmu.write(0x1'f800, 8, page, true);      // ATS1PR
    EXPECT_EQ(machine.smmu.read(0x1'f050, 8, true).value, 0x8000'0001u) << "ATOT";
    EXPECT_EQ(machine.smmu.read(0x48, 4, true).value, 0x1u) << "ICF";
    EXPECT_EQ(machine.read(0x48), 0u);
}

TEST(SmmuSecureBank, IsNoPartnerOfANestedOne)
{
    Banks machine;
    machine.secure(0x103c, 0x0000'0000); // stage 2
    machine.write(0x1000, 0x0003'0f00);  // nested, CBNDX 15
    EXPECT_FALSE(machine.hits());
    EXPECT_EQ(machine.read(0x48), 0x8u) << "UCBF";
    EXPECT_EQ(machine.read(0x50), 0x1u) << "NESTED";
    machine.write(0x48, 0x8);
    machine.secure(0x04, 0x0000'2f10); // bank 15 is Non-secure now
    machine.hits();
    EXPECT_EQ(machine.read(0x48), 0u);
}

TEST(SmmuSecureBank, ADescriptorSaysWhetherAnAddressIsSecure)
{
    Banks machine;
    machine.map(page, 0x4400'0000 | page_bits);
    machine.map(page + 0x1000, 0x4400'1020 | page_bits); // NS
    EXPECT_FALSE(machine.secure_load(page).attributes.non_secure);
    EXPECT_TRUE(machine.secure_load(page + 0x1000).attributes.non_secure);
    EXPECT_TRUE(machine.load(page, 5).attributes.non_secure);
    EXPECT_TRUE(machine.load(page + 0x1000, 5).attributes.non_secure);
    // And when the answer comes from the TLB, also after a migration.
    EXPECT_FALSE(machine.secure_load(page).attributes.non_secure);
    Banks other;
    ASSERT_TRUE(other.smmu.load(machine.smmu.save()));
    EXPECT_FALSE(other.secure_load(page).attributes.non_secure);
    EXPECT_TRUE(other.secure_load(page + 0x1000).attributes.non_secure);
}

TEST(SmmuSecureBank, BehindANonSecureTableNothingIsSecureOrGlobal)
{
    Banks machine;
    machine.map(page, 0x4400'0000 | (page_bits & ~0x800u));
    machine.host.memory[Machine::root] |= uint64_t{1} << 63; // NSTable
    EXPECT_TRUE(machine.secure_load(page).attributes.non_secure);
    machine.unmap(page);
    EXPECT_TRUE(machine.secure_hits());
    machine.secure(machine.bank + 0x24, 0x0001'0000);
    EXPECT_FALSE(machine.secure_hits()) << "the entry is of ASID 0 alone";
}

TEST(SmmuSecureBank, WithSifASecureFetchStaysInSecureMemory)
{
    for (const bool sif : {false, true}) {
        Banks machine;
        machine.secure(0x04, 0x0000'2f0f | (sif ? 0x0400'0000u : 0u));
        machine.map(page, 0x4400'0000 | page_bits);
        machine.map(page + 0x1000, 0x4400'1020 | page_bits); // NS
        const auto fetch = [&](uint64_t iova, bool privileged, bool secure) {
            const Transaction transaction = {
                .iova = iova,
                .stream = static_cast<uint16_t>(secure ? 7 : 5),
                .request = {.privileged = privileged, .instruction = true},
                .secure = secure};
            return machine.smmu.translate(transaction).result == Result::Ok;
        };
        EXPECT_TRUE(fetch(page, false, true));
        EXPECT_EQ(fetch(page + 0x1000, false, true), !sif);
        EXPECT_EQ(machine.secure_read(machine.bank + 0x58) & 0xff, sif ? 0x8u : 0u); // PF
        EXPECT_EQ(machine.secure_load(page + 0x1000).result, Result::Ok) << "data is not a fetch";
        EXPECT_TRUE(fetch(page, false, false)) << "nor is the other state's";
        // What privileged code may execute nobody else may write.
        machine.map(page + 0x2000, 0x4400'20a0 | page_bits);
        EXPECT_EQ(fetch(page + 0x2000, true, true), !sif);
    }
}

TEST(SmmuSecureBank, InNonSecureStateNstableIsIgnored)
{
    Banks machine;
    machine.map(page, 0x4400'0000 | (page_bits & ~0x800u));
    machine.host.memory[Machine::root] |= uint64_t{1} << 63;
    machine.hits();
    machine.unmap(page);
    machine.write(0x1'0024, 0x0001'0000); // ASID 1
    EXPECT_TRUE(machine.hits()) << "still global";
}

TEST(SmmuSecureBank, ShortDescriptorsHaveNsInSectionsAndInTables)
{
    Banks machine(0);
    machine.secure(machine.bank + 0x30, 0);
    machine.secure(machine.bank + 0x20, 0x6000'0000);
    // 0: a section; 1: one with NS; 2: a table; 3: one with NS. Each with AP full.
    machine.host.memory[0x6000'0000] = 0x4018'0c02'4000'0c02;
    machine.host.memory[0x6000'0008] = 0x6000'1409'6000'1001;
    machine.host.memory[0x6000'1000] = machine.host.memory[0x6000'1400] = 0x4000'0032;
    for (const unsigned megabyte : {0u, 1u, 2u, 3u}) {
        const Translation translation = machine.secure_load(uint64_t{megabyte} << 20);
        EXPECT_EQ(translation.result, Result::Ok) << megabyte;
        EXPECT_EQ(translation.attributes.non_secure, megabyte % 2 == 1) << megabyte;
    }
}

TEST(SmmuSecureBank, ASavedEntryIsSecureInASecureRegimeAlone)
{
    Banks machine;
    machine.map(page, 0x4400'0000 | page_bits);
    machine.load(page, 5);
    std::vector<smmu::Pair> pairs = machine.smmu.save();
    for (smmu::Pair& pair : pairs)
        if (pair.key == 0x8001'0004)
            pair.value |= 1u << 14;
    EXPECT_FALSE(machine.smmu.load(pairs));
    for (smmu::Pair& pair : pairs)
        if (pair.key == 0x8001'0002)
            pair.value |= uint64_t{2} << 32;
    EXPECT_TRUE(machine.smmu.load(pairs));
}

TEST(SmmuSecureBank, ParHasNs)
{
    smmu::Config config = smmu::mmu_500;
    config.address_translation = true;
    Machine machine(config);
    const auto secure = [&](uint64_t offset, uint32_t value) {
        machine.smmu.write(offset, 4, value, true);
    };
    secure(0x04, 0x0000'300f);
    secure(0x183c, 1);
    secure(0x103c, 0x0001'f300);
    secure(0x1'f010, 0x38014);
    secure(0x1'f030, 0x803510);
    secure(0x1'f020, 0x4000'0000);
    secure(0x1'f000, 0x1167);
    machine.map(page, 0x4400'0000 | page_bits);
    machine.map(page + 0x1000, 0x4400'1020 | page_bits);
    for (const uint64_t ns : {0u, 1u}) {
        machine.smmu.write(0x1'f800, 8, page + 0x1000 * ns, true); // ATS1PR
        const uint64_t par = machine.smmu.read(0x1'f050, 8, true).value;
        EXPECT_EQ(par & 1, 0u);
        EXPECT_EQ(par >> 9 & 1, ns);
    }
}

TEST(SmmuSecureBank, WithSifWhatBypassesFetchesFromSecureMemoryAlone)
{
    const smmu::Transaction fetch = {
        .iova = 0x1000, .stream = 5, .request = {.instruction = true}, .secure = true};
    // CLIENTPD, USFCFG clear, and a group that bypasses.
    for (const uint32_t scr0 : {0x0000'0007u, 0x0000'0006u, 0x0000'0406u}) {
        Machine machine(smmu::mmu_500);
        const auto secure = [&](uint64_t offset, uint32_t value) {
            machine.smmu.write(offset, 4, value, true);
        };
        secure(0x04, 0x0400'0000); // SIF, and all groups are Secure
        secure(0x00, scr0);
        if (scr0 == 0x0000'0406) {
            secure(0xc00, 0x0001'0000);
            secure(0x800, 0x8000'0005);
        }
        EXPECT_EQ(machine.smmu.translate(fetch).result, Result::Decode) << scr0;
        EXPECT_EQ(machine.smmu.read(0x48, 4, true).value, 0x80u) << "PF";
        EXPECT_EQ(machine.smmu.read(0x40, 4, true).value, 0x1000u);
        EXPECT_EQ(machine.smmu.read(0x50, 4, true).value, 0x28u) << "NSATTR, IND";
        EXPECT_EQ(machine.smmu.read(0x54, 4, true).value, 0x5u);
        EXPECT_EQ(machine.read(0x48), 0u);
        EXPECT_TRUE(machine.host.irq.at(2));
        secure(0x48, 0x80);

        smmu::Transaction other = fetch;
        other.request.instruction = false;
        EXPECT_EQ(machine.smmu.translate(other).result, Result::Ok) << "data";
        other = fetch;
        other.attributes.non_secure = false;
        EXPECT_EQ(machine.smmu.translate(other).result, Result::Ok) << "Secure memory";
        other = fetch;
        other.secure = false;
        EXPECT_EQ(machine.smmu.translate(other).result, Result::Ok) << "not a Secure stream";
        secure(0x04, 0);
        EXPECT_EQ(machine.smmu.translate(fetch).result, Result::Ok) << "no SIF";
        EXPECT_EQ(machine.smmu.read(0x48, 4, true).value, 0u);
    }
}

TEST(SmmuSecureBank, WithSifABankThatIsOffFetchesFromSecureMemoryAlone)
{
    for (const bool aarch64 : {true, false}) {
        Banks machine;
        machine.secure(0x04, 0x0400'2f0f);
        machine.secure(0x183c, aarch64);
        machine.secure(machine.bank, 0x1166); // M clear
        const smmu::Transaction fetch = {
            .iova = 0x1000, .stream = 7, .request = {.instruction = true}, .secure = true};
        EXPECT_EQ(machine.smmu.translate(fetch).result, Result::Decode);
        const auto read = [&](uint64_t offset) { return machine.smmu.read(offset, 4, true).value; };
        EXPECT_EQ(read(machine.bank + 0x58), aarch64 ? 0x408u : 0x8u) << "PF";
        EXPECT_EQ(read(machine.bank + 0x68), aarch64 ? 0x000f'0140u : 0x000f'0141u)
            << "IND, NSATTR, level";
        EXPECT_EQ(read(0x48), 0u);
        machine.secure(machine.bank + 0x58, 0x8);
        smmu::Transaction other = fetch;
        other.attributes.non_secure = false;
        EXPECT_EQ(machine.smmu.translate(other).result, Result::Ok);
    }
}

TEST(SmmuSecureBank, StallsUnlessSecureStateForbidsThem)
{
    Banks machine;
    machine.secure(machine.bank, 0x11e7); // CFCFG
    machine.write(0x00, 0x0000'0516);     // STALLD, of Non-secure state
    EXPECT_EQ(machine.secure_load(page, true).result, Result::Stalled);
    machine.secure(machine.bank + 0x8, 1); // RESUME: terminate
    machine.secure(0x00, 0x0000'0516);
    EXPECT_EQ(machine.secure_load(page, true).result, Result::Decode);
}

TEST(SmmuSecureBank, ASecureStalldSpeaksForNonSecureBanksToo)
{
    Banks machine;
    machine.write(0x1'0000, 0x11e7); // CFCFG
    const auto send = [&] {
        return machine.smmu.translate({.iova = page, .stream = 5, .can_stall = true}).result;
    };
    machine.secure(0x00, 0x0000'0516); // STALLD
    EXPECT_EQ(send(), Result::Decode);
    EXPECT_EQ(machine.read(0x1'0058), 0x402u);
    machine.write(0x1'0058, 0x2);
    machine.secure(0x00, 0x0000'0416);
    EXPECT_EQ(send(), Result::Stalled);
}

} // namespace
} // namespace smmu_pm::test
