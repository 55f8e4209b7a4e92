// storm: all boards connect in the same second. A board without its 101 gives up after 1 s and redials without jitter.
// Build: gcc -O2 -Wall -o storm storm.c      Usage: storm --port N --boards 10000 [...]; see README.md
// Prints one JSON line when all boards have been online for --stay seconds, or after --secs seconds.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum state { DOWN, DIALLING, ASKED, ONLINE };

typedef struct board {
  int fd, id, have;
  enum state state;
  uint64_t dialled;          // ns; the time limit `patience` starts here
  struct board *next, *prev; // list of dialling boards, oldest first: all have one time limit, so the head is due first
  uint8_t in[512];
} board;

static const char *path = "/ws/pico", *token = "tok-%05d", *header = "";
static int port = 3000, boards = 10000, sources = 64, epoll;
static double patience = 1, limit = 60, stay = 3;
static board *all, dialling = {.next = &dialling, .prev = &dialling};
static uint64_t started, attempts, impatient, refused, cut, online, peak, allOnlineAt;
static uint32_t *waited; // counts of successful attempts, by their ms from dial to 101
#define SLOTS 60000

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void unlist(board *b) {
  if (!b->next) return;
  b->next->prev = b->prev;
  b->prev->next = b->next;
  b->next = b->prev = NULL;
}

static void hangup(board *b) {
  if (b->state == ONLINE) online--;
  unlist(b);
  close(b->fd);
  b->fd = -1;
  b->state = DOWN;
}

// Source addresses from 127.0.0.2 up: one address has only 28,000 ports, and each redial leaves one in TIME_WAIT.
static void dial(board *b) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + b->id % sources)};
  int one = 1;
  b->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (b->fd < 0) { perror("socket"); exit(1); }
  setsockopt(b->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(b->fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  bind(b->fd, (void *)&from, sizeof from);
  b->have = 0;
  b->dialled = now();
  b->state = DIALLING;
  attempts++;
  b->prev = dialling.prev;
  b->next = &dialling;
  b->prev->next = dialling.prev = b;
  if (connect(b->fd, (void *)&to, sizeof to) < 0 && errno != EINPROGRESS) { perror("connect"); exit(1); }
  struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.ptr = b};
  epoll_ctl(epoll, EPOLL_CTL_ADD, b->fd, &e);
}

static void redial(board *b) { hangup(b); dial(b); }

static void ask(board *b) {
  char where[128], secret[128], extra[512], request[1024];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
  snprintf(where, sizeof where, path, b->id);
  snprintf(secret, sizeof secret, token, b->id);
  snprintf(extra, sizeof extra, header, b->id);
#pragma GCC diagnostic pop
  int n = snprintf(request, sizeof request,
    "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nUser-Agent: MicroPython\r\n"
    "Authorization: Bearer %s\r\n%s%s\r\n", where, port, secret, extra, *extra ? "\r\n" : "");
  if (send(b->fd, request, n, MSG_NOSIGNAL) != n) { cut++; redial(b); return; }
  b->state = ASKED;
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = b};
  epoll_ctl(epoll, EPOLL_CTL_MOD, b->fd, &e);
}

static void answered(board *b) {
  unlist(b);
  b->state = ONLINE;
  uint64_t ms = (now() - b->dialled) / 1000000;
  waited[ms < SLOTS ? ms : SLOTS - 1]++;
  if (++online > peak) peak = online;
  if (online == (uint64_t)boards && !allOnlineAt) allOnlineAt = now();
}

// An online board only answers protocol pings (payload under 126 bytes, mask 0) and discards all other messages.
static void hear(board *b) {
  int o = 0;
  while (b->have - o >= 2) {
    uint8_t *f = b->in + o;
    int head = 2, len = f[1] & 127;
    if (len == 126) { if (b->have - o < 4) break; len = f[2] << 8 | f[3]; head = 4; }
    if (len == 127 || head + len > (int)sizeof b->in) { cut++; redial(b); return; }
    if (b->have - o < head + len) break;
    if ((f[0] & 15) == 8) { cut++; redial(b); return; }
    if ((f[0] & 15) == 9 && len < 126) {
      uint8_t pong[6 + 125] = {0x8a, 0x80 | len};
      memcpy(pong + 6, f + head, len);
      (void)!send(b->fd, pong, 6 + len, MSG_NOSIGNAL);
    }
    o += head + len;
  }
  memmove(b->in, b->in + o, b->have -= o);
}

