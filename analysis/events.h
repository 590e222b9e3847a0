/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What events.csv told while a run is summarised: whom each phase took pages
 * from, and how long its compactions and reclaims lasted. Private to events*.c.
 */
#ifndef FRAGBENCH_ANALYSIS_EVENTS_H
#define FRAGBENCH_ANALYSIS_EVENTS_H

#include "derived.h"
#include "run.h"

/* comms: so many are told apart in a phase, the others are added up. told: so
 * many of them, and of the explicit compactions, stand in the summary. */
enum {
	FRAG_COMM = 32,
	FRAG_FALLBACK_COMMS = 4096,
	FRAG_COMMS_TOLD = 10,
	FRAG_EXPLICITS_TOLD = 512,
};

/* Unmovable, movable, reclaimable, and all other migratetypes together. */
enum { FRAG_TAKERS = 4 };

/* Who waited, or worked: the KIND of metrics and of episodes.csv. */
enum frag_stall {
	FRAG_DIRECT_COMPACTION,
	FRAG_DIRECT_RECLAIM,
	FRAG_KCOMPACTD,
	FRAG_PROACTIVE,
	FRAG_EXPLICIT,
	FRAG_KSWAPD,
	FRAG_STALLS,
};

extern const char *const frag_stall_names[FRAG_STALLS];

/* A row of events.csv. Cells that its event does not have are FRAG_ABSENT. */
struct frag_event {
	uint64_t t_ns;
	struct frag_phase *phase;
	uint64_t tid;
	char comm[FRAG_COMM];
	uint64_t order;
	uint64_t prio; /* of a direct compaction, 0 tries hardest */
	uint64_t sync; /* of a compaction: 0, or 1 when it may wait */
	uint64_t fallback_order;
	unsigned taker; /* the migratetype that was asked for */
	unsigned giver; /* the one whose pages were taken */
	bool changed_ownership;
	uint64_t node;
	char zone[FRAG_ZONE_NAME];
	uint64_t zone_start;
	char status[32];
};

/* --- events-fallbacks.c --- */

struct frag_fallback_count {
	uint64_t events;
	uint64_t fragmenting; /* fallback_order < pageblock order */
	uint64_t ownership; /* the pageblock changed its type with it */
};

struct frag_fragmenter {
	char comm[FRAG_COMM];
	struct frag_fallback_count n;
};

/* Of one phase, or of the run. */
struct frag_fallbacks {
	struct frag_fallback_count sum;
	uint64_t matrix[FRAG_TAKERS][FRAG_TAKERS]; /* [taker][giver] */
	uint64_t fragmenting[FRAG_TAKERS][FRAG_TAKERS];
	struct frag_fallback_count order[FRAG_ORDERS_MAX];
	struct frag_fragmenter *comm; /* in the order of their first */
	unsigned comms, comms_room;
	struct frag_fallback_count rest; /* of those beyond the most */
};

/* The number of a migratetype by its name, of whatever case. */
unsigned frag_taker_of(const char *migratetype);

/* Count one mm_page_alloc_extfrag; 0 or -ENOMEM. */
int frag_fallback_add(struct frag_run *r, const struct frag_event *e);

/* Free what they point to. */
void frag_fallbacks_clear(struct frag_fallbacks *f);

/* Set the metrics extfrag.* of every phase. */
void frag_fallbacks_measure(struct frag_run *r);

/* --- events-episodes.c --- */

/* An episode that began and may not have ended. */
struct frag_episode {
	uint64_t t_ns;
	struct frag_phase *phase;
	enum frag_stall kind;
	uint64_t tid;
	char comm[FRAG_COMM];
	uint64_t order;
	uint64_t node;
	char zone[FRAG_ZONE_NAME];
	uint64_t zone_start;
};

struct frag_tasks;

struct frag_tasks *frag_tasks_make(uint64_t runner_tid);
void frag_tasks_free(struct frag_tasks *tasks);

/* Begin episodes.csv, unless the run is sealed with one. */
int frag_episodes_begin(struct frag_run *r);

/* Take note of a begin, an end, or of what tells about them; 0 or -ENOMEM. */
int frag_episode_see(struct frag_run *r, const char *name,
		     const struct frag_event *e);

/* After the last event: what has no end by now has none. @rc: what became of
 * reading them; without success there is no episodes.csv. Returns @rc, or what
 * went wrong here. */
int frag_episodes_end(struct frag_run *r, int rc);

/* --- events-stalls.c --- */

/* The episodes of one kind in a phase. lasted: by order, the last for those
 * whose order nobody told. */
struct frag_stall_kind {
	uint64_t count;
	uint64_t total_ns;
	json_t *statuses; /* name -> how many */
	struct frag_histogram *lasted[FRAG_ORDERS_MAX + 1];
};

/* Of one phase. contended: so many explicit compactions of it, and which was
 * the first. */
struct frag_stalls {
	struct frag_stall_kind kind[FRAG_STALLS];
	uint64_t workers_ns;
	uint64_t contended;
	char contended_where[64];
};

/* Count an episode that took @ns and ended as @status; 0 or -ENOMEM. */
int frag_stall_add(struct frag_run *r, const struct frag_episode *episode,
		   uint64_t ns, const char *status);

void frag_stalls_free(struct frag_stalls *s);

/* Set the metrics stall.* of every phase. */
void frag_stalls_measure(struct frag_run *r);

/* --- the run's --- */

/* Made when there is an events.csv. kinds: those that occurred in the run. */
struct frag_events {
	struct frag_fallbacks all;
	struct frag_tasks *tasks;
	struct frag_derived episodes;
	json_t *explicits; /* every explicit compaction, in order */
	uint64_t explicits_more; /* those beyond FRAG_EXPLICITS_TOLD */
	uint64_t open; /* episodes that had no end */
	uint64_t unpaired; /* ends without a beginning, and such things */
	bool is_writing; /* episodes.csv */
	bool kinds[FRAG_STALLS];
};

/* Were events of that name captured? */
bool frag_events_have(const struct frag_run *r, const char *event);

#endif
