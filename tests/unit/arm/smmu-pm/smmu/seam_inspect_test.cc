// SPDX-License-Identifier: GPL-2.0-or-later
//
// Looking at the blocks as QEMU's side does: through the C seam alone.
#include "seam/inspect.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace {

std::map<uint64_t, uint64_t> memory;

bool read_descriptor(void*, uint64_t pa, uint64_t* descriptor)
{
    *descriptor = memory.contains(pa) ? memory[pa] : 0;
    return true;
}

class SeamInspection : public testing::Test {
protected:
    SeamInspection()
    {
        const SmmuPmSmmuConfig config = {8,
                                         2,
                                         SMMU_PM_POLICY_RAZWI,
                                         SMMU_PM_DMA_ABORT,
                                         SMMU_PM_COLLAPSE_LOSE,
                                         nullptr,
                                         SMMU_PM_AS_PRESET,
                                         0};
        SmmuPmSmmuHost host = {};
        host.read_descriptor = read_descriptor;
        host.set_irq = [](void*, unsigned, bool) {};
        host.tlb_invalidated = [](void*, uint64_t, uint64_t) {};
        host.released = [](void*, uint32_t, SmmuPmReleased) {};
        host.pm_fault = [](void*) {};
        host.now = [](void*) { return uint64_t{0}; };
        host.unimplemented = [](void*, const char*) {};
        smmu = smmu_pm_smmu_new(&config, &host, nullptr);
        memory = {{0x1000, 0x2003}, {0x2000, 0x3003}, {0x3000, 0x4003}, {0x4008, 0x4400'0ec3}};
    }
    ~SeamInspection() override { smmu_pm_smmu_free(smmu); }

    void power(bool on)
    {
        for (unsigned supply = 0; supply <= 4; ++supply)
            smmu_pm_smmu_set_supply(smmu, static_cast<SmmuPmSupply>(supply), on);
    }
    void attach()
    {
        power(true);
        for (const auto& [offset, value] :
             std::vector<std::pair<uint64_t, uint64_t>>{{0xc00, 0},
                                                        {0x800, 0x8000'0000},
                                                        {0x1800, 1},
                                                        {0x1000, 0x1f300},
                                                        {0x8010, 0x38014},
                                                        {0x8030, 0x80'3510},
                                                        {0x8020, 0x1000},
                                                        {0x8000, 0x1167},
                                                        {0, 0x1c36}})
            smmu_pm_smmu_write(smmu, offset, 4, value, false);
    }
    void translate(uint64_t iova, bool write = false)
    {
        SmmuPmTransaction transaction = {};
        transaction.iova = iova;
        transaction.write = write;
        smmu_pm_smmu_translate(smmu, &transaction);
    }
    std::map<std::string, uint64_t> counters()
    {
        SmmuPmCounter rows[SMMU_PM_COUNTERS_MAX];
        const int count = smmu_pm_smmu_counters(smmu, rows, SMMU_PM_COUNTERS_MAX);
        EXPECT_LE(count, SMMU_PM_COUNTERS_MAX);
        std::map<std::string, uint64_t> counted;
        for (int i = 0; i < count; ++i)
            counted[rows[i].name] = rows[i].value;
        return counted;
    }

    SmmuPmSmmu* smmu;
};

TEST_F(SeamInspection, NamesSupplies)
{
    EXPECT_STREQ(smmu_pm_supply_name(SMMU_PM_SUPPLY_DOMAIN), "domain");
    EXPECT_STREQ(smmu_pm_supply_name(SMMU_PM_SUPPLY_MEM_IFACE), "mem_iface");
    EXPECT_EQ(smmu_pm_supply_name(SMMU_PM_SUPPLY_COUNT), nullptr);
}

TEST_F(SeamInspection, TellsWhatIsGone)
{
    SmmuPmGlobal global = {};
    EXPECT_EQ(smmu_pm_smmu_streams(smmu, nullptr, 0), -1);
    EXPECT_EQ(smmu_pm_smmu_banks(smmu, nullptr, 0), -1);
    EXPECT_EQ(smmu_pm_smmu_global(smmu, &global), -1);
    EXPECT_EQ(smmu_pm_smmu_tlb(smmu, nullptr, 0), -1);
    EXPECT_EQ(smmu_pm_smmu_wires(smmu).present, 0x200u);
    EXPECT_EQ(smmu_pm_smmu_wires(smmu).missing_register, 0x0fu);
    EXPECT_EQ(smmu_pm_smmu_wires(smmu).missing_walk, 0x13u);
}

TEST_F(SeamInspection, HandsOverRows)
{
    attach();
    translate(0x1234);
    SmmuPmStream streams[2] = {};
    EXPECT_EQ(smmu_pm_smmu_streams(smmu, streams, 2), 1);
    EXPECT_EQ(streams[0].type, SMMU_PM_STREAM_TRANSLATE);
    SmmuPmBank banks[2] = {};
    EXPECT_EQ(smmu_pm_smmu_banks(smmu, banks, 2), 2);
    EXPECT_TRUE(banks[0].enabled);
    EXPECT_EQ(banks[0].ttbr0, 0x1000u);
    EXPECT_EQ(banks[0].sctlr, 0x1167u);
    SmmuPmTlbEntry entry = {};
    EXPECT_EQ(smmu_pm_smmu_tlb(smmu, &entry, 1), 1);
    EXPECT_EQ(entry.va, 0x1000u);
    EXPECT_EQ(entry.pa, 0x4400'0000u);
    EXPECT_EQ(entry.size, 0x1000u);
    EXPECT_TRUE(entry.read_only);
    EXPECT_TRUE(entry.user);
    EXPECT_FALSE(entry.global);
    SmmuPmGlobal global = {};
    EXPECT_EQ(smmu_pm_smmu_global(smmu, &global), 1);
    EXPECT_EQ(global.cr0, 0x1c36u);
}

TEST_F(SeamInspection, WritesNoMoreRowsThanItMay)
{
    attach();
    SmmuPmBank banks[2] = {};
    banks[1].ttbr0 = 7;
    EXPECT_EQ(smmu_pm_smmu_banks(smmu, banks, 1), 2);
    EXPECT_EQ(banks[1].ttbr0, 7u);
    SmmuPmCounter counters[2] = {{nullptr, 7}, {nullptr, 7}};
    EXPECT_EQ(smmu_pm_smmu_counters(smmu, counters, 1), 16);
    EXPECT_EQ(counters[1].value, 7u);
}

TEST_F(SeamInspection, Counts)
{
    smmu_pm_smmu_read(smmu, 0x24, 4, false);     // refused, although policy razwi says it is well
    smmu_pm_smmu_write(smmu, 0x68, 4, 0, false); // refused
    translate(0x1000);                           // unreachable
    attach();                                    // 9 writes
    translate(0x1000);                           // 4 descriptors
    translate(0x1008);                           // hit
    translate(0x1008, true);                     // hit, permission fault
    translate(0x9000);                           // 4 descriptors, translation fault
    smmu_pm_smmu_read(smmu, 0x24, 4, false);
    smmu_pm_smmu_write(smmu, 0x68, 4, 0, false);   // TLBIALLNSNH
    smmu_pm_smmu_write(smmu, 0x70, 4, 0, false);   // sTLBGSYNC: takes nothing out
    smmu_pm_smmu_write(smmu, 0, 4, 0x1c37, false); // CLIENTPD
    translate(0x1000);                             // bypass
    power(false);
    EXPECT_EQ(counters(), (std::map<std::string, uint64_t>{{"register-reads", 1},
                                                           {"register-writes", 12},
                                                           {"register-refused", 2},
                                                           {"power-ups", 1},
                                                           {"power-offs", 1},
                                                           {"irqs", 1},
                                                           {"translations", 2},
                                                           {"tlb-hits", 1},
                                                           {"tlb-misses", 1},
                                                           {"descriptor-reads", 8},
                                                           {"bypasses", 1},
                                                           {"dma-refused", 2},
                                                           {"dma-unreachable", 1},
                                                           {"faults", 2},
                                                           {"invalidations", 1},
                                                           {"stalls", 0}}));
}

TEST_F(SeamInspection, CountersAreNoStateOfTheGuests)
{
    attach();
    const auto before = counters();
    std::vector<SmmuPmPair> pairs(smmu_pm_smmu_save(smmu, nullptr, 0));
    smmu_pm_smmu_save(smmu, pairs.data(), pairs.size());
    smmu_pm_smmu_reset(smmu);
    EXPECT_EQ(counters(), before);
    EXPECT_TRUE(smmu_pm_smmu_load(smmu, pairs.data(), pairs.size()));
    EXPECT_EQ(counters(), before);
}

TEST(SeamInspectionOfAJournal, CountsEventsAndTellsFindings)
{
    SmmuPmJournalHost host = {};
    host.now_ns = [](void*) { return uint64_t{5}; };
    host.counter = [](void*) { return uint64_t{0}; };
    host.call_chain = [](void*, uint64_t*, unsigned) { return 0u; };
    host.write = [](void*, const char*, size_t) {};
    host.finding = [](void*, const char*, const char*) {};
    // Room for the first line and little more: two of the five events below fit.
    const SmmuPmJournalConfig config = {"none", SMMU_PM_POLICY_ABORT, SMMU_PM_COLLAPSE_LOSE, 0,
                                        580};
    SmmuPmJournal* journal = smmu_pm_journal_new(&config, &host);
    EXPECT_EQ(smmu_pm_journal_events(journal), 0u);

    const SmmuPmSmmuConfig smmu_config = {8,
                                          2,
                                          SMMU_PM_POLICY_ABORT,
                                          SMMU_PM_DMA_ABORT,
                                          SMMU_PM_COLLAPSE_LOSE,
                                          nullptr,
                                          SMMU_PM_AS_PRESET,
                                          0};
    SmmuPmSmmuHost smmu_host = {};
    smmu_host.pm_fault = [](void*) {};
    smmu_host.now = [](void*) { return uint64_t{0}; };
    SmmuPmSmmu* smmu = smmu_pm_smmu_new(&smmu_config, &smmu_host, journal);
    smmu_pm_journal_reset(journal);
    EXPECT_EQ(smmu_pm_journal_dropped(journal), 0u);
    smmu_pm_smmu_write(smmu, 0x70, 4, 0, false);
    smmu_pm_smmu_write(smmu, 0x70, 4, 0, false);
    smmu_pm_smmu_write(smmu, 0x70, 4, 0, false);

    SmmuPmFinding finding = {};
    EXPECT_EQ(smmu_pm_journal_each(journal, nullptr, 0), 1);
    EXPECT_EQ(smmu_pm_journal_each(journal, &finding, 1), 1);
    EXPECT_STREQ(finding.name, "register-touch");
    EXPECT_NE(std::string(finding.line).find("SMMU_sTLBGSYNC"), std::string::npos);
    EXPECT_EQ(finding.count, 3u);
    EXPECT_EQ(smmu_pm_journal_events(journal), 5u); // a reset, three touches, a finding
    EXPECT_EQ(smmu_pm_journal_dropped(journal), 3u);
    smmu_pm_smmu_free(smmu);
    smmu_pm_journal_free(journal);
}

} // namespace
