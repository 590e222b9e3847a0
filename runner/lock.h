/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lock on the machine's knobs. They are the machine's, so the lock is one
 * of its own files: all runs find it, whatever their FRAGBENCH_STATE is. It is
 * an flock(2) on FRAG_MACHINE_LOCK, a file that every kernel from 5.10 on has
 * and that none but root may open: nobody else can hold it and keep runs from
 * starting. A container with a /proc of its own has a lock of its own.
 */
#ifndef FRAGBENCH_LOCK_H
#define FRAGBENCH_LOCK_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "fragbench/error.h"

/* Write only, and never written. */
#define FRAG_MACHINE_LOCK "/proc/sys/vm/drop_caches"

/* Open it, above 2; 0 where that cannot be (no root, /proc read-only): then no
 * knob below /proc/sys can be written either. Processes forked later share the
 * lock. */
int frag_machine_open(void);

/* Is @path a knob of the machine, which the lock is about? */
bool frag_machine_has(const char *path);

/* Take the lock, once or again. -EBUSY with @e filled (who holds it) when
 * another run has it. @fd 0: nothing to take. */
int frag_machine_claim(int fd, struct frag_error *e);

/* Let it go, for all processes that share @fd. */
void frag_machine_release(int fd);

/* Who holds a lock on the file @st: its process, 0 when that has ended and
 * left the lock to a child or is in another container, -1 when nobody does.
 * Asked of the kernel, which tells everybody (proc(5), /proc/locks). */
pid_t frag_lock_holder(const struct stat *st);

#endif
