// SPDX-License-Identifier: GPL-2.0-or-later
//
// An event with what the journal adds to it, and the form it has as a line of the journal. Writer
// and reader share the table that says which members belong to which kind.
#pragma once

#include "journal/event.hh"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace smmu_pm::journal {

inline constexpr int schema_version = 1;
inline constexpr unsigned chain_max = 24;
inline constexpr std::size_t text_max = 1024; ///< bytes of a text that are kept

/// A guest call chain: raw PCs, innermost first. Empty when no CPU was accessing.
struct Chain {
    std::array<uint64_t, chain_max> pc{};
    unsigned depth = 0;
    bool operator==(const Chain&) const = default;
};

/// When, and from where in the guest.
struct Stamp {
    uint64_t time_ns = 0; ///< virtual time
    uint64_t counter = 0; ///< CNTVCT_EL0
    Chain chain{};
};

/// The members of Event that carry meaning for a kind: bits.
enum Member : uint32_t {
    has_name = 1 << 0,
    has_text = 1 << 1,
    has_address = 1 << 2,
    has_value = 1 << 3,
    has_pa = 1 << 4,
    has_syndrome = 1 << 5,
    has_stream = 1 << 6,
    has_bank = 1 << 7,
    has_size = 1 << 8,
    has_access = 1 << 9, ///< Event::write
    has_hit = 1 << 10,
    has_missing = 1 << 11,
    has_answer = 1 << 12,
    has_chain = 1 << 13,
    has_lost = 1 << 14, ///< written when it is not 0
};

struct KindInfo {
    std::string_view name; ///< the value of "ev"
    uint32_t members;
};

inline constexpr std::array<KindInfo, 21> kinds = {{
    {"wire", has_name | has_value | has_missing | has_chain},
    {"lost", has_name},
    {"touch", has_name | has_address | has_value | has_size | has_access | has_missing |
                  has_answer | has_lost | has_chain},
    {"write", has_name | has_address | has_value | has_size | has_chain},
    {"tlbi", has_name | has_address | has_value | has_size},
    {"translate", has_stream | has_address | has_pa | has_access | has_bank | has_hit},
    {"bypass", has_name | has_stream | has_address | has_access},
    {"refused", has_name | has_stream | has_address | has_access | has_missing},
    {"fault", has_name | has_value | has_address | has_syndrome | has_stream | has_bank},
    {"irq", has_name | has_value | has_bank},
    {"gpu", has_name | has_text | has_address | has_value},
    {"mark", has_name | has_text},
    {"reset", 0},
    {"restored", 0},
    {"stall",
     has_name | has_stream | has_address | has_access | has_value | has_bank | has_missing},
    {"release", has_name | has_stream | has_address | has_access | has_value | has_bank},
    {"stale", has_name | has_text | has_stream | has_address | has_pa | has_access | has_value |
                  has_bank | has_lost},
    {"timeout", has_value},
    {"dropped", 0},
    {"finding", has_name | has_value | has_text},
    {"testdev", has_name | has_text | has_address | has_value},
}};

constexpr const KindInfo& info_of(Kind kind)
{
    return kinds[static_cast<unsigned>(kind)];
}

inline constexpr std::array<std::string_view, 8> block_names = {
    "island", "gcc", "mmcc", "smmu", "gpu", "delay", "mark", "testdev"};

constexpr std::string_view name_of(Block block)
{
    return block_names[static_cast<unsigned>(block)];
}

/// One line of the journal, newline included.
std::string format(const Event& event, const Stamp& stamp);

/// The journal's first line.
std::string format_header(std::string_view machine, power::Policy policy, power::Collapse collapse,
                          uint64_t seed);

/// 0x and lower-case hexadecimal digits, no leading zeros.
std::string hex(uint64_t value);

/// "domain, iface": the supplies of a set.
std::string list(power::SupplySet supplies);

} // namespace smmu_pm::journal
