/*
 * The poll loop. Sockets and timers call JavaScript from here and from nowhere else, so a callback never
 * runs inside a method; promise jobs run after each callback. The loop ends when nothing is left to wait for.
 */
#include <poll.h>
#include <time.h>

#include "xsmc.h"

#include "host.h"

/* XS has these in its platform interface, not in xs.h. */
extern void fxRunPromiseJobs(xsMachine *the);
extern void fxCheckUnhandledRejections(xsMachine *the, int atExit);

static Source *sources;

int gAwaits;

/* Milliseconds that were skipped. */
static uint32_t skipped;

uint32_t loopNow(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)((uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000) + skipped;
}

void loopAdd(Source *source) {
  Source **end = &sources;
  while (*end) end = &(*end)->next;
  source->next = NULL;
  *end = source;
}

/* Jobs may queue jobs; a rejection that nobody handles by then ends the program. */
void loopSettle(xsMachine *the) {
  while (the->promiseJobs) {
    the->promiseJobs = 0;
    fxRunPromiseJobs(the);
  }
  xsBeginHost(the);
  fxCheckUnhandledRejections(the, 1);
  xsEndHost(the);
}

void loopCall(xsMachine *machine, xsSlot *self, xsSlot *function, xsSlot *argument) {
  xsBeginHost(machine);
  xsTry {
    if (argument)
      xsCallFunction1(xsReference(function), *self, *argument);
    else
      xsCallFunction0(xsReference(function), *self);
  }
  xsCatch {
    fxAbort(the, xsUnhandledExceptionExit);
  }
  xsEndHost(machine);
  loopSettle(machine);
}

static void releaseClosed(void) {
  Source **link = &sources, *source;
  while ((source = *link))
    if (source->closed) {
      *link = source->next;
      (*source->release)(source);
    } else
      link = &source->next;
}

/*
 * Waits; with --skip no longer than that, unless an answer is awaited, and when nothing has happened by then, the rest of the
 * wait has passed, too.
 */
static void waitFor(struct pollfd *table, size_t count, int timeout) {
  int most = gOptions.skip;
  if (most == 0 || gAwaits || timeout <= most)
    poll(table, count, timeout);
  else if (poll(table, count, most) == 0)
    skipped += (uint32_t)(timeout - most);
}

/* One turn; false when nothing is left. The table is outside the JavaScript heap and only grows. */
static int turn(xsMachine *the) {
  static struct pollfd *table;
  static size_t capacity;
  size_t count = 0, live = 0, i;
  int timeout = timersTimeout();
  Source *source;
  for (source = sources; source; source = source->next, count++)
    if (!source->finished) live++;
  if (!live && timeout < 0) return 0;
  if (count > capacity) {
    capacity = count + 16;
    table = realloc(table, capacity * sizeof *table);
    if (!table) fail(EXIT_ENGINE, "no memory for %zu sockets", count);
  }
  for (source = sources, i = 0; source; source = source->next, i++) {
    short events = (*source->events)(source);
    table[i] = (struct pollfd){.fd = events ? source->fd : -1, .events = events};
    if ((*source->pending)(source)) timeout = 0;
  }
  waitFor(table, count, timeout);
  timersFire(the);
  /* Sources that are added meanwhile stand at the end and have their turn next time. */
  for (source = sources, i = 0; i < count; source = source->next, i++)
    if (!source->closed) (*source->dispatch)(the, source, table[i].fd < 0 ? 0 : table[i].revents);
  releaseClosed();
  return 1;
}

void loopRun(xsMachine *the) {
  while (turn(the));
}
