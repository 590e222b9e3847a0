/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures for the tests of verbs: of recorded machines, of texts, on paper. */
#ifndef FRAGBENCH_TESTS_PICTURES_H
#define FRAGBENCH_TESTS_PICTURES_H

#include "scratch.h"

#include <jansson.h>

#include "verb/snapshot.h"

#define MACHINE(name) TESTS_DIR "/machines/" name

static const char *const machines[] = {
	MACHINE("5.10-boot"),		MACHINE("6.1-fragmented"),
	MACHINE("6.1-compacted"),	MACHINE("6.12-used"),
	MACHINE("7.3-numa4-compacted"), MACHINE("7.3-numa4-fragmented"),
};

enum { NMACHINES = sizeof(machines) / sizeof(*machines), PAPER = 1 << 20 };

/* What @put writes about @p; free it. */
static inline char *paper(void (*put)(FILE *out, const struct frag_picture *p),
			  const struct frag_picture *p)
{
	char *text = calloc(1, PAPER);
	FILE *out = text ? fmemopen(text, PAPER, "w") : NULL;

	assert_non_null(out);
	put(out, p);
	fclose(out);
	return text;
}

/* A picture of the buddyinfo @text, which is put into the folder @s. */
static inline int text_picture(struct scratch *s, const char *text,
			       struct frag_picture *p, struct frag_error *e)
{
	char path[PATH_MAX + 16];

	scratch_text(s, "buddyinfo", text);
	snprintf(path, sizeof(path), "%s/buddyinfo", s->path);
	return frag_picture_bare(p, path, e);
}

static inline json_t *json_of(const char *text)
{
	json_error_t why;
	json_t *json = json_loads(text, 0, &why);

	if (!json)
		fail_msg("not JSON, line %d: %s", why.line, why.text);
	return json;
}

#endif
