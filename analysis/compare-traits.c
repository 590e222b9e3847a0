// SPDX-License-Identifier: GPL-2.0-or-later
/* What must be one and the same in all runs, taken as texts: settings, knobs
 * and whatever else a key can name. */
#include "compare-parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "run.h"

enum { VALUES_SHOWN = 4 };

void frag_compare_object(struct frag_compare *c, bool is_refusal,
			 const char *what, const char *mend)
{
	c->objections = frag_compare_grow(c->objections, c->nobjections,
					  sizeof(*c->objections));
	c->objections[c->nobjections++] =
		(struct frag_compare_objection){ is_refusal, what, mend };
	c->is_refused |= is_refusal;
}

/* --- values that should be one and the same --------------------------------- */

/* How many runs have which value: an object, by value. */
json_t *frag_trait_count(struct frag_compare_run *const *runs, unsigned n,
			 const struct frag_trait *t)
{
	json_t *counts = json_object();
	char buf[FRAG_VALUE_SIZE];

	for (unsigned i = 0; i < n; i++) {
		const char *value = t->text(runs[i], t->name, buf);
		json_t *count;

		if (t->lack_is_fine && (!value || !*value))
			continue;
		value = value && *value ? value : "none";
		count = json_object_get(counts, value);
		if (count)
			json_integer_set(count, json_integer_value(count) + 1);
		else
			json_object_set_new(counts, value, json_integer(1));
	}
	return counts;
}

/* "lockstep (5 runs), free-running (1 run)". */
const char *frag_trait_counts_text(struct frag_compare *c, json_t *counts)
{
	size_t shown = 0;
	const char *value;
	char text[600] = "";
	json_t *count;
	size_t n = 0;

	json_object_foreach(counts, value, count)
	{
		long long runs = (long long)json_integer_value(count);

		if (shown == VALUES_SHOWN || n >= sizeof(text))
			break;
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "%s%.100s (%lld run%s)",
				      shown ? ", " : "", value, runs,
				      runs == 1 ? "" : "s");
		shown++;
	}
	return frag_compare_keep(c, "%s%s", text,
				 shown < json_object_size(counts) ? ", ..."
								  : "");
}

/* Object when the runs differ in it. */
static void trait_check(struct frag_compare *c, const struct frag_trait *t)
{
	json_t *counts;

	if (frag_compare_is_key(c, t->name))
		return;
	counts = frag_trait_count(c->runs, c->nruns, t);
	if (json_object_size(counts) > 1)
		frag_compare_object(
			c, t->is_refusal,
			frag_compare_keep(c, "%s differs: %s", t->what,
					  frag_trait_counts_text(c, counts)),
			t->mend);
	json_decref(counts);
}

void frag_trait_refuse(struct frag_compare *c, frag_trait_fn *text,
		       const char *name, const char *what, const char *mend)
{
	trait_check(c, &(struct frag_trait){ true, false, text, name, what,
					     mend });
}

void frag_trait_warn(struct frag_compare *c, frag_trait_fn *text,
		     const char *name, const char *what, const char *mend)
{
	trait_check(c, &(struct frag_trait){ false, true, text, name, what,
					     mend });
}

const char *frag_trait_fact(const struct frag_compare_run *r, const char *name,
			    char *buf)
{
	(void)buf;
	return frag_compare_fact(r, name);
}

const char *frag_trait_number(const struct frag_compare_run *r,
			      const char *name, char *buf)
{
	json_t *count = json_object_get(r->facts, name);

	snprintf(buf, FRAG_VALUE_SIZE, "%lld",
		 (long long)json_integer_value(count));
	return buf;
}

const char *frag_trait_key(const struct frag_compare_run *r, const char *name,
			   char *buf)
{
	return frag_compare_key(r, name, buf, FRAG_VALUE_SIZE);
}

static const char *member_text(const struct frag_compare_run *r,
			       const char *object_name, const char *name,
			       char *buf)
{
	const json_t *v =
		json_object_get(json_object_get(r->facts, object_name), name);

	if (json_is_string(v))
		return json_string_value(v);
	if (!json_is_number(v))
		return NULL;
	snprintf(buf, FRAG_VALUE_SIZE, "%.12g", json_number_value(v));
	return buf;
}

static const char *setting_trait(const struct frag_compare_run *r,
				 const char *name, char *buf)
{
	return member_text(r, "settings", name, buf);
}

/* What held during the run: what was written, or what was there. */
static const char *knob_trait(const struct frag_compare_run *r,
			      const char *name, char *buf)
{
	return frag_compare_knob(r, name, buf);
}

/* The names in the object @of of all runs, as keys of an object. */
static json_t *names_of(const struct frag_compare *c, const char *of)
{
	json_t *names = json_object();

	for (unsigned i = 0; i < c->nruns; i++)
		json_object_update(names,
				   json_object_get(c->runs[i]->facts, of));
	return names;
}

const char *frag_trait_by(struct frag_compare *c, const char *key)
{
	return frag_compare_keep(c,
				 "compare runs that are alike in it, or %s: "
				 "--%s %s",
				 c->has_sides ? "say that they are to differ"
					      : "let it make the groups",
				 c->has_sides ? "differ" : "by", key);
}

/* Has the run a workload or probe that is called as in "PHASE.NAME.KEY"? */
static bool has_part(const struct frag_compare_run *r, const char *setting)
{
	size_t n = (size_t)(strrchr(setting, '.') - setting) + 1;
	const char *name;
	json_t *value;

	json_object_foreach(json_object_get(r->facts, "settings"), name, value)
	{
		if (!strncmp(name, setting, n))
			return true;
	}
	return false;
}

