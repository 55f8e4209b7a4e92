#pragma once

#include "bytes.h"

namespace darvaza {

/** Log lines that wait to be sent. When it is full, the oldest line is dropped and counted. */
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
  /** The oldest waiting line, or nullptr. drop() removes it. */
  const Line *oldest() const { return count_ > 0 ? &lines_[first_] : nullptr; }
  void drop() {
    if (count_ > 0) first_ = (first_ + 1) % kLines, count_--;
  }
  /** How many lines were lost since the last call. */
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
