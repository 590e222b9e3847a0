/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the verb `vm` share: its options, and what they come to. */
#ifndef FRAGBENCH_VERB_VM_H
#define FRAGBENCH_VERB_VM_H

#include "verb.h"
#include "verb/keys.h"
#include "vm/accel.h"
#include "vm/matrix.h"

struct vm_options {
	struct frag_words kernels;
	uint64_t memory;
	uint64_t cpus;
	const char *nodes;
	const char *distances;
	struct frag_words axes;
	struct frag_keys keys;
	const char *duration;
	uint64_t repeats;
	uint64_t jobs;
	uint64_t seed;
	const char *output;
	const char *append;
	struct frag_words modules;
	const char *accel;
	uint64_t boot_ns;
	uint64_t silent_ns;
	uint64_t total_ns;
	bool bisect;
	bool fail_fast;
	bool offline;
	bool dry_run;
	bool verbose;
	bool json;
};

/* More words than "--set W" of each option can have. */
enum { VM_WORDS = 8 * FRAG_WORDS_MAX };

/*
 * All that the options come to. config points into the rest. scenario: the
 * word of the guest's command line; text: of a file of the user's, owned, or
 * NULL.
 */
struct vm_plan {
	struct frag_matrix_config config;
	struct frag_vm_machine machine;
	struct frag_kernel kernels[FRAG_MATRIX_KERNELS];
	struct frag_axis axes[FRAG_AXES_MAX];
	unsigned naxes;
	const char *words[VM_WORDS];
	const char *modules[FRAG_WORDS_MAX + 1];
	char scenario[128];
	char *text;
	char qemu[512];
	char qemu_version[64];
	struct frag_accel accel;
};

/*
 * Check all that can be checked without a guest: machine, scenario, settings,
 * axes. Nothing is fetched or started. Free with frag_vm_plan_free() in any
 * case.
 */
int frag_vm_plan_make(struct vm_plan *p, const struct vm_options *o,
		      const char *scenario, struct frag_error *e);

/* Is all that travels into a guest UTF-8? FRAG_EXIT_USAGE when it is not: a job
 * is JSON. @scenario as the user has named it. */
int frag_vm_texts_check(const struct vm_plan *p, const struct vm_options *o,
			const char *scenario, struct frag_error *e);

/* Do the kernel parameters fit? FRAG_EXIT_USAGE when they do not. */
int frag_vm_append_check(const struct vm_plan *p, const struct vm_options *o,
			 struct frag_error *e);

/* Find QEMU, the kernels and the accelerator; work out how many at once. */
int frag_vm_plan_ready(struct vm_plan *p, const struct vm_options *o,
		       struct frag_error *e);

/* For --dry-run: what would be run, in which order, and how far that order
 * holds. */
int frag_vm_plan_print(struct vm_plan *p, FILE *out, struct frag_error *e);

void frag_vm_plan_free(struct vm_plan *p);

/* Say what the matrix came to: runs on stdout, what to do next on stderr. */
void frag_vm_tell(const struct frag_matrix *m, bool json);

/* `vm kernels` and `vm headers SPEC`. */
int frag_vm_kernels(const struct vm_options *o, struct frag_error *e);
int frag_vm_headers(const struct vm_options *o, const char *spec,
		    struct frag_error *e);

#endif
