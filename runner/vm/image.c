// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The header of a bzImage: "HdrS" at 0x202, and at 0x20e, counted from 0x200,
 * where the version stands: "RELEASE (BUILDER) #1 ...". In the kernel's
 * Documentation/arch/x86/boot.rst.
 */
#include "vm/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	MAGIC_AT = 0x202,
	PROTOCOL_AT = 0x206,
	LOAD_FLAGS_AT = 0x211,
	VERSION_AT = 0x20e,
	VERSION_BASE = 0x200,
	LOADED_HIGH = 1,
	PROTOCOL_MIN = 0x200, /* 2.00: the first with a version */
	HEADER = 0x214,
};

static int image_wrong(const char *path, const char *why, struct frag_error *e)
{
	frag_fail(e, 0, "%s is not a kernel that can be booted", path);
	frag_error_why(e, "%s", why);
	frag_error_mend(e, "give arch/x86/boot/bzImage of the kernel's build "
			   "folder");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

int frag_image_release(const char *path, char *release, size_t size,
		       struct frag_error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char head[HEADER];
	unsigned at, protocol;
	char text[256];
	ssize_t n;

	release[0] = '\0';
	if (fd < 0) {
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return frag_fail(e, -errno, "cannot open the kernel %s", path);
	}
	n = pread(fd, head, sizeof(head), 0);
	at = n == HEADER ? head[VERSION_AT] | head[VERSION_AT + 1] << 8 : 0;
	/* 0 in the header: it does not tell. */
	text[0] = '\0';
	if (at) {
		ssize_t got = pread(fd, text, sizeof(text) - 1,
				    VERSION_BASE + (off_t)at);

		text[got > 0 ? got : 0] = '\0';
	}
	close(fd);
	if (n < 0)
		return image_wrong(path, "it cannot be read", e);
	if (n != HEADER || memcmp(head + MAGIC_AT, "HdrS", 4))
		return image_wrong(path,
				   "it has no boot header of Linux on x86", e);
	protocol = head[PROTOCOL_AT] | (unsigned)head[PROTOCOL_AT + 1] << 8;
	if (protocol < PROTOCOL_MIN || !(head[LOAD_FLAGS_AT] & LOADED_HIGH))
		return image_wrong(path, "it is older than bzImages are", e);
	text[strcspn(text, " \n")] = '\0';
	snprintf(release, size, "%s", text);
	return 0;
}
