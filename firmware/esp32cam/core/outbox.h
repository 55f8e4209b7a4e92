#pragma once

#include "ports.h"
#include "websocket.h"

namespace darvaza {

/**
 * What is on its way to the gateway: small frames are copied, one picture at a time is lent. A picture leaves in
 * pieces, so a stop or a ping is heard while it is under way; other frames wait until it is whole.
 */
class Outbox {
 public:
  enum class Flow { Idle, Busy, Lost };

  void reset();
  /** False when there is no room: the gateway takes nothing off the line. */
  bool add(Opcode opcode, const void *payload, size_t size, uint32_t mask);
  /** Lends `data` until picturePending() is false again. Masks it in place. */
  bool addPicture(uint8_t *data, size_t size, uint32_t mask);
  bool picturePending() const { return picture_ != nullptr; }
  bool empty() const { return used_ == 0 && !picture_; }

  /** Writes what the line takes now, at most 16 KiB, so that reading gets its turn. */
  Flow pump(Wire &wire);
  /** Bytes that have left since reset(): a stalled line shows by a number that stands still. */
  uint64_t left() const { return left_; }

 private:
  bool addHeader(Opcode opcode, size_t payload, const uint8_t mask[4], size_t extra);

  uint8_t buffer_[4096];
  size_t used_ = 0;
  size_t beforePicture_ = 0;  // bytes of buffer_ that leave before the picture
  uint8_t *picture_ = nullptr;
  size_t pictureSize_ = 0;
  size_t pictureSent_ = 0;
  size_t pictureMasked_ = 0;
  uint8_t pictureMask_[4] = {};
  uint64_t left_ = 0;
};

}  // namespace darvaza
