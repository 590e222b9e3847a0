// SPDX-License-Identifier: GPL-2.0-or-later
/* The verb guest: what this program does as PID 1 of a guest. */
#include "verb/verbs.h"
#include "vm/pid1.h"

static int guest_call(struct frag_call *call, struct frag_error *e)
{
	(void)call;
	return frag_pid1_main(e);
}

const struct frag_verb frag_verb_guest = {
	.name = "guest",
	.group = FRAG_DO,
	.usage = "",
	.summary = "what fragbench does as PID 1 of a guest",
	.about = "Started by `fragbench vm` inside of a guest; nothing to be "
		 "used by hand.",
	.is_hidden = true,
	.call = guest_call,
};
