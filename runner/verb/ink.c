// SPDX-License-Identifier: GPL-2.0-or-later
/* Breaks text into paragraphs and lines; inks it for the terminal and as JSON. */
#include "ink.h"

#include <string.h>

#include "base/json.h"

size_t frag_line_length(const char *text, size_t width, const char **next)
{
	size_t n = 0;
	size_t end = strcspn(text, " ");

	while (text[end] && n < end) {
		size_t word = 1 + strcspn(text + end + 1, " ");

		n = end;
		if (end + word <= width)
			end += word;
	}
	*next = text + end + strspn(text + end, " ");
	return end;
}

void frag_text_wrap(FILE *out, const char *text, unsigned indent)
{
	do {
		const char *line = text;
		size_t n =
			frag_line_length(line, FRAG_INK_WIDTH - indent, &text);

		fprintf(out, "%.*s\n%*s", (int)n, line, *text ? (int)indent : 0,
			"");
	} while (*text);
}

static void plain_gap(struct frag_ink *ink)
{
	if (ink->is_begun)
		fputc('\n', ink->out);
	ink->is_begun = true;
	ink->in_code = false;
}

static void plain_section(struct frag_ink *ink, const char *title)
{
	plain_gap(ink);
	fprintf(ink->out, "%s\n", title);
}

static void plain_text(struct frag_ink *ink, const char *text)
{
	plain_gap(ink);
	fputs("  ", ink->out);
	frag_text_wrap(ink->out, text, 2);
}

static void plain_entry(struct frag_ink *ink, const char *name,
			const char *usage, const char *summary)
{
	char title[512];

	plain_gap(ink);
	snprintf(title, sizeof(title), "%s - %s", name, summary);
	frag_text_wrap(ink->out, title, 2);
	if (!usage)
		return;
	fputs("\nusage\n  ", ink->out);
	frag_text_wrap(ink->out, usage, 4);
}

static void plain_row(struct frag_ink *ink, const char *term, const char *text)
{
	int column = (int)ink->column;

	if (strlen(term) > ink->column)
		fprintf(ink->out, "  %s\n  %*s  ", term, column, "");
	else
		fprintf(ink->out, "  %-*s  ", column, term);
	frag_text_wrap(ink->out, text, ink->column + 4);
}

static void plain_code(struct frag_ink *ink, const char *line)
{
	if (!ink->in_code)
		plain_gap(ink);
	ink->in_code = true;
	fprintf(ink->out, "    %s\n", line);
}

static void plain_end(struct frag_ink *ink)
{
	ink->in_code = false;
}

const struct frag_ink_type frag_ink_plain = {
	.section = plain_section,
	.entry = plain_entry,
	.label = plain_section,
	.text = plain_text,
	.row = plain_row,
	.code = plain_code,
	.end = plain_end,
};

/* The array @key of the group or topic at work, made when it is missing. */
static json_t *json_list(struct frag_ink *ink, const char *key)
{
	json_t *owner = ink->group ? ink->group : ink->topic;
	json_t *list = json_object_get(owner, key);

	if (!list) {
		list = json_array();
		json_object_set_new(owner, key, list);
	}
	return list;
}

static void json_section(struct frag_ink *ink, const char *title)
{
	if (!ink->root)
		ink->root = json_array();
	ink->group = NULL;
	ink->topic = json_object();
	json_object_set_new(ink->topic, "name", frag_json_text(title));
	json_array_append_new(ink->root, ink->topic);
}

static void json_entry(struct frag_ink *ink, const char *name,
		       const char *usage, const char *summary)
{
	json_section(ink, name);
	json_object_set_new(ink->topic, "summary", frag_json_text(summary));
	if (usage)
		json_object_set_new(ink->topic, "usage", frag_json_text(usage));
}

static void json_label(struct frag_ink *ink, const char *title)
{
	json_t *groups;

	ink->group = NULL;
	groups = json_list(ink, "groups");
	ink->group = json_object();
	json_object_set_new(ink->group, "title", frag_json_text(title));
	json_array_append_new(groups, ink->group);
}

static void json_text(struct frag_ink *ink, const char *text)
{
	json_array_append_new(json_list(ink, "text"), frag_json_text(text));
}

static void json_row(struct frag_ink *ink, const char *term, const char *text)
{
	json_array_append_new(json_list(ink, "rows"),
			      json_pack("{s:o, s:o}", "term",
					frag_json_text(term), "text",
					frag_json_text(text)));
}

static void json_end(struct frag_ink *ink)
{
	if (!ink->root)
		return;
	json_dumpf(ink->root, ink->out, JSON_INDENT(1));
	fputc('\n', ink->out);
	json_decref(ink->root);
	ink->root = NULL;
}

const struct frag_ink_type frag_ink_json = {
	.section = json_section,
	.entry = json_entry,
	.label = json_label,
	.text = json_text,
	.row = json_row,
	.code = json_text,
	.end = json_end,
};

void frag_ink_section(struct frag_ink *ink, const char *title)
{
	ink->type->section(ink, title);
}

void frag_ink_entry(struct frag_ink *ink, const char *name, const char *usage,
		    const char *summary)
{
	ink->type->entry(ink, name, usage, summary);
}

void frag_ink_label(struct frag_ink *ink, const char *title, unsigned column)
{
	ink->column = column;
	ink->type->label(ink, title);
}

void frag_ink_row(struct frag_ink *ink, const char *term, const char *text)
{
	ink->type->row(ink, term, text);
}

void frag_ink_code(struct frag_ink *ink, const char *line)
{
	ink->type->code(ink, line);
}

static void paragraph_end(struct frag_ink *ink, char *paragraph)
{
	if (*paragraph)
		ink->type->text(ink, paragraph);
	*paragraph = '\0';
}

/* Add a line to @paragraph of @size bytes; a longer one becomes two. */
static void paragraph_add(struct frag_ink *ink, char *paragraph, size_t size,
			  const char *line, size_t n)
{
	size_t used = strlen(paragraph);

	if (used + n + 2 > size) {
		paragraph_end(ink, paragraph);
		used = 0;
	}
	snprintf(paragraph + used, size - used, "%s%.*s", used ? " " : "",
		 (int)n, line);
}

void frag_ink_text(struct frag_ink *ink, const char *prose)
{
	char paragraph[4096] = "";
	char line[256];

	while (prose && *prose) {
		size_t n = strcspn(prose, "\n");

		if (!n) {
			paragraph_end(ink, paragraph);
		} else if (*prose == ' ') {
			paragraph_end(ink, paragraph);
			snprintf(line, sizeof(line), "%.*s", (int)n,
				 prose + strspn(prose, " "));
			line[strcspn(line, "\n")] = '\0';
			frag_ink_code(ink, line);
		} else {
			paragraph_add(ink, paragraph, sizeof(paragraph), prose,
				      n);
		}
		prose += n + (prose[n] == '\n');
	}
	paragraph_end(ink, paragraph);
}

void frag_ink_end(struct frag_ink *ink)
{
	ink->type->end(ink);
}
