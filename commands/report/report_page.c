/* report_page.c — the page: text with its style and script, around the object
 * and the blob. See report_data.h. */
#include "memory.h"
#include "report_data.h"
#include "store.h"
#include "terminal/json.h"
#include "version.h"
#include <string.h>

/* base64 of RFC 4648, for a text that a script can hold. */
static void put_base64(FILE *file, const unsigned char *bytes, size_t n) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t k = 0; k < n; k += 3) {
    uint32_t word = (uint32_t)bytes[k] << 16;
    if (k + 1 < n) word |= (uint32_t)bytes[k + 1] << 8;
    if (k + 2 < n) word |= bytes[k + 2];
    char text[4] = {letters[word >> 18], letters[word >> 12 & 63], letters[word >> 6 & 63],
                    letters[word & 63]};
    if (k + 2 >= n) text[3] = '=';
    if (k + 1 >= n) text[2] = '=';
    fwrite(text, 1, 4, file);
  }
}

static enum status put_title(struct report *report) {
  char *title = NULL;
  struct store *store;
  TRY(report_take(report, &report->set[0], 0, &store));
  bool titled = store_read_text(store, "/", "title", &title) == STATUS_OK;
  report_give(&report->set[0], 0, store);
  fputs("\"title\":", report->out);
  json_text_in_page(report->out, titled ? title : "");
  memory_free(title);
  return STATUS_OK;
}

static void put_sets(struct report *report) {
  fprintf(report->out, ",\"batch\":%s,\"left_out\":%d,\"sets\":[", report->batch ? "true" : "false",
          report->n_left_out);
  for (int s = 0; s < report->n_sets; s++) {
    fputs(s ? ",{\"label\":" : "{\"label\":", report->out);
    json_text_in_page(report->out, report->set[s].label);
    fputs(",\"arm\":", report->out);
    json_text_in_page(report->out, report->set[s].arm);
    fprintf(report->out, ",\"point\":%d,\"seeds\":%d}", report->set[s].point, report->set[s].n);
  }
  fputs("],\n", report->out);
}

static enum status put_object(struct report *report) {
  fputc('{', report->out);
  TRY(put_title(report));
  put_sets(report);
  TRY(report_tables(report));
  fputs(",\n", report->out);
  TRY(report_rows(report));
  fputs(",\n", report->out);
  TRY(report_rasters(report));
  fputs(",\n", report->out);
  TRY(report_groups(report));
  fputc('}', report->out);
  return STATUS_OK;
}

enum status report_write(FILE *file, const void *what) {
  struct report *report = *(struct report *const *)what;
  static const char mark[] = "<!--DATA-->";
  const char *page = (const char *)page_html, *at = strstr(page, mark);
  if (!at) return status_fail(STATUS_FAULT, "the page has no place for data");
  report->out = file;
  fwrite(page, 1, (size_t)(at - page), file);
  fputs("<script type=\"application/json\" id=\"data\">\n", file);
  TRY(put_object(report));
  fputs("\n</script>\n<script type=\"text/plain\" id=\"numbers\">", file);
  put_base64(file, (const unsigned char *)report->blob, report->n_blob * sizeof *report->blob);
  fputs("</script>\n", file);
  fputs(at + strlen(mark), file);
  return STATUS_OK;
}
