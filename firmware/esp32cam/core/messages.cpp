#include "messages.h"

#include "json.h"

namespace darvaza {

namespace {

Action actionCalled(const char *name) {
  static const struct {
    const char *name;
    Action action;
  } known[] = {
      {"capture_photo", Action::CapturePhoto}, {"flash_on", Action::FlashOn},
      {"flash_off", Action::FlashOff},         {"camera_reset", Action::CameraReset},
      {"system_reboot", Action::Reboot},       {"frame_rate", Action::FrameRate},
      {"resolution", Action::Resolution},      {"quality", Action::Quality},
      {"emergency_stop", Action::Stop},        {"emergency_stop_smooth", Action::Stop},
  };
  for (const auto &one : known) {
    if (strcmp(one.name, name) == 0) return one.action;
  }
  return Action::Unknown;
}

/** A received number as an int within limits. The limits matter, as casting 1e300 to int is undefined behaviour. */
int whole(const Json &json, int otherwise, int low, int high) {
  const double value = json.number(otherwise);
  return value < low ? low : value > high ? high : int(value);
}

/** The value of a setting, which may stand under the setting's own name or under `value`. */
Json valueOf(const Json &command, const char *name) {
  const Json own = command[name];
  return own ? own : command["value"];
}

}  // namespace

Order understand(const char *text, size_t size) {
  Order order;
  const Json message = Json::parse(text, size);
  const Json type = message["type"];
  if (!type) {
    order.heard = Heard::Unreadable;
  } else if (type.is("connection_ack")) {
    order.heard = Heard::Welcome;
  } else if (type.is("ping")) {
    order.heard = Heard::Ping;
  } else if (type.is("status")) {
    order.heard = Heard::Status;
  } else if (type.is("viewers") && message["count"].isNumber()) {
    order.heard = Heard::Viewers;
    order.viewers = whole(message["count"], 0, 0, 1000000);
  } else if (type.is("action")) {
    const Json command = message["command"];
    order.heard = Heard::Action;
    command["action"].string(order.name, sizeof order.name);
    order.action = actionCalled(order.name);
    order.flash = command["flash"].boolean(false);
    order.intensity = whole(command["intensity"], 100, 0, 100);
    valueOf(command, order.name).string(order.word, sizeof order.word);
    const char *number = order.action == Action::CapturePhoto ? "quality" : order.name;
    order.value = valueOf(command, number).number(-1);
  }
  return order;
}

}  // namespace darvaza
