// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal/requires.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace smmu_pm::journal {
namespace {

constexpr std::string_view usage =
    "after the place comes 'EVENT [NAME] [MEMBER=VALUE]… >= N' (or <=, ==), 'no EVENT …' or "
    "'order NAME …'";

/// The blocks whose power requirements speak of.
constexpr std::array<Block, 3> powered = {Block::Smmu, Block::Gpu, Block::Testdev};

std::size_t index_of(Block block)
{
    return static_cast<std::size_t>(std::find(powered.begin(), powered.end(), block) -
                                    powered.begin());
}

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t start = text.find_first_not_of(' ');
        if (start == std::string_view::npos)
            break;
        const std::size_t end = std::min(text.find(' ', start), text.size());
        words.emplace_back(text.substr(start, end - start));
        text.remove_prefix(end);
    }
    return words;
}

/// One `*` stands for anything, be it nothing.
bool matches(std::string_view pattern, std::string_view name)
{
    const std::size_t star = pattern.find('*');
    if (pattern.empty())
        return true;
    if (star == std::string_view::npos)
        return name == pattern;
    const std::string_view end = pattern.substr(star + 1);
    return name.size() >= star + end.size() && name.starts_with(pattern.substr(0, star)) &&
           name.ends_with(end);
}

bool is_power(std::string_view event)
{
    return event == "power-up" || event == "power-off";
}

/// A block that goes on and off.
std::optional<Block> powered_block(std::string_view name)
{
    for (const Block block : powered)
        if (name == name_of(block))
            return block;
    return std::nullopt;
}

/// As a reader calls it.
std::string title(Block block)
{
    return block == Block::Gpu ? "the GPU" : block == Block::Smmu ? "the SMMU" : "pm-testdev";
}

bool known_event(std::string_view name)
{
    return is_power(name) || name == "scattered" ||
           std::any_of(kinds.begin(), kinds.end(),
                       [&](const KindInfo& kind) { return kind.name == name; });
}

/// Decimal, or hexadecimal after 0x.
bool parse_number(std::string_view text, uint64_t& value)
{
    const bool is_hex = text.starts_with("0x");
    if (is_hex)
        text.remove_prefix(2);
    const auto [end, code] =
        std::from_chars(text.data(), text.data() + text.size(), value, is_hex ? 16 : 10);
    return code == std::errc() && end == text.data() + text.size();
}

bool is_mark(const Event& event, std::string_view name)
{
    return event.kind == Kind::Mark &&
           (event.name == "phase" ? event.text == name : event.name == name);
}

} // namespace

Requirement Requirement::parse(std::string_view text, std::string& error)
{
    Requirement requirement;
    requirement.text_ = std::string(text);
    error.clear();
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
        error = "no ':' after the place";
        return requirement;
    }
    const std::vector<std::string> place = words_of(text.substr(0, colon));
    const std::vector<std::string> rest = words_of(text.substr(colon + 1));

    if (place.size() == 2 && place[0] == "at") {
        requirement.form_ = Form::At;
        requirement.from_ = place[1];
        const std::optional<Block> block =
            rest.size() == 2 ? powered_block(rest[0]) : std::optional<Block>();
        if (!block || (rest[1] != "off" && rest[1] != "on")) {
            error = "after 'at MARK:' comes 'smmu', 'gpu' or 'testdev', then 'off' or 'on'";
        } else {
            requirement.block_ = *block;
            requirement.want_off_ = rest[1] == "off";
        }
        return requirement;
    }

    const std::size_t dots = place.size() == 1 ? place[0].find("..") : std::string::npos;
    if (dots != std::string::npos && dots > 0) {
        requirement.from_ = place[0].substr(0, dots);
        requirement.to_ = place[0].substr(dots + 2);
    } else if (place.size() != 1 || place[0] != "all") {
        error = "the place is 'at MARK', 'A..B', 'A..' or 'all'";
        return requirement;
    } else {
        requirement.open_ = true;
        requirement.windows_ = 1;
    }

    if (rest.size() >= 2 && rest[0] == "order") {
        requirement.form_ = Form::Order;
        for (std::size_t at = 1; at < rest.size() && error.empty(); ++at)
            requirement.order_.push_back(Step::parse(rest[at], error));
        return requirement;
    }
    requirement.form_ = Form::Count;
    requirement.parse_count(rest, error);
    return requirement;
}

