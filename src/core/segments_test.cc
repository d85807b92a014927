#include "core/segments.h"

#include <gtest/gtest.h>

namespace earshot::core {
namespace {

using enum Operation;
using EndedBy = Segment::EndedBy;

DeviceId device(int number) { return DeviceId{"device-" + std::to_string(number)}; }

/// A contact centre whose segments are followed by a clock turned by hand, from 0 s on.
struct Segments : testing::Test {
  DirectoryEntries entries;
  DirectoryEntries indexed;
  DirectorySnapshot directory;  ///< of those
  Policy policy;
  std::vector<Watch> watches;
  TimePoint now{};
  std::uint64_t last_leg = 100;
  std::optional<Call> call;
  std::vector<Segment> open;
  std::vector<Segment> ended;

  Segments() {
    for (const int number : {5000, 5001, 5002, 5005}) {
      Device each;
      each.id = device(number);
      each.phone_number = std::to_string(number);
      entries.devices.push_back(each);
      User owner;
      owner.id = UserId{"user-" + std::to_string(number)};
      owner.default_device = each.id;
      entries.users.push_back(owner);
    }
    Trunk trunk;
    trunk.id = TrunkId{"pstn"};
    trunk.prefixes = {"+"};
    entries.trunks.push_back(trunk);
  }
  Surroundings around() {
    if (!directory || indexed != entries)
      directory = std::make_shared<const Directory>(indexed = entries);
    Surroundings out{
        *directory, policy, {}, watches, {}, FreshConversation{CallId{"CONSULT"}, "c2"}, now};
    for (LegId& leg : out.fresh) leg = LegId{++last_leg};
    return out;
  }
  void take(Decision decision, const Command* command) {
    call = std::move(decision.call);
    for (Segment& each :
         follow_segments(open, call ? &*call : nullptr, decision.effects, command, around()))
      ended.push_back(std::move(each));
  }
  NewCall fresh(std::variant<DeviceId, TrunkId> from, const char* number, const char* dialled) {
    NewCall made;
    made.id = CallId{"CALL"};
    made.conn_id = "c1";
    made.bridge = BridgeId{1};
    made.caller = LegId{1};
    made.from = std::move(from);
    made.caller_number = number;
    made.dialled = dialled;
    return made;
  }
  void dial(const char* dialled) {
    take(begin(fresh(device(5000), "5000", dialled), around()), nullptr);
  }
  void tell(const Command& command) {
    auto decision = decide(*call, command, around());
    ASSERT_TRUE(decision) << decision.error().message;
    take(*std::move(decision), &command);
  }
  void operate(LegId leg, Operation operation, std::optional<std::string> to = std::nullopt) {
    CallRequest request;
    request.operation = operation;
    request.destination = std::move(to);
    tell(Operate{leg, request});
  }
  /// The newest leg of `number`, or its oldest.
  LegId leg(const std::string& number, bool newest = true) const {
    LegId found;
    for (const Leg& each : call->legs)
      if (each.number == number && (newest || found.empty())) found = each.id;
    return found;
  }
  void after(int at) { now = TimePoint{seconds{at}}; }
  void answer(const std::string& number) {
    RemoteMedia remote;
    remote.rtp = Endpoint::v4({127, 0, 0, 1}, 4000);
    tell(LineAnswered{own_line_of(leg(number)), remote});
  }
  /// 5000 calls 5001 at 0 s, whose phone rings at 1 s and is answered at 3 s.
  void connect() {
    dial("5001");
    after(1);
    tell(LineRang{own_line_of(leg("5001"))});
    after(3);
    answer("5001");
    answer("5000");
  }
  /// The ended segment of `number`; that of the consultation, where it has two.
  const Segment& of(const std::string& number, const std::string& id = "") const {
    static const Segment none;
    for (const Segment& each : ended)
      if (each.number == number && (id.empty() || each.call.value == id)) return each;
    ADD_FAILURE() << "no segment of " << number;
    return none;
  }
  using Numbers = std::vector<std::string>;
};

Command hang_up(LegId leg) {
  CallRequest request;
  request.operation = Hangup;
  return Operate{leg, request};
}

std::optional<TimePoint> at(int seconds_) { return TimePoint{seconds{seconds_}}; }

TEST_F(Segments, a_call_between_phones_is_a_segment_each) {
  connect();
  after(10);
  tell(LineEnded{own_line_of(leg("5001")), ReleaseCause::Normal});
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_TRUE(open.empty());
  const Segment& caller = of("5000");
  EXPECT_TRUE(caller.caller);
  EXPECT_EQ(caller.call, CallId{"CALL"});
  EXPECT_EQ(caller.conn_id, "c1");
  EXPECT_EQ(caller.type, CallType::Internal);
  EXPECT_EQ(caller.user, UserId{"user-5000"});
  EXPECT_EQ(caller.with, Numbers{"5001"});
  EXPECT_EQ(caller.dnis, "5001");
  EXPECT_EQ(caller.start, *at(0));
  EXPECT_EQ(caller.ring, std::nullopt);
  EXPECT_EQ(caller.answer, at(3));
  EXPECT_EQ(caller.end, *at(10));
  EXPECT_EQ(caller.ended_by, EndedBy::Other);
  const Segment& called = of("5001");
  EXPECT_FALSE(called.caller);
  EXPECT_EQ(called.ring, at(1));
  EXPECT_EQ(called.with, Numbers{"5000"});
  EXPECT_EQ(called.ended_by, EndedBy::Party);
  EXPECT_EQ(called.cause, ReleaseCause::Normal);
}

TEST_F(Segments, a_call_that_nobody_took_tells_why) {
  struct Row {
    Command (*end)(LegId called);
    ReleaseCause cause;
    EndedBy called_by;
  };
  const Row rows[] = {
      {[](LegId leg) {
         return Command{LineEnded{own_line_of(leg), ReleaseCause::Busy}};
       },
       ReleaseCause::Busy, EndedBy::Party},
      {[](LegId leg) {
         return Command{LineEnded{own_line_of(leg), ReleaseCause::Unreachable}};
       },
       ReleaseCause::Unreachable, EndedBy::Party},
      {[](LegId leg) { return Command{RingTimedOut{own_line_of(leg)}}; }, ReleaseCause::NoAnswer,
       EndedBy::Server},
      {[](LegId leg) { return hang_up(leg); }, ReleaseCause::Rejected, EndedBy::Party},
      {[](LegId) {
         return Command{LineEnded{LineId{1}, ReleaseCause::Cancelled}};
       },
       ReleaseCause::Cancelled, EndedBy::Other},
  };
  for (const Row& row : rows) {
    ended.clear();
    dial("5001");
    tell(LineRang{own_line_of(leg("5001"))});
    tell(row.end(leg("5001")));
    ASSERT_EQ(ended.size(), 2u);
    EXPECT_EQ(of("5000").cause, row.cause);
    EXPECT_EQ(of("5001").cause, row.cause);
    EXPECT_EQ(of("5001").ended_by, row.called_by);
    EXPECT_EQ(of("5000").answer, std::nullopt);
  }
}

TEST_F(Segments, a_phone_that_vanished_is_a_failure_for_itself_alone) {
  connect();
  tell(LineEnded{own_line_of(leg("5001")), ReleaseCause::Failure});
  EXPECT_EQ(of("5001").cause, ReleaseCause::Failure);
  EXPECT_EQ(of("5000").cause, ReleaseCause::Normal);
}

TEST_F(Segments, a_wrong_number_is_recorded_for_its_caller) {
  const NewCall wrong = fresh(TrunkId{"pstn"}, "+49301", "7777");
  const Decision decision = begin(wrong, around());
  ASSERT_FALSE(decision.call);
  const Segment segment = segment_of_failed(wrong, decision.effects, around());
  EXPECT_EQ(segment.cause, ReleaseCause::WrongNumber);
  EXPECT_EQ(segment.type, CallType::Inbound);
  EXPECT_EQ(segment.trunk, TrunkId{"pstn"});
  EXPECT_EQ(segment.dnis, "7777");
  EXPECT_EQ(segment.ani, "+49301");
  EXPECT_TRUE(segment.caller);
}

TEST_F(Segments, a_wrong_number_is_recorded_with_all_that_is_known_of_its_caller) {
  after(7);
  const NewCall wrong = fresh(device(5001), "5001", "7777");
  const Segment segment = segment_of_failed(wrong, begin(wrong, around()).effects, around());
  EXPECT_EQ(segment.call, CallId{"CALL"});
  EXPECT_EQ(segment.conn_id, "c1");
  EXPECT_EQ(segment.number, "5001");
  EXPECT_EQ(segment.device, device(5001));
  EXPECT_EQ(segment.user, UserId{"user-5001"});
  EXPECT_EQ(segment.start, at(7));
  EXPECT_EQ(segment.end, at(7));
  EXPECT_TRUE(segment.caller);
}

TEST_F(Segments, a_call_that_waited_names_its_queue) {
  Queue queue;
  queue.id = QueueId{"service"};
  queue.phone_number = "8000";
  entries.queues.push_back(queue);
  take(begin(fresh(TrunkId{"pstn"}, "+49301", "8000"), around()), nullptr);
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].queue, QueueId{"service"});
  dial("5001");
  EXPECT_EQ(open.back().queue, std::nullopt);
}

