// SPDX-License-Identifier: GPL-2.0-or-later
/* Forks the workers, tells them what to do, and notices when one dies. */
#include "crew.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "fragbench/futex.h"

static void *shared_map(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Name all workers of the scenario, each instance with its shared memory. */
static int crew_plan(struct frag_crew *crew, const struct frag_scenario *s)
{
	for (unsigned p = 0; p < s->nphases; p++) {
		for (unsigned i = 0; i < s->phases[p].ninstances; i++) {
			const struct frag_instance *one =
				&s->phases[p].instances[i];
			void *shared = shared_map(one->type->shared_size + 1);

			if (!shared)
				return -errno;
			for (unsigned n = 0; n < frag_instance_processes(one);
			     n++) {
				struct frag_worker *w =
					&crew->workers[crew->count];

				if (crew->count == FRAG_WORKERS_MAX)
					return -E2BIG;
				*w = (struct frag_worker){
					.number = ++crew->count,
					.phase = p,
					.instance = one,
					.index = n,
					.shared = shared,
					.pidfd = -1,
				};
				w->share = shared_map(sizeof(*w->share));
				if (!w->share)
					return -errno;
			}
		}
	}
	return 0;
}

int frag_crew_launch(struct frag_crew *crew, const struct frag_scenario *s,
		     struct frag_topology *topology, uint64_t seed, int log_fd,
		     struct frag_error *e)
{
	pid_t parent = getpid();
	int rc;

	memset(crew, 0, sizeof(*crew));
	crew->eventfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = crew->eventfd < 0 ? -errno : crew_plan(crew, s);
	for (unsigned i = 0; i < crew->count && !rc; i++) {
		struct frag_worker *w = &crew->workers[i];

		w->pid = fork();
		if (!w->pid)
			frag_worker_main(w,
					 frag_instance_processes(w->instance),
					 topology, seed, crew->eventfd, log_fd,
					 parent);
		if (w->pid < 0)
			rc = -errno;
		else
			w->pidfd = (int)syscall(SYS_pidfd_open, w->pid, 0);
		if (!rc && w->pidfd < 0)
			rc = -errno;
	}
	if (rc) {
		frag_fail(e, rc, "cannot start the workers");
		frag_crew_end(crew, 0);
		frag_crew_free(crew);
	}
	return rc;
}

void frag_worker_tell(struct frag_worker *w, uint32_t command)
{
	uintptr_t word;
	uintptr_t first = (uintptr_t)w->shared;

	atomic_store(&w->share->command, command);
	frag_futex_wake(&w->share->command);
	/* The mapping is older than the fork: it stands at one address in both. */
	word = atomic_load(&w->share->told_word);
	if (word < first ||
	    word + sizeof(uint32_t) > first + w->instance->type->shared_size)
		return;
	atomic_fetch_or((_Atomic uint32_t *)word, FRAG_TOLD);
	frag_futex_wake((_Atomic uint32_t *)word);
}

void frag_crew_tell(struct frag_crew *crew, int phase, uint32_t command)
{
	for (unsigned i = 0; i < crew->count; i++) {
		struct frag_worker *w = &crew->workers[i];

		if (!w->is_dead && (phase < 0 || w->phase == (unsigned)phase))
			frag_worker_tell(w, command);
	}
}

/* True when @w is dead; waits for it when @options has no WNOHANG. */
static bool worker_reap(struct frag_worker *w, int options)
{
	siginfo_t info = { 0 };

	if (w->is_dead || w->pid <= 0)
		return w->is_dead;
	if (waitid(P_PID, (id_t)w->pid, &info, WEXITED | options) ||
	    !info.si_pid)
		return false;
	w->is_dead = true;
	w->status = info.si_code == CLD_EXITED ? info.si_status
					       : 128 + info.si_status;
	if (w->pidfd >= 0)
		close(w->pidfd);
	w->pidfd = -1;
	return true;
}

bool frag_crew_reap(struct frag_crew *crew)
{
	bool any = false;

	for (unsigned i = 0; i < crew->count; i++)
		if (!crew->workers[i].is_dead)
			any |= worker_reap(&crew->workers[i], WNOHANG);
	return any;
}

const struct frag_worker *frag_crew_failed(const struct frag_crew *crew,
					   int phase)
{
	for (unsigned i = 0; i < crew->count; i++) {
		const struct frag_worker *w = &crew->workers[i];

		if (w->is_excused ||
		    (phase >= 0 && w->phase != (unsigned)phase))
			continue;
		if (atomic_load(&w->share->state) == FRAG_WORKER_FAILED ||
		    (w->is_dead && !w->is_killed &&
		     (w->status ||
		      atomic_load(&w->share->state) != FRAG_WORKER_ENDED)))
			return w;
	}
	return NULL;
}

bool frag_crew_is_settled(const struct frag_crew *crew, int phase)
{
	for (unsigned i = 0; i < crew->count; i++) {
		const struct frag_worker *w = &crew->workers[i];
		uint32_t state = atomic_load(&w->share->state);

		if (w->phase == (unsigned)phase && !w->is_dead &&
		    (state == FRAG_WORKER_WAITING ||
		     state == FRAG_WORKER_RUNNING))
			return false;
	}
	return true;
}

/* Is @w stepping, or about to? */
static bool worker_is_running(const struct frag_worker *w)
{
	uint32_t state = atomic_load(&w->share->state);

	return !w->is_dead &&
	       atomic_load(&w->share->command) == FRAG_TELL_RUN &&
	       (state == FRAG_WORKER_WAITING || state == FRAG_WORKER_RUNNING);
}

static bool worker_is_growing(const struct frag_worker *w)
{
	return worker_is_running(w) && !w->instance->type->gives_way;
}

bool frag_crew_is_growing(const struct frag_crew *crew)
{
	for (unsigned i = 0; i < crew->count; i++)
		if (worker_is_growing(&crew->workers[i]))
			return true;
	return false;
}

void frag_crew_hold(struct frag_crew *crew)
{
	for (unsigned i = 0; i < crew->count; i++)
		if (worker_is_growing(&crew->workers[i]))
			frag_worker_tell(&crew->workers[i], FRAG_TELL_HOLD);
}

unsigned frag_crew_release(struct frag_crew *crew, unsigned permille)
{
	unsigned told = 0;

	for (unsigned i = 0; i < crew->count; i++) {
		struct frag_worker *w = &crew->workers[i];

		if (w->is_dead || !w->instance->type->release ||
		    atomic_load(&w->share->state) != FRAG_WORKER_HOLDING)
			continue;
		atomic_store(&w->share->permille, permille);
		frag_worker_tell(w, FRAG_TELL_RELEASE);
		told++;
	}
	return told;
}

bool frag_crew_is_releasing(const struct frag_crew *crew)
{
	for (unsigned i = 0; i < crew->count; i++)
		if (!crew->workers[i].is_dead &&
		    atomic_load(&crew->workers[i].share->command) ==
			    FRAG_TELL_RELEASE)
			return true;
	return false;
}

void frag_worker_kill(struct frag_worker *w)
{
	if (w->is_dead || w->pid <= 0)
		return;
	w->is_killed = true;
	kill(w->pid, SIGKILL);
	worker_reap(w, 0);
}

static bool is_all_dead(struct frag_crew *crew)
{
	frag_crew_reap(crew);
	for (unsigned i = 0; i < crew->count; i++)
		if (!crew->workers[i].is_dead && crew->workers[i].pid > 0)
			return false;
	return true;
}

void frag_crew_end(struct frag_crew *crew, uint64_t timeout_ns)
{
	uint64_t deadline = frag_now() + timeout_ns;

	frag_crew_tell(crew, -1, FRAG_TELL_STOP);
	while (!is_all_dead(crew) && frag_now() < deadline) {
		struct pollfd p = { crew->eventfd, POLLIN, 0 };
		uint64_t events;

		/* The event says ENDED a moment before the process is gone. */
		poll(&p, 1, 1);
		(void)!read(crew->eventfd, &events, sizeof(events));
	}
	for (unsigned i = 0; i < crew->count; i++)
		frag_worker_kill(&crew->workers[i]);
}

void frag_crew_free(struct frag_crew *crew)
{
	const void *last = NULL;

	for (unsigned i = 0; i < crew->count; i++) {
		struct frag_worker *w = &crew->workers[i];

		if (w->share)
			munmap(w->share, sizeof(*w->share));
		if (w->shared && w->shared != last)
			munmap(w->shared, w->instance->type->shared_size + 1);
		last = w->shared;
	}
	if (crew->eventfd >= 0)
		close(crew->eventfd);
	memset(crew, 0, sizeof(*crew));
	crew->eventfd = -1;
}
