// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What doctor finds: on recorded machines, and on such a machine with one file
 * changed, so that each check is seen to speak and to keep still.
 */
#include "pictures.h"

#include "verb/doctor.h"

#define THP "sys/kernel/mm/transparent_hugepage/"

/* A copy of a recorded machine to change, and its examination. */
struct patient {
	struct scratch folder;
	char root[PATH_MAX + 8];
	struct frag_doctor doctor;
};

static void patient_make(struct patient *p, const char *machine)
{
	struct frag_error e = { .exit = 0 };
	FILE *quiet = fopen("/dev/null", "w");

	memset(p, 0, sizeof(*p));
	scratch_make(&p->folder);
	snprintf(p->root, sizeof(p->root), "%s/m", p->folder.path);
	assert_non_null(quiet);
	assert_int_equal(frag_snapshot_save(quiet, machine, p->root, false, &e),
			 0);
	fclose(quiet);
	p->doctor.root = p->root;
	p->doctor.group = "test";
}

static void patient_remove(struct patient *p)
{
	scratch_remove(&p->folder);
}

/* The finding called @name that one check makes, or NULL. */
static const struct frag_finding *found(struct patient *p, frag_check *check,
					const char *name)
{
	struct frag_error ignored = { .exit = 0 };
	struct frag_doctor *d = &p->doctor;

	d->count = 0;
	d->has_picture = !frag_picture_read(&d->picture, p->root, &ignored);
	check(d);
	frag_picture_free(&d->picture);
	for (unsigned i = 0; i < d->count; i++)
		if (!strcmp(d->findings[i].name, name))
			return &d->findings[i];
	return NULL;
}

static void finding_is(struct patient *p, frag_check *check, const char *name,
		       enum frag_finding_state state)
{
	const struct frag_finding *f = found(p, check, name);

	if (!f)
		fail_msg("no finding about %s", name);
	else if (f->state != state)
		fail_msg("%s: state %d, not %d: %s", name, (int)f->state,
			 (int)state, f->found);
	else if (state != FRAG_OK && !f->why[0])
		fail_msg("%s: no reason", name);
}

static void test_sources(void **state)
{
	struct patient p;
	const struct frag_finding *f;

	(void)state;
	patient_make(&p, MACHINE("6.12-used"));
	finding_is(&p, frag_check_collectors, "/proc/buddyinfo", FRAG_OK);
	finding_is(&p, frag_check_collectors, "buddy.csv", FRAG_OK);
	finding_is(&p, frag_check_collectors, "psi.csv", FRAG_OK);
	scratch_text(&p.folder, "m/proc/pressure/memory", "junk\n");
	finding_is(&p, frag_check_collectors, "psi.csv", FRAG_MISSING);
	scratch_text(&p.folder, "m/proc/buddyinfo", "junk\n");
	finding_is(&p, frag_check_collectors, "buddy.csv", FRAG_MISSING);
	assert_int_equal(unlinkat(p.folder.fd, "m/proc/buddyinfo", 0), 0);
	f = found(&p, frag_check_collectors, "/proc/buddyinfo");
	assert_non_null(f);
	assert_true(f->is_essential);
	assert_int_equal(f->state, FRAG_MISSING);
	f = found(&p, frag_check_collectors, "/proc/vmstat");
	assert_false(f->is_essential);
	patient_remove(&p);
}

static void test_mounts(void **state)
{
	struct patient p;

	(void)state;
	patient_make(&p, MACHINE("5.10-boot"));
	finding_is(&p, frag_check_debugfs, "/sys/kernel/debug", FRAG_OK);
	finding_is(&p, frag_check_events, "tracepoints", FRAG_OK);
	assert_int_equal(unlinkat(p.folder.fd,
				  "m/sys/kernel/debug/extfrag/unusable_index",
				  0),
			 0);
	finding_is(&p, frag_check_debugfs, "/sys/kernel/debug", FRAG_NOTE);
	patient_remove(&p);
}

static void test_huge_pages(void **state)
{
	struct patient p;

	(void)state;
	patient_make(&p, MACHINE("6.12-used"));
	scratch_text(&p.folder, "m/" THP "enabled", "always [madvise] never\n");
	finding_is(&p, frag_check_thp, "THP", FRAG_OK);
	finding_is(&p, frag_check_khugepaged, "khugepaged", FRAG_OK);
	scratch_text(&p.folder, "m/" THP "enabled", "[always] madvise never\n");
	finding_is(&p, frag_check_thp, "THP", FRAG_NOTE);
	finding_is(&p, frag_check_khugepaged, "khugepaged", FRAG_NOTE);
	finding_is(&p, frag_check_hugetlb, "hugetlb", FRAG_OK);
	scratch_text(&p.folder, "m/proc/sys/vm/nr_hugepages", "12\n");
	finding_is(&p, frag_check_hugetlb, "hugetlb", FRAG_NOTE);
	assert_int_equal(unlinkat(p.folder.fd, "m/proc/sys/vm/nr_hugepages", 0),
			 0);
	finding_is(&p, frag_check_hugetlb, "hugetlb", FRAG_MISSING);
	finding_is(&p, frag_check_knobs, "nr_hugepages", FRAG_MISSING);
	patient_remove(&p);
}

