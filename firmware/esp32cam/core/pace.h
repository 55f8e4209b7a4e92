#pragma once

#include <cstdint>

namespace darvaza {

/** Decides when the next picture is due: at full rate while there are viewers, otherwise rarely. */
class Pace {
 public:
  explicit Pace(uint32_t idleEveryMs) : idleEveryMs_(idleEveryMs) {}

  /** Starts anew for a new connection: assumes that there are viewers until the gateway reports their number. */
  void startOver(uint64_t nowMs) {
    viewers_ = -1;
    dueMs_ = nowMs;
  }
  void setRate(double fps) { everyMs_ = fps > 0 ? uint32_t(1000 / fps) : idleEveryMs_; }
  /** Sets the number of viewers. For a first viewer, a picture is due at once. */
  void setViewers(int count, uint64_t nowMs) {
    if (idle() && count > 0) dueMs_ = nowMs;
    viewers_ = count;
  }
  bool idle() const { return viewers_ == 0; }
  int viewers() const { return viewers_; }
  uint32_t everyMs() const { return idle() && idleEveryMs_ > everyMs_ ? idleEveryMs_ : everyMs_; }

  /** No picture is due for `forMs`. */
  void pause(uint64_t nowMs, uint32_t forMs) { dueMs_ = nowMs + forMs; }
  bool due(uint64_t nowMs) const { return nowMs >= dueMs_; }
  /** Plans the next picture. Missed pictures are not made up for: slow connections get fewer pictures, not bursts. */
  void taken(uint64_t nowMs) {
    dueMs_ += everyMs();
    if (dueMs_ < nowMs) dueMs_ = nowMs;
  }

 private:
  uint32_t idleEveryMs_;
  uint32_t everyMs_ = 100;
  int viewers_ = -1;  // -1: unknown
  uint64_t dueMs_ = 0;
};

}  // namespace darvaza
