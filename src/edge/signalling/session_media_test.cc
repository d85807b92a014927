#include "edge/signalling/session_media.h"

#include <gtest/gtest.h>

namespace earshot::signalling {
namespace {

const LocalMedia kOurs{*Endpoint::parse("192.0.2.1", 10000)};

std::string offer(std::string_view sections) {
  return "v=0\r\no=x 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n" +
         std::string{sections};
}

struct OfferRow {
  const char* name;
  const char* sections;
  Codec codec = Codec::Pcmu;
  std::optional<std::uint8_t> event{};
};

TEST(SessionMedia, takes_the_first_common_codec_in_the_offerers_order) {
  for (const OfferRow& row : {
           OfferRow{"PCMU", "m=audio 5000 RTP/AVP 0\r\n"},
           OfferRow{"PCMA first", "m=audio 5000 RTP/AVP 8 0\r\n", Codec::Pcma},
           OfferRow{"behind others",
                    "m=audio 5000 RTP/AVP 9 18 8 0 97\r\na=rtpmap:97 telephone-event/8000\r\n",
                    Codec::Pcma, 97},
           OfferRow{"events at another rate",
                    "m=audio 5000 RTP/AVP 0 97\r\na=rtpmap:97 telephone-event/48000\r\n"},
       }) {
    SCOPED_TRACE(row.name);
    SessionMedia session{7, kOurs};
    const auto answer = session.answer(offer(row.sections));
    const auto checked = check_offer(offer(row.sections));
    ASSERT_TRUE(answer.has_value());
    ASSERT_TRUE(checked.has_value());
    EXPECT_EQ(session.remote()->codec, row.codec);
    EXPECT_EQ(session.remote()->telephone_event, row.event);
    EXPECT_EQ(session.remote()->rtp.to_string(), "192.0.2.9:5000");
  }
}

struct FaultRow {
  const char* sections;
  int status;
  int warning;  ///< RFC 3261 §20.43
  const char* reason;
};
constexpr FaultRow kFaults[]{
    {"m=audio 5000 RTP/AVP 18 9\r\n", 488, 305,
     "neither PCMU (0) nor PCMA (8) is among its formats: 18 9"},
    {"m=audio 5000 RTP/AVP 0\r\na=rtpmap:0 opus/48000\r\n", 488, 305,
     "neither PCMU (0) nor PCMA (8) is among its formats: 0"},
    {"m=audio 0 RTP/AVP 0\r\n", 488, 304, "there is no audio in it"},
    {"m=video 5000 RTP/AVP 0\r\n", 488, 304, "there is no audio in it"},
    {"", 488, 304, "there is no audio in it"},
    {"m=audio 5000 RTP/SAVP 0\r\n", 488, 302, "its audio is over RTP/SAVP; RTP/AVP is expected"},
    {"m=audio 5000 R\"T\\P\x80 0\r\n", 488, 302, "its audio is over R?T?P?; RTP/AVP is expected"},
    {"m=audio 5000 RTP/AVP 0\r\nc=IN IP4 phone.example.com\r\n", 488, 301,
     "c= names the host 'phone.example.com'; an IP address is expected"},
    {"m=video 5004 RTP/AVP 31\r\nm=audio 5000 RTP/AVP 8\r\nc=IN IP4 224.2.1.1/127\r\n", 488, 301,
     "c= names the host '224.2.1.1/127'; an IP address is expected"},
    {"m=audio seven\r\n", 400, 399, "line 6: m= must have a type, a port, a protocol and formats"},
    {"m=audio seven RTP/AVP 0\r\n", 400, 399, "line 6: port 'seven' is not a number"},
};

TEST(SessionMedia, what_cannot_be_used_is_refused_with_what_is_wrong_and_its_value) {
  for (const FaultRow& row : kFaults) {
    SCOPED_TRACE(row.sections);
    SessionMedia session{7, kOurs};
    session.make_offer();
    const std::string sdp = offer(row.sections);
    EXPECT_FALSE(session.answer(sdp));
    EXPECT_FALSE(session.take_answer(sdp));
    EXPECT_FALSE(session.remote());
    const auto checked = check_offer(sdp);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().status, row.status);
    EXPECT_EQ(checked.error().warning, row.warning);
    EXPECT_EQ(checked.error().reason, row.reason);
    EXPECT_EQ(session.answer(sdp).error().reason, row.reason);
    const sip::Header warning = warning_of(checked.error());
    EXPECT_EQ(warning.name, "Warning");
    EXPECT_EQ(warning.value, std::to_string(row.warning) + " earshot \"SDP: " + row.reason + '"');
  }
}

TEST(SessionMedia, an_address_that_is_missing_altogether_is_named) {
  const auto checked =
      check_offer("v=0\r\no=x 1 1 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().reason, "there is no c= line for its audio");
}

TEST(SessionMedia, refuses_other_sections_and_keeps_their_number) {
  SessionMedia session{7, kOurs};
  const auto answer = session.answer(
      offer("m=video 5004 RTP/AVP 31\r\nm=audio 5000 RTP/AVP 8\r\nm=audio 5002 RTP/AVP 0\r\n"));
  ASSERT_TRUE(answer.has_value());
  const auto read = sdp::parse(*answer);
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->media.size(), 3u);
  EXPECT_EQ(read->media[0].type, "video");
  EXPECT_EQ(read->media[0].port, 0);
  EXPECT_EQ(read->media[1].port, 10000);
  EXPECT_EQ(read->media[2].port, 0);
  // An offer of ours keeps them too (RFC 3264 §8).
  const auto again = sdp::parse(session.make_offer());
  ASSERT_TRUE(again.has_value());
  ASSERT_EQ(again->media.size(), 3u);
  EXPECT_EQ(again->media[0].port, 0);
  EXPECT_EQ(again->media[1].port, 10000);
  EXPECT_EQ(again->media[1].formats, (std::vector<std::string>{"0", "8", "101"}));
}

TEST(SessionMedia, version_grows_by_one_with_each_change_alone) {
  SessionMedia session{7, kOurs};
  const auto version = [&](std::string_view attribute) {
    const auto answer =
        session.answer(offer("m=audio 5000 RTP/AVP 0\r\n" + std::string{attribute}));
    return sdp::parse(*answer)->session_version;
  };
  EXPECT_EQ(version(""), 1u);
  EXPECT_EQ(version(""), 1u);
  EXPECT_EQ(version("a=sendonly\r\n"), 2u);
  EXPECT_EQ(version("a=sendonly\r\n"), 2u);
  EXPECT_EQ(version("a=sendrecv\r\n"), 3u);
}

TEST(SessionMedia, reads_hold_by_address_and_the_rtcp_port) {
  SessionMedia session{7, kOurs};
  ASSERT_TRUE(session.answer(offer("m=audio 5000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n")).has_value());
  EXPECT_TRUE(session.remote()->rtp.is_unspecified());
  ASSERT_TRUE(session.answer(offer("m=audio 5000 RTP/AVP 0\r\na=rtcp:5009\r\n")).has_value());
  EXPECT_EQ(session.remote()->rtcp->port(), 5009);
}

TEST(SessionMedia, a_bad_answer_leaves_what_was_agreed) {
  SessionMedia session{7, kOurs};
  session.make_offer();
  ASSERT_TRUE(session.take_answer(offer("m=audio 5000 RTP/AVP 8\r\n")).has_value());
  const auto agreed = session.remote();
  session.make_offer();
  EXPECT_FALSE(session.take_answer("").has_value());
  EXPECT_FALSE(session.take_answer(offer("m=audio 0 RTP/AVP 8\r\n")).has_value());
  EXPECT_EQ(session.remote(), agreed);
}

TEST(SessionMedia, the_answer_names_the_offered_event_type) {
  for (const std::string type : {"96", "101", "127"}) {
    SessionMedia session{7, kOurs};
    const auto answer = session.answer(offer("m=audio 5000 RTP/AVP 0 " + type +
                                             "\r\na=rtpmap:" + type + " telephone-event/8000\r\n"));
    ASSERT_TRUE(answer) << type;
    EXPECT_NE(answer->find("a=rtpmap:" + type + " telephone-event/8000"), answer->npos) << *answer;
  }
}

}  // namespace
}  // namespace earshot::signalling
