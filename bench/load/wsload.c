// wsload: epoll load generator (one thread) for WebSocket servers and their peers.  Modes: fanout | ping | hold
// Build: gcc -O2 -w -o wsload wsload.c -lssl -lcrypto      Usage: see README.md
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
enum { CAM, VIEW, DEV, SLOW };
enum { CONNECTING, HS, OPEN, CLOSED };
enum { WS, MQTT, NATS };              // the protocol; fanout supports all three
enum { OPENED = 16, PINGED = 17 };    // added to the WebSocket opcodes: "connected" and "ping" of MQTT and NATS
#define HEAD 2048                     // room before a camera's payload for its header and prefix
#define INB 1024
#define RING 64
typedef struct {
  int fd; uint8_t kind, state, paused, fin; int id, room;
  uint8_t in[INB]; int have;          // unparsed input
  uint64_t discard;                   // payload bytes still to throw away
  int dop; uint64_t dseq, dts; uint8_t stamped; // frame being discarded
  const uint8_t *out; size_t outlen, outoff; uint32_t ev;
  uint64_t lastseq, nrecv; uint64_t t0;
  uint64_t ring[RING]; uint32_t rh, rt;
  uint64_t nextping; SSL *ssl; char *hs; int hslen;
} conn;
typedef struct { uint8_t *buf; uint64_t seq; uint64_t due; conn *c; conn **v; int nv; uint64_t lastprog; uint32_t mask; } cam;
static const char *host = "127.0.0.1", *campath = "/device/cam-%d", *viewpath = "/view/cam-%d", *devpath = "/device/dev-%d",
  *token = "tok-%05d", *viewtoken = "", *pingmsg = "{\"type\":\"ping\"}", *hello = "", *cookie = "", *expectcode = "101", *extrahdr = "", *prefix = "", *viewhello = "";
static int port = 9000, ncam = 1, nview = 50, ndev = 200, nslow = 0, window = 4, conc = 64, usetls = 0, srcs = 8, rcvbuf = 0, quiet = 0, camoff = 0, proto = WS, viewtls = 0; static SSL_CTX *sslctx;
static double secs = 5, warm = 1, fps = 0, holdping = 0, resume_s = 3; static long smin = 30000, smax = 0; static int spid = 0;
static int ep; static cam *cams; static conn **conns; static int nconns;
static uint64_t delivered, dbytes, sentf, camskip, skipped, stalls, pongs, badmagic, textrx, closedn, failed, opened;
static int measuring; static uint32_t *hist; static uint64_t histn; static double histsum; static uint64_t histmax;
#define HN 4000000
static uint64_t now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000ull + t.tv_nsec; }
static void rec(uint64_t ns) { uint64_t u = ns / 1000; if (u > histmax) histmax = u; if (u >= HN) u = HN - 1; hist[u]++; histn++; histsum += ns / 1000.0; }
static double pct(double p) { uint64_t k = histn * p, s = 0; for (int i = 0; i < HN; i++) { s += hist[i]; if (s > k) return i; } return histmax; }
static double scpu(int pid) { char p[64], b[1024]; snprintf(p, 64, "/proc/%d/stat", pid); FILE *f = fopen(p, "r"); if (!f) return 0; size_t n = fread(b, 1, 1023, f); b[n] = 0; fclose(f);
  char *q = strrchr(b, ')'); long u, s; if (!q || sscanf(q + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &u, &s) != 2) return 0; return (double)(u + s) / sysconf(_SC_CLK_TCK); }
