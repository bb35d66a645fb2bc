// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal/mark.hh"
#include "seam/mark.h"

#include <gtest/gtest.h>

#include <vector>

namespace smmu_pm::journal {
namespace {

class Texts final : public Sink {
public:
    void record(const Event& event) override
    {
        seen.push_back(std::string(event.name) + "|" + std::string(event.text));
    }
    std::vector<std::string> seen;
};

TEST(MarkPage, SaysWhoItIs)
{
    MarkPage page(nullptr, 0x1122334455667788);
    EXPECT_EQ(page.read(0x00, 4), 0x4b52414du);
    EXPECT_EQ(page.read(0x04, 4), 1u);
    EXPECT_EQ(page.read(0x08, 8), 0x1122334455667788u);
    EXPECT_EQ(page.read(0x0c, 4), 0x11223344u);
    EXPECT_EQ(page.read(0x10, 8), 0u);
    EXPECT_EQ(page.read(0xff8, 8), 0u);
}

TEST(MarkPage, TextIsAppendedLowByteFirstAndCutToItsLength)
{
    Texts texts;
    MarkPage page(&texts, 0);
    page.write(0x10, 8, 0x7070616d6e750000u >> 16); // "unmapp"
    page.write(0x10, 4, 0x00006465);                // "ed"
    page.write(0x18, 4, 2 | 6u << 16);
    EXPECT_EQ(texts.seen, (std::vector<std::string>{"phase|unmapp"}));
    page.write(0x18, 4, 3);
    EXPECT_EQ(texts.seen.back(), "done|");
}

TEST(MarkPage, EachKindHasItsName)
{
    Texts texts;
    MarkPage page(&texts, 0);
    for (unsigned kind = 0; kind <= 10; ++kind)
        page.write(0x18, 4, kind);
    EXPECT_EQ(texts.seen,
              (std::vector<std::string>{"begin|", "phase|", "done|", "gave-up|", "module|",
                                        "kernel|", "idle|", "busy|", "budget|"}));
}

TEST(MarkPage, TextIsBounded)
{
    Texts texts;
    MarkPage page(&texts, 0);
    for (int i = 0; i < 10'000; ++i)
        page.write(0x10, 8, 0x4141414141414141);
    page.write(0x18, 4, 2 | 0xffffu << 16);
    EXPECT_EQ(texts.seen[0].size(), 6 + 1024u);
}

TEST(MarkPage, PendingTextSurvivesASave)
{
    SmmuPmMark* page = smmu_pm_mark_new(nullptr, 0);
    smmu_pm_mark_write(page, 0x10, 8, 0x1122334455667788);
    smmu_pm_mark_write(page, 0x10, 4, 0x99aabbcc);
    std::vector<SmmuPmPair> pairs(smmu_pm_mark_save(page, nullptr, 0));
    ASSERT_EQ(pairs.size(), 3u);
    smmu_pm_mark_save(page, pairs.data(), pairs.size());
    EXPECT_EQ(pairs[0].value, 12u);
    EXPECT_EQ(pairs[1].value, 0x1122334455667788u);
    EXPECT_EQ(pairs[2].value, 0x99aabbccu);

    SmmuPmMark* twin = smmu_pm_mark_new(nullptr, 0);
    EXPECT_TRUE(smmu_pm_mark_load(twin, pairs.data(), pairs.size()));
    std::vector<SmmuPmPair> again(smmu_pm_mark_save(twin, nullptr, 0));
    ASSERT_EQ(again.size(), 3u);
    pairs[0].value = 1025;
    EXPECT_FALSE(smmu_pm_mark_load(twin, pairs.data(), pairs.size()));
    pairs[0].value = 12;
    EXPECT_FALSE(smmu_pm_mark_load(twin, pairs.data(), 2));
    EXPECT_FALSE(smmu_pm_mark_load(twin, nullptr, 0));
    smmu_pm_mark_free(page);
    smmu_pm_mark_free(twin);
}

} // namespace
} // namespace smmu_pm::journal
