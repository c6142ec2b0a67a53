/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Many 32-bit registers in one exchange with an ST-LINK (RW_MISC, since V2J32 and V3J2).  The list
 * goes out with one command and its results are fetched with a second; that one is queued behind
 * the list as the question for the status is behind the data of a write.  Unlike any other memory
 * command, the reply says of every single item how it went, and every one is looked at.
 *
 * A read takes one item, a write two, and the number of the access port one before all others.
 * Format and limits after OpenOCD and psdb; what firmware does not know them does the accesses one
 * by one. */

#include "config.h"

#include "probe/fk-stlink-private.h"

#include "base/fk-reader.h"

#define ITEM_REPLY_SIZE 8
#define ITEM_ACCESSES   4 /* on the wire, with setting the address */

typedef struct
{
  GByteArray *opcodes;
  GByteArray *operands;
} Items;

static Items
items_new (void)
{
  return (Items){ g_byte_array_new (), g_byte_array_new () };
}

static void
items_clear (Items *items)
{
  g_byte_array_unref (items->opcodes);
  g_byte_array_unref (items->operands);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Items, items_clear)

static void
add_item (Items *items, guint8 opcode, guint32 operand)
{
  guint8 bytes[4];

  fk_store_u32le (bytes, operand);
  g_byte_array_append (items->opcodes, &opcode, 1);
  g_byte_array_append (items->operands, bytes, sizeof bytes);
}

static guint
count_items (const FkProbeAccess *access)
{
  return access->is_write ? 2 : 1;
}

/* Returns: how many accesses, from the first one on, make one list of at most @max_items */
static guint
count_accesses (const FkProbeAccess *list, guint n, guint max_items)
{
  guint n_items = 1;
  guint i;

  for (i = 0; i < n && n_items + count_items (&list[i]) <= max_items; i++)
    n_items += count_items (&list[i]);
  return i;
}

static GByteArray *
make_list (FkStlink *self, const FkProbeAccess *list, guint n, guint *n_items)
{
  g_auto (Items) items = items_new ();
  static const guint8 padding[4] = { 0 };
  GByteArray *bytes = g_byte_array_new ();

  add_item (&items, STLINK_MISC_APNUM, fk_probe_get_ap (FK_PROBE (self)));
  for (guint i = 0; i < n; i++)
    if (list[i].is_write)
      {
        add_item (&items, STLINK_MISC_ADDRESS, list[i].address);
        add_item (&items, STLINK_MISC_WRITE, list[i].value);
      }
    else
      add_item (&items, STLINK_MISC_READ, list[i].address);
  *n_items = items.opcodes->len;
  g_byte_array_append (bytes, items.opcodes->data, items.opcodes->len);
  g_byte_array_append (bytes, padding, (4 - bytes->len % 4) % 4);
  g_byte_array_append (bytes, items.operands->data, items.operands->len);
  return bytes;
}

/* Sends the list once.  Returns: %FALSE if USB failed; then any part of it may have been done */
static gboolean
try_list (FkStlink *self, const GByteArray *bytes, guint8 *reply, guint n_items, GError **error)
{
  FkStlinkCommand command = fk_stlink_command (STLINK_DEBUG, STLINK_RW_MISC_OUT);
  FkStlinkCommand question = fk_stlink_command (STLINK_DEBUG, STLINK_RW_MISC_IN);
  gboolean data_went;

  fk_stlink_command_u32 (&command, n_items);
  return fk_stlink_exchange_write (self, &command, bytes->data, bytes->len, &question, reply,
                                   (gsize)n_items * ITEM_REPLY_SIZE,
                                   fk_stlink_get_timeout (self, n_items * ITEM_ACCESSES),
                                   &data_went, error);
}

/* Takes what was read.  Returns: the status of the first item that failed, with the number of its
 * access in @at; a good one if none did */
