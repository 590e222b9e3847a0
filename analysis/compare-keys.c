// SPDX-License-Identifier: GPL-2.0-or-later
/* Where in what a run says of itself the value of a key stands: facts of the
 * machine, settings of the scenario and its parts, knobs. */
#include "compare-parts.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "run.h"

static bool is_among(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

/* "always [madvise] never" has chosen madvise. */
static const char *choice_text(const char *text, char *buf, size_t size)
{
	const char *from = strchr(text, '[');
	size_t n = from ? strcspn(from + 1, "]") : 0;

	if (!from || from[n + 1] != ']')
		return text;
	snprintf(buf, size, "%.*s", (int)n, from + 1);
	return buf;
}

static const char *json_text(const json_t *v, char *buf, size_t size)
{
	if (json_is_string(v))
		return choice_text(json_string_value(v), buf, size);
	if (json_is_integer(v))
		snprintf(buf, size, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		snprintf(buf, size, "%g", json_real_value(v));
	else if (json_is_boolean(v))
		return json_is_true(v) ? "yes" : "no";
	else
		return NULL;
	return buf;
}

/* "1.0 GiB": kernels leave a little more or less of the same memory. */
static const char *memory_text(json_int_t bytes, char *buf, size_t size)
{
	double mib = (double)bytes / (1024 * 1024);

	if (bytes <= 0)
		return NULL;
	if (mib < 1000)
		snprintf(buf, size, "%.0f MiB", mib);
	else
		snprintf(buf, size, "%.1f GiB", mib / 1024);
	return buf;
}

/* --- where the value of a key stands ---------------------------------------- */

/* Members of the machine, of its guest, of the tool, that are keys; memory and
 * these hide whatever else is called so. */
static const char *const of_machine[] = { "kernel",    "cpus",		 "arch",
					  "page_size", "kernel_version", NULL };
static const char *const of_tool[] = { "build", "version", NULL };
static const char *const of_run[] = { "scenario", "series", "seed", "accel",
				      NULL };

static bool is_fact(const char *key)
{
	return is_among(of_machine, key) || is_among(of_tool, key) ||
	       is_among(of_run, key) || !strcmp(key, "append") ||
	       !strcmp(key, "memory");
}

static const json_t *fact_get(const struct frag_compare_run *r, const char *key)
{
	json_t *machine = json_object_get(r->facts, "machine");

	if (is_among(of_machine, key))
		return json_object_get(machine, key);
	if (is_among(of_tool, key))
		return json_object_get(json_object_get(r->facts, "tool"), key);
	if (is_among(of_run, key))
		return json_object_get(r->facts, key);
	return json_object_get(json_object_get(machine, "guest"), key);
}

static const json_t *option_get(const struct frag_compare_run *r,
				const char *key)
{
	return json_object_get(json_object_get(r->facts, "options"), key);
}

/* Up to the number that the second of a name carries. */
static size_t plain_length(const char *text)
{
	return strcspn(text, "#");
}

/* Of a phase that runs workloads? --for, and --axis for, set those alone. */
static bool is_of_running(const struct frag_compare_run *r, const char *name)
{
	json_t *actions = json_object_get(r->facts, "actions");
	char phase[FRAG_PHASE_NAME];

	snprintf(phase, sizeof(phase), "%.*s", (int)strcspn(name, "."), name);
	return !strcmp(frag_json_string(actions, phase), "run");
}

/* Does the key @key ("mode", "PHASE.mode") mean the setting @name, which is
 * PHASE.mode or PHASE.WORKLOAD.mode? */
static bool setting_fits(const struct frag_compare_run *r, const char *name,
			 const char *key)
{
	const char *last = strrchr(name, '.');
	const char *wanted = strrchr(key, '.');
	size_t n;

	if (!strcmp(name, key))
		return true;
	if (!last)
		return false;
	last++;
	n = plain_length(last);
	if (!wanted)
		return strlen(key) == n && !strncmp(key, last, n) &&
		       (strcmp(key, "for") != 0 || is_of_running(r, name));
	return strlen(wanted + 1) == n && !strncmp(wanted + 1, last, n) &&
	       strcspn(name, ".") == (size_t)(wanted - key) &&
	       !strncmp(name, key, (size_t)(wanted - key));
}

/* The last part of "a/b/NAME". */
static const char *last_part(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static bool knob_fits(const char *name, const char *key)
{
	key = frag_compare_knob_name(key);
	return !strcmp(name, key) || !strcmp(last_part(name), key);
}

/* One knob of several that end alike is none. */
static const char *knob_choose(const json_t *names, const char *key)
{
	const char *plain = frag_compare_knob_name(key);
	const char *found = NULL;
	const char *name;
	json_t *value;

	if (json_object_get(names, plain))
		return plain;
	json_object_foreach((json_t *)(uintptr_t)names, name, value)
	{
		if (knob_fits(name, key) && found)
			return NULL;
		if (knob_fits(name, key))
			found = name;
	}
	return found;
}

/* What stood there before the run, which has not touched it. */
static json_t *knob_default(const json_t *machine, const char *name)
{
	static const char *const thp[][2] = {
		{ "transparent_hugepage/enabled", "enabled" },
		{ "transparent_hugepage/defrag", "defrag" },
		{ "transparent_hugepage/khugepaged/defrag",
		  "khugepaged_defrag" },
	};

	for (size_t i = 0; i < sizeof(thp) / sizeof(thp[0]); i++)
		if (!strcmp(name, thp[i][0]))
			return json_object_get(json_object_get(machine, "thp"),
					       thp[i][1]);
	return json_object_get(json_object_get(machine, "vm"), name);
}

/* A whole name that ends as that of a knob which was written is not that. */
const char *frag_compare_knob(const struct frag_compare_run *r,
			      const char *name, char *buf)
{
	json_t *value =
		json_object_get(json_object_get(r->facts, "knobs"), name);

	if (!value)
		value = knob_default(json_object_get(r->facts, "machine"),
				     name);
	return json_text(value, buf, FRAG_VALUE_SIZE);
}

static const json_t *knob_get(const struct frag_compare_run *r, const char *key)
{
	json_t *knobs = json_object_get(r->facts, "knobs");
	const char *name = knob_choose(knobs, key);

	if (name)
		return json_object_get(knobs, name);
	return knob_default(json_object_get(r->facts, "machine"),
			    frag_compare_knob_name(key));
}

/* --- the value
 * ---------------------------------------------------------------- */

/* What the settings that fit have: one value, or all of them joined by '+', for
 * no other run may have the same text that has not the same values. */
static const char *settings_text(const struct frag_compare_run *r,
				 const char *key, char *buf, size_t size)
{
	json_t *settings = json_object_get(r->facts, "settings");
	const char *first = NULL;
	bool is_one = true;
	const char *name;
	char one[128];
	char kept[128];
	json_t *value;
	size_t n = 0;

	buf[0] = '\0';
	json_object_foreach(settings, name, value)
	{
		const char *text = setting_fits(r, name, key)
					   ? json_text(value, one, sizeof(one))
					   : NULL;

		if (!text)
			continue;
		if (!first) {
			snprintf(kept, sizeof(kept), "%s", text);
			first = kept;
		}
		is_one &= !strcmp(first, text);
		if (n < size)
			n += (size_t)snprintf(buf + n, size - n, "%s%s",
					      n ? "+" : "", text);
	}
	if (first && is_one)
		snprintf(buf, size, "%s", first);
	return first ? buf : NULL;
}

const char *frag_compare_key(const struct frag_compare_run *r, const char *key,
			     char *buf, size_t size)
{
	const char *text;

	if (!strcmp(key, "memory"))
		return memory_text(json_integer_value(json_object_get(
					   r->facts, "memory_bytes")),
				   buf, size);
	if (is_fact(key))
		return json_text(fact_get(r, key), buf, size);
	if (option_get(r, key))
		return json_text(option_get(r, key), buf, size);
	text = settings_text(r, key, buf, size);
	return text ? text : json_text(knob_get(r, key), buf, size);
}

/* --- what makes the groups
 * ----------------------------------------------------- */

/* Of all keys in which runs may differ: those that make groups come first. */
static const char *key_at(const struct frag_compare *c, unsigned i)
{
	const struct frag_compare_config *config = &c->config;

	return i < config->nby ? config->by[i]
			       : config->differ[i - config->nby];
}

unsigned frag_compare_keys(const struct frag_compare *c)
{
	return c->config.nby + c->config.ndiffer;
}

bool frag_compare_is_key(const struct frag_compare *c, const char *name)
{
	for (unsigned i = 0; i < frag_compare_keys(c); i++)
		if (!strcmp(key_at(c, i), name))
			return true;
	return false;
}

/* Does @key take its value from an option of the scenario in any run, or from
 * a setting of a phase? Then it is nothing else. */
static bool is_hidden(const struct frag_compare *c, const char *key,
		      bool by_settings)
{
	bool is = is_fact(key);
	char buf[FRAG_VALUE_SIZE];

	for (unsigned i = 0; !is && i < c->nruns; i++)
		is = option_get(c->runs[i], key) ||
		     (by_settings &&
		      settings_text(c->runs[i], key, buf, sizeof(buf)));
	return is;
}

static bool setting_fits_any(const struct frag_compare *c, const char *name,
			     const char *key)
{
	for (unsigned i = 0; i < c->nruns; i++)
		if (setting_fits(c->runs[i], name, key))
			return true;
	return false;
}

bool frag_compare_is_setting(const struct frag_compare *c, const char *name)
{
	for (unsigned i = 0; i < frag_compare_keys(c); i++) {
		const char *key = key_at(c, i);

		if (is_fact(key))
			continue;
		if (!strcmp(name, key) || (setting_fits_any(c, name, key) &&
					   !is_hidden(c, key, false)))
			return true;
	}
	return false;
}

json_t *frag_compare_knobs_meant(const struct frag_compare *c, const char *key)
{
	const char *whole = frag_compare_knob_name(key);
	json_t *meant = json_object();

	if (is_hidden(c, key, true))
		return meant;
	for (unsigned i = 0; i < c->nruns; i++) {
		json_t *knobs = json_object_get(c->runs[i]->facts, "knobs");
		const char *name;
		json_t *value;

		json_object_foreach(knobs, name, value)
		{
			if (knob_fits(name, key))
				json_object_set(meant, name, value);
		}
	}
	/* A whole name means itself, also where nobody wrote it. */
	if (!json_object_size(meant) || json_object_get(meant, whole)) {
		json_object_clear(meant);
		json_object_set_new(meant, whole, json_true());
	}
	return meant;
}

bool frag_compare_is_knob(const struct frag_compare *c, const char *name)
{
	bool is = false;

	for (unsigned i = 0; !is && i < frag_compare_keys(c); i++) {
		json_t *meant = frag_compare_knobs_meant(c, key_at(c, i));

		is = json_object_get(meant, name);
		json_decref(meant);
	}
	return is;
}
