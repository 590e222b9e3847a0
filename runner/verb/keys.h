/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a command line says of a scenario: --set KEY=VALUE, the same as a flag
 * of its own (--pages 1000), and --expect. The same for `run` and `vm`.
 */
#ifndef FRAGBENCH_VERB_KEYS_H
#define FRAGBENCH_VERB_KEYS_H

#include "scenario.h"

/* set: "KEY=VALUE", of --set and of flags, in the order given; knob:
 * "NAME=VALUE"; expect: "METRIC OP NUMBER". text: where flags are made into
 * settings. */
struct frag_keys {
	struct frag_words set;
	struct frag_words knob;
	struct frag_words expect;
	char text[4096];
	size_t used;
};

/* The rows of a verb whose options struct @type has a `struct frag_keys keys`. */
#define FRAG_ROW_SET(type)                                                  \
	{                                                                   \
		"set", 0, FRAG_WORDS, offsetof(struct type, keys.set),      \
			"KEY=VALUE", NULL, 0, 0,                            \
			"set a key of the scenario, of its workloads, or "  \
			"PHASE.KEY; may be given again. Every such key is " \
			"also a flag: --pages 1000"                         \
	}
#define FRAG_ROW_KNOB(type)                                                   \
	{                                                                     \
		"knob", 0, FRAG_WORDS, offsetof(struct type, keys.knob),      \
			"NAME=VALUE", NULL, 0, 0,                             \
			"set one more kernel setting for the time of the "    \
			"run, beside those of the scenario's key knobs; may " \
			"be given again"                                      \
	}
#define FRAG_ROW_EXPECT(type)                                                     \
	{                                                                         \
		"expect", 0, FRAG_WORDS, offsetof(struct type, keys.expect),      \
			"TEXT", NULL, 0, 0,                                       \
			"expect a metric of the summary to keep to a limit, as "  \
			"[expect] of a scenario does: \"unusable.fill <= 0.5\"; " \
			"may be given again"                                      \
	}

/*
 * For frag_verb.unknown: take "--NAME VALUE" when NAME is a key that a scenario
 * may have; else say what was meant, of these and of @rows.
 */
int frag_keys_take(struct frag_keys *keys, const struct frag_option *rows,
		   const char *name, const char *value, const char *next,
		   bool *used_next, struct frag_error *e);

/* Apply all settings, then all knobs, then all expectations, to @s. A metric
 * must be one, and a phase that it names one of @s. */
int frag_keys_apply(const struct frag_keys *keys, struct frag_scenario *s,
		    struct frag_error *e);

#endif
