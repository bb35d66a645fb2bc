/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GPU's driver is unbound from its device while both sleep, and its SMMU domain freed: what
 * that writes must meet an SMMU that is on. It is not bound again: without a display drm/msm leaves
 * its DRM device behind (adreno_device_register_headless()), and the next open of it is an Oops.
 */
#include "../exerciser.h"

void gpu_unbind_while_off(void)
{
    struct buffer buffers[5];

    gpu_open();
    buffers_scattered(buffers, 5);
    mark_phase("submit");
    work(buffers, 5);
    buffers_forget(buffers, 5);
    gpu_close();
    wait_until_suspended();
    sleep_ms(random_below(200));
    mark_phase("unbind");
    gpu_unbind();
    mark_phase("unbound");
}
