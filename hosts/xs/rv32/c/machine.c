/*
 * What the desk XS asks of an operating system beside sockets: memory, time, chance, a console, and the way in and out.
 */
#include <errno.h>
#include <semihost.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/time.h>
#include <time.h>

#include "board.h"
#include "channels.h"
#include "machine.h"

enum { CONSOLE = 512 };

size_t gSegment;

double hostInstructions(void);

/* Memory that stands for flash, and its protection */

enum { FLASH_SIZE = 256 << 20 };

static void (*onSegv)(int, siginfo_t *, void *);

static void fault(void *address) {
  siginfo_t info = {address};
  (*onSegv)(SIGSEGV, &info, NULL);
}

int sigaction(int number, const struct sigaction *action, struct sigaction *old) {
  onSegv = action->sa_sigaction;
  boardOnFault = fault;
  return 0;
}

void (*signal(int number, void (*handler)(int)))(int) {
  if (number == SIGSEGV) boardOnFault = NULL;
  return SIG_DFL;
}

void *mmap(void *address, size_t size, int protection, int flags, int fd, long offset) {
  return size <= FLASH_SIZE ? (void *)0x90000000u : MAP_FAILED;
}

int mprotect(void *address, size_t size, int protection) {
  boardProtect(address, size);
  return 0;
}

/* Time and chance */

static uint64_t waitedTicks;

void machineWaited(int ms) {
  waitedTicks += (uint64_t)ms * TICKS_PER_MS;
}

/* With --segment, what the app took, 1 ns an instruction, and what it waited for on purpose: not how long others took. */
int clock_gettime(clockid_t clock, struct timespec *time) {
  uint64_t ticks = gSegment ? (uint64_t)hostInstructions() / 100 + waitedTicks : boardTicks();
  time->tv_sec = (time_t)(ticks / 10000000);
  time->tv_nsec = (long)(ticks % 10000000 * 100);
  return 0;
}

int nanosleep(const struct timespec *time, struct timespec *rest) {
  uint64_t end = boardTicks() + (uint64_t)time->tv_sec * 10000000 + (uint64_t)time->tv_nsec / 100;
  while (boardTicks() < end) {
    channelsPump();
    boardWait(end);
  }
  return 0;
}

static uint32_t chance = 0x9e3779b9;

/* Repeatable on purpose; no source of keys. */
ssize_t getrandom(void *buffer, size_t size, unsigned flags) {
  uint8_t *octets = buffer;
  size_t i;
  for (i = 0; i < size; i++) {
    chance ^= chance << 13;
    chance ^= chance >> 17;
    chance ^= chance << 5;
    octets[i] = (uint8_t)(chance >> 11);
  }
  return (ssize_t)size;
}

/* Files: paths are absolute already */

char *realpath(const char *path, char *resolved) {
  size_t size = strlen(path) + 1;
  if (!resolved) resolved = malloc(size);
  return resolved ? memcpy(resolved, path, size) : NULL;
}

/* The console */

static void put(int stream, const char *text, size_t count) {
  while (count) {
    size_t now = count < LARGEST ? count : LARGEST;
    frameSend(stream, 0, text, now);
    text += now;
    count -= now;
  }
}

typedef struct {
  size_t count;
  char text[CONSOLE];
} Line;
static Line lines[2];

static int emit(FILE *file);

static int putOne(char character, FILE *file) {
  Line *line = &lines[file == stderr];
  line->text[line->count++] = character;
  if (line->count == CONSOLE || (file == stderr && character == '\n')) emit(file);
  return (unsigned char)character;
}

static int emit(FILE *file) {
  Line *line = &lines[file == stderr];
  put(file == stderr ? '2' : '1', line->text, line->count);
  line->count = 0;
  return 0;
}

static FILE out = FDEV_SETUP_STREAM(putOne, NULL, emit, _FDEV_SETUP_WRITE);
static FILE error = FDEV_SETUP_STREAM(putOne, NULL, emit, _FDEV_SETUP_WRITE);
FILE *const stdin = NULL;
FILE *const stdout = &out;
FILE *const stderr = &error;

ssize_t write(int fd, const void *octets, size_t count) {
  put(fd == 1 ? '1' : '2', octets, count);
  return (ssize_t)count;
}

/* What JavaScript took: instructions between the begin and the end of each call from the loop. */

static uint64_t inCalls, callStarted;

/* Takes the place of the desk's, which has nothing to count with. */
double hostInstructions(void) {
  return (double)(inCalls + (callStarted ? boardInstructions() - callStarted : 0));
}

void __real_loopCall(void *the, void *self, void *function, void *argument);

void __wrap_loopCall(void *the, void *self, void *function, void *argument) {
  callStarted = boardInstructions();
  __real_loopCall(the, self, function, argument);
  inCalls += boardInstructions() - callStarted;
  callStarted = 0;
}

static int reports;

void _exit(int status) {
  emit(stdout);
  emit(stderr);
  if (reports) {
    char text[256];
    int count = snprintf(
        text, sizeof text,
        "{\"board\":{\"stack\":%lu,\"instructions\":%llu,\"inCalls\":%llu,\"ms\":%llu}}\n",
        (unsigned long)boardStackUsed(), boardInstructions(), (unsigned long long)hostInstructions(),
        boardTicks() / TICKS_PER_MS);
    put('2', text, (size_t)count);
  }
  boardExit(status);
}

int deskMain(int argc, char **argv);

/* Takes the board's own options out of the command line, which the bridge sends. */
int main(void) {
  const char *arguments;
  char **argv;
  int argc = 0;
  size_t length, at;
  boardStart();
  frameSend('B', 0, NULL, 0);
  while (!(arguments = channelsArguments(&length))) {
    boardWait(UINT64_MAX);
    channelsPump();
  }
  argv = calloc(length + 1, sizeof *argv); /* as many as there can be */
  for (at = 0; at < length; at += strlen(arguments + at) + 1) {
    char *text = (char *)arguments + at;
    if (!strncmp(text, "--segment=", 10))
      gSegment = (size_t)atoi(text + 10);
    else if (!strcmp(text, "--board"))
      reports = 1;
    else
      argv[argc++] = text;
  }
  exit(deskMain(argc, argv));
}
