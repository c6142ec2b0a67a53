/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/fk-sim-stlink.h"
#include "usb/fk-usb-device.h"

G_BEGIN_DECLS

/**
 * FkSimAccess:
 * @FK_SIM_ACCESS_GRANTED: anybody may open the device
 * @FK_SIM_ACCESS_DENIED: this user may not
 * @FK_SIM_ACCESS_BUSY: another program holds it
 *
 * What the operating system makes of opening a simulated device.
 */
typedef enum
{
  FK_SIM_ACCESS_GRANTED,
  FK_SIM_ACCESS_DENIED,
  FK_SIM_ACCESS_BUSY,
} FkSimAccess;

/**
 * FkSimStlinkDevice:
 *
 * A simulated ST-LINK as #FkUsbDevice, with the errors that libusb's devices have.
 */
#define FK_TYPE_SIM_STLINK_DEVICE (fk_sim_stlink_device_get_type ())
G_DECLARE_FINAL_TYPE (FkSimStlinkDevice, fk_sim_stlink_device, FK, SIM_STLINK_DEVICE, FkUsbDevice)

FkUsbDevice *fk_sim_stlink_device_new (GObject *board,
                                       FkSimStlink *stlink,
                                       const char *port_path,
                                       FkSimAccess access);

G_END_DECLS
