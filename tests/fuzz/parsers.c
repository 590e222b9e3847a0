// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One entry for everything that parses text which others wrote: the first byte
 * of the input chooses the parser, the rest is its text. For libFuzzer:
 *
 *   clang -g -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -Iinclude \
 *     -Irunner -Itests tests/fuzz/parsers.c runner/collect/[a-z]*.c \
 *     runner/events/[a-z]*.c runner/base/[a-z]*.c -ljansson -lm -o fuzz-parsers
 * && ./fuzz-parsers
 *
 * tests/collect/test_fuzz.c drives the same entry without libFuzzer. What must
 * hold is checked here, and a breach aborts.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/option.h"
#include "base/units.h"
#include "events/format.h"
#include "events/ring.h"
#include "fragbench/buddy.h"
#include "fragbench/collector.h"
#include "fragbench/freelists.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FRAG_COLLECTOR(name) \
	extern const struct frag_collector frag_collector_##name;
#include "collectors.def"
#undef FRAG_COLLECTOR

/* kthreads is not here: its text comes from one small file a thread. */
static const struct fuzz_tree {
	const struct frag_collector *type;
	const char *file;
	const char *good;
} fuzz_trees[] = {
	{ &frag_collector_buddy, "proc/buddyinfo",
	  "Node 0, zone DMA 1 2 3\nNode 0, zone DMA32 4 5 6\n" },
	{ &frag_collector_buddy, "proc/zoneinfo",
	  "Node 0, zone DMA\n  min 1\n  pagesets\n    count: 3\n"
	  "Node 0, zone DMA32\n  min 2\n" },
	{ &frag_collector_vmstat, "proc/vmstat",
	  "nr_free_pages 1\nnr_new 2\npgfree 3\n" },
	{ &frag_collector_psi, "proc/pressure/memory",
	  "some avg10=0.00 total=1\nfull avg10=0.00 total=2\n" },
	{ &frag_collector_pagetypes, "proc/pagetypeinfo",
	  "Free pages count per migrate type at order 0 1\n"
	  "Node 0, zone DMA, type Movable 1 >100000\n"
	  "Number of blocks type Movable\nNode 0, zone DMA 7\n" },
	{ &frag_collector_thp,
	  "sys/kernel/mm/transparent_hugepage/hugepages-64kB/stats/swpout",
	  "1\n" },
};

enum { FUZZ_TREES = sizeof(fuzz_trees) / sizeof(*fuzz_trees) };
enum {
	FUZZ_LINE,
	FUZZ_UNITS,
	FUZZ_OPTION,
	FUZZ_CSV,
	FUZZ_FORMAT,
	FUZZ_RING,
	FUZZ_COLLECT,
};

/* How many parsers the first byte chooses from. */
enum { FUZZ_PARSERS = FUZZ_COLLECT + FUZZ_TREES };

#define MUST(condition)                                                    \
	do {                                                               \
		if (!(condition)) {                                        \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
				#condition);                               \
			abort();                                           \
		}                                                          \
	} while (0)

/* A folder with a good file for every parser, made once. */
static const char *fuzz_folder(void)
{
	static char path[64];

	if (*path)
		return path;
	/* In memory where that is possible: no disk is to be waited for. */
	snprintf(path, sizeof(path), "%s/fragbench-fuzz-XXXXXX",
		 access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	MUST(mkdtemp(path));
	return path;
}

static void fuzz_file_write(const char *name, const void *data, size_t size)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0) {
		for (char *p = strchr(path + 1, '/'); p;
		     p = strchr(p + 1, '/')) {
			*p = '\0';
			mkdir(path, 0755);
			*p = '/';
		}
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	}
	MUST(fd >= 0);
	/* Emptying the file first would make file systems write it out. */
	MUST(write(fd, data, size) == (ssize_t)size);
	MUST(!ftruncate(fd, (off_t)size));
	close(fd);
}

/* The text as all of an allocation, so that a read beyond it is noticed. */
static char *fuzz_copy(const uint8_t *data, size_t size, bool is_string)
{
	char *text = malloc(size + is_string + !size);

	MUST(text);
	memcpy(text, data, size);
	if (is_string)
		text[size] = '\0';
	return text;
}

static void fuzz_line(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size, false);
	struct frag_zone zone;
	int rc = frag_buddy_parse(text, size, &zone);

	MUST(rc == 1 || rc == 0 || rc == -EINVAL);
	if (rc == 1) {
		MUST(zone.buddy.orders && zone.buddy.orders <= FRAG_ORDERS_MAX);
		MUST(memchr(zone.name, '\0', sizeof(zone.name)));
	}
	free(text);
}

