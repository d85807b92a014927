#include "base/base64.h"

#include <gtest/gtest.h>

namespace earshot {
namespace {

struct Pair {
  std::string_view octets;
  std::string_view text;
};
constexpr Pair kVectors[] = {
    // RFC 4648 §10
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {{"\xFB\xFF\xBE\x00", 4}, "+/++AA=="},
};

TEST(Base64, writes_the_vectors_of_its_rfc) {
  for (const auto& [octets, text] : kVectors) EXPECT_EQ(base64(octets), text);
}

TEST(Base64, reads_the_vectors_with_padding_and_without) {
  for (const auto& [octets, text] : kVectors) {
    EXPECT_EQ(base64_decoded(text), octets);
    EXPECT_EQ(base64_decoded(text.substr(0, text.find('='))), octets);
  }
}

TEST(Base64, reads_back_every_octet_at_every_place) {
  for (std::size_t before = 0; before < 3; ++before)
    for (int octet = 0; octet < 256; ++octet) {
      const std::string octets = std::string(before, '\x5A') + static_cast<char>(octet) + "z";
      EXPECT_EQ(base64_decoded(base64(octets)), octets);
    }
}

TEST(Base64, refuses_other_characters_and_impossible_lengths) {
  for (const std::string_view text :
       {"Z", "Zm9vY", "Zg===", "Z g=", "Zg=g", "Zm9v\n", "Zm-_", "=Zm9", "Zm9\xC3", "====", "Z==="})
    EXPECT_EQ(base64_decoded(text), std::nullopt) << text;
  EXPECT_EQ(base64_decoded(std::string_view{"Zm9\0", 4}), std::nullopt);
}

}  // namespace
}  // namespace earshot
