// SPDX-License-Identifier: GPL-2.0-or-later
//
// A journal's lines back into events. Nothing in a file makes this fail other than by saying so.
#pragma once

#include "journal/record.hh"

#include <optional>
#include <string>
#include <string_view>

namespace smmu_pm::judge {

/// An event that owns its strings.
struct Line {
    journal::Event event{};
    journal::Stamp stamp{};
    std::string name{};
    std::string text{};

    /// The event with its views on the strings of this line.
    journal::Event view() const
    {
        journal::Event view = event;
        view.name = name;
        view.text = text;
        return view;
    }
};

struct Header {
    int schema = 0;
    std::string machine{}, policy{}, collapse{};
    uint64_t seed = 0;
};

/// Each gives nothing and says why in `error` when the line is not one.
std::optional<Header> read_header(std::string_view line, std::string& error);
std::optional<Line> read_line(std::string_view line, std::string& error);

} // namespace smmu_pm::judge
