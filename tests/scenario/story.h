#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace earshot::scenario {

/// One random history of a whole contact centre: desks, phones, trunk and network do what `seed`
/// draws for each of the numbered `steps`, in this order. The rules of the house are checked at
/// every step, and that nothing is left at the end. The same arguments play the same history.
/// @return "" where all rules held, else what was wrong, what was done, and the last messages
std::string play_story(std::uint64_t seed, const std::vector<int>& steps);

}  // namespace earshot::scenario
