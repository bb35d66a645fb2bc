/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exerciser.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/* "msm.ko" at /modules/msm.ko is called msm in /sys/module, a dash being an underscore there. */
static void module_name(const char *file, char *name, size_t size)
{
    size_t i;

    snprintf(name, size, "%s", file);
    name[strcspn(name, ".")] = '\0';
    for (i = 0; name[i] != '\0'; i++)
        if (name[i] == '-')
            name[i] = '_';
}

static void mark_sections(const char *name)
{
    /* What holds code, in the order in which the judge is told. */
    static const char *const sections[] = {".text", ".init.text", ".exit.text", ".text.unlikely"};
    char text[512], path[256];
    size_t length = (size_t)snprintf(text, sizeof(text), "%s", name), i;

    for (i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
        const char *address;

        snprintf(path, sizeof(path), "/sys/module/%s/sections/%s", name, sections[i]);
        address = read_file(path);
        if (address[0] != '\0')
            length += (size_t)snprintf(text + length, sizeof(text) - length, " %s=%.*s",
                                       sections[i], (int)strcspn(address, "\n"), address);
    }
    mark_module(text);
}

void module_load(const char *file)
{
    char path[256], name[64];
    int fd;

    snprintf(path, sizeof(path), "/modules/%s", file);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        give_up("module %s is not in the initramfs", file);
    if (syscall(SYS_finit_module, fd, "", 0) != 0 && errno != EEXIST)
        give_up("module %s does not load: %s", file, strerror(errno));
    close(fd);
    module_name(file, name, sizeof(name));
    mark_sections(name);
}

void modules_load(void)
{
    char order[4096];
    char *file, *rest = order;

    snprintf(order, sizeof(order), "%s", read_file("/modules/order"));
    while ((file = strsep(&rest, "\n")) != NULL)
        if (file[0] != '\0')
            module_load(file);
}

/* The note of type 3 owned by "GNU" in /sys/kernel/notes. */
static void build_id(char *text, size_t size)
{
    uint8_t notes[4096];
    ssize_t length;
    size_t at = 0;
    int fd = open("/sys/kernel/notes", O_RDONLY | O_CLOEXEC);

    text[0] = '\0';
    if (fd < 0)
        return;
    length = read(fd, notes, sizeof(notes));
    close(fd);
    while (length > 0 && at + 12 <= (size_t)length) {
        uint32_t header[3]; /* size of the name, size of the descriptor, type */
        size_t name, descriptor, i;

        memcpy(header, notes + at, sizeof(header));
        name = at + 12;
        descriptor = name + ((header[0] + 3) & ~3u);
        at = descriptor + ((header[1] + 3) & ~3u);
        if (at > (size_t)length)
            return;
        if (header[2] != 3 || header[0] != 4 || memcmp(notes + name, "GNU", 4) != 0)
            continue;
        for (i = 0; i < header[1] && 2 * i + 2 < size; i++)
            sprintf(text + 2 * i, "%02x", notes[descriptor + i]);
        return;
    }
}

/* Not _text: without KALLSYMS_ALL the kernel does not list it. */
void kernel_mark(void)
{
    char text[512], id[64], line[256], address[32] = "";
    struct utsname kernel;
    FILE *symbols = fopen("/proc/kallsyms", "re");

    while (symbols != NULL && fgets(line, sizeof(line), symbols) != NULL) {
        char name[128];

        if (sscanf(line, "%31s %*c %127s", address, name) == 2 && strcmp(name, "_stext") == 0)
            break;
        address[0] = '\0';
    }
    if (symbols != NULL)
        fclose(symbols);
    build_id(id, sizeof(id));
    uname(&kernel);
    snprintf(text, sizeof(text), "text=%s build-id=%s release=%s", address, id, kernel.release);
    mark_kernel(text);
}
