// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What modules say of themselves is found, whatever way their file is packed;
 * files that are cut, lying or noise are no modules, and nothing outside of
 * them is read (the images stand at the end of a page with nothing behind it).
 */
#include "vm/modinfo.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/mman.h>

#include "elf-module.h"
#include "scratch.h"
#include "vm/initramfs.h"

enum { PAGES = 16384 };

#define INFO                                                    \
	"license=GPL\0depends=virtio_ring,virtio\0name=thing\0" \
	"vermagic=6.1.0-50-cloud-amd64 SMP preempt mod_unload modversions "

/* @size bytes of @data that end where memory ends. */
static const char *modinfo_at_end(const void *data, size_t size,
				  const char *key)
{
	static unsigned char *room;

	if (!room) {
		room = mmap(NULL, 2 * PAGES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		assert_true(room != MAP_FAILED);
		assert_int_equal(mprotect(room + PAGES, PAGES, PROT_NONE), 0);
	}
	assert_true(size <= PAGES);
	memcpy(room + PAGES - size, data, size);
	return frag_modinfo(room + PAGES - size, size, key);
}

static void test_found(void **state)
{
	struct elf_module m;
	const char *said;

	(void)state;
	ELF_MODULE(&m, INFO);
	said = modinfo_at_end(&m, sizeof(m), "depends");
	assert_string_equal(said, "virtio_ring,virtio");
	said = modinfo_at_end(&m, sizeof(m), "license");
	assert_string_equal(said, "GPL");
	assert_null(modinfo_at_end(&m, sizeof(m), "depend"));
	assert_null(modinfo_at_end(&m, sizeof(m), "vermagicc"));
	ELF_MODULE(&m, "depends=");
	assert_string_equal(modinfo_at_end(&m, sizeof(m), "depends"), "");
	/* kbuild pads with NULs. */
	ELF_MODULE(&m, "\0\0\0a=1\0\0depends=x\0\0");
	assert_string_equal(modinfo_at_end(&m, sizeof(m), "depends"), "x");
}

/* So many sections that their number does not fit into the ELF header. */
static void test_many_sections(void **state)
{
	struct elf_module m;

	(void)state;
	ELF_MODULE(&m, "depends=x");
	m.elf.e_shnum = 0;
	m.sections[0].sh_size = 3;
	m.elf.e_shstrndx = SHN_XINDEX;
	m.sections[0].sh_link = 2;
	assert_string_equal(modinfo_at_end(&m, sizeof(m), "depends"), "x");
	m.sections[0].sh_link = 3;
	assert_null(modinfo_at_end(&m, sizeof(m), "depends"));
}

static void test_cut(void **state)
{
	struct elf_module m;

	(void)state;
	ELF_MODULE(&m, INFO);
	for (size_t n = 0; n < sizeof(m); n++)
		assert_null(modinfo_at_end(&m, n, "depends"));
	assert_non_null(modinfo_at_end(&m, sizeof(m), "depends"));
}

static void test_no_end(void **state)
{
	struct elf_module m;

	(void)state;
	ELF_MODULE(&m, "depends=x");
	m.sections[1].sh_size--;
	assert_null(modinfo_at_end(&m, sizeof(m), "depends"));
	m.sections[1].sh_size = 0;
	assert_null(modinfo_at_end(&m, sizeof(m), "depends"));
}

#define LIE(field, value)                                              \
	do {                                                           \
		ELF_MODULE(&m, INFO);                                  \
		m.field = value;                                       \
		assert_null(modinfo_at_end(&m, sizeof(m), "depends")); \
	} while (0)

static void test_lies(void **state)
{
	struct elf_module m;

	(void)state;
	LIE(elf.e_ident[0], 'E');
	LIE(elf.e_ident[EI_CLASS], ELFCLASS32);
	LIE(elf.e_ident[EI_DATA], ELFDATA2MSB);
	LIE(elf.e_shoff, 0);
	LIE(elf.e_shoff, UINT64_MAX);
	LIE(elf.e_shoff, UINT64_MAX - 100);
	LIE(elf.e_shoff, sizeof(m));
	LIE(elf.e_shentsize, 1);
	LIE(elf.e_shnum, 1);
	LIE(elf.e_shnum, 0);
	LIE(elf.e_shstrndx, 3);
	LIE(elf.e_shstrndx, 0);
	LIE(sections[1].sh_offset, UINT64_MAX);
	LIE(sections[1].sh_size, UINT64_MAX);
	LIE(sections[1].sh_size, sizeof(m));
	LIE(sections[1].sh_type, SHT_NOBITS);
	LIE(sections[1].sh_name, UINT32_MAX);
	LIE(sections[2].sh_offset, UINT64_MAX - 4);
	LIE(sections[2].sh_size, 9);
}

/* More sections than the file has are no reason to go on. */
static void test_count_lies(void **state)
{
	struct elf_module m;

	(void)state;
	ELF_MODULE(&m, INFO);
	m.sections[1].sh_name = 0;
	m.elf.e_shnum = 0;
	m.sections[0].sh_size = UINT64_MAX;
	assert_null(modinfo_at_end(&m, sizeof(m), "depends"));
}

/* Every bit of a module turned, and noise: the answer may be any, within. */
static void test_noise(void **state)
{
	unsigned char noise[sizeof(struct elf_module)];
	struct elf_module m;
	uint64_t seed = 1;

	(void)state;
	ELF_MODULE(&m, INFO);
	for (size_t bit = 0; bit < sizeof(m) * 8; bit++) {
		const char *said;

		memcpy(noise, &m, sizeof(m));
		noise[bit / 8] ^= (unsigned char)(1 << bit % 8);
		said = modinfo_at_end(noise, sizeof(noise), "depends");
		if (said)
			assert_true(strlen(said) < sizeof(m));
	}
	for (unsigned round = 0; round < 20000; round++) {
		memcpy(noise, &m, sizeof(m));
		for (unsigned i = 0; i < 4; i++) {
			/* Knuth's LCG: the test is the same every time. */
			seed = seed * 6364136223846793005u +
			       1442695040888963407u;
			noise[(seed >> 40) % sizeof(noise)] =
				(unsigned char)(seed >> 32);
		}
		modinfo_at_end(noise, sizeof(noise), "depends");
	}
}

/* Write @data, packed by @filter, to the file @name. */
static void pack(struct scratch *s, const char *name,
		 int (*filter)(struct archive *), const void *data, size_t size)
{
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", s->path, name);
	assert_int_equal(archive_write_set_format_raw(a), ARCHIVE_OK);
	assert_int_equal(filter(a), ARCHIVE_OK);
	assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
	archive_entry_set_pathname(entry, "module");
	archive_entry_set_filetype(entry, AE_IFREG);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, data, size), (la_ssize_t)size);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_entry_free(entry);
	archive_write_free(a);
}

