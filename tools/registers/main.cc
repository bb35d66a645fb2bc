// SPDX-License-Identifier: GPL-2.0-or-later
//
// Prints docs/registers.rst from the declarations: what the models have is what the page says. A
// test compares the two.
#include "power/registers.hh"
#include "registers.hh"
#include "smmu/registers.hh"

#include <cinttypes>
#include <cstdio>
#include <string>

namespace {

using namespace smmu_pm;

const char* text_of(regs::Mode mode)
{
    switch (mode) {
    case regs::Mode::RW:
        return "RW";
    case regs::Mode::RO:
        return "RO";
    case regs::Mode::WO:
        return "WO";
    case regs::Mode::W1C:
        return "W1C";
    case regs::Mode::RES0:
        return "RES0";
    }
    return "";
}

std::string place_of(regs::Bits place)
{
    return place.high == place.low ? std::to_string(place.high)
                                   : std::to_string(place.high) + ":" + std::to_string(place.low);
}

std::string hex(uint64_t value)
{
    char text[24];
    std::snprintf(text, sizeof(text), "0x%" PRIx64, value);
    return text;
}

template <class R>
void print_register(R)
{
    std::string offset = hex(R::place.offset);
    if (R::place.count > 1)
        offset += " + " + hex(R::place.stride) + " n, n < " + std::to_string(R::place.count);
    std::string fields;
    R::each_field([&](std::string_view name, regs::Bits place, regs::Mode mode) {
        if (mode == regs::Mode::RES0)
            return;
        if (!fields.empty())
            fields += ", ";
        fields += std::string(name) + " [" + place_of(place) + "] " + text_of(mode);
    });
    std::printf("   * - ``%s``\n     - %s\n     - %u\n     - %s\n     - %s\n", R::name.data(),
                offset.c_str(), R::width, hex(R::reset).c_str(),
                fields.empty() ? "RES0" : fields.c_str());
}

void print_head(const char* title, const char* text)
{
    std::printf("\n%s\n%s\n\n%s\n\n", title, std::string(std::string(title).size(), '-').c_str(),
                text);
    std::printf(".. list-table::\n   :header-rows: 1\n\n   * - Register\n     - Offset\n"
                "     - Bits\n     - Reset\n     - Fields\n");
}

} // namespace

int main()
{
    std::printf(".. SPDX-License-Identifier: GPL-2.0-or-later\n\n"
                ".. Printed by tools/registers from the declarations: do not edit.\n\n"
                "Registers\n=========\n\n"
                "Every register that the models have, as it is declared. Bits that are not listed\n"
                "are RES0. RW: kept as written. RO: a write is ignored. WO: reads as zero. W1C:\n"
                "writing 1 clears.\n");

    print_head("SMMU",
               "Declared in ``hw/arm/smmu-pm/smmu/registers.hh`` and what it includes; names and "
               "bits are those of\n"
               "IHI 0062. The identification registers are computed from the configuration.");
    smmu::Registers::each_register([](auto each) { print_register(each); });

    print_head(
        "Clock and power controllers",
        "Declared in ``hw/arm/smmu-pm/power/registers.hh``. These are classes: which of them\n"
        "stands where is in ``power/msm8996_gcc.cc`` and ``power/msm8996_mmcc.cc``, and the\n"
        "offsets here count from there.");
    const auto print = [](auto... each) { (print_register(each), ...); };
    print(power::GDSCR{}, power::GDS_HW_CTRL{}, power::CLAMP_IO{}, power::CBCR{}, power::VOTES{},
          power::RCG_CMD{}, power::RCG_CFG{}, power::RCG_M{}, power::RCG_N{}, power::RCG_D{},
          power::PLL_MODE{}, power::PLL_L_VAL{}, power::PLL_ALPHA_VAL{}, power::PLL_ALPHA_VAL_U{},
          power::PLL_USER_CTL{}, power::PLL_USER_CTL_U{}, power::PLL_CONFIG_CTL{},
          power::PLL_TEST_CTL{}, power::PLL_TEST_CTL_U{}, power::PLL_STATUS{}, power::BCR{});

    print_head("GPU stub",
               "Declared in ``hw/display/msm-gpu-stub/registers.hh``. Offsets are bytes, four\n"
               "times the index that drivers use. Every other register of the window keeps\n"
               "what is written.");
    gpu::RegisterFile::each_register([](auto each) { print_register(each); });
    return 0;
}
