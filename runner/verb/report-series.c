// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One page of several runs: makes the groups and the numbers as the verb
 * compare does, and hands them to Python as comparison.json.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/compare.h"
#include "base/json.h"
#include "verb/report-python.h"
#include "verb/report.h"

enum { KEYS_MAX = 2, SHOWN = 5 };

/* --- the runs
 * --------------------------------------------------------------------- */

/* One that cannot be summed up is left out by the comparison, which says why. */
static void runs_sum(json_t *found)
{
	const json_t *path;
	size_t i;

	json_array_foreach(found, i, path)
	{
		const char *run = json_string_value(path);
		const char *slash = strrchr(run, '/');
		struct frag_error ignored = { .exit = 0 };
		int fd = open(run, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (fd < 0)
			continue;
		frag_report_sum(run, slash && slash[1] ? slash + 1 : run, fd,
				&ignored);
		close(fd);
	}
}

static struct frag_compare *
compare_new(const struct frag_compare_config *config, json_t *found)
{
	struct frag_compare *c = frag_compare_new(config);
	const json_t *path;
	size_t i;

	json_array_foreach(found, i, path)
	{
		const char *run = json_string_value(path);
		int fd = open(run, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		frag_compare_add(c, fd, run, FRAG_SIDE_NONE);
		if (fd >= 0)
			close(fd);
	}
	return c;
}

/* Where nothing can be trusted, there is nothing else to show: then all take
 * part, and the page says so. */
static int config_trust(struct frag_compare_config *config, json_t *found,
			bool *are_all_untrusted, struct frag_error *e)
{
	struct frag_error why = { .exit = 0 };
	struct frag_compare *c = compare_new(config, found);
	int rc = 0;

	*are_all_untrusted = !c->nruns && c->nuntrusted;
	config->with_untrusted |= *are_all_untrusted;
	if (!c->nruns && !c->nuntrusted) {
		rc = frag_compare_finish(c, &why);
		frag_fail(e, 0, "cannot report on these runs together");
		frag_error_why(e, "%s", why.why);
		frag_error_mend(e, "fragbench report --each RUN...");
		frag_error_exit(e, why.exit);
	}
	frag_compare_free(c);
	return rc;
}

static bool differs(const struct frag_compare *c, const char *key)
{
	json_t *seen = json_object();
	bool found;

	for (unsigned i = 0; i < c->ngroups; i++) {
		json_t *values = frag_compare_values(&c->groups[i], key);
		const json_t *value;
		size_t k;

		json_array_foreach(values, k, value) json_object_set_new(
			seen, json_string_value(value), json_true());
		json_decref(values);
	}
	found = json_object_size(seen) > 1;
	json_decref(seen);
	return found;
}

/* What sets the runs apart, when nobody says it; nothing: the series. */
static int config_by(struct frag_compare_config *config, json_t *found,
		     const char *keys[KEYS_MAX], struct frag_error *e)
{
	static const char *const telling[] = { "scenario", "kernel" };
	struct frag_compare *c;
	int rc;

	if (config->nby)
		return 0;
	c = compare_new(config, found);
	rc = frag_compare_finish(c, e);
	for (unsigned i = 0; !rc && i < KEYS_MAX; i++)
		if (differs(c, telling[i]))
			keys[config->nby++] = telling[i];
	config->by = keys;
	frag_compare_free(c);
	return rc;
}

/* --- what Python gets
 * ------------------------------------------------------------------ */

static void unlike_say(const struct frag_compare *c)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->nleft_out; i++)
		if (i < SHOWN)
			fprintf(stderr, "fragbench: left out: %s: %s\n",
				c->left_out[i].path, c->left_out[i].why);
	if (c->nleft_out > SHOWN)
		fprintf(stderr,
			"fragbench: left out: %u more: the page has "
			"all\n",
			c->nleft_out - SHOWN);
	for (unsigned i = 0; i < c->nobjections; i++) {
		const struct frag_compare_objection *o = &c->objections[i];

		if (!o->is_refusal || n++ >= SHOWN)
			continue;
		fprintf(stderr, "fragbench: not alike: %s\n", o->what);
		if (*o->mend)
			fprintf(stderr, "  mend: %s\n", o->mend);
	}
	if (n > SHOWN)
		fprintf(stderr,
			"fragbench: not alike: %u more: the page has "
			"all\n",
			n - SHOWN);
}

