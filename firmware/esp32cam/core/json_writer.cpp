#include "json.h"

namespace darvaza {

void JsonWriter::put(char letter) {
  if (size_ + 1 >= room_) {
    overflow_ = true;
  } else {
    out_[size_++] = letter;
  }
}

void JsonWriter::put(const char *text) {
  while (*text) put(*text++);
}

void JsonWriter::key(const char *key) {
  if (size_ > 0 && out_[size_ - 1] != '{') put(',');
  quoted(key);
  put(':');
}

void JsonWriter::quoted(const char *text) {
  put('"');
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') put('\\');
    if (uint8_t(*text) >= 0x20) {
      put(*text);
    } else {
      char escaped[8];
      snprintf(escaped, sizeof escaped, "\\u%04x", unsigned(uint8_t(*text)));
      put(escaped);
    }
  }
  put('"');
}

JsonWriter &JsonWriter::text(const char *name, const char *value) {
  key(name);
  quoted(value);
  return *this;
}

JsonWriter &JsonWriter::number(const char *name, long long value) {
  char digits[24];
  snprintf(digits, sizeof digits, "%lld", value);
  key(name);
  put(digits);
  return *this;
}

JsonWriter &JsonWriter::fraction(const char *name, double value) {
  char digits[32];
  snprintf(digits, sizeof digits, "%.2f", value);
  key(name);
  put(digits);
  return *this;
}

JsonWriter &JsonWriter::flag(const char *name, bool value) {
  key(name);
  put(value ? "true" : "false");
  return *this;
}

JsonWriter &JsonWriter::open(const char *name) {
  key(name);
  put('{');
  return *this;
}

JsonWriter &JsonWriter::close() {
  put('}');
  return *this;
}

bool JsonWriter::whole() {
  put('}');
  out_[size_] = 0;
  return !overflow_;
}

}  // namespace darvaza
