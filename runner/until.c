// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads conditions, and holds the free lists against them. */
#include "until.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/units.h"
#include "clock.h"
#include "fragbench/freelists.h"
#include "phase.h"

/* Who reads buddyinfo takes the lock of each zone. */
enum { LOOK_MS = 100 };

static const char *const names[] = {
	[FRAG_UNTIL_UNUSABLE] = "unusable",
	[FRAG_UNTIL_EXTFRAG] = "extfrag",
	[FRAG_UNTIL_FREE_MIB] = "free_mib",
};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

static int until_fail(const char *text, struct frag_error *e)
{
	frag_fail(e, 0, "until: cannot be '%s'", text);
	frag_error_why(e, "it takes unusable, extfrag or free_mib, then < or "
			  ">, then a number, as in unusable > 0.8");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

int frag_until_parse(const char *text, struct frag_until *u,
		     struct frag_error *e)
{
	const char *at = text;
	bool is_minus;
	unsigned n = 0;

	while (n < NAMES && strncmp(at, names[n], strlen(names[n])) != 0)
		n++;
	if (n == NAMES)
		return until_fail(text, e);
	u->what = (enum frag_until_what)n;
	at += strlen(names[n]);
	at += strspn(at, " ");
	if (*at != '<' && *at != '>')
		return until_fail(text, e);
	u->is_below = *at == '<';
	at += 1 + strspn(at + 1, " ");
	is_minus = *at == '-';
	if (frag_parse_rate(at + is_minus, &u->limit))
		return until_fail(text, e);
	u->limit = is_minus ? -u->limit : u->limit;
	return 0;
}

bool frag_until_holds(const struct frag_until *u, const struct frag_buddy *b,
		      unsigned order, uint64_t page_size)
{
	double now;

	if (u->what == FRAG_UNTIL_UNUSABLE)
		now = frag_buddy_unusable(b, order) / 1000.0;
	else if (u->what == FRAG_UNTIL_EXTFRAG)
		now = frag_buddy_extfrag(b, order) / 1000.0;
	else
		now = (double)(frag_buddy_pages(b) * page_size) /
		      (double)FRAG_MIB;
	return u->is_below ? now < u->limit : now > u->limit;
}

/* A wait: what for, when it looks next, and what came of the last look. */
struct wait {
	struct frag_until until;
	struct frag_freelists lists;
	uint64_t due_ns;
	bool holds;
	int rc;
};

static bool has_come(struct frag_stage *st, void *ctx)
{
	const struct frag_facts *facts = &st->session.facts;
	struct wait *w = ctx;
	struct frag_free_look look;
	uint64_t now = frag_now();

	if (now < w->due_ns)
		return false;
	w->due_ns = now + LOOK_MS * FRAG_MS_NS;
	w->rc = frag_freelists_look(&w->lists, &look);
	w->holds = !w->rc &&
		   frag_until_holds(&w->until, &look.buddy,
				    facts->pageblock_order, facts->page_size);
	return w->holds || w->rc;
}

int frag_wait_do(struct frag_stage *st, unsigned index,
		 struct frag_outcome *out, struct frag_error *e)
{
	const struct frag_phase *p = &st->scenario->phases[index];
	uint64_t begin = frag_now();
	struct wait w = { .rc = 0 };
	int rc = frag_until_parse(p->settings.until, &w.until, e);

	if (!rc)
		rc = frag_freelists_open(&w.lists, "", -1, "", e);
	if (!rc)
		rc = frag_stage_wait_for(st, frag_phase_end(p, UINT64_MAX / 2),
					 has_come, &w, e);
	frag_freelists_close(&w.lists);
	if (!rc && w.rc)
		rc = frag_fail(e, w.rc, "cannot read /proc/buddyinfo");
	out->wall_ns = frag_now() - begin;
	if (rc || w.holds)
		return rc;
	out->result = "timeout";
	frag_rundir_warn(
		&st->session.rundir, true, st->phase,
		"%s did not come in the time of the phase; mend: --set %s.for=TIME gives it more",
		p->settings.until, p->name);
	return 0;
}
