#pragma once

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/config_error.h"
#include "base/endpoint.h"
#include "base/time.h"

namespace earshot::app {

/// What was found in a file: its errors, the keys that were asked for, and the value each of them
/// has in effect. Readers go on with defaults after an error; further errors of the same key follow
/// from the first and are not kept.
class TomlReading {
 public:
  explicit TomlReading(std::string file) : errors_{std::move(file), {}} {}
  /// Keeps an error, unless one of the same key is kept already. @param line  0: the file as a
  /// whole
  void add(std::uint32_t line, std::string_view key, std::string_view what);
  /// What the key has in effect, from the file or by default (values()).
  void note(std::string key, std::string value) {
    values_.insert_or_assign(std::move(key), std::move(value));
  }
  /// A table is read from now on. @param node  null where the file has no such table
  void open(const std::string& path, const toml::table* node) { tables_[path].node = node; }
  /// The key is one that the table may have.
  void ask(const std::string& path, std::string_view key);
  /// Once all is read: a key of the file that nobody asked for is an error.
  void refuse_unasked();
  /// Whether anything in the file is wrong so far.
  bool has_errors() const { return !errors_.all.empty(); }
  /// In the order of their lines.
  ConfigErrors errors() const;
  /// By dotted key, "users[0].password" among them.
  const std::map<std::string, std::string>& values() const { return values_; }

 private:
  struct Table {
    const toml::table* node = nullptr;
    std::vector<std::string> asked;  ///< in the order of asking, each once
  };

  ConfigErrors errors_;
  std::map<std::string, Table> tables_;  ///< by dotted path, "" for the root
  std::map<std::string, std::string> values_;
};

/// A word of the file and what it stands for.
template <class T>
struct Named {
  std::string_view name;
  T value;
};

/// `a, b, c`
std::string listed(std::span<const std::string_view> names);

template <class T, std::size_t n>
std::string listed(const Named<T> (&choices)[n]) {
  std::string_view names[n];
  std::transform(std::begin(choices), std::end(choices), names,
                 [](auto& each) { return each.name; });
  return listed(names);
}

/// One table of a file, read strictly: a value of another type or outside its bounds is an error,
/// as is every key that is never asked for. Each reader leaves `into` as it is, the default, where
/// the key is absent or its value cannot be.
class TomlTable {
 public:
  /// @param node  null where the file has no such table: every key is absent
  /// @param path  the dotted path shown in errors, "" for the root
  TomlTable(TomlReading& reading, const toml::table* node, std::string path);

  /// Whether the file has the key, with whatever value.
  bool has(std::string_view key) const { return find(key) != nullptr; }
  /// A text, "" too.
  void text(std::string_view key, std::string& into) const;
  /// A text; "" where it is absent.
  std::string text(std::string_view key) const;
  /// Not absent and not "".
  std::string needed_text(std::string_view key) const;
  /// true or false, and no other word for them.
  void flag(std::string_view key, bool& into) const;
  /// A whole number.
  template <class Number>
  void number(std::string_view key, Number& into, std::int64_t lowest, std::int64_t highest) const {
    into = static_cast<Number>(whole_number(key, static_cast<std::int64_t>(into), lowest, highest));
  }
  /// A whole number of seconds.
  template <class Span>
  void span(std::string_view key, Span& into, seconds lowest, seconds highest) const {
    auto count = std::chrono::duration_cast<seconds>(into).count();
    number(key, count, lowest.count(), highest.count());
    into = seconds{count};
  }
  /// "127.0.0.1:5060" or "[::1]:5060"; address literals only.
  void endpoint(std::string_view key, Endpoint& into, int lowest_port) const;
  /// One of the words of `choices`.
  template <class T, std::size_t n>
  void choice(std::string_view key, T& into, const Named<T> (&choices)[n]) const {
    const T* value = has(key) ? named(word(key), choices) : &into;
    if (!value) return refuse(key, "expected one of " + listed(choices));
    into = *value;
    note(key, word_for(into, choices));
  }
  /// Some of the words of `choices`, at least one.
  template <class T, std::size_t n>
  void choices(std::string_view key, std::vector<T>& into, const Named<T> (&choices)[n]) const {
    const std::string expected = "expected a list of " + listed(choices);
    if (has(key)) {
      std::vector<T> read;
      list(key, read, expected, [&](const std::string& name) { return optional(name, choices); });
      if (read.empty()) return refuse(key, expected);
      into.clear();
      for (const T& each : read)
        if (std::find(into.begin(), into.end(), each) == into.end()) into.push_back(each);
    }
    std::string words;
    for (const T& each : into) words += (words.empty() ? "" : ", ") + word_for(each, choices);
    note(key, words);
  }
  /// Texts, each read by `parse`, which gives nothing where one cannot be. The default is empty.
  template <class T, class Parse>
  void list(std::string_view key, std::vector<T>& into, std::string_view expected,
            Parse parse) const {
    for (const std::string& element : texts(key, expected)) {
      if (auto value = parse(element))
        into.push_back(*std::move(value));
      else
        refuse(key, expected);
    }
  }

  /// Null where it is absent or no table, which is an error.
  const toml::table* table(std::string_view key) const;
  /// The elements of an array of tables; none where it is absent.
  std::vector<const toml::table*> tables(std::string_view key) const;

  /// Reports a value that is well-formed but cannot be.
  void refuse(std::string_view key, std::string_view what) const;
  /// The key behind the dotted path of the table, as errors name it.
  std::string path_of(std::string_view key) const;

 private:
  template <class T, std::size_t n>
  static const T* named(std::string_view name, const Named<T> (&choices)[n]) {
    for (const auto& each : choices)
      if (each.name == name) return &each.value;
    return nullptr;
  }
  template <class T, std::size_t n>
  static std::optional<T> optional(std::string_view name, const Named<T> (&choices)[n]) {
    const T* value = named(name, choices);
    return value ? std::optional{*value} : std::nullopt;
  }
  template <class T, std::size_t n>
  static std::string word_for(const T& value, const Named<T> (&choices)[n]) {
    for (const auto& each : choices)
      if (each.value == value) return std::string{each.name};
    return "";
  }
  const toml::node* find(std::string_view key) const;
  std::uint32_t line_of(std::string_view key) const;
  std::int64_t whole_number(std::string_view key, std::int64_t fallback, std::int64_t lowest,
                            std::int64_t highest) const;
  /// "" where it is no text.
  std::string word(std::string_view key) const;
  std::vector<std::string> texts(std::string_view key, std::string_view expected) const;
  void note(std::string_view key, std::string value) const;

  TomlReading& reading_;
  const toml::table* node_;
  std::string path_;
};

}  // namespace earshot::app
