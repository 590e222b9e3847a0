/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What workers say of their own work: that it is not to be trusted, and which
 * shape the free lists were given. */
#ifndef FRAGBENCH_WORDS_H
#define FRAGBENCH_WORDS_H

#include "stage.h"

/*
 * Take over what the workers have said since the last call: each doubt becomes
 * one of the run, in the phase that is on; shapes become rows of shapes.csv,
 * which is made with the first of them. 0, or a negative errno with @e filled
 * when the table cannot be written.
 */
int frag_words_take(struct frag_stage *st, struct frag_error *e);

/* Close shapes.csv, if there is one; returns the first failure of its life. */
int frag_words_close(struct frag_stage *st);

#endif
