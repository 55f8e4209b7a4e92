#pragma once

#include "tcp_wire.h"

#include <WiFiClientSecure.h>

/** A connection for ws:// (plain sockets) or wss:// (the chip's TLS). */
class AnyWire : public darvaza::Wire {
 public:
  /** `ca`: a certificate in PEM form. If empty, connections are encrypted but do not verify the gateway. */
  void begin(const char *ca);

  bool dial(const char *host, uint16_t port, bool secure) override;
  State state() override;
  int write(const uint8_t *data, size_t size) override;
  int read(uint8_t *data, size_t size) override;
  void hangUp() override;

 private:
  darvaza::TcpWire plain_;
  WiFiClientSecure tls_;
  bool secure_ = false;
};
