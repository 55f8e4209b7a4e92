#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace darvaza {

/** Copies `from` into `to`, cut to fit, always ended by NUL. */
template <size_t room>
void copyText(char (&to)[room], const char *from) {
  snprintf(to, room, "%s", from ? from : "");
}

}  // namespace darvaza
