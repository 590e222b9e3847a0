// SPDX-License-Identifier: GPL-2.0-or-later
/* A hash of thread names with a bound. */
#include "events/comm.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/source.h"

/* More than this and looking for one becomes slow. */
enum { FULL = FRAG_COMMS / 4 * 3 };

/* The row of @tid, or the one where it would stand. */
static struct frag_comm *row_find(struct frag_comms *c, uint32_t tid)
{
	uint32_t at = tid * 2654435761U % FRAG_COMMS;

	while (c->table[at].tid && c->table[at].tid != tid)
		at = (at + 1) % FRAG_COMMS;
	return &c->table[at];
}

static bool is_plain(char c)
{
	return c > ' ' ? c < 0x7f && c != ',' && c != '"' : c == ' ';
}

void frag_comms_set(struct frag_comms *c, uint32_t tid, const char *name)
{
	struct frag_comm *row = row_find(c, tid);
	unsigned i = 0;

	if (!tid)
		return;
	if (!row->tid && c->count == FULL) {
		memset(c->table, 0, sizeof(c->table));
		c->count = 0;
		row = row_find(c, tid);
	}
	c->count += !row->tid;
	row->tid = tid;
	for (; i < FRAG_COMM - 1 && name[i]; i++)
		row->name[i] = (char)(is_plain(name[i]) ? name[i] : '_');
	row->name[i] = '\0';
}

const char *frag_comms_name(struct frag_comms *c, uint32_t tid)
{
	char path[64];
	char name[64];
	const char *known;

	if (!tid)
		return "swapper";
	if (row_find(c, tid)->tid)
		return row_find(c, tid)->name;
	snprintf(path, sizeof(path), "/proc/%u/comm", tid);
	known = frag_slurp(c->root, path, name, sizeof(name)) > 0 ? name : "?";
	frag_comms_set(c, tid, known);
	return row_find(c, tid)->name;
}

void frag_comms_fork(struct frag_comms *c, uint32_t tid, uint32_t parent)
{
	char name[FRAG_COMM];

	snprintf(name, sizeof(name), "%s", frag_comms_name(c, parent));
	frag_comms_set(c, tid, name);
}
