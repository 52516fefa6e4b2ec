/* hdf5_edits.c — changes of the content of an HDF5 file. See hdf5_edits.h. */
#include "hdf5_edits.h"
#include "fuzz.h"
#include <hdf5.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum edit { SET_ONE, SET_ALL, RESIZE, REPLACE, RETEXT, REMOVE, LINK, CYCLE, OUTSIDE, MOVE, EDITS };

/* One edit, taken apart. */
struct change {
  enum edit what;
  char object[EDITS_NAME], attribute[EDITS_NAME], other[EDITS_NAME]; /* attribute "": none */
  int choice;
  uint32_t number;
};

/* ---- the list ---- */

static void note_name(struct edits_list *list, const char *name, const char *attribute) {
  if (list->n == EDITS_OBJECTS || strlen(name) + strlen(attribute) + 3 > EDITS_NAME) return;
  snprintf(list->name[list->n++], EDITS_NAME, "/%.120s%s%.120s", name, *attribute ? "@" : "", attribute);
}

struct visit {
  struct edits_list *list;
  const char *name;
};

static herr_t note_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context) {
  (void)object, (void)info;
  const struct visit *visit = context;
  note_name(visit->list, visit->name, name);
  return 0;
}

static herr_t note_object(hid_t file, const char *name, const H5O_info_t *info, void *context) {
  (void)info;
  bool root = strcmp(name, ".") == 0;
  struct visit visit = {context, root ? "" : name};
  if (!root) note_name(context, name, "");
  return H5Aiterate_by_name(file, name, H5_INDEX_NAME, H5_ITER_INC, NULL, note_attribute, &visit,
                            H5P_DEFAULT);
}

void edits_list(const char *path, struct edits_list *out) {
  out->n = 0;
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  fuzz_demand(file >= 0, "a seed cannot be opened");
  H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, note_object, out, H5O_INFO_BASIC);
  H5Fclose(file);
  fuzz_demand(out->n > 0, "a seed holds nothing");
}

/* ---- values that readers may stumble over ---- */

static double odd_number(int choice, uint32_t number) {
  const double odd[] = {0,      -1,     1,   NAN,          INFINITY,     -INFINITY,     1e300,
                        -1e300, 1e-300, 2.5, 4294967296.0, 2147483647.0, -2147483648.0, 9007199254740993.0,
                        1.8e19, -9.3e18};
  size_t n = sizeof odd / sizeof *odd;
  return (size_t)choice < n ? odd[choice] : (double)number - (choice & 1 ? 0 : 2147483648.0);
}

static const char *odd_text(int choice, uint32_t number) {
  static char text[5000];
  static const char *const odd[] = {"",        " ",         "/",    "..",       "../../x", "%s%n%n",
                                    "\x1b[2J", "</script>", "\"\\", "\xff\xfe", "NaN",     "-1",
                                    "1e999",   "a\nb\tc",   "s",    "time"};
  size_t n = sizeof odd / sizeof *odd;
  if ((size_t)choice < n) return odd[choice];
  size_t length = number % sizeof text;
  memset(text, 'a' + choice % 26, length);
  text[length] = '\0';
  return text;
}

static hsize_t odd_size(int choice, uint32_t number) {
  const hsize_t odd[] = {
      0, 1, 2, 3, 1000, 65536, 1u << 31, (hsize_t)1 << 32, (hsize_t)1 << 40, (hsize_t)1 << 61};
  size_t n = sizeof odd / sizeof *odd;
  return (size_t)choice < n ? odd[choice] : number % 100000;
}

static hid_t odd_type(int choice) {
  const hid_t odd[] = {H5T_NATIVE_DOUBLE, H5T_NATIVE_FLOAT, H5T_NATIVE_INT8,  H5T_NATIVE_UINT8,
                       H5T_NATIVE_UINT16, H5T_NATIVE_INT32, H5T_NATIVE_INT64, H5T_NATIVE_UINT64,
                       H5T_STD_I32BE,     H5T_STD_REF_OBJ};
  return odd[(size_t)choice % (sizeof odd / sizeof *odd)];
}

