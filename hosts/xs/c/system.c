/*
 * Small natives: output, time, randomness, names, the end of the program, and Moddable's `logical`.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

#include "xsmc.h"

#include "host.h"

/* Console: one line, the arguments as strings with a space between. */

static void print(xsMachine *the, FILE *file) {
  int count = xsmcArgc, i;
  for (i = 0; i < count; i++) {
    if (i) fputc(' ', file);
    if (xsmcTypeOf(xsArg(i)) == xsSymbolType)
      fputs("Symbol()", file);
    else
      fputs(xsmcToString(xsArg(i)), file);
  }
  fputc('\n', file);
  fflush(file);
}

static void printOut(xsMachine *the) {
  print(the, stdout);
}

static void printError(xsMachine *the) {
  print(the, stderr);
}

/* Moddable's global: strings follow each other as they are. */
static void trace(xsMachine *the) {
  int count = xsmcArgc, i;
  for (i = 0; i < count; i++) fputs(xsmcToString(xsArg(i)), stdout);
  fflush(stdout);
}

const NativeFunction gConsoleNatives[] = {
    {"printOut", printOut, 1},
    {"printError", printError, 1},
    {"trace", trace, 1},
    {NULL, NULL, 0},
};

/* Time: monotonic, wraps, and is an int32 as Moddable's ticks are. */

static void timeTicks(xsMachine *the) {
  xsmcSetInteger(xsResult, (int32_t)loopNow());
}

static void timeDelta(xsMachine *the) {
  uint32_t start = (uint32_t)xsmcToInteger(xsArg(0));
  uint32_t end = xsmcArgc > 1 ? (uint32_t)xsmcToInteger(xsArg(1)) : loopNow();
  xsmcSetInteger(xsResult, (int32_t)(end - start));
}

const NativeFunction gTimeNatives[] = {
    {"timeTicks", timeTicks, 0},
    {"timeDelta", timeDelta, 1},
    {NULL, NULL, 0},
};

/* Random: the kernel's source, a pool at a time; 0 if it has nothing to give. */

static void randomWord(xsMachine *the) {
  static int32_t pool[256];
  static size_t left;
  if (!left) {
    size_t filled = 0;
    while (filled < sizeof pool) {
      ssize_t count = getrandom((char *)pool + filled, sizeof pool - filled, 0);
      if (count > 0)
        filled += (size_t)count;
      else if (errno != EINTR) {
        xsmcSetInteger(xsResult, 0);
        return;
      }
    }
    left = sizeof pool / sizeof *pool;
  }
  xsmcSetInteger(xsResult, pool[--left]);
  pool[left] = 0;
}

const NativeFunction gRandomNatives[] = {
    {"randomWord", randomWord, 0},
    {NULL, NULL, 0},
};

/* Host: arguments, names, the end. */

static void hostArgument(xsMachine *the) {
  int index = xsmcToInteger(xsArg(0));
  if (index >= 0 && index < gOptions.argCount) xsmcSetString(xsResult, gOptions.args[index]);
}

/* The address of a name that was given on the command line, or undefined. */
static void hostAddress(xsMachine *the) {
  const char *name = xsmcToString(xsArg(0));
  int i;
  for (i = 0; i < gOptions.nameCount; i++)
    if (!strcmp(gOptions.names[i].name, name)) {
      xsmcSetString(xsResult, (char *)gOptions.names[i].address);
      return;
    }
}

static void hostExit(xsMachine *the) {
  int status = xsmcArgc > 0 ? xsmcToInteger(xsArg(0)) : 0;
  fflush(stdout);
  if (gOptions.stats) countersReport(the);
  exit(status);
}

const NativeFunction gHostNatives[] = {
    {"hostArgument", hostArgument, 1},
    {"hostAddress", hostAddress, 1},
    {"hostExit", hostExit, 1},
    {NULL, NULL, 0},
};

/* Logical: in place on a byte buffer; the other operand is a byte, or a buffer that is used over and over. */

typedef enum { XOR, AND, OR } Operation;

static inline uint8_t combine(Operation operation, uint8_t a, uint8_t b) {
  return operation == XOR ? a ^ b : operation == AND ? a & b : a | b;
}

static void logical(xsMachine *the, Operation operation) {
  uint8_t *target, *key, single;
  xsUnsignedValue count, keyCount, i, k = 0;
  xsmcGetBufferWritable(xsArg(0), (void **)&target, &count);
  if (xsmcTypeOf(xsArg(1)) == xsReferenceType) {
    xsmcGetBufferReadable(xsArg(1), (void **)&key, &keyCount);
    if (!keyCount) xsRangeError("empty buffer");
  } else {
    single = (uint8_t)xsmcToInteger(xsArg(1));
    key = &single;
    keyCount = 1;
  }
  if (xsmcArgc > 2) {
    int limit = xsmcToInteger(xsArg(2));
    if (limit <= 0 || (xsUnsignedValue)limit > count) xsRangeError("invalid count");
    count = (xsUnsignedValue)limit;
  }
  for (i = 0; i < count; i++) {
    target[i] = combine(operation, target[i], key[k]);
    if (++k == keyCount) k = 0;
  }
}

static void logicalXor(xsMachine *the) {
  logical(the, XOR);
}

static void logicalAnd(xsMachine *the) {
  logical(the, AND);
}

static void logicalOr(xsMachine *the) {
  logical(the, OR);
}

const NativeFunction gLogicalNatives[] = {
    {"logicalXor", logicalXor, 2},
    {"logicalAnd", logicalAnd, 2},
    {"logicalOr", logicalOr, 2},
    {NULL, NULL, 0},
};
