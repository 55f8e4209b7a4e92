#include "backoff.h"
#include "check.h"
#include "http.h"
#include "jpeg.h"
#include "logbook.h"
#include "pace.h"

using namespace darvaza;

namespace {

Answer &answered(const std::string &bytes, size_t piece = 1) {
  static Answer answer;
  answer.reset();
  bool head = false;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    const uint8_t *data = reinterpret_cast<const uint8_t *>(bytes.data()) + at;
    size_t size = bytes.size() - at < piece ? bytes.size() - at : piece;
    if (!head) head = answer.feed(data, size) == Answer::Step::Head;
    if (head) answer.feedBody(data, size);
  }
  answer.endBody();
  return answer;
}

}  // namespace

TEST(http, "takes a URL apart") {
  Url url;
  check(url.parse("ws://10.0.0.2:3000"));
  checkEqual(std::string(url.host) + " " + std::to_string(url.port) + url.prefix, "10.0.0.2 3000");
  check(!url.secure);
  check(url.parse("https://gate.example/home/"));
  checkEqual(std::string(url.host) + " " + std::to_string(url.port) + url.prefix, "gate.example 443/home");
  check(url.secure);
}

TEST(http, "refuses a URL that cannot work") {
  Url url;
  for (const char *wrong : {"", "gate:3000", "ftp://gate", "ws://", "ws://:3000", "ws://me:pw@gate", "ws://gate:",
                            "ws://gate:x", "ws://gate:99999", "ws://gate:0"}) {
    check(!url.parse(wrong));
  }
  check(!url.parse(("ws://" + std::string(200, 'x')).c_str()));
}

TEST(http, "sends every header of the upgrade exactly once") {
  Url url;
  check(url.parse("ws://gate.example:3000/home"));
  char text[1024];
  Request request(text, sizeof text);
  check(writeUpgrade(request, url, "a-key", "a-token", "an-id", "1.0.0"));
  checkEqual(std::string(text, request.size()),
             "GET /home/ws/esp32cam HTTP/1.1\r\nHost: gate.example:3000\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: a-key\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer a-token\r\n"
             "X-Device-Type: ESP32CAM\r\nX-Device-ID: an-id\r\nX-Device-Version: 1.0.0\r\n"
             "User-Agent: Darvaza-ESP32CAM/1.0.0\r\n\r\n");
}

TEST(http, "says so when a request does not fit") {
  Url url;
  check(url.parse("ws://gate.example"));
  char text[64];
  Request request(text, sizeof text);
  check(!writeUpgrade(request, url, "a-key", "a-token", "an-id", "1.0.0"));
}

