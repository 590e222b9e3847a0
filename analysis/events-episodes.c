// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pairs what began with what ended, task by task, and writes each pair as a row
 * of episodes.csv. Knows how the kernel's callers of compaction are told apart:
 * by what the same task did just before.
 */
#include <errno.h>
#include <stdlib.h>

#include "analysis.h"
#include "events.h"

/* Tasks are kept in sets of a few; in a full set the one that was seen longest
 * ago makes room. So memory stays the same however many tasks come and go. */
enum { TASK_SETS = 256, TASK_WAYS = 8 };

/*
 * A direct compaction that a task asked for, which goes through the zones of a
 * node from the highest down, each of them once, until one succeeds. node,
 * zone_start: the zone that it came to last, FRAG_ABSENT before the first.
 */
struct attempt {
	bool is_on;
	uint64_t order;
	uint64_t prio;
	uint64_t node;
	uint64_t zone_start;
};

/*
 * tried: the direct compaction that it asked for last. wake: the order that
 * kcompactd was woken for, until it sleeps again. Of an episode that is not
 * open phase is NULL.
 */
struct task {
	uint64_t tid;
	uint64_t seen;
	struct attempt tried;
	uint64_t wake;
	struct frag_episode compaction;
	struct frag_episode reclaim;
};

struct frag_tasks {
	uint64_t runner_tid;
	uint64_t clock;
	struct task task[TASK_SETS][TASK_WAYS];
};

static const char direct_try[] = "mm_compaction_try_to_compact_pages";
static const char kcompactd_wake[] = "mm_compaction_kcompactd_wake";

static const struct {
	const char *name;
	const char *unit;
	const char *about;
} columns[] = {
	{ "t_ns", "ns", "when it began, since the start of the run" },
	{ "phase", "", "phase name, in which it began" },
	{ "kind", "",
	  "direct-compaction, direct-reclaim, kcompactd, proactive, explicit or kswapd" },
	{ "tid", "", "the task" },
	{ "comm", "", "its name" },
	{ "order", "", "order that it was about, empty when it was about none" },
	{ "node", "", "NUMA node" },
	{ "zone", "", "zone name" },
	{ "duration_ns", "ns",
	  "how long it lasted, empty when nobody saw its end" },
	{ "status", "",
	  "how the compaction ended (mm_compaction_end), or open" },
};

const char *const frag_stall_names[FRAG_STALLS] = {
	[FRAG_DIRECT_COMPACTION] = "direct-compaction",
	[FRAG_DIRECT_RECLAIM] = "direct-reclaim",
	[FRAG_KCOMPACTD] = "kcompactd",
	[FRAG_PROACTIVE] = "proactive",
	[FRAG_EXPLICIT] = "explicit",
	[FRAG_KSWAPD] = "kswapd",
};

struct frag_tasks *frag_tasks_make(uint64_t runner_tid)
{
	struct frag_tasks *tasks = calloc(1, sizeof(*tasks));

	if (tasks)
		tasks->runner_tid = runner_tid;
	return tasks;
}

void frag_tasks_free(struct frag_tasks *tasks)
{
	free(tasks);
}

json_t *frag_episode_columns(void)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		json_array_append_new(list,
				      frag_derived_column(columns[i].name,
							  columns[i].unit,
							  columns[i].about));
	return list;
}

int frag_episodes_begin(struct frag_run *r)
{
	int rc = frag_derived_begin(&r->events->episodes, r, "episodes.csv");

	if (rc > 0)
		frag_derived_header(&r->events->episodes,
				    frag_episode_columns());
	r->events->is_writing = rc > 0;
	return rc < 0 ? rc : 0;
}

/* --- one episode --- */

static void episode_write(struct frag_run *r, const struct frag_episode *o,
			  uint64_t ns, const char *status)
{
	struct frag_csv *csv = &r->events->episodes.csv;

	if (!r->events->is_writing)
		return;
	frag_csv_u64(csv, o->t_ns);
	frag_csv_text(csv, o->phase->name);
	frag_csv_text(csv, frag_stall_names[o->kind]);
	frag_csv_u64(csv, o->tid);
	frag_csv_text(csv, o->comm);
	frag_csv_u64(csv, o->order);
	frag_csv_u64(csv, o->node);
	frag_csv_text(csv, o->zone);
	frag_csv_u64(csv, ns);
	frag_csv_text(csv, status);
	frag_csv_end(csv);
}

/* Nobody saw its end. */
static void episode_leave(struct frag_run *r, struct frag_episode *o)
{
	if (!o->phase)
		return;
	r->events->open++;
	episode_write(r, o, FRAG_ABSENT, "open");
	o->phase = NULL;
}

static int episode_end(struct frag_run *r, struct frag_episode *o,
		       const struct frag_event *e)
{
	uint64_t ns = e->t_ns - o->t_ns;
	int rc;

	if (!o->phase || e->t_ns < o->t_ns) {
		r->events->unpaired++;
		o->phase = NULL;
		return 0;
	}
	if (!o->zone[0])
		memcpy(o->zone, e->zone, sizeof(o->zone));
	if (o->node == FRAG_ABSENT)
		o->node = e->node;
	episode_write(r, o, ns, e->status);
	rc = frag_stall_add(r, o, ns, e->status);
	o->phase = NULL;
	return rc;
}

static void episode_begin(struct frag_run *r, struct frag_episode *o,
			  enum frag_stall kind, uint64_t order,
			  const struct frag_event *e)
{
	episode_leave(r, o);
	*o = (struct frag_episode){
		.t_ns = e->t_ns,
		.phase = e->phase,
		.kind = kind,
		.tid = e->tid,
		.order = order,
		.node = e->node,
		.zone_start = e->zone_start,
	};
	memcpy(o->comm, e->comm, sizeof(o->comm));
	memcpy(o->zone, e->zone, sizeof(o->zone));
}

