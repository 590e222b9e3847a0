// SPDX-License-Identifier: GPL-2.0-or-later
/* Sizes, times and rates: as people write them, and back. */
#include "base/units.h"

#include "scratch.h"

struct reading {
	const char *text;
	uint64_t value;
};

static void test_sizes(void **state)
{
	static const struct reading good[] = {
		{ "0", 0 },
		{ "4096", 4096 },
		{ "4k", 4096 },
		{ "4KiB", 4096 },
		{ "64M", 64 * FRAG_MIB },
		{ "64mb", 64 * FRAG_MIB },
		{ "2G", 2 * FRAG_GIB },
		{ "1.5G", 3 * FRAG_GIB / 2 },
		{ "1T", 1024 * FRAG_GIB },
		{ "50%", 500 },
		{ "12.5%", 125 },
		{ "100%", 1000 },
		{ "64 M", 64 * FRAG_MIB },
		{ "16777215T", 16777215 * (1024 * FRAG_GIB) },
	};
	uint64_t v;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(frag_parse_size(good[i].text, 1000, &v), 0);
		if (v != good[i].value)
			fail_msg("%s is %llu", good[i].text,
				 (unsigned long long)v);
	}
}

static void test_no_sizes(void **state)
{
	static const char *const bad[] = { "",	  "M",	"-1", "4x",  "4k4",
					   "1.M", ".5", "%",  "1e3", "0x10" };
	uint64_t v = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (frag_parse_size(bad[i], 1000, &v) != -EINVAL)
			fail_msg("accepted: '%s'", bad[i]);
	assert_int_equal(frag_parse_size("101%", 1000, &v), -ERANGE);
	assert_int_equal(frag_parse_size("16777216T", 0, &v), -ERANGE);
	assert_int_equal(frag_parse_size("99999999999999999999", 0, &v),
			 -EINVAL);
	assert_int_equal(v, 7);
}

static void test_shares(void **state)
{
	static const struct reading good[] = {
		{ "0", 0 },	  { "0%", 0 },	   { "0.5%", 5 },
		{ "30%", 300 },	  { "50 %", 500 }, { "12.5%", 125 },
		{ "100%", 1000 },
	};
	static const char *const bad[] = {
		"", "30", "%", "half", "30%x", "-1%"
	};
	char text[32];
	uint64_t v = 7;
	uint64_t again;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (frag_parse_share(bad[i], &v) != -EINVAL)
			fail_msg("accepted: '%s'", bad[i]);
	assert_int_equal(frag_parse_share("101%", &v), -ERANGE);
	assert_int_equal(v, 7);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(frag_parse_share(good[i].text, &v), 0);
		assert_int_equal(v, good[i].value);
		frag_share_text(v, text, sizeof(text));
		assert_int_equal(frag_parse_share(text, &again), 0);
		assert_int_equal(again, v);
	}
}

static void test_times(void **state)
{
	static const struct reading good[] = {
		{ "30s", 30 * FRAG_SEC_NS },
		{ "30", 30 * FRAG_SEC_NS },
		{ "250ms", 250 * FRAG_MS_NS },
		{ "100us", 100 * FRAG_US_NS },
		{ "10ns", 10 },
		{ "5m", 300 * FRAG_SEC_NS },
		{ "5min", 300 * FRAG_SEC_NS },
		{ "1h", 3600 * FRAG_SEC_NS },
		{ "1.5s", 1500 * FRAG_MS_NS },
		{ "0", 0 },
	};
	uint64_t v;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(frag_parse_time(good[i].text, &v), 0);
		if (v != good[i].value)
			fail_msg("%s is %llu", good[i].text,
				 (unsigned long long)v);
	}
	assert_int_equal(frag_parse_time("5 days", &v), -EINVAL);
	assert_int_equal(frag_parse_time("-5s", &v), -EINVAL);
	assert_int_equal(frag_parse_time("9999999999h", &v), -ERANGE);
}

static void test_rates_and_counts(void **state)
{
	double hz = 0;
	uint64_t v;

	(void)state;
	assert_int_equal(frag_parse_rate("10", &hz), 0);
	assert_true(hz > 9.999 && hz < 10.001);
	assert_int_equal(frag_parse_rate("0.5", &hz), 0);
	assert_true(hz > 0.499 && hz < 0.501);
	assert_int_equal(frag_parse_rate("100Hz", &hz), 0);
	assert_int_equal(frag_parse_rate("100 kHz", &hz), -EINVAL);
	assert_int_equal(frag_parse_count("200000", &v), 0);
	assert_int_equal(v, 200000);
	assert_int_equal(frag_parse_count("200k", &v), -EINVAL);
	assert_int_equal(frag_parse_count("", &v), -EINVAL);
}

/* What is written is read back as the same, and is the shortest such text. */
static void test_there_and_back(void **state)
{
	static const uint64_t sizes[] = {
		0,	  1,	    1000,	  1024,	       1536,
		FRAG_MIB, FRAG_GIB, 5 * FRAG_GIB, FRAG_GIB + 1
	};
	static const uint64_t times[] = {
		0, 1, 1500, FRAG_MS_NS, 90 * FRAG_SEC_NS, FRAG_SEC_NS + 1
	};
	char buf[32];
	uint64_t v;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		frag_size_text(sizes[i], buf, sizeof(buf));
		assert_int_equal(frag_parse_size(buf, 0, &v), 0);
		assert_true(v == sizes[i]);
	}
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		frag_time_text(times[i], buf, sizeof(buf));
		assert_int_equal(frag_parse_time(buf, &v), 0);
		assert_true(v == times[i]);
	}
	assert_string_equal(frag_size_text(2 * FRAG_GIB, buf, 32), "2G");
	assert_string_equal(frag_size_text(1536, buf, 32), "1536");
	assert_string_equal(frag_time_text(250 * FRAG_MS_NS, buf, 32), "250ms");
	assert_string_equal(frag_time_text(0, buf, 32), "0s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_no_sizes),
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_rates_and_counts),
		cmocka_unit_test(test_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
