/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"

#include <glib/gstdio.h>

#include "island.h"

#define MICROSECOND 1000
#define TRIES 1000

/*
 * One wire: bit 0 of a register asks for it, bit 31 of a register tells of it.
 * For a domain (GDSC) bit 0 set means off and bit 31 set means on; for a branch
 * clock it is the other way round. Offsets as in Linux's drivers.
 */
typedef struct WireRegisters {
    uint64_t control;
    uint64_t status;
    bool domain;
} WireRegisters;

static const WireRegisters wire_registers[] = {
    [ISLAND_GPU_GDSC] = { ISLAND_MMCC + 0x4034, ISLAND_MMCC + 0x4038, true },
    [ISLAND_GPU_GX_GDSC] = { ISLAND_MMCC + 0x4024, ISLAND_MMCC + 0x4024, true },
    [ISLAND_IFACE] = { ISLAND_MMCC + 0x403c, ISLAND_MMCC + 0x403c, false },
    [ISLAND_BUS] = { ISLAND_GCC + 0x9010, ISLAND_GCC + 0x9010, false },
    [ISLAND_CORE] = { ISLAND_MMCC + 0x4028, ISLAND_MMCC + 0x4028, false },
    [ISLAND_RBBMTIMER] = { ISLAND_MMCC + 0x40b0, ISLAND_MMCC + 0x40b0, false },
    [ISLAND_MEM] = { ISLAND_GCC + 0x46018, ISLAND_GCC + 0x46018, false },
};

/* The machine */

static Island *island_new(void)
{
    Island *island = g_new0(Island, 1);

    island->dir = g_dir_make_tmp("island-XXXXXX", NULL);
    g_assert_nonnull(island->dir);
    island->journal = g_build_filename(island->dir, "journal.jsonl", NULL);
    island->log = g_build_filename(island->dir, "qtest.log", NULL);
    island->ttbr0 = ISLAND_TABLES;
    island->next_page = ISLAND_TABLES + 0x1000;
    return island;
}

Island *island_start(const char *options)
{
    Island *island = island_new();

    island->real_time = strstr(options, "-accel tcg");
    island->qts = qtest_initf("-qtest-log %s -M virt-msm8996,journal=%s%s",
                              island->log, island->journal, options);
    qtest_irq_intercept_out_named(island->qts, ISLAND_QOM_PATH, "pm-fault");
    qtest_memset(island->qts, island->ttbr0, 0, 0x1000);
    return island;
}

Island *island_startf(const char *options, ...)
{
    g_autofree char *printed = NULL;
    va_list ap;

    va_start(ap, options);
    printed = g_strdup_vprintf(options, ap);
    va_end(ap);
    return island_start(printed);
}

static void remove_dir(const char *path)
{
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir))) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        g_unlink(file);
    }
    g_dir_close(dir);
    g_assert_cmpint(g_rmdir(path), ==, 0);
}

/* libqtest keeps a line's level only; QEMU's log of the protocol has pulses. */
static unsigned pm_fault_pulses(Island *island)
{
    g_autofree char *text = NULL;
    const char *line;
    unsigned count = 0;

    g_assert_true(g_file_get_contents(island->log, &text, NULL, NULL));
    for (line = text; (line = strstr(line, "IRQ raise 0\n")); line++) {
        count++;
    }
    return count;
}

void island_stop(Island *island)
{
    qtest_quit(island->qts);
    g_assert_cmpuint(pm_fault_pulses(island), ==, island->pm_faults);
    remove_dir(island->dir);
    g_free(island->dir);
    g_free(island->journal);
    g_free(island->log);
    g_free(island->string);
    g_free(island);
}

void island_wait(Island *island, int64_t ns)
{
    if (island->real_time) {
        g_usleep(DIV_ROUND_UP(ns, MICROSECOND));
    } else {
        qtest_clock_step(island->qts, ns);
    }
}

/* Wires */

bool island_is_on(Island *island, IslandWire wire)
{
    const WireRegisters *registers = &wire_registers[wire];
    bool bit31 = qtest_readl(island->qts, registers->status) >> 31;

    return bit31 == registers->domain;
}

void island_request(Island *island, IslandWire wire, bool on)
{
    const WireRegisters *registers = &wire_registers[wire];
    uint32_t value = qtest_readl(island->qts, registers->control);
    bool bit0 = on != registers->domain;

    qtest_writel(island->qts, registers->control, (value & ~1u) | bit0);
}

void island_set(Island *island, IslandWire wire, bool on)
{
    int tries = 0;

    island_request(island, wire, on);
    while (island_is_on(island, wire) != on) {
        g_assert_cmpint(tries++, <, TRIES);
        island_wait(island, MICROSECOND);
    }
}

void island_smmu_power(Island *island, bool on)
{
    if (on) {
        island_set(island, ISLAND_GPU_GDSC, true);
        island_set(island, ISLAND_IFACE, true);
        island_set(island, ISLAND_BUS, true);
    } else {
        island_set(island, ISLAND_BUS, false);
        island_set(island, ISLAND_IFACE, false);
        island_set(island, ISLAND_GPU_GDSC, false);
    }
}

