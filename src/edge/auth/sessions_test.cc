#include "edge/auth/sessions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/base64.h"
#include "base/log.h"
#include "sim/seeded_entropy.h"
#include "sim/virtual_loop.h"

namespace earshot::auth {
namespace {

using Failure = Sessions::Failure;

std::string basic(const std::string& name_and_password) {
  return "Basic " + base64(name_and_password);
}

User user(const std::string& name, const std::string& password) {
  User made;
  made.id = {"id-of-" + name};
  made.user_name = name;
  made.password = password;
  return made;
}

class SessionsTest : public testing::Test {
 protected:
  SessionsTest() {
    set_log_sink([](std::string_view) {});
    DirectoryEntries entries;
    entries.users = {user("ann", "secret"),
                     user("m\xC3\xBCller@example.org", "gr\xC3\xBC\xC3\x9F:e"), user("empty", "")};
    directory_ = std::make_shared<const Directory>(std::move(entries));
    sessions_.on_ended([this](const HttpSessionId& id, Sessions::End why) {
      ended_.push_back(id);
      why_ = why;
    });
    sessions_.in_use_by([this](const HttpSessionId& id) { return in_use_.contains(id); });
  }
  ~SessionsTest() override { set_log_sink({}); }

  static std::string cookie(const HttpSessionId& id) { return "JSESSIONID=" + id.value; }
  Identity login(const std::string& name_and_password) {
    const auto identity = sessions_.identify({}, basic(name_and_password), "192.0.2.1");
    EXPECT_TRUE(identity);
    return identity ? *identity : Identity{};
  }
  /// Whether the cookie alone is enough.
  bool serves(const HttpSessionId& id) {
    return sessions_.identify(cookie(id), {}, "192.0.2.1").has_value();
  }
  Failure failure(std::optional<std::string> cookie, std::optional<std::string> authorization,
                  const std::string& address = "192.0.2.1") {
    const auto identity = sessions_.identify(cookie, authorization, address);
    EXPECT_FALSE(identity);
    return identity.error().why;
  }

