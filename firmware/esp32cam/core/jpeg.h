#pragma once

#include <cstddef>
#include <cstdint>

namespace darvaza {

/** The size of the JPEG at the start of `data`, without the padding after it. 0 when `data` is no complete JPEG. */
inline size_t jpegSize(const uint8_t *data, size_t size) {
  if (size < 4 || data[0] != 0xFF || data[1] != 0xD8) return 0;
  // Sensors add some hundred bytes of padding at most. A search further back would find the end of a thumbnail.
  const size_t farthest = size > 1026 ? size - 1024 : 2;
  for (size_t end = size; end > farthest; end--) {
    if (data[end - 2] == 0xFF && data[end - 1] == 0xD9) return end;
  }
  return 0;
}

}  // namespace darvaza
