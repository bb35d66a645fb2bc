/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exerciser.h"

#include <drm/msm_drm.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define NODE "/dev/dri/renderD128"

static int drm = -1;

static int call(unsigned long request, void *argument)
{
    int result;

    do
        result = ioctl(drm, request, argument);
    while (result != 0 && (errno == EINTR || errno == EAGAIN));
    return result;
}

/* The devices that the kernel cannot probe yet, and its reasons where it has any, in one line. */
static const char *deferred(void)
{
    static char text[512];
    char lines[512], *rest = lines, *line;
    size_t length = 0;

    snprintf(lines, sizeof(lines), "%s", read_file("/sys/kernel/debug/devices_deferred"));
    snprintf(text, sizeof(text), "none");
    while ((line = strsep(&rest, "\n")) != NULL) {
        char *reason = line + strcspn(line, "\t");

        if (*reason != '\0')
            *reason++ = '\0';
        if (line[0] != '\0' && length < sizeof(text))
            length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s%s%s",
                                       length > 0 ? ", " : "", line, *reason ? ": " : "", reason);
    }
    return text;
}

void gpu_reopen(void)
{
    drm = open(NODE, O_RDWR | O_CLOEXEC);
    if (drm < 0)
        give_up(NODE " does not open: %s", strerror(errno));
}

void gpu_close(void)
{
    close(drm);
    drm = -1;
}

#define DRIVER "/sys/bus/platform/drivers/adreno/"

void gpu_unbind(void)
{
    if (!write_file(DRIVER "unbind", "bb00000.gpu"))
        give_up("the GPU's driver cannot be unbound: %s", strerror(errno));
}

static void wait_for_node(unsigned step)
{
    unsigned waited;

    for (waited = 0; access(NODE, F_OK) != 0; waited += step) {
        if (waited >= 3000)
            give_up("waited 3 s for " NODE "; devices deferred: %s", deferred());
        sleep_ms(step);
    }
}

static void first_open(void)
{
    struct drm_msm_param param = {.pipe = MSM_PIPE_3D0, .param = MSM_PARAM_GPU_ID};
    char wanted[16];

    gpu_reopen();
    if (call(DRM_IOCTL_MSM_GET_PARAM, &param) != 0)
        give_up("the GPU did not start: MSM_PARAM_GPU_ID: %s", strerror(errno));
    option("smmu_pm.gpu", wanted, sizeof(wanted));
    if (wanted[0] == 'a' && param.value != strtoull(wanted + 1, NULL, 10))
        give_up("the GPU is an A%llu, not an %s", (unsigned long long)param.value, wanted);
}

void gpu_open(void)
{
    wait_for_node(20);
    /* Woken by the driver's probe; once it sleeps, the open has to restore all of it. */
    wait_until_smmu_suspended();
    first_open();
}

void gpu_open_at_once(void)
{
    wait_for_node(1);
    first_open();
}

static uint64_t info(uint32_t handle, uint32_t what)
{
    struct drm_msm_gem_info request = {.handle = handle, .info = what};

    if (call(DRM_IOCTL_MSM_GEM_INFO, &request) != 0)
        give_up("MSM_GEM_INFO %u: %s", what, strerror(errno));
    return request.value;
}

struct buffer buffer_new(void)
{
    struct drm_msm_gem_new request = {.size = PAGE, .flags = MSM_BO_WC};
    struct buffer buffer = {0};
    void *at;

    if (call(DRM_IOCTL_MSM_GEM_NEW, &request) != 0)
        give_up("MSM_GEM_NEW: %s", strerror(errno));
    buffer.handle = request.handle;
    at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, drm,
              (off_t)info(buffer.handle, MSM_INFO_GET_OFFSET));
    if (at == MAP_FAILED)
        give_up("a buffer does not map: %s", strerror(errno));
    buffer.words = at;
    return buffer;
}

#define FRAME_MASK ((1ull << 55) - 1)

/* The number of the page frame behind an address that has been touched; 0: the kernel does not say. */
static uint64_t frame_of(volatile const void *at)
{
    uint64_t entry;
    off_t place = (off_t)((uintptr_t)at / PAGE * sizeof(entry));
    int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

    if (fd < 0 || pread(fd, &entry, sizeof(entry), place) != sizeof(entry))
        entry = 0;
    if (fd >= 0)
        close(fd);
    return entry & FRAME_MASK;
}

/* Somewhere a page is followed by the one that follows it in memory. */
static bool contiguous(const uint64_t *frames, const unsigned *order, unsigned count)
{
    unsigned i;

    for (i = 1; i < count; i++)
        if (frames[order[i]] == frames[order[i - 1]] + 1)
            return true;
    return false;
}

static void shuffle(unsigned *order, unsigned count)
{
    unsigned i;

    for (i = count; i > 1; i--) {
        unsigned other = random_below(i), swapped = order[i - 1];

        order[i - 1] = order[other];
        order[other] = swapped;
    }
}

