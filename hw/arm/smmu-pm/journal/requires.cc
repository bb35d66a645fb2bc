// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal/requires.hh"

#include <algorithm>
#include <charconv>

namespace smmu_pm::journal {
namespace {

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

bool matches(std::string_view pattern, std::string_view name)
{
    if (pattern.empty())
        return true;
    if (pattern.back() == '*')
        return name.starts_with(pattern.substr(0, pattern.size() - 1));
    return name == pattern;
}

bool known_event(std::string_view name)
{
    return name == "power-up" || name == "power-off" || name == "scattered" ||
           std::any_of(kinds.begin(), kinds.end(),
                       [&](const KindInfo& kind) { return kind.name == name; });
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
        if (rest.size() != 2 || (rest[0] != "smmu" && rest[0] != "gpu") ||
            (rest[1] != "off" && rest[1] != "on")) {
            error = "after 'at MARK:' comes 'smmu' or 'gpu', then 'off' or 'on'";
        } else {
            requirement.block_ = rest[0] == "gpu" ? Block::Gpu : Block::Smmu;
            requirement.want_off_ = rest[1] == "off";
        }
        return requirement;
    }

    const std::size_t dots = place.size() == 1 ? place[0].find("..") : std::string::npos;
    if (dots != std::string::npos && dots > 0 && dots + 2 < place[0].size()) {
        requirement.from_ = place[0].substr(0, dots);
        requirement.to_ = place[0].substr(dots + 2);
    } else if (place.size() != 1 || place[0] != "all") {
        error = "the place is 'at MARK', 'A..B' or 'all'";
        return requirement;
    } else {
        requirement.open_ = true;
        requirement.windows_ = 1;
    }

    if (rest.size() >= 2 && rest[0] == "order") {
        requirement.form_ = Form::Order;
        requirement.order_.assign(rest.begin() + 1, rest.end());
        return requirement;
    }
    requirement.form_ = Form::Count;
    const std::size_t count = rest.size();
    if (count < 3 || count > 4 || rest[count - 2] != ">=") {
        error = "after the place comes 'EVENT [NAME] >= N' or 'order NAME …'";
        return requirement;
    }
    requirement.event_ = rest[0];
    if (count == 4)
        requirement.name_ = rest[1];
    const std::string& number = rest[count - 1];
    const auto parsed =
        std::from_chars(number.data(), number.data() + number.size(), requirement.least_);
    if (parsed.ec != std::errc() || parsed.ptr != number.data() + number.size() ||
        requirement.least_ == 0)
        error = "'" + number + "' is not a number from 1 up";
    else if (!known_event(requirement.event_))
        error = "'" + requirement.event_ + "' is no kind of event";
    return requirement;
}

void Requirement::at_mark()
{
    ++windows_;
    if (off_ != want_off_)
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

void Requirement::in_window(const Event& event, bool powered_up, bool powered_off)
{
    if (form_ == Form::Order) {
        if ((event.kind == Kind::Write || event.kind == Kind::Tlbi) && ordered_ < order_.size() &&
            event.name == order_[ordered_])
            furthest_ = std::max(furthest_, ++ordered_);
        return;
    }
    if (event_ == "scattered") {
        if (event.kind == Kind::Translate)
            counted_ += scattered(event);
        return;
    }
    const bool counts = event_ == "power-up" ? powered_up
                        : event_ == "power-off"
                            ? powered_off
                            : info_of(event.kind).name == event_ && matches(name_, event.name);
    counted_ += counts;
}

void Requirement::close()
{
    if (form_ == Form::Order ? ordered_ < order_.size() : counted_ < least_)
        ++failures_;
    open_ = false;
    ordered_ = 0;
    pages_.clear();
}

void Requirement::feed(const Event& event)
{
    bool powered_up = false;
    bool powered_off = false;
    if (event.kind == Kind::Wire && event.block == block_) {
        const bool off = !event.missing.empty();
        powered_up = off_ && !off;
        powered_off = !off_ && off;
        off_ = off;
    }

    if (form_ == Form::At) {
        if (is_mark(event, from_))
            at_mark();
        return;
    }
    if (!from_.empty() && open_ && is_mark(event, to_)) {
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
        in_window(event, powered_up, powered_off);
}

bool Requirement::met() const
{
    if (windows_ == 0 || failures_ != 0)
        return false;
    if (form_ == Form::At)
        return true;
    // A window that is still open never saw its end; the whole journal has no other end.
    if (open_ && !from_.empty())
        return false;
    return !open_ || (form_ == Form::Order ? ordered_ == order_.size() : counted_ >= least_);
}

std::string Requirement::reason() const
{
    if (met())
        return "met";
    if (windows_ == 0)
        return "no mark '" + from_ + "' in the journal";
    if (form_ == Form::At)
        return std::string(block_ == Block::Gpu ? "the GPU was " : "the SMMU was ") +
               (want_off_ ? "on" : "off") + " at " + std::to_string(failures_) + " of " +
               std::to_string(windows_) + " marks '" + from_ + "'";
    if (open_ && !from_.empty())
        return "no mark '" + to_ + "' after '" + from_ + "'";
    if (form_ == Form::Order)
        return furthest_ < order_.size() ? "'" + order_[furthest_] + "' did not come in its turn"
                                         : "the order was not kept every time";
    return "there were " + std::to_string(counted_) + " where it failed last";
}

} // namespace smmu_pm::journal
