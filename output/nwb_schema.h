/* nwb_schema.h — the schema of NWB as it is copied into every NWB file, so that readers of any version know
 * its types. The texts are those of nwb-schema, hdmf-common-schema and hdmf-experimental
 * (output/nwb_schema, with their licences), embedded when the program is built. */
#ifndef OUTPUT_NWB_SCHEMA_H
#define OUTPUT_NWB_SCHEMA_H

#define NWB_VERSION "2.7.0"

struct nwb_schema {
  const char *path; /* "core/2.7.0/nwb.base" */
  const char *text; /* JSON */
};
extern const struct nwb_schema nwb_schemas[];
extern const int n_nwb_schemas;

#endif
