// SPDX-License-Identifier: GPL-2.0-or-later
/* What a manifest says was asked for, made flat: one name for each setting of
 * the scenario, of its phases, workloads and probes, and for each knob. */
#include "compare-parts.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "run.h"

enum { NAME_SIZE = 160 };

/* Settings that are no part of what was done: one may differ in them. knobs are
 * looked at one by one; how often was sampled is a matter of its own. */
static bool is_loose(const char *key)
{
	static const char *const loose[] = { "rate", "seed",  "output",
					     "map",  "knobs", "on-failure" };

	for (size_t i = 0; i < sizeof(loose) / sizeof(loose[0]); i++)
		if (!strcmp(loose[i], key))
			return true;
	return false;
}

/* Add @name, with a number behind it when it is there already: "a", "a#2". */
static void name_add(json_t *names, const char *name, char *buf)
{
	snprintf(buf, NAME_SIZE, "%s", name);
	for (unsigned n = 2; json_object_get(names, buf); n++)
		snprintf(buf, NAME_SIZE, "%.140s#%u", name, n);
	json_object_set_new(names, buf, json_true());
}

static void options_add(json_t *flat, const char *prefix, json_t *options)
{
	const char *key;
	json_t *value;

	json_object_foreach(options, key, value)
	{
		char name[2 * NAME_SIZE];

		snprintf(name, sizeof(name), "%s.%s", prefix, key);
		json_object_set(flat, name, value);
	}
}

/* A workload or a probe of @phase: its name is a setting of the phase, its
 * options are its own, behind @name. @seen: names that were given, so that none
 * comes twice. */
static void part_add(json_t *flat, json_t *seen, const char *phase,
		     const char *kind, json_t *part, char *name)
{
	const char *type = frag_json_string(part, "name");
	char full[NAME_SIZE];

	snprintf(full, sizeof(full), "%.60s.%s", phase, kind);
	name_add(seen, full, name);
	json_object_set_new(flat, name, json_string(type));
	snprintf(full, sizeof(full), "%.60s.%.80s", phase, type);
	name_add(seen, full, name);
	options_add(flat, name, json_object_get(part, "options"));
}

/* Did this workload of an older manifest follow from the memory? */
static bool is_shared(const json_t *manifest, json_t *part)
{
	const char *share =
		frag_json_string(json_object_get(part, "options"), "share");
	json_t *warning;
	size_t i;

	if (strcspn(share, "123456789") < strlen(share))
		return true;
	json_array_foreach(json_object_get(manifest, "warnings"), i, warning)
	{
		if (strstr(frag_json_string(warning, "text"), "scaled down:"))
			return true;
	}
	return false;
}

static void fitted_add(json_t *fitted, const char *name, const char *text)
{
	uint64_t number;

	if (!frag_parse_size(text, 0, &number) && number)
		json_object_set_new(fitted, name,
				    json_integer((json_int_t)number));
}

/* What followed from the memory in the workload @part, whose options stand in
 * @flat as they came to be, behind @prefix. */
static void asked_put(json_t *flat, json_t *fitted, const char *prefix,
		      json_t *part, bool is_shared)
{
	json_t *asked = json_object_get(part, "asked");
	json_t *options = json_object_get(part, "options");
	const char *key;
	json_t *value;

	json_object_foreach(options, key, value)
	{
		char name[2 * NAME_SIZE];
		json_t *text = json_object_get(asked, key);

		snprintf(name, sizeof(name), "%s.%s", prefix, key);
		if (!text && (asked || !is_shared))
			continue;
		fitted_add(fitted, name, frag_json_string(options, key));
		if (text)
			json_object_set(flat, name, text);
	}
}

json_t *frag_compare_settings(const json_t *m, json_t *fitted)
{
	json_t *flat = json_object();
	json_t *seen = json_object();
	char buf[NAME_SIZE];
	const char *key;
	json_t *value;
	json_t *one;
	size_t i;
	size_t k;

	json_object_foreach(json_object_get(m, "options"), key, value)
	{
		if (!is_loose(key))
			json_object_set(flat, key, value);
	}
	json_array_foreach(json_object_get(m, "phases"), i, one)
	{
		const char *phase = frag_json_string(one, "name");

		options_add(flat, phase, json_object_get(one, "options"));
		json_array_foreach(json_object_get(one, "probes"), k, value)
			part_add(flat, seen, phase, "probe", value, buf);
	}
	json_array_foreach(json_object_get(m, "workloads"), i, one)
	{
		char name[NAME_SIZE];

		part_add(flat, seen, frag_json_string(one, "phase"), "workload",
			 one, name);
		asked_put(flat, fitted, name, one, is_shared(m, one));
	}
	json_decref(seen);
	return flat;
}

/* "vm.swappiness" and both folders of knobs are the same without them, as the
 * manifest has it. */
const char *frag_compare_knob_name(const char *name)
{
	static const char *const fronts[] = { "vm.", "/proc/sys/vm/",
					      "/sys/kernel/mm/" };

	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++)
		if (!strncmp(name, fronts[i], strlen(fronts[i])))
			return name + strlen(fronts[i]);
	return name;
}

json_t *frag_compare_knobs(const json_t *m, const char *by)
{
	json_t *flat = json_object();
	json_t *knob;
	size_t i;

	json_array_foreach(json_object_get(m, "knobs"), i, knob)
	{
		const char *name = frag_json_string(knob, "name");

		/* Those of a phase are settings of it. */
		if (json_object_get(knob, "phase"))
			continue;
		if (*name && (!by || !strcmp(frag_json_string(knob, "by"), by)))
			json_object_set(flat, frag_compare_knob_name(name),
					json_object_get(knob, "during"));
	}
	return flat;
}
