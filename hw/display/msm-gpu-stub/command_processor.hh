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
//
// A step makes one transfer at most, and changes nothing before that has come back: a transfer that
// is held is made again by doing the same step again.
//
// command_processor.cc  levels, fetches, headers and payloads
// packets.cc            operations on memory and registers
// draws.cc              what draws and state loads fetch
#pragma once

#include "bus.hh"
#include "pm4.hh"
#include "power/supply.hh"

#include <array>
#include <cstdint>
#include <string_view>

namespace smmu_pm::gpu {

/// Why the command processor stopped. It stays stopped until a reset or a loss of power.
enum class Error : uint8_t {
    None,
    Opcode,      ///< not a packet of A5xx, wrong parity, or shorter than its operation needs
    ReservedBit, ///< a reserved bit of a header is set
    Nesting,     ///< an indirect buffer called from level 2
    Dma,         ///< a fetch or a write ended in a bus error
    Register,    ///< a register access beyond the window
    Endless,     ///< one packet of the ring led to more than `budget` dwords
    Protection,  ///< a register access that CP_PROTECT refuses
};
inline constexpr std::array<std::string_view, 8> error_names = {
    "none", "opcode", "reserved-bit", "nesting", "dma", "register", "endless", "protection"};

/// The ring as the registers describe it.
struct Ring {
    uint64_t base = 0;   ///< IOVA, a multiple of 4
    uint32_t dwords = 2; ///< a power of two, 2 to max_ring
    uint32_t wptr = 0;   ///< dword index; taken modulo `dwords`
};

class CommandProcessor {
public:
    static constexpr uint32_t slice_dwords = 64;       ///< a slice ends once it has consumed these
    static constexpr uint32_t slice_transfers = 16;    ///< … or has done so many bursts
    static constexpr uint32_t max_ring = 1u << 20;     ///< dwords: CP_RB_WPTR has 20 bits
    static constexpr uint32_t max_ib = (1u << 20) - 1; ///< dwords: the size field has 20 bits
    /// Dwords that one packet of the ring may lead to: 16 MiB, all that msm's default VRAM
    /// carve-out holds. Only a loop has more.
    static constexpr uint32_t budget = 1u << 22;
    /// Dwords that one draw, state load or state group fetches at most. The part would fetch more;
    /// from where is what matters here.
    static constexpr uint32_t max_prefetch = 1u << 14;

    enum class Condition : uint8_t { Running, Failed, Hung };

    /// Does work for one slice. No effect unless runnable().
    void slice(const Ring& ring, Bus& bus);

    /// There is something that a slice would do.
    bool runnable(const Ring& ring) const;
    /// RBBM_STATUS: work is under way, or was when the command processor stopped.
    bool busy(const Ring& ring) const;

    /// CP_WAIT_REG_MEM says how many cycles it is to let pass between two looks; 0: not waiting.
    uint32_t pause_cycles() const;

    Condition condition() const { return condition_; }
    Error error() const { return error_; }
    uint64_t error_address() const { return error_address_; } ///< IOVA, or register index times 4
    bool error_write() const { return error_write_ != 0; }    ///< of a register access
    uint32_t header() const { return packet_.header; }        ///< of the latest packet

    /// Next dword of the ring that is to be fetched.
    uint32_t rptr() const { return rptr_; }
    /// CP_SET_PROTECTED_MODE: the registers that CP_PROTECT names are out of reach.
    bool protected_mode() const { return protected_mode_ != 0; }
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
    static constexpr uint32_t max_phase = 3;            ///< of any operation
    static constexpr uint32_t max_range = max_prefetch; ///< more than any count of registers

    /// One level: 0 is the ring.
    struct Level {
        uint64_t next = 0; ///< IOVA of the dword after the last one fetched
        uint32_t left = 0; ///< dwords not fetched yet; not used for the ring
        uint32_t at = 0;   ///< next dword of `fetched` to consume
        uint32_t have = 0; ///< dwords in `fetched`
        uint32_t skip = 0; ///< dwords that CP_COND_EXEC keeps from being executed
        std::array<uint32_t, burst_dwords> fetched{};
        bool operator==(const Level&) const = default;
    };

