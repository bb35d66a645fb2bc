// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal/console.hh"

#include <algorithm>
#include <array>

namespace smmu_pm::journal {
namespace {

/// As kernel code spells them: reports of the core, of lockdep and of the drivers of the island.
constexpr std::array<std::string_view, 27> exact = {
    "WARNING:",                  // WARN(), WARN_ON()
    "BUG:",                      // BUG(), KASAN, soft lockups, sleeping in atomic
    "kernel BUG at",             // BUG(), BUG_ON()
    "Oops",                      //
    "Internal error",            // die() on arm64
    "Kernel panic",              //
    "Unable to handle",          // a fault at a bad address
    "Unhandled context fault",   // arm_smmu_context_fault()
    "Unhandled fault",           // an abort nobody takes
    "Unexpected global fault",   // arm_smmu_global_fault()
    "Blocked unknown Stream ID", // the same
    "SError",                    //
    "usage count underflow",     // runtime PM
    "nbalanced",                 // runtime PM and others: "Unbalanced pm_runtime_enable!"
    "refcount_t:",               // refcount_warn_saturate()
    "UBSAN:",                    //
    "blocked for more than",     // a task that hangs
    "detected stall",            // RCU: "rcu_sched self-detected stall on CPU"
    "detected expedited stall",  // RCU
    "circular locking",          // lockdep
    "recursive locking",         // lockdep
    "inconsistent lock state",   // lockdep
    "suspicious RCU usage",      // lockdep
    "stuck at",                  // gdsc.c and clk-branch.c
    "nobody cared",              // an interrupt that no handler takes
    "gpu fault",                 // drm/msm
    "hangcheck",                 // drm/msm
};

/// In any spelling.
constexpr std::array<std::string_view, 5> loose = {"error", "fail", "timed out", "timeout",
                                                   "couldn't"};

constexpr char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::string_view complaint_in(std::string_view line)
{
    // The exerciser's own words, behind printk's time stamp, are no complaint of the kernel's.
    if (const std::size_t text = line.find_first_not_of("<>[] .0123456789TC");
        text != std::string_view::npos && line.substr(text).starts_with("smmu-pm:"))
        return {};
    for (const std::string_view word : exact)
        if (line.find(word) != std::string_view::npos)
            return word;
    for (const std::string_view word : loose)
        if (std::search(line.begin(), line.end(), word.begin(), word.end(),
                        [](char a, char b) { return lower(a) == b; }) != line.end())
            return word;
    return {};
}

} // namespace smmu_pm::journal
