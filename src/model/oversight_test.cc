#include "model/oversight.h"

#include <gtest/gtest.h>

#include <string>

namespace earshot {
namespace {

/// ann and bob are agents of "sales", bob and cid of "help"; dot supervises sales, eve help, fay
/// both; gus supervises no group; hal is administrator, ivy also a supervisor, jim an API user.
struct Oversight : testing::Test {
  DirectoryEntries entries;

  Oversight() {
    add("ann", {Role::Agent});
    add("bob", {Role::Agent});
    add("cid", {Role::Agent});
    add("dot", {Role::Agent, Role::Supervisor});
    add("eve", {Role::Supervisor});
    add("fay", {Role::Supervisor});
    add("gus", {Role::Supervisor});
    add("hal", {Role::Admin});
    add("ivy", {Role::Admin, Role::Supervisor});
    add("jim", {Role::ApiUser});
    entries.groups = {{GroupId{"2-s"}, "sales", ids({"dot", "fay"}), ids({"bob", "ann"})},
                      {GroupId{"2-h"}, "help", ids({"fay", "eve"}), ids({"cid", "bob"})}};
  }
  void add(const std::string& name, std::vector<Role> roles) {
    User user;
    user.id = UserId{name};
    user.user_name = name;
    user.roles = std::move(roles);
    entries.users.push_back(user);
  }
  static std::vector<UserId> ids(std::initializer_list<const char*> names) {
    return {names.begin(), names.end()};
  }
  /// Whom each may see or supervise: "ann: ann; dot: ann bob dot; …".
  template <class Rule>
  std::string table(Rule rule) const {
    const Directory directory{entries};
    std::string out;
    for (const User& user : directory.users()) {
      std::string whom;
      for (const User& other : directory.users())
        if (rule(directory, user, other)) whom += " " + other.user_name;
      if (!whom.empty()) out += (out.empty() ? "" : "; ") + user.user_name + ":" + whom;
    }
    return out;
  }
};

constexpr const char* kAll = " ann bob cid dot eve fay gus hal ivy jim";

TEST_F(Oversight, supervisors_monitor_their_groups_and_who_administers_too_everybody) {
  EXPECT_EQ(table(may_supervise),
            std::string{"dot: ann bob; eve: bob cid; fay: ann bob cid; ivy:"} + kAll);
}

TEST_F(Oversight, supervisors_see_their_groups_administrators_everybody_and_all_themselves) {
  const std::string all = kAll;
  EXPECT_EQ(table(may_see),
            "ann: ann; bob: bob; cid: cid; dot: ann bob dot; eve: bob cid eve; "
            "fay: ann bob cid fay; gus: gus; hal:" +
                all + "; ivy:" + all + "; jim:" + all);
}

TEST_F(Oversight, without_groups_every_supervisor_looks_after_everybody) {
  entries.groups.clear();
  const std::string all = kAll;
  EXPECT_EQ(table(may_supervise),
            "dot:" + all + "; eve:" + all + "; fay:" + all + "; gus:" + all + "; ivy:" + all);
  EXPECT_EQ(table(may_see), "ann: ann; bob: bob; cid: cid; dot:" + all + "; eve:" + all +
                                "; fay:" + all + "; gus:" + all + "; hal:" + all + "; ivy:" + all +
                                "; jim:" + all);
}

TEST_F(Oversight, the_list_of_whom_one_sees_is_as_the_rule_says_and_in_the_order_of_the_file) {
  for (const bool with_groups : {true, false}) {
    if (!with_groups) entries.groups.clear();
    const Directory directory{entries};
    for (const User& user : directory.users()) {
      std::vector<const User*> expected;
      for (const User& other : directory.users())
        if (may_see(directory, user, other)) expected.push_back(&other);
      EXPECT_EQ(seen_by(directory, user), expected) << user.user_name;
    }
  }
}

TEST_F(Oversight, a_supervisor_of_a_group_without_the_role_supervises_nobody) {
  entries.users[3].roles = {Role::Agent};
  const Directory directory{entries};
  EXPECT_FALSE(may_supervise(directory, directory.users()[3], directory.users()[0]));
  EXPECT_EQ(seen_by(directory, directory.users()[3]).size(), 1u);
}

}  // namespace
}  // namespace earshot
