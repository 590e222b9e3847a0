/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two futex calls, on words in memory that processes share. */
#ifndef FRAGBENCH_FUTEX_H
#define FRAGBENCH_FUTEX_H

#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Sleep while *word is @value, @timeout at most (NULL: for ever). */
static inline void frag_futex_wait(_Atomic uint32_t *word, uint32_t value,
				   const struct timespec *timeout)
{
	syscall(SYS_futex, word, FUTEX_WAIT, value, timeout, NULL, 0);
}

/* Wake whoever sleeps on @word. */
static inline void frag_futex_wake(_Atomic uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

#endif
