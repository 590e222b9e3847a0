/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many files a worker may have open: for workloads that keep kernel memory
 * alive by descriptors. */
#ifndef FRAGBENCH_FILES_H
#define FRAGBENCH_FILES_H

#include <stdint.h>
#include <sys/resource.h>

/* Descriptors that a worker has open for other reasons, at most. */
enum { FRAG_FILES_OTHERS = 128 };

/*
 * Make room for @need descriptors beside those of FRAG_FILES_OTHERS: raise
 * RLIMIT_NOFILE of this process to that, or as far as it goes; above the hard
 * limit only CAP_SYS_RESOURCE gets. Returns for how many there is room then.
 */
static inline uint64_t frag_files_raise(uint64_t need)
{
	struct rlimit limit;
	struct rlimit higher;

	need += FRAG_FILES_OTHERS;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 0;
	if (limit.rlim_cur < need) {
		higher = (struct rlimit){ need, limit.rlim_max };
		if (higher.rlim_max < need)
			higher.rlim_max = need;
		if (!setrlimit(RLIMIT_NOFILE, &higher)) {
			limit = higher;
		} else {
			higher = (struct rlimit){ limit.rlim_max,
						  limit.rlim_max };
			if (!setrlimit(RLIMIT_NOFILE, &higher))
				limit = higher;
		}
	}
	return limit.rlim_cur > FRAG_FILES_OTHERS
		       ? limit.rlim_cur - FRAG_FILES_OTHERS
		       : 0;
}

#endif
