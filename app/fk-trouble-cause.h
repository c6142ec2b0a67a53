/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One line for a terminal that installs the udev rule and applies it to what is plugged in. */
#define FK_UDEV_COMMAND                                                                  \
  "echo 'SUBSYSTEM==\"usb\", ATTR{idVendor}==\"0483\", ATTR{idProduct}==\"37??|df11\", " \
  "TAG+=\"uaccess\"' | sudo tee /etc/udev/rules.d/70-flashkeep-probes.rules && "         \
  "sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=usb"

/**
 * FkTroubleCause:
 * @FK_CAUSE_NO_RULE: the udev rule is not installed
 * @FK_CAUSE_NOT_REPLUGGED: the rule is there, and did not apply to this probe yet
 * @FK_CAUSE_REMOTE: the person does not sit at this machine, and the rule is for who does
 * @FK_CAUSE_PROGRAM: another program holds the probe
 *
 * Why a probe that is there cannot be opened, as far as the machine tells.
 */
typedef enum
{
  FK_CAUSE_UNKNOWN,
  FK_CAUSE_NO_RULE,
  FK_CAUSE_NOT_REPLUGGED,
  FK_CAUSE_REMOTE,
  FK_CAUSE_PROGRAM,
} FkTroubleCause;

FkTroubleCause fk_trouble_cause_find (const char *root,
                                      const GError *error,
                                      const char *port_path,
                                      char **program);

void fk_trouble_cause_find_async (const GError *error,
                                  const char *port_path,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
FkTroubleCause fk_trouble_cause_find_finish (GAsyncResult *result, char **program);

G_END_DECLS