TEST_F(Segments, parties_behind_a_trunk_have_no_device) {
  take(begin(fresh(TrunkId{"pstn"}, "+49301", "5001"), around()), nullptr);
  answer("5001");
  tell(LineEnded{own_line_of(leg("5001")), ReleaseCause::Normal});
  EXPECT_EQ(of("+49301").type, CallType::Inbound);
  EXPECT_EQ(of("+49301").ani, "+49301");
  EXPECT_EQ(of("+49301").trunk, TrunkId{"pstn"});
  EXPECT_EQ(of("+49301").device, std::nullopt);
  ended.clear();
  dial("+49302");
  tell(LineEnded{own_line_of(leg("5000")), ReleaseCause::Cancelled});
  EXPECT_EQ(of("+49302").type, CallType::Outbound);
  EXPECT_EQ(of("+49302").trunk, TrunkId{"pstn"});
  EXPECT_EQ(of("5000").type, CallType::Outbound);
}

TEST_F(Segments, time_on_hold_adds_up) {
  connect();
  operate(leg("5001"), Hold);
  after(5);
  operate(leg("5001"), Retrieve);
  after(6);
  operate(leg("5001"), Hold);
  after(9);
  operate(leg("5001"), Hangup);
  EXPECT_EQ(of("5001").held, seconds{5});
  EXPECT_EQ(of("5000").held, seconds{0});
}

