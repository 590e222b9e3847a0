// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages that wait in sockets for a reader who never comes: blocks of the
 * kernel of a chosen order that cannot be moved. Knows how an AF_UNIX stream
 * has to be written so that each message is one block from the free lists.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fragbench/files.h"
#include "fragbench/pick.h"
#include "fragbench/workload.h"

enum {
	/* UNIX_SKB_FRAGS_SZ (net/unix/af_unix.c): a longer message is split. */
	MESSAGE_MAX = 32768,
	/* What the kernel keeps beside the data: a struct sk_buff and a small
	 * head with the skb_shared_info, both from slabs. */
	HEAD = 1024,
	HEAD_MOST = 1536,
	DEPTH_MAX = 4096,
};

struct sockets_options {
	uint64_t messages;
	uint64_t order;
	uint64_t depth;
	const char *spread;
};

static const struct frag_option sockets_options[] = {
	{ "messages", 0, FRAG_COUNT, offsetof(struct sockets_options, messages),
	  NULL, "16384", 1, 1 << 24,
	  "messages that each process leaves in sockets" },
	{ "order", 0, FRAG_COUNT, offsetof(struct sockets_options, order), NULL,
	  "0", 0, 3,
	  "each message is one block of 2^N pages; smaller ones where no such block is free" },
	{ "depth", 0, FRAG_COUNT, offsetof(struct sockets_options, depth), NULL,
	  "32", 1, DEPTH_MAX,
	  "messages in each socket, at most: fewer where the send buffer is smaller" },
	{ "spread", 0, FRAG_CHOICE, offsetof(struct sockets_options, spread),
	  FRAG_PICKS, "even", 0, 0,
	  "which sockets a release closes; they were filled in turn, message by message, so that even frees every n-th message" },
	{ 0 },
};

enum { MESSAGES, SOCKETS, RELEASED };

static const struct frag_workload_counter sockets_counters[] = {
	[MESSAGES] = { "messages", "count", "messages sent" },
	[SOCKETS] = { "sockets", "count", "pairs of sockets made" },
	[RELEASED] = { "released", "pages", "pages given back by releases" },
	{ 0 },
};

/* A pair of sockets; what is written into one waits in the other. */
struct pair {
	int fd[2];
	uint32_t messages;
	bool is_open;
};

struct sockets_state {
	char *message;
	size_t length;
	struct pair *pairs;
	uint64_t npairs;
	uint64_t nopen;
	uint64_t sent;
};

static int sockets_check(const void *options, unsigned processes,
			 struct frag_error *e)
{
	const struct sockets_options *o = options;
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	(void)processes;
	if (!o->order || page << o->order <= MESSAGE_MAX)
		return 0;
	frag_fail(e, 0, "socket-buffers: order %u is too large",
		  (unsigned)o->order);
	frag_error_why(e, "a message is split into blocks of %u KiB at most",
		       MESSAGE_MAX >> 10);
	frag_error_mend(e, "--order 0");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static uint64_t sockets_bytes(const void *options, unsigned processes,
			      size_t page_size)
{
	const struct sockets_options *o = options;

	return o->messages * ((page_size << o->order) + HEAD) * processes;
}

static bool sockets_shrink(void *options, unsigned processes, size_t page_size,
			   uint64_t bytes)
{
	struct sockets_options *o = options;

	o->messages = bytes / processes / ((page_size << o->order) + HEAD);
	return o->messages > 0;
}

/* Let @fd hold @messages unread ones; returns how many it will. */
static uint64_t buffer_raise(const struct sockets_state *s, int fd,
			     uint64_t messages)
{
	uint64_t each = s->length + HEAD_MOST;
	/* The kernel doubles what it is told, for its own heads. */
	int want = (int)(each * messages / 2 + s->length);
	socklen_t length = sizeof(want);
	uint64_t fit;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &want, sizeof(want)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &want, sizeof(want));
	if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &want, &length))
		return 0;
	/* A message may be as long as half of the buffer and no longer. */
	if ((uint64_t)want / 2 < s->length + 64)
		return 0;
	fit = (uint64_t)want / each;
	return fit < messages ? fit : messages;
}

/* How deep a socket of this process can be. */
static uint64_t depth_ask(struct frag_context *ctx)
{
	const struct sockets_options *o = ctx->options;
	uint64_t depth = 0;
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd))
		return 0;
	depth = buffer_raise(ctx->state, fd[0], o->depth);
	close(fd[0]);
	close(fd[1]);
	return depth;
}

static int pair_open(struct frag_context *ctx, struct pair *p, uint64_t depth)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		       p->fd))
		return frag_give_up(ctx, -errno,
				    "no socket: %s; mend: ulimit -n unlimited, "
				    "or fewer messages",
				    strerror(errno));
	p->is_open = true;
	buffer_raise(ctx->state, p->fd[0], depth);
	frag_count(ctx, SOCKETS, 1);
	return 0;
}

