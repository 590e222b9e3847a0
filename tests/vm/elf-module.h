/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel modules for tests, as small as they may be: an ELF header, .modinfo,
 * the names of the sections, the table of sections. */
#ifndef FRAGBENCH_TESTS_VM_ELF_MODULE_H
#define FRAGBENCH_TESTS_VM_ELF_MODULE_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Where the pieces lie; a test may break them. */
struct elf_module {
	Elf64_Ehdr elf;
	char info[128];
	char names[24];
	Elf64_Shdr sections[3]; /* none, .modinfo, .shstrtab */
};

/* @info: "key=value" entries of @size bytes, each ending with NUL. */
static inline void elf_module_make(struct elf_module *m, const char *info,
				   size_t size)
{
	*m = (struct elf_module){
		.elf = { .e_type = ET_REL,
			 .e_machine = EM_X86_64,
			 .e_shoff = offsetof(struct elf_module, sections),
			 .e_shentsize = sizeof(Elf64_Shdr),
			 .e_shnum = 3,
			 .e_shstrndx = 2 },
		.names = "\0.modinfo\0.shstrtab",
		.sections = { { 0 },
			      { .sh_name = 1,
				.sh_type = SHT_PROGBITS,
				.sh_offset = offsetof(struct elf_module, info),
				.sh_size = size },
			      { .sh_name = 10,
				.sh_type = SHT_STRTAB,
				.sh_offset = offsetof(struct elf_module, names),
				.sh_size = sizeof(m->names) } },
	};
	memcpy(m->elf.e_ident, ELFMAG, SELFMAG);
	m->elf.e_ident[EI_CLASS] = ELFCLASS64;
	m->elf.e_ident[EI_DATA] = ELFDATA2LSB;
	memcpy(m->info, info, size);
}

#define ELF_MODULE(m, info) elf_module_make(m, info, sizeof(info))

#endif
