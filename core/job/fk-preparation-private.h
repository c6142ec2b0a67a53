/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "job/fk-job-private.h"

G_BEGIN_DECLS

FkPreparation *fk_preparation_new (FkJob *job, FkLibrary *library);
void fk_preparation_meet (FkPreparation *self, guint16 part);
void fk_preparation_end (FkPreparation *self);

G_END_DECLS
