/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Declares the descriptors of verbs.def. */
#ifndef FRAGBENCH_VERBS_H
#define FRAGBENCH_VERBS_H

#include "verb.h"

#define FRAG_VERB(name) extern const struct frag_verb frag_verb_##name;
#include "verbs.def"
#undef FRAG_VERB

#endif
