#include "conversation.h"

#include "jpeg.h"

namespace darvaza {

namespace {

constexpr uint64_t kSilenceMs = 45000;    // the gateway's own limit
constexpr uint64_t kPingEveryMs = 15000;
constexpr uint64_t kHeartbeatMs = 30000;
constexpr uint64_t kStalledMs = 10000;    // a line that takes nothing for so long is lost
constexpr uint32_t kCameraRestMs = 10000;  // a broken one blocks for 4 s each time it is asked
constexpr const char *kNoPicture = "the camera gave no picture";
constexpr const char *kFull = "the gateway takes nothing off the line";
constexpr double kHighestFps = 30;
constexpr double kLowestFps = 0.1;

int within(double value, int low, int high) { return value < low ? low : value > high ? high : int(value); }

}  // namespace

Conversation::Conversation(Board &board, Camera &camera, Wire &wire, Logbook &logbook, const StreamSettings &settings)
    : board_(board),
      camera_(camera),
      wire_(wire),
      logbook_(logbook),
      settings_(settings),
      pace_(settings.idleEveryMs) {
  copyText(resolution_, settings.resolution);
}

void Conversation::begin() {
  const uint64_t now = board_.nowMs();
  outbox_.reset();
  decoder_.reset();
  pace_.startOver(now);
  pace_.setRate(settings_.fps);
  admitted_ = stillWanted_ = restartWanted_ = rebootWanted_ = false;
  beganMs_ = heardMs_ = pingedMs_ = heartbeatMs_ = stuckSinceMs_ = secondMs_ = now;
  leftBefore_ = 0;
  inSecond_ = 0;
  closeCode_ = 0;
  ending_[0] = 0;

  char text[384];
  JsonWriter hello(text, sizeof text);
  hello.text("type", "connection").text("status", "connected").text("device", "ESP32CAM");
  hello.text("version", board_.version()).number("timestamp", (long long)now).number("memory_free", board_.memoryFree());
  hello.number("rssi", board_.rssi()).number("uptime", (long long)(now / 1000));
  hello.text("resolution", resolution_).number("quality", settings_.quality).fraction("frame_rate", settings_.fps);
  say(hello, text);
}

void Conversation::hear(const uint8_t *data, size_t size) {
  if (closeCode_) return;
  if (size > 0) heardMs_ = board_.nowMs();
  while (size > 0 && !closeCode_) {
    const Decoder::Step step = decoder_.feed(data, size);
    if (step == Decoder::Step::NeedMore) return;
    if (step == Decoder::Step::Failed) return sayClose(decoder_.failure(), "the gateway broke the protocol");
    const char *text = reinterpret_cast<const char *>(decoder_.data());
    switch (decoder_.opcode()) {
      case Opcode::Text:
        answer(text, decoder_.size());
        break;
      case Opcode::Ping:
        if (!outbox_.add(Opcode::Pong, decoder_.data(), decoder_.size(), board_.random())) finish(1006, kFull);
        break;
      case Opcode::Close: {
        const uint8_t *code = decoder_.data();
        const bool given = decoder_.size() >= 2;
        outbox_.add(Opcode::Close, code, given ? 2 : 0, board_.random());
        char why[128];
        snprintf(why, sizeof why, "closed by the gateway: %.*s", given ? int(decoder_.size() - 2) : 0, text + 2);
        finish(given ? uint16_t(code[0] << 8 | code[1]) : 1005, why);
        break;
      }
      default:
        break;  // a pong counts as heard, and binary is not for a camera
    }
  }
}

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
    case Heard::Viewers:
      pace_.setViewers(order.viewers, board_.nowMs());
      return;
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
      still_.quality = order.value > 0 ? within(order.value, 1, 100) : 90;
      still_.flash = order.flash;
      still_.intensity = within(order.intensity, 0, 100);
      stillWanted_ = true;
      return;  // acknowledged when it has been taken
    case Action::FlashOn:
      camera_.flash(within(order.intensity, 0, 100));
      return acknowledge("action", "success", "action", order.name);
    case Action::FlashOff:
    case Action::Stop:
      camera_.flash(0);
      return acknowledge("action", "success", "action", order.name);
    case Action::CameraReset:
      restartWanted_ = true;
      return;  // once no picture of it is on its way
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

bool Conversation::tick() {
  if (!closeCode_) {
    if (picture_.data && !outbox_.picturePending()) camera_.giveBack(picture_);
    if (outbox_.empty() && !picture_.data) {
      if (restartWanted_) {
        restartWanted_ = false;
        acknowledge("action", camera_.restart() ? "success" : "error", "action", "camera_reset");
      } else if (stillWanted_) {
        sendStill();
      } else if (pace_.due(board_.nowMs())) {
        sendPicture();
      }
    }
    keepAlive();
    if (admitted_ && outbox_.empty()) forwardLog();
  }

  const Outbox::Flow flow = outbox_.pump(wire_);
  const uint64_t now = board_.nowMs();
  if (flow == Outbox::Flow::Lost) finish(1006, "the line was cut");
  if (flow != Outbox::Flow::Busy || outbox_.left() != leftBefore_) stuckSinceMs_ = now;
  leftBefore_ = outbox_.left();
  if (now - stuckSinceMs_ > kStalledMs) finish(1006, kFull);
  if (rebootWanted_ && flow == Outbox::Flow::Idle) {
    leave();
    board_.reboot();
  }
  // A close frame, ours or the echo of theirs, leaves before the line is cut; a stuck one is cut with it.
  return !closeCode_ || (flow == Outbox::Flow::Busy && now - stuckSinceMs_ < 1000);
}

void Conversation::leave() {
  sayClose(1001, "the board leaves");
  outbox_.pump(wire_);
}

void Conversation::end() {
  if (picture_.data) camera_.giveBack(picture_);
  camera_.flash(0);  // nobody can switch it off any more
}

void Conversation::sendPicture() {
  const uint64_t now = board_.nowMs();
  pace_.taken(now);
  if (!camera_.take(picture_)) {
    pace_.pause(now, kCameraRestMs);
    board_.show("warning", kNoPicture);
    char text[96];
    JsonWriter error(text, sizeof text);
    return say(error.text("type", "camera_error").text("message", kNoPicture), text);
  }
  if (lendPicture(false)) countPicture();
}

void Conversation::sendStill() {
  stillWanted_ = false;
  char text[128];
  if (!camera_.takeStill(picture_, still_) || !lendPicture(true)) {
    JsonWriter error(text, sizeof text);
    say(error.text("type", "photo_error").text("message", kNoPicture), text);
    return acknowledge("action", "error", "reason", kNoPicture);
  }
  JsonWriter sent(text, sizeof text);
  say(sent.text("type", "photo_sent").number("size", (long long)picture_.size), text);
  snprintf(text, sizeof text, "%ux%u, %u bytes", unsigned(picture_.width), unsigned(picture_.height),
           unsigned(picture_.size));
  acknowledge("action", "success", "photo", text);
}

bool Conversation::lendPicture(bool still) {
  picture_.size = jpegSize(picture_.data, picture_.size);
  if (picture_.size == 0) {
    spoiled_++;
    camera_.giveBack(picture_);
    return false;
  }
  char text[224];
  JsonWriter frame(text, sizeof text);
  frame.text("type", "frame").number("size", (long long)picture_.size).number("width", picture_.width);
  frame.number("height", picture_.height).number("timestamp", (long long)board_.nowMs()).fraction("fps", fps_);
  frame.text("device", "ESP32CAM");
  if (still) frame.flag("still", true);
  say(frame, text);
  if (outbox_.addPicture(picture_.data, picture_.size, board_.random())) return true;
  camera_.giveBack(picture_);
  return false;
}

void Conversation::countPicture() {
  const uint64_t now = board_.nowMs();
  inSecond_++;
  if (now - secondMs_ < 1000) return;
  fps_ = inSecond_ * 1000.0 / double(now - secondMs_);
  inSecond_ = 0;
  secondMs_ = now;
}

void Conversation::keepAlive() {
  const uint64_t now = board_.nowMs();
  if (now - heardMs_ > kSilenceMs) return finish(1006, "nothing heard for 45 s");
  if (now - pingedMs_ >= kPingEveryMs) {
    pingedMs_ = now;
    outbox_.add(Opcode::Ping, "dv", 2, board_.random());
  }
  if (now - heartbeatMs_ >= kHeartbeatMs) {
    heartbeatMs_ = now;
    char text[192];
    JsonWriter beat(text, sizeof text);
    beat.text("type", "heartbeat").number("timestamp", (long long)now).text("device", "ESP32CAM");
    beat.number("memory_free", board_.memoryFree()).number("rssi", board_.rssi());
    say(beat.number("uptime", (long long)(now / 1000)), text);
  }
}

void Conversation::forwardLog() {
  const Logbook::Line *line = logbook_.oldest();
  if (!line) return;
  if (const unsigned lost = logbook_.takeLost()) {
    char note[64];
    snprintf(note, sizeof note, "%u older log lines were lost while offline", lost);
    char text[160];
    JsonWriter log(text, sizeof text);
    say(log.text("type", "log").text("level", "warning").text("message", note).text("device", "ESP32CAM"), text);
  }
  char text[512];
  JsonWriter log(text, sizeof text);
  log.text("type", "log").text("level", line->level).text("message", line->text);
  say(log.number("timestamp", (long long)line->atMs).text("device", "ESP32CAM"), text);
  logbook_.drop();
}

void Conversation::say(JsonWriter &writer, const char *text) {
  if (!writer.whole()) return board_.show("error", "a message did not fit into its buffer");
  if (!outbox_.add(Opcode::Text, text, writer.size(), board_.random())) {
    finish(1006, kFull);
  }
}

void Conversation::sayClose(uint16_t code, const char *why) {
  const uint8_t payload[2] = {uint8_t(code >> 8), uint8_t(code)};
  outbox_.add(Opcode::Close, payload, sizeof payload, board_.random());
  finish(code, why);
}

void Conversation::finish(uint16_t code, const char *why) {
  if (closeCode_) return;
  closeCode_ = code;
  copyText(ending_, why);
}

}  // namespace darvaza
