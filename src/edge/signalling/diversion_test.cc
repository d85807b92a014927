#include "edge/signalling/diversion.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace earshot::signalling {
namespace {

unsigned counted(std::vector<sip::Header> headers) {
  sip::Headers invite;
  invite.other = std::move(headers);
  return diversions_in(invite);
}

TEST(Diversion, each_counts_for_as_many_as_it_says) {
  EXPECT_EQ(counted({}), 0u);
  EXPECT_EQ(counted({{"Diversion", ""}}), 0u);
  EXPECT_EQ(counted({{"Diversion", "<sip:1@a>"}}), 1u);
  EXPECT_EQ(counted({{"Diversion", "\"a, b\" <sip:1@a>;counter=3, <tel:+49>;reason=no-answer"}}),
            4u);
  EXPECT_EQ(counted({{"DIVERSION", "<sip:1@a>"}, {"Diversion", "<sip:2@a>;Counter=2"}}), 3u);
  for (const char* odd : {"0", "-1", "x", "", "99999999999"})
    EXPECT_EQ(counted({{"Diversion", std::string{"<sip:1@a>;counter="} + odd}}), 1u) << odd;
  EXPECT_EQ(counted({{"Diversion", "<sip:1@a>;counter=1000, <sip:1@a>;counter=1000"}}), 99u);
}

/// RFC 7044: the entries of targets that were left, by RFC 4458's cause or a Reason.
TEST(Diversion, so_does_history_info_where_it_tells_of_more) {
  EXPECT_EQ(counted({{"History-Info", "<sip:1@a>;index=1, <sip:2@a>;index=1.1"}}), 0u);
  EXPECT_EQ(counted({{"History-Info", "<sip:1@a>;index=1, <sip:2@a;cause=302>;index=1.1"}}), 1u);
  EXPECT_EQ(counted({{"history-info", "<sip:1@a?Reason=SIP%3Bcause%3D486>;index=1"}}), 1u);
  EXPECT_EQ(counted({{"History-Info", "<sip:1@a;cause=302>;index=1"},
                     {"Diversion", "<sip:1@a>;counter=2"}}),
            2u);
}

std::string written(const Diversions& diverted, bool by_name) {
  sip::Headers invite;
  add_diversions(invite, diverted, by_name, *Endpoint::parse("192.0.2.1", 5060));
  std::string out;
  for (const sip::Header& header : invite.other) out += header.name + ": " + header.value + "\n";
  return out;
}

TEST(Diversion, is_written_the_last_one_first) {
  EXPECT_EQ(written({}, true), "");
  EXPECT_EQ(written({{}, 3}, true),
            "Diversion: <sip:anonymous@192.0.2.1:5060>;reason=unknown;counter=3;privacy=full\n");
  EXPECT_EQ(written({{"5001", "5002"}, 1}, true),
            "Diversion: <sip:5002@192.0.2.1:5060>;reason=unconditional;counter=1;privacy=off\n"
            "Diversion: <sip:5001@192.0.2.1:5060>;reason=unconditional;counter=1;privacy=off\n"
            "Diversion: <sip:anonymous@192.0.2.1:5060>;reason=unknown;counter=1;privacy=full\n");
}

TEST(Diversion, without_names_the_count_alone_is_told) {
  EXPECT_EQ(written({}, false), "");
  EXPECT_EQ(
      written({{"5001", "5002"}, 1}, false),
      "Diversion: <sip:anonymous@192.0.2.1:5060>;reason=unconditional;counter=3;privacy=full\n");
}

}  // namespace
}  // namespace earshot::signalling
