/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cursor over a text that need not end in NUL: how every kernel file is
 * parsed, without scanf, locale or copies.
 */
#ifndef FRAGBENCH_BASE_TEXT_H
#define FRAGBENCH_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What is left to read: [at, end). */
struct frag_text {
	const char *at;
	const char *end;
};

static inline struct frag_text frag_text_of(const char *s, size_t length)
{
	return (struct frag_text){ s, s + length };
}

/* Take the next line, without its newline, into @line; false at the end. */
static inline bool frag_text_line(struct frag_text *t, struct frag_text *line)
{
	const char *nl;

	if (t->at >= t->end)
		return false;
	nl = memchr(t->at, '\n', (size_t)(t->end - t->at));
	line->at = t->at;
	line->end = nl ? nl : t->end;
	t->at = nl ? nl + 1 : t->end;
	return true;
}

static inline void frag_text_blanks(struct frag_text *t)
{
	while (t->at < t->end && (*t->at == ' ' || *t->at == '\t'))
		t->at++;
}

/* True, and past it, when @word is next after blanks. */
static inline bool frag_text_take(struct frag_text *t, const char *word)
{
	size_t n = strlen(word);

	frag_text_blanks(t);
	if ((size_t)(t->end - t->at) < n || memcmp(t->at, word, n))
		return false;
	t->at += n;
	return true;
}

/* Take the next word (up to a blank) into @word; false when none is left. */
static inline bool frag_text_word(struct frag_text *t, struct frag_text *word)
{
	frag_text_blanks(t);
	word->at = t->at;
	while (t->at < t->end && *t->at != ' ' && *t->at != '\t')
		t->at++;
	word->end = t->at;
	return word->end > word->at;
}

/* Take a decimal number; false (nothing taken) without digits or too large. */
static inline bool frag_text_u64(struct frag_text *t, uint64_t *value)
{
	const char *p;
	uint64_t v = 0;

	frag_text_blanks(t);
	for (p = t->at; p < t->end && *p >= '0' && *p <= '9'; p++) {
		unsigned digit = (unsigned)(*p - '0');

		if (v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	if (p == t->at)
		return false;
	t->at = p;
	*value = v;
	return true;
}

/* True when only blanks are left. */
static inline bool frag_text_done(struct frag_text *t)
{
	frag_text_blanks(t);
	return t->at >= t->end;
}

/* True when the text is exactly @word. */
static inline bool frag_text_is(struct frag_text t, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(t.end - t.at) == n && !memcmp(t.at, word, n);
}

#endif
