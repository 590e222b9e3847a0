// SPDX-License-Identifier: GPL-2.0-or-later
/* Which file a knob of a scenario is, and which of them may be asked for. */
#include "scenario-knobs.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ballast.h"
#include "base/source.h"
#include "fragbench/suggest.h"
#include "scenario.h"

#define VM "/proc/sys/vm/"
#define MM "/sys/kernel/mm/"

/* Fill @e: @what is wrong about the knob @name. */
static int usage_fail(struct frag_error *e, const char *name, const char *what)
{
	frag_fail(e, 0, "knobs: %s %s", name, what);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int cannot_fail(struct frag_error *e)
{
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOENT;
}

/* --- reading --- */

static bool has_prefix(const char **text, const char *prefix)
{
	size_t n = strlen(prefix);

	if (strncmp(*text, prefix, n) != 0)
		return false;
	*text += n;
	return true;
}

/* A path of plain names: no way out of the folder that it is put into. */
static bool is_plain(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-/.";

	return *name && *name != '/' && !strstr(name, "..") &&
	       !name[strspn(name, plain)];
}

/* "swappiness", "vm.swappiness", "transparent_hugepage/defrag", or the whole
 * path of either, into name and path. */
static bool name_read(struct frag_asked_knob *k, const char *text)
{
	bool is_vm = has_prefix(&text, VM) || has_prefix(&text, "vm.");
	bool is_mm = !is_vm && has_prefix(&text, MM);
	int n;

	is_mm = is_mm || (!is_vm && strchr(text, '/'));
	if (!is_plain(text) || (!is_mm && strpbrk(text, "/.")))
		return false;
	n = snprintf(k->name, sizeof(k->name), "%s%s", is_mm ? "" : "vm.",
		     text);
	snprintf(k->path, sizeof(k->path), "%s%s", is_mm ? MM : VM, text);
	return n < (int)sizeof(k->name);
}

/* A value has no blanks here: the commas stand for them. */
static bool value_read(struct frag_asked_knob *k, const char *text)
{
	if (!*text || strlen(text) >= sizeof(k->value))
		return false;
	strcpy(k->value, text);
	for (char *c = k->value; *c; c++)
		if (*c == ',')
			*c = ' ';
	return true;
}

static int word_read(struct frag_asked_knobs *a, const char *word, size_t n,
		     struct frag_error *e)
{
	char text[sizeof(a->knob[0].name) + FRAG_KNOB_TEXT];
	struct frag_asked_knob k = { .name = "" };
	char *value;
	unsigned i = 0;

	snprintf(text, sizeof(text), "%.*s", (int)n, word);
	value = strchr(text, '=');
	if (n >= sizeof(text) || !value || value == text)
		return usage_fail(e, text, "is not NAME=VALUE");
	*value++ = '\0';
	k.is_optional = *text == '?';
	if (!name_read(&k, text + k.is_optional)) {
		usage_fail(e, text, "cannot name a knob");
		frag_error_why(e, "it is a file of /proc/sys/vm, or a path "
				  "below /sys/kernel/mm");
		return -EINVAL;
	}
	if (!value_read(&k, value))
		return usage_fail(e, k.name,
				  *value ? "has too long a value"
					 : "has no value");
	while (i < a->count && strcmp(a->knob[i].path, k.path) != 0)
		i++;
	if (i == FRAG_ASKED_MAX)
		return usage_fail(e, k.name, "is one knob too many");
	a->knob[i] = k;
	a->count += i == a->count;
	return 0;
}

int frag_asked_knobs_parse(struct frag_asked_knobs *a,
			   const struct frag_words *words, struct frag_error *e)
{
	static const char blanks[] = " \t\r\n";
	int rc = 0;

	a->count = 0;
	for (unsigned i = 0; i < words->count && !rc; i++) {
		const char *at = words->word[i];

		for (at += strspn(at, blanks); *at && !rc;) {
			size_t n = strcspn(at, blanks);

			rc = word_read(a, at, n, e);
			at += n;
			at += strspn(at, blanks);
		}
	}
	return rc;
}

/* --- checking --- */

/* The name in the folder @path that is nearest to @wanted, into @best; "" when
 * none is near. */
static const char *folder_offer(const char *path, const char *wanted,
				char *best, size_t size)
{
	struct frag_suggest g = frag_suggest_for(wanted);
	DIR *dir = opendir(path);
	struct dirent *entry;

	best[0] = '\0';
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		frag_suggest_offer(&g, entry->d_name);
		/* The entry's memory is the folder's: keep what was better. */
		if (g.best == entry->d_name) {
			snprintf(best, size, "%s", entry->d_name);
			g.best = best;
		}
	}
	if (dir)
		closedir(dir);
	return best;
}

static int missing_fail(const struct frag_asked_knob *k, const char *root,
			struct frag_error *e)
{
	const char *last = strrchr(k->path, '/') + 1;
	size_t above = strlen(k->name) - strlen(last);
	char folder[PATH_MAX];
	char best[NAME_MAX + 1];

	snprintf(folder, sizeof(folder), "%s%.*s", root, (int)(last - k->path),
		 k->path);
	frag_fail(e, 0, "this kernel has no %s", k->name);
	if (*folder_offer(folder, last, best, sizeof(best)))
		frag_error_why(e, "did you mean %.*s%s?", (int)above, k->name,
			       best);
	else
		frag_error_why(e, "there is no %s%s", root, k->path);
	frag_error_mend(e, "ls %.*s", (int)(last - k->path), k->path);
	return cannot_fail(e);
}