/* The comparison as `compare --json` has it, and every metric beside it. */
static int comparison_make(struct frag_compare_config config, json_t *found,
			   json_t **json, struct frag_error *e)
{
	struct frag_compare *c = compare_new(&config, found);
	int rc = frag_compare_finish(c, e);

	*json = NULL;
	if (!rc) {
		unlike_say(c);
		*json = frag_compare_json(c);
	}
	frag_compare_free(c);
	if (rc)
		return rc;
	config.all = true;
	c = compare_new(&config, found);
	rc = frag_compare_finish(c, e);
	if (!rc) {
		json_t *all = frag_compare_json(c);

		json_object_set(*json, "all", json_object_get(all, "metrics"));
		json_decref(all);
	}
	frag_compare_free(c);
	return rc;
}

/* --- the page
 * --------------------------------------------------------------------- */

static void name_add(char *name, size_t size, const char *text)
{
	size_t n = strlen(name);

	for (; *text && n + 1 < size; text++)
		name[n++] = isalnum((unsigned char)*text)
				    ? (char)tolower((unsigned char)*text)
			    : strchr(".+-", *text) ? *text
						   : '-';
	name[n] = '\0';
}

static const char *first_scenario(const json_t *comparison)
{
	const json_t *groups = json_object_get(comparison, "groups");
	const char *name = NULL;
	const json_t *group;
	size_t i;

	json_array_foreach(groups, i, group)
	{
		const json_t *own = json_object_get(group, "scenarios");
		const char *one = json_string_value(json_array_get(own, 0));

		if (json_array_size(own) != 1 || !one ||
		    (name && strcmp(name, one) != 0))
			return "scenarios";
		name = one;
	}
	return name ? name : "scenarios";
}

/* "sbrk-interleave-by-kernel"; of one series: "sbrk-interleave-SERIES". */
static void name_make(char *name, size_t size, const json_t *comparison)
{
	const json_t *by = json_object_get(comparison, "by");
	const json_t *groups = json_object_get(comparison, "groups");
	const json_t *keys = json_object_get(json_array_get(groups, 0), "keys");
	const json_t *key;
	size_t i;

	name[0] = '\0';
	name_add(name, size, first_scenario(comparison));
	if (json_array_size(groups) == 1 && json_object_get(keys, "series")) {
		name_add(name, size, "-");
		name_add(name, size,
			 json_string_value(json_object_get(keys, "series")));
		return;
	}
	json_array_foreach(by, i, key)
	{
		name_add(name, size, i ? "-" : "-by-");
		name_add(name, size, json_string_value(key));
	}
}

static int page_draw(const struct frag_report_options *o, json_t *found,
		     json_t *comparison, struct frag_error *e)
{
	struct frag_page p = { .options = o, .comparison = comparison };
	char first[PATH_MAX];
	char name[NAME_MAX - 32];
	int rc;

	p.source = json_string_value(json_array_get(found, 0));
	if (!realpath(p.source, first))
		return frag_fail(e, -errno, "cannot find %s", p.source);
	if (strrchr(first, '/') != first)
		*strrchr(first, '/') = '\0';
	name_make(name, sizeof(name), comparison);
	p.what = name;
	p.parent = o->output ? o->output : first;
	snprintf(p.place, sizeof(p.place), "%s/%s-report", p.parent, name);
	rc = frag_script_find(p.script, sizeof(p.script), "series.py", e);
	if (!rc)
		rc = frag_page_draw(
			&p, (const char *const[]){ "comparison.json", NULL },
			e);
	if (!rc)
		frag_page_print(&p, json_pack("{s:O}", "runs", found));
	return rc;
}

int frag_report_series(const struct frag_report_options *o, json_t *found,
		       json_t *skipped, struct frag_error *e)
{
	struct frag_compare_config config = {
		.by = o->by.word,
		.nby = o->by.count,
		.differ = o->differ.word,
		.ndiffer = o->differ.count,
		.with_untrusted = o->untrusted,
		.alone = true,
	};
	const char *keys[KEYS_MAX];
	json_t *comparison = NULL;
	bool are_untrusted;
	int rc;

	runs_sum(found);
	rc = config_trust(&config, found, &are_untrusted, e);
	if (!rc)
		rc = config_by(&config, found, keys, e);
	if (!rc)
		rc = comparison_make(config, found, &comparison, e);
	if (!rc) {
		json_object_set_new(comparison, "all_untrusted",
				    json_boolean(are_untrusted));
		json_object_set(comparison, "unfinished", skipped);
		rc = page_draw(o, found, comparison, e);
	}
	json_decref(comparison);
	return rc;
}
