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
  out.users.push_back({UserId{"deskless"}, "deskless", "", "", "", "", {}, std::nullopt});
  Queue queue;
  queue.id = QueueId{"sales"};
  queue.phone_number = "8000";
  queue.agents = {out.devices[0].id};
  out.queues.push_back(queue);
  queue.id = QueueId{"help"};
  queue.phone_number = "8001";
  queue.agents = {out.devices[1].id, out.devices[0].id};
  out.queues.push_back(queue);
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
  }
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
