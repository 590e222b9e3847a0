// SPDX-License-Identifier: GPL-2.0-or-later
/* Sums up files with SHA-256. */
#include "sum.h"

#include <errno.h>
#include <sha256.h>
#include <sys/types.h>
#include <unistd.h>

#include "packed.h"

_Static_assert(FRAG_SUM_SIZE == SHA256_DIGEST_STRING_LENGTH,
	       "room for a checksum");

int frag_packed_sum(int dirfd, const char *name, char *sum)
{
	unsigned char buf[16 << 10];
	SHA2_CTX sha;
	ssize_t n;
	int fd = frag_packed_open(dirfd, name);

	if (fd < 0)
		return fd;
	SHA256Init(&sha);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		SHA256Update(&sha, buf, (size_t)n);
	n = n < 0 ? -errno : 0;
	close(fd);
	SHA256End(&sha, sum);
	return (int)n;
}
