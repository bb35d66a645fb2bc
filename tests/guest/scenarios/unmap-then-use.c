/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A buffer is unmapped while the GPU sleeps, on a machine whose registers do not abort when they
 * cannot be reached, so that a kernel that forgot to power the SMMU lives on. Then a submit writes
 * to the address: whoever powered the SMMU at least for the sync, or restores it with its TLB
 * emptied, has the write fault; whoever did neither lets it through to a page that is not the
 * GPU's any more. The time that the unmap took is said: a sync that reads all ones is polled for a
 * second.
 */
#include "../exerciser.h"

#include <time.h>

static unsigned long long now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000ull + (unsigned)now.tv_nsec / 1000;
}

void unmap_then_use(void)
{
    struct buffer buffers[6];
    unsigned long long began;
    unsigned dwords;
    uint64_t freed;
    uint32_t fence;

    gpu_open();
    buffers_scattered(buffers, 6);
    work(buffers, 6);
    wait_until_suspended();
    freed = buffers[5].iova;
    mark_phase("unmap");
    began = now_us();
    buffer_free(&buffers[5]);
    say("the unmap took %llu us", now_us() - began);
    mark_phase("unmapped");
    sleep_ms(random_below(60));
    dwords = put_mem_write(buffers[0].words, 0, freed + 4 * random_below(PAGE_WORDS), 0xbad0bad0);
    mark_phase("stale");
    fence = submit(&buffers[0], dwords, NULL, 0);
    kernel_says("Unhandled context fault", "gpu fault: ttbr0", 2000);
    mark_phase("faulted");
    /* As in reuse-freed-iova: on Linux 6.12 only another submit sets the hangcheck's timer again. */
    if (!wait_fence(fence, 20))
        say("the GPU hangs at the fault");
    work(buffers, 5);
    mark_phase("written");
}
