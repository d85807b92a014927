#include <algorithm>
#include <string>
#include <vector>

#include "base/log.h"
#include "tests/signalling/exchange.h"

namespace earshot::test {
namespace {

/// Who has not proved anything costs nothing, learns nothing and hinders nobody (decision 0004).
class Strangers : public Exchange {
 protected:
  sip::Request invite_from(Peer& peer, std::string_view user) {
    sip::Request invite = peer.make("INVITE", "sip:2002@earshot", user, "2002");
    invite.headers.content_type = "application/sdp";
    invite.body = sdp(peer.address());
    return invite;
  }
  std::vector<std::string> challenges_to(Peer& peer, std::string_view user_agent,
                                         std::string_view user = "ann") {
    sip::Request request = peer.make("REGISTER", "sip:earshot", user, user);
    if (!user_agent.empty())
      request.headers.other.push_back({"User-Agent", std::string{user_agent}});
    peer.send(request);
    const auto refusal = peer.take_response(401);
    std::vector<std::string> values;
    if (!refusal) return values;
    for (const sip::Header& header : refusal->headers.other)
      if (header.name == "WWW-Authenticate") values.push_back(header.value);
    return values;
  }
  /// Registers with a wrong password and gives what came.
  int guess(Peer& peer, std::string_view user) {
    sip::Request request = peer.make("REGISTER", "sip:earshot", user, user);
    peer.send(request);
    const auto refusal = peer.take_response(401);
    if (!refusal) return 0;
    peer.send(peer.prove(request, *refusal, user, "guess"));
    run(milliseconds{10});
    if (peer.take_response_now(401)) return 401;
    return peer.take_response_now(503) ? 503 : 0;
  }
};

TEST_F(Strangers, a_challenge_keeps_no_transaction_and_is_not_repeated) {
  ann_.send(invite_from(ann_, "nobody"));
  ASSERT_TRUE(ann_.take_response(401));
  EXPECT_EQ(signalling_->transactions(), 0u);
  run(seconds{40});  // Timer G would have sent it again
  EXPECT_EQ(ann_.leftovers(), "");
}

TEST_F(Strangers, a_repeated_request_gets_the_same_tag_and_nonce) {
  const sip::Request invite = invite_from(ann_, "ann");
  ann_.send(invite);
  const auto first = ann_.take_response(401);
  ann_.send(invite);
  const auto second = ann_.take_response(401);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(sip::to_string(*first), sip::to_string(*second));
  ann_.send(invite_from(ann_, "ann"));
  const auto other = ann_.take_response(401);
  ASSERT_TRUE(other);
  EXPECT_NE(other->headers.find("WWW-Authenticate"), first->headers.find("WWW-Authenticate"));
}

TEST_F(Strangers, whatever_they_ask_leaves_nothing) {
  for (const char* method : {"OPTIONS", "SUBSCRIBE", "PUBLISH", "BYE", "REGISTER", "INVITE"}) {
    ann_.send(ann_.make(method, "sip:2002@earshot", "nobody", "2002"));
    run(milliseconds{10});
    EXPECT_FALSE(ann_.leftovers().empty()) << method;
    ann_.clear();
  }
  sip::Request astray = ann_.make("BYE", "sip:2002@earshot", "nobody", "2002");
  astray.headers.to.params.push_back({"tag", "unknown"});
  ann_.send(astray);
  EXPECT_TRUE(ann_.take_response(481));
  EXPECT_EQ(signalling_->transactions(), 0u);
}

TEST_F(Strangers, each_program_gets_a_challenge_it_can_answer) {
  const auto usual = challenges_to(ann_, "");
  ASSERT_EQ(usual.size(), 2u);  // topmost preferred (RFC 8760 §2.4)
  EXPECT_EQ(sip::parse_challenge(usual[0])->algorithm, sip::DigestAlgorithm::Sha256);
  EXPECT_EQ(sip::parse_challenge(usual[1])->algorithm, sip::DigestAlgorithm::Md5);
  // sipp and sipsak take the first text `algorithm=`.
  EXPECT_EQ(usual[0].substr(usual[0].find("algorithm="), 13), "algorithm=MD5");

  for (const char* user : {"ann", "nobody"}) {  // says nothing of who exists
    const auto old = challenges_to(ann_, "baresip v1.0.0 (x86_64/linux)", user);
    ASSERT_EQ(old.size(), 1u) << user;
    EXPECT_EQ(sip::parse_challenge(old[0])->algorithm, sip::DigestAlgorithm::Md5);
  }
  EXPECT_EQ(challenges_to(ann_, "baresip v3.5.0").size(), 2u);
}

TEST_F(Strangers, a_challenge_left_unanswered_is_a_simpler_one_next_time) {
  for (const char* user : {"ann", "nobody"}) {
    EXPECT_EQ(challenges_to(ann_, "", user).size(), 2u);
    run(seconds{6});
    EXPECT_EQ(challenges_to(ann_, "", user).size(), 1u) << user;
    EXPECT_EQ(challenges_to(bob_, "", user).size(), 2u) << user;  // another host
    run(seconds{6});
  }
}

TEST_F(Strangers, a_challenge_left_unanswered_is_logged) {
  std::vector<std::string> lines;
  set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
  (void)challenges_to(ann_, "Phone/1");
  run(seconds{6});
  set_log_sink({});
  const auto says = [](const std::string& line) {
    return line.find("challenged, not answered") != std::string::npos &&
           line.find("\"ann\"") != std::string::npos &&
           line.find("192.0.2.10:5060") != std::string::npos;
  };
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(), says), 1);
}

