#pragma once

#include "bytes.h"

namespace darvaza {

enum class Opcode : uint8_t { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

constexpr size_t kLongestFrameHeader = 14;
constexpr size_t kLongestControl = 125;
/** The longest message, in bytes. The gateway sends a camera less than 1 KiB. */
constexpr size_t kLongestMessage = 4096;

/** Writes the header of one complete, masked client frame. Returns its length, at most kLongestFrameHeader. */
size_t writeFrameHeader(uint8_t *out, Opcode opcode, size_t payload, const uint8_t mask[4]);

/** Masks `data` in place. `offset`: the position of `data` in the payload. */
void applyMask(uint8_t *data, size_t size, const uint8_t mask[4], size_t offset);

/**
 * Decodes the gateway's frames from bytes in pieces of any size, and joins fragments. Its memory is fixed: messages
 * that are too long fail with 1009, forbidden frames with 1002, and text that is not UTF-8 with 1007.
 */
class Decoder {
 public:
  enum class Step { NeedMore, Message, Failed };

  /** Reads bytes until one message is complete, and moves `data` and `size` past them. */
  Step feed(const uint8_t *&data, size_t &size);
  /** Starts anew for a new connection. It resets field by field, as a temporary would need 4 KiB of a small stack. */
  void reset();

  /** After Step::Message: Text, Binary, Close, Ping or Pong. It is valid until the next feed(). */
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
  Opcode kind_ = Opcode::Continuation;  // kind of the message that is being joined, or Continuation
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
