/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a failure travels: a function returns 0 or a negative errno, and the
 * first one to know what went wrong fills a struct frag_error. Only main()
 * prints it. Knows also what each exit code of the program means.
 */
#ifndef FRAGBENCH_ERROR_H
#define FRAGBENCH_ERROR_H

#define FRAG_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Exit codes of the program; 125 is kept for `git bisect run`. */
enum frag_exit {
	FRAG_EXIT_DONE = 0, /* done (compare: not worse) */
	FRAG_EXIT_BAD = 1, /* done, and the answer is bad */
	FRAG_EXIT_USAGE = 2, /* wrong use */
	FRAG_EXIT_CANNOT = 3, /* cannot run here; the message says the mend */
	FRAG_EXIT_FAILED = 4, /* should have worked and did not */
	FRAG_EXIT_DOUBT = 5, /* done, but not to be trusted */
	FRAG_EXIT_NO_BOOT = 125,
	FRAG_EXIT_ABORT = 255, /* it is to stop: nothing can be told here */
};

/*
 * what: what failed, without a full stop. why: the cause. mend: an exact
 * command or step, "" when there is none. exit: what main() returns for it;
 * 0 means FRAG_EXIT_FAILED. All texts are cut, never overrun.
 */
struct frag_error {
	char what[256];
	char why[256];
	char mend[256];
	enum frag_exit exit;
};

/*
 * Fill @e with what failed and, as the cause, the text of @errnum (negative
 * errno, or 0 to leave the cause to frag_error_why()). The first caller wins:
 * when @e already tells of a failure, nothing changes. @e may be NULL.
 * Returns @errnum, or -EINVAL for 0, so that it can end a function.
 */
int frag_fail(struct frag_error *e, int errnum, const char *fmt, ...)
	FRAG_PRINTF(3, 4);

/*
 * Set the cause, the mend or the exit code of the failure that @e tells.
 * A cause or mend that is already there stays: a caller further out may add
 * what is missing and cannot replace what the first one knew.
 */
void frag_error_why(struct frag_error *e, const char *fmt, ...)
	FRAG_PRINTF(2, 3);
void frag_error_mend(struct frag_error *e, const char *fmt, ...)
	FRAG_PRINTF(2, 3);
void frag_error_exit(struct frag_error *e, enum frag_exit code);

/* Forget the failure. */
void frag_error_clear(struct frag_error *e);

/* The exit code for @e: e->exit, FRAG_EXIT_FAILED when none was set. */
enum frag_exit frag_error_code(const struct frag_error *e);

#endif
