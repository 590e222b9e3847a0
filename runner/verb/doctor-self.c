// SPDX-License-Identifier: GPL-2.0-or-later
/* What this process may do here: privileges, limits, knobs, tools. */
#include "verb/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/source.h"
#include "base/units.h"
#include "cgroup.h"
#include "knobs.h"

/* Numbers of include/uapi/linux/capability.h. */
enum { CAPABILITY_IPC_LOCK = 14, CAPABILITY_SYS_ADMIN = 21 };

enum { PYTHON_MS = 10000 };

static const uint64_t memlock_enough = 64 * FRAG_MIB;

static bool has_capability(unsigned number)
{
	struct frag_text t;
	struct frag_text line;
	char buf[8192];
	int n = frag_slurp("", "/proc/self/status", buf, sizeof(buf));

	t = frag_text_of(buf, n < 0 ? 0 : (size_t)n);
	while (frag_text_line(&t, &line))
		if (frag_text_take(&line, "CapEff:"))
			return strtoull(line.at, NULL, 16) >> number & 1;
	return false;
}

void frag_check_root(struct frag_doctor *d)
{
	struct frag_finding *f;
	bool is_admin = has_capability(CAPABILITY_SYS_ADMIN);

	if (!geteuid() && is_admin) {
		frag_finding_add(d, FRAG_OK, "root", "with CAP_SYS_ADMIN");
		return;
	}
	if (geteuid())
		f = frag_finding_add(d, FRAG_MISSING, "root", "user %u",
				     (unsigned)geteuid());
	else
		f = frag_finding_add(d, FRAG_MISSING, "root",
				     "without CAP_SYS_ADMIN");
	frag_finding_why(f, "workloads run and are sampled; no knob, no "
			    "ballast, no compaction, no migratetypes, no frame "
			    "numbers");
	frag_finding_mend(f, "%s",
			  geteuid() ? "run as root"
				    : "run outside of the container");
}

void frag_check_memlock(struct frag_doctor *d)
{
	struct frag_finding *f;
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit))
		return;
	if (limit.rlim_cur == RLIM_INFINITY ||
	    limit.rlim_cur >= memlock_enough ||
	    has_capability(CAPABILITY_IPC_LOCK)) {
		frag_finding_add(d, FRAG_OK, "locked memory", "enough");
		return;
	}
	f = frag_finding_add(d, FRAG_NOTE, "locked memory",
			     "%" PRIu64 " KiB may be locked",
			     (uint64_t)limit.rlim_cur >> 10);
	frag_finding_why(f, "the sampler may have to wait for pages of its own "
			    "where memory is short: sampler.csv shows it");
	frag_finding_mend(f, "ulimit -l %" PRIu64, memlock_enough >> 10);
}

/* --- knobs ------------------------------------------------------------------ */

struct knob {
	const char *path;
	const char *other; /* its name in older kernels, or NULL */
	const char *why;
	const char *config;
};

static const struct knob knobs[] = {
	{ "/proc/sys/vm/compact_memory", NULL,
	  "no phase can compact the whole machine", "CONFIG_COMPACTION=y" },
	{ "/proc/sys/vm/percpu_pagelist_high_fraction",
	  "/proc/sys/vm/percpu_pagelist_fraction",
	  "per-CPU lists keep their size: hidden pages stay hidden",
	  "Linux 5.10 or later" },
	{ "/proc/sys/vm/nr_hugepages", NULL,
	  "no ballast: a big machine stays big", "CONFIG_HUGETLBFS=y" },
};

/* A recorded machine can only tell whether the knob is there. */
static int knob_try(const struct frag_doctor *d, const char *path)
{
	char full[PATH_MAX];

	if (snprintf(full, sizeof(full), "%s%s", d->root, path) >= PATH_MAX)
		return -ENAMETOOLONG;
	return faccessat(AT_FDCWD, full, d->is_live ? W_OK : F_OK, AT_EACCESS)
		       ? -errno
		       : 0;
}

