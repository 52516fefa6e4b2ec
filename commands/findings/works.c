/* works.c — the publications that texts of sources name. See works.h. */
#include "works.h"
#include "memory.h"
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MOST = 400 };

/* ---- words ---- */

struct word {
  const char *text;
  int length; /* without punctuation at its ends */
  bool ends;  /* ; or : or ) behind it: what comes belongs to something else */
};

static int split(const char *text, struct word *word) {
  int n = 0;
  while (*text && n < WORDS_MOST) {
    text += strspn(text, " \t\n(");
    int length = (int)strcspn(text, " \t\n"), kept = length;
    if (length == 0) break;
    while (kept > 0 && strchr(",;:)", text[kept - 1])) kept--;
    const char *behind = text + kept; /* what ends a list of names */
    word[n++] = (struct word){text, kept, strcspn(behind, ";:)") < (size_t)(length - kept)};
    text += length;
  }
  return n;
}

static bool begins(const struct word *word, const char *with) {
  return word->length > (int)strlen(with) && strncmp(word->text, with, strlen(with)) == 0;
}

/* "2005", "2005a" */
static int year_of(const struct word *word) {
  if (word->length < 4 || word->length > 5) return 0;
  for (int i = 0; i < 4; i++)
    if (!isdigit((unsigned char)word->text[i])) return 0;
  if (word->length == 5 && !islower((unsigned char)word->text[4])) return 0;
  long year = strtol(word->text, NULL, 10);
  return year >= 1850 && year <= 2100 ? (int)year : 0;
}

/* A part of a list of authors: a name, or what joins names. */
static bool is_name(const struct word *word) {
  static const char *const joining[] = {"&",  "and", "et",  "al.", "al",  "van", "von",
                                        "de", "der", "den", "la",  "del", "di"};
  for (size_t k = 0; k < sizeof joining / sizeof *joining; k++) {
    if (word->length == (int)strlen(joining[k]) && strncmp(word->text, joining[k], (size_t)word->length) == 0)
      return true;
  }
  unsigned char first = (unsigned char)*word->text;
  if (word->length == 0 || !(isupper(first) || first >= 0x80)) return false;
  for (int i = 0; i < word->length; i++) { /* NMDA, HCN1 and K_d are no names */
    unsigned char c = (unsigned char)word->text[i];
    bool fine = isalpha(c) || c >= 0x80 || c == '-' || c == '\'' || c == '.';
    if (!fine || (i == 1 && word->length > 2 && isupper(c))) return false;
  }
  return true;
}

/* ---- works ---- */

static struct work *find(struct works *works, const struct work *wanted) {
  for (size_t k = 0; k < works->n; k++) {
    struct work *work = &works->work[k];
    bool number = (*work->doi && strcmp(work->doi, wanted->doi) == 0) ||
                  (*work->pmc && strcmp(work->pmc, wanted->pmc) == 0);
    bool apart = (*work->doi && *wanted->doi && strcmp(work->doi, wanted->doi) != 0) ||
                 (*work->pmc && *wanted->pmc && strcmp(work->pmc, wanted->pmc) != 0);
    bool name = *work->authors && work->year == wanted->year && strcmp(work->authors, wanted->authors) == 0;
    if (number || (name && !apart)) return work;
  }
  return NULL;
}

static enum status keep(struct works *works, const struct work *wanted, const char *use) {
  if (!wanted->year && !*wanted->doi && !*wanted->pmc) return STATUS_OK;
  struct work *work = find(works, wanted);
  if (!work) {
    if (works->n == works->room) {
      size_t room = 2 * works->room + 32;
      TRY(memory_resize("works", works->n, room, sizeof *works->work, &works->work));
      works->room = room;
    }
    work = &works->work[works->n++];
    *work = *wanted;
    work->uses = 0;
  }
  if (!*work->authors && *wanted->authors) memcpy(work->authors, wanted->authors, sizeof work->authors);
  if (!work->year) work->year = wanted->year;
  if (!*work->doi) memcpy(work->doi, wanted->doi, sizeof work->doi);
  if (!*work->pmc) memcpy(work->pmc, wanted->pmc, sizeof work->pmc);
  if (use && work->uses++ == 0) snprintf(work->first_use, sizeof work->first_use, "%s", use);
  return STATUS_OK;
}

