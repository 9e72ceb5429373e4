/*
 * Runs an app that mcconfig built for Linux (bin/lin/mc/release/NAME/mc.so) without Moddable's simulator, which wants a
 * display: what the app is given as its screen shows nothing.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "screen.h"

enum { WIDTH = 8, HEIGHT = 8 };

static void onAbort(txScreen *screen, int status) {
	fprintf(stderr, "headless: the app ended with status %d\n", status);
	exit(status ? status : 1);
}

static void onScreen(txScreen *screen) {
}

static void onMessage(txScreen *screen, char *message, int size) {
}

static gboolean onIdle(gpointer screen) {
	if (((txScreen *)screen)->idle) (*((txScreen *)screen)->idle)(screen);
	return G_SOURCE_CONTINUE;
}

static void onStart(txScreen *screen, double interval) {
	if (!(screen->flags & mxScreenIdling)) g_timeout_add(interval < 5 ? 5 : (guint)interval, onIdle, screen);
	screen->flags |= mxScreenIdling;
}

int main(int argc, char **argv) {
	txScreen *screen = calloc(1, sizeof(txScreen) + WIDTH * HEIGHT * screenBytesPerPixel);
	void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
	txScreenLaunchProc launch = library ? (txScreenLaunchProc)dlsym(library, "fxScreenLaunch") : NULL;
	if (!screen || !launch) {
		fprintf(stderr, "headless: %s\n", argc == 2 ? dlerror() : "usage: headless mc.so");
		return 2;
	}
	screen->abort = onAbort;
	screen->bufferChanged = onScreen;
	screen->formatChanged = onScreen;
	screen->post = onMessage;
	screen->start = onStart;
	screen->stop = onScreen;
	screen->width = WIDTH;
	screen->height = HEIGHT;
	(*launch)(screen);
	if (!screen->machine) return 1;
	g_main_loop_run(g_main_loop_new(NULL, FALSE));
	return 0;
}
