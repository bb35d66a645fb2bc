// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/reader.hh"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace smmu_pm::judge {
namespace {

using nlohmann::json;

/// The writer makes \u00XX of every byte that is not printable ASCII: back to bytes.
std::string bytes_of(const std::string& utf8)
{
    std::string bytes;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        if ((lead & 0xfc) == 0xc0 && i + 1 < utf8.size())
            bytes += static_cast<char>((lead & 3) << 6 | (utf8[++i] & 0x3f));
        else
            bytes += utf8[i];
    }
    return bytes;
}

/// Takes members out of an object, and remembers the first that was not as it should be.
class Members {
public:
    explicit Members(const json& object) : object_(object) {}

    const std::string& error() const { return error_; }

    uint64_t number(const char* key, bool optional = false)
    {
        const json* value = find(key);
        if (value == nullptr && optional)
            return 0;
        if (value != nullptr && value->is_number_unsigned())
            return value->get<uint64_t>();
        return wrong<uint64_t>(key, "a number");
    }
    std::string string(const char* key, bool optional = false)
    {
        const auto found = object_.find(key);
        if (found == object_.end() && optional)
            return {};
        if (found != object_.end() && found->is_string())
            return bytes_of(found->get<std::string>());
        return wrong<std::string>(key, "a string");
    }
    bool boolean(const char* key)
    {
        const json* value = find(key);
        if (value != nullptr && value->is_boolean())
            return value->get<bool>();
        return wrong<bool>(key, "true or false");
    }
    uint64_t hex(const char* key) { return parse_hex(string(key), key); }
    template <std::size_t N>
    unsigned one_of(const char* key, const std::array<std::string_view, N>& names)
    {
        const std::string value = string(key);
        const auto found = std::find(names.begin(), names.end(), value);
        if (found != names.end())
            return static_cast<unsigned>(found - names.begin());
        return wrong<unsigned>(key, "a known name");
    }
    power::SupplySet supplies(const char* key)
    {
        power::SupplySet set;
        const json* value = find(key);
        if (value == nullptr || !value->is_array())
            return wrong<power::SupplySet>(key, "a list");
        for (const json& each : *value) {
            const auto found =
                each.is_string() ? std::find(power::supply_names.begin(), power::supply_names.end(),
                                             each.get_ref<const std::string&>())
                                 : power::supply_names.end();
            if (found == power::supply_names.end())
                return wrong<power::SupplySet>(key, "a list of supplies");
            set.set(static_cast<power::Supply>(found - power::supply_names.begin()), true);
        }
        return set;
    }
    journal::Chain chain(const char* key)
    {
        journal::Chain chain;
        const auto value = object_.find(key);
        if (value == object_.end())
            return chain;
        if (!value->is_array() || value->size() > journal::chain_max)
            return wrong<journal::Chain>(key, "a list of at most 24 addresses");
        for (const json& each : *value)
            chain.pc[chain.depth++] = each.is_string()
                                          ? parse_hex(each.get<std::string>(), key)
                                          : wrong<uint64_t>(key, "a list of addresses");
        return chain;
    }

private:
    const json* find(const char* key) const
    {
        const auto found = object_.find(key);
        return found == object_.end() ? nullptr : &*found;
    }
    template <class T>
    T wrong(const char* key, const char* what)
    {
        if (error_.empty())
            error_ = std::string("'") + key + "' is not " + what;
        return T{};
    }
    uint64_t parse_hex(const std::string& text, const char* key)
    {
        uint64_t value = 0;
        if (text.starts_with("0x") && text.size() > 2) {
            const auto [end, code] =
                std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
            if (code == std::errc() && end == text.data() + text.size())
                return value;
        }
        return wrong<uint64_t>(key, "a hexadecimal number");
    }

    const json& object_;
    std::string error_{};
};

json parse(std::string_view line)
{
    return json::parse(line, nullptr, false);
}

} // namespace

std::optional<Header> read_header(std::string_view line, std::string& error)
{
    const json object = parse(line);
    if (!object.is_object() || object.find("schema") == object.end()) {
        error = "the first line is not the header of a journal";
        return std::nullopt;
    }
    Members members(object);
    Header header;
    header.schema = static_cast<int>(std::min<uint64_t>(members.number("schema"), 1000));
    header.machine = members.string("machine");
    header.policy = members.string("policy");
    header.collapse = members.string("collapse");
    header.seed = members.number("seed");
    error = members.error();
    if (error.empty() && header.schema != journal::schema_version)
        error = "schema " + std::to_string(header.schema) + " is not known, only " +
                std::to_string(journal::schema_version);
    return error.empty() ? std::optional(header) : std::nullopt;
}

std::optional<Line> read_line(std::string_view line, std::string& error)
{
    using namespace journal;
    const json object = parse(line);
    if (!object.is_object()) {
        error = "not a JSON object";
        return std::nullopt;
    }
    Members members(object);
    Line result;
    result.stamp.time_ns = members.number("t");
    result.stamp.counter = members.number("cnt");
    result.event.block = static_cast<Block>(members.one_of("block", block_names));
    const std::string kind = members.string("ev");
    const auto found = std::find_if(kinds.begin(), kinds.end(),
                                    [&](const KindInfo& info) { return info.name == kind; });
    if (!members.error().empty() || found == kinds.end()) {
        error = members.error().empty() ? "unknown event '" + kind + "'" : members.error();
        return std::nullopt;
    }
    Event& event = result.event;
    event.kind = static_cast<Kind>(found - kinds.begin());
    const auto has = [&](Member member) { return (found->members & member) != 0; };
    if (has(has_name))
        result.name = members.string("name", true);
    if (has(has_text))
        result.text = members.string("text", true);
    if (has(has_stream))
        event.stream = static_cast<uint16_t>(members.number("stream"));
    if (has(has_address))
        event.address = members.hex("addr");
    if (has(has_pa))
        event.pa = members.hex("pa");
    if (has(has_size))
        event.size = static_cast<uint8_t>(members.number("size"));
    if (has(has_access))
        event.write =
            members.one_of("access", std::array<std::string_view, 2>{"read", "write"}) == 1;
    if (has(has_value))
        event.value = members.hex("value");
    if (has(has_syndrome))
        event.syndrome = static_cast<uint32_t>(members.hex("syndrome"));
    if (has(has_bank))
        event.bank = static_cast<uint8_t>(members.number("bank"));
    if (has(has_hit))
        event.hit = members.boolean("hit");
    if (has(has_missing))
        event.missing = members.supplies("missing");
    if (has(has_answer))
        event.answer = static_cast<power::Policy>(members.one_of("answer", power::policy_names));
    if (has(has_lost))
        event.lost = static_cast<uint32_t>(members.number("lost", true));
    if (has(has_chain))
        result.stamp.chain = members.chain("chain");
    error = members.error();
    return error.empty() ? std::optional(std::move(result)) : std::nullopt;
}

} // namespace smmu_pm::judge
