#pragma once

#include "url.h"

namespace darvaza {

/** One GET, written into a buffer of fixed size. */
class Request {
 public:
  Request(char *out, size_t room) : out_(out), room_(room) {}
  Request &get(const Url &url, const char *path);
  Request &header(const char *name, const char *before, const char *value = "");
  /** The blank line. False when it did not fit. */
  bool whole();
  size_t size() const { return size_; }

 private:
  void put(const char *text);
  char *out_;
  size_t room_;
  size_t size_ = 0;
  bool overflow_ = false;
};

/** The upgrade of a camera, each header exactly once. `id` names the board until its owner does. */
bool writeUpgrade(Request &request, const Url &url, const char *key, const char *token, const char *id,
                  const char *version);

/** The Sec-WebSocket-Accept that belongs to `key`. */
void acceptOf(const char *key, char out[29]);

/** An HTTP answer out of bytes that arrive in any pieces: its head, and what fits of its body. */
class Answer {
 public:
  enum class Step { NeedMore, Head, Failed };

  /** Takes bytes up to the end of the head, and not one more: a frame may follow in the same packet. */
  Step feed(const uint8_t *&data, size_t &size);
  /** After the head: keeps what fits of the body. True when the body is whole by its length. */
  bool feedBody(const uint8_t *data, size_t size);
  /** The other side has hung up, or enough was read: joins chunks. */
  void endBody();
  void reset();

  int status() const { return status_; }
  /** The first header of that name; false when there is none or it does not fit. */
  bool header(const char *name, char *out, size_t room) const;
  long number(const char *name, long otherwise) const;
  const char *body() const { return body_; }
  size_t bodySize() const { return bodySize_; }
  /** The first bytes were no HTTP: most likely a TLS port. */
  bool notHttp() const { return notHttp_; }

 private:
  char head_[2048] = "";
  size_t headSize_ = 0;
  int status_ = 0;
  bool notHttp_ = false;
  char body_[2048] = "";
  size_t bodySize_ = 0;
};

}  // namespace darvaza
