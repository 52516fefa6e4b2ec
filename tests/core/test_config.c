/* test_config.c — a config file becomes settings: each fault of its text once, with its exact message and the
 * line where it stands; includes; overrides by path; a canonical text that reads as itself. */
#include "memory.h"
#include "params.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- files in a folder of their own, which is the current one while a test runs ---- */

struct folder {
  char path[40];
  size_t memory;
};

static int enter_folder(void **state) {
  struct folder *folder = test_calloc(1, sizeof *folder);
  strcpy(folder->path, "/tmp/test_config_XXXXXX");
  folder->memory = memory_in_use();
  *state = folder;
  if (!mkdtemp(folder->path) || chdir(folder->path) != 0) return -1;
  return mkdir("parts", 0700);
}

static int leave_folder(void **state) {
  struct folder *folder = *state;
  char command[80];
  bool held = memory_in_use() != folder->memory;
  snprintf(command, sizeof command, "rm -r %s", folder->path);
  int failed = chdir("/") != 0 || system(command) != 0;
  test_free(folder);
  return held || failed ? -1 : 0;
}

static void write_bytes(const char *path, const char *bytes, size_t length) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  fclose(file);
}

static void write_file(const char *path, const char *text) { write_bytes(path, text, strlen(text)); }

static struct config *loaded(const char *path, const char *const *overrides, int n) {
  struct config *config;
  if (config_load(path, overrides, n, &config) != STATUS_OK) fail_msg("%s", status_message());
  return config;
}

/* x.cfg cannot be loaded, with this message. */
static void assert_refused(const char *const *overrides, int n, const char *message) {
  struct config *config = (struct config *)&config;
  assert_int_equal(config_load("x.cfg", overrides, n, &config), STATUS_CONFIG);
  assert_null(config);
  assert_string_equal(status_message(), message);
}

static void assert_resolved_text(struct config *config, const char *expected) {
  const char *text;
  assert_int_equal(config_resolved_text(config, &text), STATUS_OK);
  assert_string_equal(text, expected);
}

/* ---- the text of a file ---- */

static void malformed_texts_are_refused_with_their_line(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } rows[] = {
      {"a = 1;\nside = 500 um;\nb = 2;", "x.cfg:2: a quantity stands in quotes: \"500 um\""},
      {"side = 500um;", "x.cfg:1: a quantity stands in quotes: \"500um\""},
      {"side = 5 µm;", "x.cfg:1: a quantity stands in quotes: \"5 µm\""},
      {"share = 5 %;", "x.cfg:1: a quantity stands in quotes: \"5 %\""},
      {"a = 1;\nedges = open # or periodic\n", "x.cfg:2: a text stands in quotes: \"open\""},
      {"arms = [vehicle, \"drug\"];", "x.cfg:1: a text stands in quotes: \"vehicle\""},
      {"a = \"x;\nb = \"y\";", "x.cfg:1: no quote closes this text on its line"},
      {"a = 1; /* x\n\n", "x.cfg:1: no */ closes this comment"},
      {"a = {\n  b = {\n    c = 1;\n  };\n", "x.cfg:1: nothing closes this \"{\""},
      {"a = (\n  1, [ 2, 3\n);\n", "x.cfg:3: \")\" cannot close the \"[\" of x.cfg:2"},
      {"a = 1;\n};\n", "x.cfg:2: \"}\" closes nothing"},
      {"a = {\n  side = 1;\n  b = { side = 1; };\n  side = 2;\n};",
       "x.cfg:4: \"side\" is given twice; first at x.cfg:2"},
      {"a\n", "x.cfg:2: the text ends inside a setting"},
      {"a = \n", "x.cfg:2: the text ends inside a setting"},
      {"a 5;", "x.cfg:1: \"=\" is missing after a key"},
      {"a = ;", "x.cfg:1: syntax error at: ;"},
      {"a = = 5;", "x.cfg:1: syntax error at: = 5;"},
      {"a = 1;;", "x.cfg:1: syntax error at: ;"},
      {"a = (1, );", "x.cfg:1: syntax error at: );"},
      {"a = { b = };", "x.cfg:1: syntax error at: };"},
      {"a = \"x\"; \"y\"", "x.cfg:1: syntax error at: \"y\""},
      {"(1)", "x.cfg:1: syntax error at: (1)"},
      {"true = 1;", "x.cfg:1: syntax error at: true = 1;"},
      {"a = 9223372036854775808;", "x.cfg:1: 9223372036854775808 is too large a number"},
      {"a = 0x8000000000000000;", "x.cfg:1: 0x8000000000000000 is too large a number"},
      {"a = -1e309;", "x.cfg:1: -1e309 is too large a number"},
      {"a = 1;\n\vb = 2;", "x.cfg:2: control character 11"},
      {"a = \"\\x1b[2J\";", "x.cfg:1: the text holds the byte 0x1B"},
      {"a = (\n\"b\",\n\"\\xB5\"\n);", "x.cfg:3: the text holds the byte 0xB5"},
      {"a = 1;\nb = \"\xB5m\";", "x.cfg:2: byte 0xB5 is not UTF-8: save the file as UTF-8"},
      {"b = \"\xC0\xAF\";", "x.cfg:1: byte 0xC0 is not UTF-8: save the file as UTF-8"},
      {"a = ((((((((((((((((((((((((((((((((()))))))))))))))))))))))))))))))));",
       "x.cfg:1: groups and lists are nested deeper than 32"},
      {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
       "a = 1;",
       "x.cfg:1: a key longer than 100 letters"},
  };
  for (int i = 0; i < COUNT_OF(rows); i++) {
    struct config *config;
    if (config_parse("x.cfg", rows[i].text, &config) == STATUS_OK) fail_msg("accepted: %s", rows[i].text);
    assert_null(config);
    assert_string_equal(status_message(), rows[i].message);
  }
}

