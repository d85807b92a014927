#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace earshot::sim {

/// `line` in pieces of at most `width` columns, broken between words and between the members of
/// JSON, never within either: what is longer than a line stands alone on one. Pieces after the
/// first are indented four columns deeper, and none ends in a space. Colours take no room; `width`
/// 0 breaks nothing.
std::vector<std::string> wrapped(std::string_view line, std::size_t width);

/// Standard output, for people. Any thread.
class Terminal {
 public:
  /// As wide as the terminal is, else as COLUMNS says, else without end; in colours on terminals,
  /// unless NO_COLOR is set (no-color.org) or TERM is "dumb".
  Terminal();

  std::size_t width() const { return width_; }
  /// One line, or several.
  void say(std::string_view text = "");

  std::string bold(const std::string& text) const { return in("\x1b[1m", text); }
  std::string dim(const std::string& text) const { return in("\x1b[2m", text); }
  std::string green(const std::string& text) const { return in("\x1b[32m", text); }
  std::string red(const std::string& text) const { return in("\x1b[31m", text); }
  std::string blue(const std::string& text) const { return in("\x1b[36m", text); }

 private:
  std::string in(const char* colour, const std::string& text) const {
    return coloured_ ? std::string{colour} + text + "\x1b[0m" : text;
  }

  std::size_t width_ = 0;
  bool coloured_ = false;
  std::mutex printing_;
};

}  // namespace earshot::sim