static long srss(int pid) { char p[64]; snprintf(p, 64, "/proc/%d/statm", pid); FILE *f = fopen(p, "r"); long a = 0, r = 0; if (f) { if (fscanf(f, "%ld %ld", &a, &r) != 2) r = 0; fclose(f); } return r * 4; }
static double mycpu(void) { struct rusage r; getrusage(RUSAGE_SELF, &r); return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6; }
static void want(conn *c, uint32_t ev) { if (c->ev == ev) return; struct epoll_event e = {.events = ev, .data.ptr = c}; epoll_ctl(ep, c->ev == 0xffffffff ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, c->fd, &e); c->ev = ev; }
static ssize_t tlsres(conn *c, int n) { if (n > 0) return n; int e = SSL_get_error(c->ssl, n); if (e == SSL_ERROR_ZERO_RETURN) return 0; errno = e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE ? EAGAIN : EIO; return -1; }
static ssize_t wr(conn *c, const void *d, size_t n) { return c->ssl ? tlsres(c, SSL_write(c->ssl, d, n)) : send(c->fd, d, n, MSG_NOSIGNAL); }
static ssize_t rd(conn *c, void *d, size_t n) { return c->ssl ? tlsres(c, SSL_read(c->ssl, d, n)) : recv(c->fd, d, n, 0); }
static ssize_t skip(conn *c, size_t n) { static uint8_t waste[1 << 16]; return c->ssl ? rd(c, waste, n < sizeof waste ? n : sizeof waste) : recv(c->fd, NULL, n, MSG_TRUNC); }
static void cclose(conn *c) { if (c->state == CLOSED) return; if (c->state != OPEN) failed++; else closedn++; c->state = CLOSED; if (c->ssl) SSL_free(c->ssl); c->ssl = NULL; close(c->fd); c->fd = -1; }
// Camera N publishes to topic cam/N (MQTT) or subject cam.N (NATS), and its viewers subscribe to it.
static char *mkpeerhs(conn *c) { char *b = malloc(512); int n;
  if (proto == NATS) { n = sprintf(b, "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":false}\r\n"); if (c->kind != CAM) n += sprintf(b + n, "SUB cam.%d 1\r\n", c->room); n += sprintf(b + n, "PING\r\n"); }
  else { char id[32], tp[32]; int l = sprintf(id, "%d-%d-%d", c->kind, c->room, c->id), t = sprintf(tp, "cam/%d", c->room); uint8_t h[] = {0x10, 12 + l, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, l}; memcpy(b, h, 14); memcpy(b + 14, id, l); n = 14 + l;
    if (c->kind != CAM) { uint8_t u[] = {0x82, 5 + t, 0, 1, 0, t}; memcpy(b + n, u, 6); memcpy(b + n + 6, tp, t); b[n + 6 + t] = 0; n += 7 + t; } }
  c->hslen = n; return b; }
static char *mkhs(conn *c) {
  if (proto != WS) return mkpeerhs(c);
  char path[512], tok[256], *b; const char *pt = c->kind == CAM ? campath : c->kind == DEV ? devpath : viewpath;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  snprintf(path, 512, pt, c->room); const char *tt = (c->kind == CAM || c->kind == DEV) ? token : viewtoken; snprintf(tok, 256, tt, c->id);
#pragma GCC diagnostic pop
  char auth[400] = ""; if (*tok) snprintf(auth, 400, "Authorization: Bearer %s\r\n", tok);
  char ck[600] = ""; if (*cookie && (c->kind == VIEW || c->kind == SLOW)) snprintf(ck, 600, "Cookie: %s\r\n", cookie);
  char xh[2000] = ""; snprintf(xh, sizeof xh, extrahdr, c->room, c->room, c->room, c->room);
  if (asprintf(&b, "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s\r\n", path, host, port, auth, ck, xh) < 0) exit(1);
  c->hslen = strlen(b); return b; }
static int srcn;
static int mksock(int nb) { int fd = socket(AF_INET, SOCK_STREAM | (nb ? SOCK_NONBLOCK : 0), 0); if (fd < 0) { perror("socket"); exit(1); }
  int one = 1; setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, 4); if (!strncmp(host, "127.", 4)) { setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &one, 4);
    struct sockaddr_in s = {.sin_family = AF_INET}; char ip[32]; snprintf(ip, 32, "127.0.0.%d", 2 + (srcn++ % srcs)); inet_pton(AF_INET, ip, &s.sin_addr); bind(fd, (void *)&s, sizeof s); }
  return fd; }
static conn *start(int kind, int room, int id) {
  conn *c = calloc(1, sizeof *c); c->kind = kind; c->room = room; c->id = id; c->ev = 0xffffffff; conns[nconns++] = c; c->fd = mksock(1);
  if (kind == SLOW || rcvbuf) { int rb = rcvbuf ? rcvbuf : 65536; setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &rb, 4); }
  int tls = viewtls && (kind == VIEW || kind == SLOW); struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(tls ? viewtls : port)}; inet_pton(AF_INET, host, &a.sin_addr); c->t0 = now();
  if (tls) { c->ssl = SSL_new(sslctx); SSL_set_fd(c->ssl, c->fd); SSL_set_connect_state(c->ssl); }
  if (connect(c->fd, (void *)&a, sizeof a) < 0 && errno != EINPROGRESS) { perror("connect"); c->state = CONNECTING; cclose(c); return c; }
  c->hs = mkhs(c); c->out = (uint8_t *)c->hs; c->outlen = c->hslen; c->outoff = 0; want(c, EPOLLIN | EPOLLOUT); return c; }
