/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FkLinkAddress:
 * @address: where the program was linked to run
 * @hits: how many of its pointers make sense there, less those that make none
 * @next_hits: the same at the best of all other addresses
 * @n_pointers: how many were tried
 */
typedef struct
{
  guint32 address;
  guint hits;
  guint next_hits;
  guint n_pointers;
} FkLinkAddress;

gboolean fk_link_address_find (const guint8 *data, gsize length, FkLinkAddress *out);

G_END_DECLS
