/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An apt of our own, below the cache folder: its lists name every Debian suite
 * that has kernels, its sources are derived from the system's, and the system's
 * own state is only read. Needs no privilege.
 */
#ifndef FRAGBENCH_VM_DEBIAN_APT_H
#define FRAGBENCH_VM_DEBIAN_APT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "vm/kernel.h"

/* root: CACHE/debian, rootfd: opened on it. lock: -1 while it is not held. say:
 * may be NULL. */
struct frag_apt {
	char root[FRAG_KERNEL_PATH];
	char conf[FRAG_KERNEL_PATH];
	char log[FRAG_KERNEL_PATH];
	int rootfd;
	int lock;
	FILE *say;
};

/* Open the folder, which is made; -EPERM (exit code CANNOT) when it belongs to
 * another user. End with _close(). */
int frag_apt_open(struct frag_apt *a, FILE *say, struct frag_error *e);
void frag_apt_close(struct frag_apt *a);

/* Wait for the lock, which is held until _close(): for whoever is going to
 * change anything in the folder. Nothing when it is held already. */
int frag_apt_lock(struct frag_apt *a, struct frag_error *e);

/* Is there room for what is to be fetched? -ENOSPC (exit code CANNOT) when not.
 * To be asked first: apt 2.6 waits for ever when its lists do not fit. */
int frag_apt_room(const struct frag_apt *a, struct frag_error *e);

/* One line of progress. */
void frag_apt_say(const struct frag_apt *a, const char *fmt, ...)
	FRAG_PRINTF(2, 3);

/* Fetch the lists of all suites. Fails when no suite could be asked; a suite
 * that the archive does not have is told and left out. */
int frag_apt_update(struct frag_apt *a, struct frag_error *e);

/* What `PROGRAM -c CONF WORDS... MORE...` prints (apt-cache or apt-get), run in
 * @folder (NULL: here); the caller's to free. words, more: end with NULL. */
int frag_apt_run(const struct frag_apt *a, const char *folder,
		 const char *program, const char *const *words,
		 char *const *more, char **out, struct frag_error *e);

/* Fill @e: @what failed, because of what @failed, an apt that was to fetch
 * something, says; the mend is to do without the network. */
void frag_apt_fetch_fail(const struct frag_apt *a,
			 const struct frag_error *failed, const char *what,
			 struct frag_error *e);

/*
 * The sources.list that follows from @targets, what apt-get indextargets
 * printed in FRAG_APT_FORMAT: every suite of Debian's archive and of its
 * security archive, each when @targets has an address of it. -ENOENT (exit code
 * CANNOT) when there is none. *text is the caller's to free.
 */
int frag_apt_sources(const char *targets, char **text, struct frag_error *e);

#define FRAG_APT_FORMAT "$(ORIGIN)|$(LABEL)|$(REPO_URI)|$(TRUSTED)|$(SIGNED_BY)"

#endif