static int flush(conn *c) { while (c->outoff < c->outlen) { ssize_t n = wr(c, c->out + c->outoff, c->outlen - c->outoff); if (n < 0) { if (errno == EAGAIN) { want(c, (c->paused ? 0 : EPOLLIN) | (c->ssl && SSL_want_read(c->ssl) ? 0 : EPOLLOUT)); return 0; } cclose(c); return -1; } c->outoff += n; }
  c->out = NULL; c->outlen = c->outoff = 0; want(c, c->paused ? 0 : EPOLLIN); return 1; }
static size_t maskframe(uint8_t *d, int op, const void *p, size_t n, uint32_t mask) { size_t h = 2; d[0] = 0x80 | op; if (n < 126) d[1] = 0x80 | n; else if (n < 65536) { d[1] = 0xfe; d[2] = n >> 8; d[3] = n; h = 4; } else { d[1] = 0xff; for (int i = 0; i < 8; i++) d[2 + i] = (uint64_t)n >> (56 - 8 * i); h = 10; }
  memcpy(d + h, &mask, 4); h += 4; const uint8_t *s = p; uint8_t *m = (uint8_t *)&mask; for (size_t i = 0; i < n; i++) d[h + i] = s[i] ^ m[i & 3]; return h + n; }
static uint8_t pingbuf[1024]; static size_t pinglen; static uint8_t hellobuf[4096], viewhellobuf[4096]; static size_t hellolen, viewhellolen;
static void sendping(conn *c) { if (c->out) return; c->ring[c->rt++ % RING] = now(); c->out = pingbuf; c->outlen = pinglen; c->outoff = 0; flush(c); }
static void trysend(cam *k); static uint64_t resume_at; static uint64_t resstale, resbytes, resfirst, resframes, resmaxage;
static void gotframe(conn *c, int op, uint64_t len, uint8_t *p, int np, int stamped, uint64_t seq, uint64_t ts) {
  (void)p; (void)np;
  if (op == 1) { textrx++; if (c->kind == DEV && c->rh != c->rt) { uint64_t t = c->ring[c->rh++ % RING]; if (measuring) { pongs++; rec(now() - t); } if (holdping == 0) sendping(c); } return; }
  if (op != 2) return;
  if (!stamped) { badmagic++; return; }
  if (c->kind == SLOW) { if (resume_at) { uint64_t age = now() - ts; resframes++; if (age > resmaxage) resmaxage = age; if (age > 500000000ull) { resstale++; resbytes += len; } else if (!resfirst) resfirst = now() - resume_at; } return; }
  if (measuring && c->lastseq && seq > c->lastseq + 1) skipped += seq - c->lastseq - 1; c->lastseq = seq; c->nrecv++; if (measuring) { delivered++; dbytes += len; rec(now() - ts); }
  cam *k = &cams[c->room - camoff]; k->lastprog = now(); if (fps == 0) trysend(k); }
