// SPDX-License-Identifier: GPL-2.0-or-later
#include "seam/controller.h"

#include "seam/handles.hh"
#include "seam/pairs.hh"
#include "seam/sink.hh"

#include <new>

using namespace smmu_pm;

struct SmmuPmController final : power::Outputs {
    SmmuPmController(const power::Model& model, const SmmuPmControllerConfig& config,
                     const SmmuPmControllerHost& its_host, journal::Sink* sink)
        : host(its_host), core(model,
                               {.seed = config.seed,
                                .gdsc_delay = config.gdsc_delay_ns,
                                .clock_delay = config.clock_delay_ns,
                                .pll_delay = config.pll_delay_ns,
                                .policy = static_cast<power::Policy>(config.policy)},
                               *this, sink)
    {
    }

    void set_output(unsigned output, bool level) override
    {
        host.set_output(host.opaque, output, level);
    }

    SmmuPmControllerHost host;
    power::Controller core;
};

namespace smmu_pm::seam {

const power::Controller& core_of(const SmmuPmController* controller)
{
    return controller->core;
}

} // namespace smmu_pm::seam

namespace {

const power::Model& model_of(SmmuPmControllerModel model)
{
    return model == SMMU_PM_MSM8996_GCC ? power::msm8996_gcc : power::msm8996_mmcc;
}

std::vector<SmmuPmOutput> make_outputs(const power::Model& model)
{
    std::vector<SmmuPmOutput> outputs;
    for (unsigned i = 0; i < power::output_count(model); ++i) {
        const power::Output output = power::output_at(model, i);
        // power::OutputKind and SmmuPmOutputKind have the same order.
        outputs.push_back({output.name, static_cast<SmmuPmOutputKind>(output.kind)});
    }
    return outputs;
}

} // namespace

SmmuPmController* smmu_pm_controller_new(const SmmuPmControllerConfig* config,
                                         const SmmuPmControllerHost* host, SmmuPmJournal* journal)
{
    return new (std::nothrow)
        SmmuPmController(model_of(config->model), *config, *host, journal::sink_of(journal));
}

void smmu_pm_controller_free(SmmuPmController* controller)
{
    delete controller;
}

const SmmuPmOutput* smmu_pm_controller_outputs(SmmuPmControllerModel model, unsigned* count)
{
    static const std::vector<SmmuPmOutput> gcc = make_outputs(power::msm8996_gcc);
    static const std::vector<SmmuPmOutput> mmcc = make_outputs(power::msm8996_mmcc);
    const std::vector<SmmuPmOutput>& outputs = model == SMMU_PM_MSM8996_GCC ? gcc : mmcc;
    *count = static_cast<unsigned>(outputs.size());
    return outputs.data();
}

uint64_t smmu_pm_controller_size(SmmuPmControllerModel model)
{
    return model_of(model).size;
}

bool smmu_pm_controller_output(const SmmuPmController* controller, unsigned output)
{
    return controller->core.output(output);
}

void smmu_pm_controller_reset(SmmuPmController* controller)
{
    controller->core.reset();
}

void smmu_pm_controller_set_reset(SmmuPmController* controller, uint64_t now_ns, bool released)
{
    controller->core.set_reset(now_ns, released);
}

SmmuPmAnswer smmu_pm_controller_read(SmmuPmController* controller, uint64_t now_ns, uint64_t offset)
{
    const power::Answer answer = controller->core.read(now_ns, offset);
    return {answer.value, static_cast<SmmuPmStatus>(answer.status)};
}

SmmuPmAnswer smmu_pm_controller_write(SmmuPmController* controller, uint64_t now_ns,
                                      uint64_t offset, uint64_t value)
{
    const power::Answer answer =
        controller->core.write(now_ns, offset, static_cast<uint32_t>(value));
    return {answer.value, static_cast<SmmuPmStatus>(answer.status)};
}

uint64_t smmu_pm_controller_deadline(const SmmuPmController* controller)
{
    return controller->core.deadline();
}

void smmu_pm_controller_advance(SmmuPmController* controller, uint64_t now_ns)
{
    controller->core.advance(now_ns);
}

size_t smmu_pm_controller_save(const SmmuPmController* controller, SmmuPmPair* pairs, size_t max)
{
    return seam::save(controller->core, pairs, max);
}

bool smmu_pm_controller_load(SmmuPmController* controller, const SmmuPmPair* pairs, size_t count)
{
    return seam::load(controller->core, pairs, count);
}
