/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Can this scenario be run at all, by anybody, and on this machine? */
#ifndef FRAGBENCH_CHECK_H
#define FRAGBENCH_CHECK_H

#include "facts.h"
#include "place.h"
#include "scenario.h"

/*
 * Check that the phases of @s go together, and of each workload its needs, its
 * options, its CPUs and its nodes. @is_sure: the user has said --yes. 0, or a
 * negative errno with @e filled; touches nothing. A workload that cannot run
 * here is left out where the scenario goes on without.
 */
int frag_scenario_check(struct frag_scenario *s, const struct frag_facts *facts,
			struct frag_topology *t, bool is_sure,
			struct frag_error *e);

#endif
