/* store_disk.c — how the bytes of an HDF5 file reach the disk: a file driver below HDF5. See store.h.
 *
 * HDF5 writes the metadata of a flush in order of address. A process that is killed in between would leave,
 * for instance, a dataset that points to an index that is not there yet. Here,
 *   - what lies beyond the end of the file as of the latest commit is written at once: nothing points to it;
 *   - what lies below is kept in memory until the commit, and then written in an order in which whatever
 *     points comes after what it points to: data, heaps, indices, headers. Nodes of an index that were there
 *     before come from the root down: a node that was split lets go of entries that its parent must know of.
 *     The superblock, which says where the file ends, comes before all if the file has grown and after all if
 *     it has become shorter.
 * A kill may also cut a single write short, but only where a page of memory ends: what fits into a page is
 * placed inside one. Room is claimed from the file system before anything below the old end is touched, so a
 * full disk cannot stop a commit half-way. For all this to hold, HDF5 may not put new objects into gaps of
 * the old part: it gathers no small pieces (no feature flag says so), and what is removed stays open until
 * the file is closed (store_write.c), so that its space is not used again. */
#include "memory.h"
#include "store_hdf5.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  LEVEL_MAX = 8, /* of an index: more than 64^8 chunks */
  PAGE_BYTES = 4096
};

/* One write below the end of the file. */
struct kept {
  uint64_t at;
  size_t size;
  H5FD_mem_t kind;
  unsigned char *bytes;
};

/* HDF5's view of the open file. */
struct driver {
  H5FD_t common; /* first: HDF5 is given its address */
  struct disk *disk;
};

static struct disk *disk_of(const H5FD_t *file) { return ((const struct driver *)file)->disk; }

/* Keep the operating system's reason. */
static bool refuse(struct disk *disk, int error) {
  disk->refusal = error;
  return false;
}

/* ---- open and close ---- */

/* A writer's lock. A file system without locks does without. */
static bool take_lock(struct disk *disk) {
  if (flock(disk->file, LOCK_EX | LOCK_NB) == 0) return true;
  disk->unlocked = errno == ENOSYS || errno == EOPNOTSUPP || errno == ENOLCK;
  disk->lock_refused = errno == EWOULDBLOCK;
  return disk->unlocked || refuse(disk, errno);
}

static bool open_disk(struct disk *disk, const char *name, unsigned flags) {
  bool writable = (flags & H5F_ACC_RDWR) != 0;
  int mode = (writable ? O_RDWR : O_RDONLY) | (flags & H5F_ACC_CREAT ? O_CREAT : 0) |
             (flags & H5F_ACC_EXCL ? O_EXCL : 0) | O_CLOEXEC | O_NONBLOCK; /* a pipe would keep us waiting */
  disk->refusal = 0;
  struct stat found;
  disk->file = open(name, mode, 0666);
  if (disk->file < 0) return refuse(disk, errno);
  if (fstat(disk->file, &found) != 0) return refuse(disk, errno);
  if (S_ISDIR(found.st_mode)) return refuse(disk, EISDIR);
  disk->odd = !S_ISREG(found.st_mode);
  if (disk->odd) return false;
  if (writable && !take_lock(disk)) return false;
  /* only now: a file that another process holds must not be emptied */
  if ((flags & H5F_ACC_TRUNC) && ftruncate(disk->file, 0) != 0) return refuse(disk, errno);
  if (fstat(disk->file, &found) != 0) return refuse(disk, errno);
  if (found.st_size == 0 && !disk->fresh) return false; /* HDF5 would begin a new file in it */
  disk->size = (uint64_t)found.st_size;
  disk->end = disk->size; /* until disk_begin knows better */
  disk->eoa = 0;
  return true;
}

static void close_disk(struct disk *disk) {
  if (disk->file >= 0) close(disk->file);
  disk->file = -1;
}

static H5FD_t *driver_open(const char *name, unsigned flags, hid_t access, haddr_t maxaddr) {
  struct disk *const *given = H5Pget_driver_info(access);
  struct driver *driver = NULL;
  (void)maxaddr;
  if (!given || memory_new("file", 1, sizeof *driver, &driver) != STATUS_OK) return NULL;
  driver->disk = *given;
  if (open_disk(driver->disk, name, flags)) return &driver->common;
  close_disk(driver->disk);
  memory_free(driver);
  return NULL;
}

static void forget_kept(struct disk *disk) {
  for (size_t i = 0; i < disk->n_kept; i++) memory_free(disk->kept[i].bytes);
  disk->n_kept = 0;
}

/* What HDF5 still wrote while it closed is committed; of an abandoned file nothing is left but the latest
 * commit. A file that never came to life, as when HDF5 probes it before it is created, is only closed. */
