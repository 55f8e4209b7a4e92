#pragma once
#include <Arduino.h>

typedef enum { WL_IDLE_STATUS = 0, WL_CONNECTED = 3, WL_DISCONNECTED = 6 } wl_status_t;
typedef enum { WIFI_STA = 1 } wifi_mode_t;
struct WiFiClass {
  bool mode(wifi_mode_t mode);
  uint8_t *macAddress(uint8_t *mac);
  bool setSleep(bool enabled);
  wl_status_t begin(const char *ssid, const char *passphrase = nullptr);
  bool disconnect(bool wifioff = false, bool eraseap = false);
  wl_status_t status();
  int8_t RSSI();
};
extern WiFiClass WiFi;