/// An administrator can tell a wrong password from a wrong user name, and sees why a phone whose
/// password was put right is refused for a while.
TEST_F(Strangers, a_failed_authentication_is_logged_with_its_reason) {
  std::vector<std::string> lines;
  set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
  for (int i = 0; i < 6; ++i) (void)guess(ann_, "bob");
  (void)guess(bob_, "nobody");
  set_log_sink({});
  const auto count = [&](std::string_view reason, std::string_view user) {
    return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.find("\"SIP authentication failed\"") != std::string::npos &&
             line.find(std::string{"\"user\":\""}.append(user).append("\"")) != std::string::npos &&
             line.find(std::string{"\"reason\":\""}.append(reason)) != std::string::npos;
    });
  };
  EXPECT_EQ(count("wrong password; ", "bob"), 5);
  EXPECT_EQ(count("too many wrong passwords; not looked at yet\"", "bob"), 1);
  EXPECT_EQ(count("no device has this SIP user name\"", "nobody"), 1);
}

TEST_F(Strangers, who_guesses_is_slowed_and_shuts_out_nobody_elsewhere) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(guess(ann_, "bob"), 401) << i;
  EXPECT_EQ(guess(ann_, "bob"), 503);
  run(seconds{2});
  EXPECT_EQ(guess(ann_, "bob"), 401);
  EXPECT_EQ(guess(ann_, "bob"), 503);
  register_phone(bob_, "bob");  // the owner, at another address
  register_phone(ann_, "ann");  // another user at the same one
}

TEST_F(Strangers, who_guesses_behind_the_address_of_a_registered_phone_does_not_shut_it_out) {
  register_phone(ann_, "ann");
  Peer neighbour{loop_, network_, at("192.0.2.10").with_port(6060)};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(guess(neighbour, "ann"), 401) << i;
  EXPECT_EQ(guess(neighbour, "ann"), 503);
  sip::Request again = ann_.make("REGISTER", "sip:earshot", "ann", "ann");
  ann_.send(again);
  const auto challenge = ann_.take_response(401);
  ASSERT_TRUE(challenge);
  ann_.send(ann_.prove(again, *challenge, "ann", "secret-ann"));
  EXPECT_TRUE(ann_.take_response(200));
}

TEST_F(Strangers, a_host_guesses_ten_times_a_second_whatever_the_user) {
  int looked_at = 0;
  for (int i = 0; i < 100; ++i) looked_at += guess(ann_, "user" + std::to_string(i)) == 401 ? 1 : 0;
  EXPECT_GE(looked_at, 10);
  EXPECT_LE(looked_at, 30);  // the hundred took a little more than a second
}

TEST_F(Strangers, a_device_in_from_is_asked_for_its_digest_at_a_trunk_too) {
  for (const char* user : {"ann", "2001"}) {
    trunk_.send(invite_from(trunk_, user));
    EXPECT_TRUE(trunk_.take_response(401)) << user;
  }
  EXPECT_TRUE(is_silent());
}

TEST_F(Strangers, a_flood_goes_unread_and_holds_up_nobody_else) {
  for (int i = 0; i < 1000; ++i) ann_.send(invite_from(ann_, "nobody"));
  run(milliseconds{20});
  EXPECT_EQ(ann_.take_response_now(401), 400u);
  ann_.send(invite_from(ann_, "nobody"));
  run(milliseconds{20});
  EXPECT_EQ(ann_.leftovers(), "");
  bob_.send(invite_from(bob_, "bob"));
  EXPECT_TRUE(bob_.take_response(401));
  run(milliseconds{100});
  register_phone(ann_, "ann");
  EXPECT_EQ(signalling_->transactions(), 1u);
}

TEST_F(Strangers, one_device_makes_only_so_many_calls) {
  SipSettings few = settings();
  few.calls_per_device = 2;
  restart(few);
  std::vector<LineId> legs;
  for (int i = 0; i < 2; ++i) {
    (void)call(ann_, "ann", "2002", sdp(ann_.address()));
    legs.push_back(next().line);
  }
  sip::Request third = invite_from(ann_, "ann");
  ann_.send(third);
  const auto refusal = ann_.take_response(401);
  ASSERT_TRUE(refusal);
  ann_.send(ann_.prove(third, *refusal, "ann", "secret-ann"));
  EXPECT_TRUE(ann_.take_response(503));
  (void)call(bob_, "bob", "2001", sdp(bob_.address()));
  legs.push_back(next().line);
  signalling_->release(legs[0], ReleaseCause::Normal);
  (void)call(ann_, "ann", "2002", sdp(ann_.address()));
  legs[0] = next().line;
  for (const LineId leg : legs) signalling_->release(leg, ReleaseCause::Normal);
}

}  // namespace
}  // namespace earshot::test
