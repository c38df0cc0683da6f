/* What the load is: `--name value` pairs. benchmarks/client/load.py writes them; both clients read the same. */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
  const char *mode;    /* fanout | hold | watch */
  const char *host;    /* where the server listens: an IPv4 address */
  const char *path;    /* of the WebSocket */
  const char *hellos;  /* file of first messages, NUL-separated; connection i sends number i mod count */
  const char *ready;   /* a connection is ready when a message holds this text */
  const char *mark;    /* watch: stands before the id of what others publish */
  const char *publish; /* ws | http */
  const char *publish_path, *publish_hello, *head, *tail, *api_key; /* head + payload + tail is one publication */
  int port, connections, sources, size, outstanding;
  double rate;         /* publications a second; 0: closed loop */
  double seconds, warmup, drain, timeout;
};

struct option {
  const char *name;
  char kind;
  void *place;
};

static int set_option(const struct option *option, const char *value) {
  if (option->kind == 's') *(const char **)option->place = value;
  if (option->kind == 'i') *(int *)option->place = atoi(value);
  if (option->kind == 'd') *(double *)option->place = atof(value);
  return 0;
}

static int read_options(struct options *o, int argc, char **argv) {
  const struct option known[] = {
      {"--mode", 's', &o->mode},           {"--host", 's', &o->host},
      {"--path", 's', &o->path},           {"--hellos", 's', &o->hellos},
      {"--ready", 's', &o->ready},         {"--mark", 's', &o->mark},
      {"--publish", 's', &o->publish},
      {"--publish-path", 's', &o->publish_path}, {"--publish-hello", 's', &o->publish_hello},
      {"--head", 's', &o->head},           {"--tail", 's', &o->tail},
      {"--api-key", 's', &o->api_key},     {"--port", 'i', &o->port},
      {"--connections", 'i', &o->connections}, {"--sources", 'i', &o->sources},
      {"--size", 'i', &o->size},           {"--outstanding", 'i', &o->outstanding},
      {"--rate", 'd', &o->rate},           {"--seconds", 'd', &o->seconds},
      {"--warmup", 'd', &o->warmup},       {"--timeout", 'd', &o->timeout},
      {"--drain", 'd', &o->drain},
  };
  for (int at = 1; at + 1 < argc; at += 2) {
    size_t index = 0, count = sizeof known / sizeof *known;
    while (index < count && strcmp(known[index].name, argv[at])) index++;
    if (index == count) return fprintf(stderr, "unknown option %s\n", argv[at]), -1;
    set_option(&known[index], argv[at + 1]);
  }
  return 0;
}
