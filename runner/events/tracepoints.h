/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tracepoints that fragbench listens to, and what becomes of their fields.
 * One whose every occurrence is a row of events.csv happens rarely; the others
 * are counted only.
 */
#ifndef FRAGBENCH_EVENTS_TRACEPOINTS_H
#define FRAGBENCH_EVENTS_TRACEPOINTS_H

#include "events/format.h"
#include "events/tracefs.h"

enum frag_listen {
	FRAG_LISTEN_ROWS,
	FRAG_LISTEN_COUNT,
	FRAG_LISTEN_ASKED, /* counted in the set "all" only: it happens often */
};

struct frag_tracepoint {
	const char *system;
	const char *name;
	enum frag_listen listen;
	const char *about;
};

/* Ends with a row whose name is NULL. */
extern const struct frag_tracepoint frag_tracepoints[];

enum { FRAG_TRACEPOINTS_MAX = 24 };

/* The cells of events.csv that events fill, in the order of its columns. */
enum frag_event_cell {
	FRAG_CELL_ORDER,
	FRAG_CELL_FALLBACK_ORDER,
	FRAG_CELL_MIGRATETYPE,
	FRAG_CELL_FALLBACK_MIGRATETYPE,
	FRAG_CELL_CHANGE_OWNERSHIP,
	FRAG_CELL_PFN,
	FRAG_CELL_NODE,
	FRAG_CELL_ZONE,
	FRAG_CELL_GFP_FLAGS,
	FRAG_CELL_PRIO,
	FRAG_CELL_SYNC,
	FRAG_CELL_STATUS,
	FRAG_CELL_ZONE_START,
	FRAG_CELL_NR_RECLAIMED,
	FRAG_CELLS,
};

/* A tracepoint of this kernel. field: which one fills a cell, or -1. */
struct frag_listened {
	const struct frag_tracepoint *type;
	struct frag_format format;
	int field[FRAG_CELLS];
};

/* What of a set this kernel has; missing: the tracepoints that it has not. */
struct frag_listening {
	unsigned count;
	struct frag_listened events[FRAG_TRACEPOINTS_MAX];
	unsigned nmissing;
	const struct frag_tracepoint *missing[FRAG_TRACEPOINTS_MAX];
};

/* The numbers of one event. has: a bit for every cell that it fills. */
struct frag_event {
	uint32_t has;
	int64_t cell[FRAG_CELLS];
};

/*
 * Look up every tracepoint of the default set, and with @all those that are
 * counted only when asked for. 0, or a negative errno with @e filled when not
 * one of them can be read.
 */
int frag_listening_find(struct frag_listening *l, const struct frag_tracefs *t,
			bool all, struct frag_error *e);

/* The event whose id (the first two bytes of @raw) is in the set; -1. */
int frag_listening_of(const struct frag_listening *l, const void *raw,
		      size_t length);

/* The numbers of the raw event @raw of tracepoint @l. */
void frag_event_decode(const struct frag_listened *l, const void *raw,
		       size_t length, struct frag_event *event);

static inline bool frag_event_has(const struct frag_event *event,
				  enum frag_event_cell cell)
{
	return event->has >> cell & 1;
}

#endif
