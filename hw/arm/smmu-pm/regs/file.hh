// SPDX-License-Identifier: GPL-2.0-or-later
//
// A register file: all registers of a block, found by offset, with the access rules of their
// declarations. The device that owns it hears of an access through ordinary overloads, one for
// each register type whose Effect asks for it; a forgotten one does not compile:
//
//     void wrote(SMMU_sCR0, unsigned index, Value<SMMU_sCR0> before, Value<SMMU_sCR0> written);
//     Value<X> reading(X, unsigned index, Value<X> stored);
//
// `wrote` is called after the access rules were applied: the file holds the new content, `before`
// is the old one and `written` is what the guest wrote (of a 32-bit half of a 64-bit register: the
// half written merged with what the file held before).
#pragma once

#include "regs/reg.hh"

#include <cstddef>
#include <tuple>
#include <vector>

namespace smmu_pm::regs {

/// A register array with this stride stands once on each of a row of pages, which are alike.
inline constexpr uint32_t page_size = 0x1000;

/// A register's declaration with its type erased: for dispatch, journal, save and documentation.
struct Info {
    std::string_view name;
    Place place;
    unsigned width;
    uint64_t reset;
    uint64_t rw, ro, wo, w1c;
    std::size_t base; ///< of the first instance in a file's storage; if paged, within each page

    /// One of a page that there are several of, all alike.
    constexpr bool paged() const { return place.count > 1 && place.stride == page_size; }
};

/// "SMMU_CBn_FSR" and 3 give "SMMU_CB3_FSR": the manual's n is the instance.
class InstanceName {
public:
    constexpr InstanceName(std::string_view name, unsigned index, bool array)
    {
        const std::size_t n = array ? name.find('n') : std::string_view::npos;
        append(name.substr(0, n));
        if (n == std::string_view::npos)
            return;
        char digits[10]{};
        std::size_t count = 0;
        do {
            digits[count++] = static_cast<char>('0' + index % 10);
            index /= 10;
        } while (index != 0);
        while (count > 0)
            append({&digits[--count], 1});
        append(name.substr(n + 1));
    }
    constexpr std::string_view view() const { return {text_.data(), length_}; }

private:
    constexpr void append(std::string_view part)
    {
        const std::size_t room = std::min(part.size(), text_.size() - length_);
        std::copy_n(part.begin(), room, text_.begin() + static_cast<std::ptrdiff_t>(length_));
        length_ += room;
    }
    std::array<char, 48> text_{};
    std::size_t length_ = 0;
};

namespace detail {

template <class... Rs>
constexpr std::array<Info, sizeof...(Rs)> make_infos()
{
    std::size_t base = 0, in_page = 0;
    std::array<Info, sizeof...(Rs)> infos = {Info{Rs::name, Rs::place, Rs::width, Rs::reset,
                                                  Rs::rw_mask, Rs::ro_mask, Rs::wo_mask,
                                                  Rs::w1c_mask, 0}...};
    for (Info& info : infos) {
        info.base = info.paged() ? in_page : base;
        (info.paged() ? in_page : base) += info.paged() ? 1 : info.place.count;
    }
    return infos;
}

/// For each word of the window the number of its register plus one; 0: none. Of pages that are
/// alike the first stands for all.
template <uint32_t Span>
struct Map {
    std::array<uint16_t, Span / 4> entry{};
    bool clash = false;
};

template <uint32_t Span, class... Rs>
constexpr Map<Span> make_map()
{
    Map<Span> map;
    const auto infos = make_infos<Rs...>();
    for (std::size_t kind = 0; kind < infos.size(); ++kind) {
        const Info& info = infos[kind];
        for (uint32_t i = 0; i < (info.paged() ? 1 : info.place.count); ++i)
            for (uint32_t half = 0; half < info.width / 32; ++half) {
                uint16_t& entry = map.entry[(info.place.offset + i * info.place.stride) / 4 + half];
                map.clash = map.clash || entry != 0;
                entry = static_cast<uint16_t>(kind + 1);
            }
    }
    return map;
}

} // namespace detail

template <class... Rs>
class File {
    static constexpr std::size_t kinds = sizeof...(Rs);
    static_assert(kinds > 0 && kinds < 0xffff);

public:
    static constexpr std::array<Info, kinds> infos = detail::make_infos<Rs...>();
    static constexpr uint32_t span = std::max(
        {(Rs::place.offset + (Rs::place.count - 1) * Rs::place.stride + Rs::width / 8)...});
    /// Where the pages that are alike begin, or the end of all.
    static constexpr uint32_t pages = [] {
        uint32_t first = (span + page_size - 1) / page_size * page_size;
        for (const Info& info : infos)
            if (info.paged())
                first = std::min(first, info.place.offset / page_size * page_size);
        return first;
    }();
    /// Words that can be told apart by where() below.
    static constexpr uint32_t words = std::min(span, pages + page_size) / 4 + 1;