  DirectorySnapshot directory_;
  sim::VirtualLoop loop_;
  sim::SeededEntropy entropy_{1};
  SessionSettings settings_{.idle_timeout = seconds{100}, .per_user = 4, .logins = {3, 6}};
  Sessions sessions_{directory_, loop_, entropy_, settings_};
  std::vector<HttpSessionId> ended_;
  std::optional<Sessions::End> why_;  ///< of the last that ended
  std::set<HttpSessionId> in_use_;
};

TEST_F(SessionsTest, a_page_that_logs_in_keeps_its_own_session_and_ends_a_strange_one) {
  const auto log_in = [this](const std::string& cookie, const std::string& name,
                             const std::string& password) {
    const auto identity = sessions_.log_in(cookie, {name, password}, "192.0.2.1");
    return identity ? identity->session : HttpSessionId{};
  };
  const HttpSessionId first = log_in("", "ann", "secret");
  EXPECT_EQ(log_in(cookie(first), "ann", "secret"), first);
  const HttpSessionId second =
      log_in(cookie(first), "m\xC3\xBCller@example.org", "gr\xC3\xBC\xC3\x9F:e");
  EXPECT_NE(second, first);
  EXPECT_EQ(ended_, std::vector{first});
  EXPECT_EQ(why_, Sessions::End::LogOut);
  EXPECT_EQ(log_in(cookie(second), "ann", "wrong"), HttpSessionId{});
  EXPECT_EQ(log_in(cookie(second), "empty", ""), HttpSessionId{});
  EXPECT_TRUE(serves(second)) << "a failed log-in ends nothing";
  EXPECT_EQ(sessions_.forget_cookie(true),
            "JSESSIONID=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
}

TEST_F(SessionsTest, a_token_is_of_one_session_and_only_where_it_is_demanded) {
  const Identity ann = login("ann:secret");
  const Identity known{ann.user, ann.session, false};
  EXPECT_FALSE(sessions_.csrf_token(ann.session));
  EXPECT_FALSE(sessions_.is_forged(known, "POST", {}));
  sessions_.demand_csrf_token(true);
  const auto token = sessions_.csrf_token(ann.session);
  ASSERT_TRUE(token);
  EXPECT_FALSE(sessions_.is_forged(known, "POST", *token));
  EXPECT_TRUE(sessions_.is_forged(ann, "POST", *token)) << "its cookie did not come";
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH"}) {
    EXPECT_TRUE(sessions_.is_forged(known, method, {})) << method;
    EXPECT_TRUE(sessions_.is_forged(known, method, "")) << method;
    EXPECT_TRUE(sessions_.is_forged(known, method, sessions_.csrf_token({"other"}))) << method;
  }
  for (const char* method : {"GET", "HEAD", "OPTIONS"})
    EXPECT_FALSE(sessions_.is_forged(ann, method, {})) << method;
}

TEST_F(SessionsTest, credentials_start_a_session_and_its_cookie_continues_it) {
  const Identity first = login("ann:secret");
  EXPECT_EQ(first.user.value, "id-of-ann");
  EXPECT_TRUE(first.is_new);
  EXPECT_EQ(first.session.value.size(), 40u);
  EXPECT_EQ(sessions_.set_cookie({"abc"}, false), "JSESSIONID=abc; Path=/; HttpOnly; SameSite=Lax");

  const auto second = sessions_.identify(cookie(first.session), {}, "192.0.2.9");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->user, first.user);
  EXPECT_EQ(second->session, first.session);
  EXPECT_FALSE(second->is_new);
}

TEST_F(SessionsTest, the_cookie_is_found_among_others) {
  const std::string id = login("ann:secret").session.value;
  for (const std::string& header :
       {"AWSELB=x; JSESSIONID=" + id, "JSESSIONID=" + id + ";a=b",
        "a;;=;JSESSIONID=\"" + id + "\" ;", "JSESSIONID=of-another-server; JSESSIONID=" + id,
        "JSESSIONID=; JSESSIONID=" + id})
    EXPECT_TRUE(sessions_.identify(header, {}, "x")) << header;
  for (const std::string& header :
       {"jsessionid=" + id, "XJSESSIONID=" + id, "JSESSIONID=" + id + "0",
        std::string{"JSESSIONID"}, "a=JSESSIONID=" + id, std::string{}, std::string(5000, ';')})
    EXPECT_EQ(failure(header, {}), Failure::NoCredentials) << header;
}

TEST_F(SessionsTest, credentials_beside_a_cookie_keep_the_session_of_the_same_user_only) {
  const Identity ann = login("ann:secret");
  const auto same = sessions_.identify(cookie(ann.session), basic("ann:secret"), "x");
  ASSERT_TRUE(same);
  EXPECT_EQ(same->session, ann.session);
  EXPECT_FALSE(same->is_new);

  const auto other = sessions_.identify(
      cookie(ann.session), basic("m\xC3\xBCller@example.org:gr\xC3\xBC\xC3\x9F:e"), "x");
  ASSERT_TRUE(other);
  EXPECT_NE(other->session, ann.session);
  EXPECT_TRUE(other->is_new);
  EXPECT_TRUE(serves(ann.session));
  EXPECT_EQ(failure(cookie(ann.session), basic("ann:wrong")), Failure::WrongCredentials);
  EXPECT_TRUE(sessions_.identify(cookie({"dead"}), basic("ann:secret"), "x")->is_new);
}

TEST_F(SessionsTest, takes_credentials_in_utf8_and_in_latin1_with_or_without_padding) {
  EXPECT_EQ(login("m\xC3\xBCller@example.org:gr\xC3\xBC\xC3\x9F:e").user,
            login("m\xFCller@example.org:gr\xFC\xDF:e").user);
  std::string bare = basic("ann:secret");
  while (bare.ends_with('=')) bare.pop_back();
  EXPECT_TRUE(sessions_.identify({}, bare, "x"));
  EXPECT_TRUE(sessions_.identify({}, "bAsIc   " + bare.substr(6) + " ", "x"));
}

TEST_F(SessionsTest, refuses_what_is_not_right) {
  EXPECT_EQ(failure({}, {}), Failure::NoCredentials);
  for (const char* other : {"", "Bearer abc", "Basically abc", "Bas"})
    EXPECT_EQ(failure({}, other), Failure::NoCredentials) << other;
  int address = 0;
  for (const std::string& wrong :
       {basic("ann:Secret"), basic("ann:"), basic("ann:secret2"), basic("nobody:secret"),
        basic("nobody:"), basic("empty:"), basic(":"), basic("ann"), basic(""),
        std::string{"Basic"}, std::string{"Basic !!!!"}, std::string{"Basic YW5uOnNlY3JldA=A"},
        std::string{"Basic YW5uOnNlY3JldA==="}, std::string{"Basic YW5uO nNlY3JldA=="},
        "Basic " + std::string(5001, 'A')})
    EXPECT_EQ(failure({}, wrong, std::to_string(++address)), Failure::WrongCredentials) << wrong;
}

TEST_F(SessionsTest, too_many_failures_of_a_user_refuse_that_user_from_that_address_for_a_minute) {
  const Identity live = login("ann:secret");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(failure({}, basic("ann:x")), Failure::WrongCredentials);
  loop_.run_for(milliseconds{1500});
  const auto refused = sessions_.identify({}, basic("ann:secret"), "192.0.2.1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().why, Failure::TooManyFailures);
  EXPECT_EQ(refused.error().retry_after, seconds{59});
  EXPECT_TRUE(sessions_.identify({}, basic("ann:secret"), "192.0.2.2"));
  login("m\xC3\xBCller@example.org:gr\xC3\xBC\xC3\x9F:e");
  loop_.run_for(milliseconds{58'500});
  EXPECT_TRUE(sessions_.identify({}, basic("ann:secret"), "192.0.2.1"));
  EXPECT_TRUE(serves(live.session));
}

TEST_F(SessionsTest, a_live_session_is_served_while_log_ins_are_refused) {
  const Identity live = login("ann:secret");
  for (int i = 0; i < 3; ++i) (void)failure({}, basic("ann:x"));
  EXPECT_TRUE(serves(live.session));
  const auto both = sessions_.identify(cookie(live.session), basic("ann:secret"), "192.0.2.1");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->session, live.session);
  for (int i = 0; i < 3; ++i) (void)failure({}, basic("other:x"));
  EXPECT_EQ(failure(cookie(live.session), basic("other:x")), Failure::TooManyFailures)
      << "it is another user's";
}

TEST_F(SessionsTest, many_names_from_one_address_are_refused_together) {
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(failure({}, basic("user" + std::to_string(i) + ":x")), Failure::WrongCredentials);
  EXPECT_EQ(failure({}, basic("ann:secret")), Failure::TooManyFailures);
  EXPECT_TRUE(sessions_.identify({}, basic("ann:secret"), "192.0.2.2"));
}

TEST_F(SessionsTest, a_refused_user_is_logged_once_by_name) {
  std::vector<std::string> lines;
  set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
  for (int i = 0; i < 10; ++i) (void)failure({}, basic("ann:x"));
  flush_log();
  const auto refusals = std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find("too many wrong credentials") != std::string::npos &&
           line.find("ann") != std::string::npos && line.find("192.0.2.1") != std::string::npos;
  });
  EXPECT_EQ(refusals, 1);
  EXPECT_EQ(lines.size(), 4u);
}

TEST_F(SessionsTest, a_session_in_use_is_never_ended_and_the_never_used_go_first) {
  const HttpSessionId desk = login("ann:secret").session;
  EXPECT_TRUE(serves(desk));
  in_use_ = {desk};
  for (int i = 0; i < 70; ++i) {
    const HttpSessionId script = login("ann:secret").session;
    EXPECT_TRUE(serves(script)) << "the newest never";
  }
  EXPECT_TRUE(sessions_.is_live(desk)) << "the longest idle of those whose cookie came back";
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(serves(login("ann:secret").session));
  loop_.run_for(seconds{1000});
  EXPECT_TRUE(sessions_.is_live(desk));
}

TEST_F(SessionsTest, a_session_just_made_outlives_the_next_log_in) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(serves(login("ann:secret").session));
  const HttpSessionId fresh = login("ann:secret").session;
  login("ann:secret");
  EXPECT_TRUE(serves(fresh));
  EXPECT_EQ(ended_.size(), 1u) << "the longest idle made room";
}

