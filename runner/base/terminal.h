/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of others on a terminal: what must not get there, and what a shell takes
 * for one word. */
#ifndef FRAGBENCH_BASE_TERMINAL_H
#define FRAGBENCH_BASE_TERMINAL_H

#include <stddef.h>

/*
 * Turn every control byte of @text into '?', in place: none may move the cursor
 * or do worse. That is C0 but for the bytes in @keep ("\n\t"), DEL, and C1 as
 * UTF-8 has it (both of its bytes). Returns @text.
 */
char *frag_control_clean(char *text, const char *keep);

/*
 * @text as one word of a shell's command line, into @buf: as it is where nothing
 * in it means anything to a shell, else in single quotes. Cut where @buf ends.
 */
const char *frag_shell_word(const char *text, char *buf, size_t size);

/* How wide standard output may be: what COLUMNS says, else the terminal; 0: a
 * pipe takes any width. */
unsigned frag_output_width(void);

#endif