/* Pairs of which writing the one switches the other off: the old state, in
 * which this one is 0, cannot be written. */
static bool is_switch(const char *name)
{
	static const char *const names[] = {
		"vm.dirty_bytes",
		"vm.dirty_ratio",
		"vm.dirty_background_bytes",
		"vm.dirty_background_ratio",
		"vm.overcommit_kbytes",
		"vm.overcommit_ratio",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static bool is_file(const struct frag_asked_knob *k, const char *root)
{
	char full[PATH_MAX];
	struct stat st;

	snprintf(full, sizeof(full), "%s%s", root, k->path);
	return !stat(full, &st) && S_ISREG(st.st_mode);
}

const struct frag_asked_knob *
frag_asked_knobs_missing(const struct frag_asked_knobs *a, const char *root)
{
	for (unsigned i = 0; i < a->count; i++)
		if (a->knob[i].is_optional && !is_file(&a->knob[i], root))
			return &a->knob[i];
	return NULL;
}

void frag_asked_knobs_drop(struct frag_asked_knobs *a,
			   const struct frag_asked_knob *k)
{
	size_t i = (size_t)(k - a->knob);

	a->count--;
	memmove(&a->knob[i], &a->knob[i + 1], (a->count - i) * sizeof(*k));
}

static int file_check(const struct frag_asked_knob *k, const char *root,
		      struct frag_error *e)
{
	char full[PATH_MAX];
	char now[FRAG_KNOB_TEXT];
	struct stat st;
	int rc;

	snprintf(full, sizeof(full), "%s%s", root, k->path);
	if (stat(full, &st) || !S_ISREG(st.st_mode))
		return missing_fail(k, root, e);
	if (!(st.st_mode & S_IWUSR))
		return usage_fail(e, k->name, "can only be read");
	if (!(st.st_mode & S_IRUSR))
		return usage_fail(e, k->name,
				  "can only be written, and not put back");
	/* The journal has one line for each. */
	rc = frag_knob_read(full, now, sizeof(now));
	if (rc == -ENOBUFS || (!rc && (!*now || strchr(now, '\n'))))
		return usage_fail(e, k->name, "is not one value");
	if (!rc && is_switch(k->name) && !strcmp(now, "0")) {
		usage_fail(e, k->name, "could not be put back");
		frag_error_why(e, "it is 0 here, as another knob is in force "
				  "instead: set that one");
		return -EINVAL;
	}
	return 0;
}

/* What fragbench itself writes in a scenario with these settings. */
static const char *driver_of(const struct frag_asked_knob *k,
			     const struct frag_scenario_settings *s)
{
	const char *last = strrchr(k->path, '/') + 1;

	if (s->ballast.bytes && (!strncmp(last, "nr_hugepages", 12) ||
				 !strcmp(k->path, FRAG_RESERVE_KNOB)))
		return "ballast";
	if (!strcmp(s->pcp, "small") &&
	    (!strcmp(last, "percpu_pagelist_high_fraction") ||
	     !strcmp(last, "percpu_pagelist_fraction")))
		return "pcp";
	return NULL;
}

static int driver_check(const struct frag_asked_knob *k,
			const struct frag_scenario_settings *s,
			struct frag_error *e)
{
	const char *driver = driver_of(k, s);

	if (!driver)
		return 0;
	usage_fail(e, k->name, "cannot be set as well");
	frag_error_why(e, "the scenario's %s writes it", driver);
	frag_error_mend(e, "--%s %s", driver,
			strcmp(driver, "pcp") ? "0" : "default");
	return -EINVAL;
}

int frag_asked_knobs_check(const struct frag_asked_knobs *a, const char *root,
			   const struct frag_scenario_settings *s, bool is_root,
			   struct frag_error *e)
{
	int rc = 0;

	for (unsigned i = 0; i < a->count && !rc; i++) {
		rc = file_check(&a->knob[i], root, e);
		if (!rc)
			rc = driver_check(&a->knob[i], s, e);
	}
	if (rc || !a->count || is_root)
		return rc;
	frag_fail(e, 0, "cannot set %s", a->knob[0].name);
	frag_error_why(e, "only root may write knobs");
	frag_error_mend(e, "run as root");
	return cannot_fail(e);
}

/* --- writing --- */

int frag_asked_knob_write(const struct frag_asked_knob *k,
			  struct frag_journal *j, const char *by,
			  struct frag_error *e)
{
	struct frag_error inner = { .exit = 0 };
	int rc = frag_knob_write(j, k->path, k->value, false, by, &inner);
	char now[FRAG_KNOB_TEXT];

	if (!rc)
		return 0;
	if (frag_knob_read(k->path, now, sizeof(now)))
		snprintf(now, sizeof(now), "not to be read");
	frag_fail(e, 0, "cannot set %s to %s", k->name, k->value);
	if (rc == -EIO)
		frag_error_why(e, "the kernel made %s of it",
			       now[0] ? now : "nothing");
	else
		frag_error_why(e, "%s; it is %s", inner.why, now);
	return rc;
}

int frag_asked_knobs_write(const struct frag_asked_knobs *a,
			   struct frag_journal *j, struct frag_error *e)
{
	int rc = 0;

	for (unsigned i = 0; i < a->count && !rc; i++)
		rc = frag_asked_knob_write(&a->knob[i], j,
					   FRAG_KNOB_BY_SCENARIO, e);
	return rc;
}
