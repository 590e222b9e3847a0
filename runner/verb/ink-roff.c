// SPDX-License-Identifier: GPL-2.0-or-later
/* Inks a text as a man page: which characters roff would take for its own. */
#include <ctype.h>
#include <string.h>

#include "ink.h"

static void char_put(FILE *out, char c)
{
	static const struct {
		char plain;
		const char *roff;
	} special[] = {
		{ '\\', "\\e" },   { '-', "\\-" },   { '"', "\\(dq" },
		{ '\'', "\\(aq" }, { '`', "\\(ga" }, { '^', "\\(ha" },
		{ '~', "\\(ti" },
	};

	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
		if (special[i].plain == c) {
			fputs(special[i].roff, out);
			return;
		}
	}
	fputc(c, out);
}

/* @n characters as the whole or the rest of a line of text. */
static void chars_put(FILE *out, const char *text, size_t n)
{
	if (n && *text == '.')
		fputs("\\&", out);
	for (size_t i = 0; i < n; i++)
		char_put(out, text[i]);
}

static void line_put(FILE *out, const char *text)
{
	chars_put(out, text, strlen(text));
	fputc('\n', out);
}

static void paragraph_put(FILE *out, const char *text)
{
	do {
		const char *line = text;
		size_t n = frag_line_length(line, 72, &text);

		chars_put(out, line, n);
		fputc('\n', out);
	} while (*text);
}

/* @macro with @text as its one argument. */
static void macro_put(struct frag_ink *ink, const char *macro, const char *text)
{
	fprintf(ink->out, "%s \"", macro);
	chars_put(ink->out, text, strlen(text));
	fputs("\"\n", ink->out);
}

static void code_end(struct frag_ink *ink)
{
	if (ink->in_code)
		fputs(".fi\n.RE\n", ink->out);
	ink->in_code = false;
}

static void roff_section(struct frag_ink *ink, const char *title)
{
	char upper[64];
	size_t i = 0;

	for (; title[i] && i + 1 < sizeof(upper); i++)
		upper[i] = (char)toupper((unsigned char)title[i]);
	upper[i] = '\0';
	code_end(ink);
	macro_put(ink, ".SH", upper);
}

static void roff_text(struct frag_ink *ink, const char *text)
{
	code_end(ink);
	fputs(".PP\n", ink->out);
	paragraph_put(ink->out, text);
}

static void roff_entry(struct frag_ink *ink, const char *name,
		       const char *usage, const char *summary)
{
	code_end(ink);
	macro_put(ink, ".SS", name);
	if (usage)
		macro_put(ink, ".B", usage);
	roff_text(ink, summary);
}

static void roff_label(struct frag_ink *ink, const char *title)
{
	code_end(ink);
	fputs(".PP\n", ink->out);
	macro_put(ink, ".I", title);
}

static void roff_row(struct frag_ink *ink, const char *term, const char *text)
{
	code_end(ink);
	fputs(".TP\n", ink->out);
	macro_put(ink, ".B", term);
	paragraph_put(ink->out, text);
}

static void roff_code(struct frag_ink *ink, const char *line)
{
	if (!ink->in_code)
		fputs(".PP\n.RS 4\n.nf\n", ink->out);
	ink->in_code = true;
	line_put(ink->out, line);
}

const struct frag_ink_type frag_ink_roff = {
	.section = roff_section,
	.entry = roff_entry,
	.label = roff_label,
	.text = roff_text,
	.row = roff_row,
	.code = roff_code,
	.end = code_end,
};
