/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario: what happens to the memory, phase by phase. Read from an INI text
 * (a file, a built-in one, or made up for a bare workload), changed by
 * KEY=VALUE settings, and written out again with every default explicit.
 */
#ifndef FRAGBENCH_SCENARIO_H
#define FRAGBENCH_SCENARIO_H

#include <jansson.h>
#include <stdio.h>

#include "base/option.h"
#include "fragbench/probe.h"
#include "fragbench/workload.h"

enum {
	FRAG_PHASES_MAX = 128,
	FRAG_ARMS_MAX = 32,
	FRAG_ARM_SETTINGS = 16,
	FRAG_INSTANCES_MAX = 8, /* workloads of one phase */
	FRAG_QUERIES_MAX = 8, /* probes of one phase */
	FRAG_PHASE_NAME = 32,
};

/* Keys of [scenario]. */
struct frag_scenario_settings {
	const char *start;
	const char *pcp;
	struct frag_room ballast;
	uint64_t floor;
	double rate;
	const char *events;
	const char *on_failure; /* frag_scenario_goes_on() */
	const char *map;
	struct frag_words knobs; /* scenario-knobs.h */
};

/* Keys of [phase NAME]. */
struct frag_phase_settings {
	const char *action;
	uint64_t duration;
	uint64_t kill;
	const char *node;
	uint64_t share; /* thousandths */
	uint64_t times; /* of compact */
	uint64_t every; /* ns */
	bool is_background;
	const char *phase;
	const char *until;
	struct frag_words knobs; /* scenario-knobs.h */
};

/* Keys of every workload, beside its own. rate: steps a second of each process,
 * 0: unpaced. share: thousandths of the memory, 0: as its own options say. */
struct frag_worker_settings {
	uint64_t processes;
	const char *cpus;
	const char *mempolicy;
	double rate;
	uint64_t share;
};

/* Keys of every probe, beside its own: what it can be asked. */
struct frag_probe_settings {
	uint64_t count; /* 0: as many as the probe says */
	uint64_t order; /* 0: every order that it has */
	uint64_t hold; /* ns */
	uint64_t patience;
	const char *warm; /* "yes" or "no" */
};

extern const struct frag_option frag_scenario_options[];
extern const struct frag_option frag_phase_options[];
extern const struct frag_option frag_worker_options[];
extern const struct frag_option frag_probe_options[];

/* One workload of a phase; options is of type->options_size bytes, owned.
 * asked: what was asked for instead of the values of those options that follow
 * from the memory (a share of it, or what fits into it), texts by key. */
struct frag_instance {
	const struct frag_workload *type;
	void *options;
	json_t *asked;
	struct frag_worker_settings common;
	const char *out; /* why it is left out on this machine; or NULL */
};

/* One probe of a phase; options is of type->options_size bytes, owned. */
struct frag_query {
	const struct frag_probe *type;
	void *options;
	struct frag_probe_settings common;
};

/* arm: from 1, of the arms of the scenario, 0: of none; star: what the phase is
 * called in every arm, "" outside of arms. While a scenario is read, arm 0 and
 * a star: a phase that is yet to be dealt out. out: why it is left out on this
 * machine; NULL when it is not. */
struct frag_phase {
	char name[FRAG_PHASE_NAME];
	char star[FRAG_PHASE_NAME];
	unsigned arm;
	const char *out;
	struct frag_phase_settings settings;
	struct frag_instance instances[FRAG_INSTANCES_MAX];
	unsigned ninstances;
	struct frag_query queries[FRAG_QUERIES_MAX];
	unsigned nqueries;
};

/* One way of doing the starred phases: "STAR.KEY" or "KEY" of all of them, as
 * the user wrote it. dealt: the stars whose phases stand in the text already,
 * and have what it sets, in a copy of a scenario that was run; else NULL. */
struct frag_arm {
	char name[FRAG_PHASE_NAME];
	const char *dealt;
	struct frag_setting {
		const char *key;
		const char *value;
	} settings[FRAG_ARM_SETTINGS];
	unsigned nsettings;
};

struct frag_scenario {
	char name[64]; /* [a-z0-9.+-] */
	char *about; /* leading comment block, owned */
	struct frag_scenario_settings settings;
	struct frag_phase phases[FRAG_PHASES_MAX];
	unsigned nphases;
	struct frag_arm arms[FRAG_ARMS_MAX];
	unsigned narms;
	json_t *references; /* as manifest.json has them; owned */
	json_t *expect;
	char **texts; /* what the option values point into */
	unsigned ntexts;
	uint64_t whole; /* bytes that percentages are of */
	struct frag_error *error; /* while parsing */
};

/*
 * Load @what: a path (it holds a '/' or ends in ".ini"), a built-in scenario or
 * a workload. Percentages are of @whole bytes (MemAvailable). Errors name the
 * line and what was meant. Free with frag_scenario_free() in any case.
 */
int frag_scenario_load(struct frag_scenario *s, const char *what,
		       uint64_t whole, struct frag_error *e);

/* Parse an INI text; @name becomes the scenario's. */
int frag_scenario_parse(struct frag_scenario *s, const char *name,
			const char *text, uint64_t whole, struct frag_error *e);

/*
 * Apply one setting "KEY=VALUE": KEY is a key of [scenario], a key of the
 * workloads (then of all that have it), or PHASE.KEY. Of a starred phase
 * (PHASE as the file has it, without the star) it is set in all arms but those
 * that set it themselves.
 */
int frag_scenario_set(struct frag_scenario *s, const char *setting,
		      struct frag_error *e);

/* Set one more knob, "NAME=VALUE" (for "--knob"). */
int frag_scenario_knob(struct frag_scenario *s, const char *setting,
		       struct frag_error *e);

/* Leave @p out on this machine, for @why: it will be skipped. */
void frag_phase_leave_out(struct frag_scenario *s, struct frag_phase *p,
			  const char *why);

/* The same of @p, and of all phases of its arm. */
void frag_arm_leave_out(struct frag_scenario *s, struct frag_phase *p,
			const char *why);

/* Expect of a metric of the summary what [expect] would: @limit is an operator
 * and a number, ">= 0.80". */
int frag_scenario_expect(struct frag_scenario *s, const char *metric,
			 const char *limit, struct frag_error *e);

/* Set @key of every phase that runs workloads (for "--for"). */
int frag_scenario_set_run(struct frag_scenario *s, const char *key,
			  const char *value, struct frag_error *e);

/* The row of any table called @name (scenario, workers, any workload), for
 * telling whether a flag takes a value; NULL when there is none. */
const struct frag_option *frag_scenario_row(const char *name);

/* Write the scenario as INI, every default explicit. */
void frag_scenario_write(const struct frag_scenario *s, FILE *out);

/* Does @row of frag_phase_options mean anything to a phase of this kind? */
bool frag_phase_has_row(const struct frag_phase *p,
			const struct frag_option *row);

/* The same, but for knobs where there are none, and what is of several
 * compactions where there is one. */
bool frag_phase_tells_row(const struct frag_phase *p,
			  const struct frag_option *row);

/* How many processes @i runs. */
unsigned frag_instance_processes(const struct frag_instance *i);

/* Does the run go on when a part of it cannot be done? */
bool frag_scenario_goes_on(const struct frag_scenario *s);

/* True for a phase that runs workloads; false for any other kind. */
bool frag_phase_is(const struct frag_phase *p, const char *action);

void frag_scenario_free(struct frag_scenario *s);

#endif
