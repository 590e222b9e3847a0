// SPDX-License-Identifier: GPL-2.0-or-later
/* The order in which a run directory is opened, filled, summarised and sealed. */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/json.h"
#include "clock.h"
#include "tables.h"

const char *frag_results_dir(const char *output)
{
	const char *dir = getenv("FRAGBENCH_RESULTS");

	if (output && *output)
		return output;
	return dir && *dir ? dir : "results";
}

static json_t *command_json(const struct frag_session_config *c)
{
	json_t *list = json_array();

	for (int i = 0; i < c->argc; i++)
		json_array_append_new(list, frag_json_text(c->argv[i]));
	return list;
}

static void manifest_fill(struct frag_session *s)
{
	const struct frag_session_config *c = &s->config;
	json_t *m = s->rundir.manifest;

	json_object_set_new(m, "kind", json_string(c->kind));
	json_object_set_new(m, "series", json_string(c->series));
	json_object_set_new(m, "repeats", json_integer(c->repeats));
	json_object_set_new(m, "seed", json_integer((json_int_t)c->seed));
	json_object_set_new(m, "command", command_json(c));
	json_object_set_new(m, "tool",
			    json_pack("{s:s, s:s, s:s, s:s}", "name",
				      "fragbench", "version", FRAGBENCH_VERSION,
				      "build", FRAGBENCH_BUILD, "compiler",
				      FRAGBENCH_COMPILER));
	json_object_set_new(m, "machine", frag_facts_json(&s->facts));
	if (c->guest)
		json_object_set(json_object_get(m, "machine"), "guest",
				c->guest);
	json_object_set_new(m, "options", json_pack("{s:f}", "rate", c->rate));
}

/* Stand behind the last kernel message, so that what follows is of the run. */
static int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0 && lseek(fd, 0, SEEK_END) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* One record, "level,seq,usec,flags;text\n...", as "[usec] text". */
static void kmsg_write(FILE *to, char *record)
{
	char *text = strchr(record, ';');
	char *seq = strchr(record, ',');
	char *stamp = seq ? strchr(seq + 1, ',') : NULL;

	if (!text || !stamp)
		return;
	text[1 + strcspn(text + 1, "\n")] = '\0';
	fprintf(to, "[%llu] %s\n", strtoull(stamp + 1, NULL, 10), text + 1);
}

