#include "view/agent_states.h"

#include <gtest/gtest.h>

namespace earshot::view {
namespace {

// rest-and-sessions.md §E.2
TEST(AgentStates, the_system_s_own_come_first_then_those_defined_in_their_order) {
  DirectoryEntries entries;
  entries.agent_states = {
      {AgentStateId{"id-1"}, "Lunch", "Lunch break", AgentState::AuxWork, "1001"},
      {AgentStateId{"id-2"}, "Back", "Back again", AgentState::Ready, ""}};
  const json::value expected = *json::parse(R"([
    {"id":"9430250E-0A1B-421F-B372-F29E69366DED","operationName":"Ready","displayName":"Ready",
     "state":"Ready"},
    {"id":"900D55CC-2BB0-431F-8BF9-D3525B383BE6","operationName":"NotReady",
     "displayName":"Not Ready","state":"NotReady"},
    {"id":"D3663509-3D82-4DD3-A82E-2EA8EFA02AEF","operationName":"AfterCallWork",
     "displayName":"AfterCallWork","state":"NotReady","workMode":"AfterCallWork"},
    {"id":"2B36138D-C564-4562-A8CB-3C32D564F296","operationName":"AuxWork","displayName":"AuxWork",
     "state":"NotReady","workMode":"AuxWork"},
    {"id":"0F7F5003-EF26-4D13-A6EF-D0C7EC819BEB","operationName":"Offline","displayName":"Offline",
     "state":"Logout"},
    {"id":"id-1","operationName":"Lunch","displayName":"Lunch break","state":"NotReady",
     "workMode":"AuxWork","reasonCode":"1001"},
    {"id":"id-2","operationName":"Back","displayName":"Back again","state":"Ready"}])");
  EXPECT_EQ(json::value(agent_states_json(Directory{entries})), expected);
}

}  // namespace
}  // namespace earshot::view
