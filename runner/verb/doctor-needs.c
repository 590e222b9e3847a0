// SPDX-License-Identifier: GPL-2.0-or-later
/* Which workloads can run here, and what the others lack. */
#include "needs.h"
#include "tables.h"
#include "verb/doctor.h"

static void workload_look(struct frag_doctor *d, const struct frag_workload *w,
			  const struct frag_facts *facts)
{
	struct frag_finding *f;
	struct frag_error e = { .exit = 0 };

	/* A yes is the user's to say, not the machine's to have. */
	if (!frag_needs_check(w->name, w->needs, facts, true, &e)) {
		frag_finding_add(d, FRAG_OK, w->name, "can run");
		return;
	}
	f = frag_finding_add(d, FRAG_MISSING, w->name, "cannot run");
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
