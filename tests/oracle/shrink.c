/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The smallest table that shows a disagreement: whatever can go without ending it goes. */
#include "oracle.h"

static const char *const kind_names[] = { "translated", "translation fault (TF)",
                                          "access flag fault (AFF)", "permission fault (PF)",
                                          "external abort (EF)", "address size fault (ASF)",
                                          "something else" };
static const char *const way_names[] = { "DMA", "ATS" };

static struct setup tried;
static struct question asked;
static enum way by;
static struct answer expected, given; /* at first */

static bool same(const struct answer *one, const struct answer *other)
{
    return one->kind == other->kind && one->oddity == other->oddity &&
           (one->kind == TRANSLATED || one->level == other->level);
}

/* The same disagreement, that is: another one would be another story. */
static bool persists(void)
{
    struct answer expected_now, given_now;

    tables_set_endianness(&tried);
    cpu_program(&tried);
    smmu_program(&tried);
    return can_ask(&tried, &asked, by) &&
           disagreement(&tried, &asked, by, &expected_now, &given_now) &&
           same(&expected, &expected_now) && same(&given, &given_now);
}

/* Drops the bits of a number, all at once or one by one. */
static void drop(void *field, unsigned size, u64 kept, void (*changed)(void))
{
    u64 value = size == 8 ? *(u64 *)field : *(u32 *)field;

    for (unsigned bit = 65; bit-- > 0;) {
        u64 less = value & (kept | (bit == 64 ? 0 : ~BIT(bit)));

        if (less == value)
            continue;
        for (unsigned again = 0; again < 2; again++) {
            if (size == 8)
                *(u64 *)field = again ? value : less;
            else
                *(u32 *)field = (u32)(again ? value : less);
            if (changed)
                changed();
            if (!again && persists()) {
                value = less;
                break;
            }
        }
    }
}

static struct entry *current;

static void put_current(void)
{
    tables_put(current);
}

static void put_all(void)
{
    tables_set_endianness(&tried);
    for (unsigned n = 0; n < entry_count; n++)
        tables_put(&entries[n]);
}

static void shrink(void)
{
    struct stage *const stages[] = { &tried.s1, &tried.s2 };

    /* The last that were written are the least of use: they go first. */
    for (unsigned n = entry_count; n-- > 0;) {
        current = &entries[n];
        drop(&entries[n].value, 8, 0, put_current);
    }
    for (unsigned n = 0; n < COUNT(stages); n++) {
        drop(&stages[n]->sctlr, 4, 0, put_all);
        drop(&stages[n]->tcr, 4, 0xc000c000, NULL); /* a granule, or none, is a table of its own */
        drop(&stages[n]->tcr2, 4, 7 << 15, NULL);
        drop(&stages[n]->ttbr0, 8, 0, NULL);
        drop(&stages[n]->ttbr1, 8, 0, NULL);
    }
    drop(&asked.iova, 8, 0, NULL);
    persists();
}

static void say_answer(const char *who, const struct answer *answer)
{
    const char *oddity = answer->oddity ? answer->oddity : "";

    if (answer->kind != TRANSLATED)
        say("  %s: %s at level %u of stage %u%s%s", who, kind_names[answer->kind], answer->level,
            answer->stage, *oddity ? "; " : "", oddity);
    else if (!answer->pa_known)
        say("  %s: translated", who);
    else if (answer->pa == ELSEWHERE)
        say("  %s: translated, to another address", who);
    else if (!answer->type_known)
        say("  %s: translated to %lx", who, answer->pa);
    else
        say("  %s: translated to %lx, attributes %02x, shareability %u", who, answer->pa, answer->attr,
            answer->shareability);
}

static void say_stage(const char *name, const struct stage *stage)
{
    say("  %s: SCTLR %08x TCR %08x TCR2 %08x MAIR %016lx", name, stage->sctlr, stage->tcr, stage->tcr2,
        stage->mair);
    say("  %s: TTBR0 %016lx TTBR1 %016lx", name, stage->ttbr0, stage->ttbr1);
}

void report(const struct setup *setup, const struct question *question, enum way way,
            const struct answer *first_expected, const struct answer *first_given, const char *where)
{
    tried = *setup;
    asked = *question;
    by = way;
    expected = *first_expected;
    given = *first_given;
    say("disagreement: %s", where);
    if (persists()) {
        shrink();
        disagreement(&tried, &asked, way, &expected, &given);
    } else {
        say("  not again when the same was asked afresh: the TLB has it wrong");
    }
    say("  %s %s of IOVA %016lx, by %s", asked.privileged ? "privileged" : "unprivileged",
        asked.instruction ? "fetch" : asked.write ? "write" : "read", asked.iova, way_names[way]);
    if (asked.stage1_alone)
        say("  of stage 1 alone");
    say_answer("the CPU ", &expected);
    say_answer("the SMMU", &given);
    if (tried.regime != STAGE2)
        say_stage("stage 1", &tried.s1);
    if (tried.regime == STAGE2 || tried.regime == NESTED)
        say_stage("stage 2", &tried.s2);
    for (unsigned n = 0; n < entry_count; n++)
        if (entries[n].value)
            say(entries[n].size == 8 ? "  %010lx: %016lx" : "  %010lx: %08lx", entries[n].at,
                entries[n].value);
}
