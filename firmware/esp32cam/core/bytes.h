#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace darvaza {

/** Copies `from` into `to`, shortened if necessary, always with a NUL at the end. */
template <size_t room>
void copyText(char (&to)[room], const char *from) {
  snprintf(to, room, "%s", from ? from : "");
}

}  // namespace darvaza
