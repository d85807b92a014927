#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/decide.h"

namespace earshot::histories {

/// A random history of one call, decided by core alone: phones ring, answer, hold and hang up,
/// owners operate, supervisors come and go, queues find agents, users forward calls or do not want
/// to be disturbed. Repeats exactly from its seed, settings included.
class History {
 public:
  explicit History(std::uint32_t seed);

  /// The call as it is; nothing once it is over.
  const std::optional<Call>& call() const { return call_; }
  const core::Policy& policy() const { return policy_; }
  /// Something happens, or somebody asks for something.
  void step();
  /// What `leg` would be answered, without its happening.
  Result<core::Decision, Refusal> ask(const Leg& leg, Operation operation) const;
  /// The plan that applies; of the last decision that had one.
  const MediaPlan& plan() const { return plan_; }
  TimePoint now() const { return now_; }
  const Directory& directory() const { return *directory_; }
  /// A device that was called though its user forwards calls or is not to be disturbed (DD-32), or
  /// twice for one call; "" where there was none.
  const std::string& wrongly_called() const { return wrongly_called_; }
  /// Every step so far, a line each.
  const std::string& story() const { return story_; }

 private:
  core::Surroundings around() const;
  CallRequest request(Operation operation) const;
  core::Command next();
  core::Command phone_acts(const Leg& leg);
  core::Watch subscribe(const DeviceId& supervisor);
  Operation wish_of(const Leg& leg);
  void take(const core::Command& command);
  void commit(core::Decision decision);
  void change_wishes();
  void check_calling(const core::DialOut& dial);
  std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }

  mutable std::mt19937 random_;
  DirectorySnapshot directory_;
  core::Policy policy_;
  std::vector<core::Watch> watches_;
  std::map<DeviceId, Station> stations_;
  std::optional<Call> call_;
  MediaPlan plan_;
  std::uint64_t last_leg_ = 1;
  TimePoint now_{seconds{1000}};
  std::string story_;
  std::string wrongly_called_;
};

}  // namespace earshot::histories
