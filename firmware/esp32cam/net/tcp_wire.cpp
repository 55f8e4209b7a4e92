#include "tcp_wire.h"

#include <cerrno>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

// Some versions of lwIP define these names as macros, which would change the methods below.
#undef read
#undef write

namespace darvaza {

namespace {

#ifdef MSG_NOSIGNAL
constexpr int kSendFlags = MSG_NOSIGNAL;
#else
constexpr int kSendFlags = 0;
#endif

bool wouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

bool TcpWire::dial(const char *host, uint16_t port, bool secure) {
  hangUp();
  if (secure) return false;
  char service[8];
  snprintf(service, sizeof service, "%u", unsigned(port));
  addrinfo wanted = {};
  wanted.ai_family = AF_INET;  // a lookup of IPv6 as well takes twice as long on the ESP32 when it fails
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo *found = nullptr;
  if (getaddrinfo(host, service, &wanted, &found) != 0 || !found) return false;

  socket_ = socket(found->ai_family, found->ai_socktype, 0);
  bool begun = false;
  if (socket_ >= 0) {
    fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL, 0) | O_NONBLOCK);
    const int yes = 1;  // an acknowledgement must not wait for the picture before it
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    begun = connect(socket_, found->ai_addr, found->ai_addrlen) == 0 || errno == EINPROGRESS;
  }
  freeaddrinfo(found);
  if (!begun) hangUp();
  return begun;
}

Wire::State TcpWire::state() {
  if (socket_ < 0) return State::Down;
  if (up_) return State::Up;
  fd_set writable;
  FD_ZERO(&writable);
  FD_SET(socket_, &writable);
  timeval now = {};
  if (select(socket_ + 1, nullptr, &writable, nullptr, &now) == 0) return State::Dialing;
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
    hangUp();
    return State::Down;
  }
  up_ = true;
  return State::Up;
}

int TcpWire::write(const uint8_t *data, size_t size) {
  if (socket_ < 0) return -1;
  const ssize_t written = send(socket_, data, size, kSendFlags);
  if (written >= 0) return int(written);
  return wouldBlock(errno) ? 0 : -1;
}

int TcpWire::read(uint8_t *data, size_t size) {
  if (socket_ < 0) return -1;
  const ssize_t got = recv(socket_, data, size, 0);
  if (got > 0) return int(got);
  return got < 0 && wouldBlock(errno) ? 0 : -1;
}

void TcpWire::hangUp() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
  up_ = false;
}

}  // namespace darvaza
