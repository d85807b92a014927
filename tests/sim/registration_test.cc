#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/fake_network.h"
#include "sim/phone.h"
#include "sim/seeded_entropy.h"
#include "sim/virtual_loop.h"
#include "wire/sip/digest.h"
#include "wire/sip/transaction_layer.h"

namespace earshot::sim {
namespace {

/// A registrar of one user that checks digest as the server does, and counts.
class SmallRegistrar final : public sip::TransactionUser {
 public:
  SmallRegistrar(VirtualLoop& loop, FakeNetwork& network, Entropy& entropy, const Endpoint& local)
      : loop_(loop), verifier_(entropy, "test", seconds{100}), layer_(loop, entropy, *this) {
    auto opened = network.open(local, [this](ByteView datagram, const Endpoint& from) {
      layer_.on_datagram(as_text(datagram), from);
    });
    socket_ = std::move(*opened);
  }
  void send(std::string_view datagram, const Endpoint& to) override {
    socket_->send(as_bytes(datagram), to);
  }
  void on_request(sip::ServerTransactionId transaction, const sip::Request& request,
                  const Endpoint&) override {
    ++requests;
    if (down) return layer_.respond(transaction, sip::respond(request, 503, "x"));
    const auto header = request.headers.find("Authorization");
    const auto credentials = header ? sip::parse_credentials(*header) : std::nullopt;
    auto verdict = sip::DigestVerifier::Verdict::Wrong;
    if (credentials) {
      algorithm = credentials->algorithm;
      verdict = verifier_.verify(*credentials, "REGISTER", "secret", loop_.now());
    }
    if (verdict != sip::DigestVerifier::Verdict::Good) {
      auto challenge = sip::respond(request, 401, "x");
      for (const auto& value :
           verifier_.challenges(loop_.now(), verdict == sip::DigestVerifier::Verdict::Expired))
        challenge.headers.other.push_back({"WWW-Authenticate", value});
      return layer_.respond(transaction, challenge);
    }
    expires.push_back(*request.headers.expires);
    auto ok = sip::respond(request, 200, "x");
    ok.headers.contact = request.headers.contact;
    ok.headers.contact[0].params.push_back({"expires", std::to_string(*request.headers.expires)});
    layer_.respond(transaction, ok);
  }
  void on_ack(const sip::Request&, const Endpoint&) override {}
  void on_cancel(sip::ServerTransactionId) override {}
  void on_no_ack(sip::ServerTransactionId) override {}
  void on_response(sip::ClientTransactionId, const sip::Response&) override {}
  void on_refused(std::string_view, int, const Endpoint&) override {}

  int requests = 0;
  bool down = false;
  std::vector<std::uint32_t> expires;  // of the accepted ones
  sip::DigestAlgorithm algorithm = sip::DigestAlgorithm::Md5;

 private:
  VirtualLoop& loop_;
  sip::DigestVerifier verifier_;
  sip::TransactionLayer layer_;
  std::unique_ptr<net::UdpSocket> socket_;
};

class RegistrationTest : public testing::Test {
 protected:
  RegistrationTest() {
    settings.number = "5000";
    settings.password = "secret";
    settings.local = Endpoint::v4({10, 0, 0, 1}, 0);
    settings.server = Endpoint::v4({10, 0, 0, 9}, 5060);
    settings.expires = std::chrono::seconds{120};
  }
  void start() {
    phone = std::make_unique<Phone>(loop, network, entropy, settings);
    ASSERT_TRUE(phone->start());
    phone->on_event([this](const PhoneEvent& event) {
      events.push_back(std::string(name_of(event.kind)) + " " + std::to_string(event.status));
    });
    phone->register_with_server();
    loop.run_for(seconds{1});
  }

  VirtualLoop loop;
  FakeNetwork network{loop, 1};
  SeededEntropy entropy{2};
  SmallRegistrar registrar{loop, network, entropy, Endpoint::v4({10, 0, 0, 9}, 5060)};
  PhoneSettings settings;
  std::unique_ptr<Phone> phone;
  std::vector<std::string> events;
};

TEST_F(RegistrationTest, answers_the_sha256_challenge) {
  start();
  EXPECT_TRUE(phone->is_registered()) << network.story();
  EXPECT_EQ(registrar.algorithm, sip::DigestAlgorithm::Sha256);
  EXPECT_EQ(registrar.requests, 2);
  EXPECT_EQ(events, std::vector<std::string>{"registered 0"});
}

TEST_F(RegistrationTest, an_old_phone_answers_md5) {
  settings.digest = DigestTaste::Md5Only;
  start();
  EXPECT_TRUE(phone->is_registered()) << network.story();
  EXPECT_EQ(registrar.algorithm, sip::DigestAlgorithm::Md5);
}

TEST_F(RegistrationTest, renews_at_half_time_with_the_nonce_it_has_and_a_new_one_when_stale) {
  start();
  loop.run_for(seconds{60});
  EXPECT_EQ(registrar.expires.size(), 2u);
  EXPECT_EQ(registrar.requests, 3) << "no second challenge: the nonce is good for 100 s";
  loop.run_for(seconds{60});
  EXPECT_EQ(registrar.expires.size(), 3u);
  EXPECT_EQ(registrar.requests, 5) << "the nonce was too old by then";
  EXPECT_EQ(events.size(), 1u) << "renewals are not told";
}

TEST_F(RegistrationTest, a_wrong_password_is_told_and_not_tried_without_end) {
  settings.password = "wrong";
  start();
  EXPECT_FALSE(phone->is_registered());
  EXPECT_EQ(events, std::vector<std::string>{"registration_failed 401"});
  EXPECT_LE(registrar.requests, 3);
}

TEST_F(RegistrationTest, tries_again_after_a_failure) {
  registrar.down = true;
  start();
  EXPECT_EQ(events, std::vector<std::string>{"registration_failed 503"});
  registrar.down = false;
  loop.run_for(seconds{31});
  EXPECT_TRUE(phone->is_registered());
}

TEST_F(RegistrationTest, unregisters) {
  start();
  phone->unregister();
  loop.run_for(seconds{1});
  EXPECT_FALSE(phone->is_registered());
  EXPECT_EQ(registrar.expires.back(), 0u);
  EXPECT_EQ(events.back(), "unregistered 200");
  loop.run_for(seconds{40});
  EXPECT_EQ(loop.timers(), 0u);
}

}  // namespace
}  // namespace earshot::sim
