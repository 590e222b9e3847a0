// SPDX-License-Identifier: GPL-2.0-or-later
/* KEY=VALUE settings: which phase or workload of a scenario a key means. */
#include "scenario-keys.h"

#include <errno.h>
#include <string.h>

#include "scenario-arms.h"

int frag_parts_set(struct frag_scenario *s, struct frag_phase *p,
		   const char *key, const char *value)
{
	int found = -ENOENT;

	for (unsigned i = 0; i < p->ninstances; i++) {
		int rc = frag_instance_set(s, &p->instances[i], key, value);

		if (rc && rc != -ENOENT)
			return rc;
		found = rc ? found : 0;
	}
	for (unsigned i = 0; i < p->nqueries; i++) {
		int rc = frag_query_set(s, &p->queries[i], key, value);

		if (rc && rc != -ENOENT)
			return rc;
		found = rc ? found : 0;
	}
	return found;
}

/* Nobody is left to set @key of: every arm has set it. */
static int arms_fail(struct frag_scenario *s, const char *key,
		     const struct frag_phase *p)
{
	frag_usage_fail(s->error, "every arm sets by itself", key);
	frag_error_mend(s->error, "say of which phase: --set %s.%s=VALUE",
			p->name, key);
	return -EINVAL;
}

/* Set @key of every workload and probe that has it, but where an arm does so;
 * -ENOENT when none has. */
static int workloads_set(struct frag_scenario *s, const char *key,
			 const char *value)
{
	const struct frag_phase *own = NULL;
	int found = -ENOENT;

	for (unsigned i = 0; i < s->nphases; i++) {
		struct frag_phase *p = &s->phases[i];
		int rc;

		if (frag_arm_sets(s, p, key)) {
			own = own ? own : p;
			continue;
		}
		rc = frag_parts_set(s, p, key, value);
		if (rc && rc != -ENOENT)
			return rc;
		found = rc ? found : 0;
	}
	return found && own ? arms_fail(s, key, own) : found;
}

/* What a phase has in several lines one setting replaces. */
static int phase_set(struct frag_scenario *s, struct frag_phase *p,
		     const char *key, const char *value)
{
	if (!strcmp(key, "knobs"))
		p->settings.knobs.count = 0;
	return frag_phase_key(s, p, key, value);
}

/* Set @key of the phase that is called @star in the arms, in all of them that
 * do not set it themselves. */
static int star_set(struct frag_scenario *s, const char *star, const char *key,
		    const char *value)
{
	const struct frag_phase *own = NULL;
	int rc = -ENOENT;

	for (unsigned i = 0; i < s->nphases; i++) {
		struct frag_phase *p = &s->phases[i];

		if (!p->arm || strcmp(p->star, star) != 0)
			continue;
		if (frag_arm_sets(s, p, key))
			own = own ? own : p;
		else
			rc = phase_set(s, p, key, value);
		if (rc && rc != -ENOENT)
			return rc;
	}
	if (rc == -ENOENT && own)
		return arms_fail(s, key, own);
	return rc == -ENOENT
		       ? frag_usage_fail(s->error, "the scenario has no phase",
					 star)
		       : rc;
}

static int unqualified_set(struct frag_scenario *s, const char *key,
			   const char *value)
{
	struct frag_suggest g = frag_suggest_for(key);
	int rc;

	if (frag_option_find(frag_scenario_options, key)) {
		/* It replaces what the file has in several lines. */
		if (!strcmp(key, "knobs"))
			s->settings.knobs.count = 0;
		return frag_scenario_key(s, key, value);
	}
	rc = workloads_set(s, key, value);
	if (rc != -ENOENT)
		return rc;
	frag_usage_fail(s->error, "the scenario has no key", key);
	if (frag_option_find(frag_phase_options, key)) {
		frag_error_why(s->error, "it is a key of the phases");
		frag_error_mend(s->error, "say which phase: --set %s.%s=%s",
				s->phases[0].name, key, value);
		return -EINVAL;
	}
	frag_keys_offer(&g, s);
	if (g.best)
		frag_error_why(s->error, "did you mean %s?", g.best);
	return -EINVAL;
}

int frag_scenario_set(struct frag_scenario *s, const char *setting,
		      struct frag_error *e)
{
	struct frag_phase *p;
	char *value;
	char *key;
	char *dot;
	int rc;

	s->error = e;
	if (!strchr(setting, '=') || *setting == '=') {
		frag_usage_fail(e, "cannot set", setting);
		frag_error_why(e, "it takes KEY=VALUE or PHASE.KEY=VALUE");
		return -EINVAL;
	}
	key = frag_scenario_keep(s, setting);
	value = strchr(key, '=');
	*value++ = '\0';
	dot = strchr(key, '.');
	if (!dot)
		return unqualified_set(s, key, value);
	*dot = '\0';
	p = frag_phase_find(s, key);
	if (!p)
		return star_set(s, key, dot + 1, value);
	rc = phase_set(s, p, dot + 1, value);
	return rc ? rc : frag_arm_note(s, p, dot + 1, value);
}

int frag_scenario_knob(struct frag_scenario *s, const char *setting,
		       struct frag_error *e)
{
	s->error = e;
	return frag_scenario_key(s, "knobs", frag_scenario_keep(s, setting));
}

int frag_scenario_set_run(struct frag_scenario *s, const char *key,
			  const char *value, struct frag_error *e)
{
	int rc = 0;

	s->error = e;
	for (unsigned p = 0; p < s->nphases && !rc; p++)
		if (frag_phase_is(&s->phases[p], "run") &&
		    !frag_arm_sets(s, &s->phases[p], key))
			rc = frag_phase_key(s, &s->phases[p], key, value);
	return rc;
}
