// SPDX-License-Identifier: GPL-2.0-or-later
/* Goes on after short and interrupted writes. */
#include "write.h"

#include <errno.h>
#include <unistd.h>

int frag_write_all(int fd, const void *data, size_t n)
{
	const char *at = data;

	while (n) {
		ssize_t written = write(fd, at, n);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			at += written;
			n -= (size_t)written;
		}
	}
	return 0;
}
