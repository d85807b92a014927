#include "core/user_data.h"

#include <gtest/gtest.h>

namespace earshot::core {
namespace {

UserData data_of(std::initializer_list<std::pair<const std::string, std::string>> pairs) {
  UserData data;
  for (const auto& [key, value] : pairs) data[key] = UserDataValue{value};
  return data;
}

TEST(UserData, merging_brings_what_changed_and_leaves_what_is_newer) {
  const UserData before = data_of({{"same", "1"}, {"changed", "1"}, {"gone", "1"}, {"both", "1"}});
  const UserData after = data_of({{"same", "1"}, {"changed", "2"}, {"added", "2"}});
  UserData data = data_of({{"same", "3"}, {"changed", "1"}, {"gone", "1"}, {"both", "3"}});
  merge_changes(data, before, after);
  EXPECT_EQ(data, data_of({{"same", "3"}, {"changed", "2"}, {"added", "2"}, {"both", "3"}}));
}

TEST(UserData, what_exceeds_the_limit_is_refused_whole) {
  UserData data = data_of({{"a", "12345"}});  // {"a":"12345",}
  ASSERT_EQ(size_of(data), 14u);
  EXPECT_TRUE(attach(data, data_of({{"b", "1234"}}), 24));
  EXPECT_EQ(data, data_of({{"a", "12345"}}));
  EXPECT_FALSE(attach(data, data_of({{"b", "123"}}), 24)) << "the limit itself is allowed";
  EXPECT_FALSE(attach(data, data_of({{"b", "12"}}), 5)) << "what makes it smaller is taken";
}

TEST(UserData, what_json_must_escape_takes_its_room) {
  EXPECT_GE(size_of(data_of({{"k", std::string(10, '\x01')}})), 60u);
  EXPECT_GE(size_of(data_of({{std::string(10, '"'), "v"}})), 20u);
}

TEST(UserData, whatever_is_nested_counts) {
  UserData data;
  data["k"] = UserDataValue{UserDataValue::List{UserDataValue{std::string(100, 'x')}}};
  EXPECT_GE(size_of(data), 100u);
  UserDataValue::Pairs inner = data;
  data["k"] = UserDataValue{inner};
  EXPECT_GE(size_of(data), 100u);
}

/// What JSON takes, counted by hand; numbers count as the longest does.
TEST(UserData, sizes_are_those_of_json) {
  EXPECT_EQ(size_of({}), 2u);
  EXPECT_EQ(size_of(data_of({{"k", ""}})), 9u) << R"({"k":"",})";
  EXPECT_EQ(size_of(data_of({{"k", "\x1f"}})), 9u + 6);
  EXPECT_EQ(size_of(data_of({{"k", " "}})), 9u + 1);
  EXPECT_EQ(size_of(data_of({{"k", "\x7f"}})), 9u + 6);
  EXPECT_EQ(size_of(data_of({{"k", "\""}})), 9u + 2);
  EXPECT_EQ(size_of(data_of({{"k", "\\"}})), 9u + 2);
  UserData data;
  data["k"] = UserDataValue{std::int64_t{7}};
  EXPECT_EQ(size_of(data), 7u + 24);
  data["k"] = UserDataValue{
      UserDataValue::List{UserDataValue{std::string{"a"}}, UserDataValue{std::string{"b"}}}};
  EXPECT_EQ(size_of(data), 7u + 10) << R"({"k":["a","b",],})";
}

TEST(UserData, what_is_too_large_already_may_be_changed_and_not_grow) {
  UserData data = data_of({{"a", "12345"}});
  EXPECT_FALSE(attach(data, data_of({{"a", "54321"}}), 5)) << "as long as before";
  EXPECT_TRUE(attach(data, data_of({{"a", "543210"}}), 5));
}

}  // namespace
}  // namespace earshot::core
