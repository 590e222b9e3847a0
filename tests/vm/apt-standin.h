/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive without a network: apt-get, apt-cache and dpkg-deb in PATH are
 * scripts. In the scratch folder: `archive/NAME=VERSION/` is what is in a
 * package that can be had, `now` what `madison` says of the archive after the
 * next update (none: it cannot be asked), `show/NAME` what is known of a
 * package, and `calls` what was called. The cache is `fragbench/debian/`.
 */
#ifndef FRAGBENCH_TESTS_APT_STANDIN_H
#define FRAGBENCH_TESTS_APT_STANDIN_H

#include <sys/statvfs.h>
#include <time.h>

#include "bzimage.h"
#include "vm/kernel.h"

#define CACHE "fragbench/debian/"

/* path: PATH as it was; owned. */
struct standin {
	struct scratch s;
	char *path;
};

static const char standin_apt_get[] =
	"#!/bin/sh\n"
	"here=${0%/bin/*}\n"
	"echo \"apt-get $*\" >>\"$here/calls\"\n"
	"own=$1\n"
	"[ \"$own\" != -c ] || shift 2\n"
	"case $1 in\n"
	"indextargets)\n"
	"	[ \"$own\" = -c ] ||\n"
	"		echo 'Debian|Debian|http://archive.invalid|no|' ;;\n"
	"update)\n"
	"	[ ! -e \"$here/on-update\" ] || . \"$here/on-update\"\n"
	"	cp \"$here/now\" \"$here/madison\" 2>/dev/null || {\n"
	"		echo 'E: The network is down' >&2; exit 100; }\n"
	"	echo 'Get:1 archive' ;;\n"
	"-q)\n"
	"	shift 2\n"
	"	for p; do\n"
	"		[ -d \"$here/archive/$p\" ] || {\n"
	"			echo 'E: 404  Not Found' >&2; exit 100; }\n"
	"		echo \"$here/archive/$p\" >\"$p.deb\"\n"
	"	done ;;\n"
	"esac\n";

static const char standin_apt_cache[] =
	"#!/bin/sh\n"
	"here=${0%/bin/*}\n"
	"shift 2\n"
	"case $1 in\n"
	"pkgnames) sed 's/ .*//' \"$here/madison\" ;;\n"
	"madison) cat \"$here/madison\" ;;\n"
	"show) cat \"$here/show/$3\" || exit 100 ;;\n"
	"esac\n";

static const char standin_dpkg_deb[] =
	"#!/bin/sh\n"
	"from=$(cat \"$2\")\n"
	"[ ! -e \"$from/broken\" ] || {\n"
	"	echo 'not a package' >&2; exit 2; }\n"
	"cp -R \"$from/.\" \"$3\"\n";

static inline void program_make(struct scratch *s, const char *name,
				const char *text)
{
	scratch_text(s, name, text);
	assert_int_equal(fchmodat(s->fd, name, 0755, 0), 0);
}

/* Skips the test where the scratch folder has too little room for apt. */
static inline void standin_make(struct standin *d)
{
	const char *was = getenv("PATH");
	char path[2 * PATH_MAX];
	struct statvfs v;
	char *kept;

	scratch_make(&d->s);
	assert_int_equal(fstatvfs(d->s.fd, &v), 0);
	if (v.f_bavail * v.f_frsize >> 20 < 300) {
		scratch_remove(&d->s);
		print_message("skipped: TMPDIR has less than 300 MiB free\n");
		skip();
	}
	program_make(&d->s, "bin/apt-get", standin_apt_get);
	program_make(&d->s, "bin/apt-cache", standin_apt_cache);
	program_make(&d->s, "bin/dpkg-deb", standin_dpkg_deb);
	kept = strdup(was ? was : "");
	assert_non_null(kept);
	snprintf(path, sizeof(path), "%s/bin:%s", d->s.path, kept);
	assert_int_equal(setenv("PATH", path, 1), 0);
	assert_int_equal(setenv("XDG_CACHE_HOME", d->s.path, 1), 0);
	d->path = kept;
}

static inline void standin_remove(struct standin *d)
{
	assert_int_equal(setenv("PATH", d->path, 1), 0);
	free(d->path);
	scratch_remove(&d->s);
}

/* The line of `madison` for the kernel @release @version. */
#define ROW(release, version)                                             \
	"linux-image-" release " | " version " | http://archive.invalid " \
	"bookworm/main amd64 Packages\n"

/* Have its package in the archive. */
static inline void package_make(struct standin *d, const char *release,
				const char *version)
{
	char name[512];

	snprintf(name, sizeof(name),
		 "archive/linux-image-%s=%s/boot/vmlinuz-%s", release, version,
		 release);
	image_make(&d->s, name, release);
}

/* How many calls of apt-get there have been with @word in them. */
static inline unsigned calls_count(struct standin *d, const char *word)
{
	char *text = file_read(d->s.path, "/calls", NULL);
	unsigned n = 0;

	for (char *at = text; (at = strstr(at, word)); at++)
		n++;
	free(text);
	return n;
}

/* Have the file @name changed @seconds from now. */
static inline void age_set(struct standin *d, const char *name, long seconds)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT } };

	clock_gettime(CLOCK_REALTIME, &times[1]);
	times[1].tv_sec += seconds;
	assert_int_equal(utimensat(d->s.fd, name, times, 0), 0);
}

/* All that was said to @f, which is closed; free it. */
static inline char *said_take(FILE *f)
{
	long n = ftell(f);
	char *text = calloc(1, (size_t)n + 1);

	assert_non_null(text);
	rewind(f);
	assert_int_equal(fread(text, 1, (size_t)n, f), n);
	fclose(f);
	return text;
}

#endif
