/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One guest, seen from the host: QEMU is started, its console and its channel are
 * followed, and in the end there is a verdict and a run directory. Many
 * guests are followed at once: nothing here blocks.
 */
#ifndef FRAGBENCH_VM_GUEST_H
#define FRAGBENCH_VM_GUEST_H

#include <jansson.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "vm/kernel.h"
#include "vm/machine.h"

enum { FRAG_GUEST_FDS = 6, FRAG_GUEST_LINES = 12 };

/*
 * What a guest is to be and to do. job: borrowed: the command, series, repeat
 * and repeats of frag_pid1_main(), and `files`, an object of texts by their
 * path in the guest ("/mine.ini"); the rest of the job is made here. label: the
 * end of the name of what a guest leaves that made no run
 * ("sbrk-interleave-6.1-r2"). append: more kernel parameters, or "". modules:
 * files of the user's own, "FILE.ko" or "FILE.ko PARAMETERS", NULL-terminated,
 * or NULL. output: the folder that its run directory goes to. boot_ns: how long
 * until the first word from PID 1; silent_ns: the longest silence after that
 * (the watchdog; PID 1 says something every second); total_ns: how long all of
 * it may take.
 */
struct frag_guest_config {
	const struct frag_kernel *kernel;
	const struct frag_vm_machine *machine;
	const char *accel; /* "kvm" or "tcg" */
	const char *qemu; /* program, found */
	const char *qemu_version; /* "7.2.22" */
	const char *label;
	const char *append;
	const char *const *modules;
	const json_t *job;
	const char *output;
	uint64_t boot_ns;
	uint64_t silent_ns;
	uint64_t total_ns;
};

/* How a guest ended. */
enum frag_guest_end {
	FRAG_GUEST_DONE, /* the run is here, complete; code is its exit code */
	FRAG_GUEST_NO_BOOT, /* PID 1 never said a word */
	FRAG_GUEST_PANIC, /* the kernel panicked */
	FRAG_GUEST_OOPS, /* an oops, a BUG or a lockup; it may have gone on */
	FRAG_GUEST_OOM, /* the OOM killer, and the run did not end well */
	FRAG_GUEST_HANG, /* silence: the watchdog ended it */
	FRAG_GUEST_LATE, /* it took longer than total_ns */
	FRAG_GUEST_BROKEN, /* ended without a whole trailer, or QEMU failed */
};

/* end as a word for people and files: "done", "no-boot", "panic", ... */
const char *frag_guest_end_text(enum frag_guest_end end);

/*
 * The verdict. path: the run directory (sealed, or .partial when the run in
 * the guest did not end well; .failed behind its name when the kernel was in
 * trouble), or a folder NAME.failed with console.log when there is none; ""
 * when nothing could be kept. why: one line. lines: the last lines of the
 * console that tell of it. text: what `fragbench run` printed in the guest;
 * owned. summary: summary.json, or NULL; owned.
 */
struct frag_guest_result {
	enum frag_guest_end end;
	int code;
	char path[512];
	char why[256];
	char lines[FRAG_GUEST_LINES][160];
	unsigned nlines;
	char *text;
	json_t *summary;
	bool is_cut; /* it did its job, and the end of what it sent is missing */
	uint64_t boot_ns; /* from the start of QEMU to the first word */
	uint64_t total_ns;
};

struct frag_guest;

/* Start QEMU on it. It dies with this process, however that ends. */
int frag_guest_start(struct frag_guest **g,
		     const struct frag_guest_config *config,
		     struct frag_error *e);

/* Fill @p with what to poll for (POLLIN), returns how many. */
unsigned frag_guest_fds(const struct frag_guest *g,
			struct pollfd p[FRAG_GUEST_FDS]);

/* When frag_guest_work() is to be called at the latest, CLOCK_MONOTONIC;
 * UINT64_MAX: only when there is something to read. */
uint64_t frag_guest_deadline(const struct frag_guest *g);

/* Take in what has arrived. True when the guest is over: then its result
 * stands. Fails only for what stops everything (a full disk): @e filled. */
int frag_guest_work(struct frag_guest *g, bool *is_over, struct frag_error *e);

/* What it does just now: "boots", or the last progress line of its run. */
const char *frag_guest_progress(const struct frag_guest *g);

const struct frag_guest_result *frag_guest_result(const struct frag_guest *g);

/* End QEMU if it still runs, and free everything. What was received of a guest
 * that is not over is gone. */
void frag_guest_free(struct frag_guest *g);

/* Find QEMU for this machine's architecture: FRAGBENCH_QEMU, else
 * qemu-system-x86_64 in PATH. FRAG_EXIT_CANNOT with a mend when there is none. */
int frag_qemu_find(char *path, size_t size, struct frag_error *e);

/* What `QEMU --version` says: the number alone, "" when it cannot be told. */
void frag_qemu_version(const char *qemu, char *version, size_t size);

#endif
