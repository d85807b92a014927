#include "edge/http/frame.h"

#include <gtest/gtest.h>

#include <vector>

namespace earshot::http {
namespace {

constexpr std::size_t kMax = 70'000;

/// A client's frame, masked. The first octet is told whole: FIN, reserved bits and opcode.
std::string masked(int first, std::string payload) {
  std::string plain;
  append_frame(plain, Opcode::Text, payload);
  std::string frame = plain.substr(0, plain.size() - payload.size());
  frame[0] = static_cast<char>(first);
  frame[1] = static_cast<char>(frame[1] | 0x80);
  const std::string mask = "\x11\x22\x33\x44";
  for (std::size_t i = 0; i < payload.size(); ++i)
    payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  return frame + mask + payload;
}

struct Told {
  std::vector<Heard> heard;
  std::optional<CloseCode> fault;
};

Told read(std::string_view bytes, std::size_t piece = std::string_view::npos) {
  FrameReader reader{kMax};
  Told told;
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    while (!part.empty()) {
      auto step = reader.take(part);
      if (!step) {
        told.fault = step.error();
        return told;
      }
      part.remove_prefix(step->used);
      if (step->heard) told.heard.push_back(std::move(*step->heard));
    }
  }
  return told;
}

TEST(FrameReader, reads_texts_of_every_form_of_length_whole_and_octet_by_octet) {
  for (const std::size_t size : {0u, 1u, 125u, 126u, 65'535u, 65'536u, 70'000u})
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::string_view::npos}) {
      const auto told = read(masked(0x81, std::string(size, 'x')) + masked(0x81, "next"), piece);
      ASSERT_FALSE(told.fault) << size;
      ASSERT_EQ(told.heard.size(), 2u) << size;
      EXPECT_EQ(told.heard[0].payload, std::string(size, 'x'));
      EXPECT_EQ(told.heard[1].payload, "next");
    }
}

TEST(FrameReader, puts_fragments_together_and_hears_a_ping_between_them) {
  const auto told =
      read(masked(0x01, "Gr\xC3") + masked(0x89, "?") + masked(0x00, "\xBC") + masked(0x80, "n"));
  ASSERT_EQ(told.heard.size(), 2u);
  EXPECT_EQ(told.heard[0].kind, Opcode::Ping);
  EXPECT_EQ(told.heard[0].payload, "?");
  EXPECT_EQ(told.heard[1].kind, Opcode::Text);
  EXPECT_EQ(told.heard[1].payload, "Gr\xC3\xBCn");
}

TEST(FrameReader, hears_why_the_other_side_closes) {
  EXPECT_FALSE(read(masked(0x88, "")).heard.at(0).close_code);
  EXPECT_EQ(read(masked(0x88, "\x03\xE8 bye")).heard.at(0).close_code, 1000);
  EXPECT_EQ(read(masked(0x88, "\x0F\xA0")).heard.at(0).close_code, 4000);
}

TEST(FrameReader, refuses_what_the_protocol_forbids) {
  const struct {
    const char* what;
    std::string bytes;
    CloseCode code;
  } cases[] = {
      {"not masked", std::string("\x81\x01x", 3), CloseCode::ProtocolError},
      {"RSV1, as if compressed", masked(0xC1, "x"), CloseCode::ProtocolError},
      {"RSV2", masked(0xA1, "x"), CloseCode::ProtocolError},
      {"RSV3", masked(0x91, "x"), CloseCode::ProtocolError},
      {"opcode 3", masked(0x83, "x"), CloseCode::ProtocolError},
      {"opcode B", masked(0x8B, "x"), CloseCode::ProtocolError},
      {"binary", masked(0x82, "x"), CloseCode::NotAccepted},
      {"binary within a text", masked(0x01, "x") + masked(0x82, "x"), CloseCode::ProtocolError},
      {"a text within a text", masked(0x01, "x") + masked(0x81, "x"), CloseCode::ProtocolError},
      {"a continuation of nothing", masked(0x80, "x"), CloseCode::ProtocolError},
      {"a fragmented ping", masked(0x09, "x"), CloseCode::ProtocolError},
      {"a long ping", masked(0x89, std::string(126, 'x')), CloseCode::ProtocolError},
      {"length 5 in 16 bits", std::string("\x81\xFE\x00\x05", 4) + "mask",
       CloseCode::ProtocolError},
      {"length 5 in 64 bits", std::string("\x81\xFF\0\0\0\0\0\0\0\x05", 10) + "mask",
       CloseCode::ProtocolError},
      {"length with the top bit", std::string("\x81\xFF\xFF\0\0\0\0\0\0\x05", 10) + "mask",
       CloseCode::ProtocolError},
      {"too long, from the header alone",
       std::string("\x81\xFF\0\0\0\0\0\x01\x11\x71", 10) + "mask", CloseCode::TooBig},
      {"too long together", masked(0x01, std::string(kMax, 'x')) + masked(0x80, "x"),
       CloseCode::TooBig},
      {"an overlong form", masked(0x81, "\xC0\xAF"), CloseCode::NotUtf8},
      {"a surrogate", masked(0x81, "\xED\xA0\x80"), CloseCode::NotUtf8},
      {"half a character", masked(0x81, "\xC3"), CloseCode::NotUtf8},
      {"half a close code", masked(0x88, "\x03"), CloseCode::ProtocolError},
      {"close code 1005", masked(0x88, "\x03\xED"), CloseCode::ProtocolError},
      {"close code 999", masked(0x88, "\x03\xE7"), CloseCode::ProtocolError},
      {"close code 5000", masked(0x88, "\x13\x88"), CloseCode::ProtocolError},
      {"a reason that is not UTF-8", masked(0x88, "\x03\xE8\xFF"), CloseCode::NotUtf8},
  };
  for (const auto& each : cases)
    for (const std::size_t piece : {std::size_t{1}, std::string_view::npos}) {
      const auto told = read(each.bytes, piece);
      ASSERT_TRUE(told.fault) << each.what;
      EXPECT_EQ(static_cast<int>(*told.fault), static_cast<int>(each.code)) << each.what;
    }
}

TEST(FrameReader, a_stream_of_empty_fragments_says_nothing) {
  std::string bytes = masked(0x01, "");
  for (int i = 0; i < 1000; ++i) bytes += masked(0x00, "");
  const auto told = read(bytes + masked(0x80, "x"));
  ASSERT_EQ(told.heard.size(), 1u);
  EXPECT_EQ(told.heard[0].payload, "x");
}

TEST(Frame, is_final_unmasked_and_of_the_shortest_length) {
  const auto head = [](std::size_t size) {
    std::string out;
    append_frame(out, Opcode::Text, std::string(size, 'x'));
    return out.substr(0, out.size() - size);
  };
  EXPECT_EQ(head(0), std::string("\x81\0", 2));
  EXPECT_EQ(head(125), "\x81\x7D");
  EXPECT_EQ(head(126), std::string("\x81\x7E\0\x7E", 4));
  EXPECT_EQ(head(65'535), "\x81\x7E\xFF\xFF");
  EXPECT_EQ(head(65'536), std::string("\x81\x7F\0\0\0\0\0\x01\0\0", 10));
  std::string close;
  append_close(close, 1007);
  EXPECT_EQ(close, "\x88\x02\x03\xEF");
}

}  // namespace
}  // namespace earshot::http
