#include "digest.h"

#include <cstring>

namespace darvaza {

namespace {

uint32_t rotate(uint32_t value, int bits) { return (value << bits) | (value >> (32 - bits)); }

void mix(uint32_t state[5], const uint8_t block[64]) {
  uint32_t w[80];
  for (int i = 0; i < 16; i++) {
    w[i] = uint32_t(block[4 * i]) << 24 | uint32_t(block[4 * i + 1]) << 16 | uint32_t(block[4 * i + 2]) << 8 |
           uint32_t(block[4 * i + 3]);
  }
  for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  for (int i = 0; i < 80; i++) {
    uint32_t f, k;
    if (i < 20) {
      f = (b & c) | (~b & d), k = 0x5A827999;
    } else if (i < 40) {
      f = b ^ c ^ d, k = 0x6ED9EBA1;
    } else if (i < 60) {
      f = (b & c) | (b & d) | (c & d), k = 0x8F1BBCDC;
    } else {
      f = b ^ c ^ d, k = 0xCA62C1D6;
    }
    const uint32_t next = rotate(a, 5) + f + e + k + w[i];
    e = d, d = c, c = rotate(b, 30), b = a, a = next;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
}

}  // namespace

void sha1(const uint8_t *data, size_t size, uint8_t digest[20]) {
  uint32_t state[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  size_t rest = size;
  for (; rest >= 64; rest -= 64, data += 64) mix(state, data);

  uint8_t last[128] = {};
  memcpy(last, data, rest);
  last[rest] = 0x80;
  const size_t end = rest < 56 ? 64 : 128;
  const uint64_t bits = uint64_t(size) * 8;
  for (int i = 0; i < 8; i++) last[end - 1 - i] = uint8_t(bits >> (8 * i));
  mix(state, last);
  if (end == 128) mix(state, last + 64);

  for (int i = 0; i < 20; i++) digest[i] = uint8_t(state[i / 4] >> (24 - 8 * (i % 4)));
}

void base64(const uint8_t *data, size_t size, char *out) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < size; i += 3) {
    const size_t have = size - i;
    const uint32_t three = uint32_t(data[i]) << 16 | (have > 1 ? uint32_t(data[i + 1]) << 8 : 0) |
                           (have > 2 ? uint32_t(data[i + 2]) : 0);
    *out++ = letters[three >> 18 & 63];
    *out++ = letters[three >> 12 & 63];
    *out++ = have > 1 ? letters[three >> 6 & 63] : '=';
    *out++ = have > 2 ? letters[three & 63] : '=';
  }
  *out = 0;
}

}  // namespace darvaza
