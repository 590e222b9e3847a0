// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which suites of Debian have kernels for clouds, and how their addresses follow
 * from the ones that this system's apt uses already: none is written down here.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/debian/apt.h"

/* is_security: it lies in the security archive. */
static const struct {
	const char *name;
	bool is_security;
} suites[] = {
	{ "bullseye", false },		 { "bullseye-security", true },
	{ "bullseye-updates", false },	 { "bookworm", false },
	{ "bookworm-security", true },	 { "bookworm-updates", false },
	{ "bookworm-backports", false }, { "trixie", false },
	{ "trixie-security", true },	 { "trixie-updates", false },
	{ "trixie-backports", false },	 { "sid", false },
};

/* One archive: its address and how its signatures are checked. */
struct archive_row {
	char uri[256];
	char options[512];
};

/* Split @line at '|' into @count fields; false when there are fewer. */
static bool fields_split(char *line, char **fields, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (!line)
			return false;
		fields[i] = line;
		line = strchr(line, '|');
		if (line)
			*line++ = '\0';
	}
	return true;
}

/* What apt does not know it prints as the variable's name. */
static bool is_known(const char *field)
{
	return field[0] && field[0] != '$';
}

static void archive_take(struct archive_row *row, char *const *fields)
{
	bool is_trusted = !strcmp(fields[3], "yes");

	if (row->uri[0])
		return;
	snprintf(row->uri, sizeof(row->uri), "%s", fields[2]);
	/* A key that stands in the sources themselves is not a path; then the
	 * keys of apt's own folder have to do. */
	if (fields[4][0] == '/')
		snprintf(row->options, sizeof(row->options),
			 "[signed-by=%s%s] ", fields[4],
			 is_trusted ? " trusted=yes" : "");
	else if (is_trusted)
		snprintf(row->options, sizeof(row->options), "[trusted=yes] ");
}

static char *sources_text(const struct archive_row *archive,
			  const struct archive_row *security)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	for (unsigned i = 0; i < sizeof(suites) / sizeof(*suites); i++) {
		const struct archive_row *row =
			suites[i].is_security ? security : archive;

		if (row->uri[0])
			fprintf(f, "deb %s%s %s main\n", row->options, row->uri,
				suites[i].name);
	}
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

static int none_found(bool is_unknown, struct frag_error *e)
{
	/* No errno's text as the cause: we know better. */
	frag_fail(e, 0, "cannot tell where Debian's archive is");
	if (is_unknown) {
		frag_error_why(e, "apt has not fetched any lists here, so it "
				  "does not know whose archives it uses");
		frag_error_mend(e, "as root, apt-get update");
	} else {
		frag_error_why(e, "apt has no source here that is Debian's");
		frag_error_mend(e, "give a kernel by its path instead: "
				   "--kernel ./arch/x86/boot/bzImage");
	}
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOENT;
}

int frag_apt_sources(const char *targets, char **text, struct frag_error *e)
{
	struct archive_row archive = { 0 }, security = { 0 };
	char *copy = strdup(targets), *save, *fields[5];
	bool is_unknown = false;

	*text = NULL;
	if (!copy)
		return frag_fail(e, -ENOMEM, "cannot read apt's sources");
	for (char *line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!fields_split(line, fields, 5))
			continue;
		if (!is_known(fields[0]))
			is_unknown = true;
		else if (strcmp(fields[0], "Debian"))
			continue;
		else if (!strcmp(fields[1], "Debian"))
			archive_take(&archive, fields);
		else if (!strcmp(fields[1], "Debian-Security"))
			archive_take(&security, fields);
	}
	free(copy);
	if (!archive.uri[0] && !security.uri[0])
		return none_found(is_unknown, e);
	*text = sources_text(&archive, &security);
	return *text ? 0 : frag_fail(e, -ENOMEM, "cannot list apt's sources");
}