static void assert_reads(struct scratch *s, const char *name, const void *data,
			 size_t size)
{
	struct frag_modfile m;
	struct frag_error e = { 0 };
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", s->path, name);
	if (frag_modfile_read(&m, path, true, &e))
		fail_msg("%s: %s", e.what, e.why);
	assert_int_equal(m.size, size);
	if (size)
		assert_memory_equal(m.image, data, size);
	frag_modfile_free(&m);
}

static void test_unpack(void **state)
{
	enum { LARGE = 300000 };
	unsigned char *large = calloc(1, LARGE);
	struct elf_module m;
	struct scratch s;

	(void)state;
	scratch_make(&s);
	ELF_MODULE(&m, INFO);
	memcpy(large, &m, sizeof(m));
	for (size_t i = sizeof(m); i < LARGE; i++)
		large[i] = (unsigned char)(i * i >> 8);
	scratch_bytes(&s, "a.ko", (char *)large, LARGE);
	pack(&s, "a.ko.xz", archive_write_add_filter_xz, large, LARGE);
	pack(&s, "a.ko.gz", archive_write_add_filter_gzip, large, LARGE);
	pack(&s, "a.ko.zst", archive_write_add_filter_zstd, large, LARGE);
	assert_reads(&s, "a.ko", large, LARGE);
	assert_reads(&s, "a.ko.xz", large, LARGE);
	assert_reads(&s, "a.ko.gz", large, LARGE);
	assert_reads(&s, "a.ko.zst", large, LARGE);
	scratch_text(&s, "empty", "");
	assert_reads(&s, "empty", "", 0);
	scratch_remove(&s);
	free(large);
}

