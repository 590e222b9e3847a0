/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of a comparison share. Private to the analysis library. */
#ifndef FRAGBENCH_ANALYSIS_COMPARE_PARTS_H
#define FRAGBENCH_ANALYSIS_COMPARE_PARTS_H

#include "compare.h"

/* How far apart sizes may be, of the larger one: those of memories that were to
 * be alike, and those that followed from them. */
#define FRAG_MEMORY_SHARE 0.02

/* Room for the value of a key. */
enum { FRAG_VALUE_SIZE = 256 };

/* A text that lives as long as the comparison. */
const char *frag_compare_keep(struct frag_compare *c, const char *fmt, ...)
	FRAG_PRINTF(2, 3);

/* Make room for one more item of @size at the end of @array of @count items. */
void *frag_compare_grow(void *array, unsigned count, size_t size);

/* The value of @key in @r, NULL when it has none; into @buf where needed. */
const char *frag_compare_key(const struct frag_compare_run *r, const char *key,
			     char *buf, size_t size);

/* How many keys there are in which runs may differ: they make groups, or are
 * meant to. */
unsigned frag_compare_keys(const struct frag_compare *c);

/* Is the fact @name ("kernel") one of these keys? */
bool frag_compare_is_key(const struct frag_compare *c, const char *name);

/* Does one of these keys take its value from the setting @name, the knob @name?
 * "cpus" are the machine's, so that it says nothing of "fill.null.cpus". */
bool frag_compare_is_setting(const struct frag_compare *c, const char *name);
bool frag_compare_is_knob(const struct frag_compare *c, const char *name);

/*
 * Settings of the run that the manifest @m tells of, flat: keys of the
 * scenario, but for what may differ; PHASE.KEY; PHASE.workload and PHASE.probe:
 * the name of one; PHASE.NAME.KEY of a workload or probe. The second of a name
 * has #2 behind it. A new reference.
 *
 * What followed from the memory of the machine (a share of it, what fits into
 * it) stands there as it was asked for; what it came to goes to @fitted, an
 * object: numbers by the same names. An older manifest (one whose workloads
 * have no "asked") does not tell these apart: of workloads with a share, or of
 * all when a note says "scaled down", all numbers count as such, and what was
 * asked for is not known: the settings have what it came to.
 */
json_t *frag_compare_settings(const json_t *m, json_t *fitted);

/* The knobs that were written and what stood in them, by their whole names; by
 * "scenario", "run" or "probe", or NULL: by anybody. A new reference. */
json_t *frag_compare_knobs(const json_t *m, const char *by);

/* What stood in the knob of that whole name during the run: what was written,
 * or what the machine says of it; NULL when it says nothing. */
const char *frag_compare_knob(const struct frag_compare_run *r,
			      const char *name, char *buf);

/* A knob's name without "vm." and without the folder in front. */
const char *frag_compare_knob_name(const char *name);

/* The knobs of all runs that @key could mean, by name: more than one when it
 * is the last part of several, none when it is no knob. A new reference. */
json_t *frag_compare_knobs_meant(const struct frag_compare *c, const char *key);

int frag_compare_groups(struct frag_compare *c, struct frag_error *e);
int frag_compare_rows(struct frag_compare *c, struct frag_error *e);
void frag_compare_check(struct frag_compare *c);
void frag_compare_judge(struct frag_compare *c);
void frag_compare_drift(struct frag_compare *c);
void frag_compare_rows_free(struct frag_compare *c);

/* The text of a member, or "". */
const char *frag_compare_fact(const struct frag_compare_run *r,
			      const char *name);

/* --- compare-traits.c ------------------------------------------------------- */

/* Say what speaks against the comparison. @mend may be "". */
void frag_compare_object(struct frag_compare *c, bool is_refusal,
			 const char *what, const char *mend);

/* The text of a trait of a run; "" or NULL when it has none; into @buf. */
typedef const char *frag_trait_fn(const struct frag_compare_run *r,
				  const char *name, char *buf);

/*
 * What is to be the same. what: how it is called in a message. A lack is a
 * value of its own unless lack_is_fine: an old kernel has not every setting.
 */
struct frag_trait {
	bool is_refusal;
	bool lack_is_fine;
	frag_trait_fn *text;
	const char *name;
	const char *what;
	const char *mend;
};

/* How many of @n runs have which value: a new object, by value. */
json_t *frag_trait_count(struct frag_compare_run *const *runs, unsigned n,
			 const struct frag_trait *t);

/* "lockstep (5 runs), free-running (1 run)". */
const char *frag_trait_counts_text(struct frag_compare *c, json_t *counts);

/* Texts of a run: a fact of facts, a number of it, a key of groups. */
frag_trait_fn frag_trait_fact;
frag_trait_fn frag_trait_number;
frag_trait_fn frag_trait_key;

/* The mend "--by KEY". */
const char *frag_trait_by(struct frag_compare *c, const char *key);

/* Object when the runs differ in it, unless it makes the groups;
 * frag_trait_warn() takes no run to differ that has no such thing. */
void frag_trait_refuse(struct frag_compare *c, frag_trait_fn *text,
		       const char *name, const char *what, const char *mend);
void frag_trait_warn(struct frag_compare *c, frag_trait_fn *text,
		     const char *name, const char *what, const char *mend);

void frag_compare_check_settings(struct frag_compare *c);
/* Has any run settings that followed from its memory? */
bool frag_compare_has_fitted(const struct frag_compare *c);
void frag_compare_check_knobs(struct frag_compare *c);
void frag_compare_check_defaults(struct frag_compare *c);

#endif
