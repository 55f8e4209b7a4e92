#pragma once

#include "backoff.h"
#include "conversation.h"
#include "http.h"

namespace darvaza {

struct Settings {
  const char *gateway = "";         // ws:// or wss://
  const char *token = "";           // empty: fetch one at the first start and keep it
  const char *name = "";            // empty: the board's own identity
  uint32_t rebootOfflineMin = 30;   // restart after so long without a gateway; 0: never
  StreamSettings stream;
};

/** The main loop: get a token, connect, talk to the gateway, reconnect after a loss. Call tick() again and again. */
class Station {
 public:
  Station(Board &board, Camera &camera, Wire &wire, const Settings &settings);

  /** False when the settings cannot work; it prints why. */
  bool begin();
  void tick();
  /** Closes the connection properly, before the board stops. */
  void stop();

  bool talking() const { return phase_ == Phase::Talking; }

 private:
  enum class Phase { Resting, Minting, Upgrading, Talking };

  void dial(Phase phase);
  bool sendRequest();
  void listen();
  void hearAnswer(const uint8_t *data, size_t size);
  void endAnswer();
  void welcome();
  void refused();
  void talkEnded();
  void keepMinted();
  void rest(uint32_t floorMs, const char *why);
  void log(const char *level, const char *line);

  Board &board_;
  Wire &wire_;
  Settings settings_;
  Logbook logbook_;
  Conversation conversation_;
  Backoff backoff_;
  Url url_;
  char origin_[224] = "";
  char token_[256] = "";
  char key_[25] = "";
  Phase phase_ = Phase::Resting;
  bool asked_ = false;     // the request of this phase has been sent
  bool headRead_ = false;
  Answer answer_;
  uint64_t phaseMs_ = 0;   // when this phase began
  uint64_t headMs_ = 0;    // when the head of the answer was complete
  uint64_t resumeMs_ = 0;  // when the next attempt is due
  uint64_t contactMs_ = 0;
};

}  // namespace darvaza
