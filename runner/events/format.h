/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a tracepoint's format file says: its id, where which field lies, and the
 * names that its print format has for some values. Ids and offsets move from
 * kernel to kernel, and so do the numbers behind the names.
 */
#ifndef FRAGBENCH_EVENTS_FORMAT_H
#define FRAGBENCH_EVENTS_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FRAG_FORMAT_FIELDS = 32,
	FRAG_FORMAT_SYMBOLS = 64,
	FRAG_FORMAT_NAME = 32,
};

/* A number of 1, 2, 4 or 8 bytes at @offset of the raw event. */
struct frag_field {
	char name[FRAG_FORMAT_NAME];
	uint16_t offset;
	uint8_t size;
	bool is_signed;
};

/* The name of value @value of field number @field. */
struct frag_symbol {
	unsigned field;
	int64_t value;
	char name[FRAG_FORMAT_NAME];
};

struct frag_format {
	unsigned id;
	unsigned nfields;
	struct frag_field fields[FRAG_FORMAT_FIELDS];
	unsigned nsymbols;
	struct frag_symbol symbols[FRAG_FORMAT_SYMBOLS];
};

/*
 * Parse the text of a format file. Fields that are no plain numbers are left
 * out, names that are not words or whose value is an expression, and what there
 * is no room for. 0, or -EINVAL when it has no id or no field.
 */
int frag_format_parse(struct frag_format *f, const char *text, size_t length);

/* The number of the field called @name, or -1. */
int frag_format_field(const struct frag_format *f, const char *name);

/* The value of field number @i in the raw event; false when @raw is too short
 * to have it. An unsigned field of 8 bytes keeps its bits. */
bool frag_format_value(const struct frag_format *f, int i, const void *raw,
		       size_t length, int64_t *value);

/* The name of @value of field number @i; NULL when the format has none. */
const char *frag_format_symbol(const struct frag_format *f, int i,
			       int64_t value);

#endif