static hid_t text_type(void) {
  hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

/* ---- edits ---- */

static hid_t open_object(hid_t file, const struct change *change) {
  hid_t object = H5Oopen(file, change->object, H5P_DEFAULT);
  if (object < 0 || !*change->attribute) return object;
  hid_t attribute = H5Aopen(object, change->attribute, H5P_DEFAULT);
  H5Oclose(object);
  return attribute;
}

/* One value, or all, become odd. */
static void set_values(hid_t file, const struct change *change) {
  hid_t object = open_object(file, change);
  bool attribute = *change->attribute;
  hid_t space = attribute ? H5Aget_space(object) : H5Dget_space(object);
  hid_t type = attribute ? H5Aget_type(object) : H5Dget_type(object);
  hssize_t count = space >= 0 ? H5Sget_simple_extent_npoints(space) : 0;
  bool numbers = H5Tget_class(type) == H5T_INTEGER || H5Tget_class(type) == H5T_FLOAT;
  double *values = numbers && count > 0 && count < 10000000 ? calloc((size_t)count, sizeof *values) : NULL;
  if (values) {
    if (attribute)
      H5Aread(object, H5T_NATIVE_DOUBLE, values);
    else
      H5Dread(object, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    if (change->what == SET_ONE)
      values[change->number % (uint64_t)count] = odd_number(change->choice, change->number);
    for (hssize_t k = 0; k < count && change->what == SET_ALL; k++)
      values[k] = odd_number(change->choice, change->number);
    if (attribute)
      H5Awrite(object, H5T_NATIVE_DOUBLE, values);
    else
      H5Dwrite(object, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  }
  free(values);
  H5Tclose(type), H5Sclose(space);
  attribute ? H5Aclose(object) : H5Oclose(object);
}

static void resize(hid_t file, const struct change *change) {
  hid_t object = H5Dopen2(file, change->object, H5P_DEFAULT), space = H5Dget_space(object);
  hsize_t size[H5S_MAX_RANK];
  int rank = H5Sget_simple_extent_dims(space, size, NULL);
  if (rank > 0) size[change->number % (unsigned)rank] = odd_size(change->choice, change->number);
  if (rank > 0) H5Dset_extent(object, size);
  H5Sclose(space), H5Dclose(object);
}

/* In the place of what was there: something empty of another type, rank and size. */
static void replace(hid_t file, const struct change *change) {
  hsize_t size[3], most[3] = {H5S_UNLIMITED, H5S_UNLIMITED, H5S_UNLIMITED}, chunk[3] = {16, 4, 1};
  int rank = (int)(change->number >> 8) % 4;
  for (int d = 0; d < rank; d++) size[d] = odd_size(d ? 2 : change->choice, change->number);
  hid_t space =
      rank ? H5Screate_simple(rank, size, most) : H5Screate(change->choice & 1 ? H5S_NULL : H5S_SCALAR);
  hid_t type = odd_type((int)change->number), how = H5Pcreate(H5P_DATASET_CREATE), made;
  if (rank) H5Pset_chunk(how, rank, chunk);
  if (*change->attribute) {
    H5Adelete_by_name(file, change->object, change->attribute, H5P_DEFAULT);
    H5Sclose(space);
    space = rank ? H5Screate_simple(1, (hsize_t[]){(hsize_t)rank * 7}, NULL) : H5Screate(H5S_SCALAR);
    made = H5Acreate_by_name(file, change->object, change->attribute, type, space, H5P_DEFAULT, H5P_DEFAULT,
                             H5P_DEFAULT);
    if (made >= 0) H5Aclose(made);
  } else {
    H5Ldelete(file, change->object, H5P_DEFAULT);
    made = change->choice % 8 == 7
               ? H5Gcreate2(file, change->object, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)
               : H5Dcreate2(file, change->object, type, space, H5P_DEFAULT, how, H5P_DEFAULT);
    if (made >= 0) H5Oclose(made);
  }
  H5Pclose(how), H5Sclose(space);
}

/* In the place of what was there: texts. */
static void retext(hid_t file, const struct change *change) {
  enum { TEXTS_MOST = 8 };
  const char *texts[TEXTS_MOST];
  hsize_t n = change->number % (TEXTS_MOST + 1);
  for (int k = 0; k < TEXTS_MOST; k++) texts[k] = odd_text(change->choice, change->number);
  hid_t space = n ? H5Screate_simple(1, &n, NULL) : H5Screate(H5S_SCALAR), type = text_type(), made;
  if (*change->attribute) {
    H5Adelete_by_name(file, change->object, change->attribute, H5P_DEFAULT);
    made = H5Acreate_by_name(file, change->object, change->attribute, type, space, H5P_DEFAULT, H5P_DEFAULT,
                             H5P_DEFAULT);
    if (made >= 0) H5Awrite(made, type, texts), H5Aclose(made);
  } else {
    H5Ldelete(file, change->object, H5P_DEFAULT);
    made = H5Dcreate2(file, change->object, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (made >= 0) H5Dwrite(made, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts), H5Dclose(made);
  }
  H5Tclose(type), H5Sclose(space);
}

static void relink(hid_t file, const struct change *change) {
  char upper[EDITS_NAME];
  snprintf(upper, sizeof upper, "%s", change->object);
  *strrchr(upper, '/') = '\0';
  if (change->what == MOVE) {
    H5Lmove(file, change->object, file, change->other, H5P_DEFAULT, H5P_DEFAULT);
    return;
  }
  H5Ldelete(file, change->object, H5P_DEFAULT);
  if (change->what == LINK) {
    if (change->choice & 1)
      H5Lcreate_hard(file, change->other, file, change->object, H5P_DEFAULT, H5P_DEFAULT);
    else
      H5Lcreate_soft(change->other, file, change->object, H5P_DEFAULT, H5P_DEFAULT);
  } else if (change->what == CYCLE) {
    H5Lcreate_hard(file, *upper ? upper : "/", file, change->object, H5P_DEFAULT, H5P_DEFAULT);
  } else if (change->what == OUTSIDE) {
    H5Lcreate_external("/etc/passwd", "/", file, change->object, H5P_DEFAULT, H5P_DEFAULT);
  }
}

static void remove_object(hid_t file, const struct change *change) {
  if (*change->attribute)
    H5Adelete_by_name(file, change->object, change->attribute, H5P_DEFAULT);
  else
    H5Ldelete(file, change->object, H5P_DEFAULT);
}

static void take_apart(const struct edits_list *list, const uint8_t *bytes, struct change *out) {
  memcpy(&out->number, bytes + 4, sizeof out->number);
  out->what = bytes[0] % EDITS;
  out->choice = bytes[3];
  snprintf(out->object, EDITS_NAME, "%s", list->name[(bytes[1] | bytes[2] << 8) % list->n]);
  snprintf(out->other, EDITS_NAME, "%s", list->name[out->number % (uint32_t)list->n]);
  char *at = strchr(out->object, '@');
  snprintf(out->attribute, EDITS_NAME, "%s", at ? at + 1 : "");
  if (at) *at = '\0';
  if (!*out->object) strcpy(out->object, "/");
  out->other[strcspn(out->other, "@")] = '\0';
}

static void make_change(hid_t file, const struct change *change) {
  switch (change->what) {
  case SET_ONE:
  case SET_ALL:
    set_values(file, change);
    break;
  case RESIZE:
    if (!*change->attribute) resize(file, change);
    break;
  case REPLACE:
    replace(file, change);
    break;
  case RETEXT:
    retext(file, change);
    break;
  case REMOVE:
    remove_object(file, change);
    break;
  default:
    if (strcmp(change->object, "/") != 0) relink(file, change);
  }
}

void edits_apply(const char *path, const struct edits_list *list, const uint8_t *bytes, size_t n) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
  fuzz_demand(file >= 0, "a seed cannot be changed");
  for (size_t at = 0; at + EDIT_BYTES <= n; at += EDIT_BYTES) {
    struct change change;
    take_apart(list, bytes + at, &change);
    make_change(file, &change);
  }
  H5Fclose(file);
}
