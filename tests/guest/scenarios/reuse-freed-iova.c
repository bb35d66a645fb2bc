/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A buffer is closed, and a submit still writes to its address. That must fault, be reported with
 * the right address, and must not reach the page that was behind it: this page is taken again by
 * the next buffer, which the GPU is never told of. From Linux 6.17 on buffers are of memory that was
 * cleared, and whether the page is the same one cannot be told: then the journal alone has it.
 */
#include "../exerciser.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PATTERN 0x5afe5afeu

#define FSR_TF (1u << 1)
#define FSYNR0_WNR (1u << 4)

static void expect_pattern(const struct buffer *buffer, const char *otherwise)
{
    unsigned i;

    for (i = 0; i < PAGE_WORDS; i++)
        if (buffer->words[i] != PATTERN)
            give_up("%s: word %u is 0x%x", otherwise, i, buffer->words[i]);
}

static uint64_t number_after(const char *line, const char *key)
{
    const char *at = strstr(line, key);
    uint64_t number = 0;

    if (at == NULL || sscanf(at + strlen(key), "%" SCNx64, &number) != 1)
        give_up("the kernel does not say %s in: %s", key, line);
    return number;
}

/* arm-smmu reports the fault itself; on 6.12 drm/msm's handler does, in its own words. */
static void expect_fault(uint64_t iova)
{
    char line[1024];
    uint64_t said;

    snprintf(line, sizeof(line), "%s",
             kernel_says("Unhandled context fault", "gpu fault: ttbr0", 2000));
    if (line[0] == '\0')
        give_up("waited 2 s for the kernel to report the fault");
    said = number_after(line, "iova=");
    if (said != iova)
        give_up("the kernel reports IOVA 0x%" PRIx64 ", not 0x%" PRIx64, said, iova);
    if (strstr(line, "gpu fault") != NULL) {
        if (strstr(line, "dir=WRITE") == NULL || strstr(line, "type=TRANSLATION") == NULL)
            give_up("the kernel reports another fault than a write unmapped: %s", line);
        return;
    }
    if ((number_after(line, "fsr=") & FSR_TF) == 0 ||
        (number_after(line, "fsynr=") & FSYNR0_WNR) == 0)
        give_up("the kernel reports another fault than a write unmapped: %s", line);
}

void reuse_freed_iova(void)
{
    struct buffer buffers[6], again;
    uint64_t stale;
    unsigned dwords, i;
    uint32_t fence;

    gpu_open();
    buffers_scattered(buffers, 6);
    mark_phase("submit");
    work(buffers, 6);
    stale = buffers[5].iova;
    for (i = 0; i < PAGE_WORDS; i++)
        buffers[5].words[i] = PATTERN;
    buffer_free(&buffers[5]);

    /* A carve-out is not cleared, so the page can be told by what it holds. */
    again = buffer_new();
    if (again.words[0] == 0) {
        say("the kernel clears its buffers: this one may be another page");
        for (i = 0; i < PAGE_WORDS; i++)
            again.words[i] = PATTERN;
    }
    expect_pattern(&again, "the page behind the dropped mapping was not to be had again");
    stale += 4 * random_below(PAGE_WORDS);
    dwords = put_mem_write(buffers[0].words, 0, stale, 0xbad0bad0);
    mark_phase("stale");
    fence = submit(&buffers[0], dwords, NULL, 0);
    expect_fault(stale);
    mark_phase("faulted");
    expect_pattern(&again, "a write to a dropped mapping reached memory");
    /*
     * If the GPU hangs at the fault, the driver's hangcheck gives the submit up. The handler of
     * Linux 6.12 takes the hangcheck's timer away, and only another submit sets it again.
     */
    mark_phase("after");
    if (!wait_fence(fence, 20))
        say("the GPU hangs at the fault");
    work(buffers, 5);
    if (!wait_fence(fence, 1000))
        give_up("waited 1 s for the fence of the submit that faulted");
    expect_pattern(&again, "a repeated write to a dropped mapping reached memory");
}
