/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/fk-error.h"
#include "probe/fk-probe.h"
#include "usb/fk-usb-device.h"

G_BEGIN_DECLS

typedef struct _FkProbeRow FkProbeRow;

/**
 * FkProbeRow:
 * @kind: as a person calls it
 * @create: makes the probe's object
 * @interface_number: USB interface that speaks the debug protocol
 * @endpoint_out: commands and data to the probe
 * @endpoint_in: replies and data from it
 * @is_v2_1: (ST-LINK) the version word is read as that of a V2-1
 * @refusal_code: why it cannot be used, together with
 * @refusal: (nullable): what is said when somebody tries; %NULL for probes that work
 *
 * One USB identity that is a probe.
 */
struct _FkProbeRow
{
  guint16 vendor_id;
  guint16 product_id;
  const char *kind;
  FkProbe *(*create) (const FkProbeRow *row, FkUsbDevice *device);
  guint8 interface_number;
  guint8 endpoint_out;
  guint8 endpoint_in;
  gboolean is_v2_1;
  FkError refusal_code;
  const char *refusal;
};

G_END_DECLS