static guint8
take_results (FkProbeAccess *list, guint n, const guint8 *reply, guint n_items, guint *at)
{
  const guint8 *statuses = reply + n_items * sizeof (guint32);
  guint item = 1;

  *at = 0;
  for (guint i = 0; i < n; i++)
    list[i].done = FALSE;
  if (fk_stlink_status_get_meaning (statuses[0]) != FK_STLINK_DONE)
    return statuses[0];
  for (guint i = 0; i < n; i++)
    for (guint j = count_items (&list[i]); j > 0; j--, item++)
      {
        guint8 status = statuses[item * sizeof (guint32)];

        *at = i;
        if (fk_stlink_status_get_meaning (status) != FK_STLINK_DONE)
          return status;
        if (!list[i].is_write)
          list[i].value = fk_load_u32le (reply + item * sizeof (guint32));
        list[i].done = j == 1;
      }
  return STLINK_OK;
}

static gboolean
run_one_by_one (FkProbe *probe, FkProbeAccess *list, guint n, GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      list[i].done = list[i].is_write
                         ? fk_stlink_write_word (probe, list[i].address, list[i].value, error)
                         : fk_stlink_read_word (probe, list[i].address, &list[i].value, error);
      if (!list[i].done)
        return FALSE;
    }
  return TRUE;
}

/* Runs as many accesses as one list holds.  A probe that answers everything but lists has firmware
 * that is not what its version says: it is not asked for one again. */
static gboolean
run_one_list (FkStlink *self, FkProbeAccess *list, guint n, gboolean may_repeat, GError **error)
{
  guint n_items;
  g_autoptr (GByteArray) bytes = make_list (self, list, n, &n_items);
  g_autofree guint8 *reply = g_malloc ((gsize)n_items * ITEM_REPLY_SIZE);
  FkStlinkPatience patience = { 0 };

  for (;;)
    {
      g_autoptr (GError) local_error = NULL;
      gboolean is_open = fk_stlink_open_memory (self, &local_error);

      if (is_open && try_list (self, bytes, reply, n_items, &local_error))
        {
          guint at;
          guint8 status = take_results (list, n, reply, n_items, &at);

          if (fk_stlink_status_get_meaning (status) == FK_STLINK_DONE)
            return TRUE;
          if (fk_stlink_judge (self, status, &patience) == FK_STLINK_GIVE_UP || !may_repeat)
            {
              fk_stlink_set_bus_error (self, status, list[at].is_write ? "Writing" : "Reading",
                                       list[at].address, sizeof (guint32), error);
              return FALSE;
            }
        }
      else if (self->is_lost || !may_repeat || patience.n_repeats++ >= FK_STLINK_MAX_REPEATS)
        {
          self->has_no_lists = is_open && !self->is_lost && may_repeat;
          if (self->has_no_lists)
            return run_one_by_one (FK_PROBE (self), list, n, error);
          g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                      "Accessing 0x%08x and others: ", list[0].address);
          return FALSE;
        }
    }
}

static gboolean
run_lists (FkStlink *self, FkProbeAccess *list, guint n, gboolean may_repeat, GError **error)
{
  guint max_items = fk_stlink_version_get_max_list (&self->version);

  while (n > 0 && max_items > 0 && !self->has_no_lists)
    {
      guint count = count_accesses (list, n, max_items);

      if (!run_one_list (self, list, count, may_repeat, error))
        return FALSE;
      list += count;
      n -= count;
    }
  return run_one_by_one (FK_PROBE (self), list, n, error);
}

/* FkProbeClass.run_list */
gboolean
fk_stlink_run_list (FkProbe *probe, FkProbeAccess *list, guint n, GError **error)
{
  return run_lists (FK_STLINK (probe), list, n, TRUE, error);
}

/* FkProbeClass.run_list_once */
gboolean
fk_stlink_run_list_once (FkProbe *probe, FkProbeAccess *list, guint n, GError **error)
{
  return run_lists (FK_STLINK (probe), list, n, FALSE, error);
}