/* Where the workload itself is another, that is said, and nothing of its keys. */
static bool is_everywhere(const struct frag_compare *c, const char *setting)
{
	if (strchr(setting, '.') == strrchr(setting, '.'))
		return true;
	for (unsigned i = 0; i < c->nruns; i++)
		if (!has_part(c->runs[i], setting))
			return false;
	return true;
}

/* The shortest key that makes groups of the setting @name and of nothing that
 * is called otherwise: "mode", where that is no fact and no option. */
static const char *setting_mend(struct frag_compare *c, const char *name)
{
	const char *last = strrchr(name, '.');
	struct frag_compare asking = *c;

	last = last && !strchr(last, '#') ? last + 1 : name;
	asking.config.by = &last;
	asking.config.nby = 1;
	asking.config.ndiffer = 0;
	if (!frag_compare_is_setting(&asking, name))
		last = name;
	return frag_trait_by(c, last);
}

/* --- settings that followed from the memory ---------------------------------- */

/* What the setting came to; 0: it is no number. */
static double number_of(const struct frag_compare_run *r, const char *name)
{
	json_t *fitted =
		json_object_get(json_object_get(r->facts, "fitted"), name);
	char buf[FRAG_VALUE_SIZE];
	const char *text = setting_trait(r, name, buf);
	uint64_t number = 0;

	if (fitted)
		return json_number_value(fitted);
	return text && !frag_parse_size(text, 0, &number) ? (double)number : 0;
}

/* What was asked for; NULL where the manifest has only what it came to. */
static const char *asked_trait(const struct frag_compare_run *r,
			       const char *name, char *buf)
{
	const char *text = setting_trait(r, name, buf);
	json_t *fitted =
		json_object_get(json_object_get(r->facts, "fitted"), name);
	uint64_t number;

	if (text && fitted && !frag_parse_size(text, 0, &number) &&
	    (double)number == json_number_value(fitted))
		return NULL;
	return text;
}

/* As far as the memory may be apart. */
static void fitted_object(struct frag_compare *c,
			  struct frag_compare_run *const *runs, unsigned n,
			  const char *name, const char *where)
{
	double min = INFINITY;
	double max = 0;

	for (unsigned i = 0; i < n; i++) {
		double number = number_of(runs[i], name);

		min = fmin(min, number);
		max = fmax(max, number);
	}
	if (max - min > FRAG_MEMORY_SHARE * max)
		frag_compare_object(
			c, true,
			frag_compare_keep(c,
					  "%s, which followed from the memory, "
					  "differs%s: %.0f to %.0f",
					  name, where, min, max),
			setting_mend(c, name));
}

static void fitted_check(struct frag_compare *c, const char *name)
{
	trait_check(c, &(struct frag_trait){ true, true, asked_trait, name,
					     name, setting_mend(c, name) });
	if (!frag_compare_is_key(c, "memory")) {
		fitted_object(c, c->runs, c->nruns, name, "");
		return;
	}
	for (unsigned i = 0; i < c->ngroups; i++)
		fitted_object(c, c->groups[i].runs, c->groups[i].nruns, name,
			      frag_compare_keep(c, " inside of %s",
						c->groups[i].label));
}

bool frag_compare_has_fitted(const struct frag_compare *c)
{
	for (unsigned i = 0; i < c->nruns; i++)
		if (json_object_size(
			    json_object_get(c->runs[i]->facts, "fitted")))
			return true;
	return false;
}

void frag_compare_check_settings(struct frag_compare *c)
{
	json_t *names = names_of(c, "settings");
	json_t *fitted = names_of(c, "fitted");
	const char *name;
	json_t *value;

	json_object_foreach(names, name, value)
	{
		if (frag_compare_is_setting(c, name) || !is_everywhere(c, name))
			continue;
		if (json_object_get(fitted, name))
			fitted_check(c, name);
		else
			frag_trait_refuse(c, setting_trait, name, name,
					  setting_mend(c, name));
	}
	json_decref(names);
	json_decref(fitted);
}

/* Those that the user asked for, in any of the runs: what ballast, pcp = small
 * and probes write for their own ends follows from the machine. */
void frag_compare_check_knobs(struct frag_compare *c)
{
	json_t *names = names_of(c, "asked_knobs");
	const char *name;
	json_t *value;

	json_object_foreach(names, name, value)
	{
		if (!frag_compare_is_knob(c, name))
			frag_trait_refuse(c, knob_trait, name,
					  frag_compare_keep(c, "the knob %s",
							    name),
					  frag_trait_by(c, name));
	}
	json_decref(names);
}

/* Settings that nobody wrote: kernels have their own defaults. Those that
 * follow the size of the memory are left to the check of that. */
void frag_compare_check_defaults(struct frag_compare *c)
{
	static const char *const names[] = {
		"compaction_proactiveness",
		"compact_unevictable_allowed",
		"defrag_mode",
		"extfrag_threshold",
		"swappiness",
		"watermark_boost_factor",
		"watermark_scale_factor",
	};
	json_t *knobs = names_of(c, "asked_knobs");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!json_object_get(knobs, names[i]) &&
		    !frag_compare_is_knob(c, names[i]))
			frag_trait_warn(c, knob_trait, names[i],
					frag_compare_keep(c, "the setting vm.%s",
							  names[i]),
					frag_trait_by(c, names[i]));
	json_decref(knobs);
}
