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
  UserData data = data_of({{"a", "12345"}});
  EXPECT_TRUE(attach(data, data_of({{"b", "1234"}}), 10));
  EXPECT_EQ(data, data_of({{"a", "12345"}}));
  EXPECT_FALSE(attach(data, data_of({{"b", "123"}}), 10)) << "ten are ten";
  EXPECT_FALSE(attach(data, data_of({{"b", "12"}}), 5)) << "what makes it smaller is taken";
  EXPECT_EQ(size_of(data), 9u);
}

TEST(UserData, whatever_is_nested_counts) {
  UserData data;
  data["k"] = UserDataValue{UserDataValue::List{UserDataValue{std::string(100, 'x')}}};
  EXPECT_GE(size_of(data), 100u);
  UserDataValue::Pairs inner = data;
  data["k"] = UserDataValue{inner};
  EXPECT_GE(size_of(data), 100u);
}

}  // namespace
}  // namespace earshot::core
