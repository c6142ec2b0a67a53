/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "flash/fk-option-bytes.h"

G_BEGIN_DECLS

/**
 * FkOptionsView:
 * @present: what the chip, or the backup, has
 * @wanted: what it shall have
 * @reference: (nullable): what both are compared with
 * @reference_name: (nullable): of @reference: "in “Before the upgrade”"
 * @editable: whether @wanted can be changed at all
 *
 * What rows show.
 */
typedef struct
{
  FkOptionBytes *present;
  FkOptionBytes *wanted;
  FkOptionBytes *reference;
  const char *reference_name;
  gboolean editable;
} FkOptionsView;

/**
 * FkOptionBox:
 *
 * What rows of options have in common: what it is called, what it is for, a place for controls, and
 * below them what a change would do and what a reference has instead.
 */
#define FK_TYPE_OPTION_BOX (fk_option_box_get_type ())
G_DECLARE_DERIVABLE_TYPE (FkOptionBox, fk_option_box, FK, OPTION_BOX, AdwBin)

struct _FkOptionBoxClass
{
  AdwBinClass parent_class;
};

void fk_option_box_set_names (FkOptionBox *self, const char *title, const char *purpose);
void fk_option_box_add (FkOptionBox *self, GtkWidget *control);
GtkLabel *fk_option_box_add_label (FkOptionBox *self, const char *css_class);
void fk_option_box_set_code (FkOptionBox *self, const char *code);
void fk_option_box_show_note (FkOptionBox *self,
                              const char *meaning,
                              const char *effect,
                              gboolean danger);
void fk_option_box_hide_note (FkOptionBox *self);
void fk_option_box_show_reference (FkOptionBox *self, const char *name, const char *meaning);

G_END_DECLS
