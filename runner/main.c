// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The way from a command line to an exit code: finds the verb, parses its
 * rows, calls it, prints the error. The only file that leaves the process.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"
#include "base/terminal.h"
#include "knobs.h"
#include "tables.h"
#include "verb.h"
#include "verb/help.h"
#include "verb/verbs.h"
#include "vm/pid1.h"

static void pipe_ignore(int signal)
{
	(void)signal;
}

/*
 * A reader that leaves early must not kill a run that has knobs to put back.
 * An empty handler, not SIG_IGN: that would be handed on to commands.
 */
static void signals_set(void)
{
	struct sigaction action = { .sa_handler = pipe_ignore,
				    .sa_flags = SA_RESTART };

	sigaction(SIGPIPE, &action, NULL);
	/* Ignored by whoever started us, no child could be waited for. */
	signal(SIGCHLD, SIG_DFL);
}

/*
 * Standard streams that were closed must not become the first file that is
 * opened. What fills the gap fails on use, as the closed stream would have.
 */
static void streams_fill(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
			exit(FRAG_EXIT_FAILED);
}

static void error_print(struct frag_error *e)
{
	/* Names come from files and arguments. */
	frag_control_clean(e->what, "");
	frag_control_clean(e->why, "");
	frag_control_clean(e->mend, "");
	fprintf(stderr, "fragbench: %s%s%s\n", e->what, e->why[0] ? ": " : "",
		e->why);
	if (e->mend[0])
		fprintf(stderr, "  mend: %s\n", e->mend);
}

/* Has the reader of standard output gone away? */
static bool is_pipe_broken(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	return poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
}

/* Bring out what was printed; -EPIPE is the reader's choice, not an error. */
static int output_finish(struct frag_error *e)
{
	bool had_error = ferror(stdout);
	int rc;

	errno = 0;
	if (!fflush(stdout) && !had_error)
		return 0;
	rc = errno ? -errno : -EIO;
	if (rc == -EPIPE || is_pipe_broken())
		return 0;
	return frag_fail(e, rc, "cannot write to standard output");
}

static bool is_help_flag(const char *word)
{
	return !strcmp(word, "-h") || !strcmp(word, "--help");
}

static bool has_help_flag(int argc, char **argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (is_help_flag(argv[i]))
			return true;
	return false;
}

/* Was the flag @name, if the verb has it, given? */
static bool has_flag(const struct frag_verb *verb, const void *options,
		     const char *name)
{
	const struct frag_option *row = frag_option_find(verb->options, name);

	return row && row->type == FRAG_FLAG &&
	       *(const bool *)((const char *)options + row->offset);
}

/* A machine with changed knobs is not the machine it seems to be. */
static void journal_mention(const struct frag_verb *verb, const void *options)
{
	char path[512];

	if (verb == &frag_verb_help || has_flag(verb, options, "restore") ||
	    !frag_journal_is_waiting(path, sizeof(path)))
		return;
	fprintf(stderr,
		"fragbench: a killed run has left kernel settings changed: "
		"its journal waits in %s\n"
		"  mend: fragbench doctor --restore\n",
		path);
}

static int rest_check(const struct frag_verb *verb, char **rest,
		      struct frag_error *e)
{
	if (!rest)
		return 0;
	if (!verb->takes_command)
		frag_fail(e, 0, "%s takes no command behind '--'", verb->name);
	else if (!rest[0])
		frag_fail(e, 0, "there is no command behind '--'");
	else
		return 0;
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

/* Parse and call with @options, a zeroed struct of the verb's own. */
static int verb_call(const struct frag_verb *verb, void *options, int argc,
		     char **argv, struct frag_error *e)
{
	struct frag_call call = { options, { NULL }, 0, NULL, argc, argv };
	struct frag_args args = {
		.rows = verb->options,
		.base = options,
		.unknown = verb->unknown,
		.ctx = options,
		.words = call.words,
		.max_words = FRAG_ARGUMENTS_MAX,
	};
	int rc;

	/* Without it percentages are of 0 bytes, and verbs say so. */
	(void)frag_meminfo("", "MemAvailable", &args.whole);
	rc = frag_options_init(verb->options, options, args.whole, e);
	if (!rc)
		rc = frag_args_parse(&args, argc - 2, argv + 2, e);
	if (!rc)
		rc = rest_check(verb, args.rest, e);
	if (rc) {
		frag_error_mend(e, "fragbench help %s", verb->name);
		return rc;
	}
	call.nwords = args.nwords;
	call.rest = args.rest;
	journal_mention(verb, options);
	return verb->call(&call, e);
}

static int verb_run(const struct frag_verb *verb, int argc, char **argv,
		    struct frag_error *e)
{
	void *options = calloc(1, verb->options_size + 1);
	int rc;

