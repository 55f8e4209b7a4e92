#include "chip.h"

#include <Arduino.h>
#include <WiFi.h>
#include <esp_system.h>
#include <esp_task_wdt.h>
#include <esp_timer.h>

#include "settings.h"

namespace {

constexpr uint32_t kWatchdogS = 60;  // longer than a name lookup plus a TLS handshake
constexpr uint64_t kJoinAgainMs = 20000;
constexpr int kRedLedPin = 33;  // the LED is on when the pin is LOW

void startWatchdog() {
#if ESP_IDF_VERSION_MAJOR >= 5
  esp_task_wdt_config_t config = {};
  config.timeout_ms = kWatchdogS * 1000;
  config.trigger_panic = true;
  esp_task_wdt_reconfigure(&config);
#else
  esp_task_wdt_init(kWatchdogS, true);
#endif
  esp_task_wdt_add(nullptr);
}

}  // namespace

void Chip::begin() {
  uint8_t mac[6];
  WiFi.mode(WIFI_STA);
  WiFi.macAddress(mac);
  snprintf(identity_, sizeof identity_, "esp32cam-%02x%02x%02x%02x%02x%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
  WiFi.setSleep(false);  // power saving delays every answer by up to 300 ms
  WiFi.begin(WIFI_SSID, WIFI_PASSWORD);
  joinedMs_ = nowMs();
  if (TLS_CA[0]) configTime(0, 0, "pool.ntp.org");  // certificates have dates, but the clock starts in 1970
  kept_.begin("darvaza", false);
  pinMode(kRedLedPin, OUTPUT);
  startWatchdog();
}

void Chip::care() {
  esp_task_wdt_reset();
  digitalWrite(kRedLedPin, online() ? HIGH : LOW);  // the LED is on while there is no network
  if (online()) {
    joinedMs_ = nowMs();
  } else if (nowMs() - joinedMs_ > kJoinAgainMs) {
    joinedMs_ = nowMs();
    show("warning", "no Wi-Fi: " WIFI_SSID " does not let the board in; trying again");
    WiFi.disconnect();
    WiFi.begin(WIFI_SSID, WIFI_PASSWORD);
  }
}

uint64_t Chip::nowMs() { return uint64_t(esp_timer_get_time()) / 1000; }

uint32_t Chip::random() { return esp_random(); }

bool Chip::online() { return WiFi.status() == WL_CONNECTED; }

long Chip::memoryFree() { return long(ESP.getFreeHeap()); }

int Chip::rssi() { return WiFi.RSSI(); }

const char *Chip::resetReason() {
  switch (esp_reset_reason()) {
    case ESP_RST_POWERON: return "power_on";
    case ESP_RST_BROWNOUT: return "brownout";
    case ESP_RST_INT_WDT:
    case ESP_RST_TASK_WDT:
    case ESP_RST_WDT: return "watchdog";
    case ESP_RST_PANIC: return "panic";
    case ESP_RST_SW: return "software";
    default: return "unknown";
  }
}

void Chip::show(const char *level, const char *line) { Serial.printf("[%s] %s\n", level, line); }

void Chip::reboot() {
  delay(200);  // so that the radio can send the last messages
  ESP.restart();
}

bool Chip::loadToken(const char *gateway, char *out, size_t room) {
  return kept_.getString("gateway", "") == gateway && kept_.getString("token", out, room) > 0;
}

void Chip::saveToken(const char *gateway, const char *token) {
  kept_.remove("gateway");  // this order makes sure that a token is never used with a wrong gateway
  kept_.putString("token", token);
  kept_.putString("gateway", gateway);
}
