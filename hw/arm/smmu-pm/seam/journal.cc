// SPDX-License-Identifier: GPL-2.0-or-later
#include "seam/journal.h"

#include "seam/handles.hh"
#include "seam/sink.hh"

#include <new>

namespace {

using namespace smmu_pm;

class GlueHost final : public journal::Host {
public:
    explicit GlueHost(const SmmuPmJournalHost& host) : host_(host) {}
    uint64_t now_ns() override { return host_.now_ns(host_.opaque); }
    uint64_t counter() override { return host_.counter(host_.opaque); }
    journal::Chain call_chain() override
    {
        journal::Chain chain;
        chain.depth = std::min(host_.call_chain(host_.opaque, chain.pc.data(), journal::chain_max),
                               journal::chain_max);
        return chain;
    }
    void write(std::string_view line) override
    {
        host_.write(host_.opaque, line.data(), line.size());
    }
    void finding(const journal::Finding& finding) override
    {
        host_.finding(host_.opaque, finding.name.c_str(), finding.line.c_str());
    }

private:
    SmmuPmJournalHost host_;
};

static_assert(SMMU_PM_CHAIN_MAX == journal::chain_max);

} // namespace

struct SmmuPmJournal {
    SmmuPmJournal(const journal::Config& config, const SmmuPmJournalHost& glue)
        : host(glue), journal(config, host)
    {
    }
    GlueHost host;
    journal::Journal journal;
};

namespace smmu_pm::journal {

Sink* sink_of(SmmuPmJournal* journal)
{
    return journal == nullptr ? nullptr : &journal->journal;
}

} // namespace smmu_pm::journal

namespace smmu_pm::seam {

const journal::Journal& core_of(const SmmuPmJournal* journal)
{
    return journal->journal;
}

} // namespace smmu_pm::seam

SmmuPmJournal* smmu_pm_journal_new(const SmmuPmJournalConfig* config, const SmmuPmJournalHost* host)
{
    return new (std::nothrow)
        SmmuPmJournal({.machine = config->machine,
                       .policy = static_cast<power::Policy>(config->policy),
                       .collapse = static_cast<power::Collapse>(config->collapse),
                       .seed = config->seed,
                       .max_bytes = config->max_bytes},
                      *host);
}

void smmu_pm_journal_free(SmmuPmJournal* journal)
{
    delete journal;
}

unsigned smmu_pm_journal_findings(const SmmuPmJournal* journal)
{
    return static_cast<unsigned>(journal->journal.judge().findings().size());
}

void smmu_pm_journal_reset(SmmuPmJournal* journal)
{
    journal->journal.record({.kind = journal::Kind::Reset, .block = journal::Block::Island});
}

void smmu_pm_journal_restored(SmmuPmJournal* journal)
{
    journal->journal.record({.kind = journal::Kind::Restored, .block = journal::Block::Island});
}

void smmu_pm_journal_timeout(SmmuPmJournal* journal, uint64_t limit_ns)
{
    journal->journal.record(
        {.kind = journal::Kind::Timeout, .block = journal::Block::Island, .value = limit_ns});
}
