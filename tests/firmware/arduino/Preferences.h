#pragma once
#include <Arduino.h>

class Preferences {
 public:
  bool begin(const char *name, bool readOnly = false);
  bool remove(const char *key);
  size_t putString(const char *key, const char *value);
  size_t getString(const char *key, char *value, size_t maxLen);
  String getString(const char *key, const char *defaultValue);
};