static void stampof(uint8_t *p, int n, int *st, uint64_t *seq, uint64_t *ts) { *st = 0; for (int i = 0; i + 24 <= n && i < 72; i++) if (p[i] == 'W' && !memcmp(p + i, "WSLOAD01", 8)) { memcpy(seq, p + i + 8, 8); memcpy(ts, p + i + 16, 8); *st = 1; return; } }
// Parses a message's header. Returns its length, or 0 if bytes are missing. *n: bytes after it, *op: opcode or similar.
static int wshead(uint8_t *b, int av, uint64_t *n, int *op) { int h = 2; *op = b[0] & 15; *n = b[1] & 127; if (*n == 126) { if (av < 4) return 0; *n = b[2] << 8 | b[3]; h = 4; } else if (*n == 127) { if (av < 10) return 0; *n = 0; for (int i = 0; i < 8; i++) *n = *n << 8 | b[2 + i]; h = 10; } return h; }
static int mqtthead(uint8_t *b, int av, int kind, uint64_t *n, int *op) { int h = 1; *n = 0; do { if (h >= av) return 0; *n |= (uint64_t)(b[h] & 127) << 7 * (h - 1); } while (b[h++] & 128); int t = b[0] >> 4; *op = t == 3 ? 2 : t == (kind == CAM ? 2 : 9) ? OPENED : 0; return h; }
static int natshead(uint8_t *b, int av, uint64_t *n, int *op) { uint8_t *e = memmem(b, av, "\r\n", 2); if (!e) return 0; *n = 0; *op = !memcmp(b, "PONG", 4) ? OPENED : !memcmp(b, "PING", 4) ? PINGED : 0; if (!memcmp(b, "MSG ", 4)) { uint8_t *d = memrchr(b, ' ', e - b); *n = atoi((char *)d + 1) + 2; *op = 2; } return e + 2 - b; }
static void onopen(conn *c); static void hsdone(conn *c) { free(c->hs); c->hs = NULL; if (measuring) rec(now() - c->t0); onopen(c); }
static void parse(conn *c) { int o = 0; while (!c->discard && c->have - o >= 2) { uint8_t *b = c->in + o; int av = c->have - o, op; uint64_t n; int h = proto == WS ? wshead(b, av, &n, &op) : proto == MQTT ? mqtthead(b, av, c->kind, &n, &op) : natshead(b, av, &n, &op); if (!h) break;
    int need = n < 112 ? n : 112; if (av < h + need) break; // wait for the bytes of the stamp
    if (op == OPENED && c->state == HS) hsdone(c); if (op == PINGED) (void)!send(c->fd, "PONG\r\n", 6, MSG_NOSIGNAL);
    int st = 0; uint64_t seq = 0, ts = 0; if (op == 2) stampof(b + h, av - h < 112 ? av - h : 112, &st, &seq, &ts);
    if (op == 9 && n < 126 && !c->out) { uint8_t d[160]; size_t l = maskframe(d, 10, b + h, n, 0x1234567); (void)!wr(c, d, l); }
    if (op == 8) { if (!quiet) fprintf(stderr, "server close code %d\n", n >= 2 ? b[h] << 8 | b[h + 1] : 0); cclose(c); return; }
    if ((uint64_t)(av - h) >= n) { o += h + n; gotframe(c, op, n, b + h, n, st, seq, ts); if (c->state == CLOSED) return; }
    else { c->discard = n - (av - h); c->dop = op; c->stamped = st; c->dseq = seq; c->dts = ts; o = c->have; c->t0 = n; } }
  if (o) { memmove(c->in, c->in + o, c->have - o); c->have -= o; } }
static void onopen(conn *c) { opened++; c->state = OPEN; if (c->kind == SLOW) { c->paused = 1; want(c, 0); } if (hellolen && (c->kind == CAM || c->kind == DEV)) { c->out = hellobuf; c->outlen = hellolen; c->outoff = 0; flush(c); } if (viewhellolen && (c->kind == VIEW || c->kind == SLOW)) { c->out = viewhellobuf; c->outlen = viewhellolen; c->outoff = 0; flush(c); } }
static void readable(conn *c) { for (int k = 0; k < 16 || (c->ssl && k < 4096); k++) { ssize_t n; // bytes that TLS has already decrypted cause no event, so read on
    if (c->discard) { size_t w = c->discard < (1 << 20) ? c->discard : (1 << 20); n = skip(c, w); if (n > 0) { c->discard -= n; if (!c->discard) gotframe(c, c->dop, c->t0, NULL, 0, c->stamped, c->dseq, c->dts); if ((size_t)n < w && !c->ssl) return; if (c->state == CLOSED) return; continue; } }
    else { int w = INB - c->have; n = rd(c, c->in + c->have, w); if (n > 0) { c->have += n;
        if (c->state == HS && proto == WS) { char *e = memmem(c->in, c->have, "\r\n\r\n", 4); if (!e) { if (c->have == INB) cclose(c); else continue; return; } if (memcmp(c->in + 9, expectcode, 3)) { if (!quiet) fprintf(stderr, "handshake refused: %.*s\n", (int)(e - (char *)c->in), c->in); cclose(c); return; }
          int l = e + 4 - (char *)c->in; memmove(c->in, c->in + l, c->have - l); c->have -= l; hsdone(c); if (c->state == CLOSED || c->paused) return; }
        parse(c); if (c->state == CLOSED) return; if (n < w && !c->discard && !c->ssl) return; continue; } }
    if (n == 0) { if (!quiet && c->state == OPEN) fprintf(stderr, "peer closed kind %d id %d\n", c->kind, c->id); cclose(c); return; } if (errno != EAGAIN) cclose(c); return; } }
