/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle.h"

static bool same_type(const struct answer *expected, const struct answer *given)
{
    if (!expected->type_known || !given->type_known)
        return true;
    if (expected->shareability != given->shareability)
        return false;
    return expected->any_device ? given->attr < 0x10 : expected->attr == given->attr;
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