static void files_that_are_none_are_refused(void **state) {
  (void)state;
  assert_refused(NULL, 0, "x.cfg: No such file or directory");
  assert_int_equal(mkdir("x.cfg", 0700), 0);
  assert_refused(NULL, 0, "x.cfg: is a folder, not a file");
  assert_int_equal(rmdir("x.cfg"), 0);
  assert_int_equal(mkfifo("x.cfg", 0600), 0);
  assert_refused(NULL, 0, "x.cfg: is not a plain file");
  assert_int_equal(unlink("x.cfg"), 0);
  write_bytes("x.cfg", "a = 1;\nb = \0;", 13);
  assert_refused(NULL, 0, "x.cfg:2: a byte 0: this is not a text");
  assert_int_equal(truncate("x.cfg", 5 << 20), 0);
  assert_refused(NULL, 0, "x.cfg: larger than 4 MB");
}

static void sizes_are_bounded(void **state) {
  (void)state;
  FILE *file = fopen("x.cfg", "w");
  for (int i = 0; i <= 10000; i++) fprintf(file, "k%d = 1;\n", i);
  fclose(file);
  assert_refused(NULL, 0, "x.cfg:10001: more than 10000 settings");
  file = fopen("x.cfg", "w");
  fprintf(file, "a = [\n");
  for (int i = 0; i < 200000; i++) fprintf(file, "1,\n");
  fprintf(file, "1];\n");
  fclose(file);
  assert_refused(NULL, 0, "x.cfg:200002: more than 200000 values");
  file = fopen("parts/long.cfg", "w");
  for (int i = 0; i < 3 << 14; i++)
    fprintf(file, "# sixty-three letters and a line feed are sixty-four bytes ....\n");
  fclose(file);
  write_file("x.cfg", "@include \"parts/long.cfg\"\n@include \"parts/long.cfg\"\n");
  assert_refused(NULL, 0, "x.cfg: larger than 4 MB with its includes");
}