static void sendframe(cam *k, uint64_t t) { conn *c = k->c; if (c->out || c->state != OPEN) return; long n = smin; if (smax > smin) n = smin + random() % (smax - smin + 1);
  uint8_t *p = k->buf + HEAD, *m = (uint8_t *)&k->mask; k->seq++; uint8_t s[24]; memcpy(s, "WSLOAD01", 8); memcpy(s + 8, &k->seq, 8); memcpy(s + 16, &t, 8); for (int i = 0; i < 24; i++) p[6 + i] = s[i] ^ m[(6 + i) & 3]; p[n - 2] = 0xff ^ m[(n - 2) & 3]; p[n - 1] = 0xd9 ^ m[(n - 1) & 3];
int h = n < 65536 ? 8 : 14, tail = 0; uint8_t *d = p - h;
  if (proto == WS) { d[0] = 0x82; if (n < 65536) { d[1] = 0xfe; d[2] = n >> 8; d[3] = n; } else { d[1] = 0xff; for (int i = 0; i < 8; i++) d[2 + i] = (uint64_t)n >> (56 - 8 * i); } memcpy(p - 4, &k->mask, 4);
    if (*prefix) { char t[1000]; uint8_t f[1020]; int l = maskframe(f, 1, t, snprintf(t, sizeof t, prefix, n), k->mask); d -= l; h += l; memcpy(d, f, l); } }
  else { char t[64]; int l; if (proto == NATS) { h = sprintf(t, "PUB cam.%d %ld\r\n", c->room, n); memcpy(p + n, "\r\n", 2); tail = 2; } else { l = sprintf(t + 8, "cam/%d", c->room); uint64_t left = 2 + l + n; h = 0; t[h++] = 0x30; do { t[h++] = (left & 127) | (left > 127 ? 128 : 0); left >>= 7; } while (left); t[h] = 0; t[h + 1] = l; memmove(t + h + 2, t + 8, l); h += 2 + l; } d = p - h; memcpy(d, t, h); }
  c->out = d; c->outlen = h + n + tail; c->outoff = 0; if (measuring) sentf++; flush(c); }
static void trysend(cam *k) { while (!k->c->out && k->c->state == OPEN) { if (window) { uint64_t mn = k->seq; for (int i = 0; i < k->nv; i++) if (k->v[i]->state == OPEN && k->v[i]->lastseq < mn) mn = k->v[i]->lastseq; if (k->seq - mn >= (uint64_t)window) return; } uint64_t b = k->seq; sendframe(k, now()); if (k->seq == b) return; if (!window && k->c->out) return; } }
static void pump(uint64_t tmo) { struct epoll_event ev[256]; struct timespec ts = {tmo / 1000000000, tmo % 1000000000}; int n = epoll_pwait2(ep, ev, 256, &ts, NULL);
  for (int i = 0; i < n; i++) { conn *c = ev[i].data.ptr; if (c->state == CLOSED) continue;
    if (c->state == CONNECTING && (ev[i].events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) { int e = 0; socklen_t l = 4; getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &e, &l); if (e) { if (!quiet) fprintf(stderr, "connect: %s\n", strerror(e)); cclose(c); continue; } c->state = HS; }
    if (c->out && (ev[i].events & EPOLLOUT || (c->ssl && c->state == HS))) { if (flush(c) < 0) continue; if (!c->out && c->kind == CAM && c->state == OPEN && fps == 0 && cams && cams[c->room - camoff].c == c) trysend(&cams[c->room - camoff]); }
    if (ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) readable(c); } }
