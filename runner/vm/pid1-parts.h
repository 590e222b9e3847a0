/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The larger steps of PID 1: modules, the channel, the command. */
#ifndef FRAGBENCH_VM_PID1_PARTS_H
#define FRAGBENCH_VM_PID1_PARTS_H

#include <jansson.h>

#include "fragbench/error.h"

/*
 * Load the modules in the list @key of @job: a path each (one that is there
 * already is fine), or an object {file, parameters}: the user's own, which must
 * not be another's.
 */
int frag_pid1_modules(const json_t *job, const char *key, struct frag_error *e);

/*
 * Open the way to the host: the virtio port when it appears within two seconds
 * of a kernel that knows virtio ports, the second serial line otherwise.
 * Returns a descriptor or -errno.
 */
int frag_pid1_channel(void);

/*
 * The kernel hands parameters that it does not know to PID 1:
 * FRAGBENCH_MEMORY_MAX=200M makes a memory cgroup (v2) with that limit, which
 * the command joins. Says so where there can be none; nothing without.
 */
void frag_pid1_group(void);

/* Wait until everything written to the channel has left. */
void frag_channel_drain(int fd);

/*
 * Run the job's command, hand what it prints to the channel and to the console,
 * and send a beat every second. Returns its exit code (128 + n when a
 * signal ended it), or a negative errno with @e filled.
 */
int frag_pid1_command(int channel, const json_t *job, struct frag_error *e);

#endif
