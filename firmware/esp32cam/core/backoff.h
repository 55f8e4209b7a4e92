#pragma once

#include <cstdint>

namespace darvaza {

constexpr uint32_t kFirstWaitMs = 1000;
constexpr uint32_t kLongestWaitMs = 60000;

/** How long to wait before the next attempt: doubling, capped, and never the same for two boards. */
class Backoff {
 public:
  void reset() { attempts_ = 0; }

  /** `chance` is any 32 random bits: the jitter spreads boards that lost the same gateway in the same second. */
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

/** The least wait after a close code: 4000..4499 come back later, 4500..4999 hardly ever. */
inline uint32_t floorAfterClose(uint16_t code) {
  if (code == 4001) return 60000;  // the token no longer opens the door; an owner may undo that
  if (code >= 4500 && code <= 4999) return 600000;  // a board on a roof has nobody else to try again
  if (code >= 4000 && code <= 4499) return 10000;
  return 0;
}

/** The least wait after an HTTP answer that was not the one hoped for. */
inline uint32_t floorAfterRefusal(int status, long retryAfterS) {
  if (retryAfterS > 0) return uint32_t(retryAfterS < 3600 ? retryAfterS : 3600) * 1000;
  return status == 401 || status == 403 || status == 404 ? 20000 : 5000;
}

}  // namespace darvaza