/* --- tasks --- */

/* The task of @tid: the one that is known, or a new one in its place. */
static struct task *task_of(struct frag_run *r, uint64_t tid)
{
	struct frag_tasks *tasks = r->events->tasks;
	struct task *set = tasks->task[tid % TASK_SETS];
	struct task *oldest = set;

	for (unsigned i = 0; i < TASK_WAYS; i++) {
		if (set[i].seen && set[i].tid == tid) {
			set[i].seen = ++tasks->clock;
			return &set[i];
		}
		if (set[i].seen < oldest->seen)
			oldest = &set[i];
	}
	episode_leave(r, &oldest->compaction);
	episode_leave(r, &oldest->reclaim);
	*oldest = (struct task){
		.tid = tid,
		.seen = ++tasks->clock,
		.wake = FRAG_ABSENT,
	};
	return oldest;
}

static bool starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

/* COMPACT_PRIO_ASYNC: the only one that does not wait. */
enum { PRIO_ASYNC = 2 };

static void try_begin(struct attempt *y, const struct frag_event *e)
{
	*y = (struct attempt){
		.is_on = true,
		.order = e->order,
		.prio = e->prio,
		.node = FRAG_ABSENT,
		.zone_start = FRAG_ABSENT,
	};
}

/* Does the compaction that begins with @e belong to the try @y? What is not
 * told does not speak against it. */
static bool try_has(const struct attempt *y, const struct frag_event *e)
{
	if (!y->is_on)
		return false;
	if (y->prio != FRAG_ABSENT && e->sync != FRAG_ABSENT &&
	    (y->prio == PRIO_ASYNC) == (e->sync == 1))
		return false;
	return y->zone_start == FRAG_ABSENT || e->zone_start == FRAG_ABSENT ||
	       y->node != e->node || e->zone_start < y->zone_start;
}

/* After a begin: on to the next zone; what does not belong has ended the try. */
static void try_go(struct attempt *y, const struct frag_event *e)
{
	y->is_on = try_has(y, e);
	y->node = e->node;
	y->zone_start = e->zone_start;
}

/*
 * Who compacts. kcompactd does it on its own account (compact_node() of
 * proactive compaction) where nobody woke it for an order (kcompactd_do_work()).
 * A direct compaction announces itself (try_to_compact_pages()); a write to
 * compact_memory does not, and neither does one to a node's `compact`. The
 * runner writes there in phases of that kind, and in setup.
 */
static enum frag_stall kind_of(const struct frag_run *r, const struct task *t,
			       const struct frag_event *e)
{
	bool is_runner = e->tid == r->events->tasks->runner_tid;

	if (starts_with(e->comm, "kcompactd"))
		return t->wake == FRAG_ABSENT &&
				       frag_events_have(r, kcompactd_wake)
			       ? FRAG_PROACTIVE
			       : FRAG_KCOMPACTD;
	if (starts_with(e->comm, "kswapd"))
		return FRAG_KSWAPD;
	if (is_runner && !strcmp(e->phase->kind, "compact"))
		return FRAG_EXPLICIT;
	if (try_has(&t->tried, e))
		return FRAG_DIRECT_COMPACTION;
	if (is_runner && !strcmp(e->phase->kind, "setup"))
		return FRAG_EXPLICIT;
	return frag_events_have(r, direct_try) ? FRAG_EXPLICIT
					       : FRAG_DIRECT_COMPACTION;
}

static uint64_t order_of(const struct task *t, enum frag_stall kind)
{
	if (kind == FRAG_KCOMPACTD)
		return t->wake;
	return kind == FRAG_DIRECT_COMPACTION && t->tried.is_on ? t->tried.order
								: FRAG_ABSENT;
}

int frag_episode_see(struct frag_run *r, const char *name,
		     const struct frag_event *e)
{
	struct task *t = task_of(r, e->tid);

	if (!strcmp(name, "mm_compaction_begin")) {
		enum frag_stall kind = kind_of(r, t, e);

		episode_begin(r, &t->compaction, kind, order_of(t, kind), e);
		try_go(&t->tried, e);
	} else if (!strcmp(name, "mm_compaction_end")) {
		if (!strcmp(e->status, "success"))
			t->tried.is_on = false;
		return episode_end(r, &t->compaction, e);
	} else if (!strcmp(name, direct_try)) {
		try_begin(&t->tried, e);
	} else if (!strcmp(name, kcompactd_wake)) {
		/* Woken for no order is woken all the same. */
		t->wake = e->order == FRAG_ABSENT ? 0 : e->order;
	} else if (!strcmp(name, "mm_compaction_kcompactd_sleep")) {
		t->wake = FRAG_ABSENT;
	} else if (!strcmp(name, "mm_vmscan_direct_reclaim_begin")) {
		t->tried.is_on = false;
		episode_begin(r, &t->reclaim, FRAG_DIRECT_RECLAIM, e->order, e);
	} else if (!strcmp(name, "mm_vmscan_direct_reclaim_end")) {
		return episode_end(r, &t->reclaim, e);
	}
	return 0;
}

int frag_episodes_end(struct frag_run *r, int rc)
{
	struct frag_events *x = r->events;
	int written;

	for (unsigned i = 0; i < TASK_SETS * TASK_WAYS; i++) {
		struct task *t = &x->tasks->task[i / TASK_WAYS][i % TASK_WAYS];

		episode_leave(r, &t->compaction);
		episode_leave(r, &t->reclaim);
	}
	if (!x->is_writing)
		return rc;
	written = frag_derived_end(&x->episodes, !rc, r->e);
	return rc ? rc : written;
}