/* What libconfig allows is allowed; what it would misread is read. */
static void every_form_of_a_value_is_read(void **state) {
  (void)state;
  struct config *config;
  static const char text[] = "\xEF\xBB\xBF#*comment\r\n//* and another\n"
                             "a = 1, b : 0x1F c = -3L // comment\n"
                             "/* a\n comment */ d = 3000000000; e = .5; f = 1e-3; g = -2.; h = TRUE;\r\n"
                             "i = \"two \" \"parts \\\"\\x41\\\\\\n\\t\"\n    \" or three\";\n"
                             "j = [1, 2.5, 3]; k = (\"x\", { y = False; }, [ ], ( )); l = { };\n"
                             "m-n_*1 = { o = 1 }";
  assert_int_equal(config_parse("x.cfg", text, &config), STATUS_OK);
  assert_string_equal(config_source_text(config), text);
  assert_string_equal(config_path(config), "x.cfg");
  assert_resolved_text(config, "a = 1;\nb = 31;\nc = -3;\nd = 3000000000L;\ne = 0.5;\nf = 0.001;\ng = -2.0;\n"
                               "h = true;\ni = \"two parts \\\"A\\\\\\n\\t or three\";\nj = (1, 2.5, 3);\n"
                               "k = (\n  \"x\",\n  {\n    y = false;\n  },\n  (),\n  ()\n);\nl = {\n};\n"
                               "m-n_*1 = {\n  o = 1;\n};\n");
  config_free(config);
}

/* ---- includes ---- */

static void includes_are_read_from_beside_the_file_that_names_them(void **state) {
  (void)state;
  write_file("x.cfg",
             "a = 1;\ngroup = {\n  @include \"parts/one.cfg\"  # and so on\n  last = 1;\n};\nz = 1;\n");
  write_file("parts/one.cfg", "one = {\n @include \"two.cfg\"\n after = 1; };");
  write_file("parts/two.cfg", "two = \"\n\";"); /* a fault comes first */
  assert_refused(NULL, 0, "parts/two.cfg:1: no quote closes this text on its line");
  write_file("parts/two.cfg", "\n\ntwo = 2;");
  struct config *config = loaded("x.cfg", NULL, 0);
  assert_resolved_text(config,
                       "a = 1;\ngroup = {\n  one = {\n    two = 2;\n    after = 1;\n  };\n  last = 1;\n};\n"
                       "z = 1;\n");
  assert_true(config_has(config, "group.one.two"));
  config_free(config);
}

static void faults_of_includes_name_their_file(void **state) {
  (void)state;
  write_file("x.cfg", "a = 1;\ngroup = {\n  @include \"parts/one.cfg\"\n  last = 1; };\nz = 1;\n");
  write_file("parts/one.cfg", "one = {\n  @include \"two.cfg\"\n  after = 1; };\n");
  write_file("parts/two.cfg", "\ntwo = 2;");
  struct config *config = loaded("x.cfg", NULL, 0);
  assert_false(config_has(config, "group.one.nothing"));
  assert_int_equal(config_finish(config), STATUS_CONFIG);
  assert_string_equal(status_message(), "x.cfg:1: a: unknown key\n"
                                        "x.cfg:4: group.last: unknown key\n"
                                        "x.cfg:5: z: unknown key\n"
                                        "parts/one.cfg:3: group.one.after: unknown key\n"
                                        "parts/two.cfg:2: group.one.two: unknown key");
  config_free(config);
}

static void faulty_includes_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } rows[] = {
      {"\n@include \"no.cfg\"", "x.cfg:2: @include: no.cfg: No such file or directory"},
      {"@include \"parts\"", "x.cfg:1: @include: parts: is a folder, not a file"},
      {"@include \"/nowhere/a.cfg\"", "x.cfg:1: @include: /nowhere/a.cfg: No such file or directory"},
      {"@include parts/a.cfg", "x.cfg:1: write it as @include \"file\""},
      {"@include \"a\n.cfg\"", "x.cfg:1: write it as @include \"file\""},
      {"a = 1; @include \"a.cfg\"", "x.cfg:1: @include stands between settings, on a line of its own"},
      {"a =\n@include \"a.cfg\"", "x.cfg:2: @include stands between settings, on a line of its own"},
      {"a = (\n@include \"a.cfg\"\n)", "x.cfg:2: @include stands between settings, on a line of its own"},
      {"@import \"a.cfg\"", "x.cfg:1: syntax error at: @import \"a.cfg\""},
      {"@include \"x.cfg\"", "x.cfg:1: @include goes round: x.cfg is being read already"},
      {"@include \"./x.cfg\"", "././././././././././././././././x.cfg:1: @include is nested deeper than 16"},
      {"a = {\n@include \"parts/round.cfg\"\n}",
       "parts/round.cfg:1: @include: parts/parts: No such file or directory"},
      {"a = {\n@include \"parts/open.cfg\"\n}}", "parts/open.cfg:2: nothing closes this \"{\""},
      {"a = {\n@include \"parts/close.cfg\"\n", "parts/close.cfg:1: \"}\" closes nothing"},
      {"a = {\n@include \"parts/half.cfg\"\n}", "parts/half.cfg:2: the text ends inside a setting"},
      {"b = 1;\n@include \"parts/open2.cfg\"\n", "parts/open2.cfg:2: \"b\" is given twice; first at x.cfg:1"},
      {"@include \"parts/bytes.cfg\"\n",
       "x.cfg:1: @include: parts/bytes.cfg:2: byte 0xFF is not UTF-8: save the file as UTF-8"},
  };
  write_file("parts/round.cfg", "@include \"parts\"");
  write_file("parts/open.cfg", "a = 1;\nb = {\n");
  write_file("parts/close.cfg", "}");
  write_file("parts/half.cfg", "a = 1;\nb =");
  write_file("parts/open2.cfg", "a = 1;\nb = 1;");
  write_file("parts/bytes.cfg", "a = 1;\n\xFF");
  for (int i = 0; i < COUNT_OF(rows); i++) {
    write_file("x.cfg", rows[i].text);
    assert_refused(NULL, 0, rows[i].message);
  }
  char text[6000] = "";
  for (int i = 0; i < 256; i++) strcat(text, "@include \"none.cfg\"\n");
  write_file("none.cfg", "");
  write_file("x.cfg", text);
  assert_refused(NULL, 0, "x.cfg:256: more than 256 files");
}

