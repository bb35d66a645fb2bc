/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exerciser.h"

#include <drm/msm_drm.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define NODE "/dev/dri/renderD128"

/* PM4 type 7 headers, parity bits included */
#define CP_MEM_WRITE_3 0x703d8003u /* address low, address high, one value */

static int drm = -1;

static int call(unsigned long request, void *argument)
{
    int result;

    do
        result = ioctl(drm, request, argument);
    while (result != 0 && (errno == EINTR || errno == EAGAIN));
    return result;
}

/* One line of what the kernel still waits for, to say it when the node does not come. */
static const char *deferred(void)
{
    static char text[512];
    const char *from = read_file("/sys/kernel/debug/devices_deferred");
    size_t i = 0;

    while (*from != '\0' && i < sizeof(text) - 1) {
        char c = *from++;

        text[i++] = c == '\n' ? ' ' : c == '\t' ? ' ' : c;
    }
    text[i] = '\0';
    return text;
}

void gpu_open(void)
{
    struct drm_msm_param param = {.pipe = MSM_PIPE_3D0, .param = MSM_PARAM_GPU_ID};
    unsigned waited;

    for (waited = 0; access(NODE, F_OK) != 0; waited += 20) {
        if (waited >= 3000)
            give_up("waited 3 s for " NODE "; devices deferred: %s", deferred());
        sleep_ms(20);
    }
    drm = open(NODE, O_RDWR | O_CLOEXEC);
    if (drm < 0)
        give_up(NODE " does not open: %s", strerror(errno));
    if (call(DRM_IOCTL_MSM_GET_PARAM, &param) != 0)
        give_up("the GPU did not start: MSM_PARAM_GPU_ID: %s", strerror(errno));
    printf("smmu-pm: GPU %llu\n", (unsigned long long)param.value);
}

static uint64_t info(uint32_t handle, uint32_t what)
{
    struct drm_msm_gem_info request = {.handle = handle, .info = what};

    if (call(DRM_IOCTL_MSM_GEM_INFO, &request) != 0)
        give_up("MSM_GEM_INFO %u: %s", what, strerror(errno));
    return request.value;
}

struct buffer buffer_new(uint32_t size)
{
    struct drm_msm_gem_new request = {.size = size, .flags = MSM_BO_WC};
    struct buffer buffer = {.size = size};
    void *at;

    if (call(DRM_IOCTL_MSM_GEM_NEW, &request) != 0)
        give_up("MSM_GEM_NEW of %u bytes: %s", size, strerror(errno));
    buffer.handle = request.handle;
    at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, drm,
              (off_t)info(buffer.handle, MSM_INFO_GET_OFFSET));
    if (at == MAP_FAILED)
        give_up("a buffer does not map: %s", strerror(errno));
    buffer.words = at;
    buffer.iova = info(buffer.handle, MSM_INFO_GET_IOVA);
    return buffer;
}

void buffer_free(struct buffer *buffer)
{
    struct drm_gem_close request = {.handle = buffer->handle};

    /* A mapping would keep the object, and with it its place in the SMMU's tables. */
    munmap((void *)buffer->words, buffer->size);
    if (call(DRM_IOCTL_GEM_CLOSE, &request) != 0)
        give_up("GEM_CLOSE: %s", strerror(errno));
    memset(buffer, 0, sizeof(*buffer));
}

void buffers_scattered(struct buffer *buffers, unsigned count)
{
    struct buffer spare[2 * count];
    unsigned i;

    for (i = 0; i < 2 * count; i++)
        spare[i] = buffer_new(PAGE);
    for (i = 0; i < count; i++) {
        buffers[i] = spare[2 * i];
        buffer_free(&spare[2 * i + 1]);
    }
    for (i = count; i > 1; i--) {
        unsigned other = random_below(i);
        struct buffer swapped = buffers[i - 1];

        buffers[i - 1] = buffers[other];
        buffers[other] = swapped;
    }
}

unsigned put_mem_write(const struct buffer *commands, unsigned at, uint64_t iova, uint32_t value)
{
    commands->words[at++] = CP_MEM_WRITE_3;
    commands->words[at++] = (uint32_t)iova;
    commands->words[at++] = (uint32_t)(iova >> 32);
    commands->words[at++] = value;
    return at;
}

uint32_t submit(const struct buffer *commands, unsigned dwords, const struct buffer *target)
{
    struct drm_msm_gem_submit_bo buffers[2] = {
        {.flags = MSM_SUBMIT_BO_READ, .handle = commands->handle},
        {.flags = MSM_SUBMIT_BO_WRITE, .handle = target != NULL ? target->handle : 0},
    };
    struct drm_msm_gem_submit_cmd command = {
        .type = MSM_SUBMIT_CMD_BUF,
        .submit_idx = 0,
        .size = 4 * dwords,
    };
    struct drm_msm_gem_submit request = {
        .flags = MSM_PIPE_3D0,
        .nr_bos = target != NULL ? 2 : 1,
        .bos = (uintptr_t)buffers,
        .nr_cmds = 1,
        .cmds = (uintptr_t)&command,
    };

    if (call(DRM_IOCTL_MSM_GEM_SUBMIT, &request) != 0)
        give_up("MSM_GEM_SUBMIT: %s", strerror(errno));
    return request.fence;
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

void write_through_gpu(const struct buffer *commands, const struct buffer *target, uint32_t value)
{
    unsigned word = random_below(PAGE / 4);
    unsigned dwords = put_mem_write(commands, 0, target->iova + 4 * word, value);
    uint32_t fence;

    target->words[word] = ~value;
    fence = submit(commands, dwords, target);
    if (!wait_fence(fence, 3000))
        give_up("waited 3 s for fence %u", fence);
    if (target->words[word] != value)
        give_up("the GPU was to write 0x%x and memory holds 0x%x", value, target->words[word]);
}
