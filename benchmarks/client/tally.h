/* What arrived: deliveries in the measured window, their latency, and whether all subscribers saw the same sequence. */
#pragma once
#include "clock.h"
#include "connection.h"
#include "histogram.h"

#define RING (1u << 16) /* publications that may be on their way at once */

static const char MARK[] = "\"m\":\"";
#define MARK_SIZE 5
#define STAMP_SIZE 24 /* 16 hexadecimal digits of nanoseconds, 8 of the publication's number */

struct tally {
  uint64_t from, until;                /* the measured window */
  uint64_t in_window, all;             /* deliveries */
  uint32_t published, completed;       /* publications sent, and received by every subscriber */
  int32_t missing[RING];               /* deliveries outstanding of publication n mod RING; < 0: too many came */
  uint64_t due[RING];                  /* when that publication was due */
  struct histogram latency;            /* of the publications due in the window */
};

static inline uint64_t read_hex(const uint8_t *digits, int count) {
  uint64_t value = 0;
  for (int i = 0; i < count; i++) value = value << 4 | (uint64_t)((digits[i] & 15) + (digits[i] >> 6) * 9);
  return value;
}

static inline void deliver(struct tally *t, struct connection *c, const uint8_t *stamp, uint64_t now) {
  uint64_t due = read_hex(stamp, 16);
  uint32_t number = (uint32_t)read_hex(stamp + 16, 8);
  c->count++;
  c->order = c->order * 1099511628211ull + number + 1;
  t->all++;
  if (--t->missing[number % RING] == 0) t->completed++;
  if (now >= t->from && now < t->until) t->in_window++;
  if (due >= t->from && due < t->until) record(&t->latency, now - due);
}

/* Where the first mark is: usually where it was last time, for channels and prefixes stay the same. */
static inline const uint8_t *first_mark(const uint8_t *text, size_t size) {
  static size_t usual;
  if (usual + MARK_SIZE <= size && !memcmp(text + usual, MARK, MARK_SIZE)) return text + usual;
  const uint8_t *mark = memmem(text, size, MARK, MARK_SIZE);
  if (mark) usual = (size_t)(mark - text);
  return mark;
}

/* Counts every publication in one message: a server may join several by newlines. */
static inline void deliver_all(struct tally *t, struct connection *c, const uint8_t *text, size_t size, uint64_t now) {
  const uint8_t *end = text + size, *mark = first_mark(text, size);
  while (mark && end - mark >= MARK_SIZE + STAMP_SIZE) {
    deliver(t, c, mark + MARK_SIZE, now);
    mark += MARK_SIZE + STAMP_SIZE;
    mark = memmem(mark, (size_t)(end - mark), MARK, MARK_SIZE);
  }
}

/* What has not arrived by now took at least until now: leaving it out would praise a server that is behind. */
static void record_missing(struct tally *t, uint64_t due, int32_t deliveries, uint64_t now) {
  if (due >= t->from && due < t->until)
    for (int32_t i = 0; i < deliveries; i++) record(&t->latency, now - due);
}

static void record_all_missing(struct tally *t, uint64_t now) {
  for (uint32_t number = t->published < RING ? 0 : t->published - RING; number < t->published; number++)
    record_missing(t, t->due[number % RING], t->missing[number % RING], now);
}

/* 1 when every subscriber got every publication, in one and the same order. */
static int agreed(const struct tally *t, const struct connection *all, int count) {
  for (int i = 0; i < count; i++)
    if (all[i].count != t->published || all[i].order != all[0].order) return 0;
  return 1;
}
