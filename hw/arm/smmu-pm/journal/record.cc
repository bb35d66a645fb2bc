// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal/record.hh"

#include <algorithm>
#include <charconv>

namespace smmu_pm::journal {
namespace {

/// A JSON object under construction, members in the order given.
class Object {
public:
    Object() : text_("{") {}

    void string(std::string_view key, std::string_view value)
    {
        this->key(key);
        quote(value);
    }
    void number(std::string_view key, uint64_t value)
    {
        this->key(key);
        text_ += std::to_string(value);
    }
    void address(std::string_view key, uint64_t value) { string(key, hex(value)); }
    void boolean(std::string_view key, bool value)
    {
        this->key(key);
        text_ += value ? "true" : "false";
    }
    template <class F>
    void strings(std::string_view key, unsigned count, F&& at)
    {
        this->key(key);
        text_ += '[';
        for (unsigned i = 0; i < count; ++i) {
            if (i > 0)
                text_ += ',';
            quote(at(i));
        }
        text_ += ']';
    }
    std::string line() && { return std::move(text_) + "}\n"; }

private:
    void key(std::string_view key)
    {
        if (text_.size() > 1)
            text_ += ',';
        quote(key);
        text_ += ':';
    }
    /// Bytes that are not printable ASCII become \u00XX: whatever a guest sends, the line is JSON.
    void quote(std::string_view value)
    {
        static constexpr std::string_view digits = "0123456789abcdef";
        text_ += '"';
        for (const char c : value.substr(0, text_max)) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < 0x20 || byte >= 0x7f) {
                text_ += "\\u00";
                text_ += digits[byte >> 4];
                text_ += digits[byte & 15];
            } else {
                if (c == '"' || c == '\\')
                    text_ += '\\';
                text_ += c;
            }
        }
        text_ += '"';
    }

    std::string text_;
};

} // namespace

std::string hex(uint64_t value)
{
    std::array<char, 18> buffer{'0', 'x'};
    const auto end = std::to_chars(buffer.data() + 2, buffer.data() + buffer.size(), value, 16);
    return {buffer.data(), end.ptr};
}

std::string list(power::SupplySet supplies)
{
    std::string text;
    for (unsigned i = 0; i < power::supply_count; ++i) {
        if (!supplies.has(static_cast<power::Supply>(i)))
            continue;
        if (!text.empty())
            text += ", ";
        text += power::supply_names[i];
    }
    return text;
}

std::string format(const Event& event, const Stamp& stamp)
{
    const KindInfo& kind = info_of(event.kind);
    const auto has = [&](Member member) { return (kind.members & member) != 0; };
    Object object;
    object.number("t", stamp.time_ns);
    object.number("cnt", stamp.counter);
    object.string("block", name_of(event.block));
    object.string("ev", kind.name);
    if (has(has_name) && !event.name.empty())
        object.string("name", event.name);
    if (has(has_text) && !event.text.empty())
        object.string("text", event.text);
    if (has(has_stream))
        object.number("stream", event.stream);
    if (has(has_address))
        object.address("addr", event.address);
    if (has(has_pa))
        object.address("pa", event.pa);
    if (has(has_size))
        object.number("size", event.size);
    if (has(has_access))
        object.string("access", event.write ? "write" : "read");
    if (has(has_value))
        object.address("value", event.value);
    if (has(has_syndrome))
        object.address("syndrome", event.syndrome);
    if (has(has_bank))
        object.number("bank", event.bank);
    if (has(has_hit))
        object.boolean("hit", event.hit);
    if (has(has_missing)) {
        std::array<std::string_view, power::supply_count> names{};
        unsigned count = 0;
        for (unsigned i = 0; i < power::supply_count; ++i)
            if (event.missing.has(static_cast<power::Supply>(i)))
                names[count++] = power::supply_names[i];
        object.strings("missing", count, [&](unsigned i) { return names[i]; });
    }
    if (has(has_answer))
        object.string("answer", power::policy_names[static_cast<unsigned>(event.answer)]);
    if (has(has_lost) && event.lost != 0)
        object.number("lost", event.lost);
    if (has(has_chain) && stamp.chain.depth > 0)
        object.strings("chain", std::min(stamp.chain.depth, chain_max),
                       [&](unsigned i) { return hex(stamp.chain.pc[i]); });
    return std::move(object).line();
}

std::string format_header(std::string_view machine, power::Policy policy, power::Collapse collapse,
                          uint64_t seed)
{
    Object object;
    object.number("schema", schema_version);
    object.string("program", "smmu-pm");
    object.string("machine", machine);
    object.string("policy", power::policy_names[static_cast<unsigned>(policy)]);
    object.string("collapse", power::collapse_names[static_cast<unsigned>(collapse)]);
    object.number("seed", seed);
    return std::move(object).line();
}

} // namespace smmu_pm::journal
