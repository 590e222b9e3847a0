// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes the bash completion of the rows: which words may stand where. */
#include <ctype.h>
#include <string.h>

#include "analysis/analysis.h"
#include "base/counters.h"
#include "help.h"
#include "scenario.h"

/* What stands around the cases; the words are in the cases alone. */
static const char head[] =
	"# SPDX-License-Identifier: GPL-2.0-or-later\n"
	"# shellcheck shell=bash\n"
	"# Made by `fragbench help --completion`: do not edit.\n"
	"\n"
	"_fragbench_verbs()\n"
	"{\n"
	"\tlocal files='' words='' verb=''\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1))\n"
	"\n"
	"\t((COMP_CWORD == 1)) || verb=${COMP_WORDS[1]}\n"
	"\t# bash takes --mode=x apart into three words.\n"
	"\tif [[ $cur == = ]]; then\n"
	"\t\tcur=\n"
	"\telif [[ ${COMP_WORDS[at]} == = ]]; then\n"
	"\t\tat=$((at - 1))\n"
	"\tfi\n";

static const char tail[] =
	"\t[[ -z $files ]] || compopt -o filenames\n"
	"\tmapfile -t COMPREPLY < <(\n"
	"\t\t[[ -z $files ]] || compgen -f -- \"$cur\"\n"
	"\t\tcompgen -W \"$words\" -- \"$cur\"\n"
	"\t)\n"
	"\t[[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] ||\n"
	"\t\tcompopt -o nospace\n"
	"}\n"
	"\n"
	"_fragbench()\n"
	"{\n"
	"\tlocal i\n"
	"\n"
	"\tCOMPREPLY=()\n"
	"\tfor ((i = 2; i < COMP_CWORD; i++)); do\n"
	"\t\tif [[ ${COMP_WORDS[i]} == -- ]]; then\n"
	"\t\t\tcompopt -o filenames\n"
	"\t\t\tmapfile -t COMPREPLY < <(\n"
	"\t\t\t\tcompgen -c -f -- \"${COMP_WORDS[COMP_CWORD]}\"\n"
	"\t\t\t)\n"
	"\t\t\treturn\n"
	"\t\tfi\n"
	"\tdone\n"
	"\t_fragbench_verbs\n"
	"}\n"
	"\n"
	"complete -F _fragbench fragbench\n";

static bool is_file_value(const char *value)
{
	return !strcmp(value, "DIR") || !strcmp(value, "FILE") ||
	       !strcmp(value, "RUN");
}

/* The lower-case words of "same|split|LIST": what can be typed as it is. */
static void choices_put(FILE *out, const char *value)
{
	const char *gap = "";

	while (*value) {
		size_t n = strcspn(value, "|");
		bool is_word = n > 0;

		for (size_t i = 0; i < n; i++)
			is_word = is_word && !isupper((unsigned char)value[i]);
		if (is_word) {
			fprintf(out, "%s%.*s", gap, (int)n, value);
			gap = " ";
		}
		value += n + (value[n] == '|');
	}
}

/* The case that says what may stand behind an option. */
static void value_put(FILE *out, const char *verb, const struct frag_option *r,
		      bool is_key)
{
	const char *value = frag_option_value(r);

	if (r->type == FRAG_FLAG && !is_key)
		return;
	fprintf(out, "\t'%s --%s'", verb, r->name);
	if (r->letter)
		fprintf(out, " | '%s -%c'", verb, r->letter);
	if (is_key)
		fprintf(out, " | '%s %s'", verb, r->name);
	fputs(") ", out);
	if (is_file_value(value)) {
		fputs("files=yes ;;\n", out);
		return;
	}
	fputs("words='", out);
	choices_put(out, r->type == FRAG_FLAG ? "yes|no" : value);
	fputs("' ;;\n", out);
}

typedef void row_put(FILE *out, const char *verb, const struct frag_option *r);

/* Has an earlier workload a row of that name? Then it has been put. */
static bool is_put(const char *name, unsigned before)
{
	if (frag_option_find(frag_scenario_options, name) ||
	    frag_option_find(frag_worker_options, name))
		return true;
	for (unsigned i = 0; i < before; i++)
		if (!frag_workloads[i]->is_hidden &&
		    frag_option_find(frag_workloads[i]->options, name))
			return true;
	return false;
}

/* The rows of probes are no flags of their own where a workload has them. */
static void probe_keys_walk(FILE *out, const char *verb, row_put *put)
{
	unsigned all = 0;

	while (frag_workloads[all])
		all++;
	for (const struct frag_option *r = frag_probe_options; r->name; r++)
		if (!is_put(r->name, all))
			put(out, verb, r);
	for (unsigned i = 0; frag_probes[i]; i++) {
		const struct frag_option *r = frag_probes[i]->options;

		for (; r && r->name; r++)
			if (!is_put(r->name, all))
				put(out, verb, r);
	}
}

/* Every key of a scenario, its workloads and probes, once. */
static void keys_walk(FILE *out, const char *verb, row_put *put)
{
	for (const struct frag_option *r = frag_scenario_options; r->name; r++)
		put(out, verb, r);
	/* The name alone is the one of [scenario]; of a workload it is written
	 * with its phase. */
	for (const struct frag_option *r = frag_worker_options; r->name; r++)
		if (!frag_option_find(frag_scenario_options, r->name))
			put(out, verb, r);
	for (unsigned i = 0; frag_workloads[i]; i++) {
		const struct frag_option *r = frag_workloads[i]->options;

		for (; r && r->name && !frag_workloads[i]->is_hidden; r++)
			if (!is_put(r->name, i))
				put(out, verb, r);
	}
	probe_keys_walk(out, verb, put);
}

