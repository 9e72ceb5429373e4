/*
 * The command line.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

/* Slots of a 64-bit build are twice a device's: whatever fits a device fits its block, made twice as large. */
#define BLOCK_SCALE (sizeof(void *) / 4)

/* The sizes are those of Moddable's smallest target: 256 stack slots, 512 slots, 1536 octets of chunks. */
Options gOptions = {
    .memory = 32768 * BLOCK_SCALE,
    .stack = 256,
    .slots = 512,
    .slotsStep = 64,
    .chunks = 1536,
    .chunksStep = 512,
    .sendWindow = 8192,
    .receiveWindow = 8192,
};

static const char usage[] =
    "usage: ringlet-xs [options] MAIN [arguments]\n"
    "\n"
    "MAIN is a file (an ES module, loaded into the static block's machine) or a preloaded specifier; if its\n"
    "default export is a function, it is called.\n"
    "\n"
    "  --preload SPECIFIER=FILE  evaluate a module in the read-only root (may be repeated)\n"
    "  --script FILE             run a script in the read-only root's global scope (may be repeated)\n"
    "  --memory OCTETS           the static block: slots, chunks and stack (32768); twice that in a 64-bit build\n"
    "  --stack SLOTS             stack, part of the block (256)\n"
    "  --slots N  --slots-step N    first slots, and how many at a time later (512, 64)\n"
    "  --chunks N --chunks-step N   first octets of chunks, and how many at a time later (1536, 512)\n"
    "  --send-window OCTETS      what a socket's send buffer holds (8192)\n"
    "  --receive-window OCTETS   what a socket holds for the app to read (8192)\n"
    "  --host NAME=ADDRESS       a name for the resolver, besides localhost (may be repeated)\n"
    "  --skip MILLISECONDS       what a wait takes at most: of one in which nothing happens the rest is skipped\n"
    "  --stats                   print the counters to stderr as JSON at the end\n"
    "  --help\n";

void fail(int status, const char *format, ...) {
  va_list arguments;
  fflush(stdout);
  fputs("ringlet-xs: ", stderr);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(status);
}

static int number(const char *option, const char *text, long least, long most) {
  char *end;
  long value = strtol(text, &end, 10);
  if (!*text || *end || value < least || value > most)
    fail(EXIT_USAGE, "%s wants a number from %ld to %ld, not \"%s\"", option, least, most, text);
  return (int)value;
}

static char *absolutePath(const char *path) {
  char *result = realpath(path, NULL);
  if (!result) fail(EXIT_USAGE, "cannot read %s", path);
  return result;
}

/* Splits "left=right"; the left part is cut off in place. */
static char *afterEquals(const char *option, char *text) {
  char *equals = strchr(text, '=');
  if (!equals || equals == text || !equals[1]) fail(EXIT_USAGE, "%s wants NAME=VALUE, not \"%s\"", option, text);
  *equals = 0;
  return equals + 1;
}

void optionsParse(int argc, char **argv) {
  Options *options = &gOptions;
  int i;
  options->preloads = calloc(argc, sizeof(Preload));
  options->names = calloc(argc, sizeof(HostName));
  for (i = 1; i < argc && !strncmp(argv[i], "--", 2); i++) {
    const char *option = argv[i];
    char *value;
    if (!strcmp(option, "--help")) {
      fputs(usage, stdout);
      exit(0);
    }
    if (!strcmp(option, "--stats")) {
      options->stats = 1;
      continue;
    }
    if (++i == argc) fail(EXIT_USAGE, "%s is no option, or wants a value (see --help)", option);
    value = argv[i];
    if (!strcmp(option, "--memory"))
      options->memory = (number(option, value, 8192, 256 << 20) & ~15) * BLOCK_SCALE;
    else if (!strcmp(option, "--stack"))
      options->stack = number(option, value, 64, 1 << 20);
    else if (!strcmp(option, "--slots"))
      options->slots = number(option, value, 16, 1 << 24);
    else if (!strcmp(option, "--slots-step"))
      options->slotsStep = number(option, value, 2, 1 << 20);
    else if (!strcmp(option, "--chunks"))
      options->chunks = number(option, value, 64, 256 << 20) & ~15;
    else if (!strcmp(option, "--chunks-step"))
      options->chunksStep = number(option, value, 16, 1 << 20) & ~15;
    else if (!strcmp(option, "--send-window"))
      options->sendWindow = number(option, value, 1, 1 << 20);
    else if (!strcmp(option, "--receive-window"))
      options->receiveWindow = number(option, value, 1, 1 << 20);
    else if (!strcmp(option, "--skip"))
      options->skip = number(option, value, 1, 60000);
    else if (!strcmp(option, "--preload")) {
      Preload *preload = &options->preloads[options->preloadCount++];
      preload->path = absolutePath(afterEquals(option, value));
      preload->specifier = value;
    } else if (!strcmp(option, "--script")) {
      Preload *preload = &options->preloads[options->preloadCount++];
      preload->specifier = preload->path = absolutePath(value);
      preload->isScript = 1;
    } else if (!strcmp(option, "--host")) {
      HostName *name = &options->names[options->nameCount++];
      name->address = afterEquals(option, value);
      name->name = value;
    } else
      fail(EXIT_USAGE, "there is no option %s (see --help)", option);
  }
  if (i == argc) fail(EXIT_USAGE, "which program? (see --help)");
  options->main = argv[i++];
  options->argCount = argc - i;
  options->args = argv + i;
}