static int sockets_setup(struct frag_context *ctx)
{
	const struct sockets_options *o = ctx->options;
	struct sockets_state *s = ctx->state;
	uint64_t depth;
	uint64_t room;

	s->length = ctx->page_size << o->order;
	depth = depth_ask(ctx);
	if (!depth)
		return frag_give_up(
			ctx, -ENOBUFS,
			"a socket has no room for a message of %zu KiB; mend: "
			"sysctl -w net.core.wmem_max=212992",
			s->length >> 10);
	s->npairs = (o->messages - 1) / depth + 1;
	room = frag_files_raise(2 * s->npairs);
	if (room < 2 * s->npairs)
		return frag_give_up(
			ctx, -EMFILE,
			"%ju sockets of %ju messages, two descriptors each, "
			"and no more than %ju may be open (RLIMIT_NOFILE); "
			"mend: ulimit -Hn %ju, or fewer messages",
			(uintmax_t)s->npairs, (uintmax_t)depth, (uintmax_t)room,
			(uintmax_t)(2 * s->npairs + FRAG_FILES_OTHERS));
	s->message = calloc(1, s->length);
	s->pairs = calloc(s->npairs, sizeof(*s->pairs));
	return s->message && s->pairs ? 0 : -ENOMEM;
}

/* One message into the next socket: neighbours in memory are in different
 * sockets, and a socket can be closed alone. */
static int sockets_step(struct frag_context *ctx)
{
	const struct sockets_options *o = ctx->options;
	struct sockets_state *s = ctx->state;
	struct pair *p = &s->pairs[s->sent % s->npairs];
	int rc = 0;

	if (s->sent < s->npairs) {
		rc = pair_open(ctx, p, (o->messages - 1) / s->npairs + 1);
		if (rc)
			return rc;
		s->nopen++;
		frag_time_from(ctx);
	}
	if (send(p->fd[0], s->message, s->length, MSG_NOSIGNAL) !=
	    (ssize_t)s->length)
		return frag_give_up(
			ctx, errno == EAGAIN ? -ENOBUFS : -errno,
			"message %ju of %ju did not fit into its socket; mend: "
			"--depth %ju",
			(uintmax_t)s->sent + 1, (uintmax_t)o->messages,
			(uintmax_t)p->messages / 2 + 1);
	p->messages++;
	s->sent++;
	frag_count(ctx, MESSAGES, 1);
	frag_add_pages(ctx, 1 << o->order);
	return s->sent < o->messages ? FRAG_MORE : FRAG_DONE;
}

/* Nobody reads: the kernel drops what waits when both ends are closed. */
static void pair_close(struct pair *p)
{
	if (!p->is_open)
		return;
	close(p->fd[0]);
	close(p->fd[1]);
	p->is_open = false;
}

static int sockets_release(struct frag_context *ctx, unsigned permille)
{
	const struct sockets_options *o = ctx->options;
	struct sockets_state *s = ctx->state;
	struct frag_pick pick =
		frag_pick_make(o->spread, s->nopen,
			       frag_permille_of(s->nopen, permille),
			       &ctx->seed);

	for (uint64_t i = 0; i < s->npairs && !frag_is_stopping(ctx); i++) {
		struct pair *p = &s->pairs[i];
		int64_t pages = (int64_t)p->messages << o->order;

		if (!p->is_open || !frag_pick_next(&pick, &ctx->seed))
			continue;
		pair_close(p);
		s->nopen--;
		frag_add_pages(ctx, -pages);
		frag_count(ctx, RELEASED, (uint64_t)pages);
	}
	return 0;
}

static void sockets_teardown(struct frag_context *ctx)
{
	struct sockets_state *s = ctx->state;

	for (uint64_t i = 0; s->pairs && i < s->npairs; i++)
		pair_close(&s->pairs[i]);
	free(s->pairs);
	free(s->message);
}

extern const struct frag_workload frag_workload_socket_buffers;
const struct frag_workload frag_workload_socket_buffers = {
	.name = "socket-buffers",
	.summary = "messages that wait in sockets: unmovable, of order 0 to 3",
	.about =
		"Sends messages of 2^order pages through AF_UNIX stream "
		"sockets, and nobody reads them. The kernel puts each into one "
		"block of that order (unix_stream_sendmsg in net/unix/af_unix.c, "
		"alloc_skb_with_frags in net/core/skbuff.c: alloc_pages without "
		"__GFP_MOVABLE), out of unmovable pageblocks, and beside it into "
		"about 1 KiB of slabs. When those pageblocks are full, others "
		"are taken from movable memory (__rmqueue in mm/page_alloc.c): "
		"an extfrag event each. Messages go to the sockets in turn, so "
		"that a release, which closes every n-th socket, frees every "
		"n-th block: its buddy is held by the kernel, and compaction "
		"cannot mend it. Order 2 is what a driver's kmalloc of 16 KiB "
		"does, without a module and as any user. All is gone with the "
		"process.",
	.options = sockets_options,
	.options_size = sizeof(struct sockets_options),
	.state_size = sizeof(struct sockets_state),
	.processes = 1,
	.cpus = "same",
	.counters = sockets_counters,
	.check = sockets_check,
	.bytes = sockets_bytes,
	.shrink = sockets_shrink,
	.setup = sockets_setup,
	.step = sockets_step,
	.release = sockets_release,
	.teardown = sockets_teardown,
};
