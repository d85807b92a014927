#pragma once

#include <string>
#include <vector>

#include "app/config.h"

namespace earshot::app {

/// What came of trying what a server needs of its machine.
struct Trial {
  std::vector<std::string> problems;  ///< no server of this configuration can serve
  std::vector<std::string> doubts;    ///< it may, but hardly as it is meant
};

/// Tries at once what calls will need: that addresses belong to this machine and fit each other,
/// that ports are free, that directories can be written. Leaves nothing behind. Each sentence names
/// the key, its value, and what to do. Blocks as long as the disk does.
Trial try_out(const Config& config);

}  // namespace earshot::app
