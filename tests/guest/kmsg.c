/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exerciser.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

const char *kernel_says(const char *word, const char *other, unsigned ms)
{
    static char record[2048];
    static int kmsg = -1;
    uint64_t until = now_ms() + ms, now;

    if (kmsg < 0)
        kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (kmsg < 0)
        give_up("/dev/kmsg does not open");
    for (;;) {
        /* A record each time: "level,number,time,flags;text\n", and lines that continue it. */
        ssize_t length = read(kmsg, record, sizeof(record) - 1);

        if (length > 0) {
            record[length] = '\0';
            if (strstr(record, "smmu-pm:") == NULL &&
                (strstr(record, word) != NULL ||
                 (other[0] != '\0' && strstr(record, other) != NULL)))
                return record;
            continue;
        }
        now = now_ms();
        if (now >= until)
            return "";
        /* Not a nap: in a storm of interrupts on the other CPU that would last ten times as long. */
        poll(&(struct pollfd){.fd = kmsg, .events = POLLIN}, 1, (int)(until - now));
    }
}
