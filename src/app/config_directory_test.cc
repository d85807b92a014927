// The tables of users, devices, trunks and queues, checked against themselves and each other.

#include "app/config_directory.h"

#include <gtest/gtest.h>

#include <string>

#include "app/config.h"

namespace earshot::app {
namespace {

/// What is said of the file, without its name; "" where nothing is.
std::string errors_of(const std::string& text) {
  const auto read = parse_config(text, "f");
  return read ? "" : read.error().text();
}

std::string device(const std::string& number, const std::string& more = "") {
  return "[[devices]]\nnumber = \"" + number + "\"\nsip_password = \"x\"\n" + more;
}
std::string user(const std::string& name, const std::string& more = "") {
  return "[[users]]\nname = \"" + name + "\"\npassword = \"x\"\n" + more;
}
std::string id(const std::string& value) { return "id = \"" + value + "\"\n"; }

TEST(ConfigDirectory, a_number_has_32_digits_at_most) {
  for (const std::string& number :
       {std::string{"+5"}, std::string{"*"}, std::string(32, '5'), "+" + std::string(32, '5')})
    EXPECT_EQ(errors_of(device(number)), "") << number;
  for (const std::string& number :
       {std::string{"+"}, std::string(33, '5'), std::string{"++5"}, std::string{"5#"}})
    EXPECT_EQ(errors_of(device(number)),
              "f:2: devices[0].number: expected up to 32 digits or '*', with or without a leading "
              "'+'")
        << number;
}

TEST(ConfigDirectory, a_sip_user_has_64_characters_at_most) {
  const auto named = [](const std::string& name) {
    return device("1", "sip_user = \"" + name + "\"\n");
  };
  EXPECT_EQ(errors_of(named(std::string(64, 'u'))), "");
  for (const std::string& name : {std::string{}, std::string(65, 'u'), std::string{"a b"}})
    EXPECT_EQ(errors_of(named(name)),
              "f:4: devices[0].sip_user: expected up to 64 letters, digits or characters of "
              "-_.!~*+")
        << name;
}

TEST(ConfigDirectory, an_id_of_a_device_is_a_uuid) {
  EXPECT_EQ(errors_of(device("1", id("efe1ab32-53f9-43ce-b65e-5768c61f7d4a"))), "");
  for (const char* other :
       {"zfe1ab32-53f9-43ce-b65e-5768c61f7d4a", "efe1ab32-53f9-43ce-b65e-5768c61f7d4z",
        "efe1ab32053f9-43ce-b65e-5768c61f7d4a", "EFE1AB32-53F9-43CE-B65E-5768C61F7D4A",
        "efe1ab32-53f9-43ce-b65e-5768c61f7d4", "efe1ab32-53f9-43ce-b65e-5768c61f7d4aa",
        "------------------------------------", ""})
    EXPECT_EQ(errors_of(device("1", id(other))),
              "f:4: devices[0].id: expected a UUID in lower case, with dashes")
        << other;
}

TEST(ConfigDirectory, an_id_of_a_user_is_32_hex_digits) {
  EXPECT_EQ(errors_of(user("a", id("0123456789abcdef0123456789abcdef"))), "");
  for (const char* other :
       {"abc", "0123456789abcdef0123456789abcdez", "0123456789abcdef0123456789abcdef0", ""})
    EXPECT_EQ(errors_of(user("a", id(other))),
              "f:4: users[0].id: expected 32 lower-case hex digits")
        << other;
}

TEST(ConfigDirectory, an_id_may_not_be_the_one_derived_for_another) {
  EXPECT_EQ(errors_of(device("1") + device("2", id(derived_device_id("1").value))),
            "f:7: devices[1].id: \"" + derived_device_id("1").value +
                "\" is already used by devices[0].id");
  EXPECT_EQ(
      errors_of(user("a") + user("b", id(derived_user_id("a").value))),
      "f:7: users[1].id: \"" + derived_user_id("a").value + "\" is already used by users[0].id");
}

/// One mistake is told once: what follows from it is not.
TEST(ConfigDirectory, who_has_the_same_number_or_name_has_not_the_same_id_as_well) {
  EXPECT_EQ(errors_of(device("1") + device("1")),
            "f:5: devices[1].number: \"1\" is already used by devices[0].number");
  EXPECT_EQ(errors_of(user("a") + user("a")),
            "f:5: users[1].name: \"a\" is already used by users[0].name");
  const std::string without = "[[devices]]\nsip_password = \"x\"\n";
  EXPECT_EQ(errors_of(without + without),
            "f:1: devices[0].number: is missing\nf:3: devices[1].number: is missing");
}

TEST(ConfigDirectory, names_of_trunks_and_queues_differ) {
  const auto trunk = [](const std::string& address) {
    return "[[trunks]]\nname = \"t\"\naddress = \"" + address + "\"\n";
  };
  EXPECT_EQ(errors_of(trunk("192.0.2.1:5060") + trunk("192.0.2.2:5060")),
            "f:5: trunks[1].name: \"t\" is already used by trunks[0].name");
  const auto queue = [](const std::string& number) {
    return "[[queues]]\nname = \"q\"\nnumber = \"" + number + "\"\n";
  };
  EXPECT_EQ(errors_of(trunk("192.0.2.1:5060") + queue("8000") + queue("8001")),
            "f:8: queues[1].name: \"q\" is already used by queues[0].name");
}

TEST(ConfigDirectory, a_group_names_users_and_supervisors_who_have_the_role) {
  const std::string boss = user("boss", "roles = [\"supervisor\"]\n");
  const auto group = [](const std::string& more) { return "[[groups]]\nname = \"g\"\n" + more; };
  EXPECT_EQ(errors_of(user("a") + boss + group("supervisors = [\"boss\"]\nusers = [\"a\"]\n")), "");
  EXPECT_EQ(errors_of(user("a") + group("users = [\"b\"]\n")),
            "f:6: groups[0].users: there is no user \"b\"");
  EXPECT_EQ(errors_of(user("a") + group("supervisors = [\"a\"]\n")),
            "f:6: groups[0].supervisors: the user \"a\" does not have the role supervisor");
  EXPECT_EQ(errors_of(group("") + group("")),
            "f:4: groups[1].name: \"g\" is already used by groups[0].name");
  EXPECT_EQ(errors_of("[[groups]]\n"), "f:1: groups[0].name: is missing");
  EXPECT_EQ(errors_of(group("users = \"a\"\n")),
            "f:3: groups[0].users: expected a list of users' names");
}

TEST(ConfigDirectory, who_is_named_twice_in_a_group_is_in_it_once) {
  const auto read =
      parse_config(user("a") + "[[groups]]\nname = \"g\"\nusers = [\"a\", \"a\"]\n", "f");
  ASSERT_TRUE(read) << read.error();
  const Group& group = read->directory.groups[0];
  EXPECT_EQ(group.users, std::vector{derived_user_id("a")});
  EXPECT_EQ(group.id, derived_group_id("g"));
  EXPECT_EQ(group.id.value.size(), 38u);
  EXPECT_TRUE(group.id.value.starts_with("2-")) << group.id.value;
}

TEST(ConfigDirectory, a_skill_is_a_name_and_perhaps_a_level) {
  const auto with = [](const std::string& skills) {
    return user("a", "skills = " + skills + "\n");
  };
  const auto read = parse_config(with(R"(["German:7", "Billing", "Level: 2:0"])"), "f");
  ASSERT_TRUE(read) << read.error();
  const auto& skills = read->directory.users[0].skills;
  ASSERT_EQ(skills.size(), 3u);
  EXPECT_EQ(skills[0].skill.name, "German");
  EXPECT_EQ(skills[0].level, 7);
  EXPECT_EQ(skills[1].level, 1) << "where none is written";
  EXPECT_EQ(skills[2].skill.name, "Level: 2");
  EXPECT_EQ(skills[2].level, 0);
  for (const char* wrong : {R"([""])", R"([":3"])", R"(["German:"])", R"(["German:1001"])",
                            R"(["German:-1"])", R"(["German:x"])", R"("German")"})
    EXPECT_EQ(errors_of(with(wrong)),
              "f:4: users[0].skills: expected a list of skills, each a name and perhaps a level "
              "from 0 to 1000: \"German:7\"")
        << wrong;
  EXPECT_EQ(errors_of(with(R"(["German:7", "German"])")),
            "f:4: users[0].skills: \"German\" is named twice");
}

}  // namespace
}  // namespace earshot::app
