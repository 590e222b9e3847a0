// SPDX-License-Identifier: GPL-2.0-or-later
/* From the options of `vm` to a matrix: what can be checked is checked before
 * anything is fetched, and all of it before anything boots. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"
#include "base/units.h"
#include "facts.h"
#include "session.h"
#include "stop.h"
#include "verb/vm.h"
#include "vm/initramfs.h"

/* A file of the user's travels along; it keeps its name, which is the
 * scenario's. Its path in the guest can be no other file's. */
static int scenario_find(struct vm_plan *p, const char *what,
			 struct frag_error *e)
{
	size_t n = strlen(what);
	bool is_ini = n > 4 && !strcmp(what + n - 4, ".ini");
	const char *base = strrchr(what, '/');
	struct frag_source file;
	int rc;

	snprintf(p->scenario, sizeof(p->scenario), "%s", what);
	if (!strchr(what, '/') && !is_ini)
		return 0;
	snprintf(p->scenario, sizeof(p->scenario), "/%s%s",
		 base ? base + 1 : what, is_ini ? "" : ".ini");
	rc = frag_source_open(&file, "", what, e);
	if (rc) {
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return rc;
	}
	p->text = strndup(file.buf, file.length);
	frag_source_close(&file);
	return p->text ? 0 : frag_fail(e, -ENOMEM, "cannot load %s", what);
}

/* The scenario with all settings; free @s in any case. */
static int scenario_load(struct frag_scenario *s, const struct vm_plan *p,
			 const struct vm_options *o, const char *what,
			 struct frag_error *e)
{
	int rc = frag_scenario_load(s, what, p->machine.memory, e);

	if (!rc && o->duration)
		rc = frag_scenario_set_run(s, "for", o->duration, e);
	return rc ? rc : frag_keys_apply(&o->keys, s, e);
}

/* Every value by itself: that it is one, the guest need not find out. */
static int axis_check(struct vm_plan *p, const struct vm_options *o,
		      const char *what, const struct frag_axis *a,
		      struct frag_error *e)
{
	int rc = 0;

	for (unsigned v = 0; v < a->count && !rc; v++) {
		struct frag_scenario s;

		rc = scenario_load(&s, p, o, what, e);
		if (!rc)
			rc = frag_axis_apply(a, v, &s, e);
		frag_scenario_free(&s);
	}
	return rc;
}

