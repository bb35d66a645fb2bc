// SPDX-License-Identifier: GPL-2.0-or-later
//
// What draws and state loads fetch: which bytes, and that a bad address shows.
#include "bench.hh"

namespace smmu_pm::gpu::test {
namespace {

class GpuDraws : public GpuTest {
protected:
    /// The transfers of a submit but for the ring's.
    std::vector<Transfer> fetched(std::initializer_list<uint32_t> dwords)
    {
        host.transfers.clear();
        submit(dwords);
        run();
        EXPECT_EQ(read(0x4e1), 0u);
        EXPECT_EQ(read(0x4f5), 0u);
        std::vector<Transfer> found;
        for (const Transfer& transfer : host.transfers)
            if (transfer.iova >= target)
                found.push_back(transfer);
        return found;
    }
    using Transfers = std::vector<Transfer>;
};

TEST_F(GpuDraws, IndexedDrawFetchesItsIndices)
{
    // 16 bit, 20 indices from the 3rd of 100: 40 bytes from 0x01080006, in whole dwords.
    EXPECT_EQ(fetched({0x7038'0007, 0x404, 1, 20, 3, 0x0108'0000, 0, 100}),
              (Transfers{{false, 0x0108'0004, 44}}));
    // 32 bit, 20 indices: 80 bytes, across a line.
    EXPECT_EQ(fetched({0x7038'0007, 0x804, 1, 20, 0, 0x0108'0020, 0, 100}),
              (Transfers{{false, 0x0108'0020, 32}, {false, 0x0108'0040, 48}}));
    // 8 bit, and no more than there are.
    EXPECT_EQ(fetched({0x7038'0007, 0x004, 1, 20, 1, 0x0108'0000, 0, 5}),
              (Transfers{{false, 0x0108'0000, 8}}));
}

TEST_F(GpuDraws, DrawWithoutIndicesFetchesNothing)
{
    EXPECT_EQ(fetched({0x7038'8003, 0x84, 1, 20}), Transfers{});
    EXPECT_EQ(fetched({0x7038'0007, 0x484, 1, 20, 0, 0x0108'0000, 0, 100}), Transfers{});
}

TEST_F(GpuDraws, IndirectFormsFetchTheirArguments)
{
    EXPECT_EQ(fetched({0x70a8'8003, 0x84, 0x0108'0000, 0}), (Transfers{{false, 0x0108'0000, 16}}));
    EXPECT_EQ(fetched({0x70c1'0004, 0, 0x0108'0100, 0, 0}), (Transfers{{false, 0x0108'0100, 12}}));
}

TEST_F(GpuDraws, IndirectIndexedDrawFetchesArgumentsThenIndices)
{
    poke(0x0108'0138, {8, 1, 4, 0, 0}); // 8 indices from the 4th
    EXPECT_EQ(
        fetched({0x7029'8006, 0x804, 0x0108'0200, 0, 100, 0x0108'0138, 0}),
        (Transfers{{false, 0x0108'0138, 8}, {false, 0x0108'0140, 12}, {false, 0x0108'0210, 32}}));
}

TEST_F(GpuDraws, IndirectStateLoadFetchesItsUnits)
{
    // Constants of a fragment shader (block 12, type 1): 3 units of 4 dwords.
    EXPECT_EQ(fetched({0x70b0'8003, 3u << 22 | 12u << 18 | 2u << 16, 0x0108'0001, 0}),
              (Transfers{{false, 0x0108'0000, 48}}));
    // A shader: 1 unit of 16 instructions.
    EXPECT_EQ(fetched({0x70b0'8003, 1u << 22 | 8u << 18 | 2u << 16, 0x0108'0000, 0}),
              (Transfers{{false, 0x0108'0000, 64}, {false, 0x0108'0040, 64}}));
    // Texture constants: 12 dwords each.
    EXPECT_EQ(fetched({0x70b0'8003, 1u << 22 | 4u << 18 | 2u << 16, 0x0108'0001, 0}),
              (Transfers{{false, 0x0108'0000, 48}}));
}

TEST_F(GpuDraws, DirectStateLoadBringsItsStateAlong)
{
    EXPECT_EQ(fetched({0x70b0'0007, 1u << 22 | 12u << 18, 1, 0x0108'0000, 1, 2, 3, 4}),
              Transfers{});
}

TEST_F(GpuDraws, DrawStateFetchesEachGroupButTheDisabledOnes)
{
    EXPECT_EQ(fetched({0x7043'8009, 4, 0x0108'0000, 0, //
                       0x0002'0004, 0x0108'0100, 0,    // disabled
                       0x0100'0000 | 6, 0x0108'0200, 0, 0x400b'7801, 1}),
              (Transfers{{false, 0x0108'0000, 16}, {false, 0x0108'0200, 24}}));
    EXPECT_EQ(read(0xb78), 1u);
}

TEST_F(GpuDraws, BadAddressIsADmaErrorThere)
{
    submit({0x7038'0007, 0x404, 1, 20, 0, 0x0300'0000, 0, 100, 0x400b'7801, 1});
    run();
    EXPECT_EQ(read(0xb18), 8u);
    EXPECT_EQ(read(0xb78), 0u);
    EXPECT_EQ(sink.of(journal::Kind::Gpu, "error").at(0).address, 0x0300'0000u);
}

TEST_F(GpuDraws, OneFetchHasABound)
{
    host.map(0x0200'0000, 0x2'0000);
    host.transfers.clear();
    submit({0x7038'0007, 0x804, 1, 0xffff'ffff, 0, 0x0200'0000, 0, 0xffff'ffff});
    run();
    EXPECT_EQ(host.transfers.size(), 1u + 1024);
    EXPECT_EQ(host.transfers.back().iova, 0x0200'ffc0u);
    EXPECT_EQ(read(0x4e1), 0u);
}

TEST_F(GpuDraws, FetchesCountAgainstTheBudgetOfTheRingsPacket)
{
    host.map(0x0200'0000, 0x2'0000);
    // A buffer of 300 draws of 64 KiB each: more than 16 MiB.
    for (uint64_t i = 0; i < 300; ++i)
        poke(ib + 32 * i, {0x7038'0007, 0x804, 1, 0xffff'ffff, 0, 0x0200'0000, 0, 0xffff'ffff});
    submit({0x70bf'8003, 0x0104'0000, 0, 2400});
    run(1'000'000);
    EXPECT_EQ(read(0x4e1), 0x0080'0000u);
    EXPECT_EQ(sink.of(journal::Kind::Gpu, "error").at(0).text, "endless");
}

} // namespace
} // namespace smmu_pm::gpu::test
