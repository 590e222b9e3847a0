/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many guests, one run each: kernels x all combinations of axes x repeats. A
 * column is one kernel with one value of each axis, and one series of runs.
 * Repeats are outermost, and inside each the columns are shuffled by the seed,
 * so that whatever drifts on the host meets all of them.
 */
#ifndef FRAGBENCH_VM_MATRIX_H
#define FRAGBENCH_VM_MATRIX_H

#include "scenario.h"
#include "vm/guest.h"

enum {
	FRAG_AXES_MAX = 8,
	FRAG_AXIS_VALUES = 32,
	FRAG_MATRIX_KERNELS = 32,
	FRAG_MATRIX_RUNS = 100000,
	FRAG_JOBS_MAX = 64,
};

/* What the values of an axis are: those of a key of the scenario, of the time
 * that phases last, of kernel parameters, or of a knob. */
enum frag_axis_kind {
	FRAG_AXIS_KEY,
	FRAG_AXIS_FOR,
	FRAG_AXIS_APPEND,
	FRAG_AXIS_KNOB,
};

/* text: owned; key and values point into it. */
struct frag_axis {
	char *text;
	const char *key;
	const char *values[FRAG_AXIS_VALUES];
	enum frag_axis_kind kind;
	unsigned count;
};

/*
 * Read "KEY=V1,V2"; where a value holds commas, values are split at ';'. KEY is
 * a key of @s or of its workloads, PHASE.KEY, "for", "append", or else a
 * knob: a file of /proc/sys/vm, "vm.NAME", or a path. -EINVAL
 * (FRAG_EXIT_USAGE) with what was meant. Free with frag_axis_free() in any case.
 */
int frag_axis_parse(struct frag_axis *a, const char *text,
		    struct frag_scenario *s, struct frag_error *e);

/* Try value @i of @a on @s, as far as that can be done outside of the guest. */
int frag_axis_apply(const struct frag_axis *a, unsigned i,
		    struct frag_scenario *s, struct frag_error *e);

/* Do both vary the same thing, whatever each calls it? "swappiness" and
 * "vm.swappiness" are one knob. */
bool frag_axis_is_same(const struct frag_axis *a, const struct frag_axis *b);

void frag_axis_free(struct frag_axis *a);

/* How guests are run; frag_guest_ops is the real thing (guest.h). room: bytes
 * of the host's memory that may be taken now. */
struct frag_guest_ops {
	int (*start)(struct frag_guest **g,
		     const struct frag_guest_config *config,
		     struct frag_error *e);
	unsigned (*fds)(const struct frag_guest *g,
			struct pollfd p[FRAG_GUEST_FDS]);
	uint64_t (*deadline)(const struct frag_guest *g);
	int (*work)(struct frag_guest *g, bool *is_over, struct frag_error *e);
	const char *(*progress)(const struct frag_guest *g);
	const struct frag_guest_result *(*result)(const struct frag_guest *g);
	void (*free)(struct frag_guest *g);
	uint64_t (*room)(void);
};

extern const struct frag_guest_ops frag_guest_ops;

/*
 * What is to be run; all of it is borrowed. guest: as every guest is to be,
 * without kernel and job; its append is what stands before that of an axis.
 * tool: the version of this program. scenario: as `run` in the guest takes
 * it, "NAME" or "/NAME.ini"; text: of that file, or NULL. words: what else
 * stands on every command line in the guest ("--set", "pages=1000"). seed: of
 * the first repeat, the next has one more, in every column; 0: a new one.
 * is_kept: a state file in the output folder, so that the same command line
 * goes on where it was stopped.
 */
struct frag_matrix_config {
	struct frag_guest_config guest;
	const struct frag_guest_ops *ops;
	const char *tool;
	const char *scenario;
	const char *text;
	const char *const *words;
	unsigned nwords;
	const struct frag_kernel *kernels;
	unsigned nkernels;
	const struct frag_axis *axes;
	unsigned naxes;
	unsigned repeats;
	unsigned jobs;
	uint64_t seed;
	bool is_kept;
	bool fails_fast;
	FILE *say; /* progress; NULL: none */
};

