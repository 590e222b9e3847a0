// SPDX-License-Identifier: GPL-2.0-or-later
/* Where in /proc the signs of a shortage stand. */
#include "fragbench/signs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MOST = 32768 };

/* All of the file: one that is longer than a page comes in pieces. */
static int file_read(int fd, char *text)
{
	size_t used = 0;
	ssize_t got;

	do {
		got = pread(fd, text + used, FILE_MOST - 1 - used, (off_t)used);
		if (got < 0 && errno != EINTR)
			return -errno;
		used += got > 0 ? (size_t)got : 0;
	} while (got && used < FILE_MOST - 1);
	text[used] = '\0';
	return 0;
}

/* The number behind @key, which begins a line; 0 when there is none. */
static uint64_t value_of(const char *text, const char *key)
{
	size_t n = strlen(key);

	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, key, n))
			return strtoull(at + n, NULL, 10);
	}
	return 0;
}

int frag_signs_look(struct frag_signs *s, uint64_t *available, uint64_t *kswapd,
		    uint64_t *direct)
{
	char text[FILE_MOST];
	struct frag_signs before = *s;
	int rc = file_read(s->meminfo, text);

	if (rc)
		return rc;
	*available = value_of(text, "MemAvailable:") << 10;
	rc = file_read(s->vmstat, text);
	if (rc)
		return rc;
	s->kswapd = value_of(text, "pgscan_kswapd ");
	s->direct = value_of(text, "pgscan_direct ");
	*kswapd = s->kswapd - before.kswapd;
	*direct = s->direct - before.direct;
	return 0;
}

int frag_signs_open(struct frag_signs *s)
{
	uint64_t ignored;

	*s = (struct frag_signs){
		.meminfo = open("/proc/meminfo", O_RDONLY | O_CLOEXEC),
		.vmstat = open("/proc/vmstat", O_RDONLY | O_CLOEXEC),
	};
	if (s->meminfo < 0 || s->vmstat < 0)
		return -errno;
	return frag_signs_look(s, &ignored, &ignored, &ignored);
}

void frag_signs_close(struct frag_signs *s)
{
	if (s->meminfo >= 0)
		close(s->meminfo);
	if (s->vmstat >= 0)
		close(s->vmstat);
	s->meminfo = s->vmstat = -1;
}
