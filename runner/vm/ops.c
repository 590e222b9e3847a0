// SPDX-License-Identifier: GPL-2.0-or-later
/* The guests that a matrix runs in, when they are real ones. */
#include "vm/matrix.h"

#include "base/source.h"
#include "cgroup.h"

static uint64_t host_room(void)
{
	struct frag_cgroup group;
	uint64_t available = 0;

	(void)frag_meminfo("", "MemAvailable", &available);
	if (!frag_cgroup_read(&group, ""))
		return available;
	return group.room < available ? group.room : available;
}

const struct frag_guest_ops frag_guest_ops = {
	.start = frag_guest_start,
	.fds = frag_guest_fds,
	.deadline = frag_guest_deadline,
	.work = frag_guest_work,
	.progress = frag_guest_progress,
	.result = frag_guest_result,
	.free = frag_guest_free,
	.room = host_room,
};
