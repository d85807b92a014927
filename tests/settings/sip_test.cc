// The tables [sip] and [media]: see setting.h.

#include <filesystem>

#include "sim/scratch_directory.h"
#include "tests/scenario/supervised.h"
#include "tests/settings/setting.h"

namespace earshot::settings {
namespace {

using scenario::Supervised;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// What the server grants a phone that asks for `asked` seconds, 0: that names none.
std::uint64_t granted(Setting& setting, seconds asked) {
  sim::PhoneSettings settings = setting.world->phone(5000).settings();
  settings.local = *Endpoint::parse("198.51.100.77", 5060);
  settings.expires = asked;
  const auto phone = setting.phone(settings);
  const std::string answer = setting.told(*phone, "SIP/2.0 200");
  const auto at = answer.find(";expires=");
  return at == std::string::npos ? 0 : std::stoull(answer.substr(at + 9));
}

TEST_F(Setting, sip_listen) {
  with("sip.listen = \"192.0.2.2:5070\"");
  ASSERT_FALSE(wire.empty());
  EXPECT_EQ(wire.back().from.to_string(), "192.0.2.2:5070") << "the answer to a REGISTER";
  EXPECT_TRUE(world->connect());
}

TEST_F(Setting, sip_advertised) {
  with("sip.advertised = \"203.0.113.5:5070\"");
  world->phone(5000).dial("5001");
  world->run(milliseconds{100});
  const std::string invite = told(world->phone(5001), "INVITE");
  EXPECT_TRUE(contains(invite, "Contact: <sip:earshot@203.0.113.5:5070")) << invite;
  EXPECT_TRUE(contains(invite, "c=IN IP4 203.0.113.5"))
      << "media.advertised is the same: " << invite;
}

TEST_F(Setting, sip_local_networks) {
  with("sip.advertised = \"203.0.113.5:5070\"\nsip.local_networks = [\"198.51.100.0/24\"]");
  world->phone(5000).dial("5001");
  world->run(milliseconds{100});
  const std::string invite = told(world->phone(5001), "INVITE");
  EXPECT_TRUE(contains(invite, "Contact: <sip:earshot@192.0.2.1:5060")) << invite;
  EXPECT_TRUE(contains(invite, "c=IN IP4 192.0.2.1")) << invite;
}

TEST_F(Setting, sip_realm) {
  with("sip.realm = \"centre\"");
  EXPECT_TRUE(contains(told(world->phone(5001), "SIP/2.0 401"), "realm=\"centre\""));
}

TEST_F(Setting, sip_digest_algorithms) {
  for (const bool old : {false, true}) {
    with(old ? "sip.digest_algorithms = [\"MD5\"]" : "");
    EXPECT_EQ(contains(told(world->phone(5001), "SIP/2.0 401"), "SHA-256"), !old);
  }
}

TEST_F(Setting, sip_min_expires_s) {
  with("sip.min_expires_s = 200");
  sim::PhoneSettings settings = world->phone(5000).settings();
  settings.local = *Endpoint::parse("198.51.100.78", 5060);
  settings.expires = seconds{199};
  sim::Phone hasty{world->loop, world->network, world->entropy, settings};
  ASSERT_TRUE(hasty.start());
  hasty.register_with_server();
  world->run(seconds{1});
  EXPECT_FALSE(hasty.is_registered());
  EXPECT_TRUE(contains(told(hasty, "SIP/2.0 423"), "Min-Expires: 200\r\n"));
  EXPECT_EQ(granted(*this, seconds{200}), 200u);
}

TEST_F(Setting, sip_default_expires_s) {
  with("sip.default_expires_s = 1234");
  EXPECT_EQ(granted(*this, seconds{0}), 1234u);
}

TEST_F(Setting, sip_max_expires_s) {
  with("sip.max_expires_s = 4000");
  EXPECT_EQ(granted(*this, seconds{6000}), 4000u);
}

TEST_F(Setting, sip_calls_per_device) {
  with("sip.calls_per_device = 1");
  EXPECT_EQ(status_of_dialling(world->phone(5000), "5001"), 0);
  EXPECT_EQ(status_of_dialling(world->phone(5000), "5002"), 503);
}

TEST_F(Setting, sip_requests_per_device) {
  with("sip.requests_per_device = 10");
  int refused = 0;
  for (int i = 0; i < 11; ++i) refused += status_of_dialling(world->phone(5000), "8") == 503;
  EXPECT_GE(refused, 1);
  EXPECT_LE(refused, 3) << "the REGISTERs are still open";
}

TEST_F(Setting, sip_requests_per_trunk) {
  with("sip.requests_per_trunk = 100");
  for (int i = 0; i < 101; ++i) world->trunk().dial("5001");
  world->run(seconds{2});
  EXPECT_NE(told(world->trunk(), "SIP/2.0 503"), "");
}

// ---- [media] ----

TEST_F(Setting, media_address) {
  with("media.address = \"192.0.2.7\"");
  ASSERT_TRUE(world->connect());
  world->run(milliseconds{400});
  EXPECT_TRUE(contains(told(world->phone(5001), "INVITE"), "c=IN IP4 192.0.2.7"));
  EXPECT_TRUE(world->hears(5001, 5000));
}

TEST_F(Setting, media_advertised) {
  with("media.advertised = \"203.0.113.9\"");
  world->phone(5000).dial("5001");
  world->run(milliseconds{100});
  const std::string invite = told(world->phone(5001), "INVITE");
  EXPECT_TRUE(contains(invite, "c=IN IP4 203.0.113.9")) << invite;
  EXPECT_TRUE(contains(invite, "Contact: <sip:earshot@192.0.2.1:5060")) << invite;
}

TEST_F(Setting, media_port_min) {
  with("media.port_min = 20992");
  ASSERT_TRUE(world->connect());
  for (const int number : {5000, 5001}) {
    EXPECT_GE(port_told(world->phone(number)), 20992);
    EXPECT_LE(port_told(world->phone(number)), 20998);
  }
}

TEST_F(Setting, media_port_max) {
  with("media.port_max = 20003");
  ASSERT_TRUE(world->connect());
  EXPECT_EQ(port_told(world->phone(5000)) + port_told(world->phone(5001)), 20000 + 20002);
  EXPECT_EQ(status_of_dialling(world->phone(5002), "8000"), 503) << "both pairs are in use";
}

TEST_F(Setting, media_silence_timeout_s) {
  with("media.silence_timeout_s = 7");
  ASSERT_TRUE(world->connect());
  world->phone(5001).stop_sending_audio();
  world->run(milliseconds{6500});
  EXPECT_EQ(told(world->phone(5001), "OPTIONS"), "");
  world->run(seconds{1});
  EXPECT_NE(told(world->phone(5001), "OPTIONS"), "");
}

TEST_F(Setting, media_recordings) {
  const sim::ScratchDirectory scratch;
  with("media.recordings = \"" + scratch.path().string() + "\"");
  ASSERT_TRUE(world->connect());
  world->run(milliseconds{100});
  ASSERT_EQ(Supervised::ask(*world, "agent", "StartCallRecording"), 200);
  world->run(seconds{1});
  EXPECT_FALSE(std::filesystem::is_empty(scratch.path()));
  world.reset();
}

}  // namespace
}  // namespace earshot::settings
