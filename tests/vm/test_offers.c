// SPDX-License-Identifier: GPL-2.0-or-later
/* What is made of apt's own words, as recorded. */
#include "scratch.h"
#include "vm/debian/offers.h"

#define FROM " | http://archive.invalid/debian "

static const char madison[] =
	"linux-binary-7.3.4+deb13-cloud-amd64 | 7.3.4-1~bpo13+1" FROM
	"trixie-backports/main amd64 Packages\n"
	"linux-image-7.3.4+deb13-cloud-amd64 | 7.3.4-1~bpo13+1" FROM
	"trixie-backports/main amd64 Packages\n"
	"linux-binary-unsigned-7.3.4+deb13-cloud-amd64 | 7.3.4-1~bpo13+1" FROM
	"trixie-backports/main amd64 Packages\n"
	"linux-modules-7.3.4+deb13-cloud-amd64 | 7.3.4-1~bpo13+1" FROM
	"trixie-backports/main amd64 Packages\n"
	"linux-base-7.3.4+deb13-cloud-amd64 | 7.3.4-1~bpo13+1" FROM
	"trixie-backports/main amd64 Packages\n"
	"linux-base-7.9.9+deb13-cloud-amd64 | 7.9.9-1" FROM
	"sid/main amd64 Packages\n"
	"linux-image-6.1-cloud-amd64 | 6.1.180-1~deb11u1" FROM
	"bullseye-security/main amd64 Packages\n"
	"linux-image-cloud-amd64 | 6.12.117-1" FROM
	"trixie/main amd64 Packages\n"
	"linux-image-6.1.0-55-cloud-amd64 |  6.1.192-1" FROM
	"bookworm-security/main amd64 Packages\n"
	"linux-image-6.1.0-55-cloud-amd64-unsigned |  6.1.192-1" FROM
	"bookworm-security/main amd64 Packages\n"
	"linux-image-6.1.0-56-cloud-amd64 |  6.1.192-2" FROM
	"bookworm-security/main amd64 Packages\n"
	"linux-image-6.1.0-56-cloud-amd64 |  6.1.192-2" FROM
	"bookworm/main amd64 Packages\n"
	"linux-image-6.1.0-56-cloud-amd64-dbg |  6.1.192-2" FROM
	"bookworm/main amd64 Packages\n"
	"linux-image-6.1.0-56-amd64 |  6.1.192-2" FROM
	"bookworm/main amd64 Packages\n"
	"linux-image-6.19-rc5-cloud-amd64-unsigned | 6.19~rc5-1~exp1" FROM
	"experimental/main amd64 Packages\n"
	"linux-image-6.12.90+deb12-cloud-amd64 | 6.12.90-1~bpo12+1" FROM
	"bookworm-backports/main amd64 Packages\n"
	"linux-image-6.12.90+deb13-cloud-amd64 |  6.12.90-1" FROM
	"trixie-security/main amd64 Packages\n"
	"half a line\n"
	"\n";

static void test_parse(void **state)
{
	static const char *const releases[] = {
		"6.1.0-55-cloud-amd64",	     "6.1.0-56-cloud-amd64",
		"6.12.90+deb12-cloud-amd64", "6.12.90+deb13-cloud-amd64",
		"6.19-rc5-cloud-amd64",	     "7.3.4+deb13-cloud-amd64",
	};
	struct frag_error e = { 0 };
	struct frag_offers o = { 0 };

	(void)state;
	assert_int_equal(frag_offers_parse(&o, madison, &e), 0);
	assert_int_equal(o.count, 6);
	for (unsigned i = 0; i < 6; i++)
		assert_string_equal(o.rows[i].release, releases[i]);
	/* Signed, once, from the first place. */
	assert_string_equal(o.rows[0].image,
			    "linux-image-6.1.0-55-cloud-amd64");
	assert_string_equal(o.rows[1].suite, "bookworm-security");
	assert_string_equal(o.rows[1].modules, "");
	assert_string_equal(o.rows[4].image,
			    "linux-image-6.19-rc5-cloud-amd64-unsigned");
	assert_string_equal(o.rows[5].image,
			    "linux-binary-7.3.4+deb13-cloud-amd64");
	assert_string_equal(o.rows[5].modules,
			    "linux-modules-7.3.4+deb13-cloud-amd64");
	assert_string_equal(o.rows[5].base,
			    "linux-base-7.3.4+deb13-cloud-amd64");
	frag_offers_free(&o);
}

