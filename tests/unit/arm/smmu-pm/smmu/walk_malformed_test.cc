// SPDX-License-Identifier: GPL-2.0-or-later
//
// Whatever lies in a guest's memory and registers: a walk ends, and what it gives is a mapping that
// can be or a fault that can be.
#include "smmu/walk.hh"

#include <gtest/gtest.h>

#include <random>

namespace smmu_pm::test {
namespace {

class RandomMemory final : public smmu::DescriptorReader {
public:
    explicit RandomMemory(std::mt19937_64& random) : random_(random) {}
    unsigned reads = 0;

    bool read_descriptor(uint64_t pa, uint64_t& descriptor) override
    {
        EXPECT_EQ(pa % 8, 0u);
        ++reads;
        descriptor = random_();
        if (random_() % 4 != 0) // mostly valid ones, with addresses that are small enough
            descriptor = (descriptor & 0xffff'00ff'ffff'ffff) | 3 | 0x400;
        return random_() % 64 != 0;
    }

private:
    std::mt19937_64& random_;
};

smmu::Context any_context(std::mt19937_64& random)
{
    smmu::Context c;
    const auto half = [&random] {
        const unsigned granules[] = {0, 12, 14, 16};
        return smmu::Context::Half{.base = random(),
                                   .tsz = static_cast<unsigned>(random() % 64),
                                   .granule = granules[random() % 4],
                                   .disabled = random() % 8 == 0};
    };
    c.format = static_cast<smmu::Format>(random() % 3);
    c.stages = static_cast<smmu::Stages>(1 + random() % 3);
    c.low = half();
    c.high = half();
    if (c.format != smmu::Format::Aarch64) // fields of three bits
        c.low.tsz %= 8, c.high.tsz %= 8;
    c.single_range = random() % 4 == 0;
    c.pa_bits = random() % 2 == 0 ? 32 : 48;
    c.af_fault = random() % 2 == 0;
    c.mair = random();
    c.stage2 = {.format = random() % 2 == 0 ? smmu::Format::Long : smmu::Format::Aarch64,
                .base = random(),
                .granule = half().granule,
                .input_bits = static_cast<unsigned>(1 + random() % 64),
                .sl0 = static_cast<unsigned>(random() % 4),
                .pa_bits = 48};
    if (c.stage2.format == smmu::Format::Long)
        c.stage2.granule = 12;
    return c;
}

class SmmuWalkMalformed : public testing::TestWithParam<unsigned> {};

TEST_P(SmmuWalkMalformed, TablesEndInAMappingOrAFault)
{
    std::mt19937_64 random(GetParam());
    unsigned mapped = 0, faulted = 0;
    for (unsigned step = 0; step < 5000; ++step) {
        const smmu::Context context = any_context(random);
        const auto va = input_address(context, random() >> random() % 64);
        if (!va)
            continue;
        RandomMemory memory(random);
        const smmu::WalkResult result = walk(context, memory, *va, {});
        ASSERT_LE(memory.reads, 24u);
        if (result.ok) {
            ++mapped;
            const smmu::Mapping& mapping = result.mapping;
            ASSERT_GE(mapping.shift, 12);
            ASSERT_LE(mapping.shift, 30);
            ASSERT_EQ((mapping.va | mapping.pa | mapping.ipa) & mapping.mask(), 0u);
            ASSERT_EQ(mapping.va, *va & ~mapping.mask());
            ASSERT_EQ(mapping.pa >> 48, 0u);
            ASSERT_TRUE(mapping.level >= 1 && mapping.level <= 3);
        } else {
            ++faulted;
            ASSERT_NE(result.fault.kind, smmu::FaultKind{});
            ASSERT_LE(result.fault.level, 3);
            ASSERT_TRUE(result.fault.stage == 1 || context.stages != smmu::Stages::One);
        }
    }
    EXPECT_GT(mapped, 100u);
    EXPECT_GT(faulted, 1000u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SmmuWalkMalformed, testing::Range(1u, 9u));

} // namespace
} // namespace smmu_pm::test
