/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ctl-context.h"

G_BEGIN_DECLS

typedef enum
{
  CTL_EXIT_DONE = 0,
  CTL_EXIT_DIFFERENT = 1,
  CTL_EXIT_USAGE = 2,
  CTL_EXIT_FAILED = 3,
} CtlExit;

/**
 * CtlOption: an option of one command
 * @argument: (nullable): what stands behind it; %NULL for a switch
 */
typedef struct
{
  const char *name;
  const char *argument;
  const char *summary;
} CtlOption;

/**
 * CtlCommand:
 * @arguments: as the usage line shows them
 * @min_arguments: fewest words after the command
 * @max_arguments: most
 * @options: (nullable) (array zero-terminated=1): its own; asked for with ctl_context_get_option()
 * @run: does it.  Sets the error and returns %CTL_EXIT_FAILED when it fails; an %FK_ERROR_USAGE
 *   ends as %CTL_EXIT_USAGE.
 *
 * One row a command, one file a command.
 */
typedef struct
{
  const char *name;
  const char *arguments;
  const char *summary;
  guint min_arguments;
  guint max_arguments;
  const CtlOption *options;
  CtlExit (*run) (CtlContext *context, char **arguments, GError **error);
} CtlCommand;

extern const CtlCommand ctl_command_backup;
extern const CtlCommand ctl_command_compare;
extern const CtlCommand ctl_command_erase;
extern const CtlCommand ctl_command_info;
extern const CtlCommand ctl_command_inspect;
extern const CtlCommand ctl_command_library;
extern const CtlCommand ctl_command_options;
extern const CtlCommand ctl_command_probes;
extern const CtlCommand ctl_command_read;
extern const CtlCommand ctl_command_reset;
extern const CtlCommand ctl_command_restore;
extern const CtlCommand ctl_command_unlock;
extern const CtlCommand ctl_command_verify;
extern const CtlCommand ctl_command_write;

G_END_DECLS