TEST_F(Segments, a_consulted_party_goes_over_into_the_call) {
  connect();
  operate(leg("5001"), InitiateTransfer, "5002");
  after(4);
  answer("5002");
  after(7);
  operate(leg("5001", false), CompleteTransfer);
  ASSERT_EQ(ended.size(), 2u);  // the agent's two
  EXPECT_EQ(of("5001", "CALL").held, seconds{4});
  EXPECT_EQ(of("5001", "CALL").ended_by, EndedBy::Party);
  const Segment& consult = of("5001", "CONSULT");
  EXPECT_EQ(consult.type, CallType::Consult);
  EXPECT_EQ(consult.parent, CallId{"CALL"});
  EXPECT_EQ(consult.merged_into, std::nullopt);
  EXPECT_EQ(consult.with, Numbers{"5002"});
  after(9);
  tell(LineEnded{own_line_of(leg("5000")), ReleaseCause::Normal});
  EXPECT_EQ(of("5002").call, CallId{"CONSULT"});
  EXPECT_EQ(of("5002").type, CallType::Consult);
  EXPECT_EQ(of("5002").parent, CallId{"CALL"});
  EXPECT_EQ(of("5002").merged_into, CallId{"CALL"});
  EXPECT_EQ(of("5002").with, (Numbers{"5001", "5000"}));
  EXPECT_EQ(of("5000").with, (Numbers{"5001", "5002"}));
}

