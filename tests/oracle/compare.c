/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle.h"

/* 0b00RW is the transient form of 0b10RW. */
static bool same_half(unsigned expected, unsigned given, bool any_transience)
{
    return expected == given || (any_transience && expected == (given | 8) && (given & 0xc) == 0);
}

static bool same_type(const struct answer *expected, const struct answer *given)
{
    if (!expected->type_known || !given->type_known)
        return true;
    if (expected->shareability != given->shareability)
        return false;
    if (expected->any_device)
        return given->attr < 0x10;
    return same_half(expected->attr >> 4, given->attr >> 4, expected->any_transience) &&
           same_half(expected->attr & 0xf, given->attr & 0xf, expected->any_transience);
}

bool agree(const struct answer *expected, const struct answer *given)
{
    if (given->oddity || expected->kind != given->kind || expected->kind == OTHER)
        return false;
    if (expected->kind == TRANSLATED)
        return (!given->pa_known || expected->pa == given->pa) &&
               same_type(expected, given);
    return expected->level == given->level && (!expected->stage || expected->stage == given->stage);
}

bool can_ask(const struct setup *setup, const struct question *question, enum way way)
{
    struct question own = *question;

    own.iova = va_of(setup, question->iova);
    return smmu_has(setup, question, way) && (!question->instruction || cpu_can_fetch(setup, &own));
}

bool disagreement(const struct setup *setup, const struct question *question, enum way way,
                  struct answer *expected, struct answer *given)
{
    *expected = expect(setup, question);
    *given = smmu_ask(setup, question, way, expected);
    return !agree(expected, given);
}
