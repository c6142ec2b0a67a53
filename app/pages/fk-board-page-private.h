/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fk-trouble-view.h"
#include "pages/fk-board-page.h"
#include "widgets/fk-progress-card.h"

G_BEGIN_DECLS

struct _FkBoardPage
{
  FkPage parent_instance;

  GtkStack *stack;
  GtkWidget *connecting_page;
  GtkLabel *connecting_note;
  FkTroubleView *trouble_page;
  GtkWidget *chip_page;
  GtkLabel *chip_name;
  GtkLabel *chip_parts;
  GtkWidget *backup_button;
  GtkLabel *backup_label;
  FkProgressCard *progress_card;
  GtkLabel *outcome;
  GtkWidget *undo_button;
  GtkWidget *more_button;
  GtkLabel *last_backup;
  GtkWidget *deeds;
  GtkWidget *gone_page;
  GtkLabel *gone_note;
  AdwPreferencesGroup *warnings_group;
  AdwPreferencesGroup *chip_group;
  AdwPreferencesGroup *regions_group;
  AdwPreferencesGroup *options_group;

  FkBoard *board;
  FkLibraryModel *library;
  FkIdentity *shown_identity;
  FkOptionBytes *shown_options;
  GPtrArray *rows;    /* those of the groups, to be replaced */
  FkBackup *way_back; /* (nullable): what undoes the last change */
};

/* fk-board-page.c */
void fk_board_page_say (FkBoardPage *self, const char *text, FkBackup *way_back);
void fk_board_page_show_error (FkBoardPage *self, const GError *error);

/* fk-board-page-facts.c */
void fk_board_page_show_facts (FkBoardPage *self, FkIdentity *identity, FkOptionBytes *options);

/* fk-board-page-deeds.c */
void fk_board_page_install_deeds (GtkWidgetClass *widget_class);
void fk_board_page_update_deeds (FkBoardPage *self);

G_END_DECLS
