/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest says to its host: frames on a byte stream (a virtio port or a
 * serial line), one way. A frame is the bytes 'F' 'B', its type, 0, and the
 * length of its payload as 32 bits, little endian. Nothing is believed complete
 * before the last frame has come and its checksum is right.
 */
#ifndef FRAGBENCH_VM_CHANNEL_H
#define FRAGBENCH_VM_CHANNEL_H

#include <sha256.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FRAG_FRAME_HEAD = 8,
	FRAG_FRAME_MAX = 32 << 10, /* of a payload */
};

/*
 * HELLO: nothing: PID 1 is there. BEAT: nothing; once a second.
 * OUT, ERR: what the command printed. FILE: "MODE PATH": what follows in DATA
 * frames is this file, relative to the results; MODE octal, with S_IFMT. END:
 * JSON {code, exit, bytes, sha256}: the command's exit code, 0 to 255; the exit
 * code that QEMU will end with; of all FILE and DATA payloads in order.
 */
enum frag_frame {
	FRAG_FRAME_HELLO = 'H',
	FRAG_FRAME_BEAT = 'B',
	FRAG_FRAME_OUT = 'O',
	FRAG_FRAME_ERR = 'E',
	FRAG_FRAME_FILE = 'F',
	FRAG_FRAME_DATA = 'D',
	FRAG_FRAME_END = 'Z',
};

/* Names of the virtio port, and which serial port stands in for it. */
#define FRAG_CHANNEL_PORT   "fragbench"
#define FRAG_CHANNEL_SERIAL "/dev/ttyS1"

/* What was sent or received of FILE and DATA so far. */
struct frag_channel_sum {
	SHA2_CTX sha;
	uint64_t bytes;
};

void frag_channel_sum_begin(struct frag_channel_sum *s);
void frag_channel_sum_add(struct frag_channel_sum *s, const void *data,
			  size_t n);
/* As hexadecimal text; @s is used up. */
void frag_channel_sum_end(struct frag_channel_sum *s,
			  char text[SHA256_DIGEST_STRING_LENGTH]);

/* Send one frame of @n bytes (<= FRAG_FRAME_MAX), whole. 0 or -errno. */
int frag_channel_send(int fd, enum frag_frame type, const void *data, size_t n);

/*
 * Send what lies below the folder @path, each file with its path relative to
 * it; folders and symbolic links, too. Adds to @s. 0 or -errno.
 */
int frag_channel_send_tree(int fd, const char *path,
			   struct frag_channel_sum *s);

/* The receiving end: bytes in any portions, whole frames out. */
struct frag_channel {
	unsigned char buf[FRAG_FRAME_HEAD + FRAG_FRAME_MAX];
	size_t used;
	bool is_broken; /* what came was no frame: nothing more is taken */
};

/* One frame: 0, or a negative errno that stops frag_channel_feed(). */
typedef int frag_channel_take(void *ctx, enum frag_frame type, const char *data,
			      size_t n);

/* Take in @n bytes and hand every frame that is whole to @take. Returns 0, what
 * @take returned, or -EPROTO once the stream is broken. */
int frag_channel_feed(struct frag_channel *c, const void *data, size_t n,
		      frag_channel_take *take, void *ctx);

#endif
