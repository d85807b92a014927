#pragma once

#include <span>
#include <string_view>

namespace earshot::desk {

/// One file of the built desk, in memory as long as the program.
struct Page {
  std::string_view path;        ///< below the root: "/", "/desk-1A2B3C4D.js"
  std::string_view type;        ///< Content-Type
  std::string_view tag;         ///< entity tag, in quotes; changes with the contents
  bool is_immutable = false;    ///< its path does, too
  std::string_view plain;       ///< the octets
  std::string_view compressed;  ///< the same by gzip
};

/// Those this program was built with (web/desk); none with -DEARSHOT_DESK=OFF. Made by
/// tools/build_desk.
std::span<const Page> built_pages();

}  // namespace earshot::desk
