// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal/mark.hh"

#include "regs/file.hh"

namespace smmu_pm::journal {
namespace {

using regs::at;
using regs::bits;
using regs::Effect;
using regs::Field;
using regs::Mode;
using regs::Res0;
using regs::Value;

struct MARK_ID : regs::Reg<"MARK_ID", at(0x00), 0x4b52'414d, Effect::None,
                           Field<"ID", bits(31, 0), Mode::RO>> {};
struct MARK_VERSION : regs::Reg<"MARK_VERSION", at(0x04), 1, Effect::None,
                                Field<"VERSION", bits(31, 0), Mode::RO>> {};
struct MARK_SEED
    : regs::Reg64<"MARK_SEED", at(0x08), 0, Effect::OnRead, Field<"SEED", bits(63, 0), Mode::RO>> {
};
struct MARK_DATA
    : regs::Reg64<"MARK_DATA", at(0x10), 0, Effect::None, Field<"TEXT", bits(63, 0), Mode::WO>> {};
struct MARK_COMMIT
    : regs::Reg<"MARK_COMMIT", at(0x18), 0, Effect::None, Field<"KIND", bits(7, 0), Mode::WO>,
                Res0<bits(15, 8)>, Field<"LENGTH", bits(31, 16), Mode::WO>> {};

using Registers = regs::File<MARK_ID, MARK_VERSION, MARK_SEED, MARK_DATA, MARK_COMMIT>;

struct Reader {
    uint64_t seed;
    Value<MARK_SEED> reading(MARK_SEED, unsigned, Value<MARK_SEED>) const
    {
        return Value<MARK_SEED>(seed);
    }
};

constexpr std::array<std::string_view, 10> names = {"",       "begin",  "phase", "done", "gave-up",
                                                    "module", "kernel", "idle",  "busy", "budget"};

} // namespace

uint64_t MarkPage::read(uint64_t offset, unsigned size) const
{
    Registers registers;
    const Reader reader{seed_};
    return registers.read(offset, size, reader);
}

void MarkPage::write(uint64_t offset, unsigned size, uint64_t value)
{
    // The size of a write to MARK_DATA matters, which a register file does not tell.
    if (offset == MARK_DATA::place.offset)
        append(size, value);
    else if (offset == MARK_COMMIT::place.offset)
        commit(value);
}

void MarkPage::append(unsigned size, uint64_t value)
{
    for (unsigned i = 0; i < size && text_.size() < text_max; ++i)
        text_ += static_cast<char>(value >> (8 * i));
}

void MarkPage::commit(uint64_t value)
{
    const Value<MARK_COMMIT> commit(value);
    const auto kind = static_cast<std::size_t>(commit.get<"KIND">());
    const auto length = static_cast<std::size_t>(commit.get<"LENGTH">());
    if (sink_ != nullptr && kind > 0 && kind < names.size())
        sink_->record({.kind = Kind::Mark,
                       .block = Block::Mark,
                       .name = names[kind],
                       .text = std::string_view(text_).substr(0, length)});
    text_.clear();
}

bool MarkPage::restore(std::string text)
{
    if (text.size() > text_max)
        return false;
    text_ = std::move(text);
    return true;
}

} // namespace smmu_pm::journal
