// SPDX-License-Identifier: GPL-2.0-or-later
//
// A translation through the TLB and one without it agree, as long as software does what the
// architecture asks of it: whatever changes in the tables is invalidated. Random tables, random
// invalidates of every form that covers the change, fixed seeds.
#include "machine.hh"

#include "smmu/walk.hh"

#include <gtest/gtest.h>

#include <random>

namespace smmu_pm::test {
namespace {

/// What bank 0 is programmed to by Linux, decoded by hand.
smmu::Context linux_context(uint64_t table, uint16_t asid)
{
    smmu::Context context;
    context.low = {.base = table, .tsz = 16};
    context.high = {.disabled = true};
    context.tag.asid = asid;
    context.pa_bits = 44;
    return context;
}

class SmmuAgreement : public testing::TestWithParam<unsigned> {};

TEST_P(SmmuAgreement, OfWalkAndTlbHoldsWhileSoftwareInvalidates)
{
    std::mt19937_64 random(GetParam());
    Machine machine;
    machine.linux_resume();
    machine.context(1, 0x6000'0000, 1);
    machine.stream(1, 1, 1);
    const uint64_t tables[] = {Machine::root, 0x6000'0000};
    unsigned translated = 0, refused = 0, hits = 0;

    for (unsigned step = 0; step < 3000; ++step) {
        const auto bank = static_cast<unsigned>(random() & 1);
        // A few pages in each of a few 2 MiB ranges, so that blocks and tables replace each other.
        const uint64_t iova = (random() % 3 << 30) | (random() % 3 << 21) | (random() % 4 << 12);
        const unsigned action = static_cast<unsigned>(random() % 16);

        if (action < 4) { // change a leaf, then invalidate what it covers
            const unsigned level = action == 0 ? 1 : action == 1 ? 2 : 3;
            if (level == 1 && random() % 4 != 0)
                continue;
            const uint64_t size = uint64_t{1} << (12 + 9 * (3 - level));
            uint64_t leaf = (random() & 0x0000'0fff'ffff'f000 & ~(size - 1)) |
                            (level == 3 ? page_bits : block_bits);
            leaf ^= random() & 0x0060'0000'0000'00c0;        // AP, UXN, PXN
            leaf ^= random() % 8 == 0 ? uint64_t{0x400} : 0; // AF
            leaf ^= random() % 8 == 0 ? uint64_t{1} : 0;     // valid
            machine.map(iova, leaf, level, tables[bank]);
            const uint64_t page = 0x8000 + 0x1000 * uint64_t{bank};
            switch (random() % 5) {
            case 0:
                machine.write(0x68, 0);
                break;
            case 1:
                machine.write(page + 0x618, 0);
                break;
            case 2:
                machine.write(page + 0x610, bank);
                break;
            default: {
                // By address: every page that the change may have been cached as.
                const uint64_t form[] = {0x600, 0x608, 0x620, 0x628};
                const uint64_t offset = page + form[random() % 4];
                for (uint64_t range = 0; range < (level == 1 ? 3u : 1u); ++range)
                    for (uint64_t i = 0; i < (level == 3 ? 1u : 4u); ++i)
                        machine.write64(offset, uint64_t{bank} << 48 |
                                                    ((level == 3 ? iova
                                                                 : (iova & ~(size - 1)) |
                                                                       range << 21 | i << 12) >>
                                                     12));
            }
            }
            continue;
        }

        const bool write = (random() & 1) != 0;
        const smmu::Request request = {.write = write,
                                       .privileged = (random() & 1) != 0,
                                       .instruction = !write && random() % 4 == 0};
        const smmu::Context context = linux_context(tables[bank], static_cast<uint16_t>(bank));
        const smmu::WalkResult expected = walk(context, machine.host, iova, request);
        const bool ok = expected.ok && permitted(expected.mapping.permissions, request);

        const Translation got = machine.smmu.translate(
            {.iova = iova | 0x123, .stream = static_cast<uint16_t>(bank), .request = request});
        ASSERT_EQ(got.result == Result::Ok, ok) << step << " " << std::hex << iova;
        if (ok) {
            ++translated;
            hits += machine.sink.seen.back().event.hit;
            ASSERT_EQ(got.pa, expected.mapping.pa | ((iova | 0x123) & expected.mapping.mask()));
        } else {
            ++refused;
            const uint64_t page = 0x8000 + 0x1000 * uint64_t{bank};
            const uint32_t fsr = machine.read(page + 0x58);
            const unsigned bit = expected.ok ? 3 : static_cast<unsigned>(expected.fault.kind);
            ASSERT_EQ(fsr, 0x400u | 1u << bit);
            ASSERT_EQ(machine.read64(page + 0x60), iova | 0x123);
            machine.write(page + 0x58, fsr);
        }
        machine.sink.seen.clear();
    }
    EXPECT_GT(translated, 200u);
    EXPECT_GT(refused, 200u);
    EXPECT_GT(hits, 50u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SmmuAgreement, testing::Range(1u, 21u));

} // namespace
} // namespace smmu_pm::test
