// SPDX-License-Identifier: GPL-2.0-or-later
/* The page of a built-in scenario: its phases in a line each, with whatever in
 * them is not at its default. */
#include <stdlib.h>
#include <string.h>

#include "base/source.h"
#include "base/units.h"
#include "help.h"
#include "scenario.h"

enum { COLUMN = 10 };

/* Append to @buf, cut at @size. */
static void add(char *buf, size_t size, const char *a, const char *b)
{
	size_t n = strlen(buf);

	snprintf(buf + n, size - n, "%s%s", a, b);
}

/* The options of an instance that are not at their default. */
static void changes_add(const struct frag_option *rows, const void *base,
			uint64_t whole, size_t bytes, char *buf, size_t size)
{
	void *initial = calloc(1, bytes + 1);
	struct frag_error e = { .exit = 0 };
	char value[128];
	char usual[128];

	if (!initial)
		return;
	frag_options_init(rows, initial, whole, &e);
	for (; rows && rows->name; rows++) {
		const char *now =
			frag_option_text(rows, base, value, sizeof(value));

		if (!strcmp(now, frag_option_text(rows, initial, usual,
						  sizeof(usual))))
			continue;
		add(buf, size, ", ", rows->name);
		add(buf, size, " = ", now);
	}
	free(initial);
}

static void instance_add(const struct frag_instance *i, uint64_t whole,
			 char *buf, size_t size)
{
	char common[256];

	add(buf, size, " ", i->type->name);
	changes_add(i->type->options, i->options, whole, i->type->options_size,
		    buf, size);
	snprintf(common, sizeof(common), "%u processes, cpus ",
		 frag_instance_processes(i));
	add(buf, size, ", ", common);
	add(buf, size, i->common.cpus, "");
}

static void phase_put(struct frag_ink *ink, const struct frag_phase *p,
		      uint64_t whole)
{
	char text[1024] = "";
	char value[32];

	add(text, sizeof(text), p->settings.action, "");
	for (unsigned i = 0; i < p->ninstances; i++)
		instance_add(&p->instances[i], whole, text, sizeof(text));
	for (unsigned i = 0; i < p->nqueries; i++) {
		const struct frag_query *a = &p->queries[i];

		add(text, sizeof(text), i ? " and " : " ", a->type->name);
		changes_add(frag_probe_options, &a->common, whole,
			    sizeof(a->common), text, sizeof(text));
		changes_add(a->type->options, a->options, whole,
			    a->type->options_size, text, sizeof(text));
	}
	if (frag_phase_is(p, "free")) {
		snprintf(value, sizeof(value), "%u processes",
			 (unsigned)p->settings.kill);
		add(text, sizeof(text), " ",
		    p->settings.kill == 1 ? "one process" : value);
	}
	if (p->settings.duration) {
		add(text, sizeof(text), p->ninstances ? ", at most " : ", ",
		    frag_time_text(p->settings.duration, value, sizeof(value)));
	}
	frag_ink_row(ink, p->name, text);
}

/* What the scenario asks of the whole run, where it is not the usual. */
static void settings_put(struct frag_ink *ink, const struct frag_scenario *s)
{
	char text[512] = "";

	changes_add(frag_scenario_options, &s->settings, s->whole,
		    sizeof(s->settings), text, sizeof(text));
	if (!text[0])
		return;
	frag_ink_label(ink, "settings", COLUMN);
	frag_ink_row(ink, "[scenario]", text + strspn(text, ", "));
}

int frag_page_builtin(struct frag_ink *ink, const struct frag_builtin *builtin,
		      struct frag_error *e)
{
	struct frag_scenario s;
	const char *about;
	char summary[256];
	char name[80];
	uint64_t whole = 0;
	int rc;

	(void)frag_meminfo("", "MemAvailable", &whole);
	rc = frag_scenario_load(&s, builtin->name, whole, e);
	if (rc)
		goto out;
	snprintf(name, sizeof(name), "%s (scenario)", builtin->name);
	frag_ink_entry(ink, name, NULL,
		       frag_builtin_summary(builtin, summary, sizeof(summary)));
	about = strchr(s.about, '\n');
	frag_ink_text(ink, about ? about + 1 : "");
	settings_put(ink, &s);
	frag_ink_label(ink, "phases", COLUMN);
	for (unsigned i = 0; i < s.nphases; i++)
		phase_put(ink, &s.phases[i], whole);
	snprintf(name, sizeof(name), "fragbench run %s --dry-run",
		 builtin->name);
	frag_ink_text(ink, "Every setting, with its value here:");
	frag_ink_code(ink, name);
out:
	frag_scenario_free(&s);
	return rc;
}
