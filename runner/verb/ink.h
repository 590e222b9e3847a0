/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes one and the same text as a page for the terminal, as a man page or as
 * JSON: what help says is put together once, from the tables, and inked thrice.
 */
#ifndef FRAGBENCH_VERB_INK_H
#define FRAGBENCH_VERB_INK_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

enum { FRAG_INK_WIDTH = 79 };

struct frag_ink_type;

/* is_begun, in_code and column belong to the types; root is the JSON text. */
struct frag_ink {
	const struct frag_ink_type *type;
	FILE *out;
	bool is_begun;
	bool in_code;
	unsigned column;
	json_t *root;
	json_t *topic;
	json_t *group;
};

/* Text that is passed is one paragraph, without newlines. */
struct frag_ink_type {
	void (*section)(struct frag_ink *ink, const char *title);
	void (*entry)(struct frag_ink *ink, const char *name, const char *usage,
		      const char *summary);
	void (*label)(struct frag_ink *ink, const char *title);
	void (*text)(struct frag_ink *ink, const char *text);
	void (*row)(struct frag_ink *ink, const char *term, const char *text);
	void (*code)(struct frag_ink *ink, const char *line);
	void (*end)(struct frag_ink *ink);
};

extern const struct frag_ink_type frag_ink_plain;
extern const struct frag_ink_type frag_ink_roff;
extern const struct frag_ink_type frag_ink_json;

/* A part of the whole: "EXAMPLES". */
void frag_ink_section(struct frag_ink *ink, const char *title);

/* One thing that is explained: a verb, a workload. @usage may be NULL. */
void frag_ink_entry(struct frag_ink *ink, const char *name, const char *usage,
		    const char *summary);

/* A headline over rows, whose terms are up to @column characters wide. */
void frag_ink_label(struct frag_ink *ink, const char *title, unsigned column);

/*
 * Prose of any length: an empty line ends a paragraph, a line that begins with
 * a blank stays as it is, all others are joined and wrapped anew.
 */
void frag_ink_text(struct frag_ink *ink, const char *prose);

/* A term and what it is. */
void frag_ink_row(struct frag_ink *ink, const char *term, const char *text);

/* One line that must stay as it is. */
void frag_ink_code(struct frag_ink *ink, const char *line);

/* Close what is open (verbatim lines; the JSON text is printed and freed). */
void frag_ink_end(struct frag_ink *ink);

/*
 * The length of the first line of @text when it is wrapped at @width; a word
 * that is longer stays whole. *next is where the line after it begins.
 */
size_t frag_line_length(const char *text, size_t width, const char **next);

/* Print @text wrapped, every line but the first behind @indent blanks; the
 * first one goes where the cursor is, which is at @indent. Ends the line. */
void frag_text_wrap(FILE *out, const char *text, unsigned indent);

#endif
