/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exerciser.h"

#include "../../hw/arm/smmu-pm/qemu/msm8996_map.h"

#include <string.h>

/* Offsets and kinds of journal/mark.hh, typed in a second time. */
#define MARK_ID 0x00
#define MARK_DATA 0x10
#define MARK_COMMIT 0x18
#define MARK_ID_VALUE 0x4b52414d

enum kind { BEGIN = 1, PHASE, DONE, GAVE_UP, MODULE, KERNEL, IDLE, BUSY, BUDGET };

static volatile uint8_t *page;

void marks_open(void)
{
    uint32_t id = 0;

    page = devmem(MSM8996_MARK);
    /* Without it a run on another machine is still good to look at. */
    if (page == NULL || !try_read32(page + MARK_ID, &id) || id != MARK_ID_VALUE) {
        page = NULL;
        say("no mark page: nothing is journalled");
    }
}

static void mark(enum kind kind, const char *text)
{
    size_t length = strlen(text), at;

    if (page == NULL)
        return;
    if (length > 1024)
        length = 1024;
    for (at = 0; at < length; at += 8) {
        uint64_t word = 0;

        memcpy(&word, text + at, length - at < 8 ? length - at : 8);
        *(volatile uint64_t *)(page + MARK_DATA) = word;
    }
    *(volatile uint32_t *)(page + MARK_COMMIT) = (uint32_t)(kind | length << 16);
}

void mark_begin(const char *scenario)
{
    say("scenario %s", scenario);
    mark(BEGIN, scenario);
}

void mark_phase(const char *name)
{
    say("phase %s", name);
    mark(PHASE, name);
}

void mark_done(void)
{
    say("done");
    mark(DONE, "");
}

void mark_gave_up(const char *why) { mark(GAVE_UP, why); }
void mark_module(const char *text) { mark(MODULE, text); }
void mark_kernel(const char *text) { mark(KERNEL, text); }
void mark_idle(const char *blocks) { mark(IDLE, blocks); }
void mark_busy(void) { mark(BUSY, ""); }
void mark_budget(const char *text) { mark(BUDGET, text); }
