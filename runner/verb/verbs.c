// SPDX-License-Identifier: GPL-2.0-or-later
/* Turns verbs.def into the table of verbs. */
#include "verb/verbs.h"

#include <string.h>

#include "base/suggest.h"

const struct frag_verb *const frag_verbs[] = {
#define FRAG_VERB(name) &frag_verb_##name,
#include "verbs.def"
#undef FRAG_VERB
	NULL,
};

const struct frag_verb *frag_verb_find(const char *name, struct frag_error *e)
{
	struct frag_suggest s = frag_suggest_for(name);

	for (unsigned i = 0; frag_verbs[i]; i++) {
		if (!strcmp(frag_verbs[i]->name, name))
			return frag_verbs[i];
		frag_suggest_offer(&s, frag_verbs[i]->name);
	}
	frag_fail(e, 0, "unknown verb '%s'", name);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	if (s.best)
		frag_error_why(e, "did you mean %s?", s.best);
	frag_error_mend(e, "fragbench help");
	return NULL;
}
