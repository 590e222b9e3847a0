/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the matrix share among themselves. */
#ifndef FRAGBENCH_VM_MATRIX_PARTS_H
#define FRAGBENCH_VM_MATRIX_PARTS_H

#include "vm/matrix.h"

/* Kernels x combinations of values, without series. */
int frag_columns_make(struct frag_matrix *m, struct frag_error *e);

/* Every cell, in the order that the seed decides. */
int frag_cells_order(struct frag_matrix *m, struct frag_error *e);

/* "6.1" of "debian:6.1", "bzImage" of a path. */
const char *frag_kernel_short(const struct frag_kernel *k);

/* The kernel parameters of @column, into @buf. */
const char *frag_column_append(const struct frag_matrix *m,
			       const struct frag_matrix_column *column,
			       char *buf, size_t size);

/* name: "vm-HASH.json" in the folder dirfd; lock: a file beside it that is
 * flock()ed, for the state itself is replaced. is_new: nobody had begun it. */
struct frag_resume {
	int dirfd;
	int lock;
	char name[48];
	char lock_name[48];
	json_t *state;
	bool is_new;
};

/*
 * Lock the state of @m in the output folder and take from it what a former
 * call decided: seed and series. Without one they are made, and written: a run
 * is known by its series even when nothing could be noted of it. Locks that
 * killed matrices have left are removed.
 */
int frag_resume_open(struct frag_matrix *m, struct frag_error *e);

/* Mark the cells that are done: what the state tells of, and what else lies in
 * the output folder, sealed, with their series and repeat. */
void frag_resume_recall(struct frag_matrix *m);

/* Write down that @cell is done, once its run is on the disk. */
int frag_resume_note(struct frag_matrix *m, const struct frag_cell *cell,
		     struct frag_error *e);

/* Let go of the state; it goes away when every cell is done, or none. */
void frag_resume_close(struct frag_matrix *m);

/* Bytes of this host's memory that one guest on @machine takes, with QEMU. */
uint64_t frag_guest_cost(const struct frag_vm_machine *machine);

/* Does one more guest fit into @room bytes, and leave the host what it needs? */
bool frag_guest_fits(const struct frag_vm_machine *machine, uint64_t room);

/* A guest at work. */
struct frag_job {
	struct frag_guest *guest;
	struct frag_cell *cell;
	uint64_t start_ns; /* CLOCK_MONOTONIC */
};

/* Say how a cell ended: a line, and for a failure the console's last lines. */
void frag_progress_ended(const struct frag_matrix *m,
			 const struct frag_cell *cell,
			 const struct frag_guest_result *r);

/* Say that the guest of @cell did not boot and is started once more. */
void frag_progress_again(const struct frag_matrix *m,
			 const struct frag_cell *cell,
			 const struct frag_guest_result *r);

/* On a terminal, the one line of progress; into @buf, without its control
 * characters, whatever the output is. */
const char *frag_progress_text(const struct frag_matrix *m,
			       const struct frag_job *jobs, unsigned njobs,
			       uint64_t now, char *buf, size_t size);
void frag_progress_show(const struct frag_matrix *m,
			const struct frag_job *jobs, unsigned njobs);

/* Take the line of progress away. */
void frag_progress_clear(const struct frag_matrix *m);

#endif
