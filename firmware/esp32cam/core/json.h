#pragma once

#include "bytes.h"

namespace darvaza {

/** Points to one JSON value inside a text that the caller keeps; it copies nothing. A missing value is "nothing". */
class Json {
 public:
  Json() = default;

  /** The value of the whole `text`. Nothing when it is no JSON, or nested deeper than 16. */
  static Json parse(const char *text, size_t size);

  explicit operator bool() const { return begin_ != nullptr; }
  /** The first member of an object with this name. */
  Json operator[](const char *key) const;
  /** The first element of an array. */
  Json first() const;

  bool is(const char *text) const;
  /** Copies the unescaped string into `out`. False, with an empty `out`, when it is no string or does not fit. */
  bool string(char *out, size_t room) const;
  double number(double otherwise) const;
  bool boolean(bool otherwise) const;
  bool isNumber() const;

 private:
  Json(const char *begin, const char *end) : begin_(begin), end_(end) {}
  const char *begin_ = nullptr;
  const char *end_ = nullptr;
};

/** Writes one flat or nested JSON object into a buffer of fixed size. whole() is false when it does not fit. */
class JsonWriter {
 public:
  JsonWriter(char *out, size_t room) : out_(out), room_(room) { put('{'); }

  JsonWriter &text(const char *key, const char *value);
  JsonWriter &number(const char *key, long long value);
  JsonWriter &fraction(const char *key, double value);
  JsonWriter &flag(const char *key, bool value);
  JsonWriter &open(const char *key);
  JsonWriter &close();

  /** Closes the outermost object and adds a NUL. */
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
