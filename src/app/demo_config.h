#pragma once

#include "app/config.h"

namespace earshot::app {

/// The contact centre of `earshotd --demo`, with nothing to write first. Every user's password is
/// "demo"; a phone registers as its number with the password "demo-<number>".
///
///   5000  a customer's phone, nobody's
///   5001  agent       agent
///   5002  agent2      agent
///   5005  supervisor  agent, supervisor   (the device of the page SwitchToListenIn)
///
/// and the robots of demo_agents.h: twelve agents in two groups, with a queue each, and a carrier.
Config demo_config();

}  // namespace earshot::app
