#include "edge/auth/sessions.h"

#include <gtest/gtest.h>

#include <set>

#include "base/log.h"
#include "sim/seeded_entropy.h"
#include "sim/virtual_loop.h"

namespace earshot::auth {
namespace {

using Failure = Sessions::Failure;

/// base64 of name:password, by the book and apart from the code under test.
std::string basic(const std::string& name_and_password) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (const char c : name_and_password)
    for (int bit = 7; bit >= 0; --bit) bits += (c >> bit) & 1 ? '1' : '0';
  std::string out = "Basic ";
  for (std::size_t at = 0; at < bits.size(); at += 6) {
    std::string group = bits.substr(at, 6);
    group.resize(6, '0');
    out += digits[std::stoul(group, nullptr, 2)];
  }
  while ((out.size() - 6) % 4 != 0) out += '=';
  return out;
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
    directory_.users = {user("ann", "secret"),
                        user("m\xC3\xBCller@example.org", "gr\xC3\xBC\xC3\x9F:e"),
                        user("empty", "")};
    sessions_.on_ended([this](const HttpSessionId& id) { ended_.push_back(id); });
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
    return identity.error();
  }

  Directory directory_;
  sim::VirtualLoop loop_;
  sim::SeededEntropy entropy_{1};
  SessionSettings settings_{.idle_timeout = seconds{100},
                            .per_user = 4,
                            .failures_per_minute = 3,
                            .failures_per_address = 8};
  Sessions sessions_{directory_, loop_, entropy_, settings_};
  std::vector<HttpSessionId> ended_;
};

TEST_F(SessionsTest, credentials_start_a_session_and_its_cookie_continues_it) {
  const Identity first = login("ann:secret");
  EXPECT_EQ(first.user.value, "id-of-ann");
  EXPECT_TRUE(first.is_new);
  EXPECT_EQ(first.session.value.size(), 40u);
  EXPECT_EQ(Sessions::set_cookie({"abc"}), "JSESSIONID=abc; Path=/; HttpOnly; SameSite=Lax");

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

TEST_F(SessionsTest, too_many_failures_for_one_name_shut_out_no_other_name_behind_the_address) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(failure({}, basic("nobody:x")), Failure::WrongCredentials);
  EXPECT_EQ(failure({}, basic("nobody:x")), Failure::TooManyFailures);
  EXPECT_TRUE(sessions_.identify({}, basic("ann:secret"), "192.0.2.1"));
}

TEST_F(SessionsTest, too_many_failures_of_many_names_shut_out_the_address_but_no_live_session) {
  const Identity live = login("ann:secret");
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(failure({}, basic("n" + std::to_string(i) + ":x")), Failure::WrongCredentials);
  EXPECT_EQ(failure({}, basic("ann:secret")), Failure::TooManyFailures);
  const auto both = sessions_.identify(cookie(live.session), basic("ann:secret"), "192.0.2.1");
  ASSERT_TRUE(both) << "a desk that sends its password with each request";
  EXPECT_EQ(both->session, live.session);
  EXPECT_EQ(failure(cookie(live.session), basic("n1:x")), Failure::TooManyFailures)
      << "another user's cookie opens nothing";
  EXPECT_TRUE(sessions_.identify({}, basic("ann:secret"), "192.0.2.2"));
}

TEST_F(SessionsTest, too_many_failures_refuse_the_credentials_for_a_minute) {
  const Identity live = login("ann:secret");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(failure({}, basic("ann:x")), Failure::WrongCredentials);
  EXPECT_EQ(failure({}, basic("ann:x")), Failure::TooManyFailures);
  EXPECT_EQ(failure({}, basic("ann:secret")), Failure::TooManyFailures);
  EXPECT_TRUE(serves(live.session));
  EXPECT_TRUE(sessions_.identify({}, basic("ann:secret"), "192.0.2.2"));
  loop_.run_for(seconds{59});
  EXPECT_EQ(failure({}, basic("ann:secret")), Failure::TooManyFailures);
  loop_.run_for(seconds{1});
  EXPECT_TRUE(sessions_.identify({}, basic("ann:secret"), "192.0.2.1"));
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
  EXPECT_TRUE(ended_.empty()) << "his poll goes on, though he names himself anew each time";
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

TEST(LoginThrottle, remembers_a_bounded_number_of_sources) {
  LoginThrottle throttle{1};
  TimePoint now{seconds{1000}};
  for (std::size_t i = 0; i < LoginThrottle::kMaxSources + 100; ++i)
    throttle.on_failure(std::to_string(i), now += milliseconds{1});
  EXPECT_EQ(throttle.sources(), LoginThrottle::kMaxSources);
  EXPECT_FALSE(throttle.refuses("0", now));
  EXPECT_TRUE(throttle.refuses("100", now));
  throttle.on_failure("later", now + seconds{61});
  EXPECT_EQ(throttle.sources(), 1u);
}

}  // namespace
}  // namespace earshot::auth
