/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which USB devices are probes: one line each.  Identities and endpoints after OpenOCD, probe-rs,
 * pyOCD and stlink.  data/70-flashkeep-probes.rules names the same devices. */

#include "config.h"

#include "probe/fk-probe-list.h"

#include "probe/fk-stlink.h"

#define ST 0x0483

#define SCSI_REFUSAL                                                                            \
  "An ST-LINK/V1 shows itself as a SCSI disk and takes its commands that way, which Flashkeep " \
  "does not speak; an ST-LINK/V2 or V3 works"
#define LOADER_REFUSAL                                                                            \
  "The probe is in its boot loader and has no working firmware; unplug it and plug it in again, " \
  "and if it comes back like this, its firmware has to be installed anew"

static const FkProbeRow rows[] = {
  { ST, 0x3744, "ST-LINK/V1", fk_stlink_new, 0, 0x02, 0x81, FALSE, FK_ERROR_NOT_SUPPORTED,
    SCSI_REFUSAL },
  { ST, 0x3748, "ST-LINK/V2", fk_stlink_new, 0, 0x02, 0x81, FALSE, 0, NULL },
  { ST, 0x3742, "ST-LINK/V2-1", fk_stlink_new, 0, 0x01, 0x81, TRUE, 0, NULL },
  { ST, 0x374a, "ST-LINK/V2-1", fk_stlink_new, 0, 0x01, 0x81, TRUE, 0, NULL },
  { ST, 0x374b, "ST-LINK/V2-1", fk_stlink_new, 0, 0x01, 0x81, TRUE, 0, NULL },
  { ST, 0x3752, "ST-LINK/V2-1", fk_stlink_new, 0, 0x01, 0x81, TRUE, 0, NULL },
  { ST, 0x374d, "ST-LINK/V3 (boot loader)", fk_stlink_new, 0, 0x01, 0x81, FALSE,
    FK_ERROR_PROBE_FIRMWARE_OLD, LOADER_REFUSAL },
  { ST, 0x3755, "ST-LINK/V3 (boot loader)", fk_stlink_new, 0, 0x01, 0x81, FALSE,
    FK_ERROR_PROBE_FIRMWARE_OLD, LOADER_REFUSAL },
  { ST, 0x374e, "ST-LINK/V3", fk_stlink_new, 0, 0x01, 0x81, FALSE, 0, NULL },
  { ST, 0x374f, "ST-LINK/V3", fk_stlink_new, 0, 0x01, 0x81, FALSE, 0, NULL },
  { ST, 0x3753, "ST-LINK/V3", fk_stlink_new, 0, 0x01, 0x81, FALSE, 0, NULL },
  { ST, 0x3754, "ST-LINK/V3", fk_stlink_new, 0, 0x01, 0x81, FALSE, 0, NULL },
  { ST, 0x3757, "ST-LINK/V3PWR", fk_stlink_new, 0, 0x01, 0x81, FALSE, 0, NULL },
};

/**
 * fk_probe_new_for_usb:
 * @device: any USB device
 *
 * Asks the device for nothing but its serial number.
 *
 * Returns: (transfer full) (nullable): a probe that is not open yet; %NULL if @device is none
 */
FkProbe *
fk_probe_new_for_usb (FkUsbDevice *device)
{
  guint16 vendor_id;
  guint16 product_id;

  g_return_val_if_fail (FK_IS_USB_DEVICE (device), NULL);

  vendor_id = fk_usb_device_get_vendor_id (device);
  product_id = fk_usb_device_get_product_id (device);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].vendor_id == vendor_id && rows[i].product_id == product_id)
      return rows[i].create (&rows[i], device);
  return NULL;
}
