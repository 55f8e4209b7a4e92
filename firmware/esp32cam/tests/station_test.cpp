#include "fakes.h"

using namespace darvaza;

namespace {

/** A complete board with fakes. The test plays the gateway. */
struct Roof {
  TestBoard board;
  TestCamera camera;
  TestWire wire;
  Settings settings;
  std::unique_ptr<Station> station;

  explicit Roof(const char *token = "dz-secret") {
    settings.gateway = "ws://gate.example:3000";
    settings.token = token;
    restart();
  }
  void restart() {
    station = std::make_unique<Station>(board, camera, wire, settings);
    check(station->begin());
  }
  void tick(uint64_t ms = 1) {
    board.now += ms;
    station->tick();
  }
  /** Lets the board connect, and returns its request. */
  std::string request() {
    for (int i = 0; i < 3; i++) tick();
    return wire.sent;
  }
  std::string keyOf(const std::string &request) {
    const size_t at = request.find("Sec-WebSocket-Key: ") + 19;
    return request.substr(at, 24);
  }
  void accept() {
    char accept[29];
    acceptOf(keyOf(request()).c_str(), accept);
    wire.sent.clear();
    wire.coming = std::string("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: ") + accept + "\r\n\r\n";
    tick();
  }
  void answer(const std::string &status, const std::string &headers, const std::string &body) {
    wire.coming = "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
                  "\r\n" + body;
    tick();
  }
  /** How long the board waits until its next attempt, in ms. */
  uint64_t restMs() {
    const int dials = wire.dials;
    uint64_t waited = 0;
    for (; wire.dials == dials && waited < 4000000; waited += 10) tick(10);
    return waited;
  }
  bool showed(const std::string &part) { return board.shown.find(part) != std::string::npos; }
};

}  // namespace

TEST(station, "dials with its token and talks behind the 101") {
  Roof roof;
  check(roof.request().find("\r\nAuthorization: Bearer dz-secret\r\n") != std::string::npos);
  roof.accept();
  check(roof.station->talking());
  roof.tick();
  check(takeFrames(roof.wire.sent)[0].payload.find("\"type\":\"connection\"") != std::string::npos);
}

TEST(station, "hears a message that came in one packet with the 101") {
  Roof roof;
  char accept[29];
  acceptOf(roof.keyOf(roof.request()).c_str(), accept);
  roof.wire.sent.clear();
  roof.wire.coming = std::string("HTTP/1.1 101 x\r\nSec-WebSocket-Accept: ") + accept + "\r\n\r\n\x81\x0f{\"type\":\"ping\"}";
  roof.tick();
  roof.tick();
  std::string said;
  for (const Sent &sent : takeFrames(roof.wire.sent)) said += sent.payload;
  check(said.find("\"type\":\"pong\"") != std::string::npos);
}

TEST(station, "understands a gateway whose every byte arrives alone") {
  Roof roof;
  char accept[29];
  acceptOf(roof.keyOf(roof.request()).c_str(), accept);
  roof.wire.sent.clear();
  const std::string bytes =
      std::string("HTTP/1.1 101 x\r\nSec-WebSocket-Accept: ") + accept + "\r\n\r\n\x81\x0f{\"type\":\"ping\"}";
  for (const char byte : bytes) {
    roof.wire.coming = std::string(1, byte);
    roof.tick();
  }
  roof.tick();
  std::string said;
  for (const Sent &sent : takeFrames(roof.wire.sent)) said += sent.payload;
  check(said.find("\"type\":\"pong\"") != std::string::npos);
}

TEST(station, "fetches a token on its first start, keeps it, and does not fetch it again") {
  Roof roof("");
  check(roof.request().find("GET /public/tokens HTTP/1.1") == 0);
  roof.answer("200 OK", "", R"({"status":"success","pico_tokens":["p"],"esp32cam_tokens":["dz-minted"]})");
  check(roof.request().find("Bearer dz-minted") != std::string::npos);
  roof.restart();
  check(roof.request().find("Bearer dz-minted") != std::string::npos);
  check(!roof.showed("dz-minted"));
}

TEST(station, "does not give one gateway the token of another") {
  Roof roof("");
  roof.board.keptFor = "http://other.example:80";
  roof.board.kept = "dz-other";
  roof.restart();
  check(roof.request().find("GET /public/tokens") == 0);
}

