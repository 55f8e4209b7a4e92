#include "check.h"
#include "digest.h"
#include "http.h"
#include "websocket.h"

using namespace darvaza;

namespace {

std::string serverFrame(int opcode, const std::string &payload, bool final = true) {
  std::string frame;
  frame += char((final ? 0x80 : 0) | opcode);
  if (payload.size() < 126) {
    frame += char(payload.size());
  } else {
    frame += char(126);
    frame += char(payload.size() >> 8);
    frame += char(payload.size());
  }
  return frame + payload;
}

/** All decoded messages as "opcode:payload " words; "!code" stands for a failure. */
std::string decode(const std::string &bytes, size_t piece) {
  static Decoder decoder;
  decoder.reset();
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    const size_t length = bytes.size() - at < piece ? bytes.size() - at : piece;
    const uint8_t *data = reinterpret_cast<const uint8_t *>(bytes.data()) + at;
    for (size_t size = length; size > 0;) {
      const Decoder::Step step = decoder.feed(data, size);
      if (step == Decoder::Step::Failed) return out + "!" + std::to_string(decoder.failure());
      if (step == Decoder::Step::NeedMore) break;
      out += std::to_string(int(decoder.opcode())) + ":" +
             std::string(reinterpret_cast<const char *>(decoder.data()), decoder.size()) + " ";
    }
  }
  return out;
}

}  // namespace

TEST(websocket, "reads messages that arrive in pieces of any size") {
  const std::string bytes = serverFrame(1, "one") + serverFrame(9, "p") + serverFrame(1, "") + serverFrame(1, "two");
  for (size_t piece = 1; piece <= bytes.size(); piece++) checkEqual(decode(bytes, piece), "1:one 9:p 1: 1:two ");
}

TEST(websocket, "joins fragments, with a ping between them") {
  const std::string bytes = serverFrame(1, "he", false) + serverFrame(9, "p") + serverFrame(0, "l", false) +
                            serverFrame(0, "lo");
  for (size_t piece = 1; piece <= bytes.size(); piece++) checkEqual(decode(bytes, piece), "9:p 1:hello ");
}

TEST(websocket, "takes a message as long as its memory, and refuses a longer one with 1009") {
  checkEqual(decode(serverFrame(1, std::string(4096, 'x')), 100).size(), 4096u + 3);
  checkEqual(decode(serverFrame(1, std::string(4097, 'x')), 100), "!1009");
  checkEqual(decode(serverFrame(1, std::string(4000, 'x'), false) + serverFrame(0, std::string(97, 'x')), 100), "!1009");
  checkEqual(decode(std::string("\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10), 1), "!1009");
}

TEST(websocket, "refuses what the protocol forbids with 1002") {
  for (const std::string &wrong : {
           std::string("\x81\x81\0\0\0\0x", 7), std::string("\xC1\x00", 2), serverFrame(0, "stray"),
           serverFrame(1, "a", false) + serverFrame(1, "b"), serverFrame(9, "split", false),
           serverFrame(9, std::string(126, 'x')), serverFrame(3, ""), serverFrame(11, "")}) {
    checkEqual(decode(wrong, 1), "!1002");
  }
}

TEST(websocket, "refuses text that is not UTF-8 with 1007") {
  for (const char *wrong : {"\xff", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    checkEqual(decode(serverFrame(1, wrong), 1), "!1007");
  }
  checkEqual(decode(serverFrame(1, "دروازه 😀"), 1), "1:دروازه 😀 ");
}

TEST(websocket, "survives ten thousand random packets") {
  uint32_t seed = 1;
  static Decoder decoder;
  for (int round = 0; round < 10000; round++) {
    decoder.reset();
    std::string bytes;
    for (int i = 0; i < 60; i++) bytes += char((seed = seed * 1664525 + 1013904223) >> 24);
    const uint8_t *data = reinterpret_cast<const uint8_t *>(bytes.data());
    for (size_t size = bytes.size(); size > 0;) {
      if (decoder.feed(data, size) != Decoder::Step::Message) break;
      check(decoder.size() <= kLongestMessage);
    }
  }
}

TEST(websocket, "masks as in the example of RFC 6455") {
  uint8_t frame[32];
  const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};
  const size_t size = writeFrameHeader(frame, Opcode::Text, 5, mask);
  memcpy(frame + size, "Hello", 5);
  applyMask(frame + size, 5, mask, 0);
  check(memcmp(frame, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11) == 0);
}

TEST(websocket, "masks the same in one go and in pieces") {
  const uint8_t mask[4] = {1, 2, 3, 4};
  uint8_t whole[13] = {}, pieces[13] = {};
  applyMask(whole, 13, mask, 0);
  for (size_t i = 0; i < 13; i++) applyMask(pieces + i, 1, mask, i);
  check(memcmp(whole, pieces, 13) == 0);
}

TEST(websocket, "writes the three forms of a length") {
  uint8_t frame[kLongestFrameHeader];
  const uint8_t mask[4] = {};
  checkEqual(writeFrameHeader(frame, Opcode::Binary, 125, mask), 6u);
  checkEqual(writeFrameHeader(frame, Opcode::Binary, 126, mask), 8u);
  checkEqual(writeFrameHeader(frame, Opcode::Binary, 70000, mask), 14u);
  check(memcmp(frame, "\x82\xff\0\0\0\0\0\x01\x11\x70", 10) == 0);
}

TEST(handshake, "knows the accept of the example in RFC 6455") {
  char accept[29];
  acceptOf("dGhlIHNhbXBsZSBub25jZQ==", accept);
  checkEqual(std::string(accept), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(handshake, "hashes texts of every length around a block") {
  // The first byte of the SHA-1 of n letters "a", computed with sha1sum.
  const struct { size_t n; uint8_t first; } known[] = {{0, 0xda}, {55, 0xc1}, {56, 0xc2}, {63, 0x03}, {64, 0x00}, {119, 0xee}, {120, 0xf3}};
  for (const auto &one : known) {
    const std::string text(one.n, 'a');
    uint8_t digest[20];
    sha1(reinterpret_cast<const uint8_t *>(text.data()), text.size(), digest);
    checkEqual(int(digest[0]), int(one.first));
  }
}
