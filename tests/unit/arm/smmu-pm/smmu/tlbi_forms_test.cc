// SPDX-License-Identifier: GPL-2.0-or-later
//
// Each form of TLB invalidate against an entry of each kind: what goes and what stays. The entries
// are put in as a saved state, so that no walk has to be able to make them.
#include "stages.hh"

#include <gtest/gtest.h>

#include <sstream>

namespace smmu_pm::test {
namespace {

using smmu::Extent;
using smmu::Pair;

struct Kind {
    const char* name;
    uint64_t tag; ///< ASID, VMID << 16, regime << 32, stage 2 << 34, global << 35
    uint64_t va = 0x1000;
    uint64_t leaf = 0x30c; ///< shift, level << 8
};

constexpr uint64_t hyp = 0x1'0000'0000, secure = 0x2'0000'0000, monitor = 0x3'0000'0000,
                   stage2 = 0x4'0000'0000, global = 0x8'0000'0000, vmid1 = 0x1'0000,
                   vmid2 = 0x2'0000;

constexpr Kind kinds[] = {
    {"asid1", vmid1 | 1},
    {"asid2", vmid1 | 2},
    {"asid0x101", vmid1 | 0x101},
    {"global", global | vmid1},
    {"page2", vmid1 | 1, 0x2000},
    {"block", vmid1 | 1, 0, 0x215},
    {"gigablock", vmid1 | 1, 0x4000'0000, 0x11e},
    {"high", vmid1 | 1, 0xffff'ffff'ffff'f000},
    {"vmid2", vmid2 | 1},
    {"vmid2global", global | vmid2},
    {"stage2", stage2 | vmid1},
    {"stage2block", stage2 | vmid1, 0, 0x215},
    {"vmid2stage2", stage2 | vmid2},
    {"hyp", hyp},
    {"hypglobal", global | hyp},
    {"hyppage2", hyp, 0x2000},
    {"secure", secure | 1},
    {"secureglobal", global | secure},
    {"monitor", monitor},
    {"monitorpage2", monitor, 0x2000},
};

/// Banks: 0 stage 1 of VMID 1; 1 stage 2 of VMID 1; 2 hypervisor; 3 and 4 as 0 and 1, but AArch32;
/// 5 nested, VMID 1, where bit 10 is not HYPC.
struct Filled : Machine {
    Filled() : Machine({.context_banks = 8})
    {
        std::vector<Pair> pairs = {
            {0x8000'0000, smmu.save()[0].value}, // the wires
            {0x8000'0001, 1},
            {0x1000, 0x1'0001},
            {0x1004, 0x0'0001},
            {0x1008, 0x1'0401},
            {0x100c, 0x1'0001},
            {0x1010, 0x0'0001},
            {0x1014, 0x3'0401},
            {0x1800, 1},
            {0x1804, 1},
            {0x1808, 1},
            {0x1814, 1},
        };
        uint32_t key = 0x8001'0000;
        for (const Kind& kind : kinds) {
            pairs.push_back({key, kind.va});
            pairs.push_back({key + 1, 0});
            pairs.push_back({key + 2, kind.tag});
            pairs.push_back({key + 3, 0});
            pairs.push_back({key + 4, kind.leaf});
            key += 8;
        }
        EXPECT_TRUE(smmu.load(pairs));
        host.invalidations = 0;
    }
    /// The names of those that have gone.
    std::set<std::string> gone() const
    {
        std::set<std::string> names;
        for (const Kind& kind : kinds)
            names.insert(kind.name);
        const std::vector<Pair> saved = smmu.save();
        for (std::size_t i = 0; i + 4 < saved.size(); ++i)
            for (const Kind& kind : kinds)
                if (saved[i].key >= 0x8001'0000 && saved[i].key < 0x8009'0000 &&
                    saved[i].key % 8 == 0 && saved[i].value == kind.va &&
                    saved[i + 2].value == kind.tag && saved[i + 4].value == kind.leaf)
                    names.erase(kind.name);
        return names;
    }
};

struct Form {
    const char* name;
    uint64_t offset;
    unsigned size;
    uint64_t value;
    const char* gone; ///< names, with spaces between
    std::optional<Extent> told = Extent{};
};

std::set<std::string> words(const char* text)
{
    std::istringstream stream(text);
    std::set<std::string> all;
    for (std::string word; stream >> word;)
        all.insert(word);
    return all;
}

class SmmuTlbiForm : public testing::TestWithParam<Form> {};

TEST_P(SmmuTlbiForm, RemovesWhatItNames)
{
    const Form& form = GetParam();
    Filled machine;
    machine.smmu.write(form.offset, form.size, form.value);
    EXPECT_EQ(machine.gone(), words(form.gone));
    EXPECT_EQ(machine.host.invalidations, form.told ? 1u : 0u);
    if (form.told) {
        EXPECT_EQ(machine.host.invalidated, *form.told);
    }
}

TEST_P(SmmuTlbiForm, CondemnsTheSameWhenItIsLost)
{
    const Form& form = GetParam();
    Filled machine;
    machine.set(Supply::Iface, false);
    machine.smmu.write(form.offset, form.size, form.value);
    unsigned condemned = 0;
    for (const Pair& pair : machine.smmu.save())
        condemned += pair.key >= 0x8001'0000 && pair.key < 0x8009'0000 && pair.key % 8 == 4 &&
                     pair.value >> 32 == 1;
    EXPECT_EQ(condemned, words(form.gone).size());
    EXPECT_EQ(machine.gone(), words(form.gone)) << "they carry a number now";
    EXPECT_EQ(machine.smmu.tlb_entries(), std::size(kinds));
}

constexpr const char* all_of_stage1 = "asid1 asid2 asid0x101 global page2 block gigablock high";
constexpr Extent page1 = {0x1000, 12}, page2 = {0x2000, 12}, low_block = {0, 21};
constexpr uint64_t asid1 = uint64_t{1} << 48, asid2 = uint64_t{2} << 48, asid9 = uint64_t{9} << 48;

INSTANTIATE_TEST_SUITE_P(
    Global, SmmuTlbiForm,
    testing::Values(
        Form{"Stlbiall", 0x60, 4, 0, "secure secureglobal monitor monitorpage2"},
        Form{"Tlbivmid", 0x64, 4, 1,
             "asid1 asid2 asid0x101 global page2 block gigablock high stage2 stage2block"},
        Form{"TlbivmidOfAnother", 0x64, 4, 2, "vmid2 vmid2global vmid2stage2"},
        Form{"TlbivmidOfNobody", 0x64, 4, 3, ""},
        Form{"Tlbiallnsnh", 0x68, 4, 0,
             "asid1 asid2 asid0x101 global page2 block gigablock high vmid2 vmid2global stage2 "
             "stage2block vmid2stage2"},
        Form{"Tlbiallh", 0x6c, 4, 0, "hyp hypglobal hyppage2"},
        Form{"Tlbivah", 0x78, 4, 0x1fff, "hyp hypglobal", page1},
        Form{"Stlbivalm", 0xa0, 8, 1, "monitor", page1},
        Form{"Stlbivam", 0xa8, 8, 2, "monitorpage2", page2},
        Form{"Tlbivalh64", 0xb0, 8, 1, "hyp hypglobal", page1},
        Form{"Tlbivmids1", 0xb8, 4, 1, all_of_stage1},
        Form{"Tlbivmids1OfAnother", 0xb8, 4, 2, "vmid2 vmid2global"},
        Form{"Stlbiallm", 0xbc, 4, 0, "monitor monitorpage2"},
        Form{"Tlbivah64", 0xc0, 8, 2, "hyppage2", page2},
        Form{"Tlbivah64Elsewhere", 0xc0, 8, 3, "", Extent{0x3000, 12}},
        Form{"GlobalSync", 0x70, 4, 0, "", std::nullopt}),
    [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Bank, SmmuTlbiForm,
    testing::Values(
        Form{"Tlbiva", 0x8600, 8, asid1 | 1, "asid1 global block", low_block},
        Form{"TlbivaOfAsid2", 0x8600, 8, asid2 | 1, "asid2 global", page1},
        Form{"TlbivaOfAWideAsid", 0x8600, 8, uint64_t{0x101} << 48 | 1, "asid0x101 global", page1},
        Form{"TlbivaOfNobody", 0x8600, 8, asid9 | 2, "", page2},
        Form{"TlbivaInsideABlock", 0x8600, 8, asid1 | 0x1ff, "block", low_block},
        Form{"TlbivaBehindABlock", 0x8600, 8, asid1 | 0x200, "", Extent{0x20'0000, 12}},
        Form{"TlbivaInsideAGigablock", 0x8600, 8, asid1 | 0x7'ffff, "gigablock",
             Extent{0x4000'0000, 30}},
        Form{"TlbivaBehindAGigablock", 0x8600, 8, asid1 | 0x8'0000, "", Extent{0x8000'0000, 12}},
        Form{"TlbivaBelowAGigablock", 0x8600, 8, asid1 | 0x3'ffff, "", Extent{0x3fff'f000, 12}},
        Form{"TlbivaOfTheHighHalf", 0x8600, 8, asid1 | 0xfff'ffff'ffff, "high"},
        Form{"Tlbivaa", 0x8608, 8, asid9 | 1, "asid1 asid2 asid0x101 global block", low_block},
        Form{"Tlbiasid", 0x8610, 4, 1, "asid1 page2 block gigablock high"},
        Form{"TlbiasidOfAWideAsid", 0x8610, 4, 0x101, "asid0x101"},
        Form{"Tlbiall", 0x8618, 4, 0, all_of_stage1},
        Form{"Tlbival", 0x8620, 8, asid1 | 2, "page2 block", low_block},
        Form{"Tlbivaal", 0x8628, 8, 2, "page2 block", low_block},
        Form{"Tlbiipas2OfStage1", 0x8630, 8, 1, "", std::nullopt},
        Form{"Sync", 0x87f0, 4, 0, "", std::nullopt},
        Form{"TlbivaaOfTheLowerWord", 0x8608, 4, 2, "page2 block", low_block},
        Form{"TlbivaaOfTheUpperWord", 0x860c, 4, 0, "", std::nullopt},
        Form{"TlbivaOfTheUpperWord", 0x8604, 4, 0x0001'0000, "", std::nullopt},
        Form{"TlbiallOfNested", 0xd618, 4, 0, all_of_stage1},
        Form{"TlbivaOfNested", 0xd600, 8, asid2 | 1, "asid2 global", page1}),
    [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Stage2Bank, SmmuTlbiForm,
    testing::Values(Form{"Tlbiipas2", 0x9630, 8, 1, "stage2 stage2block", low_block},
                    Form{"Tlbiipas2l", 0x9638, 8, 2, "stage2block", low_block},
                    Form{"Tlbiipas2Elsewhere", 0x9630, 8, 0x200, "", Extent{0x20'0000, 12}},
                    Form{"Tlbiipas2OfAsManyBitsAsThereAre", 0x9630, 8, 0xf'ffff'ffff, "",
                         Extent{0xfff'ffff'f000, 12}},
                    Form{"Tlbiva", 0x9600, 8, asid1 | 1, "", std::nullopt},
                    Form{"Tlbivaa", 0x9608, 8, 1, "", std::nullopt},
                    Form{"Tlbiasid", 0x9610, 4, 1, "", std::nullopt},
                    Form{"Tlbiall", 0x9618, 4, 1, "", std::nullopt}),
    [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(HypervisorBank, SmmuTlbiForm,
                         testing::Values(Form{"Tlbiva", 0xa600, 8, asid9 | 1, "hyp hypglobal",
                                              page1},
                                         Form{"Tlbivaa", 0xa608, 8, 2, "hyppage2", page2},
                                         Form{"Tlbiasid", 0xa610, 4, 0, "", std::nullopt},
                                         Form{"Tlbiall", 0xa618, 4, 0, "hyp hypglobal hyppage2"},
                                         Form{"Tlbiipas2", 0xa630, 8, 1, "", std::nullopt}),
                         [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Aarch32Bank, SmmuTlbiForm,
    testing::Values(
        Form{"Tlbiva", 0xb600, 4, 0x1001, "asid1 global block", low_block},
        Form{"TlbivaOfEightBitsOfAsid", 0xb600, 4, 0x1102, "asid2 global", page1},
        Form{"TlbivaInsideAGigablock", 0xb600, 4, 0x7fff'f001, "gigablock",
             Extent{0x4000'0000, 30}},
        Form{"TlbivaIsOf32Bits", 0xb600, 8, asid2 | uint64_t{1} << 32 | 0x1001,
             "asid1 global block", low_block},
        Form{"Tlbival", 0xb620, 4, 0x2001, "page2 block", low_block},
        Form{"Tlbivaa", 0xb608, 4, 0x1009, "asid1 asid2 asid0x101 global block", low_block},
        Form{"Tlbiasid", 0xb610, 4, 0x101, "asid1 page2 block gigablock high"},
        Form{"Tlbiipas2", 0xc630, 4, 1, "stage2 stage2block", low_block},
        Form{"Tlbiipas2Of40Bits", 0xc630, 8, 0x1000'0001, "stage2 stage2block", low_block}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(SmmuTlbiExtent, OfAnIpaHasAsManyBitsAsThereAre)
{
    smmu::Config config = everything();
    config.ias = 2; // 40 bits
    Stages machine(config);
    machine.stage2(0);
    machine.write64(0x8630, 0xf'1000'0001); // TLBIIPAS2
    EXPECT_EQ(machine.host.invalidated, (Extent{0x1000, 12}));
}

TEST(SmmuTlbiExtent, IsEverythingWhereABankIgnoresTheTopByte)
{
    Filled machine;
    machine.write(0x8010, 0x20); // SMMU_CB0_TCR2.TBI0
    machine.write64(0x8600, asid2 | 1);
    EXPECT_EQ(machine.host.invalidated, (Extent{0, 64}));
    machine.write(0x8010, 0);
    machine.write(0xb010, 0x20); // of another bank
    machine.write64(0x8600, asid2 | 1);
    EXPECT_EQ(machine.host.invalidated, (Extent{0, 64}));
    machine.write(0xb010, 0);
    machine.write(0x8010, 0x40); // TBI1, of the high half alone
    machine.write64(0x8600, asid2 | 1);
    EXPECT_EQ(machine.host.invalidated, page1);
}

} // namespace
} // namespace smmu_pm::test