static void test_unpack_broken(void **state)
{
	struct frag_modfile file;
	struct elf_module m;
	struct frag_error e = { 0 };
	char path[PATH_MAX + 64];
	struct scratch s;
	size_t size;
	char *packed;

	(void)state;
	scratch_make(&s);
	ELF_MODULE(&m, INFO);
	pack(&s, "a.ko.xz", archive_write_add_filter_xz, &m, sizeof(m));
	packed = file_read(s.path, "/a.ko.xz", &size);
	scratch_bytes(&s, "cut.ko.xz", packed, size / 2);
	free(packed);
	snprintf(path, sizeof(path), "%s/cut.ko.xz", s.path);
	assert_true(frag_modfile_read(&file, path, true, &e) < 0);
	assert_non_null(strstr(e.what, "cut.ko.xz"));
	assert_true(*e.why);
	assert_null(file.image);
	frag_error_clear(&e);
	snprintf(path, sizeof(path), "%s/missing.ko", s.path);
	assert_true(frag_modfile_read(&file, path, true, &e) < 0);
	assert_non_null(strstr(e.why, "No such file"));
	scratch_remove(&s);
}

/* Check the file @name for @release; what it says must hold @why and @mend. */
static void assert_refused(struct scratch *s, const char *name,
			   const char *release, const char *why,
			   const char *mend)
{
	struct frag_error e = { 0 };
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", s->path, name);
	assert_int_equal(frag_module_check(path, release, &e), -EINVAL);
	assert_int_equal(e.exit, FRAG_EXIT_USAGE);
	assert_non_null(strstr(e.what, name));
	if (!strstr(e.why, why) || !strstr(e.mend, mend))
		fail_msg("said: %s: %s", e.why, e.mend);
}

static void test_check(void **state)
{
	struct frag_error e = { 0 };
	char path[PATH_MAX + 64];
	struct elf_module m;
	struct scratch s;

	(void)state;
	scratch_make(&s);
	ELF_MODULE(&m, INFO);
	scratch_bytes(&s, "a.ko", (char *)&m, sizeof(m));
	snprintf(path, sizeof(path), "%s/a.ko", s.path);
	assert_int_equal(frag_module_check(path, "6.1.0-50-cloud-amd64", &e),
			 0);
	assert_int_equal(frag_module_check(path, "", &e), 0);
	assert_refused(&s, "a.ko", "6.1.0-50", "the guest runs 6.1.0-50",
		       "headers of 6.1.0-50");
	assert_refused(&s, "a.ko", "6.1.0-50-cloud-amd64x",
		       "for Linux 6.1.0-50-cloud-amd64,", "headers");
	pack(&s, "a.ko.xz", archive_write_add_filter_xz, &m, sizeof(m));
	pack(&s, "a.ko.gz", archive_write_add_filter_gzip, &m, sizeof(m));
	pack(&s, "a.ko.zst", archive_write_add_filter_zstd, &m, sizeof(m));
	assert_refused(&s, "a.ko.xz", "", "compressed", "xz -dk ");
	assert_refused(&s, "a.ko.gz", "", "compressed", "gzip -dk ");
	assert_refused(&s, "a.ko.zst", "", "compressed", "zstd -dk ");
	scratch_text(&s, "text", "int main(void);\n");
	assert_refused(&s, "text", "", "no kernel module", "kbuild");
	scratch_text(&s, "empty", "");
	assert_refused(&s, "empty", "", "no kernel module", "kbuild");
	ELF_MODULE(&m, "license=GPL");
	scratch_bytes(&s, "no-vermagic.ko", (char *)&m, sizeof(m));
	assert_refused(&s, "no-vermagic.ko", "", "vermagic", "kbuild");
	assert_true(frag_module_check("/nowhere/a.ko", "", &e) < 0);
	assert_non_null(strstr(e.why, "No such file"));
	scratch_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_many_sections),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_no_end),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_count_lies),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_unpack),
		cmocka_unit_test(test_unpack_broken),
		cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