TEST_F(SessionsTest, an_idle_session_ends_and_a_used_one_does_not) {
  const HttpSessionId idle = login("ann:secret").session;
  const HttpSessionId polled = login("ann:secret").session;
  const HttpSessionId used = login("ann:secret").session;
  for (int i = 0; i < 3; ++i) {
    loop_.run_for(seconds{33});
    sessions_.touch(polled.value);
    EXPECT_TRUE(serves(used));
  }
  EXPECT_TRUE(sessions_.is_live(idle));
  loop_.run_for(seconds{1});
  EXPECT_EQ(ended_, std::vector<HttpSessionId>{idle});
  EXPECT_FALSE(serves(idle));
  loop_.run_for(seconds{98});
  EXPECT_TRUE(sessions_.is_live(polled));
  loop_.run_for(seconds{1});
  EXPECT_EQ(ended_.size(), 3u);
  EXPECT_EQ(loop_.timers(), 0u);
}

TEST_F(SessionsTest, the_latest_use_of_all_sessions_of_a_user_is_known) {
  const UserId ann{"id-of-ann"};
  EXPECT_EQ(sessions_.last_used_by(ann), std::nullopt);
  const HttpSessionId first = login("ann:secret").session;
  loop_.run_for(seconds{10});
  const HttpSessionId second = login("ann:secret").session;
  EXPECT_EQ(sessions_.last_used_by(ann), loop_.now());
  loop_.run_for(seconds{10});
  EXPECT_TRUE(serves(first));
  EXPECT_EQ(sessions_.last_used_by(ann), loop_.now());
  loop_.run_for(seconds{10});
  sessions_.end(first);
  EXPECT_EQ(sessions_.last_used_by(ann), loop_.now() - seconds{20});
  sessions_.end(second);
  EXPECT_EQ(sessions_.last_used_by(ann), std::nullopt);
}