static void readable(board *b) {
  ssize_t n = recv(b->fd, b->in + b->have, sizeof b->in - b->have, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) { cut++; redial(b); return; }
  b->have += n;
  if (b->state == ASKED) {
    uint8_t *end = memmem(b->in, b->have, "\r\n\r\n", 4);
    if (!end) { if (b->have == sizeof b->in) { refused++; redial(b); } return; }
    if (memcmp(b->in, "HTTP/1.1 101", 12)) { refused++; redial(b); return; }
    int head = end + 4 - b->in;
    memmove(b->in, b->in + head, b->have -= head);
    answered(b);
  }
  hear(b);
}

static int percentile(double p) {
  uint64_t sum = 0, seen = 0;
  for (int i = 0; i < SLOTS; i++) sum += waited[i];
  for (int i = 0; i < SLOTS; i++) if ((seen += waited[i]) > sum * p) return i;
  return 0;
}

static void run(void) {
  static struct epoll_event events[1024];
  uint64_t last = started + (uint64_t)(limit * 1e9);
  for (;;) {
    uint64_t t = now();
    if (allOnlineAt && t - allOnlineAt >= (uint64_t)(stay * 1e9)) return;
    if (t >= last) return;
    // Signed, because a board that was redialled in this loop has a `dialled` after t.
    while (dialling.next != &dialling && (int64_t)(t - dialling.next->dialled) >= (int64_t)(patience * 1e9)) { impatient++; redial(dialling.next); }
    int n = epoll_wait(epoll, events, 1024, 5);
    for (int i = 0; i < n; i++) {
      board *b = events[i].data.ptr;
      if (b->state == DIALLING) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(b->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) { cut++; redial(b); continue; }
        if (events[i].events & EPOLLOUT) ask(b);
        continue;
      }
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) readable(b);
    }
  }
}

int main(int argc, char **argv) {
  static struct option options[] = {{"port", 1, 0, 'p'}, {"boards", 1, 0, 'n'}, {"patience", 1, 0, 'g'}, {"secs", 1, 0, 't'}, {"stay", 1, 0, 's'},
    {"path", 1, 0, 'a'}, {"token", 1, 0, 'k'}, {"header", 1, 0, 'H'}, {"sources", 1, 0, 'S'}, {0}};
  for (int k; (k = getopt_long(argc, argv, "", options, NULL)) != -1;) switch (k) {
    case 'p': port = atoi(optarg); break;
    case 'n': boards = atoi(optarg); break;
    case 'g': patience = atof(optarg); break;
    case 't': limit = atof(optarg); break;
    case 's': stay = atof(optarg); break;
    case 'a': path = optarg; break;
    case 'k': token = optarg; break;
    case 'H': header = optarg; break;
    case 'S': sources = atoi(optarg); break;
    default: fprintf(stderr, "usage: storm --port N [--boards N] [--patience S] [--secs S] [--stay S] [--path P] [--token T] [--header H] [--sources N]\n"); return 2;
  }
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  epoll = epoll_create1(0);
  all = calloc(boards, sizeof *all);
  waited = calloc(SLOTS, sizeof *waited);
  started = now();
  for (int i = 0; i < boards; i++) { all[i].id = i; dial(&all[i]); }
  double dialledS = (now() - started) / 1e9;
  run();
  printf("{\"mode\":\"storm\",\"boards\":%d,\"online\":%lu,\"peak\":%lu,\"all_online_ms\":%.0f,\"dialled_s\":%.2f,\"attempts\":%lu,\"impatient\":%lu,\"refused\":%lu,\"cut\":%lu,"
    "\"p50_ms\":%d,\"p99_ms\":%d}\n", boards, online, peak, allOnlineAt ? (allOnlineAt - started) / 1e6 : -1, dialledS, attempts, impatient, refused, cut, percentile(.5), percentile(.99));
  return 0;
}
