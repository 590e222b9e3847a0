/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The knobs that a scenario asks for: "NAME=VALUE" words of its key `knobs`.
 * NAME is a file of /proc/sys/vm ("swappiness" or "vm.swappiness") or a path
 * below /sys/kernel/mm ("transparent_hugepage/defrag"). They are written when
 * the run is set up, through the journal, and put back with all others; those
 * of a phase while it lasts (phase-knobs.c). A '?' in front of NAME: where the
 * kernel has it.
 */
#ifndef FRAGBENCH_SCENARIO_KNOBS_H
#define FRAGBENCH_SCENARIO_KNOBS_H

#include "fragbench/option.h"
#include "knobs.h"

struct frag_scenario_settings;

enum { FRAG_ASKED_MAX = 16 };

/* One knob. name: "vm.swappiness" or the path below /sys/kernel/mm; value: as
 * it is written, commas turned into blanks. */
struct frag_asked_knob {
	char name[128];
	char path[192];
	char value[FRAG_KNOB_TEXT];
	bool is_optional; /* "?NAME=VALUE": this kernel may lack it */
};

struct frag_asked_knobs {
	unsigned count;
	struct frag_asked_knob knob[FRAG_ASKED_MAX];
};

/*
 * Read the words of @words, each of one or more NAME=VALUE. Of a knob that is
 * named twice the last value counts. Errors are FRAG_EXIT_USAGE.
 */
int frag_asked_knobs_parse(struct frag_asked_knobs *a,
			   const struct frag_words *words,
			   struct frag_error *e);

/*
 * Can all of them be written here, and put back? Touches nothing. @root: ""
 * for this machine. Refuses a knob that the kernel lacks, all of them without
 * @is_root (FRAG_EXIT_CANNOT), one that fragbench itself drives in a scenario
 * with the settings @s, and one that could not be put back (FRAG_EXIT_USAGE).
 */
int frag_asked_knobs_check(const struct frag_asked_knobs *a, const char *root,
			   const struct frag_scenario_settings *s, bool is_root,
			   struct frag_error *e);

/* The first one with a '?' that the kernel below @root lacks; NULL: none. */
const struct frag_asked_knob *
frag_asked_knobs_missing(const struct frag_asked_knobs *a, const char *root);

/* Take @k, one of @a, out of it. */
void frag_asked_knobs_drop(struct frag_asked_knobs *a,
			   const struct frag_asked_knob *k);

/* Write one, on behalf of @by (FRAG_KNOB_BY_*). Fails as the next one does. */
int frag_asked_knob_write(const struct frag_asked_knob *k,
			  struct frag_journal *j, const char *by,
			  struct frag_error *e);

/* Write all of them. Fails with both values in @e where the kernel refuses one
 * or makes something else of it. */
int frag_asked_knobs_write(const struct frag_asked_knobs *a,
			   struct frag_journal *j, struct frag_error *e);

#endif
