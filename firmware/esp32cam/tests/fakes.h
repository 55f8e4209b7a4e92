#pragma once

#include <algorithm>
#include <memory>

#include "check.h"
#include "station.h"

/** A fake board. The test sets its clock, and its random numbers are constant. */
class TestBoard : public darvaza::Board {
 public:
  uint64_t now = 1000;
  bool wifi = true;
  std::string shown, kept, keptFor;
  int reboots = 0;

  uint64_t nowMs() override { return now; }
  uint32_t random() override { return 0x01020304; }
  bool online() override { return wifi; }
  long memoryFree() override { return 100000; }
  int rssi() override { return -61; }
  const char *resetReason() override { return "brownout"; }
  const char *identity() override { return "esp-test"; }
  const char *version() override { return "1.0.0"; }
  void show(const char *level, const char *line) override { shown += std::string(level) + ": " + line + "\n"; }
  void reboot() override { reboots++; }
  bool loadToken(const char *gateway, char *out, size_t room) override {
    if (keptFor != gateway) return false;
    snprintf(out, room, "%s", kept.c_str());
    return true;
  }
  void saveToken(const char *gateway, const char *token) override { keptFor = gateway, kept = token; }
};

class TestCamera : public darvaza::Camera {
 public:
  std::string jpeg = std::string("\xFF\xD8") + std::string(100, 'j') + "\xFF\xD9";
  std::string still = std::string("\xFF\xD8") + std::string(3000, 's') + "\xFF\xD9";
  int taken = 0, stills = 0, lent = 0, restarts = 0, flashed = 0, quality = 0;
  bool broken = false;
  std::string resolution;
  darvaza::StillOrder order;

  bool take(darvaza::Picture &picture) override { return taken++, lend(picture, jpeg); }
  bool takeStill(darvaza::Picture &picture, const darvaza::StillOrder &wanted) override {
    order = wanted;
    return stills++, lend(picture, still);
  }
  void giveBack(darvaza::Picture &picture) override {
    lent--;
    picture = darvaza::Picture();
  }
  bool setResolution(const char *name) override {
    if (std::string(name) == "HUGE") return false;
    resolution = name;
    return true;
  }
  bool setQuality(int percent) override { return quality = percent, true; }
  void flash(int intensity) override { flashed = intensity; }
  bool restart() override { return restarts++, true; }

 private:
  bool lend(darvaza::Picture &picture, const std::string &bytes) {
    if (broken) return false;
    check(lent == 0);  // only one picture at a time: the chip has no memory for more
    lent++;
    buffer_ = bytes;
    picture.data = reinterpret_cast<uint8_t *>(&buffer_[0]);
    picture.size = buffer_.size();
    picture.width = 800, picture.height = 600;
    return true;
  }
  std::string buffer_;
};

/** A fake connection. The test plays the gateway. */
class TestWire : public darvaza::Wire {
 public:
  State now = State::Down;
  std::string sent, coming;
  size_t room = SIZE_MAX;  // bytes that the connection still accepts
  size_t piece = SIZE_MAX; // bytes that one write accepts
  bool cut = false;
  int dials = 0;

  bool dial(const char *, uint16_t, bool) override {
    dials++;
    sent.clear(), coming.clear();
    cut = false;
    now = State::Up;
    return true;
  }
  State state() override { return now; }
  int write(const uint8_t *data, size_t size) override {
    if (cut) return -1;
    size = std::min({size, room, piece});
    sent.append(reinterpret_cast<const char *>(data), size);
    if (room != SIZE_MAX) room -= size;
    return int(size);
  }
  int read(uint8_t *data, size_t size) override {
    size = std::min(size, coming.size());
    if (size == 0) return cut ? -1 : 0;
    memcpy(data, coming.data(), size);
    coming.erase(0, size);
    return int(size);
  }
  void hangUp() override { now = State::Down; }
};

struct Sent {
  int opcode;
  std::string payload;
};

/** Removes all complete frames from `bytes` and returns them unmasked. A frame without a mask fails the test. */
inline std::vector<Sent> takeFrames(std::string &bytes) {
  std::vector<Sent> frames;
  for (;;) {
    if (bytes.size() < 6) return frames;
    check(bytes[1] & 0x80);
    size_t length = bytes[1] & 0x7F, at = 2;
    const size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (more) length = 0;
    for (size_t i = 0; i < more; i++) length = length << 8 | uint8_t(bytes[at++]);
    if (bytes.size() < at + 4 + length) return frames;
    Sent sent{bytes[0] & 0x0F, bytes.substr(at + 4, length)};
    for (size_t i = 0; i < length; i++) sent.payload[i] ^= bytes[at + (i & 3)];
    frames.push_back(sent);
    bytes.erase(0, at + 4 + length);
  }
}
