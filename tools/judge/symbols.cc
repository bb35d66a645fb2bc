// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/symbols.hh"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace smmu_pm::judge {
namespace {

constexpr uint64_t kernel_half = uint64_t{1} << 63;

/// A framework that a driver switches its power with, and how its functions' names begin.
struct Framework {
    std::string_view name;
    std::array<std::string_view, 3> prefixes;
};

constexpr std::array<Framework, 3> frameworks = {{
    {"regmap", {"regmap_", "_regmap_", "__regmap_"}},
    {"clk", {"clk_", "__clk_", "_clk_"}},
    {"gdsc", {"gdsc_", "_gdsc_", "__gdsc_"}},
}};

const Framework* framework_of(std::string_view function)
{
    const auto found =
        std::find_if(frameworks.begin(), frameworks.end(), [=](const Framework& framework) {
            return std::any_of(
                framework.prefixes.begin(), framework.prefixes.end(),
                [=](std::string_view prefix) { return function.starts_with(prefix); });
        });
    return found == frameworks.end() ? nullptr : &*found;
}

bool read_table(const std::string& path, std::string& error, auto&& each)
{
    std::ifstream file(path);
    if (!file) {
        error = "cannot read symbols from '" + path + "'";
        return false;
    }
    std::string line;
    bool any = false;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string address, type, name;
        if (words >> address >> type >> name) {
            char* end = nullptr;
            const uint64_t value = std::strtoull(address.c_str(), &end, 16);
            if (*end == '\0') {
                any = true;
                each(value, type, name);
            }
        }
    }
    if (!any)
        error = "no symbols in '" + path + "'";
    return any;
}

std::string plain(uint64_t pc)
{
    char text[24];
    std::snprintf(text, sizeof(text), "0x%016" PRIx64, pc);
    return text;
}

} // namespace

bool Symbols::load_kernel(const std::string& path, std::string& error)
{
    return read_table(path, error, [&](uint64_t address, const std::string&, std::string& name) {
        // Absolute and per-CPU symbols lie below the kernel's half and name no code.
        if (address >= kernel_half)
            symbols_.push_back({address, std::move(name), {}});
    });
}

bool Symbols::load_user(const std::string& path, std::string& error)
{
    return read_table(path, error,
                      [&](uint64_t address, const std::string& type, std::string& name) {
                          if (type == "t" || type == "T" || type == "W" || type == "w")
                              symbols_.push_back({address, std::move(name), "user"});
                      });
}

void Symbols::kernel_mark(std::string_view text)
{
    std::istringstream words{std::string(text)};
    std::string word;
    while (words >> word) {
        if (!word.starts_with("text="))
            continue;
        const uint64_t ran = std::strtoull(word.c_str() + 5, nullptr, 16);
        for (const Symbol& symbol : symbols_)
            if (symbol.name == "_stext" && symbol.module.empty() && ran != 0)
                slide_ = ran - symbol.address;
    }
}

void Symbols::module_mark(std::string_view text)
{
    std::istringstream words{std::string(text)};
    std::string name, word;
    words >> name;
    while (words >> word) {
        const std::size_t equals = word.find('=');
        if (equals != std::string::npos)
            modules_[name][word.substr(0, equals)] =
                std::strtoull(word.c_str() + equals + 1, nullptr, 16);
    }
}

void Symbols::add_module(const std::string& name, const std::map<std::string, uint64_t>& sections)
{
    // A module's name comes from the guest: it must not lead out of the folder.
    if (name.find('/') != std::string::npos)
        return;
    std::ifstream file(module_folder_ + "/" + name + ".sym");
    std::string section, offset, symbol;
    while (file >> section >> offset >> symbol) {
        const auto found = sections.find(section);
        if (found != sections.end())
            symbols_.push_back(
                {found->second + std::strtoull(offset.c_str(), nullptr, 16), symbol, name});
    }
}

void Symbols::settle()
{
    for (Symbol& symbol : symbols_)
        if (symbol.module.empty())
            symbol.address += slide_;
    for (const auto& [name, sections] : modules_)
        add_module(name, sections);
    std::stable_sort(symbols_.begin(), symbols_.end(),
                     [](const Symbol& a, const Symbol& b) { return a.address < b.address; });
}

const Symbols::Symbol* Symbols::find(uint64_t pc, uint64_t& size) const
{
    const auto after = std::upper_bound(
        symbols_.begin(), symbols_.end(), pc,
        [](uint64_t value, const Symbol& symbol) { return value < symbol.address; });
    if (after == symbols_.begin())
        return nullptr;
    // Of several names for one address the first that was listed, as the kernel prints it.
    auto found = std::prev(after);
    while (found != symbols_.begin() && std::prev(found)->address == found->address)
        --found;
    // Nothing is known of code far behind the last symbol of its region.
    constexpr uint64_t far = 1 << 20;
    if (pc - found->address >= far)
        return nullptr;
    size = after == symbols_.end() ? 0 : after->address - found->address;
    return &*found;
}

std::string Symbols::name_of(uint64_t pc, bool return_address) const
{
    uint64_t size = 0;
    const Symbol* symbol = find(return_address ? pc - 4 : pc, size);
    if (symbol == nullptr)
        return plain(pc);
    char place[48];
    std::snprintf(place, sizeof(place), "+0x%" PRIx64 "/0x%" PRIx64, pc - symbol->address, size);
    return symbol->name + place + (symbol->module.empty() ? "" : " [" + symbol->module + "]");
}

std::string Symbols::function_of(uint64_t pc, bool return_address) const
{
    uint64_t size = 0;
    const Symbol* symbol = find(return_address ? pc - 4 : pc, size);
    return symbol == nullptr ? plain(pc) : symbol->name;
}

std::size_t Symbols::carriers(std::span<const uint64_t> chain) const
{
    for (std::size_t i = 0; i < chain.size(); ++i)
        if (framework_of(function_of(chain[i], i > 0)) == nullptr)
            return i;
    return 0;
}

std::vector<std::string> Symbols::lines_of(std::span<const uint64_t> chain) const
{
    std::vector<std::string> lines;
    std::size_t i = carriers(chain);
    if (i > 0) {
        std::string names;
        for (const Framework& framework : frameworks) {
            for (std::size_t frame = 0; frame < i; ++frame) {
                if (framework_of(function_of(chain[frame], frame > 0)) != &framework)
                    continue;
                names += (names.empty() ? "" : ", ") + std::string(framework.name);
                break;
            }
        }
        lines.push_back("[" + names + ": " + std::to_string(i) +
                        (i == 1 ? " frame, " : " frames, ") + name_of(chain[0], false) + "]");
    }
    while (i < chain.size()) {
        const std::string function = function_of(chain[i], i > 0);
        size_t next = i + 1;
        while (next < chain.size() && function_of(chain[next], true) == function)
            ++next;
        const size_t calls = next - i;
        lines.push_back(name_of(chain[i], i > 0) +
                        (calls > 1 ? " (" + std::to_string(calls) + " calls)" : ""));
        i = next;
    }
    return lines;
}

} // namespace smmu_pm::judge
