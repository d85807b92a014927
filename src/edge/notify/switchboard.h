#pragma once

#include <memory>
#include <string>
#include <unordered_set>

#include "edge/notify/index.h"
#include "edge/notify/websocket_outlet.h"
#include "model/ids.h"

namespace earshot::notify {

/// All open lines, found by user and by HTTP session.
class Switchboard {
 public:
  using Lines = std::vector<std::shared_ptr<Line>>;

  void add(const std::shared_ptr<Line>& line);
  /// @return false where it is not on the board any more
  bool remove(const std::shared_ptr<Line>& line);
  /// Valid until the board changes.
  const Lines& of_http_session(const std::string& http_session) const {
    return by_http_session_.of(http_session);
  }
  /// The user's lines that carry no session.
  std::size_t unused_of(const UserId& user) const;
  std::size_t size() const { return lines_.size(); }
  /// Nothing is left, in no list either.
  bool empty() const { return lines_.empty() && by_user_.empty() && by_http_session_.empty(); }

  template <class Visit>
  void each(Visit visit) const {
    for (const auto& line : lines_) visit(*line);
  }

 private:
  std::unordered_set<std::shared_ptr<Line>> lines_;
  Index<UserId, std::shared_ptr<Line>> by_user_;
  Index<std::string, std::shared_ptr<Line>> by_http_session_;
};

}  // namespace earshot::notify
