// SPDX-License-Identifier: GPL-2.0-or-later
//
// Bytes become everything that can happen to the island: accesses to every block, other masters'
// transactions, wires that change past the controllers, block resets, time, and saves and loads of
// one block or of all. Beside what the sanitizers find and what island.cc demands, a run traps when
//   - the state that a block saves does not load, or is another one afterwards;
//   - a load that is refused has changed something;
//   - a twin that took over at some moment differs from the original in any answer, in what the
//     journal hears, in the interrupt lines, in memory or in state, within the next hundred steps;
//   - a block that has lost its domain still holds its interrupt line.
#include "input.hh"
#include "island.hh"

#include <cstdio>
#include <memory>

namespace {

using namespace smmu_pm;
using fuzz::Block;
using fuzz::Input;
using fuzz::Island;
using fuzz::require;
using power::Access;
using power::Supply;

/// Said at the end, so that a replay shows what its inputs came to.
struct Tally {
    unsigned long steps = 0, twins = 0, held = 0, translated = 0;
    ~Tally()
    {
        std::printf(
            "%lu steps, %lu twins; of other masters' transactions %lu passed, %lu were held\n",
            steps, twins, translated, held);
    }
} tally;

enum class What : uint8_t {
    Read,
    Write,
    Dma,
    Wire,
    Time,
    Poke,
    Request,
    BlockReset,
    Submit,
    Reload,
    Corrupt,
    Restart,
    Count,
};

/// One step, decoded once, so that a twin does exactly the same.
struct Step {
    What what{};
    Block block{};
    uint8_t choice = 0;
    bool flag = false;
    unsigned size = 4;
    uint64_t where = 0;
    uint64_t value = 0;
};

constexpr uint32_t smmu_offsets[] = {0x0000, 0x0048, 0x0064, 0x0068, 0x006c, 0x0074, 0x0800,
                                     0x0804, 0x0c00, 0x0c04, 0x1000, 0x1004, 0x1800, 0x8000,
                                     0x8008, 0x8010, 0x8020, 0x8028, 0x8030, 0x8058, 0x805c,
                                     0x8060, 0x8600, 0x8610, 0x8620, 0x9000, 0x9008, 0x9020};
constexpr uint32_t gpu_indices[] = {0x37,  0x38,  0x43,  0x96,   0x4e1, 0x4f5, 0x800,
                                    0x801, 0x802, 0x806, 0x807,  0x817, 0x819, 0x832,
                                    0x880, 0xb20, 0xb78, 0xf400, 0x3080};
constexpr uint32_t gcc_offsets[] = {0x9000, 0x9008, 0x9010, 0x46018, 0x52000, 0x52004, 0x81004};
constexpr uint32_t mmcc_offsets[] = {0x4034, 0x4024, 0x4038, 0x403c, 0x4028, 0x40b0,
                                     0x4000, 0x4004, 0x4130, 0x4134, 0x0100, 0x4030,
                                     0x4020, 0x4300, 0x119c, 0x1024};
constexpr uint64_t values[] = {0,      1,      2,           6,           0x1c36,     0x201c36,
                               0x1167, 0x11e7, 0x1067,      0x8000'0000, 0xc00001fe, 0x28'2000,
                               0x6001, 1000,   0x0100'1000, 0x4000'0000, 0xffff'ffff};
/// PM4: CP_NOP, CP_MEM_WRITE, an indirect buffer, CP_EVENT_WRITE with the interrupt, what is none.
constexpr std::array<uint32_t, 4> packets[] = {{0x7010'8000, 0x7010'8000, 0x7010'8000, 0x7010'8000},
                                               {0x703d'8003, 0x0100'2010, 0, 0xcafe'f00d},
                                               {0x70bf'8003, 0x0100'3000, 0, 0x40},
                                               {0x7046'0004, 0x8000'0004, 0x0100'0004, 0},
                                               {0x703d'8003, 0x0100'4010, 0, 0xdead'beef},
                                               {0x1234'5678, 0, 0, 0}};

template <std::size_t N>
uint32_t pick(Input& input, const uint32_t (&from)[N])
{
    return from[input.byte() % N];
}

uint64_t value_of(Input& input)
{
    const uint8_t choice = input.byte();
    return choice < 192 ? values[choice % std::size(values)] : input.number();
}

void decode_access(Input& input, Step& step)
{
    constexpr Block blocks[] = {Block::Gcc,  Block::Mmcc, Block::Mmcc, Block::Smmu,
                                Block::Smmu, Block::Smmu, Block::Gpu,  Block::Gpu};
    step.block = blocks[input.byte() % std::size(blocks)];
    const bool any = input.byte() >= 224;
    switch (step.block) {
    case Block::Gcc:
        step.where = any ? input.number() % 0xa'0000 : pick(input, gcc_offsets);
        break;
    case Block::Mmcc:
        step.where = any ? input.number() % 0x5'0000 : pick(input, mmcc_offsets);
        break;
    case Block::Smmu:
        step.size = step.flag ? 8 : 4;
        step.where = (any ? input.number() % 0x1'0000 : pick(input, smmu_offsets)) &
                     ~uint64_t{step.size - 1};
        break;
    default:
        step.size = step.flag ? 8 : 4;
        step.where = any ? input.number() % 0x4'0000 : pick(input, gpu_indices) * 4u;
        break;
    }
    step.value = value_of(input);
}

Step decode(Input& input)
{
    // Time and what the drivers do come more often than what breaks everything.
    constexpr What choices[] = {
        What::Read,    What::Read,    What::Write,   What::Write,     What::Write,  What::Dma,
        What::Dma,     What::Wire,    What::Time,    What::Time,      What::Time,   What::Time,
        What::Poke,    What::Request, What::Request, What::Submit,    What::Submit, What::Reload,
        What::Corrupt, What::Restart, What::Restart, What::BlockReset};
    const uint8_t first = input.byte();
    Step step = {.what = choices[first % std::size(choices)], .flag = (input.byte() & 1) != 0};
    switch (step.what) {
    case What::Read:
    case What::Write:
        decode_access(input, step);
        break;
    case What::Dma:
        step.choice = input.byte();
        step.where =
            (step.choice & 0x80) != 0 ? input.number() : 0x0100'0000 + (step.choice & 7u) * 0x1000u;
        break;
    case What::Wire:
        step.block = (input.byte() & 1) != 0 ? Block::Smmu : Block::Gpu;
        step.choice = input.byte() % power::supply_count;
        break;
    case What::Time:
        step.value = uint64_t{1} << (input.byte() % 17);
        break;
    case What::Poke:
        step.where = Island::ram + input.number() % Island::ram_size;
        step.value = input.number();
        break;
    case What::Request:
        step.choice = input.byte() % 7;
        break;
    case What::BlockReset:
        step.choice = input.byte() % 3;
        break;
    case What::Submit:
        step.choice = input.byte() % std::size(packets);
        break;
    case What::Reload:
        step.block = static_cast<Block>(input.byte() % fuzz::block_count);
        break;
    case What::Corrupt:
        step.block = static_cast<Block>(input.byte() % fuzz::block_count);
        step.choice = input.byte();
        step.where = input.number();
        step.value = input.number();
        break;
    case What::Restart:
        step.choice = input.byte();
        break;
    case What::Count:
        break;
    }
    return step;
}

/// A block's state goes into the block itself: nothing changes.
void reload(Island& island, Block block)
{
    const std::vector<power::Pair> saved = island.save(block);
    const uint64_t deadline = island.deadline();
    require(island.load(block, saved));
    require(island.save(block) == saved && island.deadline() == deadline);
}

/// What the input makes of a state is refused, and nothing has changed; or it is a state. Either
/// way the whole island goes back to where it was.
void corrupt(Island& island, const Step& step)
{
    std::vector<power::Pair> pairs = island.save(step.block);
    const std::vector<power::Pair> before = pairs;
    if (pairs.empty())
        return;
    const auto all = std::make_unique<const Island::Saved>(island.save());
    const std::size_t at = step.choice % pairs.size();
    switch (step.choice / 64) {
    case 0:
        pairs[at].value = step.value;
        break;
    case 1:
        pairs[at].key = static_cast<uint32_t>(step.where);
        break;
    case 2:
        pairs.resize(at);
        break;
    default:
        pairs[at].value ^= uint64_t{1} << (step.value % 64);
        break;
    }
    if (island.load(step.block, pairs))
        (void)island.save(step.block);
    else
        require(island.save(step.block) == before);
    require(island.load(*all));
}

/// Whatever of it is answered.
uint64_t apply(Island& island, const Step& step)
{
    switch (step.what) {
    case What::Read: {
        const power::Answer answer = island.read(step.block, step.where, step.size);
        return answer.value * 8 + static_cast<uint64_t>(answer.status);
    }
    case What::Write:
        return static_cast<uint64_t>(
            island.write(step.block, step.where, step.value, step.size).status);
    case What::Dma: {
        const auto stream = static_cast<uint16_t>((step.choice & 0x60) == 0x60 ? 1 : 0);
        const smmu::Translation translation =
            island.dma(stream, step.where, step.flag, (step.choice & 8) != 0);
        tally.held += translation.result == smmu::Translation::Result::Stalled;
        tally.translated += translation.result == smmu::Translation::Result::Ok;
        return translation.pa * 8 + static_cast<uint64_t>(translation.result) +
               uint64_t{translation.token} * 31;
    }
    case What::Wire:
        island.wire(step.block, static_cast<Supply>(step.choice), step.flag);
        return 0;
    case What::Time:
        island.wait(step.value);
        return 0;
    case What::Poke:
        island.poke(step.where, step.value, step.flag ? 8 : 4);
        return 0;
    case What::Request:
        island.request(static_cast<Island::Switch>(step.choice), step.flag);
        return 0;
    case What::BlockReset: {
        constexpr struct {
            Block controller;
            uint32_t bcr;
        } resets[] = {{Block::Mmcc, 0x4030}, {Block::Mmcc, 0x4020}, {Block::Gcc, 0x9000}};
        const auto& one = resets[step.choice];
        return static_cast<uint64_t>(island.write(one.controller, one.bcr, step.flag).status);
    }
    case What::Submit: {
        const auto& words = packets[step.choice];
        island.submit({words[0], words[1], words[2], words[3]});
        return 0;
    }
    case What::Reload:
        reload(island, step.block);
        return 0;
    case What::Corrupt:
        corrupt(island, step);
        return 0;
    case What::Restart:
        if (step.choice == 0) {
            island.cold_reset();
            return 0;
        }
        // As Linux resumes: without this hardly anything would ever be on.
        for (const Block block : {Block::Smmu, Block::Gpu})
            for (const Supply supply : {Supply::Reset, Supply::Vote})
                if (step.choice >= 128)
                    island.wire(block, supply, true);
        island.map();
        island.switch_all(true);
        island.attach(step.flag ? 0x11e7 : 0x1167);
        island.start_gpu();
        return 0;
    case What::Count:
        break;
    }
    return 0;
}

bool same(const Island& a, const Island& b)
{
    return a.now() == b.now() && a.digest() == b.digest() && a.deadline() == b.deadline();
}

void demand_silence(const Island& island)
{
    const auto off = [&island](Block block) {
        const power::SupplySet missing = island.missing(block, Access::Register);
        return missing.has(Supply::Domain) || missing.has(Supply::Reset);
    };
    // The SMMU's lines may be late, with an interrupt delay.
    require(!off(Block::Gpu) || !island.irq(Island::lines - 1));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    Input input(data, size);
    const fuzz::Config config = {.seed = input.byte() % 4u,
                                 .policy = static_cast<power::Policy>(input.byte() % 4),
                                 .dma_policy = static_cast<power::DmaPolicy>(input.byte() % 2),
                                 .collapse = static_cast<power::Collapse>(input.byte() % 3),
                                 .irq_delay = input.byte() % 3 * 5'000u};
    const auto island = std::make_unique<Island>(config);
    if ((input.byte() & 3) != 0)
        apply(*island, {.what = What::Restart, .choice = 255, .flag = (input.byte() & 1) != 0});

    std::unique_ptr<Island> twin;
    unsigned together = 0;
    while (!input.empty()) {
        if (twin == nullptr && input.byte() < 12) {
            twin = std::make_unique<Island>(config);
            require(twin->load(island->save()));
            island->start_digest();
            twin->start_digest();
            require(same(*island, *twin));
            together = 100;
            ++tally.twins;
        }
        const Step step = decode(input);
        ++tally.steps;
        const uint64_t answer = apply(*island, step);
        if (twin != nullptr) {
            require(apply(*twin, step) == answer && same(*island, *twin));
            if (--together == 0) {
                require(island->save() == twin->save());
                twin.reset();
            }
        }
        demand_silence(*island);
    }
    if (twin != nullptr)
        require(island->save() == twin->save());
    return 0;
}
