#pragma once

#include "bytes.h"

/*
 * What the core asks of the world. src/main.cpp answers with a radio, a lens and a chip; host/board.cpp with a socket,
 * a file and standard output. Nothing here waits for the network, except a name lookup and a TLS handshake in dial().
 */

namespace darvaza {

/** The line to the gateway. */
class Wire {
 public:
  enum class State { Down, Dialing, Up };
  virtual ~Wire() = default;
  virtual bool dial(const char *host, uint16_t port, bool secure) = 0;
  virtual State state() = 0;
  /** Bytes taken; 0 when there is no room just now; -1 when the line is lost. */
  virtual int write(const uint8_t *data, size_t size) = 0;
  /** Bytes given; 0 when there are none just now; -1 when the line is lost. */
  virtual int read(uint8_t *data, size_t size) = 0;
  virtual void hangUp() = 0;
};

/** One JPEG. The bytes may be changed (they are masked in place) until it is given back. */
struct Picture {
  uint8_t *data = nullptr;
  size_t size = 0;
  uint16_t width = 0;
  uint16_t height = 0;
};

/** What a single photo is to look like. */
struct StillOrder {
  int quality = 90;    // 1..100
  bool flash = false;
  int intensity = 100; // of the flash, 0..100
};

class Camera {
 public:
  virtual ~Camera() = default;
  virtual bool take(Picture &picture) = 0;
  /** One picture at the highest resolution; the stream goes on as before afterwards. */
  virtual bool takeStill(Picture &picture, const StillOrder &order) = 0;
  virtual void giveBack(Picture &picture) = 0;
  /** "QVGA", "VGA", "SVGA", "XGA", "HD", "SXGA", "UXGA"; false when the camera cannot. */
  virtual bool setResolution(const char *name) = 0;
  /** 1..100. */
  virtual bool setQuality(int percent) = 0;
  /** 0..100; 0 is off. */
  virtual void flash(int intensity) = 0;
  virtual bool restart() = 0;
};

class Board {
 public:
  virtual ~Board() = default;
  /** Milliseconds since boot; never wraps. */
  virtual uint64_t nowMs() = 0;
  virtual uint32_t random() = 0;
  virtual bool online() = 0;
  virtual long memoryFree() = 0;
  /** dBm, or 0 when there is no radio. */
  virtual int rssi() = 0;
  /** Why it started last: "power_on", "brownout", "watchdog", "panic", "software" or "unknown". */
  virtual const char *resetReason() = 0;
  virtual const char *identity() = 0;
  virtual const char *version() = 0;
  /** For whoever stands beside the board. Never holds a secret. */
  virtual void show(const char *level, const char *line) = 0;
  virtual void reboot() = 0;
  /** The kept token of `gateway`, or false. */
  virtual bool loadToken(const char *gateway, char *out, size_t room) = 0;
  virtual void saveToken(const char *gateway, const char *token) = 0;
};

}  // namespace darvaza
