// SPDX-License-Identifier: GPL-2.0-or-later
/* What one guest carries: program, modules, and the whole of its job. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "vm/guest-parts.h"
#include "vm/initramfs.h"
#include "vm/pid1.h"

/* What carries the virtio port; the kernel has them built in, as modules, or
 * not at all: then the serial line does it. */
static int channel_add(struct frag_initramfs *a, const struct frag_kernel *k,
		       json_t *order, struct frag_error *e)
{
	static const char *const names[] = { "virtio_pci", "virtio_console" };
	int rc = 0;

	for (unsigned i = 0; i < 2 && !rc && k->modules[0]; i++) {
		bool found;

		rc = frag_initramfs_module(a, k->modules, names[i], order,
					   &found, e);
	}
	return rc;
}

/* "FILE.ko PARAMETERS" of the user's own, as /own/N/FILE.ko. */
static int own_add(struct frag_initramfs *a, const struct frag_kernel *k,
		   const char *module, size_t number, json_t *list,
		   struct frag_error *e)
{
	size_t n = strcspn(module, " ");
	char from[512];
	char to[600];
	const char *base;
	int rc;

	if (n >= sizeof(from))
		return frag_fail(e, -ENAMETOOLONG, "%s", module);
	snprintf(from, sizeof(from), "%.*s", (int)n, module);
	rc = frag_module_check(from, k->release, e);
	base = strrchr(from, '/');
	snprintf(to, sizeof(to), "/own/%zu/%s", number, base ? base + 1 : from);
	if (!rc)
		rc = frag_initramfs_file(a, from, to, e);
	json_array_append_new(list,
			      json_pack("{s:s, s:s}", "file", to, "parameters",
					module + n + strspn(module + n, " ")));
	return rc;
}

static int files_add(struct frag_initramfs *a, json_t *files,
		     struct frag_error *e)
{
	const char *path;
	json_t *text;
	int rc = 0;

	json_object_foreach(files, path, text)
	{
		if (!rc)
			rc = frag_initramfs_text(a, path,
						 json_string_value(text),
						 json_string_length(text), 0644,
						 e);
	}
	return rc;
}

/* What the manifest says of the machine that the run was made on. */
static json_t *guest_json(const struct frag_guest_config *c)
{
	json_t *guest = frag_vm_machine_json(c->machine);
	json_t *modules = json_array();

	json_object_set_new(guest, "accel", json_string(c->accel));
	json_object_set_new(guest, "qemu", json_string(c->qemu_version));
	json_object_set_new(guest, "kernel", json_string(c->kernel->name));
	json_object_set_new(guest, "package", json_string(c->kernel->package));
	json_object_set_new(guest, "append", json_string(c->append));
	for (unsigned i = 0; c->modules && c->modules[i]; i++)
		json_array_append_new(modules, json_string(c->modules[i]));
	json_object_set_new(guest, "modules", modules);
	return guest;
}

static int job_add(struct frag_initramfs *a, const struct frag_guest_config *c,
		   json_t *modules, json_t *own, struct frag_error *e)
{
	uint64_t now = frag_clock(CLOCK_REALTIME);
	json_t *job = json_deep_copy(c->job);
	char *text;
	int rc;

	json_object_del(job, "files");
	json_object_set(job, "modules", modules);
	json_object_set(job, "own", own);
	json_object_set_new(job, "guest", guest_json(c));
	json_object_set_new(job, "time_ns", json_integer((json_int_t)now));
	text = json_dumps(job, JSON_INDENT(1));
	json_decref(job);
	rc = text ? frag_initramfs_text(a, FRAG_PID1_JOB, text, strlen(text),
					0644, e)
		  : frag_fail(e, -ENOMEM, "cannot write the guest's job");
	free(text);
	return rc;
}

int frag_guest_initramfs(const struct frag_guest_config *c, int *fd,
			 struct frag_error *e)
{
	json_t *modules = json_array();
	json_t *own = json_array();
	struct frag_initramfs a;
	int rc = frag_initramfs_begin(&a, e);

	if (!rc)
		rc = frag_initramfs_program(&a, e);
	if (!rc)
		rc = channel_add(&a, c->kernel, modules, e);
	for (size_t i = 0; !rc && c->modules && c->modules[i]; i++)
		rc = own_add(&a, c->kernel, c->modules[i], i, own, e);
	if (!rc)
		rc = files_add(&a, json_object_get(c->job, "files"), e);
	if (!rc)
		rc = job_add(&a, c, modules, own, e);
	if (!rc)
		rc = frag_initramfs_finish(&a, fd, e);
	if (rc)
		frag_initramfs_drop(&a);
	json_decref(modules);
	json_decref(own);
	return rc;
}
