// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guest's environment may say, and what a machine tells of its
 * hypervisor. */
#include "origin.h"
#include "scratch.h"

static struct frag_origin o;
static struct frag_error e;

static int read_with(const char *guest, const char *series)
{
	frag_origin_free(&o);
	frag_error_clear(&e);
	unsetenv(FRAG_ORIGIN_GUEST);
	unsetenv(FRAG_ORIGIN_SERIES);
	if (guest)
		setenv(FRAG_ORIGIN_GUEST, guest, 1);
	if (series)
		setenv(FRAG_ORIGIN_SERIES, series, 1);
	return frag_origin_read(&o, &e);
}

static void test_nothing(void **state)
{
	(void)state;
	assert_int_equal(read_with(NULL, NULL), 0);
	assert_null(o.guest);
	assert_string_equal(o.series, "");
	assert_int_equal(o.repeat, 0);
}

static void test_told(void **state)
{
	(void)state;
	assert_int_equal(
		read_with("{\"accel\":\"tcg\",\"cpus\":2}", "4f1c 2 5"), 0);
	assert_int_equal(json_integer_value(json_object_get(o.guest, "cpus")),
			 2);
	assert_string_equal(o.series, "4f1c");
	assert_int_equal(o.repeat, 2);
	assert_int_equal(o.repeats, 5);
}

static const struct {
	const char *guest;
	const char *series;
	const char *why;
} wrongs[] = {
	{ "", NULL, "no JSON object: " },
	{ "{", NULL, "no JSON object: " },
	{ "[]", NULL, "no JSON object" },
	{ "{}", NULL, "accel is missing" },
	{ "{\"accel\":1}", NULL, "accel is missing" },
	{ "{\"accel\":\"hvf\"}", NULL, "accel is hvf" },
	{ "{\"accel\":\"tcg\",\"accel\":\"kvm\"}", NULL, "no JSON object" },
	{ NULL, "", "SERIES REPEAT REPEATS" },
	{ NULL, "a", "SERIES REPEAT REPEATS" },
	{ NULL, "a 1", "SERIES REPEAT REPEATS" },
	{ NULL, "a 0 1", "SERIES REPEAT REPEATS" },
	{ NULL, "a 2 1", "SERIES REPEAT REPEATS" },
	{ NULL, "a 1 10001", "SERIES REPEAT REPEATS" },
	{ NULL, "a 1 2 3", "SERIES REPEAT REPEATS" },
	{ NULL, "a/b 1 2", "SERIES REPEAT REPEATS" },
	{ NULL, "A 1 2", "SERIES REPEAT REPEATS" },
	{ NULL,
	  "0123456789012345678901234567890123456789012345678901234567890123 1 2",
	  "SERIES REPEAT REPEATS" },
};

static void test_wrong(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		int rc = read_with(wrongs[i].guest, wrongs[i].series);

		if (rc >= 0 || !strstr(e.why, wrongs[i].why))
			fail_msg("%u: %d %s: %s", i, rc, e.what, e.why);
		assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
		assert_non_null(strstr(e.mend, "unset FRAGBENCH_"));
	}
	read_with(NULL, NULL);
}

static struct scratch d;

static void hypervisor_is(const char *expected)
{
	char text[128];

	frag_hypervisor_read(d.path, text, sizeof(text));
	assert_string_equal(text, expected);
}

static int machine_make(void **state)
{
	(void)state;
	scratch_make(&d);
	scratch_text(&d, "proc/cpuinfo",
		     "processor : 0\nflags\t\t: fpu hypervisor_not lm\n");
	return 0;
}

static int machine_remove(void **state)
{
	(void)state;
	scratch_remove(&d);
	return 0;
}

/* Bare metal has a firmware with a name, too. */
static void test_bare_metal(void **state)
{
	(void)state;
	hypervisor_is("");
	scratch_text(&d, "sys/class/dmi/id/sys_vendor", "Maker Inc.\n");
	scratch_text(&d, "sys/class/dmi/id/product_name", "Box 1\n");
	hypervisor_is("");
}

static void test_virtual(void **state)
{
	(void)state;
	scratch_text(&d, "proc/cpuinfo", "flags : fpu hypervisor lm\n");
	hypervisor_is("a hypervisor");
	scratch_text(&d, "sys/class/dmi/id/sys_vendor", "Maker Inc.\n");
	scratch_text(&d, "sys/class/dmi/id/product_name", "Cloud 1\n");
	hypervisor_is("a hypervisor, Maker Inc. Cloud 1");
	scratch_text(&d, "sys/hypervisor/type", "xen\n");
	hypervisor_is("xen, Maker Inc. Cloud 1");
}

/* CPUs that have no such flag. */
static void test_firmware_alone(void **state)
{
	(void)state;
	scratch_text(&d, "proc/cpuinfo", "Features : fp asimd\n");
	scratch_text(&d, "sys/class/dmi/id/sys_vendor", "QEMU\n");
	scratch_text(&d, "sys/class/dmi/id/product_name", "virt-9.2\n");
	hypervisor_is("QEMU virt-9.2");
}

#define MACHINE(name) \
	cmocka_unit_test_setup_teardown(name, machine_make, machine_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing), cmocka_unit_test(test_told),
		cmocka_unit_test(test_wrong),	MACHINE(test_bare_metal),
		MACHINE(test_virtual),		MACHINE(test_firmware_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
