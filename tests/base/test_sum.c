// SPDX-License-Identifier: GPL-2.0-or-later
/* Checksums of files, packed or not; the values are those of FIPS 180-2. */
#include "base/packed.h"
#include "base/sum.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static void sums(void **state)
{
	static const char abc[] =
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	char dir[] = "/tmp/fragbench-sum-XXXXXX";
	char sum[FRAG_SUM_SIZE];
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(frag_packed_sum(fd, "a", sum), -ENOENT);
	assert_int_equal(frag_packed_write(fd, "a", "abc", 3, 10), 0);
	assert_int_equal(frag_packed_sum(fd, "a", sum), 0);
	assert_string_equal(sum, abc);
	assert_int_equal(frag_packed_write(fd, "b", "abc", 3, 0), 0);
	assert_int_equal(frag_packed_sum(fd, "b", sum), 0);
	assert_string_equal(sum, abc);
	unlinkat(fd, "a", 0);
	unlinkat(fd, "b.gz", 0);
	close(fd);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
