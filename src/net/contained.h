#pragma once

#include <exception>
#include <string_view>

#include "base/log.h"

namespace earshot::net {

/// Runs `work`; what it throws is logged and goes no further. The edge of every loop.
template <class Work>
void contained(std::string_view what, const Work& work) {
  const auto report = [what](std::string_view cause) {
    log(LogLevel::Error, "an exception reached the loop's edge", {{"op", what}, {"cause", cause}});
  };
  try {
    work();
  } catch (const std::exception& thrown) {
    report(thrown.what());
  } catch (...) {
    report("not a std::exception");
  }
}

}  // namespace earshot::net
