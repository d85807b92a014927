#include "sim/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace earshot::sim {
namespace {

constexpr std::size_t kDeeper = 4;

/// Where the character or colour at `at` ends.
std::size_t end_of(std::string_view text, std::size_t at) {
  if (text[at] == '\x1b') return std::min(text.find('m', at), text.size() - 1) + 1;
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return end;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size(); at = end_of(text, at))
    if (text[at] != '\x1b') ++columns;
  return columns;
}

/// What belongs together: a word with the spaces behind it, a member of JSON with its comma.
std::size_t end_of_word(std::string_view text, std::size_t at) {
  for (; at < text.size(); ++at) {
    const char next = at + 1 < text.size() ? text[at + 1] : ' ';
    if (text[at] == ' ' && next != ' ') return at + 1;
    if (text[at] == ',' && next != ' ') return at + 1;
    if (text[at] == ':' && next == '"') return at + 1;
  }
  return text.size();
}

std::string_view without_spaces_behind(std::string_view text) {
  const std::size_t last = text.find_last_not_of(' ');
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

std::size_t width_of_output() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  return columns ? std::strtoul(columns, nullptr, 10) : 0;
}

}  // namespace

std::vector<std::string> wrapped(std::string_view line, std::size_t width) {
  line = without_spaces_behind(line);
  if (width == 0 || columns_of(line) <= width) return {std::string{line}};
  const std::size_t margin = std::min(line.find_first_not_of(' '), line.size());
  const std::string indent(std::min(margin + kDeeper, width / 2), ' ');
  std::vector<std::string> out;
  std::string piece{line.substr(0, margin)};
  bool is_empty = true;
  for (std::size_t at = margin; at < line.size();) {
    const std::size_t end = end_of_word(line, at);
    const std::string_view word = line.substr(at, end - at);
    const std::size_t columns = columns_of(without_spaces_behind(word));
    if (!is_empty && columns_of(piece) + columns > width) {
      out.emplace_back(without_spaces_behind(piece));
      piece = indent.substr(0, columns < width ? width - columns : 0);  // a long one needs its room
    }
    piece += word;
    is_empty = false;
    at = end;
  }
  out.emplace_back(without_spaces_behind(piece));
  return out;
}

Terminal::Terminal()
    : width_(width_of_output()),
      coloured_(isatty(STDOUT_FILENO) != 0 && !is_set("NO_COLOR") &&
                std::string_view{is_set("TERM") ? std::getenv("TERM") : ""} != "dumb") {}

void Terminal::say(std::string_view text) {
  std::lock_guard lock{printing_};
  for (;;) {
    const std::size_t end = text.find('\n');
    for (const std::string& piece : wrapped(text.substr(0, end), width_))
      std::cout << piece << '\n';
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  std::cout << std::flush;
}

}  // namespace earshot::sim
