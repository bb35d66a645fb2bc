/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exerciser.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *kernel_says(const char *word, const char *other, unsigned ms)
{
    static char record[2048];
    static int kmsg = -1;
    unsigned waited = 0;

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
        if (waited >= ms)
            return "";
        sleep_ms(2);
        waited += 2;
    }
}
