#pragma once

#include "bytes.h"

namespace darvaza {

enum class Opcode : uint8_t { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

constexpr size_t kLongestFrameHeader = 14;
constexpr size_t kLongestControl = 125;
/** Bytes. The gateway stays under 1 KiB towards a camera. */
constexpr size_t kLongestMessage = 4096;

/** Writes the header of one whole, masked client frame; returns its length, at most kLongestFrameHeader. */
size_t writeFrameHeader(uint8_t *out, Opcode opcode, size_t payload, const uint8_t mask[4]);

/** Masks `data` in place; `offset` is where in the payload it begins. */
void applyMask(uint8_t *data, size_t size, const uint8_t mask[4], size_t offset);

/**
 * Frames from the gateway, out of bytes that arrive in any pieces. Fragments are joined. Memory is fixed: what is too
 * long fails with 1009, what the protocol forbids with 1002, text that is not UTF-8 with 1007.
 */
class Decoder {
 public:
  enum class Step { NeedMore, Message, Failed };

  /** Takes bytes until one message is whole; `data` and `size` are moved past what was taken. */
  Step feed(const uint8_t *&data, size_t &size);
  /** A new line. Field by field: a temporary would take 4 KiB of a small stack. */
  void reset();

  /** After Step::Message: Text, Binary, Close, Ping or Pong, valid until the next feed(). */
  Opcode opcode() const { return opcode_; }
  const uint8_t *data() const { return control() ? control_ : message_; }
  size_t size() const { return control() ? controlSize_ : wholeSize_; }

  /** After Step::Failed: the close code to send. */
  uint16_t failure() const { return failure_; }

 private:
  bool control() const { return uint8_t(opcode_) >= uint8_t(Opcode::Close); }
  Step fail(uint16_t code);
  Step readHeader(uint8_t byte);
  Step begin(uint64_t length);
  Step finish();

  Opcode opcode_ = Opcode::Continuation;
  Opcode kind_ = Opcode::Continuation;  // of the message being joined; Continuation when there is none
  bool final_ = false;
  uint8_t header_[10] = {};
  size_t headerSize_ = 0;
  bool inPayload_ = false;
  uint64_t left_ = 0;
  uint8_t message_[kLongestMessage] = {};
  size_t messageSize_ = 0;
  size_t wholeSize_ = 0;
  uint8_t control_[kLongestControl] = {};
  size_t controlSize_ = 0;
  uint16_t failure_ = 0;
};

bool isUtf8(const uint8_t *text, size_t size);

}  // namespace darvaza
