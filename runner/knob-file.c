// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands in the file of a knob, and how it compares with what was written. */
#include "knobs.h"

#include <errno.h>
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
