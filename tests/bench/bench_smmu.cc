// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the SMMU costs: a register read, a translation from the TLB and through a walk, and each
// form of invalidate. Nothing is journalled.
#include "smmu/smmu.hh"

#include <benchmark/benchmark.h>

#include <unordered_map>

namespace {

using namespace smmu_pm;
using power::Supply;

class Host final : public smmu::Host {
public:
    std::unordered_map<uint64_t, uint64_t> memory;

    bool read_descriptor(uint64_t pa, uint64_t& descriptor) override
    {
        const auto found = memory.find(pa);
        descriptor = found == memory.end() ? 0 : found->second;
        return true;
    }
    void set_irq(unsigned, bool) override {}
    void tlb_invalidated(const smmu::Extent&) override {}
    void released(uint32_t, power::Released) override {}
    void pm_fault() override {}
    uint64_t now() const override { return 0; }
    void unimplemented(const char*) override {}
};

constexpr uint64_t first_page = 0x100'0000;

/// Stream 0 in bank 0, as Linux programs it, with 4096 pages mapped.
struct Attached {
    explicit Attached(unsigned tlb_entries = smmu::Config{}.tlb_entries)
        : smmu({.tlb_entries = tlb_entries}, host, nullptr)
    {
        for (const Supply supply :
             {Supply::Domain, Supply::Reset, Supply::Vote, Supply::Iface, Supply::Bus})
            smmu.set_supply(supply, true);
        smmu.write(0x0c00, 4, 0);
        smmu.write(0x0800, 4, 0x8000'0000);
        smmu.write(0x1800, 4, 1);
        smmu.write(0x1000, 4, 0x1f300);
        smmu.write(0x8010, 4, 0x38014);
        smmu.write(0x8030, 4, 0x0080'3510);
        smmu.write(0x8020, 8, 0x1000);
        smmu.write(0x8000, 4, 0x1167);
        smmu.write(0x0000, 4, 0x1c36);
        host.memory = {{0x1000, 0x2003}, {0x2000, 0x3003}};
        for (uint64_t page = 0; page < 4096; ++page) {
            const uint64_t iova = first_page + (page << 12), table = 0x10000 + (page >> 9 << 12);
            host.memory[0x3000 + 8 * (iova >> 21 & 0x1ff)] = table | 3;
            host.memory[table + 8 * (page & 0x1ff)] = (0x4400'0000 + (page << 12)) | 0xe43;
        }
    }
    void load(uint64_t page)
    {
        auto translation = smmu.translate({.iova = first_page + (page << 12)});
        benchmark::DoNotOptimize(translation);
    }
    void fill(uint64_t pages)
    {
        for (uint64_t page = 0; page < pages; ++page)
            load(page);
    }

    Host host{};
    smmu::Smmu smmu;
};

void mmio_read(benchmark::State& state)
{
    Attached bench;
    for (auto _ : state)
        benchmark::DoNotOptimize(bench.smmu.read(0x87f4, 4));
}
BENCHMARK(mmio_read);

void mmio_write(benchmark::State& state)
{
    Attached bench;
    uint32_t value = 0;
    for (auto _ : state)
        bench.smmu.write(0x8004, 4, value++);
}
BENCHMARK(mmio_write);

void mmio_read_while_off(benchmark::State& state)
{
    Attached bench;
    bench.smmu.set_supply(Supply::Iface, false);
    for (auto _ : state)
        benchmark::DoNotOptimize(bench.smmu.read(0x87f4, 4));
}
BENCHMARK(mmio_read_while_off);

void translate_hit(benchmark::State& state)
{
    Attached bench;
    const auto pages = static_cast<uint64_t>(state.range(0));
    bench.fill(pages);
    uint64_t page = 0;
    for (auto _ : state) {
        bench.load(page);
        page = page + 1 == pages ? 0 : page + 1;
    }
}
BENCHMARK(translate_hit)->Arg(1)->Arg(64)->Arg(1024)->Arg(4096);

/// Through all four levels, an eviction each time: of 4096 pages the TLB holds 64.
void translate_miss(benchmark::State& state)
{
    Attached bench(64);
    uint64_t page = 0;
    for (auto _ : state)
        bench.load(page++ & 0xfff);
}
BENCHMARK(translate_miss);

/// Fills the TLB with `range` pages, and times the invalidate alone: a fixed number of times, since
/// the filling takes a thousand times longer.
template <uint32_t Offset, unsigned Size, uint64_t Value>
void invalidate(benchmark::State& state)
{
    Attached bench;
    for (auto _ : state) {
        state.PauseTiming();
        bench.fill(static_cast<uint64_t>(state.range(0)));
        state.ResumeTiming();
        bench.smmu.write(Offset, Size, Value);
    }
}
constexpr benchmark::IterationCount invalidates = 2000;
BENCHMARK(invalidate<0x68, 4, 0>)
    ->Name("tlbi_all_nsnh")
    ->Arg(0)
    ->Arg(64)
    ->Arg(1024)
    ->Iterations(invalidates);
BENCHMARK(invalidate<0x8610, 4, 0>)
    ->Name("tlbi_asid")
    ->Arg(0)
    ->Arg(64)
    ->Arg(1024)
    ->Iterations(invalidates);
BENCHMARK(invalidate<0x8610, 4, 9>)
    ->Name("tlbi_asid_of_nobody")
    ->Arg(1024)
    ->Iterations(invalidates);
BENCHMARK(invalidate<0x8620, 8, 0x1000>)
    ->Name("tlbi_val")
    ->Arg(64)
    ->Arg(1024)
    ->Iterations(invalidates);

void power_cycle(benchmark::State& state)
{
    Attached bench;
    for (auto _ : state) {
        bench.smmu.set_supply(Supply::Domain, false);
        bench.smmu.set_supply(Supply::Domain, true);
        benchmark::DoNotOptimize(bench.smmu.read(0x24, 4));
    }
}
BENCHMARK(power_cycle);

} // namespace

BENCHMARK_MAIN();
