// SPDX-License-Identifier: GPL-2.0-or-later
/* How it is found out whether KVM works here, and where that is remembered. */
#include "vm/accel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/source.h"
#include "clock.h"
#include "stop.h"

static const uint64_t TRIAL_NS = 30ULL * 1000000000ULL;

/* What must be so for KVM to work; "" when all of it is. */
static const char *kvm_lacks(void)
{
	struct frag_source cpuinfo;
	const char *lacks = "";

	if (frag_source_open(&cpuinfo, "", "/proc/cpuinfo", NULL))
		return "/proc/cpuinfo cannot be read";
	if (!memmem(cpuinfo.buf, cpuinfo.length, " vmx", 4) &&
	    !memmem(cpuinfo.buf, cpuinfo.length, " svm", 4))
		lacks = "the CPU has neither vmx nor svm";
	else if (access("/sys/module/kvm_intel", F_OK) &&
		 access("/sys/module/kvm_amd", F_OK))
		lacks = "neither kvm_intel nor kvm_amd is loaded";
	else if (access("/dev/kvm", R_OK | W_OK))
		lacks = "/dev/kvm may not be opened";
	frag_source_close(&cpuinfo);
	return lacks;
}

/* The cache of this boot: accel-<boot id>, one word in it. */
static int verdict_path(char *path, size_t size)
{
	char dir[400];
	char boot[64];
	int rc = frag_cache_dir(dir, sizeof(dir), NULL);

	if (!rc && frag_slurp("", "/proc/sys/kernel/random/boot_id", boot,
			      sizeof(boot)) < 0)
		rc = -ENOENT;
	if (!rc)
		snprintf(path, size, "%s/accel-%s", dir, boot);
	return rc;
}

static void verdict_keep(const char *name)
{
	char path[512];
	int fd;

	if (verdict_path(path, sizeof(path)))
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return;
	(void)!write(fd, name, strlen(name));
	close(fd);
}

/* "kvm" or "tcg" as an earlier trial of this boot has it; NULL: none had. */
static const char *verdict_recall(void)
{
	char path[512];
	char word[16];

	if (verdict_path(path, sizeof(path)) ||
	    frag_slurp("", path, word, sizeof(word)) < 0)
		return NULL;
	if (!strcmp(word, "kvm"))
		return "kvm";
	return strcmp(word, "tcg") ? NULL : "tcg";
}

/* Follow @g until it is over. */
static int guest_follow(struct frag_guest *g, struct frag_error *e)
{
	bool is_over = false;
	int rc = 0;

	while (!rc && !is_over && !frag_stop) {
		struct pollfd p[FRAG_GUEST_FDS];
		unsigned n = frag_guest_fds(g, p);

		poll(p, n, 200);
		rc = frag_guest_work(g, &is_over, e);
	}
	return frag_stop ? -EINTR : rc;
}

/* The smallest guest that says a word, in a folder of its own in the cache. */
static int trial_run(const struct frag_guest_config *config, const char *accel,
		     bool *works, char *why, size_t size, struct frag_error *e)
{
	struct frag_vm_machine_options small = { .memory = 512ULL << 20 };
	struct frag_guest_config c = *config;
	struct frag_vm_machine machine;
	json_t *job = json_pack("{s:[s]}", "command", "--version");
	struct frag_guest *g = NULL;
	char output[500];
	char cache[400];
	int rc = frag_cache_dir(cache, sizeof(cache), e);

	if (!rc)
		rc = frag_vm_machine_make(&machine, &small, e);
	snprintf(output, sizeof(output), "%s/trial", cache);
	c.accel = accel;
	c.machine = &machine;
	c.output = output;
	c.label = "trial";
	c.append = "";
	c.job = job;
	c.modules = NULL;
	c.boot_ns = c.silent_ns = c.total_ns = TRIAL_NS;
	if (!rc)
		rc = frag_guest_start(&g, &c, e);
	if (!rc)
		rc = guest_follow(g, e);
	if (!rc) {
		const struct frag_guest_result *r = frag_guest_result(g);

		*works = r->end == FRAG_GUEST_DONE && !r->code;
		snprintf(why, size, "a trial guest with %s: %s", accel, r->why);
	}
	frag_guest_free(g);
	frag_remove_tree(output);
	json_decref(job);
	return rc;
}

/* A kernel that comes up under neither says nothing of KVM. */
static int kvm_try(const struct frag_guest_config *config, bool *works,
		   char *why, size_t size, struct frag_error *e)
{
	bool boots = false;
	char other[200];
	int rc = trial_run(config, "kvm", works, why, size, e);

	if (!rc && *works)
		verdict_keep("kvm");
	if (rc || *works)
		return rc;
	rc = trial_run(config, "tcg", &boots, other, sizeof(other), e);
	if (!rc && boots)
		verdict_keep("tcg");
	return rc;
}

static int accel_set(struct frag_accel *a, const char *name, const char *why)
{
	a->name = name;
	snprintf(a->why, sizeof(a->why), "%s", why);
	return 0;
}

int frag_accel_choose(struct frag_accel *a, const char *asked,
		      const struct frag_guest_config *config, FILE *say,
		      struct frag_error *e)
{
	const char *known = kvm_lacks();
	char why[200] = "";
	bool works = false;
	int rc;

	if (!strcmp(asked, "kvm") || !strcmp(asked, "tcg"))
		return accel_set(a, !strcmp(asked, "kvm") ? "kvm" : "tcg",
				 "--accel");
	if (*known)
		return accel_set(a, "tcg", known);
	known = verdict_recall();
	if (known)
		return accel_set(a, known, "tried before, since this boot");
	if (say)
		fprintf(say, "trying KVM with a small guest\n");
	rc = kvm_try(config, &works, why, sizeof(why), e);
	if (rc)
		return rc;
	return accel_set(a, works ? "kvm" : "tcg", why);
}