static void waitopen(int target) { uint64_t t = now(); while (opened + failed < (uint64_t)target && now() - t < 60000000000ull) pump(10000000); if (failed) fprintf(stderr, "%lu handshakes failed\n", failed); }
static void lat(void) { printf(",\"p50_us\":%.0f,\"p90_us\":%.0f,\"p99_us\":%.0f,\"p999_us\":%.0f,\"max_us\":%lu,\"mean_us\":%.1f", pct(.5), pct(.9), pct(.99), pct(.999), histmax, histn ? histsum / histn : 0); }
static int fanout(void) {
  cams = calloc(ncam, sizeof *cams); long mx = smax > smin ? smax : smin; int tot = ncam * (nview + 1) + nslow;
  for (int i = 0; i < ncam; i++) { cam *k = &cams[i]; k->mask = proto == WS ? 0x5a3c9611u ^ (i * 2654435761u) : 0; k->buf = malloc(HEAD + mx + 64); for (long j = 0; j < mx; j++) k->buf[HEAD + j] = random(); uint8_t *m = (uint8_t *)&k->mask; uint8_t soi[6] = {0xff, 0xd8, 0xff, 0xfe, 0, 26}; for (int j = 0; j < 6; j++) k->buf[HEAD + j] = soi[j] ^ m[j & 3];
    k->c = start(CAM, camoff + i, camoff + i); k->v = calloc(nview + 1, sizeof(conn *)); }
  waitopen(ncam); if (opened < (uint64_t)ncam) return 1;
  for (int i = 0; i < ncam; i++) { for (int j = 0; j < nview; j++) cams[i].v[cams[i].nv++] = start(VIEW, camoff + i, j); waitopen(ncam + (i + 1) * nview); }
  for (int i = 0; i < nslow; i++) start(SLOW, camoff, i);
  waitopen(tot); if (opened < (uint64_t)tot) return 1; { uint64_t t = now(); while (now() - t < 200000000ull) pump(5000000); }
  long rss0 = srss(spid); uint64_t t0 = now(), tw = t0 + warm * 1e9, te = tw + secs * 1e9, nexts = t0 + 1000000000ull; double c0 = 0, m0 = 0; uint64_t ms = 0; long rmax = rss0;
  for (int i = 0; i < ncam; i++) { cams[i].due = t0 + (fps > 0 ? (uint64_t)(1e9 / fps * i / ncam) : 0); cams[i].lastprog = t0; }
  uint64_t tr = nslow ? te + resume_s * 1e9 : te; int resumed = 0; double wall = 0, dc = 0, dm = 0;
  for (;;) { uint64_t t = now(); if (!measuring && !wall && t >= tw) { measuring = 1; ms = t; c0 = scpu(spid); m0 = mycpu(); }
    if (measuring && t >= te) { wall = (t - ms) / 1e9; dc = scpu(spid) - c0; dm = mycpu() - m0; measuring = 0; }
    if (nslow && !resumed && t >= te) { resumed = 1; resume_at = t; for (int i = 0; i < nconns; i++) if (conns[i]->kind == SLOW && conns[i]->state == OPEN) { conns[i]->paused = 0; want(conns[i], EPOLLIN); } }
    if (t >= tr) break;
    uint64_t nx = t + 50000000;
    for (int i = 0; i < ncam; i++) { cam *k = &cams[i]; if (fps > 0) { if (t >= k->due) { if (k->c->out) camskip++; else sendframe(k, t); k->due += 1e9 / fps; } if (k->due < nx) nx = k->due; }
      else if (!k->c->out) { if (window && k->seq && t - k->lastprog > 300000000ull) { stalls++; k->lastprog = t; sendframe(k, t); } else if (!k->seq || !window) trysend(k); } }
    if (t >= nexts) { long r = srss(spid); if (r > rmax) rmax = r; if (nslow && !quiet) fprintf(stderr, "t=%.0fs server rss=%ld MB\n", (t - t0) / 1e9, r / 1024); nexts += 1000000000ull; }
    t = now(); pump(nx > t ? nx - t : 0); }
  long rss1 = srss(spid);
  printf("{\"mode\":\"fanout\",\"cams\":%d,\"viewers\":%d,\"size\":%ld,\"fps\":%.1f,\"window\":%d,\"wall\":%.2f,\"sent_fps\":%.1f,\"delivered_fps\":%.1f,\"MBps\":%.1f,\"srv_cpu\":%.2f,\"srv_cpu_pct\":%.1f,\"cpu_s_per_GB\":%.3f,\"load_cpu_pct\":%.1f,\"rss0_kb\":%ld,\"rss_kb\":%ld,\"rss_max_kb\":%ld,\"camskip\":%lu,\"skipped\":%lu,\"stalls\":%lu,\"badmagic\":%lu,\"closed\":%lu",
    ncam, nview, smin, fps, window, wall, sentf / wall, delivered / wall, dbytes / wall / 1e6, dc, 100 * dc / wall, dbytes ? dc / (dbytes / 1e9) : 0, 100 * dm / wall, rss0, rss1, rmax, camskip, skipped, stalls, badmagic, closedn);
  lat(); if (nslow) printf(",\"slow\":%d,\"resume_stale_frames\":%lu,\"resume_stale_MB\":%.2f,\"resume_max_age_s\":%.2f,\"resume_first_fresh_ms\":%.1f,\"resume_frames\":%lu", nslow, resstale, resbytes / 1e6, resmaxage / 1e9, resfirst / 1e6, resframes); printf("}\n"); return 0; }
