#include "websocket.h"

namespace darvaza {

size_t writeFrameHeader(uint8_t *out, Opcode opcode, size_t payload, const uint8_t mask[4]) {
  size_t at = 0;
  out[at++] = 0x80 | uint8_t(opcode);
  if (payload < 126) {
    out[at++] = 0x80 | uint8_t(payload);
  } else if (payload < 65536) {
    out[at++] = 0x80 | 126;
    out[at++] = uint8_t(payload >> 8);
    out[at++] = uint8_t(payload);
  } else {
    out[at++] = 0x80 | 127;
    for (int shift = 56; shift >= 0; shift -= 8) out[at++] = uint8_t(uint64_t(payload) >> shift);
  }
  memcpy(out + at, mask, 4);
  return at + 4;
}

void applyMask(uint8_t *data, size_t size, const uint8_t mask[4], size_t offset) {
  for (size_t i = 0; i < size; i++) data[i] ^= mask[(offset + i) & 3];
}

void Decoder::reset() {
  opcode_ = kind_ = Opcode::Continuation;
  final_ = inPayload_ = false;
  headerSize_ = messageSize_ = wholeSize_ = controlSize_ = 0;
  left_ = 0;
  failure_ = 0;
}

Decoder::Step Decoder::feed(const uint8_t *&data, size_t &size) {
  if (failure_) return Step::Failed;
  while (size > 0) {
    if (!inPayload_) {
      const Step step = readHeader(*data);
      data++, size--;
      if (step != Step::NeedMore) return step;
      continue;
    }
    const size_t taken = left_ < size ? size_t(left_) : size;
    uint8_t *to = control() ? control_ + controlSize_ : message_ + messageSize_;
    memcpy(to, data, taken);
    (control() ? controlSize_ : messageSize_) += taken;
    data += taken, size -= taken, left_ -= taken;
    if (left_ == 0) {
      const Step step = finish();
      if (step != Step::NeedMore) return step;
    }
  }
  return Step::NeedMore;
}

Decoder::Step Decoder::readHeader(uint8_t byte) {
  header_[headerSize_++] = byte;
  if (headerSize_ < 2) return Step::NeedMore;
  const uint8_t length = header_[1] & 0x7F;
  const size_t whole = length == 126 ? 4 : length == 127 ? 10 : 2;
  if (headerSize_ < whole) return Step::NeedMore;
  headerSize_ = 0;

  if (header_[0] & 0x70 || header_[1] & 0x80) return fail(1002);  // reserved bits are set, or the frame is masked
  uint64_t payload = length;
  if (length >= 126) {
    payload = 0;
    for (size_t i = 2; i < whole; i++) payload = payload << 8 | header_[i];
  }
  opcode_ = Opcode(header_[0] & 0x0F);
  final_ = header_[0] & 0x80;
  return begin(payload);
}

Decoder::Step Decoder::begin(uint64_t length) {
  switch (opcode_) {
    case Opcode::Text:
    case Opcode::Binary:
      if (kind_ != Opcode::Continuation) return fail(1002);
      kind_ = opcode_;
      messageSize_ = 0;
      break;
    case Opcode::Continuation:
      if (kind_ == Opcode::Continuation) return fail(1002);
      break;
    case Opcode::Close:
    case Opcode::Ping:
    case Opcode::Pong:
      if (length > kLongestControl || !final_) return fail(1002);
      controlSize_ = 0;
      break;
    default:
      return fail(1002);
  }
  if (!control() && length > kLongestMessage - messageSize_) return fail(1009);
  left_ = length;
  inPayload_ = true;
  return length == 0 ? finish() : Step::NeedMore;
}

Decoder::Step Decoder::finish() {
  inPayload_ = false;
  if (control()) return Step::Message;
  if (!final_) return Step::NeedMore;
  opcode_ = kind_;
  kind_ = Opcode::Continuation;
  wholeSize_ = messageSize_;
  if (opcode_ == Opcode::Text && !isUtf8(message_, wholeSize_)) return fail(1007);
  return Step::Message;
}

Decoder::Step Decoder::fail(uint16_t code) {
  failure_ = code;
  return Step::Failed;
}

bool isUtf8(const uint8_t *text, size_t size) {
  for (size_t i = 0; i < size;) {
    const uint8_t lead = text[i++];
    if (lead < 0x80) continue;
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || size - i < size_t(more)) return false;
    const uint8_t next = text[i];
    if ((lead == 0xE0 && next < 0xA0) || (lead == 0xED && next > 0x9F) || (lead == 0xF0 && next < 0x90) ||
        (lead == 0xF4 && next > 0x8F)) {
      return false;  // overlong encoding, a surrogate, or beyond U+10FFFF
    }
    for (int k = 0; k < more; k++) {
      if ((text[i++] & 0xC0) != 0x80) return false;
    }
  }
  return true;
}

}  // namespace darvaza
