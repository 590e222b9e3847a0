/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stop flag: the one piece of global state, set by SIGINT and SIGTERM. */
#ifndef FRAGBENCH_STOP_H
#define FRAGBENCH_STOP_H

#include <signal.h>

/* The signal that asked to stop, 0 while none has. */
extern volatile sig_atomic_t frag_stop;

/* Have SIGINT, SIGTERM and SIGHUP set frag_stop. */
void frag_stop_on_signals(void);

#endif
