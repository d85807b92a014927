#pragma once

#include <string_view>

#include "model/operation.h"

namespace earshot {

/// Why an operation is not possible now.
struct Obstacle {
  std::string_view code;    ///< stable, for programs: "NotEstablished"
  std::string_view reason;  ///< a sentence
  std::string_view remedy;  ///< what would make it possible; a sentence
};

/// Whether an operation is possible now.
struct Availability {
  Operation operation;
  const Obstacle* obstacle = nullptr;  ///< null: it is possible. Lives as long as the program
};

}  // namespace earshot
