// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads kernel modules: unpacks their files with libarchive, and finds what
 * they say of themselves in their ELF sections, trusting no number there.
 */
#include "vm/modinfo.h"

#include <archive.h>
#include <archive_entry.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"

/* The largest module of a distribution has some 20 MiB, with debug info 100. */
#define IMAGE_MAX (512 * FRAG_MIB)

/* --- the file ---------------------------------------------------------------- */

/* Room for more in the image: twice as much as before. */
static int image_grow(struct frag_modfile *m, size_t *capacity)
{
	size_t want = *capacity ? *capacity * 2 : 65536;
	unsigned char *image;

	if (m->size < *capacity)
		return 0;
	if (want > IMAGE_MAX)
		return -EFBIG;
	image = realloc(m->image, want);
	if (!image)
		return -ENOMEM;
	m->image = image;
	*capacity = want;
	return 0;
}

static int archive_slurp(struct archive *a, struct frag_modfile *m)
{
	size_t capacity = 0;
	la_ssize_t n = 1;
	int r;

	while (n > 0) {
		r = image_grow(m, &capacity);
		if (r)
			return r;
		n = archive_read_data(a, m->image + m->size,
				      capacity - m->size);
		if (n > 0)
			m->size += (size_t)n;
	}
	return n < 0 ? -EIO : 0;
}

/* 1: there is something to read, 0: the file is empty. */
static int archive_begin(struct archive *a, int fd, bool unpack)
{
	struct archive_entry *entry;

	archive_read_support_format_raw(a);
	archive_read_support_format_empty(a);
	if (unpack) {
		archive_read_support_filter_gzip(a);
		archive_read_support_filter_xz(a);
		archive_read_support_filter_zstd(a);
	}
	if (archive_read_open_fd(a, fd, 65536) != ARCHIVE_OK)
		return -EIO;
	switch (archive_read_next_header(a, &entry)) {
	case ARCHIVE_OK:
		return 1;
	case ARCHIVE_EOF:
		return 0;
	default:
		return -EIO;
	}
}

static int fd_unpack(struct frag_modfile *m, int fd, bool unpack,
		     const char *path, struct frag_error *e)
{
	struct archive *a = archive_read_new();
	const char *why;
	int r;

	if (!a)
		return frag_fail(e, -ENOMEM, "cannot read %s", path);
	r = archive_begin(a, fd, unpack);
	if (r > 0)
		r = archive_slurp(a, m);
	if (r == -EIO) {
		why = archive_error_string(a);
		frag_fail(e, 0, "cannot read %s", path);
		frag_error_why(e, "%s", why ? why : "it cannot be unpacked");
	} else if (r) {
		frag_fail(e, r, "cannot read %s", path);
	}
	archive_read_free(a);
	return r;
}

int frag_modfile_read(struct frag_modfile *m, const char *path, bool unpack,
		      struct frag_error *e)
{
	/* Not to wait for ever where a FIFO is given. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int r;

	*m = (struct frag_modfile){ 0 };
	if (fd < 0)
		return frag_fail(e, -errno, "cannot open %s", path);
	r = fd_unpack(m, fd, unpack, path, e);
	close(fd);
	if (r)
		frag_modfile_free(m);
	return r;
}

void frag_modfile_free(struct frag_modfile *m)
{
	free(m->image);
	*m = (struct frag_modfile){ 0 };
}

/* --- ELF --------------------------------------------------------------------- */

/* A piece of the file. */
struct piece {
	const unsigned char *at;
	size_t size;
};

/* The @size bytes at @offset; false when they are not all in @whole. */
static bool piece_cut(struct piece whole, uint64_t offset, uint64_t size,
		      struct piece *piece)
{
	if (offset > whole.size || size > whole.size - offset)
		return false;
	piece->at = whole.at + offset;
	piece->size = (size_t)size;
	return true;
}

/* Copy the header of section @i: the table need not be aligned. */
static bool section_header(struct piece whole, const Elf64_Ehdr *elf,
			   uint64_t i, Elf64_Shdr *header)
{
	struct piece table, one;

	if (elf->e_shentsize != sizeof(*header) || elf->e_shoff > whole.size ||
	    !piece_cut(whole, elf->e_shoff, whole.size - elf->e_shoff, &table) ||
	    i > table.size / sizeof(*header) ||
	    !piece_cut(table, i * sizeof(*header), sizeof(*header), &one))
		return false;
	memcpy(header, one.at, sizeof(*header));
	return true;
}

static bool section_content(struct piece whole, const Elf64_Shdr *header,
			    struct piece *content)
{
	return header->sh_type != SHT_NOBITS &&
	       piece_cut(whole, header->sh_offset, header->sh_size, content);
}

static bool elf_begin(struct piece whole, Elf64_Ehdr *elf)
{
	if (whole.size < sizeof(*elf))
		return false;
	memcpy(elf, whole.at, sizeof(*elf));
	return !memcmp(elf->e_ident, ELFMAG, SELFMAG) &&
	       elf->e_ident[EI_CLASS] == ELFCLASS64 &&
	       elf->e_ident[EI_DATA] == ELFDATA2LSB && elf->e_shoff;
}

/* How many sections there are, and the section with their names: with very many
 * of them both stand in the header of section 0 (gABI, "Section Header"). */
static bool sections_count(struct piece whole, const Elf64_Ehdr *elf,
			   uint64_t *count, struct piece *names)
{
	Elf64_Shdr header;
	uint64_t at = elf->e_shstrndx;

	if (!section_header(whole, elf, 0, &header))
		return false;
	*count = elf->e_shnum ? elf->e_shnum : header.sh_size;
	if (at == SHN_XINDEX)
		at = header.sh_link;
	return at < *count && section_header(whole, elf, at, &header) &&
	       section_content(whole, &header, names);
}

static bool modinfo_find(struct piece whole, struct piece *info)
{
	static const char wanted[] = ".modinfo";
	Elf64_Shdr header;
	Elf64_Ehdr elf;
	struct piece names, name;
	uint64_t count;

	if (!elf_begin(whole, &elf) ||
	    !sections_count(whole, &elf, &count, &names))
		return false;
	for (uint64_t i = 1; i < count; i++) {
		if (!section_header(whole, &elf, i, &header))
			return false;
		if (piece_cut(names, header.sh_name, sizeof(wanted), &name) &&
		    !memcmp(name.at, wanted, sizeof(wanted)))
			return section_content(whole, &header, info);
	}
	return false;
}

const char *frag_modinfo(const void *image, size_t size, const char *key)
{
	struct piece whole = { image, size };
	size_t n = strlen(key);
	struct piece info;

	if (!modinfo_find(whole, &info))
		return NULL;
	while (info.size) {
		const char *text = (const char *)info.at;
		const unsigned char *end = memchr(info.at, '\0', info.size);

		if (!end)
			return NULL;
		if (!strncmp(text, key, n) && text[n] == '=')
			return text + n + 1;
		info.size -= (size_t)(end + 1 - info.at);
		info.at = end + 1;
	}
	return NULL;
}
