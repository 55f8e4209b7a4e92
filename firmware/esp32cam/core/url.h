#pragma once

#include "bytes.h"

namespace darvaza {

/** A gateway's URL, taken apart: `ws://host:port/prefix`; http and https are understood as ws and wss. */
struct Url {
  char host[128] = "";
  uint16_t port = 0;
  bool secure = false;
  char prefix[64] = "";

  /** False when the text is no such URL or does not fit. */
  bool parse(const char *text);

  /** The Host header: the port only where it is not the usual one. */
  void hostHeader(char *out, size_t room) const;
};

}  // namespace darvaza
