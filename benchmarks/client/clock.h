/* Monotonic nanoseconds. */
#pragma once
#include <stdint.h>
#include <time.h>

#define SECOND 1000000000ull

static inline uint64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
}
