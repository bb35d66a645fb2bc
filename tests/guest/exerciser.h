/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The exerciser: PID 1 of a judged guest. It loads the kernel's own drivers, runs one scenario,
 * tells the journal through the mark page what it is doing, and powers off.
 *
 * Nothing here decides whether a run is good. A step that cannot be taken ends in give_up(), which
 * says what was waited for; the judge makes an ERROR of it.
 */
#ifndef EXERCISER_H
#define EXERCISER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- marks.c: the mark page, see hw/arm/smmu-pm/journal/mark.hh ---------------------------- */

void marks_open(void);
void mark_begin(const char *scenario);
/* A step of the scenario begins; requirements in scenarios.toml speak of it by this name. */
void mark_phase(const char *name);
void mark_done(void);
void mark_gave_up(const char *why);
void mark_module(const char *text);
void mark_kernel(const char *text);
/* From here up to mark_busy() these blocks ("smmu", "gpu", or both) are to be switched off. */
void mark_idle(const char *blocks);
void mark_busy(void);
/*
 * From here up to the next budget, or the end, a block may be powered up so often: "BLOCK N" or
 * "BLOCK N/MS", N times at most and once more for each MS milliseconds that have begun. "": as often
 * as it likes.
 */
void mark_budget(const char *text);

/* ---- end.c: words for the console, and the ways in which a run ends -------------------------- */

