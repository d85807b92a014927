#include "tests/signalling/exchange.h"

namespace earshot::test {
namespace {

class Registrations : public Exchange {
 protected:
  /// Sends `request`, proves it, and gives the answer to that.
  std::optional<sip::Response> proven(Peer& phone, sip::Request request, std::string_view user,
                                      std::string_view password, int status,
                                      std::string_view algorithm = "SHA-256") {
    phone.send(request);
    const auto refusal = phone.take_response(401);
    EXPECT_TRUE(refusal);
    if (!refusal) return std::nullopt;
    phone.send(phone.prove(request, *refusal, user, password, algorithm));
    return phone.take_response(status);
  }
  sip::Request registration(Peer& phone, std::string_view user,
                            std::optional<std::uint32_t> expires = {}) {
    sip::Request request = phone.make("REGISTER", "sip:earshot", user, user);
    request.headers.expires = expires;
    return request;
  }
};

TEST_F(Registrations, first_binding_and_last_are_told) {
  const auto answer = proven(ann_, registration(ann_, "ann"), "ann", "secret-ann", 200);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->headers.contact.size(), 1u);
  EXPECT_EQ(sip::find_param(answer->headers.contact[0].params, "expires"), "3600");
  const Told told = next();
  EXPECT_EQ(told.what, "registered");
  EXPECT_EQ(told.device, "dev-ann");

  ASSERT_TRUE(proven(ann_, registration(ann_, "ann", 0), "ann", "secret-ann", 200));
  EXPECT_EQ(next().what, "unregistered");
  EXPECT_EQ(signalling_->registrations(), 0u);
}

TEST_F(Registrations, md5_is_understood_for_old_phones) {
  EXPECT_TRUE(proven(ann_, registration(ann_, "ann"), "ann", "secret-ann", 200, "MD5"));
  EXPECT_EQ(next().what, "registered");
}

TEST_F(Registrations, sha_256_is_offered_first) {
  ann_.send(registration(ann_, "ann"));
  const auto refusal = ann_.take_response(401);
  ASSERT_TRUE(refusal);
  const auto first = sip::parse_challenge(*refusal->headers.find("WWW-Authenticate"));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->algorithm, sip::DigestAlgorithm::Sha256);
  EXPECT_EQ(first->realm, "earshot");
}

TEST_F(Registrations, unknown_user_and_wrong_password_look_alike) {
  const auto wrong = proven(ann_, registration(ann_, "ann"), "ann", "guess", 401);
  const auto unknown = proven(bob_, registration(bob_, "nobody"), "nobody", "guess", 401);
  ASSERT_TRUE(wrong && unknown);
  EXPECT_EQ(wrong->headers.other.size(), unknown->headers.other.size());
  for (const auto& header : wrong->headers.other) EXPECT_TRUE(unknown->headers.find(header.name));
  EXPECT_EQ(signalling_->registrations(), 0u);
}

TEST_F(Registrations, nobody_registers_for_another) {
  sip::Request request = registration(bob_, "ann");
  EXPECT_TRUE(proven(bob_, request, "bob", "secret-bob", 403));
  EXPECT_EQ(signalling_->registrations(), 0u);
}

TEST_F(Registrations, replayed_credentials_are_stale) {
  const sip::Request request = registration(ann_, "ann");
  ann_.send(request);
  const auto refusal = ann_.take_response(401);
  ASSERT_TRUE(refusal);
  sip::Request good = ann_.prove(request, *refusal, "ann", "secret-ann");
  ann_.send(good);
  ASSERT_TRUE(ann_.take_response(200));
  EXPECT_EQ(next().what, "registered");

  good.headers.via.front().params = {{"branch", "z9hG4bK-replay"}};
  good.headers.contact.front().uri.host = "203.0.113.66";
  ++good.headers.cseq.number;
  ann_.send(good);
  const auto again = ann_.take_response(401);
  ASSERT_TRUE(again);
  EXPECT_TRUE(sip::parse_challenge(*again->headers.find("WWW-Authenticate"))->stale);
  EXPECT_EQ(signalling_->registrations(), 1u);

  ann_.send(ann_.prove(request, *refusal, "ann", "secret-ann", "SHA-256", 2));
  EXPECT_TRUE(ann_.take_response(500)) << ann_.leftovers();  // right digest, but an older CSeq
}

TEST_F(Registrations, old_nonces_are_stale) {
  const sip::Request request = registration(ann_, "ann");
  ann_.send(request);
  const auto refusal = ann_.take_response(401);
  ASSERT_TRUE(refusal);
  run(seconds{400});
  ann_.send(ann_.prove(request, *refusal, "ann", "secret-ann"));
  const auto again = ann_.take_response(401);
  ASSERT_TRUE(again);
  EXPECT_TRUE(sip::parse_challenge(*again->headers.find("WWW-Authenticate"))->stale);
}

