// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order in which modules are loaded, on trees as Debian's packages unpack
 * to: 5.10 and 6.1 have virtio as modules (6.1 split virtio_pci up), from 6.12
 * it is built in. The files are of the tests' own making, what they need is as
 * recorded from linux-image-*-cloud-amd64.
 */
#include "elf-module.h"
#include "scratch.h"
#include "vm/initramfs.h"

/* Put a module at @path of the tree, that needs @depends. */
static void plant(struct scratch *s, const char *path, const char *depends)
{
	char info[128];
	int n = snprintf(info, sizeof(info),
			 "license=GPL%cdepends=%s%c"
			 "vermagic=6.1.0 SMP",
			 0, depends, 0);
	struct elf_module m;

	elf_module_make(&m, info, (size_t)n + 1);
	scratch_bytes(s, path, (char *)&m, sizeof(m));
}

static void tree_5_10(struct scratch *s)
{
	plant(s, "kernel/drivers/virtio/virtio.ko", "");
	plant(s, "kernel/drivers/virtio/virtio_ring.ko", "virtio");
	plant(s, "kernel/drivers/virtio/virtio_pci.ko", "virtio_ring,virtio");
	plant(s, "kernel/drivers/char/virtio_console.ko", "virtio_ring,virtio");
	scratch_text(s, "modules.builtin",
		     "kernel/arch/x86/kernel/msr.ko\nkernel/fs/fuse/fuse.ko\n");
}

static void tree_6_1(struct scratch *s)
{
	tree_5_10(s);
	plant(s, "kernel/drivers/virtio/virtio_pci_modern_dev.ko", "");
	plant(s, "kernel/drivers/virtio/virtio_pci_legacy_dev.ko", "");
	plant(s, "kernel/drivers/virtio/virtio_pci.ko",
	      "virtio_ring,virtio,virtio_pci_legacy_dev,virtio_pci_modern_dev");
}

static void tree_6_12(struct scratch *s)
{
	plant(s, "kernel/drivers/virtio/virtio_mmio.ko.xz", "");
	scratch_text(s, "modules.builtin",
		     "kernel/drivers/virtio/virtio.ko\n"
		     "kernel/drivers/virtio/virtio_ring.ko\n"
		     "kernel/drivers/virtio/virtio_pci.ko\n"
		     "kernel/drivers/char/hw_random/virtio-rng.ko\n"
		     "kernel/drivers/char/virtio_console.ko\n");
}

/* Ask for each of @names, NULL-terminated; the order as one line; free it. */
static char *order_of(struct scratch *s, const char *const *names)
{
	json_t *order = json_array();
	struct frag_initramfs a;
	struct frag_error e = { 0 };
	bool found;
	char *text;

	assert_int_equal(frag_initramfs_begin(&a, NULL), 0);
	for (; *names; names++) {
		if (frag_initramfs_module(&a, s->path, *names, order, &found,
					  &e))
			fail_msg("%s: %s", e.what, e.why);
		if (!found)
			fail_msg("%s was not found", *names);
	}
	text = json_dumps(order, JSON_COMPACT);
	json_decref(order);
	frag_initramfs_drop(&a);
	return text;
}

static void assert_order(void (*tree)(struct scratch *), const char *expected)
{
	static const char *const names[] = { "virtio_pci", "virtio_console",
					     "virtio_console", NULL };
	struct scratch s;
	char *text;

	scratch_make(&s);
	tree(&s);
	text = order_of(&s, names);
	assert_string_equal(text, expected);
	free(text);
	scratch_remove(&s);
}

static void test_order(void **state)
{
	(void)state;
	assert_order(tree_5_10, "[\"/modules/virtio.ko\","
				"\"/modules/virtio_ring.ko\","
				"\"/modules/virtio_pci.ko\","
				"\"/modules/virtio_console.ko\"]");
	assert_order(tree_6_1, "[\"/modules/virtio.ko\","
			       "\"/modules/virtio_ring.ko\","
			       "\"/modules/virtio_pci_legacy_dev.ko\","
			       "\"/modules/virtio_pci_modern_dev.ko\","
			       "\"/modules/virtio_pci.ko\","
			       "\"/modules/virtio_console.ko\"]");
	assert_order(tree_6_12, "[]");
}