	if (!options)
		return frag_fail(e, -ENOMEM, "cannot %s", verb->name);
	rc = verb_call(verb, options, argc, argv, e);
	free(options);
	return rc;
}

/* Of `run NAME --help` NAME has a page, too: that of its keys. */
static const char *topic_find(int argc, char **argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (frag_workload_find(argv[i]) || frag_builtin_find(argv[i]))
			return argv[i];
	return NULL;
}

static int help_run(char *program, const char *verb, const char *topic,
		    struct frag_error *e)
{
	char *argv[] = { program, (char *)"help", (char *)verb, (char *)topic,
			 NULL };

	return verb_run(&frag_verb_help, 2 + !!verb + !!topic, argv, e);
}

static int flag_fail(const char *flag, struct frag_error *e)
{
	frag_fail(e, 0, "unknown option %s", flag);
	frag_error_why(e, "a verb comes first, its options stand behind it");
	frag_error_mend(e, "fragbench help");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

/* As PID 1 of a guest: what the kernel does not know of its command line
 * ("nokaslr") stands before the verb. */
static bool is_guest(int argc, char **argv)
{
	return getpid() == 1 && argc > 1 && !strcmp(argv[argc - 1], "guest") &&
	       !access(FRAG_PID1_JOB, F_OK);
}

/* An exit code, or a negative errno with @e filled. */
static int command_run(int argc, char **argv, struct frag_error *e)
{
	const struct frag_verb *verb;

	if (is_guest(argc, argv))
		return verb_run(&frag_verb_guest, 2, argv, e);
	if (argc < 2) {
		frag_help_overview(stderr);
		return FRAG_EXIT_USAGE;
	}
	if (is_help_flag(argv[1]))
		return help_run(argv[0], NULL, NULL, e);
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("fragbench %s\n", frag_version);
		return FRAG_EXIT_DONE;
	}
	if (argv[1][0] == '-')
		return flag_fail(argv[1], e);
	verb = frag_verb_find(argv[1], e);
	if (!verb)
		return -EINVAL;
	if (has_help_flag(argc - 2, argv + 2))
		return help_run(argv[0], verb->name,
				topic_find(argc - 2, argv + 2), e);
	return verb_run(verb, argc, argv, e);
}

/*
 * `git bisect run` takes the exit codes below 128 for a verdict on the commit:
 * what is wrong on this side must not look like one. Looked for in the words,
 * for they may be what is wrong.
 */
static bool is_bisecting(int argc, char **argv)
{
	static const char flag[] = "--bisect";
	bool is_on = false;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		const char *value = argv[i] + strlen(flag);

		if (!strncmp(argv[i], flag, strlen(flag)) &&
		    (!*value || *value == '='))
			is_on = strcmp(value, "=no") && strcmp(value, "=0");
	}
	return is_on;
}

int main(int argc, char **argv)
{
	struct frag_error e = { .exit = 0 };
	int code;
	int rc;

	streams_fill();
	signals_set();
	code = command_run(argc, argv, &e);
	rc = output_finish(&e);
	if (rc && code >= 0)
		code = rc;
	if (code < 0) {
		frag_fail(&e, code, "%s", argv[1]);
		error_print(&e);
		code = frag_error_code(&e);
		if (code != FRAG_EXIT_NO_BOOT && is_bisecting(argc, argv))
			code = FRAG_EXIT_ABORT;
	}
	exit(code);
}
