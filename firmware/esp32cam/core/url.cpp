#include "url.h"

#include <cstdlib>

namespace darvaza {

bool Url::parse(const char *text) {
  static const struct {
    const char *scheme;
    bool secure;
  } schemes[] = {{"ws://", false}, {"wss://", true}, {"http://", false}, {"https://", true}};
  const char *rest = nullptr;
  for (const auto &known : schemes) {
    const size_t length = strlen(known.scheme);
    if (strncmp(text, known.scheme, length) == 0) rest = text + length, secure = known.secure;
  }
  if (!rest) return false;

  const size_t authority = strcspn(rest, "/");
  const size_t name = strcspn(rest, ":/");
  if (name == 0 || name >= sizeof host || memchr(rest, '@', authority)) return false;
  memcpy(host, rest, name);
  host[name] = 0;

  port = secure ? 443 : 80;
  if (name < authority) {
    char *end = nullptr;
    const long number = strtol(rest + name + 1, &end, 10);
    if (end != rest + authority || number < 1 || number > 65535) return false;
    port = uint16_t(number);
  }

  size_t path = strlen(rest + authority);
  while (path > 0 && rest[authority + path - 1] == '/') path--;
  if (path >= sizeof prefix) return false;
  memcpy(prefix, rest + authority, path);
  prefix[path] = 0;
  return true;
}

void Url::hostHeader(char *out, size_t room) const {
  if (port == (secure ? 443 : 80)) {
    snprintf(out, room, "%s", host);
  } else {
    snprintf(out, room, "%s:%u", host, unsigned(port));
  }
}

}  // namespace darvaza
