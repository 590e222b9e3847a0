/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The console of a guest: kept as a file, and read for signs of trouble. */
#ifndef FRAGBENCH_VM_CONSOLE_H
#define FRAGBENCH_VM_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

enum { FRAG_CONSOLE_LINE = 160, FRAG_CONSOLE_LINES = 12 };

/* What a line of the kernel tells. */
enum frag_trouble {
	FRAG_TROUBLE_NONE,
	FRAG_TROUBLE_LOCKUP, /* somebody waits for too long */
	FRAG_TROUBLE_OOM,
	FRAG_TROUBLE_OOPS,
	FRAG_TROUBLE_PANIC,
};

/*
 * fd: console.log; -1: not kept. worst: the worst so far; line: the first that
 * told of it, without its time stamp. told: up to FRAG_CONSOLE_LINES lines from
 * that one on; last: a ring of the last ones.
 */
struct frag_console {
	int fd;
	enum frag_trouble worst;
	char line[FRAG_CONSOLE_LINE];
	char told[FRAG_CONSOLE_LINES][FRAG_CONSOLE_LINE];
	unsigned ntold;
	char last[FRAG_CONSOLE_LINES][FRAG_CONSOLE_LINE];
	unsigned nlast; /* of all lines so far */
	char current[FRAG_CONSOLE_LINE];
	size_t used;
};

/* Take in @n bytes of the console. 0, or -errno when it cannot be kept. */
int frag_console_feed(struct frag_console *c, const char *data, size_t n);

/* The lines that tell most: from the first of the worst trouble on, else the
 * last. Returns how many were written to @lines. */
unsigned frag_console_lines(struct frag_console *c,
			    char lines[][FRAG_CONSOLE_LINE]);

#endif
