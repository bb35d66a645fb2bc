// SPDX-License-Identifier: GPL-2.0-or-later
//
// Stands in for libFuzzer where there is none. `fuzz-NAME FILE… [COUNT [SEED]]` feeds a target the
// files that a fuzzer has found, or with the ending .txt each line of a file as the bytes that it
// spells in hexadecimal; and then COUNT generated inputs, the same in every run.
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size);

namespace {

bool to_number(const char* text, unsigned long& number)
{
    char* end = nullptr;
    errno = 0;
    number = std::strtoul(text, &end, 10);
    return errno == 0 && end != text && *end == 0;
}

/// From "0aff" to two bytes; false: that is no such line.
bool to_bytes(const std::string& line, std::vector<uint8_t>& bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    bytes.clear();
    for (std::size_t i = 0; i + 1 < line.size(); i += 2) {
        const std::size_t high = digits.find(line[i]), low = digits.find(line[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos)
            return false;
        bytes.push_back(static_cast<uint8_t>(high << 4 | low));
    }
    return line.size() % 2 == 0;
}

bool replay_lines(std::ifstream& file)
{
    unsigned long count = 0;
    std::vector<uint8_t> bytes;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#')
            continue;
        if (!to_bytes(line, bytes))
            return false;
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
        ++count;
    }
    std::printf("%lu kept inputs, no promise broken\n", count);
    return true;
}

bool replay_file(const std::string& name)
{
    std::ifstream file(name, std::ios::binary);
    if (!file) {
        std::fprintf(stderr, "%s: cannot be read\n", name.c_str());
        return false;
    }
    if (name.ends_with(".txt")) {
        if (replay_lines(file))
            return true;
        std::fprintf(stderr, "%s: a line is not in hexadecimal\n", name.c_str());
        return false;
    }
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    return true;
}

void generate(unsigned long count, unsigned long seed)
{
    std::vector<uint8_t> bytes;
    for (unsigned long run = 0; run < count; ++run) {
        std::mt19937_64 random(seed * 0x9e37'79b9'7f4a'7c15 + run);
        bytes.resize(random() % 2048);
        for (uint8_t& byte : bytes)
            byte = static_cast<uint8_t>(random());
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
    std::printf("%lu inputs from seed %lu, no promise broken\n", count, seed);
}

} // namespace

int main(int argc, char** argv)
{
    unsigned long numbers[2] = {0, 1}; // COUNT, SEED
    unsigned given = 0;
    bool fine = argc > 1;
    for (int i = 1; i < argc; ++i) {
        unsigned long number = 0;
        if (!to_number(argv[i], number))
            fine = replay_file(argv[i]) && fine;
        else if (given < 2)
            numbers[given++] = number;
    }
    if (argc < 2)
        std::fprintf(stderr, "usage: %s FILE... [COUNT [SEED]]\n", argv[0]);
    if (given > 0)
        generate(numbers[0], numbers[1]);
    return fine ? 0 : 1;
}
