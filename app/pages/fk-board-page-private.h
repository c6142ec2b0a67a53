/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dialogs/fk-backup-chooser.h"
#include "fk-board-check.h"
#include "fk-trouble-view.h"
#include "pages/fk-board-page.h"
#include "widgets/fk-drawing.h"
#include "widgets/fk-memory-map.h"
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
  GtkWidget *hindrance;
  FkDrawing *hindrance_drawing;
  GtkLabel *hindrance_title;
  GtkLabel *hindrance_advice;
  GtkWidget *unlock_button;
  GtkWidget *buttons; /* the primary one */
  GtkWidget *backup_button;
  GtkLabel *backup_label;
  FkProgressCard *progress_card;
  GtkLabel *outcome;
  GtkWidget *undo_button;
  GtkWidget *more_button;
  GtkWidget *name_group;
  AdwPreferencesGroup *backup_group;
  AdwEntryRow *name_row;
  AdwActionRow *last_row;
  GtkWidget *last_arrow;
  AdwActionRow *verdict_row;
  GtkImage *verdict_image;
  GtkWidget *check_button;
  GtkWidget *deeds;
  GtkWidget *view_button;
  GtkWidget *compare_button;
  GtkWidget *gone_page;
  GtkLabel *gone_note;
  AdwPreferencesGroup *warnings_group;
  GtkWidget *memory_box;
  FkMemoryMap *flash_map;
  FkMemoryMap *other_map;
  GtkLabel *map_text;
  GtkWidget *map_legend;
  GtkWidget *differs_legend;
  AdwPreferencesGroup *chip_group;
  AdwPreferencesGroup *regions_group;
  AdwPreferencesGroup *options_group;

  FkBoard *board;
  FkLibraryModel *library;
  FkBoardCheck *check;
  FkIdentity *shown_identity;
  FkOptionBytes *shown_options;
  GPtrArray *rows;         /* those of the groups, to be replaced */
  FkBackup *unnamed;       /* (nullable): just made, may be given a name */
  char *map_summary;       /* what is said of the map while nobody points at it */
  const char *menu_reason; /* (nullable): static; that the menu gives */
  gboolean menu_shown;
  gboolean shown_busy; /* the progress card is there */
};

/* fk-board-page.c */
gboolean fk_board_page_has_focus_inside (GtkWidget *widget);
void fk_board_page_say (FkBoardPage *self, const char *text);
void fk_board_page_show_error (FkBoardPage *self, const GError *error);

/* fk-board-page-facts.c */
void fk_board_page_show_facts (FkBoardPage *self, FkIdentity *identity, FkOptionBytes *options);

const char *fk_board_page_get_region_title (const FkRegion *region);

/* fk-board-page-backup.c */
const char *fk_board_page_get_backup_title (FkBackup *backup);
void fk_board_page_install_backup (GtkWidgetClass *widget_class);
void fk_board_page_set_up_backup (FkBoardPage *self);
void fk_board_page_update_backup (FkBoardPage *self);
void fk_board_page_offer_name (FkBoardPage *self, FkBackup *backup);

/* fk-board-page-memory.c */
void fk_board_page_set_up_memory (FkBoardPage *self);
void fk_board_page_show_memory (FkBoardPage *self);

/* fk-board-page-hindrance.c */
gboolean fk_board_page_show_hindrance (FkBoardPage *self, FkIdentity *identity);

/* fk-board-page-files.c */
void fk_board_page_install_files (GtkWidgetClass *widget_class);
FkBackupChooser *fk_board_page_make_chooser (FkBoardPage *self, const char *title);

/* fk-board-page-deeds.c */
void fk_board_page_install_deeds (GtkWidgetClass *widget_class);
void fk_board_page_update_deeds (FkBoardPage *self);

G_END_DECLS
