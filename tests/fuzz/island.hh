// SPDX-License-Identifier: GPL-2.0-or-later
//
// The island without QEMU: GCC, MMCC, SMMU, GPU and delay element, wired as qemu/island.c wires
// them, around a small memory and a virtual clock. What the blocks tell goes into a digest, so that
// two islands can be compared by a number.
#pragma once

#include "digest.hh"
#include "gpu.hh"
#include "power/controller.hh"
#include "power/delay.hh"
#include "smmu/smmu.hh"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace smmu_pm::fuzz {

/// The blocks that can be accessed, saved and loaded.
enum class Block : uint8_t { Gcc, Mmcc, Smmu, Gpu, Delay };
inline constexpr unsigned block_count = 5;

struct Config {
    uint64_t seed = 0;
    power::Policy policy = power::Policy::Abort;
    power::DmaPolicy dma_policy = power::DmaPolicy::Abort;
    power::Collapse collapse = power::Collapse::Lose;
    uint64_t irq_delay = 0;
};

class Island final : smmu::Host, gpu::Host, power::Delay::Lines, journal::Sink {
public:
    static constexpr uint64_t ram = 0x4000'0000;
    static constexpr uint64_t ram_size = 0x2'0000;
    static constexpr unsigned lines = 4; ///< SMMU global, two banks, GPU: at the GIC

    using Bytes = std::array<uint8_t, ram_size>;
    /// Everything that a saved machine holds.
    struct Saved {
        std::array<std::vector<power::Pair>, block_count> blocks{};
        Bytes memory{};
        uint64_t now = 0;
        uint32_t released = 0;
        uint32_t token = 0;
        std::set<uint32_t> given{};
        std::set<uint32_t> lost{};
        std::array<bool, lines> irq{};
        bool operator==(const Saved&) const = default;
    };

    explicit Island(const Config& config);
    Island(const Island&) = delete;
    Island& operator=(const Island&) = delete;

    uint64_t now() const override { return now_; }
    const Digest& digest() const { return digest_; }
    bool irq(unsigned line) const { return irq_[line]; }
    const smmu::Smmu& smmu() const { return smmu_; }
    const gpu::Gpu& gpu() const { return gpu_; }
    bool output(Block controller, std::string_view name) const;
    /// What an access would miss of a block, SMMU or GPU.
    power::SupplySet missing(Block block, power::Access access) const
    {
        return block == Block::Smmu ? smmu_.missing(access) : gpu_.missing(access);
    }

    /// A CPU's access. Controllers take 4 bytes only, and Delay none.
    power::Answer read(Block block, uint64_t offset, unsigned size = 4);
    power::Answer write(Block block, uint64_t offset, uint64_t value, unsigned size = 4);
    /// A beat of another master's, of 8 bytes; it waits if it is held, for ever if it is lost.
    smmu::Translation dma(uint16_t stream, uint64_t iova, bool write, bool can_stall);
    /// A wire at the block's own input, past the controllers.
    void wire(Block block, power::Supply supply, bool level);
    /// A CPU's access to memory; beyond it nothing happens.
    void poke(uint64_t pa, uint64_t value, unsigned size = 4);
    uint32_t peek(uint64_t pa) const;
    /// Lets time pass, and everything happen that is due meanwhile.
    void wait(uint64_t ns);
    /// The next moment at which something is due, or power::never.
    uint64_t deadline() const;
    void cold_reset();

    std::vector<power::Pair> save(Block block) const;
    bool load(Block block, std::span<const power::Pair> pairs);
    Saved save() const;
    /// False: a block has refused. In the order in which QEMU loads: SMMUs before everything else,
    /// and what has inputs from others last.
    bool load(const Saved& saved);
    /// Forgets what was said so far.
    void start_digest() { digest_ = {}; }

    // ---- What Linux does, in short ----
    /// One wire by the register write of the clock and power drivers.
    enum class Switch : uint8_t { Gpu, GpuGx, Ahb, Gfx3d, Rbbmtimer, MmssBimcGfx, BimcGfx };
    void request(Switch which, bool on);
    /// All of them, and the time that they take.
    void switch_all(bool on);
    /// A four-level table from 0x01000000 up, by pages: 0 fence, 1 ring, 2 data, 3 an indirect
    /// buffer; the fourth is not mapped.
    void map();
    static constexpr uint64_t fence = ram + 0x8000, ring = ram + 0x9000, data = ram + 0xa000,
                              indirect = ram + 0xb000, late = ram + 0xc000;
    static constexpr uint64_t fourth_descriptor = ram + 0x3000 + 8 * 4;
    /// arm_smmu_device_reset() with stream 0 in bank 0. `sctlr`: 0x1167 of Linux 6.1, 0x11e7 (with
    /// CFCFG) of 6.12.
    void attach(uint32_t sctlr = 0x1167);
    /// A ring of a page, command processor started.
    void start_gpu();
    /// Dwords into the ring, and the doorbell. The ring's page has room for 1024.
    void submit(std::initializer_list<uint32_t> dwords);

private:
    /// One controller's outputs, and which it is.
    struct Outputs final : power::Outputs {
        Outputs(Island& its_island, Block its_controller)
            : island(its_island), controller(its_controller)
        {
        }
        void set_output(unsigned output, bool level) override
        {
            island.drive(controller, output, level);
        }
        Island& island;
        Block controller;
    };

    void drive(Block controller, unsigned output, bool level);
    void release_blocks(uint32_t reset, bool level);
    power::Status beat(uint64_t iova, std::span<std::byte> buffer, bool write);
    uint8_t* at(uint64_t pa, std::size_t bytes);
    void note(uint64_t what, uint64_t a, uint64_t b);

    // smmu::Host
    bool read_descriptor(uint64_t pa, uint64_t& descriptor) override;
    void set_irq(unsigned line, bool level) override;
    void tlb_invalidated(const smmu::Extent&) override {}
    void released(uint32_t token, power::Released how) override;
    void pm_fault() override { note(1, 0, 0); }
    void unimplemented(const char*) override {}
    // gpu::Host
    power::Status dma_read(uint64_t iova, std::span<std::byte> buffer) override;
    power::Status dma_write(uint64_t iova, std::span<const std::byte> buffer) override;
    void set_irq(bool level) override;
    // power::Delay::Lines
    void set_line(unsigned line, bool level) override;
    // journal::Sink
    void record(const journal::Event& event) override;

    uint64_t now_ = 0;
    Digest digest_{};
    Bytes memory_{};
    std::array<bool, lines> irq_{};
    uint32_t released_ = 7;      ///< block resets: GCC_MMSS_BCR, GPU_BCR, GPU_GX_BCR
    uint32_t token_ = 0;         ///< what the GPU waits for
    std::set<uint32_t> given_{}; ///< tokens of transactions that were held, and not released
    std::set<uint32_t> lost_{};  ///< numbers of lost invalidates that were told of
    bool in_gpu_ = false;
    Outputs gcc_outputs_{*this, Block::Gcc};
    Outputs mmcc_outputs_{*this, Block::Mmcc};
    power::Controller gcc_;
    power::Controller mmcc_;
    power::Delay delay_;
    smmu::Smmu smmu_;
    gpu::Gpu gpu_;
};

} // namespace smmu_pm::fuzz
