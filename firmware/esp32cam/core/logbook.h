#pragma once

#include "bytes.h"

namespace darvaza {

/** The last lines that wait for the gateway: a ring of fixed size; the oldest go first, and are counted. */
class Logbook {
 public:
  static constexpr size_t kLines = 16;
  struct Line {
    uint64_t atMs;
    char level[8];
    char text[160];
  };

  void add(uint64_t nowMs, const char *level, const char *text) {
    if (count_ == kLines) first_ = (first_ + 1) % kLines, count_--, lost_++;
    Line &line = lines_[(first_ + count_++) % kLines];
    line.atMs = nowMs;
    copyText(line.level, level);
    copyText(line.text, text);
  }
  /** The oldest waiting line, or nullptr; drop() forgets it. */
  const Line *oldest() const { return count_ > 0 ? &lines_[first_] : nullptr; }
  void drop() {
    if (count_ > 0) first_ = (first_ + 1) % kLines, count_--;
  }
  /** Lines lost since the last question. */
  unsigned takeLost() {
    const unsigned lost = lost_;
    lost_ = 0;
    return lost;
  }

 private:
  Line lines_[kLines];
  size_t first_ = 0;
  size_t count_ = 0;
  unsigned lost_ = 0;
};

}  // namespace darvaza
