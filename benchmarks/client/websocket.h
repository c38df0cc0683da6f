/* The client's side of RFC 6455, as much as a load client needs: upgrade, masked sends, parsed receives. */
#pragma once
#include <stdio.h>

#include "connection.h"

static const uint8_t MASK[4] = {0x37, 0xfa, 0x21, 0x3d};
static const char ACCEPT[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="; /* RFC 6455 section 1.3: the answer to the key below */

enum opcode { TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

struct frame {
  int opcode, fin;
  const uint8_t *payload;
  size_t size;
};

static void send_upgrade(struct connection *c, const char *host, int port, const char *path) {
  char text[1024];
  int size = snprintf(text, sizeof text,
                      "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                      path, host, port);
  append(c, text, (size_t)size);
  flush_out(c);
}

/* Bytes of the server's answer, 0 while it is incomplete, -1 when it is not an upgrade. */
static long upgrade_size(const uint8_t *bytes, size_t size) {
  const uint8_t *end = memmem(bytes, size, "\r\n\r\n", 4);
  if (!end) return 0;
  size_t head = (size_t)(end - bytes) + 4;
  int agreed = !memcmp(bytes, "HTTP/1.1 101", 12) && memmem(bytes, head, ACCEPT, sizeof ACCEPT - 1);
  return agreed ? (long)head : -1;
}

static void send_frame(struct connection *c, int opcode, const uint8_t *payload, size_t size) {
  size_t waited = waiting(c);
  uint8_t head[8] = {(uint8_t)(0x80 | opcode), (uint8_t)(0x80 | size)};
  size_t used = 2;
  if (size > 125) {
    head[1] = 0x80 | 126;
    head[2] = (uint8_t)(size >> 8);
    head[3] = (uint8_t)size;
    used = 4;
  }
  memcpy(head + used, MASK, 4);
  append(c, head, used + 4);
  size_t start = c->out_size;
  append(c, payload, size);
  for (size_t i = 0; i < size; i++) c->out[start + i] ^= MASK[i & 3];
  send_appended(c, waited);
}

/* Bytes of the first frame in `bytes`, 0 while it is incomplete, -1 when a server must not send it. */
static long read_frame(struct frame *frame, const uint8_t *bytes, size_t size) {
  if (size < 2) return 0;
  if (bytes[1] & 0x80 || bytes[0] & 0x70) return -1;
  size_t head = 2, length = bytes[1];
  if (length >= 126) {
    size_t digits = length == 126 ? 2 : 8;
    if (size < 2 + digits) return 0;
    length = 0;
    for (size_t i = 0; i < digits; i++) length = length << 8 | bytes[2 + i];
    head += digits;
  }
  if (size - head < length) return 0;
  *frame = (struct frame){bytes[0] & 15, bytes[0] >> 7, bytes + head, length};
  return (long)(head + length);
}
