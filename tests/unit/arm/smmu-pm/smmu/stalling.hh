// SPDX-License-Identifier: GPL-2.0-or-later
//
// An SMMU whose context banks stall, and a master that can wait.
#pragma once

#include "machine.hh"

#include <gtest/gtest.h>

namespace smmu_pm::test {

using journal::Kind;
using power::Released;
using Releases = std::vector<std::pair<uint32_t, Released>>;

/// As Linux 6.12 leaves it with the GPU attached: CFCFG and HUPCF set. One page is mapped, and the
/// master can wait.
struct Stalling : Machine {
    explicit Stalling(const smmu::Config& config = {}, uint32_t sctlr = 0x11e7) : Machine(config)
    {
        linux_resume();
        write(0x8000, sctlr);
        map(0x100'0000, 0x4400'0000 | page_bits);
    }
    Translation send(uint64_t iova, bool write = false, uint16_t stream = 0)
    {
        return smmu.translate(
            {.iova = iova, .stream = stream, .request = {.write = write}, .can_stall = true});
    }
    /// Sends what must be held, and returns its token.
    uint32_t held(uint64_t iova, uint16_t stream = 0)
    {
        const Translation answer = send(iova, false, stream);
        EXPECT_EQ(answer.result, Result::Stalled);
        return answer.token;
    }
    void second_bank()
    {
        context(1, 0x6000'0000, 1);
        stream(1, 7, 1);
        write(0x9000, 0x11e7);
    }
    std::vector<std::string> names(Kind kind) const
    {
        std::vector<std::string> found;
        for (const Seen& seen : sink.of(kind))
            found.push_back(seen.name);
        return found;
    }
};

using Names = std::vector<std::string>;

} // namespace smmu_pm::test
