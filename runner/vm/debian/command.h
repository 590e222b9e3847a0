/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Another program is run to its end, and what it says is kept. */
#ifndef FRAGBENCH_VM_DEBIAN_COMMAND_H
#define FRAGBENCH_VM_DEBIAN_COMMAND_H

#include "fragbench/error.h"

/*
 * argv: ends with NULL; argv[0] is looked for in PATH. folder: where it runs,
 * NULL: here. log: a file that its stderr (and its stdout, unless that is
 * asked for) is appended to. It speaks English, reads /dev/null and dies with
 * this process.
 */
struct frag_command {
	const char *const *argv;
	const char *folder;
	const char *log;
};

/*
 * Run it. *@out, when @out is not NULL: all it wrote to stdout, NUL-terminated,
 * the caller's to free, also after a failure (then it may be NULL). 0, or a
 * negative errno with @e filled: -ENOENT when there is no such program (exit
 * code CANNOT), -EINTR when we were asked to stop, -EIO when it failed; then
 * its last line is the cause.
 */
int frag_command_run(const struct frag_command *c, char **out,
		     struct frag_error *e);

#endif
