// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drives tests/fuzz/parsers.c over recorded files that are damaged in ever new
 * ways, the same ones in every run: what a fuzzer finds, without a fuzzer.
 */
#include "fuzz/parsers.c" // NOLINT(bugprone-suspicious-include)

#include "collect/table.h"

enum { ROUNDS = 400, LARGEST = 1 << 17 };

static uint64_t random_next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* An input for the entry: the parser, then the text. */
struct input {
	size_t size;
	uint8_t bytes[LARGEST];
};

static void bytes_insert(struct input *in, size_t at, const char *bytes,
			 size_t n)
{
	if (in->size + n > LARGEST)
		return;
	memmove(in->bytes + at + n, in->bytes + at, in->size - at);
	memcpy(in->bytes + at, bytes, n);
	in->size += n;
}

static void bytes_remove(struct input *in, size_t at, size_t n)
{
	if (n > in->size - at)
		n = in->size - at;
	memmove(in->bytes + at, in->bytes + at + n, in->size - at - n);
	in->size -= n;
}

static void stretch_repeat(struct input *in, size_t at, uint64_t r)
{
	char copy[256];
	size_t n = r % sizeof(copy);

	if (n > in->size - at)
		n = in->size - at;
	memcpy(copy, in->bytes + at, n);
	for (int i = 0; i < 20; i++)
		bytes_insert(in, at, copy, n);
}

/* What kernel files and command lines are made of, and what they are not. */
static const char *const words[] = {
	"\n",
	" ",
	"-1",
	"18446744073709551615",
	"18446744073709551616",
	"99999999999999999999999999999999",
	"Node 7, zone X 1\n",
	",",
	">",
	"x",
	"Node",
	"\t",
	"%",
	".",
	"=",
	"--",
	"some ",
	"count: 3\n",
	"aaaaaaaaaaaaaaaaaaaaaaaaa",
};

/* One damage; the first byte, which chooses the parser, stays. */
static void damage(struct input *in, uint64_t *seed)
{
	uint64_t r = random_next(seed);
	size_t at = 1 + random_next(seed) % in->size;
	const char *word = words[r / 8 % (sizeof(words) / sizeof(*words))];

	if (at > in->size)
		at = in->size;
	switch (r % 8) {
	case 0:
		if (at < in->size)
			in->bytes[at] ^= (uint8_t)(1U << (r >> 32) % 8);
		break;
	case 1:
		bytes_insert(in, at, word, strlen(word));
		break;
	case 2:
		bytes_insert(in, at, "", 1);
		break;
	case 3:
		bytes_remove(in, at, 1 + (r >> 32) % 3);
		break;
	case 4:
		bytes_remove(in, at, (r >> 32) % 200);
		break;
	case 5:
		stretch_repeat(in, at, r >> 32);
		break;
	case 6:
		in->size = at;
		break;
	default:
		if (at < in->size)
			in->bytes[at] = (uint8_t)(r >> 40);
	}
}

static void text_damage(unsigned parser, const char *text, size_t size,
			uint64_t seed)
{
	static struct input in;

	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned times = round % 6;

		in.bytes[0] = (uint8_t)parser;
		in.size = 1 + size;
		memcpy(in.bytes + 1, text, size);
		while (times--)
			damage(&in, &seed);
		LLVMFuzzerTestOneInput(in.bytes, in.size);
	}
}

static void test_recorded_files(void **state)
{
	static const char *const machines[] = { "5.10-boot", "6.1-fragmented",
						"6.12-used",
						"7.3-numa4-fragmented" };
	uint64_t seed = 0x9e3779b97f4a7c15;

	(void)state;
	for (int m = 0; m < 4; m++)
		for (unsigned i = 0; i < FUZZ_TREES; i++) {
			char name[128];
			char *text;
			size_t size;

			if (fuzz_trees[i].type == &frag_collector_thp)
				continue;
			snprintf(name, sizeof(name), "/%s", fuzz_trees[i].file);
			text = file_read(machine(machines[m]), name, &size);
			text_damage(FUZZ_COLLECT + i, text, size, ++seed);
			free(text);
		}
}

static void test_small_texts(void **state)
{
	static const struct {
		unsigned parser;
		const char *text;
	} seeds[] = {
		{ FUZZ_LINE, "Node 0, zone   Normal   1  22 333 4444 0 0 0 1" },
		{ FUZZ_UNITS, "1.5G" },
		{ FUZZ_UNITS, "250ms" },
		{ FUZZ_UNITS, "50%" },
		{ FUZZ_UNITS, "18446744073709551615" },
		{ FUZZ_OPTION,
		  "--count=3\n-f\n--size\n64M\nword\n--words\na=1" },
		{ FUZZ_OPTION, "-t5s\n--choice\nsmall\n--rate=10\n--\nls" },
		{ FUZZ_CSV, "t_ns,node,zone\n1,0,DMA\n2,0,DMA32\n3,,\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(seeds) / sizeof(*seeds); i++)
		for (unsigned k = 0; k < 10; k++)
			text_damage(seeds[i].parser, seeds[i].text,
				    strlen(seeds[i].text), i * 100 + k + 1);
	for (unsigned i = 0; i < FUZZ_TREES; i++)
		text_damage(FUZZ_COLLECT + i, fuzz_trees[i].good,
			    strlen(fuzz_trees[i].good), i + 1);
}

static void test_formats(void **state)
{
	static const char *const machines[] = { "5.10-boot",
						"7.3-numa4-fragmented" };
	static const char *const files[] = {
		"/sys/kernel/tracing/events/compaction/mm_compaction_end/format",
		"/sys/kernel/tracing/events/migrate/mm_migrate_pages/format",
	};
	uint64_t seed = 0x2545f4914f6cdd1d;

	(void)state;
	for (int i = 0; i < 4; i++) {
		size_t size;
		char *text = file_read(machine(machines[i / 2]), files[i % 2],
				       &size);

		text_damage(FUZZ_FORMAT, text, size, ++seed);
		free(text);
	}
}

/* A ring with a record of every kind, and one that nobody asked for. */
static void test_rings(void **state)
{
	static const uint16_t kinds[][2] = {
		{ PERF_RECORD_SAMPLE, 72 }, { PERF_RECORD_COMM, 48 },
		{ PERF_RECORD_FORK, 56 },   { PERF_RECORD_EXIT, 56 },
		{ PERF_RECORD_LOST, 48 },   { PERF_RECORD_SAMPLE, 80 }
	};
	uint8_t bytes[512];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const struct perf_event_header h = { .type = kinds[i][0],
						     .size = kinds[i][1] };
		const uint32_t raw = h.size - 36;

		memset(bytes + n, (int)i + 1, h.size);
		memcpy(bytes + n, &h, sizeof(h));
		if (h.type == PERF_RECORD_SAMPLE)
			memcpy(bytes + n + 32, &raw, sizeof(raw));
		n += h.size;
	}
	/* The fuzzer's first byte says where the ring begins. */
	for (unsigned i = 0; i < 20; i++)
		text_damage(FUZZ_RING, (const char *)bytes, n, i + 1);
}

static int folder_remove(void **state)
{
	(void)state;
	return nftw(fuzz_folder(), scratch_entry_remove, 16,
		    FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded_files),
		cmocka_unit_test(test_small_texts),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_rings),
	};

	return cmocka_run_group_tests(tests, NULL, folder_remove);
}
