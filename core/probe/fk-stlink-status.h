/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the status byte of a reply means for whoever asked. */
typedef enum
{
  FK_STLINK_DONE,
  FK_STLINK_WAIT,        /* the chip's bus is busy: ask again */
  FK_STLINK_BUS_FAULT,   /* the chip's bus refuses the address */
  FK_STLINK_NOISE,       /* a bit was wrong on the wire: ask again */
  FK_STLINK_NO_ANSWER,   /* nothing answers on SWD */
  FK_STLINK_NOT_KNOWN,   /* the firmware does not know the command */
  FK_STLINK_BROKEN,      /* the probe itself is in trouble */
  FK_STLINK_OUT_OF_STEP, /* not a status at all */
} FkStlinkMeaning;

FkStlinkMeaning fk_stlink_status_get_meaning (guint8 status);
const char *fk_stlink_status_get_text (guint8 status);

G_END_DECLS