static void test_proactive_compaction(void **state)
{
	static const char knob[] = "m/proc/sys/vm/compaction_proactiveness";
	struct patient p;

	(void)state;
	patient_make(&p, MACHINE("6.12-used"));
	finding_is(&p, frag_check_kcompactd, "proactive compaction", FRAG_NOTE);
	scratch_text(&p.folder, knob, "0\n");
	finding_is(&p, frag_check_kcompactd, "proactive compaction", FRAG_OK);
	patient_remove(&p);
}

static void test_swap(void **state)
{
	struct patient p;

	(void)state;
	patient_make(&p, MACHINE("6.12-used"));
	finding_is(&p, frag_check_swap, "swap", FRAG_OK);
	scratch_text(&p.folder, "m/proc/meminfo",
		     "SwapTotal: 4194304 kB\nSwapFree: 4194304 kB\n");
	finding_is(&p, frag_check_swap, "swap", FRAG_OK);
	scratch_text(&p.folder, "m/proc/meminfo",
		     "SwapTotal: 4194304 kB\nSwapFree: 1048576 kB\n");
	finding_is(&p, frag_check_swap, "swap", FRAG_NOTE);
	assert_string_equal(p.doctor.findings[0].found,
			    "3072 of 4096 MiB in use");
	patient_remove(&p);
}

/* The per-CPU list of zone DMA32 of the recorded machine, made large. */
static void pcp_grow(struct patient *p)
{
	char *text = file_read(p->root, "/proc/zoneinfo", NULL);
	char *zone = strstr(text, "zone    DMA32");
	char *count;
	char *changed;

	assert_non_null(zone);
	count = strstr(zone, "count:");
	assert_non_null(count);
	assert_true(asprintf(&changed, "%.*scount: 16384%s", (int)(count - text),
			     text, strchr(count, '\n')) > 0);
	scratch_text(&p->folder, "m/proc/zoneinfo", changed);
	free(changed);
	free(text);
}

static void test_hidden_pages(void **state)
{
	struct patient p;

	(void)state;
	patient_make(&p, MACHINE("6.1-fragmented"));
	finding_is(&p, frag_check_pcp, "per-CPU lists", FRAG_OK);
	pcp_grow(&p);
	finding_is(&p, frag_check_pcp, "per-CPU lists", FRAG_NOTE);
	assert_string_equal(
		p.doctor.findings[0].mend,
		"sysctl -w vm.percpu_pagelist_high_fraction=100000; sleep 2; "
		"sysctl -w vm.percpu_pagelist_high_fraction=0");
	patient_remove(&p);
	patient_make(&p, MACHINE("5.10-boot"));
	pcp_grow(&p);
	finding_is(&p, frag_check_pcp, "per-CPU lists", FRAG_NOTE);
	assert_non_null(strstr(p.doctor.findings[0].mend,
			       "vm.percpu_pagelist_fraction=0"));
	patient_remove(&p);
}

static void test_unlisted_memory(void **state)
{
	struct patient p;

	(void)state;
	patient_make(&p, MACHINE("6.12-used"));
	finding_is(&p, frag_check_unlisted, "free lists", FRAG_OK);
	scratch_text(&p.folder, "m/proc/meminfo", "MemFree: 24403184 kB\n");
	finding_is(&p, frag_check_unlisted, "free lists", FRAG_NOTE);
	patient_remove(&p);
}

/* Every note and every gap of every recorded machine says why. */
static void test_reasons_are_given(void **state)
{
	static frag_check *const all[] = {
		frag_check_collectors, frag_check_debugfs,   frag_check_events,
		frag_check_knobs,      frag_check_hugetlb,   frag_check_thp,
		frag_check_khugepaged, frag_check_kcompactd, frag_check_swap,
		frag_check_pcp,	       frag_check_unlisted,
	};

	(void)state;
	for (unsigned i = 0; i < NMACHINES; i++) {
		struct patient p;

		patient_make(&p, machines[i]);
		for (unsigned k = 0; k < sizeof(all) / sizeof(*all); k++) {
			found(&p, all[k], "");
			for (unsigned n = 0; n < p.doctor.count; n++) {
				struct frag_finding *f = &p.doctor.findings[n];

				assert_true(f->state == FRAG_OK || f->why[0]);
				assert_int_not_equal(f->state, FRAG_MISSING);
			}
		}
		patient_remove(&p);
	}
}

/* More findings than there is room for: the last one is told. */
static void test_room_for_findings(void **state)
{
	struct frag_doctor *d = calloc(1, sizeof(*d));
	char last[16];

	(void)state;
	assert_non_null(d);
	snprintf(last, sizeof(last), "%d", FRAG_FINDINGS_MAX + 2);
	for (unsigned i = 0; i < FRAG_FINDINGS_MAX + 3; i++)
		frag_finding_add(d, FRAG_OK, "x", "%u", i);
	assert_int_equal(d->count, FRAG_FINDINGS_MAX);
	assert_string_equal(d->findings[FRAG_FINDINGS_MAX - 1].found, last);
	free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_huge_pages),
		cmocka_unit_test(test_proactive_compaction),
		cmocka_unit_test(test_swap),
		cmocka_unit_test(test_hidden_pages),
		cmocka_unit_test(test_unlisted_memory),
		cmocka_unit_test(test_reasons_are_given),
		cmocka_unit_test(test_room_for_findings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
