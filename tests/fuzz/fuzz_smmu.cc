// SPDX-License-Identifier: GPL-2.0-or-later
//
// Bytes become an SMMU of any configuration and everything that can happen to it: register
// accesses of both security states, translation operations, transactions, wires, time, tables
// written anywhere, saves and loads. Beside what the sanitizers find, a run traps when a promise is
// broken:
//   - what cannot be reached answers by policy, translates nothing and holds its lines low; what
//     can be is told to the host, and lines are what registers say;
//   - a translation keeps the offset inside its page or block, and the page is what it is said to
//     be; without TLB it is the same, as long as nothing has changed;
//   - a walk reads 24 descriptors at most, and nothing else reads any;
//   - a fault is the flag that is set, in its bank;
//   - a saved state restores to one that saves the same and goes on alike; a refused one changes
//     nothing;
//   - a token is handed out once, and then released once or lost; FSR.SS stands for a held one;
//   - a Non-secure access leaves Secure state's registers and TLB entries alone;
//   - a sync ends when its time is over;
//   - an invalidate that is lost condemns exactly the entries that it would have removed;
//   - what a transaction is answered with condemned entries in the TLB is what it would be answered
//     without them, or a stale hit is told of; never both, as long as no entry has to make room.
#include "smmu_steps.hh"

#include "smmu/inspect.hh"

#include <algorithm>
#include <memory>

namespace {

using namespace smmu_pm;
using fuzz::hash;
using fuzz::Input;
using fuzz::Pairs;
using fuzz::require;
using fuzz::SmmuSubject;
using fuzz::SmmuTouch;
using power::Access;
using power::Supply;
using Step = fuzz::SmmuStep;
using What = fuzz::SmmuWhat;
using Result = smmu::Translation::Result;

// ---- A run ------------------------------------------------------------------------------------

class Run {
public:
    Run(const smmu::Config& config, Input& input)
        : config_(config), window_(config), subject_(std::make_unique<SmmuSubject>(config))
    {
        head_start(*subject_, input);
    }
    void step(const Step& step);
    const fuzz::SmmuWindow& window() const { return window_; }
    void finish()
    {
        if (twin_ != nullptr)
            require(twin_->smmu.save() == subject_->smmu.save());
    }

private:
    bool reaches(Access access) const { return subject_->smmu.missing(access).empty(); }
    uint64_t both(const Step& step);
    void access(const Step& step);
    void lose(const Step& step);
    void translate(const Step& step);
    void reload(const Step& step);
    void corrupt(const Step& step);
    void check_state(SmmuSubject& subject);

