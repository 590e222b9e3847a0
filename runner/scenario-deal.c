// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes of every phase with a star one for each arm. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scenario-arms.h"
#include "scenario-keys.h"

static bool is_starred(const struct frag_phase *p)
{
	return p->star[0] && !p->arm;
}

/* From the first starred phase, returned, to the last: *count of them. */
static unsigned stars_find(const struct frag_scenario *s, unsigned *count)
{
	unsigned first = 0;

	*count = 0;
	while (first < s->nphases && !is_starred(&s->phases[first]))
		first++;
	while (first + *count < s->nphases &&
	       is_starred(&s->phases[first + *count]))
		++*count;
	return first;
}

/* Can the stars and arms be dealt at all? */
static int deal_check(struct frag_scenario *s, unsigned first, unsigned count)
{
	for (unsigned i = first + count; i < s->nphases; i++) {
		if (!is_starred(&s->phases[i]))
			continue;
		frag_usage_fail(s->error,
				"stands apart from the other phases "
				"with a star: phase",
				s->phases[i].name);
		frag_error_why(s->error, "an arm is done as a whole, one "
					 "after the other");
		return -EINVAL;
	}
	if (!s->narms) {
		frag_usage_fail(s->error, "there is no arm for phase",
				s->phases[first].name);
		frag_error_mend(s->error, "[arm NAME], or no star");
		return -EINVAL;
	}
	if (!count)
		return frag_arm_fail(s, s->arms[0].name,
				     "no phase has a star:", "[phase NAME*]");
	if (s->nphases - count + count * s->narms <= FRAG_PHASES_MAX)
		return 0;
	frag_fail(s->error, 0, "%u phases in %u arms are too many", count,
		  s->narms);
	frag_error_why(s->error, "there is room for %d phases",
		       FRAG_PHASES_MAX);
	frag_error_exit(s->error, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static void *options_copy(const void *options, size_t size)
{
	void *copy = calloc(1, size + 1);

	if (!copy)
		abort();
	return memcpy(copy, options, size);
}

/* @from once more, with options of its own. */
static void phase_copy(struct frag_phase *to, const struct frag_phase *from)
{
	*to = *from;
	for (unsigned i = 0; i < to->ninstances; i++) {
		to->instances[i].options =
			options_copy(from->instances[i].options,
				     from->instances[i].type->options_size);
		to->instances[i].asked = json_copy(from->instances[i].asked);
	}
	for (unsigned i = 0; i < to->nqueries; i++)
		to->queries[i].options =
			options_copy(from->queries[i].options,
				     from->queries[i].type->options_size);
}

static bool is_star(const struct frag_phase *stars, unsigned count,
		    const char *name)
{
	for (unsigned i = 0; i < count; i++)
		if (!strcmp(stars[i].star, name))
			return true;
	return false;
}

/* "STAR-ARM"; a name that is too long is cut, and refused later. */
static const char *name_make(char *name, const char *star,
			     const struct frag_arm *arm)
{
	snprintf(name, 2 * FRAG_PHASE_NAME, "%s-%s", star, arm->name);
	return name;
}

/* The phases of arm number @arm, from @to on. */
static void arm_deal(struct frag_scenario *s, struct frag_phase *to,
		     const struct frag_phase *stars, unsigned count,
		     unsigned arm)
{
	char name[2 * FRAG_PHASE_NAME];

	for (unsigned i = 0; i < count; i++) {
		struct frag_phase *p = &to[i];

		phase_copy(p, &stars[i]);
		p->arm = arm;
		name_make(name, p->star, &s->arms[arm - 1]);
		snprintf(p->name, sizeof(p->name), "%.*s", FRAG_PHASE_NAME - 1,
			 name);
		/* What it names is the one of its own arm. */
		if (is_star(stars, count, p->settings.phase))
			p->settings.phase = frag_scenario_keep(
				s, name_make(name, p->settings.phase,
					     &s->arms[arm - 1]));
	}
}

static void phase_free(struct frag_phase *p)
{
	for (unsigned i = 0; i < p->ninstances; i++) {
		free(p->instances[i].options);
		json_decref(p->instances[i].asked);
	}
	for (unsigned i = 0; i < p->nqueries; i++)
		free(p->queries[i].options);
}

static void phases_deal(struct frag_scenario *s, unsigned first, unsigned count)
{
	unsigned after = s->nphases - first - count;
	struct frag_phase *stars = calloc(count, sizeof(*stars));

	if (!stars)
		abort();
	memcpy(stars, &s->phases[first], count * sizeof(*stars));
	memmove(&s->phases[first + count * s->narms], &s->phases[first + count],
		after * sizeof(*stars));
	for (unsigned a = 0; a < s->narms; a++)
		arm_deal(s, &s->phases[first + a * count], stars, count, a + 1);
	for (unsigned i = 0; i < count; i++)
		phase_free(&stars[i]);
	free(stars);
	s->nphases += count * (s->narms - 1);
}

/* Names that are too long, or come twice. */
static int names_check(struct frag_scenario *s)
{
	for (unsigned i = 0; i < s->nphases; i++) {
		const struct frag_phase *p = &s->phases[i];
		char name[2 * FRAG_PHASE_NAME];

		if (p->arm &&
		    strlen(name_make(name, p->star, &s->arms[p->arm - 1])) >=
			    FRAG_PHASE_NAME) {
			frag_arm_fail(s, s->arms[p->arm - 1].name,
				      "too long a name for a phase:", name);
			frag_error_why(s->error, "it may have %d characters",
				       FRAG_PHASE_NAME - 1);
			return -EINVAL;
		}
		for (unsigned n = 0; n < i; n++)
			if (!strcmp(s->phases[n].name, p->name))
				return frag_usage_fail(s->error,
						       "there are two phases",
						       p->name);
	}
	return 0;
}

/* "phases = STAR STAR": the phases of arm number @arm, as they were dealt. */
static int dealt_take(struct frag_scenario *s, unsigned arm)
{
	const struct frag_arm *a = &s->arms[arm - 1];
	const char *at = a->dealt + strspn(a->dealt, " ");

	while (*at) {
		int n = (int)strcspn(at, " ");
		char star[FRAG_PHASE_NAME];
		char name[2 * FRAG_PHASE_NAME];
		struct frag_phase *p;

		snprintf(star, sizeof(star), "%.*s", n, at);
		p = frag_phase_find(s, name_make(name, star, a));
		if (!p)
			return frag_arm_fail(s, a->name, "there is no phase",
					     name);
		memcpy(p->star, star, sizeof(star));
		p->arm = arm;
		at += n;
		at += strspn(at, " ");
	}
	return 0;
}

int frag_arms_deal(struct frag_scenario *s)
{
	unsigned ndealt = 0;
	unsigned count;
	unsigned first = stars_find(s, &count);
	int rc = 0;

	for (unsigned a = 0; a < s->narms; a++)
		ndealt += s->arms[a].dealt != NULL;
	if (!count && !s->narms)
		return 0;
	if (ndealt && (count || ndealt != s->narms))
		return frag_arm_fail(
			s, s->arms[0].name,
			"arms that are dealt out take no phase with a "
			"star, and all of them have the key",
			"phases");
	for (unsigned a = 0; a < ndealt && !rc; a++)
		rc = dealt_take(s, a + 1);
	if (ndealt)
		return rc;
	rc = deal_check(s, first, count);
	if (rc)
		return rc;
	phases_deal(s, first, count);
	rc = names_check(s);
	return rc ? rc : frag_arms_apply(s);
}
