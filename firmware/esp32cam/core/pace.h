#pragma once

#include <cstdint>

namespace darvaza {

/** When the next picture is due: at full rate while somebody watches, and seldom while nobody does. */
class Pace {
 public:
  explicit Pace(uint32_t idleEveryMs) : idleEveryMs_(idleEveryMs) {}

  /** A new line: until the gateway says otherwise, somebody may be watching. */
  void startOver(uint64_t nowMs) {
    viewers_ = -1;
    dueMs_ = nowMs;
  }
  void setRate(double fps) { everyMs_ = fps > 0 ? uint32_t(1000 / fps) : idleEveryMs_; }
  /** A first viewer does not wait for the end of an idle pause. */
  void setViewers(int count, uint64_t nowMs) {
    if (idle() && count > 0) dueMs_ = nowMs;
    viewers_ = count;
  }
  bool idle() const { return viewers_ == 0; }
  int viewers() const { return viewers_; }
  uint32_t everyMs() const { return idle() && idleEveryMs_ > everyMs_ ? idleEveryMs_ : everyMs_; }

  /** The camera needs a rest. */
  void pause(uint64_t nowMs, uint32_t forMs) { dueMs_ = nowMs + forMs; }
  bool due(uint64_t nowMs) const { return nowMs >= dueMs_; }
  /** What was missed is not caught up with: a slow line gets fewer pictures, not a burst of old ones. */
  void taken(uint64_t nowMs) {
    dueMs_ += everyMs();
    if (dueMs_ < nowMs) dueMs_ = nowMs;
  }

 private:
  uint32_t idleEveryMs_;
  uint32_t everyMs_ = 100;
  int viewers_ = -1;  // -1: not told
  uint64_t dueMs_ = 0;
};

}  // namespace darvaza
