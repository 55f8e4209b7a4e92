/* The camera. Settings are in include/settings.h; everything that is said to the gateway is in core/. */

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
    // It connects all the same: the gateway is told, and its owner knows what to look at.
    chip.show("error", "the camera does not answer: check its ribbon cable and the 5 V supply");
  }
  ready = station.begin();
}

void loop() {
  chip.care();
  if (ready) station.tick();
  delay(1);
}
