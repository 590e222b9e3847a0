// SPDX-License-Identifier: GPL-2.0-or-later
/* Walks through the phases and counts whose processes live in each. */
#include "peak.h"

#include <string.h>

/* living: processes of each workload, as far as the walk has come. */
struct walk {
	const struct frag_scenario *s;
	uint64_t page_size;
	unsigned living[FRAG_PHASES_MAX][FRAG_INSTANCES_MAX];
	bool is_behind[FRAG_PHASES_MAX]; /* goes on in the background */
};

uint64_t frag_instance_bytes(const struct frag_instance *i, uint64_t page_size)
{
	return i->type->bytes && !i->out
		       ? i->type->bytes(i->options, frag_instance_processes(i),
					(size_t)page_size)
		       : 0;
}

/* What those of @i that live hold: rounded up for each. */
static uint64_t living_bytes(const struct frag_instance *i, unsigned living,
			     uint64_t page_size)
{
	uint64_t bytes = frag_instance_bytes(i, page_size);
	unsigned all = frag_instance_processes(i);

	if (living == all)
		return bytes;
	return living ? (bytes / all + 1) * living : 0;
}

static uint64_t walk_bytes(const struct walk *w)
{
	uint64_t sum = 0;

	for (unsigned p = 0; p < w->s->nphases; p++)
		for (unsigned i = 0; i < w->s->phases[p].ninstances; i++)
			if (__builtin_add_overflow(
				    sum,
				    living_bytes(&w->s->phases[p].instances[i],
						 w->living[p][i], w->page_size),
				    &sum))
				return UINT64_MAX;
	return sum;
}

static void run_walk(struct walk *w, unsigned p)
{
	const struct frag_phase *phase = &w->s->phases[p];

	for (unsigned i = 0; i < phase->ninstances; i++)
		w->living[p][i] = frag_instance_processes(&phase->instances[i]);
	w->is_behind[p] = phase->settings.is_background;
}

static void stop_walk(struct walk *w, unsigned p)
{
	const char *name = w->s->phases[p].settings.phase;

	for (unsigned n = 0; n < p; n++)
		if (!strcmp(w->s->phases[n].name, name))
			w->is_behind[n] = false;
}

static void free_walk(struct walk *w, unsigned p)
{
	uint64_t left = w->s->phases[p].settings.kill;

	for (unsigned n = 0; n < p; n++)
		if (w->is_behind[n])
			return;
	for (unsigned n = 0; n < p; n++) {
		for (unsigned i = 0; i < FRAG_INSTANCES_MAX; i++) {
			unsigned *living = &w->living[n][i];
			unsigned dead =
				left < *living ? (unsigned)left : *living;

			*living -= dead;
			left -= dead;
		}
	}
}

uint64_t frag_peak_bytes(const struct frag_scenario *s, uint64_t page_size)
{
	struct walk w = { .s = s, .page_size = page_size };
	uint64_t peak = 0;

	for (unsigned p = 0; p < s->nphases; p++) {
		uint64_t now;

		if (frag_phase_is(&s->phases[p], "run"))
			run_walk(&w, p);
		else if (frag_phase_is(&s->phases[p], "stop"))
			stop_walk(&w, p);
		else if (frag_phase_is(&s->phases[p], "free"))
			free_walk(&w, p);
		now = walk_bytes(&w);
		peak = now > peak ? now : peak;
	}
	return peak;
}