TEST(station, "reads the remedy out of a refusal, and waits") {
  Roof roof;
  roof.request();
  roof.answer("401 Unauthorized", "", R"({"code":"token_unknown","message":"No.","hint":"Fetch a new one."})");
  check(roof.showed("the gateway answered 401 token_unknown Fetch a new one."));
  check(roof.restMs() >= 20000);
}

TEST(station, "understands a refusal whose end is not marked") {
  Roof roof;
  roof.request();
  roof.wire.coming = "HTTP/1.1 502 Bad Gateway\r\n\r\n<html>";
  roof.tick();
  for (int i = 0; i < 25; i++) roof.tick(100);
  check(roof.showed("the gateway answered 502"));
}

TEST(station, "waits as long as Retry-After asks") {
  Roof roof("");
  roof.request();
  roof.answer("429 Too Many Requests", "Retry-After: 77\r\n", "{}");
  check(roof.restMs() >= 77000);
}

TEST(station, "says where the gateway moved to") {
  Roof roof;
  roof.request();
  roof.answer("301 Moved", "Location: https://gate.example/\r\n", "");
  check(roof.showed("the gateway moved to https://gate.example/; write that in GATEWAY"));
}

TEST(station, "refuses a 101 that somebody else made up") {
  Roof roof;
  roof.request();
  roof.wire.coming = "HTTP/1.1 101 x\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
  roof.tick();
  check(!roof.station->talking());
  check(roof.showed("Sec-WebSocket-Accept"));
}

TEST(station, "comes back at once after a restart of the gateway, and stays away after a revoked token") {
  Roof roof;
  roof.accept();
  roof.wire.coming = std::string("\x88\x02\x03\xf4", 4);  // 1012
  roof.tick();
  roof.tick();
  check(roof.restMs() < 2000);
  roof.accept();
  roof.wire.coming = std::string("\x88\x02\x0f\xa1", 4);  // 4001, and the connection is lost at the same moment
  roof.wire.cut = true;
  roof.tick();
  roof.tick();
  check(roof.restMs() >= 60000);
}

TEST(station, "waits longer and longer for a gateway that is not there, and starts over after a steady line") {
  Roof roof;
  std::vector<uint64_t> waits;
  for (int i = 0; i < 5; i++) {
    roof.request();
    roof.wire.now = Wire::State::Down;
    roof.tick();
    waits.push_back(roof.restMs());
  }
  check(waits[4] > waits[0] * 8);
  roof.accept();
  for (int i = 0; i < 32; i++) {
    roof.tick(1000);
    roof.wire.coming = std::string("\x8a\x00", 2);
  }
  roof.wire.cut = true;
  roof.tick();
  roof.tick();
  check(roof.restMs() < 1100);
}

TEST(station, "gives up a gateway that takes the request and never answers") {
  Roof roof;
  roof.request();
  for (int i = 0; i < 31; i++) roof.tick(1000);
  check(roof.showed("gave no answer within 30 s"));
}

TEST(station, "does not dial without a network, and restarts after half an hour of it") {
  Roof roof;
  roof.board.wifi = false;
  for (int i = 0; i < 1799; i++) roof.tick(1000);
  checkEqual(roof.wire.dials, 0);
  checkEqual(roof.board.reboots, 0);
  roof.tick(2000);
  check(roof.board.reboots > 0);
}

TEST(station, "does not restart while a gateway answers, even with refusals") {
  Roof roof;
  for (int i = 0; i < 200; i++) {
    roof.request();
    roof.answer("403 Forbidden", "", "{}");
    roof.restMs();
  }
  check(roof.board.now > 3600000);
  checkEqual(roof.board.reboots, 0);
}

TEST(station, "refuses settings that cannot work") {
  TestBoard board;
  TestCamera camera;
  TestWire wire;
  Settings settings;
  settings.gateway = "gate.example";
  auto station = std::make_unique<Station>(board, camera, wire, settings);
  check(!station->begin());
  check(board.shown.find("GATEWAY must look like") != std::string::npos);
}

TEST(station, "survives random bytes in every phase") {
  uint32_t seed = 7;
  for (int round = 0; round < 300; round++) {
    Roof roof(round % 3 == 0 ? "" : "dz-secret");
    if (round % 3 == 2) roof.accept();
    for (int i = 0; i < 50; i++) {
      for (int k = 0; k < 20; k++) roof.wire.coming += char((seed = seed * 1664525 + 1013904223) >> 24);
      roof.tick(500);
    }
    roof.station->stop();
    checkEqual(roof.camera.lent, 0);
  }
}
