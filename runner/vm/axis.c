// SPDX-License-Identifier: GPL-2.0-or-later
/* What the key of an axis means: a key of the scenario, kernel parameters, or a
 * knob of the guest. */
#include "vm/matrix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenario-keys.h"
#include "scenario-knobs.h"

static int axis_fail(struct frag_error *e, const char *text)
{
	frag_usage_fail(e, "cannot vary", text);
	frag_error_why(e,
		       "an axis is KEY=VALUE,VALUE... or "
		       "KEY=VALUE;VALUE... with up to %d values",
		       FRAG_AXIS_VALUES);
	return -EINVAL;
}

static int values_split(struct frag_axis *a, char *list, const char *text,
			struct frag_error *e)
{
	const char *mark = strchr(list, ';') ? ";" : ",";
	char *value;

	while ((value = strsep(&list, mark))) {
		bool is_last_empty = !*value && !list && *mark == ';';

		if (is_last_empty && a->count)
			break; /* "0,1;": a single value with a comma */
		if (a->count == FRAG_AXIS_VALUES ||
		    (!*value && strcmp(a->key, "append") != 0))
			return axis_fail(e, text);
		for (unsigned i = 0; i < a->count; i++) {
			if (strcmp(a->values[i], value) != 0)
				continue;
			frag_usage_fail(e, "an axis has twice the value",
					value);
			return -EINVAL;
		}
		a->values[a->count++] = value;
	}
	return 0;
}

/* What this kernel has as a knob, one of another may have, too. */
static bool is_known_knob(const char *key)
{
	char path[256];

	snprintf(path, sizeof(path), "/proc/sys/vm/%s", key);
	return !access(path, F_OK);
}

static const char *key_meant(const char *key, const struct frag_scenario *s)
{
	struct frag_suggest g = frag_suggest_for(key);

	frag_suggest_offer(&g, "append");
	frag_keys_offer(&g, s);
	return g.best;
}

/* A bare name that is no key: a knob, unless a key is near it. */
static int knob_check(struct frag_axis *a, const struct frag_scenario *s,
		      struct frag_error *e)
{
	const char *meant = is_known_knob(a->key) ? NULL : key_meant(a->key, s);

	a->kind = FRAG_AXIS_KNOB;
	if (!meant)
		return 0;
	frag_usage_fail(e, "cannot vary", a->key);
	frag_error_why(e, "did you mean %s?", meant);
	frag_error_mend(e, "when it is a knob: --axis vm.%s=...", a->key);
	return -EINVAL;
}

static int kind_find(struct frag_axis *a, const struct frag_scenario *s,
		     struct frag_error *e)
{
	if (!strcmp(a->key, "append"))
		a->kind = FRAG_AXIS_APPEND;
	else if (!strcmp(a->key, "for"))
		a->kind = FRAG_AXIS_FOR;
	else if (strchr(a->key, '/') || !strncmp(a->key, "vm.", 3))
		a->kind = FRAG_AXIS_KNOB;
	else if (strchr(a->key, '.') || frag_scenario_row(a->key) ||
		 frag_option_find(frag_phase_options, a->key))
		a->kind = FRAG_AXIS_KEY;
	else
		return knob_check(a, s, e);
	return 0;
}

int frag_axis_parse(struct frag_axis *a, const char *text,
		    struct frag_scenario *s, struct frag_error *e)
{
	char *list;
	int rc;

	memset(a, 0, sizeof(*a));
	a->text = strdup(text);
	if (!a->text)
		return frag_fail(e, -ENOMEM, "cannot vary %s", text);
	list = strchr(a->text, '=');
	if (!list || list == a->text)
		return axis_fail(e, text);
	*list++ = '\0';
	a->key = a->text;
	rc = values_split(a, list, text, e);
	return rc ? rc : kind_find(a, s, e);
}

int frag_axis_apply(const struct frag_axis *a, unsigned i,
		    struct frag_scenario *s, struct frag_error *e)
{
	char text[1024];

	if (a->kind == FRAG_AXIS_FOR)
		return frag_scenario_set_run(s, "for", a->values[i], e);
	if (a->kind == FRAG_AXIS_APPEND)
		return 0;
	snprintf(text, sizeof(text), "%s=%s", a->key, a->values[i]);
	if (a->kind == FRAG_AXIS_KNOB)
		return frag_scenario_knob(s, text, e);
	return frag_scenario_set(s, text, e);
}

/* The file that a knob's axis writes; false when it names none. */
static bool knob_path(const struct frag_axis *a, char *path, size_t size)
{
	struct frag_asked_knobs knobs;
	char text[256];
	const struct frag_words words = { { text }, 1 };

	snprintf(text, sizeof(text), "%s=0", a->key);
	if (frag_asked_knobs_parse(&knobs, &words, NULL) || !knobs.count)
		return false;
	snprintf(path, size, "%s", knobs.knob[0].path);
	return true;
}

bool frag_axis_is_same(const struct frag_axis *a, const struct frag_axis *b)
{
	char paths[2][256];

	if (!strcmp(a->key, b->key))
		return true;
	return a->kind == FRAG_AXIS_KNOB && b->kind == FRAG_AXIS_KNOB &&
	       knob_path(a, paths[0], sizeof(paths[0])) &&
	       knob_path(b, paths[1], sizeof(paths[1])) &&
	       !strcmp(paths[0], paths[1]);
}

void frag_axis_free(struct frag_axis *a)
{
	free(a->text);
	a->text = NULL;
}
