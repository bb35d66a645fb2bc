// SPDX-License-Identifier: GPL-2.0-or-later
//
// smmu-pm-judge: judges a journal again.
#include "judge/render.hh"

#include <getopt.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <regex>

namespace {

using namespace smmu_pm;

constexpr int exit_usage = 128;

constexpr char help[] = R"(usage: smmu-pm-judge [OPTION]... JOURNAL

Judges a journal: prints the findings and the verdict.

  --console FILE         the guest's console; its complaints are findings
  --allow-console REGEX  a console line that matches is no complaint (repeatable)
  --require TEXT         what the journal must contain to prove anything (repeatable), as in
                         'at unmap: smmu off' or 'unmap..unmapped: tlbi >= 1'
  --symbols FILE         the kernel's symbols, lines 'address type name'
  --module-symbols DIR   NAME.sym for each module, lines 'section offset name'
  --user-symbols FILE    symbols of the program at EL0
  --findings FILE        write the findings there as well
  --verdict FILE         write the verdict there, as JSON
  --quiet                print only the verdict

Exit status: 0 PASS, 1 FAIL, 125 ERROR or VACUOUS (cannot be judged), 128 usage or a file that
cannot be read or written.
)";

int complain(const std::string& what)
{
    std::cerr << "smmu-pm-judge: " << what << "\n";
    return exit_usage;
}

/// Whole or not at all.
bool write_file(const std::string& path, const std::string& text)
{
    const std::string temporary = path + ".part";
    std::ofstream file(temporary, std::ios::binary);
    file << text;
    file.close();
    if (!file || std::rename(temporary.c_str(), path.c_str()) != 0) {
        complain("cannot write '" + path + "': " + std::strerror(errno));
        std::remove(temporary.c_str());
        return false;
    }
    return true;
}

struct Options {
    std::string journal, console, symbols, module_symbols, user_symbols, findings, verdict;
    std::vector<std::string> requirements, allowed;
    bool quiet = false;
};

int run(const Options& options)
{
    std::string error;
    std::vector<journal::Requirement> requirements;
    for (const std::string& text : options.requirements) {
        requirements.push_back(journal::Requirement::parse(text, error));
        if (!error.empty())
            return complain("--require '" + text + "': " + error);
    }
    std::vector<std::regex> allowed;
    for (const std::string& text : options.allowed) {
        try {
            allowed.emplace_back(text, std::regex::extended);
        } catch (const std::regex_error& bad) {
            return complain("--allow-console '" + text + "': " + bad.what());
        }
    }
    judge::Symbols symbols;
    if ((!options.symbols.empty() && !symbols.load_kernel(options.symbols, error)) ||
        (!options.user_symbols.empty() && !symbols.load_user(options.user_symbols, error)))
        return complain(error);
    symbols.set_module_folder(options.module_symbols);

    judge::Trial trial(std::move(requirements));
    std::ifstream journal(options.journal, std::ios::binary);
    if (!journal)
        return complain("cannot read journal '" + options.journal + "': " + std::strerror(errno));
    trial.read_journal(journal, symbols);
    symbols.settle();
    if (!options.console.empty()) {
        std::ifstream console(options.console, std::ios::binary);
        if (!console)
            return complain("cannot read console '" + options.console +
                            "': " + std::strerror(errno));
        trial.read_console(console, [&](const std::string& line) {
            for (const std::regex& each : allowed)
                if (std::regex_search(line, each))
                    return true;
            return false;
        });
    }

    const std::string text = render_text(trial, symbols);
    if ((!options.findings.empty() && !write_file(options.findings, text)) ||
        (!options.verdict.empty() && !write_file(options.verdict, render_json(trial, symbols))))
        return exit_usage;
    if (options.quiet)
        std::cout << name_of(trial.verdict()) << "\n";
    else
        std::cout << text;
    switch (trial.verdict()) {
    case judge::Verdict::Pass:
        return 0;
    case judge::Verdict::Fail:
        return 1;
    default:
        return 125;
    }
}

} // namespace

int main(int argc, char** argv)
{
    enum : int { Console = 256, Allow, Require, Symbols, Modules, User, Findings, Verdict, Quiet };
    static const option known[] = {
        {"console", required_argument, nullptr, Console},
        {"allow-console", required_argument, nullptr, Allow},
        {"require", required_argument, nullptr, Require},
        {"symbols", required_argument, nullptr, Symbols},
        {"module-symbols", required_argument, nullptr, Modules},
        {"user-symbols", required_argument, nullptr, User},
        {"findings", required_argument, nullptr, Findings},
        {"verdict", required_argument, nullptr, Verdict},
        {"quiet", no_argument, nullptr, Quiet},
        {"help", no_argument, nullptr, 'h'},
        {nullptr, 0, nullptr, 0},
    };
    Options options;
    for (int each; (each = getopt_long(argc, argv, "h", known, nullptr)) != -1;) {
        switch (each) {
        case Console:
            options.console = optarg;
            break;
        case Allow:
            options.allowed.emplace_back(optarg);
            break;
        case Require:
            options.requirements.emplace_back(optarg);
            break;
        case Symbols:
            options.symbols = optarg;
            break;
        case Modules:
            options.module_symbols = optarg;
            break;
        case User:
            options.user_symbols = optarg;
            break;
        case Findings:
            options.findings = optarg;
            break;
        case Verdict:
            options.verdict = optarg;
            break;
        case Quiet:
            options.quiet = true;
            break;
        case 'h':
            std::cout << help;
            return 0;
        default:
            return exit_usage; // getopt has said what is wrong
        }
    }
    if (argc - optind != 1)
        return complain("exactly one journal is to be judged; --help says more");
    options.journal = argv[optind];
    return run(options);
}
