/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Semihosting: text out, the command line in, and the end of the machine. */
#include "oracle.h"

#include <stdarg.h>

#define SYS_WRITE0 0x04
#define SYS_GET_CMDLINE 0x15
#define WRONG_BENCH 2 /* exit code: nothing was compared */

static char line[400];
static unsigned used;

static void put(char c)
{
    if (used < sizeof(line) - 2)
        line[used++] = c;
}

static void number(u64 value, unsigned base, unsigned width, bool zeros)
{
    char digits[20];
    unsigned count = 0;

    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    for (unsigned n = count; n < width; n++)
        put(zeros ? '0' : ' ');
    while (count)
        put(digits[--count]);
}

/* %s, %c, %u, %x and the latter two with width, zeros and l. */
static void print(const char *format, va_list arguments)
{
    used = 0;
    for (; *format; format++) {
        unsigned width = 0, longs = 0;
        bool zeros = false;

        if (*format != '%') {
            put(*format);
            continue;
        }
        for (format++; *format >= '0' && *format <= '9'; format++) {
            zeros |= width == 0 && *format == '0';
            width = width * 10 + (unsigned)(*format - '0');
        }
        for (; *format == 'l'; format++)
            longs++;
        if (*format == 's') {
            for (const char *text = va_arg(arguments, const char *); *text; text++)
                put(*text);
        } else if (*format == 'c') {
            put((char)va_arg(arguments, int));
        } else {
            u64 value = longs ? va_arg(arguments, u64) : va_arg(arguments, unsigned);

            number(value, *format == 'x' ? 16 : 10, width, zeros);
        }
    }
    line[used++] = '\n';
    line[used] = 0;
    semihosting(SYS_WRITE0, line);
}

void say(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print(format, arguments);
    va_end(arguments);
}

void give_up(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print(format, arguments);
    va_end(arguments);
    leave(WRONG_BENCH);
}

static const char *command_line(void)
{
    static char text[200];
    static bool read;
    struct {
        char *buffer;
        u64 length;
    } block = { text, sizeof(text) };

    if (!read && semihosting(SYS_GET_CMDLINE, &block) != 0)
        text[0] = 0;
    read = true;
    return text;
}

u64 option(const char *name, u64 otherwise)
{
    for (const char *word = command_line(); *word;) {
        const char *have = word, *want = name;

        while (*want && *have == *want)
            have++, want++;
        if (!*want && *have == '=') {
            u64 value = 0;

            for (have++; *have >= '0' && *have <= '9'; have++)
                value = value * 10 + (u64)(*have - '0');
            return value;
        }
        while (*word && *word != ' ')
            word++;
        while (*word == ' ')
            word++;
    }
    return otherwise;
}
