/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knobs: kernel settings that a run writes, and the journal that puts every one
 * of them back. The old value is on disk, synced, before a knob is written; the
 * journal goes away when the last knob is back. One run at a time: the journal
 * is locked while a run (or its guardian) lives; and as the knobs are those of
 * the machine while the journal may be anywhere, from the first knob on until
 * the last is back so is the machine (lock.h).
 */
#ifndef FRAGBENCH_KNOBS_H
#define FRAGBENCH_KNOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "fragbench/error.h"

enum { FRAG_KNOBS_MAX = 32, FRAG_KNOB_TEXT = 128 };

/* On whose behalf a knob is written, as manifest.json has it: the scenario's
 * key knobs (or --knob); the same key of a phase; the run itself (ballast, pcp
 * = small, a drain); a probe. */
#define FRAG_KNOB_BY_SCENARIO "scenario"
#define FRAG_KNOB_BY_PHASE    "phase"
#define FRAG_KNOB_BY_RUN      "run"
#define FRAG_KNOB_BY_PROBE    "probe"

/* One knob that a run has written. Values as the kernel file takes them: of
 * "always [madvise] never" the word in brackets. */
struct frag_knob {
	char path[256];
	char before[FRAG_KNOB_TEXT];
	char during[FRAG_KNOB_TEXT]; /* read back after the last write */
	char after[FRAG_KNOB_TEXT]; /* read back after the restore */
	const char *by; /* who wrote it: FRAG_KNOB_BY_*; NULL after a reload */
	bool is_loose; /* put back by lowering it alone */
	bool was_changed; /* somebody else wrote it during the run, too */
};

/* A journal at work; zero it before frag_journal_begin(). */
struct frag_journal {
	int fd;
	int machine; /* frag_machine_open(), or 0 */
	char path[256];
	bool is_back; /* all knobs are, and the file is gone */
	unsigned count;
	struct frag_knob knobs[FRAG_KNOBS_MAX];
};

/*
 * Begin a journal: make it, lock it. -EBUSY when another run is at work,
 * -EEXIST when an older journal waits to be replayed, -EPERM when it belongs to
 * another user; all with their mend.
 */
int frag_journal_begin(struct frag_journal *j, struct frag_error *e);

/* Take the machine's knobs for this run, before it comes to the first of them:
 * 0, or -EBUSY when another run has them, whoever's and wherever its journal. */
int frag_journal_claim(struct frag_journal *j, struct frag_error *e);

/*
 * Write @value to the knob file @path: its old value goes to the journal and to
 * disk first (once for each path), then the write, then it is read back.
 * -EBUSY as frag_journal_claim(), for a knob of the machine.
 * -EIO when the knob reads back as something else than asked (of a row of
 * numbers those that were written count, whatever stands between them), unless
 * @is_loose, for a hugetlb pool that is to grow: then what it reads is accepted
 * (it may come out smaller), and it is only ever lowered when it is put back:
 * a pool that others have made smaller meanwhile stays so.
 * @by, one of FRAG_KNOB_BY_*, is kept of the first write, but that of the
 * scenario goes before all others, and that of a phase behind them.
 */
int frag_knob_write(struct frag_journal *j, const char *path, const char *value,
		    bool is_loose, const char *by, struct frag_error *e);

/* The current value of a knob file, as struct frag_knob has it. */
int frag_knob_read(const char *path, char *value, size_t size);

/* Does @now, as a knob reads, begin with every word of @asked? Rows of numbers
 * are read with tabs, and those behind what was written stay as they were. */
bool frag_knob_has_taken(const char *now, const char *asked);

/* What a knob file is called in results: "swappiness" of /proc/sys/vm, a path
 * below /sys/kernel/mm; of any other the path itself. A part of @path. */
const char *frag_knob_name(const char *path);

/* Put one knob back and fill its after and was_changed. One that reads as
 * before is left alone, and so is a loose one that others have lowered. */
int frag_knob_restore(struct frag_knob *k, struct frag_error *e);

/* Put all knobs back, last written first, and remove the journal. Goes on
 * after a failure; the journal stays when any knob could not be put back. */
int frag_journal_restore(struct frag_journal *j, struct frag_error *e);

/* Read the knobs again from the journal's file: for the guardian, which was
 * forked before any was written. */
int frag_journal_reload(struct frag_journal *j);

/* Close and unlock; the file stays when knobs are not back. */
void frag_journal_end(struct frag_journal *j);

/*
 * Is a journal there that no living run owns? True with @path filled. Also true
 * for a journal that cannot be read: then somebody else's run has left it.
 */
bool frag_journal_is_waiting(char *path, size_t size);

/*
 * Replay a journal that a killed run left: restore, say each knob to @say, and
 * remove it. A journal of an earlier boot is removed unplayed, and said so.
 * -EBUSY while another run has the machine's knobs.
 * Returns the number of knobs put back, 0 also when there is no journal, or a
 * negative errno with @e filled.
 */
int frag_journal_replay(FILE *say, struct frag_error *e);

#endif
