/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One question, asked of two that walk the same tables: the CPU's MMU and the SMMU. docs/oracle.rst
 * says how; main.c is where to begin.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

#define BIT(n) (1ull << (n))
#define ONES(n) ((n) >= 64 ? ~0ull : (1ull << (n)) - 1)
#define BITS(value, high, low) (((u64)(value) >> (low)) & ONES((high) - (low) + 1))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Memory: the program is below TABLES, and what is translated is to end in one of the two FRAMES. */
#define TABLES 0x42000000ull
#define TABLES_SIZE 0x02000000ull
#define FRAMES 0x48000000ull
#define FRAMES_SIZE 0x04000000ull
#define BIG_FRAMES 0x80000000ull
#define RAM_END 0x140000000ull
/* Nothing is here, neither RAM nor a device: from here to the end of any address. */
#define NOWHERE 0x180000000ull

enum format { AARCH64, LPAE, SHORT };
enum regime { STAGE1, HYPERVISOR, STAGE2, NESTED };

/*
 * What a context bank is told; cpu.c makes the CPU's registers of it. Both have the same fields in the
 * same places for the most part: Arm made the SMMU so.
 */
struct stage {
    u32 sctlr;
    u32 tcr;
    u32 tcr2;
    u64 ttbr0;
    u64 ttbr1;
    u64 mair;
};

struct setup {
    enum regime regime;
    enum format format;
    enum format s2_format;
    struct stage s1; /* not of STAGE2 */
    struct stage s2; /* of STAGE2 and NESTED */
};

struct question {
    u64 iova;
    bool write;
    bool privileged;
    bool instruction;
    bool stage1_alone; /* of NESTED: stage 2 is for stage 1's tables */
};

/* The classes of SMMU_CBn_FSR. */
enum kind { TRANSLATED, TF, AFF, PF, EF, ASF, OTHER };

#define ELSEWHERE ~0ull /* an address that is not the one that was expected */

struct answer {
    enum kind kind;
    u64 pa;
    bool pa_known;
    u8 level; /* of a fault */
    u8 stage; /* likewise */
    bool type_known;
    bool any_device; /* which type of Device is not of interest */
    bool any_transience; /* nor whether write-through memory is transient */
    u8 attr, shareability; /* of memory, as PAR_EL1 has them */
    const char *oddity; /* a syndrome that does not fit the question */
};

/* What the SMMU's ID registers announce. */
struct smmu {
    u32 idr[8];
    unsigned banks;
    unsigned groups;
    unsigned input_bits, output_bits, bus_bits;
    bool stage1, stage2, nested, ats;
    bool granule_4k, granule_16k, granule_64k;
    bool lpae, short_descriptors;
};
extern struct smmu smmu;

/* ---- talk.c: words to the host, and from it */
extern u64 semihosting(u64 operation, const void *parameter);
extern void leave(u64 code) __attribute__((noreturn));
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void give_up(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
u64 option(const char *name, u64 otherwise); /* of the command line: name=number */

/* ---- random.c */
void random_seed(u64 seed);
u64 random64(void);
u64 below(u64 limit);
bool one_in(unsigned n);
u64 between(u64 low, u64 high);

/* ---- machine.c: the island */
u32 read32(u64 address);
u64 read64(u64 address);
void write32(u64 address, u32 value);
void write64(u64 address, u64 value);
void power_up(void);

/* ---- tables.c: the memory of page tables, and what has been written there */
struct entry {
    u64 at;
    u64 value;
    u8 size; /* 4 or 8 bytes */
    u8 stage;
    u64 access_flag; /* of one that has none: the bit that would be it */
};
extern struct entry entries[];
extern unsigned entry_count;
/* As SCTLR.E of each stage's bank says. */
void tables_set_endianness(const struct setup *setup);
void tables_clear(void);
u64 tables_new(u64 bytes, u64 align); /* 0: none left */
bool tables_hold(u64 at);
struct entry *tables_find(u64 at);
void tables_write(u64 at, u64 value, unsigned size, unsigned stage);
u64 tables_read(u64 at, unsigned size);
void tables_put(const struct entry *entry); /* its value into memory */
/* Those of the stages whose bank has SCTLR.AFFD. */
void tables_set_access_flags(const struct setup *setup, bool set);
bool access_flag_disabled(const struct setup *setup, unsigned stage);

/* ---- formats. Addresses are the CPU's: va_of() of the SMMU's. */
struct format_ops {
    const char *name;
    bool (*announced)(void);
    /* Draws registers, and a root. */
    void (*choose)(struct setup *setup);
    /* Draws an address, of which `near` is one before it. */
    u64 (*address)(const struct setup *setup, u64 near);
    /* Draws the descriptors that a walk for it meets, unless they are there. */
    void (*build)(const struct setup *setup, u64 va);
};
extern const struct format_ops *const formats[];
extern const unsigned format_count;

/* ---- cpu.c, smmu.c: the two that are asked */
extern volatile u64 caught[2];
extern bool planted; /* the CPU ignores hierarchical permissions: what is to be noticed */
void cpu_program(const struct setup *setup);
/* The question's address is the CPU's. */
/* Of a status as PAR_EL1 and ESR_ELx have it. */
struct answer cpu_fault(u64 status, u8 stage);
struct answer cpu_ask(const struct setup *setup, const struct question *question);

/* ---- fetch.c: of the CPU as well, in setups whose upper half is this. */
u64 fetch_ttbr1(void);
#define FETCH_TCR_MASK 0xc0bf0000u /* TG1, EPD1, T1SZ */
#define FETCH_TCR 0x80190000u      /* 4 KiB, 39 bits */
bool cpu_can_fetch(const struct setup *setup, const struct question *question);
struct answer cpu_fetch(const struct setup *setup, const struct question *question);

enum way { DMA, ATS, WAYS };
void smmu_discover(void);
void smmu_program(const struct setup *setup);
bool smmu_has(const struct setup *setup, const struct question *question, enum way way);
struct answer smmu_ask(const struct setup *setup, const struct question *question, enum way way,
                       const struct answer *expected);

/* ---- rules.c: where they differ by design */
struct rule {
    const char *name;
    const char *reason;
    u64 applied;
};
extern struct rule rules[];
extern const unsigned rule_count;
/* Set by a format's build(): an address that cannot be asked about, for there is no rule. */
extern bool left_out;
void leave_out_terabyte_block(void);
u64 without_allocation_hints(u64 descriptor);
/* The address that the CPU is asked for, for one that a master sends; and the bit that decides. */
unsigned sign_bit(const struct setup *setup);
u64 va_of(const struct setup *setup, u64 iova);
/* Asks the CPU, and makes of its answer the one that an SMMUv2 is to give. */
struct answer expect(const struct setup *setup, const struct question *question);

/* ---- compare.c, shrink.c */
bool can_ask(const struct setup *setup, const struct question *question, enum way way);
bool agree(const struct answer *expected, const struct answer *given);
bool disagreement(const struct setup *setup, const struct question *question, enum way way,
                  struct answer *expected, struct answer *given);
void report(const struct setup *setup, const struct question *question, enum way way,
            const struct answer *expected, const struct answer *given, const char *where);

#endif
