// SPDX-License-Identifier: GPL-2.0-or-later
//
// The SMMU as QEMU's side sees it: through the C seam alone.
#include "seam/smmu.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace {

struct Glue {
    std::map<uint64_t, uint64_t> memory;
    std::vector<std::string> calls;
    SmmuPmSmmu* smmu = nullptr;

    explicit Glue(SmmuPmSmmuConfig config = {8, 2, SMMU_PM_POLICY_ABORT, SMMU_PM_DMA_ABORT,
                                             SMMU_PM_COLLAPSE_LOSE, nullptr, SMMU_PM_AS_PRESET, 0})
    {
        const SmmuPmSmmuHost host = {
            .opaque = this,
            .read_descriptor =
                [](void* opaque, uint64_t pa, uint64_t* descriptor) {
                    Glue& self = *static_cast<Glue*>(opaque);
                    *descriptor = self.memory.contains(pa) ? self.memory[pa] : 0;
                    return pa != 0xbad000;
                },
            .set_irq =
                [](void* opaque, unsigned line, bool level) {
                    static_cast<Glue*>(opaque)->calls.push_back("irq " + std::to_string(line) +
                                                                (level ? " high" : " low"));
                },
            .tlb_invalidated =
                [](void* opaque, uint64_t iova, uint64_t mask) {
                    static_cast<Glue*>(opaque)->calls.push_back(
                        mask == UINT64_MAX
                            ? "invalidated"
                            : "invalidated " + std::to_string(iova) + " " + std::to_string(mask));
                },
            .released =
                [](void* opaque, uint32_t token, SmmuPmReleased how) {
                    static_cast<Glue*>(opaque)->calls.push_back(
                        "released " + std::to_string(token) + " " + std::to_string(how));
                },
            .pm_fault =
                [](void* opaque) { static_cast<Glue*>(opaque)->calls.emplace_back("pm-fault"); },
            .now = [](void*) { return uint64_t{0}; },
            .unimplemented =
                [](void* opaque, const char* what) {
                    static_cast<Glue*>(opaque)->calls.emplace_back(what);
                }};
        smmu = smmu_pm_smmu_new(&config, &host, nullptr);
    }
    ~Glue() { smmu_pm_smmu_free(smmu); }
    Glue(const Glue&) = delete;
    Glue& operator=(const Glue&) = delete;

