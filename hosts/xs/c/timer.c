/*
 * The natives of the module "timer", with the rules of Moddable's: a timer without a repeat interval is gone
 * once it has fired, and one that waits can be scheduled anew, which allocates nothing.
 */
#include <time.h>

#include "xsmc.h"

#include "host.h"

typedef struct Timer Timer;
struct Timer {
  Timer *next;
  xsSlot self;
  xsSlot *callback;
  uint32_t due;
  uint32_t order; /* of scheduling: decides between timers that are due at once */
  int repeat;
  int scheduled;
  int cleared;
  int firing;
};

/*
 * Moddable's timer for Linux arms such a timer a second time and forgets one of the two, which fires when the timer has
 * been freed. Other platforms let it pass; here it shows at once.
 */
static const char unlikeLinux[] = "a timer was scheduled in its own callback with a first wait that is not its interval";

static Timer *timers;
static uint32_t orderOfScheduling;

static void timerMark(xsMachine *the, void *data, xsMarkRoot mark) {
  Timer *timer = data;
  if (timer && timer->callback) (*mark)(the, timer->callback);
}

static const xsHostHooks timerHooks = {NULL, timerMark, NULL};

static int interval(xsMachine *the, int index) {
  int value;
  if (xsmcArgc <= index) return 0;
  value = xsmcToInteger(xsArg(index));
  return value < 0 ? 0 : value;
}

static void schedule(Timer *timer, int first, int repeat) {
  timer->due = loopNow() + (uint32_t)first;
  timer->order = ++orderOfScheduling;
  timer->repeat = repeat;
  timer->scheduled = 1;
}

static void create(xsMachine *the, int first, int repeat) {
  Timer *timer;
  if (xsmcArgc < 1 || !xsmcIsCallable(xsArg(0))) xsTypeError("callback is not a function");
  timer = calloc(1, sizeof *timer);
  if (!timer) xsUnknownError("no memory for a timer");
  timer->callback = xsmcToReference(xsArg(0));
  timer->self = xsNewHostObject(NULL);
  xsResult = timer->self;
  xsmcSetHostData(xsResult, timer);
  xsSetHostHooks(xsResult, &timerHooks);
  xsRemember(timer->self);
  timer->next = timers;
  timers = timer;
  schedule(timer, first, repeat);
}

static void discard(xsMachine *the, Timer *timer) {
  Timer **link;
  xsmcSetHostData(timer->self, NULL);
  xsForget(timer->self);
  for (link = &timers; *link != timer; link = &(*link)->next)
    ;
  *link = timer->next;
  free(timer);
}

static Timer *timerOf(xsMachine *the, xsSlot *slot) {
  if (xsmcTypeOf(*slot) != xsReferenceType || fxGetHostHooks(the, slot) != &timerHooks) xsTypeError("no timer");
  return fxGetHostData(the, slot);
}

static void timerSet(xsMachine *the) {
  create(the, interval(the, 1), interval(the, 2));
}

static void timerRepeat(xsMachine *the) {
  int repeat = interval(the, 1);
  create(the, repeat, repeat);
}

static void timerSchedule(xsMachine *the) {
  Timer *timer = timerOf(the, &xsArg(0));
  if (!timer || timer->cleared) xsUnknownError("the timer is gone");
  if (xsmcArgc > 1) {
    int first = interval(the, 1), repeat = interval(the, 2);
    if (timer->firing && first != repeat) fail(EXIT_ENGINE, "%s", unlikeLinux);
    schedule(timer, first, repeat);
  } else {
    /* Waits for the next schedule; not a one-shot timer any more, so it survives its own callback. */
    timer->scheduled = 0;
    timer->repeat = -1;
  }
}

static void timerClear(xsMachine *the) {
  Timer *timer;
  if (xsmcArgc < 1 || xsmcTypeOf(xsArg(0)) != xsReferenceType) return;
  timer = timerOf(the, &xsArg(0));
  if (!timer) return;
  if (timer->firing)
    timer->cleared = 1;
  else
    discard(the, timer);
}

static void timerDelay(xsMachine *the) {
  int ms = interval(the, 0);
  struct timespec time = {ms / 1000, (ms % 1000) * 1000000L};
  nanosleep(&time, NULL);
}

/* Milliseconds to the next timer, -1 if there is none to wait for. */
int timersTimeout(void) {
  uint32_t now = loopNow();
  int least = -1;
  Timer *timer;
  for (timer = timers; timer; timer = timer->next) {
    int delta;
    if (!timer->scheduled) continue;
    delta = (int)(timer->due - now);
    if (delta < 0) delta = 0;
    if (least < 0 || delta < least) least = delta;
  }
  return least;
}

/* The next one that is due at `now`, by time and then by order, of those scheduled before this turn. */
static Timer *nextDue(uint32_t now, uint32_t lastOrder) {
  Timer *timer, *result = NULL;
  for (timer = timers; timer; timer = timer->next) {
    if (!timer->scheduled || (int)(timer->due - now) > 0 || (int)(timer->order - lastOrder) > 0) continue;
    if (result && ((int)(timer->due - result->due) > 0 ||
                   (timer->due == result->due && (int)(timer->order - result->order) > 0)))
      continue;
    result = timer;
  }
  return result;
}

static void fire(xsMachine *machine, Timer *timer) {
  xsSlot noReceiver;
  fxUndefined(machine, &noReceiver);
  timer->due += (uint32_t)timer->repeat;
  timer->order = ++orderOfScheduling;
  timer->firing = 1;
  if (timer->repeat == 0) timer->scheduled = 0;
  loopCall(machine, &noReceiver, timer->callback, &timer->self);
  timer->firing = 0;
  if (timer->cleared || timer->repeat == 0) {
    xsBeginHost(machine);
    discard(the, timer);
    xsEndHost(machine);
  }
}

void timersFire(xsMachine *the) {
  uint32_t now = loopNow(), lastOrder = orderOfScheduling;
  Timer *timer;
  while ((timer = nextDue(now, lastOrder))) fire(the, timer);
}

const NativeFunction gTimerNatives[] = {
    {"timerSet", timerSet, 2},     {"timerRepeat", timerRepeat, 2}, {"timerSchedule", timerSchedule, 2},
    {"timerClear", timerClear, 1}, {"timerDelay", timerDelay, 1},   {NULL, NULL, 0},
};
