/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pages/fk-compare-result.h"

G_BEGIN_DECLS

void fk_compare_report_save_async (GPtrArray *sides,
                                   const FkCompareResult *result,
                                   GFile *file,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean fk_compare_report_save_finish (GAsyncResult *result, GError **error);

G_END_DECLS