void island_gpu_power(Island *island, bool on)
{
    const uint64_t gx_clamp = ISLAND_MMCC + 0x4300;

    if (on) {
        qtest_writel(island->qts, gx_clamp, 0);
        island_set(island, ISLAND_GPU_GX_GDSC, true);
        island_set(island, ISLAND_CORE, true);
        island_set(island, ISLAND_RBBMTIMER, true);
        island_set(island, ISLAND_MEM, true);
    } else {
        island_set(island, ISLAND_MEM, false);
        island_set(island, ISLAND_RBBMTIMER, false);
        island_set(island, ISLAND_CORE, false);
        island_set(island, ISLAND_GPU_GX_GDSC, false);
        qtest_writel(island->qts, gx_clamp, 1);
    }
}

/* The SMMU */

void island_smmu_wire(Island *island, const char *name, bool level)
{
    qtest_set_irq_in(island->qts, ISLAND_QOM_SMMU, name, 0, level);
}

uint32_t island_smmu_read(Island *island, uint32_t offset)
{
    return qtest_readl(island->qts, ISLAND_SMMU + offset);
}

void island_smmu_write(Island *island, uint32_t offset, uint32_t value)
{
    qtest_writel(island->qts, ISLAND_SMMU + offset, value);
}

void island_smmu_write64(Island *island, uint32_t offset, uint64_t value)
{
    qtest_writeq(island->qts, ISLAND_SMMU + offset, value);
}

void island_stream(Island *island, unsigned group, uint16_t stream)
{
    island_smmu_write(island, 0xc00 + 4 * group,
                      0x00000000); /* S2CR: translate, bank 0 */
    island_smmu_write(island, 0x800 + 4 * group,
                      0x80000000 | stream); /* SMR: valid */
}

void island_smmu_program(Island *island)
{
    unsigned group;
    int tries;

    island_smmu_write(island, 0x48, island_smmu_read(island, 0x48)); /* sGFSR */
    for (group = 0; group < 8; group++) {
        island_smmu_write(island, 0xc00 + 4 * group, 0x20000); /* S2CR: fault */
        island_smmu_write(island, 0x800 + 4 * group, 0);
    }
    island_stream(island, 0, 0);

    island_smmu_write(island, 0x1800, 0x00000001); /* CBA2R0: AArch64 */
    island_smmu_write(island, 0x1000,
                      0x0001f300); /* CBAR0: stage 1, stage 2 bypassed */
    island_smmu_write(island, 0x8010, 0x00038014); /* TCR2 */
    island_smmu_write(island, 0x8030,
                      0x00803510); /* TCR: T0SZ 16, 4 KiB, EPD1 */
    island_smmu_write64(island, 0x8020, island->ttbr0);
    island_smmu_write64(island, 0x8028, 0);
    island_smmu_write(island, 0x8038, 0xf404ff44); /* MAIR0 */
    island_smmu_write(island, 0x803c, 0xffffffff); /* MAIR1 */
    island_smmu_write(island, 0x8000, 0x00001167); /* SCTLR */
    island_smmu_write(island, 0x8058, 0xc00001fe); /* FSR */
    island_smmu_write(island, 0x9000, 0x00000000); /* SCTLR of bank 1 */
    island_smmu_write(island, 0x9058, 0xc00001fe);

    island_smmu_write(island, 0x6c, 0xffffffff); /* TLBIALLH */
    island_smmu_write(island, 0x68, 0xffffffff); /* TLBIALLNSNH */
    island_smmu_write(island, 0x70, 0xffffffff); /* sTLBGSYNC */
    for (tries = 0; island_smmu_read(island, 0x74) & 1; tries++) {
        g_assert_cmpint(tries, <, TRIES);
        island_wait(island, MICROSECOND); /* tlb-sync-latency */
    }
    island_smmu_write(island, 0x00, 0x00001c36); /* sCR0 */
}

void island_smmu_invalidate(Island *island, uint64_t iova)
{
    island_smmu_write64(island, 0x8620, iova >> 12); /* TLBIVAL, ASID 0 */
    island_smmu_write(island, 0x87f0, 0);            /* TLBSYNC */
    g_assert_cmphex(island_smmu_read(island, 0x87f4) & 1, ==, 0);
}

/* Page tables: AArch64, 4 KiB granule, four levels of 512 descriptors */

static uint64_t descriptor_address(Island *island, uint64_t iova,
                                   int last_level)
{
    uint64_t table = island->ttbr0;
    int level;

    for (level = 0;; level++) {
        uint64_t address = table + 8 * ((iova >> (39 - 9 * level)) & 0x1ff);
        uint64_t descriptor;

        if (level == last_level) {
            return address;
        }
        descriptor = qtest_readq(island->qts, address);
        if ((descriptor & 3) != 3) {
            descriptor = island->next_page | 3;
            island->next_page += 0x1000;
            qtest_memset(island->qts, descriptor & ~0xfffull, 0, 0x1000);
            qtest_writeq(island->qts, address, descriptor);
        }
        table = descriptor & 0x0000fffffffff000;
    }
}

