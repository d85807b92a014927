// How many random histories a test plays.

#pragma once

namespace earshot::sim {

/// Whether the address sanitizer is at work, by the word of g++ or that of clang.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kLooksAtMemory = true;
#elif defined(__has_feature)
inline constexpr bool kLooksAtMemory = __has_feature(address_sanitizer);
#else
inline constexpr bool kLooksAtMemory = false;
#endif

/// `full` histories. Under the address sanitizer one takes twenty times as long, and what is looked
/// for is a wrong touch of memory rather than a rare order of events: there a sixth of them does.
template <class Count>
constexpr Count histories(Count full) {
  return kLooksAtMemory ? full / 6 : full;
}

/// How often something has to come up in `histories`, if it is `full` in all of them. What is rare
/// comes in bunches, so that a sixth of the histories may hold far less than a sixth of it.
template <class Count>
constexpr Count often(Count full) {
  return kLooksAtMemory ? full / 50 : full;
}

}  // namespace earshot::sim
