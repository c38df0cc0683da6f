/* What a readable connection brings: upgrades, frames, HTTP responses. */
#pragma once
#include "publisher.h"
#include "watch.h"

#define BUFFER (1 << 18)

struct load {
  struct options options;
  struct connection *connections; /* subscribers, then publishers */
  int subscribers, total, ready, closed, first_code;
  struct publisher publisher;
  struct tally tally;
  struct watch watch;
  const char **hellos;
  int hello_count;
};

static uint8_t buffer[BUFFER * 2];

static void close_connection(struct load *l, struct connection *c) {
  if (c->state == CLOSED) return;
  c->state = CLOSED;
  close(c->fd);
  if (!l->closed++) l->first_code = c->close_code;
}

static const char *hello_of(struct load *l, struct connection *c) {
  if (c->kind == WS_PUBLISHER) return l->options.publish_hello;
  return l->hellos[(c - l->connections) % l->hello_count];
}

static void opened(struct load *l, struct connection *c) {
  const char *hello = hello_of(l, c);
  c->state = OPEN;
  send_frame(c, TEXT, (const uint8_t *)hello, strlen(hello));
}

static void became_ready(struct load *l, struct connection *c) {
  if (c->ready) return;
  c->ready = 1;
  l->ready++;
}

static void message(struct load *l, struct connection *c, const uint8_t *text, size_t size, uint64_t now) {
  if (size == 2 && !memcmp(text, "{}", 2)) return send_frame(c, TEXT, text, size); /* the protocol's ping */
  if (!c->ready) {
    if (memmem(text, size, l->options.ready, strlen(l->options.ready))) became_ready(l, c);
    if (memmem(text, size, "\"error\"", 7)) note_error(&l->publisher, text, size);
  }
  if (*l->watch.mark)
    watch_all(&l->watch, c, text, size, l->subscribers, now);
  else if (c->kind == SUBSCRIBER)
    deliver_all(&l->tally, c, text, size, now);
  else if (memmem(text, size, "\"error\"", 7))
    note_error(&l->publisher, text, size);
}

/* A server may send one text to many in two frames: each one's own beginning, and what all of them get. */
static void fragment(struct load *l, struct connection *c, const struct frame *frame, uint64_t now) {
  c->text = realloc(c->text, c->text_size + frame->size);
  memcpy(c->text + c->text_size, frame->payload, frame->size);
  c->text_size += frame->size;
  if (!frame->fin) return;
  message(l, c, c->text, c->text_size, now);
  c->text_size = 0;
}

/* Handles one unit at the start of `bytes`; returns its size, 0 when its end has not come, -1 to close. */
static long take(struct load *l, struct connection *c, const uint8_t *bytes, size_t size, uint64_t now) {
  struct frame frame;
  long used;
  if (c->kind == HTTP_PUBLISHER) {
    used = response_size(bytes, size);
    if (used > 0) read_response(&l->publisher, c, bytes, (size_t)used);
    return used;
  }
  if (c->state == UPGRADING) {
    used = upgrade_size(bytes, size);
    if (used > 0) opened(l, c);
    if (used < 0) fprintf(stderr, "upgrade refused: %.*s\n", (int)(size < 300 ? size : 300), (const char *)bytes);
    return used;
  }
  used = read_frame(&frame, bytes, size);
  if (used <= 0) return used;
  if (frame.opcode == CLOSE) {
    c->close_code = frame.size >= 2 ? frame.payload[0] << 8 | frame.payload[1] : 1005;
    return -1;
  }
  if (frame.opcode == PING) send_frame(c, PONG, frame.payload, frame.size);
  if (frame.opcode == TEXT && frame.fin) message(l, c, frame.payload, frame.size, now);
  else if (frame.opcode <= TEXT) fragment(l, c, &frame, now);
  return used;
}

static void receive(struct load *l, struct connection *c) {
  size_t have = c->part_size, at = 0;
  if (have) memcpy(buffer, c->part, have);
  ssize_t n = recv(c->fd, buffer + have, BUFFER, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return close_connection(l, c);
  uint64_t now = nanoseconds();
  have += (size_t)n;
  for (;;) {
    long used = at < have ? take(l, c, buffer + at, have - at, now) : 0;
    if (used < 0) return close_connection(l, c);
    if (!used) break;
    at += (size_t)used;
  }
  if (have - at > BUFFER) return close_connection(l, c);
  keep_part(c, buffer + at, have - at);
}

static void writable(struct load *l, struct connection *c) {
  if (c->state != CONNECTING) return flush_out(c);
  int failure = 0;
  socklen_t size = sizeof failure;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &failure, &size);
  if (failure) return close_connection(l, c);
  set_blocked(c, 0);
  if (c->kind == HTTP_PUBLISHER) {
    c->state = OPEN;
    return became_ready(l, c);
  }
  c->state = UPGRADING;
  send_upgrade(c, l->options.host, l->options.port, l->options.path);
}
