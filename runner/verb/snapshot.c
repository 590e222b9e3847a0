// SPDX-License-Identifier: GPL-2.0-or-later
/* Which picture was asked for, from where, and in which form. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "verb/snapshot.h"
#include "verb/verbs.h"

/* buddyinfo, save: NULL when not given. */
struct snapshot_options {
	const char *sysroot;
	const char *buddyinfo;
	const char *save;
	bool diff;
	bool json;
};

static const struct frag_option rows[] = {
	{ "buddyinfo", 0, FRAG_TEXT,
	  offsetof(struct snapshot_options, buddyinfo), "FILE", NULL, 0, 0,
	  "read a bare text of /proc/buddyinfo instead, - for standard input" },
	{ "save", 0, FRAG_TEXT, offsetof(struct snapshot_options, save), "DIR",
	  NULL, 0, 0,
	  "record the machine in the new folder DIR, for --sysroot DIR" },
	{ "diff", 0, FRAG_FLAG, offsetof(struct snapshot_options, diff), NULL,
	  NULL, 0, 0,
	  "set A and B side by side: recorded machines or buddyinfo texts" },
	FRAG_ROW_SYSROOT(snapshot_options),
	FRAG_ROW_JSON(snapshot_options),
	{ .name = NULL },
};

static int usage_fail(struct frag_error *e, const char *what, const char *mend)
{
	frag_fail(e, 0, "%s", what);
	frag_error_mend(e, "%s", mend);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

/* At most one place to read from, and words only for --diff. */
static int usage_check(const struct frag_call *call,
		       const struct snapshot_options *o, struct frag_error *e)
{
	if (o->diff && (*o->sysroot || o->buddyinfo || o->save))
		return usage_fail(e,
				  "--diff takes neither --sysroot, --buddyinfo "
				  "nor --save",
				  "fragbench snapshot --diff A B");
	if (o->diff && call->nwords != 2)
		return usage_fail(e, "--diff takes two recorded machines",
				  "fragbench snapshot --diff A B");
	if (!o->diff && call->nwords) {
		frag_fail(e, 0, "snapshot takes no word '%.100s'",
			  call->words[0]);
		return usage_fail(e, "",
				  "fragbench snapshot --sysroot DIR, "
				  "--buddyinfo FILE or --diff A B");
	}
	if (o->save && !*o->save)
		return usage_fail(e, "--save takes a folder, not ''",
				  "fragbench snapshot --save DIR");
	if (o->buddyinfo && (*o->sysroot || o->save))
		return usage_fail(e,
				  "--buddyinfo takes neither --sysroot nor "
				  "--save",
				  "fragbench snapshot --buddyinfo FILE");
	return 0;
}

static int show(const struct snapshot_options *o, struct frag_error *e)
{
	struct frag_picture p;
	int rc = o->buddyinfo ? frag_picture_bare(&p, o->buddyinfo, e)
			      : frag_picture_read(&p, o->sysroot, e);

	if (!rc && o->json)
		frag_snapshot_json(stdout, &p);
	else if (!rc)
		frag_snapshot_print(stdout, &p);
	frag_picture_free(&p);
	return rc;
}

static int side_read(struct frag_picture *p, const char *path,
		     struct frag_error *e)
{
	return frag_is_folder(path) ? frag_picture_read(p, path, e)
				    : frag_picture_bare(p, path, e);
}

/* A bare text has the pages of what it is compared with. */
static void page_size_borrow(struct frag_picture *to,
			     const struct frag_picture *from)
{
	if (!to->is_bare || !from->page_size_known)
		return;
	to->page_size = from->page_size;
	to->nnotes = 0;
}

static int compare(const struct frag_call *call, bool json,
		   struct frag_error *e)
{
	struct frag_picture a = { .nzones = 0 };
	struct frag_picture b = { .nzones = 0 };
	int rc = side_read(&a, call->words[0], e);

	if (!rc)
		rc = side_read(&b, call->words[1], e);
	if (!rc) {
		page_size_borrow(&a, &b);
		page_size_borrow(&b, &a);
		rc = frag_snapshot_diff(stdout, &a, &b, json, e);
	}
	frag_picture_free(&a);
	frag_picture_free(&b);
	return rc;
}

static int snapshot_call(struct frag_call *call, struct frag_error *e)
{
	const struct snapshot_options *o = call->options;
	int rc = usage_check(call, o, e);

	if (rc)
		return rc;
	if (o->diff)
		rc = compare(call, o->json, e);
	else if (o->save)
		rc = frag_snapshot_save(stdout, o->sysroot, o->save, o->json,
					e);
	else
		rc = show(o, e);
	return rc;
}

const struct frag_verb frag_verb_snapshot = {
	.name = "snapshot",
	.group = FRAG_LOOK,
	.summary = "one picture of the machine's free memory and its counters",
	.usage = "[--sysroot DIR | --buddyinfo FILE | --diff A B] [--save DIR]",
	.about =
		"Shows for every zone the free blocks of each order, the pages "
		"hidden on per-CPU lists, and the two indices that the kernel "
		"computes from them; then the migratetypes (root only) and the "
		"counters of compaction and huge pages, with what each counts. "
		"All indices of a zone come from one read of /proc/buddyinfo.\n\n"
		"--save DIR records the kernel files that fragbench reads, so "
		"that --sysroot DIR shows that machine later and elsewhere. "
		"Look through it before you pass it on: it holds the kernel's "
		"command line. --diff A B compares two such folders, or two "
		"texts of /proc/buddyinfo.",
	.options = rows,
	.options_size = sizeof(struct snapshot_options),
	.call = snapshot_call,
};
