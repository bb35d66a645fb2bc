// SPDX-License-Identifier: GPL-2.0-or-later
//
// The command processor: it fetches the ring and the indirect buffers that the ring calls, decodes
// packets and executes the few that have an effect. It works in slices, each of a bounded amount,
// so that whatever a guest puts into its buffers, a slice ends.
//
//   ring ──IB──▶ level 1 ──IB──▶ level 2          A5xx has no third level.
//
// Every fetch is one burst within an aligned 64 bytes, hence never across a page; the same holds
// for writes. What has been fetched stays fetched: a guest that rewrites it comes too late, as on
// the part.
#pragma once

#include "pm4.hh"
#include "power/supply.hh"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace smmu_pm::gpu {

/// Why the command processor stopped. It stays stopped until a reset or a loss of power.
enum class Error : uint8_t {
    None,
    Opcode,      ///< not a packet of A5xx, wrong parity, or shorter than its operation needs
    ReservedBit, ///< a reserved bit of a header is set
    Nesting,     ///< an indirect buffer called from level 2
    Dma,         ///< a fetch or a write ended in a bus error
    Register,    ///< a register write beyond the window
    Endless,     ///< one packet of the ring led to more than `budget` dwords
};
inline constexpr std::array<std::string_view, 7> error_names = {
    "none", "opcode", "reserved-bit", "nesting", "dma", "register", "endless"};

/// What the command processor reaches outside itself.
class Bus {
public:
    /// DMA of at most 64 bytes, not crossing an aligned 64 bytes; dwords in guest (little) endian.
    virtual power::Status read(uint64_t iova, std::span<uint32_t> dwords) = 0;
    virtual power::Status write(uint64_t iova, std::span<const uint32_t> dwords) = 0;
    /// `index` in dwords; false: no such register.
    virtual bool write_register(uint32_t index, uint32_t value) = 0;
    virtual bool read_register(uint32_t index, uint32_t& value) = 0;
    /// CP_EVENT_WRITE asked for an interrupt; what it had to write is in memory.
    virtual void timestamp_irq() = 0;
    /// Something worth a line in the journal.
    virtual void note(std::string_view name, uint64_t address, uint64_t value) = 0;

protected:
    ~Bus() = default;
};

/// The ring as the registers describe it.
struct Ring {
    uint64_t base = 0;   ///< IOVA, a multiple of 4
    uint32_t dwords = 2; ///< a power of two, 2 to max_ring
    uint32_t wptr = 0;   ///< dword index; taken modulo `dwords`
};

class CommandProcessor {
public:
    static constexpr uint32_t burst_dwords = 16;       ///< 64 bytes
    static constexpr uint32_t slice_dwords = 64;       ///< a slice ends once it has consumed these
    static constexpr uint32_t slice_transfers = 16;    ///< … or has done so many bursts
    static constexpr uint32_t max_ring = 1u << 20;     ///< dwords: CP_RB_WPTR has 20 bits
    static constexpr uint32_t max_ib = (1u << 20) - 1; ///< dwords: the size field has 20 bits
    /// Dwords that one packet of the ring may lead to: 16 MiB, all that msm's default VRAM
    /// carve-out holds. Only a loop has more.
    static constexpr uint32_t budget = 1u << 22;

    enum class Condition : uint8_t { Running, Failed, Hung };

    /// Does work for one slice. No effect unless runnable().
    void slice(const Ring& ring, Bus& bus);

    /// There is something that a slice would do.
    bool runnable(const Ring& ring) const;
    /// RBBM_STATUS: work is under way, or was when the command processor stopped.
    bool busy(const Ring& ring) const;

    Condition condition() const { return condition_; }
    Error error() const { return error_; }
    uint64_t error_address() const { return error_address_; } ///< IOVA, or register index times 4
    uint32_t header() const { return packet_.header; }        ///< of the latest packet

    /// Next dword of the ring that is to be fetched.
    uint32_t rptr() const { return rptr_; }
    /// Level 1 or 2: next address to fetch and dwords that are left, 0 when not in use.
    uint64_t ib_base(unsigned level) const { return level <= depth_ ? levels_[level].next : 0; }
    uint32_t ib_left(unsigned level) const { return level <= depth_ ? levels_[level].left : 0; }

    /// f(field): every number that makes up the state, in a fixed order; for save and compare.
    template <class F>
    void each_field(F&& f) const
    {
        visit(*this, f);
    }
    /// As each_field, with references to assign to. Ask valid() afterwards.
    template <class F>
    void each_field(F&& f)
    {
        visit(*this, f);
    }
    /// False for a state that the command processor cannot get into and would not survive.
    bool valid() const;

    bool operator==(const CommandProcessor&) const = default;

private:
    static constexpr unsigned max_depth = 2;

    /// One level: 0 is the ring.
    struct Level {
        uint64_t next = 0; ///< IOVA of the dword after the last one fetched
        uint32_t left = 0; ///< dwords not fetched yet; not used for the ring
        uint32_t at = 0;   ///< next dword of `fetched` to consume
        uint32_t have = 0; ///< dwords in `fetched`
        std::array<uint32_t, burst_dwords> fetched{};
        bool operator==(const Level&) const = default;
    };

    struct Packet {
        uint32_t open = 0; ///< 1: its header was taken, its payload is not complete or not done
        uint32_t header = 0;
        uint32_t left = 0; ///< payload dwords to come
        uint32_t have = 0; ///< payload dwords kept in `words`
        std::array<uint32_t, 6> words{};
        uint64_t target = 0; ///< next IOVA, or register, to write
        bool operator==(const Packet&) const = default;
    };

    bool step(const Ring& ring, Bus& bus);
    bool fetch(const Ring& ring, Bus& bus);
    void begin(Bus& bus);
    void payload(Bus& bus);
    void write_memory(Bus& bus);
    void write_registers(Bus& bus);
    void finish(Bus& bus);
    void call(Bus& bus, bool chain);
    void event(Bus& bus);
    bool poll(Bus& bus);
    bool transfer(power::Status status, uint64_t iova);
    void fail(Error error, uint64_t address);
    Level& level() { return levels_[depth_]; }
    const Level& level() const { return levels_[depth_]; }
    uint64_t address_of_next() const { return level().next - 4ull * (level().have - level().at); }

    template <class Self, class F>
    static void visit(Self& self, F& f)
    {
        f(self.rptr_);
        f(self.depth_);
        for (auto& level : self.levels_) {
            f(level.next);
            f(level.left);
            f(level.at);
            f(level.have);
            for (auto& dword : level.fetched)
                f(dword);
        }
        f(self.packet_.open);
        f(self.packet_.header);
        f(self.packet_.left);
        f(self.packet_.have);
        for (auto& word : self.packet_.words)
            f(word);
        f(self.packet_.target);
        f(self.spent_);
        f(self.condition_);
        f(self.error_);
        f(self.error_address_);
    }

    uint32_t rptr_ = 0;
    uint32_t depth_ = 0;
    std::array<Level, max_depth + 1> levels_{};
    Packet packet_{};
    uint32_t spent_ = 0; ///< dwords fetched from indirect buffers since the ring's last packet
    Condition condition_ = Condition::Running;
    Error error_ = Error::None;
    uint64_t error_address_ = 0;

    // Of the slice under way; nothing between two.
    uint32_t transfers_ = 0;
    uint32_t consumed_ = 0;
};

} // namespace smmu_pm::gpu
