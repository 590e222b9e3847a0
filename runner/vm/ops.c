// SPDX-License-Identifier: GPL-2.0-or-later
/* The guests that a matrix runs in, when they are real ones. */
#include "vm/matrix.h"

const struct frag_guest_ops frag_guest_ops = {
	.start = frag_guest_start,
	.fds = frag_guest_fds,
	.deadline = frag_guest_deadline,
	.work = frag_guest_work,
	.progress = frag_guest_progress,
	.result = frag_guest_result,
	.free = frag_guest_free,
};
