/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the scenario share among themselves: keys and complaints. */
#ifndef FRAGBENCH_SCENARIO_KEYS_H
#define FRAGBENCH_SCENARIO_KEYS_H

#include "fragbench/suggest.h"
#include "scenario.h"

/* A copy of @text that lives as long as the scenario. */
char *frag_scenario_keep(struct frag_scenario *s, const char *text);

/* Fill @e with "WHAT 'NAME'", exit code FRAG_EXIT_USAGE; returns -EINVAL. */
int frag_usage_fail(struct frag_error *e, const char *what, const char *name);

/* Offer the names of all @rows. */
void frag_rows_offer(struct frag_suggest *g, const struct frag_option *rows);

/* Offer every key of @s that may stand without a phase before it, but for those
 * of probes. */
void frag_keys_offer(struct frag_suggest *g, const struct frag_scenario *s);

/* A phase by its name, which ends in '*' while it waits for its arms. */
struct frag_phase *frag_phase_find(struct frag_scenario *s, const char *name);
struct frag_phase *frag_phase_add(struct frag_scenario *s, const char *full);

/* Set a key of [scenario], of a phase (and its last workload), of one workload
 * (-ENOENT, and nothing said, when it has no such key). */
int frag_scenario_key(struct frag_scenario *s, const char *key,
		      const char *value);
int frag_phase_key(struct frag_scenario *s, struct frag_phase *p,
		   const char *key, const char *value);
/* "unknown probe", with what was meant; returns -EINVAL. */
int frag_probe_unknown(const char *name, struct frag_error *e);

/* The same of a probe; init: with all defaults, options to be freed. */
int frag_query_add(struct frag_scenario *s, struct frag_phase *p,
		   const char *name);
int frag_query_init(struct frag_query *a, const struct frag_probe *type,
		    uint64_t whole, struct frag_error *e);
int frag_query_set(struct frag_scenario *s, struct frag_query *a,
		   const char *key, const char *value);
int frag_instance_set(struct frag_scenario *s, struct frag_instance *i,
		      const char *key, const char *value);

/* scenario-set.c: set @key of the workloads and probes of @p that have it;
 * -ENOENT when none has, and nothing said. */
int frag_parts_set(struct frag_scenario *s, struct frag_phase *p,
		   const char *key, const char *value);

#endif
