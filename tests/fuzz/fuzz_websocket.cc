#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/utf8.h"
#include "edge/http/frame.h"

namespace {

using namespace earshot::http;

constexpr std::size_t kMax = 300;

struct Told {
  std::vector<Heard> heard;
  int fault = 0;
};

Told read(std::string_view bytes, std::size_t piece) {
  FrameReader reader{kMax};
  Told told;
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    while (!part.empty()) {
      auto step = reader.take(part);
      if (!step) {
        told.fault = static_cast<int>(step.error());
        return told;
      }
      if (step->used == 0 || step->used > part.size()) std::abort();
      part.remove_prefix(step->used);
      if (step->heard) told.heard.push_back(std::move(*step->heard));
    }
  }
  return told;
}

}  // namespace

/// A stream of frames says the same whole and in pieces, and nothing longer or other than it may.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const std::string_view bytes = earshot::as_text({octets, size});
  const Told whole = read(bytes, std::string_view::npos);
  const Told pieces = read(bytes, 1 + size % 7);
  if (whole.fault != pieces.fault || whole.heard.size() != pieces.heard.size()) std::abort();
  for (std::size_t i = 0; i < whole.heard.size(); ++i) {
    const Heard& heard = whole.heard[i];
    if (heard.kind != pieces.heard[i].kind || heard.payload != pieces.heard[i].payload ||
        heard.close_code != pieces.heard[i].close_code)
      std::abort();
    if (heard.payload.size() > (heard.kind == Opcode::Text ? kMax : 125)) std::abort();
    if (heard.kind == Opcode::Text && !earshot::is_utf8(heard.payload)) std::abort();
    if (heard.close_code && !is_close_code(*heard.close_code)) std::abort();
  }
  return 0;
}
