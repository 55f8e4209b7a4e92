#pragma once

#include "backoff.h"
#include "conversation.h"
#include "http.h"

namespace darvaza {

struct Settings {
  const char *gateway = "";         // ws:// or wss://
  const char *token = "";           // empty: fetch one on the first start and keep it
  const char *name = "";            // empty: the board's own identity
  uint32_t rebootOfflineMin = 30;   // without a word from any gateway; 0 never
  StreamSettings stream;
};

/** The board's whole day: get a token, dial, talk, and start over when the line is lost. Call tick() without end. */
class Station {
 public:
  Station(Board &board, Camera &camera, Wire &wire, const Settings &settings);

  /** False, with a sentence shown, when the settings cannot work. */
  bool begin();
  void tick();
  /** Says goodbye, for a board that is about to stop. */
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
  bool asked_ = false;     // the request of this phase has left
  bool headRead_ = false;
  Answer answer_;
  uint64_t phaseMs_ = 0;   // when this phase began
  uint64_t headMs_ = 0;    // when the head of the answer was whole
  uint64_t resumeMs_ = 0;  // when the rest is over
  uint64_t contactMs_ = 0;
};

}  // namespace darvaza
