#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/command.h"
#include "core/decide.h"

namespace earshot::core {

/// A decision in the making: the next value of the call, and the effects so far.
class Draft {
 public:
  /// @param before  null for a call that begins
  Draft(const Call* before, Call call, const Surroundings& around)
      : before_(before), call_(std::move(call)), around_(around) {}

  /// The next value, as far as it has come.
  Call& call() { return call_; }
  /// The next value, as far as it has come.
  const Call& call() const { return call_; }
  /// What the rules may know beside the call.
  const Surroundings& around() const { return around_; }
  /// Effects are carried out in this order; the plan that follows from the call goes before them.
  void effect(Effect effect) { effects_.push_back(std::move(effect)); }
  /// Before what changed is told.
  void tell_first(Event event) { told_first_.push_back(std::move(event)); }
  /// Tells the leg's owner of what does not show in the call itself.
  void tell_owner(const Leg& leg, CallNotification type,
                  std::optional<OperationFailure> failure = std::nullopt);

  /// Adds the party at `number` to the conversation of `caller`, on `side` of it; it is called by
  /// dial(), now or later. @return its leg, 0 where the conversation waits in the queue at `number`
  /// instead, or why nobody can be called
  /// @param diverted  how often the call has been diverted up to now
  Result<LegId, ReleaseCause> add_called(const Leg& caller, const std::string& number, Side side,
                                         std::size_t diverted = 0);
  /// Has the line of `called`, which add_called gave, made; it rings for calls.ring_time at most.
  void dial(const Leg& called, const std::string& caller_number,
            const std::string& caller_name = {});
  /// Offers the conversation, which waits in a queue, to `agent`.
  void offer(const Conversation& conversation, const DeviceId& agent);
  /// An unused id; 0 when a decision wants more legs than it may add.
  LegId fresh_leg() { return used_ < around_.fresh.size() ? around_.fresh[used_++] : LegId{}; }

  /// `leg` takes its place in the call as `seat` has it: heard no further, and with a supervisor's
  /// powers only where its owner is one (decisions A2). Nothing happens where `seat` is a party's.
  void seat_beside(Leg& leg, const Leg& seat);
  /// Has `watch` brought to the call as it runs, where the rules allow it.
  void bring_in(const Watch& watch);
  /// Tells a supervisor, who is shown no call, that they could not be brought into one.
  void tell_not_brought(const Leg& supervisor, std::string_view why);
  /// Who monitors `from` for the sake of the call rather than the agent monitors `to` from now on
  /// (DD-23), if that is a device of ours.
  void hand_over_supervisors(LegId from, LegId to);

  /// Takes `leg` out of its conversation, and whoever cannot stay without it.
  void drop(LegId leg, ReleaseCause cause);
  /// Ends the conversation if it cannot go on as it is (seats.h).
  void end_if_alone(ConversationId conversation, ReleaseCause cause);
  /// The phone itself is gone, and with it all legs on its line.
  void drop_line(LineId line, ReleaseCause cause);
  /// Takes `leg` alone out: who completes a transfer leaves others behind.
  void remove(LegId leg, ReleaseCause cause, bool ended_itself = false);

  /// @param first  the legs whose owners are told first, in this order
  Decision finish(const std::vector<LegId>& first);

 private:
  Result<LegId, ReleaseCause> enqueue(ConversationId conversation, const QueueId& queue, Side side);
  bool is_in_call(const std::string& number) const;
  Leg& add_leg(ConversationId conversation, const std::string& number, Side side);
  void follow_target(const Leg& gone);
  bool takes_over(const Leg& supervisor) const;
  /// @param running  also a call that could be monitored before this decision
  void bring_in(const Watch& watch, const Conversation& conversation, bool running);

  const Call* before_;
  Call call_;
  const Surroundings& around_;
  std::vector<Effect> effects_;
  std::vector<Event> told_first_;
  std::size_t used_ = 0;
};

/// What the API says of a call that failed, in the middle of a sentence.
std::string_view words_for(ReleaseCause cause);

}  // namespace earshot::core
