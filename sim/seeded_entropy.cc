#include "sim/seeded_entropy.h"

#include <algorithm>
#include <cstring>

namespace earshot::sim {

// Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014.
std::uint64_t SeededEntropy::next() {
  std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

void SeededEntropy::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const std::uint64_t value = next();
    const std::size_t taken = std::min(out.size(), sizeof value);
    std::memcpy(out.data(), &value, taken);
    out = out.subspan(taken);
  }
}

double SeededEntropy::fraction() { return static_cast<double>(next() >> 11) * 0x1p-53; }

}  // namespace earshot::sim
