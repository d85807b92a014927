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

std::string sorted(const std::string& by, bool descending = false) {
  std::vector<Member> members;
  for (const json::object& each :
       {json::object{{"id", "1"}, {"name", "bea"}, {"age", 9}, {"tags", json::array{}}},
        json::object{{"id", "2"}, {"name", "Ann"}, {"nick", "x"}},
        json::object{{"id", "3"}, {"name", "ann"}, {"age", 7}, {"nick", "a"}},
        json::object{{"id", "4"}, {"name", "Cid"}, {"nick", "A"}}})
    members.push_back({members.size(), each});
  const std::string_view optional[] = {"title"};
  const auto done = sort(members, {0, {}, by, descending}, optional);
  if (!done) return done.error().message;
  std::string out;
  for (const Member& each : members) out += each.resource.at("id").as_string();
  return out;
}

TEST(Collection, is_put_in_order_by_an_attribute) {
  EXPECT_EQ(sorted(""), "1234");
  EXPECT_EQ(sorted("name"), "2314") << "whatever the case; equal ones as they were";
  EXPECT_EQ(sorted("name", true), "4123");
  EXPECT_EQ(sorted("age"), "3124") << "who has none comes last";
  EXPECT_EQ(sorted("age", true), "1324");
  EXPECT_EQ(sorted("nick"), "3421");
  EXPECT_EQ(sorted("title"), "1234") << "they may lack it, all of them";
  for (const char* none : {"tags", "shoeSize"})
    EXPECT_EQ(sorted(none), "sortBy: \"" + std::string{none} +
                                "\" was given, the name of an attribute with a single value is "
                                "expected");
}

TEST(Collection, a_page_is_a_part_of_it) {
  const auto page = [](std::size_t offset, std::optional<std::size_t> limit) {
    const auto [first, last] = page_of({offset, limit, "", false}, 10);
    return std::to_string(first) + "-" + std::to_string(last);
  };
  EXPECT_EQ(page(0, {}), "0-10");
  EXPECT_EQ(page(3, {}), "3-10");
  EXPECT_EQ(page(3, 4), "3-7");
  EXPECT_EQ(page(8, 4), "8-10");
  EXPECT_EQ(page(11, 4), "10-10");
  EXPECT_EQ(page(std::size_t(-1), 1000), "10-10");
}

TEST(Collection, what_is_no_filter_needs_no_look_at_all_of_it) {
  EXPECT_FALSE(may_filter({{"fields", "*"}, {"limit", "2"}, {"_", "17"}, {"offset", "1"}}));
  EXPECT_TRUE(may_filter({{"limit", "2"}, {"state", "Held"}}));
}

}  // namespace
}  // namespace earshot::view
