#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.h"

namespace earshot::app {

/// The one way to end (docs/lifetimes.md): steps one after the other, each over when it says so, or
/// when its time is up. Its owner outlives the last step. One loop.
class Ending {
 public:
  /// Something to be begun and waited for.
  struct Step {
    std::string what;  ///< for the log, where it is given up: "the phones have not all answered"
    Duration limit;
    std::function<void(std::function<void()> done)> begin;  ///< `done` may come late or never
  };

  /// @param ended  told once, in the turn in which the last step ends
  Ending(Loop& loop, std::vector<Step> steps, std::function<void()> ended);
  ~Ending();
  Ending(const Ending&) = delete;

  /// Once.
  void begin() { go_on(0); }

 private:
  void go_on(std::size_t step);
  void leave(std::size_t step, bool given_up);

  Loop& loop_;
  const std::vector<Step> steps_;
  const std::function<void()> ended_;
  std::size_t current_ = 0;
  TimerId limit_ = 0;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  ///< late `done`s look
};

}  // namespace earshot::app