    /// `words` hold the payload's first dwords; `phase` and what is below it belong to the
    /// operation that executes them, step by step.
    struct Packet {
        uint32_t open = 0; ///< 1: its header was taken, it is not done
        uint32_t header = 0;
        uint32_t left = 0; ///< payload dwords to come
        uint32_t have = 0; ///< payload dwords kept in `words`
        std::array<uint32_t, 9> words{};
        uint32_t phase = 0;  ///< 0: its operation has not begun
        uint32_t range = 0;  ///< dwords left to transfer
        uint64_t target = 0; ///< next IOVA, or register
        uint64_t value = 0;  ///< what is to be written, or was read so far
        bool operator==(const Packet&) const = default;
    };

    /// How a step of an operation went.
    enum class Progress : uint8_t {
        Done, ///< the operation is complete
        More, ///< call again
        Wait, ///< nothing before the next slice
    };

    bool step(const Ring& ring, Bus& bus);
    bool fetch(const Ring& ring, Bus& bus);
    void begin(Bus& bus);
    void payload(Bus& bus);
    void stream_memory(Bus& bus);
    void stream_registers(Bus& bus);
    bool execute(const Ring& ring, Bus& bus);

    // packets.cc
    Progress operate(const Ring& ring, Bus& bus);
    Progress call(Bus& bus, bool chain);
    Progress event(Bus& bus);
    Progress report(Bus& bus, uint64_t iova, uint64_t value, uint32_t dwords);
    Progress wait(Bus& bus);
    Progress conditional_write(Bus& bus);
    Progress conditional_execution(Bus& bus);
    Progress memory_to_memory(Bus& bus);
    Progress register_to_memory(Bus& bus);
    Progress memory_to_register(Bus& bus);
    Progress modify_register(Bus& bus);
    Progress where_am_i(const Ring& ring, Bus& bus);
    bool sample(Bus& bus, uint32_t& value);

    // draws.cc
    Progress draw(Bus& bus);
    Progress draw_indirect(Bus& bus, uint32_t dwords);
    Progress draw_indexed_indirect(Bus& bus);
    Progress load_state(Bus& bus);
    Progress draw_state(Bus& bus);
    void prefetch_indices(uint64_t base, uint64_t first, uint64_t count);
    void prefetch(uint64_t iova, uint64_t bytes);
    Progress prefetching(Bus& bus);

    // One transfer, or one register; false: not done, and this step ends here.
    bool load(Bus& bus, uint64_t iova, std::span<uint32_t> dwords);
    bool store(Bus& bus, uint64_t iova, std::span<const uint32_t> dwords);
    bool get(Bus& bus, uint32_t index, uint32_t& value);
    bool set(Bus& bus, uint32_t index, uint32_t value);
    bool moved(power::Status status, uint64_t iova);
    bool accessed(RegisterAccess access, uint32_t index, bool write);
    void fail(Error error, uint64_t address);
    bool spend(uint32_t dwords, uint64_t iova);

    Level& level() { return levels_[depth_]; }
    const Level& level() const { return levels_[depth_]; }
    uint64_t address_of_next() const { return level().next - 4ull * (level().have - level().at); }
    bool executing() const { return packet_.open != 0 && ready(); }
    bool ready() const;
    /// A 64-bit address in the payload.
    uint64_t pointer(unsigned word) const
    {
        return (uint64_t{packet_.words[word + 1]} << 32 | packet_.words[word]) & ~uint64_t{3};
    }

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
            f(level.skip);
            for (auto& dword : level.fetched)
                f(dword);
        }
        f(self.packet_.open);
        f(self.packet_.header);
        f(self.packet_.left);
        f(self.packet_.have);
        for (auto& word : self.packet_.words)
            f(word);
        f(self.packet_.phase);
        f(self.packet_.range);
        f(self.packet_.target);
        f(self.packet_.value);
        f(self.spent_);
        f(self.protected_mode_);
        f(self.condition_);
        f(self.error_);
        f(self.error_address_);
        f(self.error_write_);
    }

    uint32_t rptr_ = 0;
    uint32_t depth_ = 0;
    std::array<Level, max_depth + 1> levels_{};
    Packet packet_{};
    uint32_t spent_ = 0; ///< dwords fetched on behalf of the ring's latest packet
    uint32_t protected_mode_ = 0;
    Condition condition_ = Condition::Running;
    Error error_ = Error::None;
    uint64_t error_address_ = 0;
    uint32_t error_write_ = 0;

    // Of the slice under way; nothing between two.
    uint32_t transfers_ = 0;
    uint32_t consumed_ = 0;
    bool stalled_ = false;
};

} // namespace smmu_pm::gpu
