#pragma once

#include "bytes.h"

namespace darvaza {

/** A look at one JSON value inside a text that somebody else keeps. No memory of its own; "nothing" answers every question. */
class Json {
 public:
  Json() = default;

  /** The value that fills `text`; nothing when it is not JSON, or nested deeper than 16. */
  static Json parse(const char *text, size_t size);

  explicit operator bool() const { return begin_ != nullptr; }
  /** A member of an object; the first of its name. */
  Json operator[](const char *key) const;
  /** The first element of an array. */
  Json first() const;

  bool is(const char *text) const;
  /** Unescaped into `out`; false, and an empty `out`, when it is no string or does not fit. */
  bool string(char *out, size_t room) const;
  double number(double otherwise) const;
  bool boolean(bool otherwise) const;
  bool isNumber() const;

 private:
  Json(const char *begin, const char *end) : begin_(begin), end_(end) {}
  const char *begin_ = nullptr;
  const char *end_ = nullptr;
};

/** Writes one flat or nested object into a buffer of fixed size. whole() is false when it did not fit. */
class JsonWriter {
 public:
  JsonWriter(char *out, size_t room) : out_(out), room_(room) { put('{'); }

  JsonWriter &text(const char *key, const char *value);
  JsonWriter &number(const char *key, long long value);
  JsonWriter &fraction(const char *key, double value);
  JsonWriter &flag(const char *key, bool value);
  JsonWriter &open(const char *key);
  JsonWriter &close();

  /** Ends the outermost object. The text is ended by NUL too. */
  bool whole();
  size_t size() const { return size_; }

 private:
  void put(char letter);
  void put(const char *text);
  void key(const char *key);
  void quoted(const char *text);

  char *out_;
  size_t room_;
  size_t size_ = 0;
  bool overflow_ = false;
};

}  // namespace darvaza
