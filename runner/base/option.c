// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads and writes option values by their rows; parses command lines. */
#include "option.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fragbench/suggest.h"
#include "units.h"

static void *row_value(const struct frag_option *row, const void *base)
{
	return (char *)(uintptr_t)base + row->offset;
}

static bool has_choice(const char *choices, const char *text)
{
	size_t n = strlen(text);

	for (const char *p = choices; p; p = strchr(p, '|')) {
		p += *p == '|';
		if (!strncmp(p, text, n) && (p[n] == '|' || !p[n]))
			return n > 0;
	}
	return false;
}

static int flag_parse(const char *text, bool *value)
{
	if (!*text || !strcmp(text, "yes") || !strcmp(text, "1"))
		*value = true;
	else if (!strcmp(text, "no") || !strcmp(text, "0"))
		*value = false;
	else
		return -EINVAL;
	return 0;
}

static int words_add(struct frag_words *w, const char *text)
{
	if (w->count == FRAG_WORDS_MAX)
		return -ERANGE;
	w->word[w->count++] = text;
	return 0;
}

static int number_check(const struct frag_option *row, uint64_t v)
{
	return v < row->min || (row->max && v > row->max) ? -ERANGE : 0;
}

static int number_set(const struct frag_option *row, uint64_t *to,
		      const char *text, uint64_t whole)
{
	uint64_t v = 0;
	int rc;

	if (row->type == FRAG_COUNT)
		rc = frag_parse_count(text, &v);
	else if (row->type == FRAG_SIZE || row->type == FRAG_ROOM)
		rc = frag_parse_size(text, whole, &v);
	else if (row->type == FRAG_SHARE)
		rc = frag_parse_share(text, &v);
	else
		rc = frag_parse_time(text, &v);
	if (!rc)
		rc = number_check(row, v);
	if (!rc)
		*to = v;
	return rc;
}

/* A size, and perhaps the word whole behind it. */
static int room_set(const struct frag_option *row, struct frag_room *to,
		    const char *text, uint64_t whole)
{
	static const char blanks[] = " \t";
	size_t n = strcspn(text, blanks);
	const char *word = text + n + strspn(text + n, blanks);
	struct frag_room room = { .is_whole = !strcmp(word, "whole") };
	char size[32];
	int rc;

	if (n >= sizeof(size) || (*word && !room.is_whole))
		return -EINVAL;
	memcpy(size, text, n);
	size[n] = '\0';
	rc = number_set(row, &room.bytes, size, whole);
	room.is_whole = room.is_whole && room.bytes;
	if (!rc)
		*to = room;
	return rc;
}

static int rate_set(const struct frag_option *row, double *to, const char *text)
{
	double v = 0;
	int rc = frag_parse_rate(text, &v);

	if (!rc && (v < (double)row->min || (row->max && v > (double)row->max)))
		rc = -ERANGE;
	if (!rc)
		*to = v;
	return rc;
}

static int value_set(const struct frag_option *row, void *to, const char *text,
		     uint64_t whole)
{
	switch (row->type) {
	case FRAG_FLAG:
		return flag_parse(text, to);
	case FRAG_RATE:
		return rate_set(row, to, text);
	case FRAG_CHOICE:
		if (!has_choice(row->value, text))
			return -EINVAL;
		*(const char **)to = text;
		return 0;
	case FRAG_TEXT:
		*(const char **)to = text;
		return 0;
	case FRAG_WORDS:
		return words_add(to, text);
	case FRAG_ROOM:
		return room_set(row, to, text, whole);
	default:
		return number_set(row, to, text, whole);
	}
}

const char *frag_option_value(const struct frag_option *row)
{
	static const char *const words[] = {
		[FRAG_COUNT] = "N",   [FRAG_SIZE] = "SIZE",
		[FRAG_TIME] = "TIME", [FRAG_RATE] = "HZ",
		[FRAG_TEXT] = "TEXT", [FRAG_WORDS] = "TEXT",
		[FRAG_SHARE] = "N%",  [FRAG_ROOM] = "SIZE [whole]",
	};

	if (row->type == FRAG_FLAG)
		return "";
	return row->value ? row->value : words[row->type];
}

