/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A bad disk: a program that is linked with this has its own versions of the system calls through
 * which the library changes the disk, and so can count them, fail any of them, or die at any of
 * them.  They do what they always do unless the disk is armed. */

/* From now on the calls are counted, from 0.  At call number @at (-1: never) it happens: the call
 * fails with the errno @code, or with 0 the process exits with status 42. */
void disk_arm (int at, int code);

/* Returns: how many calls there were since disk_arm(). */
int disk_disarm (void);

/* The names of the calls that are counted go into @log (nullable), each with a blank after it. */
void disk_set_log (GString *log);