static FILE *kernel_log_open(const struct frag_session *s)
{
	int fd = openat(s->rundir.dirfd, "log/kernel.log",
			O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	return fd < 0 ? NULL : fdopen(fd, "w");
}

int frag_session_open(struct frag_session *s,
		      const struct frag_session_config *config,
		      struct frag_error *e)
{
	int rc;

	memset(s, 0, sizeof(*s));
	s->config = *config;
	s->rundir.dirfd = -1;
	s->kmsg = kmsg_open();
	frag_facts_read(&s->facts);
	rc = frag_rundir_create(&s->rundir, frag_results_dir(config->output),
				config->scenario, config->repeat, e);
	if (rc)
		return rc;
	manifest_fill(s);
	return frag_rundir_save(&s->rundir, "running", e);
}

static int collector_open(struct frag_session *s,
			  const struct frag_collector *type,
			  struct frag_error *e)
{
	struct frag_collect *c = &s->collects[s->ncollects];
	struct frag_error why = { 0 };
	int rc;

	*c = (struct frag_collect){ .type = type, .root = "" };
	rc = type->open(c, &why);
	if (!rc) {
		s->ncollects++;
		return 0;
	}
	type->close(c);
	if (!strcmp(type->name, "buddy")) {
		*e = why;
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return rc;
	}
	frag_rundir_warn(&s->rundir, false, NULL, "no %s.csv: %s: %s%s%s",
			 type->name, why.what, why.why,
			 why.mend[0] ? "; mend: " : "", why.mend);
	return 0;
}

/* Before the sampler, which reads how often they happened. */
static int events_start(struct frag_session *s, struct frag_error *e)
{
	const struct frag_eventlog_config config = {
		.rundir = &s->rundir,
		.set = s->config.events ? s->config.events : "none",
		.phases = s->config.phases,
	};

	return frag_eventlog_start(&s->events, &config, e);
}

int frag_session_watch(struct frag_session *s, struct frag_error *e)
{
	struct frag_collect *collects[FRAG_COLLECTS_MAX];
	struct frag_sampler_config config = {
		.rundir = &s->rundir,
		.rate = s->config.rate,
		.collects = collects,
		.phases = s->config.phases,
	};
	int rc = 0;

	for (unsigned i = 0; frag_collectors[i] && !rc; i++)
		rc = collector_open(s, frag_collectors[i], e);
	if (!rc)
		rc = events_start(s, e);
	if (rc)
		return rc;
	for (unsigned i = 0; i < s->ncollects; i++)
		collects[config.ncollects++] = &s->collects[i];
	for (unsigned i = 0; i < s->config.nextra; i++)
		collects[config.ncollects++] = &s->config.extra[i];
	if (s->events)
		collects[config.ncollects++] = frag_eventlog_counts(s->events);
	rc = frag_sampler_start(&s->sampler, &config, e);
	/*
	 * All of it, now: the sampler must not wait for a page, and a page of
	 * our own text that is read from disk in the middle of a run comes as a
	 * large folio of the very memory that is measured.
	 */
	if (!rc)
		(void)mlockall(MCL_CURRENT);
	return rc;
}

/* What the kernel said since the run began; no file when it said nothing. */
static void kernel_log_write(struct frag_session *s)
{
	char record[8192];
	FILE *to = NULL;
	ssize_t n;

	while (s->kmsg >= 0 &&
	       ((n = read(s->kmsg, record, sizeof(record) - 1)) > 0 ||
		(n < 0 && errno == EPIPE))) {
		/* EPIPE: records were overwritten before they were read. */
		if (n < 0)
			continue;
		record[n] = '\0';
		to = to ? to : kernel_log_open(s);
		if (!to)
			return;
		kmsg_write(to, record);
	}
	if (to)
		fclose(to);
}

static int summary_make(struct frag_session *s, const char *status,
			struct frag_error *e)
{
	int rc = frag_rundir_save(&s->rundir, status, e);

	if (rc || !s->config.summarize)
		return rc;
	frag_rundir_describe(&s->rundir, "index.csv",
			     "the fragmentation indices, derived from buddy.csv",
			     s->config.index_columns(s->facts.orders));
	frag_rundir_describe(&s->rundir, "summary.json",
			     "every metric of the run", NULL);
	s->summary = s->config.summarize(s->rundir.dirfd, e);
	if (s->config.episode_columns &&
	    !faccessat(s->rundir.dirfd, "episodes.csv", F_OK, 0))
		frag_rundir_describe(&s->rundir, "episodes.csv",
				     "compactions and reclaims, derived from "
				     "events.csv",
				     s->config.episode_columns());
	return s->summary ? 0 : -EIO;
}

uint64_t frag_session_mark(struct frag_session *s, unsigned phase)
{
	uint64_t t_ns;

	frag_eventlog_pause(s->events);
	t_ns = frag_sampler_mark(s->sampler, phase);
	frag_eventlog_phase(s->events, t_ns, phase);
	return t_ns;
}

int frag_session_error(struct frag_session *s)
{
	int rc = frag_sampler_error(s->sampler);

	return rc ? rc : frag_eventlog_error(s->events);
}

int frag_session_unwatch(struct frag_session *s, struct frag_error *e)
{
	int later;

	/* As at any mark: the last sample reads all counts anew. */
	frag_eventlog_pause(s->events);
	if (s->sampler)
		s->watched = frag_sampler_stop(s->sampler, e);
	s->sampler = NULL;
	/* The sampler reads its counts. */
	later = frag_eventlog_stop(s->events, e);
	s->events = NULL;
	s->watched = s->watched ? s->watched : later;
	(void)munlockall();
	return s->watched;
}

int frag_session_finish(struct frag_session *s, const char *status,
			struct frag_error *e)
{
	bool is_whole = strcmp(status, "interrupted") != 0;
	int rc = frag_session_unwatch(s, e);
	int summed;

	kernel_log_write(s);
	summed = rc ? rc : summary_make(s, status, e);
	if (summed)
		status = "failed";
	rc = frag_rundir_seal(&s->rundir, status, is_whole && !rc, e);
	return summed ? summed : rc;
}

void frag_session_close(struct frag_session *s)
{
	/* After a failed start the sampler still reads what is freed here. */
	(void)frag_session_unwatch(s, NULL);
	for (unsigned i = 0; i < s->ncollects; i++)
		s->collects[i].type->close(&s->collects[i]);
	if (s->kmsg >= 0)
		close(s->kmsg);
	s->kmsg = -1;
	json_decref(s->summary);
	frag_rundir_close(&s->rundir);
	s->ncollects = 0;
	s->summary = NULL;
}
