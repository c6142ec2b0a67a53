/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pages/fk-options-page.h"
#include "widgets/fk-opener-row.h"
#include "widgets/fk-progress-card.h"

G_BEGIN_DECLS

struct _FkOptionsPage
{
  FkPage parent_instance;

  GtkLabel *introduction;
  FkProgressCard *progress_card;
  GtkLabel *outcome;
  GtkWidget *damage_box;
  GtkLabel *damage_label;
  GtkWidget *reference_box;
  GtkLabel *reference_label;
  GtkWidget *deeds;
  GtkMenuButton *compare_button;
  GtkWidget *factory_button;
  GtkWidget *reread_button;
  GtkBox *fields_box; /* no list: each row has a control that Tab reaches */
  AdwPreferencesGroup *sectors_group;
  FkOpenerRow *sectors; /* its rows are made when it is opened */
  AdwPreferencesGroup *raw_group;
  FkOpenerRow *raw; /* the same */
  GtkRevealer *changes_bar;
  GtkLabel *changes_label;

  FkBoard *board;   /* (nullable) */
  FkBackup *backup; /* (nullable) */
  FkLibraryModel *library;
  char *uid; /* of the chip that the person looks at */

  FkChip *chip;           /* that the rows know the fields of */
  FkOptionBytes *present; /* (nullable): until they are read */
  FkOptionBytes *wanted;
  FkOptionBytes *reference; /* (nullable) */
  char *reference_name;     /* (nullable) */

  GPtrArray *rows;      /* FkOptionRow, FkAreaRow and FkSectorRow */
  gboolean has_sectors; /* rows of them */
  GMenu *menu;          /* of backups to compare with */
};

/* fk-options-page.c */
gboolean fk_options_page_is_ready (FkOptionsPage *self);
gboolean fk_options_page_is_editable (FkOptionsPage *self);
guint fk_options_page_count_changes (FkOptionsPage *self);
void fk_options_page_say (FkOptionsPage *self, const char *text);
void fk_options_page_show_error (FkOptionsPage *self, const GError *error);

/* fk-options-page-show.c */
void fk_options_page_install_show (GtkWidgetClass *widget_class);
void fk_options_page_add_rows (FkOptionsPage *self);
void fk_options_page_update (FkOptionsPage *self);

/* fk-options-page-deeds.c */
void fk_options_page_install_deeds (GtkWidgetClass *widget_class);

G_END_DECLS
