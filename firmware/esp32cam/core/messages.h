#pragma once

#include "bytes.h"

namespace darvaza {

/** Kinds of messages from the gateway. Nothing: messages that need no answer (ack, pong, error, unknown types). */
enum class Heard { Nothing, Unreadable, Welcome, Ping, Status, Viewers, Action };

enum class Action {
  Unknown,
  CapturePhoto,
  FlashOn,
  FlashOff,
  CameraReset,
  Reboot,
  FrameRate,
  Resolution,
  Quality,
  Stop,
};

/** One parsed message of the gateway. */
struct Order {
  Heard heard = Heard::Nothing;
  Action action = Action::Unknown;
  char name[32] = "";     // the action's name as the gateway sent it
  int viewers = 0;
  double value = -1;      // frames per second, or quality 1..100; -1 when missing
  char word[16] = "";     // the resolution's name
  bool flash = false;
  int intensity = 100;    // 0..100
};

Order understand(const char *text, size_t size);

}  // namespace darvaza
