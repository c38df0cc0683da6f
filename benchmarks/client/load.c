/* A load client for WebSocket servers: opens connections, publishes, counts and times what comes back.
 *
 * One thread, one epoll. It prints one JSON line and ends by itself; `--mode hold` first prints it when all
 * connections are ready, then holds them until its standard input is closed; `--mode watch` prints meanwhile when
 * each publication of others has reached all of them. Run by benchmarks/client/load.py.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "receive.h"

#define DIALS 128 /* connections that are being made at once: fewer than any listen backlog */
#define MOST_FILES 20000

static struct load load = {.options = {.host = "127.0.0.1", .path = "/", .mode = "fanout", .publish = "ws",
                                       .publish_path = "/", .publish_hello = "", .head = "", .tail = "",
                                       .api_key = "", .hellos = "", .ready = "", .mark = "", .connections = 1, .sources = 8,
                                       .size = 100, .outstanding = 1, .seconds = 1, .warmup = 0.5, .drain = 5, .timeout = 60}};

static int fail(const char *why) {
  fprintf(stderr, "load client: %s (ready %d of %d, closed %d, first code %d)\n", why, load.ready, load.total,
          load.closed, load.first_code);
  return 1;
}

static uint64_t busy; /* nanoseconds spent on events, not on waiting for them */

