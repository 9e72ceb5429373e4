/*
 * What an uplink asks when a connection is lost, in C, without XS: the twins in src/uplink/retry-after.ts and final-loss.ts say what
 * it means.
 */
#ifndef RINGLET_UPLINK
#define RINGLET_UPLINK

/* Milliseconds that a Retry-After asks to wait at the time `clock`; -1 for what says nothing. */
double ringletRetryAfter(const char *text, double clock);

/* TLS has failed: whether that was final stands in the runtime's own code. */
#define RINGLET_TLS_FAILED 504

/* Whether a loss is final, as far as its numbers say. */
int ringletIsFinal(int error, int closeCode, int httpStatus);

/* Whether the runtime's code for a failure of TLS says that a certificate was looked at and refused. */
int ringletIsRefusedCertificate(const char *code);

#endif
