#pragma once

#include "json.h"
#include "logbook.h"
#include "messages.h"
#include "outbox.h"
#include "pace.h"

namespace darvaza {

/** Where a new board starts; the gateway changes it on command. */
struct StreamSettings {
  double fps = 10;
  const char *resolution = "SVGA";
  int quality = 80;             // 1..100
  uint32_t idleEveryMs = 5000;  // between pictures while nobody watches
};

/**
 * One connection, from the 101 to its end: answers commands, sends pictures at their pace, notices a dead line.
 * It lives as long as the board; begin() starts the next conversation.
 */
class Conversation {
 public:
  Conversation(Board &board, Camera &camera, Wire &wire, Logbook &logbook, const StreamSettings &settings);

  void begin();
  /** Bytes behind the handshake. */
  void hear(const uint8_t *data, size_t size);
  /** Everything that is due now. False when the conversation is over; closeCode() says how. */
  bool tick();
  /** Our own goodbye, as far as the line takes it now: behind a whole picture, or not at all. */
  void leave();
  /** Lets go of the camera and the flash. */
  void end();

  uint16_t closeCode() const { return closeCode_; }
  const char *ending() const { return ending_; }
  /** How long the line has held, for the back-off. */
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