/* ---- overrides ---- */

static const char base[] =
    "regions = {\n  mPFC = {\n    side = \"500 um\";\n    edges = \"periodic\";\n  };\n};\n"
    "protocol = {\n  events = ( { dose = 1; }, { dose = 2; } );\n  times = [1, 2];\n};\n"
    "seed = 1;\n";

static void overrides_replace_and_add(void **state) {
  (void)state;
  static const char *const overrides[] = {
      "regions.mPFC.side = 0.4 mm",
      "regions.mPFC.edges=open",
      "protocol.events.[1].dose=30 mg/kg",
      "protocol.events[0].drug.name=\"x = y\"",
      "protocol.times.[0]=early",
      "protocol.windows=(1, {a = \"b\";})",
      "seed=3000000000",
      "new.group.key=true",
      "new.group.key=FALSE",
      "half=.5",
      "mail=a@b // c",
      "words=3 a = 4",
      "path=/dev/null",
      "quoted=\"3\"",
  };
  write_file("x.cfg", base);
  struct config *config = loaded("x.cfg", overrides, COUNT_OF(overrides));
  assert_string_equal(config_source_text(config), base);
  assert_resolved_text(
      config,
      "regions = {\n  mPFC = {\n    side = \"0.4 mm\";\n    edges = \"open\";\n  };\n};\n"
      "protocol = {\n  events = (\n    {\n      dose = 1;\n      drug = {\n        name = \"x = y\";\n"
      "      };\n    },\n    {\n      dose = \"30 mg/kg\";\n    }\n  );\n  times = (\"early\", 2);\n"
      "  windows = (\n    1,\n    {\n      a = \"b\";\n    }\n  );\n};\nseed = 3000000000L;\n"
      "new = {\n  group = {\n    key = false;\n  };\n};\nhalf = 0.5;\nmail = \"a@b // c\";\n"
      "words = \"3 a = 4\";\npath = \"/dev/null\";\nquoted = \"3\";\n");
  config_free(config);
}

