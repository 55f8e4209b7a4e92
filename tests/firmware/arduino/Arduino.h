#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#define HIGH 1
#define LOW 0
#define OUTPUT 3
#define ESP_IDF_VERSION_MAJOR 4

class String {
 public:
  bool operator==(const char *) const;
};
struct HardwareSerial {
  void begin(unsigned long baud);
  size_t printf(const char *format, ...) __attribute__((format(printf, 2, 3)));
};
extern HardwareSerial Serial;
struct EspClass {
  uint32_t getFreeHeap();
  void restart();
};
extern EspClass ESP;

void delay(uint32_t ms);
void pinMode(uint8_t pin, uint8_t mode);
void digitalWrite(uint8_t pin, uint8_t value);
void analogWrite(uint8_t pin, int value);
bool psramFound();
uint32_t esp_random();
void configTime(long gmtOffset, int daylightOffset, const char *server1, const char *server2 = nullptr);
