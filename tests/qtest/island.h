/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A started virt-msm8996 machine, and the handles a test wants on it: power
 * wires moved by writing the real controller registers, streams and page tables
 * as Linux sets them up, DMA through the GPU's ring, interrupt lines as the GIC
 * sees them, and the journal. A test is then ten lines:
 *
 *     Island *island = island_start("");
 *     island_smmu_power(island, true);
 *     island_smmu_program(island);
 *     island_map(island, 0x1000000, ISLAND_DATA, 0);
 *     island_gpu_start(island);
 *     g_assert_true(island_gpu_store(island, 0x1000000, 0xcafef00d));
 *     g_assert_cmphex(qtest_readl(island->qts, ISLAND_DATA), ==, 0xcafef00d);
 *     island_stop(island);
 *
 * Addresses, offsets and bits are typed in here from the manuals (IHI 0062 for
 * the SMMU) and the Linux drivers, not taken from the headers of the models: a
 * slip there must show here.
 *
 * Every function stops the test program (g_assert) when the machine does not do
 * what the function is there to bring about; what a test is about is returned.
 */
#ifndef TESTS_QTEST_SMMU_PM_ISLAND_H
#define TESTS_QTEST_SMMU_PM_ISLAND_H

#include "qobject/qdict.h"
#include "qobject/qlist.h"
#include "libqtest.h"

/*
 * Where the blocks are, in the machine's composition tree and in its address
 * map.
 */
#define ISLAND_QOM_PATH "/machine/island"
#define ISLAND_QOM_SMMU ISLAND_QOM_PATH "/smmu"

#define ISLAND_GCC 0x0b000000
#define ISLAND_MMCC 0x0b8c0000
#define ISLAND_GPU 0x0bb00000
#define ISLAND_SMMU 0x0bb40000
#define ISLAND_MARK 0x0bb60000

/*
 * Shared peripheral interrupts, counted as the device tree does (GIC number
 * less 32).
 */
#define ISLAND_SPI_SMMU_GLOBAL 180
#define ISLAND_SPI_SMMU_CB0 181
#define ISLAND_SPI_SMMU_CB1 182
#define ISLAND_SPI_GPU 190

/*
 * Guest RAM: virt's begins at 1 GiB. The library takes page tables from
 * ISLAND_TABLES up and the ring's page just below it; tests have everything
 * from ISLAND_DATA, which is 2 MiB aligned.
 */
#define ISLAND_RAM 0x40000000
#define ISLAND_RING_PA 0x42fff000
#define ISLAND_TABLES 0x43000000
#define ISLAND_DATA 0x44000000

/* Where island_gpu_start() maps the ring: a page that tests leave alone. */
#define ISLAND_RING_IOVA 0x01001000

