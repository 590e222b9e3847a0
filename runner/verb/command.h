/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command behind "--" of `record` and `hold`. */
#ifndef FRAGBENCH_VERB_COMMAND_H
#define FRAGBENCH_VERB_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

#include "fragbench/error.h"

/* The command; it waits for go. pid 0: there is none. */
struct frag_command {
	pid_t pid;
	int pidfd;
	int go; /* write end: closing it without a byte ends the child */
};

/* Fork a child that will be @argv once it is told to go; @argv may be NULL or
 * empty: there is none then. 0, or a negative errno with @e filled. */
int frag_command_start(struct frag_command *c, char **argv,
		       struct frag_error *e);

/* Let it go. */
int frag_command_go(const struct frag_command *c, struct frag_error *e);

bool frag_command_is_over(const struct frag_command *c);

/* The command is to stop as well, when we are: ^C on its terminal has reached
 * it already, any other signal was meant for us alone. */
void frag_command_stop(const struct frag_command *c);

/* Wait for the command; the exit code as a shell tells it: 126 and 127 when it
 * could not be run, 128+n when signal n ended it. */
int frag_command_end(struct frag_command *c);

#endif