static const char *found(const struct frag_offers *o, const char *asked)
{
	const struct frag_offer *row = frag_offers_find(o, asked);

	return row ? row->version : "";
}

static void test_find(void **state)
{
	struct frag_offers o = { 0 };

	(void)state;
	assert_int_equal(frag_offers_parse(&o, madison, NULL), 0);
	assert_string_equal(found(&o, "6.1"), "6.1.192-2");
	assert_string_equal(found(&o, "6.1.192-1"), "6.1.192-1");
	assert_string_equal(found(&o, "6.12"), "6.12.90-1");
	assert_string_equal(found(&o, "6.12.90+deb12-cloud-amd64"),
			    "6.12.90-1~bpo12+1");
	assert_string_equal(found(&o, "6.19"), "6.19~rc5-1~exp1");
	assert_string_equal(found(&o, "6"), "6.19~rc5-1~exp1");
	assert_string_equal(found(&o, "6.2"), "");
	frag_offers_free(&o);
}

/* Every name finds what it names. */
static void test_name(void **state)
{
	static const char *const names[] = {
		"6.1.192-1", "6.1", "6.12.90-1~bpo12+1", "6.12", "6.19", "7.3"
	};
	struct frag_offers o = { 0 };
	char name[96];

	(void)state;
	assert_int_equal(frag_offers_parse(&o, madison, NULL), 0);
	for (unsigned i = 0; i < o.count; i++) {
		frag_offers_name(&o, &o.rows[i], name, sizeof(name));
		assert_string_equal(name, names[i]);
		assert_ptr_equal(frag_offers_find(&o, name), &o.rows[i]);
	}
	frag_offers_free(&o);
}

static void test_sources(void **state)
{
	struct frag_error e = { 0 };
	char *text;

	(void)state;
	assert_int_equal(
		frag_apt_sources("Other|Other|http://other.invalid/|no|x\n"
				 "Debian|Debian|http://a.invalid/d/|no|/k.gpg\n"
				 "Debian|Debian|http://second.invalid/|no|\n"
				 "Debian|Debian-Security|http://b.invalid/s/|"
				 "yes|$(SIGNED_BY)\n",
				 &text, &e),
		0);
	assert_non_null(strstr(text, "deb [signed-by=/k.gpg] "
				     "http://a.invalid/d/ bookworm main\n"));
	assert_non_null(strstr(text, " http://a.invalid/d/ sid main\n"));
	assert_non_null(strstr(text, "deb [trusted=yes] http://b.invalid/s/ "
				     "trixie-security main\n"));
	assert_null(strstr(text, "other.invalid"));
	assert_null(strstr(text, "second.invalid"));
	assert_null(strstr(text, "http://a.invalid/d/ trixie-security"));
	free(text);
	/* Without a security archive its suites are left out. */
	assert_int_equal(frag_apt_sources("Debian|Debian|http://a.invalid/|no|",
					  &text, &e),
			 0);
	assert_null(strstr(text, "security"));
	assert_non_null(strstr(text, "deb http://a.invalid/ sid main\n"));
	free(text);
}

static void test_sources_none(void **state)
{
	struct frag_error e = { 0 };
	char *text;

	(void)state;
	assert_int_equal(frag_apt_sources("Other|Other|http://o.invalid/|no|x",
					  &text, &e),
			 -ENOENT);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	assert_non_null(strstr(e.mend, "bzImage"));
	frag_error_clear(&e);
	assert_int_equal(frag_apt_sources("$(ORIGIN)|$(LABEL)|http://a.invalid/"
					  "|no|x",
					  &text, &e),
			 -ENOENT);
	assert_non_null(strstr(e.mend, "apt-get update"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_sources_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
