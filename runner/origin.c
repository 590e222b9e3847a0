// SPDX-License-Identifier: GPL-2.0-or-later
/* What the two environment variables of a guest must look like. */
#include "origin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/text.h"

static int origin_fail(struct frag_error *e, const char *name)
{
	frag_fail(e, 0, "cannot use %s", name);
	frag_error_mend(e, "unset %s: it is for guests of fragbench vm", name);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int guest_read(struct frag_origin *o, const char *text,
		      struct frag_error *e)
{
	json_error_t why;
	const char *accel;

	o->guest = json_loads(text, JSON_REJECT_DUPLICATES, &why);
	if (!json_is_object(o->guest)) {
		origin_fail(e, FRAG_ORIGIN_GUEST);
		frag_error_why(e, "it is no JSON object%s%s",
			       o->guest ? "" : ": ", o->guest ? "" : why.text);
		return -EINVAL;
	}
	accel = json_string_value(json_object_get(o->guest, "accel"));
	if (accel && (!strcmp(accel, "tcg") || !strcmp(accel, "kvm")))
		return 0;
	origin_fail(e, FRAG_ORIGIN_GUEST);
	/* Without it nobody knows whether times are to be believed. */
	frag_error_why(e, "its accel is %s, not tcg or kvm",
		       accel ? accel : "missing");
	return -EINVAL;
}

static bool take_name(struct frag_text *t, char *name, size_t size)
{
	char clean[FRAG_SERIES_TEXT];
	struct frag_text word;

	if (!frag_text_word(t, &word) || (size_t)(word.end - word.at) >= size)
		return false;
	snprintf(name, size, "%.*s", (int)(word.end - word.at), word.at);
	return !strcmp(frag_name_clean(name, clean, sizeof(clean)), name);
}

static bool take_number(struct frag_text *t, unsigned *number)
{
	uint64_t v;

	if (!frag_text_u64(t, &v) || !v || v > FRAG_REPEATS_MAX)
		return false;
	*number = (unsigned)v;
	return true;
}

static int series_read(struct frag_origin *o, const char *text,
		       struct frag_error *e)
{
	struct frag_text t = frag_text_of(text, strlen(text));

	if (take_name(&t, o->series, sizeof(o->series)) &&
	    take_number(&t, &o->repeat) && take_number(&t, &o->repeats) &&
	    frag_text_done(&t) && o->repeat <= o->repeats)
		return 0;
	origin_fail(e, FRAG_ORIGIN_SERIES);
	frag_error_why(e, "it takes SERIES REPEAT REPEATS, such as "
			  "\"4f1c 2 5\"");
	return -EINVAL;
}

int frag_origin_read(struct frag_origin *o, struct frag_error *e)
{
	const char *guest = getenv(FRAG_ORIGIN_GUEST);
	const char *series = getenv(FRAG_ORIGIN_SERIES);
	int rc = 0;

	memset(o, 0, sizeof(*o));
	if (guest)
		rc = guest_read(o, guest, e);
	if (!rc && series)
		rc = series_read(o, series, e);
	return rc;
}

void frag_origin_free(struct frag_origin *o)
{
	json_decref(o->guest);
	memset(o, 0, sizeof(*o));
}
