#pragma once

#include "bytes.h"

namespace darvaza {

/** The parts of a gateway's URL `ws://host:port/prefix`. http and https count as ws and wss. */
struct Url {
  char host[128] = "";
  uint16_t port = 0;
  bool secure = false;
  char prefix[64] = "";

  /** False when the text is no such URL or is too long. */
  bool parse(const char *text);

  /** Writes the Host header, with the port only if it is not the default one. */
  void hostHeader(char *out, size_t room) const;
};

}  // namespace darvaza
