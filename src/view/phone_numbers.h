#pragma once

#include <string>
#include <unordered_map>

namespace earshot::view {

/// How outside numbers are shown: parsed and formatted by libphonenumber. Control loop.
class PhoneNumbers {
 public:
  /// A number as it came, read.
  struct Forms {
    std::string e164;       ///< "+14155550123"; empty where it is no number of E.164
    std::string formatted;  ///< "+1 415-555-0123"; where it cannot be read, as it came
  };

  /// @param region  whose national numbers are read besides those with "+": ISO 3166-1, two
  ///                capital letters ("US"); empty: of none
  explicit PhoneNumbers(std::string region = {});

  /// Whether numbers can be read as of this region.
  static bool knows(const std::string& region);

  /// Reading takes some 50 µs, so the latest numbers are kept; nothing longer than a number is.
  Forms of(const std::string& number);

 private:
  std::string region_;
  std::unordered_map<std::string, Forms> kept_;
};

}  // namespace earshot::view
