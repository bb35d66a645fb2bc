// SPDX-License-Identifier: GPL-2.0-or-later
//
// Addresses that are too large where nothing translates them: IHI 0062D 1.6.2.
#include "stages.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {
namespace {

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

} // namespace
} // namespace smmu_pm::test