/* '-' and '_' are one to the kernel. */
static void test_names(void **state)
{
	static const char *const names[] = { "hello-world", "hello_world",
					     NULL };
	static const char *const builtin[] = { "virtio_rng", "virtio-rng",
					       NULL };
	struct scratch s;
	char *text;

	(void)state;
	scratch_make(&s);
	plant(&s, "extra/hello-world.ko", "");
	tree_6_12(&s);
	text = order_of(&s, names);
	assert_string_equal(text, "[\"/modules/hello_world.ko\"]");
	free(text);
	text = order_of(&s, builtin);
	assert_string_equal(text, "[]");
	free(text);
	scratch_remove(&s);
}

/* What frag_initramfs_module() says; @r: what it must answer. */
static struct frag_error ask(const char *folder, const char *name, int r,
			     bool *found)
{
	json_t *order = json_array();
	struct frag_initramfs a;
	struct frag_error e = { 0 };

	assert_int_equal(frag_initramfs_begin(&a, NULL), 0);
	assert_int_equal(
		frag_initramfs_module(&a, folder, name, order, found, &e), r);
	if (r || !*found)
		assert_int_equal(json_array_size(order), 0);
	json_decref(order);
	frag_initramfs_drop(&a);
	return e;
}

static void test_not_there(void **state)
{
	struct frag_error e;
	struct scratch s;
	bool found = true;

	(void)state;
	scratch_make(&s);
	tree_6_12(&s);
	e = ask(s.path, "virtio_pc", 0, &found);
	assert_false(found);
	assert_string_equal(e.what, "");
	found = true;
	ask("", "virtio_pci", 0, &found);
	assert_false(found);
	e = ask("/nowhere/at/all", "virtio_pci", -ENOENT, &found);
	assert_non_null(strstr(e.what, "/nowhere/at/all"));
	assert_false(found);
	e = ask(s.path, "", -EINVAL, &found);
	assert_non_null(strstr(e.why, "no module's name"));
	ask(s.path, "../x", 0, &found);
	assert_false(found);
	scratch_remove(&s);
}

/* A tree without the list of what is built in has its files all the same. */
static void test_no_builtin(void **state)
{
	struct scratch s;
	bool found;

	(void)state;
	scratch_make(&s);
	plant(&s, "kernel/a.ko", "");
	ask(s.path, "a", 0, &found);
	assert_true(found);
	scratch_remove(&s);
}

static void test_broken(void **state)
{
	struct frag_error e;
	struct scratch s;
	bool found;

	(void)state;
	scratch_make(&s);
	plant(&s, "kernel/a.ko", "b");
	e = ask(s.path, "a", -EINVAL, &found);
	assert_non_null(strstr(e.what, "module a "));
	assert_non_null(strstr(e.why, "it needs b, which is not in"));
	plant(&s, "kernel/b.ko", "a");
	e = ask(s.path, "a", -ELOOP, &found);
	assert_non_null(strstr(e.why, "need one another"));
	scratch_text(&s, "kernel/b.ko", "noise");
	e = ask(s.path, "a", -EINVAL, &found);
	assert_non_null(strstr(e.what, "module b "));
	assert_non_null(strstr(e.why, "no module"));
	scratch_text(&s, "kernel/b.ko", "");
	ask(s.path, "a", -EINVAL, &found);
	scratch_remove(&s);
}

/* Lists of needs as no modpost writes them. */
static void test_odd_needs(void **state)
{
	static const char *const names[] = { "a", NULL };
	struct frag_error e;
	struct scratch s;
	bool found;
	char *text;

	(void)state;
	scratch_make(&s);
	plant(&s, "kernel/b.ko", "");
	plant(&s, "kernel/a.ko", ",,b,,b,");
	text = order_of(&s, names);
	assert_string_equal(text, "[\"/modules/b.ko\",\"/modules/a.ko\"]");
	free(text);
	plant(&s, "kernel/a.ko", "../../../etc/passwd");
	e = ask(s.path, "a", -EINVAL, &found);
	assert_non_null(strstr(e.why, "../../../etc/passwd"));
	plant(&s, "kernel/a.ko",
	      "a_name_that_is_far_longer_than_any_name_that_the_kernel_takes");
	ask(s.path, "a", -EINVAL, &found);
	scratch_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_not_there),
		cmocka_unit_test(test_no_builtin),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_odd_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