/// 'NAME' of a register, or 'EVENT:NAME'.
Requirement::Step Requirement::Step::parse(std::string_view word, std::string& error)
{
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos)
        return {.event = {}, .name = std::string(word)};
    const Step step{.event = std::string(word.substr(0, colon)),
                    .name = std::string(word.substr(colon + 1))};
    if (!known_event(step.event) || step.event == "scattered")
        error = "'" + step.event + "' is no kind of event that comes in an order";
    else if (is_power(step.event) && !powered_block(step.name))
        error = "after '" + step.event + ":' comes 'smmu', 'gpu' or 'testdev'";
    return step;
}

std::string Requirement::Step::text() const
{
    return event.empty() ? name : event + ":" + name;
}

bool Requirement::Step::matches(const Event& event, const std::optional<Edge>& edge) const
{
    if (this->event.empty())
        return (event.kind == Kind::Write || event.kind == Kind::Tlbi) &&
               journal::matches(name, event.name);
    if (is_power(this->event))
        return edge && edge->up == (this->event == "power-up") &&
               edge->block == powered_block(name);
    return info_of(event.kind).name == this->event && journal::matches(name, event.name);
}

/// 'EVENT [NAME] [MEMBER=VALUE]… OP N', or 'no EVENT [NAME] [MEMBER=VALUE]…'.
void Requirement::parse_count(const std::vector<std::string>& words, std::string& error)
{
    const bool none = !words.empty() && words[0] == "no";
    std::size_t at = none ? 1 : 0;
    std::size_t end = words.size();
    if (none) {
        most_ = 0;
    } else if (end >= 3 &&
               (words[end - 2] == ">=" || words[end - 2] == "<=" || words[end - 2] == "==")) {
        end -= 2;
    } else {
        error = usage;
        return;
    }
    if (at == end) {
        error = usage;
        return;
    }
    event_ = words[at++];
    if (at < end && words[at].find('=') == std::string::npos)
        name_ = words[at++];
    for (; at < end; ++at) {
        if (!parse_condition(words[at])) {
            error = "'" + words[at] + "' is no condition such as syndrome=0x11";
            return;
        }
    }
    if (!known_event(event_)) {
        error = "'" + event_ + "' is no kind of event";
        return;
    }
    if (!conditions_apply()) {
        error = "'" + event_ + "' has no such member";
        return;
    }
    if (is_power(event_)) {
        const std::optional<Block> block = name_.empty() ? Block::Smmu : powered_block(name_);
        if (!block)
            error = "after '" + event_ + "' comes 'smmu', 'gpu', 'testdev', or none";
        block_ = block.value_or(Block::Smmu);
    } else if (event_ == "scattered" && !name_.empty()) {
        error = "'scattered' has no name";
    }
    if (none)
        return;

    const std::string& number = words[words.size() - 1];
    const std::string& op = words[words.size() - 2];
    uint64_t value = 0;
    if (!parse_number(number, value))
        error = "'" + number + "' is not a number";
    else if (op == ">=" && value == 0)
        error = "'>= 0' always holds";
    if (op != "<=")
        least_ = value;
    if (op != ">=")
        most_ = value;
}

bool Requirement::parse_condition(std::string_view word)
{
    static constexpr std::array<std::string_view, 6> members = {"block", "stream", "bank",
                                                                "addr",  "value",  "syndrome"};
    const std::size_t equals = word.find('=');
    const auto member = std::find(members.begin(), members.end(), word.substr(0, equals));
    if (member == members.end() || equals == std::string_view::npos)
        return false;
    const std::string_view text = word.substr(equals + 1);
    Condition condition{.member = static_cast<Member>(member - members.begin()), .value = 0};
    if (condition.member == Member::Block) {
        const auto block = std::find(block_names.begin(), block_names.end(), text);
        if (block == block_names.end())
            return false;
        condition.value = static_cast<uint64_t>(block - block_names.begin());
    } else if (!parse_number(text, condition.value)) {
        return false;
    }
    conditions_.push_back(condition);
    return true;
}

/// A condition on what an event does not have would hold never, or always.
bool Requirement::conditions_apply() const
{
    // In the order of Member; every event has its block.
    static constexpr std::array<uint32_t, 6> bits = {0,           has_stream, has_bank,
                                                     has_address, has_value,  has_syndrome};
    const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const KindInfo& info) { return info.name == event_; });
    return std::all_of(conditions_.begin(), conditions_.end(), [&](const Condition& condition) {
        const uint32_t bit = bits[static_cast<std::size_t>(condition.member)];
        return kind != kinds.end() && (kind->members & bit) == bit;
    });
}

void Requirement::at_mark()
{
    ++windows_;
    if (off_[index_of(block_)] != want_off_)
        ++failures_;
}

