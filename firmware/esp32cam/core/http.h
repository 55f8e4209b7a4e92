#pragma once

#include "url.h"

namespace darvaza {

/** A GET request in a buffer of fixed size. */
class Request {
 public:
  Request(char *out, size_t room) : out_(out), room_(room) {}
  Request &get(const Url &url, const char *path);
  Request &header(const char *name, const char *before, const char *value = "");
  /** Adds the blank line at the end. False when the request does not fit into the buffer. */
  bool whole();
  size_t size() const { return size_; }

 private:
  void put(const char *text);
  char *out_;
  size_t room_;
  size_t size_ = 0;
  bool overflow_ = false;
};

/** Writes a camera's handshake request, each header once. `id`: the board's name until its owner gives it another. */
bool writeUpgrade(Request &request, const Url &url, const char *key, const char *token, const char *id,
                  const char *version);

/** Computes the Sec-WebSocket-Accept for `key`. */
void acceptOf(const char *key, char out[29]);

/** Reads an HTTP answer from bytes in pieces of any size. It keeps the head, and as much of the body as fits. */
class Answer {
 public:
  enum class Step { NeedMore, Head, Failed };

  /** Reads bytes up to the end of the head and no further, as a WebSocket frame may follow in the same packet. */
  Step feed(const uint8_t *&data, size_t &size);
  /** Reads the body after the head and keeps as much as fits. True when the length given in the head is reached. */
  bool feedBody(const uint8_t *data, size_t size);
  /** Call it when the connection was closed or enough was read: joins the chunks of the body. */
  void endBody();
  void reset();

  int status() const { return status_; }
  /** Copies the first header of this name. False when there is none or it does not fit. */
  bool header(const char *name, char *out, size_t room) const;
  long number(const char *name, long otherwise) const;
  const char *body() const { return body_; }
  size_t bodySize() const { return bodySize_; }
  /** True when the first bytes were no HTTP, most likely because this is a TLS port. */
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
