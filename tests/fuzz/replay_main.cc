#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size);

namespace {

std::vector<std::uint8_t> read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

/// Feeds every file of the folders named, and the empty input, to the fuzz target. A finding
/// aborts, as under libFuzzer; the name printed last is the culprit.
int main(int count, char** arguments) {
  const std::vector<std::uint8_t> nothing(1);
  LLVMFuzzerTestOneInput(nothing.data(), 0);
  std::size_t inputs = 1;
  for (int index = 1; index < count; ++index) {
    const std::filesystem::path folder = arguments[index];
    if (!std::filesystem::is_directory(folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      std::printf("%s\n", entry.path().c_str());
      std::fflush(stdout);
      const auto input = read(entry.path());
      LLVMFuzzerTestOneInput(input.data(), input.size());
      ++inputs;
    }
  }
  std::printf("%zu inputs replayed\n", inputs);
}
