// SPDX-License-Identifier: GPL-2.0-or-later
/* Which runs make a group, in which order groups stand and how they are called
 * at the head of a column. */
#include "compare-parts.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fragbench/suggest.h"

/* What stands between the values of an id: less than any text. */
static const char id_gap[] = "\x01";

static const char *side_text(const struct frag_compare_run *r)
{
	return r->side == FRAG_SIDE_NEW ? "new" : "base";
}

/* The value of the @i-th key of @r; "none" when it has none. */
static const char *value_of(const struct frag_compare *c,
			    const struct frag_compare_run *r, unsigned i,
			    char *buf)
{
	const char *value;

	if (!c->config.nby)
		return c->has_sides ? side_text(r)
				    : frag_compare_fact(r, "series");
	value = frag_compare_key(r, c->config.by[i], buf, FRAG_VALUE_SIZE);
	return value && *value ? value : "none";
}

static const char *key_name(const struct frag_compare *c, unsigned i)
{
	if (c->config.nby)
		return c->config.by[i];
	return c->has_sides ? "side" : "series";
}

static unsigned key_count(const struct frag_compare *c)
{
	return c->config.nby ? c->config.nby : 1;
}

/* "6.18.44-amd64" is 6.18.44, "7.3.0-rc2-x" 7.3.0-rc2: the digits in front. */
static void kernel_shorten(char *text)
{
	size_t n = strspn(text, "0123456789.");

	if (!n)
		return;
	if (!strncmp(text + n, "-rc", 3))
		n += 3 + strspn(text + n + 3, "0123456789");
	text[n] = '\0';
}

/* Does a value say by itself of what it is? "lockstep" does, "0" does not. */
static bool is_telling(const char *key, const char *value)
{
	static const char *const mute[] = { "none", "yes", "no" };

	if (!strcmp(key, "kernel") || !strcmp(key, "memory") ||
	    !strcmp(key, "series"))
		return true;
	for (unsigned i = 0; i < sizeof(mute) / sizeof(mute[0]); i++)
		if (!strcmp(value, mute[i]))
			return !strcmp(key, "accel");
	return isalpha((unsigned char)value[0]);
}

/* The values of the group, joined; kernels short when @is_short. */
static const char *label_make(struct frag_compare *c,
			      const struct frag_compare_group *g, bool is_short)
{
	char label[512] = "";
	char value[FRAG_VALUE_SIZE];
	size_t n = 0;

	for (unsigned i = 0; i < key_count(c) && n < sizeof(label); i++) {
		const char *name = key_name(c, i);
		bool is_named;

		snprintf(value, sizeof(value), "%s",
			 json_string_value(json_object_get(g->keys, name)));
		if (is_short && !strcmp(name, "kernel"))
			kernel_shorten(value);
		is_named = !is_telling(name, value);
		n += (size_t)snprintf(label + n, sizeof(label) - n, "%s%s%s%s",
				      i ? ", " : "", is_named ? name : "",
				      is_named ? "=" : "", value);
	}
	return frag_compare_keep(c, "%s", label);
}

/* Series have long names: their columns carry numbers, in order of time. */
static void labels_set(struct frag_compare *c)
{
	bool is_series = !c->config.nby && !c->has_sides;

	for (unsigned i = 0; i < c->ngroups; i++)
		c->groups[i].label =
			is_series ? frag_compare_keep(c, "#%u", i + 1)
				  : label_make(c, &c->groups[i], true);
	for (unsigned i = 0; i + 1 < c->ngroups; i++)
		for (unsigned j = i + 1; j < c->ngroups; j++) {
			struct frag_compare_group *a = &c->groups[i];
			struct frag_compare_group *b = &c->groups[j];

			if (strcmp(a->label, b->label) != 0)
				continue;
			a->label = label_make(c, a, false);
			b->label = label_make(c, b, false);
		}
}

