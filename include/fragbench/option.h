/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option row: one row is at the same time the flag, the scenario key, the
 * help, the man page entry, the completion word and the manifest field.
 */
#ifndef FRAGBENCH_OPTION_H
#define FRAGBENCH_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a row accepts, and the C type that stands at its offset. */
enum frag_option_type {
	FRAG_FLAG, /* bool; on the command line without a value */
	FRAG_COUNT, /* uint64_t; a plain number */
	FRAG_SIZE, /* uint64_t, bytes; "64M", "4k", "50%" of MemAvailable */
	FRAG_TIME, /* uint64_t, nanoseconds; "30s", "250ms", "5m", "1h" */
	FRAG_RATE, /* double; "10", "0.5"; Hz where @value names nothing else */
	FRAG_TEXT, /* const char *; any text */
	FRAG_CHOICE, /* const char *; one word of @value, split at '|' */
	FRAG_WORDS, /* struct frag_words; the flag may be given again */
	FRAG_SHARE, /* uint64_t, thousandths, 0 to 1000; "30%", "0.5%" */
	FRAG_ROOM, /* struct frag_room; "700M", "700M whole" */
};

enum { FRAG_WORDS_MAX = 64 };

/* The values of a FRAG_WORDS row, in the order given; the texts are borrowed. */
struct frag_words {
	const char *word[FRAG_WORDS_MAX];
	unsigned count;
};

/* The value of a FRAG_ROOM row: so much free memory, or so much of it in whole
 * pageblocks, whatever is free in smaller pieces beside them. */
struct frag_room {
	uint64_t bytes;
	bool is_whole; /* never of 0 bytes */
};

/*
 * One row. A table of rows ends with one whose name is NULL.
 * name: lower case, words joined by '-'; "--NAME", "NAME =".
 * letter: the short flag, or 0. offset: where the value stands in the options
 * struct. value: the word for the value in the help ("N", "SIZE", "DIR"), or
 * for FRAG_CHOICE the choices ("small|default"). initial: the default as a
 * user would type it; NULL leaves zero. min, max: bounds for the numeric types,
 * in the type's unit; max 0 means unbounded. about: one sentence.
 */
struct frag_option {
	const char *name;
	char letter;
	enum frag_option_type type;
	size_t offset;
	const char *value;
	const char *initial;
	uint64_t min;
	uint64_t max;
	const char *about;
};

#endif
