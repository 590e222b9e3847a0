// SPDX-License-Identifier: GPL-2.0-or-later
/* Single pages out of the smallest free blocks, and how a page that was freed
 * is made to leave the list of its CPU. */
#include <sys/mman.h>

#include "fragbench/kept.h"

enum { TOUCH_CHUNK = 256 };

int frag_dust_open(struct frag_dust *d, struct frag_context *ctx, uint64_t room)
{
	size_t bytes = (room + FRAG_DUST_RESERVE) * ctx->page_size;

	d->ctx = ctx;
	d->memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (d->memory == MAP_FAILED) {
		d->memory = NULL;
		return frag_no_space(ctx, bytes);
	}
	madvise(d->memory, bytes, MADV_NOHUGEPAGE);
	d->room = room + FRAG_DUST_RESERVE;
	d->reserve = frag_dust_take(d, FRAG_DUST_RESERVE);
	return 0;
}

uint64_t frag_dust_take(struct frag_dust *d, uint64_t n)
{
	size_t size = d->ctx->page_size;
	uint64_t done = 0;

	if (n > d->room - d->pages)
		n = d->room - d->pages;
	while (done < n &&
	       !(done % TOUCH_CHUNK == 0 && frag_is_stopping(d->ctx))) {
		*(volatile char *)(d->memory + d->pages * size) = 1;
		d->pages++;
		done++;
	}
	frag_add_pages(d->ctx, (int64_t)done);
	return done;
}

static uint64_t pages_give(struct frag_dust *d, uint64_t n)
{
	size_t size = d->ctx->page_size;

	if (!n ||
	    madvise(d->memory + (d->pages - n) * size, n * size, MADV_DONTNEED))
		return 0;
	d->pages -= n;
	frag_add_pages(d->ctx, -(int64_t)n);
	return n;
}

uint64_t frag_dust_give(struct frag_dust *d, uint64_t n)
{
	uint64_t held = frag_dust_held(d);

	return pages_give(d, n < held ? n : held);
}

void frag_dust_rinse(struct frag_dust *d)
{
	size_t bytes = d->reserve * d->ctx->page_size;
	char *end = d->memory + bytes;

	if (madvise(d->memory, bytes, MADV_DONTNEED))
		return;
	for (char *at = d->memory; at < end; at += d->ctx->page_size)
		*(volatile char *)at = 1;
}

void frag_dust_close(struct frag_dust *d)
{
	if (d->memory)
		pages_give(d, d->pages);
	if (d->memory)
		munmap(d->memory, d->room * d->ctx->page_size);
	*d = (struct frag_dust){ 0 };
}
