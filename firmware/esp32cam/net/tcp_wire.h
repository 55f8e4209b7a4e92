#pragma once

#include "ports.h"

namespace darvaza {

/** Plain TCP over BSD sockets. Only the name lookup blocks. The same code runs on a PC and (over lwIP) on the ESP32. */
class TcpWire : public Wire {
 public:
  ~TcpWire() override { hangUp(); }
  bool dial(const char *host, uint16_t port, bool secure) override;
  State state() override;
  int write(const uint8_t *data, size_t size) override;
  int read(uint8_t *data, size_t size) override;
  void hangUp() override;

 private:
  int socket_ = -1;
  bool up_ = false;
};

}  // namespace darvaza
