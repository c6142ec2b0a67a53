/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The status byte of an ST-LINK's reply.  A byte that is not in the table is no status: it comes
 * from a reply to some other command, and is never taken for success. */

#include "config.h"

#include "probe/fk-stlink-status.h"

#include "probe/fk-stlink-protocol.h"

typedef struct
{
  guint8 status;
  FkStlinkMeaning meaning;
  const char *text;
} StatusRow;

/* UNKNOWN_ERROR is what older firmware says after a bus fault.  WRITE_VERIF_ERROR is said where a
 * register does not read back as it was written, which is normal for registers. */
static const StatusRow rows[] = {
  { STLINK_OK, FK_STLINK_DONE, "done" },
  { STLINK_WRITE_VERIF_ERROR, FK_STLINK_DONE, "reads back differently" },
  { STLINK_CONF_CHANGED, FK_STLINK_DONE, "configuration changed" },
  { STLINK_SWD_AP_WAIT, FK_STLINK_WAIT, "access port says WAIT" },
  { STLINK_SWD_DP_WAIT, FK_STLINK_WAIT, "debug port says WAIT" },
  { STLINK_CMD_WAIT, FK_STLINK_WAIT, "the probe is busy" },
  { STLINK_UNKNOWN_ERROR, FK_STLINK_BUS_FAULT, "unknown error" },
  { STLINK_FAULT, FK_STLINK_BUS_FAULT, "FAULT" },
  { STLINK_WRITE_ERROR, FK_STLINK_BUS_FAULT, "write error" },
  { STLINK_SWD_AP_FAULT, FK_STLINK_BUS_FAULT, "access port says FAULT" },
  { STLINK_SWD_DP_FAULT, FK_STLINK_BUS_FAULT, "debug port says FAULT" },
  { STLINK_SWD_AP_STICKY_ERROR, FK_STLINK_BUS_FAULT, "sticky error" },
  { STLINK_SWD_AP_STICKYORUN, FK_STLINK_BUS_FAULT, "sticky overrun" },
  { STLINK_SWD_AP_PARITY_ERROR, FK_STLINK_NOISE, "parity error" },
  { STLINK_SWD_DP_PARITY_ERROR, FK_STLINK_NOISE, "parity error" },
  { STLINK_SWD_AP_WDATA_ERROR, FK_STLINK_NOISE, "parity error in data written" },
  { STLINK_UNKNOWN_CHAIN, FK_STLINK_NO_ANSWER, "unknown chain" },
  { STLINK_NO_DEVICE, FK_STLINK_NO_ANSWER, "no device" },
  { STLINK_GET_IDCODE_ERROR, FK_STLINK_NO_ANSWER, "no ID code" },
  { STLINK_DBG_POWER_ERROR, FK_STLINK_NO_ANSWER, "debug power does not come up" },
  { STLINK_SWD_AP_ERROR, FK_STLINK_NO_ANSWER, "no answer from the access port" },
  { STLINK_SWD_DP_ERROR, FK_STLINK_NO_ANSWER, "no answer from the debug port" },
  { STLINK_BAD_AP_ERROR, FK_STLINK_NO_ANSWER, "no such access port" },
  { STLINK_UNKNOWN_COMMAND, FK_STLINK_NOT_KNOWN, "unknown command" },
  { STLINK_FREQ_NOT_SUPPORTED, FK_STLINK_NOT_KNOWN, "unknown clock" },
  { STLINK_SPI_ERROR, FK_STLINK_BROKEN, "SPI error" },
  { STLINK_DMA_ERROR, FK_STLINK_BROKEN, "DMA error" },
  { STLINK_INTERNAL_ERROR, FK_STLINK_BROKEN, "internal error" },
  { STLINK_CMD_ERROR, FK_STLINK_BROKEN, "command error" },
  { STLINK_ALIGNMENT_ERROR, FK_STLINK_BROKEN, "alignment error" },
  { STLINK_ALREADY_OPENED, FK_STLINK_BROKEN, "already in another mode" },
};

static const StatusRow *
find_row (guint8 status)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].status == status)
      return &rows[i];
  return NULL;
}

FkStlinkMeaning
fk_stlink_status_get_meaning (guint8 status)
{
  const StatusRow *row = find_row (status);

  return row != NULL ? row->meaning : FK_STLINK_OUT_OF_STEP;
}

const char *
fk_stlink_status_get_text (guint8 status)
{
  const StatusRow *row = find_row (status);

  return row != NULL ? row->text : "not a status";
}
