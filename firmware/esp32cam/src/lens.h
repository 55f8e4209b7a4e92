#pragma once

#include <esp_camera.h>

#include "ports.h"

/** The camera of an AI-Thinker ESP32-CAM, and its flash. */
class Lens : public darvaza::Camera {
 public:
  bool begin(const char *resolution, int quality);

  bool take(darvaza::Picture &picture) override;
  bool takeStill(darvaza::Picture &picture, const darvaza::StillOrder &order) override;
  void giveBack(darvaza::Picture &picture) override;
  bool setResolution(const char *name) override;
  bool setQuality(int percent) override;
  void flash(int intensity) override;
  bool restart() override;

 private:
  bool apply();
  void drop(int pictures);

  camera_fb_t *lent_ = nullptr;
  framesize_t size_ = FRAMESIZE_SVGA;
  int quality_ = 80;
  int intensity_ = 0;
  bool hasRoom_ = false;  // the board has PSRAM, which the highest resolution needs
};
