#include "json.h"

#include <cstdlib>

namespace darvaza {

namespace {

constexpr int kDeepest = 16;

const char *skipSpace(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
  return at;
}

bool isHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/** `at` points after an opening quote. Returns the position after the closing quote, or nullptr. */
const char *skipString(const char *at, const char *end) {
  while (at < end && *at != '"') {
    if (uint8_t(*at) < 0x20) return nullptr;
    if (*at++ != '\\') continue;
    if (at >= end || !strchr("\"\\/bfnrtu", *at)) return nullptr;
    if (*at++ != 'u') continue;
    for (int i = 0; i < 4; i++, at++) {
      if (at >= end || !isHex(*at)) return nullptr;
    }
  }
  return at < end ? at + 1 : nullptr;
}

const char *skipDigits(const char *at, const char *end) {
  const char *from = at;
  while (at < end && *at >= '0' && *at <= '9') at++;
  return at > from ? at : nullptr;
}

const char *skipNumber(const char *at, const char *end) {
  if (at < end && *at == '-') at++;
  if (at < end && *at == '0') {
    at++;
  } else if (!(at = skipDigits(at, end))) {
    return nullptr;
  }
  if (at < end && *at == '.' && !(at = skipDigits(at + 1, end))) return nullptr;
  if (at < end && (*at == 'e' || *at == 'E')) {
    at++;
    if (at < end && (*at == '+' || *at == '-')) at++;
    return skipDigits(at, end);
  }
  return at;
}

const char *skipWord(const char *at, const char *end, const char *word) {
  const size_t length = strlen(word);
  return size_t(end - at) >= length && memcmp(at, word, length) == 0 ? at + length : nullptr;
}

/** Returns the position after one value, or nullptr when there is no valid value. */
const char *skipValue(const char *at, const char *end, int depth) {
  if (at >= end || depth > kDeepest) return nullptr;
  if (*at == '"') return skipString(at + 1, end);
  if (*at == 't') return skipWord(at, end, "true");
  if (*at == 'f') return skipWord(at, end, "false");
  if (*at == 'n') return skipWord(at, end, "null");
  if (*at != '{' && *at != '[') return skipNumber(at, end);

  const bool object = *at == '{';
  const char last = object ? '}' : ']';
  at = skipSpace(at + 1, end);
  if (at < end && *at == last) return at + 1;
  while (at < end) {
    if (object) {
      if (*at != '"' || !(at = skipString(at + 1, end))) return nullptr;
      at = skipSpace(at, end);
      if (at >= end || *at != ':') return nullptr;
      at = skipSpace(at + 1, end);
    }
    if (!(at = skipValue(at, end, depth + 1))) return nullptr;
    at = skipSpace(at, end);
    if (at >= end) return nullptr;
    if (*at == last) return at + 1;
    if (*at != ',') return nullptr;
    at = skipSpace(at + 1, end);
  }
  return nullptr;
}

uint32_t hex4(const char *at) {
  char digits[5] = {at[0], at[1], at[2], at[3], 0};
  return uint32_t(strtoul(digits, nullptr, 16));
}

size_t writeUtf8(uint32_t point, char out[4]) {
  if (point < 0x80) return out[0] = char(point), 1;
  if (point < 0x800) return out[0] = char(0xC0 | point >> 6), out[1] = char(0x80 | (point & 63)), 2;
  if (point < 0x10000) {
    out[0] = char(0xE0 | point >> 12), out[1] = char(0x80 | (point >> 6 & 63)), out[2] = char(0x80 | (point & 63));
    return 3;
  }
  out[0] = char(0xF0 | point >> 18), out[1] = char(0x80 | (point >> 12 & 63));
  out[2] = char(0x80 | (point >> 6 & 63)), out[3] = char(0x80 | (point & 63));
  return 4;
}

/** Reads one character of a string into `out`, unescaped, and moves `at` on. Returns its length in bytes. */
size_t readCharacter(const char *&at, const char *end, char out[4]) {
  if (*at != '\\') return out[0] = *at++, 1;
  const char escape = at[1];
  at += 2;
  switch (escape) {
    case 'b': return out[0] = '\b', 1;
    case 'f': return out[0] = '\f', 1;
    case 'n': return out[0] = '\n', 1;
    case 'r': return out[0] = '\r', 1;
    case 't': return out[0] = '\t', 1;
    case 'u': break;
    default: return out[0] = escape, 1;
  }
  uint32_t point = hex4(at);
  at += 4;
  if (point >= 0xD800 && point < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
    const uint32_t low = hex4(at + 2);
    if (low >= 0xDC00 && low < 0xE000) point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00), at += 6;
  }
  if (point >= 0xD800 && point < 0xE000) point = 0xFFFD;  // half a surrogate pair
  return writeUtf8(point, out);
}

}  // namespace

Json Json::parse(const char *text, size_t size) {
  const char *end = text + size;
  const char *begin = skipSpace(text, end);
  const char *behind = skipValue(begin, end, 0);
  return behind && skipSpace(behind, end) == end ? Json(begin, behind) : Json();
}

Json Json::operator[](const char *name) const {
  if (!begin_ || *begin_ != '{') return {};
  const char *at = skipSpace(begin_ + 1, end_);
  while (at < end_ && *at == '"') {
    const char *behind = skipString(at + 1, end_);
    const Json key(at, behind);
    at = skipSpace(skipSpace(behind, end_) + 1, end_);
    behind = skipValue(at, end_, 0);
    if (key.is(name)) return Json(at, behind);
    at = skipSpace(skipSpace(behind, end_) + 1, end_);
  }
  return {};
}

Json Json::first() const {
  if (!begin_ || *begin_ != '[') return {};
  const char *at = skipSpace(begin_ + 1, end_);
  return *at == ']' ? Json() : Json(at, skipValue(at, end_, 0));
}

bool Json::is(const char *text) const {
  char here[64];
  return string(here, sizeof here) && strcmp(here, text) == 0;
}

bool Json::string(char *out, size_t room) const {
  out[0] = 0;
  if (!begin_ || *begin_ != '"') return false;
  size_t size = 0;
  const char *last = end_ - 1;
  for (const char *at = begin_ + 1; at < last;) {
    char character[4];
    const size_t length = readCharacter(at, last, character);
    if (size + length >= room) return out[0] = 0, false;
    memcpy(out + size, character, length);
    size += length;
  }
  out[size] = 0;
  return true;
}

bool Json::isNumber() const { return begin_ && (*begin_ == '-' || (*begin_ >= '0' && *begin_ <= '9')); }

double Json::number(double otherwise) const {
  char digits[32];
  const size_t length = isNumber() ? size_t(end_ - begin_) : 0;
  if (length == 0 || length >= sizeof digits) return otherwise;
  memcpy(digits, begin_, length);
  digits[length] = 0;
  return strtod(digits, nullptr);
}

bool Json::boolean(bool otherwise) const {
  if (!begin_) return otherwise;
  return *begin_ == 't' ? true : *begin_ == 'f' ? false : otherwise;
}

}  // namespace darvaza
