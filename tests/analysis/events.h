/* SPDX-License-Identifier: GPL-2.0-or-later */
/* events.csv for tests: rows as the capture writes them, and a look at what
 * came of them. */
#ifndef TESTS_ANALYSIS_EVENTS_H
#define TESTS_ANALYSIS_EVENTS_H

#include "rundir.h"

static inline void events_begin(struct rundir *d)
{
	rundir_put(d, "events.csv",
		   "t_ns,phase,event,cpu,tid,comm,order,fallback_order,"
		   "migratetype,fallback_migratetype,change_ownership,pfn,"
		   "node,zone,gfp_flags,prio,sync,status,zone_start,"
		   "nr_reclaimed\n");
}

/* A fallback of the task @comm; @cells: order, fallback order, who asked, whose
 * pages they were, whether the pageblock changed its type. */
static inline void extfrag_put(struct rundir *d, const char *phase,
			       const char *comm, const char *cells)
{
	rundir_put(d, "events.csv",
		   "5,%s,mm_page_alloc_extfrag,0,7,%s,%s,4096,0,DMA32,,,,,,\n",
		   phase, comm, cells);
}

/* An event of the task @who (tid and comm) with an order, -1 for none. */
static inline void task_put(struct rundir *d, uint64_t t_ns, const char *phase,
			    const char *event, const char *who, int order)
{
	rundir_put(d, "events.csv", "%ju,%s,%s,0,%s,", (uintmax_t)t_ns, phase,
		   event, who);
	if (order >= 0)
		rundir_put(d, "events.csv", "%d", order);
	rundir_put(d, "events.csv", ",,,,,,,,,,,,,\n");
}

/* A compaction by the task @who from @begin to @end; @zone: "SYNC,START",
 * whether it may wait and the first frame of the zone. */
static inline void zone_put(struct rundir *d, uint64_t begin, uint64_t end,
			    const char *phase, const char *who,
			    const char *zone, const char *status)
{
	int sync = *zone - '0';
	const char *start = zone + 2;

	rundir_put(d, "events.csv",
		   "%ju,%s,mm_compaction_begin,0,%s,,,,,,,0,DMA32,,,%d,,%s,\n",
		   (uintmax_t)begin, phase, who, sync, start);
	rundir_put(d, "events.csv",
		   "%ju,%s,mm_compaction_end,1,%s,,,,,,,0,DMA32,,,%d,%s,%s,\n",
		   (uintmax_t)end, phase, who, sync, status, start);
}

/* The same of zone DMA32, which may wait. */
static inline void compaction_put(struct rundir *d, uint64_t begin,
				  uint64_t end, const char *phase,
				  const char *who, const char *status)
{
	zone_put(d, begin, end, phase, who, "1,4096", status);
}

/* The number @key of @json; it must be there. */
static inline json_int_t number_at(json_t *json, const char *key)
{
	json_t *value = json_object_get(json, key);

	if (!json_is_integer(value))
		fail_msg("there is no number %s", key);
	return json_integer_value(value);
}

/* The text @key of @json, "" when it is not there. */
static inline const char *text_at(json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "";
}

/* A member of the last summary, NULL when it is not there. */
static inline json_t *block(struct rundir *d, const char *key)
{
	return json_object_get(d->summary, key);
}

#endif