/// How many pages next to the one of this translation were translated in this window, and lie
/// apart.
unsigned Requirement::scattered(const Event& event)
{
    constexpr std::size_t pages_max = 4096;
    const uint64_t page = event.address >> 12;
    const uint64_t frame = event.pa >> 12;
    if (page == frame || pages_.size() >= pages_max || !pages_.emplace(page, frame).second)
        return 0;
    unsigned pairs = 0;
    const auto before = pages_.find(page - 1);
    if (before != pages_.end() && before->second + 1 != frame)
        ++pairs;
    const auto behind = pages_.find(page + 1);
    if (behind != pages_.end() && behind->second != frame + 1)
        ++pairs;
    return pairs;
}

void Requirement::in_window(const Event& event, const std::optional<Edge>& edge)
{
    if (form_ == Form::Order) {
        if (ordered_ < order_.size() && order_[ordered_].matches(event, edge))
            furthest_ = std::max(furthest_, ++ordered_);
        return;
    }
    if (event_ == "scattered") {
        if (event.kind == Kind::Translate)
            counted_ += scattered(event);
        return;
    }
    counted_ += counts(event, edge);
}

bool Requirement::counts(const Event& event, const std::optional<Edge>& edge) const
{
    if (is_power(event_))
        return edge && edge->block == block_ && edge->up == (event_ == "power-up");
    if (info_of(event.kind).name != event_ || !matches(name_, event.name))
        return false;
    return std::all_of(conditions_.begin(), conditions_.end(), [&](const Condition& condition) {
        switch (condition.member) {
        case Member::Block:
            return condition.value == static_cast<uint64_t>(event.block);
        case Member::Stream:
            return condition.value == event.stream;
        case Member::Bank:
            return condition.value == event.bank;
        case Member::Addr:
            return condition.value == event.address;
        case Member::Value:
            return condition.value == event.value;
        case Member::Syndrome:
            return condition.value == event.syndrome;
        }
        return false;
    });
}

/// The window, as it is.
bool Requirement::holds() const
{
    if (form_ == Form::Order)
        return ordered_ == order_.size();
    return counted_ >= least_ && counted_ <= most_;
}

void Requirement::close()
{
    if (!holds()) {
        ++failures_;
        failed_at_ = counted_;
    }
    open_ = false;
    ordered_ = 0;
    pages_.clear();
}

/// What a wire makes of its block, if that was known before and is something else now.
std::optional<Requirement::Edge> Requirement::follow(const Event& event)
{
    if (event.kind == Kind::Restored)
        off_ = {};
    if (event.kind != Kind::Wire ||
        std::find(powered.begin(), powered.end(), event.block) == powered.end())
        return {};
    std::optional<bool>& off = off_[index_of(event.block)];
    const std::optional<bool> before = std::exchange(off, !event.missing.empty());
    if (!before || before == off)
        return {};
    return Edge{.block = event.block, .up = *before};
}

void Requirement::feed(const Event& event)
{
    const std::optional<Edge> edge = follow(event);

    if (form_ == Form::At) {
        if (is_mark(event, from_))
            at_mark();
        return;
    }
    if (!to_.empty() && open_ && is_mark(event, to_)) {
        close();
        return;
    }
    if (!from_.empty() && !open_ && is_mark(event, from_)) {
        open_ = true;
        counted_ = 0;
        ++windows_;
        return;
    }
    if (open_)
        in_window(event, edge);
}

bool Requirement::met() const
{
    if (windows_ == 0 || failures_ != 0)
        return false;
    if (form_ == Form::At)
        return true;
    // A window that is still open never saw its end; the whole journal has no other end.
    if (open_ && !to_.empty())
        return false;
    return !open_ || holds();
}

std::string Requirement::reason() const
{
    if (met())
        return "met";
    if (windows_ == 0)
        return "no mark '" + from_ + "' in the journal";
    if (form_ == Form::At)
        return title(block_) + " was " + (want_off_ ? "on" : "off") + " at " +
               std::to_string(failures_) + " of " + std::to_string(windows_) + " marks '" + from_ +
               "'";
    if (open_ && !to_.empty())
        return "no mark '" + to_ + "' after '" + from_ + "'";
    if (form_ == Form::Order)
        return furthest_ < order_.size()
                   ? "'" + order_[furthest_].text() + "' did not come in its turn"
                   : "the order was not kept every time";
    return "there were " + std::to_string(open_ ? counted_ : failed_at_) + " where it failed last";
}

} // namespace smmu_pm::journal
