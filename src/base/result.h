#pragma once

#include <utility>
#include <variant>

namespace earshot {

/// Carries an error into a Result: `return Error{CallError::NoSuchCall};`.
template <class E>
struct Error {
  E value;
};
/// The type of the error need not be written.
template <class E>
Error(E) -> Error<E>;

/// The value of a step that gives none (Status).
struct Nothing {};

/// A value or an expected error; the shape of C++23's std::expected.
template <class T, class E>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  template <class G>
  Result(Error<G> error) : state_(std::in_place_index<1>, std::move(error.value)) {}

  /// False: error() tells why.
  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  /// Precondition of these four: has_value().
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  /// Precondition: !has_value().
  E& error() { return std::get<1>(state_); }
  /// Precondition: !has_value().
  const E& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, E> state_;
};

/// A step that gives nothing but may fail: `return Nothing{};` on success.
template <class E>
using Status = Result<Nothing, E>;

}  // namespace earshot
