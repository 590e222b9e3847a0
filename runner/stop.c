// SPDX-License-Identifier: GPL-2.0-or-later
/* Which signals ask a run to stop, and that a second one is not lost work. */
#include "stop.h"

#include <stddef.h>

volatile sig_atomic_t frag_stop;

static void stop_set(int signal)
{
	frag_stop = signal;
}

void frag_stop_on_signals(void)
{
	struct sigaction action = { .sa_handler = stop_set };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}
