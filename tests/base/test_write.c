// SPDX-License-Identifier: GPL-2.0-or-later
/* All of it is written through a pipe that takes little at a time, and a
 * failure is told. */
#include "base/write.h"

#include <pthread.h>
#include <signal.h>

#include "scratch.h"

enum { BYTES = 1 << 20 };

struct drain {
	int fd;
	pthread_t writer;
	size_t got;
	bool is_right;
};

static void signal_ignore(int number)
{
	(void)number;
}

/* Read a little at a time, and interrupt who writes. */
static void *drain_do(void *arg)
{
	struct drain *d = arg;
	unsigned char buf[1000];
	ssize_t n;

	d->is_right = true;
	while ((n = read(d->fd, buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			d->is_right &= buf[i] == (d->got++ * 7 & 0xff);
		pthread_kill(d->writer, SIGUSR1);
	}
	return NULL;
}

static void test_all_of_it(void **state)
{
	const struct sigaction action = { .sa_handler = signal_ignore };
	unsigned char *data = malloc(BYTES);
	struct drain d = { .writer = pthread_self() };
	pthread_t reader;
	int ends[2];

	(void)state;
	assert_non_null(data);
	for (size_t i = 0; i < BYTES; i++)
		data[i] = (unsigned char)(i * 7);
	/* Without SA_RESTART: writes come back short, or with EINTR. */
	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	assert_int_equal(pipe(ends), 0);
	d.fd = ends[0];
	assert_int_equal(pthread_create(&reader, NULL, drain_do, &d), 0);
	assert_int_equal(frag_write_all(ends[1], data, BYTES), 0);
	close(ends[1]);
	pthread_join(reader, NULL);
	close(ends[0]);
	assert_int_equal(d.got, BYTES);
	assert_true(d.is_right);
	free(data);
}

static void test_failures(void **state)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_true(full >= 0);
	assert_int_equal(frag_write_all(full, "x", 1), -ENOSPC);
	assert_int_equal(frag_write_all(full, NULL, 0), 0);
	close(full);
	assert_int_equal(frag_write_all(-1, "x", 1), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_of_it),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
