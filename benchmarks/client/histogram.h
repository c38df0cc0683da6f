/* Latencies in nanoseconds: 64 steps per power of two, so a percentile is at most 1.6 % above the truth. */
#pragma once
#include <stdint.h>

#define STEPS 64
#define POWERS 44

struct histogram {
  uint64_t cells[POWERS * STEPS], count, largest;
};

static inline unsigned cell_of(uint64_t value) {
  if (value < STEPS) return (unsigned)value;
  unsigned power = 63u - (unsigned)__builtin_clzll(value);
  unsigned cell = (power - 5) * STEPS + (unsigned)(value >> (power - 6)) - STEPS;
  return cell < POWERS * STEPS ? cell : POWERS * STEPS - 1;
}

static inline uint64_t upper_bound(unsigned cell) {
  if (cell < STEPS) return cell;
  unsigned power = cell / STEPS + 5;
  return ((uint64_t)(cell % STEPS + STEPS + 1) << (power - 6)) - 1;
}

static inline void record(struct histogram *all, uint64_t value) {
  all->cells[cell_of(value)]++;
  all->count++;
  if (value > all->largest) all->largest = value;
}

/* The value that `share` (0..1) of all recorded ones do not exceed, in milliseconds; 0 when there is none. */
static inline double percentile_ms(const struct histogram *all, double share) {
  uint64_t wanted = (uint64_t)((double)all->count * share), seen = 0;
  for (unsigned cell = 0; cell < POWERS * STEPS; cell++) {
    seen += all->cells[cell];
    if (seen > wanted) {
      uint64_t value = upper_bound(cell);
      return (double)(value < all->largest ? value : all->largest) / 1e6;
    }
  }
  return (double)all->largest / 1e6;
}
