// SPDX-License-Identifier: GPL-2.0-or-later
/* What happens in the second after the runner is gone. */
#include "guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ballast.h"
#include "base/source.h"

enum { LOOK_MS = 200, DEATH_MS = 10000 };

static void workers_kill(const struct frag_crew *crew)
{
	for (unsigned i = 0; i < crew->count; i++)
		if (crew->workers[i].pidfd >= 0)
			syscall(SYS_pidfd_send_signal, crew->workers[i].pidfd,
				SIGKILL, NULL, 0);
}

/* What they leave outside of their memory goes, too, once they are dead: a
 * folder of the living is locked. */
static void workers_sweep(const struct frag_crew *crew)
{
	for (unsigned i = 0; i < crew->count; i++) {
		const struct frag_worker *w = &crew->workers[i];
		struct pollfd p = { w->pidfd, POLLIN, 0 };

		while (w->pidfd >= 0 && poll(&p, 1, DEATH_MS) < 0 &&
		       errno == EINTR)
			;
		/* Those of one workload look into the same folder. */
		if (w->instance && w->instance->type->sweep &&
		    (i + 1 == crew->count ||
		     crew->workers[i + 1].instance != w->instance))
			w->instance->type->sweep(w->instance->options);
	}
}

/* Let the hugetlb pool go back to what it was, when a run has grown it. */
static void ballast_go(struct frag_journal *j,
		       struct frag_guardian_share *share)
{
	if (frag_journal_reload(j))
		return;
	for (unsigned i = 0; i < j->count; i++) {
		if (strcmp(j->knobs[i].path, FRAG_BALLAST_KNOB) != 0)
			continue;
		if (!frag_spit(FRAG_BALLAST_KNOB, j->knobs[i].before))
			atomic_store(&share->is_ballast_gone, true);
	}
}

/* Is @pid still the probe, and not somebody who has got its number since? */
static bool is_probe(pid_t pid)
{
	char path[64];
	char name[32];

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	return frag_slurp("", path, name, sizeof(name)) > 0 &&
	       !strncmp(name, "frag-probe", 10);
}

/*
 * A probe dies with the runner, but may be in the middle of a write: what it
 * writes must not come after what is put back, however long that takes.
 */
static void probe_end(struct frag_guardian_share *share)
{
	pid_t pid = atomic_load(&share->probe);
	struct pollfd p = { -1, POLLIN, 0 };

	if (pid > 0)
		p.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (p.fd < 0 || !is_probe(pid))
		return;
	syscall(SYS_pidfd_send_signal, p.fd, SIGKILL, NULL, 0);
	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		;
}

_Noreturn static void guard(struct frag_journal *j,
			    const struct frag_crew *crew, uint64_t floor,
			    int runner, struct frag_guardian_share *share)
{
	struct pollfd p = { runner, POLLIN, 0 };

	/* Not the runner's session: no ^C, no hang-up reaches this process. */
	setsid();
	prctl(PR_SET_NAME, "frag-guardian");
	for (int s = 1; s < 32; s++)
		if (s != SIGKILL && s != SIGSTOP && s != SIGCHLD)
			signal(s, SIG_IGN);
	(void)frag_spit("/proc/self/oom_score_adj", "-1000");
	(void)mlockall(MCL_CURRENT);
	while (poll(&p, 1, LOOK_MS) <= 0) {
		uint64_t available;

		if (floor && !frag_meminfo("", "MemAvailable", &available) &&
		    available < floor)
			ballast_go(j, share);
	}
	if (atomic_load(&share->is_dismissed))
		_exit(0);
	workers_kill(crew);
	probe_end(share);
	if (!frag_journal_reload(j))
		frag_journal_restore(j, NULL);
	workers_sweep(crew);
	_exit(0);
}

int frag_guardian_start(struct frag_guardian *g, struct frag_journal *journal,
			const struct frag_crew *crew, uint64_t floor,
			struct frag_error *e)
{
	int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	int rc = self < 0 ? -errno : 0;

	g->pid = 0;
	g->pidfd = -1;
	g->share = mmap(NULL, sizeof(*g->share), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!rc && g->share == MAP_FAILED)
		rc = -errno;
	if (!rc)
		g->pid = fork();
	if (!rc && !g->pid)
		guard(journal, crew, floor, self, g->share);
	if (g->pid < 0)
		rc = -errno;
	if (!rc)
		g->pidfd = (int)syscall(SYS_pidfd_open, g->pid, 0);
	if (self >= 0)
		close(self);
	return rc ? frag_fail(e, rc, "cannot start the guardian") : 0;
}

bool frag_guardian_is_dead(struct frag_guardian *g)
{
	struct pollfd p = { g->pidfd, POLLIN, 0 };

	return g->pid > 0 && poll(&p, 1, 0) > 0;
}

void frag_guardian_dismiss(struct frag_guardian *g)
{
	if (g->pid <= 0)
		return;
	atomic_store(&g->share->is_dismissed, true);
	kill(g->pid, SIGKILL);
	waitpid(g->pid, NULL, 0);
	close(g->pidfd);
	munmap(g->share, sizeof(*g->share));
	g->pid = 0;
}
