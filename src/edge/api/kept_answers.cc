#include "edge/api/kept_answers.h"

#include <utility>

namespace earshot::api {
namespace {

constexpr std::size_t kOverhead = 256;  // of both containers and their allocations, roughly

std::size_t bytes_of(const UserId& user, const std::string& key, const KeptAnswer& answer) {
  return kOverhead + user.value.size() + 2 * key.size() + answer.request.size() +
         answer.body.size();
}

}  // namespace

const KeptAnswer* KeptAnswers::find(const UserId& user, const std::string& key, TimePoint now) {
  forget_old(now);
  const auto share = of_.find(user);
  if (share == of_.end()) return nullptr;
  const auto answer = share->second.answers.find(key);
  return answer == share->second.answers.end() ? nullptr : &answer->second;
}

bool KeptAnswers::has_room(const UserId& user, TimePoint now) {
  forget_old(now);
  if (keys() >= limits_.keys || bytes_ >= limits_.bytes) return false;
  const auto share = of_.find(user);
  return share == of_.end() || (share->second.answers.size() < limits_.keys_per_user &&
                                share->second.bytes < limits_.bytes_per_user);
}

void KeptAnswers::keep(const UserId& user, const std::string& key, KeptAnswer answer,
                       TimePoint now) {
  const std::size_t bytes = bytes_of(user, key, answer);
  Share& share = of_[user];
  share.bytes += bytes;
  bytes_ += bytes;
  share.answers.emplace(key, std::move(answer));
  oldest_first_.push_back({now + limits_.kept_for, user, key});
}

void KeptAnswers::forget_old(TimePoint now) {
  for (; !oldest_first_.empty() && oldest_first_.front().at <= now; oldest_first_.pop_front()) {
    const Due& due = oldest_first_.front();
    const auto share = of_.find(due.user);
    const auto answer = share->second.answers.find(due.key);
    const std::size_t bytes = bytes_of(due.user, due.key, answer->second);
    bytes_ -= bytes;
    share->second.bytes -= bytes;
    share->second.answers.erase(answer);
    if (share->second.answers.empty()) of_.erase(share);
  }
}

}  // namespace earshot::api
