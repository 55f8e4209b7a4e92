#pragma once
#include <WiFi.h>

class WiFiClientSecure {
 public:
  int connect(const char *host, uint16_t port);
  uint8_t connected();
  int available();
  int read(uint8_t *buffer, size_t size);
  size_t write(const uint8_t *buffer, size_t size);
  void stop();
  void setInsecure();
  void setCACert(const char *rootCA);
  void setHandshakeTimeout(unsigned long seconds);
};