/* The names in front of a year: words `from` … `to`−1 are free. */
static void take_authors(const struct word *word, int from, int to, char authors[WORK_TEXT]) {
  int first = to;
  while (first > from && is_name(&word[first - 1]) && !(first < to && word[first - 1].ends)) first--;
  while (first < to && !isupper((unsigned char)*word[first].text) &&
         (unsigned char)*word[first].text < 0x80 && strncmp(word[first].text, "van", 3) != 0 &&
         strncmp(word[first].text, "de", 2) != 0)
    first++; /* a list does not begin with what joins */
  authors[0] = '\0';
  if (first == to) return;
  const struct word *last = &word[to - 1];
  snprintf(authors, WORK_TEXT, "%.*s", (int)(last->text + last->length - word[first].text), word[first].text);
}

enum status works_add(struct works *works, const char *source, const char *use) {
  struct word word[WORDS_MOST];
  struct work open = {0};
  int n = split(source, word), from = 0;
  for (int k = 0; k < n; k++) {
    char authors[WORK_TEXT];
    int year = year_of(&word[k]);
    bool doi = begins(&word[k], "doi:10."),
         pmc = begins(&word[k], "PMC") && isdigit((unsigned char)word[k].text[3]);
    if (year) take_authors(word, from, k, authors);
    if (year && *authors) {
      TRY(keep(works, &open, use));
      open = (struct work){.year = year};
      memcpy(open.authors, authors, sizeof open.authors);
    } else if ((doi && *open.doi) || (pmc && *open.pmc)) { /* a second number: another work */
      TRY(keep(works, &open, use));
      open = (struct work){0};
    }
    int length = word[k].length;
    while (doi && word[k].text[length - 1] == '.') length--; /* the end of a sentence */
    if (doi) snprintf(open.doi, sizeof open.doi, "%.*s", length - 4, word[k].text + 4);
    if (pmc) snprintf(open.pmc, sizeof open.pmc, "%.*s", word[k].length, word[k].text);
    if (year || doi || pmc) from = k + 1;
  }
  return keep(works, &open, use);
}

static int by_authors(const void *a, const void *b) {
  const struct work *p = a, *q = b;
  if (!*p->authors != !*q->authors) return *p->authors ? -1 : 1; /* those without names come last */
  int order = strcmp(p->authors, q->authors);
  if (order == 0) order = p->year < q->year ? -1 : p->year > q->year;
  if (order == 0) order = strcmp(p->doi, q->doi);
  return order ? order : strcmp(p->pmc, q->pmc);
}

/* A number may have become known when its work stood in two places. */
static void merge(struct works *works) {
  size_t kept = 0;
  for (size_t k = 0; k < works->n; k++) {
    struct works before = {works->work, kept, kept};
    struct work *same = find(&before, &works->work[k]);
    if (!same) {
      works->work[kept++] = works->work[k];
      continue;
    }
    struct work other = works->work[k];
    if (!*same->authors) memcpy(same->authors, other.authors, sizeof same->authors);
    if (!same->year) same->year = other.year;
    if (!*same->doi) memcpy(same->doi, other.doi, sizeof same->doi);
    if (!*same->pmc) memcpy(same->pmc, other.pmc, sizeof same->pmc);
    if (same->uses == 0) memcpy(same->first_use, other.first_use, sizeof same->first_use);
    same->uses += other.uses;
  }
  works->n = kept;
}

void works_sort(struct works *works) {
  merge(works);
  if (works->n > 0) qsort(works->work, works->n, sizeof *works->work, by_authors);
}

void works_free(struct works *works) {
  memory_free(works->work);
  *works = (struct works){0};
}