static int ping(void) { for (int i = 0; i < ndev; i++) { start(DEV, i, i); if (i % conc == conc - 1) waitopen(i + 1); } waitopen(ndev); if (opened < (uint64_t)ndev) return 1; { uint64_t t = now(); while (now() - t < 200000000ull) pump(5000000); }
  uint64_t t0 = now(); for (int i = 0; i < nconns; i++) { sendping(conns[i]); } uint64_t tw = t0 + warm * 1e9; while (now() < tw) pump(10000000);
  if (window > 1) for (int w = 1; w < window; w++) for (int i = 0; i < nconns; i++) sendping(conns[i]);
  measuring = 1; uint64_t ms = now(); double c0 = scpu(spid), m0 = mycpu(); while (now() < ms + secs * 1e9) pump(10000000); measuring = 0; double wall = (now() - ms) / 1e9, dc = scpu(spid) - c0, dm = mycpu() - m0;
  printf("{\"mode\":\"ping\",\"devices\":%d,\"wall\":%.2f,\"msgs_per_s\":%.0f,\"msgs_per_srv_cpu_s\":%.0f,\"srv_cpu_pct\":%.1f,\"load_cpu_pct\":%.1f,\"rss_kb\":%ld,\"closed\":%lu", ndev, wall, pongs / wall, dc ? pongs / dc : 0, 100 * dc / wall, 100 * dm / wall, srss(spid), closedn); lat(); printf("}\n"); return 0; }
static int hold(void) { long rss0 = srss(spid); SSL_CTX *ctx = NULL; measuring = 1; uint64_t t0 = now(); double c0 = scpu(spid), m0 = mycpu();
  if (usetls) { ctx = SSL_CTX_new(TLS_client_method()); SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL); for (int i = 0; i < ndev; i++) { uint64_t tt = now(); conn *c = calloc(1, sizeof *c); conns[nconns++] = c; c->kind = DEV; c->id = c->room = i; c->fd = mksock(0); struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)}; inet_pton(AF_INET, host, &a.sin_addr);
      if (connect(c->fd, (void *)&a, sizeof a) < 0) { perror("connect"); failed++; continue; } c->ssl = SSL_new(ctx); SSL_set_fd(c->ssl, c->fd); if (SSL_connect(c->ssl) != 1) { failed++; continue; } char *h = mkhs(c); SSL_write(c->ssl, h, strlen(h)); free(h); int n = SSL_read(c->ssl, c->in, INB); if (n > 12 && !memcmp(c->in + 9, expectcode, 3)) { opened++; c->state = OPEN; rec(now() - tt); } else failed++; } }
  else { int s = 0; uint64_t last = now(); while (opened + failed < (uint64_t)ndev && now() - last < 60000000000ull) { while (s < ndev && s - (int)(opened + failed) < conc) { start(DEV, s, s); s++; } pump(20000000); } }
  double wall = (now() - t0) / 1e9, dc = scpu(spid) - c0, dm = mycpu() - m0; measuring = 0; long rss1 = srss(spid); double hc0 = scpu(spid); uint64_t h0 = now();
  if (!usetls) { for (int i = 0; i < nconns; i++) conns[i]->nextping = h0 + (holdping > 0 ? (uint64_t)(holdping * 1e9 * i / nconns) : 0); uint64_t nx = h0; while (now() < h0 + secs * 1e9) { uint64_t t = now(); if (holdping > 0 && t >= nx) { for (int i = 0; i < nconns; i++) if (conns[i]->state == OPEN && t >= conns[i]->nextping) { sendping(conns[i]); conns[i]->nextping += holdping * 1e9; } nx = t + 10000000; } pump(5000000); } } else { struct timespec ts = {(int)secs, 0}; nanosleep(&ts, NULL); }
  double hw = (now() - h0) / 1e9, hc = scpu(spid) - hc0; long rss2 = srss(spid);
  printf("{\"mode\":\"hold\",\"tls\":%d,\"conns\":%d,\"opened\":%lu,\"failed\":%lu,\"conn_per_s\":%.0f,\"conn_per_srv_cpu_s\":%.0f,\"load_cpu_pct\":%.1f,\"rss0_kb\":%ld,\"rss_open_kb\":%ld,\"rss_hold_kb\":%ld,\"kb_per_conn\":%.2f,\"hold_srv_cpu_pct\":%.2f,\"pongs\":%lu,\"closed\":%lu", usetls, ndev, opened, failed, opened / wall, dc ? opened / dc : 0, 100 * dm / wall, rss0, rss1, rss2, opened ? (rss2 - rss0) / (double)opened : 0, 100 * hc / hw, textrx, closedn); lat(); printf("}\n"); return 0; }