/* Adds a test named after its function, whose name is a sentence. */
#define island_add(group, function)                                            \
    qtest_add_func("smmu-pm/" group "/" #function, function)

typedef struct Island {
    QTestState *qts;
    bool real_time;     /* -accel tcg: the virtual clock runs by itself */
    char *dir;          /* temporary, removed by island_stop() */
    char *journal;      /* path of the journal */
    char *log;          /* path of QEMU's log of the qtest protocol */
    uint64_t ttbr0;     /* level 0 table */
    uint64_t next_page; /* next free page for a table */
    unsigned wptr;      /* of the ring, in dwords */
    char *string;       /* what island_get_string() gave last */
    unsigned pm_faults; /* pulses of pm-fault expected so far: a test counts */
} Island;

/*
 * Registers of the clock and power controllers that carry the wires of SMMU and
 * GPU.
 */
typedef enum IslandWire {
    ISLAND_GPU_GDSC,    /* domain of the SMMU: mmcc GPU_GDSC */
    ISLAND_GPU_GX_GDSC, /* domain of the GPU: mmcc GPU_GX_GDSC */
    ISLAND_IFACE,       /* mmcc gpu_ahb_clk: iface of SMMU and GPU */
    ISLAND_BUS,         /* gcc gcc_mmss_bimc_gfx_clk: bus (SMMU), mem_iface */
    ISLAND_CORE,        /* mmcc gpu_gx_gfx3d_clk */
    ISLAND_RBBMTIMER,   /* mmcc gpu_gx_rbbmtimer_clk */
    ISLAND_MEM,         /* gcc gcc_bimc_gfx_clk */
} IslandWire;

/**
 * island_start:
 * @options: machine options, each with a leading comma (",policy=ones"), then
 * any other QEMU options; "" for none. Word splitting and shell evaluation
 * apply.
 *
 * Starts a machine with its CPU stopped for good, a journal file and nothing
 * powered.
 */
Island *island_start(const char *options);
/* The same, with @options as printf() would print them. */
Island *island_startf(const char *options, ...) G_GNUC_PRINTF(1, 2);
/*
 * Ends the machine and removes its files. By then the pm-fault line must have
 * pulsed as often as the test has counted in @island->pm_faults: never, unless
 * it says so.
 */
void island_stop(Island *island);
/* Lets virtual time pass. */
void island_wait(Island *island, int64_t ns);

/**
 * island_set:
 * Switches one wire by the register write Linux does, and steps the virtual
 * clock until the status bit has followed; at most a millisecond.
 */
void island_set(Island *island, IslandWire wire, bool on);
/* The write alone: time does not move. */
void island_request(Island *island, IslandWire wire, bool on);
/* What the status register says; it may lag behind island_request(). */
bool island_is_on(Island *island, IslandWire wire);

/* All wires of the SMMU, in the order of Linux's runtime resume and suspend. */
void island_smmu_power(Island *island, bool on);
/* All wires of the GPU; the SMMU's have to be on when @on. */
void island_gpu_power(Island *island, bool on);

/*
 * One wire of the SMMU by its name ("domain", "reset", "vote", "iface", "bus"),
 * moved at the block's own input, past the controllers: the GPU keeps its own.
 */
void island_smmu_wire(Island *island, const char *name, bool level);

/* SMMU registers by offset. */
uint32_t island_smmu_read(Island *island, uint32_t offset);
void island_smmu_write(Island *island, uint32_t offset, uint32_t value);
void island_smmu_write64(Island *island, uint32_t offset, uint64_t value);

/**
 * island_smmu_program:
 * What Linux's arm_smmu_device_reset() writes with StreamID 0 attached to
 * context bank 0: stage 1, AArch64, 4 KiB granule, 48 bits, fault interrupts
 * on, everything invalidated, CLIENTPD cleared. TTBR0 is this island's table,
 * which starts empty.
 */
void island_smmu_program(Island *island);
/* Points StreamID @stream at context bank 0 through stream group @group. */
void island_stream(Island *island, unsigned group, uint16_t stream);
/* TLBIVAL for a page or block, then the sync, as in Linux's unmap. */
void island_smmu_invalidate(Island *island, uint64_t iova);

#define ISLAND_MAP_READ_ONLY 1

/*
 * Maps a 4 KiB page; returns where its descriptor lies. No register is touched.
 */
uint64_t island_map(Island *island, uint64_t iova, uint64_t pa, unsigned flags);
/* Maps a 2 MiB block, as island_map(). */
uint64_t island_map_block(Island *island, uint64_t iova, uint64_t pa,
                          unsigned flags);
/* Clears the page's descriptor in memory and invalidates nothing. */
void island_unmap(Island *island, uint64_t iova);

/* GPU registers by dword index, as Linux's a5xx.xml numbers them. */
uint32_t island_gpu_read(Island *island, uint32_t index);
void island_gpu_write(Island *island, uint32_t index, uint32_t value);

/**
 * island_gpu_start:
 * Powers the GPU, maps a one-page ring at ISLAND_RING_IOVA and starts the
 * command processor with the interrupt mask of Linux. The SMMU has to be
 * powered and programmed.
 */
void island_gpu_start(Island *island);
/*
 * Appends to the ring and rings the doorbell; @count below 512. Time does not
 * move.
 */
void island_gpu_submit(Island *island, const uint32_t *dwords, unsigned count);
/**
 * island_gpu_finish:
 * Steps the virtual clock until the GPU has drained its ring or raised an
 * interrupt, at most 10 ms. Returns whether the ring was drained without an
 * error interrupt.
 */
bool island_gpu_finish(Island *island);
/* CP_MEM_WRITE of one value, submitted and finished. */
bool island_gpu_store(Island *island, uint64_t iova, uint32_t value);

/* Level of a shared peripheral interrupt at the GIC's input. */
bool island_irq(Island *island, unsigned spi);

/*
 * Whether a 32-bit read of a physical address ends in a bus error. qtest's own
 * reads ignore errors; the monitor's does not.
 */
bool island_bus_error(Island *island, uint64_t address);

/*
 * The journal so far, a QDict for each line, the header first; free with
 * g_ptr_array_unref(). Stops the test at a line that is no JSON object.
 */
GPtrArray *island_journal(Island *island);
/**
 * island_journal_count:
 * @pattern: a JSON object, single quotes allowed.
 * Returns how many lines of the journal have every member of @pattern with the
 * same value.
 */
unsigned island_journal_count(Island *island, const char *pattern);

/*
 * What a block's property says (qom-get), as JSON would: NULL never. Looking
 * moves no time and leaves no trace. Free with qobject_unref().
 */
QObject *island_get(Island *island, const char *path, const char *property);
/* The same of a list; for g_autoptr(). */
QList *island_get_list(Island *island, const char *path, const char *property);
/* Compares it with JSON, single quotes allowed. */
void island_assert_get(Island *island, const char *path, const char *property,
                       const char *json);
/*
 * A member of a property that is a struct; with @property NULL a property of
 * its own. The string belongs to the island until the next such call.
 */
int64_t island_get_int(Island *island, const char *path, const char *property,
                       const char *member);
const char *island_get_string(Island *island, const char *path,
                              const char *property, const char *member);
/* A counter of a block: "smmu" or "gpu". */
int64_t island_counter(Island *island, const char *block, const char *name);

/*
 * Saves @from into a file, starts another machine with @options, loads, and
 * ends @from.
 */
Island *island_migrate(Island *from, const char *options);

#endif
