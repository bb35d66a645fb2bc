// SPDX-License-Identifier: GPL-2.0-or-later
#include "island.hh"

#include "input.hh"

namespace smmu_pm::fuzz {

using power::Access;
using power::Answer;
using power::Controller;
using power::Status;
using power::Supply;

namespace {

Controller::Config controller_config(const Config& config, uint64_t part, uint64_t gdsc_delay)
{
    return {.seed = config.seed == 0 ? 0 : config.seed * 8 + part,
            .gdsc_delay = gdsc_delay,
            .clock_delay = 1'000,
            .pll_delay = 10'000,
            .policy = config.policy};
}

/// Which output drives which supply: the `wires` of island.c.
struct Wire {
    Block controller;
    std::string_view output;
    Block consumer;
    Supply supply;
};
constexpr Wire wires[] = {
    {Block::Mmcc, "gpu", Block::Smmu, Supply::Domain},
    {Block::Mmcc, "gpu_gx", Block::Gpu, Supply::Domain},
    {Block::Mmcc, "gpu_ahb_clk", Block::Smmu, Supply::Iface},
    {Block::Mmcc, "gpu_ahb_clk", Block::Gpu, Supply::Iface},
    {Block::Gcc, "gcc_mmss_bimc_gfx_clk", Block::Smmu, Supply::Bus},
    {Block::Gcc, "gcc_mmss_bimc_gfx_clk", Block::Gpu, Supply::MemIface},
    {Block::Gcc, "gcc_bimc_gfx_clk", Block::Gpu, Supply::Mem},
    {Block::Mmcc, "gpu_gx_gfx3d_clk", Block::Gpu, Supply::Core},
    {Block::Mmcc, "gpu_gx_rbbmtimer_clk", Block::Gpu, Supply::Rbbmtimer},
};
/// Which block resets have to be released for which block: `resettable` of island.c, bits as there.
constexpr struct {
    Block controller;
    std::string_view output;
} resets[] = {{Block::Gcc, "GCC_MMSS_BCR"}, {Block::Mmcc, "GPU_BCR"}, {Block::Mmcc, "GPU_GX_BCR"}};
constexpr uint32_t smmu_resets = 3, gpu_resets = 7, mmcc_resets = 1;

} // namespace

Island::Island(const Config& config)
    : gcc_(power::msm8996_gcc, controller_config(config, 2, 0), gcc_outputs_, this),
      mmcc_(power::msm8996_mmcc, controller_config(config, 3, 20'000), mmcc_outputs_, this),
      delay_(3, config.irq_delay, 0, config.seed, *this, this),
      smmu_({.policy = config.policy, .dma_policy = config.dma_policy, .collapse = config.collapse},
            *this, this),
      gpu_({.policy = config.policy, .seed = config.seed}, *this, this)
{
    for (const Supply supply : {Supply::Reset, Supply::Vote}) {
        smmu_.set_supply(supply, true);
        gpu_.set_supply(0, supply, true);
    }
    cold_reset();
}

void Island::cold_reset()
{
    gpu_.reset();
    gcc_.reset();
    mmcc_.reset();
    delay_.reset();
    smmu_.reset();
}

void Island::note(uint64_t what, uint64_t a, uint64_t b)
{
    for (const uint64_t one : {now_, what, a, b})
        digest_.add(one);
}

void Island::record(const journal::Event& event)
{
    // A stale hit names an invalidate that a CPU was seen to lose.
    if (event.kind == journal::Kind::Touch && event.lost != 0)
        lost_.insert(event.lost);
    if (event.kind == journal::Kind::Stale)
        require(lost_.contains(event.lost));
    note(2, static_cast<uint64_t>(event.kind), static_cast<uint64_t>(event.block));
    digest_.add(event.name);
    digest_.add(event.text);
    for (const uint64_t one :
         {event.address, event.value, event.pa, uint64_t{event.syndrome}, uint64_t{event.lost},
          uint64_t{event.stream}, uint64_t{event.bank}, uint64_t{event.size}, uint64_t{event.write},
          uint64_t{event.hit}, uint64_t{event.missing.bits()}, static_cast<uint64_t>(event.answer)})
        digest_.add(one);
}

// ---- Wires ------------------------------------------------------------------------------------

bool Island::output(Block controller, std::string_view name) const
{
    const bool gcc = controller == Block::Gcc;
    const power::Model& model = gcc ? power::msm8996_gcc : power::msm8996_mmcc;
    for (unsigned i = 0; i < power::output_count(model); ++i)
        if (power::output_at(model, i).name == name)
            return (gcc ? gcc_ : mmcc_).output(i);
    require(false);
    return false;
}

void Island::drive(Block controller, unsigned output, bool level)
{
    const std::string_view name =
        power::output_at(controller == Block::Gcc ? power::msm8996_gcc : power::msm8996_mmcc,
                         output)
            .name;
    for (const Wire& one : wires)
        if (one.controller == controller && one.output == name)
            wire(one.consumer, one.supply, level);
    for (uint32_t i = 0; i < std::size(resets); ++i)
        if (resets[i].controller == controller && resets[i].output == name)
            release_blocks(i, level);
}

void Island::release_blocks(uint32_t reset, bool level)
{
    released_ = (released_ & ~(1u << reset)) | uint32_t{level} << reset;
    const auto all = [this](uint32_t of) { return (released_ & of) == of; };
    if ((smmu_resets >> reset & 1) != 0)
        wire(Block::Smmu, Supply::Reset, all(smmu_resets));
    if ((gpu_resets >> reset & 1) != 0)
        wire(Block::Gpu, Supply::Reset, all(gpu_resets));
    if ((mmcc_resets >> reset & 1) != 0)
        mmcc_.set_reset(now_, all(mmcc_resets));
}

void Island::wire(Block block, Supply supply, bool level)
{
    if (block == Block::Smmu)
        smmu_.set_supply(supply, level);
    else
        gpu_.set_supply(now_, supply, level);
}

void Island::set_irq(unsigned line, bool level)
{
    delay_.set(now_, line, level);
}

void Island::set_line(unsigned line, bool level)
{
    note(3, line, level);
    irq_[line] = level;
}

void Island::set_irq(bool level)
{
    require(irq_[lines - 1] != level);
    note(3, lines - 1, level);
    irq_[lines - 1] = level;
}

/// The GPU takes no notice of a release that it does not wait for; its glue compares the tokens.
void Island::released(uint32_t token, power::Released how)
{
    require(!in_gpu_ && given_.erase(token) == 1);
    note(4, token, static_cast<uint64_t>(how));
    if (token == token_)
        gpu_.released(now_, how);
}

// ---- Memory and masters -----------------------------------------------------------------------

uint8_t* Island::at(uint64_t pa, std::size_t bytes)
{
    const bool there = pa >= ram && pa - ram <= ram_size - bytes;
    return there ? memory_.data() + (pa - ram) : nullptr;
}

bool Island::read_descriptor(uint64_t pa, uint64_t& descriptor)
{
    const uint8_t* from = at(pa, 8);
    descriptor = 0;
    if (from != nullptr)
        std::memcpy(&descriptor, from, 8);
    return from != nullptr;
}

smmu::Translation Island::dma(uint16_t stream, uint64_t iova, bool write, bool can_stall)
{
    const smmu::Translation translation = smmu_.translate(
        {.iova = iova, .stream = stream, .request = {.write = write}, .can_stall = can_stall});
    if (translation.result == smmu::Translation::Result::Stalled)
        require(can_stall && given_.insert(translation.token).second);
    return translation;
}

Status Island::beat(uint64_t iova, std::span<std::byte> buffer, bool write)
{
    require(gpu_.missing(Access::Dma).empty() && iova / 64 == (iova + buffer.size() - 1) / 64);
    const bool reaches = smmu_.missing(Access::Walk).empty();
    const smmu::Translation translation = dma(0, iova, write, true);
    require(translation.unreachable == !reaches);
    switch (translation.result) {
    case smmu::Translation::Result::Ok: {
        uint8_t* place = at(translation.pa, buffer.size());
        if (place == nullptr)
            return Status::Abort;
        if (write)
            std::memcpy(place, buffer.data(), buffer.size());
        else
            std::memcpy(buffer.data(), place, buffer.size());
        return Status::Ok;
    }
    case smmu::Translation::Result::RazWi:
        if (!write)
            std::ranges::fill(buffer, std::byte{0});
        return Status::Ok;
    case smmu::Translation::Result::Stalled:
        token_ = translation.token;
        return Status::Stalled;
    case smmu::Translation::Result::Decode:
        break;
    }
    return Status::Abort;
}

Status Island::dma_read(uint64_t iova, std::span<std::byte> buffer)
{
    return beat(iova, buffer, false);
}

Status Island::dma_write(uint64_t iova, std::span<const std::byte> buffer)
{
    std::array<std::byte, 64> copy{};
    require(buffer.size() <= copy.size());
    std::ranges::copy(buffer, copy.begin());
    return beat(iova, std::span(copy).first(buffer.size()), true);
}

void Island::poke(uint64_t pa, uint64_t value, unsigned size)
{
    if (uint8_t* place = at(pa, size))
        std::memcpy(place, &value, size);
}

uint32_t Island::peek(uint64_t pa) const
{
    uint32_t value = 0;
    if (pa >= ram && pa - ram <= ram_size - 4)
        std::memcpy(&value, memory_.data() + (pa - ram), 4);
    return value;
}

// ---- CPU and time -----------------------------------------------------------------------------

Answer Island::read(Block block, uint64_t offset, unsigned size)
{
    switch (block) {
    case Block::Gcc:
        return gcc_.read(now_, offset);
    case Block::Mmcc:
        return mmcc_.read(now_, offset);
    case Block::Smmu:
        return smmu_.read(offset, size);
    case Block::Gpu:
        return gpu_.read(now_, offset, size);
    case Block::Delay:
        break;
    }
    return {};
}

Answer Island::write(Block block, uint64_t offset, uint64_t value, unsigned size)
{
    const auto low = static_cast<uint32_t>(value);
    switch (block) {
    case Block::Gcc:
        return gcc_.write(now_, offset, low);
    case Block::Mmcc:
        return mmcc_.write(now_, offset, low);
    case Block::Smmu:
        return smmu_.write(offset, size, size == 4 ? low : value);
    case Block::Gpu:
        return gpu_.write(now_, offset, size, size == 4 ? low : value);
    case Block::Delay:
        break;
    }
    return {};
}

uint64_t Island::deadline() const
{
    return std::min({gcc_.deadline(), mmcc_.deadline(), delay_.deadline(), gpu_.deadline()});
}

void Island::wait(uint64_t ns)
{
    const uint64_t end = now_ + ns;
    while (deadline() <= end) {
        // What is due lies ahead: whoever asked for a moment in the past would never let go.
        require(deadline() >= now_);
        now_ = deadline();
        gcc_.advance(now_);
        mmcc_.advance(now_);
        delay_.advance(now_);
        in_gpu_ = true;
        gpu_.advance(now_);
        in_gpu_ = false;
        require(deadline() > now_);
    }
    now_ = end;
}

// ---- Save and load ----------------------------------------------------------------------------

std::vector<power::Pair> Island::save(Block block) const
{
    std::vector<power::Pair> pairs;
    const auto add = [&pairs](const power::Pair& pair) { pairs.push_back(pair); };
    switch (block) {
    case Block::Gcc:
        gcc_.save(add);
        break;
    case Block::Mmcc:
        mmcc_.save(add);
        break;
    case Block::Smmu:
        return smmu_.save();
    case Block::Gpu:
        gpu_.save(add);
        break;
    case Block::Delay:
        delay_.save(add);
        break;
    }
    return pairs;
}

bool Island::load(Block block, std::span<const power::Pair> pairs)
{
    switch (block) {
    case Block::Gcc:
        return gcc_.load(pairs);
    case Block::Mmcc:
        return mmcc_.load(pairs);
    case Block::Smmu:
        return smmu_.load(pairs);
    case Block::Gpu:
        return gpu_.load(pairs);
    case Block::Delay:
        return delay_.load(pairs);
    }
    return false;
}

Island::Saved Island::save() const
{
    Saved saved = {.memory = memory_,
                   .now = now_,
                   .released = released_,
                   .token = token_,
                   .given = given_,
                   .lost = lost_,
                   .irq = irq_};
    for (unsigned i = 0; i < block_count; ++i)
        saved.blocks[i] = save(static_cast<Block>(i));
    return saved;
}

bool Island::load(const Saved& saved)
{
    memory_ = saved.memory;
    now_ = saved.now;
    released_ = saved.released;
    token_ = saved.token;
    given_ = saved.given;
    lost_ = saved.lost;
    for (const Block block : {Block::Smmu, Block::Gcc, Block::Mmcc, Block::Gpu, Block::Delay})
        if (!load(block, saved.blocks[static_cast<unsigned>(block)]))
            return false;
    irq_ = saved.irq;
    return true;
}

// ---- What Linux does --------------------------------------------------------------------------

void Island::request(Switch which, bool on)
{
    const struct {
        Block controller;
        uint32_t offset, on, off;
    } registers[] = {{Block::Mmcc, 0x4034, 0x28'2000, 0x28'2001},
                     {Block::Mmcc, 0x4024, 0x28'2000, 0x28'2001},
                     {Block::Mmcc, 0x403c, 1, 0},
                     {Block::Mmcc, 0x4028, 0x6001, 0},
                     {Block::Mmcc, 0x40b0, 1, 0},
                     {Block::Gcc, 0x9010, 1, 0},
                     {Block::Gcc, 0x46018, 1, 0}};
    const auto& one = registers[static_cast<unsigned>(which)];
    write(one.controller, one.offset, on ? one.on : one.off);
}

void Island::switch_all(bool on)
{
    using enum Switch;
    for (const Switch which : {Gpu, GpuGx, Ahb, Gfx3d, Rbbmtimer, MmssBimcGfx, BimcGfx})
        request(which, on);
    wait(100'000);
}

void Island::map()
{
    for (const auto& [pa, descriptor] : std::initializer_list<std::pair<uint64_t, uint64_t>>{
             {ram, (ram + 0x1000) | 3},
             {ram + 0x1000, (ram + 0x2000) | 3},
             {ram + 0x2000 + 8 * 8, (ram + 0x3000) | 3},
             {ram + 0x3000 + 8 * 0, fence | 0xe43},
             {ram + 0x3000 + 8 * 1, ring | 0xe43},
             {ram + 0x3000 + 8 * 2, data | 0xe43},
             {ram + 0x3000 + 8 * 3, indirect | 0xe43},
             {fourth_descriptor, 0}})
        poke(pa, descriptor, 8);
}

void Island::attach(uint32_t sctlr)
{
    for (const auto& [offset, value] :
         std::initializer_list<std::pair<uint32_t, uint32_t>>{{0x0c00, 0},
                                                              {0x0800, 0x8000'0000},
                                                              {0x1800, 1},
                                                              {0x1000, 0x1'f300},
                                                              {0x8010, 0x3'8014},
                                                              {0x8030, 0x80'3510},
                                                              {0x8020, 0x4000'0000},
                                                              {0x8024, 0},
                                                              {0x8038, 0xf404'ff44},
                                                              {0x803c, 0xffff'ffff},
                                                              {0x8000, sctlr},
                                                              {0x8058, 0xc000'01fe},
                                                              {0x006c, 0xffff'ffff},
                                                              {0x0068, 0xffff'ffff},
                                                              {0x0070, 0xffff'ffff},
                                                              {0x0000, 0x1c36}})
        write(Block::Smmu, offset, value);
}

void Island::start_gpu()
{
    for (const auto& [index, value] :
         std::initializer_list<std::pair<uint32_t, uint32_t>>{{0x800, 0x0100'1000},
                                                              {0x801, 0},
                                                              {0x802, 0x0800'0209},
                                                              {0x38, 0x1190'037e},
                                                              {0x832, 0}})
        write(Block::Gpu, index * 4, value);
}

void Island::submit(std::initializer_list<uint32_t> dwords)
{
    auto at = static_cast<uint32_t>(read(Block::Gpu, 0x807 * 4).value) % 1024;
    for (const uint32_t dword : dwords) {
        poke(ring + 4 * at, dword);
        at = (at + 1) % 1024;
    }
    write(Block::Gpu, 0x807 * 4, at);
}

} // namespace smmu_pm::fuzz