int main(int ac, char **av) {
  static struct option o[] = {{"host", 1, 0, 1}, {"port", 1, 0, 'p'}, {"cams", 1, 0, 'c'}, {"viewers", 1, 0, 'v'}, {"size", 1, 0, 's'}, {"size-max", 1, 0, 2}, {"secs", 1, 0, 't'}, {"warm", 1, 0, 'u'}, {"fps", 1, 0, 'r'}, {"window", 1, 0, 'w'}, {"devices", 1, 0, 'n'}, {"conc", 1, 0, 'C'}, {"pid", 1, 0, 'P'}, {"slow", 1, 0, 3}, {"tls", 0, 0, 'T'}, {"cam-path", 1, 0, 4}, {"view-path", 1, 0, 5}, {"dev-path", 1, 0, 6}, {"token", 1, 0, 7}, {"view-token", 1, 0, 8}, {"ping-msg", 1, 0, 9}, {"hello", 1, 0, 10}, {"cookie", 1, 0, 11}, {"srcs", 1, 0, 12}, {"hold-ping", 1, 0, 13}, {"rcvbuf", 1, 0, 14}, {"resume", 1, 0, 15}, {"expect", 1, 0, 16}, {"quiet", 0, 0, 'q'}, {"first-id", 1, 0, 17}, {"header", 1, 0, 18}, {"view-tls", 1, 0, 19}, {"proto", 1, 0, 20}, {"prefix", 1, 0, 21}, {"view-hello", 1, 0, 22}, {"help", 0, 0, 'h'}, {0}};
  if (ac < 2 || av[1][0] == '-') { fprintf(stderr, "usage: wsload fanout|ping|hold [--port N] [--pid SERVERPID] ... see README.md\n"); return 2; }
  const char *mode = av[1]; int k; optind = 2;
  while ((k = getopt_long(ac, av, "p:c:v:s:t:u:r:w:n:C:P:Tqh", o, NULL)) != -1) switch (k) {
    case 1: host = optarg; break; case 'p': port = atoi(optarg); break; case 'c': ncam = atoi(optarg); break; case 'v': nview = atoi(optarg); break; case 's': smin = atol(optarg); break; case 2: smax = atol(optarg); break; case 't': secs = atof(optarg); break; case 'u': warm = atof(optarg); break; case 'r': fps = atof(optarg); break; case 'w': window = atoi(optarg); break; case 'n': ndev = atoi(optarg); break; case 'C': conc = atoi(optarg); break; case 'P': spid = atoi(optarg); break; case 3: nslow = atoi(optarg); break; case 'T': usetls = 1; break; case 4: campath = optarg; break; case 5: viewpath = optarg; break; case 6: devpath = optarg; break; case 7: token = optarg; break; case 8: viewtoken = optarg; break; case 9: pingmsg = optarg; break; case 10: hello = optarg; break; case 11: cookie = optarg; break; case 12: srcs = atoi(optarg); break; case 13: holdping = atof(optarg); break; case 14: rcvbuf = atoi(optarg); break; case 15: resume_s = atof(optarg); break; case 16: expectcode = optarg; break; case 'q': quiet = 1; break; case 17: camoff = atoi(optarg); break;
    case 19: viewtls = atoi(optarg); sslctx = SSL_CTX_new(TLS_client_method()); SSL_CTX_set_verify(sslctx, SSL_VERIFY_NONE, NULL); break; case 20: proto = !strcmp(optarg, "mqtt") ? MQTT : !strcmp(optarg, "nats") ? NATS : WS; break; case 21: prefix = optarg; break; case 22: viewhello = optarg; break;
    case 18: { char *b; if (asprintf(&b, "%s%s\r\n", extrahdr, optarg) < 0) return 1; extrahdr = b; break; }
    default: fprintf(stderr, "see README.md\n"); return 2; }
  if (smin < 64) smin = 64; if (window > RING) window = RING; struct rlimit rl; getrlimit(RLIMIT_NOFILE, &rl); rl.rlim_cur = rl.rlim_max; setrlimit(RLIMIT_NOFILE, &rl);
  hist = calloc(HN, 4); conns = calloc(ncam * (nview + 1) + nslow + ndev + 16, sizeof *conns); ep = epoll_create1(0); pinglen = maskframe(pingbuf, 1, pingmsg, strlen(pingmsg) < 1000 ? strlen(pingmsg) : 1000, 0x37fa213d); if (*hello) hellolen = maskframe(hellobuf, 1, hello, strlen(hello) < 4000 ? strlen(hello) : 4000, 0x37fa213d); if (*viewhello) viewhellolen = maskframe(viewhellobuf, 1, viewhello, strlen(viewhello) < 4000 ? strlen(viewhello) : 4000, 0x37fa213d);
  if (!strcmp(mode, "fanout")) return fanout(); if (!strcmp(mode, "ping")) return ping(); if (!strcmp(mode, "hold")) return hold(); fprintf(stderr, "unknown mode\n"); return 2; }
