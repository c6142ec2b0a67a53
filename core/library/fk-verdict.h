/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/fk-library.h"

G_BEGIN_DECLS

/**
 * FkVerdict:
 * @id: of the backup: its folder's name
 * @name: (nullable): what it is called; %NULL when its backup.ini cannot be understood
 * @problem: (nullable): all that is wrong with it: which file, what was expected, what was found;
 *   %NULL: it is whole
 */
typedef struct
{
  char *id;
  char *name;
  char *problem;
} FkVerdict;

typedef void (*FkCheckFunc) (guint done, guint total, gpointer user_data);

void fk_verdict_free (FkVerdict *verdict);
FkVerdict *
fk_library_judge (FkLibrary *self, const char *id, GCancellable *cancellable, GError **error);
GPtrArray *fk_library_check_all (FkLibrary *self,
                                 FkCheckFunc func,
                                 gpointer user_data,
                                 GCancellable *cancellable,
                                 GError **error);
GHashTable *fk_library_list_known_damage (FkLibrary *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FkVerdict, fk_verdict_free)

G_END_DECLS
