#include "wire/sdp/session_description.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace earshot::sdp {
namespace {

const std::string kHead = "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\n";

const std::string kPhone =
    "v=0\r\n"
    "o=phone 3925 7 IN IP4 192.0.2.10\r\n"
    "s=A call\r\n"
    "c=IN IP4 192.0.2.10\r\n"
    "t=0 0\r\n"
    "m=audio 4000 RTP/AVP 8 0 101\r\n"
    "a=rtpmap:8 pcma/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\n"
    "a=fmtp:101 0-15\r\n"
    "a=ptime:30\r\n"
    "a=rtcp:4011\r\n"
    "a=sendonly\r\n"
    "m=video 0 RTP/AVP 31\r\n";

TEST(Sdp, reads_what_a_phone_offers) {
  const auto parsed = parse(kPhone);
  ASSERT_TRUE(parsed) << parsed.error();
  EXPECT_EQ(parsed->session_id, 3925u);
  EXPECT_EQ(parsed->session_version, 7u);
  EXPECT_EQ(parsed->origin_address, "192.0.2.10");
  ASSERT_EQ(parsed->media.size(), 2u);
  const Media& audio = parsed->media[0];
  EXPECT_TRUE(audio.is_audio_rtp());
  EXPECT_EQ(audio.formats, (std::vector<std::string>{"8", "0", "101"}));
  EXPECT_EQ(audio.connection, Endpoint::parse("192.0.2.10", 4000));
  EXPECT_EQ(audio.rtcp, Endpoint::parse("192.0.2.10", 4011));
  EXPECT_EQ(audio.ptime_ms, 30u);
  EXPECT_EQ(audio.direction, Direction::SendOnly);
  ASSERT_TRUE(audio.rtpmap("TELEPHONE-EVENT", 8000));
  EXPECT_EQ(audio.rtpmap("telephone-event", 8000)->payload_type, 101);
  EXPECT_EQ(audio.rtpmap("telephone-event", 48000), nullptr);
  ASSERT_TRUE(audio.rtpmap("PCMU", 8000)) << "a static type needs no a=rtpmap";
  EXPECT_EQ(audio.rtpmap("PCMU", 8000)->payload_type, 0);
  ASSERT_TRUE(audio.rtpmap("PCMA", 8000));
  EXPECT_FALSE(parsed->media[1].is_audio_rtp());
  EXPECT_EQ(parsed->media[1].port, 0);
}

TEST(Sdp, a_section_s_own_lines_come_before_the_session_s) {
  const auto parsed = parse(kHead +
                            "c=IN IP4 192.0.2.1\na=inactive\n"
                            "m=audio 4000 RTP/AVP 0\nc=IN IP6 2001:db8::1\na=recvonly\n"
                            "m=audio 4002 RTP/AVP 0\n"
                            "m=audio 4004 RTP/AVP 0\nc=IN IP4 phone.example\n");
  ASSERT_TRUE(parsed) << parsed.error();
  EXPECT_EQ(parsed->media[0].connection, Endpoint::parse("2001:db8::1", 4000));
  EXPECT_EQ(parsed->media[0].direction, Direction::RecvOnly);
  EXPECT_EQ(parsed->media[1].connection, Endpoint::parse("192.0.2.1", 4002));
  EXPECT_EQ(parsed->media[1].direction, Direction::Inactive);
  EXPECT_FALSE(parsed->media[2].connection) << "a host name is no address";
  EXPECT_EQ(parsed->media[2].connection_name, "phone.example");
  EXPECT_EQ(parsed->media[1].connection_name, "");
}

TEST(Sdp, hold_by_the_unspecified_address_is_kept) {
  const auto parsed = parse(kHead + "c=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 0\r\n");
  ASSERT_TRUE(parsed) << parsed.error();
  ASSERT_TRUE(parsed->media[0].connection);
  EXPECT_TRUE(parsed->media[0].connection->is_unspecified());
  EXPECT_EQ(parsed->media[0].direction, Direction::SendRecv);
}

TEST(Sdp, a_remapped_static_type_is_not_filled_in) {
  const auto parsed = parse(kHead + "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/16000\r\n");
  ASSERT_TRUE(parsed) << parsed.error();
  EXPECT_EQ(parsed->media[0].rtpmap("PCMU", 8000), nullptr);
}

TEST(Sdp, a_hint_that_cannot_be_read_does_not_spoil_the_call) {
  for (const char* line : {"a=ptime:twenty", "a=ptime:0", "a=ptime:", "a=ptime:99999999999"}) {
    const auto parsed = parse(kHead + "m=audio 4000 RTP/AVP 0\r\n" + line + "\r\n");
    ASSERT_TRUE(parsed) << line;
    EXPECT_FALSE(parsed->media[0].ptime_ms) << line;
  }
}

TEST(Sdp, unknown_lines_are_passed_over) {
  const auto parsed =
      parse(kHead +
            "i=x\r\nb=AS:64\r\nz=0 0\r\nk=clear:x\r\na=group:BUNDLE 0\r\n"
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=setup:actpass\r\n"
            "m=audio 4000/2 RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n\r\n");
  ASSERT_TRUE(parsed) << parsed.error();
  ASSERT_EQ(parsed->media.size(), 2u);
  EXPECT_EQ(parsed->media[0].formats[0], "webrtc-datachannel");
  EXPECT_FALSE(parsed->media[1].is_audio_rtp());
}

struct Malformed {
  std::string text;
  std::string complaint;
};

TEST(Sdp, empty_lines_and_what_ends_a_c_string_are_passed_over) {
  const std::string_view origin = "o=- 1 1 IN IP4 192.0.2.1\r\n";
  const std::string_view audio = "c=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";
  std::string text = "\r\nv=0\r\n";
  text.append(origin).append("\r\n\n").append(audio).append("\r\n\r\n").append(1, '\0');
  const auto parsed = parse(text);
  ASSERT_TRUE(parsed) << parsed.error();
  EXPECT_EQ(parsed->media.size(), 1u);
}

TEST(Sdp, malformed_lines_are_refused_by_number) {
  const std::string audio = kHead + "m=audio 4000 RTP/AVP 0\r\n";
  const std::string nul = kHead + std::string("s=a\0b\r\n", 7);
  const std::array cases{
      Malformed{"", "line 1: empty"},
      Malformed{"\r\n\r\n", "line 1: empty"},
      Malformed{"o=- 1 1 IN IP4 192.0.2.1\r\n", "line 1: v=0 expected"},
      Malformed{"v=1\r\n", "line 1: v=0 expected"},
      Malformed{"v=0\r\n", "no o= line"},
      Malformed{"v=0\r\n\r\n \r\no=- 1 1 IN IP4 192.0.2.1\r\n", "line 3: not of the form x=value"},
      Malformed{"v=0\r\no=- one 1 IN IP4 192.0.2.1\r\n", "line 2: o= must have"},
      Malformed{"v=0\r\no=- -1 1 IN IP4 192.0.2.1\r\n", "line 2: o= must have"},
      Malformed{"v=0\r\no=- 99999999999999999999 1 IN IP4 192.0.2.1\r\n", "line 2: o= must have"},
      Malformed{"v=0\r\no=- 1 1 IN IP4\r\n", "line 2: o= without"},
      Malformed{kHead + "o=- 1 1 IN IP4 192.0.2.1\r\n", "line 4: a second o="},
      Malformed{kHead + "v=0\r\n", "line 4: a second v="},
      Malformed{kHead + "nonsense\r\n", "line 4: not of the form"},
      Malformed{kHead + " s=x\r\n", "line 4: not of the form"},
      Malformed{nul, "line 4: a NUL"},
      Malformed{kHead + "s=a\rb\r\n", "line 4: a NUL or CR"},
      Malformed{kHead + "c=IN IP4\r\n", "line 4: c= must be"},
      Malformed{kHead + "c=IN IP6 192.0.2.1\r\n", "line 4: c= must be"},
      Malformed{kHead + "c=ATM NSAP x\r\n", "line 4: c= must be"},
      Malformed{kHead + "m=audio\r\n", "line 4: m= must have"},
      Malformed{kHead + "m=audio 4000 RTP/AVP\r\n", "line 4: m= must have"},
      Malformed{kHead + "m=audio 70000 RTP/AVP 0\r\n", "line 4: port 70000 is out of range"},
      Malformed{kHead + "m=audio -1 RTP/AVP 0\r\n", "line 4: port '-1' is not a number"},
      Malformed{kHead + "m=audio 4000/x RTP/AVP 0\r\n", "line 4: port '4000/x' is not a number"},
      Malformed{kHead + "m=audio 4000 RTP/AVP pcmu\r\n", "line 4: format 'pcmu' is not a payload"},
      Malformed{kHead + "m=audio 4000 RTP/AVP 128\r\n", "line 4: format '128'"},
      Malformed{audio + "a=rtpmap:300 PCMU/8000\r\n", "line 5: payload type '300'"},
      Malformed{audio + "a=rtpmap:0 PCMU\r\n", "line 5: a=rtpmap must be"},
      Malformed{audio + "a=rtpmap:0 /8000\r\n", "line 5: a=rtpmap must be"},
      Malformed{audio + "a=rtpmap:0 PCMU/0\r\n", "line 5: clock rate '0'"},
      Malformed{audio + "a=rtpmap:0 PCMU/8000/2\r\n", "line 5: payload type 0 has one channel"},
      Malformed{audio + "a=rtcp:70000\r\n", "line 5: a=rtcp port"},
      Malformed{audio + "a=rtcp:4001 IN IP4\r\n", "line 5: a=rtcp with"},
      Malformed{kHead + std::string(17 * 1024, 'x'), "longer than 16 KiB"},
  };
  for (const Malformed& one : cases) {
    const auto parsed = parse(one.text);
    ASSERT_FALSE(parsed) << one.complaint;
    EXPECT_TRUE(parsed.error().starts_with(one.complaint)) << parsed.error();
  }
}

TEST(Sdp, the_line_that_hung_another_parser_is_read) {
  const auto parsed = parse(kHead + "m=video 3227 RTP/=?AVP 31\r\n");
  ASSERT_TRUE(parsed) << parsed.error();
  EXPECT_FALSE(parsed->media[0].is_audio_rtp());
}

TEST(Sdp, sixteen_sections_and_no_more) {
  std::string text = kHead;
  for (int i = 0; i < 16; ++i) text += "m=audio 4000 RTP/AVP 0\r\n";
  EXPECT_TRUE(parse(text));
  EXPECT_FALSE(parse(text + "m=audio 4000 RTP/AVP 0\r\n"));
}

TEST(Sdp, writes_the_answer_line_by_line) {
  SessionDescription description;
  description.session_id = 11;
  description.session_version = 12;
  description.origin_address = "192.0.2.1";
  Media audio;
  audio.type = "audio";
  audio.port = 10000;
  audio.protocol = "RTP/AVP";
  audio.formats = {"0", "101"};
  audio.connection = Endpoint::parse("192.0.2.1", 10000);
  audio.rtpmaps = {{0, "PCMU", 8000}, {101, "telephone-event", 8000}};
  audio.direction = Direction::RecvOnly;
  audio.ptime_ms = 20;
  Media refused;
  refused.type = "video";
  refused.protocol = "RTP/AVP";
  refused.formats = {"31"};
  description.media = {audio, refused};
  EXPECT_EQ(to_string(description),
            "v=0\r\no=earshot 11 12 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n"
            "m=audio 10000 RTP/AVP 0 101\r\nc=IN IP4 192.0.2.1\r\n"
            "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
            "a=ptime:20\r\na=recvonly\r\n"
            "m=video 0 RTP/AVP 31\r\n");
}

TEST(Sdp, what_is_written_reads_the_same) {
  const auto first = parse(kPhone);
  ASSERT_TRUE(first);
  const auto second = parse(to_string(*first));
  ASSERT_TRUE(second) << second.error();
  EXPECT_EQ(to_string(*second), to_string(*first));
  EXPECT_EQ(second->media[0].connection, first->media[0].connection);
  EXPECT_EQ(second->media[0].rtcp, first->media[0].rtcp);
}

TEST(Sdp, an_answer_takes_from_an_offer_what_both_want) {
  using enum Direction;
  struct Row {
    Direction offered, own, answer;
  };
  // RFC 3264 §6.1, all sixteen.
  for (const Row row : {Row{SendRecv, SendRecv, SendRecv}, Row{SendRecv, SendOnly, SendOnly},
                        Row{SendRecv, RecvOnly, RecvOnly}, Row{SendRecv, Inactive, Inactive},
                        Row{SendOnly, SendRecv, RecvOnly}, Row{SendOnly, SendOnly, Inactive},
                        Row{SendOnly, RecvOnly, RecvOnly}, Row{SendOnly, Inactive, Inactive},
                        Row{RecvOnly, SendRecv, SendOnly}, Row{RecvOnly, SendOnly, SendOnly},
                        Row{RecvOnly, RecvOnly, Inactive}, Row{RecvOnly, Inactive, Inactive},
                        Row{Inactive, SendRecv, Inactive}, Row{Inactive, SendOnly, Inactive},
                        Row{Inactive, RecvOnly, Inactive}, Row{Inactive, Inactive, Inactive}})
    EXPECT_EQ(answer_direction(row.offered, row.own), row.answer);
}

TEST(Sdp, mutated_offers_are_read_or_refused_and_what_is_read_prints_the_same) {
  std::mt19937 random{11};
  int read = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = kPhone;
    for (int change = 0; change < 1 + round % 6; ++change) {
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1 + random() % 8);
          break;
        case 2:
          text.insert(at, text.substr(random() % text.size(), random() % 24));
          break;
        default:
          text[at] = " =:/\r\n0"[random() % 7];
      }
      if (text.empty()) text = "v";
    }
    const auto parsed = parse(text);
    if (!parsed) {
      EXPECT_FALSE(parsed.error().empty());
      continue;
    }
    ++read;
    const auto again = parse(to_string(*parsed));
    ASSERT_TRUE(again) << again.error() << "\n" << text;
    ASSERT_EQ(to_string(*again), to_string(*parsed)) << text;
  }
  EXPECT_GT(read, 1000);
}

}  // namespace
}  // namespace earshot::sdp
