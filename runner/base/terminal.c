// SPDX-License-Identifier: GPL-2.0-or-later
/* Which bytes a terminal obeys, and which of them a shell does. */
#include "terminal.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* U+0080 to U+009F: CSI and its like in one character. */
static bool is_c1(const unsigned char *p)
{
	return p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f;
}

char *frag_control_clean(char *text, const char *keep)
{
	for (unsigned char *p = (unsigned char *)text; *p; p++) {
		if (is_c1(p))
			p[0] = p[1] = '?';
		else if ((*p < ' ' && !strchr(keep, *p)) || *p == 0x7f)
			*p = '?';
	}
	return text;
}

const char *frag_shell_word(const char *text, char *buf, size_t size)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-/.,:=+@%";
	size_t used = 0;

	if (*text && !text[strspn(text, plain)]) {
		snprintf(buf, size, "%s", text);
		return buf;
	}
	snprintf(buf, size, "'");
	for (used = 1; *text && used + 6 < size; text++)
		used += (size_t)snprintf(buf + used, size - used, "%s%c",
					 *text == '\'' ? "'\\'" : "", *text);
	snprintf(buf + used, size - used, "'");
	return buf;
}

unsigned frag_output_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (columns && atoi(columns) > 0)
		return (unsigned)atoi(columns);
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return size.ws_col;
	return 0;
}
