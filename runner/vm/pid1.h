/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's side: this program as PID 1 of a throw-away machine. It mounts,
 * loads modules, runs one fragbench command, sends what that left behind, and
 * powers off.
 */
#ifndef FRAGBENCH_VM_PID1_H
#define FRAGBENCH_VM_PID1_H

#include "fragbench/error.h"

/* What QEMU ends with when PID 1 ends it, and the value for isa-debug-exit that
 * does so. A kernel that gives no ports to anybody is powered off: 0. */
enum { FRAG_PID1_VALUE = 21, FRAG_PID1_EXIT = 2 * FRAG_PID1_VALUE + 1 };

/* Where the job stands in the initramfs, and what the host is sent. */
#define FRAG_PID1_JOB	  "/job.json"
#define FRAG_PID1_RESULTS "/results"

/*
 * Do the job in /job.json and end the machine; does not return when it is PID
 * 1, and refuses with FRAG_EXIT_USAGE when it is not. The job is an object:
 *
 *   command   the words behind "fragbench" ("run", "sbrk-interleave", ...)
 *   time_ns   the host's CLOCK_REALTIME at the start
 *   modules   paths to load first, in order: the channel's
 *   own       [{file, parameters}]: the user's own modules, loaded after those
 *   guest     what goes into the manifest as machine.guest (environment
 *             FRAGBENCH_GUEST, as JSON text, for the command)
 *   series, repeat, repeats   the place of the run in its series (environment
 *             FRAGBENCH_SERIES: "SERIES REPEAT REPEATS")
 */
int frag_pid1_main(struct frag_error *e);

#endif
