// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether the numbers of a run can be trusted. A doubt is a fact that can have
 * changed what was measured; a note is one that a reader should know.
 */
#include <inttypes.h>
#include <math.h>

#include "base/units.h"
#include "run.h"

/* How far apart the unusable indices may be, of three digits, with which two
 * arms of one shape begin: by 0.020. */
#define START_APART 0.0205

static void warnings_take(struct frag_run *r)
{
	const json_t *warning;
	size_t i;

	json_array_foreach(json_object_get(r->manifest, "warnings"), i, warning)
	{
		const char *phase = frag_json_string(warning, "phase");
		const char *text = frag_json_string(warning, "text");
		const char *between = phase[0] ? ": " : "";

		if (!strcmp(frag_json_string(warning, "severity"), "doubt"))
			frag_run_doubt(r, "%s%s%s", phase, between, text);
		else
			frag_run_note(r, "%s%s%s", phase, between, text);
	}
}

static void status_judge(struct frag_run *r)
{
	const char *status = frag_json_string(r->manifest, "status");

	if (!strcmp(status, "done"))
		return;
	if (!strcmp(status, "running") || !strcmp(status, "interrupted"))
		frag_run_doubt(r, "The run was interrupted: the numbers are of "
				  "what it had written by then.");
	else
		frag_run_doubt(r,
			       "The run did not end well: its status is "
			       "\"%s\".",
			       status);
}

static void phases_judge(struct frag_run *r)
{
	for (unsigned i = 0; i < r->nphases; i++) {
		const struct frag_phase *p = r->phases[i];

		if (!strcmp(p->result, "failed"))
			frag_run_doubt(r, "The phase %s failed.", p->name);
		if (!strcmp(p->result, "unfinished"))
			frag_run_note(r,
				      "The phase %s has no end in "
				      "phases.csv.",
				      p->name);
	}
}

/* The sampling period in us that the options ask for, 0 when they do not. */
static double period_us(const struct frag_run *r)
{
	const json_t *options = json_object_get(r->manifest, "options");
	const json_t *option = json_object_get(options, "rate");
	double rate = json_number_value(option);

	if (json_is_string(option) &&
	    frag_parse_rate(json_string_value(option), &rate))
		return 0;
	return rate > 0 ? 1e6 / rate : 0;
}

static void sampler_judge(struct frag_run *r)
{
	const struct frag_observer *o = &r->observer;
	double late = (double)frag_histogram_percentile(&o->late, 0.99) / 1000;
	double period = period_us(r);

	/* The states that phases leave are sampled at their marks, which are
	 * never late or lost; how late an emulator was is no time. */
	if (o->lost && frag_run_is_emulated(r))
		frag_run_note(r,
			      "%" PRIu64 " sample%s between the phases w%s "
			      "lost, as they may be under TCG.",
			      o->lost, o->lost == 1 ? "" : "s",
			      o->lost == 1 ? "as" : "ere");
	else if (o->lost)
		frag_run_doubt(r, "%" PRIu64 " sample%s lost.", o->lost,
			       o->lost == 1 ? " was" : "s were");
	if (period <= 0 || !o->late.total || late <= period)
		return;
	if (frag_run_is_emulated(r))
		frag_run_note(r,
			      "The sampler was late, as it may be under TCG: "
			      "less was seen between the phases than was asked "
			      "for.");
	else
		frag_run_doubt(r,
			       "The sampler was late: one sample in a "
			       "hundred by %.0f us or more, with %.0f us from "
			       "one to the next.",
			       late, period);
}

/* The write to compact_memory says success whatever came of it. */
static void compactions_judge(struct frag_run *r)
{
	for (unsigned i = 0; i < r->nphases; i++) {
		const char *where;
		uint64_t n = frag_contended(r->phases[i], &where);

		if (n && !strcmp(r->phases[i]->kind, "compact"))
			frag_run_doubt(r,
				       "%s: %" PRIu64 " of its compactions "
				       "gave up (contended), the first in "
				       "%s: the write said success, and it "
				       "is not known what was left undone.",
				       r->phases[i]->name, n, where);
		else if (n)
			frag_run_note(r,
				      "%s: %" PRIu64 " of the compactions that "
				      "somebody asked for gave up (contended), "
				      "the first in %s.",
				      r->phases[i]->name, n, where);
	}
}

