/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two processes, each with a render node of its own, submit, map and unmap at once, with pauses in
 * which both GPU and SMMU may go off. Only the first speaks to the journal.
 */
#include "../exerciser.h"

#include <sys/wait.h>
#include <unistd.h>

static void client(unsigned rounds)
{
    struct buffer commands = buffer_new(), targets[3];
    unsigned i;

    buffer_reserve(&commands);
    for (; rounds > 0; rounds--) {
        for (i = 0; i < 3; i++) {
            targets[i] = buffer_new();
            buffer_reserve(&targets[i]);
            small_work(&commands, &targets[i]);
        }
        sleep_ms(random_below(2) * random_below(40));
        for (i = 0; i < 3; i++) {
            buffer_free(&targets[i]);
            sleep_ms(random_below(2) * random_below(8));
        }
    }
    buffer_free(&commands);
}

void two_clients(void)
{
    unsigned rounds = 6 + random_below(4), other = random_below(1u << 31);
    pid_t child;
    int status = 0;

    gpu_open();
    mark_phase("both");
    child = fork();
    if (child < 0)
        give_up("no second process");
    if (child == 0) {
        /* With seed 0 a plain form of it here, too. */
        random_seed(other == 0 ? 0 : 0x100000000ull + other);
        gpu_close();
        gpu_reopen();
        client(rounds);
        sleep_ms(900 + random_below(100));
        client(rounds);
        _exit(0);
    }
    client(rounds);
    /* In the middle both have nothing to do, for longer than the autosuspend delay. */
    sleep_ms(900 + random_below(100));
    client(rounds);
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        give_up("the second process ended with status 0x%x", status);
    wait_until_suspended();
    mark_phase("after");
    gpu_close();
    mark_phase("closed");
}