/* A line of the kernel's log, so that it stands in order with the kernel's own. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Says and marks what was waited for, and powers off. */
void give_up(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
/* As a user would: every driver's shutdown hook runs. */
void power_off(void) __attribute__((noreturn));
/* At once: for a scenario that leaves behind hardware that no shutdown hook may touch. */
void power_cut(void) __attribute__((noreturn));

/* ---- main.c ---------------------------------------------------------------------------------- */

/* The value of `key` on the kernel's command line; "" without one. */
void option(const char *key, char *value, size_t size);

/* ---- kmsg.c: what the kernel has said -------------------------------------------------------- */

/*
 * The next line of the kernel's log that has one of the two words in it ("": no second one), from
 * where the last call left off; "" when none comes within `ms`. Overwritten by the next call.
 */
const char *kernel_says(const char *word, const char *other, unsigned ms);

/* ---- random.c: the seed of the run, as a sequence ------------------------------------------ */

void random_seed(uint64_t seed);
/* A number below bound; with seed 0 always 0, so that a scenario has a plain form. */
uint32_t random_below(uint32_t bound);

/* ---- modules.c ------------------------------------------------------------------------------- */

/* Loads what /modules/order lists and marks where each has come to lie. */
void modules_load(void);
/* One of /modules, and marks where it has come to lie. */
void module_load(const char *file);
/* Marks where the kernel itself lies and which one it is. */
void kernel_mark(void);

/* ---- power.c: what Linux says of its devices ------------------------------------------------- */

/* Waits until GPU and SMMU are runtime-suspended and their domains have been switched off. */
void wait_until_suspended(void);
/* The same for the SMMU alone: before it is opened, the GPU takes no part in this. */
void wait_until_smmu_suspended(void);
void wait_until_gpu_suspended(void);
/* Runtime PM is not to suspend it any more ("on" in power/control). */
void gpu_hold_on(void);
void smmu_hold_on(void);
/* Its autosuspend delay in milliseconds. */
void smmu_autosuspend(const char *ms);
void sleep_ms(unsigned ms);
void sleep_us(unsigned us);
/* Reads a small file; "" when there is none. The text is overwritten by the next call. */
const char *read_file(const char *path);
/* False, with errno set: the file does not take all of it. */
bool write_file(const char *path, const char *text);

/* ---- suspend.c: the system's own sleep ------------------------------------------------------- */

/*
 * Suspends to idle. The machine's clock wakes it after so many seconds, at most one less; a kernel
 * without a driver for it goes through all of it but the sleep.
 */
void system_suspend(unsigned seconds);

/* ---- gpu.c: buffers and submits through drm/msm ---------------------------------------------- */

#define PAGE 4096u
#define PAGE_WORDS (PAGE / 4)

/*
 * One page. Larger ones would be contiguous: drm/msm without a display takes its buffers from a
 * carve-out.
 */
struct buffer {
    uint32_t handle;
    uint64_t iova;
    volatile uint32_t *words; /* mapped here, uncached */
};

/* Waits for the render node and opens it: the first open powers GPU and SMMU up. */
void gpu_open(void);
/* The same without waiting, for whoever has had a GPU before; and the opposite. */
void gpu_reopen(void);
/* As gpu_open(), but at once, with the SMMU still on from the driver's probe. */
void gpu_open_at_once(void);
void gpu_close(void);
/* Takes the driver from the GPU, while the render node is closed. */
void gpu_unbind(void);
/* Without an IOVA: the GPU cannot reach it, and no page-table entry is made for it. */
struct buffer buffer_new(void);
/* Gives it an IOVA. The page-table entry is made by the first submit that names it. */
void buffer_reserve(struct buffer *buffer);
/*
 * Neighbours for the GPU, the IOVA of each following that of the one before; in memory each lies
 * elsewhere, in an order drawn from the seed. At most buffers_max.
 */
void buffers_scattered(struct buffer *buffers, unsigned count);
enum { buffers_max = 16 };
/* Leaves it to the close of the render node to unmap them from the SMMU. */
void buffers_forget(struct buffer *buffers, unsigned count);
/* Unmaps and closes: the driver unmaps it from the SMMU. */
void buffer_free(struct buffer *buffer);

/*
 * Submits `dwords` dwords of a command buffer that touches `targets`. A page-table entry is made
 * for each that has none. Returns the fence.
 */
uint32_t submit(const struct buffer *commands, unsigned dwords, const struct buffer *targets,
                unsigned count);
/* Page-table entries for these buffers, and nothing for the GPU to do. */
void map_only(const struct buffer *buffers, unsigned count);
/* False: not signalled within `ms`. */
bool wait_fence(uint32_t fence, unsigned ms);

/* ---- work.c: commands, and what they must have done ------------------------------------------ */

/* Packets for a command buffer at dword `at`; each returns the dword after it. */
unsigned put_mem_write(volatile uint32_t *words, unsigned at, uint64_t iova, uint32_t value);
/* Reads memory again and again until it holds `value`, `cycles` (at most 0xffff) lying between. */
unsigned put_wait_memory(volatile uint32_t *words, unsigned at, uint64_t iova, uint32_t value,
                         uint32_t cycles);

/*
 * One submit, waited for and checked to the last word: scattered buffers, the first three of them
 * for commands, two or more for what they write. Commands and what they write cross from one page
 * to the next.
 */
enum { command_buffers = 3 };
void work(const struct buffer *buffers, unsigned count);
/* A word that the GPU writes, waited for and checked; any two buffers will do. */
void small_work(const struct buffer *commands, const struct buffer *target);
/*
 * A submit that is under way and does not end before the second word of buffers[1] is 1: the GPU
 * reads it again and again. The first word it has written. Returns the fence.
 */
uint32_t waiting_work(struct buffer buffers[2]);
/* Three new buffers, of which the last has been in use and is freed: its address. The GPU is open. */
uint64_t freed_iova(struct buffer buffers[3]);
/*
 * Phase "stale": a submit that writes to the address of a buffer that was in use and is freed, which
 * must fault. Returns its fence. The GPU is open.
 */
uint32_t stale_submit(void);

/* ---- unmaps.c: many buffers, to be unmapped one by one --------------------------------------- */

enum { unmaps_max = 1000 };
/* Makes `count` buffers that the GPU has written to. */
void unmaps_prepare(unsigned count);
/* Unmaps them, in an order of the seed's, with about `gap_us` microseconds between any two. */
void unmaps(unsigned count, unsigned gap_us);

/* ---- devmem.c: registers through /dev/mem, behind the drivers' backs ------------------------- */

volatile void *devmem(uint64_t physical);
/* Accesses that survive a bus error: false when there was one. */
bool try_read32(volatile void *at, uint32_t *value);
bool try_write32(volatile void *at, uint32_t value);
bool try_write64(volatile void *at, uint64_t value);

/* A register of a clock controller, behind its driver's back: bits cleared, then bits set. */
void controller_change(uint64_t physical, uint32_t clear, uint32_t set);

/* ---- testdev.c: pm-testdev and its module, for scenarios with `module = true` ----------------- */

struct pm_testdev_op;
struct pm_testdev_pair;

/* Loads the module; the device is bound, and off. Actions and places: module/pm_testdev.h. */
void testdev_open(void);
/* One action here and now, and its result. It gives up when the kernel refuses. */
uint64_t testdev_do(uint32_t action, unsigned domain, uint64_t iova, unsigned page);
/* The same for the next time in some other context; and waits until it has been done there. */
void testdev_arm(uint32_t where, uint32_t action, unsigned domain, uint64_t iova, unsigned page);
uint64_t testdev_wait(void);
/* On both CPUs at once; testdev_check() gives up if an action was refused. */
void testdev_together(struct pm_testdev_pair *pair);
uint64_t testdev_check(const struct pm_testdev_op *op);
/* Starts DMA on a device that is on; and waits for its end: 0, or an error of the device's. */
void testdev_start(uint32_t op, uint64_t src, uint64_t dst, uint32_t length, uint32_t pattern,
                   uint32_t delay_ns);
unsigned testdev_finish(void);
/* A word of the module's memory, as the CPU sees it. */
uint32_t testdev_word(unsigned page, unsigned offset);
/* Has the device fill a page, on for that time alone, and checks every word. */
void testdev_fill(uint64_t iova, unsigned page, uint32_t pattern);
/* A new domain of the module's own, attached. */
void testdev_domain(unsigned domain);
/* Until the device and the SMMU are runtime-suspended and their domains have been switched off. */
void testdev_wait_until_off(void);

/* ---- scenarios/: a file each, a row each in scenarios.toml, and a line in main.c ------------- */

struct scenario {
    const char *name;
    void (*run)(void);
};

void submit_and_wait(void);
void submit_after_idle(void);
void idle_powers_off(void);
void map_while_suspended(void);
void unmap_while_suspended(void);
void open_close_storm(void);
void two_clients(void);
void reuse_freed_iova(void);
void hang_recovery(void);
void shutdown_in_order(void);
void devmem_invalidate_while_off(void);
void devmem_collapse_while_busy(void);
void work_lost(void);
void power_order(void);
void clock_stopped_mid_dma(void);
void unprotected_dma(void);
void held_awake(void);
void fault_irq_after_power_off(void);
void stall_lost(void);
void random_load(void);
void smmu_resumes_first(void);
void resume_without_restore(void);
void system_suspend_while_runtime_suspended(void);
void no_link_system_suspend(void);
void gpu_unbind_while_off(void);
void shutdown_with_live_master(void);
void shutdown_by_kexec(void);
void unmap_then_use(void);
void resume_write_after_put(void);
void fault_info_after_vote_drop(void);
void stall_set_while_active(void);
void unmap_while_suspended_gated(void);
void devmem_stale_translation(void);
void autosuspend_storm(void);
void power_storm(void);
void gpu_booted_to_unmap(void);
void third_party_unmap(void);
void iova_to_phys_while_off(void);
void attach_while_off(void);
void domain_free_while_off(void);
void add_remove_while_off(void);
void two_cpus_at_once(void);
void unmap_races_suspend(void);
void unmap_in_suspend(void);
void irq_unmap_client_active(void);
void irq_unmap_smmu_suspended(void);
void irq_put_sync_to_zero(void);
void dma_in_flight_at_power_off(void);

#endif
