#include "lens.h"

#include <Arduino.h>

using darvaza::Picture;
using darvaza::StillOrder;

namespace {

constexpr int kFlashPin = 4;
/** So many pictures still have the old size or exposure after a change. */
constexpr int kStalePictures = 3;
constexpr uint32_t kFlashSettleMs = 150;

struct Resolution {
  const char *name;
  framesize_t size;
};
const Resolution kResolutions[] = {
    {"QVGA", FRAMESIZE_QVGA}, {"VGA", FRAMESIZE_VGA},   {"SVGA", FRAMESIZE_SVGA}, {"XGA", FRAMESIZE_XGA},
    {"HD", FRAMESIZE_HD},     {"SXGA", FRAMESIZE_SXGA}, {"UXGA", FRAMESIZE_UXGA},
};

/** The sensor's quality scale runs backwards: 63 is the worst. Below 4 the sensor's own buffer overflows. */
int sensorQuality(int percent) { return 63 - percent * 59 / 100; }

camera_config_t wiring() {
  camera_config_t config = {};
  config.pin_pwdn = 32;
  config.pin_reset = -1;
  config.pin_xclk = 0;
  config.pin_sccb_sda = 26;
  config.pin_sccb_scl = 27;
  config.pin_d7 = 35;
  config.pin_d6 = 34;
  config.pin_d5 = 39;
  config.pin_d4 = 36;
  config.pin_d3 = 21;
  config.pin_d2 = 19;
  config.pin_d1 = 18;
  config.pin_d0 = 5;
  config.pin_vsync = 25;
  config.pin_href = 23;
  config.pin_pclk = 22;
  config.xclk_freq_hz = 20000000;
  config.ledc_timer = LEDC_TIMER_0;
  config.ledc_channel = LEDC_CHANNEL_0;
  config.pixel_format = PIXFORMAT_JPEG;
  return config;
}

}  // namespace

bool Lens::begin(const char *resolution, int quality) {
  for (const Resolution &known : kResolutions) {
    if (strcmp(known.name, resolution) == 0) size_ = known.size;
  }
  quality_ = quality;
  hasRoom_ = psramFound();
  camera_config_t config = wiring();
  // The driver sets the size of its buffers once, from this value. The highest resolution lets it take a photo later
  // without a restart.
  config.frame_size = hasRoom_ ? FRAMESIZE_UXGA : FRAMESIZE_SVGA;
  config.jpeg_quality = 10;
  config.fb_count = hasRoom_ ? 2 : 1;
  config.fb_location = hasRoom_ ? CAMERA_FB_IN_PSRAM : CAMERA_FB_IN_DRAM;
  config.grab_mode = hasRoom_ ? CAMERA_GRAB_LATEST : CAMERA_GRAB_WHEN_EMPTY;
  return esp_camera_init(&config) == ESP_OK && apply();
}

bool Lens::take(Picture &picture) {
  lent_ = esp_camera_fb_get();
  if (!lent_) return false;
  picture.data = lent_->buf;
  picture.size = lent_->len;
  picture.width = uint16_t(lent_->width);
  picture.height = uint16_t(lent_->height);
  return true;
}

bool Lens::takeStill(Picture &picture, const StillOrder &order) {
  const framesize_t size = size_;
  const int quality = quality_, intensity = intensity_;
  size_ = hasRoom_ ? FRAMESIZE_UXGA : FRAMESIZE_SVGA;
  quality_ = order.quality;
  apply();
  if (order.flash) {
    flash(order.intensity);
    delay(kFlashSettleMs);
  }
  drop(kStalePictures);
  const bool taken = take(picture);
  if (order.flash) flash(intensity);
  size_ = size;
  quality_ = quality;
  apply();
  return taken;
}

void Lens::giveBack(Picture &picture) {
  if (lent_) esp_camera_fb_return(lent_);
  lent_ = nullptr;
  picture = Picture();
}

bool Lens::setResolution(const char *name) {
  for (const Resolution &known : kResolutions) {
    if (strcmp(known.name, name) != 0) continue;
    if (!hasRoom_ && known.size > FRAMESIZE_SVGA) return false;
    size_ = known.size;
    return apply();
  }
  return false;
}

bool Lens::setQuality(int percent) {
  quality_ = percent;
  return apply();
}

void Lens::flash(int intensity) {
  intensity_ = intensity;
  analogWrite(kFlashPin, intensity * 255 / 100);
}

bool Lens::restart() {
  esp_camera_deinit();
  const framesize_t size = size_;
  const bool begun = begin("", quality_);
  size_ = size;
  return begun && apply();
}

bool Lens::apply() {
  sensor_t *sensor = esp_camera_sensor_get();
  return sensor && sensor->set_framesize(sensor, size_) == 0 && sensor->set_quality(sensor, sensorQuality(quality_)) == 0;
}

void Lens::drop(int pictures) {
  for (int i = 0; i < pictures; i++) {
    if (camera_fb_t *stale = esp_camera_fb_get()) esp_camera_fb_return(stale);
  }
}
