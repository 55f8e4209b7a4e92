/*
 * The camera's firmware on a PC, with a file instead of a camera. It prints one JSON line for each event.
 *
 *   board --url ws://127.0.0.1:3000 --jpeg FILE [--token T | --token-file FILE] [--still FILE] [--name ID]
 *         [--fps 10] [--idle-ms 5000] [--seconds 5]
 */
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

#include "station.h"
#include "tcp_wire.h"

using namespace darvaza;

namespace {

void print(JsonWriter &writer, const char *text) {
  if (writer.whole()) puts(text);
  fflush(stdout);
}

std::vector<uint8_t> readFile(const std::string &path) {
  std::vector<uint8_t> bytes;
  if (FILE *file = fopen(path.c_str(), "rb")) {
    uint8_t piece[4096];
    for (size_t size; (size = fread(piece, 1, sizeof piece, file)) > 0;) bytes.insert(bytes.end(), piece, piece + size);
    fclose(file);
  }
  return bytes;
}

class PcBoard : public Board {
 public:
  explicit PcBoard(std::string tokenFile) : tokenFile_(std::move(tokenFile)) {}

  uint64_t nowMs() override {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const uint64_t ms = uint64_t(now.tv_sec) * 1000 + uint64_t(now.tv_nsec) / 1000000;
    if (!bootMs_) bootMs_ = ms;
    return ms - bootMs_;
  }
  uint32_t random() override { return uint32_t(random_()); }
  bool online() override { return true; }
  long memoryFree() override { return 200000; }
  int rssi() override { return -50; }
  const char *resetReason() override { return "power_on"; }
  const char *identity() override { return "camera-on-a-pc"; }
  const char *version() override { return "1.0.0"; }
  void show(const char *level, const char *line) override {
    char text[640];
    JsonWriter event(text, sizeof text);
    print(event.text("event", "log").text("level", level).text("line", line), text);
  }
  void reboot() override {
    char text[32];
    JsonWriter event(text, sizeof text);
    print(event.text("event", "reboot"), text);
    exit(0);
  }
  bool loadToken(const char *gateway, char *out, size_t room) override {
    const std::vector<uint8_t> bytes = readFile(tokenFile_);
    const Json kept = Json::parse(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    char owner[224];
    return kept["gateway"].string(owner, sizeof owner) && strcmp(owner, gateway) == 0 &&
           kept["token"].string(out, room);
  }
  void saveToken(const char *gateway, const char *token) override {
    char text[640];
    JsonWriter kept(text, sizeof text);
    if (!kept.text("gateway", gateway).text("token", token).whole() || tokenFile_.empty()) return;
    if (FILE *file = fopen(tokenFile_.c_str(), "wb")) {
      fputs(text, file);
      fclose(file);
    }
  }

 private:
  std::string tokenFile_;
  uint64_t bootMs_ = 0;
  std::random_device random_;
};

/** Always shows the same file, and another one for single photos. */
class FileCamera : public Camera {
 public:
  FileCamera(std::vector<uint8_t> stream, std::vector<uint8_t> still)
      : stream_(std::move(stream)), still_(std::move(still)) {}

  bool take(Picture &picture) override { return lend(picture, stream_); }
  bool takeStill(Picture &picture, const StillOrder &order) override {
    char text[96];
    JsonWriter event(text, sizeof text);
    print(event.text("event", "still").number("quality", order.quality).flag("flash", order.flash), text);
    return lend(picture, still_);
  }
  void giveBack(Picture &picture) override { picture = Picture(); }
  bool setResolution(const char *name) override {
    static const char *known[] = {"QVGA", "VGA", "SVGA", "XGA", "HD", "SXGA", "UXGA"};
    for (const char *one : known) {
      if (strcmp(one, name) == 0) return say("resolution", name), true;
    }
    return false;
  }
  bool setQuality(int percent) override { return say("quality", std::to_string(percent).c_str()), true; }
  void flash(int intensity) override {
    if (intensity != lit_) say("flash", std::to_string(intensity).c_str());
    lit_ = intensity;
  }
  bool restart() override { return say("restart", ""), true; }

 private:
  bool lend(Picture &picture, const std::vector<uint8_t> &bytes) {
    lent_ = bytes;  // a copy, because the bytes are masked in place
    picture.data = lent_.data();
    picture.size = lent_.size();
    for (size_t i = 2; i + 9 < lent_.size() && lent_[i] == 0xFF;) {  // the size stands in the "start of frame" segment
      const uint8_t marker = lent_[i + 1];
      if (marker >= 0xC0 && marker <= 0xC2) {
        picture.height = uint16_t(lent_[i + 5] << 8 | lent_[i + 6]);
        picture.width = uint16_t(lent_[i + 7] << 8 | lent_[i + 8]);
        break;
      }
      i += 2 + size_t(lent_[i + 2] << 8 | lent_[i + 3]);
    }
    return !lent_.empty();
  }
  void say(const char *event, const char *value) {
    char text[96];
    JsonWriter line(text, sizeof text);
    print(line.text("event", event).text("value", value), text);
  }

  std::vector<uint8_t> stream_, still_, lent_;
  int lit_ = 0;
};

}  // namespace

int main(int count, char **arguments) {
  Settings settings;
  std::string jpeg, still, tokenFile;
  double seconds = 0;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string flag = arguments[i];
    char *value = arguments[i + 1];
    if (flag == "--url") settings.gateway = value;
    else if (flag == "--token") settings.token = value;
    else if (flag == "--token-file") tokenFile = value;
    else if (flag == "--jpeg") jpeg = value;
    else if (flag == "--still") still = value;
    else if (flag == "--name") settings.name = value;
    else if (flag == "--fps") settings.stream.fps = atof(value);
    else if (flag == "--idle-ms") settings.stream.idleEveryMs = uint32_t(atoi(value));
    else if (flag == "--seconds") seconds = atof(value);
    else return fprintf(stderr, "board: there is no option called %s\n", flag.c_str()), 2;
  }
  if (jpeg.empty() || count % 2 == 0) {
    fputs("board --url ws://127.0.0.1:3000 --jpeg FILE [--token T | --token-file FILE] [--still FILE] [--name ID]\n"
          "      [--fps 10] [--idle-ms 5000] [--seconds 5]\n", stderr);
    return 2;
  }

  PcBoard board(tokenFile);
  const std::vector<uint8_t> picture = readFile(jpeg);
  FileCamera camera(picture, still.empty() ? picture : readFile(still));
  TcpWire wire;
  static Station station(board, camera, wire, settings);
  if (!station.begin()) return 1;
  const uint64_t endMs = seconds > 0 ? board.nowMs() + uint64_t(seconds * 1000) : UINT64_MAX;
  while (board.nowMs() < endMs) {
    station.tick();
    usleep(1000);
  }
  station.stop();
  return 0;
}
