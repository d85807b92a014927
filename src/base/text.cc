#include "base/text.h"

namespace earshot {

std::string lowered(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = lower(c);
  return out;
}

}  // namespace earshot
