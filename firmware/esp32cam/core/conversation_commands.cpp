/* The messages of the gateway, and what the camera does for each. */
#include "conversation.h"

namespace darvaza {

namespace {

constexpr double kHighestFps = 30;
constexpr double kLowestFps = 0.1;

}  // namespace

void Conversation::answer(const char *text, size_t size) {
  const Order order = understand(text, size);
  switch (order.heard) {
    case Heard::Nothing:
      return;
    case Heard::Unreadable:
      return board_.show("warning", "the gateway said something that is no message");
    case Heard::Welcome:
      admitted_ = true;
      return;
    case Heard::Viewers: {
      const bool rested = pace_.idle();
      pace_.setViewers(order.viewers, board_.nowMs());
      if (pace_.idle() != rested) board_.show("info", rested ? "somebody watches" : "nobody watches: resting");
      return;
    }
    case Heard::Ping: {
      char out[96];
      JsonWriter pong(out, sizeof out);
      pong.text("type", "pong").text("device", "ESP32CAM").number("timestamp", (long long)board_.nowMs());
      return say(pong, out);
    }
    case Heard::Status:
      return tellState();
    case Heard::Action:
      return obey(order);
  }
}

void Conversation::obey(const Order &order) {
  switch (order.action) {
    case Action::CapturePhoto:
      still_.quality = order.value >= 1 && order.value <= 100 ? int(order.value) : 90;
      still_.flash = order.flash;
      still_.intensity = order.intensity;
      stillWanted_ = true;
      return;  // the acknowledgement is sent when the photo has been taken
    case Action::FlashOn:
      camera_.flash(order.intensity);
      return acknowledge("action", "success", "action", order.name);
    case Action::FlashOff:
    case Action::Stop:
      camera_.flash(0);
      return acknowledge("action", "success", "action", order.name);
    case Action::CameraReset:
      restartWanted_ = true;
      return;  // the restart waits until no picture is being sent
    case Action::Reboot:
      acknowledge("action", "success", "action", order.name);
      rebootWanted_ = true;
      return;
    case Action::FrameRate:
    case Action::Resolution:
    case Action::Quality:
      return set(order);
    case Action::Unknown:
      return acknowledge("action", "ignored", "unknown_action", order.name);
  }
}

void Conversation::set(const Order &order) {
  if (order.action == Action::Resolution) {
    if (!order.word[0] || !camera_.setResolution(order.word)) {
      return acknowledge("action", "error", "reason", "unknown resolution; say QVGA, VGA, SVGA, XGA, HD, SXGA or UXGA");
    }
    copyText(resolution_, order.word);
    return acknowledge("action", "success", "resolution", resolution_);
  }
  char said[16];
  if (order.action == Action::FrameRate) {
    if (order.value < kLowestFps || order.value > kHighestFps) {
      return acknowledge("action", "error", "reason", "frame_rate must be 0.1 to 30 frames a second");
    }
    settings_.fps = order.value;
    pace_.setRate(order.value);
    snprintf(said, sizeof said, "%.1f", order.value);
    return acknowledge("action", "success", "frame_rate", said);
  }
  if (order.value < 1 || order.value > 100 || !camera_.setQuality(int(order.value))) {
    return acknowledge("action", "error", "reason", "quality must be 1 to 100");
  }
  settings_.quality = int(order.value);
  snprintf(said, sizeof said, "%d", settings_.quality);
  acknowledge("action", "success", "quality", said);
}

void Conversation::acknowledge(const char *type, const char *status, const char *key, const char *detail) {
  char text[320];
  JsonWriter ack(text, sizeof text);
  ack.text("type", "ack").text("command_type", type).text("status", status);
  ack.open("detail").text(key, detail).close();
  ack.number("timestamp", (long long)board_.nowMs()).text("device", "ESP32CAM").number("memory_free", board_.memoryFree());
  say(ack, text);
}

void Conversation::tellState() {
  char text[512];
  JsonWriter ack(text, sizeof text);
  ack.text("type", "ack").text("command_type", "status").text("status", "success").open("detail");
  ack.number("memory_free", board_.memoryFree()).number("uptime", (long long)(board_.nowMs() / 1000));
  ack.flag("wifi_connected", board_.online()).number("rssi", board_.rssi());
  ack.fraction("frame_rate", settings_.fps).text("resolution", resolution_).number("quality", settings_.quality);
  ack.number("viewers", pace_.viewers()).fraction("fps", fps_).number("spoiled_pictures", spoiled_).close();
  ack.number("timestamp", (long long)board_.nowMs()).text("device", "ESP32CAM");
  say(ack, text);
}

}  // namespace darvaza