static void overrides_that_lead_nowhere_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *override, *message;
  } rows[] = {
      {"seed", "-s seed: write it as path=value"},
      {"seed=", "-s seed=: there is no value after \"=\""},
      {"=3", "-s =3: \"\" is not a path like group.key or list.[0].key"},
      {"a..b=3", "-s a..b=3: \"a..b\" is not a path like group.key or list.[0].key"},
      {"a.=3", "-s a.=3: \"a.\" is not a path like group.key or list.[0].key"},
      {"5x=3", "-s 5x=3: \"5x\" is not a path like group.key or list.[0].key"},
      {"protocol.events.[x]=3",
       "-s protocol.events.[x]=3: \"protocol.events.[x]\" is not a path like group.key or list.[0].key"},
      {"protocol.events.[2].dose=3", "-s protocol.events.[2].dose=3: protocol.events ends at [1]"},
      {"protocol.events.[99999999999].dose=3",
       "-s protocol.events.[99999999999].dose=3: protocol.events ends at [1]"},
      {"protocol.events.dose=3", "-s protocol.events.dose=3: protocol.events is a list ( ), not a group"},
      {"regions.[0]=3", "-s regions.[0]=3: regions is a group { }, not a list"},
      {"seed.x=3", "-s seed.x=3: seed is 1, not a group"},
      {"regions.mPFC.side.x=3", "-s regions.mPFC.side.x=3: regions.mPFC.side is \"500 um\", not a group"},
      {"regions.mPFC.true=3", "-s regions.mPFC.true=3: \"true\" cannot be a key"},
      {"seed=[1, 2", "-s seed=[1, 2: nothing closes this \"[\""},
      {"seed=\"x", "-s seed=\"x: no quote closes this text on its line"},
      {"seed=(1, x)", "-s seed=(1, x): a text stands in quotes: \"x\""},
      {"seed={a = 1; a = 2;}",
       "-s seed={a = 1; a = 2;}: \"a\" is given twice; first at -s seed={a = 1; a = 2;}"},
      {"seed=\"a\"; b = 3", "-s seed=\"a\"; b = 3: more than one value"},
      {"seed=\xB5", "-s option 1: the byte 0xB5 is no text"},
      {"seed=\"\\x07\"", "-s seed=\"\\x07\": the text holds the byte 0x07"},
      {"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a={}",
       "-s a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.…: groups and lists are nested deeper "
       "than 32"},
  };
  write_file("x.cfg", base);
  for (int i = 0; i < COUNT_OF(rows); i++) assert_refused(&rows[i].override, 1, rows[i].message);
}

static void faults_of_overrides_name_the_option(void **state) {
  (void)state;
  struct region {
    double side;
  } region;
  static const struct param table[] = {
      PARAM_NUM(struct region, side, "µm", 500, 50, 5000, SETTING, "", "side")};
  static const char *const overrides[] = {"regions.mPFC.sied=3", "regons.mPFC.side=3 um",
                                          "regions.mPFC.side=500 mm"};
  write_file("x.cfg", "regions = { mPFC = { pitch = 3; }; };");
  struct config *config = loaded("x.cfg", overrides, 3);
  params_read(config, "regions.mPFC", table, 1, NULL, 0, &region);
  assert_int_equal(config_finish(config), STATUS_CONFIG);
  assert_string_equal(status_message(),
                      "x.cfg:1: regions.mPFC.pitch: unknown key\n"
                      "-s regions.mPFC.sied=3: unknown key; did you mean \"side\"?\n"
                      "-s regons.mPFC.side=3 um: regons: unknown key; did you mean \"regions\"?\n"
                      "-s regions.mPFC.side=500 mm: \"500 mm\" is out of range (50 µm … 5 mm)");
  config_free(config);
  static const char *const good[] = {"regions.mPFC.side=0.6 mm"};
  write_file("x.cfg", "regions = { mPFC = { side = \"1 mm\"; source = \"doi:1\"; }; };");
  config = loaded("x.cfg", good, 1);
  params_read(config, "regions.mPFC", table, 1, NULL, 0, &region);
  assert_true(region.side == 600);
  assert_string_equal(config_resolved_at(config, 0)->origin, "override");
  assert_string_equal(config_resolved_at(config, 0)->source, "given on the command line");
  assert_int_equal(config_resolved_at(config, 0)->standing, SETTING);
  assert_int_equal(config_finish(config), STATUS_OK);
  config_free(config);
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(malformed_texts_are_refused_with_their_line),
      IN_FOLDER(files_that_are_none_are_refused),
      IN_FOLDER(sizes_are_bounded),
      IN_FOLDER(every_form_of_a_value_is_read),
      IN_FOLDER(includes_are_read_from_beside_the_file_that_names_them),
      IN_FOLDER(faults_of_includes_name_their_file),
      IN_FOLDER(faulty_includes_are_refused),
      IN_FOLDER(overrides_replace_and_add),
      IN_FOLDER(overrides_that_lead_nowhere_are_refused),
      IN_FOLDER(faults_of_overrides_name_the_option),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
