#pragma once

#include "json.h"
#include "logbook.h"
#include "messages.h"
#include "outbox.h"
#include "pace.h"

namespace darvaza {

/** Settings of the stream at the start. The gateway can change them by command. */
struct StreamSettings {
  double fps = 10;
  const char *resolution = "SVGA";
  int quality = 80;             // 1..100
  uint32_t idleEveryMs = 5000;  // time between pictures while there is no viewer
};

/**
 * One connection from the 101 to its end: it answers commands, sends pictures in time, and detects a dead connection.
 * The same object serves all connections of the board; begin() starts the next one.
 */
class Conversation {
 public:
  Conversation(Board &board, Camera &camera, Wire &wire, Logbook &logbook, const StreamSettings &settings);

  void begin();
  /** Processes bytes that arrived after the handshake. */
  void hear(const uint8_t *data, size_t size);
  /** Does everything that is due now. False when the connection has ended; closeCode() has the reason. */
  bool tick();
  /** Sends a Close frame if possible right now. A picture that is being sent must be complete first. */
  void leave();
  /** Gives the picture back to the camera and switches the flash off. */
  void end();

  uint16_t closeCode() const { return closeCode_; }
  const char *ending() const { return ending_; }
  /** How long the connection has worked, in ms, for the back-off. */
  uint64_t heldMs() const { return heardMs_ - beganMs_; }

 private:
  void answer(const char *text, size_t size);
  void obey(const Order &order);
  void set(const Order &order);
  void acknowledge(const char *type, const char *status, const char *key, const char *detail);
  void tellState();
  void sendPicture();
  void sendStill();
  bool lendPicture(bool still);
  void keepAlive();
  void forwardLog();
  void say(JsonWriter &writer, const char *text);
  void sayClose(uint16_t code, const char *why);
  void finish(uint16_t code, const char *why);
  void countPicture();

  Board &board_;
  Camera &camera_;
  Wire &wire_;
  Logbook &logbook_;
  StreamSettings settings_;
  char resolution_[16];
  Pace pace_;
  Outbox outbox_;
  Decoder decoder_;
  Picture picture_;
  bool admitted_ = false;
  bool stillWanted_ = false;
  StillOrder still_;
  bool restartWanted_ = false;
  bool rebootWanted_ = false;
  uint64_t beganMs_ = 0;
  uint64_t heardMs_ = 0;
  uint64_t pingedMs_ = 0;
  uint64_t heartbeatMs_ = 0;
  uint64_t stuckSinceMs_ = 0;
  uint64_t leftBefore_ = 0;
  uint64_t secondMs_ = 0;
  unsigned inSecond_ = 0;
  double fps_ = 0;
  unsigned spoiled_ = 0;
  uint16_t closeCode_ = 0;
  char ending_[128] = "";
};

}  // namespace darvaza