void buffer_reserve(struct buffer *buffer)
{
    buffer->iova = info(buffer->handle, MSM_INFO_GET_IOVA);
}

void buffers_scattered(struct buffer *buffers, unsigned count)
{
    struct buffer ascending[buffers_max];
    unsigned order[buffers_max], i;
    uint64_t frames[buffers_max];

    for (i = 0; i < count; i++) {
        ascending[i] = buffer_new();
        /* From Linux 6.17 on there is no carve-out, and memory is handed out at the first touch. */
        ascending[i].words[0] = 0;
        frames[i] = frame_of(ascending[i].words);
        /* From a carve-out it is handed out in ascending order. */
        if (frames[i] == 0)
            frames[i] = i;
        order[i] = count - 1 - i;
    }
    /* Comes to an end: every other order or so of a few pages will do. */
    do
        shuffle(order, count);
    while (contiguous(frames, order, count));
    for (i = 0; i < count; i++) {
        buffers[i] = ascending[order[i]];
        buffer_reserve(&buffers[i]);
        if (i > 0 && buffers[i].iova != buffers[i - 1].iova + PAGE)
            give_up("the IOVA after 0x%llx was 0x%llx: no neighbour",
                    (unsigned long long)buffers[i - 1].iova, (unsigned long long)buffers[i].iova);
    }
    say("%u buffers from IOVA 0x%llx", count, (unsigned long long)buffers[0].iova);
}

void buffers_forget(struct buffer *buffers, unsigned count)
{
    for (; count > 0; count--) {
        munmap((void *)buffers[count - 1].words, PAGE);
        memset(&buffers[count - 1], 0, sizeof(buffers[count - 1]));
    }
}

void buffer_free(struct buffer *buffer)
{
    struct drm_gem_close request = {.handle = buffer->handle};

    /* A mapping would keep the object, and with it its place in the SMMU's tables. */
    munmap((void *)buffer->words, PAGE);
    if (call(DRM_IOCTL_GEM_CLOSE, &request) != 0)
        give_up("GEM_CLOSE: %s", strerror(errno));
    memset(buffer, 0, sizeof(*buffer));
}

/* False, with errno set: the driver refused it. */
static bool try_submit(const struct buffer *commands, unsigned bytes, const struct buffer *targets,
                       unsigned count, uint32_t *fence)
{
    struct drm_msm_gem_submit_bo buffers[1 + buffers_max];
    struct drm_msm_gem_submit_cmd command = {
        .type = MSM_SUBMIT_CMD_BUF,
        .submit_idx = 0,
        .size = bytes,
    };
    struct drm_msm_gem_submit request = {
        .flags = MSM_PIPE_3D0,
        .nr_bos = 1 + count,
        .bos = (uintptr_t)buffers,
        .nr_cmds = 1,
        .cmds = (uintptr_t)&command,
    };
    unsigned i;

    buffers[0] = (struct drm_msm_gem_submit_bo){
        .flags = MSM_SUBMIT_BO_READ,
        .handle = commands->handle,
    };
    for (i = 0; i < count; i++)
        buffers[1 + i] = (struct drm_msm_gem_submit_bo){
            .flags = MSM_SUBMIT_BO_READ | MSM_SUBMIT_BO_WRITE,
            .handle = targets[i].handle,
        };
    if (call(DRM_IOCTL_MSM_GEM_SUBMIT, &request) != 0)
        return false;
    *fence = request.fence;
    return true;
}

uint32_t submit(const struct buffer *commands, unsigned dwords, const struct buffer *targets,
                unsigned count)
{
    uint32_t fence;

    if (!try_submit(commands, 4 * dwords, targets, count, &fence))
        give_up("MSM_GEM_SUBMIT: %s", strerror(errno));
    return fence;
}

/*
 * drm/msm maps the buffers of a submit before it looks at the size of its commands
 * (msm_gem_submit.c: submit_pin_objects() comes first). So a size that cannot be right makes it map
 * them, and do no more.
 */
void map_only(const struct buffer *buffers, unsigned count)
{
    uint32_t fence;

    if (try_submit(&buffers[0], 2 * PAGE, buffers + 1, count - 1, &fence))
        give_up("the driver took commands that are longer than their buffer");
    if (errno != EINVAL)
        give_up("MSM_GEM_SUBMIT with too many commands: %s", strerror(errno));
}

bool wait_fence(uint32_t fence, unsigned ms)
{
    struct timespec until;
    struct drm_msm_wait_fence request = {.fence = fence};

    clock_gettime(CLOCK_MONOTONIC, &until);
    request.timeout.tv_sec = until.tv_sec + ms / 1000;
    request.timeout.tv_nsec = until.tv_nsec + (long)(ms % 1000) * 1000000;
    if (request.timeout.tv_nsec >= 1000000000) {
        request.timeout.tv_nsec -= 1000000000;
        request.timeout.tv_sec++;
    }
    return call(DRM_IOCTL_MSM_WAIT_FENCE, &request) == 0;
}
