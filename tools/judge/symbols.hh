// SPDX-License-Identifier: GPL-2.0-or-later
//
// From an address in the guest to a name: the kernel's symbols, those of its modules where they
// were loaded, and those of the program at EL0.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smmu_pm::judge {

class Symbols {
public:
    /// A file of "address type name" lines, as /proc/kallsyms and nm print them. False, with a
    /// reason: it cannot be read or has no such line.
    bool load_kernel(const std::string& path, std::string& error);
    bool load_user(const std::string& path, std::string& error);
    /// A folder of NAME.sym files with "section offset name" lines, offset hexadecimal.
    void set_module_folder(std::string path) { module_folder_ = std::move(path); }

    /// A mark "kernel": "text=ffff800008010000 …", the address of _stext. Moves the kernel's
    /// symbols to where it ran.
    void kernel_mark(std::string_view text);
    /// A mark "module": "msm .text=0xffff… .init.text=0x…".
    void module_mark(std::string_view text);
    /// All marks are in.
    void settle();

    /// "arm_smmu_write_s2cr+0x2c/0x80 [module]"; the bare address when nothing is known of it. A
    /// return address is looked up one instruction back, where the call was.
    std::string name_of(uint64_t pc, bool return_address) const;
    /// Only the function's name, or the bare address.
    std::string function_of(uint64_t pc, bool return_address) const;
    /// How many of a chain's innermost frames only carry an order out, in a framework for registers
    /// and clocks: behind them stands who gave it. 0 for a chain that has no other frames.
    std::size_t carriers(std::span<const uint64_t> chain) const;
    /// A call chain, innermost first, a line for each function. Carriers stand in one line. A
    /// function that calls itself stands once, as its innermost call, with the number of its calls:
    /// page tables are walked by recursion, and the reader wants to see who asked for it.
    std::vector<std::string> lines_of(std::span<const uint64_t> chain) const;

private:
    struct Symbol {
        uint64_t address;
        std::string name;
        std::string module;
    };

    const Symbol* find(uint64_t pc, uint64_t& size) const;
    void add_module(const std::string& name, const std::map<std::string, uint64_t>& sections);

    std::vector<Symbol> symbols_{};
    uint64_t slide_ = 0;
    std::string module_folder_{};
    std::map<std::string, std::map<std::string, uint64_t>> modules_{};
};

} // namespace smmu_pm::judge