static const char *id_make(struct frag_compare *c,
			   const struct frag_compare_run *r)
{
	char id[1024] = "";
	char buf[FRAG_VALUE_SIZE];
	size_t n = 0;

	for (unsigned i = 0; i < key_count(c) && n < sizeof(id); i++)
		n += (size_t)snprintf(id + n, sizeof(id) - n, "%s%s",
				      i ? id_gap : "", value_of(c, r, i, buf));
	return frag_compare_keep(c, "%s", id);
}

static struct frag_compare_group *group_of(struct frag_compare *c,
					   const struct frag_compare_run *r)
{
	const char *id = id_make(c, r);
	struct frag_compare_group *g;
	char buf[FRAG_VALUE_SIZE];

	for (unsigned i = 0; i < c->ngroups; i++)
		if (!strcmp(c->groups[i].id, id))
			return &c->groups[i];
	c->groups =
		frag_compare_grow(c->groups, c->ngroups, sizeof(*c->groups));
	g = &c->groups[c->ngroups++];
	*g = (struct frag_compare_group){ .id = id, .keys = json_object() };
	for (unsigned i = 0; i < key_count(c); i++)
		json_object_set_new(g->keys, key_name(c, i),
				    json_string(value_of(c, r, i, buf)));
	return g;
}

/* By their values, numbers in them as numbers: 6.1 stands before 6.12. */
static int groups_order(const void *a, const void *b)
{
	const struct frag_compare_group *x = a;
	const struct frag_compare_group *y = b;

	return strverscmp(x->id, y->id);
}

static int runs_order(const void *a, const void *b)
{
	const struct frag_compare_run *x = *(struct frag_compare_run *const *)a;
	const struct frag_compare_run *y = *(struct frag_compare_run *const *)b;
	int order = strcmp(frag_compare_fact(x, "start_utc"),
			   frag_compare_fact(y, "start_utc"));

	return order ? order
		     : (x->number > y->number) - (x->number < y->number);
}

/* --- what is wrong with what was asked ------------------------------------- */

static int usage_fail(const struct frag_compare *c, struct frag_error *e)
{
	bool is_doubt = c->nleft_out > c->nrepeated;

	frag_error_exit(e, is_doubt ? FRAG_EXIT_DOUBT : FRAG_EXIT_USAGE);
	return -EINVAL;
}

static void keys_offer(struct frag_suggest *s, const json_t *facts)
{
	static const char *const known[] = { "kernel", "scenario", "series",
					     "accel",  "memory",   "cpus",
					     "arch",   "seed",	   "append",
					     "build",  "version" };
	static const char *const objects[] = { "options", "knobs", "settings" };
	json_t *vm = json_object_get(json_object_get(facts, "machine"), "vm");
	const char *key;
	json_t *value;

	for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		frag_suggest_offer(s, known[i]);
	for (unsigned i = 0; i < 3; i++)
		json_object_foreach(json_object_get(facts, objects[i]), key,
				    value)
		{
			const char *dot = strrchr(key, '.');

			frag_suggest_offer(s, dot ? dot + 1 : key);
		}
	json_object_foreach(vm, key, value) frag_suggest_offer(s, key);
}

/* @key is the last part of several knobs that were written. */
static int knobs_fail(const char *key, const char *what, json_t *meant,
		      struct frag_error *e)
{
	void *first = json_object_iter(meant);
	void *second = json_object_iter_next(meant, first);

