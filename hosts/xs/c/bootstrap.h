/*
 * The JavaScript modules of ../modules, which the build puts into the program.
 */
#ifndef RINGLET_XS_BOOTSTRAP
#define RINGLET_XS_BOOTSTRAP

typedef struct {
  const char *specifier;
  const char *source;
} BootstrapModule;

/* In the order of evaluation; ends with a NULL specifier. */
extern const BootstrapModule gBootstrapModules[];

#endif