TEST_F(Segments, a_conference_names_all_it_had) {
  connect();
  operate(leg("5001"), InitiateConference, "5002");
  answer("5002");
  operate(leg("5001", false), CompleteConference);
  ASSERT_EQ(ended.size(), 1u);  // the agent's part in the consultation
  tell(LineEnded{own_line_of(leg("5000")), ReleaseCause::Normal});
  tell(LineEnded{own_line_of(leg("5002")), ReleaseCause::Normal});
  EXPECT_EQ(of("5001", "CALL").with, (Numbers{"5000", "5002"}));
}

TEST_F(Segments, a_single_step_transfer_is_ended_by_who_asked_for_it) {
  connect();
  operate(leg("5001"), SingleStepTransfer, "5002");
  answer("5002");
  EXPECT_EQ(of("5001").ended_by, EndedBy::Party);
}

TEST_F(Segments, a_supervisors_segment_tells_his_modes) {
  watches = {
      {device(5005),
       {SupervisorMode::Coach, MonitoringMode::AllCalls, MonitoringScope::Call, device(5001)}}};
  connect();
  tell(LineRang{own_line_of(leg("5005"))});
  answer("5005");
  after(5);
  operate(leg("5005"), SwitchToListenIn);
  after(6);
  operate(leg("5005"), SwitchToBargeIn);
  after(7);
  tell(LineEnded{own_line_of(leg("5001")), ReleaseCause::Normal});
  ASSERT_EQ(open.size(), 2u);  // who barged in takes the call over
  tell(LineEnded{own_line_of(leg("5005")), ReleaseCause::Normal});
  const Segment& supervisor = of("5005");
  EXPECT_EQ(supervisor.monitored, "5001");
  const std::vector<Segment::ModeSince> modes{{SupervisorMode::Coach, *at(3)},
                                              {SupervisorMode::ListenIn, *at(5)},
                                              {SupervisorMode::BargeIn, *at(6)},
                                              {std::nullopt, *at(7)}};
  EXPECT_EQ(supervisor.modes, modes);
  EXPECT_TRUE(of("5001").modes.empty());
}

TEST_F(Segments, the_disposition_is_the_last_one_set) {
  connect();
  for (const char* code : {"open", "sold"}) {
    CallRequest request;
    request.operation = SetCallDisposition;
    request.disposition = code;
    tell(Operate{leg("5001"), request});
  }
  operate(leg("5001"), Hangup);
  EXPECT_EQ(of("5001").disposition, "sold");
  EXPECT_EQ(of("5000").disposition, "sold");
}

TEST_F(Segments, a_silent_supervisor_is_in_nobody_s_record) {
  for (const auto mode :
       {SupervisorMode::ListenIn, SupervisorMode::Coach, SupervisorMode::BargeIn}) {
    Call supervised;
    supervised.conversations.emplace_back();
    for (const std::uint64_t id : {1, 2, 3}) {
      Leg leg;
      leg.id = LegId{id};
      leg.line = own_line_of(leg.id);
      leg.number = std::to_string(id);
      leg.state = Established{};
      supervised.legs.push_back(leg);
    }
    supervised.legs[2].monitoring = Monitoring{.mode = mode, .target = LegId{2}};
    std::vector<Segment> segments;
    (void)follow_segments(segments, &supervised, {}, nullptr, around());
    ASSERT_EQ(segments.size(), 3u);
    EXPECT_EQ(segments[0].with,
              mode == SupervisorMode::BargeIn ? (Numbers{"2", "3"}) : Numbers{"2"});
  }
}

}  // namespace
}  // namespace earshot::core
