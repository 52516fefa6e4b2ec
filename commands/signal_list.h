/* signal_list.h — what a result may hold over time: one row per series or map (docs/formats.md). */
#ifndef COMMANDS_SIGNAL_LIST_H
#define COMMANDS_SIGNAL_LIST_H

struct signal_row {
  const char *path, *unit, *meaning;
};
extern const struct signal_row signal_list[];
extern const int n_signal_list;

#endif