    void power(bool on)
    {
        for (const SmmuPmSupply supply :
             {SMMU_PM_SUPPLY_DOMAIN, SMMU_PM_SUPPLY_RESET, SMMU_PM_SUPPLY_VOTE,
              SMMU_PM_SUPPLY_IFACE, SMMU_PM_SUPPLY_BUS})
            smmu_pm_smmu_set_supply(smmu, supply, on);
    }
    void attach()
    {
        power(true);
        for (const auto& [offset, value] : std::map<uint64_t, uint64_t>{{0xc00, 0},
                                                                        {0x800, 0x8000'0000},
                                                                        {0x1800, 1},
                                                                        {0x1000, 0x1f300},
                                                                        {0x8010, 0x38014},
                                                                        {0x8030, 0x80'3510},
                                                                        {0x8020, 0x1000},
                                                                        {0x8000, 0x1167}})
            smmu_pm_smmu_write(smmu, offset, 4, value, false);
        smmu_pm_smmu_write(smmu, 0, 4, 0x1c36, false);
        memory = {{0x1000, 0x2003}, {0x2000, 0x3003}, {0x3000, 0x4003}, {0x4008, 0x4400'0ec3}};
    }
    SmmuPmTranslation translate(uint64_t iova, bool write = false, bool can_stall = false)
    {
        const SmmuPmTransaction transaction = {iova, 0, write, false, false, can_stall, false, 0};
        return smmu_pm_smmu_translate(smmu, &transaction);
    }
};

TEST(SmmuSeam, RefusesAConfigurationOutOfRange)
{
    SmmuPmSmmuConfig config = {
        127, 8, SMMU_PM_POLICY_ABORT, SMMU_PM_DMA_ABORT, SMMU_PM_COLLAPSE_LOSE, nullptr, 65536, 0};
    EXPECT_NE(Glue(config).smmu, nullptr);
    config.context_banks = 9;
    EXPECT_EQ(Glue(config).smmu, nullptr);
    config.context_banks = 2;
    for (const unsigned entries : {0u, 65537u}) {
        config.tlb_entries = entries;
        EXPECT_EQ(Glue(config).smmu, nullptr);
    }
}

TEST(SmmuSeam, StartsWithoutAnySupply)
{
    Glue glue;
    EXPECT_EQ(smmu_pm_smmu_size(glue.smmu), 0x10000u);
    EXPECT_EQ(smmu_pm_smmu_missing(glue.smmu), 0x0fu); // domain, reset, vote, iface
    EXPECT_EQ(smmu_pm_smmu_read(glue.smmu, 0x24, 4, false).status, SMMU_PM_ABORT);
    EXPECT_EQ(glue.calls, (std::vector<std::string>{"pm-fault"}));
    const SmmuPmTranslation translation = glue.translate(0x1000);
    EXPECT_EQ(translation.result, SMMU_PM_DECODE);
    EXPECT_TRUE(translation.unreachable);
    EXPECT_EQ(glue.calls.size(), 2u);
}

TEST(SmmuSeam, TranslatesReadsAndRefusesWritesOfAReadOnlyPage)
{
    Glue glue;
    glue.attach();
    const SmmuPmTranslation read = glue.translate(0x1234);
    EXPECT_EQ(read.result, SMMU_PM_TRANSLATED);
    EXPECT_EQ(read.pa, 0x4400'0234u);
    EXPECT_EQ(read.mask, 0xfffu);
    EXPECT_FALSE(read.writable);
    EXPECT_FALSE(read.unreachable);
    glue.calls.clear();
    const SmmuPmTranslation write = glue.translate(0x1234, true);
    EXPECT_EQ(write.result, SMMU_PM_DECODE);
    EXPECT_FALSE(write.unreachable);
    EXPECT_EQ(glue.calls, (std::vector<std::string>{"irq 1 high"}));
}

TEST(SmmuSeam, AbortsOfTheWalkComeThrough)
{
    Glue glue;
    glue.attach();
    glue.memory[0x1000] = 0xbad003;
    EXPECT_EQ(glue.translate(0).result, SMMU_PM_DECODE);
    EXPECT_EQ(smmu_pm_smmu_read(glue.smmu, 0x8058, 4, false).value, 0x410u);
}

TEST(SmmuSeam, AFaultWithoutReportIsRazWi)
{
    Glue glue;
    glue.attach();
    smmu_pm_smmu_write(glue.smmu, 0x8000, 4, 0x1147, false);
    EXPECT_EQ(glue.translate(0x5000).result, SMMU_PM_RAZWI);
}

TEST(SmmuSeam, AStalledTransactionIsNamedByItsTokenWhenItIsReleased)
{
    for (const auto& [resume, how] : std::map<uint64_t, std::string>{{0, "0"}, {1, "1"}}) {
        Glue glue;
        glue.attach();
        smmu_pm_smmu_write(glue.smmu, 0x8000, 4, 0x11e7, false);
        EXPECT_EQ(glue.translate(0x5000).result, SMMU_PM_DECODE) << "cannot wait";
        smmu_pm_smmu_write(glue.smmu, 0x8058, 4, 0x2, false);
        const SmmuPmTranslation held = glue.translate(0x5000, false, true);
        EXPECT_EQ(held.result, SMMU_PM_HELD);
        EXPECT_FALSE(held.unreachable);
        glue.calls.clear();
        smmu_pm_smmu_write(glue.smmu, 0x8008, 4, resume, false);
        EXPECT_EQ(glue.calls,
                  (std::vector<std::string>{"released " + std::to_string(held.token) + " " + how}));
    }
    Glue glue;
    glue.attach();
    smmu_pm_smmu_write(glue.smmu, 0x8000, 4, 0x11c7, false);
    glue.translate(0x5000, false, true);
    glue.calls.clear();
    smmu_pm_smmu_write(glue.smmu, 0x8008, 4, 1, false);
    EXPECT_EQ(glue.calls, (std::vector<std::string>{"released 1 2"})); // RAZ/WI
}

TEST(SmmuSeam, WithDmaPolicyHangATransactionWaitsForPower)
{
    Glue glue({8, 2, SMMU_PM_POLICY_ABORT, SMMU_PM_DMA_HANG, SMMU_PM_COLLAPSE_LOSE, nullptr,
               SMMU_PM_AS_PRESET, 0});
    const SmmuPmTranslation held = glue.translate(0x5000, true, true);
    EXPECT_EQ(held.result, SMMU_PM_HELD);
    EXPECT_TRUE(held.unreachable);
    EXPECT_EQ(glue.translate(0x5000, true).result, SMMU_PM_DECODE) << "cannot wait";
    glue.calls.clear();
    glue.power(true);
    EXPECT_EQ(glue.calls,
              (std::vector<std::string>{"released " + std::to_string(held.token) + " 0"}));
}

TEST(SmmuSeam, PoliciesAndSurvivalsKeepTheirOrder)
{
    Glue hang({8, 2, SMMU_PM_POLICY_HANG, SMMU_PM_DMA_ABORT, SMMU_PM_COLLAPSE_LOSE, nullptr,
               SMMU_PM_AS_PRESET, 0});
    EXPECT_EQ(smmu_pm_smmu_write(hang.smmu, 0, 4, 0, false).status, SMMU_PM_HANG);
    Glue ones({8, 2, SMMU_PM_POLICY_ONES, SMMU_PM_DMA_ABORT, SMMU_PM_COLLAPSE_LOSE, nullptr,
               SMMU_PM_AS_PRESET, 0});
    EXPECT_EQ(smmu_pm_smmu_read(ones.smmu, 0, 4, false).value, 0xffff'ffffu);
    for (const auto& [collapse, kept] :
         std::map<SmmuPmCollapse, uint64_t>{{SMMU_PM_COLLAPSE_LOSE, 1},
                                            {SMMU_PM_COLLAPSE_RETAIN, 0x1c36},
                                            {SMMU_PM_COLLAPSE_RETAIN_ALL, 0x1c36}}) {
        Glue glue({8, 2, SMMU_PM_POLICY_ABORT, SMMU_PM_DMA_ABORT, collapse, nullptr,
                   SMMU_PM_AS_PRESET, 0});
        glue.attach();
        smmu_pm_smmu_set_supply(glue.smmu, SMMU_PM_SUPPLY_DOMAIN, false);
        smmu_pm_smmu_set_supply(glue.smmu, SMMU_PM_SUPPLY_DOMAIN, true);
        EXPECT_EQ(smmu_pm_smmu_read(glue.smmu, 0, 4, false).value, kept);
    }
}

TEST(SmmuSeam, SavesIntoAsManyPairsAsThereIsRoomForAndSaysHowManyThereAre)
{
    Glue glue;
    glue.attach();
    glue.translate(0x1234);
    const size_t count = smmu_pm_smmu_save(glue.smmu, nullptr, 0);
    ASSERT_GT(count, 10u);
    std::vector<SmmuPmPair> pairs(count + 1, SmmuPmPair{0x1234'5678, 9});
    EXPECT_EQ(smmu_pm_smmu_save(glue.smmu, pairs.data(), count), count);
    EXPECT_EQ(pairs[count].key, 0x1234'5678u);

    Glue other;
    EXPECT_TRUE(smmu_pm_smmu_load(other.smmu, pairs.data(), count));
    other.memory.clear();
    EXPECT_EQ(other.translate(0x1ffc).pa, 0x4400'0ffcu) << "from the restored TLB";
    EXPECT_FALSE(smmu_pm_smmu_load(other.smmu, pairs.data(), count + 1));
    EXPECT_FALSE(smmu_pm_smmu_load(other.smmu, nullptr, 0));
}

TEST(SmmuSeam, ResetTellsWhoeverCaches)
{
    Glue glue;
    glue.attach();
    glue.calls.clear();
    smmu_pm_smmu_reset(glue.smmu);
    EXPECT_EQ(glue.calls, (std::vector<std::string>{"invalidated"}));
    EXPECT_EQ(smmu_pm_smmu_read(glue.smmu, 0, 4, false).value, 1u);
}

} // namespace
