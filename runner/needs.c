// SPDX-License-Identifier: GPL-2.0-or-later
/* How each kind of need is asked for, and what mends it. */
#include "needs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *frag_need_text(const struct frag_need *n, char *buf, size_t size)
{
	switch (n->kind) {
	case FRAG_NEED_ROOT:
		return "root";
	case FRAG_NEED_YES:
		return "--yes";
	case FRAG_NEED_NODES:
		snprintf(buf, size, "%u NUMA nodes", n->count);
		return buf;
	default:
		return n->arg ? n->arg : "the kernel's consent";
	}
}

/* 0, or a negative errno; ask() may have told more in @told. */
static int need_ask(const struct frag_need *n, const struct frag_facts *facts,
		    bool is_sure, struct frag_error *told)
{
	switch (n->kind) {
	case FRAG_NEED_ROOT:
		return facts->is_root ? 0 : -EPERM;
	case FRAG_NEED_FILE:
		return access(n->arg, R_OK) ? -errno : 0;
	case FRAG_NEED_CALL:
		return n->ask(told);
	case FRAG_NEED_NODES:
		return facts->nodes >= n->count ? 0 : -ENODEV;
	case FRAG_NEED_YES:
		return is_sure ? 0 : -EPERM;
	case FRAG_NEED_END:
		break;
	}
	return 0;
}

static void mend_say(const char *name, const struct frag_need *n, int rc,
		     const struct frag_facts *facts, struct frag_error *e)
{
	if (n->kind == FRAG_NEED_NODES)
		frag_error_mend(
			e,
			"run it in a guest: fragbench vm %s -k debian:6.12 --nodes %u",
			name, n->count);
	else if (n->kind == FRAG_NEED_YES)
		frag_error_mend(e, "fragbench run %s --yes", name);
	/* Root may do more, but has no other kernel. */
	else if (!facts->is_root && (rc == -EPERM || rc == -EACCES))
		frag_error_mend(e, "run as root");
	else
		frag_error_mend(e, "run on a kernel that has it; see fragbench "
				   "doctor");
}

static int need_check(const char *name, const struct frag_need *n,
		      const struct frag_facts *facts, bool is_sure,
		      struct frag_error *e)
{
	struct frag_error told = { 0 };
	char text[64];
	int rc = need_ask(n, facts, is_sure, &told);

	if (!rc)
		return 0;
	frag_fail(e, 0, "%s cannot run here", name);
	if (told.what[0])
		frag_error_why(e, "%s%s%.100s; needed for %.60s", told.what,
			       told.why[0] ? ": " : "", told.why, n->why);
	else
		frag_error_why(e, "%s: %s; needed for %s",
			       frag_need_text(n, text, sizeof(text)),
			       n->kind == FRAG_NEED_FILE ? strerror(-rc)
							 : "missing",
			       n->why);
	if (told.mend[0])
		frag_error_mend(e, "%s", told.mend);
	mend_say(name, n, rc, facts, e);
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return rc;
}

int frag_needs_check(const char *name, const struct frag_need *needs,
		     const struct frag_facts *facts, bool is_sure,
		     struct frag_error *e)
{
	const struct frag_need *n = needs;
	int rc = 0;

	for (; n && n->kind != FRAG_NEED_END && !rc; n++)
		rc = need_check(name, n, facts, is_sure, e);
	return rc;
}
