// SPDX-License-Identifier: GPL-2.0-or-later
#include "seam/mark.h"

#include "journal/mark.hh"
#include "seam/sink.hh"

#include <new>

struct SmmuPmMark {
    smmu_pm::journal::MarkPage page;
};

namespace {

// The text that is pending is saved eight bytes a pair, its length first.
constexpr uint32_t key_length = 0x8000'0000;
constexpr uint32_t key_text = 0x8000'0001;

} // namespace

SmmuPmMark* smmu_pm_mark_new(SmmuPmJournal* journal, uint64_t seed)
{
    return new (std::nothrow)
        SmmuPmMark{smmu_pm::journal::MarkPage(smmu_pm::journal::sink_of(journal), seed)};
}

void smmu_pm_mark_free(SmmuPmMark* mark)
{
    delete mark;
}

void smmu_pm_mark_reset(SmmuPmMark* mark)
{
    mark->page.reset();
}

SmmuPmAnswer smmu_pm_mark_read(SmmuPmMark* mark, uint64_t offset, unsigned size)
{
    return {mark->page.read(offset, size), SMMU_PM_OK};
}

SmmuPmAnswer smmu_pm_mark_write(SmmuPmMark* mark, uint64_t offset, unsigned size, uint64_t value)
{
    mark->page.write(offset, size, value);
    return {0, SMMU_PM_OK};
}

size_t smmu_pm_mark_save(const SmmuPmMark* mark, SmmuPmPair* pairs, size_t max)
{
    const std::string& text = mark->page.pending();
    const size_t count = 1 + (text.size() + 7) / 8;
    for (size_t i = 0; i < count && i < max; ++i) {
        if (i == 0) {
            pairs[0] = {key_length, text.size()};
            continue;
        }
        uint64_t value = 0;
        for (size_t byte = 0; byte < 8 && 8 * (i - 1) + byte < text.size(); ++byte)
            value |= uint64_t{static_cast<unsigned char>(text[8 * (i - 1) + byte])} << (8 * byte);
        pairs[i] = {static_cast<uint32_t>(key_text + i - 1), value};
    }
    return count;
}

bool smmu_pm_mark_load(SmmuPmMark* mark, const SmmuPmPair* pairs, size_t count)
{
    if (count == 0 || pairs[0].key != key_length || pairs[0].value > smmu_pm::journal::text_max ||
        count != 1 + (pairs[0].value + 7) / 8)
        return false;
    std::string text;
    for (size_t i = 1; i < count; ++i) {
        if (pairs[i].key != key_text + i - 1)
            return false;
        for (unsigned byte = 0; byte < 8; ++byte)
            text += static_cast<char>(pairs[i].value >> (8 * byte));
    }
    text.resize(pairs[0].value);
    return mark->page.restore(std::move(text));
}
