// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes the knobs of a phase, and keeps what each was before, meanwhile and
 * after. */
#include "phase-knobs.h"

#include <string.h>

#include "base/json.h"

static struct frag_phase_knob *knob_find(struct frag_phase_knobs *k,
					 const char *path)
{
	for (unsigned i = 0; i < k->count; i++)
		if (!strcmp(k->knob[i].asked.path, path))
			return &k->knob[i];
	return NULL;
}

static bool is_asked(const struct frag_asked_knobs *a, const char *path)
{
	for (unsigned i = 0; i < a->count; i++)
		if (!strcmp(a->knob[i].path, path))
			return true;
	return false;
}

/* What the knob reads now, as member @key of its row. */
static void value_note(struct frag_phase_knob *one, const char *key)
{
	char now[FRAG_KNOB_TEXT];

	if (!one->row || frag_knob_read(one->asked.path, now, sizeof(now)))
		return;
	json_object_set_new(one->row, key, frag_json_text(now));
}

static int knob_put_back(struct frag_phase_knobs *k, unsigned i,
			 struct frag_journal *j, struct frag_error *e)
{
	struct frag_phase_knob *one = &k->knob[i];
	struct frag_asked_knob back = one->asked;
	char now[FRAG_KNOB_TEXT];
	int rc = 0;

	memcpy(back.value, one->back, sizeof(back.value));
	if (frag_knob_read(back.path, now, sizeof(now)) ||
	    strcmp(now, back.value) != 0)
		rc = frag_asked_knob_write(&back, j, FRAG_KNOB_BY_PHASE, e);
	value_note(one, "after");
	k->count--;
	memmove(one, one + 1, (k->count - i) * sizeof(*one));
	return rc;
}

/* A row of its own for each phase that sets it. */
static void row_begin(struct frag_phase_knobs *k, struct frag_phase_knob *one,
		      const char *phase)
{
	if (!k->rows)
		k->rows = json_array();
	one->row = json_pack("{s:s, s:s, s:s, s:s}", "name",
			     frag_knob_name(one->asked.path), "path",
			     one->asked.path, "by", FRAG_KNOB_BY_PHASE, "phase",
			     phase);
	json_array_append_new(k->rows, one->row);
	value_note(one, "before");
}

static int knob_set(struct frag_phase_knobs *k,
		    const struct frag_asked_knob *asked, struct frag_journal *j,
		    const char *phase, struct frag_error *e)
{
	struct frag_phase_knob *one = knob_find(k, asked->path);
	char now[FRAG_KNOB_TEXT] = "";
	int rc = frag_knob_read(asked->path, now, sizeof(now));

	if (rc)
		return frag_fail(e, rc, "cannot read %s", asked->name);
	if (one) {
		value_note(one, "after");
	} else {
		one = &k->knob[k->count++];
		memcpy(one->back, now, sizeof(now));
	}
	one->asked = *asked;
	row_begin(k, one, phase);
	if (!frag_knob_has_taken(now, asked->value))
		rc = frag_asked_knob_write(asked, j, FRAG_KNOB_BY_PHASE, e);
	value_note(one, "during");
	return rc;
}

int frag_phase_knobs_set(struct frag_phase_knobs *k, struct frag_journal *j,
			 const struct frag_asked_knobs *a, const char *phase,
			 struct frag_error *e)
{
	int rc = 0;

	for (unsigned i = k->count; i-- > 0;) {
		int one = is_asked(a, k->knob[i].asked.path)
				  ? 0
				  : knob_put_back(k, i, j, e);

		rc = rc ? rc : one;
	}
	for (unsigned i = 0; i < a->count && !rc; i++)
		rc = knob_set(k, &a->knob[i], j, phase, e);
	return rc;
}

int frag_phase_knobs_turn(struct frag_phase_knobs *k, struct frag_journal *j,
			  const struct frag_phase *next, struct frag_error *e)
{
	struct frag_asked_knobs a = { .count = 0 };
	int rc = 0;

	if (next && !next->out)
		rc = frag_asked_knobs_parse(&a, &next->settings.knobs, e);
	return rc ? rc
		  : frag_phase_knobs_set(k, j, &a, next ? next->name : "", e);
}

void frag_phase_knobs_free(struct frag_phase_knobs *k)
{
	json_decref(k->rows);
	memset(k, 0, sizeof(*k));
}
