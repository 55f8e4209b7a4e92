#pragma once

#include <cstddef>
#include <cstdint>

namespace darvaza {

/** SHA-1 of `data`, for the handshake's checksum (RFC 6455). It protects no secret. */
void sha1(const uint8_t *data, size_t size, uint8_t digest[20]);

/** Base64 of `data` with padding; `out` needs 4 * ((size + 2) / 3) + 1 bytes. */
void base64(const uint8_t *data, size_t size, char *out);

}  // namespace darvaza
