// A directory that changes while calls go on: what each phone hears and each desk is told.
#include <algorithm>

#include "tests/scenario/supervised.h"

namespace earshot::scenario {
namespace {

struct ChangingDirectory : Supervised {
  app::Config wanted = world.settings();

  void follow() { world.centre().follow(wanted); }
  template <class Entries>
  static void remove(Entries& entries, const std::string& id) {
    std::erase_if(entries, [&](const auto& each) { return each.id.value == id; });
  }
  void remove_agent() {
    remove(wanted.directory.devices, "device-5001");
    std::erase_if(wanted.directory.users,
                  [](const User& each) { return each.user_name == "agent"; });
    for (Queue& queue : wanted.directory.queues) std::erase(queue.agents, DeviceId{"device-5001"});
  }
  User& user(const std::string& name) {
    return *std::find_if(wanted.directory.users.begin(), wanted.directory.users.end(),
                         [&](const User& each) { return each.user_name == name; });
  }
  bool is_active(const std::string& desk) {
    return world.desk(desk).device().at("deviceState") == json::value("Active");
  }
};

TEST_F(ChangingDirectory, a_device_that_is_removed_leaves_its_call_in_order_and_its_user_is_out) {
  ASSERT_TRUE(world.supervise("Coach"));
  world.agent().forget();
  world.supervisor().forget();
  remove_agent();
  follow();
  world.run(seconds{1});
  ASSERT_TRUE(world.is_empty()) << world.story();
  EXPECT_FALSE(world.phone(5000).is_up() || world.phone(5001).is_up() || world.phone(5005).is_up());
  EXPECT_EQ(world.agent().told(), "Released") << "before their session ended";
  EXPECT_EQ(world.supervisor().told(), "Released");
  EXPECT_EQ(world.supervisor().device().as_object().if_contains("supervisorMonitoringState"),
            nullptr);
  EXPECT_EQ(world.agent().get("/api/v2/me").status, 403);
  EXPECT_EQ(world.desk("colleague").get("/api/v2/me").status, 200);
  world.phone(5000).dial("5001");
  world.run(seconds{2});
  EXPECT_TRUE(world.is_empty()) << "nobody has that number";
}

TEST_F(ChangingDirectory, what_is_added_works_at_once) {
  const app::Config all = wanted;
  remove_agent();
  follow();
  world.run(seconds{1});
  wanted = all;
  follow();
  world.phone(5001).register_with_server();
  world.run(seconds{1});
  world.agent().log_in();
  EXPECT_TRUE(is_active("agent"));
  ASSERT_TRUE(world.connect()) << world.story();
  world.run(seconds{1});
  EXPECT_EQ(heard(5000), "5001");
  EXPECT_EQ(heard(5001), "5000");
}

TEST_F(ChangingDirectory, a_call_goes_on_while_others_come_and_go) {
  ASSERT_TRUE(world.supervise("ListenIn"));
  world.agent().forget();
  remove(wanted.directory.devices, "device-5002");
  remove(wanted.directory.users, user("colleague").id.value);
  wanted.directory.queues.clear();
  wanted.directory.trunks.clear();
  follow();
  world.run(seconds{1});
  EXPECT_EQ(heard(5000), "5001");
  EXPECT_EQ(heard(5001), "5000");
  EXPECT_EQ(heard(5005), "5000 5001");
  EXPECT_EQ(world.agent().told(), "") << "nothing of theirs has changed";
  EXPECT_EQ(ask("agent", "Hold"), 200);
}

TEST_F(ChangingDirectory, another_password_ends_the_sessions_and_no_call) {
  ASSERT_TRUE(world.connect());
  user("agent").password = "another";
  follow();
  world.run(seconds{1});
  EXPECT_EQ(world.agent().get("/api/v2/me").status, 403);
  EXPECT_EQ(heard(5001), "5000");
  EXPECT_EQ(world.supervisor().get("/api/v2/me").status, 200);
}

TEST_F(ChangingDirectory, a_phone_with_another_password_registers_again_before_it_is_called) {
  ASSERT_TRUE(is_active("agent"));
  for (Device& device : wanted.directory.devices)
    if (device.phone_number == "5001") device.sip_password = "another";
  follow();
  world.run(seconds{1});
  EXPECT_FALSE(is_active("agent"));
  EXPECT_TRUE(is_active("colleague"));
  world.phone(5000).dial("5001");
  world.run(seconds{2});
  EXPECT_FALSE(world.phone(5001).is_up());
}

TEST_F(ChangingDirectory, who_supervises_no_longer_leaves_the_call_and_is_heard_no_further) {
  ASSERT_TRUE(world.supervise("BargeIn"));
  user("supervisor").roles = {Role::Agent};
  follow();
  world.run(seconds{1});
  EXPECT_FALSE(world.phone(5005).is_up());
  EXPECT_EQ(heard(5000), "5001");
  EXPECT_EQ(heard(5001), "5000");
  EXPECT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 403);
}

TEST_F(ChangingDirectory, an_agent_who_leaves_the_supervisors_group_is_supervised_no_longer) {
  const UserId agent = user("agent").id, colleague = user("colleague").id;
  wanted.directory.groups = {
      {GroupId{"2-front"}, "front", {user("supervisor").id}, {agent, colleague}}};
  follow();
  ASSERT_TRUE(world.supervise("BargeIn"));
  world.run(milliseconds{300});
  for (const char* desk : {"agent", "supervisor"}) world.desk(desk).forget();
  wanted.directory.groups[0].users = {colleague};
  follow();
  world.run(seconds{1});
  EXPECT_FALSE(world.phone(5005).is_up());
  EXPECT_EQ(heard(5000), "5001");
  EXPECT_EQ(heard(5001), "5000");
  EXPECT_EQ(world.supervisor().told(), "Released");
  ASSERT_GE(world.supervisor().events.size(), 2u) << "the subscription, then the call";
  EXPECT_EQ(world.supervisor().events[0].at("channel"), "/v2/me/devices");
  EXPECT_FALSE(lists(world.supervisor().device(), "CancelSupervisorMonitoring"));
  const auto refused = world.supervisor().monitor("ListenIn", "5001");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.status_code(), 5);
  EXPECT_EQ(world.supervisor().monitor("ListenIn", "5002").status, 200);
}

TEST_F(ChangingDirectory, who_waits_in_a_queue_that_is_removed_overflows_as_it_was_configured) {
  wanted.directory.queues[0].overflow = "5002";
  follow();
  world.phone(5000).dial("8000");
  ASSERT_TRUE(world.until([&] { return world.phone(5000).is_up(); }));
  wanted.directory.queues.clear();
  follow();
  wait_for(5002);
  EXPECT_EQ(heard(5002), "5000");
}

TEST_F(ChangingDirectory, an_agent_added_to_a_queue_is_offered_who_waits_there) {
  wanted.directory.queues[0].agents = {DeviceId{"device-5002"}};
  follow();
  ready("agent");
  world.phone(5000).dial("8000");
  ASSERT_TRUE(world.until([&] { return world.phone(5000).is_up(); }));
  world.run(seconds{2});
  EXPECT_FALSE(world.phone(5001).is_up());
  wanted.directory.queues[0].agents.push_back(DeviceId{"device-5001"});
  follow();
  wait_for(5001);
  EXPECT_EQ(heard(5001), "5000");
}

}  // namespace
}  // namespace earshot::scenario
