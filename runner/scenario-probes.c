// SPDX-License-Identifier: GPL-2.0-or-later
/* The probes of a phase: what `probe = NAME` and the keys behind it mean. */
#include <errno.h>
#include <stdlib.h>

#include "scenario-keys.h"
#include "tables.h"

int frag_probe_unknown(const char *name, struct frag_error *e)
{
	struct frag_suggest g = frag_suggest_for(name);

	for (unsigned i = 0; frag_probes[i]; i++)
		frag_suggest_offer(&g, frag_probes[i]->name);
	frag_usage_fail(e, "unknown probe", name);
	if (g.best)
		frag_error_why(e, "did you mean %s?", g.best);
	frag_error_mend(e, "fragbench list probes");
	return -EINVAL;
}

int frag_query_init(struct frag_query *a, const struct frag_probe *type,
		    uint64_t whole, struct frag_error *e)
{
	int rc;

	a->type = type;
	a->options = calloc(1, type->options_size + 1);
	if (!a->options)
		return frag_fail(e, -ENOMEM, "cannot ask with a probe");
	rc = frag_options_init(frag_probe_options, &a->common, whole, e);
	return rc ? rc : frag_options_init(type->options, a->options, whole, e);
}

int frag_query_add(struct frag_scenario *s, struct frag_phase *p,
		   const char *name)
{
	const struct frag_probe *type = frag_probe_find(name);

	if (!type)
		return frag_probe_unknown(name, s->error);
	if (p->nqueries == FRAG_QUERIES_MAX)
		return frag_usage_fail(s->error, "too many probes in phase",
				       p->name);
	return frag_query_init(&p->queries[p->nqueries++], type, s->whole,
			       s->error);
}

int frag_query_set(struct frag_scenario *s, struct frag_query *a,
		   const char *key, const char *value)
{
	const struct frag_option *row = frag_option_find(a->type->options, key);

	if (row)
		return frag_option_set(row, a->options, value, s->whole,
				       s->error);
	row = frag_option_find(frag_probe_options, key);
	if (row)
		return frag_option_set(row, &a->common, value, s->whole,
				       s->error);
	return -ENOENT;
}
