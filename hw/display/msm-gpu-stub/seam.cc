// SPDX-License-Identifier: GPL-2.0-or-later
//
// The GPU behind its C header: types are turned into one another, nothing else.
#include "seam.h"

#include "seam/sink.hh"
#include "seam_handle.hh"

#include <new>

namespace {

using namespace smmu_pm;

static_assert(MSM_GPU_SIZE == gpu::window_size);
static_assert(SMMU_PM_NEVER == gpu::never);
static_assert(SMMU_PM_SUPPLY_COUNT == power::supply_count);
static_assert(SMMU_PM_HANG == static_cast<int>(power::Status::Hang));
static_assert(SMMU_PM_STALLED == static_cast<int>(power::Status::Stalled));
static_assert(SMMU_PM_RELEASED_RETRY == static_cast<int>(power::Released::Retry));
static_assert(SMMU_PM_RELEASED_ABORT == static_cast<int>(power::Released::Abort));
static_assert(SMMU_PM_RELEASED_RAZWI == static_cast<int>(power::Released::RazWi));
static_assert(MSM_GPU_A510 == static_cast<int>(gpu::Chip::A510));
static_assert(MSM_GPU_A530 == static_cast<int>(gpu::Chip::A530));
static_assert(SMMU_PM_POLICY_HANG == static_cast<int>(power::Policy::Hang));

class SeamHost final : public gpu::Host {
public:
    SeamHost(const MsmGpuHost& host, journal::Counters& counters) : host_(host), counters_(counters)
    {
    }

    power::Status dma_read(uint64_t iova, std::span<std::byte> buffer) override
    {
        counters_.dma(false);
        return static_cast<power::Status>(
            host_.dma_read(host_.opaque, iova, buffer.data(), buffer.size()));
    }
    power::Status dma_write(uint64_t iova, std::span<const std::byte> buffer) override
    {
        counters_.dma(true);
        return static_cast<power::Status>(
            host_.dma_write(host_.opaque, iova, buffer.data(), buffer.size()));
    }
    void set_irq(bool level) override { host_.set_irq(host_.opaque, level); }
    void pm_fault() override { host_.pm_fault(host_.opaque); }

private:
    MsmGpuHost host_;
    journal::Counters& counters_;
};

SmmuPmAnswer to_c(power::Answer answer)
{
    return {answer.value, static_cast<SmmuPmStatus>(answer.status)};
}

} // namespace

struct MsmGpuCore {
    MsmGpuCore(const MsmGpuConfig& config, const MsmGpuHost& host_callbacks, journal::Sink* sink)
        : counters(sink), host(host_callbacks, counters),
          gpu({.policy = static_cast<power::Policy>(config.policy),
               .slice_ns = config.slice_ns,
               .seed = config.seed,
               .chip = static_cast<gpu::Chip>(config.chip)},
              host, &counters)
    {
    }

    journal::Counters counters;
    SeamHost host;
    gpu::Gpu gpu;
};

namespace smmu_pm::gpu {

const Gpu& core_of(const MsmGpuCore* gpu)
{
    return gpu->gpu;
}

const journal::Counters& counters_of(const MsmGpuCore* gpu)
{
    return gpu->counters;
}

} // namespace smmu_pm::gpu

MsmGpuCore* msm_gpu_new(const MsmGpuConfig* config, const MsmGpuHost* host, SmmuPmJournal* journal)
{
    return new (std::nothrow) MsmGpuCore(*config, *host, journal::sink_of(journal));
}

void msm_gpu_free(MsmGpuCore* gpu)
{
    delete gpu;
}

void msm_gpu_reset(MsmGpuCore* gpu)
{
    gpu->gpu.reset();
}

void msm_gpu_set_supply(MsmGpuCore* gpu, uint64_t now_ns, SmmuPmSupply supply, bool level)
{
    gpu->gpu.set_supply(now_ns, static_cast<power::Supply>(supply), level);
}

uint32_t msm_gpu_missing(const MsmGpuCore* gpu)
{
    return gpu->gpu.missing(power::Access::Register).bits();
}

SmmuPmAnswer msm_gpu_read(MsmGpuCore* gpu, uint64_t now_ns, uint64_t offset, unsigned size)
{
    gpu->counters.access(false);
    return to_c(gpu->gpu.read(now_ns, offset, size));
}

SmmuPmAnswer msm_gpu_write(MsmGpuCore* gpu, uint64_t now_ns, uint64_t offset, unsigned size,
                           uint64_t value)
{
    gpu->counters.access(true);
    return to_c(gpu->gpu.write(now_ns, offset, size, value));
}

void msm_gpu_released(MsmGpuCore* gpu, uint64_t now_ns, SmmuPmReleased how)
{
    gpu->gpu.released(now_ns, static_cast<power::Released>(how));
}

uint64_t msm_gpu_deadline(const MsmGpuCore* gpu)
{
    return gpu->gpu.deadline();
}

void msm_gpu_advance(MsmGpuCore* gpu, uint64_t now_ns)
{
    gpu->gpu.advance(now_ns);
}

size_t msm_gpu_save(const MsmGpuCore* gpu, SmmuPmPair* pairs, size_t max)
{
    size_t count = 0;
    gpu->gpu.save([&](const gpu::Pair& pair) {
        if (count < max)
            pairs[count] = {pair.key, pair.value};
        ++count;
    });
    return count;
}

bool msm_gpu_load(MsmGpuCore* gpu, const SmmuPmPair* pairs, size_t count)
{
    std::vector<gpu::Pair> copy(count);
    for (size_t i = 0; i < count; ++i)
        copy[i] = {pairs[i].key, pairs[i].value};
    return gpu->gpu.load(copy);
}
