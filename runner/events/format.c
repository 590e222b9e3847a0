// SPDX-License-Identifier: GPL-2.0-or-later
/* The grammar of format files, as far as numbers and their names go. */
#include "events/format.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Copy the name @t; false when it is empty, too long or no name. */
static bool name_copy(struct frag_text t, char *to)
{
	size_t n = (size_t)(t.end - t.at);

	if (!n || n >= FRAG_FORMAT_NAME)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_name(t.at[i]))
			return false;
	memcpy(to, t.at, n);
	to[n] = '\0';
	return true;
}

/* Past the next @mark; false, and at the end, when there is none. */
static bool text_seek(struct frag_text *t, const char *mark)
{
	size_t n = strlen(mark);
	const char *found =
		t->at < t->end
			? memmem(t->at, (size_t)(t->end - t->at), mark, n)
			: NULL;

	t->at = found ? found + n : t->end;
	return found;
}

/* "unsigned long pfn": the name is the last word; "char comm[16]" has none. */
static bool declared_name(struct frag_text t, char *to)
{
	const char *at = t.end;

	while (at > t.at && is_name(at[-1]))
		at--;
	t.at = at;
	return name_copy(t, to);
}

/* Take "offset:8;" and the like. */
static bool number_take(struct frag_text *t, const char *name, uint64_t *value)
{
	return frag_text_take(t, name) && frag_text_u64(t, value) &&
	       frag_text_take(t, ";");
}

/* "field:int alloc_order;	offset:16;	size:4;	signed:1;" */
static int field_parse(struct frag_format *f, struct frag_text line)
{
	struct frag_field *field = &f->fields[f->nfields];
	struct frag_text declared = line;
	uint64_t offset;
	uint64_t size;
	uint64_t sign;

	if (!text_seek(&line, ";"))
		return -EINVAL;
	declared.end = line.at - 1;
	if (!number_take(&line, "offset:", &offset) ||
	    !number_take(&line, "size:", &size) ||
	    !number_take(&line, "signed:", &sign) || offset > UINT16_MAX)
		return -EINVAL;
	if (f->nfields == FRAG_FORMAT_FIELDS ||
	    (size != 1 && size != 2 && size != 4 && size != 8) ||
	    !declared_name(declared, field->name))
		return 0;
	f->nfields++;
	field->offset = (uint16_t)offset;
	field->size = (uint8_t)size;
	field->is_signed = sign;
	return 0;
}

/* A decimal or hexadecimal number with a sign; false for an expression. */
static bool value_take(struct frag_text *t, int64_t *value)
{
	bool is_negative = frag_text_take(t, "-");
	uint64_t v = 0;

	if (frag_text_take(t, "0x")) {
		const char *begin = t->at;

		for (; t->at < t->end && isxdigit((unsigned char)*t->at);
		     t->at++) {
			int c = tolower((unsigned char)*t->at);

			v = v << 4 |
			    (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
		}
		if (t->at == begin || t->at - begin > 16)
			return false;
	} else if (!frag_text_u64(t, &v)) {
		return false;
	}
	while (t->at < t->end && strchr("uUlL", *t->at) && *t->at)
		t->at++;
	*value = (int64_t)(is_negative ? 0 - v : v);
	return true;
}

/* One "1, "skipped"" between braces: kept when both are what they should. */
static void symbol_parse(struct frag_format *f, unsigned field,
			 struct frag_text pair)
{
	struct frag_symbol *s = &f->symbols[f->nsymbols];
	struct frag_text name;

	if (f->nsymbols == FRAG_FORMAT_SYMBOLS ||
	    !value_take(&pair, &s->value) || !frag_text_take(&pair, ",") ||
	    !frag_text_take(&pair, "\""))
		return;
	name.at = pair.at;
	if (!text_seek(&pair, "\""))
		return;
	name.end = pair.at - 1;
	if (!name_copy(name, s->name))
		return;
	s->field = field;
	f->nsymbols++;
}

/* Behind "__print_symbolic(": "REC->status, {1, "skipped"}, ...)". */
static void symbols_parse(struct frag_format *f, struct frag_text *t)
{
	char name[FRAG_FORMAT_NAME];
	struct frag_text word;
	int field;

	if (!frag_text_take(t, "REC->"))
		return;
	word.at = t->at;
	while (t->at < t->end && is_name(*t->at))
		t->at++;
	word.end = t->at;
	field = name_copy(word, name) ? frag_format_field(f, name) : -1;
	while (field >= 0 && frag_text_take(t, ",") && frag_text_take(t, "{")) {
		struct frag_text pair = { t->at, t->end };

		if (!text_seek(t, "}"))
			break;
		pair.end = t->at - 1;
		symbol_parse(f, (unsigned)field, pair);
	}
}

static int line_parse(struct frag_format *f, struct frag_text line)
{
	uint64_t id;
	int rc = 0;

	if (frag_text_take(&line, "ID:")) {
		if (!frag_text_u64(&line, &id) || !id || id > UINT32_MAX)
			return -EINVAL;
		f->id = (unsigned)id;
	} else if (frag_text_take(&line, "field:")) {
		rc = field_parse(f, line);
	} else if (frag_text_take(&line, "print fmt:")) {
		while (text_seek(&line, "__print_symbolic("))
			symbols_parse(f, &line);
	}
	return rc;
}

int frag_format_parse(struct frag_format *f, const char *text, size_t length)
{
	struct frag_text t = frag_text_of(text, length);
	struct frag_text line;
	int rc = 0;

	memset(f, 0, sizeof(*f));
	while (!rc && frag_text_line(&t, &line))
		rc = line_parse(f, line);
	return !rc && f->id && f->nfields ? 0 : -EINVAL;
}

int frag_format_field(const struct frag_format *f, const char *name)
{
	for (unsigned i = 0; i < f->nfields; i++)
		if (!strcmp(f->fields[i].name, name))
			return (int)i;
	return -1;
}

bool frag_format_value(const struct frag_format *f, int i, const void *raw,
		       size_t length, int64_t *value)
{
	const struct frag_field *field = &f->fields[i];
	unsigned unused = 64 - field->size * 8U;
	uint64_t bits = 0;

	if (field->offset > length || field->size > length - field->offset)
		return false;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(&bits, (const char *)raw + field->offset, field->size);
#else
	memcpy((char *)(&bits + 1) - field->size,
	       (const char *)raw + field->offset, field->size);
#endif
	bits <<= unused;
	*value = field->is_signed ? (int64_t)bits >> unused
				  : (int64_t)(bits >> unused);
	return true;
}

const char *frag_format_symbol(const struct frag_format *f, int i,
			       int64_t value)
{
	for (unsigned s = 0; s < f->nsymbols; s++)
		if (f->symbols[s].field == (unsigned)i &&
		    f->symbols[s].value == value)
			return f->symbols[s].name;
	return NULL;
}
