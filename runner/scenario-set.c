// SPDX-License-Identifier: GPL-2.0-or-later
/* KEY=VALUE settings: which phase or workload of a scenario a key means. */
#include "scenario-keys.h"

#include <errno.h>
#include <string.h>

/* Set @key of every workload and probe that has it; -ENOENT when none has. */
static int workloads_set(struct frag_scenario *s, const char *key,
			 const char *value)
{
	int found = -ENOENT;

	for (unsigned p = 0; p < s->nphases; p++) {
		for (unsigned i = 0; i < s->phases[p].ninstances; i++) {
			int rc = frag_instance_set(
				s, &s->phases[p].instances[i], key, value);

			if (rc && rc != -ENOENT)
				return rc;
			found = rc ? found : 0;
		}
		for (unsigned i = 0; i < s->phases[p].nqueries; i++) {
			int rc = frag_query_set(s, &s->phases[p].queries[i],
						key, value);

			if (rc && rc != -ENOENT)
				return rc;
			found = rc ? found : 0;
		}
	}
	return found;
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
		return frag_usage_fail(e, "the scenario has no phase", key);
	return frag_phase_key(s, p, dot + 1, value);
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
		if (frag_phase_is(&s->phases[p], "run"))
			rc = frag_phase_key(s, &s->phases[p], key, value);
	return rc;
}
