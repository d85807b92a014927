#pragma once

#include <cstdint>
#include <span>

#include "base/entropy.h"

namespace earshot::sim {

/// Entropy that repeats exactly from its seed (SplitMix64). Never for secrets.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

  /// Evenly from 0 (included) to `bound` (excluded); bound > 0.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// Evenly from 0 to 1 (excluded).
  double fraction();
  bool chance(double probability) { return probability > 0 && fraction() < probability; }

 private:
  std::uint64_t next();
  std::uint64_t state_;
};

}  // namespace earshot::sim