static void knob_look(struct frag_doctor *d, const struct knob *k)
{
	const char *path = k->path;
	struct frag_finding *f;
	int rc = knob_try(d, path);

	if (rc == -ENOENT && k->other) {
		path = k->other;
		rc = knob_try(d, path);
	}
	if (!rc) {
		frag_finding_add(d, FRAG_OK, strrchr(path, '/') + 1, "%s",
				 d->is_live ? "can be written" : "there");
		return;
	}
	f = frag_finding_add(d, FRAG_MISSING, strrchr(path, '/') + 1, "%s",
			     strerror(-rc));
	frag_finding_why(f, "%s", k->why);
	if (rc == -ENOENT)
		frag_finding_mend(f, "run on a kernel with %s", k->config);
	else if (rc == -EROFS)
		frag_finding_mend(f, "mount -o remount,rw /proc/sys");
	else
		frag_finding_mend(f, "run as root");
}

void frag_check_knobs(struct frag_doctor *d)
{
	for (unsigned i = 0; i < sizeof(knobs) / sizeof(*knobs); i++)
		knob_look(d, &knobs[i]);
}

/* --- cgroup ----------------------------------------------------------------- */

void frag_check_cgroup(struct frag_doctor *d)
{
	struct frag_finding *f;
	struct frag_cgroup g;
	uint64_t total;

	if (!frag_cgroup_read(&g, "") || frag_meminfo("", "MemTotal", &total))
		return;
	if (g.limit >= total) {
		frag_finding_add(d, FRAG_OK, "memory cgroup",
				 "no limit in sight");
		return;
	}
	f = frag_finding_add(d, FRAG_NOTE, "memory cgroup",
			     "limit of %" PRIu64 " MiB", g.limit >> 20);
	frag_finding_why(f,
			 "workloads cannot hold more, whatever is free: runs "
			 "are made smaller, to the %" PRIu64
			 " MiB that are left of it",
			 g.room >> 20);
	frag_finding_mend(f, "echo $$ >%s/cgroup.procs", g.top);
}

/* --- tools ------------------------------------------------------------------ */

static const char python_asks[] =
	"import importlib.util as u, sys; "
	"sys.exit(not all(map(u.find_spec, ('matplotlib', 'jinja2'))))";

/* Does it end well, and in time? */
static bool child_is_fine(pid_t pid)
{
	struct pollfd end = { .events = POLLIN };
	int status = 0;

	end.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (end.fd < 0 || poll(&end, 1, PYTHON_MS) != 1)
		kill(pid, SIGKILL);
	if (end.fd >= 0)
		close(end.fd);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static bool python_try(const char *python)
{
	char *const argv[] = { (char *)(uintptr_t)python, (char *)"-B",
			       (char *)"-c", (char *)(uintptr_t)python_asks,
			       NULL };
	posix_spawn_file_actions_t quiet;
	pid_t pid;
	int rc;

	if (posix_spawn_file_actions_init(&quiet))
		return false;
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&quiet, fd, "/dev/null",
						 O_RDWR, 0);
	rc = posix_spawnp(&pid, python, &quiet, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&quiet);
	return !rc && child_is_fine(pid);
}

/* In the order in which report looks for one. */
void frag_check_python(struct frag_doctor *d)
{
	const char *given = getenv("FRAGBENCH_PYTHON");
	const char *usual[] = { "/usr/bin/python3", "python3" };
	struct frag_finding *f;

	if (given && *given)
		usual[0] = usual[1] = given;
	for (unsigned i = 0; i < 2; i++) {
		if (!python_try(usual[i]))
			continue;
		frag_finding_add(d, FRAG_OK, "python",
				 "%.60s with matplotlib and jinja2", usual[i]);
		return;
	}
	f = frag_finding_add(d, FRAG_MISSING, "python",
			     "none with matplotlib and jinja2");
	frag_finding_why(f, "runs are done and summed up; fragbench report "
			    "cannot draw them");
	frag_finding_mend(f, "apt-get install python3-matplotlib "
			     "python3-jinja2");
}

void frag_check_journal(struct frag_doctor *d)
{
	struct frag_finding *f;
	char path[256];

	if (!frag_journal_is_waiting(path, sizeof(path))) {
		frag_finding_add(d, FRAG_OK, "knob journal", "none waits");
		return;
	}
	f = frag_finding_add(d, FRAG_MISSING, "knob journal", "one waits");
	f->is_essential = true;
	frag_finding_why(f,
			 "a killed run has left kernel settings changed; "
			 "they stand in %.160s",
			 path);
	frag_finding_mend(f, "fragbench doctor --restore");
}