static bool has_moved(const struct frag_run *r, enum frag_tally tally,
		      uint64_t *by)
{
	const struct frag_span *s = &r->tally[tally];

	*by = s->last - s->first;
	return s->samples && !s->went_back && *by;
}

static void memory_judge(struct frag_run *r)
{
	uint64_t by;

	if (has_moved(r, FRAG_SWAPPED_OUT, &by))
		frag_run_doubt(r,
			       "%" PRIu64 " pages were swapped out during "
			       "the run: memory was freed in other ways than "
			       "the scenario says.",
			       by);
	if (has_moved(r, FRAG_OOM_KILLS, &by))
		frag_run_doubt(r,
			       "The kernel's OOM killer ended %" PRIu64
			       " processes during the run.",
			       by);
	for (unsigned k = 0; k < FRAG_TALLIES; k++)
		if (r->tally[k].went_back)
			frag_run_doubt(r,
				       "%s went backwards in %s, which a "
				       "kernel never does.",
				       frag_tallies[k].name,
				       frag_tallies[k].table);
}

static const struct frag_phase *phase_find(const struct frag_run *r,
					   const char *name)
{
	for (unsigned i = 0; i < r->nphases; i++)
		if (!strcmp(r->phases[i]->name, name))
			return r->phases[i];
	return NULL;
}

/* The phase of @arm that made the shape for its first compaction; NULL: there
 * is no such thing. */
static const struct frag_phase *shaper_of(const struct frag_run *r,
					  const json_t *arm)
{
	const struct frag_phase *shaper = NULL;
	const json_t *name;
	size_t i;

	json_array_foreach(json_object_get(arm, "phases"), i, name)
	{
		const struct frag_phase *p =
			json_is_string(name)
				? phase_find(r, json_string_value(name))
				: NULL;

		if (p && !strcmp(p->kind, "compact"))
			return shaper;
		if (p && p->shape.has_distance)
			shaper = p;
	}
	return NULL;
}

/* The unusable index that @p left; NAN: it is not known. */
static double left_by(const struct frag_run *r, const struct frag_phase *p)
{
	char name[FRAG_PHASE_NAME + 16];
	const json_t *value;

	snprintf(name, sizeof(name), "unusable.%s", p->name);
	value = json_object_get(json_object_get(r->metrics, name), "value");
	return json_is_number(value) ? json_number_value(value) : NAN;
}

/* Arms are done one after the other, always in one order: where what is free
 * beside the shape changes meanwhile, it looks like what the arms set. Arms
 * that ask for the same blocks are to begin alike. */
static void starts_judge(struct frag_run *r)
{
	const struct frag_phase *first = NULL;
	const json_t *arm;
	size_t i;

	json_array_foreach(json_object_get(r->manifest, "arms"), i, arm)
	{
		const struct frag_phase *p = shaper_of(r, arm);

		if (!p)
			continue;
		first = first ? first : p;
		if (memcmp(p->shape.asked, first->shape.asked,
			   sizeof(p->shape.asked)) != 0 ||
		    !(fabs(left_by(r, p) - left_by(r, first)) > START_APART))
			continue;
		frag_run_note(r,
			      "%s: its arm began at an unusable index of %.3f, "
			      "and the first with the same shape at %.3f: what "
			      "differs between them can be of what came before.",
			      p->name, left_by(r, p), left_by(r, first));
	}
}

void frag_trust(struct frag_run *r)
{
	warnings_take(r);
	status_judge(r);
	phases_judge(r);
	sampler_judge(r);
	compactions_judge(r);
	memory_judge(r);
	frag_hold_judge(r);
	starts_judge(r);
}
