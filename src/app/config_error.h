#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace earshot::app {

/// What is wrong with one key of a configuration file.
struct ConfigError {
  std::uint32_t line = 0;  ///< 0: the file as a whole
  std::string key;         ///< dotted, "users[0].roles"; "" where no key is meant
  std::string what;        ///< what was expected
};

/// All that is wrong with a file, in the order of its lines; one error a key.
struct ConfigErrors {
  std::string file;
  std::vector<ConfigError> all;

  /// `earshot.toml:12: users[0].roles: expected …`, a line each.
  std::string text() const;
};

std::ostream& operator<<(std::ostream& out, const ConfigErrors& errors);

}  // namespace earshot::app
