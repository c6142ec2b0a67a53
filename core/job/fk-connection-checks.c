/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The questions that jobs ask of a chip before they do anything to it.  Each answer is a whole
 * sentence for the person, because here most jobs that fail fail. */

#include "config.h"

#include "job/fk-job-private.h"

#include "base/fk-error.h"

/*
 * Whether the chip is one of those that are described; %FK_ERROR_UNKNOWN_CHIP if not.
 */
gboolean
fk_connection_require_chip (FkConnection *self, GError **error)
{
  if (self->flash != NULL)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_UNKNOWN_CHIP,
               "The chip (%s, designed by %s, device ID 0x%03X) is not known; it can only be read, "
               "at addresses that you name",
               fk_core_get_name (fk_identity_get_core (self->identity)),
               fk_target_get_designer_name (self->target), fk_identity_get_dev_id (self->identity));
  return FALSE;
}

/*
 * Whether it is a chip whose flash may be written; %FK_ERROR_UNKNOWN_CHIP says why not.
 */
gboolean
fk_connection_require_writable (FkConnection *self, GError **error)
{
  if (!fk_connection_require_chip (self, error))
    return FALSE;
  if (!fk_identity_get_read_only (self->identity))
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_UNKNOWN_CHIP, "%s  Nothing was changed",
               fk_identity_get_read_only_reason (self->identity));
  return FALSE;
}

/*
 * Whether the flash may be read at all; %FK_ERROR_PROTECTED or %FK_ERROR_LOCKED_FOR_EVER if not.
 */
gboolean
fk_connection_require_readable (FkConnection *self, GError **error)
{
  switch (fk_identity_get_protection (self->identity))
    {
    case FK_PROTECTION_READ:
      g_set_error (error, FK_ERROR, FK_ERROR_PROTECTED,
                   "The chip is read-protected (RDP level 1): no tool can read its flash through "
                   "this port, and removing the protection erases it.  Nothing was read or "
                   "changed");
      return FALSE;
    case FK_PROTECTION_PERMANENT:
      g_set_error (error, FK_ERROR, FK_ERROR_LOCKED_FOR_EVER,
                   "The chip is locked for ever (RDP level 2): it can be neither read nor written "
                   "through this port.  Nothing was read or changed");
      return FALSE;
    case FK_PROTECTION_NONE:
    case FK_PROTECTION_UNKNOWN:
    default:
      return TRUE;
    }
}

static const char *
name_uid (const char *uid)
{
  return *uid != '\0' ? uid : "not readable";
}

/*
 * Whether it is the chip with this @uid; %FK_ERROR_WRONG_CHIP if not.
 */
gboolean
fk_connection_require_uid (FkConnection *self, const char *uid, GError **error)
{
  const char *found = fk_identity_get_uid (self->identity);

  if (g_ascii_strcasecmp (found, uid) == 0)
    return TRUE;
  g_set_error (error, FK_ERROR, FK_ERROR_WRONG_CHIP,
               "This was prepared for the chip with the unique ID %s, but the chip that is "
               "connected now has %s.  Nothing was changed",
               name_uid (uid), name_uid (found));
  return FALSE;
}

/*
 * Whether @error tells of the way to the chip rather than of the chip: trying something else on the
 * same connection is no use then.
 */
gboolean
fk_error_is_link (const GError *error)
{
  return g_error_matches (error, FK_ERROR, FK_ERROR_PROBE_LOST) ||
         g_error_matches (error, FK_ERROR, FK_ERROR_TARGET_LOST) ||
         g_error_matches (error, FK_ERROR, FK_ERROR_NO_TARGET) ||
         g_error_matches (error, FK_ERROR, FK_ERROR_TIMEOUT) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}
