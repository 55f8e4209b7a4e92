#include "http.h"

#include <cstdlib>
#include <strings.h>

#include "digest.h"

namespace darvaza {

void Request::put(const char *text) {
  const size_t length = strlen(text);
  if (size_ + length >= room_) {
    overflow_ = true;
    return;
  }
  memcpy(out_ + size_, text, length + 1);
  size_ += length;
}

Request &Request::get(const Url &url, const char *path) {
  char host[144];
  url.hostHeader(host, sizeof host);
  put("GET ");
  put(url.prefix);
  put(path);
  put(" HTTP/1.1\r\n");
  return header("Host", host);
}

Request &Request::header(const char *name, const char *before, const char *value) {
  put(name);
  put(": ");
  put(before);
  put(value);
  put("\r\n");
  return *this;
}

bool Request::whole() {
  put("\r\n");
  return !overflow_;
}

bool writeUpgrade(Request &request, const Url &url, const char *key, const char *token, const char *id,
                  const char *version) {
  return request.get(url, "/ws/esp32cam")
      .header("Upgrade", "websocket")
      .header("Connection", "Upgrade")
      .header("Sec-WebSocket-Key", key)
      .header("Sec-WebSocket-Version", "13")
      .header("Authorization", "Bearer ", token)
      .header("X-Device-Type", "ESP32CAM")
      .header("X-Device-ID", id)
      .header("X-Device-Version", version)
      .header("User-Agent", "Darvaza-ESP32CAM/", version)
      .whole();
}

void acceptOf(const char *key, char out[29]) {
  char text[64];
  snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
  uint8_t digest[20];
  sha1(reinterpret_cast<const uint8_t *>(text), strlen(text), digest);
  base64(digest, sizeof digest, out);
}

void Answer::reset() {
  head_[0] = body_[0] = 0;
  headSize_ = bodySize_ = 0;
  status_ = 0;
  notHttp_ = false;
}

Answer::Step Answer::feed(const uint8_t *&data, size_t &size) {
  while (size > 0) {
    if (headSize_ + 1 >= sizeof head_) return Step::Failed;
    head_[headSize_++] = char(*data++);
    size--;
    if (headSize_ == 5 && memcmp(head_, "HTTP/", 5) != 0) {
      notHttp_ = true;
      return Step::Failed;
    }
    if (headSize_ >= 4 && memcmp(head_ + headSize_ - 4, "\r\n\r\n", 4) == 0) {
      head_[headSize_] = 0;
      const char *space = strchr(head_, ' ');
      status_ = space ? atoi(space + 1) : 0;
      return status_ >= 100 && status_ <= 599 ? Step::Head : Step::Failed;
    }
  }
  return Step::NeedMore;
}

bool Answer::feedBody(const uint8_t *data, size_t size) {
  const size_t room = sizeof body_ - 1 - bodySize_;
  const size_t taken = size < room ? size : room;
  memcpy(body_ + bodySize_, data, taken);
  bodySize_ += taken;
  body_[bodySize_] = 0;
  const long length = number("content-length", -1);
  return (length >= 0 && bodySize_ >= size_t(length)) || bodySize_ == sizeof body_ - 1;
}

void Answer::endBody() {
  char coding[16];
  if (!header("transfer-encoding", coding, sizeof coding) || strcasecmp(coding, "chunked") != 0) return;
  size_t from = 0, to = 0;
  while (from < bodySize_) {
    char *behind = nullptr;
    const unsigned long length = strtoul(body_ + from, &behind, 16);
    const char *line = strstr(body_ + from, "\r\n");
    if (!line || behind == body_ + from || length == 0) break;
    from = size_t(line - body_) + 2;
    if (length > bodySize_ - from) break;
    memmove(body_ + to, body_ + from, length);
    to += length;
    from += length + 2;
  }
  bodySize_ = to;
  body_[to] = 0;
}

bool Answer::header(const char *name, char *out, size_t room) const {
  const size_t length = strlen(name);
  for (const char *line = strstr(head_, "\r\n"); line && line[2] != '\r'; line = strstr(line + 2, "\r\n")) {
    const char *at = line + 2;
    if (strncasecmp(at, name, length) != 0 || at[length] != ':') continue;
    at += length + 1;
    while (*at == ' ' || *at == '\t') at++;
    size_t size = strcspn(at, "\r\n");
    while (size > 0 && (at[size - 1] == ' ' || at[size - 1] == '\t')) size--;
    if (size >= room) return false;
    memcpy(out, at, size);
    out[size] = 0;
    return true;
  }
  return false;
}

long Answer::number(const char *name, long otherwise) const {
  char digits[16];
  if (!header(name, digits, sizeof digits) || digits[0] < '0' || digits[0] > '9') return otherwise;
  return strtol(digits, nullptr, 10);
}

}  // namespace darvaza
