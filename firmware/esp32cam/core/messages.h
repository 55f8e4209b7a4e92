#pragma once

#include "bytes.h"

namespace darvaza {

/** What the gateway can say. Nothing stands for all that is not to be answered: ack, pong, error, and the unknown. */
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

/** One message of the gateway, understood. */
struct Order {
  Heard heard = Heard::Nothing;
  Action action = Action::Unknown;
  char name[32] = "";     // of the action, as the gateway said it
  int viewers = 0;
  double value = -1;      // frames a second, or quality 1..100; -1 when not given
  char word[16] = "";     // the resolution's name
  bool flash = false;
  int intensity = 100;    // 0..100
};

Order understand(const char *text, size_t size);

}  // namespace darvaza