	frag_fail(e, 0, "cannot %s '%s'", what, key);
	frag_error_why(e, "it may be the knob %s or %s",
		       json_object_iter_key(first),
		       json_object_iter_key(second));
	frag_error_mend(e, "give the whole name: --%s %s",
			!strcmp(what, "differ in") ? "differ" : "by",
			json_object_iter_key(first));
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int knobs_check(const struct frag_compare *c, const char *key,
		       const char *what, struct frag_error *e)
{
	json_t *meant = frag_compare_knobs_meant(c, key);
	int rc = 0;

	if (json_object_size(meant) > 1)
		rc = knobs_fail(key, what, meant, e);
	json_decref(meant);
	return rc;
}

static int key_check(const struct frag_compare *c, const char *key,
		     const char *what, struct frag_error *e)
{
	struct frag_suggest s = frag_suggest_for(key);
	char buf[FRAG_VALUE_SIZE];

	for (unsigned i = 0; i < c->nruns; i++)
		if (frag_compare_key(c->runs[i], key, buf, sizeof(buf)))
			return 0;
	if (c->nruns)
		keys_offer(&s, c->runs[0]->facts);
	frag_fail(e, 0, "cannot %s '%s'", what, key);
	if (s.best)
		frag_error_why(e, "did you mean %s?", s.best);
	else
		frag_error_why(e, "no run has a key, an option or a knob of "
				  "that name");
	frag_error_mend(e, "fragbench help compare");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int keys_check(const struct frag_compare *c, const char *const *keys,
		      unsigned n, const char *what, struct frag_error *e)
{
	for (unsigned i = 0; i < n; i++)
		if (knobs_check(c, keys[i], what, e) ||
		    key_check(c, keys[i], what, e))
			return -EINVAL;
	return 0;
}

/* Of a single group @g: say so, and why there is no other. */
static int alone_fail(const struct frag_compare *c, struct frag_error *e)
{
	const struct frag_compare_group *g = &c->groups[0];
	char by[256];

	frag_fail(e, 0, "there is nothing to compare");
	if (c->nleft_out)
		frag_error_why(e, "of %u runs %u take%s no part: %s",
			       c->nleft_out + c->nruns, c->nleft_out,
			       c->nleft_out == 1 ? "s" : "",
			       c->left_out[0].why);
	else if (c->nruns == 1)
		frag_error_why(e, "there is one run only");
	else
		frag_error_why(e, "all %u runs are of one %s: %s", c->nruns,
			       frag_compare_by_text(c, by, sizeof(by)),
			       c->config.nby ? g->label : g->id);
	if (c->nuntrusted)
		frag_error_mend(e, "--untrusted lets untrusted runs take part");
	else
		frag_error_mend(e, "name runs of another kind, or group them "
				   "otherwise: --by KEY");
	return usage_fail(c, e);
}

static int none_fail(const struct frag_compare *c, struct frag_error *e)
{
	frag_fail(e, 0, "there is nothing to compare");
	if (c->nleft_out)
		frag_error_why(e, "no run can take part: %s: %s",
			       c->left_out[0].path, c->left_out[0].why);
	else
		frag_error_why(e, "no run was found");
	if (c->nuntrusted)
		frag_error_mend(e, "--untrusted lets untrusted runs take part");
	else
		frag_error_mend(e, "name run directories, or a folder that "
				   "holds some: ls results");
	return usage_fail(c, e);
}

int frag_compare_groups(struct frag_compare *c, struct frag_error *e)
{
	if (!c->nruns)
		return none_fail(c, e);
	if (keys_check(c, c->config.by, c->config.nby, "group by", e) ||
	    keys_check(c, c->config.differ, c->config.ndiffer, "differ in", e))
		return -EINVAL;
	for (unsigned i = 0; i < c->nruns; i++) {
		struct frag_compare_group *g = group_of(c, c->runs[i]);

		/* A list of pointers. */
		g->runs = frag_compare_grow(g->runs, g->nruns, sizeof(void *));
		g->runs[g->nruns++] = c->runs[i];
	}
	if (c->ngroups > 1)
		qsort(c->groups, c->ngroups, sizeof(*c->groups), groups_order);
	for (unsigned i = 0; i < c->ngroups; i++) {
		struct frag_compare_group *g = &c->groups[i];

		/* A list of pointers. */
		qsort(g->runs, g->nruns, sizeof(void *), runs_order);
	}
	labels_set(c);
	return c->ngroups < 2 && !c->config.alone ? alone_fail(c, e) : 0;
}
