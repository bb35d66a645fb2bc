// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal/budget.hh"

#include <algorithm>
#include <charconv>

namespace smmu_pm::journal {
namespace {

constexpr uint64_t ns_per_ms = 1'000'000;

/// Takes a number off the front; nothing: there is none, or it is above `most`.
std::optional<uint64_t> take_number(std::string_view& text, uint64_t most)
{
    uint64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc() || number > most)
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

} // namespace

uint64_t Budget::allowed(uint64_t now_ns) const
{
    return period_ms == 0 ? limit : limit + 1 + (now_ns - since_ns) / (period_ms * ns_per_ms);
}

void Budget::spend(uint64_t now_ns, const Chain& chain)
{
    ++power_ups;
    auto waker = std::find_if(wakers.begin(), wakers.end(),
                              [&](const Waker& each) { return each.chain == chain; });
    if (waker == wakers.end()) {
        if (wakers.size() == wakers_max)
            return;
        waker = wakers.insert(waker, {.chain = chain});
    }
    ++waker->times;
    waker->last_ns = now_ns;
}

const Budget::Waker* Budget::most() const
{
    const auto most =
        std::max_element(wakers.begin(), wakers.end(),
                         [](const Waker& a, const Waker& b) { return a.times < b.times; });
    return most == wakers.end() ? nullptr : &*most;
}

std::optional<Budget> parse_budget(std::string_view text, uint64_t now_ns)
{
    Budget budget{.since_ns = now_ns};
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string_view block = text.substr(0, blank);
    if (block == name_of(Block::Smmu))
        budget.block = Block::Smmu;
    else if (block == name_of(Block::Gpu))
        budget.block = Block::Gpu;
    else
        return std::nullopt;

    text.remove_prefix(std::min(blank + 1, text.size()));
    const auto limit = take_number(text, Budget::limit_max);
    if (!limit)
        return std::nullopt;
    budget.limit = *limit;
    if (text.empty())
        return budget;
    if (text[0] != '/')
        return std::nullopt;
    text.remove_prefix(1);
    const auto period = take_number(text, Budget::period_max);
    if (!period || *period == 0 || !text.empty())
        return std::nullopt;
    budget.period_ms = *period;
    return budget;
}

} // namespace smmu_pm::journal