/* name: "debian:6.1 mode=lockstep". value: number of the value of each axis. */
struct frag_matrix_column {
	const struct frag_kernel *kernel;
	unsigned value[FRAG_AXES_MAX];
	char name[FRAG_KERNEL_PATH + 256];
	char series[32];
};

enum frag_cell_state {
	FRAG_CELL_WAITS,
	FRAG_CELL_RUNS,
	FRAG_CELL_DONE, /* with exit code 0, 1 or 5 */
	FRAG_CELL_FAILED,
};

/* One run. repeat: from 1. tries: guests that were started for it. label: see
 * frag_guest_config. was_before: done by an earlier call. The texts and the
 * summary (NULL: none) are owned. */
struct frag_cell {
	unsigned column;
	unsigned repeat;
	unsigned tries;
	enum frag_cell_state state;
	enum frag_guest_end end;
	int code;
	bool was_before;
	bool has_booted;
	uint64_t total_ns;
	char label[128];
	char path[512];
	char why[256];
	char *text;
	json_t *summary;
};

struct frag_resume;

/* cells: in the order in which they run. */
struct frag_matrix {
	struct frag_matrix_config config;
	struct frag_matrix_column *columns;
	unsigned ncolumns;
	struct frag_cell *cells;
	unsigned ncells;
	uint64_t seed;
	struct frag_resume *resume;
};

/*
 * Work out columns, seed and order, and what was done before. Free with
 * frag_matrix_free() in any case. -EBUSY when the same matrix is at work in
 * another process.
 */
int frag_matrix_make(struct frag_matrix *m,
		     const struct frag_matrix_config *config,
		     struct frag_error *e);

/* Is there a matrix in the folder @output that was begun and not ended? */
bool frag_matrix_is_begun(const char *output);

/*
 * Run every cell that is not done. A guest that does not boot is started once
 * more. One that fails is not a failure of this: its cell tells. Returns 0,
 * -EINTR when frag_stop was set (@e is not filled), or what stops everything,
 * with @e filled. Whatever it returns, no guest is left.
 */
int frag_matrix_run(struct frag_matrix *m, struct frag_error *e);

/* How many cells are in @state. */
unsigned frag_matrix_count(const struct frag_matrix *m,
			   enum frag_cell_state state);

/* The exit code: FRAG_EXIT_FAILED when a guest failed, else the worst of the
 * runs' own. A single run has its own code, whatever it is. */
int frag_matrix_exit(const struct frag_matrix *m);

/*
 * For `git bisect run`, over all cells: FRAG_EXIT_DONE for a good kernel,
 * FRAG_EXIT_BAD for a bad one, FRAG_EXIT_NO_BOOT when it does not boot or it
 * cannot be told, FRAG_EXIT_ABORT when the host is to blame. One line of why.
 */
int frag_matrix_verdict(const struct frag_matrix *m, char *why, size_t size);

/* The words that @cell runs in its guest; a new reference. */
json_t *frag_matrix_command(const struct frag_matrix *m,
			    const struct frag_cell *cell);

void frag_matrix_free(struct frag_matrix *m);

/* The host: CPUs online, and bytes that may be taken: MemAvailable, or what
 * the memory cgroup leaves of it. */
struct frag_host {
	unsigned cpus;
	uint64_t room;
};

/*
 * How many guests at once: @asked, or for 0 as many as fit. Each takes its
 * memory and 192 MiB of QEMU's own. Refuses (FRAG_EXIT_CANNOT) what does not
 * fit the host's room less 1 GiB, with what would; says on @say when the CPUs
 * are too few.
 */
int frag_matrix_jobs(unsigned *jobs, uint64_t asked, unsigned ncells,
		     const struct frag_vm_machine *machine,
		     const struct frag_host *host, FILE *say,
		     struct frag_error *e);

#endif
