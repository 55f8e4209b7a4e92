/* The firmware of the ESP32-CAM. Your settings are in include/settings.h. The code for the gateway is in core/. */

#include <Arduino.h>

#include "any_wire.h"
#include "chip.h"
#include "lens.h"
#include "settings.h"
#include "station.h"

namespace {

Chip chip;
Lens lens;
AnyWire wire;

darvaza::Settings chosen() {
  darvaza::Settings settings;
  settings.gateway = GATEWAY;
  settings.token = TOKEN;
  settings.name = NAME;
  settings.rebootOfflineMin = REBOOT_AFTER_OFFLINE_MIN;
  settings.stream.fps = START_FPS;
  settings.stream.resolution = START_RESOLUTION;
  settings.stream.quality = START_QUALITY;
  settings.stream.idleEveryMs = IDLE_EVERY_MS;
  return settings;
}

darvaza::Station station(chip, lens, wire, chosen());

bool ready = false;

}  // namespace

void setup() {
  Serial.begin(115200);
  chip.begin();
  wire.begin(TLS_CA);
  if (!lens.begin(START_RESOLUTION, START_QUALITY)) {
    // The board connects all the same, so that the gateway can show its owner what is wrong.
    chip.show("error", "the camera does not answer: check its ribbon cable and the 5 V supply");
  }
  ready = station.begin();
}

void loop() {
  chip.care();
  if (ready) station.tick();
  delay(1);
}
