/* faults.h — system calls that change files, counted, and made to fail: the process is killed before the
 * n-th, or the n-th and all later ones report an error. Included by one file of a test program, whose
 * definitions here take the place of those of the C library, also for the libraries it uses. */
#ifndef TESTS_OUTPUT_FAULTS_H
#define TESTS_OUTPUT_FAULTS_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
  int64_t calls;   /* so far */
  int64_t kill_at; /* 0: never */
  bool tear;       /* killed inside a write, as the system may: where a page of memory ends */
  int64_t fail_at;
  int error;
} faults;

/* Count a call; true if it must fail. */
static bool faults_strike(void) {
  faults.calls++;
  if (faults.calls == faults.kill_at) raise(SIGKILL);
  if (faults.fail_at == 0 || faults.calls < faults.fail_at) return false;
  errno = faults.error;
  return true;
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) {
  enum { PAGE = 4096 };
  size_t first = (size_t)(PAGE - at % PAGE);
  if (faults.tear && faults.calls + 1 == faults.kill_at && first < size)
    syscall(SYS_pwrite64, file, bytes, first, at);
  return faults_strike() ? -1 : (ssize_t)syscall(SYS_pwrite64, file, bytes, size, at);
}
int fallocate(int file, int mode, off_t at, off_t size) {
  return faults_strike() ? -1 : (int)syscall(SYS_fallocate, file, mode, at, size);
}
int ftruncate(int file, off_t size) { return faults_strike() ? -1 : (int)syscall(SYS_ftruncate, file, size); }
int fsync(int file) { return faults_strike() ? -1 : (int)syscall(SYS_fsync, file); }
int rename(const char *from, const char *to) {
  return faults_strike() ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int link(const char *from, const char *to) {
  return faults_strike() ? -1 : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int unlink(const char *path) { return faults_strike() ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0); }

/* Run work(context) in a process of its own that is killed before its n-th call (0: never). True if it came
 * to its end; the process gives 1 as its exit code if work fails. */
static inline bool faults_kill_at(int64_t n, bool (*work)(void *context), void *context, int *code) {
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    faults.calls = 0;
    faults.kill_at = n;
    _exit(work(context) ? 0 : 1);
  }
  int state = 0;
  while (waitpid(child, &state, 0) < 0 && errno == EINTR) continue;
  *code = WIFEXITED(state) ? WEXITSTATUS(state) : 0;
  return WIFEXITED(state);
}

/* Let the n-th call and all after it fail; n = 0: no call fails. */
static inline void faults_fail_at(int64_t n, int error) {
  faults.calls = 0;
  faults.fail_at = n;
  faults.error = error;
}

#endif
