/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chips that answer and still cannot be backed up: unknown, read-protected, locked for ever.  Each
 * says so itself, in place of the primary button. */

#include "config.h"

#include "pages/fk-board-page-private.h"

#include "base/fk-error.h"
#include "fk-error-text.h"

/* Returns: (nullable): why there can be no backup */
static GError *
find_hindrance (FkIdentity *identity)
{
  if (fk_identity_get_chip (identity) == NULL)
    return g_error_new_literal (FK_ERROR, FK_ERROR_UNKNOWN_CHIP, "");
  switch (fk_identity_get_protection (identity))
    {
    case FK_PROTECTION_READ:
      return g_error_new_literal (FK_ERROR, FK_ERROR_PROTECTED, "");
    case FK_PROTECTION_PERMANENT:
      return g_error_new_literal (FK_ERROR, FK_ERROR_LOCKED_FOR_EVER, "");
    case FK_PROTECTION_NONE:
    case FK_PROTECTION_UNKNOWN:
    default:
      return NULL;
    }
}

/**
 * fk_board_page_show_hindrance:
 *
 * Returns: whether there is one
 */
gboolean
fk_board_page_show_hindrance (FkBoardPage *self, FkIdentity *identity)
{
  g_autoptr (GError) hindrance = find_hindrance (identity);

  gtk_widget_set_visible (self->hindrance, hindrance != NULL);
  gtk_widget_set_visible (self->view_button, hindrance == NULL);
  gtk_widget_set_visible (self->compare_button, hindrance == NULL);
  if (hindrance == NULL)
    return FALSE;
  fk_drawing_set_resource (self->hindrance_drawing, fk_trouble_view_get_drawing (hindrance));
  gtk_label_set_label (self->hindrance_title, fk_error_text_get_title (hindrance));
  gtk_label_set_label (self->hindrance_advice, fk_error_text_get_advice (hindrance));
  gtk_widget_set_visible (self->unlock_button, fk_identity_can_unlock (identity));
  return TRUE;
}