static int axis_twice(struct frag_error *e, const struct frag_axis *first,
		      const struct frag_axis *second)
{
	const char *key = second->key;

	frag_fail(e, 0, "there are two axes '%s'", key);
	if (strcmp(first->key, key) != 0)
		frag_error_why(e, "'%s' is the same knob", first->key);
	frag_error_mend(e, "give all its values in one: --axis %s=V,V,V", key);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int axes_make(struct vm_plan *p, const struct vm_options *o,
		     const char *what, struct frag_scenario *s,
		     struct frag_error *e)
{
	int rc = 0;

	if (o->axes.count > FRAG_AXES_MAX) {
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return frag_fail(e, -E2BIG, "more than %d axes", FRAG_AXES_MAX);
	}
	for (unsigned i = 0; i < o->axes.count && !rc; i++) {
		struct frag_axis *a = &p->axes[p->naxes++];

		rc = frag_axis_parse(a, o->axes.word[i], s, e);
		for (unsigned k = 0; k < i && !rc; k++)
			if (frag_axis_is_same(&p->axes[k], a))
				rc = axis_twice(e, &p->axes[k], a);
		if (!rc)
			rc = axis_check(p, o, what, a, e);
	}
	return rc;
}

static void words_add(struct vm_plan *p, const char *flag,
		      const struct frag_words *values)
{
	for (unsigned i = 0; i < values->count; i++) {
		p->words[p->config.nwords++] = flag;
		p->words[p->config.nwords++] = values->word[i];
	}
}

static void words_make(struct vm_plan *p, const struct vm_options *o)
{
	const struct frag_words duration = { { o->duration }, 1 };

	words_add(p, "--set", &o->keys.set);
	words_add(p, "--expect", &o->keys.expect);
	words_add(p, "--knob", &o->keys.knob);
	if (o->duration)
		words_add(p, "--for", &duration);
}

static void config_make(struct vm_plan *p, const struct vm_options *o)
{
	struct frag_matrix_config *c = &p->config;

	for (unsigned i = 0; i < o->modules.count; i++)
		p->modules[i] = o->modules.word[i];
	c->guest = (struct frag_guest_config){
		.machine = &p->machine,
		.accel = o->accel,
		.qemu = p->qemu,
		.qemu_version = p->qemu_version,
		.append = o->append,
		.modules = p->modules,
		.output = frag_results_dir(o->output),
		.boot_ns = o->boot_ns,
		.silent_ns = o->silent_ns,
		.total_ns = o->total_ns,
	};
	c->ops = &frag_guest_ops;
	c->tool = frag_version;
	c->scenario = p->scenario;
	c->text = p->text;
	c->words = p->words;
	c->kernels = p->kernels;
	c->nkernels = o->kernels.count;
	c->axes = p->axes;
	c->naxes = p->naxes;
	c->repeats = (unsigned)o->repeats;
	c->jobs = 1;
	c->seed = o->seed;
	c->fails_fast = o->fail_fast;
	/* A commit's runs are nothing to go on from for the next commit. */
	c->is_kept = !o->bisect;
	c->say = stderr;
	words_make(p, o);
}

static int kernels_name(struct vm_plan *p, const struct vm_options *o,
			struct frag_error *e)
{
	if (o->kernels.count > FRAG_MATRIX_KERNELS) {
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return frag_fail(e, -E2BIG, "more than %d kernels",
				 FRAG_MATRIX_KERNELS);
	}
	for (unsigned i = 0; i < o->kernels.count; i++) {
		const char *name = o->kernels.word[i];

		for (unsigned k = 0; k < i; k++) {
			if (strcmp(name, p->kernels[k].name) != 0)
				continue;
			frag_fail(e, 0, "the kernel %s is given twice", name);
			frag_error_mend(e, "run it more often: -r 2");
			frag_error_exit(e, FRAG_EXIT_USAGE);
			return -EINVAL;
		}
		snprintf(p->kernels[i].name, sizeof(p->kernels[i].name), "%s",
			 name);
	}
	return 0;
}

int frag_vm_plan_make(struct vm_plan *p, const struct vm_options *o,
		      const char *scenario, struct frag_error *e)
{
	const struct frag_vm_machine_options machine = {
		.cpus = o->cpus,
		.memory = o->memory,
		.nodes = o->nodes,
		.distances = o->distances,
	};
	struct frag_scenario s = { .about = NULL };
	int rc = frag_vm_machine_make(&p->machine, &machine, e);

	if (!rc)
		rc = scenario_find(p, scenario, e);
	if (!rc)
		rc = frag_vm_texts_check(p, o, scenario, e);
	if (!rc)
		rc = scenario_load(&s, p, o, scenario, e);
	if (!rc)
		rc = axes_make(p, o, scenario, &s, e);
	if (!rc)
		rc = frag_vm_append_check(p, o, e);
	if (!rc)
		rc = kernels_name(p, o, e);
	frag_scenario_free(&s);
	config_make(p, o);
	return rc;
}

/* A path of a bisection that is not there: this commit could not be built. */
static int build_check(const char *spec, struct frag_error *e)
{
	if (!strncmp(spec, "debian:", 7) || !access(spec, F_OK) ||
	    errno != ENOENT)
		return 0;
	frag_error_exit(e, FRAG_EXIT_NO_BOOT);
	return frag_fail(e, -ENOENT, "no kernel was built: %s", spec);
}

static int kernels_find(struct vm_plan *p, const struct vm_options *o,
			struct frag_error *e)
{
	int rc = 0;

	for (unsigned i = 0; i < o->kernels.count && !rc; i++) {
		struct frag_kernel *k = &p->kernels[i];

		if (o->bisect)
			rc = build_check(o->kernels.word[i], e);
		if (!rc)
			rc = frag_kernel_find(k, o->kernels.word[i], o->offline,
					      stderr, e);
		if (!rc && o->verbose)
			fprintf(stderr, "fragbench: %s is %s%s%s\n", k->name,
				k->release, *k->package ? ", " : "",
				k->package);
	}
	return rc;
}

/* A module that a kernel will not load fails before anything boots. */
static int modules_check(const struct vm_plan *p, struct frag_error *e)
{
	int rc = 0;

	for (unsigned k = 0; k < p->config.nkernels; k++) {
		for (unsigned i = 0; p->modules[i] && !rc; i++) {
			char path[512];

			snprintf(path, sizeof(path), "%.*s",
				 (int)strcspn(p->modules[i], " "),
				 p->modules[i]);
			rc = frag_module_check(path, p->kernels[k].release, e);
		}
	}
	return rc;
}

static int accel_find(struct vm_plan *p, const struct vm_options *o,
		      struct frag_error *e)
{
	struct frag_guest_config trial = p->config.guest;
	int rc;

	trial.kernel = &p->kernels[0];
	/* From here on there are guests to be ended. */
	frag_stop_on_signals();
	rc = frag_accel_choose(&p->accel, o->accel, &trial, stderr, e);
	if (rc)
		return rc;
	p->config.guest.accel = p->accel.name;
	if (o->verbose)
		fprintf(stderr, "fragbench: accelerator %s: %s\n",
			p->accel.name, p->accel.why);
	return 0;
}

/* As many cells as would be run, at most: what jobs are good for. */
static unsigned cells_count(const struct vm_plan *p)
{
	uint64_t n = (uint64_t)p->config.nkernels * p->config.repeats;

	for (unsigned i = 0; i < p->naxes && n <= FRAG_MATRIX_RUNS; i++)
		n *= p->axes[i].count;
	return n > FRAG_MATRIX_RUNS ? FRAG_MATRIX_RUNS : (unsigned)n;
}

int frag_vm_plan_ready(struct vm_plan *p, const struct vm_options *o,
		       struct frag_error *e)
{
	struct frag_facts facts;
	struct frag_host host;
	int rc;

	frag_facts_read(&facts);
	host = (struct frag_host){ facts.cpus, p->config.ops->room() };
	rc = frag_qemu_find(p->qemu, sizeof(p->qemu), e);
	if (!rc)
		rc = frag_matrix_jobs(&p->config.jobs, o->jobs, cells_count(p),
				      &p->machine, &host, stderr, e);
	if (rc)
		return rc;
	frag_qemu_version(p->qemu, p->qemu_version, sizeof(p->qemu_version));
	rc = kernels_find(p, o, e);
	if (!rc)
		rc = modules_check(p, e);
	return rc ? rc : accel_find(p, o, e);
}

void frag_vm_plan_free(struct vm_plan *p)
{
	for (unsigned i = 0; i < p->naxes; i++)
		frag_axis_free(&p->axes[i]);
	free(p->text);
}
