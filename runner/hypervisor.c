// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether this machine is a virtual one, and whose: what the CPU, the kernel
 * and the firmware tell. */
#include "origin.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

static const struct {
	const char *signature; /* 12 bytes of CPUID leaf 0x40000000 */
	const char *name;
} hypervisors[] = {
	{ "KVMKVMKVM", "KVM" },	       { "TCGTCGTCGTCG", "TCG" },
	{ "Microsoft Hv", "Hyper-V" }, { "VMwareVMware", "VMware" },
	{ "XenVMMXenVMM", "Xen" },     { "bhyve bhyve ", "bhyve" },
	{ "ACRNACRNACRN", "ACRN" },
};

/* The hypervisor as it presents itself to the CPU's guest. */
static void signature_read(char *text, size_t size)
{
	char signature[13] = "";

#if defined(__x86_64__) || defined(__i386__)
	uint32_t leaf[4];

	__cpuid(0x40000000, leaf[0], leaf[1], leaf[2], leaf[3]);
	memcpy(signature, &leaf[1], 12);
#endif
	for (size_t i = 0; i < sizeof(hypervisors) / sizeof(*hypervisors); i++)
		if (!strcmp(signature, hypervisors[i].signature))
			snprintf(text, size, "%s", hypervisors[i].name);
}

/* "flags : ... hypervisor ..." of the first CPU (x86: CPUID leaf 1, ECX 31). */
static bool has_flag(const char *root)
{
	struct frag_source s;
	struct frag_text t;
	struct frag_text line;
	bool has = false;

	if (frag_source_open(&s, root, "/proc/cpuinfo", NULL))
		return false;
	t = frag_source_text(&s);
	while (!has && frag_text_line(&t, &line)) {
		struct frag_text word;

		if (!frag_text_take(&line, "flags"))
			continue;
		while (!has && frag_text_word(&line, &word))
			has = frag_text_is(word, "hypervisor");
		break;
	}
	frag_source_close(&s);
	return has;
}

/* Append the text of the file @path to @text, if there is one. */
static void file_append(const char *root, const char *path, const char *between,
			char *text, size_t size)
{
	char got[128];
	size_t n = strlen(text);

	if (frag_slurp(root, path, got, sizeof(got)) <= 0)
		return;
	snprintf(text + n, size - n, "%s%s", n ? between : "", got);
}

/* What the CPU or the kernel says; "" when neither says anything. */
static void name_read(const char *root, char *text, size_t size)
{
	bool is_virtual = has_flag(root);

	text[0] = '\0';
	if (is_virtual && !*root)
		signature_read(text, size);
	if (!text[0])
		file_append(root, "/sys/hypervisor/type", "", text, size);
	if (!text[0] && is_virtual)
		snprintf(text, size, "a hypervisor");
}

void frag_hypervisor_read(const char *root, char *text, size_t size)
{
	static const char vendor_file[] = "/sys/class/dmi/id/sys_vendor";
	char vendor[128] = "";

	name_read(root, text, size);
	frag_slurp(root, vendor_file, vendor, sizeof(vendor));
	/* The firmware of bare metal has a name, too. Where CPUs have no such
	 * flag (arm64), one firmware is known to be no machine's. */
	if (!text[0] && strcmp(vendor, "QEMU") != 0)
		return;
	file_append(root, vendor_file, ", ", text, size);
	file_append(root, "/sys/class/dmi/id/product_name", " ", text, size);
}