static void bounds_explain(const struct frag_option *row, struct frag_error *e)
{
	char low[32];
	char high[32];

	switch (row->type) {
	case FRAG_SIZE:
	case FRAG_ROOM:
		frag_size_text(row->min, low, sizeof(low));
		frag_size_text(row->max, high, sizeof(high));
		break;
	case FRAG_SHARE:
		frag_share_text(row->min, low, sizeof(low));
		frag_share_text(row->max, high, sizeof(high));
		break;
	case FRAG_TIME:
		snprintf(low, sizeof(low), "%s",
			 frag_time_text(row->min, high, sizeof(high)));
		frag_time_text(row->max, high, sizeof(high));
		break;
	default:
		snprintf(low, sizeof(low), "%" PRIu64, row->min);
		snprintf(high, sizeof(high), "%" PRIu64, row->max);
	}
	if (row->max)
		frag_error_why(e, "it goes from %s to %s", low, high);
	else
		frag_error_why(e, "it must be at least %s", low);
}

static const char *type_hint(const struct frag_option *row)
{
	static const char *const hints[] = {
		[FRAG_FLAG] = "yes or no",
		[FRAG_COUNT] = "a whole number, such as 200000",
		[FRAG_SIZE] = "a size, such as 64M, 2G or 50%",
		[FRAG_TIME] = "a time, such as 30s, 250ms or 5m",
		[FRAG_RATE] = "a number, such as 10 or 0.5",
		[FRAG_TEXT] = "a text",
		[FRAG_CHOICE] = "one of",
		[FRAG_WORDS] = "a text, at most 64 times",
		[FRAG_SHARE] = "a share, such as 50%",
		[FRAG_ROOM] =
			"a size, such as 64M, 2G or 50%, and perhaps the word whole behind it",
	};

	return hints[row->type];
}

int frag_option_set(const struct frag_option *row, void *base, const char *text,
		    uint64_t whole, struct frag_error *e)
{
	int rc = value_set(row, row_value(row, base), text, whole);

	if (!rc)
		return 0;
	frag_fail(e, rc, "%s: cannot be '%s'", row->name, text);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	if (e)
		e->why[0] = '\0';
	if (rc == -ERANGE)
		bounds_explain(row, e);
	else
		frag_error_why(e, "it takes %s%s%s", type_hint(row),
			       row->type == FRAG_CHOICE ? " " : "",
			       row->type == FRAG_CHOICE ? row->value : "");
	return rc;
}

int frag_options_init(const struct frag_option *rows, void *base,
		      uint64_t whole, struct frag_error *e)
{
	int rc = 0;

	for (; rows && rows->name && !rc; rows++)
		if (rows->initial)
			rc = frag_option_set(rows, base, rows->initial, whole,
					     e);
	return rc;
}

const struct frag_option *frag_option_find(const struct frag_option *rows,
					   const char *name)
{
	for (; rows && rows->name; rows++)
		if (!strcmp(rows->name, name))
			return rows;
	return NULL;
}

static void words_text(const struct frag_words *w, char *buf, size_t size)
{
	size_t n = 0;

	for (unsigned i = 0; i < w->count && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s", i ? " " : "",
				      w->word[i]);
}

static const char *room_text(const struct frag_room *room, char *buf,
			     size_t size)
{
	char bytes[32];

	snprintf(buf, size, "%s%s",
		 frag_size_text(room->bytes, bytes, sizeof(bytes)),
		 room->is_whole ? " whole" : "");
	return buf;
}

const char *frag_option_text(const struct frag_option *row, const void *base,
			     char *buf, size_t size)
{
	const void *v = row_value(row, base);

	buf[0] = '\0';
	switch (row->type) {
	case FRAG_FLAG:
		return *(const bool *)v ? "yes" : "no";
	case FRAG_COUNT:
		snprintf(buf, size, "%" PRIu64, *(const uint64_t *)v);
		return buf;
	case FRAG_SIZE:
		return frag_size_text(*(const uint64_t *)v, buf, size);
	case FRAG_TIME:
		return frag_time_text(*(const uint64_t *)v, buf, size);
	case FRAG_SHARE:
		return frag_share_text(*(const uint64_t *)v, buf, size);
	case FRAG_RATE:
		snprintf(buf, size, "%.6g", *(const double *)v);
		return buf;
	case FRAG_TEXT:
	case FRAG_CHOICE:
		snprintf(buf, size, "%s",
			 *(const char *const *)v ? *(const char *const *)v
						 : "");
		return buf;
	case FRAG_ROOM:
		return room_text(v, buf, size);
	case FRAG_WORDS:
		words_text(v, buf, size);
		break;
	}
	return buf;
}
