/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The example of docs/writing-qtests.rst. */
#include "qemu/osdep.h"

#include "island.h"

static void a_store_lands_where_the_tables_point(void)
{
    Island *island = island_start("");

    island_smmu_power(island, true);
    island_smmu_program(island);
    island_map(island, 0x02000000, ISLAND_DATA, 0);
    island_gpu_start(island);
    g_assert_true(island_gpu_store(island, 0x02000000, 0xcafef00d));
    g_assert_cmphex(qtest_readl(island->qts, ISLAND_DATA), ==, 0xcafef00d);
    island_stop(island);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    island_add("example", a_store_lands_where_the_tables_point);
    return g_test_run();
}
