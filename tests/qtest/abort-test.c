/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest's CPU gets from a block that is off: the one file whose tests
 * run guest code. A short program under TCG makes a single access and reports
 * how it ended.
 */
#include "qemu/osdep.h"

#include "qobject/qdict.h"
#include "qobject/qlist.h"
#include "qobject/qstring.h"
#include "island.h"

#define PROGRAM ISLAND_DATA
#define ACCESS (PROGRAM + 0x1c) /* address of the access itself */
#define RESULT (PROGRAM + 0x100)

#define LOAD_32 0xb9400023  /* ldr w3, [x1] */
#define STORE_32 0xb9000023 /* str w3, [x1] */
#define LOAD_64 0xf9400023  /* ldr x3, [x1] */
#define STORE_64 0xf9000023 /* str x3, [x1] */

static const uint32_t main_code[] = {
    0x10004000, /*       adr x0, PROGRAM + 0x800 */
    0xd518c000, /*       msr vbar_el1, x0 */
    0x100007ca, /*       adr x10, RESULT */
    0xf9400141, /* wait: ldr x1, [x10]         address to access, or 0 */
    0xb4ffffe1, /*       cbz x1, wait */
    0xf9400543, /*       ldr x3, [x10, #8]     value to store */
    0xd2800027, /*       mov x7, #1 */
    LOAD_32,    /*       the access; others are patched in */
    0xf9000543, /* out:  str x3, [x10, #8]     value loaded */
    0xf900015f, /*       str xzr, [x10] */
    0xd5033fbf, /*       dmb sy */
    0xf9000947, /*       str x7, [x10, #16]    1: completed, 2: exception */
    0x17fffff7, /*       b wait */
};

/* Synchronous exception from the current EL with SP_ELx: PROGRAM + 0xa00. */
static const uint32_t vector_code[] = {
    0xd5385204, /* mrs x4, esr_el1 */
    0xd5386005, /* mrs x5, far_el1 */
    0xd5384026, /* mrs x6, elr_el1 */
    0xa9019544, /* stp x4, x5, [x10, #24] */
    0xf9001546, /* str x6, [x10, #40] */
    0xd2800047, /* mov x7, #2 */
    0x17fffd82, /* b out */
};

static Island *cpu_start(const char *options)
{
    Island *island = island_startf(
        "%s -accel tcg -S -device loader,addr=0x%x,cpu-num=0", options,
        PROGRAM);

    qtest_memwrite(island->qts, PROGRAM, main_code, sizeof(main_code));
    qtest_memwrite(island->qts, PROGRAM + 0xa00, vector_code,
                   sizeof(vector_code));
    qtest_memset(island->qts, RESULT, 0, 0x100);
    qtest_qmp_assert_success(island->qts, "{ 'execute': 'cont' }");
    return island;
}

typedef struct Outcome {
    bool exception;
    uint64_t loaded, esr, far, elr;
} Outcome;

static Outcome cpu_access(Island *island, uint32_t instruction,
                          uint64_t address, uint64_t value)
{
    QTestState *qts = island->qts;
    Outcome outcome = {};
    int tries;

    qtest_writel(qts, ACCESS, instruction);
    qtest_writeq(qts, RESULT + 8, value);
    qtest_writeq(qts, RESULT + 16, 0);
    qtest_writeq(qts, RESULT, address);
    for (tries = 0; !qtest_readq(qts, RESULT + 16); tries++) {
        g_assert_cmpint(tries, <, 5000);
        g_usleep(1000);
    }
    outcome.exception = qtest_readq(qts, RESULT + 16) == 2;
    outcome.loaded = qtest_readq(qts, RESULT + 8);
    outcome.esr = qtest_readq(qts, RESULT + 24);
    outcome.far = qtest_readq(qts, RESULT + 32);
    outcome.elr = qtest_readq(qts, RESULT + 40);
    return outcome;
}

/*
 * ESR_EL1: data abort from the same EL, IL, synchronous external abort; WnR as
 * the access.
 */
static void assert_external_abort(Outcome outcome, uint64_t address, bool write)
{
    g_assert_true(outcome.exception);
    g_assert_cmphex(outcome.esr >> 26, ==, 0x25);
    g_assert_cmphex(outcome.esr & 0x3f, ==, 0x10);
    g_assert_cmphex((outcome.esr >> 6) & 1, ==, write);
    g_assert_cmphex(outcome.far, ==, address);
    g_assert_cmphex(outcome.elr, ==, ACCESS);
}

