// SPDX-License-Identifier: GPL-2.0-or-later
/* The arms of a scenario: what they are called, and what they set. */
#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "scenario-arms.h"
#include "scenario-keys.h"

int frag_arm_fail(struct frag_scenario *s, const char *arm, const char *what,
		  const char *name)
{
	frag_fail(s->error, 0, "arm %s: %s '%s'", arm, what, name);
	frag_error_exit(s->error, FRAG_EXIT_USAGE);
	return -EINVAL;
}

/* --- reading --- */

static struct frag_arm *arm_find(struct frag_scenario *s, const char *name)
{
	for (unsigned i = 0; i < s->narms; i++)
		if (!strcmp(s->arms[i].name, name))
			return &s->arms[i];
	return NULL;
}

static bool is_label(const char *name)
{
	return *name && strlen(name) < FRAG_PHASE_NAME &&
	       !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789+-")];
}

int frag_arm_begin(struct frag_scenario *s, const char *name)
{
	if (!is_label(name)) {
		frag_usage_fail(s->error, "cannot name an arm", name);
		frag_error_why(s->error, "a name is made of a-z, 0-9, + and -");
		return -EINVAL;
	}
	if (arm_find(s, name))
		return frag_usage_fail(s->error, "there are two arms", name);
	if (s->narms == FRAG_ARMS_MAX)
		return frag_usage_fail(s->error, "too many arms at", name);
	snprintf(s->arms[s->narms++].name, FRAG_PHASE_NAME, "%s", name);
	return 0;
}

/* Set @key of @arm; of one that is there already the last value counts, but
 * knobs are several. */
static int setting_put(struct frag_scenario *s, struct frag_arm *arm,
		       const char *key, const char *value, bool is_more)
{
	struct frag_setting *one = arm->settings;
	char text[1024];
	unsigned i = 0;

	while (i < arm->nsettings && strcmp(arm->settings[i].key, key) != 0)
		i++;
	if (i == FRAG_ARM_SETTINGS)
		return frag_arm_fail(s, arm->name, "too many settings at", key);
	one += i;
	if (is_more && i < arm->nsettings) {
		if (snprintf(text, sizeof(text), "%s %s", one->value, value) >=
		    (int)sizeof(text))
			return frag_arm_fail(s, arm->name, "too long:", key);
		value = text;
	}
	one->key = frag_scenario_keep(s, key);
	one->value = frag_scenario_keep(s, value);
	arm->nsettings += i == arm->nsettings;
	return 0;
}

static bool is_knobs(const char *key)
{
	const char *dot = strchr(key, '.');

	return !strcmp(dot ? dot + 1 : key, "knobs");
}

int frag_arm_key(struct frag_scenario *s, const char *name, const char *key,
		 const char *value)
{
	struct frag_arm *arm = arm_find(s, name);

	if (!arm)
		return frag_usage_fail(s->error, "there is no arm", name);
	if (!strcmp(key, "phases")) {
		arm->dealt = value;
		return 0;
	}
	return setting_put(s, arm, key, value, is_knobs(key));
}

/* --- settings --- */

/* The phase that @star is in arm number @arm. */
static struct frag_phase *phase_in(struct frag_scenario *s, unsigned arm,
				   const char *star)
{
	for (unsigned i = 0; i < s->nphases; i++)
		if (s->phases[i].arm == arm && !strcmp(s->phases[i].star, star))
			return &s->phases[i];
	return NULL;
}

static int star_unknown(struct frag_scenario *s, const char *arm,
			const char *name)
{
	struct frag_suggest g = frag_suggest_for(name);

	if (frag_phase_find(s, name)) {
		frag_arm_fail(s, arm, "cannot set anything of phase", name);
		frag_error_why(s->error, "it has no star: it is done once, "
					 "outside of the arms");
		return -EINVAL;
	}
	for (unsigned i = 0; i < s->nphases; i++)
		if (s->phases[i].arm)
			frag_suggest_offer(&g, s->phases[i].star);
	frag_arm_fail(s, arm, "there is no phase", name);
	if (g.best)
		frag_error_why(s->error, "did you mean %s?", g.best);
	return -EINVAL;
}

