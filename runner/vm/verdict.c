// SPDX-License-Identifier: GPL-2.0-or-later
/* What all runs of a matrix come to: one exit code, and for a bisection
 * whether the kernel is good. */
#include "vm/matrix.h"

#include <stdio.h>

int frag_matrix_exit(const struct frag_matrix *m)
{
	int worst = FRAG_EXIT_DONE;

	if (m->ncells == 1 && m->cells[0].end == FRAG_GUEST_DONE)
		return m->cells[0].code;
	for (unsigned i = 0; i < m->ncells; i++) {
		const struct frag_cell *c = &m->cells[i];

		if (c->state == FRAG_CELL_FAILED)
			return FRAG_EXIT_FAILED;
		if (c->state == FRAG_CELL_DONE && c->code > worst)
			worst = c->code;
	}
	return worst;
}

/* What one run says of its kernel. */
enum verdict { GOOD, BAD, UNTOLD, NO_BOOT, VERDICTS };

static enum verdict crash_judge(const struct frag_cell *c)
{
	return c->has_booted ? BAD : NO_BOOT;
}

static enum verdict cell_judge(const struct frag_cell *c)
{
	switch (c->end) {
	case FRAG_GUEST_DONE:
		if (c->code == FRAG_EXIT_DONE)
			return GOOD;
		return c->code == FRAG_EXIT_BAD ? BAD : UNTOLD;
	case FRAG_GUEST_NO_BOOT:
		return NO_BOOT;
	case FRAG_GUEST_PANIC:
	case FRAG_GUEST_OOPS:
	case FRAG_GUEST_HANG:
		return crash_judge(c);
	case FRAG_GUEST_OOM: /* the scenario may be too large for it */
	case FRAG_GUEST_LATE: /* this machine may be too slow for it */
	case FRAG_GUEST_BROKEN:
		break;
	}
	return UNTOLD;
}

/* QEMU ended without a word of the guest: no kernel can be judged here. */
static bool is_host(const struct frag_cell *c)
{
	return c->end == FRAG_GUEST_BROKEN && !c->has_booted;
}

int frag_matrix_verdict(const struct frag_matrix *m, char *why, size_t size)
{
	const char *first[VERDICTS] = { "", "", "", "" };
	unsigned n[VERDICTS] = { 0 };

	for (unsigned i = 0; i < m->ncells; i++) {
		const struct frag_cell *c = &m->cells[i];
		enum verdict v = cell_judge(c);

		if (is_host(c)) {
			snprintf(why, size, "the guest cannot be run: %s",
				 c->why);
			return FRAG_EXIT_ABORT;
		}
		if (!n[v]++)
			first[v] = c->why;
	}
	if (n[BAD] > n[GOOD]) {
		snprintf(why, size, "bad in %u of %u runs%s%s", n[BAD],
			 m->ncells, *first[BAD] ? ": " : "", first[BAD]);
		return FRAG_EXIT_BAD;
	}
	if (n[GOOD] > n[BAD]) {
		snprintf(why, size, "good in %u of %u runs", n[GOOD],
			 m->ncells);
		return FRAG_EXIT_DONE;
	}
	if (n[NO_BOOT])
		snprintf(why, size, "does not boot: %s", first[NO_BOOT]);
	else if (n[GOOD])
		snprintf(why, size, "as many good runs as bad ones: %u",
			 n[GOOD]);
	else
		snprintf(why, size, "cannot be told: %s",
			 *first[UNTOLD] ? first[UNTOLD]
					: "the runs are not to be trusted");
	return FRAG_EXIT_NO_BOOT;
}
