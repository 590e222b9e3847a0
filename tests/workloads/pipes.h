/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lies in the pipes of this process, and how it is with little allowed. */
#ifndef FRAGBENCH_TESTS_PIPES_H
#define FRAGBENCH_TESTS_PIPES_H

#include <dirent.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "hand.h"

/* How many pipes are open here, each end counted; *bytes: what waits in them.
 * Those that were given to this process do not count: they are not O_NONBLOCK. */
static inline unsigned pipes_now(uint64_t *bytes)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	unsigned n = 0;

	*bytes = 0;
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		char target[64] = "";
		int waiting = 0;

		if (readlinkat(dirfd(dir), entry->d_name, target,
			       sizeof(target) - 1) < 5 ||
		    strncmp(target, "pipe:", 5) != 0 ||
		    !(fcntl(atoi(entry->d_name), F_GETFL) & O_NONBLOCK))
			continue;
		assert_int_equal(ioctl(atoi(entry->d_name), FIONREAD, &waiting),
				 0);
		*bytes += (unsigned)waiting;
		n++;
	}
	closedir(dir);
	return n;
}

/*
 * Run the workload of @h to its end in a child, where @resource has the limit
 * @most that nobody may raise; what came of it, with the pages and counters in
 * h->share. @end: called in the child then, or NULL. (With a limit lowered, not
 * even root may get back where it was.)
 */
static inline int run_limited(struct hand *h, int resource, rlim_t most,
			      void (*end)(struct hand *h))
{
	const struct rlimit low = { most, most };
	struct {
		int rc;
		struct frag_worker_share share;
	} *told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;
	int rc;
	pid_t pid;

	assert_ptr_not_equal(told, MAP_FAILED);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		if (setrlimit((__rlimit_resource_t)resource, &low) ||
		    (!geteuid() && setuid(65534)))
			_exit(1);
		rc = hand_setup(h);
		while (rc == FRAG_MORE)
			rc = h->type->step(&h->ctx);
		if (end)
			end(h);
		told->rc = rc;
		memcpy(&told->share, &h->share, sizeof(h->share));
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	memcpy(&h->share, &told->share, sizeof(h->share));
	rc = told->rc;
	munmap(told, sizeof(*told));
	return rc;
}

#endif