static void fuzz_units(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size, true);
	char written[32];
	uint64_t again;
	uint64_t v;
	double hz;

	if (!frag_parse_size(text, 1 << 20, &v)) {
		frag_size_text(v, written, sizeof(written));
		MUST(!frag_parse_size(written, 0, &again) && again == v);
	}
	if (!frag_parse_time(text, &v)) {
		frag_time_text(v, written, sizeof(written));
		MUST(!frag_parse_time(written, &again) && again == v);
	}
	if (!frag_parse_rate(text, &hz))
		MUST(hz >= 0);
	(void)frag_parse_count(text, &v);
	free(text);
}

struct fuzz_options {
	bool flag;
	uint64_t count;
	uint64_t size;
	uint64_t time;
	double rate;
	const char *choice;
	struct frag_words words;
};

static const struct frag_option fuzz_rows[] = {
	{ "flag", 'f', FRAG_FLAG, offsetof(struct fuzz_options, flag), NULL,
	  NULL, 0, 0, "" },
	{ "count", 'c', FRAG_COUNT, offsetof(struct fuzz_options, count), NULL,
	  "1", 1, 9, "" },
	{ "size", 's', FRAG_SIZE, offsetof(struct fuzz_options, size), NULL,
	  "1k", 0, 0, "" },
	{ "time", 't', FRAG_TIME, offsetof(struct fuzz_options, time), NULL,
	  "1s", 0, 0, "" },
	{ "rate", 0, FRAG_RATE, offsetof(struct fuzz_options, rate), NULL, "10",
	  1, 1000, "" },
	{ "choice", 0, FRAG_CHOICE, offsetof(struct fuzz_options, choice),
	  "small|default", "small", 0, 0, "" },
	{ "words", 'w', FRAG_WORDS, offsetof(struct fuzz_options, words), NULL,
	  NULL, 0, 0, "" },
	{ .name = NULL },
};

/* The text is a command line, split at newlines. */
static void fuzz_option(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size, true);
	struct fuzz_options o = { 0 };
	struct frag_error e = { 0 };
	const char *words[4];
	struct frag_args a = { .rows = fuzz_rows,
			       .base = &o,
			       .whole = 1 << 20,
			       .words = words,
			       .max_words = 4 };
	char *argv[64];
	char *save;
	int argc = 0;

	for (char *word = strtok_r(text, "\n", &save); word && argc < 64;
	     word = strtok_r(NULL, "\n", &save))
		argv[argc++] = word;
	MUST(!frag_options_init(fuzz_rows, &o, 1 << 20, &e));
	if (frag_args_parse(&a, argc, argv, &e)) {
		MUST(e.what[0] && e.exit == FRAG_EXIT_USAGE);
	} else {
		MUST(o.count >= 1 && o.count <= 9);
		MUST(o.rate >= 1 && o.rate <= 1000);
		MUST(!strcmp(o.choice, "small") ||
		     !strcmp(o.choice, "default"));
	}
	MUST(a.nwords <= 4 && o.words.count <= FRAG_WORDS_MAX);
	free(text);
}

