#include <cstdlib>

#include "base/bytes.h"
#include "wire/sdp/session_description.h"

/// Whatever is read prints, and what is printed reads as the same description.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const auto parsed = earshot::sdp::parse(earshot::as_text({octets, size}));
  if (!parsed) return 0;
  const std::string text = earshot::sdp::to_string(*parsed);
  const auto again = earshot::sdp::parse(text);
  // Filling in what was left unsaid may carry a text beyond the size limit; nothing else may
  // differ.
  if (!again && text.size() > 16 * 1024) return 0;
  if (!again || earshot::sdp::to_string(*again) != text) std::abort();
  return 0;
}
