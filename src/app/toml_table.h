#pragma once

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/config_error.h"
#include "base/endpoint.h"
#include "base/time.h"

namespace earshot::app {

/// What was found in a file: its errors, and the value each key has in effect. Readers go on with
/// defaults after an error; further errors of the same key follow from the first and are not kept.
class TomlReading {
 public:
  explicit TomlReading(std::string file) : errors_{std::move(file), {}} {}
  void add(std::uint32_t line, std::string_view key, std::string_view what);
  void note(std::string key, std::string value) {
    values_.insert_or_assign(std::move(key), std::move(value));
  }
  bool has_errors() const { return !errors_.all.empty(); }
  /// In the order of their lines.
  ConfigErrors errors() const;
  /// By dotted key, "users[0].password" among them.
  const std::map<std::string, std::string>& values() const { return values_; }

 private:
  ConfigErrors errors_;
  std::map<std::string, std::string> values_;
};

/// One table of a file, read strictly: a key outside `known` is an error, as is a value of another
/// type or outside its bounds. An absent key gives the fallback.
class TomlTable {
 public:
  /// @param node  null where the file has no such table: every key is absent
  /// @param path  the dotted path shown in errors, "" for the root
  TomlTable(TomlReading& reading, const toml::table* node, std::string path,
            std::initializer_list<std::string_view> known);

  bool has(std::string_view key) const { return find(key) != nullptr; }
  std::string text(std::string_view key, std::string fallback = {}) const;
  /// Not absent and not "".
  std::string needed_text(std::string_view key) const;
  bool flag(std::string_view key, bool fallback) const;
  std::int64_t number(std::string_view key, std::int64_t fallback, std::int64_t lowest,
                      std::int64_t highest) const;
  seconds span(std::string_view key, seconds fallback, seconds lowest, seconds highest) const;
  std::vector<std::string> texts(std::string_view key, std::string_view expected) const;
  /// "127.0.0.1:5060" or "[::1]:5060"; address literals only.
  Endpoint endpoint(std::string_view key, const Endpoint& fallback, int lowest_port) const;
  /// One of `names`: its index.
  std::size_t choice(std::string_view key, std::size_t fallback,
                     std::span<const std::string_view> names) const;

  /// Null where it is absent or no table, which is an error.
  const toml::table* table(std::string_view key) const;
  /// The elements of an array of tables; none where it is absent.
  std::vector<const toml::table*> tables(std::string_view key) const;

  /// Reports a value that is well-formed but cannot be.
  void refuse(std::string_view key, std::string_view what) const;
  std::string path_of(std::string_view key) const;

 private:
  const toml::node* find(std::string_view key) const;
  std::uint32_t line_of(std::string_view key) const;

  TomlReading& reading_;
  const toml::table* node_;
  std::string path_;
};

/// `a, b, c`
std::string listed(std::span<const std::string_view> names);

}  // namespace earshot::app