static void key_value_put(FILE *out, const char *verb,
			  const struct frag_option *r)
{
	const struct frag_verb *v = frag_verb_find(verb, NULL);

	/* A flag of the verb's own hides a key of the same name. */
	if (!frag_option_find(v->options, r->name))
		value_put(out, verb, r, true);
}

static void key_flag_put(FILE *out, const char *verb,
			 const struct frag_option *r)
{
	const struct frag_verb *v = frag_verb_find(verb, NULL);

	if (!frag_option_find(v->options, r->name))
		fprintf(out, " --%s", r->name);
}

static void key_setting_put(FILE *out, const char *verb,
			    const struct frag_option *r)
{
	(void)verb;
	fprintf(out, " %s=", r->name);
}

static void verb_values_put(FILE *out, const struct frag_verb *verb)
{
	for (const struct frag_option *r = verb->options; r && r->name; r++) {
		if (!frag_row_is_shown(r))
			continue;
		if (verb->unknown && !strcmp(r->name, "set")) {
			fprintf(out, "\t'%s --set') words='", verb->name);
			keys_walk(out, verb->name, key_setting_put);
			fputs("' ;;\n", out);
		} else {
			value_put(out, verb->name, r, false);
		}
	}
	if (verb->unknown)
		keys_walk(out, verb->name, key_value_put);
}

static void verb_names_put(FILE *out)
{
	for (unsigned i = 0; frag_verbs[i]; i++)
		if (!frag_verbs[i]->is_hidden)
			fprintf(out, " %s", frag_verbs[i]->name);
}

static void workload_names_put(FILE *out)
{
	for (unsigned i = 0; frag_workloads[i]; i++)
		if (!frag_workloads[i]->is_hidden)
			fprintf(out, " %s", frag_workloads[i]->name);
}

static void probe_names_put(FILE *out)
{
	for (unsigned i = 0; frag_probes[i]; i++)
		fprintf(out, " %s", frag_probes[i]->name);
}

static void scenario_names_put(FILE *out)
{
	for (unsigned i = 0; frag_builtins[i].name; i++)
		fprintf(out, " %s", frag_builtins[i].name);
}

static void explained_names_put(FILE *out)
{
	for (const struct frag_counter *c = frag_counters; c->name; c++)
		fprintf(out, " %s", c->name);
	for (unsigned i = 0; frag_collectors[i]; i++)
		fprintf(out, " %s", frag_collectors[i]->name);
	for (const struct frag_metric *m = frag_metrics; m->name; m++)
		fprintf(out, " %s", m->name);
}

/* What the words of a usage line stand for. */
static const struct {
	const char *word;
	void (*put)(FILE *out);
} placeholders[] = {
	{ "VERB", verb_names_put },	 { "WORKLOAD", workload_names_put },
	{ "PROBE", probe_names_put },	 { "SCENARIO", scenario_names_put },
	{ "NAME", explained_names_put },
};

enum { PLACEHOLDERS = sizeof(placeholders) / sizeof(placeholders[0]) };

/* One word of a usage line; sets *files when it stands for a file. */
static void usage_word_put(FILE *out, const char *word, bool *files)
{
	unsigned i = 0;

	while (i < PLACEHOLDERS && strcmp(placeholders[i].word, word) != 0)
		i++;
	if (i < PLACEHOLDERS)
		placeholders[i].put(out);
	else if (islower((unsigned char)word[0]))
		fprintf(out, " %s", word);
	*files = *files || is_file_value(word);
}

/* The arguments that the usage line of a verb names, without its options. */
static void usage_put(FILE *out, const char *usage, bool *files)
{
	char word[64];

	while (usage && *usage) {
		size_t n = strcspn(usage, " []|.");

		if (*usage == '-')
			n = strcspn(usage, " ]");
		snprintf(word, sizeof(word), "%.*s", (int)n, usage);
		if (*word && *word != '-')
			usage_word_put(out, word, files);
		usage += n + (usage[n] != '\0');
	}
}

/* What may stand where no option waits for its value. */
static void verb_words_put(FILE *out, const struct frag_verb *verb)
{
	bool files = verb->unknown != NULL; /* a scenario of the user's */

	fprintf(out, "\t\t%s) words='--help", verb->name);
	for (const struct frag_option *r = verb->options; r && r->name; r++)
		if (frag_row_is_shown(r))
			fprintf(out, " --%s", r->name);
	if (verb->unknown)
		keys_walk(out, verb->name, key_flag_put);
	usage_put(out, verb->usage, &files);
	fprintf(out, "'%s ;;\n", files ? " files=yes" : "");
}

void frag_completion_print(FILE *out)
{
	fputs(head, out);
	fputs("\tcase \"$verb ${COMP_WORDS[at]}\" in\n", out);
	for (unsigned i = 0; frag_verbs[i]; i++)
		if (!frag_verbs[i]->is_hidden)
			verb_values_put(out, frag_verbs[i]);
	fputs("\t*)\n\t\tcase $verb in\n\t\t'') words='--help --version", out);
	verb_names_put(out);
	fputs("' ;;\n", out);
	for (unsigned i = 0; frag_verbs[i]; i++)
		if (!frag_verbs[i]->is_hidden)
			verb_words_put(out, frag_verbs[i]);
	fputs("\t\tesac\n\t\t;;\n\tesac\n", out);
	fputs(tail, out);
}
