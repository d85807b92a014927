#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace earshot {

/// Where random octets come from: the kernel's CSPRNG, or a seed under simulation.
class Entropy {
 public:
  virtual ~Entropy() = default;
  /// Fills all of `out`. Never fails.
  virtual void fill(std::span<std::uint8_t> out) = 0;

  /// 64 random bits.
  std::uint64_t number();
  /// `length` characters, each drawn evenly from `alphabet` (2 to 256 characters).
  std::string text(std::size_t length, std::string_view alphabet);
  /// `octets` random octets as lower-case hex, two characters each.
  std::string hex(std::size_t octets);
};

/// getrandom(2). Cannot fail after boot; aborts if it does.
class SystemEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace earshot
