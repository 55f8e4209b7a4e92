#include "outbox.h"

namespace darvaza {

namespace {
constexpr size_t kPumpBytes = 16384;
constexpr size_t kPieceBytes = 2048;
}  // namespace

void Outbox::reset() {
  used_ = beforePicture_ = pictureSize_ = pictureSent_ = pictureMasked_ = 0;
  picture_ = nullptr;
  left_ = 0;
}

bool Outbox::addHeader(Opcode opcode, size_t payload, const uint8_t mask[4], size_t extra) {
  uint8_t header[kLongestFrameHeader];
  const size_t size = writeFrameHeader(header, opcode, payload, mask);
  if (used_ + size + extra > sizeof buffer_) return false;
  memcpy(buffer_ + used_, header, size);
  used_ += size;
  return true;
}

bool Outbox::add(Opcode opcode, const void *payload, size_t size, uint32_t mask) {
  uint8_t key[4];
  memcpy(key, &mask, sizeof key);
  if (!addHeader(opcode, size, key, size)) return false;
  if (size > 0) memcpy(buffer_ + used_, payload, size);
  applyMask(buffer_ + used_, size, key, 0);
  used_ += size;
  return true;
}

bool Outbox::addPicture(uint8_t *data, size_t size, uint32_t mask) {
  if (picture_) return false;
  memcpy(pictureMask_, &mask, sizeof pictureMask_);
  if (!addHeader(Opcode::Binary, size, pictureMask_, 0)) return false;
  beforePicture_ = used_;
  picture_ = data;
  pictureSize_ = size;
  pictureSent_ = pictureMasked_ = 0;
  return true;
}

Outbox::Flow Outbox::pump(Wire &wire) {
  for (size_t budget = kPumpBytes; budget > 0;) {
    const size_t ahead = picture_ ? beforePicture_ : used_;
    if (ahead == 0 && !picture_) return Flow::Idle;

    size_t piece = ahead;
    const uint8_t *from = buffer_;
    if (ahead == 0) {
      piece = pictureSize_ - pictureSent_ < kPieceBytes ? pictureSize_ - pictureSent_ : kPieceBytes;
      const size_t until = pictureSent_ + piece;
      if (until > pictureMasked_) {
        applyMask(picture_ + pictureMasked_, until - pictureMasked_, pictureMask_, pictureMasked_);
        pictureMasked_ = until;
      }
      from = picture_ + pictureSent_;
    }
    if (piece > budget) piece = budget;

    const int written = wire.write(from, piece);
    if (written < 0) return Flow::Lost;
    if (written == 0) return Flow::Busy;
    left_ += size_t(written);
    budget -= size_t(written);
    if (ahead > 0) {
      used_ -= size_t(written);
      if (picture_) beforePicture_ -= size_t(written);
      memmove(buffer_, buffer_ + written, used_);
    } else if ((pictureSent_ += size_t(written)) == pictureSize_) {
      picture_ = nullptr;
    }
  }
  return empty() ? Flow::Idle : Flow::Busy;
}

}  // namespace darvaza
