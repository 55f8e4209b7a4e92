#include "conversation.h"

namespace darvaza {

namespace {

constexpr uint64_t kSilenceMs = 45000;    // the gateway uses the same limit
constexpr uint64_t kPingEveryMs = 15000;
constexpr uint64_t kHeartbeatMs = 30000;
constexpr uint64_t kStalledMs = 10000;    // a connection that accepts no data for this long counts as lost
constexpr const char *kFull = "the gateway takes nothing off the line";

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
  hello.text("reset_reason", board_.resetReason());
  hello.text("resolution", resolution_).number("quality", settings_.quality).fraction("frame_rate", settings_.fps);
  say(hello, text);
  // After this message the gateway reports the number of viewers.
  JsonWriter question(text, sizeof text);
  say(question.text("type", "viewers"), text);
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
        break;  // a pong needs no answer, and a camera ignores binary messages
    }
  }
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
  // A Close frame is sent before the socket is closed, unless no byte can be sent for 1 s.
  return !closeCode_ || (flow == Outbox::Flow::Busy && now - stuckSinceMs_ < 1000);
}

void Conversation::leave() {
  sayClose(1001, "the board leaves");
  outbox_.pump(wire_);
}

void Conversation::end() {
  if (picture_.data) camera_.giveBack(picture_);
  camera_.flash(0);  // without a connection nobody could switch it off
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
