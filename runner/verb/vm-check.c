// SPDX-License-Identifier: GPL-2.0-or-later
/* What can be carried into a guest: its job is JSON, and its kernel's command
 * line has an end. */
#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "verb/vm.h"

/* COMMAND_LINE_SIZE of x86 is 2048 (arch/x86/include/asm/setup.h), and the
 * kernel cuts what is longer without a word; the rest is for our own. */
enum { APPEND_MAX = 1500 };

static bool is_utf8(const char *text, size_t n)
{
	json_t *json = json_stringn(text, n);

	json_decref(json);
	return json != NULL;
}

static int utf8_fail(struct frag_error *e, const char *what)
{
	frag_fail(e, 0, "%s is not UTF-8", what);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int word_check(const char *flag, const char *word, struct frag_error *e)
{
	if (!word || is_utf8(word, strlen(word)))
		return 0;
	utf8_fail(e, flag);
	frag_error_why(e, "guests are told in UTF-8 only, and it is '%s'",
		       word);
	return -EINVAL;
}

static int words_check(const char *flag, const struct frag_words *words,
		       struct frag_error *e)
{
	int rc = 0;

	for (unsigned i = 0; i < words->count && !rc; i++)
		rc = word_check(flag, words->word[i], e);
	return rc;
}

/* Line by line, to say in which one it is. */
static int text_check(const char *name, const char *text, struct frag_error *e)
{
	for (unsigned line = 1; *text; line++) {
		size_t n = strcspn(text, "\n");

		if (!is_utf8(text, n)) {
			utf8_fail(e, name);
			frag_error_why(e, "see line %u", line);
			frag_error_mend(e,
					"iconv -f LATIN1 -t UTF-8 %s >new.ini",
					name);
			return -EINVAL;
		}
		text += n + (text[n] == '\n');
	}
	return 0;
}

int frag_vm_texts_check(const struct vm_plan *p, const struct vm_options *o,
			const char *scenario, struct frag_error *e)
{
	int rc = word_check("the name of the scenario", scenario, e);

	if (!rc && p->text)
		rc = text_check(scenario, p->text, e);
	if (!rc)
		rc = word_check("--append", o->append, e);
	if (!rc)
		rc = word_check("--for", o->duration, e);
	if (!rc)
		rc = words_check("--module", &o->modules, e);
	if (!rc)
		rc = words_check("--set", &o->keys.set, e);
	if (!rc)
		rc = words_check("--expect", &o->keys.expect, e);
	if (!rc)
		rc = words_check("--knob", &o->keys.knob, e);
	return rc ? rc : words_check("--axis", &o->axes, e);
}

static size_t longest(const struct frag_axis *a)
{
	size_t most = 0;

	for (unsigned i = 0; i < a->count; i++)
		if (strlen(a->values[i]) > most)
			most = strlen(a->values[i]);
	return most;
}

int frag_vm_append_check(const struct vm_plan *p, const struct vm_options *o,
			 struct frag_error *e)
{
	size_t n = o->append ? strlen(o->append) : 0;

	for (unsigned i = 0; i < p->naxes; i++)
		if (p->axes[i].kind == FRAG_AXIS_APPEND)
			n += 1 + longest(&p->axes[i]);
	if (n <= APPEND_MAX)
		return 0;
	frag_fail(e, 0, "the kernel parameters are too long");
	frag_error_why(e,
		       "they have %zu bytes with the longest value of the axis "
		       "append, and %d can be given",
		       n, APPEND_MAX);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -E2BIG;
}