    /// f(R{}) for each type of register, in the order declared.
    template <class F>
    static void each_register(F&& f)
    {
        (f(Rs{}), ...);
    }

    /// As after a reset.
    File() = default;

    void reset() { *this = {}; }

    /// The device's own view: no access rule, no effect. An index beyond the array is the last
    /// instance: no guest can name it, see find().
    template <class R>
    Value<R> get(unsigned index = 0) const
    {
        return Value<R>(stored(infos[number_of<R>()], index));
    }
    template <class R>
    void put(Value<R> value, unsigned index = 0)
    {
        store(infos[number_of<R>()], index, value.raw());
    }

    /// The register at an offset, or nullptr. `offset` may point at the upper half of a 64-bit one.
    static constexpr const Info* find(uint64_t offset)
    {
        if (offset >= span)
            return nullptr;
        const uint16_t entry = map.entry[where(offset)];
        if (entry == 0)
            return nullptr;
        const Info& info = infos[entry - 1u];
        return info.paged() && (offset - pages) / page_size >= info.place.count ? nullptr : &info;
    }
    /// The number of an offset's word below `words`, the same on all pages that are alike.
    static constexpr std::size_t where(uint64_t offset)
    {
        return static_cast<std::size_t>((offset < pages ? offset : pages + offset % page_size) / 4);
    }
    static constexpr unsigned index_at(const Info& info, uint64_t offset)
    {
        return info.place.count == 1
                   ? 0
                   : static_cast<unsigned>((offset - info.place.offset) / info.place.stride);
    }
    /// The manual's name of the register at an offset; empty when there is none.
    static constexpr InstanceName name_at(uint64_t offset)
    {
        const Info* info = find(offset);
        return info == nullptr
                   ? InstanceName("", 0, false)
                   : InstanceName(info->name, index_at(*info, offset), info->place.count > 1);
    }

    /// A guest's read of 4 or 8 bytes, naturally aligned; what is not declared reads as zero. An
    /// 8-byte access to 32-bit registers is two accesses, low address first.
    template <class Device>
    uint64_t read(uint64_t offset, unsigned size, Device& device)
    {
        const Info* info = find(offset);
        if (size == 8 && (info == nullptr || info->width == 32)) {
            const uint64_t low = read(offset, 4, device);
            return low | read(offset + 4, 4, device) << 32;
        }
        if (info == nullptr)
            return 0;
        const unsigned index = index_at(*info, offset);
        const uint64_t value = readers<Device>[number(*info)](*this, device, index) & ~info->wo;
        if (size == 8 || info->width == 32)
            return value;
        return (offset & 4) != 0 ? value >> 32 : value & 0xffff'ffff;
    }

