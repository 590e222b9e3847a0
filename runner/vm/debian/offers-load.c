// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeps the list of kernels in offers.json, so that it is there without apt,
 * and knows when it is too old. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/json.h"
#include "vm/debian/offers.h"

enum { DAY = 24 * 60 * 60 };
#define OFFERS "offers.json"

/* The names in @out that may be kernels, one a line, as an array that ends with
 * NULL and points into it. */
static char **names_pick(char *out)
{
	size_t count = 0, size = 64;
	char **names = malloc(size * sizeof(*names)), **more, *save;

	for (char *line = strtok_r(out, "\n", &save); names && line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!strstr(line, "-cloud-amd64") || strstr(line, "-headers-"))
			continue;
		names[count++] = line;
		if (count < size)
			continue;
		more = realloc(names, (size *= 2) * sizeof(*names));
		if (!more)
			free(names);
		names = more;
	}
	if (names)
		names[count] = NULL;
	return names;
}

/* Ask our apt, whose lists have been fetched. */
static int offers_ask(struct frag_offers *o, struct frag_apt *a,
		      struct frag_error *e)
{
	static const char *const all[] = { "pkgnames", "linux-", NULL };
	static const char *const madison[] = { "madison", NULL };
	char *out = NULL, *table = NULL, **names = NULL;
	int rc = frag_apt_run(a, NULL, "apt-cache", all, NULL, &out, e);

	if (!rc) {
		names = names_pick(out);
		rc = names ? 0 : -ENOMEM;
		if (rc)
			frag_fail(e, rc, "cannot list kernels");
	}
	if (!rc && names[0])
		rc = frag_apt_run(a, NULL, "apt-cache", madison, names, &table,
				  e);
	if (!rc && table)
		rc = frag_offers_parse(o, table, e);
	if (!rc && !o->count) {
		rc = frag_fail(e, 0, "no kernel is to be had");
		frag_error_why(e,
			       "the archive has no linux-image-*-cloud-amd64");
	}
	free(table);
	free(names);
	free(out);
	return rc;
}

static int offers_write(const struct frag_offers *o, struct frag_apt *a,
			struct frag_error *e)
{
	json_t *list = json_array();
	int rc = 0;

	for (size_t i = 0; i < o->count; i++) {
		const struct frag_offer *row = &o->rows[i];

		if (json_array_append_new(
			    list, json_pack("{ss ss ss ss ss ss}", "release",
					    row->release, "version",
					    row->version, "suite", row->suite,
					    "image", row->image, "modules",
					    row->modules, "base", row->base)))
			rc = frag_fail(e, -ENOMEM, "cannot list kernels");
	}
	if (!rc)
		rc = frag_json_write(a->rootfd, OFFERS, list, e);
	json_decref(list);
	return rc;
}

static int offers_read(struct frag_offers *o, struct frag_apt *a,
		       struct frag_error *e)
{
	json_t *list = frag_json_read(a->rootfd, OFFERS, e), *one;
	size_t i;

	if (!list)
		return -ENOENT;
	json_array_foreach(list, i, one)
	{
		const char *release, *version, *suite, *image, *modules, *base;
		struct frag_offer *row;

		if (json_unpack(one, "{ss ss ss ss ss ss}", "release", &release,
				"version", &version, "suite", &suite, "image",
				&image, "modules", &modules, "base", &base))
			continue;
		row = frag_offers_row(o, release, version);
		if (!row)
			break;
		snprintf(row->suite, sizeof(row->suite), "%s", suite);
		snprintf(row->image, sizeof(row->image), "%s", image);
		snprintf(row->modules, sizeof(row->modules), "%s", modules);
		snprintf(row->base, sizeof(row->base), "%s", base);
	}
	json_decref(list);
	return o->count ? 0 : frag_fail(e, -ENOENT, "no kernel in " OFFERS);
}

static int offers_refresh(struct frag_offers *o, struct frag_apt *a,
			  struct frag_error *e)
{
	int rc = frag_apt_update(a, e);

	if (!rc)
		rc = offers_ask(o, a, e);
	return rc ? rc : offers_write(o, a, e);
}

/* Read offers.json; true when it is of today. @made: when it was made, 0:
 * never. */
static bool is_fresh(struct frag_offers *o, struct frag_apt *a, time_t *made)
{
	struct stat st;
	time_t age;

	*made = 0;
	if (fstatat(a->rootfd, OFFERS, &st, 0) || offers_read(o, a, NULL))
		return false;
	*made = st.st_mtime;
	/* One of tomorrow is of a clock that was wrong. */
	age = time(NULL) - st.st_mtime;
	return age >= 0 && age < DAY;
}

int frag_offers_renew(struct frag_offers *o, struct frag_apt *a,
		      struct frag_error *e)
{
	struct frag_offers now = { 0 };
	int rc = frag_apt_lock(a, e);

	if (!rc)
		rc = offers_refresh(&now, a, e);
	o->was_asked = now.was_asked = true;
	frag_offers_free(rc ? &now : o);
	if (!rc)
		*o = now;
	return rc;
}

/* The archive could not be asked: tell it, and of what day @o is. */
static void old_tell(const struct frag_apt *a, const struct frag_error *failed,
		     time_t made)
{
	char day[32];
	struct tm tm;

	gmtime_r(&made, &tm);
	strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	frag_apt_say(a, "%s: %s\nusing the list of kernels of %s", failed->what,
		     failed->why, day);
}

int frag_offers_load(struct frag_offers *o, struct frag_apt *a,
		     struct frag_error *e)
{
	struct frag_error failed = { 0 };
	time_t made;
	int rc;

	*o = (struct frag_offers){ 0 };
	if (is_fresh(o, a, &made))
		return 0;
	frag_offers_free(o);
	rc = frag_apt_lock(a, e);
	if (rc)
		return rc;
	/* Another may have refreshed it while we waited. */
	if (is_fresh(o, a, &made))
		return 0;
	rc = frag_offers_renew(o, a, &failed);
	if (rc == -EINTR || (rc && !made)) {
		frag_error_exit(&failed, FRAG_EXIT_CANNOT);
		if (e && !e->what[0])
			*e = failed;
		return rc;
	}
	if (rc)
		old_tell(a, &failed, made);
	return 0;
}
