// SPDX-License-Identifier: GPL-2.0-or-later
#include "power/controller.hh"

#include <algorithm>
#include <array>

namespace smmu_pm::power {

using regs::Value;

namespace {

constexpr uint32_t count(auto table)
{
    return static_cast<uint32_t>(table.size());
}

/// "gpu" and "GDSCR" give "gpu.GDSCR".
class RegisterName {
public:
    RegisterName(std::string_view node, std::string_view register_class)
    {
        for (const std::string_view part : {node, std::string_view("."), register_class})
            length_ += part.copy(&text_[length_], text_.size() - length_);
    }
    std::string_view view() const { return {text_.data(), length_}; }

private:
    std::array<char, 64> text_{};
    std::size_t length_ = 0;
};

} // namespace

unsigned output_count(const Model& model)
{
    return count(model.gdscs) + count(model.branches) + count(model.resets);
}

Output output_at(const Model& model, unsigned index)
{
    if (index < count(model.gdscs))
        return {model.gdscs[index].name, OutputKind::Domain};
    index -= count(model.gdscs);
    if (index < count(model.branches))
        return {model.branches[index].name, OutputKind::Clock};
    return {model.resets[index - count(model.branches)].name, OutputKind::Reset};
}

Controller::Controller(const Model& model, const Config& config, Outputs& outputs,
                       journal::Sink* sink)
    : model_(model), config_(config), outputs_(outputs), sink_(sink), window_(model.size),
      jitter_(config.seed), levels_(output_count(model))
{
    for (uint32_t i = 0; i < count(model.gdscs); ++i) {
        const Gdsc& gdsc = model.gdscs[i];
        add_register(gdsc.gdscr, rule_of<GDSCR>, count(units_));
        if (gdsc.hw_ctrl != none)
            add_register(gdsc.hw_ctrl, rule_of<GDS_HW_CTRL>, count(units_));
        if (gdsc.clamp != none)
            add_register(gdsc.clamp, rule_of<CLAMP_IO>, none);
        add_unit(Kind::Gdsc, i, gdsc.gdscr);
    }
    for (uint32_t i = 0; i < count(model.branches); ++i) {
        const Branch& branch = model.branches[i];
        if (branch.cbcr != none)
            add_register(branch.cbcr, rule_of<CBCR>, count(units_));
        if (branch.enable != branch.cbcr)
            add_register(branch.enable, rule_of<VOTES>, none);
        add_unit(Kind::Branch, i, branch.enable);
    }
    for (uint32_t i = 0; i < count(model.plls); ++i) {
        const Pll& pll = model.plls[i];
        const uint32_t unit = count(units_);
        add_unit(Kind::Pll, i, pll.mode);
        add_register(pll.mode, rule_of<PLL_MODE>, unit);
        add<PLL_L_VAL, PLL_ALPHA_VAL, PLL_ALPHA_VAL_U, PLL_USER_CTL, PLL_USER_CTL_U, PLL_CONFIG_CTL,
            PLL_TEST_CTL, PLL_TEST_CTL_U, PLL_STATUS>(pll.mode);
        if (pll.votes != none) {
            add_register(pll.votes, rule_of<VOTES>, none);
            listeners_.push_back({pll.votes, unit});
        }
    }
    for (uint32_t i = 0; i < count(model.rcgs); ++i) {
        const Rcg& rcg = model.rcgs[i];
        add_register(rcg.cmd, rule_of<RCG_CMD>, count(units_));
        add<RCG_CFG>(rcg.cmd);
        if (rcg.fraction)
            add<RCG_M, RCG_N, RCG_D>(rcg.cmd);
        add_unit(Kind::Rcg, i, rcg.cmd);
    }
    for (const Reset& reset : model.resets)
        add_register(reset.bcr, rule_of<BCR>, none);
    for (const Misc& misc : model.misc)
        add_register(misc.offset, rule_of<MISC>, none);

    std::ranges::stable_sort(registers_, {}, &Register::offset);
    // A vote register belongs to every node that votes there.
    registers_.erase(
        std::unique(registers_.begin(), registers_.end(),
                    [](const Register& a, const Register& b) { return a.offset == b.offset; }),
        registers_.end());
    std::ranges::stable_sort(listeners_, {}, &Listener::offset);
    armed_.reserve(units_.size());
    window_ = reset_window();
}

Window Controller::reset_window() const
{
    Window window(model_.size);
    for (const Register& reg : registers_)
        window.put(reg.offset, reg.rule->reset);
    return window;
}

void Controller::add_unit(Kind kind, uint32_t index, uint32_t request)
{
    uint32_t parent = none;
    if (kind == Kind::Gdsc && model_.gdscs[index].parent != nullptr &&
        model_.gdscs[index].supply == nullptr)
        // Only rows before its own: no table can make a domain its own ancestor.
        for (uint32_t i = 0; i < index; ++i)
            if (std::string_view(model_.gdscs[i].name) == model_.gdscs[index].parent)
                parent = i;
    listeners_.push_back({request, count(units_)});
    units_.push_back({kind, index, parent, false});
}

void Controller::add_register(uint32_t offset, const Rule& rule, uint32_t unit)
{
    registers_.push_back({offset, &rule, unit});
}

template <class... Rs>
void Controller::add(uint32_t base)
{
    (add_register(base + Rs::place.offset, rule_of<Rs>, none), ...);
}

const Controller::Register* Controller::find(uint64_t offset) const
{
    const auto at = std::ranges::lower_bound(registers_, offset, {}, &Register::offset);
    return at != registers_.end() && at->offset == offset ? &*at : nullptr;
}

const Rule& Controller::rule_at(uint64_t offset) const
{
    const Register* reg = find(offset);
    return reg == nullptr ? plain_word : *reg->rule;
}

bool Controller::wanted(const Unit& unit) const
{
    switch (unit.kind) {
    case Kind::Gdsc:
        return !Value<GDSCR>(word(model_.gdscs[unit.index].gdscr)).get<"SW_COLLAPSE">();
    case Kind::Branch: {
        const Branch& branch = model_.branches[unit.index];
        return (word(branch.enable) >> branch.bit & 1) != 0;
    }
    case Kind::Pll: {
        const Pll& pll = model_.plls[unit.index];
        const Value<PLL_MODE> mode(word(pll.mode));
        if (mode.get<"VOTE_FSM_ENA">() && pll.votes != none)
            return (word(pll.votes) >> pll.bit & 1) != 0;
        return mode.get<"BYPASSNL">() && mode.get<"RESET_N">();
    }
    case Kind::Rcg:
        return Value<RCG_CMD>(word(model_.rcgs[unit.index].cmd)).get<"UPDATE">();
    }
    return false;
}

bool Controller::is_armed(uint32_t unit) const
{
    return std::ranges::find(armed_, unit, &Armed::unit) != armed_.end();
}

bool Controller::powered(uint32_t unit) const
{
    const uint32_t parent = units_[unit].parent;
    return settled_on(unit) && (parent == none || powered(parent));
}

bool Controller::level(unsigned output) const
{
    // Domains and clocks are the first units, in the same order.
    const uint32_t clocks = count(model_.gdscs);
    const uint32_t resets = clocks + count(model_.branches);
    if (output < clocks)
        return powered(output);
    if (output < resets)
        return settled_on(output);
    return !Value<BCR>(word(model_.resets[output - resets].bcr)).get<"BLK_ARES">();
}

OutputState Controller::state(unsigned index) const
{
    if (index >= levels_.size())
        return OutputState::Off;
    if (index >= count(model_.gdscs) + count(model_.branches))
        return level(index) ? OutputState::On : OutputState::Off;
    if (is_armed(index))
        return units_[index].wanted ? OutputState::Rising : OutputState::Falling;
    if (!units_[index].wanted)
        return OutputState::Off;
    return level(index) ? OutputState::On : OutputState::Waiting;
}

void Controller::arm(uint64_t now, uint32_t unit)
{
    uint64_t delay = 0;
    switch (units_[unit].kind) {
    case Kind::Gdsc:
        delay = std::min(jitter_.delay(config_.gdsc_delay), gdsc_delay_max);
        break;
    case Kind::Branch:
    case Kind::Rcg:
        delay = std::min(jitter_.delay(config_.clock_delay), clock_delay_max);
        break;
    case Kind::Pll:
        delay = std::min(jitter_.delay(config_.pll_delay), pll_delay_max);
        break;
    }
    const Armed armed = {std::min(now, never - 1 - delay) + delay, unit};
    armed_.insert(std::ranges::upper_bound(armed_, armed), armed);
}

void Controller::disarm(uint32_t unit)
{
    std::erase_if(armed_, [unit](const Armed& armed) { return armed.unit == unit; });
}

/// Compares what a unit's registers ask for with the last look.
void Controller::look(uint64_t now, uint32_t number)
{
    Unit& unit = units_[number];
    const bool before = unit.wanted;
    unit.wanted = wanted(unit);
    if (unit.wanted == before)
        return;
    const bool rising = before && is_armed(number);
    disarm(number);
    // A PLL loses lock at once, and what had not yet come on has no status to follow.
    if (unit.wanted || (!rising && unit.kind != Kind::Pll))
        arm(now, number);
    // A clock goes off at once, and its wire tells who it was.
    if (unit.kind == Kind::Gdsc)
        note_request(model_.gdscs[unit.index].name, GDSCR::name, model_.gdscs[unit.index].gdscr);
    else if (unit.kind == Kind::Branch && unit.wanted)
        note_request(model_.branches[unit.index].name, CBCR::name,
                     model_.branches[unit.index].enable);
}

void Controller::note_request(std::string_view node, std::string_view register_class,
                              uint32_t offset)
{
    if (sink_ == nullptr)
        return;
    const RegisterName name(node, register_class);
    sink_->record({.kind = journal::Kind::Write,
                   .block = model_.block,
                   .name = name.view(),
                   .address = offset,
                   .value = word(offset),
                   .size = 4,
                   .write = true});
}

void Controller::fire(const Armed& due)
{
    disarm(due.unit);
    Unit& unit = units_[due.unit];
    if (unit.kind == Kind::Rcg) {
        const uint32_t cmd = model_.rcgs[unit.index].cmd;
        const auto done = Value<RCG_CMD>(word(cmd)).with<"UPDATE">(false);
        window_.put(cmd, static_cast<uint32_t>(done.raw()));
        unit.wanted = false;
    }
}

void Controller::settle(uint64_t now)
{
    while (!armed_.empty() && armed_.front().when <= now) {
        fire(Armed(armed_.front()));
        tell();
    }
}

void Controller::tell()
{
    for (unsigned i = 0; i < levels_.size(); ++i) {
        const bool now = level(i);
        if (levels_[i] != now) {
            levels_[i] = now;
            outputs_.set_output(i, now);
        }
    }
}

/// Registers to their reset values, nothing armed.
void Controller::clear()
{
    window_ = reset_window();
    for (Unit& unit : units_)
        unit.wanted = wanted(unit);
    armed_.clear();
}

void Controller::reset()
{
    clear();
    jitter_ = Jitter(config_.seed);
    tell();
}

void Controller::set_reset(uint64_t now, bool released)
{
    settle(now);
    if (in_reset_ == !released)
        return;
    in_reset_ = !released;
    if (sink_ != nullptr)
        sink_->record({.kind = journal::Kind::Wire,
                       .block = model_.block,
                       .name = name_of(Supply::Reset),
                       .value = released,
                       .missing = released ? SupplySet() : SupplySet(Supply::Reset)});
    if (in_reset_)
        clear();
    tell();
}

Answer Controller::unreachable(uint64_t offset, bool write, uint32_t value)
{
    if (sink_ != nullptr)
        sink_->record({.kind = journal::Kind::Touch,
                       .block = model_.block,
                       .name = rule_at(offset).name,
                       .address = offset,
                       .value = value,
                       .size = 4,
                       .write = write,
                       .missing = SupplySet(Supply::Reset),
                       .answer = config_.policy});
    const Answer answer = power::unreachable(config_.policy, 4);
    return write ? Answer{0, answer.status} : answer;
}

void Controller::advance(uint64_t now)
{
    settle(now);
}

Answer Controller::read(uint64_t now, uint64_t offset)
{
    if (offset % 4 != 0 || offset >= model_.size)
        return {0, Status::Abort};
    if (in_reset_)
        return unreachable(offset, false, 0);
    settle(now);
    const uint32_t stored = word(static_cast<uint32_t>(offset));
    const Register* reg = find(offset);
    if (reg == nullptr || reg->unit == none)
        return {stored, Status::Ok};
    if (reg->rule == &rule_of<GDSCR>)
        return {Value<GDSCR>(stored).with<"PWR_ON">(status(reg->unit)).raw(), Status::Ok};
    if (reg->rule == &rule_of<GDS_HW_CTRL>)
        return {Value<GDS_HW_CTRL>(stored).with<"PWR_ON">(status(reg->unit)).raw(), Status::Ok};
    if (reg->rule == &rule_of<CBCR>)
        return {Value<CBCR>(stored).with<"CLK_OFF">(!status(reg->unit)).raw(), Status::Ok};
    if (reg->rule == &rule_of<PLL_MODE>) {
        const bool locked = settled_on(reg->unit);
        return {Value<PLL_MODE>(stored).with<"LOCK_DET">(locked).with<"ACTIVE_FLAG">(locked).raw(),
                Status::Ok};
    }
    return {stored, Status::Ok};
}

Answer Controller::write(uint64_t now, uint64_t offset, uint32_t value)
{
    if (offset % 4 != 0 || offset >= model_.size)
        return {0, Status::Abort};
    if (in_reset_)
        return unreachable(offset, true, value);
    settle(now);
    const Register* reg = find(offset);
    value &= reg == nullptr ? plain_word.rw : reg->rule->rw;
    // An update that is under way cannot be called off.
    if (reg != nullptr && reg->rule == &rule_of<RCG_CMD> && is_armed(reg->unit))
        value = static_cast<uint32_t>(Value<RCG_CMD>(value).with<"UPDATE">(true).raw());
    window_.put(static_cast<uint32_t>(offset), value);
    for (auto it = std::ranges::lower_bound(listeners_, offset, {}, &Listener::offset);
         it != listeners_.end() && it->offset == offset; ++it)
        look(now, it->unit);
    if (reg != nullptr)
        tell();
    settle(now);
    return {0, Status::Ok};
}

bool Controller::load(std::span<const Pair> pairs)
{
    Window window = reset_window();
    std::vector<Armed> armed;
    armed.reserve(units_.size());
    Jitter jitter(config_.seed);

    bool in_reset = false;
    bool complete = false;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto [key, value] = pairs[i];
        if (i > 0 && key <= pairs[i - 1].key)
            return false;
        if (key < model_.size) {
            if (key % 4 != 0 || (value & ~uint64_t{rule_at(key).rw}) != 0)
                return false;
            window.put(key, static_cast<uint32_t>(value));
        } else if (key >= key_armed && key - key_armed < units_.size()) {
            if (value == never)
                return false;
            armed.push_back({value, key - key_armed});
        } else if (key == key_in_reset) {
            // In reset there is nothing else to save.
            if (value != 1 || i != 0)
                return false;
            in_reset = true;
        } else if (key == key_jitter) {
            jitter.restore(value);
            complete = true;
        } else {
            return false;
        }
    }
    std::ranges::sort(armed);

    window_.swap(window);
    armed_.swap(armed);
    for (uint32_t i = 0; complete && i < units_.size(); ++i) {
        const Unit& unit = units_[i];
        // An update lasts exactly as long as it is armed; a PLL is armed only on its way to lock.
        if ((unit.kind == Kind::Rcg && wanted(unit) != is_armed(i)) ||
            (unit.kind == Kind::Pll && is_armed(i) && !wanted(unit)))
            complete = false;
    }
    if (!complete) {
        window_.swap(window);
        armed_.swap(armed);
        return false;
    }
    jitter_ = jitter;
    in_reset_ = in_reset;
    for (Unit& unit : units_)
        unit.wanted = wanted(unit);
    for (unsigned i = 0; i < levels_.size(); ++i)
        levels_[i] = level(i);
    return true;
}

} // namespace smmu_pm::power