TEST_F(Registrations, credentials_for_another_target_do_not_serve) {
  const sip::Request request = registration(ann_, "ann");
  ann_.send(request);
  const auto refusal = ann_.take_response(401);
  ASSERT_TRUE(refusal);
  sip::Request proof = ann_.prove(request, *refusal, "ann", "secret-ann");
  proof.uri.user = "2002";
  ann_.send(proof);
  EXPECT_TRUE(ann_.take_response(401));
}

TEST_F(Registrations, expire_by_time) {
  ASSERT_TRUE(proven(ann_, registration(ann_, "ann", 60), "ann", "secret-ann", 200));
  EXPECT_EQ(next().what, "registered");
  run(seconds{59});
  EXPECT_TRUE(is_silent());
  run(seconds{2});
  EXPECT_EQ(next().what, "unregistered");
}

TEST_F(Registrations, a_refresh_keeps_the_binding_and_tells_nobody) {
  for (int round = 0; round < 4; ++round) {
    ASSERT_TRUE(proven(ann_, registration(ann_, "ann", 60), "ann", "secret-ann", 200));
    run(seconds{50});
  }
  EXPECT_EQ(next().what, "registered");
  EXPECT_TRUE(is_silent());
  EXPECT_EQ(signalling_->registrations(), 1u);
  run(seconds{20});
  EXPECT_EQ(next().what, "unregistered");
}

TEST_F(Registrations, too_brief_is_refused_and_too_long_is_cut) {
  const auto brief = proven(ann_, registration(ann_, "ann", 59), "ann", "secret-ann", 423);
  ASSERT_TRUE(brief);
  EXPECT_EQ(brief->headers.find("Min-Expires"), "60");
  const auto lengthy = proven(ann_, registration(ann_, "ann", 90000), "ann", "secret-ann", 200);
  ASSERT_TRUE(lengthy);
  EXPECT_EQ(sip::find_param(lengthy->headers.contact.at(0).params, "expires"), "7200");
  EXPECT_EQ(next().what, "registered");
}

TEST_F(Registrations, a_star_removes_all_and_wants_expires_0) {
  register_phone(ann_, "ann");
  sip::Request star = registration(ann_, "ann", 60);
  star.headers.contact.clear();
  star.headers.contact_star = true;
  EXPECT_TRUE(proven(ann_, star, "ann", "secret-ann", 400));
  EXPECT_EQ(signalling_->registrations(), 1u);
  star = registration(ann_, "ann", 0);
  star.headers.contact.clear();
  star.headers.contact_star = true;
  EXPECT_TRUE(proven(ann_, star, "ann", "secret-ann", 200));
  EXPECT_EQ(next().what, "unregistered");
}

TEST_F(Registrations, a_query_lists_and_changes_nothing) {
  register_phone(ann_, "ann");
  sip::Request query = registration(ann_, "ann");
  query.headers.contact.clear();
  const auto answer = proven(ann_, query, "ann", "secret-ann", 200);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->headers.contact.size(), 1u);
}

TEST_F(Registrations, the_oldest_of_six_bindings_gives_way) {
  for (std::uint16_t phone = 0; phone < 6; ++phone) {
    sip::Request request = registration(ann_, "ann");
    request.headers.contact[0].uri.port = static_cast<std::uint16_t>(6000 + phone);
    ASSERT_TRUE(proven(ann_, request, "ann", "secret-ann", 200));
  }
  EXPECT_EQ(next().what, "registered");
  EXPECT_EQ(signalling_->registrations(), 5u);
}

TEST_F(Registrations, a_phone_that_restarted_replaces_its_binding) {
  for (const char* line : {"ann-0x1", "ann-0x2"}) {
    sip::Request request = registration(ann_, "ann");
    request.headers.contact[0].uri.user = line;
    ASSERT_TRUE(proven(ann_, request, "ann", "secret-ann", 200));
  }
  EXPECT_EQ(next().what, "registered");
  EXPECT_EQ(signalling_->registrations(), 1u);
}

TEST_F(Registrations, calls_go_to_where_the_register_came_from) {
  sip::Request request = registration(bob_, "bob");
  request.headers.contact[0].uri.host = "10.0.0.7";  // behind a NAT (RFC 3581)
  ASSERT_TRUE(proven(bob_, request, "bob", "secret-bob", 200));
  EXPECT_EQ(next().what, "registered");
  const sip::Request invite = dial(bob_, LineId{1}, "dev-bob");
  EXPECT_EQ(invite.uri.host, "10.0.0.7");
  bob_.send(bob_.reply(invite, 486, "b"));
  EXPECT_EQ(next().cause, ReleaseCause::Busy);
}

}  // namespace
}  // namespace earshot::test
