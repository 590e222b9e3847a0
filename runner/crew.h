/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The crew: all worker processes of a run. They are forked before anything is
 * measured and wait; the runner tells them to run, to hold, or to stop, and
 * sees by pidfd when one dies.
 */
#ifndef FRAGBENCH_CREW_H
#define FRAGBENCH_CREW_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "fragbench/collector.h"
#include "place.h"
#include "scenario.h"

/* Of all workloads together: an owner number is one byte in owners.c. */
enum { FRAG_WORKERS_MAX = 250 };
_Static_assert((int)FRAG_WORKERS_MAX >= (int)FRAG_PROCESSES_MAX &&
		       (int)FRAG_WORKERS_MAX <= UINT8_MAX,
	       "an owner number fits into a byte");

/* number: from 1, the owner number of frames.csv. phase: in which it runs. */
struct frag_worker {
	unsigned number;
	unsigned phase;
	const struct frag_instance *instance;
	unsigned index; /* within its instance */
	void *shared; /* of its instance */
	struct frag_worker_share *share;
	pid_t pid;
	int pidfd;
	bool is_dead;
	bool is_killed; /* by us: its death is no failure */
	bool is_excused; /* its failure was told, and the run goes on */
	int status; /* of waitid, when it is dead */
	uint32_t ndoubts; /* that the run has taken over so far */
	uint32_t shapes; /* likewise: share->shapes at that time */
};

struct frag_crew {
	struct frag_worker workers[FRAG_WORKERS_MAX];
	unsigned count;
	int eventfd; /* readable when a worker's state changed */
};

/*
 * Fork all workers of @s; they wait. Their stdout and stderr go to @log_fd.
 * Each has oom_score_adj 1000, a process group of its own, and dies with the
 * runner. On failure those that were started are ended.
 */
int frag_crew_launch(struct frag_crew *crew, const struct frag_scenario *s,
		     struct frag_topology *topology, uint64_t seed, int log_fd,
		     struct frag_error *e);

/* Tell worker @w what to do (enum frag_worker_command). */
void frag_worker_tell(struct frag_worker *w, uint32_t command);

/* Tell every living worker of phase @phase (or of all, -1). */
void frag_crew_tell(struct frag_crew *crew, int phase, uint32_t command);

/* Take note of workers that died; true when any did since the last call. */
bool frag_crew_reap(struct frag_crew *crew);

/* The first worker of phase @phase that failed or died unasked, and was not
 * excused, or NULL. */
const struct frag_worker *frag_crew_failed(const struct frag_crew *crew,
					   int phase);

/* True when no living worker of phase @phase is waiting or stepping. */
bool frag_crew_is_settled(const struct frag_crew *crew, int phase);

/* True while a living worker steps, also one in the background, but those that
 * give way by themselves. */
bool frag_crew_is_growing(const struct frag_crew *crew);

/* Tell all of those to hold. */
void frag_crew_hold(struct frag_crew *crew);

/* Tell every worker that holds and can release to give back @permille
 * thousandths of what it holds; returns how many there are. */
unsigned frag_crew_release(struct frag_crew *crew, unsigned permille);

/* True while a living worker has not done so yet. */
bool frag_crew_is_releasing(const struct frag_crew *crew);

/* Kill one worker and wait for its death. */
void frag_worker_kill(struct frag_worker *w);

/* Tell all to stop, wait up to @timeout_ns, kill what is left, reap all. */
void frag_crew_end(struct frag_crew *crew, uint64_t timeout_ns);

enum { FRAG_CREW_TABLES = 2 };

/*
 * The tables over this crew, collectors that read shared memory: ops.csv, and
 * counters.csv when a workload counts something. Returns how many of @c were
 * filled; the caller frees their row_keys.
 */
unsigned frag_crew_collect(struct frag_crew *crew,
			   struct frag_collect c[FRAG_CREW_TABLES]);

/* Free the shared memory; after frag_crew_end(). */
void frag_crew_free(struct frag_crew *crew);

/* What a worker does from fork to end; does not return. */
_Noreturn void frag_worker_main(struct frag_worker *w, size_t count,
				struct frag_topology *topology, uint64_t seed,
				int eventfd, int log_fd, pid_t parent);

#endif
