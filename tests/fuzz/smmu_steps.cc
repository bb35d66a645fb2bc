// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu_steps.hh"

#include <algorithm>

namespace smmu_pm::fuzz {

using power::Supply;
using What = SmmuWhat;

// ---- From bytes to steps ----------------------------------------------------------------------

namespace {

/// Registers of GR0 and GR1, of the pages of monitors and security states, and of a bank.
constexpr unsigned globals[] = {0x000,  0x004,  0x010,  0x020, 0x024,  0x040,  0x048,  0x04c,
                                0x050,  0x054,  0x400,  0x410, 0x448,  0x44c,  0x800,  0x804,
                                0x808,  0xc00,  0xc04,  0xc08, 0x1000, 0x1004, 0x1008, 0x1400,
                                0x1800, 0x1804, 0x1808, 0x180, 0x188,  0xfd8,  0x080,  0x084};
constexpr unsigned monitors[] = {0x3000, 0x3004, 0x3080, 0x3400, 0x3404, 0x3800, 0x3804, 0x3a00,
                                 0x3c00, 0x3c20, 0x3c40, 0x3c60, 0x3c80, 0x3cc0, 0x3e00, 0x3e04,
                                 0x3e20, 0x3fb8, 0x4000, 0x4004, 0x2000, 0x5f00};
constexpr unsigned of_bank[] = {0x000, 0x004, 0x008, 0x010, 0x020, 0x024, 0x028, 0x030, 0x034,
                                0x038, 0x03c, 0x050, 0x058, 0x05c, 0x060, 0x068, 0x06c, 0x070,
                                0x8f0, 0xe00, 0xe80, 0xf00, 0xf20, 0xf40, 0xf44, 0xf48, 0xf50};
constexpr unsigned maintenance[] = {0x060, 0x064, 0x068, 0x06c, 0x078, 0x0a0, 0x0a8,
                                    0x0b0, 0x0b8, 0x0bc, 0x0c0, 0x070, 0x074};
constexpr unsigned bank_maintenance[] = {0x600, 0x608, 0x610, 0x618, 0x620,
                                         0x628, 0x630, 0x638, 0x7f0, 0x7f4};
constexpr unsigned operations[] = {0x100, 0x108, 0x110, 0x118, 0x120, 0x128, 0x130, 0x138};
/// What software writes, so that a few bytes get far.
constexpr uint64_t values[] = {
    0,           1,           2,           0x1c36,      0x20'1c36,   0x1167,      0x1067,
    0x11e7,      0x10e7,      0x61,        0x8000'0000, 0x8000'0001, 0x1'0000,    0x3'0100,
    0x1'0400,    0x1'f300,    0x3'8014,    0x80'3510,   0x8010'3510, 0x8002'0058, 0x100'0101,
    0xffff'ffff, 0xc000'01fe, 0x1000,      0x4000,      0xff44'0c04, 0xc00,       0x8000'01ff,
    0x0800'0000, 0x0100'0000, 0x8000'0036, 0x2000'0000, ~uint64_t{0}};

uint64_t value_of(Input& input)
{
    const uint8_t choice = input.byte();
    return choice < 200 ? values[choice % std::size(values)] : input.number();
}

/// Sixteen pages, blocks or sections of either half; or any address.
uint64_t address_of(Input& input)
{
    const uint8_t choice = input.byte(), more = input.byte();
    if ((choice & 0xc0) == 0xc0)
        return input.number();
    constexpr unsigned shifts[] = {12, 12, 16, 20, 21, 25, 30, 39};
    const uint64_t base = (choice & 0xc0) == 0x80 ? 0xffff'0000'0000'0000 : 0;
    return base | uint64_t{choice & 0xfu} << shifts[more & 7] | uint64_t{more & 0xf8u} << 4;
}

template <std::size_t N>
unsigned pick(Input& input, const unsigned (&from)[N])
{
    return from[input.byte() % N];
}

/// Where, and what: any register; or TLB maintenance and translation operations with an address.
SmmuTouch touch_of(Input& input, const SmmuWindow& window, uint8_t choice)
{
    SmmuTouch touch;
    touch.size = (choice & 1) != 0 ? 8 : 4;
    touch.secure = (choice & 6) == 6;
    const unsigned bank = input.byte() % 16 < 14 ? input.byte() % 4u : input.byte();
    switch (choice >> 3 & 15) {
    case 0:
        touch.offset = input.number() % (window.size() + 0x100);
        touch.value = value_of(input);
        break;
    case 1:
    case 2:
    case 3:
        touch.offset = window.global(pick(input, globals));
        touch.value = value_of(input);
        break;
    case 4:
    case 5:
        touch.offset = window.global(pick(input, monitors));
        touch.value = value_of(input);
        break;
    case 6:
    case 7: { // both forms: the page's number, or the page; an ASID
        const uint64_t address = address_of(input), asid = input.byte();
        touch.offset = (choice & 8) != 0 ? window.global(pick(input, maintenance))
                                         : window.bank(bank, pick(input, bank_maintenance));
        touch.value = (asid & 0x80) != 0 ? address : (address >> 12 & 0xfff'ffff'ffff) | asid << 48;
        break;
    }
    case 8: {
        const uint64_t address = address_of(input) & ~uint64_t{0xfff};
        const unsigned operation = pick(input, operations);
        touch.offset =
            (choice & 4) != 0 ? window.global(operation) : window.bank(bank, 0x700 + operation);
        touch.value = address | bank;
        touch.size = 8;
        break;
    }
    default:
        touch.offset = window.bank(bank, pick(input, of_bank));
        touch.value = value_of(input);
        break;
    }
    touch.offset &= ~uint64_t{touch.size - 1};
    if (touch.size == 4)
        touch.value &= 0xffff'ffff;
    return touch;
}

} // namespace

SmmuStep smmu_step(Input& input, const SmmuWindow& window)
{
    constexpr What choices[] = {
        What::Translate, What::Translate, What::Translate, What::Translate, What::Translate,
        What::Write,     What::Write,     What::Write,     What::Write,     What::Write,
        What::Read,      What::Read,      What::Lose,      What::Lose,      What::Wire,
        What::Program,   What::Attach,    What::Fill,      What::Poke,      What::Poke,
        What::Time,      What::Reload,    What::Corrupt,   What::Twin,      What::Reset};
    SmmuStep step = {.what = choices[input.byte() % std::size(choices)]};
    step.choice = input.byte();
    switch (step.what) {
    case What::Lose:
        step.choice = static_cast<uint8_t>((step.choice & 0xf) | 0x30); // TLB maintenance
        step.touch = touch_of(input, window, step.choice);
        step.number = input.byte();
        break;
    case What::Read:
    case What::Write:
        step.touch = touch_of(input, window, step.choice);
        break;
    case What::Program:
        step.more = input.byte();
        step.number = input.byte();
        break;
    case What::Attach:
        step.number = input.byte() % 8 == 7 ? input.number() : input.byte() % 4;
        break;
    case What::Fill:
        step.more = input.byte();
        step.number = input.number();
        break;
    case What::Poke:
        step.more = input.byte();
        step.number = step.more < 64 ? value_of(input) : input.number();
        break;
    case What::Corrupt:
        step.more = input.byte();
        step.number = input.number();
        break;
    case What::Translate: {
        const uint8_t attributes = input.byte();
        step.transaction = {.iova = address_of(input),
                            .stream = step.choice % 16 == 15
                                          ? static_cast<uint16_t>(input.number())
                                          : static_cast<uint16_t>(step.choice % 4),
                            .request = {.write = (step.choice & 0x10) != 0,
                                        .privileged = (step.choice & 0x20) != 0,
                                        .instruction = (step.choice & 0x40) != 0},
                            .can_stall = (step.choice & 0x80) != 0,
                            .secure = (attributes & 3) == 3,
                            .ssd_index = uint16_t{attributes},
                            .attributes = {.memory = static_cast<uint8_t>(attributes * 5),
                                           .non_secure = (attributes & 4) == 0}};
        step.more = attributes >> 3;
        break;
    }
    default:
        break;
    }
    return step;
}

// ---- Steps, without a word of what should come of them ----------------------------------------

uint64_t hash(const smmu::Translation& translation)
{
    return (translation.pa ^ translation.mask * 3 ^ uint64_t{translation.token} * 31) * 16 +
           static_cast<uint64_t>(translation.result) + uint64_t{translation.writable} * 4 +
           uint64_t{translation.unreachable} * 8 + uint64_t{translation.attributes.memory} * 999;
}

uint64_t apply(SmmuSubject& subject, const SmmuStep& step)
{
    smmu::Smmu& smmu = subject.smmu;
    const SmmuTouch& touch = step.touch;
    const unsigned banks = smmu.config().context_banks;
    switch (step.what) {
    case What::Read:
        return hash(smmu.read(touch.offset, touch.size, touch.secure));
    case What::Write:
        return hash(smmu.write(touch.offset, touch.size, touch.value, touch.secure));
    case What::Wire:
        smmu.set_supply(static_cast<Supply>(step.choice % power::supply_count), step.choice >= 100);
        return 0;
    case What::Program:
        program(subject, (step.more & 0x80) != 0, step.choice % 5 % banks,
                static_cast<BankKind>(step.choice / 5 % bank_kinds),
                static_cast<uint8_t>(step.number), uint64_t{step.more & 0xfu} << 12,
                (step.more >> 4 & 3) % banks);
        return 0;
    case What::Attach:
        attach(subject, (step.choice & 0x80) != 0, step.choice & 3,
               static_cast<unsigned>(step.number & 0x7fff'ffff), step.choice >> 2 & 7);
        return 0;
    case What::Fill:
        fill(subject.host, unsigned{step.choice & 0xfu} << 9, 16u << (step.choice >> 5), step.more,
             step.number << 12);
        return 0;
    case What::Poke:
        subject.host.word(uint64_t{step.choice & 0xfu} << 12 |
                          uint64_t{(step.choice >> 4 & 0xfu) + (step.more & 0x10u) * 16} << 3) =
            step.number;
        return 0;
    case What::Translate:
        return hash(smmu.translate(step.transaction));
    case What::Time: {
        const uint64_t most = ~uint64_t{0} - subject.host.time;
        subject.host.time += std::min(most, uint64_t{1} << (step.choice % 40));
        return 0;
    }
    case What::Reset:
        if (step.choice < 128)
            smmu.reset();
        else // everything there again
            for (unsigned supply = 0; supply < power::supply_count; ++supply)
                smmu.set_supply(static_cast<Supply>(supply), true);
        return 0;
    default:
        return 0;
    }
}

} // namespace smmu_pm::fuzz
