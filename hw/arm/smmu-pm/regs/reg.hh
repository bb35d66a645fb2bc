// SPDX-License-Identifier: GPL-2.0-or-later
//
// How a register is declared: once. Its name as in the manual, its place, its reset value, whether
// an access has a side effect, and every one of its bits, either a named field or RES0:
//
//     struct SMMU_sCR0 : Reg<"SMMU_sCR0", at(0x000), 0x0000'0001, Effect::OnWrite,
//         Field<"CLIENTPD", bit(0)>,
//         ...
//         Field<"BSU", bits(15, 14)>,
//         Res0<bits(31, 16)>> {};
//
// Access rules, reset, names for journal and trace, save and restore and the documentation table
// all come from here. Bit numbers are written out, high bit first as the manual prints them, so
// that a reader can hold the declaration against the page. What the compiler can check it does:
// overlap, gaps, a reset value in a reserved or write-only bit, a field used by a wrong name.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace smmu_pm::regs {

/// A name as template argument.
template <std::size_t N>
struct Name {
    char text[N]{};
    consteval Name(const char (&string)[N]) { std::copy_n(string, N, text); }
    constexpr std::string_view view() const { return {text, N - 1}; }
};

/// Bit positions as printed: high, low, both inclusive.
struct Bits {
    unsigned high;
    unsigned low;
    constexpr unsigned width() const { return high - low + 1; }
    constexpr uint64_t mask() const
    {
        return (width() >= 64 ? ~uint64_t{0} : (uint64_t{1} << width()) - 1) << low;
    }
};
consteval Bits bits(unsigned high, unsigned low)
{
    return {high, low};
}
consteval Bits bit(unsigned number)
{
    return {number, number};
}

enum class Mode : uint8_t {
    RW,
    RO,   ///< a guest's write leaves it as it is
    WO,   ///< reads as zero and is not kept: only the side effect sees it
    W1C,  ///< writing 1 clears, writing 0 leaves
    RES0, ///< reads as zero, write ignored
};

/// A field: bool when it is one bit wide, else uint64_t, unless a type (an enum) is named.
template <Name N, Bits B, Mode M = Mode::RW,
          class T = std::conditional_t<B.high == B.low, bool, uint64_t>>
struct Field {
    static_assert(B.high >= B.low && B.high < 64, "bit numbers: high first, below 64");
    using Type = T;
    static constexpr std::string_view name = N.view();
    static constexpr Bits place = B;
    static constexpr Mode mode = M;
};

template <Bits B>
using Res0 = Field<"RES0", B, Mode::RES0, uint64_t>;

/// Where a register stands: byte offset of the first instance, number, bytes from one to the next.
struct Place {
    uint32_t offset;
    uint32_t count;
    uint32_t stride;
};
consteval Place at(uint32_t offset, uint32_t count = 1, uint32_t stride = 4)
{
    return {offset, count, stride};
}

/// Which guest accesses the device wants to hear of; see File for the functions it must then have.
enum class Effect : uint8_t { None = 0, OnWrite = 1, OnRead = 2, OnReadWrite = 3 };

namespace detail {

template <class... Fields>
consteval uint64_t mask_of(Mode mode)
{
    return (uint64_t{0} | ... | (Fields::mode == mode ? Fields::place.mask() : 0));
}

template <class... Fields>
consteval bool overlap()
{
    uint64_t seen = 0;
    bool found = false;
    ((found = found || (seen & Fields::place.mask()) != 0, seen |= Fields::place.mask()), ...);
    return found;
}

template <class... Fields>
consteval bool name_twice()
{
    const std::array<std::string_view, sizeof...(Fields)> names = {Fields::name...};
    for (std::size_t i = 0; i < names.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (names[i] == names[j] && names[i] != "RES0")
                return true;
    return false;
}

} // namespace detail

template <unsigned Width, Name N, Place P, uint64_t Reset, Effect E, class... Fields>
struct Register {
    static_assert(Width == 32 || Width == 64);
    static constexpr std::string_view name = N.view();
    static constexpr unsigned width = Width;
    static constexpr Place place = P;
    static constexpr uint64_t reset = Reset;
    static constexpr Effect effect = E;