TEST_F(SessionsTest, beyond_the_cap_the_longest_idle_ends) {
  std::vector<HttpSessionId> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(login("ann:secret").session);
  for (const auto& id : ids) EXPECT_TRUE(serves(id));
  EXPECT_TRUE(serves(ids[0]));
  login("m\xC3\xBCller@example.org:gr\xC3\xBC\xC3\x9F:e");
  EXPECT_TRUE(ended_.empty());
  login("ann:secret");
  EXPECT_EQ(ended_, std::vector<HttpSessionId>{ids[1]});
}

TEST_F(SessionsTest, a_client_without_cookies_ends_only_its_own_sessions) {
  const HttpSessionId desk = login("ann:secret").session;
  EXPECT_TRUE(serves(desk));
  std::set<HttpSessionId> all;
  for (int i = 0; i < 50; ++i) all.insert(login("ann:secret").session);
  EXPECT_EQ(all.size(), 50u);
  EXPECT_TRUE(serves(desk));
  EXPECT_TRUE(ended_.empty()) << "their poll goes on, though they name themselves again each time";
}

TEST_F(SessionsTest, an_ended_session_is_told_once_and_is_of_no_more_use) {
  const Identity identity = login("ann:secret");
  sessions_.end(identity.session);
  sessions_.end(identity.session);
  sessions_.touch(identity.session.value);
  EXPECT_EQ(ended_, std::vector<HttpSessionId>{identity.session});
  EXPECT_FALSE(sessions_.is_live(identity.session));
  EXPECT_EQ(failure(cookie(identity.session), {}), Failure::NoCredentials);
  EXPECT_EQ(loop_.timers(), 0u);
}

TEST(LoginThrottle, remembers_a_bounded_number_of_addresses_and_users) {
  LoginThrottle throttle{{1, 1}};
  TimePoint now{seconds{1000}};
  for (std::size_t i = 0; i < LoginThrottle::kMaxCounts + 100; ++i)
    throttle.on_failure(std::to_string(i), "ann", now += milliseconds{1});
  EXPECT_EQ(throttle.counts(), 2 * LoginThrottle::kMaxCounts);
  EXPECT_FALSE(throttle.refuses("0", "ann", now));
  EXPECT_TRUE(throttle.refuses("100", "ann", now));
  throttle.on_failure("later", "ann", now + seconds{61});
  EXPECT_EQ(throttle.counts(), 2u);
}

/// Whoever logged out shall stay away; whoever lost their session shall come back.
TEST_F(SessionsTest, it_is_told_why_a_session_ended) {
  using End = Sessions::End;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(serves(login("ann:secret").session));
  EXPECT_EQ(why_, End::Overflow);
  sessions_.end(login("ann:secret").session);
  EXPECT_EQ(why_, End::LogOut);
  loop_.run_for(seconds{101});
  EXPECT_EQ(why_, End::Idle);
}

TEST_F(SessionsTest, credentials_beside_a_cookie_are_a_use_of_its_session) {
  const HttpSessionId desk = login("ann:secret").session;
  for (int i = 0; i < 4; ++i) {
    loop_.run_for(seconds{60});
    ASSERT_TRUE(sessions_.identify(cookie(desk), basic("ann:secret"), "192.0.2.1"));
  }
  for (int i = 0; i < 3; ++i) EXPECT_EQ(failure({}, basic("ann:wrong")), Failure::WrongCredentials);
  EXPECT_EQ(failure({}, basic("ann:secret")), Failure::TooManyFailures);
  loop_.run_for(seconds{59});
  const auto served = sessions_.identify(cookie(desk), basic("ann:secret"), "192.0.2.1");
  ASSERT_TRUE(served) << "while log-ins are refused";
  EXPECT_FALSE(served->is_new);
  EXPECT_EQ(served->session, desk);
  loop_.run_for(seconds{60});
  EXPECT_TRUE(sessions_.is_live(desk)) << "that was a use as well";
}

TEST_F(SessionsTest, a_long_name_is_logged_without_half_a_character) {
  std::string line;
  set_log_sink([&](std::string_view text) { line = text; });
  const std::string longest(63, 'x');
  EXPECT_EQ(failure({}, basic(longest + "\xC3\xBC" + "y:p")), Failure::WrongCredentials);
  flush_log();
  EXPECT_NE(line.find("\"user\":\"" + longest + "\""), line.npos) << line;
  EXPECT_EQ(failure({}, basic("x" + longest + "\xC3\xBC:p")), Failure::WrongCredentials);
  flush_log();
  EXPECT_NE(line.find("\"user\":\"x" + longest + "\""), line.npos) << line;
}

}  // namespace
}  // namespace earshot::auth
