/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The exerciser: PID 1 of a judged guest. It loads the kernel's own drivers, runs one scenario, tells
 * the journal through the mark page what it is doing, and powers off.
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
void mark_phase(const char *name);
void mark_done(void);
void mark_module(const char *text);
void mark_kernel(const char *text);

/* Marks what was waited for, powers off, does not return. */
void give_up(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void power_off(void) __attribute__((noreturn));

/* ---- random.c: the seed of the run, as a sequence ------------------------------------------ */

void random_seed(uint64_t seed);
/* A number below bound; with seed 0 always 0, so that a scenario has a plain form. */
uint32_t random_below(uint32_t bound);

/* ---- modules.c ------------------------------------------------------------------------------- */

/* Loads what /modules/order lists and marks where each has come to lie. */
void modules_load(void);
/* Marks where the kernel itself lies and which one it is. */
void kernel_mark(void);

/* ---- power.c: what Linux says of its devices ------------------------------------------------- */

/* Waits until GPU and SMMU are runtime-suspended and their domains have been switched off. */
void wait_until_suspended(void);
void sleep_ms(unsigned ms);
/* Reads a small file; "" when there is none. The text is overwritten by the next call. */
const char *read_file(const char *path);

/* ---- gpu.c: buffers and submits through drm/msm ---------------------------------------------- */

#define PAGE 4096u

struct buffer {
    uint32_t handle;
    uint32_t size;
    uint64_t iova;
    volatile uint32_t *words; /* mapped here, uncached */
};

/* Waits for the render node and opens it: the first open powers GPU and SMMU up. */
void gpu_open(void);
struct buffer buffer_new(uint32_t size);
/* Unmaps and closes: the driver unmaps it from the SMMU. */
void buffer_free(struct buffer *buffer);
/*
 * One-page buffers whose neighbours were given away again, so that no two lie side by side in
 * memory, in an order of their own (drawn from the seed).
 */
void buffers_scattered(struct buffer *buffers, unsigned count);

/* Packets for a command buffer; each returns the number of dwords used so far. */
unsigned put_mem_write(const struct buffer *commands, unsigned at, uint64_t iova, uint32_t value);

/* Submits `dwords` of a command buffer that touches `target` (NULL: no other buffer). */
uint32_t submit(const struct buffer *commands, unsigned dwords, const struct buffer *target);
/* False: not signalled within `ms`. */
bool wait_fence(uint32_t fence, unsigned ms);
/* Submits one write, waits for it, and looks whether it arrived. */
void write_through_gpu(const struct buffer *commands, const struct buffer *target, uint32_t value);

/* ---- devmem.c: registers through /dev/mem, behind the drivers' backs ------------------------- */

volatile void *devmem(uint64_t physical);
/* Accesses that survive a bus error: false when there was one. */
bool try_read32(volatile void *at, uint32_t *value);
bool try_write32(volatile void *at, uint32_t value);
bool try_write64(volatile void *at, uint64_t value);

/* ---- scenarios/ -------------------------------------------------------------------------------- */

struct scenario {
    const char *name;
    void (*run)(void);
};

void submit_and_wait(void);
void idle_powers_off(void);
void unmap_while_suspended(void);
void dropped_pte(void);
void devmem_invalidate_while_off(void);
void devmem_collapse_while_busy(void);

#endif
