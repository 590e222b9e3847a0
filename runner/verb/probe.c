// SPDX-License-Identifier: GPL-2.0-or-later
/* The verb probe: which probes are asked what, and how the machine is left. */
#include "verb/probe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenario-keys.h"
#include "stop.h"
#include "tables.h"
#include "verb/verbs.h"

enum { PROBES_MAX = 8 };

struct probe_options {
	uint64_t count;
	uint64_t order;
	const char *node;
	uint64_t floor;
	uint64_t hold;
	uint64_t patience;
	const char *warm;
	bool fix;
	bool yes;
	bool json;
};

#define ROW(field) offsetof(struct probe_options, field)

static const struct frag_option probe_rows[] = {
	{ "count", 0, FRAG_COUNT, ROW(count), NULL, "0", 0, 10000000,
	  "blocks to ask for, all held at once; 0: as many as the probe usually does" },
	{ "order", 0, FRAG_COUNT, ROW(order), NULL, "0", 0, 30,
	  "ask for blocks of this order alone; without a name, with the probe that has it" },
	{ "node", 0, FRAG_TEXT, ROW(node), "N|all", "all", 0, 0,
	  "the NUMA node to ask, or all of them" },
	{ "floor", 0, FRAG_SIZE, ROW(floor), NULL, "64M", 0, 0,
	  "MemAvailable that the probe never goes below: it stops there" },
	{ "hold", 0, FRAG_TIME, ROW(hold), NULL, "0s", 0, 0,
	  "how long all blocks are held before they go back" },
	{ "patience", 0, FRAG_COUNT, ROW(patience), NULL, "32", 0, 0,
	  "failures in a row after which no more is asked for; 0: never" },
	{ "warm", 0, FRAG_CHOICE, ROW(warm), "yes|no", "yes", 0, 0,
	  "ask twice, the second time over memory that the first has touched: its times are those of the kernel alone, without what a host takes to fetch memory; never with --fix, whose p99 is that of memory as it was found" },
	{ "fix", 0, FRAG_FLAG, ROW(fix), NULL, NULL, 0, 0,
	  "drain the per-CPU lists, drop dentries and inodes (with --yes), compact: one after another until all is had, and ask again after each; root only" },
	{ "yes", 'y', FRAG_FLAG, ROW(yes), NULL, NULL, 0, 0,
	  "with --fix: also drop dentries and inodes" },
	FRAG_ROW_JSON(probe_options),
	{ .name = NULL },
};

int frag_prober_open(struct frag_prober *p, struct frag_error *e)
{
	int rc;

	memset(p, 0, sizeof(*p));
	p->journal.fd = -1;
	p->guardian.pidfd = -1;
	p->crew = calloc(1, sizeof(*p->crew));
	if (!p->crew)
		return frag_fail(e, -ENOMEM, "cannot probe");
	if (geteuid())
		return 0;
	rc = frag_journal_begin(&p->journal, e);
	/* No cushion: the probe itself keeps above the floor. */
	return rc ? rc
		  : frag_guardian_start(&p->guardian, &p->journal, p->crew, 0,
					e);
}

int frag_prober_close(struct frag_prober *p, struct frag_error *e)
{
	int rc = p->journal.fd >= 0 ? frag_journal_restore(&p->journal, e) : 0;

	frag_guardian_dismiss(&p->guardian);
	frag_journal_end(&p->journal);
	free(p->crew);
	return rc;
}

/* Does the probe have that order here? */
static bool has_order(const struct frag_probe *type, uint64_t order)
{
	unsigned orders[FRAG_PROBE_ORDERS];
	unsigned n = type->orders(orders, NULL);

	for (unsigned i = 0; i < n; i++)
		if (orders[i] == order)
			return true;
	return false;
}

/* The probes that are named; else the first that has the order; else thp. */
static int types_choose(const struct frag_call *call,
			const struct frag_probe **types, unsigned *n,
			struct frag_error *e)
{
	const struct probe_options *o = call->options;

	*n = 0;
	for (unsigned w = 0; w < call->nwords; w++) {
		const struct frag_probe *type = frag_probe_find(call->words[w]);

		if (!type)
			return frag_probe_unknown(call->words[w], e);
		if (*n == PROBES_MAX)
			return frag_usage_fail(e, "too many probes at",
					       type->name);
		types[(*n)++] = type;
	}
	if (*n)
		return 0;
	*n = 1;
	types[0] = frag_probes[0];
	for (unsigned i = 0; o->order && frag_probes[i]; i++) {
		if (!has_order(frag_probes[i], o->order))
			continue;
		types[0] = frag_probes[i];
		return 0;
	}
	return 0;
}

static struct frag_probing probing_make(const struct probe_options *o,
					const struct frag_query *q,
					struct frag_prober *prober)
{
	return (struct frag_probing){
		.type = q->type,
		.options = q->options,
		.settings = { .count = o->count,
			      .order = o->order,
			      .hold = o->hold,
			      .patience = o->patience,
			      .warm = o->fix ? "no" : o->warm },
		.node = o->node,
		.floor = o->floor,
		.journal = &prober->journal,
		.guardian = &prober->guardian,
	};
}

static void answer_say(const struct frag_probe_result *results, unsigned n,
		       const struct frag_way *way, bool is_lacking)
{
	bool is_at_floor = false;

	for (unsigned i = 0; i < n; i++) {
		frag_probe_say(stdout, &results[i]);
		is_at_floor |= !strcmp(results[i].stopped, "floor");
	}
	frag_way_say(stdout, way);
	if (is_at_floor)
		puts("\nmemory is what is missing, not blocks: ask for fewer, "
		     "or free some");
	else if (is_lacking)
		frag_way_advise(stdout, way);
}

