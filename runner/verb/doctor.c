// SPDX-License-Identifier: GPL-2.0-or-later
#include "verb.h"
#include "verb/verbs.h"
const struct frag_verb frag_verb_doctor = { .name = "doctor" };
