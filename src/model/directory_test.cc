#include "model/directory.h"

#include <gtest/gtest.h>

namespace earshot {
namespace {

DirectoryEntries entries() {
  DirectoryEntries out;
  for (const char* number : {"5001", "5002"}) {
    Device device;
    device.id = DeviceId{std::string{"device-"} + number};
    device.phone_number = number;
    device.sip_user = std::string{"sip-"} + number;
    out.devices.push_back(device);
    User user;
    user.id = UserId{std::string{"user-"} + number};
    user.user_name = std::string{"name-"} + number;
    user.default_device = device.id;
    out.users.push_back(user);
  }
  const Skill german{SkillId{"g"}, "German"}, billing{SkillId{"b"}, "Billing"};
  out.users[0].skills = {{billing, 3}};
  out.users[1].skills = {{german, 7}, {billing, 1}};
  out.users.push_back({UserId{"deskless"}, "deskless", "", "", "", "", {}, std::nullopt, "", {}});
  Queue queue;
  queue.id = QueueId{"sales"};
  queue.phone_number = "8000";
  queue.agents = {out.devices[0].id};
  out.queues.push_back(queue);
  queue.id = QueueId{"help"};
  queue.phone_number = "8001";
  queue.agents = {out.devices[1].id, out.devices[0].id};
  out.queues.push_back(queue);
  out.groups = {{GroupId{"2-a"}, "one", {UserId{"deskless"}}, {out.users[0].id, out.users[1].id}},
                {GroupId{"2-b"}, "two", {UserId{"deskless"}}, {out.users[1].id}}};
  out.trunks = {{TrunkId{"all"}, Endpoint::v4({192, 0, 2, 1}, 5060), {""}},
                {TrunkId{"world"}, Endpoint::v4({192, 0, 2, 2}, 5070), {"+", "00"}},
                {TrunkId{"paris"}, Endpoint::v4({192, 0, 2, 3}, 5060), {"+331", "+"}}};
  return out;
}

TEST(Directory, finds_each_entry_by_each_of_its_names) {
  const Directory directory{entries()};
  for (std::size_t i = 0; i < 2; ++i) {
    const Device& device = directory.devices()[i];
    EXPECT_EQ(directory.device(device.id), &device);
    EXPECT_EQ(directory.device_numbered(device.phone_number), &device);
    EXPECT_EQ(directory.device_of_sip_user(device.sip_user), &device);
    const User& user = directory.users()[i];
    EXPECT_EQ(directory.user(user.id), &user);
    EXPECT_EQ(directory.user_named(user.user_name), &user);
    EXPECT_EQ(directory.owner_of(device.id), &user);
    const Queue& queue = directory.queues()[i];
    EXPECT_EQ(directory.queue(queue.id), &queue);
    EXPECT_EQ(directory.queue_numbered(queue.phone_number), &queue);
    EXPECT_EQ(directory.queue_with_api_id(api_id_of(queue.id)), &queue);
  }
  for (const Group& group : directory.groups()) EXPECT_EQ(directory.group(group.id), &group);
  for (const Skill& skill : directory.skills()) EXPECT_EQ(directory.skill(skill.id), &skill);
  for (const Trunk& trunk : directory.trunks()) {
    EXPECT_EQ(directory.trunk(trunk.id), &trunk);
    EXPECT_EQ(directory.trunk_at(trunk.address.with_port(1)), &trunk) << "the port is not asked";
  }
}

TEST(Directory, finds_nothing_that_is_not_there) {
  const Directory directory{entries()};
  EXPECT_EQ(directory.user(UserId{"name-5001"}), nullptr);
  EXPECT_EQ(directory.user_named("user-5001"), nullptr);
  EXPECT_EQ(directory.owner_of(DeviceId{}), nullptr);
  EXPECT_EQ(directory.device(DeviceId{"5001"}), nullptr);
  EXPECT_EQ(directory.device_numbered("sip-5001"), nullptr);
  EXPECT_EQ(directory.device_of_sip_user("5001"), nullptr);
  EXPECT_EQ(directory.queue(QueueId{"8000"}), nullptr);
  EXPECT_EQ(directory.queue_numbered("sales"), nullptr);
  EXPECT_EQ(directory.group(GroupId{"one"}), nullptr);
  EXPECT_EQ(directory.skill(SkillId{"German"}), nullptr);
  EXPECT_TRUE(directory.groups_of(UserId{"deskless"}).empty());
  EXPECT_TRUE(directory.groups_supervised_by(UserId{"user-5001"}).empty());
  EXPECT_EQ(directory.queue_with_api_id("sales"), nullptr);
  EXPECT_EQ(directory.trunk(TrunkId{"+"}), nullptr);
  EXPECT_EQ(directory.trunk_at(Endpoint::v4({192, 0, 2, 9}, 5060)), nullptr);
  EXPECT_TRUE(directory.queues_of(DeviceId{"5001"}).empty());
  EXPECT_EQ(Directory{DirectoryEntries{}}.trunk_for("5001"), nullptr);
}

TEST(Directory, the_longest_prefix_takes_a_number_and_of_two_trunks_the_first) {
  const Directory directory{entries()};
  const auto taken_by = [&](std::string_view number) { return directory.trunk_for(number)->id; };
  EXPECT_EQ(taken_by("+3312345"), TrunkId{"paris"});
  EXPECT_EQ(taken_by("+331"), TrunkId{"paris"});
  EXPECT_EQ(taken_by("+33"), TrunkId{"world"});
  EXPECT_EQ(taken_by("0049"), TrunkId{"world"});
  EXPECT_EQ(taken_by("0"), TrunkId{"all"});
  EXPECT_EQ(taken_by(""), TrunkId{"all"});
}

TEST(Directory, an_agent_serves_the_queues_that_name_them) {
  const Directory directory{entries()};
  const auto& sales = directory.queues()[0];
  const auto& help = directory.queues()[1];
  EXPECT_EQ(directory.queues_of(DeviceId{"device-5001"}),
            (std::vector<const Queue*>{&sales, &help}));
  EXPECT_EQ(directory.queues_of(DeviceId{"device-5002"}), (std::vector<const Queue*>{&help}));
}

TEST(Directory, a_user_is_in_groups_and_supervises_groups) {
  const Directory directory{entries()};
  const Group &one = directory.groups()[0], &two = directory.groups()[1];
  using Groups = std::vector<const Group*>;
  EXPECT_EQ(directory.groups_of(UserId{"user-5001"}), Groups{&one});
  EXPECT_EQ(directory.groups_of(UserId{"user-5002"}), (Groups{&one, &two}));
  EXPECT_EQ(directory.groups_supervised_by(UserId{"deskless"}), (Groups{&one, &two}));
}

TEST(Directory, knows_who_has_a_role) {
  DirectoryEntries with_roles = entries();
  with_roles.users[0].roles = {Role::Supervisor};
  with_roles.users[1].roles = {Role::Agent, Role::Supervisor};
  const Directory directory{std::move(with_roles)};
  const User &first = directory.users()[0], &second = directory.users()[1];
  EXPECT_EQ(directory.users_with(Role::Supervisor), (std::vector<const User*>{&first, &second}));
  EXPECT_EQ(directory.users_with(Role::Agent), (std::vector<const User*>{&second}));
  EXPECT_TRUE(directory.users_with(Role::Admin).empty());
}

TEST(Directory, knows_each_skill_that_a_user_has_once) {
  const Directory directory{entries()};
  ASSERT_EQ(directory.skills().size(), 2u);
  EXPECT_EQ(directory.skills()[0].name, "Billing") << "first named by the first user";
  EXPECT_EQ(directory.skills()[1].name, "German");
}

TEST(Directory, of_two_with_one_name_the_first_is_found) {
  DirectoryEntries twice = entries();
  twice.users[1].user_name = twice.users[0].user_name;
  twice.users[1].default_device = twice.users[0].default_device;
  const Directory directory{std::move(twice)};
  EXPECT_EQ(directory.user_named("name-5001"), &directory.users()[0]);
  EXPECT_EQ(directory.owner_of(DeviceId{"device-5001"}), &directory.users()[0]);
}

}  // namespace
}  // namespace earshot
