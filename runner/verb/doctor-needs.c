// SPDX-License-Identifier: GPL-2.0-or-later
/* Which workloads can run here, and what the others lack. */
#include <errno.h>

#include "needs.h"
#include "tables.h"
#include "verb/doctor.h"

static void workload_look(struct frag_doctor *d, const struct frag_workload *w,
			  const struct frag_facts *facts)
{
	struct frag_finding *f;
	struct frag_error e = { .exit = 0 };
	bool is_device;
	int rc;

	/* A yes is the user's to say, not the machine's to have. */
	rc = frag_needs_check(w->name, w->needs, facts, true, &e);
	if (!rc) {
		frag_finding_add(d, FRAG_OK, w->name, "can run");
		return;
	}
	is_device = rc == -ENODEV && w->needs[0].kind == FRAG_NEED_CALL;
	/* What people load on purpose, and seldom: nothing is wrong. */
	f = is_device
		    ? frag_finding_add(d, FRAG_NOTE, w->name, "not loaded")
		    : frag_finding_add(d, FRAG_MISSING, w->name, "cannot run");
	frag_finding_why(f, "%s", e.why);
	frag_finding_mend(f, "%s", e.mend);
}

void frag_check_workloads(struct frag_doctor *d)
{
	struct frag_facts facts;

	frag_facts_read(&facts);
	for (unsigned i = 0; frag_workloads[i]; i++)
		if (!frag_workloads[i]->is_hidden && frag_workloads[i]->needs)
			workload_look(d, frag_workloads[i], &facts);
}
