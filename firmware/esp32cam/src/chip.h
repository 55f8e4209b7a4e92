#pragma once

#include <Preferences.h>

#include "ports.h"

/** The ESP32 chip: radio, memory, clock and watchdog. */
class Chip : public darvaza::Board {
 public:
  void begin();
  /** Reconnects the Wi-Fi if necessary and feeds the watchdog. Call it in every turn of the main loop. */
  void care();

  uint64_t nowMs() override;
  uint32_t random() override;
  bool online() override;
  long memoryFree() override;
  int rssi() override;
  const char *resetReason() override;
  const char *identity() override { return identity_; }
  const char *version() override { return "1.0.0"; }
  void show(const char *level, const char *line) override;
  void reboot() override;
  bool loadToken(const char *gateway, char *out, size_t room) override;
  void saveToken(const char *gateway, const char *token) override;

 private:
  Preferences kept_;
  char identity_[32] = "";
  uint64_t joinedMs_ = 0;
};
