// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands in the file of a knob, how it compares with what was written, and
 * how it goes back. */
#include "knobs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/source.h"

int frag_knob_read(const char *path, char *value, size_t size)
{
	char text[512];
	int n = frag_slurp("", path, text, sizeof(text));
	char *word;

	if (n < 0)
		return n;
	word = strchr(text, '[');
	if (word) {
		word[strcspn(word, "]")] = '\0';
		word++;
	}
	if ((size_t)snprintf(value, size, "%s", word ? word : text) >= size)
		return -ENOBUFS;
	return 0;
}

const char *frag_knob_name(const char *path)
{
	static const char *const folders[] = { "/proc/sys/vm/",
					       "/sys/kernel/mm/" };

	for (unsigned i = 0; i < 2; i++)
		if (!strncmp(path, folders[i], strlen(folders[i])))
			return path + strlen(folders[i]);
	return path;
}

bool frag_knob_has_taken(const char *now, const char *asked)
{
	static const char blanks[] = " \t";

	for (;;) {
		size_t n;

		asked += strspn(asked, blanks);
		now += strspn(now, blanks);
		n = strcspn(asked, blanks);
		if (!n)
			return true;
		if (strcspn(now, blanks) != n || strncmp(now, asked, n) != 0)
			return false;
		asked += n;
		now += n;
	}
}

int frag_knob_restore(struct frag_knob *k, struct frag_error *e)
{
	int rc = frag_knob_read(k->path, k->after, sizeof(k->after));

	/* What a refused write has left as it was needs no second one. */
	if (!rc && !strcmp(k->after, k->before))
		return 0;
	k->was_changed = !rc && k->during[0] && strcmp(k->after, k->during);
	if (!rc && k->is_loose &&
	    strtoull(k->after, NULL, 10) < strtoull(k->before, NULL, 10))
		return 0;
	rc = frag_spit(k->path, k->before);
	if (!rc)
		rc = frag_knob_read(k->path, k->after, sizeof(k->after));
	if (!rc && strcmp(k->after, k->before) != 0)
		rc = -EIO;
	if (rc) {
		frag_fail(e, rc, "cannot put %s back to %s", k->path,
			  k->before);
		frag_error_mend(
			e, "echo '%s' > %s; then fragbench doctor --restore",
			k->before, k->path);
	}
	return rc;
}
