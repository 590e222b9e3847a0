// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the folders of huge page sizes, and turns on what is switched off. */
#include "huge.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"

int frag_order_of(uint64_t bytes)
{
	uint64_t pages = bytes / (uint64_t)sysconf(_SC_PAGESIZE);

	if (!pages || pages & (pages - 1))
		return -EINVAL;
	return __builtin_ctzll(pages);
}

int frag_huge_order(struct frag_error *e)
{
	uint64_t bytes;
	int rc = frag_slurp_u64("", FRAG_THP_DIR "/hpage_pmd_size", &bytes);

	if (!rc)
		return frag_order_of(bytes);
	frag_fail(e, rc, "this kernel has no transparent huge pages");
	frag_error_mend(e, "fragbench probe hugetlb");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return rc;
}

static int order_compare(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a;
	unsigned y = *(const unsigned *)b;

	return (x > y) - (x < y);
}

unsigned frag_huge_orders(const char *dir, unsigned orders[FRAG_PROBE_ORDERS])
{
	DIR *d = opendir(dir);
	struct dirent *one;
	unsigned n = 0;

	while (d && n < FRAG_PROBE_ORDERS && (one = readdir(d))) {
		struct frag_text t =
			frag_text_of(one->d_name, strlen(one->d_name));
		uint64_t kib;
		int order;

		if (!frag_text_take(&t, "hugepages-") ||
		    !frag_text_u64(&t, &kib) || !frag_text_is(t, "kB"))
			continue;
		order = frag_order_of(kib * 1024);
		if (order > 0)
			orders[n++] = (unsigned)order;
	}
	if (d)
		closedir(d);
	qsort(orders, n, sizeof(*orders), order_compare);
	return n;
}

/* Does the switch @path allow huge pages to who asks with MADV_HUGEPAGE?
 * 1, 0, -EAGAIN for "inherit", or another negative errno. */
static int switch_read(const char *path)
{
	char text[128];
	int rc = frag_slurp("", path, text, sizeof(text));

	if (rc < 0)
		return rc;
	if (strstr(text, "[inherit]"))
		return -EAGAIN;
	return !strstr(text, "[never]");
}

int frag_huge_allow(struct frag_probe_context *ctx, struct frag_error *e)
{
	static const char top[] = FRAG_THP_DIR "/enabled";
	const char *path = top;
	char own[128];
	int rc;

	/* Each size has a switch of its own since 6.8. */
	snprintf(own, sizeof(own),
		 FRAG_THP_DIR "/hugepages-%" PRIu64 "kB/enabled",
		 ctx->bytes / 1024);
	rc = switch_read(own);
	if (rc != -ENOENT)
		path = own;
	if (rc == -ENOENT || rc == -EAGAIN)
		rc = switch_read(top);
	if (rc < 0)
		return frag_fail(e, rc, "cannot read %s", path);
	if (rc)
		return 0;
	rc = ctx->knob(ctx, path, "madvise", e);
	if (rc)
		frag_error_mend(e, "echo madvise > %s", path);
	return rc;
}
