// Call records through the whole server: the lines written, under the virtual clock.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sim/scratch_directory.h"
#include "sim/world.h"
#include "view/record_json.h"

namespace earshot::scenario {
namespace {

using sim::World;

struct CallRecords : testing::Test {
  std::filesystem::path file = std::filesystem::temp_directory_path() /
                               ("earshot-records-" + std::to_string(getpid()) + ".jsonl");
  std::unique_ptr<World> world;

  void SetUp() override {
    std::filesystem::remove(file);
    app::Config config = World::config();
    config.records.file = file;
    world = std::make_unique<World>(1, config);
    ASSERT_TRUE(world->open());
  }
  void TearDown() override {
    for (const int number : {5000, 5001, 5002, 5005}) world->phone(number).hang_up();
    EXPECT_TRUE(world->until([&] { return world->is_empty(); }, seconds{70})) << world->story();
    std::filesystem::remove(file);
  }
  /// The records by their parties' numbers, once there are so many.
  std::multimap<std::string, json::object> records(std::size_t count) {
    std::multimap<std::string, json::object> out;
    EXPECT_TRUE(world->until([&] {
      out.clear();
      std::ifstream in{file};
      for (std::string line; std::getline(in, line);)
        if (const auto parsed = json::parse(line))
          out.emplace(parsed->at("party").at("number").as_string(), parsed->as_object());
      return out.size() >= count;
    }));
    EXPECT_EQ(out.size(), count);
    return out;
  }
};

TEST_F(CallRecords, both_parties_of_a_call_are_recorded_with_their_audio) {
  const std::string begun = view::iso_time(world->wall_time());
  ASSERT_TRUE(world->connect());
  const auto call = world->agent().calls().at(0).as_object();
  world->run(seconds{2});
  ASSERT_EQ(world->agent()
                .post("/api/v2/me/calls/" + std::string{call.at("id").as_string()},
                      R"({"operationName":"SetCallDisposition","disposition":"sold","callUuid":")" +
                          std::string{call.at("callUuid").as_string()} + R"("})")
                .status,
            200);
  const std::string ended = view::iso_time(world->wall_time());
  ASSERT_EQ(world->agent().on_call("Hangup").status, 200);
  const auto all = records(2);
  const json::object& agent = all.find("5001")->second;
  EXPECT_EQ(agent.at("record"), "segment");
  EXPECT_EQ(agent.at("callUuid"), call.at("callUuid"));
  EXPECT_EQ(agent.at("connId"), call.at("connId"));
  EXPECT_EQ(agent.at("callType"), "Internal");
  EXPECT_EQ(agent.at("role"), "Called");
  EXPECT_EQ(agent.at("with"), json::array{"5000"});
  EXPECT_EQ(agent.at("party").at("userId"), "a1");
  EXPECT_EQ(agent.at("party").at("deviceId"), "device-5001");
  EXPECT_EQ(agent.at("dnis"), "5001");
  EXPECT_EQ(agent.at("endedBy"), "Party");
  EXPECT_EQ(agent.at("cause"), "Normal");
  EXPECT_EQ(agent.at("disposition"), "sold");
  EXPECT_EQ(agent.at("end"), json::value(ended));
  EXPECT_GE(agent.at("start").as_string(), begun);
  EXPECT_LT(agent.at("start").as_string(), agent.at("answer").as_string());
  EXPECT_GT(agent.at("media").at("packetsReceived").as_int64(), 90);
  EXPECT_GT(agent.at("media").at("packetsSent").as_int64(), 90);
  EXPECT_EQ(agent.at("media").at("packetsLost"), 0);
  const json::object& customer = all.find("5000")->second;
  EXPECT_EQ(customer.at("role"), "Caller");
  EXPECT_EQ(customer.at("endedBy"), "Other");
}

/// A carrier that is full is not this server that is full.
TEST_F(CallRecords, a_file_that_was_renamed_is_left_and_a_new_one_begun) {
  const std::filesystem::path kept = file.string() + ".1";
  ASSERT_TRUE(world->connect());
  world->phone(5000).hang_up();
  records(2);
  std::filesystem::rename(file, kept);
  world->centre().reopen_records();
  ASSERT_TRUE(world->connect());
  world->phone(5000).hang_up();
  records(2);
  std::ifstream in{kept};
  std::size_t lines = 0;
  for (std::string line; std::getline(in, line);) ++lines;
  EXPECT_EQ(lines, 2u);
  std::filesystem::remove(kept);
}

TEST_F(CallRecords, a_carrier_without_room_is_told_as_such_everywhere) {
  world->trunk().on_event([&](const sim::PhoneEvent& event) {
    if (event.kind == sim::PhoneEventKind::Ringing) world->trunk().reject(503);
  });
  ASSERT_EQ(world->agent()
                .post(world->agent().device_path() + "/calls",
                      R"({"operationName":"Dial","destination":{"phoneNumber":"+4930999"}})")
                .status,
            200);
  const auto all = records(2);
  EXPECT_EQ(all.find("+4930999")->second.at("cause"), "PeerOverload");
  EXPECT_EQ(all.find("+4930999")->second.at("endedBy"), "Party");
  std::string message;
  EXPECT_TRUE(world->until([&] {
    for (const json::value& event : world->agent().events)
      if (const json::value* text = event.at("data").as_object().if_contains("errorMessage"))
        message = text->as_string();
    return !message.empty();
  })) << world->story();
  EXPECT_EQ(message, "the trunk \"pstn\" answered 503");
  // Whoever called from a phone is not told that this server has no room.
  const sim::PhoneCallId call = world->phone(5002).dial("+4930999");
  ASSERT_TRUE(world->until([&] { return world->phone(5002).status(call).end_status != 0; }));
  EXPECT_EQ(world->phone(5002).status(call).end_status, 500);
}