static uint64_t map(Island *island, uint64_t iova, uint64_t pa, unsigned flags,
                    int level)
{
    uint64_t address = descriptor_address(island, iova, level);
    /* nG, AF, outer shareable, AP[1]; bit 1 tells a page from a block */
    uint64_t descriptor = pa | 0xe41 | (level == 3 ? 2 : 0);

    if (flags & ISLAND_MAP_READ_ONLY) {
        descriptor |= 0x80; /* AP[2] */
    }
    qtest_writeq(island->qts, address, descriptor);
    return address;
}

uint64_t island_map(Island *island, uint64_t iova, uint64_t pa, unsigned flags)
{
    return map(island, iova, pa, flags, 3);
}

uint64_t island_map_block(Island *island, uint64_t iova, uint64_t pa,
                          unsigned flags)
{
    return map(island, iova, pa, flags, 2);
}

void island_unmap(Island *island, uint64_t iova)
{
    qtest_writeq(island->qts, descriptor_address(island, iova, 3), 0);
}

/* The GPU */

uint32_t island_gpu_read(Island *island, uint32_t index)
{
    return qtest_readl(island->qts, ISLAND_GPU + 4 * index);
}

void island_gpu_write(Island *island, uint32_t index, uint32_t value)
{
    qtest_writel(island->qts, ISLAND_GPU + 4 * index, value);
}

void island_gpu_start(Island *island)
{
    island_gpu_power(island, true);
    island_map(island, ISLAND_RING_IOVA, ISLAND_RING_PA, ISLAND_MAP_READ_ONLY);
    qtest_memset(island->qts, ISLAND_RING_PA, 0, 0x1000);
    island_gpu_write(island, 0x38, 0x1190037e);        /* RBBM_INT_0_MASK */
    island_gpu_write(island, 0x800, ISLAND_RING_IOVA); /* CP_RB_BASE */
    island_gpu_write(island, 0x801, 0);
    island_gpu_write(island, 0x802,
                     0x08000209);       /* CP_RB_CNTL: 2^10 dwords, NO_UPDATE */
    island_gpu_write(island, 0x832, 0); /* CP_PFP_ME_CNTL */
    island->wptr = 0;
}

void island_gpu_submit(Island *island, const uint32_t *dwords, unsigned count)
{
    unsigned n;

    g_assert_cmpuint(count, <, 512);
    for (n = 0; n < count; n++) {
        qtest_writel(island->qts, ISLAND_RING_PA + 4 * island->wptr, dwords[n]);
        island->wptr = (island->wptr + 1) % 1024;
    }
    island_gpu_write(island, 0x807, island->wptr); /* CP_RB_WPTR */
}

bool island_gpu_finish(Island *island)
{
    int tries;

    for (tries = 0; tries < 10 * TRIES; tries++) {
        /* RBBM_INT_0_STATUS: everything but CACHE_FLUSH_TS is an error */
        if (island_gpu_read(island, 0x4e1) & ~(1u << 20) & 0x1190037e) {
            return false;
        }
        /*
         * CP_RB_RPTR says what has been fetched, RBBM_STATUS what is under way:
         * a write that is held is behind the one and not behind the other.
         */
        if (island_gpu_read(island, 0x806) == island->wptr &&
            island_gpu_read(island, 0x4f5) == 0) {
            return true;
        }
        island_wait(island, MICROSECOND);
    }
    return false;
}

bool island_gpu_store(Island *island, uint64_t iova, uint32_t value)
{
    const uint32_t mem_write[] = { 0x703d8003, iova, iova >> 32, value };

    island_gpu_submit(island, mem_write, ARRAY_SIZE(mem_write));
    return island_gpu_finish(island);
}

static void wait_until_migrated(QTestState *qts)
{
    int tries;

    for (tries = 0; tries < 10000; tries++) {
        g_autoptr(QDict) answer = qtest_qmp_assert_success_ref(
            qts, "{ 'execute': 'query-migrate' }");
        const char *status = qdict_get_try_str(answer, "status");

        if (status && g_str_equal(status, "completed")) {
            return;
        }
        g_assert_cmpstr(status, !=, "failed");
        g_usleep(1000);
    }
    g_assert_not_reached();
}

Island *island_migrate(Island *from, const char *options)
{
    g_autofree char *file = g_build_filename(from->dir, "saved", NULL);
    g_autofree char *uri = g_strdup_printf("file:%s", file);
    g_autofree char *with_incoming = g_strdup_printf("%s -incoming defer",
                                                     options);
    int64_t now = qtest_clock_step(from->qts, 1);
    Island *to;

    qtest_qmp_assert_success(
        from->qts, "{ 'execute': 'migrate', 'arguments': { 'uri': %s } }", uri);
    wait_until_migrated(from->qts);

    to = island_start(with_incoming);
    to->next_page = from->next_page;
    to->wptr = from->wptr;
    qtest_clock_set(to->qts,
                    now); /* qtest's own clock is not part of what is saved */
    qtest_qmp_assert_success(
        to->qts,
        "{ 'execute': 'migrate-incoming', 'arguments': { 'uri': %s } }", uri);
    wait_until_migrated(to->qts);
    island_stop(from);
    return to;
}