static void a_load_from_a_powered_smmu_completes(void)
{
    Island *island = cpu_start("");
    Outcome outcome;

    island_smmu_power(island, true);
    outcome = cpu_access(island, LOAD_32, ISLAND_SMMU + 0x24, 0);
    g_assert_false(outcome.exception);
    g_assert_cmphex(outcome.loaded, ==, 0x20000002); /* ID1 */
    island_stop(island);
}

static void off_means_abort(uint32_t instruction, uint64_t address, bool write)
{
    Island *island = cpu_start("");
    Outcome outcome = cpu_access(island, instruction, address, 0);

    assert_external_abort(outcome, address, write);
    island->pm_faults += 1;
    island_stop(island);
}

static void a_load_from_an_smmu_that_is_off_aborts(void)
{
    off_means_abort(LOAD_32, ISLAND_SMMU + 0x24, false);
}

static void a_store_to_an_smmu_that_is_off_aborts(void)
{
    off_means_abort(STORE_32, ISLAND_SMMU + 0x70, true);
}

static void a_64_bit_load_from_an_smmu_that_is_off_aborts(void)
{
    off_means_abort(LOAD_64, ISLAND_SMMU + 0x8060, false);
}

static void a_64_bit_store_to_an_smmu_that_is_off_aborts(void)
{
    off_means_abort(STORE_64, ISLAND_SMMU + 0x8620, true);
}

static void a_load_from_a_gpu_that_is_off_aborts(void)
{
    off_means_abort(LOAD_32, ISLAND_GPU + 4 * 0x4f5, false);
}

static void policy_ones_loads_ones(void)
{
    Island *island = cpu_start(",policy=ones");
    Outcome outcome = cpu_access(island, LOAD_32, ISLAND_SMMU + 0x24, 0);

    g_assert_false(outcome.exception);
    g_assert_cmphex(outcome.loaded, ==, 0xffffffff);
    island->pm_faults += 1;
    island_stop(island);
}

static void policy_razwi_loads_zero(void)
{
    Island *island = cpu_start(",policy=razwi");
    Outcome outcome = cpu_access(island, LOAD_64, ISLAND_SMMU + 0x8060, 0x5555);

    g_assert_false(outcome.exception);
    g_assert_cmphex(outcome.loaded, ==, 0);
    island->pm_faults += 1;
    island_stop(island);
}

static void the_journal_names_the_instruction_that_touched(void)
{
    Island *island = cpu_start("");
    g_autoptr(GPtrArray) events = NULL;
    unsigned n, touches = 0;

    cpu_access(island, STORE_64, ISLAND_SMMU + 0x8620, 0x1000);
    events = island_journal(island);
    for (n = 0; n < events->len; n++) {
        QDict *event = g_ptr_array_index(events, n);

        if (g_strcmp0(qdict_get_try_str(event, "ev"), "touch") == 0) {
            const QListEntry *first = qlist_first(
                qdict_get_qlist(event, "chain"));
            const char *pc = qstring_get_str(
                qobject_to(QString, qlist_entry_obj(first)));

            g_assert_cmpstr(pc, ==, "0x4400001c");
            touches++;
        }
    }
    g_assert_cmpuint(touches, ==, 1);
    island->pm_faults += 1;
    island_stop(island);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!qtest_has_accel("tcg")) {
        g_test_message("these tests run guest code and want TCG");
        return 0;
    }
    island_add("abort", a_load_from_a_powered_smmu_completes);
    island_add("abort", a_load_from_an_smmu_that_is_off_aborts);
    island_add("abort", a_store_to_an_smmu_that_is_off_aborts);
    island_add("abort", a_64_bit_load_from_an_smmu_that_is_off_aborts);
    island_add("abort", a_64_bit_store_to_an_smmu_that_is_off_aborts);
    island_add("abort", a_load_from_a_gpu_that_is_off_aborts);
    island_add("abort", policy_ones_loads_ones);
    island_add("abort", policy_razwi_loads_zero);
    island_add("abort", the_journal_names_the_instruction_that_touched);
    return g_test_run();
}