/* Waits at most `wait` nanoseconds for events and handles up to 64 of them. */
static void step(uint64_t wait) {
  struct epoll_event events[64];
  struct timespec most = {(time_t)(wait / SECOND), (long)(wait % SECOND)};
  int count = epoll_pwait2(poller, events, 64, &most, NULL);
  uint64_t start = nanoseconds();
  for (int i = 0; i < count; i++) {
    struct connection *c = events[i].data.ptr;
    if (c && c->state != CLOSED && events[i].events & EPOLLOUT) writable(&load, c);
    if (c && c->state != CLOSED && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(&load, c);
  }
  if (count > 0) busy += nanoseconds() - start;
}

static int read_hellos(void) {
  struct stat about;
  int file = open(load.options.hellos, O_RDONLY);
  if (file < 0 || fstat(file, &about)) return -1;
  char *text = calloc(1, (size_t)about.st_size + 1);
  if (read(file, text, (size_t)about.st_size) != about.st_size) return -1;
  for (char *at = text; at < text + about.st_size; at += strlen(at) + 1) {
    load.hellos = realloc(load.hellos, sizeof *load.hellos * (size_t)(load.hello_count + 1));
    load.hellos[load.hello_count++] = at;
  }
  close(file);
  return load.hello_count ? 0 : -1;
}

static void lay_out(void) {
  struct options *o = &load.options;
  int http = !strcmp(o->publish, "http"), publishers = strcmp(o->mode, "fanout") ? 0 : http ? PUBLISHERS : 1;
  load.subscribers = o->connections;
  load.total = o->connections + publishers;
  load.connections = calloc((size_t)load.total, sizeof *load.connections);
  load.publisher.connections = load.connections + load.subscribers;
  load.publisher.count = publishers;
  for (int i = load.subscribers; i < load.total; i++) load.connections[i].kind = http ? HTTP_PUBLISHER : WS_PUBLISHER;
}

static int connect_all(void) {
  uint64_t end = nanoseconds() + (uint64_t)(load.options.timeout * 1e9);
  for (int started = 0; load.ready < load.total;) {
    for (; started < load.total && started - load.ready < DIALS; started++)
      if (start_connection(&load.connections[started], load.options.host, load.options.port,
                           started % load.options.sources))
        return fail(strerror(errno));
    step(SECOND / 10);
    if (load.closed) return fail("a connection was closed before it was ready");
    if (nanoseconds() > end) return fail("not all connections became ready in time");
  }
  return 0;
}

/* Both loops poll and never sleep: the kernel charges waking a sleeper to the server's send(), 10-15 % of it here. */
static void publish_closed_loop(uint64_t until) {
  while (nanoseconds() < until) {
    while ((int)(load.tally.published - load.tally.completed) < load.options.outstanding)
      if (!publish(&load.publisher, &load.options, &load.tally, nanoseconds())) break;
    step(0);
  }
}

/* A publication's stamp is when it was due: what stalls makes latency, not fewer samples. Returns how many were sent. */
static uint64_t publish_open_loop(uint64_t start, uint64_t until) {
  double period = 1e9 / load.options.rate;
  uint64_t number = 0;
  for (;;) {
    uint64_t now = nanoseconds(), due = start + (uint64_t)((double)number * period);
    if (now >= until) return number;
    while (due <= now && publish(&load.publisher, &load.options, &load.tally, due))
      due = start + (uint64_t)((double)++number * period);
    step(0);
  }
}

/* Everything that was due in the window and has not arrived when we stop waiting. */
static void close_books(uint64_t start, uint64_t number) {
  struct tally *t = &load.tally;
  uint64_t now = nanoseconds();
  record_all_missing(t, now);
  if (load.options.rate <= 0) return;
  for (;; number++) {
    uint64_t due = start + (uint64_t)((double)number * 1e9 / load.options.rate);
    if (due >= t->until) return;
    record_missing(t, due, load.subscribers, now);
  }
}

static void drain(void) {
  uint64_t end = nanoseconds() + (uint64_t)(load.options.drain * 1e9);
  while (load.tally.completed != load.tally.published && nanoseconds() < end) step(SECOND / 10);
}

/* Nanoseconds in which this process could have run and another one had the core; 0 when the kernel does not say. */
static uint64_t waited(void) {
  unsigned long long ran = 0, delay = 0;
  FILE *file = fopen("/proc/self/schedstat", "r");
  if (!file) return 0;
  if (fscanf(file, "%llu %llu", &ran, &delay) != 2) delay = 0;
  fclose(file);
  return delay;
}

static int fanout(void) {
  struct options *o = &load.options;
  struct tally *t = &load.tally;
  uint64_t start = nanoseconds();
  t->from = start + (uint64_t)(o->warmup * 1e9);
  t->until = t->from + (uint64_t)(o->seconds * 1e9);
  busy = 0;
  uint64_t had_waited = waited();
  uint64_t number = 0;
  if (o->rate > 0)
    number = publish_open_loop(start, t->until);
  else
    publish_closed_loop(t->until);
  double took = (o->seconds + o->warmup) * 1e9;
  double client_busy = (double)busy / took, client_waited = (double)(waited() - had_waited) / took;
  drain();
  close_books(start, number);
  uint64_t owed = (uint64_t)t->published * (uint64_t)load.subscribers;
  printf("{\"published\":%u,\"deliveries\":%llu,\"seconds\":%.3f,\"per_second\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
         "\"max_ms\":%.3f,\"missing\":%llu,\"agreed\":%s,\"closed\":%d,\"close_code\":%d,\"errors\":%d,\"client_busy\":%.3f,\"client_waited\":%.3f}\n",
         t->published, (unsigned long long)t->in_window, o->seconds, (double)t->in_window / o->seconds,
         percentile_ms(&t->latency, 0.5), percentile_ms(&t->latency, 0.99), (double)t->latency.largest / 1e6,
         (unsigned long long)(owed - t->all), agreed(t, load.connections, load.subscribers) ? "true" : "false",
         load.closed, load.first_code, load.publisher.errors, client_busy, client_waited);
  return 0;
}

static int hold(double seconds) {
  struct epoll_event input = {.events = EPOLLIN, .data.ptr = NULL};
  printf("{\"connected\":%d,\"seconds\":%.3f,\"per_second\":%.0f}\n", load.ready, seconds, load.ready / seconds);
  fflush(stdout);
  epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &input);
  uint64_t end = nanoseconds() + (uint64_t)(load.options.timeout * 1e9);
  fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
  for (char byte; nanoseconds() < end && read(STDIN_FILENO, &byte, 1) != 0;) step(SECOND / 10);
  return load.closed ? fail("connections were closed while they were held") : 0;
}

int main(int argc, char **argv) {
  struct rlimit files = {MOST_FILES, MOST_FILES};
  if (read_options(&load.options, argc, argv)) return 2;
  setrlimit(RLIMIT_NOFILE, &files);
  if (read_hellos()) return fail("cannot read the first messages");
  poller = epoll_create1(EPOLL_CLOEXEC);
  lay_out();
  start_watch(&load.watch, load.options.mark);
  uint64_t start = nanoseconds();
  if (connect_all()) return 1;
  double seconds = (double)(nanoseconds() - start) / 1e9;
  return strcmp(load.options.mode, "fanout") ? hold(seconds) : fanout();
}