static herr_t driver_close(H5FD_t *file) {
  struct disk *disk = disk_of(file);
  bool good = true;
  if (disk->live && disk->abandoned) good = ftruncate(disk->file, (off_t)disk->claimed) == 0;
  if (disk->live && !disk->abandoned) good = disk_commit(disk);
  forget_kept(disk);
  memory_free(disk->kept);
  disk->kept = NULL;
  disk->kept_room = 0;
  close_disk(disk);
  memory_free((struct driver *)file);
  return good ? 0 : -1;
}

/* ---- reading and writing ---- */

static bool read_file(struct disk *disk, uint64_t at, size_t size, unsigned char *bytes) {
  while (size > 0) {
    ssize_t n = pread(disk->file, bytes, size, (off_t)at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return refuse(disk, errno);
    if (n == 0) { /* beyond the end: as yet unwritten */
      memset(bytes, 0, size);
      return true;
    }
    at += (uint64_t)n, bytes += n, size -= (size_t)n;
  }
  return true;
}

static bool write_file(struct disk *disk, uint64_t at, size_t size, const unsigned char *bytes) {
  while (size > 0) {
    ssize_t n = pwrite(disk->file, bytes, size, (off_t)at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return refuse(disk, n < 0 ? errno : ENOSPC);
    at += (uint64_t)n, bytes += n, size -= (size_t)n;
    if (at > disk->size) disk->size = at;
  }
  return true;
}

static herr_t driver_read(H5FD_t *file, H5FD_mem_t kind, hid_t transfer, haddr_t at, size_t size, void *out) {
  (void)kind, (void)transfer;
  struct disk *disk = disk_of(file);
  unsigned char *bytes = out;
  if (!read_file(disk, at, size, bytes)) return -1;
  for (size_t i = 0; i < disk->n_kept; i++) { /* later writes lie over earlier ones */
    const struct kept *kept = &disk->kept[i];
    uint64_t first = kept->at > at ? kept->at : at;
    uint64_t last = kept->at + kept->size < at + size ? kept->at + kept->size : at + size;
    if (first < last) memcpy(bytes + (first - at), kept->bytes + (first - kept->at), (size_t)(last - first));
  }
  return 0;
}

/* The same piece, written anew, takes the place of the old one if nothing lies over it. */
static struct kept *find_kept(struct disk *disk, uint64_t at, size_t size) {
  for (size_t i = disk->n_kept; i-- > 0;) {
    struct kept *kept = &disk->kept[i];
    if (kept->at == at && kept->size == size) return kept;
    if (kept->at < at + size && at < kept->at + kept->size) return NULL;
  }
  return NULL;
}

static bool keep(struct disk *disk, H5FD_mem_t kind, uint64_t at, size_t size, const void *bytes) {
  struct kept *kept = find_kept(disk, at, size);
  if (!kept) {
    if (disk->n_kept == disk->kept_room) {
      size_t room = disk->kept_room ? 2 * disk->kept_room : 64;
      if (memory_resize("kept writes", disk->kept_room, room, sizeof *kept, &disk->kept) != STATUS_OK)
        return refuse(disk, ENOMEM);
      disk->kept_room = room;
    }
    kept = &disk->kept[disk->n_kept];
    *kept = (struct kept){.at = at, .size = size, .kind = kind};
    if (memory_new("kept write", 1, size, &kept->bytes) != STATUS_OK) return refuse(disk, ENOMEM);
    disk->n_kept++;
  }
  memcpy(kept->bytes, bytes, size);
  return true;
}

static herr_t driver_write(H5FD_t *file, H5FD_mem_t kind, hid_t transfer, haddr_t at, size_t size,
                           const void *values) {
  (void)transfer;
  struct disk *disk = disk_of(file);
  const unsigned char *bytes = values;
  if (disk->abandoned) return 0;
  size_t below = at >= disk->end ? 0 : at + size <= disk->end ? size : (size_t)(disk->end - at);
  bool good = below == 0 || keep(disk, kind, at, below, bytes);
  return good && write_file(disk, at + below, size - below, bytes + below) ? 0 : -1;
}

/* ---- commit ---- */

/* Let the file end at `end`, with room that the file system has promised. File systems that cannot promise
 * are taken as they are. */
static bool reserve(struct disk *disk, uint64_t end) {
  int result;
  do result = fallocate(disk->file, 0, (off_t)disk->end, (off_t)(end - disk->end));
  while (result != 0 && errno == EINTR);
  if (result != 0 && (errno == EOPNOTSUPP || errno == ENOSYS)) result = ftruncate(disk->file, (off_t)end);
  return result == 0 || refuse(disk, errno);
}

/* The level of a node of an index of chunks, 0: a leaf. HDF5 format specification, version 1 B-trees: "TREE",
 * type, level. Other pieces have none. */
static int level_of(const struct kept *kept) {
  bool node = kept->kind == H5FD_MEM_BTREE && kept->size >= 6 && memcmp(kept->bytes, "TREE", 4) == 0;
  return node && kept->bytes[5] < LEVEL_MAX ? kept->bytes[5] : 0;
}

/* Nodes that split have given entries to a new node: their parent must know it before they let go of them. */
static bool write_kept(struct disk *disk, H5FD_mem_t kind) {
  for (int level = kind == H5FD_MEM_BTREE ? LEVEL_MAX : 0; level >= 0; level--) {
    for (size_t i = 0; i < disk->n_kept; i++) {
      const struct kept *kept = &disk->kept[i];
      if (kept->kind != kind || level_of(kept) != level) continue;
      if (!write_file(disk, kept->at, kept->size, kept->bytes)) return false;
    }
  }
  return true;
}

bool disk_commit(struct disk *disk) {
  static const H5FD_mem_t grown[] = {H5FD_MEM_SUPER, H5FD_MEM_DRAW, H5FD_MEM_GHEAP,  H5FD_MEM_LHEAP,
                                     H5FD_MEM_BTREE, H5FD_MEM_OHDR, H5FD_MEM_DEFAULT},
                          shrunk[] = {H5FD_MEM_DRAW, H5FD_MEM_GHEAP,   H5FD_MEM_LHEAP, H5FD_MEM_BTREE,
                                      H5FD_MEM_OHDR, H5FD_MEM_DEFAULT, H5FD_MEM_SUPER};
  const H5FD_mem_t *order = disk->eoa >= disk->end ? grown : shrunk;
  if (disk->eoa > disk->end && !reserve(disk, disk->eoa)) return false;
  if (disk->eoa > disk->claimed) disk->claimed = disk->eoa; /* from here on the superblock may say so */
  for (size_t k = 0; k < sizeof grown / sizeof *grown; k++)
    if (!write_kept(disk, order[k])) return false;
  if (disk->size != disk->eoa && ftruncate(disk->file, (off_t)disk->eoa) != 0) return refuse(disk, errno);
  forget_kept(disk);
  disk->size = disk->end = disk->claimed = disk->eoa;
  return true;
}

bool disk_sync(struct disk *disk) { return fsync(disk->file) == 0 || refuse(disk, errno); }

void disk_begin(struct disk *disk) {
  disk->live = true;
  disk->end = disk->claimed = disk->fresh ? 0 : disk->eoa;
}

/* ---- the driver ---- */

static herr_t driver_query(const H5FD_t *file, unsigned long *flags) {
  (void)file;
  if (flags) *flags = 0; /* nothing is gathered or merged on the way here */
  return 0;
}

static haddr_t driver_get_eoa(const H5FD_t *file, H5FD_mem_t kind) {
  (void)kind;
  return disk_of(file)->eoa;
}

static herr_t driver_set_eoa(H5FD_t *file, H5FD_mem_t kind, haddr_t eoa) {
  (void)kind;
  disk_of(file)->eoa = eoa;
  return 0;
}

static haddr_t driver_get_eof(const H5FD_t *file, H5FD_mem_t kind) {
  (void)kind;
  return disk_of(file)->size;
}

/* New room at the end of the file. */
static haddr_t driver_alloc(H5FD_t *file, H5FD_mem_t kind, hid_t transfer, hsize_t size) {
  (void)kind, (void)transfer;
  struct disk *disk = disk_of(file);
  uint64_t at = disk->eoa, left = PAGE_BYTES - at % PAGE_BYTES;
  if (size <= PAGE_BYTES && size > left) at += left;
  if (size > (hsize_t)INT64_MAX - at) return HADDR_UNDEF;
  disk->eoa = at + size;
  return at;
}

bool disk_install(struct disk *disk, hid_t access) {
  static const H5FD_class_t class = {.name = "spinule",
                                     .maxaddr = INT64_MAX,
                                     .fc_degree = H5F_CLOSE_STRONG,
                                     .fapl_size = sizeof disk,
                                     .open = driver_open,
                                     .close = driver_close,
                                     .query = driver_query,
                                     .alloc = driver_alloc,
                                     .get_eoa = driver_get_eoa,
                                     .set_eoa = driver_set_eoa,
                                     .get_eof = driver_get_eof,
                                     .read = driver_read,
                                     .write = driver_write,
                                     .fl_map = H5FD_FLMAP_DICHOTOMY};
  disk->driver = H5FDregister(&class);
  return disk->driver >= 0 && H5Pset_driver(access, disk->driver, &disk) >= 0;
}

void disk_remove(struct disk *disk) {
  if (disk->driver >= 0) H5FDunregister(disk->driver);
}
