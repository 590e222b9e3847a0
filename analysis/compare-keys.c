// SPDX-License-Identifier: GPL-2.0-or-later
/* Where in what a run says of itself the value of a key stands: facts of the
 * machine, keys of the scenario and its workloads, knobs. */
#include "compare-parts.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "run.h"

/* Settings that are no part of what was done: one may differ in them. knobs are
 * looked at one by one; how often was sampled is a matter of its own. */
static const char *const loose[] = { "rate", "seed", "output", "knobs", NULL };

static bool is_among(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

json_t *frag_compare_settings(const json_t *m)
{
	json_t *flat = json_object();
	const char *key;
	json_t *value;
	json_t *work;
	size_t i;

	json_object_foreach(json_object_get(m, "options"), key, value)
	{
		if (!is_among(loose, key))
			json_object_set(flat, key, value);
	}
	json_array_foreach(json_object_get(m, "workloads"), i, work)
	{
		json_object_foreach(json_object_get(work, "options"), key,
				    value)
		{
			char name[160];

			snprintf(name, sizeof(name), "%s.%s",
				 frag_json_string(work, "phase"), key);
			json_object_set(flat, name, value);
		}
	}
	return flat;
}

/* The last part of "vm.NAME", "a/b/NAME" and "PHASE.NAME". */
static const char *last_part(const char *name)
{
	const char *end = name + strlen(name);

	while (end > name && end[-1] != '.' && end[-1] != '/')
		end--;
	return end;
}

json_t *frag_compare_knobs(const json_t *m)
{
	json_t *flat = json_object();
	json_t *knob;
	size_t i;

	json_array_foreach(json_object_get(m, "knobs"), i, knob)
	{
		const char *name = last_part(frag_json_string(knob, "name"));

		if (*name)
			json_object_set(flat, name,
					json_object_get(knob, "during"));
	}
	return flat;
}

bool frag_compare_is_key(const struct frag_compare *c, const char *name)
{
	for (unsigned i = 0; i < c->config.nby; i++) {
		const char *key = c->config.by[i];

		if (!strcmp(key, name) || !strcmp(key, last_part(name)) ||
		    (!strchr(name, '.') && !strcmp(last_part(key), name)))
			return true;
	}
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

/* What the workloads have at @key: several values are joined by '+'. */
static const char *workload_key(const struct frag_compare_run *r,
				const char *key, char *buf, size_t size)
{
	json_t *work;
	size_t n = 0;
	size_t i;

	buf[0] = '\0';
	json_array_foreach(json_object_get(r->facts, "workloads"), i, work)
	{
		json_t *options = json_object_get(work, "options");
		char one[128];
		const char *text = json_text(json_object_get(options, key), one,
					     sizeof(one));

		if (text && !strstr(buf, text) && n < size)
			n += (size_t)snprintf(buf + n, size - n, "%s%s",
					      n ? "+" : "", text);
	}
	return n ? buf : NULL;
}

/* Members of the machine, of its guest, of the tool, that are keys. */
static const json_t *fact_key(const struct frag_compare_run *r, const char *key)
{
	static const char *const of_machine[] = { "kernel",	    "cpus",
						  "arch",	    "page_size",
						  "kernel_version", NULL };
	static const char *const of_tool[] = { "build", "version", NULL };
	static const char *const of_run[] = { "scenario", "series", "seed",
					      "accel", NULL };
	json_t *machine = json_object_get(r->facts, "machine");

	if (is_among(of_machine, key))
		return json_object_get(machine, key);
	if (is_among(of_tool, key))
		return json_object_get(json_object_get(r->facts, "tool"), key);
	if (is_among(of_run, key))
		return json_object_get(r->facts, key);
	if (!strcmp(key, "append"))
		return json_object_get(json_object_get(machine, "guest"), key);
	return NULL;
}

static const json_t *setting_key(const struct frag_compare_run *r,
				 const char *key)
{
	json_t *machine = json_object_get(r->facts, "machine");
	const char *last = last_part(key);
	const json_t *found;

	found = json_object_get(json_object_get(r->facts, "options"), key);
	if (!found)
		found = json_object_get(json_object_get(r->facts, "settings"),
					key);
	if (!found)
		found = json_object_get(json_object_get(r->facts, "knobs"),
					last);
	if (!found)
		found = json_object_get(json_object_get(machine, "vm"), last);
	if (!found && !strncmp(key, "transparent_hugepage/", 21))
		found = json_object_get(json_object_get(machine, "thp"), last);
	return found;
}

const char *frag_compare_key(const struct frag_compare_run *r, const char *key,
			     char *buf, size_t size)
{
	const json_t *found = fact_key(r, key);

	if (!strcmp(key, "memory"))
		return memory_text(json_integer_value(json_object_get(
					   r->facts, "memory_bytes")),
				   buf, size);
	if (!found)
		found = setting_key(r, key);
	if (found)
		return json_text(found, buf, size);
	return workload_key(r, key, buf, size);
}
