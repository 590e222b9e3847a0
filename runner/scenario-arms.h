/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arms: "[phase NAME*]" is done once in every "[arm LABEL]", each time with
 * what the arm sets. All phases with a star stand together; once the scenario
 * is read they are dealt out, arm after arm, as NAME-LABEL.
 */
#ifndef FRAGBENCH_SCENARIO_ARMS_H
#define FRAGBENCH_SCENARIO_ARMS_H

#include "scenario.h"

/* Begin [arm @name], which must be new. */
int frag_arm_begin(struct frag_scenario *s, const char *name);

/* A key of [arm @name]: kept until the arms are dealt. */
int frag_arm_key(struct frag_scenario *s, const char *name, const char *key,
		 const char *value);

/* Deal the phases with a star out to the arms, and set what those set; or, of a
 * copy of a scenario that was run, see whose each phase is. */
int frag_arms_deal(struct frag_scenario *s);

/* Set in all phases what their arms set. */
int frag_arms_apply(struct frag_scenario *s);

/* Does the arm of @p set @key of it by itself? */
bool frag_arm_sets(const struct frag_scenario *s, const struct frag_phase *p,
		   const char *key);

/* @key of @p was set from outside: its arm, if any, says so from now on. */
int frag_arm_note(struct frag_scenario *s, const struct frag_phase *p,
		  const char *key, const char *value);

/* The arms as manifest.json has them; a new reference. */
json_t *frag_arms_json(const struct frag_scenario *s);

/* "arm ARM: WHAT 'NAME'", exit code FRAG_EXIT_USAGE; returns -EINVAL. */
int frag_arm_fail(struct frag_scenario *s, const char *arm, const char *what,
		  const char *name);

#endif