    /// A guest's write of 4 or 8 bytes, as read().
    template <class Device>
    void write(uint64_t offset, unsigned size, uint64_t value, Device& device)
    {
        const Info* info = find(offset);
        if (size == 8 && (info == nullptr || info->width == 32)) {
            write(offset, 4, value & 0xffff'ffff, device);
            write(offset + 4, 4, value >> 32, device);
            return;
        }
        if (info == nullptr)
            return;
        const unsigned index = index_at(*info, offset);
        if (size == 4 && info->width == 64) {
            // The other half is written with what it holds, W1C bits with 0: it stays as it is.
            const uint64_t held = stored(*info, index) & ~info->w1c;
            value = (offset & 4) != 0 ? (held & 0xffff'ffff) | value << 32
                                      : (held & ~uint64_t{0xffff'ffff}) | (value & 0xffff'ffff);
        }
        writers<Device>[number(*info)](*this, device, index, value);
    }

    /// f(offset, value) for each instance of each register that keeps anything a reset would not
    /// give it: what is worth saving.
    template <class F>
    void each_stored(F&& f) const
    {
        const auto pages_kept =
            static_cast<unsigned>(paged_.size() / std::max<std::size_t>(in_page, 1));
        for (const Info& info : infos) {
            const unsigned count = info.paged() ? pages_kept : info.place.count;
            for (unsigned i = 0; i < count; ++i)
                if (const uint64_t value = stored(info, i); value != info.reset)
                    f(info.place.offset + i * info.place.stride, value);
        }
    }

    /// Puts a saved value back; false: no such register, or a bit set that it cannot hold. Start
    /// from a file that was reset.
    bool restore(uint32_t offset, uint64_t value)
    {
        const Info* info = find(offset);
        if (info == nullptr || (offset - info->place.offset) % (info->width / 8) != 0 ||
            (value & ~(info->rw | info->ro | info->w1c)) != 0)
            return false;
        store(*info, index_at(*info, offset), value);
        return true;
    }

    bool operator==(const File& other) const
    {
        const File& longer = paged_.size() < other.paged_.size() ? other : *this;
        const File& shorter = &longer == this ? other : *this;
        if (single_ != other.single_)
            return false;
        for (std::size_t i = 0; i < longer.paged_.size(); ++i)
            if (longer.paged_[i] !=
                (i < shorter.paged_.size() ? shorter.paged_[i] : page_reset[i % in_page]))
                return false;
        return true;
    }

private:
    static constexpr std::size_t number(const Info& info)
    {
        return static_cast<std::size_t>(&info - infos.data());
    }

    template <class R>
    static consteval std::size_t number_of()
    {
        static_assert((false || ... || std::is_same_v<R, Rs>), "not a register of this file");
        constexpr std::array<bool, kinds> same = {std::is_same_v<R, Rs>...};
        std::size_t i = 0;
        while (!same[i])
            ++i;
        return i;
    }

    uint64_t stored(const Info& info, unsigned index) const
    {
        const std::size_t i = std::min<std::size_t>(index, info.place.count - 1);
        if (!info.paged())
            return single_[info.base + i];
        const std::size_t slot = i * in_page + info.base;
        return slot < paged_.size() ? paged_[slot] : info.reset;
    }
    void store(const Info& info, unsigned index, uint64_t value)
    {
        const std::size_t i = std::min<std::size_t>(index, info.place.count - 1);
        if (!info.paged()) {
            single_[info.base + i] = value;
            return;
        }
        const std::size_t slot = i * in_page + info.base;
        if (slot >= paged_.size() && value == info.reset)
            return;
        while (slot >= paged_.size())
            paged_.insert(paged_.end(), page_reset.begin(), page_reset.end());
        paged_[slot] = value;
    }

    template <class R, class Device>
    static uint64_t read_one(File& file, Device& device, unsigned index)
    {
        const Value<R> stored = file.get<R>(index);
        if constexpr ((static_cast<unsigned>(R::effect) & 2u) != 0)
            return device.reading(R{}, index, stored).raw();
        else
            return stored.raw();
    }

    template <class R, class Device>
    static void write_one(File& file, Device& device, unsigned index, uint64_t value)
    {
        const Value<R> before = file.get<R>(index);
        file.put(Value<R>(R::after_write(before.raw(), value)), index);
        if constexpr ((static_cast<unsigned>(R::effect) & 1u) != 0)
            device.wrote(R{}, index, before, Value<R>(value));
    }

    template <class Device>
    static constexpr std::array<uint64_t (*)(File&, Device&, unsigned), kinds> readers = {
        &File::read_one<Rs, Device>...};
    template <class Device>
    static constexpr std::array<void (*)(File&, Device&, unsigned, uint64_t), kinds> writers = {
        &File::write_one<Rs, Device>...};

    static constexpr std::size_t singles =
        (std::size_t{0} + ... +
         (Rs::place.count > 1 && Rs::place.stride == page_size ? 0 : Rs::place.count));
    static constexpr std::size_t in_page =
        (std::size_t{0} + ... + (Rs::place.count > 1 && Rs::place.stride == page_size ? 1 : 0));

    static constexpr auto map = detail::make_map<words * 4, Rs...>();
    static_assert(!map.clash, "two registers of a file share an offset");
    static_assert(
        [] {
            for (const Info& info : infos)
                if (!info.paged() &&
                    info.place.offset + (info.place.count - 1) * info.place.stride >= pages)
                    return false;
            return true;
        }(),
        "pages that are alike are the last of a file");

    static constexpr std::array<uint64_t, singles> single_reset = [] {
        std::array<uint64_t, singles> values{};
        for (const Info& info : infos)
            for (std::size_t i = 0; !info.paged() && i < info.place.count; ++i)
                values[info.base + i] = info.reset;
        return values;
    }();
    static constexpr std::array<uint64_t, in_page> page_reset = [] {
        std::array<uint64_t, in_page> values{};
        for (const Info& info : infos)
            if (info.paged())
                values[info.base] = info.reset;
        return values;
    }();

    std::array<uint64_t, singles> single_ = single_reset;
    /// The pages that are alike, one after the other, up to the last that was written: what is not
    /// there holds its reset values. So what nobody uses costs nothing.
    std::vector<uint64_t> paged_{};
};

} // namespace smmu_pm::regs
