/* One non-blocking TCP connection: connect, bytes that wait to be sent, bytes of an unfinished frame. */
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum state { CONNECTING, UPGRADING, OPEN, CLOSED };
enum kind { SUBSCRIBER, WS_PUBLISHER, HTTP_PUBLISHER };

struct connection {
  int fd, close_code;
  enum state state;
  enum kind kind;
  int ready, busy, blocked;
  uint64_t count, order; /* publications seen, and a digest of their sequence */
  uint8_t *part;         /* start of a frame whose end has not come yet */
  size_t part_size;
  uint8_t *text; /* of a message in several frames, until its last one */
  size_t text_size;
  uint8_t *out; /* not yet taken by the kernel: out[sent..out_size) */
  size_t out_size, out_room, sent;
};

static int poller = -1;

static void watch(struct connection *c, uint32_t events, int how) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  epoll_ctl(poller, how, c->fd, &event);
}

/* Starts to connect from 127.0.0.(2 + source): many sources because one has only 28,000 ports. */
static int start_connection(struct connection *c, const char *host, int port, int source) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002u + (uint32_t)source)};
  int on = 1;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0 || inet_pton(AF_INET, host, &to.sin_addr) != 1) return -1;
  setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (bind(c->fd, (struct sockaddr *)&from, sizeof from)) return -1;
  if (connect(c->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) return -1;
  c->state = CONNECTING;
  c->blocked = 1;
  watch(c, EPOLLIN | EPOLLOUT, EPOLL_CTL_ADD);
  return 0;
}

/* Tells the poller whether we also wait for room in the kernel's send buffer. */
static void set_blocked(struct connection *c, int blocked) {
  if (blocked != c->blocked) watch(c, blocked ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
  c->blocked = blocked;
}

static void flush_out(struct connection *c) {
  while (c->sent < c->out_size) {
    ssize_t n = send(c->fd, c->out + c->sent, c->out_size - c->sent, MSG_NOSIGNAL);
    if (n < 0) return set_blocked(c, errno == EAGAIN);
    c->sent += (size_t)n;
  }
  c->sent = c->out_size = 0;
  set_blocked(c, 0);
}

static size_t waiting(const struct connection *c) { return c->out_size - c->sent; }

static void append(struct connection *c, const void *bytes, size_t size) {
  if (c->out_size + size > c->out_room) {
    c->out_room = (c->out_size + size) * 2;
    c->out = realloc(c->out, c->out_room);
  }
  memcpy(c->out + c->out_size, bytes, size);
  c->out_size += size;
}

/* Sends what `append` gathered, unless earlier bytes already wait for the kernel. */
static void send_appended(struct connection *c, size_t waited) {
  if (!waited) flush_out(c);
}

static void keep_part(struct connection *c, const uint8_t *bytes, size_t size) {
  if (size) {
    c->part = realloc(c->part, size);
    memmove(c->part, bytes, size);
  } else if (c->part) {
    free(c->part);
    c->part = NULL;
  }
  c->part_size = size;
}
