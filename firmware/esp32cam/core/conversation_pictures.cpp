/* Takes pictures and sends them to the gateway. */
#include "conversation.h"
#include "jpeg.h"

namespace darvaza {

namespace {

constexpr uint32_t kCameraRestMs = 10000;  // a broken camera blocks for 4 s at each attempt
constexpr const char *kNoPicture = "the camera gave no picture";

}  // namespace

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

}  // namespace darvaza
