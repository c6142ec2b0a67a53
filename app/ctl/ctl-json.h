/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "compare/fk-compare.h"
#include "job/fk-change-job.h"

G_BEGIN_DECLS

/* One member each; what several commands print the same way. */
void ctl_json_string (JsonBuilder *builder, const char *name, const char *value); /* NULL: null */
void ctl_json_int (JsonBuilder *builder, const char *name, gint64 value);
void ctl_json_bool (JsonBuilder *builder, const char *name, gboolean value);
void ctl_json_id (JsonBuilder *builder, const char *name, guint value, guint digits); /* "0x413" */
void ctl_json_begin_object (JsonBuilder *builder, const char *name);
void ctl_json_begin_array (JsonBuilder *builder, const char *name);
void ctl_json_range (JsonBuilder *builder, FkRange range); /* members address, length */
void ctl_json_findings (JsonBuilder *builder, GPtrArray *findings);
void ctl_json_warning (JsonBuilder *builder, const char *kind, const char *text);
void ctl_json_backup (JsonBuilder *builder, FkBackup *backup); /* id, path, regions */
void ctl_json_change (JsonBuilder *builder, FkChangeJob *job);

G_END_DECLS