    static constexpr uint64_t all = Bits{Width - 1, 0}.mask();
    static constexpr uint64_t rw_mask = detail::mask_of<Fields...>(Mode::RW);
    static constexpr uint64_t ro_mask = detail::mask_of<Fields...>(Mode::RO);
    static constexpr uint64_t wo_mask = detail::mask_of<Fields...>(Mode::WO);
    static constexpr uint64_t w1c_mask = detail::mask_of<Fields...>(Mode::W1C);
    static constexpr uint64_t res0_mask = detail::mask_of<Fields...>(Mode::RES0);

    static_assert(!detail::overlap<Fields...>(), "two fields of a register overlap");
    static_assert(!detail::name_twice<Fields...>(), "two fields of a register have one name");
    static_assert((rw_mask | ro_mask | wo_mask | w1c_mask | res0_mask) == all,
                  "every bit of a register is a field or Res0, and none lies beyond its width");
    static_assert((Reset & (res0_mask | wo_mask)) == 0,
                  "a reset value has a bit set that is reserved or write-only");
    static_assert(P.count > 0 && P.offset % (Width / 8) == 0 &&
                      (P.count == 1 || P.stride % (Width / 8) == 0),
                  "a register is aligned to its own size");

    /// f(name, place, mode) for each field, in the order declared.
    template <class F>
    static constexpr void each_field(F&& f)
    {
        (f(Fields::name, Fields::place, Fields::mode), ...);
    }

    /// Number of fields called `wanted`, for the check in Value.
    static consteval bool has(std::string_view wanted)
    {
        return (false || ... || (Fields::name == wanted));
    }

    template <Name Wanted>
    static consteval Bits place_of()
    {
        Bits found{0, 0};
        ((Fields::name == Wanted.view() ? (found = Fields::place, 0) : 0), ...);
        return found;
    }

    /// What a register holding `before` holds once a guest has written `written` to it.
    static constexpr uint64_t after_write(uint64_t before, uint64_t written)
    {
        return (before & ro_mask) | (written & rw_mask) | (before & ~written & w1c_mask);
    }

    template <Name Wanted, class First, class... Rest>
    static auto type_of()
    {
        if constexpr (First::name == Wanted.view())
            return std::type_identity<typename First::Type>{};
        else
            return type_of<Wanted, Rest...>();
    }
    template <Name Wanted>
    using FieldType = typename decltype(type_of<Wanted, Fields...>())::type;
};

template <Name N, Place P, uint64_t Reset, Effect E, class... Fields>
using Reg = Register<32, N, P, Reset, E, Fields...>;
template <Name N, Place P, uint64_t Reset, Effect E, class... Fields>
using Reg64 = Register<64, N, P, Reset, E, Fields...>;

/// The content of one register of type R.
template <class R>
class Value {
public:
    constexpr Value() : raw_(R::reset) {}
    constexpr explicit Value(uint64_t raw) : raw_(raw & R::all) {}
    constexpr uint64_t raw() const { return raw_; }

    template <Name Wanted>
    constexpr auto get() const
    {
        static_assert(R::has(Wanted.view()), "the register has no field of that name");
        constexpr Bits place = R::template place_of<Wanted>();
        using T = typename R::template FieldType<Wanted>;
        return static_cast<T>((raw_ & place.mask()) >> place.low);
    }

    /// A copy with one field replaced; bits of `value` beyond the field are dropped.
    template <Name Wanted>
    constexpr Value with(typename R::template FieldType<Wanted> value) const
    {
        static_assert(R::has(Wanted.view()), "the register has no field of that name");
        constexpr Bits place = R::template place_of<Wanted>();
        return Value((raw_ & ~place.mask()) |
                     ((static_cast<uint64_t>(value) << place.low) & place.mask()));
    }

    constexpr bool operator==(const Value&) const = default;

private:
    uint64_t raw_;
};

} // namespace smmu_pm::regs