    smmu::Config config_;
    fuzz::SmmuWindow window_;
    std::unique_ptr<SmmuSubject> subject_, twin_{};
    unsigned together_ = 0;
    bool clean_ = false; ///< all in the TLB is of one stream, and of tables as they are
    smmu::Transaction clean_stream_{};
    bool has_lost_ = false;   ///< an invalidate, perhaps
    uint64_t last_write_ = 0; ///< when
    bool syncs_end_ = true;   ///< none has been loaded that ends at any time
};

uint64_t Run::both(const Step& step)
{
    const uint64_t answer = apply(*subject_, step);
    if (twin_ == nullptr)
        return answer;
    require(apply(*twin_, step) == answer && twin_->host.irq == subject_->host.irq &&
            twin_->host.held == subject_->host.held && twin_->sink.digest == subject_->sink.digest);
    if (--together_ == 0) {
        finish();
        twin_.reset();
    }
    return answer;
}

void Run::access(const Step& step)
{
    const SmmuTouch& touch = step.touch;
    const bool reached = reaches(Access::Register), write = step.what == What::Write;
    const unsigned faults = subject_->host.pm_faults, size = subject_->smmu.tlb_entries();
    const bool watched = reached && config_.secure && !touch.secure &&
                         (config_.context_banks <= 16 || step.choice % 8 == 0);
    const bool losing = !reached && write && size != 0;
    const Pairs before = watched || losing ? subject_->smmu.save() : Pairs();
    const uint64_t answer = both(step);
    require(subject_->host.pm_faults - faults == (reached ? 0u : 1u));
    // A walk for an operation, and for each that was held and goes on.
    require(subject_->host.reads <= (write && reached ? 24u * (1 + smmu::max_stall_slots) : 0u));
    if (write)
        last_write_ = subject_->host.time;
    if (!reached) {
        require(answer == hash(power::unreachable(config_.policy, touch.size)));
        require(subject_->smmu.tlb_entries() == size);
    } else if (!write && touch.size == 4) {
        require(answer >> 34 == 0);
    }
    has_lost_ = has_lost_ || subject_->sink.lost != 0;
    if (losing)
        fuzz::check_lost(*subject_, before, subject_->smmu.save(), touch);
    if (watched)
        fuzz::check_secure(config_, before, subject_->smmu.save());
    if (write)
        clean_ = false;
}

/// A page or a stage 2 changes, perhaps, and the invalidate does not arrive.
void Run::lose(const Step& step)
{
    Step other = step;
    if (step.number < 128) {
        other.what = What::Poke;
        other.choice = static_cast<uint8_t>(step.number);
        other.number = (step.number & 0x40) != 0 ? 0 : 0x0000'00aa'0000'0743;
        both(other);
    }
    other.what = What::Wire;
    other.choice = 3; // iface
    both(other);
    other.what = What::Write;
    other.touch = step.touch;
    other.choice = 0;
    access(other);
    other.what = What::Wire;
    other.choice = 103; // there again
    both(other);
}

void Run::translate(const Step& step)
{
    const smmu::Transaction& transaction = step.transaction;
    const bool reached = reaches(Access::Walk);
    const unsigned entries = subject_->smmu.tlb_entries(), stale = subject_->sink.stale,
                   faults = subject_->host.pm_faults;
    const bool look = reached && step.more % 4 == 0;
    const Pairs before =
        reached && (look || (entries != 0 && has_lost_)) ? subject_->smmu.save() : Pairs();
    if (entries == 0) {
        clean_ = true;
        clean_stream_ = transaction;
    }
    clean_ = clean_ && clean_stream_.stream == transaction.stream &&
             clean_stream_.secure == transaction.secure &&
             clean_stream_.ssd_index == transaction.ssd_index;

    // The twin's is made first, so that this one can be looked at.
    SmmuSubject& subject = *subject_;
    const smmu::Translation got = subject.smmu.translate(transaction);
    if (twin_ != nullptr) {
        require(hash(twin_->smmu.translate(transaction)) == hash(got));
        if (got.result == Result::Stalled)
            twin_->host.held.insert(got.token);
    }
    if (got.result == Result::Stalled)
        require(transaction.can_stall && subject.host.held.insert(got.token).second);
    require(subject.host.pm_faults - faults == (reached ? 0u : 1u));
    require(got.unreachable == !reached);
    const bool condemned = fuzz::any_condemned(before);
    require(subject.host.reads <= (!reached ? 0u : condemned ? 48u : 24u));
    if (condemned)
        fuzz::check_stale(subject, before, transaction, got, subject.sink.stale != stale);
    else
        require(subject.sink.stale == stale);
    if (subject.sink.fault)
        fuzz::check_fault(subject.sink, transaction);
    if (got.result == Result::Ok) {
        require(reached);
        require(((got.pa ^ transaction.iova) & got.mask) == 0);
        require(!transaction.request.write || got.writable);
        ++fuzz::smmu_tally.translated;
    }
    clean_ = clean_ && got.result == Result::Ok && !is_of_sixteen(subject, got);
    if (!look || condemned)
        return;
    const smmu::Translation walked =
        fuzz::check_around(subject, before, transaction, step.more * 0x9e37'79b9'7f4a'7c15);
    if (clean_)
        require(walked.result == Result::Ok && walked.pa == got.pa &&
                walked.writable == got.writable);
}

void Run::reload(const Step& step)
{
    const Pairs saved = subject_->smmu.save();
    auto other = std::make_unique<SmmuSubject>(config_);
    require(other->take(saved, subject_->host));
    require(other->smmu.save() == saved);
    require(other->host.irq == subject_->host.irq);
    const smmu::Inspection here(subject_->smmu), there(other->smmu);
    require(here.streams() == there.streams() && here.banks() == there.banks() &&
            here.global() == there.global() && here.tlb() == there.tlb() &&
            here.held() == there.held());
    if (step.what != What::Twin || twin_ != nullptr)
        return fuzz::check_monitors(*other);
    twin_ = std::move(other);
    twin_->sink.digest = subject_->sink.digest;
    together_ = 60;
    ++fuzz::smmu_tally.twins;
}

void Run::corrupt(const Step& step)
{
    finish();
    twin_.reset();
    smmu::Smmu& smmu = subject_->smmu;
    Pairs pairs = smmu.save();
    const Pairs before = pairs;
    const std::size_t at = (step.more | step.choice % 16u << 8) % pairs.size();
    switch (step.choice >> 4 & 7) {
    case 0:
        pairs.resize(at);
        break;
    case 1:
        pairs[at].key = static_cast<uint32_t>(step.number);
        break;
    case 2:
        pairs[at].key ^= uint32_t{1} << step.number % 32;
        break;
    case 3:
        pairs.push_back({static_cast<uint32_t>(step.number), step.number >> 32});
        break;
    case 4:
        pairs[at].value = step.number;
        break;
    default:
        pairs[at].value ^= uint64_t{1} << step.number % 64;
        break;
    }
    if (!smmu.load(pairs)) {
        require(smmu.save() == before);
        return;
    }
    clean_ = false;
    has_lost_ = true;
    syncs_end_ = false;
    subject_->host.held.clear();
    smmu.each_held([&](const smmu::Held& held) {
        if (!held.operation)
            subject_->host.held.insert(held.token);
    });
}

/// What holds after every step.
void Run::check_state(SmmuSubject& subject)
{
    smmu::Smmu& smmu = subject.smmu;
    require(smmu.tlb_entries() <= config_.tlb_entries);
    fuzz::check_held(subject);
    fuzz::check_lines(subject);
    // After its latency a sync is complete, if the TBUs can answer.
    if (!syncs_end_ || !smmu.missing(Access::Register).empty() ||
        smmu.missing(Access::Walk).has(Supply::Tbu) ||
        subject.host.time - last_write_ < config_.sync_latency_ns)
        return;
    for (const uint64_t status : {uint64_t{0x74}, uint64_t{0x474}, window_.bank(0, 0x7f4)})
        require((smmu.read(status, 4, true).value & 1) == 0);
}

void Run::step(const Step& step)
{
    ++fuzz::smmu_tally.steps;
    subject_->host.reads = 0;
    subject_->sink.start_step();
    switch (step.what) {
    case What::Read:
    case What::Write:
        access(step);
        break;
    case What::Lose:
        lose(step);
        clean_ = false;
        break;
    case What::Translate:
        translate(step);
        break;
    case What::Reload:
    case What::Twin:
        reload(step);
        break;
    case What::Corrupt:
        corrupt(step);
        break;
    default:
        both(step);
        last_write_ = step.what == What::Time ? last_write_ : subject_->host.time;
        clean_ = clean_ && (step.what == What::Time || step.what == What::Wire);
        break;
    }
    check_state(*subject_);
    if (twin_ != nullptr)
        check_state(*twin_);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    Input input(data, size);
    const smmu::Config config = fuzz::smmu_config(input);
    if (!valid(config))
        return 0;
    Run run(config, input);
    while (!input.empty())
        run.step(fuzz::smmu_step(input, run.window()));
    run.finish();
    return 0;
}
