/* Publications that others make: when the first and the last subscriber had each, told by an id in its text. */
#pragma once
#include "tally.h"

#define WATCHED 1024
#define ID_ROOM 64

struct watched {
  char id[ID_ROOM];
  int count;            /* subscribers that have it */
  uint64_t first, last; /* monotonic */
};

struct watch {
  const char *mark; /* stands before the id, which ends at the next quote */
  struct watched seen[WATCHED];
  uint64_t known, faults; /* `faults`: deliveries out of order, twice, or of too many publications */
  int64_t epoch;          /* wall clock minus monotonic clock, nanoseconds */
};

static inline void start_watch(struct watch *w, const char *mark) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  w->epoch = (int64_t)now.tv_sec * (int64_t)SECOND + now.tv_nsec - (int64_t)nanoseconds();
  w->mark = mark;
}

static void print_watched(const struct watch *w, const struct watched *one) {
  printf("{\"id\":\"%s\",\"count\":%d,\"first\":%.6f,\"last\":%.6f,\"faults\":%llu}\n", one->id, one->count,
         (double)((int64_t)one->first + w->epoch) / 1e9, (double)((int64_t)one->last + w->epoch) / 1e9,
         (unsigned long long)w->faults);
  fflush(stdout);
}

static int is_watched(const struct watched *one, const char *id, size_t size) {
  return !strncmp(one->id, id, size) && !one->id[size];
}

/* Each subscriber gets the same sequence: the publication after its last one, or one that is new to all. */
static int is_next(const struct watch *w, uint64_t place, const char *id, size_t size) {
  if (place >= WATCHED || size >= ID_ROOM) return 0;
  if (place < w->known) return is_watched(&w->seen[place], id, size);
  return !place || !is_watched(&w->seen[place - 1], id, size);
}

static void note_watched(struct watch *w, struct connection *c, const char *id, size_t size, int subscribers, uint64_t now) {
  struct watched *one = &w->seen[c->count];
  if (!is_next(w, c->count, id, size)) {
    w->faults++;
    return;
  }
  if (c->count++ == w->known) {
    w->known++;
    memcpy(one->id, id, size);
    one->first = now;
  }
  one->last = now;
  if (++one->count == subscribers) print_watched(w, one);
}

static void watch_all(struct watch *w, struct connection *c, const uint8_t *text, size_t size, int subscribers, uint64_t now) {
  const uint8_t *end = text + size, *at = text;
  size_t mark = strlen(w->mark);
  while ((at = memmem(at, (size_t)(end - at), w->mark, mark))) {
    at += mark;
    const uint8_t *quote = memchr(at, '"', (size_t)(end - at));
    if (!quote) return;
    note_watched(w, c, (const char *)at, (size_t)(quote - at), subscribers, now);
    at = quote;
  }
}
