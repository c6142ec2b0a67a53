/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "compare/fk-compare.h"
#include "job/fk-session.h"

G_BEGIN_DECLS

/**
 * CtlContext:
 *
 * What every command works with: the options that may stand before or after the command, the
 * library, and the probe, opened when first asked for.
 */
typedef struct _CtlContext CtlContext;

typedef enum
{
  CTL_LIBRARY_USUAL,
  CTL_LIBRARY_FROM_OPTION,
  CTL_LIBRARY_FROM_PREFERENCES,
} CtlLibraryFrom;

CtlContext *ctl_context_new (void);
void ctl_context_free (CtlContext *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlContext, ctl_context_free)

void ctl_context_add_options (CtlContext *self, GOptionGroup *group);
void ctl_context_set_option (CtlContext *self, const char *name, const char *value);
const char *ctl_context_get_option (CtlContext *self, const char *name);
gboolean ctl_context_has_option (CtlContext *self, const char *name);
void ctl_context_set_program (CtlContext *self, const char *called);
gboolean ctl_context_get_json (CtlContext *self);
void ctl_context_set_json (CtlContext *self);
gboolean ctl_context_get_quiet (CtlContext *self);
gboolean ctl_context_get_yes (CtlContext *self);
gboolean ctl_context_get_halt (CtlContext *self);
gboolean ctl_context_get_version (CtlContext *self);
FkLibrary *ctl_context_get_library (CtlContext *self);
CtlLibraryFrom ctl_context_get_library_from (CtlContext *self);
FkProbe *ctl_context_get_probe (CtlContext *self, GError **error);
gboolean ctl_context_run (CtlContext *self, FkJob *job, GError **error);

/* Words for people go to standard output unless --json or --quiet took it; warnings to standard
 * error. */
void ctl_context_print (CtlContext *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void ctl_context_remark (CtlContext *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void ctl_context_warn (CtlContext *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void ctl_context_warn_all (CtlContext *self, const char *const *warnings);
void ctl_context_warn_of (CtlContext *self, GPtrArray *findings);
void ctl_context_tell_warnings (CtlContext *self, const char *kind, const char *const *warnings);

/* Questions.  A no is DECLINED; nobody to ask, NEEDS_CONSENT. */
gboolean ctl_context_can_ask (CtlContext *self);
gboolean ctl_context_check_change (CtlContext *self, GError **error);
gboolean
ctl_context_confirm_if_asked (CtlContext *self, const char *what, const char *deed, GError **error);
gboolean ctl_context_confirm (CtlContext *self, const char *what, const char *deed, GError **error);
char *ctl_context_ask (CtlContext *self, const char *question);

/* The result: with --json, members added to it are the document. */
char *ctl_context_make_command (CtlContext *self);
char *ctl_context_make_library_command (CtlContext *self);
JsonBuilder *ctl_context_get_builder (CtlContext *self);
void ctl_context_flush_json (CtlContext *self);
void ctl_context_report_error (CtlContext *self, const GError *error);

G_END_DECLS
