/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The larger steps of a guest on the host's side: its initramfs, its process,
 * its verdict. */
#ifndef FRAGBENCH_VM_GUEST_PARTS_H
#define FRAGBENCH_VM_GUEST_PARTS_H

#include <sys/types.h>

#include "vm/channel.h"
#include "vm/console.h"
#include "vm/guest.h"
#include "vm/haul.h"

/* The streams of QEMU, in the order of the pipes below. */
enum frag_guest_stream {
	FRAG_STREAM_CONSOLE,
	FRAG_STREAM_SERIAL,
	FRAG_STREAM_PORT,
	FRAG_STREAM_QEMU, /* what QEMU itself says */
	FRAG_STREAMS,
};

struct frag_guest {
	struct frag_guest_config config;
	struct frag_guest_result result;
	struct frag_haul haul;
	struct frag_console console;
	struct frag_channel channels[2]; /* serial, port */
	json_t *end; /* the last frame, once it has come */
	int fds[FRAG_STREAMS]; /* our ends of the pipes; -1 when over */
	int pidfd;
	pid_t pid;
	int qemu_log;
	char qemu_said[160]; /* its last line */
	char progress[160];
	size_t text_used;
	uint64_t start_ns;
	uint64_t heard_ns; /* the last frame; 0 before the first */
	enum frag_guest_end killed; /* why we ended it; FRAG_GUEST_DONE: not */
	uint64_t oops_ns; /* when the console first told of one */
	int keep_error; /* why what it sends cannot be kept: the first */
	int exit; /* what QEMU is to end with, as the last frame says */
	int status; /* of waitpid() */
	bool is_over;
};

/* Write the initramfs of @config, the whole job in it; *fd: a memfd. */
int frag_guest_initramfs(const struct frag_guest_config *config, int *fd,
			 struct frag_error *e);

/* Start QEMU with the initramfs in @initramfs: fills fds, pid and pidfd. */
int frag_guest_spawn(struct frag_guest *g, int initramfs, struct frag_error *e);

/* It is over: fill the result's end, code, why and lines. @is_whole: the
 * results are here and their checksum is right. */
void frag_guest_judge(struct frag_guest *g, bool is_whole);

#endif
