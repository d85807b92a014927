#include "wire/rtp/g711.h"

#include <array>
#include <bit>
#include <cstddef>

namespace earshot::rtp {
namespace {

// Both laws cut the range of magnitudes into segments; from segment to segment the step doubles,
// and each has 16 steps. An octet is sign, segment (3 bits), step (4 bits). Samples are quantised
// as ITU-T G.191 does: a negative one by its one's complement, so that -32768 needs no care.

constexpr int kUlawBias = 33;  // in 14-bit units; makes each segment start at a power of two
constexpr int kUlawLimit = 0x1FFF;

/// G.711 table 2a/2b; all bits inverted on the wire.
constexpr std::int16_t decode_ulaw(std::uint8_t octet) {
  const int code = octet ^ 0xFF;
  const int segment = code >> 4 & 7;
  const int step = code & 0x0F;
  const int magnitude = (((2 * step + kUlawBias) << segment) - kUlawBias) * 4;
  return static_cast<std::int16_t>(code & 0x80 ? -magnitude : magnitude);
}

/// @param sample  the 14 bits G.711 speaks of: linear 16-bit, shifted right by two
constexpr std::uint8_t encode_ulaw(int sample) {
  const int sign = sample < 0 ? 0x80 : 0;
  const int biased = (sample < 0 ? ~sample : sample) + kUlawBias;
  const int magnitude = biased > kUlawLimit ? kUlawLimit : biased;
  const int segment = static_cast<int>(std::bit_width(static_cast<unsigned>(magnitude))) - 6;
  const int step = magnitude >> (segment + 1) & 0x0F;
  return static_cast<std::uint8_t>((sign | segment << 4 | step) ^ 0xFF);
}

/// G.711 table 1a/1b; even bits inverted on the wire, and the sign bit set for positive.
constexpr std::int16_t decode_alaw(std::uint8_t octet) {
  const int code = octet ^ 0x55;
  const int segment = code >> 4 & 7;
  const int step = code & 0x0F;
  const int magnitude = segment == 0 ? (2 * step + 1) * 8 : ((2 * step + 33) * 8) << (segment - 1);
  return static_cast<std::int16_t>(code & 0x80 ? magnitude : -magnitude);
}

/// @param sample  linear 16-bit, shifted right by four: the smallest step of A-law
constexpr std::uint8_t encode_alaw(int sample) {
  const int sign = sample < 0 ? 0 : 0x80;
  const int magnitude = sample < 0 ? ~sample : sample;
  const int width = static_cast<int>(std::bit_width(static_cast<unsigned>(magnitude)));
  const int segment = width <= 4 ? 0 : width - 4;
  const int step = magnitude >> (segment > 1 ? segment - 1 : 0) & 0x0F;
  return static_cast<std::uint8_t>((sign | segment << 4 | step) ^ 0x55);
}

constexpr int kUlawShift = 2;
constexpr int kAlawShift = 4;

template <class Value, std::size_t kSize, class Function>
constexpr std::array<Value, kSize> tabulate(Function function) {
  std::array<Value, kSize> table{};
  for (std::size_t i = 0; i < kSize; ++i) table[i] = function(static_cast<int>(i));
  return table;
}

constexpr auto kUlawDecoded =
    tabulate<std::int16_t, 256>([](int i) { return decode_ulaw(static_cast<std::uint8_t>(i)); });
constexpr auto kAlawDecoded =
    tabulate<std::int16_t, 256>([](int i) { return decode_alaw(static_cast<std::uint8_t>(i)); });
// Indexed by the shifted sample, moved up by half the table.
constexpr auto kUlawEncoded = tabulate<std::uint8_t, 65536 / (1 << kUlawShift)>(
    [](int i) { return encode_ulaw(i - (32768 >> kUlawShift)); });
constexpr auto kAlawEncoded = tabulate<std::uint8_t, 65536 / (1 << kAlawShift)>(
    [](int i) { return encode_alaw(i - (32768 >> kAlawShift)); });

template <int kShift>
constexpr std::size_t index_of(std::int16_t sample) {
  return static_cast<std::size_t>((sample + 32768) >> kShift);
}

constexpr auto kUlawToAlaw = tabulate<std::uint8_t, 256>([](int i) {
  return kAlawEncoded[index_of<kAlawShift>(kUlawDecoded[static_cast<std::size_t>(i)])];
});
constexpr auto kAlawToUlaw = tabulate<std::uint8_t, 256>([](int i) {
  return kUlawEncoded[index_of<kUlawShift>(kAlawDecoded[static_cast<std::size_t>(i)])];
});

static_assert(kUlawEncoded[index_of<kUlawShift>(0)] == kUlawSilence);
static_assert(kAlawEncoded[index_of<kAlawShift>(0)] == kAlawSilence);

}  // namespace

std::int16_t ulaw_decode(std::uint8_t octet) { return kUlawDecoded[octet]; }
std::int16_t alaw_decode(std::uint8_t octet) { return kAlawDecoded[octet]; }
std::uint8_t ulaw_encode(std::int16_t sample) { return kUlawEncoded[index_of<kUlawShift>(sample)]; }
std::uint8_t alaw_encode(std::int16_t sample) { return kAlawEncoded[index_of<kAlawShift>(sample)]; }
std::uint8_t ulaw_to_alaw(std::uint8_t octet) { return kUlawToAlaw[octet]; }
std::uint8_t alaw_to_ulaw(std::uint8_t octet) { return kAlawToUlaw[octet]; }

}  // namespace earshot::rtp
