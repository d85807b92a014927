#include "edge/state/state_line.h"

#include <gtest/gtest.h>

#include <string>

#include "base/digest_hash.h"

namespace earshot::state {
namespace {

using std::chrono::sys_days;

const Moment kThen{TimePoint{} + seconds{5000},
                   WallTime{sys_days{std::chrono::year{2026} / 11 / 30}} + milliseconds{123}};

/// The server began again: its loop's clock too.
Moment later(Duration after) {
  return {TimePoint{} + seconds{7}, kThen.day + std::chrono::floor<milliseconds>(after)};
}

KeptPhone phone() {
  return {DeviceId{"device-1"},
          {{.contact = "sip:5001@192.0.2.10:5062;line=7",
            .source = *Endpoint::parse("192.0.2.10", 5062),
            .talk = true,
            .call_id = "a84b4c76e66710@pc33",
            .cseq = 4'294'967'295,
            .expires_at = kThen.loop + seconds{3600}},
           {.contact = "sip:5001@[2001:db8::7]",
            .source = *Endpoint::parse("2001:db8::7", 40000),
            .call_id = "quote\"back\\slash \xC3\xA9",
            .cseq = 1,
            .expires_at = kThen.loop + seconds{60}}},
          "0123456789abcdef"};
}

std::string without_end(std::string line) {
  EXPECT_EQ(line.back(), '\n');
  line.pop_back();
  EXPECT_EQ(line.find('\n'), std::string::npos);
  return line;
}

template <class Value>
Result<Value, std::string> read_as(const std::string& line, const Moment& now) {
  auto read = read_line(line, now);
  if (!read) return Error{read.error()};
  auto* value = std::get_if<Value>(&read->what);
  if (!value) return Error{std::string{"another kind"}};
  return std::move(*value);
}

std::string checked(const std::string& json) { return sha256_hex(json).substr(0, 8) + " " + json; }

TEST(StateLine, a_phone_comes_back_with_the_time_that_is_left) {
  const auto read = read_as<KeptPhone>(without_end(line_of(phone(), kThen)), later(seconds{10}));
  ASSERT_TRUE(read) << read.error();
  KeptPhone wanted = phone();
  wanted.bindings[0].expires_at = TimePoint{} + seconds{7} + seconds{3590};
  wanted.bindings[1].expires_at = TimePoint{} + seconds{7} + seconds{50};
  EXPECT_EQ(*read, wanted);
}

TEST(StateLine, expired_bindings_are_left_out) {
  const std::string line = without_end(line_of(phone(), kThen));
  EXPECT_EQ(read_as<KeptPhone>(line, later(milliseconds{59'999}))->bindings.size(), 2u);
  EXPECT_EQ(read_as<KeptPhone>(line, later(seconds{60}))->bindings.size(), 1u);
  EXPECT_EQ(read_as<KeptPhone>(line, later(seconds{3600}))->bindings.size(), 0u);
}

TEST(StateLine, a_wall_clock_that_went_back_makes_nothing_last_longer_than_granted) {
  const std::string line = without_end(line_of(phone(), kThen));
  for (const Duration back : {Duration{seconds{-1}}, Duration{std::chrono::days{-20'000}}}) {
    const auto read = read_as<KeptPhone>(line, later(back));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->bindings[0].expires_at, TimePoint{} + seconds{7} + seconds{3600});
  }
  EXPECT_TRUE(read_as<KeptPhone>(line, later(std::chrono::days{20'000}))->bindings.empty());
}

TEST(StateLine, stations_of_every_kind_come_back) {
  std::vector<KeptStation> stations;
  for (const AgentState state : {AgentState::LoggedOut, AgentState::Ready, AgentState::NotReady,
                                 AgentState::AfterCallWork, AgentState::AuxWork})
    stations.push_back({DeviceId{"d"}, state, {}});
  for (const SupervisorMode mode :
       {SupervisorMode::Coach, SupervisorMode::ListenIn, SupervisorMode::BargeIn})
    for (const MonitoringMode calls : {MonitoringMode::NextCall, MonitoringMode::AllCalls})
      for (const MonitoringScope scope : {MonitoringScope::Agent, MonitoringScope::Call})
        stations.push_back({DeviceId{"d"}, AgentState::NotReady,
                            MonitoringSubscription{mode, calls, scope, DeviceId{"target"}}});
  KeptStation whole{DeviceId{"d"}, AgentState::AfterCallWork};
  whole.defined = AgentStateId{"id"};
  whole.reason = "17";
  whole.wrap_up_until = kThen.loop + seconds{30};
  whole.do_not_disturb = true;
  whole.forward_to = "+4930999";
  stations.push_back(whole);
  for (const auto& station : stations) {
    const auto read = read_as<KeptStation>(without_end(line_of(station, kThen)), kThen);
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, station);
  }
}

/// The clock of the loop begins again with each start, and goes on while there is no server.
TEST(StateLine, the_end_of_a_wrap_up_is_where_it_was) {
  KeptStation station{DeviceId{"d"}, AgentState::AfterCallWork};
  station.wrap_up_until = kThen.loop + seconds{30};
  const std::string line = without_end(line_of(station, kThen));
  EXPECT_EQ(read_as<KeptStation>(line, later(seconds{10}))->wrap_up_until,
            later(seconds{10}).loop + seconds{20});
  EXPECT_EQ(read_as<KeptStation>(line, later(seconds{40}))->wrap_up_until, later(seconds{40}).loop)
      << "it is over";
}

TEST(StateLine, an_alive_line_tells_its_time) {
  const auto read = read_line(without_end(alive_line(kThen.day)), later({}));
  ASSERT_TRUE(read);
  EXPECT_TRUE(std::holds_alternative<Nothing>(read->what));
  EXPECT_EQ(read->written, kThen.day);
}

TEST(StateLine, any_changed_octet_is_noticed) {
  const std::string line = without_end(line_of(phone(), kThen));
  for (std::size_t at = 0; at < line.size(); ++at)
    for (const char flip : {'\x01', '\x20', '\x80'}) {
      std::string damaged = line;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      EXPECT_FALSE(read_line(damaged, later({}))) << at;
    }
  for (std::size_t size = 0; size < line.size(); ++size)
    EXPECT_FALSE(read_line(line.substr(0, size), later({}))) << size;
}

TEST(StateLine, what_no_server_would_write_is_refused_by_member) {
  const std::string start = R"({"phone":"d","at":1000,"credentials":"5f",)"
                            R"("bindings":[{"contact":"sip:a@b",)"
                            R"("source":"192.0.2.1:5060","talk":true,"callId":"c","cseq":1,)";
  ASSERT_TRUE(read_line(checked(start + R"("expires":2000}]})"), kThen));
  const std::vector<std::pair<std::string, std::string>> bad{
      {"7", "it is not a JSON object"},
      {"[]", "it is not a JSON object"},
      {R"({"phone":"d","bindings":[]})", "at"},
      {R"({"at":-1})", "at"},
      {R"({"at":9223372036854775807})", "at"},
      {R"({"at":"1"})", "at"},
      {R"({"phone":7,"at":1,"bindings":[]})", "phone"},
      {R"({"phone":"d","at":1})", "bindings"},
      {R"({"phone":"d","at":1,"bindings":[7]})", "bindings"},
      {R"({"phone":"d","at":1,"bindings":[]})", "credentials"},
      {R"({"phone":"d","at":1,"bindings":[{}]})", "contact"},
      {start + R"("expires":253402300799999}]})", "expires"},
      {start + R"("expires":-5}]})", "expires"},
      {R"({"station":"d","at":1})", "state"},
      {R"({"station":"d","at":1,"state":"Asleep"})", "state"},
      {R"({"station":"d","at":1,"state":"Ready","monitoring":7})", "monitoring"},
      {R"({"station":"d","at":1,"state":"Ready","monitoring":{"mode":"Whisper","calls":"AllCalls",)"
       R"("scope":"Call","target":"e"}})",
       "mode"},
      {R"({"station":"d","at":1,"state":"Ready","monitoring":{"mode":"Coach","calls":"AllCalls",)"
       R"("scope":"Call"}})",
       "target"},
  };
  for (const auto& [json, names] : bad) {
    const auto read = read_line(checked(json), kThen);
    ASSERT_FALSE(read) << json;
    EXPECT_TRUE(read.error().starts_with(names)) << json << ": " << read.error();
  }
  for (const std::string_view source :
       {"", "192.0.2.1", "192.0.2.1:", ":5060", "192.0.2.1:65536", "host:5060", "192.0.2.1:-1"}) {
    std::string json = start + R"("expires":2000}]})";
    json.replace(json.find("192.0.2.1:5060"), 14, source);
    const auto read = read_line(checked(json), kThen);
    ASSERT_FALSE(read) << source;
    EXPECT_TRUE(read.error().starts_with("source")) << read.error();
  }
}

}  // namespace
}  // namespace earshot::state
