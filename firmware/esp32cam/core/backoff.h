#pragma once

#include <cstdint>

namespace darvaza {

constexpr uint32_t kFirstWaitMs = 1000;
constexpr uint32_t kLongestWaitMs = 60000;

/** Computes the wait before the next attempt. It doubles up to a limit and has a random part, so boards differ. */
class Backoff {
 public:
  void reset() { attempts_ = 0; }

  /** `chance`: 32 random bits. The random part spreads boards that lost the same gateway in the same second. */
  uint32_t next(uint32_t chance, uint32_t floorMs = 0) {
    uint32_t ceiling = attempts_ < 6 ? kFirstWaitMs << attempts_ : kLongestWaitMs;
    if (ceiling < floorMs) ceiling = floorMs;
    attempts_++;
    const uint32_t least = ceiling / 2 > floorMs ? ceiling / 2 : floorMs;
    return least + uint32_t(uint64_t(chance) * (ceiling / 2) >> 32);
  }

 private:
  uint32_t attempts_ = 0;
};

/** The shortest wait after a close code, in ms. 4000..4499 mean: retry later. 4500..4999 mean: do not retry. */
inline uint32_t floorAfterClose(uint16_t code) {
  if (code == 4001) return 60000;  // the token is no longer valid, but an owner may change that
  if (code >= 4500 && code <= 4999) return 600000;  // still retry, as nobody may be near the board to restart it
  if (code >= 4000 && code <= 4499) return 10000;
  return 0;
}

/** The shortest wait after an HTTP answer that is an error, in ms. */
inline uint32_t floorAfterRefusal(int status, long retryAfterS) {
  if (retryAfterS > 0) return uint32_t(retryAfterS < 3600 ? retryAfterS : 3600) * 1000;
  return status == 401 || status == 403 || status == 404 ? 20000 : 5000;
}

}  // namespace darvaza
