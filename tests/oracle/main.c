/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The oracle. For each table: registers, and addresses near one another; for each address the descriptors
 * that its walk meets; then each question is asked of both, and the answers are compared.
 */
#include "oracle.h"

#define ADDRESSES 32 /* of one table */
#define FORMATS_MAX 8
#define REPORTS_MAX 12 /* of a run; what follows is counted */

static u64 seed, wanted, asked, disagreements, tables;
static u64 asked_of[FORMATS_MAX], by_way[WAYS], by_kind[OTHER + 1], fetches;

/* Whether such a one has been reported: one story is told once. */
static bool told(unsigned format, enum way way, const struct answer *expected, const struct answer *given)
{
    static bool before[FORMATS_MAX][WAYS][OTHER + 1][OTHER + 1];
    bool *one = &before[format][way][expected->kind][given->kind];
    static unsigned reports;
    bool was = *one || reports == REPORTS_MAX;

    *one = true;
    reports += !was;
    return was;
}

static void ask(unsigned format, const struct setup *setup, const struct question *question)
{
    for (enum way way = 0; way < WAYS; way++) {
        struct answer expected, given;

        if (!can_ask(setup, question, way))
            continue;
        if (asked == wanted)
            return;
        asked++;
        asked_of[format]++;
        by_way[way]++;
        fetches += question->instruction;
        if (disagreement(setup, question, way, &expected, &given)) {
            disagreements++;
            if (!told(format, way, &expected, &given)) {
                say("seed %lu, table %lu, translation %lu", seed, tables, asked);
                report(setup, question, way, &expected, &given, formats[format]->name);
            }
            cpu_program(setup);
            smmu_program(setup);
        }
        by_kind[expected.kind]++;
    }
}

static void one_table(unsigned format)
{
    struct setup setup = { 0 };
    u64 va = 0;

    tables++;
    tables_clear();
    /* Each table by itself is drawn from the seed: what goes before it does not matter. */
    random_seed(seed * 0x2545f4914f6cdd1d + tables);
    formats[format]->choose(&setup);
    tables_set_endianness(&setup);
    cpu_program(&setup);
    smmu_program(&setup);
    for (unsigned n = 0; n < ADDRESSES && asked < wanted; n++) {
        struct question question;
        u64 iova = formats[format]->address(&setup, va);
        u64 kinds = random64();

        va = va_of(&setup, iova);
        left_out = false;
        formats[format]->build(&setup, va);
        if (left_out)
            continue;
        question = (struct question){ .iova = iova, .write = kinds & 1, .privileged = kinds & 2 };
        if ((kinds & 0x18) == 0x18) {
            question.instruction = true;
            question.write = false;
        }
        ask(format, &setup, &question);
        if (kinds & 4) { /* again, from the TLB */
            question.write = !question.write;
            question.instruction = false;
            ask(format, &setup, &question);
        }
        if (setup.regime == NESTED) {
            question.stage1_alone = true;
            ask(format, &setup, &question);
        }
    }
}

void oracle_main(void)
{
    static const char *const kind_names[] = { "translated", "TF", "AFF", "PF", "EF", "ASF", "other" };
    unsigned there = 0;

    seed = option("seed", 1);
    wanted = option("translations", 100000);
    planted = option("plant", 0);
    power_up();
    smmu_discover();
    say("SMMU: IDR0 %08x IDR1 %08x IDR2 %08x", smmu.idr[0], smmu.idr[1], smmu.idr[2]);
    for (unsigned n = 0; n < format_count; n++) {
        there += formats[n]->announced();
        if (!formats[n]->announced())
            say("skipped: %s, which the SMMU does not announce", formats[n]->name);
    }
    if (!there)
        give_up("there is no format to ask about");
    while (asked < wanted)
        for (unsigned n = 0; n < format_count; n++)
            if (formats[n]->announced())
                one_table(n);
    for (unsigned n = 0; n < format_count; n++)
        if (asked_of[n])
            say("format %s: %lu", formats[n]->name, asked_of[n]);
    for (unsigned n = 0; n <= OTHER; n++)
        if (by_kind[n])
            say("answer %s: %lu", kind_names[n], by_kind[n]);
    say("by DMA: %lu, by ATS: %lu; fetches among them: %lu", by_way[DMA], by_way[ATS], fetches);
    for (unsigned n = 0; n < rule_count; n++)
        say("rule %s: %lu", rules[n].name, rules[n].applied);
    say("%lu translations of %lu tables, %lu disagreements", asked, tables, disagreements);
    leave(disagreements ? 1 : 0);
}
