/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel counters that fragbench records, and what each of them counts. */
#ifndef FRAGBENCH_BASE_COUNTERS_H
#define FRAGBENCH_BASE_COUNTERS_H

#include <stdbool.h>

/* name: as in /proc/vmstat. unit: "pages", "count", "pageblocks", ...
 * is_gauge: it goes up and down; otherwise it only counts up since boot.
 * about: what it counts, when, and what it does not say. */
struct frag_counter {
	const char *name;
	const char *unit;
	bool is_gauge;
	const char *about;
};

/* In the order of counters.def; ends with a row whose name is NULL. */
extern const struct frag_counter frag_counters[];

/* By name; NULL when it is not one that is recorded. */
const struct frag_counter *frag_counter_find(const char *name);

#endif
