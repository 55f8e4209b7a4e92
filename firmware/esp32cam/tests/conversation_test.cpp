#include "fakes.h"

using namespace darvaza;

namespace {

/** A conversation with fakes for everything it uses. `frames`: all frames it has sent, newest last. */
struct Talk {
  TestBoard board;
  TestCamera camera;
  TestWire wire;
  Logbook logbook;
  StreamSettings settings;
  std::unique_ptr<Conversation> talk;
  std::vector<Sent> frames;

  explicit Talk(double fps = 10) {
    settings.fps = fps;
    talk = std::make_unique<Conversation>(board, camera, wire, logbook, settings);
    wire.now = Wire::State::Up;
    talk->begin();
    tick();  // sends its first messages
  }
  bool tick(uint64_t ms = 0) {
    board.now += ms;
    const bool on = talk->tick();
    for (const Sent &sent : takeFrames(wire.sent)) frames.push_back(sent);
    return on;
  }
  void hear(const std::string &text, int opcode = 1) {
    std::string frame;
    frame += char(0x80 | opcode);
    check(text.size() < 126 * 100);
    if (text.size() < 126) {
      frame += char(text.size());
    } else {
      frame += char(126);
      frame += char(text.size() >> 8);
      frame += char(text.size());
    }
    frame += text;
    talk->hear(reinterpret_cast<const uint8_t *>(frame.data()), frame.size());
  }
  void order(const std::string &command) { hear("{\"type\":\"action\",\"command\":{" + command + "}}"); }
  /** The sent texts that contain `part`. */
  std::vector<std::string> said(const std::string &part) {
    std::vector<std::string> found;
    for (const Sent &sent : frames) {
      if (sent.opcode == 1 && sent.payload.find(part) != std::string::npos) found.push_back(sent.payload);
    }
    return found;
  }
  std::string lastAck() {
    const auto acks = said("\"type\":\"ack\"");
    return acks.empty() ? "" : acks.back();
  }
};

bool holds(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST(conversation, "introduces itself first, without its secret") {
  Talk it;
  check(holds(it.frames[0].payload, "\"type\":\"connection\",\"status\":\"connected\",\"device\":\"ESP32CAM\""));
  check(holds(it.frames[0].payload, "\"reset_reason\":\"brownout\""));
  check(!holds(it.frames[0].payload, "token"));
}

TEST(conversation, "asks once how many watch, right behind its first words") {
  Talk it;
  for (int i = 0; i < 50; i++) it.tick(100);
  check(it.said("\"type\":\"viewers\"").size() == 1);
  check(it.frames[1].payload == "{\"type\":\"viewers\"}");
}

TEST(conversation, "sends each picture right behind its metadata, byte for byte") {
  Talk it;
  it.tick();
  check(holds(it.frames[2].payload, "\"type\":\"frame\",\"size\":104,\"width\":800,\"height\":600"));
  checkEqual(it.frames[3].opcode, 2);
  checkEqual(it.frames[3].payload, it.camera.jpeg);
}

TEST(conversation, "keeps its rate") {
  Talk it(5);
  for (int i = 0; i < 1000; i++) it.tick(1);
  checkEqual(it.camera.taken, 6);  // at 0, 200, ... 1000 ms
}

TEST(conversation, "lends one picture at a time, and gives every one back, whole through a line that takes odd pieces") {
  Talk it(30);
  it.camera.jpeg = std::string("\xFF\xD8") + std::string(5000, 'j') + "\xFF\xD9";
  it.wire.piece = 7;
  for (int i = 0; i < 2000; i++) it.tick(3);
  it.talk->end();
  checkEqual(it.camera.lent, 0);
  check(it.camera.taken > 100);
  for (const Sent &sent : it.frames) check(sent.opcode == 1 || sent.payload == it.camera.jpeg);
}

TEST(conversation, "waits for a slow line instead of queueing old pictures") {
  Talk it;
  it.wire.room = 400;
  for (int i = 0; i < 50; i++) it.tick(100);
  check(it.camera.taken <= 3);
  it.wire.room = SIZE_MAX;
  it.tick(100);
  it.tick(100);
  check(it.camera.taken <= 5);
}

TEST(conversation, "says nothing between a picture's bytes, and everything after them") {
  Talk it;
  it.tick();
  it.camera.jpeg = std::string("\xFF\xD8") + std::string(50000, 'j') + "\xFF\xD9";
  it.wire.room = 20000;
  it.tick(100);
  it.hear("p", 9);
  it.hear("{\"type\":\"status\"}");
  it.tick(10);
  it.wire.room = SIZE_MAX;
  for (int i = 0; i < 10; i++) it.tick(1);
  size_t at = 0;
  while (it.frames[at].payload.size() < 50000) at++;
  checkEqual(it.frames[at].payload, it.camera.jpeg);
  checkEqual(it.frames[at + 1].opcode, 10);
  check(holds(it.frames[at + 2].payload, "\"command_type\":\"status\""));
}

TEST(conversation, "obeys while a picture is still on its way") {
  Talk it;
  it.camera.jpeg = std::string("\xFF\xD8") + std::string(50000, 'j') + "\xFF\xD9";
  it.camera.flashed = 80;
  it.wire.room = 2000;
  it.tick(100);
  it.order("\"action\":\"emergency_stop\"");
  checkEqual(it.camera.flashed, 0);
}

TEST(conversation, "idles while nobody watches and wakes for the first viewer") {
  Talk it;
  it.hear("{\"type\":\"viewers\",\"count\":0}");
  for (int i = 0; i < 4900; i++) it.tick(1);
  check(it.camera.taken <= 2);
  it.hear("{\"type\":\"viewers\",\"count\":1}");
  it.tick();
  check(it.camera.taken >= 2);
  const int before = it.camera.taken;
  for (int i = 0; i < 1000; i++) it.tick(1);
  checkEqual(it.camera.taken, before + 10);
}

TEST(conversation, "changes rate, size and quality on command, and says what is so now") {
  Talk it;
  it.order("\"action\":\"frame_rate\",\"value\":2");
  it.order("\"action\":\"resolution\",\"resolution\":\"VGA\"");
  it.order("\"action\":\"quality\",\"value\":60");
  for (int i = 0; i < 1001; i++) it.tick(1);
  checkEqual(it.camera.taken, 3);
  checkEqual(it.camera.resolution, "VGA");
  checkEqual(it.camera.quality, 60);
  const auto acks = it.said("\"command_type\":\"action\",\"status\":\"success\"");
  checkEqual(acks.size(), 3u);
  check(holds(acks[0], "\"detail\":{\"frame_rate\":\"2.0\"}"));
}

TEST(conversation, "refuses settings that cannot be, in words") {
  Talk it;
  for (const char *wrong : {"\"action\":\"frame_rate\",\"value\":0", "\"action\":\"frame_rate\",\"value\":31",
                            "\"action\":\"frame_rate\"", "\"action\":\"resolution\",\"value\":\"HUGE\"",
                            "\"action\":\"resolution\",\"value\":3", "\"action\":\"quality\",\"value\":101"}) {
    it.order(wrong);
  }
  it.tick();
  checkEqual(it.said("\"status\":\"error\",\"detail\":{\"reason\":").size(), 6u);
}

TEST(conversation, "keeps the rate it was given across a lost line") {
  Talk it;
  it.order("\"action\":\"frame_rate\",\"value\":2");
  it.talk->end();
  it.talk->begin();
  it.camera.taken = 0;
  for (int i = 0; i < 1000; i++) it.tick(1);
  checkEqual(it.camera.taken, 3);
}

TEST(conversation, "takes one still in the middle of the stream and goes on streaming") {
  Talk it;
  it.tick();
  it.order("\"action\":\"capture_photo\",\"quality\":70,\"flash\":true,\"intensity\":40");
  for (int i = 0; i < 300; i++) it.tick(1);
  checkEqual(it.camera.stills, 1);
  checkEqual(it.camera.order.quality, 70);
  check(it.camera.order.flash);
  checkEqual(it.camera.order.intensity, 40);
  size_t at = 0;
  while (it.frames[at].payload != it.camera.still) at++;
  check(holds(it.frames[at - 1].payload, "\"still\":true"));
  checkEqual(it.said("\"type\":\"photo_sent\",\"size\":3004").size(), 1u);
  check(holds(it.lastAck(), "\"status\":\"success\",\"detail\":{\"photo\":\"800x600, 3004 bytes\"}"));
  checkEqual(it.frames.back().payload, it.camera.jpeg);
}

TEST(conversation, "says so when a still fails") {
  Talk it;
  it.camera.broken = true;
  it.order("\"action\":\"capture_photo\"");
  it.tick();
  it.tick();
  checkEqual(it.said("\"type\":\"photo_error\"").size(), 1u);
  check(holds(it.lastAck(), "\"status\":\"error\""));
}

TEST(conversation, "reports a camera that gives nothing, and asks it seldom") {
  Talk it;
  it.camera.broken = true;
  for (int i = 0; i < 195; i++) it.tick(100);
  checkEqual(it.camera.taken, 2);
  checkEqual(it.said("\"type\":\"camera_error\",\"message\":\"the camera gave no picture\"").size(), 2u);
}

TEST(conversation, "never sends what is no JPEG") {
  Talk it;
  it.camera.jpeg = "garbage";
  for (int i = 0; i < 500; i++) it.tick(1);
  for (const Sent &sent : it.frames) check(sent.opcode != 2);
  checkEqual(it.camera.lent, 0);
}

TEST(conversation, "answers pings of both kinds, and nothing that must not be answered") {
  Talk it(0.1);
  it.tick();
  it.frames.clear();
  it.hear("{\"type\":\"ping\"}");
  it.hear("abc", 9);
  for (const char *quiet : {"{\"type\":\"ack\"}", "{\"type\":\"pong\"}", "{\"type\":\"error\"}", "{\"type\":\"x\"}", "{"}) {
    it.hear(quiet);
  }
  it.tick();
  checkEqual(it.frames.size(), 2u);
  check(holds(it.frames[0].payload, "\"type\":\"pong\""));
  checkEqual(it.frames[1].opcode, 10);
  checkEqual(it.frames[1].payload, "abc");
}

TEST(conversation, "names an action it does not know") {
  Talk it;
  it.order("\"action\":\"dance\"");
  it.tick();
  check(holds(it.lastAck(), "\"status\":\"ignored\",\"detail\":{\"unknown_action\":\"dance\"}"));
}

TEST(conversation, "restarts the camera only when no picture of it is on its way") {
  Talk it;
  it.camera.jpeg = std::string("\xFF\xD8") + std::string(50000, 'j') + "\xFF\xD9";
  it.wire.room = 2000;
  it.tick(100);
  it.order("\"action\":\"camera_reset\"");
  it.tick(1);
  checkEqual(it.camera.restarts, 0);
  it.wire.room = SIZE_MAX;
  for (int i = 0; i < 10; i++) it.tick(1);
  checkEqual(it.camera.restarts, 1);
}

TEST(conversation, "reboots after its acknowledgement has left") {
  Talk it(0.1);
  it.tick();
  it.wire.room = 0;
  it.order("\"action\":\"system_reboot\"");
  it.tick(1);
  checkEqual(it.board.reboots, 0);
  it.wire.room = SIZE_MAX;
  it.tick(1);
  checkEqual(it.board.reboots, 1);
  check(holds(it.lastAck(), "system_reboot"));
  checkEqual(it.frames.back().opcode, 8);  // the last frame is a Close
}

TEST(conversation, "gives up a gateway that says nothing for 45 s, and not sooner") {
  Talk it(0.1);
  for (int i = 0; i < 450; i++) check(it.tick(100));
  while (it.tick(100)) check(it.board.now < 60000);
  checkEqual(it.talk->closeCode(), 1006);
}

TEST(conversation, "pings the gateway and sends a heartbeat with its health") {
  Talk it(0.1);
  for (int i = 0; i < 310; i++) it.tick(100);
  int pings = 0;
  for (const Sent &sent : it.frames) pings += sent.opcode == 9;
  checkEqual(pings, 2);
  const auto beats = it.said("\"type\":\"heartbeat\"");
  checkEqual(beats.size(), 1u);
  check(holds(beats[0], "\"memory_free\":100000,\"rssi\":-61,\"uptime\":31"));
}

TEST(conversation, "gives up a line that takes nothing for 10 s") {
  Talk it;
  it.wire.room = 0;
  uint64_t waited = 0;
  while (it.tick(100)) waited += 100;
  check(waited >= 9900 && waited < 12000);
  check(holds(it.talk->ending(), "takes nothing"));
}

TEST(conversation, "echoes a close, says nothing more, and remembers why") {
  Talk it;
  it.tick();
  it.frames.clear();
  it.hear(std::string("\x0f\xa1", 2) + "revoked", 8);
  check(!it.tick(100));
  checkEqual(it.frames.size(), 1u);
  checkEqual(it.frames[0].opcode, 8);
  checkEqual(it.frames[0].payload, std::string("\x0f\xa1", 2));
  checkEqual(it.talk->closeCode(), 4001);
  check(holds(it.talk->ending(), "revoked"));
}

TEST(conversation, "closes with the right code when the gateway breaks the protocol") {
  Talk it;
  it.tick();
  it.frames.clear();
  it.hear(std::string(5000, 'x'));
  it.tick();
  checkEqual(it.frames.back().opcode, 8);
  checkEqual(it.frames.back().payload, std::string("\x03\xf1", 2));
}

TEST(conversation, "forwards its log once it is admitted, and not before") {
  Talk it(0.1);
  it.logbook.add(5, "warning", "a \"quoted\" line");
  for (int i = 0; i < 5; i++) it.tick(1);
  checkEqual(it.said("\"type\":\"log\"").size(), 0u);
  it.hear("{\"type\":\"connection_ack\",\"status\":\"success\"}");
  it.tick(1);
  it.tick(1);
  const auto logs = it.said("\"type\":\"log\"");
  checkEqual(logs.size(), 1u);
  check(holds(logs[0], "\"level\":\"warning\",\"message\":\"a \\\"quoted\\\" line\",\"timestamp\":5"));
}

TEST(conversation, "lets go of camera and flash when it ends") {
  Talk it;
  it.order("\"action\":\"flash_on\",\"intensity\":70");
  checkEqual(it.camera.flashed, 70);
  it.wire.room = 50;
  it.tick(100);
  it.talk->end();
  checkEqual(it.camera.flashed, 0);
  checkEqual(it.camera.lent, 0);
}
