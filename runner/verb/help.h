/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What help can say, as pages inked from the tables: of the program, of a verb,
 * a workload, a scenario; the man page and the completion that are made of
 * the same rows.
 */
#ifndef FRAGBENCH_VERB_HELP_H
#define FRAGBENCH_VERB_HELP_H

#include "ink.h"
#include "tables.h"
#include "verb.h"

/* A topic of help that is no row of a table. */
#define FRAG_HELP_SCENARIO "scenario"

/* The help without arguments, on @out. */
void frag_help_overview(FILE *out);

/* The flag of @row as it is typed: "-r, --repeats N"; into @buf. */
const char *frag_flag_term(const struct frag_option *row, char *buf,
			   size_t size);

/* Is the row shown? Rows without about are for the makers of fragbench. */
bool frag_row_is_shown(const struct frag_option *row);

/* The pages. @on_machine: also what depends on this machine (bytes). */
void frag_page_overview(struct frag_ink *ink);
void frag_page_verb(struct frag_ink *ink, const struct frag_verb *verb);
void frag_page_workload(struct frag_ink *ink, const struct frag_workload *w,
			bool on_machine);
void frag_page_probe(struct frag_ink *ink, const struct frag_probe *probe);
int frag_page_builtin(struct frag_ink *ink, const struct frag_builtin *builtin,
		      struct frag_error *e);

/* The keys of scenario files. */
void frag_page_scenario(struct frag_ink *ink);

/* Parts that the overview and the man page share. */
void frag_page_examples(struct frag_ink *ink);
void frag_page_exits(struct frag_ink *ink);

/* The first line of a built-in scenario's comment; into @buf. */
const char *frag_builtin_summary(const struct frag_builtin *builtin, char *buf,
				 size_t size);

/* The whole man page, and the whole bash completion. */
void frag_manual_print(FILE *out);
void frag_completion_print(FILE *out);

#endif
