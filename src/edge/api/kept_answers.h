#pragma once

#include <deque>
#include <string>
#include <unordered_map>

#include "base/time.h"
#include "model/ids.h"

namespace earshot::api {

/// An answer that can be given again.
struct KeptAnswer {
  std::string request;  ///< names path and body of what was asked: the same only for the same
  int status = 200;
  std::string body;
};

/// How long answers are kept, and how many, each user's and all.
struct KeptAnswersLimits {
  Duration kept_for = seconds{600};
  std::size_t keys_per_user = 1000;
  std::size_t bytes_per_user = 512 * 1024;
  std::size_t keys = 100'000;
  std::size_t bytes = 64 * 1024 * 1024;
};

/// The answers to operations that came with an Idempotency-Key, by user and key, for ten minutes.
/// Nothing is forgotten sooner: who has no room must not act, so that a kept promise costs bounded
/// memory (the limits, and the one answer that crosses them). Control loop only.
class KeptAnswers {
 public:
  explicit KeptAnswers(KeptAnswersLimits limits = {}) : limits_(limits) {}

  /// Null: none. Valid until the next call.
  const KeptAnswer* find(const UserId& user, const std::string& key, TimePoint now);
  /// Whether one more of the user's may be kept; false also where all users together keep too many.
  bool has_room(const UserId& user, TimePoint now);
  /// Precondition: find() has just given none for them.
  void keep(const UserId& user, const std::string& key, KeptAnswer answer, TimePoint now);

  /// Answers kept, of all users.
  std::size_t keys() const { return oldest_first_.size(); }
  /// What they take in memory, about: texts, and 256 octets each for the containers.
  std::size_t bytes() const { return bytes_; }

 private:
  /// What one user has kept.
  struct Share {
    std::unordered_map<std::string, KeptAnswer> answers;
    std::size_t bytes = 0;
  };
  /// When an answer is forgotten, and whose it is.
  struct Due {
    TimePoint at;
    UserId user;
    std::string key;
  };
  void forget_old(TimePoint now);

  const KeptAnswersLimits limits_;
  std::unordered_map<UserId, Share> of_;
  std::deque<Due> oldest_first_;  ///< one for each answer
  std::size_t bytes_ = 0;
};

}  // namespace earshot::api
