#include "view/collection.h"

#include <gtest/gtest.h>

#include <array>

namespace earshot::view {
namespace {

std::string ids(const QueryParameters& query) {
  constexpr std::array<std::string_view, 1> kOptional{"ani"};
  const std::vector<json::object> calls{
      {{"id", "1"},
       {"state", "Held"},
       {"monitoring", false},
       {"capabilities", {"Retrieve", "Hangup"}}},
      {{"id", "2"},
       {"state", "Established"},
       {"monitoring", true},
       {"capabilities", {"Hold"}},
       {"extensions", json::object{{"BusinessCall", 1}}}},
      {{"id", "3"}, {"state", "Held"}, {"monitoring", true}, {"capabilities", json::array{}}}};
  std::vector<Member> members;
  for (const auto& each : calls) members.push_back({members.size(), each});
  std::string out;
  for (const auto& each : filtered(std::move(members), query, kOptional))
    out += each.resource.at("id").as_string();
  return out;
}

TEST(Collection, filters_by_attributes_which_all_must_fit) {
  EXPECT_EQ(ids({}), "123");
  EXPECT_EQ(ids({{"state", "Held"}}), "13");
  EXPECT_EQ(ids({{"state", "held"}}), "");
  EXPECT_EQ(ids({{"state", "Held"}, {"monitoring", "true"}}), "3");
  EXPECT_EQ(ids({{"state", "Ringing,Established"}}), "2");
  EXPECT_EQ(ids({{"capabilities", "Hangup"}}), "1");
  EXPECT_EQ(ids({{"state", ""}}), "");
  EXPECT_EQ(ids({{"ani", "5001"}}), "") << "an attribute, though none has it";
}

TEST(Collection, other_parameters_are_no_filters) {
  EXPECT_EQ(ids({{"fields", "*"}, {"_", "1700000000"}, {"State", "Held"}}), "123");
  EXPECT_EQ(ids({{"extensions", "x"}}), "2") << "of an object, that it is there";
}

}  // namespace
}  // namespace earshot::view