static void answer_json(json_t *list, const struct frag_probe_result *results,
			unsigned n, const struct frag_way *way)
{
	json_t *answers = json_array();

	for (unsigned i = 0; i < n; i++)
		json_array_append_new(answers, frag_probe_json(&results[i]));
	json_array_append_new(list, json_pack("{s:o, s:o}", "answers", answers,
					      "way", frag_way_json(way)));
}

/* Ask with one probe and tell; *is_short: fewer came than were asked for. */
static int ask(struct frag_probing *p, json_t *list, bool *is_short,
	       struct frag_error *e)
{
	struct frag_probe_result *results = NULL;
	struct frag_way way;
	unsigned orders[FRAG_PROBE_ORDERS];
	unsigned n = p->type->orders(orders, e);
	unsigned order = p->settings.order ? (unsigned)p->settings.order
					   : orders[n ? n - 1 : 0];
	bool is_lacking = false;
	int rc = n ? frag_way_read(&way, order, p->node, e) : -ENOENT;

	n = 0;
	if (!rc)
		rc = frag_probe_ask(p, &results, &n, e);
	for (unsigned i = 0; i < n; i++)
		is_lacking = is_lacking || !frag_probe_is_met(&results[i]);
	/* Also when a later order fails: what was found has cost time. */
	if (n && list)
		answer_json(list, results, n, &way);
	else if (n)
		answer_say(results, n, &way, is_lacking);
	*is_short = *is_short || is_lacking;
	free(results);
	return rc;
}

/* The order that is fixed: the largest that the probe has, unless one is
 * named. */
static int fix(struct frag_probing *p, const struct probe_options *o,
	       json_t *list, struct frag_error *e)
{
	unsigned orders[FRAG_PROBE_ORDERS];
	unsigned n = p->type->orders(orders, e);
	json_t *steps;
	int rc;

	if (!n)
		return -ENOENT;
	if (geteuid()) {
		frag_fail(e, -EPERM, "cannot mend what stands in the way");
		frag_error_mend(e, "run as root, or without --fix");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return -EPERM;
	}
	if (!p->settings.order)
		p->settings.order = orders[n - 1];
	steps = list ? json_array() : NULL;
	rc = frag_probe_fix(stdout, p, o->yes, steps, e);
	if (list)
		json_array_append_new(list,
				      json_pack("{s:s, s:o}", "probe",
						p->type->name, "steps", steps));
	return rc;
}

static void error_json(json_t *list, const char *name,
		       const struct frag_error *e)
{
	const char *what = e->what[0] ? e->what : "it was stopped";

	json_array_append_new(list,
			      json_pack("{s:s, s:{s:s, s:s, s:s}}", "probe",
					name, "error", "what", what, "why",
					e->why, "mend", e->mend));
}

static int type_ask(const struct frag_probe *type,
		    const struct probe_options *o, struct frag_prober *prober,
		    json_t *list, bool *is_short, struct frag_error *e)
{
	struct frag_query q = { 0 };
	int rc = frag_query_init(&q, type, 0, e);
	struct frag_probing p = probing_make(o, &q, prober);

	if (!rc && o->fix)
		rc = fix(&p, o, list, e);
	else if (!rc)
		rc = ask(&p, list, is_short, e);
	*is_short = *is_short || rc == FRAG_EXIT_BAD;
	free(q.options);
	if (rc < 0 && list)
		error_json(list, type->name, e);
	return rc < 0 ? rc : 0;
}

static void list_print(json_t *list)
{
	if (json_array_size(list)) {
		json_dumpf(list, stdout, JSON_INDENT(1));
		putchar('\n');
	}
	json_decref(list);
}

static int probe_call(struct frag_call *call, struct frag_error *e)
{
	const struct probe_options *o = call->options;
	const struct frag_probe *types[PROBES_MAX];
	struct frag_prober prober;
	struct frag_error left = { .exit = 0 };
	json_t *list = o->json ? json_array() : NULL;
	bool is_short = false;
	unsigned n;
	int back;
	int rc = types_choose(call, types, &n, e);

	if (rc)
		return rc;
	frag_stop_on_signals();
	rc = frag_prober_open(&prober, e);
	for (unsigned i = 0; i < n && !rc; i++) {
		if (i && !list)
			putchar('\n');
		rc = type_ask(types[i], o, &prober, list, &is_short, e);
	}
	back = frag_prober_close(&prober, &left);
	list_print(list);
	/* What could not be put back is the worst that there is to tell, also
	 * after a signal. */
	if (back)
		*e = left;
	else if (frag_stop)
		frag_error_clear(e);
	rc = back ? back : rc;
	if (frag_stop && !back)
		return 128 + frag_stop;
	return rc ? rc : is_short ? FRAG_EXIT_BAD : FRAG_EXIT_DONE;
}

const struct frag_verb frag_verb_probe = {
	.name = "probe",
	.group = FRAG_LOOK,
	.summary = "how many blocks you get now, how fast, what is in the way",
	.usage =
		"[PROBE]... [--count N] [--order K] [--node N] [--fix] [--yes]",
	.about =
		"Asks the kernel for blocks, holds all that come, gives all back, "
		"and says what stands in the way of more and what to do about "
		"it, with exact commands. Without a name it asks for "
		"transparent huge pages. --fix does what it advises, and "
		"proves each step. `fragbench list probes` has the ways to "
		"ask, `fragbench help PROBE` what each does.\n\n"
		"It exits with 1 when fewer came than were asked for.",
	.options = probe_rows,
	.options_size = sizeof(struct probe_options),
	.call = probe_call,
};
