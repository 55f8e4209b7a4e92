#pragma once

#include "bytes.h"

/*
 * The interfaces that the core needs. On the ESP32 (src/main.cpp) they are the radio, the camera and the chip; on a PC
 * (host/board.cpp) a socket, a file and standard output. No function here waits for the network, except dial() for a
 * name lookup and a TLS handshake.
 */

namespace darvaza {

/** The connection to the gateway. */
class Wire {
 public:
  enum class State { Down, Dialing, Up };
  virtual ~Wire() = default;
  virtual bool dial(const char *host, uint16_t port, bool secure) = 0;
  virtual State state() = 0;
  /** Returns the number of bytes accepted; 0 when none can be sent now; -1 when the connection is lost. */
  virtual int write(const uint8_t *data, size_t size) = 0;
  /** Returns the number of bytes read; 0 when none have arrived; -1 when the connection is lost. */
  virtual int read(uint8_t *data, size_t size) = 0;
  virtual void hangUp() = 0;
};

/** One JPEG. Its bytes may be changed (they are masked in place) until giveBack(). */
struct Picture {
  uint8_t *data = nullptr;
  size_t size = 0;
  uint16_t width = 0;
  uint16_t height = 0;
};

/** Settings for a single photo. */
struct StillOrder {
  int quality = 90;    // 1..100
  bool flash = false;
  int intensity = 100; // brightness of the flash, 0..100
};

class Camera {
 public:
  virtual ~Camera() = default;
  virtual bool take(Picture &picture) = 0;
  /** Takes one picture at the highest resolution. Afterwards the stream continues as before. */
  virtual bool takeStill(Picture &picture, const StillOrder &order) = 0;
  virtual void giveBack(Picture &picture) = 0;
  /** `name`: "QVGA", "VGA", "SVGA", "XGA", "HD", "SXGA" or "UXGA". False when the camera does not support it. */
  virtual bool setResolution(const char *name) = 0;
  /** `percent`: 1..100. */
  virtual bool setQuality(int percent) = 0;
  /** `intensity`: 0..100; 0 is off. */
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
  /** Signal strength in dBm, or 0 when there is no radio. */
  virtual int rssi() = 0;
  /** Reason of the last start: "power_on", "brownout", "watchdog", "panic", "software" or "unknown". */
  virtual const char *resetReason() = 0;
  virtual const char *identity() = 0;
  virtual const char *version() = 0;
  /** Prints a line for a person at the board. It never contains a secret. */
  virtual void show(const char *level, const char *line) = 0;
  virtual void reboot() = 0;
  /** Reads the stored token for `gateway`. False when there is none. */
  virtual bool loadToken(const char *gateway, char *out, size_t room) = 0;
  virtual void saveToken(const char *gateway, const char *token) = 0;
};

}  // namespace darvaza