TEST(http, "reads an answer in pieces of any size") {
  const std::string bytes = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 13\r\nX:  spaced \r\n\r\n{\"code\":\"no\"}";
  for (size_t piece = 1; piece <= bytes.size(); piece++) {
    const Answer &answer = answered(bytes, piece);
    checkEqual(answer.status(), 401);
    checkEqual(std::string(answer.body()), "{\"code\":\"no\"}");
    char value[16];
    check(answer.header("x", value, sizeof value));
    checkEqual(std::string(value), "spaced");
  }
}

TEST(http, "leaves the frame behind a 101 alone") {
  const std::string bytes = "HTTP/1.1 101 Switching\r\n\r\n\x81\x01x";
  const uint8_t *data = reinterpret_cast<const uint8_t *>(bytes.data());
  size_t size = bytes.size();
  static Answer answer;
  answer.reset();
  check(answer.feed(data, size) == Answer::Step::Head);
  checkEqual(size, 3u);
}

TEST(http, "joins a body cut into chunks, and stops at a broken one") {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  checkEqual(std::string(answered(head + "4\r\n{\"a\"\r\n3;x=y\r\n:1}\r\n0\r\n\r\n").body()), "{\"a\":1}");
  checkEqual(std::string(answered(head + "2\r\nok\r\nfffffff0\r\nx").body()), "ok");
  checkEqual(std::string(answered(head + "zz\r\n").body()), "");
}

TEST(http, "recognises a TLS port by its first bytes") {
  check(answered(std::string("\x15\x03\x03\x00\x02\x02\x46", 7)).notHttp());
}

TEST(http, "keeps no more than its memory of an endless answer") {
  check(answered("HTTP/1.1 200 OK\r\n\r\n" + std::string(9000, 'x'), 512).bodySize() < 2048);
  checkEqual(answered("HTTP/1.1 200 OK\r\n" + std::string(9000, 'x'), 512).status(), 0);
}

TEST(http, "takes no header for another whose name begins alike") {
  char value[16];
  const Answer &answer = answered("HTTP/1.1 200 OK\r\nContent-Length-Old: 3\r\nRetry-After: 33\r\n\r\n");
  check(!answer.header("Content-Length", value, sizeof value));
  checkEqual(answer.number("retry-after", 0), 33);
}

TEST(backoff, "doubles up to a minute, and half of it is chance") {
  Backoff least, most;
  const uint32_t ceilings[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
  for (const uint32_t ceiling : ceilings) {
    checkEqual(least.next(0), ceiling / 2);
    checkEqual(most.next(UINT32_MAX), ceiling - 1);
  }
  most.reset();
  checkEqual(most.next(UINT32_MAX), 999u);
}

TEST(backoff, "obeys the least wait, and spreads boards above it") {
  Backoff waits;
  checkEqual(waits.next(0, 20000), 20000u);
  checkEqual(waits.next(UINT32_MAX, 20000), 29999u);
  checkEqual(floorAfterClose(1012), 0u);
  checkEqual(floorAfterClose(4001), 60000u);
  checkEqual(floorAfterClose(4008), 10000u);
  checkEqual(floorAfterClose(4500), 600000u);
  checkEqual(floorAfterRefusal(429, 33), 33000u);
  checkEqual(floorAfterRefusal(429, 999999), 3600000u);
  checkEqual(floorAfterRefusal(401, 0), 20000u);
  checkEqual(floorAfterRefusal(502, 0), 5000u);
}

TEST(pace, "takes a picture at its rate, and does not catch up with missed ones") {
  Pace pace(5000);
  pace.startOver(1000);
  pace.setRate(10);
  check(pace.due(1000));
  pace.taken(1000);
  check(!pace.due(1099) && pace.due(1100));
  pace.taken(5000);
  check(pace.due(5000));
  pace.taken(5000);
  check(!pace.due(5099));
}

TEST(pace, "idles while nobody watches, and wakes at once for the first viewer") {
  Pace pace(5000);
  pace.startOver(0);
  pace.setRate(10);
  pace.setViewers(0, 0);
  pace.taken(0);
  check(!pace.due(4999) && pace.due(5000));
  pace.setViewers(1, 2000);
  check(pace.due(2000));
  pace.taken(2000);
  check(pace.due(2100));
}

TEST(pace, "never idles faster than its own rate") {
  Pace pace(5000);
  pace.startOver(0);
  pace.setRate(0.1);
  pace.setViewers(0, 0);
  checkEqual(pace.everyMs(), 10000u);
}

TEST(jpeg, "finds the end of a picture in front of padding, and refuses what is none") {
  const uint8_t whole[] = {0xFF, 0xD8, 1, 0xFF, 0xD9, 0, 0, 0};
  checkEqual(jpegSize(whole, 5), 5u);
  checkEqual(jpegSize(whole, 8), 5u);
  checkEqual(jpegSize(whole, 4), 0u);
  checkEqual(jpegSize(whole + 1, 7), 0u);
  checkEqual(jpegSize(whole, 0), 0u);
}

TEST(logbook, "keeps the newest lines in order and counts the lost ones") {
  static Logbook book;
  for (int i = 0; i < 20; i++) book.add(uint64_t(i), "info", std::to_string(i).c_str());
  checkEqual(book.takeLost(), 4u);
  checkEqual(book.takeLost(), 0u);
  for (int i = 4; i < 20; i++) {
    checkEqual(std::string(book.oldest()->text), std::to_string(i));
    book.drop();
  }
  check(book.oldest() == nullptr);
}