TEST_F(CallRecords, a_disposition_after_the_call_has_a_line_of_its_own) {
  ASSERT_TRUE(world->connect());
  const std::string id{world->agent().calls().at(0).at("id").as_string()};
  ASSERT_EQ(world->agent().on_call("Hangup").status, 200);
  ASSERT_EQ(records(2).size(), 2u);
  for (const char* key : {"", R"(,"dispositionKey":"Elsewhere")"})
    ASSERT_EQ(world->agent()
                  .post("/api/v2/me/calls/" + id,
                        R"({"operationName":"SetCallDisposition","disposition":"late")" +
                            std::string{key} + "}")
                  .status,
              200);
  world->run(seconds{1});
  std::ifstream in{file};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 3u) << "another key is nobody's disposition";
  const auto late = json::parse(lines.back());
  ASSERT_TRUE(late);
  EXPECT_EQ(late->at("record"), "disposition");
  EXPECT_EQ(late->at("callUuid"), json::value(id));
  EXPECT_EQ(late->at("userId"), "a1");
  EXPECT_EQ(late->at("disposition"), "late");
}

TEST_F(CallRecords, a_supervisors_record_tells_his_modes) {
  ASSERT_TRUE(world->supervise("ListenIn"));
  ASSERT_EQ(world->supervisor().on_call("SwitchToBargeIn").status, 200);
  world->run(seconds{1});
  ASSERT_EQ(world->supervisor().on_call("Hangup").status, 200);
  const auto all = records(1);
  const json::object& supervisor = all.find("5005")->second;
  EXPECT_EQ(supervisor.at("role"), "Supervisor");
  EXPECT_EQ(supervisor.at("monitored"), "5001");
  ASSERT_EQ(supervisor.at("modes").as_array().size(), 2u);
  EXPECT_EQ(supervisor.at("modes").at(0).at("mode"), "ListenIn");
  EXPECT_EQ(supervisor.at("modes").at(1).at("mode"), "BargeIn");
}

TEST_F(CallRecords, a_wrong_number_and_calls_under_way_at_the_end_are_recorded) {
  world->phone(5002).dial("7777");
  EXPECT_EQ(records(1).find("5002")->second.at("cause"), "WrongNumber");
  world->run(seconds{1});
  ASSERT_TRUE(world->connect());
  world->centre().stop([] {});
  const auto all = records(3);
  EXPECT_EQ(all.find("5000")->second.at("endedBy"), "Server");
  EXPECT_TRUE(all.find("5000")->second.contains("media"));
}

TEST_F(CallRecords, a_file_that_cannot_be_written_keeps_the_server_from_starting) {
  app::Config config = World::config();
  config.records.file = "/nowhere/calls.jsonl";
  World other{2, config};
  const auto started = other.centre().start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error(), "records.file /nowhere/calls.jsonl: No such file or directory");
}

/// One phone and the server, whose media and disk have loops of their own.
struct RecordsByLoops : testing::Test {
  sim::ScratchDirectory scratch;
  std::filesystem::path file = scratch.path() / "calls.jsonl";
  sim::VirtualLoop control, media, disk;
  sim::SeededEntropy entropy{1};
  sim::FakeNetwork network{control, 1};
  sim::FakeNetwork media_network{media, 2};
  app::Config config =
      World::config("server.stop_grace_s = 0\nrecords.file = \"" + file.string() + "\"");
  std::unique_ptr<app::Centre> centre = std::make_unique<app::Centre>(
      config, app::Ground{control, media, disk, entropy, network, media_network});
  sim::Phone phone{control, network, entropy, settings()};

  static sim::PhoneSettings settings() {
    sim::PhoneSettings settings;
    settings.number = "5000";
    settings.password = "sip-5000";
    settings.local = *Endpoint::parse("198.51.100.11", 5060);
    settings.server = *Endpoint::parse("192.0.2.1", 5060);
    return settings;
  }
  void SetUp() override {
    ASSERT_TRUE(centre->start());
    ASSERT_TRUE(phone.start());
    phone.register_with_server();
    ASSERT_TRUE(control.run_until([&] { return phone.is_registered(); }, seconds{5}));
  }
  void run(Duration span, bool with_disk) {
    for (Duration ran{}; ran < span; ran += milliseconds{10}) {
      control.run_for(milliseconds{10});
      media.run_for(milliseconds{10});
      if (with_disk) disk.run_for(milliseconds{10});
    }
  }
};

/// The disk loop writes, and nobody waits for it: it may stand still.
TEST_F(RecordsByLoops, the_disk_loop_alone_writes) {
  phone.dial("5001");  // where no phone is
  run(seconds{10}, false);
  EXPECT_EQ(std::filesystem::file_size(file), 0u) << "the disk stands still";
  disk.run_for(seconds{10});
  EXPECT_GT(std::filesystem::file_size(file), 0u);
}

/// The end waits for what the media loop has counted: the control loop stops once it is told.
TEST_F(RecordsByLoops, the_end_has_the_audio_of_calls_under_way) {
  phone.dial("8000");  // a queue answers
  run(seconds{2}, true);
  ASSERT_TRUE(phone.is_up());
  struct LoopStops {};
  centre->stop([] { throw LoopStops{}; });
  EXPECT_THROW(run(seconds{5}, true), LoopStops);
  centre.reset();
  std::ifstream in{file};
  std::string line;
  ASSERT_TRUE(std::getline(in, line));
  EXPECT_GT(json::parse(line)->at("media").at("packetsSent").to_number<int>(), 40);
}

}  // namespace
}  // namespace earshot::scenario
