#include "any_wire.h"

namespace {
constexpr unsigned long kHandshakeS = 15;
}

void AnyWire::begin(const char *ca) {
  if (ca[0]) {
    tls_.setCACert(ca);
  } else {
    tls_.setInsecure();
  }
  tls_.setHandshakeTimeout(kHandshakeS);
}

bool AnyWire::dial(const char *host, uint16_t port, bool secure) {
  secure_ = secure;
  return secure ? tls_.connect(host, port) != 0 : plain_.dial(host, port, false);
}

AnyWire::State AnyWire::state() {
  if (!secure_) return plain_.state();
  return tls_.connected() ? State::Up : State::Down;
}

int AnyWire::write(const uint8_t *data, size_t size) {
  if (!secure_) return plain_.write(data, size);
  const size_t written = tls_.write(data, size);
  return written > 0 ? int(written) : -1;  // it blocks until all is written or the connection is lost
}

int AnyWire::read(uint8_t *data, size_t size) {
  if (!secure_) return plain_.read(data, size);
  if (tls_.available() <= 0) return tls_.connected() ? 0 : -1;
  const int got = tls_.read(data, size);
  return got > 0 ? got : -1;
}

void AnyWire::hangUp() {
  plain_.hangUp();
  tls_.stop();
}