/* "KEY = VALUE": of all phases of the arm that have it. */
static int bare_apply(struct frag_scenario *s, unsigned arm,
		      const struct frag_setting *one)
{
	const char *name = s->arms[arm - 1].name;
	int found = -ENOENT;

	if (!is_knobs(one->key) &&
	    frag_option_find(frag_scenario_options, one->key)) {
		frag_arm_fail(s, name, "cannot set", one->key);
		frag_error_why(s->error, "it is of the whole scenario");
		return -EINVAL;
	}
	for (unsigned i = 0; i < s->nphases; i++) {
		struct frag_phase *p = &s->phases[i];
		int rc;

		if (p->arm != arm)
			continue;
		rc = is_knobs(one->key)
			     ? frag_phase_key(s, p, one->key, one->value)
			     : frag_parts_set(s, p, one->key, one->value);
		if (rc && rc != -ENOENT)
			return rc;
		found = rc ? found : 0;
	}
	if (found != -ENOENT)
		return found;
	frag_arm_fail(s, name, "no workload or probe has the key", one->key);
	if (frag_option_find(frag_phase_options, one->key))
		frag_error_why(s->error,
			       "it is a key of the phases: say of "
			       "which, PHASE.%s",
			       one->key);
	return -EINVAL;
}

static int setting_apply(struct frag_scenario *s, unsigned arm,
			 const struct frag_setting *one)
{
	const char *dot = strchr(one->key, '.');
	char star[2 * FRAG_PHASE_NAME];
	struct frag_phase *p;

	if (!dot)
		return bare_apply(s, arm, one);
	snprintf(star, sizeof(star), "%.*s", (int)(dot - one->key), one->key);
	p = phase_in(s, arm, star);
	if (!p)
		return star_unknown(s, s->arms[arm - 1].name, star);
	return frag_phase_key(s, p, dot + 1, one->value);
}

/* What went wrong with a setting, and of which arm. */
static int setting_fail(struct frag_scenario *s, const char *arm, int rc)
{
	struct frag_error inner = *s->error;

	if (!strncmp(inner.what, "arm ", 4))
		return rc;
	frag_error_clear(s->error);
	frag_fail(s->error, 0, "arm %s: %s", arm, inner.what);
	frag_error_why(s->error, "%s", inner.why);
	frag_error_mend(s->error, "%s", inner.mend);
	frag_error_exit(s->error, FRAG_EXIT_USAGE);
	return rc;
}

int frag_arms_apply(struct frag_scenario *s)
{
	for (unsigned a = 0; a < s->narms; a++) {
		const struct frag_arm *arm = &s->arms[a];

		for (unsigned i = 0; i < arm->nsettings; i++) {
			int rc = setting_apply(s, a + 1, &arm->settings[i]);

			if (rc)
				return setting_fail(s, arm->name, rc);
		}
	}
	return 0;
}

/* --- afterwards --- */

bool frag_arm_sets(const struct frag_scenario *s, const struct frag_phase *p,
		   const char *key)
{
	const struct frag_arm *arm = s->arms + p->arm - (p->arm > 0);
	size_t n = strlen(p->star);

	for (unsigned i = 0; p->arm && i < arm->nsettings; i++) {
		const char *own = arm->settings[i].key;

		if (!strncmp(own, p->star, n) && own[n] == '.')
			own += n + 1;
		if (!strcmp(own, key))
			return true;
	}
	return false;
}

int frag_arm_note(struct frag_scenario *s, const struct frag_phase *p,
		  const char *key, const char *value)
{
	char full[160];

	if (!p->arm)
		return 0;
	snprintf(full, sizeof(full), "%s.%s", p->star, key);
	return setting_put(s, &s->arms[p->arm - 1], full, value, false);
}

json_t *frag_arms_json(const struct frag_scenario *s)
{
	json_t *list = json_array();

	for (unsigned a = 0; a < s->narms; a++) {
		const struct frag_arm *arm = &s->arms[a];
		json_t *phases = json_array();
		json_t *settings = json_object();

		for (unsigned i = 0; i < s->nphases; i++)
			if (s->phases[i].arm == a + 1)
				json_array_append_new(
					phases, json_string(s->phases[i].name));
		for (unsigned i = 0; i < arm->nsettings; i++)
			json_object_set_new(
				settings, arm->settings[i].key,
				frag_json_text(arm->settings[i].value));
		json_array_append_new(list,
				      json_pack("{s:s, s:o, s:o}", "name",
						arm->name, "phases", phases,
						"settings", settings));
	}
	return list;
}
