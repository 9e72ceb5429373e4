/*
 * What the parts of the desk XS know of each other. Included after xsAll.h (by the parts that look inside
 * the engine), after xsmc.h (by the natives, which use the same C interface as natives on a device), or
 * without either.
 */
#ifndef RINGLET_XS_HOST
#define RINGLET_XS_HOST

#include <stddef.h>
#include <stdint.h>

#ifdef __XSALL__
typedef txMachine HostMachine;
typedef txSlot HostSlot;
typedef txHostHooks HostHooks;
#elif defined(__XSMC_H__)
/* Its name in newer engines, which refuse the other one. */
#ifndef xsmcToReference
#define xsmcToReference xsToReference
#endif
typedef xsMachine HostMachine;
typedef xsSlot HostSlot;
typedef xsHostHooks HostHooks;
#else
typedef struct HostMachine HostMachine;
typedef struct HostSlot HostSlot;
typedef struct HostHooks HostHooks;
#endif

/* How the program ends; README.md has the table for users. */
enum {
  EXIT_APP_FAILED = 1, /* uncaught exception, unhandled rejection, a module that cannot be loaded */
  EXIT_USAGE = 2,
  EXIT_MEMORY_FULL = 3,
  EXIT_STACK_OVERFLOW = 4,
  EXIT_READ_ONLY = 5, /* a native wrote to preloaded memory */
  EXIT_ENGINE = 6, /* anything else that XS gives up for */
};

/* options.c: the command line. */
typedef struct {
  const char *specifier;
  char *path; /* absolute */
  int isScript; /* run as a script in the root's global scope, not imported */
} Preload;

typedef struct {
  const char *name;
  const char *address;
} HostName;

typedef struct {
  size_t memory; /* octets of the static block */
  int stack, slots, slotsStep, chunks, chunksStep; /* as "creation" in a Moddable manifest */
  int sendWindow, receiveWindow;
  int skip; /* milliseconds; 0 to wait as long as it takes */
  int stats;
  const char *main;
  int argCount;
  char **args;
  Preload *preloads;
  int preloadCount;
  HostName *names;
  int nameCount;
} Options;

extern Options gOptions;
void optionsParse(int argc, char **argv);
void fail(int status, const char *format, ...) __attribute__((noreturn, format(printf, 2, 3)));

/* memory.c */
typedef struct {
  unsigned char *start;
  unsigned char *end;
} Block;
void memorySealArena(void);

/* natives.c */
typedef struct {
  const char *name;
  void (*callback)(HostMachine *);
  int length;
} NativeFunction;

enum { METHOD, GETTER, SETTER };

typedef struct {
  const char *name;
  void (*callback)(HostMachine *);
  int length;
  int kind;
} NativeMethod;

typedef struct {
  const char *name;
  void (*constructor)(HostMachine *); /* `this` is already made, with the right prototype */
  const HostHooks *hooks;
  const NativeMethod *methods; /* ends with a NULL name */
} NativeClass;

void nativesInstall(HostMachine *the);
void nativesRemove(HostMachine *the);
/* The prototype of a class that was asked for in the root: root slots never move. */
HostSlot *nativesPrototype(const NativeClass *class);

extern const NativeFunction gConsoleNatives[], gCounterNatives[], gHostNatives[], gLogicalNatives[],
    gRandomNatives[], gRingletNatives[], gTimeNatives[], gTimerNatives[];
extern const NativeClass gListenerClass, gTcpClass;

/* Property keys that natives read, made once in the root so that the clone pays no slot for them. */
typedef struct {
  int address, from, format, host, id, noDelay, nodelay, onError, onReadable, onWritable, port, target;
} NativeIds;
extern NativeIds gIds;

/* modules.c, flash.c, counters.c: the machine side. */
void modulesRunScript(HostMachine *the, const char *path);
int modulesImport(HostMachine *the, const char *specifier, int callDefault);
long modulesBytecode(void); /* octets, of the user's modules and scripts */
int modulesImported(void); /* true once the last import is evaluated */
void flashFreeze(HostMachine *root);
void flashSeal(HostMachine *root);
void countersReport(HostMachine *the);
/* Instructions that calls from the loop to JavaScript took; 0 where they cannot be counted. */
double hostInstructions(void);

/* loop.c */
typedef struct Source Source;
struct Source {
  Source *next;
  int fd;
  int closed; /* out of use, freed at the end of the turn */
  int finished; /* nothing more can come of it: does not keep the loop running */
  short (*events)(Source *); /* what to poll for now; may send what waits */
  int (*pending)(Source *); /* true if a callback is due without any new event */
  void (*dispatch)(HostMachine *, Source *, short events);
  void (*release)(Source *);
};
void loopAdd(Source *source);
void loopRun(HostMachine *the);
/* Calls with one argument, or none (NULL), then runs promise jobs; an exception ends the program. */
void loopCall(HostMachine *the, HostSlot *self, HostSlot *function, HostSlot *argument);
void loopSettle(HostMachine *the);
uint32_t loopNow(void);
/* Whether octets went out after the last that came in, or a connection is being made: an answer is awaited, and not skipped. */
extern int gAwaits;

/* timer.c */
int timersTimeout(void);
void timersFire(HostMachine *the);

#endif
