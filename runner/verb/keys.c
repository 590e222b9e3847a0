// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes keys of scenarios from a command line, and knows which metrics may be
 * expected of one. */
#include "verb/keys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "analysis/analysis.h"
#include "scenario-keys.h"
#include "tables.h"

/* Offer what a mistyped flag may have meant: any key of any table. */
static int flag_unknown(const struct frag_option *rows, const char *name,
			struct frag_error *e)
{
	struct frag_suggest g = frag_suggest_for(name);

	frag_rows_offer(&g, rows);
	frag_rows_offer(&g, frag_scenario_options);
	frag_rows_offer(&g, frag_worker_options);
	for (unsigned i = 0; frag_workloads[i]; i++)
		frag_rows_offer(&g, frag_workloads[i]->options);
	frag_rows_offer(&g, frag_probe_options);
	for (unsigned i = 0; frag_probes[i]; i++)
		frag_rows_offer(&g, frag_probes[i]->options);
	if (!g.best)
		return -ENOENT;
	frag_fail(e, 0, "unknown option --%s", name);
	frag_error_why(e, "did you mean --%s?", g.best);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int setting_add(struct frag_keys *keys, const char *name,
		       const char *value, struct frag_error *e)
{
	char *to = keys->text + keys->used;
	size_t room = sizeof(keys->text) - keys->used;
	size_t n = (size_t)snprintf(to, room, "%s=%s", name, value) + 1;

	if (n > room || keys->set.count == FRAG_WORDS_MAX)
		return frag_fail(e, -E2BIG, "too many settings");
	keys->used += n;
	keys->set.word[keys->set.count++] = to;
	return 0;
}

int frag_keys_take(struct frag_keys *keys, const struct frag_option *rows,
		   const char *name, const char *value, const char *next,
		   bool *used_next, struct frag_error *e)
{
	const struct frag_option *row = frag_scenario_row(name);

	if (!row)
		return flag_unknown(rows, name, e);
	if (!value && row->type == FRAG_FLAG)
		value = "yes";
	*used_next = !value;
	if (!value)
		value = next;
	if (value)
		return setting_add(keys, name, value, e);
	frag_fail(e, 0, "--%s needs a value: %s", name, frag_option_value(row));
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

/* The metric that @name, with a phase behind it or not, may have meant. */
static const char *metric_meant(const char *name)
{
	char head[128];
	struct frag_suggest whole = frag_suggest_for(name);
	struct frag_suggest bare = frag_suggest_for(head);
	const char *dot = strrchr(name, '.');

	snprintf(head, sizeof(head), "%.*s",
		 dot ? (int)(dot - name) : (int)strlen(name), name);
	for (const struct frag_metric *m = frag_metrics; m->name; m++) {
		frag_suggest_offer(&whole, m->name);
		frag_suggest_offer(&bare, m->name);
	}
	return bare.best ? bare.best : whole.best;
}

/* Is @metric "WORKLOAD.COUNTER.PHASE" of this scenario? */
static bool is_counter(struct frag_scenario *s, const char *metric)
{
	const char *end = strrchr(metric, '.');
	char name[128];

	if (!end || !frag_phase_find(s, end + 1))
		return false;
	for (unsigned p = 0; p < s->nphases; p++) {
		for (unsigned i = 0; i < s->phases[p].ninstances; i++) {
			const struct frag_workload *type =
				s->phases[p].instances[i].type;
			const struct frag_workload_counter *c = type->counters;

			for (; c && c->name; c++) {
				snprintf(name, sizeof(name), "%s.%s",
					 type->name, c->name);
				if (strlen(name) == (size_t)(end - metric) &&
				    !strncmp(metric, name, strlen(name)))
					return true;
			}
		}
	}
	return false;
}

/* A metric that no run has would be missed by every run. */
static int metric_check(struct frag_scenario *s, const char *metric,
			struct frag_error *e)
{
	const char *meant = metric_meant(metric);
	const char *phase = NULL;

	if (is_counter(s, metric))
		return 0;
	for (const struct frag_metric *m = frag_metrics; m->name; m++) {
		size_t n = strlen(m->name);

		if (!strcmp(metric, m->name))
			return 0;
		if (!strncmp(metric, m->name, n) && metric[n] == '.')
			phase = metric + n + 1;
	}
	if (phase && (frag_phase_find(s, phase) || !strcmp(phase, "setup") ||
		      !strcmp(phase, "teardown")))
		return 0;
	frag_usage_fail(e, "cannot expect anything of", metric);
	if (phase)
		frag_error_why(e, "the scenario has no phase '%s'", phase);
	else if (meant)
		frag_error_why(e, "did you mean %s?", meant);
	frag_error_mend(e, "fragbench explain");
	return -EINVAL;
}

/* "METRIC OP NUMBER", with or without blanks around OP. */
static int expect_apply(struct frag_scenario *s, const char *text,
			struct frag_error *e)
{
	const char *op = text + strcspn(text, " <>=");
	char metric[128];
	int rc;

	snprintf(metric, sizeof(metric), "%.*s", (int)(op - text), text);
	rc = metric_check(s, metric, e);
	if (rc)
		return rc;
	return frag_scenario_expect(s, metric, op + strspn(op, " "), e);
}

int frag_keys_apply(const struct frag_keys *keys, struct frag_scenario *s,
		    struct frag_error *e)
{
	int rc = 0;

	for (unsigned i = 0; i < keys->set.count && !rc; i++)
		rc = frag_scenario_set(s, keys->set.word[i], e);
	for (unsigned i = 0; i < keys->knob.count && !rc; i++)
		rc = frag_scenario_knob(s, keys->knob.word[i], e);
	for (unsigned i = 0; i < keys->expect.count && !rc; i++)
		rc = expect_apply(s, keys->expect.word[i], e);
	return rc;
}
