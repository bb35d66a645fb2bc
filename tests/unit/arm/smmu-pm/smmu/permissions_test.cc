// SPDX-License-Identifier: GPL-2.0-or-later
//
// Who may do what, for every combination of a leaf's bits. The rows are the Arm ARM's tables:
// D5-34 to D5-37 (AArch64), G5-9 to G5-12 (AArch32). A column is written as three letters, read,
// write and execute, unprivileged then privileged.
#include "smmu/permissions.hh"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace smmu_pm::test {
namespace {

using smmu::Permissions;
using smmu::Request;

/// What each of the six kinds of access is answered.
std::string told(const Permissions& permissions)
{
    std::string text;
    for (const bool privileged : {false, true}) {
        text += permitted(permissions, {.privileged = privileged}) ? 'r' : '-';
        text += permitted(permissions, {.write = true, .privileged = privileged}) ? 'w' : '-';
        text += permitted(permissions, {.privileged = privileged, .instruction = true}) ? 'x' : '-';
    }
    return text;
}

/// AP[2:1] or AP[2:0], and one column for each combination of execute-never bits.
struct Row {
    unsigned ap;
    const char* neither;
    const char* pxn;
    const char* xn;
    const char* both;
};

template <class F>
void expect(const std::vector<Row>& rows, F&& f)
{
    for (const Row& row : rows) {
        EXPECT_EQ(told(f(row.ap, false, false)), row.neither) << "AP " << row.ap;
        EXPECT_EQ(told(f(row.ap, false, true)), row.pxn) << "AP " << row.ap << " PXN";
        EXPECT_EQ(told(f(row.ap, true, false)), row.xn) << "AP " << row.ap << " XN";
        EXPECT_EQ(told(f(row.ap, true, true)), row.both) << "AP " << row.ap << " XN PXN";
    }
}

smmu::Stage1Attributes leaf(unsigned ap, bool xn, bool pxn)
{
    return {.unprivileged = (ap & 1) != 0, .read_only = (ap & 2) != 0, .uxn = xn, .pxn = pxn};
}

TEST(SmmuPermissions, Aarch64)
{
    expect({{0, "--xrwx", "--xrw-", "---rwx", "---rw-"},
            {1, "rwxrw-", "rwxrw-", "rw-rw-", "rw-rw-"},
            {2, "--xr-x", "--xr--", "---r-x", "---r--"},
            {3, "r-xr-x", "r-xr--", "r--r-x", "r--r--"}},
           [](unsigned ap, bool xn, bool pxn) {
               return stage1_permissions(leaf(ap, xn, pxn), false);
           });
}

TEST(SmmuPermissions, Aarch64WithWxn)
{
    expect(
        {{0, "--xrw-", "--xrw-", "---rw-", "---rw-"},
         {1, "rw-rw-", "rw-rw-", "rw-rw-", "rw-rw-"},
         {2, "--xr-x", "--xr--", "---r-x", "---r--"},
         {3, "r-xr-x", "r-xr--", "r--r-x", "r--r--"}},
        [](unsigned ap, bool xn, bool pxn) { return stage1_permissions(leaf(ap, xn, pxn), true); });
}

TEST(SmmuPermissions, AHypervisorsContextKnowsReadOnlyAndXn)
{
    expect({{0, "rwxrwx", "rwxrwx", "rw-rw-", "rw-rw-"},
            {1, "rwxrwx", "rwxrwx", "rw-rw-", "rw-rw-"},
            {2, "r-xr-x", "r-xr-x", "r--r--", "r--r--"},
            {3, "r-xr-x", "r-xr-x", "r--r--", "r--r--"}},
           [](unsigned ap, bool xn, bool pxn) {
               return single_range_permissions(leaf(ap, xn, pxn), false);
           });
    expect(
        {{0, "rw-rw-", "rw-rw-", "rw-rw-", "rw-rw-"}, {3, "r-xr-x", "r-xr-x", "r--r--", "r--r--"}},
        [](unsigned ap, bool xn, bool pxn) {
            return single_range_permissions(leaf(ap, xn, pxn), true);
        });
}

TEST(SmmuPermissions, Aarch32)
{
    expect({{0, "---rwx", "---rw-", "---rw-", "---rw-"},
            {1, "rwxrwx", "rwxrw-", "rw-rw-", "rw-rw-"},
            {2, "---r-x", "---r--", "---r--", "---r--"},
            {3, "r-xr-x", "r-xr--", "r--r--", "r--r--"}},
           [](unsigned ap, bool xn, bool pxn) {
               return aarch32_permissions(leaf(ap, xn, pxn), false, false);
           });
}

TEST(SmmuPermissions, Aarch32WithWxnAndUwxn)
{
    expect({{0, "---rw-", "---rw-", "---rw-", "---rw-"},
            {1, "rw-rw-", "rw-rw-", "rw-rw-", "rw-rw-"},
            {2, "---r-x", "---r--", "---r--", "---r--"},
            {3, "r-xr-x", "r-xr--", "r--r--", "r--r--"}},
           [](unsigned ap, bool xn, bool pxn) {
               return aarch32_permissions(leaf(ap, xn, pxn), true, false);
           });
    expect({{0, "---rwx", "---rw-", "---rw-", "---rw-"},
            {1, "rwxrw-", "rwxrw-", "rw-rw-", "rw-rw-"},
            {2, "---r-x", "---r--", "---r--", "---r--"},
            {3, "r-xr-x", "r-xr--", "r--r--", "r--r--"}},
           [](unsigned ap, bool xn, bool pxn) {
               return aarch32_permissions(leaf(ap, xn, pxn), false, true);
           });
}

TEST(SmmuPermissions, ShortDescriptors)
{
    expect({{0, "------", "------", "------", "------"},
            {1, "---rwx", "---rw-", "---rw-", "---rw-"},
            {2, "r-xrwx", "r-xrw-", "r--rw-", "r--rw-"},
            {3, "rwxrwx", "rwxrw-", "rw-rw-", "rw-rw-"},
            {4, "------", "------", "------", "------"},
            {5, "---r-x", "---r--", "---r--", "---r--"},
            {6, "r-xr-x", "r-xr--", "r--r--", "r--r--"},
            {7, "r-xr-x", "r-xr--", "r--r--", "r--r--"}},
           [](unsigned ap, bool xn, bool pxn) {
               return smmu::short_permissions({.ap = ap, .xn = xn, .pxn = pxn}, false, false);
           });
}

TEST(SmmuPermissions, ShortDescriptorsWithWxnAndUwxn)
{
    expect({{1, "---rw-", "---rw-", "---rw-", "---rw-"},
            {2, "r-xrw-", "r-xrw-", "r--rw-", "r--rw-"},
            {3, "rw-rw-", "rw-rw-", "rw-rw-", "rw-rw-"},
            {7, "r-xr-x", "r-xr--", "r--r--", "r--r--"}},
           [](unsigned ap, bool xn, bool pxn) {
               return smmu::short_permissions({.ap = ap, .xn = xn, .pxn = pxn}, true, false);
           });
    expect(
        {{2, "r-xrwx", "r-xrw-", "r--rw-", "r--rw-"}, {3, "rwxrw-", "rwxrw-", "rw-rw-", "rw-rw-"}},
        [](unsigned ap, bool xn, bool pxn) {
            return smmu::short_permissions({.ap = ap, .xn = xn, .pxn = pxn}, false, true);
        });
}

TEST(SmmuPermissions, BothStagesMustAgree)
{
    EXPECT_EQ(told({.stage1 = 0x3f, .stage2 = 1}), "r--r--");
    EXPECT_EQ(told({.stage1 = 0x3f, .stage2 = 2}), "-w--w-");
    EXPECT_EQ(told({.stage1 = 0x3f, .stage2 = 4}), "--x--x");
    EXPECT_EQ(told({.stage1 = 0x09, .stage2 = 7}), "r--r--");
    EXPECT_EQ(told({}), "rwxrwx");
}

} // namespace
} // namespace smmu_pm::test
