/* Makes publications: each payload is JSON of `size` bytes that carries when it was due and its number. */
#pragma once
#include "options.h"
#include "tally.h"
#include "websocket.h"

#define PUBLISHERS 32          /* HTTP connections: one request is on its way on each */
#define BACKLOG_LIMIT (1 << 20) /* a publisher with this many unsent bytes waits; its publications stay due */

struct publisher {
  struct connection *connections; /* one for ws, PUBLISHERS for http */
  int count, next, errors;
  char text[8192];
};

static size_t write_publication(struct publisher *p, const struct options *o, uint64_t due, uint32_t number) {
  int fixed = (int)strlen("{\"m\":\"\",\"pad\":\"\"}") + STAMP_SIZE, pad = o->size > fixed ? o->size - fixed : 0;
  int size = snprintf(p->text, sizeof p->text, "%s{%s%016llx%08x\",\"pad\":\"%.*s\"}%s", o->head, MARK,
                      (unsigned long long)due, number, pad, "", o->tail);
  if (!pad) return (size_t)size;
  char *hole = strstr(p->text + strlen(o->head), "\"pad\":\"") + 7;
  memmove(hole + pad, hole, strlen(hole) + 1);
  memset(hole, 'x', (size_t)pad);
  return (size_t)size + (size_t)pad;
}

static void send_request(struct connection *c, const struct options *o, const char *body, size_t size) {
  char head[1024];
  int used = snprintf(head, sizeof head,
                      "POST %s HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/json\r\nX-API-Key: %s\r\n"
                      "Content-Length: %zu\r\n\r\n",
                      o->publish_path, o->host, o->port, o->api_key, size);
  append(c, head, (size_t)used);
  append(c, body, size);
  c->busy = 1;
  flush_out(c);
}

/* The connection that may publish now, or NULL. In turn: a server closes HTTP connections that stay idle. */
static struct connection *idle_publisher(struct publisher *p) {
  for (int tried = 0; tried < p->count; tried++) {
    struct connection *c = &p->connections[p->next++ % p->count];
    if (c->state == OPEN && !c->busy && waiting(c) < BACKLOG_LIMIT) return c;
  }
  return NULL;
}

/* Sends publication number `published`; false when no connection is free for it. */
static int publish(struct publisher *p, const struct options *o, struct tally *t, uint64_t due) {
  struct connection *c = idle_publisher(p);
  if (!c || t->published - t->completed >= RING - 1) return 0;
  size_t size = write_publication(p, o, due, t->published);
  t->missing[t->published % RING] = o->connections;
  t->due[t->published % RING] = due;
  t->published++;
  if (c->kind == WS_PUBLISHER)
    send_frame(c, TEXT, (const uint8_t *)p->text, size);
  else
    send_request(c, o, p->text, size);
  return 1;
}

static void note_error(struct publisher *p, const uint8_t *text, size_t size) {
  if (!p->errors++) fprintf(stderr, "publish refused: %.*s\n", (int)(size < 400 ? size : 400), (const char *)text);
}

/* Bytes of one complete HTTP response, 0 while it is incomplete, -1 when it has no length. */
static long response_size(const uint8_t *bytes, size_t size) {
  const uint8_t *end = memmem(bytes, size, "\r\n\r\n", 4);
  if (!end) return 0;
  size_t head = (size_t)(end - bytes) + 4;
  for (const uint8_t *line = bytes; line < end; line++)
    if (line[0] == '\n' && !strncasecmp((const char *)line + 1, "content-length:", 15)) {
      size_t total = head + strtoul((const char *)line + 16, NULL, 10);
      return total <= size ? (long)total : 0;
    }
  return -1;
}

static void read_response(struct publisher *p, struct connection *c, const uint8_t *bytes, size_t size) {
  c->busy = 0;
  if (memcmp(bytes, "HTTP/1.1 200", 12) || memmem(bytes, size, "\"error\"", 7)) note_error(p, bytes, size);
}