static void fuzz_csv(const uint8_t *data, size_t size)
{
	static struct frag_csv_reader r;
	struct frag_error e = { 0 };
	int dir;
	int rc;

	fuzz_file_write("x.csv", data, size);
	dir = open(fuzz_folder(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	MUST(dir >= 0);
	rc = frag_csv_open(&r, dir, "x.csv", &e);
	close(dir);
	if (rc) {
		MUST(e.what[0]);
		return;
	}
	while ((rc = frag_csv_next(&r, &e)) == 1)
		for (unsigned i = 0; i <= r.ncolumns; i++)
			(void)frag_csv_cell(&r, (int)i);
	MUST(rc == 0 || e.what[0]);
	frag_csv_reader_close(&r);
}

/* Whatever the text says, every field lies where it is looked for, and every
 * name is one. */
static void fuzz_format(const uint8_t *data, size_t size)
{
	static const uint8_t raw[FRAG_RAW_MAX] = { 0x80, 0xff, 1 };
	char *text = fuzz_copy(data, size, false);
	static struct frag_format f;
	int64_t v;

	if (!frag_format_parse(&f, text, size)) {
		MUST(f.id && f.nfields && f.nfields <= FRAG_FORMAT_FIELDS);
		MUST(f.nsymbols <= FRAG_FORMAT_SYMBOLS);
		for (unsigned i = 0; i < f.nfields; i++) {
			MUST(frag_format_field(&f, f.fields[i].name) >= 0);
			for (size_t n = 0; n <= sizeof(raw); n += 8)
				(void)frag_format_value(&f, (int)i, raw, n, &v);
		}
		for (unsigned i = 0; i < f.nsymbols; i++) {
			MUST(f.symbols[i].field < f.nfields);
			MUST(memchr(f.symbols[i].name, '\0', FRAG_FORMAT_NAME));
			MUST(!strpbrk(f.symbols[i].name, ",\"\n"));
		}
	}
	free(text);
}

static void fuzz_record(void *ctx, const struct frag_record *r)
{
	unsigned *count = ctx;

	MUST(r->kind != FRAG_RECORD_OTHER);
	MUST(r->length <= FRAG_RAW_MAX);
	if (r->kind == FRAG_RECORD_COMM)
		MUST(memchr(r->comm, '\0', FRAG_COMM));
	++*count;
}

/* A ring of 4 KiB that holds the text from where its first bytes say. */
static void fuzz_ring(const uint8_t *data, size_t size)
{
	enum { RING = 4096 };
	struct frag_ring_nonsense nonsense = { 0 };
	uint8_t *ring = calloc(1, RING);
	unsigned count = 0;
	uint64_t tail;

	MUST(ring);
	if (size > RING)
		size = RING;
	tail = size ? data[0] * 16 : 0;
	for (size_t i = 0; i < size; i++)
		ring[(tail + i) % RING] = data[i];
	frag_ring_take(ring, RING, tail, tail + size, fuzz_record, &count,
		       &nonsense);
	MUST(count <= size / 8);
	MUST(nonsense.bytes <= size && !nonsense.times == !nonsense.bytes);
	free(ring);
}

/* What a key may be made of, and as many cells as there are key columns. */
static void fuzz_keys_check(const struct frag_shape *s)
{
	for (unsigned i = 0; i < s->nrows; i++) {
		const char *key = s->row_keys[i].text;
		unsigned commas = 0;

		for (const char *p = key; *p; p++) {
			commas += *p == ',';
			MUST(*p > ' ' && *p != '"' && (unsigned char)*p < 127);
		}
		MUST(s->nkeys ? commas == s->nkeys - 1 : !*key);
	}
}

static void fuzz_read(struct frag_collect *c)
{
	size_t cells = (size_t)c->shape.max_rows * c->shape.ncolumns;
	uint64_t *values = malloc(cells * sizeof(*values));
	int rc;

	MUST(values);
	rc = c->type->read(c, values);
	MUST(rc == 0 || rc == -EINVAL || rc == -ENOBUFS);
	MUST(c->shape.nrows <= c->shape.max_rows);
	fuzz_keys_check(&c->shape);
	free(values);
}

/* Who looks at the same files without a table. */
static void fuzz_look(void)
{
	struct frag_free_look look;
	struct frag_zone_span spans[2] = { { .node = 0 } };
	struct frag_freelists f;
	struct frag_error e = { 0 };
	int n;

	if (frag_freelists_open(&f, fuzz_folder(), 0, "DMA32", &e))
		MUST(e.what[0] && !f.files);
	frag_freelists_close(&f);
	frag_free_look_once(fuzz_folder(), &look);
	MUST(look.buddy.orders <= FRAG_ORDERS_MAX);
	MUST(frag_pageblock_order(fuzz_folder()) < FRAG_ORDERS_MAX);
	n = frag_zone_spans(fuzz_folder(), spans, 2);
	for (int i = 0; i < n && i < 2; i++)
		MUST(strnlen(spans[i].name, FRAG_ZONE_NAME) < FRAG_ZONE_NAME &&
		     spans[i].node >= 0 && spans[i].spanned);
}

/* The text is there at open, or comes after the file was a good one. */
static void fuzz_collect(const struct fuzz_tree *tree, const uint8_t *data,
			 size_t size)
{
	struct frag_collect c = { .type = tree->type, .root = fuzz_folder() };
	struct frag_error e = { 0 };

	for (int i = 0; i < FUZZ_TREES; i++)
		if (fuzz_trees[i].type == tree->type)
			fuzz_file_write(fuzz_trees[i].file, fuzz_trees[i].good,
					strlen(fuzz_trees[i].good));
	MUST(!tree->type->open(&c, &e));
	fuzz_file_write(tree->file, data, size);
	fuzz_read(&c);
	tree->type->close(&c);
	if (tree->type->open(&c, &e)) {
		MUST(e.what[0]);
	} else {
		fuzz_keys_check(&c.shape);
		fuzz_read(&c);
	}
	tree->type->close(&c);
	fuzz_look();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned which;

	if (!size)
		return 0;
	which = data[0] % FUZZ_PARSERS;
	data++;
	size--;
	switch (which) {
	case FUZZ_LINE:
		fuzz_line(data, size);
		break;
	case FUZZ_UNITS:
		fuzz_units(data, size);
		break;
	case FUZZ_OPTION:
		fuzz_option(data, size);
		break;
	case FUZZ_CSV:
		fuzz_csv(data, size);
		break;
	case FUZZ_FORMAT:
		fuzz_format(data, size);
		break;
	case FUZZ_RING:
		fuzz_ring(data, size);
		break;
	default:
		fuzz_collect(&fuzz_trees[which - FUZZ_COLLECT], data, size);
	}
	return 0;
}
