// SPDX-License-Identifier: GPL-2.0-or-later
//
// Stalled transactions: what software sees of one (IHI 0062D: SMMU_CBn_SCTLR.CFCFG, FSR.SS,
// RESUME), what waits with it, what power does to it; and transactions held for want of power.
#include "stalling.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

// ---- One transaction --------------------------------------------------------------------------

TEST(SmmuStall, AFaultIsRecordedAndItsTransactionWaits)
{
    Stalling machine;
    const Translation answer = machine.send(0x100'2abc, true);
    EXPECT_EQ(answer.result, Result::Stalled);
    EXPECT_NE(answer.token, 0u);
    EXPECT_FALSE(answer.unreachable);
    EXPECT_EQ(machine.read(0x8058), 0x4000'0402u); // SS, FORMAT AArch64, TF
    EXPECT_EQ(machine.read64(0x8060), 0x100'2abcu);
    EXPECT_EQ(machine.read(0x8068), 0x0000'0013u);
    EXPECT_EQ(machine.read(0x1400), 0u);
    EXPECT_TRUE(machine.host.irq[1]);
    EXPECT_EQ(machine.host.releases, Releases());
    EXPECT_EQ(machine.host.pm_faults, 0u);
}

TEST(SmmuStall, TheJournalHasTheFaultAndThenTheStall)
{
    Stalling machine;
    machine.second_bank();
    machine.sink.seen.clear();
    const uint32_t token = machine.send(0x5008, true, 7).token;
    ASSERT_EQ(machine.sink.seen.size(), 3u);
    const auto& seen = machine.sink.seen;
    EXPECT_EQ(seen[0].event.kind, Kind::Fault);
    EXPECT_EQ(seen[0].name, "SMMU_CB1_FSR");
    EXPECT_EQ(seen[0].event.value, 0x4000'0402u);
    EXPECT_EQ(seen[1].event.kind, Kind::Irq);
    EXPECT_EQ(seen[2].event.kind, Kind::Stall);
    EXPECT_EQ(seen[2].name, "SMMU_CB1_FSR.TF");
    EXPECT_EQ(seen[2].event.value, token);
    EXPECT_EQ(seen[2].event.address, 0x5008u);
    EXPECT_EQ(seen[2].event.stream, 7);
    EXPECT_EQ(seen[2].event.bank, 1);
    EXPECT_TRUE(seen[2].event.write);
    EXPECT_TRUE(seen[2].event.missing.empty());
}

TEST(SmmuStall, ResumeTerminatesWithABusError)
{
    Stalling machine;
    const uint32_t token = machine.send(0x100'2000, true).token;
    machine.write(0x8008, 1);
    EXPECT_EQ(machine.host.releases, (Releases{{token, Released::Abort}}));
    EXPECT_EQ(machine.read(0x8058), 0x0000'0402u) << "SS is gone, the fault is still to be cleared";
    EXPECT_TRUE(machine.host.irq[1]);
    const auto released = machine.sink.of(Kind::Release);
    ASSERT_EQ(released.size(), 1u);
    EXPECT_EQ(released[0].name, "terminate");
    EXPECT_EQ(released[0].event.value, token);
    EXPECT_EQ(released[0].event.address, 0x100'2000u);
    EXPECT_TRUE(released[0].event.write);
}

TEST(SmmuStall, WithoutCfreResumeTerminatesSilently)
{
    Stalling machine({}, 0x11c7);
    const uint32_t token = machine.held(0x100'2000);
    machine.write(0x8008, 1);
    EXPECT_EQ(machine.host.releases, (Releases{{token, Released::RazWi}}));
}

TEST(SmmuStall, ResumeRetriesAndWhatWasRepairedPasses)
{
    Stalling machine;
    const uint32_t token = machine.held(0x100'2000);
    machine.map(0x100'2000, 0x4400'2000 | page_bits);
    machine.write(0x8058, machine.read(0x8058));
    machine.write(0x8008, 0);
    EXPECT_EQ(machine.host.releases, (Releases{{token, Released::Retry}}));
    EXPECT_EQ(machine.names(Kind::Release), Names{"retry"});
    EXPECT_EQ(machine.read(0x8058), 0x400u);
    EXPECT_EQ(machine.send(0x100'2000).pa, 0x4400'2000u);
}

TEST(SmmuStall, WhatIsRetriedWithoutARepairStallsAgain)
{
    Stalling machine;
    const uint32_t first = machine.held(0x100'2000);
    machine.write(0x8058, 0x2);
    machine.write(0x8008, 0);
    const uint32_t second = machine.held(0x100'2000);
    EXPECT_NE(second, first);
    EXPECT_EQ(machine.read(0x8058), 0x4000'0402u);
}

TEST(SmmuStall, ClearingTheFaultLowersTheLineAndKeepsTheTransaction)
{
    // Linux 6.12 clears FSR in its handler and resumes from a worker.
    Stalling machine;
    const uint32_t token = machine.held(0x100'2000);
    machine.write(0x8058, machine.read(0x8058));
    EXPECT_EQ(machine.read(0x8058), 0x4000'0400u);
    EXPECT_FALSE(machine.host.irq[1]);
    machine.write(0x8058, 0xffff'ffff);
    machine.write(0x805c, 0); // FSRRESTORE
    EXPECT_EQ(machine.read(0x8058), 0x4000'0400u);
    EXPECT_EQ(machine.host.releases, Releases());
    machine.write(0x8008, 1);
    EXPECT_EQ(machine.host.releases, (Releases{{token, Released::Abort}}));
    EXPECT_EQ(machine.read(0x8058), 0x400u);
}

TEST(SmmuStall, ResumeWithoutAStalledTransactionIsIgnored)
{
    Stalling machine;
    machine.write(0x8008, 0);
    machine.write(0x8008, 1);
    machine.held(0x100'2000);
    machine.write(0x8008, 1);
    machine.write(0x8008, 1);
    EXPECT_EQ(machine.host.releases.size(), 1u);
    EXPECT_EQ(machine.sink.of(Kind::Release).size(), 1u);
    EXPECT_EQ(machine.host.unimplemented_features, Names());
}

TEST(SmmuStall, EveryContextFaultStalls)
{
    Stalling machine;
    machine.map(0x100'1000, 0x4400'1000 | page_bits | 0x80);
    machine.map(0x100'3000, 0x4400'3000 | (page_bits & ~0x400u));
    machine.map(0x100'4000, uint64_t{1} << 44 | page_bits);
    machine.map(0x4000'0000, 0x4400'5000 | page_bits);
    machine.host.aborting.insert(machine.slot(0x4000'0000, 3));
    for (const auto& [iova, fsr] : std::map<uint64_t, uint32_t>{{0x100'1000, 0x4000'0408},
                                                                {0x100'3000, 0x4000'0404},
                                                                {0x100'4000, 0x4000'0480},
                                                                {0x4000'0000, 0x4000'0410}}) {
        EXPECT_EQ(machine.send(iova, true).result, Result::Stalled);
        EXPECT_EQ(machine.read(0x8058), fsr);
        machine.write(0x8058, fsr);
        machine.write(0x8008, 1);
    }
    EXPECT_EQ(machine.names(Kind::Stall), (Names{"SMMU_CB0_FSR.PF", "SMMU_CB0_FSR.AFF",
                                                 "SMMU_CB0_FSR.ASF", "SMMU_CB0_FSR.EF"}));
}

// ---- What does not stall ----------------------------------------------------------------------

TEST(SmmuStall, AMasterThatCannotWaitIsTerminatedAndLeavesNothingBehind)
{
    Stalling machine;
    EXPECT_EQ(machine.load(0x100'2000).result, Result::Decode);
    EXPECT_EQ(machine.read(0x8058), 0x0000'0402u);
    machine.write(0x8008, 0);
    EXPECT_EQ(machine.host.releases, Releases());
    EXPECT_TRUE(machine.sink.of(Kind::Stall).empty());
    EXPECT_EQ(machine.names(Kind::Refused), Names{"SMMU_CB0_FSR.TF"});
}

TEST(SmmuStall, WithoutCfcfgAFaultTerminates)
{
    Stalling machine({}, 0x1167);
    EXPECT_EQ(machine.send(0x100'2000).result, Result::Decode);
    EXPECT_EQ(machine.read(0x8058), 0x0000'0402u);
}

TEST(SmmuStall, StalldForbidsStallsInEveryBank)
{
    Stalling machine;
    machine.write(0x0, 0x1d36);
    EXPECT_EQ(machine.send(0x100'2000).result, Result::Decode);
    machine.write(0x8058, 0x2);
    machine.write(0x0, 0x1c36);
    EXPECT_EQ(machine.send(0x100'2000).result, Result::Stalled);
}

TEST(SmmuStall, UnderStalldCfcfgIsRazWi)
{
    Stalling machine;
    machine.write(0x0, 0x1d36);
    EXPECT_EQ(machine.read(0x8000), 0x1167u);
    machine.write(0x8000, 0x1067);
    machine.write(0x9000, 0x11e7);
    machine.write(0x0, 0x1c36);
    EXPECT_EQ(machine.read(0x8000), 0x10e7u);
    EXPECT_EQ(machine.read(0x9000), 0x1167u);
}

TEST(SmmuStall, AGlobalFaultNeverStalls)
{
    Stalling machine;
    EXPECT_EQ(machine.send(0x100'0000, false, 99).result, Result::Decode);
    EXPECT_TRUE(machine.sink.of(Kind::Stall).empty());
}

TEST(SmmuStall, ThereAreNoGlobalStallsAndGseReadsAsZero)
{
    Stalling machine;
    machine.write(0x0, 0x1e36);
    EXPECT_EQ(machine.read(0x0), 0x1c36u);
    machine.second_bank();
    machine.held(0x100'2000);
    EXPECT_EQ(machine.send(0x100'2000, false, 7).result, Result::Stalled) << "of its own fault";
}

// ---- More than one ----------------------------------------------------------------------------

TEST(SmmuStall, BanksStallApart)
{
    Stalling machine;
    machine.second_bank();
    const uint32_t low = machine.held(0x100'2000), high = machine.held(0x5000, 7);
    EXPECT_NE(low, high);
    EXPECT_EQ(machine.read(0x8058), 0x4000'0402u);
    EXPECT_EQ(machine.read(0x9058), 0x4000'0402u);
    machine.write(0x9008, 1);
    EXPECT_EQ(machine.read(0x8058), 0x4000'0402u);
    EXPECT_EQ(machine.read(0x9058), 0x0000'0402u);
    machine.write(0x8008, 0);
    EXPECT_EQ(machine.host.releases, (Releases{{high, Released::Abort}, {low, Released::Retry}}));
}

TEST(SmmuStall, WithHupcfOthersPass)
{
    Stalling machine;
    machine.held(0x100'2000);
    EXPECT_EQ(machine.send(0x100'0000).pa, 0x4400'0000u);
    machine.write(0x8058, 0x2);
    EXPECT_EQ(machine.send(0x100'0000).pa, 0x4400'0000u);
}

TEST(SmmuStall, WithHupcfASecondFaultWaitsItsTurnUntold)
{
    Stalling machine;
    const uint32_t first = machine.held(0x100'2000), second = machine.held(0x100'5000);
    EXPECT_EQ(machine.read(0x8058), 0x4000'0402u);
    EXPECT_EQ(machine.read64(0x8060), 0x100'2000u);
    machine.write(0x8058, machine.read(0x8058));
    machine.write(0x8008, 1);
    EXPECT_EQ(machine.host.releases,
              (Releases{{first, Released::Abort}, {second, Released::Retry}}));
    EXPECT_EQ(machine.names(Kind::Release), (Names{"terminate", "retry"}));
    EXPECT_EQ(machine.read(0x8058), 0x400u);
    machine.held(0x100'5000);
    EXPECT_EQ(machine.read(0x8058), 0x4000'0402u);
    EXPECT_EQ(machine.read64(0x8060), 0x100'5000u) << "now it is the one that software is told of";
}

TEST(SmmuStall, FarNamesTheStalledOneEvenWhenItsFlagsAreCleared)
{
    Stalling machine;
    machine.held(0x100'2000);
    machine.write(0x8058, 0x2);
    const std::size_t faults = machine.sink.of(Kind::Fault).size();
    machine.held(0x100'5000);
    EXPECT_EQ(machine.read(0x8058), 0x4000'0400u);
    EXPECT_EQ(machine.read64(0x8060), 0x100'2000u);
    EXPECT_FALSE(machine.host.irq[1]);
    EXPECT_EQ(machine.sink.of(Kind::Fault).size(), faults) << "it faults again when it is its turn";
}

TEST(SmmuStall, AFaultBehindTheStalledOneThatCannotWaitSetsMultiAlone)
{
    Stalling machine;
    machine.held(0x100'2000);
    machine.write(0x8058, 0x2);
    EXPECT_EQ(machine.load(0x100'5000).result, Result::Decode);
    EXPECT_EQ(machine.read(0x8058), 0xc000'0400u);
    EXPECT_EQ(machine.read64(0x8060), 0x100'2000u);
    EXPECT_TRUE(machine.host.irq[1]);
}

TEST(SmmuStall, WithoutHupcfOthersWaitForResume)
{
    Stalling machine({}, 0x10e7);
    const uint32_t first = machine.held(0x100'2000), hit = machine.held(0x100'0000);
    EXPECT_EQ(machine.names(Kind::Stall), (Names{"SMMU_CB0_FSR.TF", "SMMU_CB0_SCTLR.HUPCF"}));
    EXPECT_EQ(machine.read(0x8058), 0x4000'0402u) << "no fault of its own, so no MULTI";
    machine.write(0x8058, 0x2);
    machine.write(0x8008, 1);
    EXPECT_EQ(machine.host.releases, (Releases{{first, Released::Abort}, {hit, Released::Retry}}));
    EXPECT_EQ(machine.send(0x100'0000).pa, 0x4400'0000u);
}

TEST(SmmuStall, WithoutHupcfAResumeBeforeFsrIsClearedTerminatesThoseThatWaited)
{
    Stalling machine({}, 0x10e7);
    const uint32_t first = machine.held(0x100'2000), hit = machine.held(0x100'0000);
    machine.write(0x8008, 0);
    EXPECT_EQ(machine.host.releases, (Releases{{first, Released::Retry}, {hit, Released::Retry}}));
    EXPECT_EQ(machine.send(0x100'2000).result, Result::Decode);
    EXPECT_EQ(machine.send(0x100'0000).result, Result::Decode);
    EXPECT_EQ(machine.read(0x8058), 0x402u) << "no MULTI";
}

TEST(SmmuStall, AfterAResumeBeforeFsrIsClearedAFaultSetsMulti)
{
    Stalling machine;
    machine.held(0x100'2000);
    machine.write(0x8008, 0);
    EXPECT_EQ(machine.send(0x100'2000).result, Result::Decode);
    EXPECT_EQ(machine.read(0x8058), 0x8000'0402u);
}

TEST(SmmuStall, CfcfgIsOfNoEffectWhileAFaultIsOutstanding)
{
    Stalling machine({}, 0x1167);
    EXPECT_EQ(machine.send(0x100'2000).result, Result::Decode);
    machine.write(0x8000, 0x11e7);
    EXPECT_EQ(machine.send(0x100'3000).result, Result::Decode);
    EXPECT_EQ(machine.read(0x8058), 0x8000'0402u);
    machine.write(0x8058, 0x8000'0000);
    EXPECT_EQ(machine.send(0x100'3000).result, Result::Decode);
    machine.write(0x8058, 0x8000'0002);
    EXPECT_EQ(machine.send(0x100'3000).result, Result::Stalled);
}

TEST(SmmuStall, ForgettingCfcfgAndForbiddingStallsLeaveThoseBehindToResume)
{
    Stalling machine;
    const uint32_t first = machine.held(0x100'2000);
    machine.write(0x8000, 0x1167);
    const uint32_t second = machine.held(0x100'3000);
    machine.write(0x0, 0x1d36); // STALLD
    const uint32_t third = machine.held(0x100'4000);
    machine.write(0x8000, 0x1067); // HUPCF
    const uint32_t hit = machine.held(0x100'0000);
    machine.write(0x8058, 0x2);
    EXPECT_EQ(machine.host.releases, Releases());
    machine.write(0x8008, 1);
    EXPECT_EQ(machine.host.releases, (Releases{{first, Released::Abort},
                                               {second, Released::Retry},
                                               {third, Released::Retry},
                                               {hit, Released::Retry}}));
    EXPECT_EQ(machine.send(0x100'3000).result, Result::Decode);
}

TEST(SmmuStall, WithoutHupcfClearingTheFlagsIsNotEnough)
{
    Stalling machine({}, 0x10e7);
    machine.held(0x100'2000);
    machine.write(0x8058, 0x2);
    const uint32_t hit = machine.held(0x100'0000);
    EXPECT_EQ(machine.host.releases, Releases());
    machine.write(0x8008, 1);
    ASSERT_EQ(machine.host.releases.size(), 2u);
    EXPECT_EQ(machine.host.releases[1], (std::pair{hit, Released::Retry}));
}

TEST(SmmuStall, WithoutHupcfWhoCannotWaitIsRefused)
{
    Stalling machine({}, 0x10e7);
    machine.held(0x100'2000);
    machine.write(0x8058, 0x2);
    EXPECT_EQ(machine.load(0x100'0000).result, Result::Decode);
    EXPECT_EQ(machine.names(Kind::Refused), Names{"SMMU_CB0_SCTLR.HUPCF"});
}

TEST(SmmuStall, SettingHupcfIsNotEnoughForThoseBehind)
{
    Stalling machine({}, 0x10e7);
    machine.held(0x100'2000);
    machine.held(0x100'0000);
    machine.write(0x8000, 0x11e7);
    EXPECT_EQ(machine.host.releases, Releases());
    EXPECT_EQ(machine.send(0x100'0000).result, Result::Ok);
}

TEST(SmmuStall, WithoutHupcfAnotherBankIsNotHeldUp)
{
    Stalling machine({}, 0x10e7);
    machine.context(1);
    machine.stream(1, 7, 1);
    machine.held(0x100'2000);
    EXPECT_EQ(machine.send(0x100'0000, false, 7).result, Result::Ok);
}

TEST(SmmuStall, TheFifthFaultTerminatesAndThatIsSaidOnce)
{
    Stalling machine;
    for (uint64_t page = 2; page < 6; ++page)
        machine.held(0x100'0000 + (page << 12));
    EXPECT_EQ(machine.send(0x100'7000).result, Result::Decode);
    EXPECT_EQ(machine.send(0x100'8000).result, Result::Decode);
    EXPECT_EQ(machine.names(Kind::Refused), (Names{"SMMU_CB0_FSR.TF", "SMMU_CB0_FSR.TF"}));
    EXPECT_EQ(machine.host.unimplemented_features.size(), 1u);
    machine.write(0x8058, 0x8000'0002);
    machine.write(0x8008, 1);
    EXPECT_EQ(machine.host.releases.size(), 4u);
    EXPECT_EQ(machine.send(0x100'7000).result, Result::Stalled);
}

TEST(SmmuStall, TheNumberOfSlotsIsConfiguration)
{
    Stalling none({.stall_slots = 0});
    EXPECT_EQ(none.send(0x100'2000).result, Result::Decode);
    EXPECT_EQ(none.read(0x8000), 0x1167u) << "CFCFG";
    EXPECT_TRUE(none.host.unimplemented_features.empty());
    Stalling one({.stall_slots = 1});
    EXPECT_EQ(one.send(0x100'2000).result, Result::Stalled);
    EXPECT_EQ(one.send(0x100'3000).result, Result::Decode);
    EXPECT_TRUE(smmu::valid({.stall_slots = 8}));
    EXPECT_FALSE(smmu::valid({.stall_slots = 9}));
}

} // namespace
} // namespace smmu_pm::test
