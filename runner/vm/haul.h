/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest sends home: its files are received into a hidden folder beside
 * the runs, and become a run directory by a rename once all of them are there
 * and their checksum is right.
 */
#ifndef FRAGBENCH_VM_HAUL_H
#define FRAGBENCH_VM_HAUL_H

#include <jansson.h>
#include <stdbool.h>

#include "fragbench/error.h"
#include "vm/channel.h"

struct frag_haul {
	char output[400]; /* folder that runs land in */
	char folder[420]; /* hidden, in it; "" when there is none */
	int dirfd; /* of the folder: its logs, and the lock */
	int infd; /* of the folder below it that files are received into */
	int file; /* being received; -1 */
	char link[256]; /* symbolic link being received; "" */
	char error[160]; /* why it cannot be kept */
	struct frag_channel_sum sum;
};

/* Make the folder, locked for as long as it is received into. */
int frag_haul_begin(struct frag_haul *h, const char *output,
		    struct frag_error *e);

/* Take one FILE or DATA frame. 0 or -errno: -EPROTO for whatever is the guest's
 * own fault (a path that leads out of the folder, a file sent twice, more than
 * 4 GiB), another one for what is wrong here (a full disk). */
int frag_haul_take(struct frag_haul *h, enum frag_frame type, const char *data,
		   size_t n);

/* Is what was received what END (@text) says? */
bool frag_haul_is_whole(struct frag_haul *h, const json_t *end);

/* How what was received is brought home. */
enum frag_haul_way {
	FRAG_HAUL_RUN, /* as the run that it is */
	FRAG_HAUL_FAILED, /* whole, but made by a kernel in trouble */
	FRAG_HAUL_LOGS, /* not whole: nothing but the logs */
};

/*
 * Bring the run home: the one folder below that was received gets the logs and
 * moves to the output; @path says where it is then. FRAG_HAUL_FAILED puts
 * ".failed" behind its name. Where there is no run, or it is not whole, the
 * logs alone go to a folder whose name ends in @label and ".failed".
 * Nothing is overwritten.
 */
int frag_haul_home(struct frag_haul *h, enum frag_haul_way way,
		   const char *label, char *path, size_t size,
		   struct frag_error *e);

/* Remove what is left of the folder. */
void frag_haul_drop(struct frag_haul *h);

/* Remove the folders in @output that nobody receives into any more. */
void frag_haul_sweep(const char *output);

#endif
