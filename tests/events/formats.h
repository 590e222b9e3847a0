/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Format files of the recorded machines. */
#ifndef FRAGBENCH_TESTS_FORMATS_H
#define FRAGBENCH_TESTS_FORMATS_H

#include "events/format.h"
#include "scratch.h"

static const char *const kernels[] = { "5.10-boot", "6.1-compacted",
				       "6.12-used", "7.3-numa4-compacted" };
enum { NKERNELS = sizeof(kernels) / sizeof(*kernels) };

static inline const char *machine(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), TESTS_DIR "/machines/%s", name);
	return path;
}

/* The format of "kmem/mm_page_alloc" on @kernel. */
static inline void format_read(struct frag_format *f, const char *kernel,
			       const char *tracepoint)
{
	char name[PATH_MAX];
	size_t size;
	char *text;

	snprintf(name, sizeof(name), "/sys/kernel/tracing/events/%s/format",
		 tracepoint);
	text = file_read(machine(kernel), name, &size);
	assert_int_equal(frag_format_parse(f, text, size), 0);
	free(text);
}

#endif
