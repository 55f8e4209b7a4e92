#pragma once

#include "ports.h"
#include "websocket.h"

namespace darvaza {

/**
 * Data that waits to be sent to the gateway. Small frames are copied; one picture at a time is used in place. A picture
 * is sent in pieces, so that a stop or a ping can be read in between. Other frames wait until the picture is complete.
 */
class Outbox {
 public:
  enum class Flow { Idle, Busy, Lost };

  void reset();
  /** False when the buffer is full, because the gateway accepts no data. */
  bool add(Opcode opcode, const void *payload, size_t size, uint32_t mask);
  /** Uses `data` until picturePending() is false again, and masks it in place. */
  bool addPicture(uint8_t *data, size_t size, uint32_t mask);
  bool picturePending() const { return picture_ != nullptr; }
  bool empty() const { return used_ == 0 && !picture_; }

  /** Writes as much as the connection accepts now, at most 16 KiB, so that reading is not delayed. */
  Flow pump(Wire &wire);
  /** Bytes sent since reset(). While this number does not grow, the connection is stalled. */
  uint64_t left() const { return left_; }

 private:
  bool addHeader(Opcode opcode, size_t payload, const uint8_t mask[4], size_t extra);

  uint8_t buffer_[4096];
  size_t used_ = 0;
  size_t beforePicture_ = 0;  // bytes of buffer_ that are sent before the picture
  uint8_t *picture_ = nullptr;
  size_t pictureSize_ = 0;
  size_t pictureSent_ = 0;
  size_t pictureMasked_ = 0;
  uint8_t pictureMask_[4] = {};
  uint64_t left_ = 0;
};

}  // namespace darvaza
