/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the verb doctor share: findings, and the checks that make
 * them. */
#ifndef FRAGBENCH_VERB_DOCTOR_H
#define FRAGBENCH_VERB_DOCTOR_H

#include "verb/picture.h"

enum { FRAG_FINDINGS_MAX = 96 };

/* note: a run can be done, and this will show in it. missing: something cannot
 * be read or done. */
enum frag_finding_state { FRAG_OK, FRAG_NOTE, FRAG_MISSING };

/*
 * name: what was looked at. found: what it is. why: what it means for a run.
 * mend: an exact command; both "" where all is well. is_essential: without it
 * no run can be done.
 */
struct frag_finding {
	const char *group;
	char name[64];
	enum frag_finding_state state;
	bool is_essential;
	char found[128];
	char why[256];
	char mend[256];
};

/*
 * The examination. root: "" for this machine. picture: of that machine; not to
 * be used without has_picture.
 */
struct frag_doctor {
	const char *root;
	bool is_live;
	const char *group;
	struct frag_picture picture;
	bool has_picture;
	struct frag_finding findings[FRAG_FINDINGS_MAX];
	unsigned count;
};

/* Add a finding and return it, for its why and mend. Never NULL: when there is
 * no room, the last one is told instead. */
struct frag_finding *frag_finding_add(struct frag_doctor *d,
				      enum frag_finding_state state,
				      const char *name, const char *fmt, ...)
	FRAG_PRINTF(4, 5);

/* Set the why and the mend. */
void frag_finding_why(struct frag_finding *f, const char *fmt, ...)
	FRAG_PRINTF(2, 3);
void frag_finding_mend(struct frag_finding *f, const char *fmt, ...)
	FRAG_PRINTF(2, 3);

/* The checks; each adds findings to @d. */
typedef void frag_check(struct frag_doctor *d);

/* doctor-sources.c: what can be read. */
frag_check frag_check_collectors;
frag_check frag_check_pagemap;
frag_check frag_check_debugfs;
frag_check frag_check_events;

/* doctor-self.c: what this process may do. */
frag_check frag_check_root;
frag_check frag_check_memlock;
frag_check frag_check_knobs;
frag_check frag_check_cgroup;
frag_check frag_check_python;
frag_check frag_check_journal;

/* doctor-needs.c: which workloads can run. */
frag_check frag_check_workloads;

/* doctor-noise.c: what the machine does by itself. */
frag_check frag_check_hugetlb;
frag_check frag_check_thp;
frag_check frag_check_khugepaged;
frag_check frag_check_kcompactd;
frag_check frag_check_swap;
frag_check frag_check_load;
frag_check frag_check_pcp;
frag_check frag_check_unlisted;

#endif
