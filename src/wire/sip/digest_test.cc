#include "wire/sip/digest.h"

#include <gtest/gtest.h>

#include "sim/seeded_entropy.h"

namespace earshot::sip {
namespace {

constexpr TimePoint kNow = TimePoint{} + seconds{5000};
using Verdict = DigestVerifier::Verdict;

TEST(Digest, gives_the_answers_of_the_rfcs) {
  DigestChallenge challenge{"http-auth@example.org",
                            "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                            "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
                            DigestAlgorithm::Md5,
                            true,
                            false};
  const auto response = [&](std::string_view password, std::string_view cnonce) {
    const auto value =
        answer_challenge(challenge, "Mufasa", password, "GET", "/dir/index.html", 1, cnonce);
    return parse_credentials(value)->response;
  };
  const std::string_view cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
  EXPECT_EQ(response("Circle of Life", cnonce), "8ca523f5e9506fed4657c9700eebdbec");  // RFC 7616
  challenge.algorithm = DigestAlgorithm::Sha256;
  EXPECT_EQ(response("Circle of Life", cnonce),
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
  challenge = {"testrealm@host.com",
               "dcd98b7102dd2f0e8b11d0f600bfb0c093",
               "",
               DigestAlgorithm::Md5,
               true,
               false};
  EXPECT_EQ(response("Circle Of Life", "0a4f113b"), "6629fae49393a05397450978507c4ef1");  // 2617
  challenge.qop_auth = false;
  EXPECT_EQ(response("Circle Of Life", ""), "670fd8c2df070c60b045671b8b24ff02");
}

TEST(Digest, challenges_are_read) {
  const auto challenge = parse_challenge(
      "DIGEST realm=\"a \\\"b\\\", c\" ,nonce = \"n\",qop=\"auth-int, auth\",stale=TRUE,"
      "algorithm=SHA-256, opaque=\"o\"");
  ASSERT_TRUE(challenge);
  EXPECT_EQ(challenge->realm, "a \"b\", c");
  EXPECT_TRUE(challenge->qop_auth);
  EXPECT_TRUE(challenge->stale);
  EXPECT_EQ(challenge->opaque, "o");
  EXPECT_EQ(challenge->algorithm, DigestAlgorithm::Sha256);
  EXPECT_FALSE(parse_challenge("Digest realm=\"a\", nonce=\"n\"")->qop_auth);
  for (const std::string_view bad :
       {"", "Digest", "Digest ", "Basic realm=\"a\"", "Digest realm=\"a\"", "Digest nonce=\"n\"",
        "Digest realm=\"a\", nonce=\"n\", algorithm=MD5-sess", "Digest realm=\"a\",, nonce=\"n\"",
        "Digest realm=\"a\", nonce=\"n\", qop=\"auth-int\"", "Digest realm=\"a, nonce=\"n\"",
        "Digest realm=\"a\", realm=\"b\", nonce=\"n\"", "Digest realm=\"a\"x, nonce=\"n\""})
    EXPECT_FALSE(parse_challenge(bad)) << bad;
}

TEST(Digest, malformed_credentials_are_refused) {
  const std::string good =
      "Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:h\", response=\"x\"";
  EXPECT_TRUE(parse_credentials(good));
  EXPECT_EQ(parse_credentials(good + ", qop=auth, nc=0000000a, cnonce=\"c\"")->nc, 10u);
  for (const std::string_view more :
       {", qop=auth", ", qop=auth, nc=00000001", ", qop=auth, nc=1, cnonce=\"c\"",
        ", qop=auth, nc=0000000A, cnonce=\"c\"", ", qop=auth-int, nc=00000001, cnonce=\"c\"",
        ", uri=\"sip:i\"", ", algorithm=SHA-512"})
    EXPECT_FALSE(parse_credentials(good + std::string{more})) << more;
  EXPECT_FALSE(parse_credentials("Digest username=\"u\""));
}

class SipDigestVerifier : public testing::Test {
 protected:
  /// The credentials of a phone that uses the challenge of that index.
  DigestCredentials phone(std::size_t index, std::string_view password = "secret",
                          std::uint32_t nc = 1, bool qop = true) {
    auto challenge = *parse_challenge(offered.at(index));
    challenge.qop_auth = qop;
    return *parse_credentials(
        answer_challenge(challenge, "olive", password, "REGISTER", "sip:pbx", nc, "cn"));
  }
  Verdict verify(const DigestCredentials& credentials, TimePoint now = kNow) {
    return verifier.verify(credentials, "REGISTER", "secret", now);
  }
  sim::SeededEntropy entropy{3};
  DigestVerifier verifier{entropy, "the \"realm\""};
  std::vector<std::string> offered = verifier.challenges(kNow, false);
};

TEST_F(SipDigestVerifier, offers_sha_256_first_and_takes_both) {
  ASSERT_EQ(offered.size(), 2u);
  EXPECT_EQ(parse_challenge(offered[0])->algorithm, DigestAlgorithm::Sha256);
  EXPECT_EQ(parse_challenge(offered[1])->algorithm, DigestAlgorithm::Md5);
  EXPECT_FALSE(parse_challenge(offered[0])->stale);
  EXPECT_TRUE(parse_challenge(verifier.challenges(kNow, true)[0])->stale);
  EXPECT_EQ(verify(phone(0)), Verdict::Good);
  EXPECT_EQ(verify(phone(1, "secret", 2)), Verdict::Good);
}

TEST_F(SipDigestVerifier, refuses_what_is_wrong) {
  EXPECT_EQ(verify(phone(0, "guess")), Verdict::Wrong);
  EXPECT_EQ(verifier.verify(phone(0), "INVITE", "secret", kNow), Verdict::Wrong);
  EXPECT_EQ(verifier.verify(phone(0, ""), "REGISTER", std::nullopt, kNow), Verdict::Wrong);
  DigestVerifier other{entropy, "the \"realm\""};
  EXPECT_EQ(other.verify(phone(0), "REGISTER", "secret", kNow), Verdict::Wrong);
  DigestVerifier elsewhere{entropy, "else"};
  offered = elsewhere.challenges(kNow, false);
  EXPECT_EQ(verify(phone(0)), Verdict::Wrong);
}

TEST_F(SipDigestVerifier, an_algorithm_that_is_not_offered_is_not_accepted) {
  DigestVerifier md5_alone{entropy, "the \"realm\"", seconds{300}, {DigestAlgorithm::Md5}};
  const auto md5 = md5_alone.challenges(kNow, false);
  ASSERT_EQ(md5.size(), 1u);
  EXPECT_EQ(parse_challenge(md5[0])->algorithm, DigestAlgorithm::Md5);
  auto forced = *parse_challenge(md5[0]);
  forced.algorithm = DigestAlgorithm::Sha256;
  const auto answer = parse_credentials(
      answer_challenge(forced, "olive", "secret", "REGISTER", "sip:pbx", 1, "cn"));
  EXPECT_EQ(md5_alone.verify(*answer, "REGISTER", "secret", kNow), Verdict::Wrong);
}

TEST_F(SipDigestVerifier, a_count_must_grow) {
  EXPECT_EQ(verify(phone(0, "secret", 0)), Verdict::Replayed);
  EXPECT_EQ(verify(phone(0, "secret", 3)), Verdict::Good);
  EXPECT_EQ(verify(phone(0, "secret", 3)), Verdict::Replayed);
  EXPECT_EQ(verify(phone(0, "secret", 2)), Verdict::Replayed);
  EXPECT_EQ(verify(phone(0, "secret", 0xFFFFFFFF)), Verdict::Good);
}

// RFC 7616 §3.4: not the last count alone, any that was sent is known to whoever listened.
TEST_F(SipDigestVerifier, no_earlier_count_is_taken_again) {
  const std::uint32_t sent[] = {1, 2, 3, 7, 8, 20};
  for (const std::uint32_t count : sent)
    EXPECT_EQ(verify(phone(0, "secret", count)), Verdict::Good) << count;
  for (std::uint32_t count = 0; count <= 20; ++count)
    for (const std::size_t algorithm : {0, 1})
      EXPECT_EQ(verify(phone(algorithm, "secret", count)), Verdict::Replayed) << count;
  EXPECT_EQ(verify(phone(0, "secret", 21)), Verdict::Good);
}

TEST_F(SipDigestVerifier, without_qop_only_md5_and_only_once) {
  EXPECT_EQ(verify(phone(0, "secret", 1, false)), Verdict::Wrong);
  EXPECT_EQ(verify(phone(1, "secret", 1, false)), Verdict::Good);
  EXPECT_EQ(verify(phone(1, "secret", 1, false)), Verdict::Replayed);
}

TEST_F(SipDigestVerifier, an_old_nonce_is_expired_even_if_never_used) {
  EXPECT_EQ(verify(phone(0), kNow + seconds{300}), Verdict::Good);
  EXPECT_EQ(verify(phone(0, "secret", 2), kNow + seconds{301}), Verdict::Expired);
  EXPECT_EQ(verify(phone(0, "guess", 2), kNow + seconds{301}), Verdict::Wrong);
}

TEST_F(SipDigestVerifier, forgetting_under_pressure_never_lets_a_replay_in) {
  DigestVerifier small{
      entropy, "r", seconds{300}, {DigestAlgorithm::Sha256, DigestAlgorithm::Md5}, 2};
  const auto answer_at = [&](TimePoint now) {
    offered = small.challenges(now, false);
    return phone(1);
  };
  const DigestCredentials first = answer_at(kNow);
  EXPECT_EQ(small.verify(first, "REGISTER", "secret", kNow), Verdict::Good);
  const TimePoint later = kNow + milliseconds{1};
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(small.verify(answer_at(later), "REGISTER", "secret", later), Verdict::Good);
  EXPECT_EQ(small.verify(first, "REGISTER", "secret", later), Verdict::Expired);
}

}  // namespace
}  // namespace earshot::sip
